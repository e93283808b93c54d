"""Forms of a meeting: its day and place, its decisions, lines of its agenda."""
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Division
from collecting.forms import DATE_MISSING, DayInput
from goals.models import Strategy
from reviews.access import measures_of
from reviews.actions.agenda import LONGEST_REASON, LONGEST_TITLE
from reviews.forms import DayField
from reviews.meetings.attention import measure_title

NUMBER_MISSING = "何回目の会議かを、1から99までの数字で入れてください。"
TIME_UNREADABLE = "時刻を「13:30」のように入れてください。"
DECISION_MISSING = "決定事項を書いてください。"
TITLE_MISSING = "議題を書いてください。"


def _text() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "inp inp--wide"})


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "inp", "rows": rows})


class MarkedForm(forms.Form):
    """A form whose faulty fields are tied to their message for those who hear the page."""

    def full_clean(self) -> None:
        super().full_clean()
        for name in self.errors:
            self._mark(name)

    def add_error(self, field, error) -> None:
        super().add_error(field, error)
        for name in self.errors:
            self._mark(name)

    def _mark(self, name: str) -> None:
        if name in self.fields:
            self.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"id_{name}_error"}


class MeetingForm(MarkedForm):
    """Which meeting it is, when and where."""

    number = forms.IntegerField(
        label="回", min_value=1, max_value=99, widget=forms.NumberInput(attrs={"class": "inp", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), NUMBER_MISSING),
    )
    meets_on = forms.DateField(label="開催日", widget=DayInput, error_messages={"required": DATE_MISSING, "invalid": DATE_MISSING})
    starts_at = forms.TimeField(
        label="開始時刻", required=False, error_messages={"invalid": TIME_UNREADABLE},
        widget=forms.TimeInput(attrs={"class": "inp", "type": "time"}, format="%H:%M"),
    )
    place = forms.CharField(label="場所", required=False, max_length=80, widget=_text())


class LineForm(MarkedForm):
    """A line of the agenda of one's own."""

    title = forms.CharField(label="議題", max_length=LONGEST_TITLE, widget=_text(), error_messages={"required": TITLE_MISSING})
    reason = forms.CharField(label="議題にする理由", required=False, max_length=LONGEST_REASON, widget=_text())


class MeasureChoice(forms.ModelChoiceField):
    def label_from_instance(self, measure) -> str:
        return measure_title(measure)


class DecisionForm(MarkedForm):
    """What was decided, whose it is, until when."""

    text = forms.CharField(label="決定事項", max_length=2000, widget=_area(3), error_messages={"required": DECISION_MISSING})
    division = forms.ModelChoiceField(Division.objects.all(), label="担当課", required=False, empty_label="（決めない）", widget=forms.Select(attrs={"class": "inp"}))
    due_on = DayField("期限")
    measure = MeasureChoice(None, label="主要施策", required=False, empty_label="（施策を問わない）", widget=forms.Select(attrs={"class": "inp inp--wide"}))

    def __init__(self, strategy: Strategy, **kwargs: Any):
        super().__init__(**kwargs)
        self.fields["measure"].queryset = measures_of(strategy)


class DoneForm(MarkedForm):
    """When a decision was carried out and what was done."""

    done_on = forms.DateField(label="済んだ日", widget=DayInput, error_messages={"required": DATE_MISSING, "invalid": DATE_MISSING})
    note = forms.CharField(label="済んだこと", required=False, max_length=2000, widget=_area(3))

    def __init__(self, **kwargs: Any):
        super().__init__(initial={"done_on": timezone.localdate(), **kwargs.pop("initial", {})}, **kwargs)
