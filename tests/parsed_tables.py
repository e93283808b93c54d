"""Plans and sheets for the tests of parsing: a few of the city's indicators, and grids written as people see them."""
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from importing.book import Book, Cell, Sheet
from importing.parse import parse
from importing.records import KnownIndicator, KnownPlan, Parsed


def known(key: int, code: str, name: str, unit: str = "人", breakdown: str = "", decimals: int = 0, **rest) -> KnownIndicator:
    names = (name, *rest.pop("also", ()), *((f"{name}（{breakdown}）",) if breakdown else ()))
    return KnownIndicator(key, code, breakdown, names, unit, decimals, "農林課", **rest)


PLAN = KnownPlan(
    (
        known(1, "1-1-1", "企業立地数（新函館北斗駅周辺）", "社"),
        known(2, "1-1-2", "雇用増加数（新函館北斗駅周辺）", "名"),
        known(3, "1-1-3", "企業立地数（新函館北斗駅周辺以外）", "社"),
        known(4, "1-2-1", "観光入込客数", "万人", decimals=1),
        known(5, "1-3-2", "農家1戸当たり経営規模", "ha", decimals=2, also=("農家の経営規模",)),
        known(6, "1-3-4", "醸造用ブドウ栽培戸数・面積", "戸", "戸数"),
        known(7, "1-3-4", "醸造用ブドウ栽培戸数・面積", "ha", "面積", 1),
        known(8, "1-3-6", "新規開発特産品数", "品"),
        known(9, "1-3-7", "新規起業・創業者数", "名"),
        known(10, "2-1-3", "ホームページアクセス数", "回/月"),
        known(11, "3-1-4", "潜在的待機児童数（北海道定義、年度当初）", "名"),
        known(12, "3-3-1", "不登校児童生徒数の割合", "％", "小学校", 2),
        known(13, "3-3-1", "不登校児童生徒数の割合", "％", "中学校", 2),
        known(14, "4-9-9", "相談窓口の設置", "", is_milestone=True),
    ),
    range(2020, 2025),
    "hokuto-2",
)


def cell(value: Any) -> Cell:
    if isinstance(value, Cell):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Cell(Decimal(str(value)))
    return Cell(None if value == "" else value)


def sheet(rows: Sequence[Sequence[Any]], name: str = "実績", **rest) -> Sheet:
    """A sheet of these rows, filled up to the longest; "" and None are empty cells."""
    width = max(map(len, rows), default=0)
    return Sheet(name, tuple(tuple(cell(value) for value in [*row, *[None] * (width - len(row))]) for row in rows), **rest)


def book(*sheets: Sheet) -> Book:
    return Book("提出.xlsx", sheets)


def parsed(*rows: Sequence[Any], plan: KnownPlan = PLAN, **rest) -> Parsed:
    """One sheet of these rows, parsed."""
    return parse(book(sheet(rows, **rest)), plan)


def values(result: Parsed) -> dict[tuple[str, int], Decimal | None]:
    """{"1-3-4 面積", 2024: 6.7}: what a file that has no problems says."""
    assert [problem.text for problem in result.problems] == []
    return {(f"{entry.indicator.code} {entry.indicator.breakdown}".strip(), entry.fiscal_year): entry.value for entry in result.entries}


def only_problem(result: Parsed) -> str:
    """The one problem, with its remedy."""
    assert len(result.problems) == 1, result.problems
    return result.problems[0].text + result.problems[0].remedy
