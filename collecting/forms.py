"""Forms of the planning side: opening a collection, reopening a value, handing duties over."""
from datetime import date, timedelta
from itertools import groupby

from django import forms
from django.utils import timezone

from accounts.models import Division, User
from accounts.roles import STAFF_ROLES, Sees
from collecting.actions import LONGEST_REOPENING, LONGEST_TRACE
from collecting.models import Collection
from common.fiscal import era_long
from goals.models import Strategy
from kpis.models import Indicator

WEEKS_TO_ANSWER = 4
DAYS_REOPENED = 14
NOBODY = "nobody"
DEADLINE_PASSED = "提出期限は、今日以降の日にしてください。"
NO_INDICATOR = "対象の指標を、1つ以上選んでください。"
REASON_MISSING = "理由を書いてください。"
DATE_MISSING = "日付を選んでください。"
SAME_ON_BOTH_SIDES = "引き継ぎ元と同じです。別の課か担当者を選んでください。"
OTHER_KIND = "課は課へ、担当者は担当者へ引き継ぎます。同じ種類から選んでください。"
OTHER_DIVISION = "{person}さんは、この指標の担当課（{divisions}）の人ではありません。同じ課の人を選ぶか、先に課を引き継いでください。"


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self):
        super().__init__(attrs={"class": "inp"}, format="%Y-%m-%d")


def years_to_ask(strategy: Strategy) -> list[int]:
    """The plan's years that nobody has asked for yet."""
    asked = set(strategy.collections.values_list("fiscal_year", flat=True))
    return [year for year in strategy.fiscal_years if year not in asked]


def likely_year(strategy: Strategy, today: date) -> int | None:
    """The year after the last collection, else the newest year of the plan that is over; None when every year was asked for."""
    left = years_to_ask(strategy)
    last = strategy.collections.order_by("-fiscal_year").values_list("fiscal_year", flat=True).first()
    if last is not None:
        return last + 1 if last + 1 in left else next(reversed(left), None)
    over = [year for year in left if date(year + 1, 3, 31) < today]
    return max(over, default=next(iter(left), None))


class CollectionForm(forms.Form):
    """What a collection asks for. Of a new one the year is asked as well, of one that is there why it changes."""

    fiscal_year = forms.TypedChoiceField(label="年度", coerce=int, widget=forms.Select(attrs={"class": "inp"}))
    deadline = forms.DateField(label="提出期限", widget=DayInput, error_messages={"required": DATE_MISSING, "invalid": DATE_MISSING})
    message = forms.CharField(label="各課への連絡", required=False, max_length=2000, widget=forms.Textarea(attrs={"class": "inp", "rows": 4}))
    indicators = forms.ModelMultipleChoiceField(Indicator.objects.none(), label="対象の指標", error_messages={"required": NO_INDICATOR})
    reason = forms.CharField(label="変更の理由", required=False, max_length=LONGEST_TRACE, widget=forms.TextInput(attrs={"class": "inp"}))

    def __init__(self, strategy: Strategy, collection: Collection | None = None, **kwargs):
        self.collection, self.today = collection, timezone.localdate()
        rows = Indicator.objects.of(strategy).select_related("division").order_by("position")
        rows = rows.asked_in(collection.fiscal_year) if collection else rows
        super().__init__(initial=self._initial(strategy, rows), **kwargs)
        self.fields["indicators"].queryset = rows
        if collection:
            del self.fields["fiscal_year"]
        else:
            del self.fields["reason"]
            self.fields["fiscal_year"].choices = [(year, f"{era_long(year)}（{year}年度）") for year in years_to_ask(strategy)]

    def _initial(self, strategy: Strategy, rows) -> dict:
        if self.collection:
            asked = self.collection
            return {"deadline": asked.deadline, "message": asked.message, "indicators": list(asked.indicators.values_list("pk", flat=True))}
        return {
            "fiscal_year": likely_year(strategy, self.today),
            "deadline": self.today + timedelta(weeks=WEEKS_TO_ANSWER),
            "indicators": [row.pk for row in rows],
        }

    def clean_deadline(self) -> date:
        deadline = self.cleaned_data["deadline"]
        if deadline < self.today and not (self.collection and deadline == self.collection.deadline):
            raise forms.ValidationError(DEADLINE_PASSED)
        return deadline

    @property
    def groups(self) -> list[tuple[str, list[tuple[Indicator, bool]]]]:
        """The indicators by division with their ticks; those of nobody first."""
        ticked = {str(key) for key in self["indicators"].value() or ()}
        rows = sorted(self.fields["indicators"].queryset, key=_by_division)
        groups = groupby(rows, key=lambda row: row.division.name if row.division else "")
        return [(name, [(row, str(row.pk) in ticked) for row in found]) for name, found in groups]


def _by_division(row: Indicator) -> tuple:
    division = row.division
    return (division is not None, division.position if division else 0, division.name if division else "", row.position)


class ReopenForm(forms.Form):
    """Why and until when a checked value may be entered again."""

    reason = forms.CharField(
        label="再開する理由", max_length=500, widget=forms.Textarea(attrs={"class": "inp", "rows": 3}), error_messages={"required": REASON_MISSING}
    )
    until = forms.DateField(label="再開の期限", widget=DayInput, error_messages={"required": DATE_MISSING, "invalid": DATE_MISSING})

    def __init__(self, **kwargs):
        super().__init__(initial={"until": timezone.localdate() + timedelta(days=DAYS_REOPENED)}, **kwargs)

    @property
    def latest(self) -> date:
        return timezone.localdate() + timedelta(days=LONGEST_REOPENING)


class HandOverForm(forms.Form):
    """From one division, person or nobody to another of the same kind; a choice is written 「division-3」「person-5」."""

    giver = forms.ChoiceField(label="引き継ぎ元", widget=forms.Select(attrs={"class": "inp"}), error_messages={"required": "引き継ぎ元を選んでください。"})
    taker = forms.ChoiceField(label="引き継ぎ先", widget=forms.Select(attrs={"class": "inp"}), error_messages={"required": "引き継ぎ先を選んでください。"})

    def __init__(self, strategy: Strategy, **kwargs):
        super().__init__(**kwargs)
        self.strategy = strategy
        self.divisions = {f"division-{each.pk}": each for each in Division.objects.all()}
        people = User.objects.filter(is_active=True, role__in=STAFF_ROLES).select_related("division").order_by("division__position", "display_name")
        self.people = {f"person-{each.pk}": each for each in people}
        divisions = [(key, each.name) for key, each in self.divisions.items()]
        persons = [(key, f"{each}（{each.division or each.get_role_display()}）") for key, each in self.people.items()]
        self.fields["giver"].choices = [("", "選んでください"), (f"division-{NOBODY}", "担当課のない指標"), ("課", divisions), ("担当者", persons)]
        self.fields["taker"].choices = [("", "選んでください"), ("課", divisions), ("担当者", [*persons, (f"person-{NOBODY}", "担当者を空にする")])]

    def clean(self):
        cleaned = super().clean()
        giver, taker = cleaned.get("giver"), cleaned.get("taker")
        if giver and giver == taker:
            self.add_error("taker", SAME_ON_BOTH_SIDES)
        elif giver and taker and giver.partition("-")[0] != taker.partition("-")[0]:
            self.add_error("taker", OTHER_KIND)
        elif giver and taker:
            self._check_division(self.people.get(taker))
        return cleaned

    def _check_division(self, person: User | None) -> None:
        """A person enters values of the own division only, unless they plan."""
        if person is None or person.sees is Sees.EVERYTHING:
            return
        others = {str(row.division or "担当なし") for row in self.moving() if row.division_id != person.division_id}
        if others:
            self.add_error("taker", OTHER_DIVISION.format(person=person, divisions="・".join(sorted(others))))

    def moving(self) -> list[Indicator]:
        """The indicators of the giver, in the plan's order."""
        giver = self.cleaned_data["giver"]
        rows = Indicator.objects.of(self.strategy).select_related("division", "person").order_by("position")
        return list(rows.filter(person=self.people[giver]) if giver in self.people else rows.filter(division=self.divisions.get(giver)))

    def parties(self) -> dict:
        """The arguments of `actions.hand_over` that name who gives and who takes."""
        giver, taker = self.cleaned_data["giver"], self.cleaned_data["taker"]
        return {
            "from_division": self.divisions.get(giver), "to_division": self.divisions.get(taker),
            "from_person": self.people.get(giver), "to_person": self.people.get(taker),
            "from_nobody": giver.endswith(NOBODY),
        }

    def name_of(self, field: str) -> str:
        """「農林課」「工藤 海」."""
        key = self.cleaned_data[field]
        return str(self.divisions.get(key) or self.people.get(key) or ("担当なし" if field == "giver" else "（担当者なし）"))
