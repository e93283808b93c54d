"""Yearly actuals 「実績」: what was measured, how far it has come, and who may see it."""
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from accounts.models import User
from accounts.roles import Sees
from goals.models import PublicScope, Strategy
from kpis.entry_states import closed_because
from kpis.facts import ActualValue
from kpis.vocabulary import CHECKED_STATES, Door, EntryState, MissingReason, ValueState

# SQLite keeps decimals as floats: 15 digits are what survives.
VALUE = {"max_digits": 15, "decimal_places": 4, "null": True, "blank": True}
MONTHS = [MinValueValidator(1), MaxValueValidator(12)]
# Work in progress is for those who do the work; readers see what the planning side has checked, settled by a review or not.
CHECKED = Q(entry_state__in=CHECKED_STATES)
HAS_CONTENT = Q(value__isnull=False) | Q(is_met__isnull=False) | ~Q(missing_reason="")


def _open_years(sees: Sees, strategy: Strategy) -> Q:
    """The years whose checked values somebody sees who does not see everything."""
    is_open = sees is Sees.CHECKED or strategy.public_scope == PublicScope.EVERYTHING
    return Q() if is_open else Q(fiscal_year__lte=strategy.published_through or 0)


class ActualQuerySet(models.QuerySet):
    def visible_to(self, user, strategy: Strategy) -> "ActualQuerySet":
        """The actuals that reader may see; `user` may be anonymous. The table is accounts/roles.py and Strategy.public_scope."""
        sees = user.sees if user.is_authenticated else Sees.PUBLISHED
        if sees is Sees.EVERYTHING:
            return self
        if not user.is_authenticated and strategy.public_scope == PublicScope.NOTHING:
            return self.none()
        shown = CHECKED & _open_years(sees, strategy)
        return self.filter(shown | Q(indicator__division=user.division) if sees is Sees.OWN_DIVISION else shown)

    def reopened_for(self, user, strategy: Strategy, today: date) -> "ActualQuerySet":
        """The reopened rows of years whose checked values that reader sees, also while a new value is on its way: not for its figures."""
        rows, sees = self.filter(reopened_until__gte=today), user.sees if user.is_authenticated else Sees.PUBLISHED
        if sees is Sees.EVERYTHING:
            return rows
        if not user.is_authenticated and strategy.public_scope == PublicScope.NOTHING:
            return rows.none()
        shown = _open_years(sees, strategy)
        return rows.filter(shown | Q(indicator__division=user.division) if sees is Sees.OWN_DIVISION and shown else shown)


class ActualManager(models.Manager.from_queryset(ActualQuerySet)):
    def get_by_natural_key(self, slug, code, breakdown, fiscal_year):
        return self.get(indicator__strategy__slug=slug, indicator__code=code, indicator__breakdown=breakdown, fiscal_year=fiscal_year)


class Actual(models.Model):
    """The actual 「実績」 of one fiscal year: a value, or the reason why there is none. An empty value is never 0."""

    indicator = models.ForeignKey("kpis.Indicator", models.CASCADE, related_name="actuals", verbose_name="指標")
    fiscal_year = models.PositiveSmallIntegerField("年度（西暦）")
    value = models.DecimalField("実績値", **VALUE)
    state = models.CharField("値の状態", max_length=12, choices=ValueState.choices(), default=ValueState.CONFIRMED)
    missing_reason = models.CharField("未測定の理由", max_length=20, choices=MissingReason.choices(), blank=True)
    expected_month = models.PositiveSmallIntegerField("公表予定の月", null=True, blank=True, validators=MONTHS)
    is_met = models.BooleanField("実施した（定性の指標）", null=True, blank=True)
    comment = models.TextField("要因・コメント", blank=True)
    evidence = models.CharField("根拠", max_length=200, blank=True)
    entry_state = models.CharField("入力の段階", max_length=12, choices=EntryState.choices(), default=EntryState.DRAFT)
    return_reason = models.TextField("差戻しの理由", blank=True)
    doubt_answer = models.TextField("この値で正しい理由", blank=True, help_text="確認を求められた値に、担当課が答えたもの。")
    reopened_until = models.DateField("再開の期限", null=True, blank=True)
    reopening_reason = models.TextField("再開の理由", blank=True)
    door = models.CharField("入口", max_length=12, choices=Door.choices(), default=Door.ADMIN)
    import_number = models.PositiveIntegerField("取込番号", null=True, blank=True)
    version = models.PositiveIntegerField("版", default=1, editable=False)
    is_sample = models.BooleanField("架空のサンプル値", default=False)
    history = HistoricalRecords()

    objects = ActualManager()

    class Meta:
        verbose_name = verbose_name_plural = "実績"
        ordering = ["indicator", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "fiscal_year"], name="actual_unique", violation_error_message="同じ年度の実績がすでにあります。"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(missing_reason=""),
                name="actual_value_or_reason",
                violation_error_message="実績値と未測定の理由は、どちらか一方だけにしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(is_met=True) | ~Q(evidence=""),
                name="actual_met_needs_evidence",
                violation_error_message="「実施した」とするときは、根拠を書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(entry_state__in=[EntryState.DRAFT, EntryState.RETURNED]) | HAS_CONTENT,
                name="actual_handed_in_is_not_empty",
                violation_error_message="実績値か未測定の理由を入れてから、提出してください。",
            ),
            models.CheckConstraint(
                condition=~Q(entry_state=EntryState.NOT_ENTERED),
                name="actual_row_is_entered",
                violation_error_message="「未入力」は、行がないことを表します。",
            ),
            models.CheckConstraint(
                condition=~Q(entry_state=EntryState.RETURNED) | ~Q(return_reason=""),
                name="actual_returned_with_reason",
                violation_error_message="差し戻すときは、理由を書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(reopened_until__isnull=True) | ~Q(reopening_reason=""),
                name="actual_reopened_with_reason",
                violation_error_message="再開するときは、理由を書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(door=Door.IMPORT) ^ Q(import_number__isnull=True),
                name="actual_import_number_with_door",
                violation_error_message="取込番号は、取込で入った値だけに付きます。",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.fiscal_year}年度"

    def save(self, *args, **kwargs):
        """Every writing is a new version, so that of two people at one value the second is told. Raises as Model.save()."""
        if self.pk:
            self.version += 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "version"}
        super().save(*args, **kwargs)

    @property
    def has_content(self) -> bool:
        """Whether it says anything of the year: a value, that a qualitative aim is met or not, or why there is none."""
        return self.value is not None or self.is_met is not None or bool(self.missing_reason)

    @property
    def is_checked(self) -> bool:
        """Whether readers see it: 確認済み, or 確定 since the year's review."""
        return EntryState(self.entry_state).is_checked

    def is_reopened(self, today: date) -> bool:
        return self.reopened_until is not None and today <= self.reopened_until

    def is_closed(self, today: date) -> bool:
        """Whether divisions may no longer change it: checked or published, and not reopened."""
        return bool(self.closed_because(today))

    def closed_because(self, today: date, *, is_ended: bool = False) -> str:
        """Why divisions may no longer change it, in a word: kpis/entry_states.py. `is_ended`: its collection was closed."""
        is_published = self.fiscal_year <= (self.indicator.strategy.published_through or 0)
        return closed_because(EntryState(self.entry_state), is_published=is_published, is_reopened=self.is_reopened(today), is_ended=is_ended)

    def natural_key(self):
        return (*self.indicator.natural_key(), self.fiscal_year)

    def enter(self, user: User, door: Door, *, says_something: bool, import_number: int | None = None, checks: bool = False) -> None:
        """Write down who has come through which door; the values themselves are set by the caller, who also saves.

        What the planning side corrects stays checked or settled. A file it takes in is handed in, and so is a new value of the admin; there
        another stays as far as it was, unless that person says that it is right (`checks`). All else is a draft.
        """
        was = EntryState(self.entry_state) if self.pk else EntryState.NOT_ENTERED
        self.door, self.import_number = door, import_number
        if not says_something or user.sees is not Sees.EVERYTHING or door is Door.ENTRY_SHEET:
            self.entry_state = EntryState.DRAFT
        else:
            is_new = was is EntryState.NOT_ENTERED or door is Door.IMPORT
            self.entry_state = was if was.is_checked else EntryState.CHECKED if checks else EntryState.SUBMITTED if is_new else was
        if self.is_checked:
            self.return_reason = ""
        if self.is_checked and not was.is_checked:
            # A reopening ends with the check.
            self.reopened_until, self.reopening_reason = None, ""

    def fact(self) -> ActualValue:
        return ActualValue(
            fiscal_year=self.fiscal_year,
            value=self.value,
            state=ValueState(self.state),
            missing_reason=MissingReason(self.missing_reason) if self.missing_reason else None,
            expected_month=self.expected_month,
            is_met=self.is_met,
        )
