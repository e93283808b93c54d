"""Meetings of the internal meeting and of the council: what is on the table, who came, what was said and decided."""
from pathlib import PurePosixPath

from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import Division, User
from collecting.private_files import private_storage
from goals.models import Measure
from kpis.models import Indicator
from partnerships.models import Agreement
from reviews.models.review import AnnualReview
from reviews.models.written import Written
from reviews.vocabulary import Body, Presence


class Meeting(Written):
    """One meeting 「会議」 in the review of a year. `held_at` is set when it has taken place."""

    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="meetings", verbose_name="年度の評価・検証")
    body = models.CharField("会議", max_length=20, choices=Body.choices())
    number = models.PositiveSmallIntegerField("回")
    meets_on = models.DateField("開催日")
    starts_at = models.TimeField("開始時刻", null=True, blank=True)
    place = models.CharField("場所", max_length=80, blank=True)
    minutes = models.TextField("議事録", blank=True)
    held_at = models.DateTimeField("終えた日時", null=True, blank=True)
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "会議"
        ordering = ["review", "meets_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "body", "number"], name="meeting_unique", violation_error_message="この回の会議は、すでにあります。"
            )
        ]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        """「第1回 検討・推進会議」."""
        return f"第{self.number}回 {Body(self.body).label}"


class AgendaItem(Written):
    """One line of the agenda 「次第」: a measure, an indicator, an agreement or an open decision to discuss, or a line of its own."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda", verbose_name="会議")
    position = models.PositiveSmallIntegerField("並び順")
    title = models.CharField("議題", max_length=160)
    reason = models.CharField("議題にする理由", max_length=200, blank=True, help_text="例: 2年続けて遅れ")
    measure = models.ForeignKey(Measure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="主要施策")
    indicator = models.ForeignKey(Indicator, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="指標")
    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="連携協定")
    decision = models.ForeignKey("reviews.Decision", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="前回までの決定事項")
    response = models.ForeignKey("reviews.Response", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="意見への対応")
    revision = models.ForeignKey("reviews.TargetRevision", models.CASCADE, null=True, blank=True, related_name="agenda", verbose_name="目標数値の見直し")

    class Meta:
        verbose_name = verbose_name_plural = "次第"
        ordering = ["meeting", "position", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="agenda_item_has_title", violation_error_message="議題を書いてください。")]

    def __str__(self):
        return self.title


class Attendance(models.Model):
    """Whether somebody came 「出席」: a member of the council by seat, anybody else by name."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance", verbose_name="会議")
    seat = models.ForeignKey("reviews.Seat", models.PROTECT, null=True, blank=True, related_name="attendance", verbose_name="委員")
    name = models.CharField("氏名・職名", max_length=80, blank=True)
    presence = models.CharField("出欠", max_length=12, choices=Presence.choices(), default=Presence.PRESENT)

    class Meta:
        verbose_name = verbose_name_plural = "出席"
        ordering = ["meeting", "seat", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "seat"], name="attendance_unique", violation_error_message="この委員の出欠は、すでにあります。"),
            models.CheckConstraint(
                condition=Q(seat__isnull=False) | ~Q(name=""), name="attendance_has_somebody", violation_error_message="委員を選ぶか、氏名を書いてください。"
            ),
        ]

    def __str__(self):
        return f"{self.seat or self.name}：{Presence(self.presence).label}"


class DecisionQuerySet(models.QuerySet):
    def still_open(self) -> "DecisionQuerySet":
        """Decisions not carried out yet, the longest due first; they come back in the next meeting's agenda, also next year's."""
        return self.filter(done_on__isnull=True).order_by(models.F("due_on").asc(nulls_last=True), "pk")


class Decision(Written):
    """What a meeting decided 「決定事項」, whose it is and until when."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="decisions", verbose_name="会議")
    measure = models.ForeignKey(Measure, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="主要施策")
    text = models.TextField("決定事項")
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name="担当課")
    due_on = models.DateField("期限", null=True, blank=True)
    done_on = models.DateField("済んだ日", null=True, blank=True)
    done_note = models.TextField("済んだこと", blank=True)
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "決定事項"
        ordering = ["meeting", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="decision_not_empty", violation_error_message="決定事項を書いてください。")]

    def __str__(self):
        return self.text[:40]


def material_path(material: "Material", name: str) -> str:
    """Under the meeting, by what is in the file: people's file names stay in the database."""
    return f"materials/{material.meeting_id}/{material.sha256}{PurePosixPath(name).suffix.lower()}"


class Material(models.Model):
    """A file laid before a meeting 「資料」: kept outside the web root, given to those who take part."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="materials", verbose_name="会議")
    file = models.FileField("ファイル", storage=private_storage, upload_to=material_path, max_length=200)
    name = models.CharField("ファイル名", max_length=200)
    size = models.PositiveIntegerField("大きさ（バイト）")
    sha256 = models.CharField("ハッシュ", max_length=64)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="付けた人")
    added_at = models.DateTimeField("付けた日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "資料"
        ordering = ["meeting", "added_at"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "sha256"], name="material_unique", violation_error_message="同じファイルが、すでに付いています。")
        ]

    def __str__(self):
        return self.name
