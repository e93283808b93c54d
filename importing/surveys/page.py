"""What the page 「調査票をつくる」 shows."""
from dataclasses import dataclass
from datetime import date

from accounts.models import Division, User
from accounts.roles import Sees
from goals.models import Strategy
from importing.surveys.content import collection_of, count_by_division


@dataclass(frozen=True)
class DivisionRow:
    """One workbook that can be made."""

    division: Division
    count: int


@dataclass(frozen=True)
class SurveysPage:
    """The workbooks of one fiscal year. `orphans` counts the indicators without a division, which no workbook asks for."""

    fiscal_year: int
    years: range
    deadline: date | None
    is_asked: bool
    is_closed: bool
    rows: tuple[DivisionRow, ...]
    orphans: int
    is_for_all: bool

    @property
    def total(self) -> int:
        return sum(row.count for row in self.rows)


def surveys_page(strategy: Strategy, fiscal_year: int, user: User) -> SurveysPage:
    """The page for that person: all divisions for the planning side, else the person's own."""
    collection = collection_of(strategy, fiscal_year)
    counts, orphans = count_by_division(strategy, fiscal_year, collection, user)
    return SurveysPage(
        fiscal_year=fiscal_year,
        years=strategy.fiscal_years,
        deadline=collection.deadline if collection else None,
        is_asked=collection is not None,
        is_closed=collection is not None and not collection.is_open,
        rows=tuple(DivisionRow(division, count) for division, count in counts.items()),
        orphans=orphans,
        is_for_all=user.sees is Sees.EVERYTHING,
    )
