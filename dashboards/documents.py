"""The plan as a document 「計画の全体像」: what was adopted, without a single actual."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value

from common.fiscal import baseline_label_long, era_date, era_long
from common.japanese import number_text
from dashboards.frame import Frame
from goals.models import Goal, Measure, PeriodExtension, Strategy
from kpis.models import Indicator, Target
from kpis.vocabulary import TargetKind, WantedDirection

WANTED_WORDS = {WantedDirection.UP: "増加を図る", WantedDirection.DOWN: "減少を図る"}


@dataclass(frozen=True)
class Stated:
    """One figure as the plan states it: 「約1,800人」 of a breakdown, with its remarks 「均衡」「10品×5年」."""

    breakdown: str
    text: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanFigure:
    """An indicator of the plan; series that share a code are one figure with several values."""

    name: str
    code: str
    notes: tuple[str, ...]
    baselines: tuple[Stated, ...]
    targets: tuple[Stated, ...]
    is_listed_apart: bool


@dataclass(frozen=True)
class Series:
    """One of the series that define a figure without a numeric target."""

    name: str
    description: str
    text: str
    when: str


@dataclass(frozen=True)
class PlanMeasure:
    """A measure with its KPIs."""

    measure: Measure
    figures: tuple[PlanFigure, ...]


@dataclass(frozen=True)
class PlanGoal:
    """A goal with its numeric targets and measures."""

    goal: Goal
    national_goals: tuple["NationalEntry", ...]
    figures: tuple[PlanFigure, ...]
    measures: tuple[PlanMeasure, ...]


@dataclass(frozen=True)
class NationalEntry:
    """A goal of a national strategy and the numbers of the city's goals that answer to it."""

    generation: int
    is_cross_cutting: bool
    number: int
    name: str
    goal_numbers: tuple[int, ...]

    @property
    def title(self) -> str:
        return f"{'横断的な目標' if self.is_cross_cutting else '基本目標'}{self.number}"


@dataclass(frozen=True)
class ListEntry:
    """An entry of one of the plan's short lists: a policy, or a step of its history with its month."""

    number: int
    name: str
    summary: str
    points: str
    year: int = 0
    month: int = 0

    @property
    def when(self) -> str:
        """「令和元年7月」."""
        return era_date(date(self.year, self.month, 1)).removesuffix("1日")


@dataclass(frozen=True)
class PlanContent:
    """The whole plan as a document."""

    basic_policies: tuple[ListEntry, ...]
    promotion_policies: tuple[ListEntry, ...]
    events: tuple[ListEntry, ...]
    national_goals: tuple[tuple[int, tuple[NationalEntry, ...]], ...]
    goals: tuple[PlanGoal, ...]
    listed_apart: tuple[tuple[PlanFigure, str, tuple[Series, ...]], ...]
    extensions: tuple[PeriodExtension, ...]


def plan_content(frame: Frame) -> PlanContent:
    """The document's content. Six queries, one more for a plan that was extended, however long it is."""
    lists = _short_lists(frame.strategy)
    national = _national_goals(frame.strategy)
    indicators = list(_indicators(frame.strategy))
    return PlanContent(
        basic_policies=lists["basic"],
        promotion_policies=lists["promotion"],
        events=lists["events"],
        national_goals=tuple((generation, tuple(rows)) for generation, rows in groupby(national, key=lambda entry: entry.generation)),
        goals=tuple(_plan_goal(goal, national, indicators) for goal in frame.strategy.goals.prefetch_related("measures__initiatives")),
        listed_apart=_listed_apart(indicators),
        extensions=tuple(frame.strategy.extensions.all()) if frame.strategy.extended_to else (),
    )


def _short_lists(strategy: Strategy) -> dict[str, tuple[ListEntry, ...]]:
    """Basic policies, promotion policies and history: three short lists in one query."""
    none, empty = Value(0), Value("", output_field=TextField())
    basic = strategy.basic_policies.order_by().values_list(Value("basic"), "number", "name", empty, empty, none, none)
    promotion = strategy.promotion_policies.order_by().values_list(Value("promotion"), "number", "name", "summary", "points", none, none)
    events = strategy.formulation_events.order_by().values_list(Value("events"), "position", "name", empty, "details", "year", "month")
    found = {"basic": [], "promotion": [], "events": []}
    for kind, *fields in basic.union(promotion, events):
        found[kind].append(ListEntry(*fields))
    return {kind: tuple(sorted(entries, key=lambda entry: entry.number)) for kind, entries in found.items()}


def _national_goals(strategy: Strategy) -> list[NationalEntry]:
    """The national goals with the city's goals that answer to them, in one query."""
    rows = strategy.national_goals.order_by("generation", "is_cross_cutting", "number", "goals__number")
    values = rows.values_list("generation", "is_cross_cutting", "number", "name", "goals__number")
    grouped = groupby(values, key=lambda row: row[:4])
    return [NationalEntry(*key, tuple(row[4] for row in rows if row[4] is not None)) for key, rows in grouped]


def _indicators(strategy: Strategy) -> QuerySet[Indicator]:
    """The indicators in the plan's order with the target the plan was adopted with. One query."""
    originals = Target.objects.filter(indicator=OuterRef("pk"), milestone_fiscal_year=None).order_by("effective_fiscal_year")
    return Indicator.objects.of(strategy).order_by("position", "pk").annotate(
        original_target=Subquery(originals.values("value")[:1]), original_upper=Subquery(originals.values("upper_value")[:1])
    )


def _plan_goal(goal: Goal, national: list[NationalEntry], indicators: list[Indicator]) -> PlanGoal:
    return PlanGoal(
        goal=goal,
        national_goals=tuple(entry for entry in national if goal.number in entry.goal_numbers),
        figures=_figures(row for row in indicators if row.goal_id == goal.pk),
        measures=tuple(
            PlanMeasure(measure, _figures(row for row in indicators if row.measure_id == measure.pk)) for measure in goal.measures.all()
        ),
    )


def _figures(indicators: Iterable[Indicator]) -> tuple[PlanFigure, ...]:
    return tuple(_figure(list(rows)) for _, rows in groupby(indicators, key=lambda row: (row.code, row.name)))


def _figure(rows: list[Indicator]) -> PlanFigure:
    is_listed_apart = all(row.target_kind == TargetKind.DIRECTION for row in rows)
    return PlanFigure(
        name=rows[0].name,
        code=rows[0].code,
        notes=_notes(rows, () if is_listed_apart else (line for row in rows for line in row.note.splitlines())),
        baselines=() if is_listed_apart else tuple(_baseline(row) for row in rows if row.baseline_value is not None),
        targets=(_target(rows[0], ""),) if is_listed_apart else tuple(_target(row, row.breakdown) for row in rows),
        is_listed_apart=is_listed_apart,
    )


def _notes(rows: list[Indicator], written: Iterable[str]) -> tuple[str, ...]:
    """What is written beside the figure, and since or until when it is in the plan."""
    return tuple(dict.fromkeys((*written, *filter(None, map(_lifetime, rows)))))


def _lifetime(row: Indicator) -> str:
    name = f"{row.breakdown}は" if row.breakdown else ""
    since = f"{era_long(row.first_fiscal_year)}から追加" if row.first_fiscal_year else ""
    until = f"{era_long(row.last_fiscal_year)}で終了" if row.last_fiscal_year else ""
    return f"{name}{'、'.join(filter(None, (since, until)))}" if since or until else ""


def _listed_apart(indicators: list[Indicator]) -> tuple[tuple[PlanFigure, str, tuple[Series, ...]], ...]:
    """The figures without a numeric target, their source, and the series that define them 「関係人口」."""
    apart = (row for row in indicators if row.target_kind == TargetKind.DIRECTION)
    groups = [list(rows) for _, rows in groupby(apart, key=lambda row: (row.code, row.name))]
    return tuple((_figure(rows), rows[0].source, tuple(map(_series, rows))) for rows in groups)


def _series(indicator: Indicator) -> Series:
    """The note of such a series may hold the plan's columns as lines 「内容：…」「数値の時点：…」."""
    columns = dict(line.split("：", 1) for line in indicator.note.splitlines() if "：" in line)
    text = "―" if indicator.baseline_value is None else stated(indicator.baseline_value, indicator, indicator.baseline_qualifier)
    when = columns.get("数値の時点") or baseline_label_long(indicator.baseline_label)
    return Series(indicator.breakdown or indicator.name, columns.get("内容", indicator.note), text, when)


def stated(value: Decimal, indicator: Indicator, qualifier: str = "") -> str:
    """A value as the plan writes it, without zeros it does not have: 「約1,800人」「76万人」「△55人」."""
    decimals = max(0, -value.normalize().as_tuple().exponent)
    return f"{qualifier}{number_text(value, decimals)}{indicator.unit}"


def _baseline(indicator: Indicator) -> Stated:
    remarks = (indicator.baseline_label,) if indicator.baseline_label else ()
    return Stated(indicator.breakdown, stated(indicator.baseline_value, indicator, indicator.baseline_qualifier), remarks)


def _target(indicator: Indicator, breakdown: str) -> Stated:
    if indicator.original_target is None:
        return Stated(breakdown, WANTED_WORDS[indicator.wanted_direction] if indicator.target_kind == TargetKind.DIRECTION else "―")
    text = stated(indicator.original_target, indicator, indicator.target_qualifier)
    if indicator.original_upper is not None:
        text = f"{text}～{stated(indicator.original_upper, indicator)}"
    return Stated(breakdown, text, tuple(filter(None, (indicator.target_label, indicator.formula_note))))
