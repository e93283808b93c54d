"""What the preview of a 計画ワークブック shows: counts first, then the problems or the changes, a page of them at a time."""
from dataclasses import dataclass

from django.core.paginator import Page, Paginator

from importing.planbook.records import Preview, RowChange, SheetCount, place_text
from importing.records import Problem

LINES_A_PAGE = 50
# Of a long list of rows that stay, so many are named.
NAMED = 12


@dataclass(frozen=True)
class Tally:
    """A number at the top, with its icon and colour."""

    css_class: str
    icon: str
    label: str
    count: int


@dataclass(frozen=True)
class ProblemLine:
    """A problem with its place as text."""

    place: str
    problem: Problem


@dataclass(frozen=True)
class Staying:
    """The rows of one sheet that the file does not have. `rest` counts those that are not named."""

    sheet: str
    named: tuple[str, ...]
    rest: int

    @property
    def count(self) -> int:
        return len(self.named) + self.rest


@dataclass(frozen=True)
class PlanBookPage:
    """The page of one uploaded workbook."""

    preview: Preview
    file_name: str
    tallies: tuple[Tally, ...]
    counts: tuple[SheetCount, ...]
    problems: tuple[ProblemLine, ...]
    changes: tuple[RowChange, ...]
    staying: tuple[Staying, ...]
    paging: Page


def plan_book_page(preview: Preview, file_name: str, number: str | int = 1) -> PlanBookPage:
    """While anything is wrong the lines are the problems, else the changes."""
    problems = [ProblemLine(place_text(problem.place), problem) for problem in preview.problems]
    paging = Paginator(problems or preview.changes, LINES_A_PAGE).get_page(number)
    return PlanBookPage(
        preview=preview,
        file_name=file_name,
        tallies=_tallies(preview),
        counts=tuple(count for count in preview.counts if count.added or count.changed or count.unchanged or count.staying),
        problems=tuple(paging) if problems else (),
        changes=() if problems else tuple(paging),
        staying=tuple(_staying(count) for count in preview.counts if count.staying),
        paging=paging,
    )


def _tallies(preview: Preview) -> tuple[Tally, ...]:
    return (
        Tally("add", "plus", "追加", preview.total("added")),
        Tally("chg", "swap", "変更", preview.total("changed")),
        Tally("same", "eq", "変更なし", preview.total("unchanged")),
        Tally("err", "err", "直す所", len(preview.problems)),
    )


def _staying(count: SheetCount) -> Staying:
    return Staying(count.sheet, count.staying[:NAMED], len(count.staying[NAMED:]))
