"""An edition read back 「確定版」: frozen dataclasses (reviews/editions/parts.py) from nothing but its stored text. Pure.

`reviews/editions/content.py` writes the same fields. Staff are never named; a member's name is there only where the seat allows it.
"""
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any

from common.japanese import percent_text
from kpis.facts import Rules
from kpis.vocabulary import Accumulation, MissingReason, RateFormula, Status, TargetKind, ValueState
from reviews.editions.parts import (
    CouncilContent,
    CountsContent,
    DecisionContent,
    EvaluationContent,
    GoalContent,
    GradeContent,
    IndicatorContent,
    InitiativeContent,
    InternalContent,
    MeasureContent,
    MeetingContent,
    MemberContent,
    OpinionContent,
    SelfContent,
    StrategyContent,
    YearContent,
)
from reviews.vocabulary import Body, CouncilRating, Course, Effect, InitiativeState, Sector, Stage, Treatment

FORMAT = 1
UNREADABLE = "この確定版の形式（{}）は、このプログラムでは読めません。新しい版のプログラムで開いてください。"


@dataclass(frozen=True)
class EditionContent:
    """All of an edition. `stage` is the one that closed; `fiscal_year` the reviewed one."""

    format: int
    rule_version: str
    stage: Stage
    fiscal_year: int
    era: str
    is_sample: bool
    strategy: StrategyContent
    rules: Rules
    counts: CountsContent
    goals: tuple[GoalContent, ...]
    indicators: tuple[IndicatorContent, ...]
    evaluations: tuple[EvaluationContent, ...]
    general_opinions: tuple[OpinionContent, ...]
    meetings: tuple[MeetingContent, ...]
    members: tuple[MemberContent, ...]

    @classmethod
    def read(cls, text: str) -> "EditionContent":
        """The content of an edition's stored text. Raises ValueError for a format this program does not know."""
        return cls.of(json.loads(text))

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "EditionContent":
        """The same from the plain content. Raises ValueError for a format this program does not know."""
        reader = READERS.get(content.get("format"))
        if reader is None:
            raise ValueError(UNREADABLE.format(content.get("format")))
        return reader(content)

    def meetings_of(self, body: Body) -> tuple[MeetingContent, ...]:
        """The meetings of that body, oldest first."""
        return tuple(each for each in self.meetings if each.body is body)

    def evaluation(self, goal: int, measure: int) -> EvaluationContent | None:
        """What people said of that measure; None for a measure that was none of the plan's."""
        return next((each for each in self.evaluations if (each.goal, each.measure) == (goal, measure)), None)

    def measure_name(self, goal: int, measure: int) -> str:
        """What that measure was called; empty for one that was none of the plan's."""
        measures = (each for row in self.goals if row.number == goal for each in row.measures)
        return next((each.name for each in measures if each.number == measure), "")

    def indicators_of(self, goal: int, measure: int | None) -> tuple[IndicatorContent, ...]:
        """A measure's KPIs in the plan's order; the goal's own numeric targets for None."""
        return tuple(each for each in self.indicators if (each.goal, each.measure) == (goal, measure))

    def rate_text(self, rate: Fraction | None) -> str:
        """A rate as the strategy showed it then: 「53％」「―」."""
        return percent_text(rate, self.rules.rate_decimals, down=self.rules.rates_cut_off)


def _make(kind: type, row: Mapping[str, Any], **told: Any) -> Any:
    """An object of that dataclass: each field from the row of the same name, unless told otherwise."""
    return kind(**{field.name: told[field.name] if field.name in told else row[field.name] for field in fields(kind)})


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _numbers(row: Mapping[str, Any], *names: str) -> dict[str, Fraction | None]:
    return {name: _number(row[name]) for name in names}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _term(kind: type, word: str | None) -> Any:
    return kind(word) if word else None


def _rules(row: Mapping[str, Any]) -> Rules:
    shares = ("on_track_from", "slightly_behind_from", "limit_tolerance", "maintain_tolerance")
    return _make(Rules, row, **_numbers(row, *shares))


def _counts(row: Mapping[str, Any]) -> CountsContent:
    return _make(CountsContent, row, by_status={status: row["by_status"].get(status.value, 0) for status in Status})


def _goal(row: Mapping[str, Any]) -> GoalContent:
    return _make(GoalContent, row, measures=tuple(_make(MeasureContent, each, divisions=tuple(each["divisions"])) for each in row["measures"]))


def _year(row: Mapping[str, Any]) -> YearContent:
    return _make(YearContent, row, result=_number(row["result"]), status=Status(row["status"]))


def _indicator(row: Mapping[str, Any]) -> IndicatorContent:
    return _make(
        IndicatorContent,
        row,
        **_numbers(row, "baseline", "target", "target_upper", "target_original", "milestone", "value", "result", "expected"),
        **_numbers(row, "progress_rate", "achievement_rate"),
        target_kind=TargetKind(row["target_kind"]),
        accumulation=Accumulation(row["accumulation"]),
        value_state=ValueState(row["value_state"]),
        missing_reason=_term(MissingReason, row["missing_reason"]),
        rate_formula=_term(RateFormula, row["rate_formula"]),
        status=Status(row["status"]),
        grades=tuple(_make(GradeContent, each) for each in row["grades"]),
        years=tuple(map(_year, row["years"])),
    )


def _opinion(row: Mapping[str, Any]) -> OpinionContent:
    return _make(
        OpinionContent, row, treatment=_term(Treatment, row["treatment"]), due_on=_day(row["due_on"]), done_on=_day(row["done_on"])
    )


def _internal(row: Mapping[str, Any] | None) -> InternalContent | None:
    return None if row is None else _make(InternalContent, row, effect=_term(Effect, row["effect"]), course=_term(Course, row["course"]))


def _council(row: Mapping[str, Any] | None) -> CouncilContent | None:
    return None if row is None else _make(CouncilContent, row, rating=CouncilRating(row["rating"]))


def _evaluation(row: Mapping[str, Any]) -> EvaluationContent:
    return _make(
        EvaluationContent,
        row,
        self_evaluations=tuple(_make(SelfContent, each) for each in row["self"]),
        initiatives=tuple(_make(InitiativeContent, each, state=InitiativeState(each["state"])) for each in row["initiatives"]),
        internal=_internal(row["internal"]),
        council=_council(row["council"]),
        opinions=tuple(map(_opinion, row["opinions"])),
    )


def _decision(row: Mapping[str, Any]) -> DecisionContent:
    return _make(DecisionContent, row, due_on=_day(row["due_on"]), done_on=_day(row["done_on"]))


def _meeting(row: Mapping[str, Any]) -> MeetingContent:
    decisions = tuple(map(_decision, row["decisions"]))
    return _make(MeetingContent, row, body=Body(row["body"]), meets_on=_day(row["meets_on"]), decisions=decisions)


def _read_1(content: Mapping[str, Any]) -> EditionContent:
    return _make(
        EditionContent,
        content,
        stage=Stage(content["stage"]),
        strategy=_make(StrategyContent, content["strategy"]),
        rules=_rules(content["rules"]),
        counts=_counts(content["counts"]),
        goals=tuple(map(_goal, content["goals"])),
        indicators=tuple(map(_indicator, content["indicators"])),
        evaluations=tuple(map(_evaluation, content["evaluations"])),
        general_opinions=tuple(map(_opinion, content["general_opinions"])),
        meetings=tuple(map(_meeting, content["meetings"])),
        members=tuple(_make(MemberContent, each, sector=Sector(each["sector"])) for each in content["members"]),
    )


# A format that was once written stays readable: a new one gets a reader of its own beside these.
READERS = {FORMAT: _read_1}
