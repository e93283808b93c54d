"""Indicators 「指標」 and their targets."""
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from simple_history.models import HistoricalRecords

from accounts.models import Division, User
from accounts.roles import Sees
from goals.models import Goal, Measure, RateRounding, Strategy
from kpis.facts import IndicatorFacts, Milestone, PeriodEnd, Rules, TargetValue
from kpis.models.actuals import MONTHS, VALUE, Actual, ActualQuerySet
from kpis.progress import Judgement, judge
from kpis.vocabulary import Accumulation, RateFormula, TargetKind, WantedDirection


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

    def asked_in(self, fiscal_year: int) -> "IndicatorQuerySet":
        """Those that are entered and judged in that year: neither added later nor ended before."""
        begun = Q(first_fiscal_year__isnull=True) | Q(first_fiscal_year__lte=fiscal_year)
        return self.filter(begun, Q(last_fiscal_year__isnull=True) | Q(last_fiscal_year__gte=fiscal_year))

    def with_values(self, actuals: ActualQuerySet | None = None) -> "IndicatorQuerySet":
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
    first_fiscal_year = models.PositiveSmallIntegerField(
        "対象となる最初の年度", null=True, blank=True, help_text="計画の途中で追加した指標だけに書きます。その前の年度は、入力も判定もしません。"
    )
    last_fiscal_year = models.PositiveSmallIntegerField(
        "対象となる最後の年度", null=True, blank=True, help_text="計画の途中で終了した指標だけに書きます。その後の年度は、入力も判定もしません。"
    )
    split_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="parts", verbose_name="分割前の指標", help_text="ほかの指標を分けてつくった指標だけに書きます。"
    )
    formula_note = models.CharField("目標値の式", max_length=60, blank=True, help_text="例: 10品×5年")
    note = models.TextField("注記", blank=True)
    source = models.CharField("出典", max_length=120, blank=True)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name="担当課")
    person = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="indicators", verbose_name="担当者")
    computation = models.TextField("算出方法", blank=True)
    published_month = models.PositiveSmallIntegerField(
        "確認時期（月）", null=True, blank=True, validators=MONTHS, help_text="もとになる統計が公表される月。この月の末日が、その指標の期限になります。"
    )
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
            models.CheckConstraint(
                condition=Q(first_fiscal_year__isnull=True) | Q(last_fiscal_year__isnull=True) | Q(last_fiscal_year__gte=F("first_fiscal_year")),
                name="indicator_years_in_order",
                violation_error_message="対象となる最後の年度は、最初の年度以後にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(split_from__isnull=True) | Q(first_fiscal_year__isnull=False),
                name="indicator_split_during_the_plan",
                violation_error_message="分割してつくった指標には、対象となる最初の年度を書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(split_from__isnull=True) | ~Q(split_from=F("id")),
                name="indicator_not_split_from_itself",
                violation_error_message="分割前の指標には、その指標自身ではない指標を選んでください。",
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

    def is_asked_in(self, fiscal_year: int) -> bool:
        """`IndicatorQuerySet.asked_in` for a row at hand."""
        return (self.first_fiscal_year or 0) <= fiscal_year and (self.last_fiscal_year is None or fiscal_year <= self.last_fiscal_year)

    @property
    def fiscal_years(self) -> range:
        """The years it is entered and judged in: the plan's, from its own first to its own last."""
        plan = self.strategy.fiscal_years
        return range(max(plan[0], self.first_fiscal_year or 0), min(plan[-1], self.last_fiscal_year or plan[-1]) + 1)

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
            milestones=tuple(
                Milestone(t.milestone_fiscal_year, t.value, t.effective_fiscal_year) for t in targets if t.milestone_fiscal_year is not None
            ),
            actuals=tuple(a.fact() for a in self.actuals.all()),
            extensions=tuple(PeriodEnd(*end) for end in self.strategy.period_ends),
            starts_in=self.first_fiscal_year,
            ends_in=self.last_fiscal_year,
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
