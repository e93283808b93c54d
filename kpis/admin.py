"""Indicators 「指標」, targets and actuals in the admin. Divisions see their own and enter what is neither published nor checked yet."""
from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.admin_base import HistoryAdmin, LockedWhenSaved, NumberInline
from accounts.history import Trail
from accounts.models import User
from accounts.roles import STAFF_ROLES
from accounts.sheets.admin import SheetAdmin
from common.fiscal import era_long, era_short
from common.japanese import number_text
from goals.models import Goal, Measure, Strategy
from kpis.admin_filters import (
    GoalFilter,
    IndicatorStateFilter,
    IndicatorYearFilter,
    StateFilter,
    ValueGoalFilter,
    YearFilter,
)
from kpis.admin_forms import ActualPageForm, IndicatorForm, TargetPageForm
from kpis.admin_panel import value_text, verdict_panel
from kpis.admin_rows import ActualInline, TargetInline, is_own_only, stage_of
from kpis.models import Actual, Indicator, RatingBand, RatingScale, Target
from kpis.resources import ActualResource, IndicatorResource, TargetResource
from kpis.vocabulary import MissingReason, ValueState


@admin.register(Indicator)
class IndicatorAdmin(LockedWhenSaved, SheetAdmin, HistoryAdmin):
    """The page where a value is entered and its verdict read. Divisions change nothing here but their actuals."""

    form = IndicatorForm
    resource_classes = [IndicatorResource]
    change_form_template = "admin/kpis/indicator/change_form.html"
    list_display = ("key", "name", "serves", "division", "latest", "verdict", "sample")
    list_display_links = ("key", "name")
    list_filter = ("strategy", GoalFilter, "division", IndicatorYearFilter, IndicatorStateFilter, "target_kind", "actuals__is_sample")
    search_fields = ("code", "name", "short_name", "breakdown")
    ordering = ("strategy", "position")
    fieldsets = (
        (None, {"fields": ("strategy", ("code", "breakdown", "position"), "name", "short_name", "goal", "measure", ("division", "person"))}),
        (
            "値と目標の決まり",
            {"fields": (("unit", "decimals"), "target_kind", "accumulation", "wanted_direction", "rate_formula"), "classes": ("collapse",)},
        ),
        (
            "現状値と言い方",
            {
                "fields": (("baseline_value", "baseline_label", "baseline_qualifier"), ("target_qualifier", "target_label", "formula_note")),
                "classes": ("collapse",),
            },
        ),
        ("計画の途中での追加・終了・分割", {"fields": (("first_fiscal_year", "last_fiscal_year"), "split_from"), "classes": ("collapse",)}),
        ("算出方法と出典", {"fields": ("computation", "published_month", "source", "note"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("strategy", "goal", "measure__goal", "division", "person").with_values()
        return rows.filter(division=request.user.division) if is_own_only(request) else rows

    def rows_to_lock(self, obj):
        return Actual.objects.filter(indicator=obj)

    def get_readonly_fields(self, request, obj=None):
        if is_own_only(request):
            return [name for _, options in self.fieldsets for line in options["fields"] for name in ([line] if isinstance(line, str) else line)]
        return super().get_readonly_fields(request, obj)

    def get_inlines(self, request, obj):
        """Targets and actuals need the plan's years: they come once the indicator is saved."""
        return (ActualInline, TargetInline) if obj else ()

    def get_formset_kwargs(self, request, obj, inline, prefix):
        found = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, ActualInline):
            found["initial"] = [{"fiscal_year": year} for year in inline.waiting_years(request, obj)]
        return found

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "goal":
            field.queryset = Goal.objects.select_related("strategy")
            field.label_from_instance = lambda goal: f"{goal}（{goal.strategy.short_name}）"
        if db_field.name == "measure":
            field.queryset = Measure.objects.select_related("goal__strategy").order_by("goal__strategy", "goal__number", "number")
            field.label_from_instance = lambda measure: f"{measure.goal.number}-{measure.number} {measure.name}（{measure.goal.strategy.short_name}）"
        if db_field.name == "split_from":
            field.queryset = Indicator.objects.select_related("strategy").order_by("strategy", "position")
            field.label_from_instance = lambda indicator: f"{indicator.key} {indicator.label}（{indicator.strategy.short_name}）"
        if db_field.name == "person":
            field.queryset = User.objects.filter(is_active=True, role__in=STAFF_ROLES).select_related("division").order_by("division__position", "display_name")
            field.label_from_instance = lambda person: f"{person}（{person.division or person.get_role_display()}）"
        return field

    def response_add(self, request, obj, post_url_continue=None):
        """On to the page with the targets and actuals."""
        if "_addanother" not in request.POST:
            request.POST = request.POST.copy()
            request.POST["_continue"] = "1"
        return super().response_add(request, obj, post_url_continue)

    def render_change_form(self, request, context, *args, **kwargs):
        obj = kwargs.get("obj")
        context["panel"] = verdict_panel(obj.pk, request.user) if obj else None
        return super().render_change_form(request, context, *args, **kwargs)

    def trails(self, obj):
        return [
            *super().trails(obj),
            Trail(Target.history.filter(indicator_id=obj.pk), _target_subject),
            Trail(Actual.history.filter(indicator_id=obj.pk), lambda record: f"実績 {era_long(record.fiscal_year)}"),
        ]

    def view_on_site(self, obj):
        return reverse("indicator", args=[obj.strategy.slug, obj.code])

    @admin.display(description="番号", ordering="position")
    def key(self, obj):
        return obj.key

    @admin.display(description="基本目標・主要施策")
    def serves(self, obj):
        return str(obj.goal) if obj.goal else f"{obj.measure.goal.number}-{obj.measure.number} {obj.measure.name}"

    @admin.display(description="最新の実績")
    def latest(self, obj):
        actual = _latest(obj)
        return f"{era_short(actual.fiscal_year)} {value_text(actual, obj)}" if actual else "―"

    @admin.display(description="サンプルの印")
    def sample(self, obj):
        actual = _latest(obj)
        return "架空のサンプル値" if actual and actual.is_sample else "―"

    @admin.display(description="その年度の判定")
    def verdict(self, obj):
        actual = _latest(obj)
        return render_to_string("admin/kpis/_verdict.html", {"judgement": obj.judge(actual.fiscal_year)}) if actual else "―"


def _latest(indicator: Indicator) -> Actual | None:
    """The newest actual of the plan's years that holds something. No query when loaded `with_values()`."""
    held = [row for row in indicator.actuals.all() if row.value is not None or row.is_met is not None]
    return max((row for row in held if row.fiscal_year in indicator.strategy.fiscal_years), key=lambda row: row.fiscal_year, default=None)


def _target_subject(record) -> str:
    if record.milestone_fiscal_year:
        return f"年度目標 {era_long(record.milestone_fiscal_year)}"
    return f"目標値 {era_long(record.effective_fiscal_year)}から"


class ValueAdmin(SheetAdmin, HistoryAdmin):
    """A list of values with the indicator they belong to."""

    list_select_related = ("indicator__strategy", "indicator__division")
    list_display_links = ("key", "indicator_name")
    search_fields = ("indicator__code", "indicator__name", "indicator__short_name", "indicator__breakdown")

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("indicator__strategy", "indicator__division")
        return rows.filter(indicator__division=request.user.division) if is_own_only(request) else rows

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """New rows are for the current strategy; another strategy's are entered on their indicator's page."""
        if db_field.name == "indicator":
            mine = Indicator.objects.editable_by(request.user).select_related("strategy")
            current = mine.filter(strategy__is_current=True)
            kwargs["queryset"] = current if current.exists() else mine
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def view_on_site(self, obj):
        return reverse("indicator", args=[obj.indicator.strategy.slug, obj.indicator.code])

    @admin.display(description="番号", ordering="indicator__position")
    def key(self, obj):
        return obj.indicator.key

    @admin.display(description="指標名", ordering="indicator__name")
    def indicator_name(self, obj):
        return obj.indicator.label

    @admin.display(description="担当課", ordering="indicator__division")
    def division(self, obj):
        return obj.indicator.division

    @admin.display(description="サンプルの印", ordering="is_sample")
    def sample(self, obj):
        return "架空のサンプル値" if obj.is_sample else "―"


@admin.register(Actual)
class ActualAdmin(LockedWhenSaved, ValueAdmin):
    form = ActualPageForm
    resource_classes = [ActualResource]
    # How far a value has come follows from who writes it and through which door: `Actual.enter`.
    exclude = ("entry_state", "return_reason", "doubt_answer", "reopened_until", "reopening_reason", "door", "import_number")
    change_form_template = "admin/kpis/actual/change_form.html"
    list_display = ("key", "indicator_name", "year", "shown_value", "shown_state", "division", "sample")
    list_filter = ("indicator__strategy", ValueGoalFilter, "indicator__division", YearFilter, "entry_state", StateFilter, "is_sample")
    ordering = ("indicator__strategy", "indicator__position", "fiscal_year")
    readonly_fields = ("stage",)

    def rows_to_lock(self, obj):
        return Actual.objects.filter(pk=obj.pk)

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name not in ("is_sample", "checks") or not is_own_only(request)]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.for_request(request)
        return form

    def has_change_permission(self, request, obj=None):
        may = super().has_change_permission(request, obj)
        if not may or obj is None:
            return may
        is_open = not is_own_only(request) or not obj.is_closed(timezone.localdate())
        return is_open and obj.indicator.is_editable_by(request.user)

    def has_delete_permission(self, request, obj=None):
        """A published or checked actual goes only from its indicator's page, where the reason is asked."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not obj.is_closed(timezone.localdate()))

    def render_change_form(self, request, context, *args, **kwargs):
        obj = kwargs.get("obj")
        context["panel"] = verdict_panel(obj.indicator_id, request.user) if obj else None
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="入力の段階")
    def stage(self, obj):
        return stage_of(obj)

    @admin.display(description="年度", ordering="fiscal_year")
    def year(self, obj):
        return f"{era_long(obj.fiscal_year)}（{obj.fiscal_year}）"

    @admin.display(description="実績", ordering="value")
    def shown_value(self, obj):
        return value_text(obj, obj.indicator)

    @admin.display(description="値の状態・未測定の理由")
    def shown_state(self, obj):
        if obj.missing_reason:
            return f"未測定（{MissingReason(obj.missing_reason).label}）"
        return ValueState(obj.state).label if obj.value is not None or obj.is_met is not None else "未入力"


@admin.register(Target)
class TargetAdmin(ValueAdmin):
    form = TargetPageForm
    resource_classes = [TargetResource]
    list_display = ("key", "indicator_name", "years", "shown_value", "reason", "sample")
    list_filter = ("indicator__strategy", ValueGoalFilter, "indicator__division", "is_sample")
    ordering = ("indicator__strategy", "indicator__position", "milestone_fiscal_year", "effective_fiscal_year")

    @admin.display(description="適用", ordering="effective_fiscal_year")
    def years(self, obj):
        return _target_subject(obj).removeprefix("目標値 ")

    @admin.display(description="目標値", ordering="value")
    def shown_value(self, obj):
        low = f"{number_text(obj.value, obj.indicator.decimals)}{obj.indicator.unit}"
        return low if obj.upper_value is None else f"{low}～{number_text(obj.upper_value, obj.indicator.decimals)}{obj.indicator.unit}"


class RatingBandInline(NumberInline):
    model = RatingBand


@admin.register(RatingScale)
class RatingScaleAdmin(HistoryAdmin):
    list_display = ("name", "strategy", "basis", "is_active")
    list_filter = ("strategy", "basis")
    list_select_related = ("strategy",)
    inlines = (RatingBandInline,)
    view_on_site = False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "strategy":
            kwargs["queryset"] = Strategy.objects.all()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
