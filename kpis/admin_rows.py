"""Targets and actuals as lines on their indicator's page in the admin."""
from django.contrib import admin

from accounts.admin_base import NumberInline
from accounts.roles import Sees
from kpis.admin_forms import ActualForm, ActualFormSet, TargetForm, year_field
from kpis.models import Actual, Indicator, Target
from kpis.vocabulary import EntryState, TargetKind


def is_own_only(request) -> bool:
    """Whether that person's rows end at the division."""
    return request.user.sees is not Sees.EVERYTHING


def stage_of(actual: Actual) -> str:
    """How far the value has come, in a word."""
    return actual.get_entry_state_display() if actual.pk else EntryState.NOT_ENTERED.label


class TargetInline(NumberInline):
    model = Target
    verbose_name_plural = "目標値（見直しは、元の行を残して新しい行を足します）"
    form = TargetForm
    fields = (
        "effective_fiscal_year", "milestone_fiscal_year", "value", "upper_value", "reason", "decided_on", "decided_by_meeting", "is_sample",
    )

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("indicator__strategy")

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        if "effective_fiscal_year" in formset.form.base_fields:
            formset.form.base_fields |= {
                "effective_fiscal_year": year_field(obj.strategy, "適用する年度から"),
                "milestone_fiscal_year": year_field(obj.strategy, "年度目標の年度", required=False),
            }
            formset.form.base_fields["value"].label = f"目標値（{obj.unit}）"
        return formset


class ActualInline(NumberInline):
    """One line for each year that this person may enter, waiting for its value."""

    model = Actual
    verbose_name_plural = "実績（読む人に見えるのは、企画担当が確認済みにした値です）"
    form = ActualForm
    formset = ActualFormSet
    readonly_fields = ("stage",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("indicator__strategy")

    def get_fields(self, request, obj=None):
        figure = ("is_met",) if obj and obj.target_kind == TargetKind.MILESTONE else ("value", "state")
        checks, mark = ((), ()) if is_own_only(request) else (("checks",), ("is_sample",))
        return ("fiscal_year", "stage", *checks, *figure, "missing_reason", "expected_month", "comment", "evidence", *mark)

    @admin.display(description="入力の段階")
    def stage(self, obj):
        return stage_of(obj)

    def get_extra(self, request, obj=None, **kwargs):
        return len(self.waiting_years(request, obj))

    def get_max_num(self, request, obj=None, **kwargs):
        return len(obj.strategy.fiscal_years)

    def waiting_years(self, request, indicator: Indicator) -> list[int]:
        """The years without an actual that this person may enter."""
        entered = {actual.fiscal_year for actual in indicator.actuals.all()}
        closed_through = (indicator.strategy.published_through or 0) if is_own_only(request) else 0
        return [year for year in indicator.fiscal_years if year not in entered and year > closed_through]

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.for_request(request)
        if "fiscal_year" in formset.form.base_fields:
            formset.form.base_fields["fiscal_year"] = year_field(obj.strategy, "年度")
        if "value" in formset.form.base_fields:
            formset.form.base_fields["value"].label = f"実績値（{obj.unit}）"
        return formset
