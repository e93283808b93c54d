"""What the preview of a 計画ワークブック shows, and what taking it in writes."""
from dataclasses import dataclass, field
from hashlib import sha256

from django.db.models import Model

from accounts.models import Division
from goals.models import Strategy
from importing.book import address
from importing.planbook.sheets import SheetSpec
from importing.records import Place, Problem

# Of a new row with many columns, so many are shown before somebody asks for the rest.
SHOWN_OF_NEW = 5


def place_text(place: Place) -> str:
    """「指標!H8」, as people find it."""
    return f"{place.sheet}!{address(place.row, place.column)}"


@dataclass(frozen=True)
class CellChange:
    """One value before and after, as text; the place is 「シート!セル」."""

    place: str
    heading: str
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    """A row that is added or changed. `label` says which, `cells` what it says now; those of an added row have no old value."""

    sheet: str
    row: int
    label: str
    is_new: bool
    cells: tuple[CellChange, ...]

    @property
    def place(self) -> str:
        return f"{self.sheet}!{self.row + 1}行"

    @property
    def first(self) -> tuple[CellChange, ...]:
        """What is shown at once: all that changes, the beginning of a new row."""
        return self.cells[:SHOWN_OF_NEW] if self.is_new else self.cells

    @property
    def rest(self) -> tuple[CellChange, ...]:
        return self.cells[SHOWN_OF_NEW:] if self.is_new else ()


@dataclass(frozen=True)
class SheetCount:
    """How many rows of a sheet are added, changed, left as they are, and stored without being in the file."""

    sheet: str
    added: int
    changed: int
    unchanged: int
    staying: tuple[str, ...]


@dataclass
class PlannedRow:
    """A row to be written: the instance as it will be, the fields that change, and its many-to-many rows where they change."""

    spec: SheetSpec
    instance: Model
    is_new: bool
    fields: set[str] = field(default_factory=set)
    many: dict[str, list[Model]] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """What a workbook would do. With any problem nothing of it is written."""

    slug: str
    name: str
    is_new: bool
    counts: tuple[SheetCount, ...] = ()
    changes: tuple[RowChange, ...] = ()
    problems: tuple[Problem, ...] = ()
    new_divisions: tuple[str, ...] = ()

    @property
    def writes(self) -> int:
        return len(self.changes)

    @property
    def is_clean(self) -> bool:
        return not self.problems

    @property
    def can_be_taken_in(self) -> bool:
        return self.is_clean and bool(self.changes)

    @property
    def staying(self) -> int:
        return sum(len(count.staying) for count in self.counts)

    def total(self, name: str) -> int:
        return sum(getattr(count, name) for count in self.counts)

    def fingerprint(self) -> str:
        """Two previews with the same one show and write the same."""
        return sha256(repr((self.slug, self.is_new, self.counts, self.changes, self.problems, self.new_divisions)).encode()).hexdigest()


@dataclass(frozen=True)
class Comparison:
    """A preview and the rows behind it."""

    preview: Preview
    strategy: Strategy | None
    rows: tuple[PlannedRow, ...]
    divisions: tuple[Division, ...]

