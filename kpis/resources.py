"""Spreadsheets of indicators, targets and actuals. Rows are known by 戦略, 番号, 内訳 and years: hokuto-2, 1-3-4, 面積, 2024."""
from django.db.models import QuerySet
from django.utils.functional import cached_property
from import_export.widgets import Widget

from accounts.models import User
from accounts.roles import STAFF_ROLES, Sees
from accounts.sheets.columns import Column, Whole, cell_text
from accounts.sheets.resource import trimmed
from common.sheets import neutralised, restored
from goals.models import Goal, Measure
from goals.resources import PlanResource, measures_of, strategy_column
from kpis.entry import bounds_problem, entry_problem, lost_years_problem, measured, own_year_problem, year_problem
from kpis.models import Actual, Indicator, Target
from kpis.vocabulary import Door, TargetKind

BOTH_OWNERS = "「基本目標」と「主要施策」の列は、両方そろえてください。数値目標では「主要施策」を空にします。"


class Person(Widget):
    """Who enters the values, by the name to sign in with: people share names. One query for a whole file."""

    @cached_property
    def staff(self) -> dict[str, User]:
        return {user.username: user for user in User.objects.filter(role__in=STAFF_ROLES)}

    def clean(self, value, row=None, **kwargs) -> User | None:
        name = restored(cell_text(value)).strip()
        if name and name not in self.staff:
            raise ValueError(f"「{name}」という利用者名の担当者は登録されていません。「利用者」の利用者名を書いてください。")
        return self.staff.get(name)

    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else neutralised(value.username)

    def shows(self, value: User | None, cell: object) -> bool:
        """Whether the cell names who is stored already, whatever their role is by now."""
        return value is not None and restored(cell_text(cell)).strip() == value.username


def _owner_measure(indicator: Indicator) -> int | None:
    return indicator.measure.number if indicator.measure else None


def _owner_goal(indicator: Indicator) -> int | None:
    goal = indicator.goal or (indicator.measure and indicator.measure.goal)
    return goal.number if goal else None


def _origin(indicator: Indicator) -> str:
    return indicator.split_from.key if indicator.split_from else ""


class IndicatorResource(PlanResource):
    """A KPI names its goal and its measure, a numeric target 「数値目標」 only its goal."""

    strategy = strategy_column("strategy__slug")
    code = Column("code", "番号", readonly=True)
    breakdown = Column("breakdown", "内訳", readonly=True)
    goal = Column("goal", "基本目標", Whole(), value=_owner_goal)
    measure = Column("measure", "主要施策", Whole(), value=_owner_measure)
    position = Column.of(Indicator, "position")
    name = Column.of(Indicator, "name")
    short_name = Column.of(Indicator, "short_name")
    unit = Column.of(Indicator, "unit")
    decimals = Column.of(Indicator, "decimals")
    target_kind = Column.of(Indicator, "target_kind")
    accumulation = Column.of(Indicator, "accumulation")
    wanted_direction = Column.of(Indicator, "wanted_direction")
    rate_formula = Column.of(Indicator, "rate_formula")
    baseline_value = Column.of(Indicator, "baseline_value")
    baseline_label = Column.of(Indicator, "baseline_label")
    baseline_qualifier = Column.of(Indicator, "baseline_qualifier")
    target_qualifier = Column.of(Indicator, "target_qualifier")
    target_label = Column.of(Indicator, "target_label")
    formula_note = Column.of(Indicator, "formula_note")
    first_fiscal_year = Column.of(Indicator, "first_fiscal_year")
    last_fiscal_year = Column.of(Indicator, "last_fiscal_year")
    split_from = Column("split_from", "分割前の指標", value=_origin)
    note = Column.of(Indicator, "note")
    source = Column.of(Indicator, "source")
    computation = Column.of(Indicator, "computation")
    published_month = Column.of(Indicator, "published_month")
    division = Column.of(Indicator, "division")
    person = Column("person", "担当者", Person())
    key = ("strategy", "code", "breakdown")
    key_may_lack = frozenset({"breakdown"})
    related = ("strategy", "goal", "measure__goal", "division", "person", "split_from")

    class Meta:
        model = Indicator

    def stored(self, keys) -> QuerySet:
        rows = super().stored(keys)
        strategies = self.strategies.values()
        self.goals = {goal.natural_key(): goal for goal in Goal.objects.filter(strategy__in=strategies).select_related("strategy")}
        self.measures = measures_of(strategies)
        self.origins = {(row.strategy_id, row.key): row for row in Indicator.objects.filter(strategy__in=strategies)}
        return rows

    def new_instance(self, key) -> Indicator:
        return Indicator(strategy=self.strategies[key[0]], code=key[1], breakdown=key[2])

    def assign(self, instance, row) -> dict[str, str]:
        problems = self._split(instance, row) | self._belong(instance, row)
        # A part may stand below the indicator that it was split from.
        self.origins[instance.strategy_id, instance.key] = instance
        return problems

    def _split(self, instance: Indicator, row: dict) -> dict[str, str]:
        if (header := self.fields["split_from"].column_name) not in row:
            return {}
        key = self.fields["split_from"].clean(row)
        instance.split_from = self.origins.get((instance.strategy_id, key)) if key else None
        is_known = instance.split_from is not None or not key
        return {} if is_known else {"split_from": f"{key} という指標は{instance.strategy.short_name}にありません。「{header}」の行を、この行より上に書いてください。"}

    def _belong(self, instance: Indicator, row: dict) -> dict[str, str]:
        goal, measure = self.fields["goal"], self.fields["measure"]
        given = [column.column_name in row for column in (goal, measure)]
        if not all(given):
            return {"goal": BOTH_OWNERS} if any(given) else {}
        try:
            return self._own(instance, goal.clean(row), measure.clean(row))
        except ValueError as error:
            return {"goal": f"「基本目標」か「主要施策」の番号が読めません。{error}"}

    def check_row(self, instance) -> dict[str, str]:
        years = {name: getattr(instance, name) for name in ("first_fiscal_year", "last_fiscal_year")}
        problems = {name: year_problem(instance.strategy, year) for name, year in years.items() if year is not None}
        return self._bounds(instance) | {name: problem for name, problem in problems.items() if problem} | lost_years_problem(instance)

    def _bounds(self, instance: Indicator) -> dict[str, str]:
        targets = instance.targets.filter(milestone_fiscal_year__isnull=True) if instance.pk and instance.target_kind == TargetKind.RANGE else ()
        lacking = any(target.upper_value is None for target in targets)
        return {"target_kind": "上限のない目標値があります。先に目標値へ上限を入れてください。"} if lacking else {}

    def _own(self, instance: Indicator, goal_number: int | None, measure_number: int | None) -> dict[str, str]:
        strategy = instance.strategy
        owners: dict[tuple, Goal | Measure] = self.goals if measure_number is None else self.measures
        numbers = (goal_number,) if measure_number is None else (goal_number, measure_number)
        owner = owners.get((strategy.slug, *numbers))
        if owner is None:
            name = "goal" if measure_number is None else "measure"
            text = "-".join("（空）" if number is None else str(number) for number in numbers)
            return {name: f"{self.header_of(name)} {text} は{strategy.short_name}にありません。"}
        instance.goal, instance.measure = (owner, None) if measure_number is None else (None, owner)
        return {}


class ValueResource(PlanResource):
    """Rows of an indicator: targets and actuals. Changing the figures of a sample row takes the sample's mark off."""

    key_may_lack = frozenset({"breakdown"})
    related = ("indicator__strategy",)

    def stored(self, keys) -> QuerySet:
        rows = super().stored(keys)
        found = Indicator.objects.filter(strategy__in=self.strategies.values()).select_related("strategy")
        self.indicators = {trimmed(indicator.natural_key()): indicator for indicator in found}
        return rows

    def check_parent(self, strategy, key) -> dict[str, str]:
        indicator = self.indicators.get(key[:3])
        if indicator is None:
            return {"code": f"{' '.join(key[1:3]).strip()} という指標は{strategy.short_name}にありません。"}
        return self.check_years(indicator, key)

    def check_years(self, indicator: Indicator, key: tuple) -> dict[str, str]:
        """Problems of the key's years, and of who may write to that indicator, by column name."""
        raise NotImplementedError

    def import_instance(self, instance, row, **kwargs):
        before, was_sample = measured(instance), instance.is_sample
        super().import_instance(instance, row, **kwargs)
        if instance.pk and was_sample and measured(instance) != before:
            instance.is_sample = False
        elif self.by.sees is not Sees.EVERYTHING:
            instance.is_sample = was_sample


class TargetResource(ValueResource):
    """The plan's targets, their revisions and yearly milestones."""

    strategy = strategy_column("indicator__strategy__slug")
    code = Column("indicator__code", "番号", readonly=True)
    breakdown = Column("indicator__breakdown", "内訳", readonly=True)
    indicator_name = Column("indicator__name", "指標名", readonly=True)
    effective_fiscal_year = Column("effective_fiscal_year", "適用する年度から", Whole(), readonly=True)
    milestone_fiscal_year = Column("milestone_fiscal_year", "年度目標の年度", Whole(), readonly=True)
    value = Column.of(Target, "value")
    upper_value = Column.of(Target, "upper_value")
    unit = Column("indicator__unit", "単位", readonly=True)
    reason = Column.of(Target, "reason")
    decided_on = Column.of(Target, "decided_on")
    decided_by_meeting = Column.of(Target, "decided_by_meeting")
    is_sample = Column.of(Target, "is_sample")
    key = ("strategy", "code", "breakdown", "effective_fiscal_year", "milestone_fiscal_year")
    key_may_lack = frozenset({"breakdown", "milestone_fiscal_year"})

    class Meta:
        model = Target

    def check_years(self, indicator, key) -> dict[str, str]:
        years = {name: year for name, year in zip(self.key[3:], key[3:], strict=True) if year is not None}
        problems = {name: year_problem(indicator.strategy, year) for name, year in years.items()}
        return {name: problem for name, problem in problems.items() if problem}

    def check_row(self, instance) -> dict[str, str]:
        is_milestone = instance.milestone_fiscal_year is not None
        problem = "" if is_milestone else bounds_problem(instance.indicator.target_kind, instance.upper_value)
        return {"upper_value": problem} if problem else {}

    def new_instance(self, key) -> Target:
        return Target(indicator=self.indicators[key[:3]], effective_fiscal_year=key[3], milestone_fiscal_year=key[4])


class ActualResource(ValueResource):
    """Yearly actuals. A division's file may speak only of its own indicators."""

    strategy = strategy_column("indicator__strategy__slug")
    code = Column("indicator__code", "番号", readonly=True)
    breakdown = Column("indicator__breakdown", "内訳", readonly=True)
    indicator_name = Column("indicator__name", "指標名", readonly=True)
    fiscal_year = Column("fiscal_year", "年度", Whole(), readonly=True)
    value = Column.of(Actual, "value")
    unit = Column("indicator__unit", "単位", readonly=True)
    state = Column.of(Actual, "state")
    missing_reason = Column.of(Actual, "missing_reason")
    expected_month = Column.of(Actual, "expected_month")
    is_met = Column.of(Actual, "is_met")
    comment = Column.of(Actual, "comment")
    evidence = Column.of(Actual, "evidence")
    is_sample = Column.of(Actual, "is_sample")
    key = ("strategy", "code", "breakdown", "fiscal_year")

    class Meta:
        model = Actual

    def import_instance(self, instance, row, **kwargs):
        before = measured(instance)
        super().import_instance(instance, row, **kwargs)
        if measured(instance) != before:
            # It was about another value.
            instance.doubt_answer = ""

    def check_years(self, indicator, key) -> dict[str, str]:
        if not indicator.is_editable_by(self.by):
            return {"code": f"{indicator.key} は、あなたの課の指標ではありません。この行を消してください。"}
        problem = own_year_problem(indicator, key[3])
        return {"fiscal_year": problem} if problem else {}

    def new_instance(self, key) -> Actual:
        return Actual(indicator=self.indicators[key[:3]], fiscal_year=key[3])

    def is_idle(self, instance) -> bool:
        """A line that waits for its value is no actual yet."""
        return instance.value is None and instance.is_met is None and not (instance.missing_reason or instance.comment or instance.evidence)

    def check_row(self, instance) -> dict[str, str]:
        stored = instance if instance.pk else None
        problem = entry_problem(self.by, instance.indicator, instance.fiscal_year, self.reason, stored)
        instance.enter(self.by, Door.ADMIN, says_something=instance.has_content)
        return {"fiscal_year": problem} if problem else {}
