"""Fiscal years (2024 is 令和6年度, April 2024 to March 2025) and Japanese eras. Eras appear only at the edges."""
import re
from datetime import date

# Era, its letter, the Western year of its first year, the day it began.
ERAS = (
    ("令和", "R", 2019, date(2019, 5, 1)),
    ("平成", "H", 1989, date(1989, 1, 8)),
    ("昭和", "S", 1926, date(1926, 12, 25)),
)
ERA_NAMES = {letter: (name, first) for name, letter, first, _ in ERAS}
BASELINE_LABEL = re.compile(r"^([RHS])(\d+)(?:\.(\d{1,2}))?$")


def fiscal_year_of(day: date) -> int:
    """The fiscal year a day belongs to: 2025-03-31 is in 2024."""
    return day.year if day.month >= 4 else day.year - 1


def _era_year(year: int) -> tuple[str, str, int]:
    for name, letter, first, _ in ERAS:
        if year >= first:
            return name, letter, year - first + 1
    raise ValueError(f"{year} is before 昭和")


def era_short(fiscal_year: int) -> str:
    """「R6」, the form of table headings. 2019 is 「R1」."""
    _, letter, number = _era_year(fiscal_year)
    return f"{letter}{number}"


def era_long(fiscal_year: int) -> str:
    """「令和6年度」."""
    name, _, number = _era_year(fiscal_year)
    return f"{name}{'元' if number == 1 else number}年度"


def era_span(first: int, last: int) -> str:
    """「令和2～6年度」, 「平成27年度～令和元年度」, 「令和6年度」 for a single year."""
    name, _, number = _era_year(last)
    if first == last or _era_year(first)[0] != name:
        return "～".join(dict.fromkeys((era_long(first), era_long(last))))
    return f"{era_long(first).removesuffix('年度')}～{number}年度"


def era_date(day: date) -> str:
    """「令和2年3月31日」. 30 April 2019 is still 平成31年."""
    for name, _, first, began in ERAS:
        if day >= began:
            number = day.year - first + 1
            return f"{name}{'元' if number == 1 else number}年{day.month}月{day.day}日"
    raise ValueError(f"{day} is before 昭和")


def era_date_short(day: date) -> str:
    """「R2.3.31」."""
    for _, letter, first, began in ERAS:
        if day >= began:
            return f"{letter}{day.year - first + 1}.{day.month}.{day.day}"
    raise ValueError(f"{day} is before 昭和")


def baseline_label_long(label: str) -> str:
    """The plan's label written out: H30 → 平成30年度, R1.12 → 令和元年12月, 第1期実績 stays. H31 is kept as the plan has it."""
    found = BASELINE_LABEL.match(label)
    if not found:
        return label
    letter, number, month = found.groups()
    name = ERA_NAMES[letter][0]
    year = "元" if int(number) == 1 else number
    return f"{name}{year}年{month}月" if month else f"{name}{year}年度"
