"""Files that prove a value 「根拠資料」: what is taken, and how it comes and goes. What is in a file decides, never its name alone."""
import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from collecting.actions import record_value
from collecting.models import EvidenceFile
from kpis.entry import entry_problem
from kpis.models import Actual, Indicator
from kpis.vocabulary import Door

LARGEST = 10 * 1024 * 1024
MOST_FILES = 10
LONGEST_NAME = 200
# Enough of a csv to see that it is text.
PROBE = 64 * 1024
TEXT_ENCODINGS = ("utf-8-sig", "cp932")

ALLOWED = "PDF・Excel（xlsx）・Word（docx）・CSV・PNG・JPEG"
WRONG_KIND = "「{name}」は付けられません。" + ALLOWED + "のどれかにしてください。"
NOT_INSIDE = "「{name}」の中身が、拡張子（{suffix}）と合いません。元のソフトで保存し直してから付けてください。"
TOO_LARGE = "「{name}」は{size}MBあります。10MBまでにしてください。"
NOTHING_INSIDE = "「{name}」は空です。中身のあるファイルを選んでください。"
ALREADY_THERE = "「{name}」と同じ中身のファイルが、すでに付いています。"
TOO_MANY = "1つの実績に付けられるのは、10個までです。要らないファイルを外してください。"


@dataclass(frozen=True)
class FileKind:
    """One kind of file: the type it is handed out as and how its content is recognised."""

    content_type: str
    is_inside: Callable[[UploadedFile], bool]


def _begins_with(signature: bytes) -> Callable[[UploadedFile], bool]:
    return lambda upload: _head(upload, len(signature)) == signature


def _has_part(name: str) -> Callable[[UploadedFile], bool]:
    return lambda upload: _zip_has(upload, name)


def _head(upload: UploadedFile, size: int) -> bytes:
    upload.seek(0)
    return upload.read(size)


def _zip_has(upload: UploadedFile, name: str) -> bool:
    """Whether an Office file holds that part. Only the table of contents is read; nothing is unpacked."""
    if _head(upload, 4) != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(upload) as archive:
            return name in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _is_text(upload: UploadedFile) -> bool:
    """Whether it reads as Japanese text and is no web page in disguise."""
    head = _head(upload, PROBE)
    if b"\x00" in head or head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return False
    return any(_decodes(head, encoding) for encoding in TEXT_ENCODINGS)


def _decodes(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        # The probe may end in the middle of a character.
        return len(head) == PROBE and error.start >= PROBE - 4
    return True


JPEG = FileKind("image/jpeg", _begins_with(b"\xff\xd8\xff"))
KINDS = {
    ".pdf": FileKind("application/pdf", _begins_with(b"%PDF-")),
    ".xlsx": FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _has_part("xl/workbook.xml")),
    ".docx": FileKind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _has_part("word/document.xml")),
    ".csv": FileKind("text/csv", _is_text),
    ".png": FileKind("image/png", _begins_with(b"\x89PNG\r\n\x1a\n")),
    ".jpg": JPEG,
    ".jpeg": JPEG,
}
ACCEPTED = ",".join(KINDS)


def kind_of(name: str) -> FileKind | None:
    """The kind of a file by its name; None for one that is not taken."""
    return KINDS.get(PurePosixPath(name).suffix.lower())


def file_problem(upload: UploadedFile) -> str:
    """Why a file cannot be taken, in Japanese; empty when it can."""
    name, kind = upload.name, kind_of(upload.name)
    if kind is None:
        return WRONG_KIND.format(name=name)
    if not upload.size:
        return NOTHING_INSIDE.format(name=name)
    if upload.size > LARGEST:
        return TOO_LARGE.format(name=name, size=-(-upload.size // (1024 * 1024)))
    return "" if kind.is_inside(upload) else NOT_INSIDE.format(name=name, suffix=PurePosixPath(name).suffix)


@transaction.atomic
def add_evidence(*, indicator: Indicator, fiscal_year: int, upload: UploadedFile, seen_version: int, by: User) -> Actual:
    """Keep a file with a year's value; where no evidence was written its name becomes it, so the row exists.

    Raises as `record_value` does, and ValidationError under "file" for a file that is not taken.
    """
    problem = file_problem(upload)
    if problem:
        raise ValidationError({"file": problem})
    name = _short(upload.name)
    actual = _touched(indicator, fiscal_year, name, seen_version, by)
    evidence = EvidenceFile(actual=actual, name=name, size=upload.size, sha256=_digest(upload), added_by=by)
    if actual.evidence_files.filter(sha256=evidence.sha256).exists():
        raise ValidationError({"file": ALREADY_THERE.format(name=name)})
    if actual.evidence_files.count() >= MOST_FILES:
        raise ValidationError({"file": TOO_MANY})
    evidence.file.save(name, upload)
    return actual


def _touched(indicator: Indicator, fiscal_year: int, name: str, seen_version: int, by: User) -> Actual:
    """The row with the file's trace in its history: who added what."""
    stored = Actual.objects.filter(indicator=indicator, fiscal_year=fiscal_year).first()
    trace = f"根拠資料「{name}」を付けた"[:100]
    written = stored.evidence if stored else ""
    actual = record_value(
        indicator=indicator, fiscal_year=fiscal_year, entered={"evidence": written or name}, seen_version=seen_version, by=by, reason=trace
    )
    return actual if not written else _noted(actual, trace, by)


def _noted(actual: Actual, trace: str, by: User) -> Actual:
    """The row with that trace; what proves a value is entered like the value itself."""
    actual.enter(by, Door.ENTRY_SHEET, says_something=actual.has_content)
    actual._history_user, actual._change_reason = by, trace
    actual.save()
    return actual


@transaction.atomic
def remove_evidence(*, evidence: EvidenceFile, by: User) -> Actual:
    """Take a file away for good; that it was there stays in the value's history.

    Raises PermissionDenied for another division's value, ValidationError for one that is closed by now.
    """
    if not evidence.actual.indicator.is_editable_by(by):
        raise PermissionDenied
    stored = evidence.file
    actual = Actual.objects.select_for_update(of=("self",)).select_related("indicator__strategy").get(pk=evidence.actual_id)
    problem = entry_problem(by, actual.indicator.strategy, actual.fiscal_year, "", actual)
    if problem:
        raise ValidationError(problem)
    trace = f"根拠資料「{evidence.name}」を外した"[:100]
    evidence.delete()
    transaction.on_commit(lambda: stored.storage.delete(stored.name))
    return _noted(actual, trace, by)


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _short(name: str) -> str:
    """The file's own name without signs that cannot be seen; a long one keeps its ending."""
    plain = "".join(sign for sign in name if sign.isprintable())
    suffix = PurePosixPath(plain).suffix
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - len(suffix)] + suffix
