"""What is proposed for a meeting's agenda 「次第」, each with its reasons. Everything rests on checked values: the agenda is read by others."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from common.fiscal import era_date_short, era_long
from dashboards.attention import changes, concerns
from goals.models import Measure
from kpis.board import JudgedIndicator
from kpis.progress import Judgement
from kpis.vocabulary import Status
from partnerships.models import Agreement
from partnerships.terms import State
from reviews.models import AgendaItem, Decision, Response, TargetRevision
from reviews.vocabulary import AgendaGround, Body

SUBJECTS = ("decision", "response", "revision", "measure", "indicator", "agreement")
HEADINGS = {
    "decision": "前回までの決定事項", "response": "意見への対応", "revision": "目標数値の見直し", "indicator": "指標", "measure": "主要施策",
    "agreement": "連携協定",
}
EVALUATOR = {Body.INTERNAL_MEETING: "庁内検討会議の評価", Body.PROMOTION_COUNCIL: "推進会議の評価"}


@dataclass(frozen=True)
class Ground:
    """One reason, with its words for this very case."""

    kind: AgendaGround
    words: str


@dataclass(frozen=True)
class Proposal:
    """One line that could go into the agenda. `subject` is the field of AgendaItem that `key` fills."""

    subject: str
    key: int
    title: str
    grounds: tuple[Ground, ...]

    @property
    def token(self) -> str:
        """How a form names it: 「indicator-12」."""
        return f"{self.subject}-{self.key}"

    @property
    def reason(self) -> str:
        return "、".join(ground.words for ground in self.grounds)


def subject_of(item: AgendaItem) -> str:
    """The token of what a line of the agenda is about; empty for a line of one's own."""
    return next((f"{name}-{getattr(item, f'{name}_id')}" for name in SUBJECTS if getattr(item, f"{name}_id")), "")


def of_decisions(decisions: Iterable[Decision]) -> list[Proposal]:
    """Every open decision, the first due first."""
    return [_open_line("decision", row.pk, row.text, _decided(row), AgendaGround.OPEN_DECISION, row) for row in decisions]


def of_responses(responses: Iterable[Response]) -> list[Proposal]:
    """Every opinion of the council that the city has still something to do about."""
    return [_open_line("response", row.pk, row.opinion.text, _said(row), AgendaGround.OPEN_RESPONSE, row) for row in responses]


def _open_line(subject: str, key: int, text: str, source: str, kind: AgendaGround, row: Decision | Response) -> Proposal:
    """「…（担当 農林課、期限 R7.3.31）」 of something to be done."""
    owner = f"担当 {row.division}" if row.division else ""
    due = f"期限 {era_date_short(row.due_on)}" if row.due_on else ""
    words = "、".join(filter(None, (source, owner, due)))
    return Proposal(subject, key, one_line(text), (Ground(kind, words),))


def _decided(row: Decision) -> str:
    return f"{row.meeting.title}（{era_date_short(row.meeting.meets_on)}）の決定"


def _said(row: Response) -> str:
    return f"{era_long(row.opinion.review.fiscal_year)}の評価・検証での意見"


def of_revisions(revisions: Iterable[TargetRevision]) -> list[Proposal]:
    """Proposed revisions of the plan that no meeting has decided yet."""
    return [Proposal("revision", row.pk, one_line(str(row)), (Ground(AgendaGround.REVISION_PROPOSED, one_line(row.reason)),)) for row in revisions]


def one_line(text: str, longest: int = 120) -> str:
    """A text as a heading: its lines joined, a long one cut."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def of_measures(measures: Iterable[Measure], body: Body) -> list[Proposal]:
    """Measures that this body has not evaluated yet."""
    ground = Ground(AgendaGround.NOT_EVALUATED, f"{EVALUATOR[body]}がまだです")
    return [Proposal("measure", row.pk, measure_title(row), (ground,)) for row in measures]


def measure_title(measure: Measure) -> str:
    """「1-(1) 企業立地等による雇用創出と地域経済の活性化」."""
    return f"{measure.goal.number}-({measure.number}) {measure.name}"


def of_indicators(rows: list[JudgedIndicator], fiscal_year: int) -> list[Proposal]:
    """Indicators with at least one reason to be discussed, in the plan's order."""
    grounds = _grounds(rows, fiscal_year)
    found = [(row.indicator, grounds[row.indicator.pk]) for row in rows if row.indicator.pk in grounds]
    return [Proposal("indicator", indicator.pk, f"{indicator.code} {indicator.full_name}", tuple(reasons)) for indicator, reasons in found]


def _grounds(rows: list[JudgedIndicator], fiscal_year: int) -> dict[int, list[Ground]]:
    """The reasons by the indicators' keys."""
    found: dict[int, list[Ground]] = {}
    for move in changes(rows, fiscal_year).worse:
        words = f"前年度の「{move.before.word}」から「{move.after.word}」へ悪化"
        found.setdefault(move.indicator.pk, []).append(Ground(AgendaGround.WORSENED, words))
    for concern in concerns(rows, fiscal_year).found:
        found.setdefault(concern.indicator.pk, []).append(Ground(AgendaGround.BEHIND, "・".join(concern.facts)))
    for row in rows:
        others = filter(None, (_not_measured(row.in_year(fiscal_year)), _revised(row, fiscal_year)))
        found.setdefault(row.indicator.pk, []).extend(others)
    return {key: grounds for key, grounds in found.items() if grounds}


def _not_measured(judgement: Judgement) -> Ground | None:
    if judgement.outside or judgement.status not in (Status.NOT_MEASURED, Status.NOT_ENTERED):
        return None
    reason = judgement.actual.missing_reason
    words = f"未測定（{reason.label}）" if reason else "確認済みの値がまだありません"
    return Ground(AgendaGround.NOT_MEASURED, words)


def _revised(row: JudgedIndicator, fiscal_year: int) -> Ground | None:
    """A target that came into force in that year or comes with the next one. The first is the plan's own and no revision."""
    later = sorted(target.effective_fiscal_year for target in row.in_year(fiscal_year).facts.targets)[1:]
    new = [year for year in later if year in (fiscal_year, fiscal_year + 1)]
    return Ground(AgendaGround.TARGET_REVISED, f"{era_long(new[-1])}から目標を見直し") if new else None


def of_agreements(agreements: Iterable[Agreement], day: date) -> list[Proposal]:
    """Agreements whose end is near on the day of the meeting."""
    states = [(row, row.state_on(day)) for row in agreements]
    ending = [(row, found.current_end) for row, found in states if found.state is State.ENDING_SOON]
    return [
        Proposal("agreement", row.pk, one_line(row.name), (Ground(AgendaGround.AGREEMENT_ENDING, f"{era_date_short(end)}に期限が来ます"),))
        for row, end in sorted(ending, key=lambda pair: pair[1])
    ]
