"""Files that were taken in 「取込」: what they were, what they changed, and how their tables are read 「様式」."""
from uuid import uuid4

from django.db import models
from django.utils import timezone

from accounts.models import Division, User
from accounts.roles import Sees
from collecting.private_files import private_storage
from goals.models import Strategy
from importing.vocabulary import BatchMove, BatchState, may_move
from kpis.models import Indicator


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ImportBatchQuerySet":
        """All for the planning side, one's division's otherwise: a preview shows values that others may not see yet."""
        return self if user.sees is Sees.EVERYTHING else self.filter(division__isnull=False, division=user.division)

    def for_list(self, strategy: Strategy) -> "ImportBatchQuerySet":
        """The strategy's batches with their files, newest first, without their previews, which may be megabytes."""
        batches = self.filter(strategy=strategy).select_related("created_by", "division", "taken_in_by", "taken_back_by")
        return batches.prefetch_related("files").defer("preview").order_by("-number")


class ImportBatch(models.Model):
    """One or several files taken in together. Its values carry its number; `preview` holds what was shown before anything was written."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="import_batches", verbose_name="総合戦略")
    number = models.PositiveIntegerField("取込番号")
    state = models.CharField("取込の段階", max_length=12, choices=BatchState.choices(), default=BatchState.READING)
    division = models.ForeignKey(Division, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="取り込んだ課")
    reason = models.TextField("変更の理由", blank=True)
    added = models.PositiveIntegerField("追加", default=0)
    changed = models.PositiveIntegerField("変更", default=0)
    unchanged = models.PositiveIntegerField("変更なし", default=0)
    errors = models.PositiveIntegerField("エラー", default=0)
    written = models.PositiveIntegerField("書いた値の数", default=0)
    preview = models.TextField("確認用の控え", blank=True)
    previewed_at = models.DateTimeField("控えをつくった日時", null=True, blank=True)
    upload_key = models.UUIDField("送信の鍵", default=uuid4, unique=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name="読み込んだ人")
    created_at = models.DateTimeField("読み込んだ日時", default=timezone.now)
    taken_in_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="取り込んだ人")
    taken_in_at = models.DateTimeField("取り込んだ日時", null=True, blank=True)
    taken_back_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="取り消した人")
    taken_back_at = models.DateTimeField("取り消した日時", null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "取込"
        ordering = ["strategy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "number"], name="import_batch_unique", violation_error_message="同じ番号の取込があります。"),
            models.CheckConstraint(
                condition=models.Q(state__in=[BatchState.TAKEN_IN, BatchState.TAKEN_BACK]) ^ models.Q(taken_in_at__isnull=True),
                name="import_batch_taken_in_at_a_time",
                violation_error_message="取込済みの取込には、取り込んだ日時が要ります。",
            ),
        ]

    def __str__(self):
        return f"取込 第{self.number}回"

    def may(self, move: BatchMove) -> bool:
        """Whether it can be moved so from where it stands."""
        return may_move(move, self.state)

    @property
    def history_reason(self) -> str:
        """What the change history says of every value it wrote."""
        return f"{self}：{self.reason}"[:100] if self.reason else str(self)

    @property
    def writes(self) -> int:
        """How many values taking it in would write."""
        return self.added + self.changed


class Layout(models.Model):
    """How a municipality's own table is read 「様式」: found once on the page of assignment, used again next year."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="layouts", verbose_name="総合戦略")
    name = models.CharField("様式の名前", max_length=80)
    spec = models.JSONField("読み方", default=dict)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name="つくった人")
    created_at = models.DateTimeField("つくった日時", default=timezone.now)
    last_used_at = models.DateTimeField("最後に使った日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "様式"
        ordering = ["strategy", "name"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "name"], name="layout_unique", violation_error_message="同じ名前の様式があります。別の名前にしてください。"),
        ]

    def __str__(self):
        return self.name


def stored_path(file: "ImportFile", name: str) -> str:
    """By what is in the file: people's file names stay in the database."""
    return f"imports/{file.sha256[:2]}/{file.sha256}"


class ImportFile(models.Model):
    """One file of a batch as it was sent, kept outside the web root. `problem` is the sentence why it cannot be read."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="files", verbose_name="取込")
    position = models.PositiveSmallIntegerField("並び順")
    name = models.CharField("ファイル名", max_length=200)
    sha256 = models.CharField("ハッシュ", max_length=64)
    size = models.PositiveIntegerField("大きさ（バイト）")
    file = models.FileField("ファイル", storage=private_storage, upload_to=stored_path, max_length=200, blank=True)
    layout = models.ForeignKey(Layout, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="選んだ様式")
    form = models.CharField("読んだ様式", max_length=120, blank=True)
    values = models.PositiveIntegerField("読んだ値の数", default=0)
    notes = models.JSONField("読み取りの注記", default=list, blank=True)
    problem = models.TextField("読めない理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "取込のファイル"
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="import_file_unique", violation_error_message="同じ順番のファイルがあります。"),
        ]

    def __str__(self):
        return self.name

    def data(self) -> bytes:
        """Its bytes as they were sent. Raises FileNotFoundError when the private folder lost them."""
        with self.file.open("rb") as file:
            return file.read()


class ImportChange(models.Model):
    """One value that a batch wrote, and the row before, so that it can be taken back; None where there was none. What it wrote is in the history."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="changes", verbose_name="取込")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+", verbose_name="指標")
    fiscal_year = models.PositiveSmallIntegerField("年度（西暦）")
    before = models.JSONField("取込前", null=True)
    version_after = models.PositiveIntegerField("取込後の版")
    is_taken_back = models.BooleanField("取り消した", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "取込の変更"
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "indicator", "fiscal_year"], name="import_change_unique", violation_error_message="同じ値の変更が、2つあります。"
            ),
        ]

    def __str__(self):
        return f"{self.batch} {self.indicator} {self.fiscal_year}年度"


class PlanBookImport(models.Model):
    """A 計画ワークブック that was taken in, with what its cells said before and afterwards: the way back (importing/planbook/undoing.py).

    `rows` is a list of {"sheet", "key" (the row's), "label", "is_new", "before", "after"}, the last two by column; `divisions` are the keys of those it made.
    A plan that went with its undoing leaves the record with its name.
    """

    strategy = models.ForeignKey(Strategy, models.SET_NULL, null=True, related_name="plan_books", verbose_name="総合戦略")
    name = models.CharField("総合戦略の名称", max_length=120)
    file_name = models.CharField("ファイル名", max_length=200)
    rows = models.JSONField("変えた行", default=list)
    divisions = models.JSONField("つくった課", default=list)
    added = models.PositiveIntegerField("追加", default=0)
    changed = models.PositiveIntegerField("変更", default=0)
    taken_in_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="取り込んだ人")
    taken_in_at = models.DateTimeField("取り込んだ日時", default=timezone.now)
    taken_back_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="取り消した人")
    taken_back_at = models.DateTimeField("取り消した日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "計画ワークブックの取込"
        ordering = ["-taken_in_at", "-pk"]

    def __str__(self):
        return f"計画ワークブック {self.file_name}"
