"""Filters of the admin's lists. Those for targets and actuals look through their indicator."""
from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from common.fiscal import era_long
from goals.models import Goal, Strategy
from kpis.models import Actual
from kpis.vocabulary import MissingReason, ValueState

NOT_ENTERED = "not_entered"
STATES = (
    *((state.value, state.label) for state in ValueState),
    *((reason.value, f"未測定（{reason.label}）") for reason in MissingReason),
    (NOT_ENTERED, "未入力"),
)


def whole(text: str | None) -> int | None:
    """The number in a filter's address; None for anything no row can have."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def in_state(state: str) -> Q:
    """Actuals of that state: a kind of value, a reason for having none, or neither."""
    is_entered = Q(value__isnull=False) | Q(is_met__isnull=False)
    if state in ValueState.__members__.values():
        return is_entered & Q(state=state)
    if state in MissingReason.__members__.values():
        return ~is_entered & Q(missing_reason=state)
    return ~is_entered & Q(missing_reason="")


class GoalFilter(SimpleListFilter):
    """The goal an indicator serves, directly or through its measure; of the strategy chosen beside it, or the current one."""

    title = "基本目標"
    parameter_name = "goal"
    path = ""

    def lookups(self, request, model_admin):
        chosen = whole(request.GET.get(f"{self.path}strategy__id__exact"))
        strategies = Strategy.objects.filter(pk=chosen) if chosen else Strategy.objects.filter(is_current=True)
        return [(goal.pk, str(goal)) for goal in Goal.objects.filter(strategy__in=strategies)]

    def queryset(self, request, queryset):
        goal = whole(self.value())
        return queryset.filter(Q(**{f"{self.path}goal": goal}) | Q(**{f"{self.path}measure__goal": goal})) if goal else queryset


class ValueGoalFilter(GoalFilter):
    path = "indicator__"


class YearFilter(SimpleListFilter):
    """A fiscal year of any of the strategies, newest first."""

    title = "年度"
    parameter_name = "year"

    def lookups(self, request, model_admin):
        bounds = Strategy.objects.aggregate(first=Min("first_fiscal_year"), last=Max(Coalesce("extended_to", "last_fiscal_year")))
        if bounds["first"] is None:
            return []
        return [(year, f"{era_long(year)}（{year}）") for year in range(bounds["last"], bounds["first"] - 1, -1)]

    def queryset(self, request, queryset):
        year = whole(self.value())
        return queryset.filter(fiscal_year=year) if year else queryset


class StateFilter(SimpleListFilter):
    """Values by how firm they are, missing values by their reason."""

    title = "値の状態・未測定の理由"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return STATES

    def queryset(self, request, queryset):
        return queryset.filter(in_state(self.value())) if self.value() in dict(STATES) else queryset


class IndicatorYearFilter(YearFilter):
    """Indicators by the year of an actual. With a state chosen too, both speak of the same actual."""

    title = "実績の年度"

    def queryset(self, request, queryset):
        return _with_actual(request, queryset)


class IndicatorStateFilter(StateFilter):
    title = "実績の状態・未測定の理由"

    def queryset(self, request, queryset):
        return queryset if IndicatorYearFilter.parameter_name in request.GET else _with_actual(request, queryset)


def _with_actual(request, queryset: QuerySet) -> QuerySet:
    year, state = whole(request.GET.get("year")), request.GET.get("state", "")
    actuals = Actual.objects.filter(indicator=OuterRef("pk"))
    if year:
        actuals = actuals.filter(fiscal_year=year)
    if state == NOT_ENTERED:
        return queryset.exclude(Exists(actuals.exclude(in_state(NOT_ENTERED))))
    if state in dict(STATES):
        return queryset.filter(Exists(actuals.filter(in_state(state))))
    return queryset.filter(Exists(actuals)) if year else queryset
