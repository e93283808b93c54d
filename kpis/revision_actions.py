"""Decisions of a revision 「目標数値の見直し」 on indicators and their targets. What was decided before stays as it is.

All are atomic and audited, raise ValidationError by field when the decision cannot be, and PermissionDenied unless `by` decides on targets.
`by` is None where the program itself tries a decision out and takes it back (reviews.revising.kinds.trial).
The period itself is extended by kpis.period_actions.extend_period.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Max

from accounts.models import Revision, User
from common.fiscal import era_long
from goals.models import Goal, Measure, Strategy
from kpis.entry import bounds_problem, lost_years_problem, own_year_problem, year_problem
from kpis.models import Indicator, Target
from kpis.period_actions import DECIDES, LONGEST_TRACE
from kpis.vocabulary import TargetKind

Row = TypeVar("Row", bound=models.Model)
WITHOUT_NUMBER = (TargetKind.DIRECTION, TargetKind.MILESTONE)
# What a part takes over from the indicator it was split from, unless told otherwise.
INHERITED = (
    "unit", "decimals", "target_kind", "accumulation", "wanted_direction", "rate_formula", "division_id", "person_id", "source", "computation", "published_month",
)
TARGET_KEYS = {"target_value": "value", "target_upper_value": "upper_value"}
MISSING = {"reason": "見直しの理由を書いてください。", "decided_on": "決定日を書いてください。", "decided_by_meeting": "決定した会議を書いてください。"}


@dataclass(frozen=True)
class Decided:
    """Why, when and by which meeting something was decided."""

    reason: str
    decided_on: date | None
    decided_by_meeting: str
    is_sample: bool = False

    def problems(self) -> dict[str, str]:
        return {name: text for name, text in MISSING.items() if not getattr(self, name)}

    def as_fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*MISSING, "is_sample")}


@dataclass(frozen=True)
class NewIndicator:
    """An indicator to be added: `fields` of the model by name (code, name, unit, division_id, …) and its target, if it has a number."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    value: Decimal | None = None
    upper_value: Decimal | None = None

    @classmethod
    def of_content(cls, content: Mapping[str, Any]) -> "NewIndicator":
        """From plain JSON: field names, "target_value" and "target_upper_value". Raises ValidationError for a target that is no number."""
        fields = {name: value for name, value in content.items() if name not in TARGET_KEYS}
        return cls(fields, *(_number(content.get(name), field_name) for name, field_name in TARGET_KEYS.items()))


class PartRefused(ValidationError):
    """One part of a split cannot be; `part` counts from 0."""

    def __init__(self, part: int, error: ValidationError):
        super().__init__(error.error_dict)
        self.part = part


def _number(value: Any, name: str) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation as error:
        raise ValidationError({name: "目標値は、数だけを書いてください。"}) from error


@transaction.atomic
def revise_target(
    *,
    indicator: Indicator,
    effective_fiscal_year: int,
    value: Decimal,
    upper_value: Decimal | None = None,
    reason: str,
    decided_on: date,
    decided_by_meeting: str,
    by: User | None,
    is_sample: bool = False,
) -> Target:
    """Raise or lower the target from a fiscal year on; earlier years keep theirs."""
    _require(by)
    decided, stored = Decided(reason, decided_on, decided_by_meeting, is_sample), _locked(indicator)
    made = Target(indicator=stored, effective_fiscal_year=effective_fiscal_year, value=value, upper_value=upper_value, **decided.as_fields())
    _refuse(decided.problems(), _year_of_target(made), _value_of_target(made))
    return _saved(made, by, reason)


def _year_of_target(target: Target) -> dict[str, str]:
    indicator, year = target.indicator, target.effective_fiscal_year
    original = indicator.facts().original_target()
    problem = own_year_problem(indicator, year)
    if not problem and original is not None and year <= original.effective_fiscal_year:
        problem = f"当初の目標は{era_long(original.effective_fiscal_year)}からです。それより後の年度にしてください。"
    if not problem and any(each.effective_fiscal_year == year for each in indicator.facts().targets):
        problem = f"{era_long(year)}から適用する目標値が、すでにあります。"
    return {"effective_fiscal_year": problem} if problem else {}


def _value_of_target(target: Target) -> dict[str, str]:
    """Problems of the value itself, and of one that changes nothing."""
    indicator = target.indicator
    if indicator.target_kind in WITHOUT_NUMBER:
        return {"value": "この目標の種類には、目標値がありません。"}
    if problems := _figure_problems(indicator, target.value, target.upper_value):
        return problems
    now = indicator.facts().target(target.effective_fiscal_year)
    if now is not None and (now.value, now.upper_value) == (target.value, target.upper_value):
        return {"value": f"{era_long(target.effective_fiscal_year)}に適用されている目標値と同じです。"}
    return {}


def _figure_problems(indicator: Indicator, value: Decimal | None, upper_value: Decimal | None) -> dict[str, str]:
    if indicator.target_kind in WITHOUT_NUMBER:
        return {} if value is None else {"value": "この目標の種類には、目標値がありません。空にしてください。"}
    if value is None:
        return {"value": "目標値を書いてください。"}
    if problem := bounds_problem(indicator.target_kind, upper_value):
        return {"upper_value": problem}
    if upper_value is not None and indicator.target_kind != TargetKind.RANGE:
        return {"upper_value": "上限は、範囲の目標だけに書きます。空にしてください。"}
    return _decimals(indicator, value)


def _decimals(indicator: Indicator, value: Decimal) -> dict[str, str]:
    how = f"小数は{indicator.decimals}桁までで" if indicator.decimals else "整数で"
    return {} if value == round(value, indicator.decimals) else {"value": f"この指標の値は、{how}書いてください。"}


@transaction.atomic
def set_milestone(
    *,
    indicator: Indicator,
    milestone_fiscal_year: int,
    effective_fiscal_year: int,
    value: Decimal,
    reason: str,
    decided_on: date,
    decided_by_meeting: str,
    by: User | None,
    is_sample: bool = False,
) -> Target:
    """Add a yearly milestone 「年度目標」, or another one for the same year, decided from a fiscal year on.

    Of a qualitative indicator it is the year by which the aim is due; its value is then 1 and says nothing.
    """
    _require(by)
    decided, stored = Decided(reason, decided_on, decided_by_meeting, is_sample), _locked(indicator)
    years = {"milestone_fiscal_year": milestone_fiscal_year, "effective_fiscal_year": effective_fiscal_year}
    made = Target(indicator=stored, value=value, **years, **decided.as_fields())
    _refuse(decided.problems(), _years_of_milestone(made), _value_of_milestone(made))
    return _saved(made, by, reason)


def _years_of_milestone(made: Target) -> dict[str, str]:
    due, since = made.milestone_fiscal_year, made.effective_fiscal_year
    problems = {"milestone_fiscal_year": own_year_problem(made.indicator, due), "effective_fiscal_year": own_year_problem(made.indicator, since)}
    if not any(problems.values()) and due < since:
        problems["effective_fiscal_year"] = f"{era_long(due)}の年度目標は、その年度までに決めます。適用する年度を{era_long(due)}以前にしてください。"
    same = (each for each in made.indicator.facts().milestones if (each.fiscal_year, each.effective_fiscal_year) == (due, since))
    if any(same):
        problems["effective_fiscal_year"] = f"{era_long(since)}から適用する{era_long(due)}の年度目標が、すでにあります。"
    return {name: text for name, text in problems.items() if text}


def _value_of_milestone(made: Target) -> dict[str, str]:
    indicator = made.indicator
    if indicator.target_kind in (TargetKind.DIRECTION, TargetKind.RANGE):
        return {"value": "この目標の種類には、年度目標を置けません。"}
    if made.value is None:
        return {"value": "年度目標の値を書いてください。"}
    now = indicator.facts().milestones_in(made.effective_fiscal_year).get(made.milestone_fiscal_year)
    return {"value": "いまの年度目標と同じです。"} if now == made.value else _decimals(indicator, made.value)


@transaction.atomic
def end_indicator(*, indicator: Indicator, last_fiscal_year: int, reason: str, by: User | None) -> Indicator:
    """The indicator's last year is an earlier one than the plan's; later years ask for no value and have no verdict."""
    _require(by)
    stored = _locked(indicator)
    _refuse({} if reason else {"reason": MISSING["reason"]}, _last_year(stored, last_fiscal_year))
    stored.last_fiscal_year = last_fiscal_year
    _refuse(lost_years_problem(stored))
    return _saved(stored, by, reason)


def _last_year(indicator: Indicator, year: int) -> dict[str, str]:
    if indicator.last_fiscal_year is not None:
        return {"last_fiscal_year": f"{indicator.key} は、{era_long(indicator.last_fiscal_year)}で終了することが決まっています。"}
    problem = own_year_problem(indicator, year)
    if not problem and year == indicator.strategy.final_fiscal_year:
        problem = f"{era_long(year)}は計画の最後の年度です。終了するのは、それより前の年度にしてください。"
    return {"last_fiscal_year": problem} if problem else {}


@transaction.atomic
def add_indicator(
    *,
    strategy: Strategy,
    new: NewIndicator,
    first_fiscal_year: int,
    reason: str,
    decided_on: date,
    decided_by_meeting: str,
    by: User | None,
    measure: Measure | None = None,
    goal: Goal | None = None,
    split_from: Indicator | None = None,
    is_sample: bool = False,
) -> Indicator:
    """Add a KPI to a measure, or a numeric target to a goal, that is judged from a fiscal year on. It stands last among its neighbours."""
    _require(by)
    decided = Decided(reason, decided_on, decided_by_meeting, is_sample)
    made = Indicator(strategy=strategy, measure=measure, goal=goal, first_fiscal_year=first_fiscal_year, split_from=split_from, **new.fields)
    _refuse(decided.problems(), _owner(made), _first_year(strategy, first_fiscal_year), _figure_problems(made, new.value, new.upper_value))
    made.position = _make_room(made)
    _saved(made, by, reason)
    if new.value is not None:
        target = Target(indicator=made, effective_fiscal_year=first_fiscal_year, value=new.value, upper_value=new.upper_value, **decided.as_fields())
        _saved(target, by, reason)
    return made


def _owner(made: Indicator) -> dict[str, str]:
    owner = made.goal or (made.measure and made.measure.goal)
    is_of_strategy = owner is not None and owner.strategy_id == made.strategy_id
    return {} if is_of_strategy else {"measure": "この計画の主要施策か基本目標を選んでください。"}


def _first_year(strategy: Strategy, year: int) -> dict[str, str]:
    problem = year_problem(strategy, year)
    if not problem and year == strategy.first_fiscal_year:
        problem = f"{era_long(year)}は計画の最初の年度です。途中で加えるのは、それより後の年度にしてください。"
    return {"first_fiscal_year": problem} if problem else {}


def _make_room(made: Indicator) -> int:
    """The place behind its neighbours. Those after it move on by one; that is no decision, so their histories do not speak of it."""
    everybody = Indicator.objects.of(made.strategy)
    neighbours = everybody.filter(goal=made.goal, measure=made.measure)
    last = neighbours.aggregate(last=Max("position"))["last"]
    if last is None:
        last = everybody.aggregate(last=Max("position"))["last"] or 0
    everybody.filter(position__gt=last).update(position=F("position") + 1)
    return last + 1


@transaction.atomic
def split_indicator(
    *,
    indicator: Indicator,
    parts: Sequence[NewIndicator],
    from_fiscal_year: int,
    reason: str,
    decided_on: date,
    decided_by_meeting: str,
    by: User | None,
    is_sample: bool = False,
) -> list[Indicator]:
    """End the indicator with the year before and add its parts, which name it. What a part does not say it takes over (INHERITED)."""
    _require(by)
    if len(parts) < 2:
        raise ValidationError({"parts": "分けた後の指標を、2つ以上書いてください。"})
    _refuse(_split_year(_locked(indicator), from_fiscal_year))
    ended = end_indicator(indicator=indicator, last_fiscal_year=from_fiscal_year - 1, reason=reason, by=by)
    inherited = {name: getattr(ended, name) for name in INHERITED}
    decided = {"reason": reason, "decided_on": decided_on, "decided_by_meeting": decided_by_meeting, "is_sample": is_sample}
    place = {"strategy": ended.strategy, "measure": ended.measure, "goal": ended.goal, "first_fiscal_year": from_fiscal_year, "split_from": ended}
    news = [NewIndicator({**inherited, **part.fields}, part.value, part.upper_value) for part in parts]
    return [_added_part(number, new=new, **place, **decided, by=by) for number, new in enumerate(news)]


def _added_part(number: int, **arguments: Any) -> Indicator:
    try:
        return add_indicator(**arguments)
    except ValidationError as error:
        raise PartRefused(number, error) from error


def _split_year(indicator: Indicator, year: int) -> dict[str, str]:
    problem = own_year_problem(indicator, year)
    if not problem and year == indicator.fiscal_years[0]:
        problem = f"{indicator.key} は{era_long(year)}からの指標です。分けるのは、それより後の年度にしてください。"
    return {"from_fiscal_year": problem} if problem else {}


def _require(by: User | None) -> None:
    if by is not None and not by.has_perm(DECIDES):
        raise PermissionDenied("目標の見直しは、企画担当が行います。")


def _locked(indicator: Indicator) -> Indicator:
    """The row with its lock: of two decisions at once the second sees the first."""
    return Indicator.objects.select_for_update(of=("self",)).select_related("strategy", "measure__goal", "goal").with_values().get(pk=indicator.pk)


def _refuse(*problems: dict[str, str]) -> None:
    found = {name: text for each in problems for name, text in each.items()}
    if found:
        raise ValidationError(found)


def _saved(row: Row, by: User | None, reason: str) -> Row:
    row._history_user, row._change_reason = by, reason[:LONGEST_TRACE]
    row.full_clean()
    row.save()
    transaction.on_commit(Revision.advance)
    return row
