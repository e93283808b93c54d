"""Forms of a revision 「目標数値の見直し」: one for each kind, built from reviews/revising/kinds.py, with a form for every new indicator."""
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone

from accounts.models import Division
from collecting.forms import DATE_MISSING, DayInput
from common.fiscal import era_long
from common.japanese import parse_number, plain_text
from goals.models import Goal, Strategy
from goals.periods import LONGEST_EXTENSION
from kpis.models import Indicator
from kpis.vocabulary import Accumulation, TargetKind
from reviews.access import measures_of
from reviews.meetings.attention import measure_title
from reviews.meetings.forms import MarkedForm
from reviews.models import Meeting, TargetRevision
from reviews.revising.kinds import KINDS, meeting_name
from reviews.vocabulary import RevisionKind

NUMBER_UNREADABLE = "数だけを書いてください。例：1,200　△3.5"
VALUE_MISSING = "値を書いてください。例：1,200"
REASON_MISSING = "見直しの理由を書いてください。"
WHOLE_NUMBER = "小数の桁数を、0から4までの数字で入れてください。"
YEARS = ("milestone_fiscal_year", "effective_fiscal_year", "last_fiscal_year")
NEW_FIELDS = ("code", "name", "breakdown", "unit", "decimals", "target_kind", "accumulation", "baseline_label")
NEW_FIGURES = ("baseline_value", "target_value", "target_upper_value")
INPUT, WIDE = {"class": "inp"}, {"class": "inp inp--wide"}


class FigureField(forms.Field):
    """A number as people write it: full-width, with commas, △ for minus."""

    def __init__(self, label: str, **kwargs: Any):
        super().__init__(label=label, widget=forms.TextInput({**INPUT, "maxlength": 24, "autocomplete": "off"}), **kwargs)

    def to_python(self, value: str | None) -> Decimal | None:
        text = (value or "").strip()
        try:
            return parse_number(text) if text else None
        except ValueError as error:
            raise ValidationError(NUMBER_UNREADABLE) from error

    def prepare_value(self, value: Any) -> Any:
        return plain_text(value.normalize()) if isinstance(value, Decimal) else value


def _year(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, widget=forms.Select(INPUT))


@dataclass(frozen=True)
class Asked:
    """What a form is about. `year` is the fiscal year that is shown around it: the next one is proposed."""

    strategy: Strategy
    kind: RevisionKind
    indicator: Indicator | None
    year: int


def _all_years(asked: Asked) -> range:
    return asked.indicator.fiscal_years if asked.indicator else asked.strategy.fiscal_years


def _effective_years(asked: Asked) -> range:
    plan = asked.strategy.fiscal_years
    return range(plan[0] + 1, plan[-1] + 2) if asked.kind is RevisionKind.EXTEND else _all_years(asked)[1:]


def _last_years(asked: Asked) -> range:
    end = asked.strategy.final_fiscal_year
    return range(end + 1, end + 1 + LONGEST_EXTENSION) if asked.kind is RevisionKind.EXTEND else _all_years(asked)[:-1]


CHOICES: dict[str, Callable[[Asked], range]] = {
    "milestone_fiscal_year": _all_years, "effective_fiscal_year": _effective_years, "last_fiscal_year": _last_years,
}


class RevisionForm(MarkedForm):
    """What is asked of every kind; fields another kind asks for are taken out."""

    place = forms.ChoiceField(label="加える場所", widget=forms.Select(WIDE), error_messages={"required": "加える場所を選んでください。"})
    milestone_fiscal_year = _year("年度目標の年度")
    effective_fiscal_year = _year("適用する年度から")
    last_fiscal_year = _year("最後の年度")
    value = FigureField("新しい値", error_messages={"required": VALUE_MISSING})
    upper_value = FigureField("上限", error_messages={"required": VALUE_MISSING})
    reason = forms.CharField(
        label="見直しの理由", max_length=2000, widget=forms.Textarea({**INPUT, "rows": 4}), error_messages={"required": REASON_MISSING}
    )

    def __init__(self, asked: Asked, initial: dict[str, Any], data: Any = None):
        super().__init__(data=data, initial={**_likely_years(asked), **initial})
        kind = KINDS[asked.kind]
        for name in set(self.fields) - {"reason", *kind.asks, *(["place"] if asked.kind is RevisionKind.ADD else [])}:
            del self.fields[name]
        for name, label in kind.labels.items():
            self.fields[name].label = label
        for name in set(YEARS) & set(self.fields):
            self.fields[name].choices = [(year, f"{era_long(year)}（{year}年度）") for year in CHOICES[name](asked)]
        if "place" in self.fields:
            self.fields["place"].choices = places(asked.strategy)
        self._fit(asked.indicator)

    def _fit(self, indicator: Indicator | None) -> None:
        """A range has two bounds, an aim without a number none."""
        if indicator is None or "value" not in self.fields:
            return
        if indicator.target_kind == TargetKind.MILESTONE:
            del self.fields["value"]
        elif indicator.target_kind == TargetKind.RANGE:
            self.fields["value"].label = f"新しい下限（{indicator.unit or '単位なし'}）"
            self.fields["upper_value"].label = f"新しい上限（{indicator.unit or '単位なし'}）"
        else:
            self.fields["value"].label += f"（{indicator.unit or '単位なし'}）"
            self.fields.pop("upper_value", None)


def _likely_years(asked: Asked) -> dict[str, int]:
    """The year after the shown one, as far as it may be chosen; a plan is extended from its last year on, by one year."""
    if asked.kind is RevisionKind.EXTEND:
        end = asked.strategy.final_fiscal_year
        return {"effective_fiscal_year": end, "last_fiscal_year": end + 1}
    last = _all_years(asked)[-1]
    return {"milestone_fiscal_year": last, "effective_fiscal_year": min(asked.year + 1, last), "last_fiscal_year": min(asked.year, last - 1)}


def places(strategy: Strategy) -> list[tuple[str, str]]:
    """Where an indicator may be added: a measure (KPI) or a goal (numeric target). Two queries."""
    goals = [(f"goal_id-{goal.pk}", f"基本目標{goal.number} {goal.name}") for goal in Goal.objects.filter(strategy=strategy).order_by("number")]
    measures = [(f"measure_id-{row.pk}", measure_title(row)) for row in measures_of(strategy)]
    return [("", "選んでください"), ("主要施策（KPI）", measures), ("基本目標（数値目標）", goals)]


class PartForm(MarkedForm):
    """One new indicator."""

    name = forms.CharField(label="指標名", max_length=160, widget=forms.TextInput(WIDE), error_messages={"required": "指標名を書いてください。"})
    breakdown = forms.CharField(label="内訳", max_length=40, required=False, widget=forms.TextInput(INPUT))
    code = forms.CharField(label="番号", max_length=20, widget=forms.TextInput(INPUT), error_messages={"required": "番号を書いてください。例：1-3-4"})
    unit = forms.CharField(label="単位", max_length=20, required=False, widget=forms.TextInput(INPUT))
    decimals = forms.IntegerField(
        label="小数の桁数", min_value=0, max_value=4, widget=forms.NumberInput(INPUT), error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), WHOLE_NUMBER)
    )
    target_kind = forms.ChoiceField(label="目標の種類", choices=TargetKind.choices(), widget=forms.Select(INPUT))
    accumulation = forms.ChoiceField(label="値の数え方", choices=Accumulation.choices(), widget=forms.Select(INPUT))
    baseline_value = FigureField("現状値", required=False)
    baseline_label = forms.CharField(label="現状値の時点", max_length=20, required=False, widget=forms.TextInput(INPUT))
    target_value = FigureField("目標値", required=False)
    target_upper_value = FigureField("目標値の上限（範囲のとき）", required=False)
    division = forms.ModelChoiceField(Division.objects.all(), label="担当課", required=False, empty_label="まだ決めていない", widget=forms.Select(INPUT))

    def _mark(self, name: str) -> None:
        if name in self.fields:
            self.fields[name].widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"{self[name].id_for_label}_error"}

    def content(self) -> dict[str, Any]:
        """As a proposal keeps it: plain JSON, numbers as exact text."""
        found, division = self.cleaned_data, self.cleaned_data["division"]
        figures = {name: plain_text(found[name]) or None for name in NEW_FIGURES}
        return {name: found[name] for name in NEW_FIELDS} | figures | {"division_id": division.pk if division else None}


def _of_content(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "division": content.get("division_id")}


def _like(indicator: Indicator | None) -> dict[str, Any]:
    """What a part begins with: the indicator it comes from."""
    if indicator is None:
        return {"decimals": 0, "target_kind": TargetKind.INCREASE, "accumulation": Accumulation.LEVEL}
    same = ("code", "name", "unit", "decimals", "target_kind", "accumulation")
    return {name: getattr(indicator, name) for name in same} | {"division": indicator.division_id}


class RevisionForms:
    """The forms of one proposal together: what is asked of its kind, and of each new indicator. Forms beyond the fewest may stay as they are."""

    def __init__(self, asked: Asked, data: Any = None, stored: TargetRevision | None = None):
        self.asked, (fewest, most) = asked, KINDS[asked.kind].parts
        content = stored.content if stored else []
        self.main = RevisionForm(asked, _stored(stored) if stored else {}, data)
        begun = [*map(_of_content, content), *([_like(asked.indicator)] * (most - len(content)))]
        self.parts = [
            PartForm(data=data, prefix=f"part-{number}", initial=initial, empty_permitted=number >= fewest, use_required_attribute=False)
            for number, initial in enumerate(begun)
        ]
        self._stored_parts = len(content)

    @property
    def first_parts(self) -> list[tuple[int, PartForm]]:
        return self._numbered[: KINDS[self.asked.kind].parts[0]]

    @property
    def more_parts(self) -> list[tuple[int, PartForm, bool]]:
        """Those that may stay empty, with whether they are filled in."""
        fewest = KINDS[self.asked.kind].parts[0]
        return [(number, form, self._is_used(number - 1, form)) for number, form in self._numbered[fewest:]]

    @property
    def _numbered(self) -> list[tuple[int, PartForm]]:
        return list(enumerate(self.parts, start=1))

    def _is_used(self, place: int, form: PartForm) -> bool:
        return not form.empty_permitted or place < self._stored_parts or (form.is_bound and form.has_changed())

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in (self.main, *self.parts) if form.is_bound)

    def is_valid(self) -> bool:
        """Every form is read, also behind a faulty one, so that all faults are marked at once."""
        found = [form.is_valid() for form in (self.main, *self.parts)]
        return all(found)

    def values(self) -> dict[str, Any]:
        """What the action takes. Only after `is_valid`."""
        values = {name: value for name, value in self.main.cleaned_data.items() if name != "place"}
        if self.parts:
            values["content"] = [form.content() for place, form in enumerate(self.parts) if form.cleaned_data and self._is_used(place, form)]
        if self.asked.kind is RevisionKind.ADD:
            name, _, key = self.main.cleaned_data["place"].partition("-")
            values["content"] = [{**values["content"][0], name: int(key)}]
        if self.asked.kind is RevisionKind.MILESTONE and self.asked.indicator.target_kind == TargetKind.MILESTONE:
            values["value"] = Decimal(1)
        return values

    def refuse(self, error: ValidationError) -> None:
        """Put what stands in the way where it can be mended."""
        named = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in named.items():
            form, field = self._field(name)
            form.add_error(field, texts)

    def _field(self, name: str) -> tuple[MarkedForm, str | None]:
        for form in self.parts:
            if name.startswith(f"{form.prefix}-") and name.removeprefix(f"{form.prefix}-") in form.fields:
                return form, name.removeprefix(f"{form.prefix}-")
        return self.main, name if name in self.main.fields else None


def _stored(revision: TargetRevision) -> dict[str, Any]:
    place = next((f"{name}-{part[name]}" for part in revision.content for name in ("measure_id", "goal_id") if part.get(name)), "")
    return {name: getattr(revision, name) for name in (*YEARS, "value", "upper_value", "reason")} | {"place": place}


class MeetingChoice(forms.ModelChoiceField):
    def label_from_instance(self, meeting: Meeting) -> str:
        return meeting_name(meeting)


class ConclusionForm(MarkedForm):
    """Which meeting decided, when, and what was said."""

    meeting = MeetingChoice(None, label="決めた会議", empty_label="選んでください", widget=forms.Select(WIDE), error_messages={"required": "会議を選んでください。"})
    decided_on = forms.DateField(label="決定日", widget=DayInput, error_messages={"required": DATE_MISSING, "invalid": DATE_MISSING})
    note = forms.CharField(label="決定の内容・理由", required=False, max_length=2000, widget=forms.Textarea({**INPUT, "rows": 3}))

    def __init__(self, revision: TargetRevision, data: Any = None):
        """The newest meeting that has it on its agenda is proposed, with its day."""
        rows = Meeting.objects.filter(review__strategy=revision.strategy, meets_on__lte=timezone.localdate()).select_related("review").order_by("-meets_on", "-pk")
        likely = rows.filter(agenda__revision=revision).first()
        super().__init__(data=data, initial={"meeting": likely, "decided_on": likely.meets_on if likely else None})
        self.fields["meeting"].queryset = rows


class ReasonForm(MarkedForm):
    """Why a proposal, or its decision, is taken back."""

    reason = forms.CharField(max_length=2000, widget=forms.Textarea({**INPUT, "rows": 2}), error_messages={"required": "理由を書いてください。"})

    def __init__(self, label: str, data: Any = None):
        super().__init__(data=data)
        self.fields["reason"].label = label
