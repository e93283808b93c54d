"""提出状況: how far each division has come with one collection, in a number of queries that does not grow with it."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Max
from django.utils import timezone

from accounts.history import BY_COMMAND
from accounts.models import Division, User
from accounts.roles import Sees
from collecting.models import Collection
from collecting.sheet import covered_indicators
from collecting.sheet_rows import SheetRow, make_row, shown_content
from kpis.models import Actual, Indicator, rules_of
from kpis.vocabulary import EntryState

# What the division still has to do something about.
WAITING = (EntryState.NOT_ENTERED, EntryState.DRAFT, EntryState.RETURNED)
# Class of the word and icon of each state.
STATE_MARKS = {
    EntryState.NOT_ENTERED: ("s-todo", "not_entered"),
    EntryState.DRAFT: ("s-na", "not_entered"),
    EntryState.SUBMITTED: ("s-sent", "right"),
    EntryState.RETURNED: ("s-warn", "loop"),
    EntryState.CHECKED: ("s-ok", "check"),
    EntryState.SETTLED: ("s-ok", "check"),
}


@dataclass(frozen=True)
class Activity:
    """The newest saving of a value: by whom and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class BoardRow:
    """One indicator's value on its way."""

    sheet_row: SheetRow
    last: Activity | None
    today: date

    @property
    def indicator(self) -> Indicator:
        return self.sheet_row.indicator

    @property
    def actual(self) -> Actual | None:
        return self.sheet_row.actual

    @property
    def state(self) -> EntryState:
        return EntryState(self.actual.entry_state) if self.actual else EntryState.NOT_ENTERED

    @property
    def marks(self) -> tuple[str, str]:
        return STATE_MARKS[self.state]

    @property
    def value(self) -> str:
        """「64,120回」「未測定（公表待ち）」; ― for nothing."""
        if not self.sheet_row.has_content:
            return "―"
        unit = self.indicator.unit if self.actual.value is not None else ""
        return f"{shown_content(self.actual, self.indicator.decimals)}{unit}"

    @property
    def remark(self) -> str:
        """「速報」 where the value is not final."""
        return self.sheet_row.state_label if self.sheet_row.is_shaky else ""

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING

    @property
    def is_overdue(self) -> bool:
        return self.is_waiting and self.sheet_row.due_on < self.today

    @property
    def is_doubtful(self) -> bool:
        return bool(self.sheet_row.open_doubts)

    @property
    def can_move(self) -> bool:
        """Whether it waits for the planning side."""
        return self.state is EntryState.SUBMITTED

    @property
    def can_reopen(self) -> bool:
        return self.state.is_checked and not self.actual.is_reopened(self.today)

    @property
    def token(self) -> str:
        """What a checkbox sends: the value and the version that is shown."""
        return f"{self.actual.pk}-{self.actual.version}"


def count(rows: Iterable[BoardRow], holds: Callable[[BoardRow], bool]) -> int:
    return sum(1 for row in rows if holds(row))


def _in_state(state: EntryState) -> Callable[[BoardRow], bool]:
    return lambda row: row.state is state


@dataclass(frozen=True)
class Filter:
    """One chip above the board."""

    name: str
    label: str
    holds: Callable[[BoardRow], bool]


EVERYTHING = Filter("all", "すべて", lambda row: True)
FILTERS = (
    EVERYTHING,
    *(Filter(state.value, state.label, _in_state(state)) for state in EntryState),
    Filter("doubtful", "要確認", lambda row: row.is_doubtful),
    Filter("overdue", "期限超過", lambda row: row.is_overdue),
)


@dataclass(frozen=True)
class BoardLine:
    """One division, or None for the indicators that nobody enters. `shown` are the rows that the chosen filter lets through."""

    division: Division | None
    rows: tuple[BoardRow, ...]
    shown: tuple[BoardRow, ...]

    @property
    def name(self) -> str:
        return self.division.name if self.division else "担当なし"

    @property
    def uid(self) -> str:
        return f"d{self.division.pk}" if self.division else "d0"

    @property
    def entered(self) -> int:
        return count(self.rows, lambda row: row.sheet_row.has_content)

    @property
    def handed_in(self) -> int:
        return count(self.rows, lambda row: not row.is_waiting)

    @property
    def doubtful(self) -> int:
        return count(self.rows, lambda row: row.is_doubtful)

    @property
    def submitted(self) -> int:
        return count(self.rows, _in_state(EntryState.SUBMITTED))

    @property
    def returned(self) -> int:
        return count(self.rows, _in_state(EntryState.RETURNED))

    @property
    def checked(self) -> int:
        return count(self.rows, _in_state(EntryState.CHECKED))

    @property
    def settled(self) -> int:
        return count(self.rows, _in_state(EntryState.SETTLED))

    @property
    def overdue(self) -> int:
        return count(self.rows, lambda row: row.is_overdue)

    @property
    def waiting(self) -> tuple[BoardRow, ...]:
        return tuple(row for row in self.rows if row.is_waiting)

    @property
    def last(self) -> Activity | None:
        return max((row.last for row in self.rows if row.last), key=lambda activity: activity.at, default=None)

    @property
    def percent(self) -> str:
        """How much is handed in, for the width of the bar: "91.7"."""
        return f"{100 * self.handed_in / max(1, len(self.rows)):.1f}"


@dataclass(frozen=True)
class Chip:
    """A filter with how many values it lets through."""

    filter: Filter
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Board:
    """The whole page. Who enters values sees the own division's line only, without the tools of the planning side."""

    collection: Collection
    lines: tuple[BoardLine, ...]
    chosen: Filter
    is_planning: bool

    @property
    def rows(self) -> list[BoardRow]:
        return [row for line in self.lines for row in line.rows]

    @property
    def shown(self) -> list[BoardLine]:
        """The lines that have something to show."""
        return [line for line in self.lines if line.shown]

    @property
    def is_filtered(self) -> bool:
        return self.chosen is not EVERYTHING

    @property
    def chips(self) -> list[Chip]:
        return [Chip(each, count(self.rows, each.holds), each is self.chosen) for each in FILTERS]

    @property
    def whole(self) -> BoardLine:
        """All divisions together."""
        return BoardLine(None, tuple(self.rows), ())

    @property
    def nobody(self) -> int:
        """How many indicators have no division."""
        return sum(len(line.rows) for line in self.lines if line.division is None)

    @property
    def done_divisions(self) -> int:
        return sum(1 for line in self.lines if line.division and not line.waiting)

    @property
    def divisions(self) -> int:
        return sum(1 for line in self.lines if line.division)

    @property
    def days_left(self) -> int:
        return (self.collection.deadline - timezone.localdate()).days


def board_for(collection: Collection, user: User, chosen: str = "") -> Board:
    """The board as that person sees it; an unknown filter shows everything. Six queries."""
    chosen_filter = next((each for each in FILTERS if each.name == chosen), EVERYTHING)
    rows = sorted(_rows(collection, user), key=_in_order)
    lines = []
    for division, found in groupby(rows, key=lambda row: row.indicator.division):
        group = tuple(found)
        lines.append(BoardLine(division, group, tuple(row for row in group if chosen_filter.holds(row))))
    return Board(collection, tuple(lines), chosen_filter, user.sees is Sees.EVERYTHING)


def _rows(collection: Collection, user: User) -> list[BoardRow]:
    indicators, rules, today = covered_indicators(collection, user), rules_of(collection.strategy), timezone.localdate()
    siblings: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        siblings.setdefault(indicator.code, []).append(indicator)
    newest = _newest(collection)
    return [BoardRow(make_row(collection, user, each, rules, siblings[each.code]), newest.get(each.pk), today) for each in indicators]


def _in_order(row: BoardRow) -> tuple:
    """Those that nobody enters come first: they are the planning side's own duty."""
    division = row.indicator.division
    return (division is not None, division.position if division else 0, division.name if division else "")


def _newest(collection: Collection) -> dict[int, Activity]:
    """The newest record of each indicator's value of that year. One query."""
    records = Actual.history.filter(fiscal_year=collection.fiscal_year, indicator_id__in=collection.indicators.values("pk"))
    newest = records.order_by().values("indicator_id").annotate(newest=Max("history_id")).values("newest")
    found = Actual.history.filter(history_id__in=newest).values_list("indicator_id", "history_user__display_name", "history_date")
    return {indicator: Activity(by or BY_COMMAND, at) for indicator, by, at in found}
