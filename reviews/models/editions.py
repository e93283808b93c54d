"""What was on the table when a stage closed, and which of it citizens see."""
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import User
from reviews.models.review import AnnualReview
from reviews.vocabulary import PublicationState, Stage

FROZEN = "確定版は変えられません。直すときは、実績を訂正するか、段階を戻して新しい確定版をつくってください。"


class Edition(models.Model):
    """What was on the table when a stage closed 「確定版」: never changed. The database refuses updates too (a trigger in the migrations).

    `content` is canonical JSON (sorted keys, no spaces, UTF-8), `sha256` its hash; reviews/editions/content.py says what it holds.
    """

    review = models.ForeignKey(AnnualReview, models.PROTECT, related_name="editions", verbose_name="年度の評価・検証")
    stage = models.CharField("終えた段階", max_length=12, choices=Stage.choices())
    number = models.PositiveSmallIntegerField("版")
    content = models.TextField("内容")
    sha256 = models.CharField("ハッシュ", max_length=64)
    rule_version = models.CharField("判定のしかたの版", max_length=20)
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="確定した人")
    frozen_at = models.DateTimeField("確定した日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "確定版"
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="edition_unique", violation_error_message="同じ番号の確定版がすでにあります。")
        ]

    def __str__(self):
        return f"{self.review} 第{self.number}版（{Stage(self.stage).label}）"

    def save(self, *args, **kwargs):
        """Written once. Raises ValidationError for a second time."""
        if self.pk:
            raise ValidationError(FROZEN)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """Raises ValidationError: an edition stays. Only a fictional one goes, with the whole sample (reviews/sample.py)."""
        raise ValidationError(FROZEN)


class PublicationQuerySet(models.QuerySet):
    def in_force(self) -> "PublicationQuerySet":
        """What citizens see now: at most one for each review."""
        return self.filter(state=PublicationState.PUBLISHED)


class Publication(models.Model):
    """An edition shown to citizens 「公表」, from when and until when. A new publication of a review ends the one before it."""

    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="publications", verbose_name="年度の評価・検証")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="publications", verbose_name="確定版")
    state = models.CharField("状態", max_length=12, choices=PublicationState.choices())
    made_at = models.DateTimeField("作った日時", default=timezone.now)
    publish_at = models.DateTimeField("公表する日時")
    published_at = models.DateTimeField("公表した日時", null=True, blank=True)
    withdrawn_at = models.DateTimeField("取り下げた日時", null=True, blank=True, help_text="差し替え・予約の取り消しの日時も入ります。")
    withdrawal_reason = models.TextField("取り下げた理由", blank=True)
    opened_after = models.PositiveSmallIntegerField(
        "この公表の前に公表していた最後の年度", null=True, blank=True, help_text="0は、なかったこと。空は、この公表で変わらなかったこと。"
    )
    shows_member_names = models.BooleanField("公表してよいとした委員の氏名を載せる", default=False)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="公表した人")
    history = HistoricalRecords()

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公表"
        ordering = ["review", "-publish_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review"], condition=Q(state=PublicationState.PUBLISHED), name="publication_one_in_force",
                violation_error_message="この年度の結果は、すでに公表しています。",
            ),
            models.UniqueConstraint(
                fields=["review"], condition=Q(state=PublicationState.SCHEDULED), name="publication_one_scheduled",
                violation_error_message="この年度の公表は、すでに予約しています。",
            ),
            models.CheckConstraint(
                condition=~Q(state=PublicationState.PUBLISHED) | Q(published_at__isnull=False),
                name="publication_in_force_since",
                violation_error_message="公表した日時がありません。",
            ),
            models.CheckConstraint(
                condition=~Q(state=PublicationState.WITHDRAWN) | Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason=""),
                name="publication_withdrawn_with_reason",
                violation_error_message="取り下げるときは、理由を書いてください。",
            ),
        ]

    def __str__(self):
        return f"{self.edition}：{PublicationState(self.state).label}"
