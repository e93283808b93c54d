"""Takes whole plans in, which no app below could do, and the files with a year's values: stored, read, taken in, taken back."""
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.core import serializers
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.serializers.base import DeserializedObject
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import Revision, User
from accounts.roles import Sees
from common.sheets import MAX_BYTES
from goals.models import Strategy
from importing.collector import collector_paused
from importing.lines import Key, Line, Standing
from importing.models import ImportBatch, ImportChange, ImportFile, Layout
from importing.stages import ReadFile, counts, kept, lines_of, moved_places, read_files
from importing.standing import known_plan, standing_of
from importing.vocabulary import BatchMove, BatchState, ChangeKind
from importing.writing import is_as_written, locked_actuals, put_back, write_lines, written_by

MOST_FILES, LONGEST_NAME = 50, 200
PLAN_SLUG = "hokuto-2"
# In the order in which one file refers to another.
PLAN_FIXTURES = (
    "hokuto_2_strategy",
    "hokuto_2_initiatives",
    "hokuto_2_sdgs",
    "hokuto_2_indicators",
    "hokuto_2_targets",
    "hokuto_2_agreements",
)
LOADED = "計画の読込"


@transaction.atomic
def load_plan(directory: Path, *, by: User | None = None) -> int:
    """Load Hokuto's second strategy from the fixtures in `directory`, all of it or nothing, with its change history.

    Returns the number of rows, 0 when the strategy is already there. It becomes the current one unless another is.
    """
    if Strategy.objects.filter(slug=PLAN_SLUG).exists():
        return 0
    rows = []
    for found in _rows(directory):
        if isinstance(found.object, Strategy):
            found.object.is_current = Strategy.objects.current() is None
        found.save()
        rows.append(found.object)
    _write_history(rows, by)
    transaction.on_commit(Revision.advance)
    return len(rows)


def _rows(directory: Path) -> Iterator[DeserializedObject]:
    """The rows one by one: each may refer to one before it, which must be saved by then."""
    for name in PLAN_FIXTURES:
        yield from serializers.deserialize("json", (directory / f"{name}.json").read_text(encoding="utf-8"))


def _write_history(rows: Iterable[models.Model], by: User | None) -> None:
    """Fixtures are saved raw, which simple-history passes over."""
    by_model = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    for model, saved in by_model.items():
        if hasattr(model, "history"):
            model.history.bulk_history_create(saved, default_user=by, default_change_reason=LOADED)


@dataclass(frozen=True)
class Upload:
    """A file as somebody sent it."""

    name: str
    data: bytes


class StaleError(Exception):
    """What was agreed to in the preview is not what would be written now. `places` are the cells, 「実績!C5」."""

    def __init__(self, places: list[str]):
        super().__init__("確認した後に、値が変わっています。")
        self.places = places


def stage_files(*, strategy: Strategy, uploads: Sequence[Upload], by: User, upload_key: UUID | None = None) -> ImportBatch:
    """Store what somebody sent, unread, as the strategy's next batch. The same sending twice (a double click) is one batch.

    Raises ValidationError for no file or too many, PermissionDenied for those who may not import.
    """
    _require(by)
    if not 0 < len(uploads) <= MOST_FILES:
        raise ValidationError({"files": f"ファイルを1つから{MOST_FILES}個まで選んでください。" if uploads else "取り込むファイルを選んでください。"})
    hashes = [hashlib.sha256(upload.data).hexdigest() for upload in uploads]
    with transaction.atomic():
        # The second of two clicks waits here for what the first has stored.
        Strategy.objects.select_for_update().get(pk=strategy.pk)
        sent = ImportBatch.objects.filter(upload_key=upload_key).first() if upload_key else None
        if sent and (sent.strategy_id, sent.created_by_id) == (strategy.pk, by.pk) and [file.sha256 for file in sent.files.all()] == hashes:
            return sent
        return _stored_batch(strategy, list(zip(uploads, hashes, strict=True)), by, uuid4() if sent else upload_key or uuid4())


def _require(by: User) -> None:
    if not by.has_perm("importing.add_importbatch"):
        raise PermissionDenied("取込は、あなたの役割ではできません。")


def _stored_batch(strategy: Strategy, uploads: list[tuple[Upload, str]], by: User, upload_key: UUID) -> ImportBatch:
    newest = ImportBatch.objects.filter(strategy=strategy).aggregate(newest=models.Max("number"))["newest"] or 0
    division = None if by.sees is Sees.EVERYTHING else by.division
    batch = ImportBatch.objects.create(
        strategy=strategy, number=newest + 1, created_by=by if by.pk else None, division=division, upload_key=upload_key
    )
    for position, (upload, sha256) in enumerate(uploads, start=1):
        _store_file(batch, position, upload, sha256)
    return batch


def _store_file(batch: ImportBatch, position: int, upload: Upload, sha256: str) -> None:
    """A file that is too large is noted with the reason, and not kept."""
    name = upload.name if len(upload.name) <= LONGEST_NAME else f"{upload.name[: LONGEST_NAME - 6]}…{upload.name[-5:]}"
    file = ImportFile(batch=batch, position=position, name=name, sha256=sha256, size=len(upload.data))
    if len(upload.data) > MAX_BYTES:
        file.problem = "ファイルが10MBを超えています。必要なシートと行だけにしてください。"
    else:
        file.file.save(name, ContentFile(upload.data), save=False)
    file.save()


@collector_paused()
def read_batch(*, batch: ImportBatch, by: User) -> ImportBatch:
    """Read all the batch's files and keep the preview of what they would change. Raises PermissionDenied, ValidationError when it is done with."""
    _require(by)
    if not batch.may(BatchMove.READ):
        raise ValidationError(f"{batch}は「{batch.get_state_display()}」です。読み直せません。")
    read = read_files(batch.files.select_related("layout"), known_plan(batch.strategy))
    lines = lines_of(read, standing_of(batch.strategy, by))
    with transaction.atomic():
        locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.may(BatchMove.READ):
            _keep_preview(locked, read, lines)
    return locked


def _keep_preview(batch: ImportBatch, read: Sequence[ReadFile], lines: Sequence[Line]) -> None:
    for each in read:
        note_reading(each)
    Layout.objects.filter(pk__in=[each.file.layout_id for each in read if each.file.layout_id]).update(last_used_at=timezone.now())
    _set_lines(batch, lines)
    batch.previewed_at, batch.state = timezone.now(), BatchState.WAITING
    batch.save()


def _set_lines(batch: ImportBatch, lines: Sequence[Line]) -> None:
    found = counts(lines)
    batch.added, batch.changed = found[ChangeKind.ADD], found[ChangeKind.CHANGE]
    batch.unchanged, batch.errors = found[ChangeKind.SAME], found[ChangeKind.ERROR]
    batch.preview = kept(lines)


def note_reading(read: ReadFile) -> None:
    """Write down how one file was read."""
    file = read.file
    file.form, file.values, file.notes, file.problem = read.parsed.form, len(read.parsed.entries), list(read.parsed.notes), read.problem
    file.save(update_fields=["form", "values", "notes", "problem"])


@collector_paused()
def take_in(
    *, batch: ImportBatch, by: User, seen_at: datetime | None, skips_errors: bool = False, reason: str = "", overwritten: frozenset[Key] = frozenset()
) -> ImportBatch:
    """Write what the preview of `seen_at` shows, all of it or nothing; a batch that is taken in already stays as it is.

    Reads the stored files again. Raises StaleError when a stored value is another than in that preview, ValidationError (by field) when
    errors are left that are not to be skipped, a reason is missing or nothing would change, PermissionDenied for another's batch.
    `overwritten` names the values for which the file's is chosen over what somebody entered meanwhile.
    """
    _require(by)
    read = read_files(batch.files.select_related("layout"), known_plan(batch.strategy))
    try:
        with transaction.atomic():
            return _taken_in(batch, read, by, seen_at, skips_errors, reason.strip(), overwritten)
    except IntegrityError as error:
        # Somebody entered the first value of a year between our look and our writing.
        lines = lines_of(read, standing_of(batch.strategy, by, overwritten=overwritten))
        raise StaleError(moved_places(batch.preview, lines, overwritten)) from error


def _taken_in(batch, read, by, seen_at, skips_errors, reason, overwritten) -> ImportBatch:
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state == BatchState.TAKEN_IN:
        return locked
    if not locked.may(BatchMove.TAKE_IN):
        raise ValidationError(f"{locked}は「{locked.get_state_display()}」です。取り込めません。")
    stored = locked_actuals(locked.strategy_id)
    lines = lines_of(read, standing_of(locked.strategy, by, actuals=stored.values(), overwritten=overwritten))
    moved = moved_places(locked.preview, lines, overwritten)
    if moved or seen_at != locked.previewed_at:
        raise StaleError(moved)
    writing = [line for line in lines if line.values]
    _check_agreement(lines, writing, skips_errors, reason)
    locked.reason, locked.state = reason, BatchState.TAKEN_IN
    locked.taken_in_by, locked.taken_in_at = by if by.pk else None, timezone.now()
    locked.written = write_lines(locked, writing, stored, by)
    # A 食い違い for which the file's value was chosen stands among the changes from now on.
    _set_lines(locked, lines)
    locked.save()
    transaction.on_commit(Revision.advance)
    return locked


def _check_agreement(lines: Sequence[Line], writing: Sequence[Line], skips_errors: bool, reason: str) -> None:
    errors = counts(lines)[ChangeKind.ERROR]
    if not writing:
        raise ValidationError({"mode": "取り込む値がありません。"})
    if errors and not skips_errors:
        raise ValidationError({"mode": f"エラーが{errors}件あります。直したファイルを選ぶか、「エラーを除いて取り込む」を選んでください。"})
    if not reason and any(line.needs_reason for line in writing):
        raise ValidationError({"reason": "公表済み・確認済みの値が変わります。変更の理由を書いてください。"})


@collector_paused()
@transaction.atomic
def take_back(*, batch: ImportBatch, by: User) -> tuple[ImportBatch, list[ImportChange]]:
    """Give every value that the batch wrote what it said before, but those that were changed later or are closed to that person.

    Returns the batch and the changes that stay. A batch that was taken back already stays as it is.
    """
    _require(by)
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    changes = list(locked.changes.select_related("indicator").order_by("pk"))
    if locked.state == BatchState.TAKEN_BACK:
        return locked, [change for change in changes if not change.is_taken_back]
    if not locked.may(BatchMove.TAKE_BACK):
        raise ValidationError(f"{locked}は「{locked.get_state_display()}」です。取り消すものがありません。")
    stored = locked_actuals(locked.strategy_id)
    standing = standing_of(locked.strategy, by, actuals=stored.values())
    written = written_by(locked)
    mine = [change for change in changes if is_as_written(change, stored.get(value_key(change)), written) and _may_write(standing, value_key(change))]
    put_back(locked, mine, stored, by)
    left = {change.pk for change in changes} - {change.pk for change in mine}
    locked.changes.exclude(pk__in=left).update(is_taken_back=True)
    locked.state, locked.taken_back_by, locked.taken_back_at = BatchState.TAKEN_BACK, by if by.pk else None, timezone.now()
    locked.save()
    transaction.on_commit(Revision.advance)
    return locked, [change for change in changes if not change.is_taken_back]


def value_key(change: ImportChange) -> Key:
    return change.indicator_id, change.fiscal_year


def _may_write(standing: Standing, key: Key) -> bool:
    return standing.may_enter(key[0]) and not standing.closed_because(key)


@transaction.atomic
def abandon(*, batch: ImportBatch, by: User) -> ImportBatch:
    """Close a batch without writing anything. One that is closed so already stays as it is."""
    _require(by)
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state == BatchState.ABANDONED:
        return locked
    if not locked.may(BatchMove.ABANDON):
        raise ValidationError(f"{locked}は「{locked.get_state_display()}」です。取りやめるものがありません。")
    locked.state = BatchState.ABANDONED
    locked.save(update_fields=["state"])
    return locked
