"""What people said of each measure, as papers take it: filled by papers/review.py or by papers/published.py, whichever is the reader's."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from common.fiscal import era_date
from papers.parts import EvaluationPaper, InitiativePaper, MeasurePaper, OpinionPaper, Table, Words
from papers.said_tables import corrections_table
from reviews.editions.corrected import Correction

LISTS = {"今後の取組"}
INTERNAL, COUNCIL = "庁内検討会議の評価", "推進会議の評価"


@dataclass(frozen=True)
class Said:
    """Evaluations and opinions by a measure's key 「1-3」 (None: the whole plan), the state of initiatives by (measure's key, number)."""

    evaluations: Mapping[str, tuple[EvaluationPaper, ...]] = field(default_factory=dict)
    opinions: Mapping[str | None, tuple[OpinionPaper, ...]] = field(default_factory=dict)
    states: Mapping[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    source: str = ""
    corrections: tuple[Correction, ...] = ()

    def corrected(self, goal: int, measure: int | None) -> Table | None:
        """What was corrected of the measure's indicators since the edition, or (None) of the goal's own; None without any."""
        return corrections_table(each for each in self.corrections if each.about.concerns(goal, measure))

    def corrected_in(self, goal: int) -> Table | None:
        """The same of all indicators of a goal."""
        return corrections_table(each for each in self.corrections if each.about.goal in (goal, None))

    def filled(self, paper: MeasurePaper, goal: int) -> MeasurePaper:
        """The measure's paper with what was said of it and what was corrected since."""
        evaluations, opinions = self.evaluations.get(paper.key, ()), self.opinions.get(paper.key, ())
        return replace(
            paper,
            evaluations=evaluations,
            opinions=opinions,
            initiatives=tuple(self._with_state(each, paper.key) for each in paper.initiatives),
            source=self.source,
            corrections=self.corrected(goal, paper.number),
        )

    def _with_state(self, initiative: InitiativePaper, key: str) -> InitiativePaper:
        if (key, initiative.number) not in self.states:
            return initiative
        state, note = self.states[key, initiative.number]
        return replace(initiative, state=state, text=note)


def key_of(goal: int, measure: int) -> str:
    """A measure's key in papers and in their addresses."""
    return f"{goal}-{measure}"


def evaluation(title: str, texts: Iterable[tuple[str, str]], at: str = "", *, is_own: bool = False) -> EvaluationPaper:
    """An evaluation of (label, text) pairs."""
    return EvaluationPaper(title, tuple(Words(label, text, label in LISTS) for label, text in texts), at, is_own)


def own_title(division: str) -> str:
    return f"自己評価（{division}）" if division else "自己評価"


def due_words(due_on: date | None, done_on: date | None) -> str:
    """「期限 令和7年3月31日」「令和6年9月20日 済み」; empty without either."""
    if done_on:
        return f"{era_date(done_on)} 済み"
    return f"期限 {era_date(due_on)}" if due_on else ""
