"""The plan's structure: goals, measures, initiatives and what stands around them. Nothing here knows of indicators or agreements."""
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from goals.models.strategies import NaturalKeyManager, Strategy
from goals.sdgs import SDG_NAMES


class NationalGoal(models.Model):
    """A goal of the national strategy that the city's goals answer to 「国における基本目標」."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="national_goals", verbose_name="総合戦略")
    generation = models.PositiveSmallIntegerField("国の総合戦略の期")
    is_cross_cutting = models.BooleanField("横断的な目標", default=False)
    number = models.PositiveSmallIntegerField("番号")
    name = models.CharField("名称", max_length=120)

    objects = NaturalKeyManager()
    NATURAL_LOOKUPS = ("strategy__slug", "generation", "is_cross_cutting", "number")

    class Meta:
        verbose_name = verbose_name_plural = "国の基本目標"
        ordering = ["generation", "is_cross_cutting", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "generation", "is_cross_cutting", "number"],
                name="national_goal_unique",
                violation_error_message="同じ番号の国の目標がすでにあります。",
            ),
        ]

    def __str__(self):
        kind = "横断的な目標" if self.is_cross_cutting else "基本目標"
        return f"国 第{self.generation}期 {kind}{self.number} {self.name}"

    def natural_key(self):
        return (self.strategy.slug, self.generation, self.is_cross_cutting, self.number)


class BasicPolicy(models.Model):
    """A basic policy 「基本方針」 of the strategy."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="basic_policies", verbose_name="総合戦略")
    number = models.PositiveSmallIntegerField("番号")
    name = models.CharField("名称", max_length=120)

    objects = NaturalKeyManager()
    NATURAL_LOOKUPS = ("strategy__slug", "number")

    class Meta:
        verbose_name = verbose_name_plural = "基本方針"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="basic_policy_unique", violation_error_message="同じ番号の基本方針がすでにあります。")
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.strategy.slug, self.number)


class PromotionPolicy(models.Model):
    """How the city carries the strategy out 「推進方策」."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="promotion_policies", verbose_name="総合戦略")
    number = models.PositiveSmallIntegerField("番号")
    name = models.CharField("名称", max_length=120)
    summary = models.TextField("要旨")
    points = models.TextField("項目", blank=True, help_text="1行に1項目を書きます。")

    objects = NaturalKeyManager()
    NATURAL_LOOKUPS = ("strategy__slug", "number")

    class Meta:
        verbose_name = verbose_name_plural = "推進方策"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="promotion_policy_unique", violation_error_message="同じ番号の推進方策がすでにあります。")
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.strategy.slug, self.number)


class FormulationEvent(models.Model):
    """A step on the way to the plan 「策定経緯」."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="formulation_events", verbose_name="総合戦略")
    position = models.PositiveSmallIntegerField("並び順")
    year = models.PositiveSmallIntegerField("年（西暦）")
    month = models.PositiveSmallIntegerField("月", validators=[MinValueValidator(1), MaxValueValidator(12)])
    name = models.CharField("できごと", max_length=200)
    details = models.TextField("内容", blank=True, help_text="1行に1項目を書きます。")

    objects = NaturalKeyManager()
    NATURAL_LOOKUPS = ("strategy__slug", "position")

    class Meta:
        verbose_name = verbose_name_plural = "策定経緯"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "position"], name="formulation_event_unique", violation_error_message="同じ並び順の策定経緯がすでにあります。")
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.strategy.slug, self.position)


class Goal(models.Model):
    """A basic goal 「基本目標」."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="goals", verbose_name="総合戦略")
    number = models.PositiveSmallIntegerField("番号")
    name = models.CharField("名称", max_length=120)
    subtitle = models.CharField("副題", max_length=120, blank=True)
    direction = models.TextField("基本的方向", blank=True)
    source = models.CharField("出典", max_length=120, blank=True)
    national_goals = models.ManyToManyField(NationalGoal, blank=True, related_name="goals", verbose_name="対応する国の基本目標")
    history = HistoricalRecords()

    objects = NaturalKeyManager()
    NATURAL_LOOKUPS = ("strategy__slug", "number")

    class Meta:
        verbose_name = verbose_name_plural = "基本目標"
        ordering = ["strategy", "number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="goal_unique", violation_error_message="同じ番号の基本目標がすでにあります。")
        ]

    def __str__(self):
        return f"基本目標{self.number} {self.name}"

    def natural_key(self):
        return (self.strategy.slug, self.number)


class Measure(models.Model):
    """A measure 「主要施策」 of a goal."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="measures", verbose_name="基本目標")
    number = models.PositiveSmallIntegerField("番号")
    name = models.CharField("名称", max_length=120)
    approach = models.TextField("施策の展開", blank=True)
    source = models.CharField("出典", max_length=120, blank=True)
    history = HistoricalRecords()

    objects = NaturalKeyManager()
    NATURAL_LOOKUPS = ("goal__strategy__slug", "goal__number", "number")

    class Meta:
        verbose_name = verbose_name_plural = "主要施策"
        ordering = ["goal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "number"], name="measure_unique", violation_error_message="同じ番号の主要施策がすでにあります。")
        ]

    def __str__(self):
        return f"({self.number}) {self.name}"

    def natural_key(self):
        return (self.goal.strategy.slug, self.goal.number, self.number)


class Initiative(models.Model):
    """A concrete initiative 「具体的取組」 ①②③ of a measure."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="initiatives", verbose_name="主要施策")
    number = models.PositiveSmallIntegerField("番号")
    name = models.CharField("名称", max_length=160)
    summary = models.TextField("要旨", blank=True)
    history = HistoricalRecords()

    objects = NaturalKeyManager()
    NATURAL_LOOKUPS = ("measure__goal__strategy__slug", "measure__goal__number", "measure__number", "number")

    class Meta:
        verbose_name = verbose_name_plural = "具体的取組"
        ordering = ["measure", "number"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="initiative_unique", violation_error_message="同じ番号の具体的取組がすでにあります。")
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (*self.measure.natural_key(), self.number)


class SdgLink(models.Model):
    """A topic of a measure in the SDGs table 「SDGs対照表」. The number is empty where the source does not tell it."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="sdg_links", verbose_name="主要施策")
    position = models.PositiveSmallIntegerField("並び順")
    sdg_number = models.PositiveSmallIntegerField(
        "SDGsの番号", null=True, blank=True, choices=list(SDG_NAMES.items()), help_text="原本で確かめられないときは空にします。"
    )
    topic = models.CharField("取組", max_length=120)
    history = HistoricalRecords()

    objects = NaturalKeyManager()
    NATURAL_LOOKUPS = ("measure__goal__strategy__slug", "measure__goal__number", "measure__number", "position")

    class Meta:
        verbose_name = verbose_name_plural = "SDGsとのつながり"
        ordering = ["measure", "position"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "position"], name="sdg_link_unique", violation_error_message="同じ並び順の行がすでにあります。"),
            models.CheckConstraint(
                condition=Q(sdg_number__isnull=True) | Q(sdg_number__range=(1, 17)),
                name="sdg_link_number_1_to_17",
                violation_error_message="SDGsの番号は1から17です。",
            ),
        ]

    def __str__(self):
        return self.topic

    def natural_key(self):
        return (*self.measure.natural_key(), self.position)
