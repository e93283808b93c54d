"""The strategy 「総合戦略」 itself: its period, its extensions, and the settings its indicators are judged by."""
from collections.abc import Iterable
from decimal import Decimal

from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords


class PublicScope(models.TextChoices):
    """What visitors who are not signed in see of a strategy."""

    NOTHING = "nothing", "公開しない"
    PUBLISHED = "published", "公表した年度まで"
    EVERYTHING = "everything", "すべての年度"


class RateRounding(models.TextChoices):
    """How rates are shown. 切捨て keeps 99.6 % from reading 100 %."""

    DOWN = "down", "切捨て"
    HALF_UP = "half_up", "四捨五入"


class StrategyQuerySet(models.QuerySet):
    def current(self) -> "Strategy | None":
        """The strategy shown at the site's root."""
        return self.filter(is_current=True).first()


class StrategyManager(models.Manager.from_queryset(StrategyQuerySet)):
    def get_by_natural_key(self, slug):
        return self.get(slug=slug)


class Strategy(models.Model):
    """One generation of one municipality's plan, with the settings its indicators are judged by."""

    slug = models.SlugField("URLに使う名前", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("短い名称", max_length=60)
    municipality = models.CharField("市区町村", max_length=40)
    municipality_code = models.CharField(
        "全国地方公共団体コード", max_length=6, validators=[RegexValidator(r"^\d{6}$", "6桁の数字で入力してください。")]
    )
    first_fiscal_year = models.PositiveSmallIntegerField("最初の年度")
    last_fiscal_year = models.PositiveSmallIntegerField("最後の年度", help_text="策定のときの（当初の）最後の年度。延長しても変えません。")
    # What the extensions say, kept here by `set_periods` so that no page must read them to know the plan's years.
    extended_to = models.PositiveSmallIntegerField("延長後の最後の年度", null=True, blank=True, help_text="計画期間を延長していなければ空です。")
    period_ends = models.JSONField("延長の年度", default=list, blank=True, editable=False)
    adopted_on_label = models.CharField("策定年月", max_length=40, blank=True)
    purpose = models.TextField("策定趣旨", blank=True)
    policy_summary = models.TextField("基本方針の考え方", blank=True)
    contact_office = models.CharField("担当", max_length=60, blank=True)
    contact_phone = models.CharField("電話", max_length=20, blank=True)
    source = models.CharField("出典", max_length=120, blank=True)
    is_current = models.BooleanField("トップページに表示する", default=False)
    public_scope = models.CharField("公開の範囲", max_length=10, choices=PublicScope, default=PublicScope.NOTHING)
    published_through = models.PositiveSmallIntegerField("公表した最後の年度", null=True, blank=True)
    on_track_from = models.DecimalField("「順調」の下限（目安に対する比）", max_digits=4, decimal_places=3, default=Decimal("0.9"))
    slightly_behind_from = models.DecimalField("「やや遅れ」の下限（目安に対する比）", max_digits=4, decimal_places=3, default=Decimal("0.6"))
    limit_tolerance = models.DecimalField("抑制の許容幅（目安に対する比）", max_digits=5, decimal_places=4, default=Decimal("0.01"))
    maintain_tolerance = models.DecimalField("維持の許容幅（目標に対する比）", max_digits=5, decimal_places=4, default=Decimal("0.01"))
    rate_rounding = models.CharField("率の端数", max_length=10, choices=RateRounding, default=RateRounding.DOWN)
    rate_decimals = models.PositiveSmallIntegerField("率の小数の桁数", default=0, validators=[MaxValueValidator(3)])
    history = HistoricalRecords()

    objects = StrategyManager()

    class Meta:
        verbose_name = verbose_name_plural = "総合戦略"
        ordering = ["-is_current", "-first_fiscal_year", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_fiscal_year__gte=F("first_fiscal_year")),
                name="strategy_years_in_order",
                violation_error_message="最後の年度は、最初の年度以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(extended_to__isnull=True) | Q(extended_to__gt=F("last_fiscal_year")),
                name="strategy_extended_beyond_its_end",
                violation_error_message="延長後の最後の年度は、当初の最後の年度より後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(slightly_behind_from__gt=0) & Q(on_track_from__gte=F("slightly_behind_from")) & Q(on_track_from__lte=1),
                name="strategy_thresholds_in_order",
                violation_error_message="しきい値は、0より大きく1以下で、「順調」を「やや遅れ」以上にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(limit_tolerance__gte=0) & Q(maintain_tolerance__gte=0),
                name="strategy_tolerances_not_negative",
                violation_error_message="許容幅は0以上にしてください。",
            ),
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="strategy_one_current",
                violation_error_message="トップページに表示する総合戦略は1つだけです。",
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)

    @property
    def final_fiscal_year(self) -> int:
        """The last year as it is now, with every extension."""
        return self.extended_to or self.last_fiscal_year

    @property
    def fiscal_years(self) -> range:
        """The years of the plan with every extension, 2020 … 2024: those that are shown, entered and asked for."""
        return range(self.first_fiscal_year, self.final_fiscal_year + 1)

    def set_periods(self, extensions: "Iterable[PeriodExtension]") -> None:
        """Take over what the extensions say: `period_ends` are [適用する年度, 最後の年度] of each, oldest first. Does not save."""
        self.period_ends = sorted([each.effective_fiscal_year, each.last_fiscal_year] for each in extensions)
        self.extended_to = max((end for _, end in self.period_ends), default=None)

    def last_year_in(self, fiscal_year: int) -> int:
        """The plan's last year by the period in force in that year: what was decided later does not reach back."""
        return max((end for effective, end in self.period_ends if effective <= fiscal_year), default=self.last_fiscal_year)


class NaturalKeyManager(models.Manager):
    """Finds a row by the lookups its model names, so that fixtures need no ids."""

    def get_by_natural_key(self, *values):
        return self.get(**dict(zip(self.model.NATURAL_LOOKUPS, values, strict=True)))


class PeriodExtension(models.Model):
    """A decision that the plan ends later 「計画期間の延長」. The years before `effective_fiscal_year` keep the period they were judged by."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="extensions", verbose_name="総合戦略")
    effective_fiscal_year = models.PositiveSmallIntegerField("適用する年度から")
    last_fiscal_year = models.PositiveSmallIntegerField("延長後の最後の年度")
    reason = models.TextField("延長の理由")
    decided_on = models.DateField("決定日")
    decided_by_meeting = models.CharField("決定した会議", max_length=120)
    is_sample = models.BooleanField("架空のサンプル値", default=False)
    history = HistoricalRecords()

    objects = NaturalKeyManager()
    NATURAL_LOOKUPS = ("strategy__slug", "effective_fiscal_year")

    class Meta:
        verbose_name = verbose_name_plural = "計画期間の延長"
        ordering = ["strategy", "effective_fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "effective_fiscal_year"],
                name="period_extension_unique",
                violation_error_message="同じ年度から適用する延長がすでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(last_fiscal_year__gte=F("effective_fiscal_year")),
                name="period_extension_years_in_order",
                violation_error_message="延長後の最後の年度は、適用する年度以後にしてください。",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(decided_by_meeting=""),
                name="period_extension_is_decided",
                violation_error_message="延長の理由と、決定した会議を書いてください。",
            ),
        ]

    def __str__(self):
        return f"{self.strategy.short_name} {self.effective_fiscal_year}年度から{self.last_fiscal_year}年度までに延長"

    def natural_key(self):
        return (self.strategy.slug, self.effective_fiscal_year)
