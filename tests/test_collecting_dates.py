"""When a value is due: on the deadline, or once its statistics are out."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collecting.dates import due_on, published_on

DEADLINE = date(2025, 7, 25)


@pytest.mark.parametrize(
    ("month", "day"),
    [
        (4, date(2025, 4, 30)),
        (9, date(2025, 9, 30)),
        (12, date(2025, 12, 31)),
        (1, date(2026, 1, 31)),
        (2, date(2026, 2, 28)),
        (3, date(2026, 3, 31)),
    ],
)
def test_a_figure_of_2024_is_published_in_the_twelve_months_after_march_2025(month, day):
    assert published_on(2024, month) == day


def test_february_of_a_leap_year_ends_on_the_29th():
    assert published_on(2022, 2) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("month", "day"),
    [(None, DEADLINE), (5, DEADLINE), (7, date(2025, 7, 31)), (9, date(2025, 9, 30)), (2, date(2026, 2, 28))],
)
def test_the_later_of_deadline_and_publication_counts(month, day):
    assert due_on(DEADLINE, 2024, month) == day


@given(st.integers(2015, 2060), st.integers(1, 12))
def test_publication_is_within_a_year_of_the_fiscal_years_end(fiscal_year, month):
    end, day = date(fiscal_year + 1, 3, 31), published_on(fiscal_year, month)
    assert end < day <= end.replace(year=end.year + 1)
    assert (day + timedelta(days=1)).day == 1
    assert day.month == month
