"""The parts of an edition 「確定版」 as pages, papers and open data read them. Pure; `reviews/editions/reading.py` makes them from the stored text.

Numbers are exact Fractions in the indicator's own unit, None where there is none; rates: 1 is 100 %.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from common.fiscal import baseline_label_long, era_long
from common.japanese import NO_VALUE, number_text
from kpis.vocabulary import Accumulation, MissingReason, RateFormula, Status, TargetKind, ValueState
from reviews.vocabulary import Body, CouncilRating, Course, Effect, InitiativeState, Sector, Treatment


@dataclass(frozen=True)
class StrategyContent:
    """The strategy as it was called."""

    slug: str
    name: str
    short_name: str
    municipality: str
    municipality_code: str


@dataclass(frozen=True)
class CountsContent:
    """How many indicators had which status. `rated` is the n of 「n/N 指標で判定」."""

    by_status: Mapping[Status, int]
    rated: int
    total: int


@dataclass(frozen=True)
class MeasureContent:
    """A measure 「主要施策」 and its divisions 「担当課」."""

    number: int
    name: str
    divisions: tuple[str, ...]


@dataclass(frozen=True)
class GoalContent:
    """A goal 「基本目標」 with its measures in the plan's order."""

    number: int
    name: str
    measures: tuple[MeasureContent, ...]


@dataclass(frozen=True)
class GradeContent:
    """One of the city's own grades 「市の評価区分」 of an indicator."""

    scale: str
    label: str


@dataclass(frozen=True)
class YearContent:
    """An indicator's result and status in one year of the plan, up to the reviewed one."""

    fiscal_year: int
    result: Fraction | None
    status: Status

    @property
    def era(self) -> str:
        return era_long(self.fiscal_year)


@dataclass(frozen=True)
class IndicatorContent:
    """One series in the reviewed year. `id` is its key in the database then; `measure` is None for a numeric target of the goal.

    `value` is what was entered for the year, `result` what it is judged by: they differ where yearly values are added up.
    `target` is the one in force, decided to apply from `target_since` on; `target_original` is there only where it was revised.
    """

    id: int
    code: str
    breakdown: str
    name: str
    full_name: str
    unit: str
    decimals: int
    goal: int
    measure: int | None
    target_kind: TargetKind
    accumulation: Accumulation
    baseline: Fraction | None
    baseline_label: str
    target: Fraction | None
    target_upper: Fraction | None
    target_since: int | None
    target_label: str
    target_original: Fraction | None
    milestone: Fraction | None
    value: Fraction | None
    value_state: ValueState
    missing_reason: MissingReason | None
    expected_month: int | None
    is_met: bool | None
    result: Fraction | None
    expected: Fraction | None
    progress_rate: Fraction | None
    achievement_rate: Fraction | None
    rate_formula: RateFormula | None
    status: Status
    status_word: str
    grades: tuple[GradeContent, ...]
    explanation: str
    comment: str
    years: tuple[YearContent, ...]
    is_sample: bool

    @property
    def key(self) -> str:
        """「1-3-4 面積」."""
        return f"{self.code} {self.breakdown}".strip()

    @property
    def is_numeric_target(self) -> bool:
        return self.measure is None

    def amount(self, value: Fraction | None) -> str:
        """「80.1万人」「△55人」「―」; one decimal more where a computed value lies between two of the indicator's."""
        if value is None:
            return NO_VALUE
        is_between = (value * 10**self.decimals).denominator != 1
        return f"{number_text(value, self.decimals + is_between)}{self.unit}"

    @property
    def baseline_text(self) -> str:
        label = baseline_label_long(self.baseline_label)
        return f"{self.amount(self.baseline)}（{label}）" if label and self.baseline is not None else self.amount(self.baseline)

    @property
    def target_text(self) -> str:
        """「150人」「30％以上 40％以下」; 「実施・設置」 or 「数値目標なし」 without a number."""
        if self.target is None:
            return "実施・設置" if self.target_kind is TargetKind.MILESTONE else "数値目標なし"
        if self.target_upper is not None:
            return f"{self.amount(self.target)}以上 {self.amount(self.target_upper)}以下"
        return self.amount(self.target)

    @property
    def state_text(self) -> str:
        """「速報」「見込」 of a value that was not final; empty otherwise."""
        return self.value_state.label if self.value is not None and self.value_state is not ValueState.CONFIRMED else ""

    @property
    def missing_text(self) -> str:
        """Why there was no value: 「公表待ち（9月公表予定）」; empty where there was one."""
        if self.missing_reason is None:
            return ""
        is_awaited = self.missing_reason is MissingReason.AWAITING_PUBLICATION and self.expected_month
        return f"{self.missing_reason.label}（{self.expected_month}月公表予定）" if is_awaited else self.missing_reason.label

    @property
    def result_text(self) -> str:
        """What readers see as the year's result: a number with its state, 「実施した」, or why there is none."""
        if self.is_met is not None and self.target_kind is TargetKind.MILESTONE:
            return "実施した" if self.is_met else "実施していない"
        if self.result is None:
            return self.missing_text or Status.NOT_MEASURED.label
        return f"{self.amount(self.result)}（{self.state_text}）" if self.state_text else self.amount(self.result)

    @property
    def entered_text(self) -> str:
        """What was entered for the year, where the result is a sum over the years; empty otherwise."""
        return self.amount(self.value) if self.accumulation is Accumulation.TOTAL and self.value is not None else ""


@dataclass(frozen=True)
class SelfContent:
    """What a division said of its part of a measure 「自己評価」; `division` is empty where nobody was in charge."""

    division: str
    achievements: str
    issues: str
    next_steps: str


@dataclass(frozen=True)
class InitiativeContent:
    """How far a concrete initiative 「具体的取組」 was carried out."""

    number: int
    name: str
    state: InitiativeState
    state_label: str
    note: str


@dataclass(frozen=True)
class InternalContent:
    """The internal meeting's evaluation. `grade` and `proposed` are labels of the city's own scale."""

    grade: str
    grade_name: str
    proposed: str
    grade_reason: str
    effect: Effect | None
    effect_label: str
    course: Course | None
    course_label: str
    comment: str


@dataclass(frozen=True)
class CouncilContent:
    """The outside council's evaluation."""

    rating: CouncilRating
    rating_label: str
    summary: str


@dataclass(frozen=True)
class OpinionContent:
    """An opinion of the council and the city's answer; `treatment` is None and `response` empty while the answer is not final."""

    id: int
    text: str
    speakers: str
    treatment: Treatment | None
    treatment_label: str
    response: str
    due_on: date | None
    done_on: date | None


@dataclass(frozen=True)
class EvaluationContent:
    """Everything people said of one measure. `goal` and `measure` are numbers."""

    goal: int
    measure: int
    self_evaluations: tuple[SelfContent, ...]
    initiatives: tuple[InitiativeContent, ...]
    internal: InternalContent | None
    council: CouncilContent | None
    opinions: tuple[OpinionContent, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.self_evaluations or self.initiatives or self.internal or self.council or self.opinions)


@dataclass(frozen=True)
class DecisionContent:
    """What a meeting decided."""

    text: str
    division: str
    due_on: date | None
    done_on: date | None


@dataclass(frozen=True)
class MeetingContent:
    """A meeting that had taken place."""

    body: Body
    number: int
    title: str
    meets_on: date
    place: str
    decisions: tuple[DecisionContent, ...]


@dataclass(frozen=True)
class MemberContent:
    """Who held a seat of the council; `name` is None unless the seat allows it."""

    sector: Sector
    sector_label: str
    organisation: str
    office: str
    name: str | None
