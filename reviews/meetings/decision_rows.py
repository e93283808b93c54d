"""What pages show of decisions 「決定事項」."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from goals.models import Strategy
from reviews.meetings.access import may_finish, readable_decisions
from reviews.models import Decision


@dataclass(frozen=True)
class DecisionRow:
    """One decision with how late it is, and what that reader may do with it."""

    decision: Decision
    today: date
    may_finish: bool
    may_edit: bool

    @property
    def is_done(self) -> bool:
        return self.decision.done_on is not None

    @property
    def days_late(self) -> int:
        """Days since the due day; 0 for what is done, not due yet or has no due day."""
        if self.is_done or self.decision.due_on is None:
            return 0
        return max(0, (self.today - self.decision.due_on).days)

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


def decision_rows(decisions: Iterable[Decision], user, today: date, *, may_edit: bool) -> list[DecisionRow]:
    """A row for each, loaded with division and measure."""
    return [DecisionRow(row, today, may_finish(user, row), may_edit) for row in decisions]


# The filters above the list: what they are called and which rows they show to that person.
FILTERS = {
    "open": ("未了", lambda row, user: not row.is_done),
    "late": ("期限を過ぎた", lambda row, user: row.is_late),
    "mine": ("自分の課", lambda row, user: not row.is_done and row.decision.division_id == user.division_id),
    "done": ("済み", lambda row, user: row.is_done),
}


@dataclass(frozen=True)
class DecisionChip:
    """One link above the list with how many it shows."""

    name: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class DecisionList:
    """The strategy's decisions of all years: the open ones by their due day, the done ones newest first."""

    chips: tuple[DecisionChip, ...]
    shown: list[DecisionRow]

    @property
    def chosen(self) -> DecisionChip:
        return next(chip for chip in self.chips if chip.is_chosen)


def decision_list(strategy: Strategy, user, today: date, show: str, *, may_edit: bool) -> DecisionList:
    """What that person reads of the decisions; `show` names a filter, anything else shows the open ones. One query, one more for the council."""
    stored = readable_decisions(user, strategy, today).select_related("meeting__review", "division", "measure__goal")
    rows = decision_rows(sorted(stored, key=_order), user, today, may_edit=may_edit)
    names = [name for name in FILTERS if name != "mine" or user.division_id]
    found = {name: [row for row in rows if FILTERS[name][1](row, user)] for name in names}
    chosen = show if show in found else "open"
    return DecisionList(tuple(DecisionChip(name, FILTERS[name][0], len(found[name]), name == chosen) for name in names), found[chosen])


def _order(decision: Decision) -> tuple:
    """The open ones by their due day, then the done ones, newest first."""
    if decision.done_on:
        return 1, -decision.done_on.toordinal(), decision.pk
    return 0, (decision.due_on or date.max).toordinal(), decision.pk
