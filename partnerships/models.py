"""Partnership agreements 「連携協定」 and the partners they are made with."""
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Prefetch, Q
from simple_history.models import HistoricalRecords

from goals.models import Measure, Strategy
from partnerships.terms import AgreementTerm, Renewal, TermKind, TermState, state_on


class PartnerManager(models.Manager):
    def get_by_natural_key(self, name):
        return self.get(name=name)


class Partner(models.Model):
    """An organisation the city has agreements with 「相手方」, under its present name."""

    name = models.CharField("名称", max_length=120, unique=True, error_messages={"unique": "同じ名称の相手方がすでにあります。"})
    note = models.CharField("備考", max_length=200, blank=True)
    history = HistoricalRecords()

    objects = PartnerManager()

    class Meta:
        verbose_name = verbose_name_plural = "相手方"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.name,)


def parties_and_measures() -> tuple[Prefetch, Prefetch]:
    """What a page about agreements shows beside them, in two queries."""
    measures = Measure.objects.select_related("goal").order_by("goal__number", "number")
    return Prefetch("parties", queryset=Party.objects.select_related("partner")), Prefetch("measures", queryset=measures)


class AgreementQuerySet(models.QuerySet):
    def for_list(self, strategy: Strategy) -> "AgreementQuerySet":
        """A strategy's agreements with their parties and measures, in three queries."""
        return self.filter(strategy=strategy).prefetch_related(*parties_and_measures())


class AgreementManager(models.Manager.from_queryset(AgreementQuerySet)):
    def get_by_natural_key(self, slug, number):
        return self.get(strategy__slug=slug, number=number)


class Agreement(models.Model):
    """An agreement listed in the plan. Its state is computed from term, renewal clause and today."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="agreements", verbose_name="総合戦略")
    number = models.PositiveSmallIntegerField("番号", help_text="計画の一覧での順番です。")
    name = models.CharField("協定名（正式名称）", max_length=240)
    items = models.TextField("協定項目", blank=True, help_text="1行に1項目を書きます。")
    partners = models.ManyToManyField(Partner, through="Party", related_name="agreements", verbose_name="相手方")
    measures = models.ManyToManyField(Measure, blank=True, related_name="+", verbose_name="関連する主要施策")
    signed_on = models.DateField("締結日")
    term_kind = models.CharField("有効期間の定め方", max_length=20, choices=TermKind.choices())
    term_ends_on = models.DateField("有効期間の終わり", null=True, blank=True)
    term_years = models.PositiveSmallIntegerField("有効期間の年数", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)])
    renewal = models.CharField("延長規定", max_length=12, choices=Renewal.choices())
    renewal_years = models.PositiveSmallIntegerField(
        "1回の延長の年数", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    renewed_until = models.DateField("延長後の期限（記録）", null=True, blank=True)
    remarks = models.TextField("備考", blank=True)
    source = models.CharField("出典", max_length=120, blank=True)
    history = HistoricalRecords(m2m_fields=[measures])

    objects = AgreementManager()

    class Meta:
        verbose_name = verbose_name_plural = "連携協定"
        ordering = ["strategy", "number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="agreement_unique", violation_error_message="同じ番号の連携協定がすでにあります。"),
            models.CheckConstraint(
                condition=Q(term_kind=TermKind.OPEN_ENDED, term_ends_on__isnull=True, term_years__isnull=True)
                | Q(term_kind=TermKind.UNTIL_DATE, term_ends_on__isnull=False, term_years__isnull=True)
                | Q(term_kind=TermKind.YEARS_FROM_SIGNING, term_ends_on__isnull=True, term_years__isnull=False),
                name="agreement_term_matches_kind",
                violation_error_message="有効期間の定め方に合わせて、終わりの日か年数のどちらか一方を入力してください。",
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.strategy.slug, self.number)

    @property
    def item_lines(self) -> list[str]:
        return [line for line in self.items.splitlines() if line.strip()]

    def term(self) -> AgreementTerm:
        return AgreementTerm(
            signed_on=self.signed_on,
            kind=TermKind(self.term_kind),
            ends_on=self.term_ends_on,
            years=self.term_years,
            renewal=Renewal(self.renewal),
            renewal_years=self.renewal_years,
            renewed_until=self.renewed_until,
        )

    def state_on(self, today: date) -> TermState:
        """Its state on that day."""
        return state_on(self.term(), today)


class PartyManager(models.Manager):
    def get_by_natural_key(self, slug, number, partner):
        return self.get(agreement__strategy__slug=slug, agreement__number=number, partner__name=partner)


class Party(models.Model):
    """A partner of one agreement, with the name it signed under where that has changed since."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties", verbose_name="連携協定")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="parties", verbose_name="相手方")
    position = models.PositiveSmallIntegerField("並び順", default=1)
    name_at_signing = models.CharField("締結時の名称", max_length=120, blank=True, help_text="いまの名称と違うときだけ書きます。")
    history = HistoricalRecords()

    objects = PartyManager()

    class Meta:
        verbose_name = verbose_name_plural = "協定の相手方"
        ordering = ["agreement", "position"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "partner"], name="party_unique", violation_error_message="同じ相手方がすでにあります。")
        ]

    def __str__(self):
        return f"{self.name_at_signing}（現：{self.partner.name}）" if self.name_at_signing else self.partner.name

    def natural_key(self):
        return (*self.agreement.natural_key(), self.partner.name)
