"""The plan's structure 「総合戦略」 in the admin."""
from django import forms
from django.contrib import admin
from django.urls import reverse

from accounts.admin_base import HistoryAdmin, NumberInline
from accounts.history import Trail
from accounts.sheets.admin import SheetAdmin
from goals.models import (
    BasicPolicy,
    FormulationEvent,
    Goal,
    Initiative,
    Measure,
    NationalGoal,
    PeriodExtension,
    PromotionPolicy,
    SdgLink,
    Strategy,
)
from goals.resources import GoalResource, InitiativeResource, MeasureResource, StrategyResource


class BasicPolicyInline(NumberInline):
    model = BasicPolicy


class PromotionPolicyInline(NumberInline):
    model = PromotionPolicy


class FormulationEventInline(NumberInline):
    model = FormulationEvent


class NationalGoalInline(NumberInline):
    model = NationalGoal


class PeriodExtensionInline(NumberInline):
    """The extensions as they were decided; to be read only."""

    model = PeriodExtension

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class InitiativeInline(NumberInline):
    model = Initiative


class SdgLinkInline(NumberInline):
    model = SdgLink


@admin.register(Strategy)
class StrategyAdmin(SheetAdmin, HistoryAdmin):
    resource_classes = [StrategyResource]
    list_display = ("name", "municipality", "first_fiscal_year", "last_fiscal_year", "public_scope", "published_through", "is_current")
    search_fields = ("name", "short_name", "municipality")
    # An extension is decided with a reason and a meeting, and its years must fit together: it has an action of its own.
    readonly_fields = ("extended_to",)
    inlines = (PeriodExtensionInline, BasicPolicyInline, PromotionPolicyInline, NationalGoalInline, FormulationEventInline)
    fieldsets = (
        (None, {"fields": ("name", "short_name", "slug", "municipality", "municipality_code", ("first_fiscal_year", "last_fiscal_year", "extended_to"))}),
        ("公開", {"fields": ("is_current", "public_scope", "published_through")}),
        ("内容", {"fields": ("adopted_on_label", "purpose", "policy_summary", "source", "contact_office", "contact_phone")}),
        (
            "判定の設定",
            {
                "fields": (
                    ("on_track_from", "slightly_behind_from"),
                    ("limit_tolerance", "maintain_tolerance"),
                    ("rate_rounding", "rate_decimals"),
                ),
                "description": "比と幅は、1を100％として書きます。変えると、すべての年度の判定が変わります。",
            },
        ),
    )

    def view_on_site(self, obj):
        return reverse("overview", args=[obj.slug])


@admin.register(Goal)
class GoalAdmin(SheetAdmin, HistoryAdmin):
    resource_classes = [GoalResource]
    list_display = ("number", "name", "strategy")
    list_display_links = ("number", "name")
    list_filter = ("strategy",)
    list_select_related = ("strategy",)
    search_fields = ("name", "subtitle")

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "national_goals":
            kwargs |= {"queryset": NationalGoal.objects.select_related("strategy"), "widget": forms.CheckboxSelectMultiple}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def view_on_site(self, obj):
        return reverse("goal", args=[obj.strategy.slug, obj.number])


@admin.register(Measure)
class MeasureAdmin(SheetAdmin, HistoryAdmin):
    resource_classes = [MeasureResource]
    list_display = ("place", "name", "goal")
    list_display_links = ("place", "name")
    list_filter = ("goal__strategy", "goal")
    list_select_related = ("goal__strategy",)
    search_fields = ("name", "approach")
    inlines = (InitiativeInline, SdgLinkInline)
    view_on_site = False

    @admin.display(description="番号", ordering="number")
    def place(self, obj):
        return f"{obj.goal.number}-{obj.number}"

    def trails(self, obj):
        return [
            *super().trails(obj),
            Trail(Initiative.history.filter(measure_id=obj.pk), lambda record: f"具体的取組 {record.number}"),
            Trail(SdgLink.history.filter(measure_id=obj.pk), lambda record: f"SDGsとのつながり {record.position}"),
        ]


@admin.register(Initiative)
class InitiativeAdmin(SheetAdmin, HistoryAdmin):
    resource_classes = [InitiativeResource]
    list_display = ("place", "name", "measure")
    list_display_links = ("place", "name")
    list_filter = ("measure__goal__strategy", "measure__goal")
    list_select_related = ("measure__goal__strategy",)
    search_fields = ("name", "summary")
    view_on_site = False

    @admin.display(description="番号", ordering="number")
    def place(self, obj):
        return f"{obj.measure.goal.number}-{obj.measure.number}-{obj.number}"
