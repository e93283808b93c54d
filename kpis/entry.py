"""Who may write which year's actual: one set of rules for the admin's forms and for imported files."""
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from accounts.roles import Sees
from common.fiscal import era_long
from goals.models import Strategy
from kpis.models import Actual, Target
from kpis.vocabulary import EntryState, TargetKind

# What makes an actual what it is. Whoever changes one of these on a sample row has entered a real figure.
MEASURED = ("value", "state", "missing_reason", "expected_month", "is_met")
TARGETED = ("value", "upper_value")
# Any of these says something of the year.
CONTENT = ("value", "missing_reason", "is_met")


def is_published(strategy: Strategy, fiscal_year: int) -> bool:
    return fiscal_year <= (strategy.published_through or 0)


def year_problem(strategy: Strategy, fiscal_year: int) -> str:
    """Why that year is none of the plan's, in Japanese; empty when it is one."""
    if fiscal_year in strategy.fiscal_years:
        return ""
    return f"{fiscal_year}年度は、計画の年度（{strategy.first_fiscal_year}～{strategy.last_fiscal_year}）の外です。"


def entry_problem(user: User, strategy: Strategy, fiscal_year: int, reason: str, stored: Actual | None = None) -> str:
    """Why that person may not write that year's actual now, in Japanese; empty when they may. `stored` is the row as it is, if there is one.

    What is published or checked is closed to divisions unless it was reopened, and asks a reason of everybody else.
    """
    problem = year_problem(strategy, fiscal_year)
    closed = "" if problem else _closed(strategy, fiscal_year, stored)
    if not closed:
        return problem
    if user.sees is not Sees.EVERYTHING:
        return f"{era_long(fiscal_year)}は{closed}のため、担当課では変えられません。企画担当に連絡してください。"
    return "" if reason else f"{era_long(fiscal_year)}は{closed}です。変えるときは「変更の理由」を書いてください。"


def _closed(strategy: Strategy, fiscal_year: int, stored: Actual | None) -> str:
    if stored is not None and stored.is_reopened(timezone.localdate()):
        return ""
    if is_published(strategy, fiscal_year):
        return "公表済み"
    return "確認済み" if stored is not None and stored.entry_state == EntryState.CHECKED else ""


def bounds_problem(target_kind: str, upper_value: Decimal | None) -> str:
    """Why a target does not fit its indicator's kind, in Japanese; empty when it does."""
    return "範囲の目標には、上限も要ります。" if target_kind == TargetKind.RANGE and upper_value is None else ""


def measured(row: Actual | Target) -> tuple:
    """The figures of a row, to compare before and after."""
    return tuple(getattr(row, name) for name in (MEASURED if isinstance(row, Actual) else TARGETED))
