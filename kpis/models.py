"""Indicators 「指標」, their targets and their yearly actuals."""
from collections.abc import Iterable

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from simple_history.models import HistoricalRecords

from accounts.models import Division, User
from accounts.roles import Sees
from goals.models import Goal, Measure, PublicScope, RateRounding, Strategy
from kpis.facts import ActualValue, IndicatorFacts, Rules, TargetValue
from kpis.progress import Judgement, judge
from kpis.ratings import Band, Basis, Scale
from kpis.vocabulary import Accumulation, MissingReason, RateFormula, TargetKind, ValueState, WantedDirection

# SQLite keeps decimals as floats: 15 digits are what survives.
VALUE = {"max_digits": 15, "decimal_places": 4, "null": True, "blank": True}


def rules_of(strategy: Strategy) -> Rules:
    """The strategy's judgement settings."""
    return Rules(
        on_track_from=strategy.on_track_from,
        slightly_behind_from=strategy.slightly_behind_from,
        limit_tolerance=strategy.limit_tolerance,
        maintain_tolerance=strategy.maintain_tolerance,
        rates_cut_off=strategy.rate_rounding == RateRounding.DOWN,
        rate_decimals=strategy.rate_decimals,
    )


class IndicatorQuerySet(models.QuerySet):
    def of(self, strategy: Strategy) -> "IndicatorQuerySet":
        return self.filter(strategy=strategy)

    def with_values(self, actuals: "ActualQuerySet | None" = None) -> "IndicatorQuerySet":
        """Everything a judgement reads, in two more queries however many rows there are."""
        actuals = Actual.objects.all() if actuals is None else actuals
        return self.prefetch_related("targets", Prefetch("actuals", queryset=actuals))

    def for_dashboard(self, strategy: Strategy, user) -> "IndicatorQuerySet":
        """A strategy's indicators in the plan's order with what that reader may see of their values."""
        return self.of(strategy).select_related("division").with_values(Actual.objects.visible_to(user, strategy))

    def editable_by(self, user: User) -> "IndicatorQuerySet":
        """The indicators whose actuals that person may enter: all for the planning side, one's division's otherwise."""
        if not user.has_perm("kpis.change_actual"):
            return self.none()
        return self if user.sees is Sees.EVERYTHING else self.filter(division=user.division)


class IndicatorManager(models.Manager.from_queryset(IndicatorQuerySet)):
    def get_by_natural_key(self, slug, code, breakdown):
        return self.get(strategy__slug=slug, code=code, breakdown=breakdown)


class Indicator(models.Model):
    """One series with its own unit, baseline and target: a numeric target 「数値目標」 of a goal or a KPI of a measure."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="indicators", verbose_name="総合戦略")
    goal = models.ForeignKey(Goal, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="基本目標（数値目標のとき）")
    measure = models.ForeignKey(Measure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="主要施策（KPIのとき）")
    code = models.CharField("番号", max_length=20, help_text="例: 1-3-4。数値目標は 1-A のように書きます。")
    breakdown = models.CharField("内訳", max_length=40, blank=True, help_text="例: 面積、小学校。なければ空にします。")
    position = models.PositiveSmallIntegerField("並び順", default=0)
    name = models.CharField("指標名", max_length=160)
    short_name = models.CharField("短い名称", max_length=40, blank=True)
    unit = models.CharField("単位", max_length=20, blank=True)
    decimals = models.PositiveSmallIntegerField("小数の桁数", default=0, validators=[MaxValueValidator(4)])
    target_kind = models.CharField("目標の種類", max_length=12, choices=TargetKind.choices())
    accumulation = models.CharField("値の数え方", max_length=14, choices=Accumulation.choices(), default=Accumulation.LEVEL)
    wanted_direction = models.CharField("望ましい向き", max_length=4, choices=WantedDirection.choices(), default=WantedDirection.UP)
    rate_formula = models.CharField("達成率の式", max_length=20, choices=RateFormula.choices(), blank=True, help_text="空のときは、目標の種類で決まります。")
    baseline_value = models.DecimalField("現状値", **VALUE)
    baseline_label = models.CharField("現状値の時点", max_length=20, blank=True, help_text="例: H30、R1.12、第1期実績")
    baseline_qualifier = models.CharField("現状値の付記", max_length=10, blank=True, help_text="例: 約")
    target_qualifier = models.CharField("目標値の付記", max_length=10, blank=True, help_text="例: 約")
    target_label = models.CharField("目標値の言い方", max_length=40, blank=True, help_text="例: 均衡、維持")
    formula_note = models.CharField("目標値の式", max_length=60, blank=True, help_text="例: 10品×5年")
    note = models.TextField("注記", blank=True)
    source = models.CharField("出典", max_length=120, blank=True)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name="担当課")
    history = HistoricalRecords()

    objects = IndicatorManager()

    class Meta:
        verbose_name = verbose_name_plural = "指標"
        ordering = ["strategy", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "code", "breakdown"], name="indicator_unique", violation_error_message="同じ番号・内訳の指標がすでにあります。"
            ),
            models.CheckConstraint(
                condition=Q(goal__isnull=False) ^ Q(measure__isnull=False),
                name="indicator_of_goal_xor_measure",
                violation_error_message="基本目標か主要施策の、どちらか一方を選んでください。",
            ),
            models.CheckConstraint(
                condition=~Q(target_kind__in=[TargetKind.RANGE, TargetKind.DIRECTION, TargetKind.MILESTONE]) | Q(accumulation=Accumulation.LEVEL),
                name="indicator_totals_have_a_number_to_reach",
                violation_error_message="この目標の種類では、値の数え方を「年度値」にしてください。",
            ),
        ]
        indexes = [models.Index(fields=["strategy", "position"], name="indicator_in_plan_order")]

    def __str__(self):
        return f"{self.key} {self.name}"

    def natural_key(self):
        return (self.strategy.slug, self.code, self.breakdown)

    @property
    def key(self) -> str:
        """What people write: 「1-3-4 面積」."""
        return f"{self.code} {self.breakdown}".strip()

    @property
    def label(self) -> str:
        """The short name for lists."""
        return self.short_name or self.full_name

    @property
    def full_name(self) -> str:
        """「醸造用ブドウ栽培戸数・面積（面積）」."""
        return f"{self.name}（{self.breakdown}）" if self.breakdown else self.name

    @property
    def is_numeric_target(self) -> bool:
        return self.goal_id is not None

    def is_editable_by(self, user) -> bool:
        """Whether that person may enter its actuals: `IndicatorQuerySet.editable_by` for a row at hand. `user` may be anonymous."""
        if not user.has_perm("kpis.change_actual"):
            return False
        return user.sees is Sees.EVERYTHING or self.division_id == user.division_id

    def facts(self) -> IndicatorFacts:
        """What the judgement reads. No query when loaded with `with_values()`."""
        targets = self.targets.all()
        return IndicatorFacts(
            name=self.full_name,
            unit=self.unit,
            decimals=self.decimals,
            target_kind=TargetKind(self.target_kind),
            accumulation=Accumulation(self.accumulation),
            first_fiscal_year=self.strategy.first_fiscal_year,
            last_fiscal_year=self.strategy.last_fiscal_year,
            baseline_value=self.baseline_value,
            baseline_label=self.baseline_label,
            target_label=self.target_label,
            wanted_direction=WantedDirection(self.wanted_direction),
            rate_formula=RateFormula(self.rate_formula) if self.rate_formula else None,
            targets=tuple(TargetValue(t.effective_fiscal_year, t.value, t.upper_value) for t in targets if t.milestone_fiscal_year is None),
            milestones=tuple((t.milestone_fiscal_year, t.value) for t in targets if t.milestone_fiscal_year is not None),
            actuals=tuple(a.fact() for a in self.actuals.all()),
        )

    def judge(self, fiscal_year: int) -> Judgement:
        """The judgement in that fiscal year under the strategy's rules."""
        return judge(self.facts(), fiscal_year, rules_of(self.strategy))


class TargetManager(models.Manager):
    def get_by_natural_key(self, slug, code, breakdown, effective_fiscal_year, milestone_fiscal_year):
        return self.get(
            indicator__strategy__slug=slug,
            indicator__code=code,
            indicator__breakdown=breakdown,
            effective_fiscal_year=effective_fiscal_year,
            milestone_fiscal_year=milestone_fiscal_year,
        )


class Target(models.Model):
    """The plan's target, a revision of it 「目標の見直し」, or a yearly milestone 「年度目標」. None is ever overwritten by a revision."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="targets", verbose_name="指標")
    effective_fiscal_year = models.PositiveSmallIntegerField("適用する年度から")
    milestone_fiscal_year = models.PositiveSmallIntegerField("年度目標の年度", null=True, blank=True, help_text="計画全体の目標では空にします。")
    value = models.DecimalField("目標値", max_digits=15, decimal_places=4, help_text="範囲の目標では下限です。")
    upper_value = models.DecimalField("目標値の上限（範囲のとき）", **VALUE)
    reason = models.TextField("見直しの理由", blank=True)
    decided_on = models.DateField("決定日", null=True, blank=True)
    decided_by_meeting = models.CharField("決定した会議", max_length=120, blank=True)
    is_sample = models.BooleanField("架空のサンプル値", default=False)
    history = HistoricalRecords()

    objects = TargetManager()

    class Meta:
        verbose_name = verbose_name_plural = "目標値"
        ordering = ["indicator", "milestone_fiscal_year", "effective_fiscal_year"]
        constraints = [
            # Two constraints: SQLite creates none at all for one with nulls_distinct=False.
            models.UniqueConstraint(
                fields=["indicator", "effective_fiscal_year"],
                condition=Q(milestone_fiscal_year__isnull=True),
                name="target_unique",
                violation_error_message="同じ年度から適用する目標値がすでにあります。",
            ),
            models.UniqueConstraint(
                fields=["indicator", "effective_fiscal_year", "milestone_fiscal_year"],
                name="target_milestone_unique",
                violation_error_message="同じ年度から適用する年度目標がすでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(upper_value__isnull=True) | Q(upper_value__gte=F("value")),
                name="target_bounds_in_order",
                violation_error_message="上限は下限以上にしてください。",
            ),
        ]

    def __str__(self):
        return f"{self.indicator} {self.effective_fiscal_year}年度から"

    def natural_key(self):
        return (*self.indicator.natural_key(), self.effective_fiscal_year, self.milestone_fiscal_year)


class ActualQuerySet(models.QuerySet):
    def visible_to(self, user, strategy: Strategy) -> "ActualQuerySet":
        """The actuals that reader may see; `user` may be anonymous. The table is accounts/roles.py and Strategy.public_scope."""
        sees = user.sees if user.is_authenticated else Sees.PUBLISHED
        if sees is Sees.EVERYTHING or strategy.public_scope == PublicScope.EVERYTHING:
            return self
        if not user.is_authenticated and strategy.public_scope == PublicScope.NOTHING:
            return self.none()
        published = Q(fiscal_year__lte=strategy.published_through or 0)
        return self.filter(published | Q(indicator__division=user.division) if sees is Sees.OWN_DIVISION else published)


class ActualManager(models.Manager.from_queryset(ActualQuerySet)):
    def get_by_natural_key(self, slug, code, breakdown, fiscal_year):
        return self.get(indicator__strategy__slug=slug, indicator__code=code, indicator__breakdown=breakdown, fiscal_year=fiscal_year)


class Actual(models.Model):
    """The actual 「実績」 of one fiscal year: a value, or the reason why there is none. An empty value is never 0."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="actuals", verbose_name="指標")
    fiscal_year = models.PositiveSmallIntegerField("年度（西暦）")
    value = models.DecimalField("実績値", **VALUE)
    state = models.CharField("値の状態", max_length=12, choices=ValueState.choices(), default=ValueState.CONFIRMED)
    missing_reason = models.CharField("未測定の理由", max_length=20, choices=MissingReason.choices(), blank=True)
    expected_month = models.PositiveSmallIntegerField(
        "公表予定の月", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    is_met = models.BooleanField("実施した（定性の指標）", null=True, blank=True)
    comment = models.TextField("要因・コメント", blank=True)
    evidence = models.CharField("根拠", max_length=200, blank=True)
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
        ]

    def __str__(self):
        return f"{self.indicator} {self.fiscal_year}年度"

    def natural_key(self):
        return (*self.indicator.natural_key(), self.fiscal_year)

    def fact(self) -> ActualValue:
        return ActualValue(
            fiscal_year=self.fiscal_year,
            value=self.value,
            state=ValueState(self.state),
            missing_reason=MissingReason(self.missing_reason) if self.missing_reason else None,
            expected_month=self.expected_month,
            is_met=self.is_met,
        )


class RatingScale(models.Model):
    """The city's own grades beside the status 「市の評価区分」."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="rating_scales", verbose_name="総合戦略")
    name = models.CharField("名称", max_length=60)
    basis = models.CharField("もとになる値", max_length=24, choices=Basis.choices())
    no_data_label = models.CharField("値がないときの表示", max_length=20, default="－")
    round_decimals = models.PositiveSmallIntegerField("比べる前の端数処理（％の小数の桁数）", null=True, blank=True)
    rounding = models.CharField("端数処理", max_length=10, choices=RateRounding, default=RateRounding.DOWN)
    is_active = models.BooleanField("画面に表示する", default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "評価区分"
        ordering = ["strategy", "name"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "name"], name="rating_scale_unique", violation_error_message="同じ名前の評価区分がすでにあります。")
        ]

    def __str__(self):
        return self.name

    def scale(self, bands: "Iterable[RatingBand] | None" = None) -> Scale:
        """The pure scale. One query unless its bands are given or prefetched."""
        return Scale(
            basis=Basis(self.basis),
            bands=tuple(Band(b.label, b.lower_bound, b.is_inclusive, b.wording) for b in (self.bands.all() if bands is None else bands)),
            no_data=Band(self.no_data_label, None, wording="評価なし"),
            round_decimals=self.round_decimals,
            rounds_down=self.rounding == RateRounding.DOWN,
        )


class RatingBand(models.Model):
    """One grade of a scale, best first."""

    scale = models.ForeignKey(RatingScale, models.CASCADE, related_name="bands", verbose_name="評価区分")
    position = models.PositiveSmallIntegerField("並び順（良い順）")
    label = models.CharField("表示", max_length=20)
    lower_bound = models.DecimalField("下限（1＝100％）", max_digits=7, decimal_places=4, null=True, blank=True, help_text="最後の区分では空にします。")
    is_inclusive = models.BooleanField("下限を含む", default=True)
    wording = models.CharField("意味", max_length=120, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "評価区分の段階"
        ordering = ["scale", "position"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "position"], name="rating_band_unique", violation_error_message="同じ並び順の段階がすでにあります。")
        ]

    def __str__(self):
        return self.label
