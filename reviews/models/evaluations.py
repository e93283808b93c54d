"""People's evaluations of a measure: the division's own, the internal meeting's, the council's. Four facts with the computed status, never mixed."""
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from accounts.models import Division
from goals.models import Initiative, Measure
from reviews.models.review import AnnualReview, EvaluationGrade
from reviews.models.written import Written
from reviews.vocabulary import CouncilRating, Course, Effect, InitiativeState

SUMMARY_CHARACTERS = 200


class SelfEvaluation(Written):
    """What a division says of its part of a measure 「自己評価」. A measure of two divisions has two; nobody's measure has one without."""

    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="self_evaluations", verbose_name="年度の評価・検証")
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="self_evaluations", verbose_name="主要施策")
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="self_evaluations", verbose_name="担当課")
    achievements = models.TextField("成果", blank=True)
    issues = models.TextField("課題", blank=True)
    next_steps = models.TextField("今後の取組", blank=True, help_text="1行に1項目を書きます。")
    submitted_at = models.DateTimeField("提出した日時", null=True, blank=True)
    return_reason = models.TextField("差し戻した理由", blank=True)
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "自己評価"
        ordering = ["review", "measure", "division"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "measure", "division"], name="self_evaluation_unique", violation_error_message="この課の自己評価は、すでにあります。"
            ),
            models.UniqueConstraint(
                fields=["review", "measure"], condition=Q(division__isnull=True), name="self_evaluation_of_nobody_unique",
                violation_error_message="この施策の自己評価は、すでにあります。",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | ~Q(achievements="", issues="", next_steps=""),
                name="self_evaluation_handed_in_is_not_empty",
                violation_error_message="成果・課題・今後の取組のどれかを書いてから、提出してください。",
            ),
        ]

    def __str__(self):
        return f"{self.measure} {self.division or ''}の自己評価"

    @property
    def is_empty(self) -> bool:
        return not (self.achievements or self.issues or self.next_steps)


class InitiativeProgress(Written):
    """How far one concrete initiative was carried out in the year 「具体的取組の状況」."""

    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="initiative_progress", verbose_name="年度の評価・検証")
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="progress", verbose_name="具体的取組")
    state = models.CharField("状況", max_length=12, choices=InitiativeState.choices())
    note = models.TextField("説明", blank=True)
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "具体的取組の状況"
        ordering = ["review", "initiative"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "initiative"], name="initiative_progress_unique", violation_error_message="この取組の状況は、すでにあります。"
            )
        ]

    def __str__(self):
        return f"{self.initiative}：{InitiativeState(self.state).label}"


class InternalEvaluation(Written):
    """What the internal meeting says of a measure 「庁内検討会議の評価」. `proposed_grade` is what the statuses proposed when it was given."""

    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="internal_evaluations", verbose_name="年度の評価・検証")
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="internal_evaluations", verbose_name="主要施策")
    grade = models.ForeignKey(EvaluationGrade, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="評価")
    proposed_grade = models.ForeignKey(EvaluationGrade, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="参考評価")
    grade_reason = models.TextField("参考評価と違える理由", blank=True)
    effect = models.CharField("地方創生への効果", max_length=20, choices=Effect.choices(), blank=True)
    course = models.CharField("今後の方針", max_length=12, choices=Course.choices(), blank=True)
    comment = models.TextField("評価の理由・意見", blank=True)
    confirmed_at = models.DateTimeField("確定した日時", null=True, blank=True)
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "庁内検討会議の評価"
        ordering = ["review", "measure"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "measure"], name="internal_evaluation_unique", violation_error_message="この施策の評価は、すでにあります。"
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(proposed_grade__isnull=True) | Q(grade=models.F("proposed_grade")) | ~Q(grade_reason=""),
                name="internal_evaluation_differs_with_reason",
                violation_error_message="参考評価と違う評価にするときは、理由を書いてください。",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(grade__isnull=False),
                name="internal_evaluation_confirmed_has_grade",
                violation_error_message="評価を選んでから、確定してください。",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | ~Q(course=""),
                name="internal_evaluation_confirmed_has_course",
                violation_error_message="今後の方針を選んでから、確定してください。",
            ),
        ]

    def __str__(self):
        return f"{self.measure}：{self.grade or '評価前'}"


class CouncilEvaluation(Written):
    """What the outside council says of a measure 「推進会議の評価」: its rating and the text that citizens read."""

    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="council_evaluations", verbose_name="年度の評価・検証")
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="council_evaluations", verbose_name="主要施策")
    rating = models.CharField("推進会議の評価", max_length=16, choices=CouncilRating.choices(), blank=True)
    summary = models.TextField("まとめ（公表する文章）", blank=True, validators=[MaxLengthValidator(SUMMARY_CHARACTERS)])
    confirmed_at = models.DateTimeField("確定した日時", null=True, blank=True)
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "推進会議の評価"
        ordering = ["review", "measure"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "measure"], name="council_evaluation_unique", violation_error_message="この施策の評価は、すでにあります。"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | ~Q(rating=""),
                name="council_evaluation_confirmed_has_rating",
                violation_error_message="評価を選んでから、確定してください。",
            ),
        ]

    def __str__(self):
        return f"{self.measure}：{CouncilRating(self.rating).label if self.rating else '評価前'}"
