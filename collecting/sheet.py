"""実績の入力表: what the entry sheet of one collection shows to one person, in a number of queries that does not grow with its rows."""
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from django.utils import timezone

from accounts.models import Division, User
from accounts.roles import Sees
from collecting.models import Collection
from collecting.sheet_rows import RowState, SheetRow, make_row
from kpis.models import Actual, Indicator, rules_of
from kpis.vocabulary import MissingReason, ValueState


@dataclass(frozen=True)
class SheetGroup:
    """The rows of one goal's numeric targets, or of one measure."""

    title: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole page. `division` is None where the planning side looks at all of them."""

    collection: Collection
    division: Division | None
    divisions: tuple[Division, ...]
    groups: tuple[SheetGroup, ...]
    value_states: tuple[ValueState, ...] = tuple(ValueState)
    reasons: tuple[MissingReason, ...] = tuple(MissingReason)
    months: tuple[int, ...] = (*range(4, 13), *range(1, 4))

    @property
    def rows(self) -> list[SheetRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def fiscal_year(self) -> int:
        return self.collection.fiscal_year

    @property
    def years(self) -> range:
        return range(self.collection.strategy.first_fiscal_year, self.fiscal_year)

    @property
    def columns(self) -> int:
        """How many columns the grid has, for cells that span them all."""
        return len(self.years) + 6

    @property
    def owner(self) -> str:
        return self.division.name if self.division else "各課"

    @property
    def query(self) -> str:
        """What keeps a planner at the division they chose."""
        return f"?division={self.division.pk}" if self.division and self.divisions else ""

    @property
    def entered(self) -> list[SheetRow]:
        return [row for row in self.rows if row.has_content]

    @property
    def missing(self) -> list[SheetRow]:
        return [row for row in self.rows if not row.has_content and not row.closed]

    @property
    def doubtful(self) -> list[SheetRow]:
        return [row for row in self.rows if row.open_doubts]

    @property
    def returned(self) -> list[SheetRow]:
        return [row for row in self.rows if row.state is RowState.RETURNED]

    @property
    def ready(self) -> list[SheetRow]:
        """What can be handed in now."""
        waiting = (RowState.SAVED, RowState.MISSING, RowState.DOUBTFUL, RowState.RETURNED)
        return [row for row in self.rows if row.has_content and row.state in waiting and not _is_handed_in(row)]

    @property
    def refused(self) -> list[SheetRow]:
        """What was sent and could not be taken."""
        return [row for row in self.rows if row.problems or row.clash]

    @property
    def percent(self) -> str:
        """How much is entered, for the width of the bar: "91.7"."""
        return f"{100 * len(self.entered) / max(1, len(self.rows)):.1f}"

    @property
    def days_left(self) -> int:
        return (self.collection.deadline - timezone.localdate()).days

    @property
    def deadline(self) -> date:
        return self.collection.deadline

    def with_rows(self, changed: dict[int, SheetRow]) -> "Sheet":
        """The same sheet with those rows instead, by the indicators' keys."""
        groups = tuple(replace(group, rows=tuple(changed.get(row.pk, row) for row in group.rows)) for group in self.groups)
        return replace(self, groups=groups)


def _is_handed_in(row: SheetRow) -> bool:
    return row.actual.entry_state == "submitted"


def covered_indicators(collection: Collection, user: User) -> "list[Indicator]":
    """The collection's indicators whose values that person enters, in the plan's order, with everything a row shows. Four queries."""
    values = Actual.objects.prefetch_related("evidence_files")
    rows = Indicator.objects.filter(collections=collection).asked_in(collection.fiscal_year).editable_by(user).with_values(values)
    found = list(rows.select_related("goal", "measure__goal", "division"))
    for indicator in found:
        indicator.strategy = collection.strategy
    return found


def sheet_for(collection: Collection, user: User, division_pk: int | None = None) -> Sheet:
    """The sheet of that person's division. Who plans sees all divisions, or the one with that key (an unknown one has no rows)."""
    found = covered_indicators(collection, user)
    is_planning = user.sees is Sees.EVERYTHING
    divisions = sorted({each.division for each in found if each.division}, key=lambda each: (each.position, each.name)) if is_planning else []
    division = next((each for each in divisions if each.pk == division_pk), None) if is_planning else user.division
    if is_planning and division_pk is not None:
        found = [each for each in found if each.division_id == division_pk]
    return Sheet(collection, division, tuple(divisions), _groups(collection, user, found))


def _groups(collection: Collection, user: User, indicators: list[Indicator]) -> tuple[SheetGroup, ...]:
    rules = rules_of(collection.strategy)
    siblings: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        siblings.setdefault(indicator.code, []).append(indicator)
    rows = [make_row(collection, user, each, rules, siblings[each.code]) for each in indicators]
    return tuple(SheetGroup(title, tuple(group)) for title, group in groupby(rows, key=_group_title))


def _group_title(row: SheetRow) -> str:
    if row.indicator.goal:
        return f"基本目標{row.indicator.goal.number}　数値目標"
    measure = row.indicator.measure
    return f"基本目標{measure.goal.number}（{measure.number}）{measure.name}"


def row_for(collection: Collection, user: User, indicator_pk: int) -> SheetRow:
    """One row, with its siblings read so that parts and total can be compared. Raises Indicator.DoesNotExist for one that is not asked of that person."""
    code = Indicator.objects.filter(pk=indicator_pk, collections=collection).values("code")[:1]
    values = Actual.objects.prefetch_related("evidence_files")
    covered = Indicator.objects.filter(collections=collection, code__in=code).asked_in(collection.fiscal_year).editable_by(user)
    siblings = list(covered.with_values(values).select_related("goal", "measure__goal", "division"))
    for each in siblings:
        each.strategy = collection.strategy
    wanted = next((each for each in siblings if each.pk == indicator_pk), None)
    if wanted is None:
        raise Indicator.DoesNotExist
    return make_row(collection, user, wanted, rules_of(collection.strategy), siblings)
