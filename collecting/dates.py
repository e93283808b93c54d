"""When a value is due: by the collection's deadline, or once the statistics behind it are out. Pure."""
from calendar import monthrange
from datetime import date

FIRST_MONTH = 4


def published_on(fiscal_year: int, month: int) -> date:
    """The last day of the month in which that fiscal year's figure is published: within the twelve months after the year's end."""
    year = fiscal_year + (1 if month >= FIRST_MONTH else 2)
    return date(year, month, monthrange(year, month)[1])


def due_on(deadline: date, fiscal_year: int, published_month: int | None) -> date:
    """An indicator's own due date: the deadline of the collection, or the end of the month of publication where that is later."""
    return deadline if published_month is None else max(deadline, published_on(fiscal_year, published_month))
