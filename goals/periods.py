"""How a plan's period may be extended 「計画期間の延長」: one rule for the action that decides and for files that are taken in. Pure."""
from collections.abc import Iterable

from common.fiscal import era_long

LONGEST_EXTENSION = 5  # years at a time


def extension_problems(first: int, last: int, earlier: Iterable[tuple[int, int]], effective: int, extended_to: int) -> dict[str, str]:
    """Why a plan of first…last may not be extended so, in Japanese, by field; empty when it may.

    `earlier` are the extensions before, as (適用する年度, 最後の年度). Every year of the plan must have a period it belongs to.
    """
    decided = list(earlier)
    begin = max((year for year, _ in decided), default=first)
    end = max((year for _, year in decided), default=last)
    problems = {}
    if not begin < effective <= end + 1:
        problems["effective_fiscal_year"] = f"適用する年度は、{era_long(begin + 1)}から{era_long(end + 1)}までの年度にしてください。"
    if not end < extended_to <= end + LONGEST_EXTENSION:
        years = f"{era_long(end + 1)}から{era_long(end + LONGEST_EXTENSION)}まで"
        problems["last_fiscal_year"] = f"いまの計画期間は{era_long(end)}までです。延長後の最後の年度は、{years}の年度にしてください。"
    return problems
