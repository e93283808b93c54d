"""read → parse → diff for the stored files of a batch. Nothing here writes."""
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from common.sheets import SheetError
from importing.book import Book
from importing.diff import compare
from importing.lines import Key, Line, Standing
from importing.models import ImportFile
from importing.parse import parse
from importing.reader import read_book
from importing.recognition.layouts import LayoutSpec, fitted
from importing.records import KnownPlan, Parsed
from importing.vocabulary import ChangeKind

BROKEN_LAYOUT = "選んだ様式を読み出せません。列の対応づけを、もう一度行ってください。"
LOST = "保管したファイルを読み出せません。もう一度ファイルを選んでください。"
COLUMNS = tuple(column.name for column in fields(Line) if column.name != "values")
NOTHING = Parsed("")


@dataclass(frozen=True)
class ReadFile:
    """A stored file, understood, or the `problem` why it cannot be read."""

    file: ImportFile
    parsed: Parsed = NOTHING
    problem: str = ""


def read_files(files: Iterable[ImportFile], plan: KnownPlan) -> tuple[ReadFile, ...]:
    """Each file by itself: one that cannot be read leaves the others as they are."""
    return tuple(read_file(file, plan) for file in files)


def read_file(file: ImportFile, plan: KnownPlan) -> ReadFile:
    """One stored file, read and parsed."""
    try:
        book = book_of(file)
        return ReadFile(file, parse(book, plan, _layout_of(file, book, plan)))
    except SheetError as error:
        return ReadFile(file, problem=str(error))


def _layout_of(file: ImportFile, book: Book, plan: KnownPlan) -> LayoutSpec | None:
    """The layout chosen for the file, fitted to the columns and years it has now. Raises SheetError for one that is no longer understood."""
    if file.layout is None:
        return None
    try:
        spec = LayoutSpec.from_dict(file.layout.spec)
    except (KeyError, TypeError, ValueError) as error:
        raise SheetError(BROKEN_LAYOUT) from error
    return fitted(spec, book, plan) or spec


def book_of(file: ImportFile) -> Book:
    """The cells of a stored file. Raises SheetError when it cannot be read, or is not what was sent."""
    if not file.file:
        raise SheetError(file.problem)
    try:
        data = file.data()
    except OSError as error:
        raise SheetError(LOST) from error
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise SheetError(LOST)
    return read_book(data, file.name)


def lines_of(read: Sequence[ReadFile], standing: Standing) -> tuple[Line, ...]:
    """The preview of all the files together, those that cannot be read first."""
    unread = (_unread_line(number, each) for number, each in enumerate(read) if each.problem)
    return *unread, *compare([(each.file.name, each.parsed) for each in read], standing)


def _unread_line(number: int, read: ReadFile) -> Line:
    return Line(ChangeKind.ERROR, number, place="", row=0, column=0, sheet="", name=read.file.name, text=read.problem)


def counts(lines: Iterable[Line]) -> Counter[ChangeKind]:
    return Counter(line.kind for line in lines)


def kept(lines: Iterable[Line]) -> str:
    """The lines as the text that a batch keeps of its preview."""
    return json.dumps([[getattr(line, name) for name in COLUMNS] for line in lines], ensure_ascii=False, separators=(",", ":"))


def kept_lines(text: str) -> list[Line]:
    """The lines of a kept preview, without the values that would be written."""
    return [_line(dict(zip(COLUMNS, row, strict=True))) for row in json.loads(text or "[]")]


def _line(said: dict) -> Line:
    return Line(**said | {"kind": ChangeKind(said["kind"]), "remarks": tuple(said["remarks"]), "warnings": tuple(said["warnings"])})


def moved_places(text: str, now: Iterable[Line], chosen: frozenset[Key] = frozenset()) -> list[str]:
    """The cells for which something else would happen than the kept preview says: other stored values, or no right to write them any more."""
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in json.loads(text or "[]"))
    before = {(row["key"], row["fiscal_year"]): _agreed(row) for row in rows if row["key"] is not None}
    after = {line.value_key: _agreed(vars(line)) for line in now if line.value_key}
    moved = [key for key in before.keys() | after.keys() if not _is_agreed(before.get(key), after.get(key), key in chosen)]
    return sorted((after.get(key) or before[key])["place"] for key in moved)


def _agreed(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in ("place", "version", "kind", "new", "is_conflict")}


def _is_agreed(before: dict[str, Any] | None, after: dict[str, Any] | None, is_chosen: bool) -> bool:
    if before is None or after is None or before["version"] != after["version"]:
        return False
    was_choice = is_chosen and before["is_conflict"] and after["kind"] != ChangeKind.ERROR
    return was_choice or (before["kind"], before["new"]) == (after["kind"], after["new"])
