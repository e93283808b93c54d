"""What the page of one batch shows: counts first, then the lines of one tab, fifty at a time."""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator

from importing.lines import Key, Line
from importing.models import ImportBatch, ImportChange, ImportFile
from importing.stages import kept_lines
from importing.vocabulary import BatchMove, BatchState, ChangeKind

LINES_A_PAGE = 50
MOST_CONFLICTS = 100
MARKS = {ChangeKind.ERROR: ("err", "err"), ChangeKind.CHANGE: ("swap", "chg"), ChangeKind.ADD: ("plus", "add"), ChangeKind.SAME: ("eq", "same")}
SHOWN_BY_TAB: dict[str, tuple[str, Callable[[Line], bool]]] = {
    "changes": ("変更なし以外", lambda line: line.kind is not ChangeKind.SAME),
    **{kind.value: (kind.label, lambda line, kind=kind: line.kind is kind) for kind in (ChangeKind.ERROR, ChangeKind.CHANGE, ChangeKind.ADD)},
    "all": ("すべて", lambda line: True),
}
FIRST_TAB = "changes"


@dataclass(frozen=True)
class Tab:
    """One way to look at the lines."""

    id: str
    label: str
    icon: str
    count: int
    is_shown: bool


@dataclass(frozen=True)
class Row:
    """One line with the marks of its kind and the name of its file where there are several."""

    line: Line
    icon: str
    css_class: str
    file_name: str


@dataclass(frozen=True)
class Tally:
    """How many lines are of one kind."""

    label: str
    icon: str
    css_class: str
    count: int


@dataclass(frozen=True)
class Answers:
    """What somebody chose on the page and it could not be taken in with; kept, so that nothing typed is lost."""

    skips_errors: bool = False
    reason: str = ""
    overwritten: frozenset[Key] = frozenset()
    problems: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class PreviewPage:
    """The page of one batch."""

    batch: ImportBatch
    files: Sequence[ImportFile]
    tallies: tuple[Tally, ...]
    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    paging: Page
    tab: str
    conflicts: tuple[Line, ...]
    needs_reason: bool
    left: Sequence[ImportChange]
    answers: Answers

    @property
    def is_waiting(self) -> bool:
        return self.batch.state == BatchState.WAITING

    @property
    def query(self) -> str:
        """What a link to another page of the lines keeps."""
        return f"show={self.tab}&"

    @property
    def may_be_taken_back(self) -> bool:
        return self.batch.may(BatchMove.TAKE_BACK)


def preview_page(batch: ImportBatch, *, tab: str = FIRST_TAB, number: str | int = 1, answers: Answers | None = None) -> PreviewPage:
    """The batch as its kept preview has it. An unknown tab or page is the first one. Two queries, three for a batch that was taken back."""
    lines, files = kept_lines(batch.preview), list(batch.files.all())
    tab = tab if tab in SHOWN_BY_TAB else FIRST_TAB
    paging = Paginator([line for line in lines if SHOWN_BY_TAB[tab][1](line)], LINES_A_PAGE).get_page(number)
    has_several = len(files) > 1
    return PreviewPage(
        batch=batch,
        files=files,
        tallies=_tallies(batch),
        tabs=tuple(_tab(name, lines, name == tab) for name in SHOWN_BY_TAB),
        rows=tuple(Row(line, *MARKS[line.kind], files[line.file].name if has_several else "") for line in paging.object_list),
        paging=paging,
        tab=tab,
        conflicts=tuple(line for line in lines if line.is_conflict)[:MOST_CONFLICTS],
        needs_reason=any(line.needs_reason for line in lines),
        left=_left(batch),
        answers=answers or Answers(),
    )


def _tallies(batch: ImportBatch) -> tuple[Tally, ...]:
    found = {ChangeKind.ADD: batch.added, ChangeKind.CHANGE: batch.changed, ChangeKind.SAME: batch.unchanged, ChangeKind.ERROR: batch.errors}
    return tuple(Tally(kind.label, *MARKS[kind], count) for kind, count in found.items())


def _tab(name: str, lines: Sequence[Line], is_shown: bool) -> Tab:
    label, shows = SHOWN_BY_TAB[name]
    icon = MARKS[ChangeKind(name)][0] if name in list(ChangeKind) else ""
    return Tab(name, label, icon, sum(map(shows, lines)), is_shown)


def _left(batch: ImportBatch) -> Sequence[ImportChange]:
    """What stayed when the batch was taken back."""
    if batch.state != BatchState.TAKEN_BACK:
        return ()
    return list(batch.changes.filter(is_taken_back=False).select_related("indicator"))
