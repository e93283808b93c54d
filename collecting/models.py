"""The yearly collection of actuals 「実績の照会」."""
from pathlib import PurePosixPath

from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.history import HistoryEntry, Trail, entries
from accounts.models import User
from accounts.roles import Sees
from collecting.dates import due_on
from collecting.private_files import private_storage
from goals.models import Strategy
from kpis.models import Actual, Indicator


class CollectionQuerySet(models.QuerySet):
    def still_open(self) -> "CollectionQuerySet":
        return self.filter(closed_at__isnull=True)

    def ended_for(self, user: User) -> "CollectionQuerySet":
        """Those that take no more answers from that person: closed ones 「締め切る」, from divisions."""
        return self.none() if user.sees is Sees.EVERYTHING else self.filter(closed_at__isnull=False)

    def open_for(self, strategy: Strategy) -> "CollectionQuerySet":
        """The strategy's collections that divisions still answer, newest year first."""
        return self.still_open().filter(strategy=strategy).order_by("-fiscal_year")


class Collection(models.Model):
    """What the planning division asks of the divisions for one fiscal year: which indicators, until when."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="collections", verbose_name="総合戦略")
    fiscal_year = models.PositiveSmallIntegerField("年度（西暦）")
    deadline = models.DateField("提出期限")
    message = models.TextField("各課への連絡", blank=True)
    indicators = models.ManyToManyField(Indicator, related_name="collections", verbose_name="対象の指標")
    opened_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="照会した人")
    opened_at = models.DateTimeField("照会した日時", default=timezone.now)
    closed_at = models.DateTimeField("締め切った日時", null=True, blank=True)
    is_sample = models.BooleanField("サンプル", default=False)
    history = HistoricalRecords(m2m_fields=[indicators])

    objects = CollectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "実績の照会"
        ordering = ["strategy", "-fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy", "fiscal_year"], name="collection_unique", violation_error_message="この年度の照会は、すでにあります。"
            ),
        ]

    def __str__(self):
        return f"{self.strategy.short_name} {self.fiscal_year}年度の実績の照会"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_ended_for(self, user: User) -> bool:
        """Whether it takes no more answers from that person: `ended_for` for one row."""
        return not self.is_open and user.sees is not Sees.EVERYTHING

    def changes(self) -> list[HistoryEntry]:
        """Who changed, closed and reopened it, when, and why, newest first. Two queries."""
        asked = self._meta.get_field("indicators")
        return entries([Trail(self.history.all(), lambda record: "照会", (asked,))])

    def due_on(self, indicator: Indicator):
        """The day by which that indicator's value is wanted."""
        return due_on(self.deadline, self.fiscal_year, indicator.published_month)


class Reminder(models.Model):
    """An e-mail that asked one person for missing values; the constraint keeps it to one a day."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="reminders", verbose_name="実績の照会")
    recipient = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="宛先")
    sent_on = models.DateField("送った日")
    indicators = models.PositiveSmallIntegerField("指標の数")

    class Meta:
        verbose_name = verbose_name_plural = "入力のお願い"
        ordering = ["collection", "-sent_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "recipient", "sent_on"], name="reminder_once_a_day", violation_error_message="この人には、今日すでに送っています。"
            ),
        ]

    def __str__(self):
        return f"{self.collection}：{self.recipient} {self.sent_on}"


def evidence_path(evidence: "EvidenceFile", name: str) -> str:
    """Under the fiscal year, by what is in the file: people's file names stay in the database."""
    return f"evidence/{evidence.actual.fiscal_year}/{evidence.sha256}{PurePosixPath(name).suffix.lower()}"


class EvidenceFile(models.Model):
    """A file that proves a value 「根拠資料」: kept outside the web root, given only to those who see the value."""

    actual = models.ForeignKey(Actual, models.CASCADE, related_name="evidence_files", verbose_name="実績")
    file = models.FileField("ファイル", storage=private_storage, upload_to=evidence_path, max_length=200)
    name = models.CharField("ファイル名", max_length=200)
    size = models.PositiveIntegerField("大きさ（バイト）")
    sha256 = models.CharField("ハッシュ", max_length=64)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name="付けた人")
    added_at = models.DateTimeField("付けた日時", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "根拠資料"
        ordering = ["actual", "added_at"]
        constraints = [
            models.UniqueConstraint(fields=["actual", "sha256"], name="evidence_unique", violation_error_message="同じファイルが、すでに付いています。"),
        ]

    def __str__(self):
        return self.name
