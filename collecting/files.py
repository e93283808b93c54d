"""Files that people hand in beside a value or a meeting: what is taken, and how it is handed out. What is in a file decides, never its name alone."""
import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

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
UNKNOWN_TYPE = "application/octet-stream"


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


def digest(upload: UploadedFile) -> str:
    """The SHA-256 of its content."""
    found = hashlib.sha256()
    for chunk in upload.chunks():
        found.update(chunk)
    return found.hexdigest()


def short_name(name: str) -> str:
    """The file's own name without signs that cannot be seen; a long one keeps its ending."""
    plain = "".join(sign for sign in name if sign.isprintable())
    suffix = PurePosixPath(plain).suffix
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - len(suffix)] + suffix


def as_download(stored: FieldFile, name: str) -> FileResponse:
    """The file under that name, always as a download and never run or shown by the browser. Raises Http404 when it is gone from the disk."""
    kind = kind_of(name)
    try:
        content = stored.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=True, filename=name, content_type=kind.content_type if kind else UNKNOWN_TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
