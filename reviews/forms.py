"""Forms of the planning side: beginning a review and changing what it was begun with."""
from django import forms
from django.utils import timezone

from collecting.forms import DayInput
from common.fiscal import era_long
from goals.models import Strategy
from reviews.actions.reviews import DEFAULT_SCALE
from reviews.models import AnnualReview, EvaluationScale
from reviews.vocabulary import Openness

DAY_UNREADABLE = "日付を選んでください。"


def years_to_review(strategy: Strategy) -> list[int]:
    """The plan's years without a review, oldest first."""
    begun = set(strategy.reviews.values_list("fiscal_year", flat=True))
    return [year for year in strategy.fiscal_years if year not in begun]


def likely_review_year(strategy: Strategy) -> int | None:
    """The year whose values were asked for last and that nobody reviews yet, else the newest that is over; None when all are begun."""
    left = years_to_review(strategy)
    asked = strategy.collections.filter(fiscal_year__in=left).order_by("-fiscal_year").values_list("fiscal_year", flat=True).first()
    today = timezone.localdate()
    over = [year for year in left if (year + 1, 4) <= (today.year, today.month)]
    return asked or max(over, default=next(iter(left), None))


class DayField(forms.DateField):
    """An optional day, chosen in the browser's own calendar."""

    def __init__(self, label: str):
        super().__init__(label=label, required=False, widget=DayInput, error_messages={"invalid": DAY_UNREADABLE})


class ReviewForm(forms.Form):
    """What a review is begun with. Without a review it is a new one, and the year is asked as well."""

    fiscal_year = forms.TypedChoiceField(label="年度", coerce=int, widget=forms.Select(attrs={"class": "inp"}))
    scale = forms.ModelChoiceField(EvaluationScale.objects.none(), label="庁内評価の区分", required=False, widget=forms.Select(attrs={"class": "inp"}))
    self_evaluations_due_on = DayField("自己評価の期限")
    opinions_due_on = DayField("意見の期限")
    publication_planned = forms.CharField(label="公表の予定", required=False, max_length=40, widget=forms.TextInput(attrs={"class": "inp"}))
    openness = forms.TypedChoiceField(
        label="ほかの委員の意見が見えるとき", coerce=Openness, choices=Openness.choices(), initial=Openness.AFTER_OWN, widget=forms.RadioSelect
    )

    def __init__(self, strategy: Strategy, review: AnnualReview | None = None, **kwargs):
        super().__init__(initial=_initial(strategy, review), **kwargs)
        scales = self.fields["scale"]
        scales.queryset = strategy.evaluation_scales.all()
        scales.required = scales.queryset.exists()
        scales.empty_label = None if scales.required else f"{DEFAULT_SCALE}（はじめての評価・検証でつくります）"
        if review:
            del self.fields["fiscal_year"]
        else:
            self.fields["fiscal_year"].choices = [(year, f"{era_long(year)}（{year}年度）") for year in years_to_review(strategy)]
        for name, field in self.fields.items():
            if name in self.errors:
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}


def _initial(strategy: Strategy, review: AnnualReview | None) -> dict:
    if review is None:
        return {"fiscal_year": likely_review_year(strategy), "scale": strategy.evaluation_scales.first()}
    names = ("scale", "self_evaluations_due_on", "opinions_due_on", "publication_planned", "openness")
    return {name: getattr(review, name) for name in names}
