"""Forms of the admin for indicators and their values."""
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils import timezone

from accounts.admin_base import ReasonForm, RowFormSet
from accounts.models import User
from accounts.roles import Sees
from common.fiscal import era_long
from common.sheets import same_text
from goals.models import Strategy
from kpis.entry import CONTENT, MEASURED, TARGETED, bounds_problem, entry_problem, lost_years_problem, year_problem
from kpis.models import Indicator
from kpis.vocabulary import Door

CHANGED_MEANWHILE = "ほかの人が、先に「{value}」に変えています。どちらにするか確かめて、もう一度保存してください。"


def year_field(strategy: Strategy, label: str, *, required: bool = True) -> forms.TypedChoiceField:
    """A choice of the plan's fiscal years: 令和6年度（2024）."""
    years = [(year, f"{era_long(year)}（{year}）") for year in strategy.fiscal_years]
    return forms.TypedChoiceField(label=label, choices=years if required else [("", "―"), *years], coerce=int, empty_value=None, required=required)


class IndicatorForm(ReasonForm):
    """An indicator stays with its strategy; its goal or measure is of the same one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "strategy" in self.fields:
            self.fields["strategy"].disabled = True

    def clean(self):
        cleaned = super().clean()
        measure = cleaned.get("measure")
        for name, goal in (("goal", cleaned.get("goal")), ("measure", measure and measure.goal)):
            if goal and goal.strategy != cleaned.get("strategy"):
                self.add_error(name, "同じ総合戦略のものを選んでください。")
        self._check_years(cleaned)
        targets = self.instance.targets.filter(milestone_fiscal_year__isnull=True) if self.instance.pk and "target_kind" in self.changed_data else ()
        if any(bounds_problem(cleaned.get("target_kind"), target.upper_value) for target in targets):
            self.add_error("target_kind", "上限のない目標値があります。先に目標値へ上限を入れてください。")
        return cleaned


    def _check_years(self, cleaned: dict[str, Any]) -> None:
        """Its own years are the plan's and leave out nothing that is entered; what it was split from is of the same strategy."""
        strategy, origin = cleaned.get("strategy"), cleaned.get("split_from")
        for name in ("first_fiscal_year", "last_fiscal_year"):
            problem = year_problem(strategy, cleaned[name]) if strategy and cleaned.get(name) else ""
            if problem:
                self.add_error(name, problem)
        if origin and origin.strategy != strategy:
            self.add_error("split_from", "同じ総合戦略のものを選んでください。")
        years = {name: cleaned.get(name) for name in ("first_fiscal_year", "last_fiscal_year")}
        if self.instance.pk and not years.keys() & self.errors.keys():
            self.instance.first_fiscal_year, self.instance.last_fiscal_year = years.values()
            for name, problem in lost_years_problem(self.instance).items():
                self.add_error(name, problem)


class ValueForm(forms.ModelForm):
    """A row of an indicator, which it stays with. Changing the figures of a sample row takes the mark 「架空のサンプル値」 off."""

    figures: tuple[str, ...] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "indicator" in self.fields:
            self.fields["indicator"].queryset = Indicator.objects.filter(pk=self.instance.indicator_id).select_related("strategy")
            self.fields["indicator"].disabled = True

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk and self.instance.is_sample and set(self.figures) & set(self.changed_data):
            self.instance.is_sample = cleaned["is_sample"] = False
        return cleaned


class TargetForm(ValueForm):
    """A target, a revision or a milestone, in a year of the plan."""

    figures = TARGETED

    def clean(self):
        cleaned = super().clean()
        indicator = cleaned.get("indicator")
        for name in ("effective_fiscal_year", "milestone_fiscal_year"):
            problem = year_problem(indicator.strategy, cleaned[name]) if indicator and cleaned.get(name) else ""
            if problem:
                self.add_error(name, problem)
        is_milestone = cleaned.get("milestone_fiscal_year") is not None
        if indicator and not is_milestone and "upper_value" in cleaned and bounds_problem(indicator.target_kind, cleaned["upper_value"]):
            self.add_error("upper_value", bounds_problem(indicator.target_kind, cleaned["upper_value"]))
        return cleaned


class TargetPageForm(ReasonForm, TargetForm):
    pass


class ActualForm(ValueForm):
    """One year's actual as one person may write it; `for_request` says who and why.

    The year says which row it is and does not change. Of two people at one cell the second sees what the first wrote.
    """

    figures = MEASURED
    user: User
    reason = ""
    checks = forms.BooleanField(label="確認済みにする", required=False)

    @classmethod
    def for_request(cls, request) -> None:
        """Tell this class, which the admin makes anew for each request, who writes and why."""
        cls.user, cls.reason = request.user, request.POST.get("change_reason", "").strip()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            return
        is_closed = self.instance.is_closed(timezone.localdate()) and self.user.sees is not Sees.EVERYTHING
        self.initial["checks"] = self.instance.is_checked
        for name, field in self.fields.items():
            field.disabled = field.disabled or is_closed or name == "fiscal_year" or (name == "checks" and self.instance.is_checked)
            field.show_hidden_initial = not field.disabled and name not in ("change_reason", "checks")

    def clean(self):
        cleaned = super().clean()
        for name in list(cleaned):
            if name in self.fields and self.fields[name].show_hidden_initial:
                self._respect_others(name, cleaned)
        indicator, year = cleaned.get("indicator"), cleaned.get("fiscal_year")
        if indicator and year and self.has_changed() and not cleaned.get(DELETION_FIELD_NAME):
            self._write(indicator, year, cleaned)
        return cleaned

    def _write(self, indicator: Indicator, year: int, cleaned: dict[str, Any]) -> None:
        """The state and the door go with the value. An actual that says nothing of its year stays a draft whoever writes it."""
        stored = self.instance if self.instance.pk else None
        problem = entry_problem(self.user, indicator, year, self.reason, stored)
        if problem:
            self.add_error("fiscal_year", problem)
        if set(self.figures) & set(self.changed_data):
            # It was about another value.
            self.instance.doubt_answer = ""
        says_something = any(cleaned.get(name, getattr(self.instance, name)) not in (None, "") for name in CONTENT)
        if cleaned.get("checks") and not says_something:
            self.add_error("checks", "実績値か未測定の理由を入れてから、確認済みにしてください。")
        self.instance.enter(self.user, Door.ADMIN, says_something=says_something, checks=cleaned.get("checks", False))

    def _respect_others(self, name: str, cleaned: dict[str, Any]) -> None:
        """The page's hidden copy is what this person saw. Where the row says otherwise by now, somebody else was here."""
        field, hidden_name = self.fields[name], self.add_initial_prefix(name)
        seen = field.to_python(field.hidden_widget().value_from_datadict(self.data, self.files, hidden_name))
        stored = field.to_python(field.prepare_value(self.initial.get(name)))
        if _is_same(seen, stored):
            return
        if name not in self.changed_data:
            cleaned[name] = stored
            return
        self.data = self.data.copy()
        self.data[hidden_name] = field.prepare_value(self.initial.get(name))
        self.add_error(name, CHANGED_MEANWHILE.format(value=dict(getattr(field, "choices", ())).get(stored, stored) or "空"))


def _is_same(one: Any, other: Any) -> bool:
    return same_text(one, other) if isinstance(one, str) and isinstance(other, str) else one == other


class ActualPageForm(ReasonForm, ActualForm):
    checks = forms.BooleanField(
        label="確認済みにする", required=False, help_text="値を確かめたら印を付けます。読む人に見えるのは、確認済みの値です。"
    )


class ActualFormSet(RowFormSet):
    """The actuals on an indicator's page."""

    def row_name(self, form, index) -> str:
        year = form.instance.fiscal_year or form.initial.get("fiscal_year")
        return era_long(year) if year else super().row_name(form, index)

    def clean(self):
        super().clean()
        for form in self.deleted_forms:
            if form.instance.is_closed(timezone.localdate()) and not form.reason:
                raise forms.ValidationError("確認済みの実績や公表済みの年度の実績を消すときは、「変更の理由」を書いてください。")
