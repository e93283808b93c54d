"""The review of a fiscal year 「評価・検証」 and the city's own scale for it."""
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import User
from goals.models import Strategy
from reviews.models.written import Written
from reviews.vocabulary import Openness, Stage


class EvaluationScale(models.Model):
    """The grades the internal meeting gives 「庁内検討会議の評価区分」: the city's own, as data."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="evaluation_scales", verbose_name="総合戦略")
    name = models.CharField("名称", max_length=60)
    is_sample = models.BooleanField("サンプル", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "庁内評価の区分"
        ordering = ["strategy", "name"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "name"], name="evaluation_scale_unique", violation_error_message="同じ名前の区分がすでにあります。")
        ]

    def __str__(self):
        return self.name


class EvaluationGrade(models.Model):
    """One grade of the scale, best first. It is proposed from the share of indicators that keep up (reviews/measures/proposals.py)."""

    scale = models.ForeignKey(EvaluationScale, models.CASCADE, related_name="grades", verbose_name="庁内評価の区分")
    position = models.PositiveSmallIntegerField("並び順（良い順）")
    label = models.CharField("表示", max_length=10, help_text="例: A、◎")
    name = models.CharField("意味", max_length=60, help_text="例: 予定どおり")
    wording = models.CharField("説明", max_length=120, blank=True, help_text="例: このまま進める")
    lower_bound = models.DecimalField(
        "参考評価の下限（1＝すべて順調）", max_digits=4, decimal_places=3, null=True, blank=True, help_text="最後の区分では空にします。"
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "庁内評価の段階"
        ordering = ["scale", "position"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "position"], name="evaluation_grade_unique", violation_error_message="同じ並び順の段階がすでにあります。"),
            models.CheckConstraint(
                condition=Q(lower_bound__isnull=True) | Q(lower_bound__gte=0, lower_bound__lte=1),
                name="evaluation_grade_bound_is_a_share",
                violation_error_message="下限は、0から1までにしてください。",
            ),
        ]

    def __str__(self):
        return f"{self.label}　{self.name}"


class AnnualReview(Written):
    """The review of one fiscal year of one strategy, and the stage it is in. reviews/stages.py is its transition table."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="reviews", verbose_name="総合戦略")
    fiscal_year = models.PositiveSmallIntegerField("年度（西暦）", help_text="実績の年度です。評価は、ふつう翌年度に行います。")
    stage = models.CharField("段階", max_length=12, choices=Stage.choices(), default=Stage.ENTRY)
    scale = models.ForeignKey(EvaluationScale, models.PROTECT, related_name="reviews", verbose_name="庁内評価の区分")
    openness = models.CharField("ほかの委員の意見が見えるとき", max_length=12, choices=Openness.choices(), default=Openness.AFTER_OWN)
    self_evaluations_due_on = models.DateField("自己評価の期限", null=True, blank=True)
    opinions_due_on = models.DateField("意見の期限", null=True, blank=True)
    publication_planned = models.CharField("公表の予定", max_length=40, blank=True, help_text="例: 10月下旬、市ホームページ")
    opened_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="始めた人")
    opened_at = models.DateTimeField("始めた日時", default=timezone.now)
    is_sample = models.BooleanField("サンプル", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "年度の評価・検証"
        ordering = ["strategy", "-fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "fiscal_year"], name="review_unique", violation_error_message="この年度の評価・検証は、すでにあります。"
            )
        ]

    def __str__(self):
        return f"{self.strategy.short_name} {self.fiscal_year}年度の評価・検証"


class StageStep(models.Model):
    """One step of a review from stage to stage, never changed afterwards: who, when, and why where it went back."""

    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="steps", verbose_name="年度の評価・検証")
    source = models.CharField("前の段階", max_length=12, choices=Stage.choices())
    target = models.CharField("後の段階", max_length=12, choices=Stage.choices())
    reason = models.TextField("理由", blank=True)
    stepped_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="進めた人")
    stepped_at = models.DateTimeField("日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "段階の記録"
        ordering = ["review", "stepped_at", "pk"]

    def __str__(self):
        return f"{self.review} {Stage(self.source).label}→{Stage(self.target).label}"
