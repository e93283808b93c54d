"""The parts of a measure's page: the division's self-evaluation, the initiatives, the internal meeting's evaluation, the council's."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from goals.models import Initiative
from reviews.measures.fields import Attempt, Choice, Clash, Pairs, TextField, typed_or
from reviews.measures.proposals import Proposal
from reviews.measures.states import Mark, OwnPart, mark_of_confirmed
from reviews.models import CouncilEvaluation, EvaluationGrade, InitiativeProgress, InternalEvaluation, SelfEvaluation
from reviews.models.evaluations import SUMMARY_CHARACTERS
from reviews.vocabulary import NO_EFFECT, CouncilRating, Course, Effect, InitiativeState

SELF_HINTS = {
    "achievements": "今年度に進んだことを、数値を引いて書きます。",
    "issues": "目安に届かなかった理由や、進め方の課題を書きます。",
    "next_steps": "1行に1項目を書きます。",
}
SELF_LABELS = {"achievements": "成果", "issues": "課題", "next_steps": "今後の取組"}
SUMMARY_HINT = f"市民が読む文章です。専門用語を避け、{SUMMARY_CHARACTERS}字以内で書きます。"


@dataclass(frozen=True)
class SelfPart:
    """A division's self-evaluation as the reader meets it: to read, and to write where it is theirs and the stage is open."""

    key: str
    part: OwnPart
    texts: Pairs
    fields: list[TextField]
    may_write: bool
    may_return: bool
    is_own: bool
    return_reason: str
    last_year: Pairs
    attempt: Attempt | None = None
    clash: Clash | None = None

    @property
    def version(self) -> int:
        return seen_version(self.part.evaluation, self.attempt)

    @property
    def shows_form(self) -> bool:
        """Open at once for the division itself while it is a draft; behind a fold for the planning side and once it is handed in."""
        return self.may_write and (self.attempt is not None or (self.is_own and not self.is_submitted))

    @property
    def is_submitted(self) -> bool:
        return self.part.evaluation is not None and self.part.evaluation.submitted_at is not None


def self_part(part: OwnPart, before: SelfEvaluation | None, attempt: Attempt | None, *, may_write: bool, may_return: bool, is_own: bool) -> SelfPart:
    evaluation, key = part.evaluation, f"self-{part.division.pk if part.division else 0}"
    fields = [
        TextField(
            name, f"{key}-{name}", label, typed_or(attempt, name, getattr(evaluation, name, "")), SELF_HINTS[name], getattr(before, name, ""),
            attempt.error(name) if attempt else "",
        )
        for name, label in SELF_LABELS.items()
    ]
    is_submitted = evaluation is not None and evaluation.submitted_at is not None
    return SelfPart(
        key=key, part=part, texts=self_texts(evaluation), fields=fields, may_write=may_write, may_return=may_return and is_submitted, is_own=is_own,
        return_reason=evaluation.return_reason if evaluation and not is_submitted and (may_write or may_return) else "",
        last_year=self_texts(before), attempt=attempt, clash=_clash(attempt, self_texts),
    )


def self_texts(evaluation: SelfEvaluation | None) -> Pairs:
    """What is written, by name; empty fields are left out."""
    return [(label, getattr(evaluation, name)) for name, label in SELF_LABELS.items() if evaluation and getattr(evaluation, name)]


@dataclass(frozen=True)
class InitiativeLine:
    """A concrete initiative with its state this year and last."""

    initiative: Initiative
    progress: InitiativeProgress | None
    states: list[Choice]
    note: str
    version: int
    last_year: Pairs
    error: str = ""

    @property
    def state(self) -> InitiativeState | None:
        return InitiativeState(self.progress.state) if self.progress else None


@dataclass(frozen=True)
class InitiativesPart:
    """All initiatives of the measure; one form for whoever may write them."""

    lines: list[InitiativeLine]
    may_write: bool
    is_own: bool
    attempt: Attempt | None = None
    clash: Clash | None = None

    @property
    def shows_form(self) -> bool:
        """Open at once for the division; behind a fold for the planning side."""
        return self.may_write and (self.is_own or self.attempt is not None)

    @property
    def said(self) -> int:
        return sum(line.progress is not None for line in self.lines)


def initiatives_part(
    initiatives: Iterable[Initiative], progress: Mapping[int, InitiativeProgress], before: Mapping[int, InitiativeProgress], attempt: Attempt | None,
    *, may_write: bool, is_own: bool,
) -> InitiativesPart:
    lines = [_initiative_line(each, progress.get(each.pk), before.get(each.pk), attempt) for each in initiatives]
    return InitiativesPart(lines, may_write, is_own, attempt, _clash(attempt, progress_texts))


def _initiative_line(
    initiative: Initiative, progress: InitiativeProgress | None, before: InitiativeProgress | None, attempt: Attempt | None
) -> InitiativeLine:
    chosen = typed_or(attempt, f"state-{initiative.pk}", progress.state if progress else "")
    return InitiativeLine(
        initiative=initiative,
        progress=progress,
        states=[Choice(state.value, state.label, is_chosen=state.value == chosen) for state in InitiativeState],
        note=typed_or(attempt, f"note-{initiative.pk}", progress.note if progress else ""),
        version=_line_version(initiative, progress, attempt),
        last_year=progress_texts(before),
        error=attempt.error(f"initiative-{initiative.pk}") if attempt else "",
    )


def _line_version(initiative: Initiative, progress: InitiativeProgress | None, attempt: Attempt | None) -> int:
    """The version that was seen. In a refused form it is the one that was typed upon, except for the row whose clash is shown now."""
    now = progress.version if progress else 0
    typed = attempt.typed.get(f"version-{initiative.pk}", "") if attempt else ""
    is_shown = attempt is not None and attempt.is_clash and attempt.stored is not None and attempt.stored.initiative_id == initiative.pk
    return now if is_shown or not (typed.isascii() and typed.isdecimal()) else int(typed)


def progress_texts(progress: InitiativeProgress | None) -> Pairs:
    if progress is None:
        return []
    texts = [(progress.initiative.name, InitiativeState(progress.state).label), ("説明", progress.note)]
    return [(label, text) for label, text in texts if text]


@dataclass(frozen=True)
class InternalPart:
    """庁内検討会議の評価: the grade beside what the statuses propose."""

    evaluation: InternalEvaluation | None
    texts: Pairs
    proposal: Proposal[EvaluationGrade]
    grades: list[Choice]
    effects: list[Choice]
    courses: list[Choice]
    reason: TextField
    comment: TextField
    last_year: Pairs
    may_write: bool
    may_unconfirm: bool
    attempt: Attempt | None = None
    clash: Clash | None = None

    @property
    def mark(self) -> Mark:
        return mark_of_confirmed(self.evaluation)

    @property
    def version(self) -> int:
        return seen_version(self.evaluation, self.attempt)

    @property
    def last_choices(self) -> Pairs:
        """Last year's without the texts that stand beside their own fields."""
        return [(label, text) for label, text in self.last_year if label not in (self.reason.label, self.comment.label)]

    @property
    def grade_error(self) -> str:
        return self.attempt.error("grade") if self.attempt else ""

    @property
    def course_error(self) -> str:
        return self.attempt.error("course") if self.attempt else ""


def internal_part(
    evaluation: InternalEvaluation | None, before: InternalEvaluation | None, grades: list[EvaluationGrade], proposal: Proposal[EvaluationGrade],
    attempt: Attempt | None, *, is_open: bool,
) -> InternalPart:
    is_confirmed = evaluation is not None and evaluation.confirmed_at is not None
    chosen = typed_or(attempt, "grade", str(evaluation.grade_id or "") if evaluation else "")
    return InternalPart(
        evaluation=evaluation,
        texts=internal_texts(evaluation),
        proposal=proposal,
        grades=[Choice(str(each.pk), str(each), each.wording, str(each.pk) == chosen) for each in grades],
        effects=[Choice("", NO_EFFECT), *_choices(Effect, typed_or(attempt, "effect", evaluation.effect if evaluation else ""))],
        courses=_choices(Course, typed_or(attempt, "course", evaluation.course if evaluation else "")),
        reason=_text("grade_reason", "参考評価と違える理由", evaluation, before, attempt, "参考評価と同じときは、書かなくてかまいません。", 2),
        comment=_text("comment", "評価の理由・意見", evaluation, before, attempt),
        last_year=internal_texts(before),
        may_write=is_open and (not is_confirmed or attempt is not None),
        may_unconfirm=is_open and is_confirmed,
        attempt=attempt,
        clash=_clash(attempt, internal_texts),
    )


def internal_texts(evaluation: InternalEvaluation | None) -> Pairs:
    if evaluation is None:
        return []
    texts = [
        ("評価", str(evaluation.grade or "")),
        ("参考評価と違える理由", evaluation.grade_reason),
        ("地方創生への効果", Effect(evaluation.effect).label if evaluation.effect else NO_EFFECT),
        ("今後の方針", Course(evaluation.course).label if evaluation.course else ""),
        ("評価の理由・意見", evaluation.comment),
    ]
    return [(label, text) for label, text in texts if text]


@dataclass(frozen=True)
class CouncilPart:
    """推進会議の評価: the rating with how many members gave which, and the text that citizens read."""

    evaluation: CouncilEvaluation | None
    texts: Pairs
    ratings: list[Choice]
    summary: TextField
    last_year: Pairs
    may_write: bool
    may_unconfirm: bool
    members: int = 0
    attempt: Attempt | None = None
    clash: Clash | None = None
    tally: Mapping[str, int] = field(default_factory=dict)

    @property
    def mark(self) -> Mark:
        return mark_of_confirmed(self.evaluation)

    @property
    def version(self) -> int:
        return seen_version(self.evaluation, self.attempt)

    @property
    def last_choices(self) -> Pairs:
        return [(label, text) for label, text in self.last_year if label == "評価"]

    @property
    def rating_error(self) -> str:
        return self.attempt.error("rating") if self.attempt else ""


def council_part(
    evaluation: CouncilEvaluation | None, before: CouncilEvaluation | None, tally: Mapping[str, int], attempt: Attempt | None, *, is_open: bool
) -> CouncilPart:
    is_confirmed = evaluation is not None and evaluation.confirmed_at is not None
    chosen = typed_or(attempt, "rating", evaluation.rating if evaluation else "")
    return CouncilPart(
        evaluation=evaluation,
        texts=council_texts(evaluation),
        ratings=[Choice(each.value, each.label, f"{tally.get(each.value, 0)}人", each.value == chosen) for each in CouncilRating],
        summary=_text("summary", "まとめ（公表する文章）", evaluation, before, attempt, SUMMARY_HINT, 3, SUMMARY_CHARACTERS),
        last_year=council_texts(before),
        may_write=is_open and (not is_confirmed or attempt is not None),
        may_unconfirm=is_open and is_confirmed,
        attempt=attempt,
        clash=_clash(attempt, council_texts),
        tally=tally,
    )


def council_texts(evaluation: CouncilEvaluation | None) -> Pairs:
    if evaluation is None:
        return []
    texts = [("評価", CouncilRating(evaluation.rating).label if evaluation.rating else ""), ("まとめ", evaluation.summary)]
    return [(label, text) for label, text in texts if text]


def _text(name: str, label: str, evaluation, before, attempt: Attempt | None, hint: str = "", rows: int = 4, limit: int = 0) -> TextField:
    error = attempt.error(name) if attempt else ""
    return TextField(name, f"id-{name}", label, typed_or(attempt, name, getattr(evaluation, name, "")), hint, getattr(before, name, ""), error, limit, rows)


def _choices(kind, chosen: str) -> list[Choice]:
    return [Choice(each.value, each.label, is_chosen=each.value == chosen) for each in kind]


def _clash(attempt: Attempt | None, texts) -> Clash | None:
    return Clash.of(attempt.stored, texts(attempt.stored)) if attempt and attempt.is_clash else None


def seen_version(row, attempt: Attempt | None) -> int:
    """The version to write upon: the one that was typed upon, until the other's text has been shown beside it."""
    now = row.version if row else 0
    if attempt is None or attempt.is_clash:
        return now
    typed = attempt.typed.get("version", "")
    return int(typed) if typed.isascii() and typed.isdecimal() else now
