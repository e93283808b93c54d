"""Who may write which year's actual: one set of rules for the admin's forms and for imported files."""
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from accounts.roles import Sees
from common.fiscal import era_long
from goals.models import Strategy
from kpis.entry_states import closed_because
from kpis.models import Actual, Indicator, Target
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
    return f"{fiscal_year}年度は、計画の年度（{strategy.first_fiscal_year}～{strategy.final_fiscal_year}）の外です。"


def own_year_problem(indicator: Indicator, fiscal_year: int) -> str:
    """Why no value of that year is asked of the indicator, in Japanese; empty when one is."""
    problem = year_problem(indicator.strategy, fiscal_year)
    if problem or indicator.is_asked_in(fiscal_year):
        return problem
    is_later = fiscal_year < (indicator.first_fiscal_year or 0)
    why = f"{era_long(indicator.first_fiscal_year)}から対象です" if is_later else f"{era_long(indicator.last_fiscal_year)}で終了しています"
    return f"{indicator.key} は{why}。{era_long(fiscal_year)}の実績は要りません。"


def lost_years_problem(indicator: Indicator) -> dict[str, str]:
    """Problems of the indicator's own years, by field: a year for which something is entered may not fall outside of them."""
    if indicator.pk is None or (indicator.first_fiscal_year is None and indicator.last_fiscal_year is None):
        return {}
    kept = (row.fiscal_year for row in indicator.actuals.all() if row.has_content)
    lost = sorted(year for year in kept if not indicator.is_asked_in(year))
    if not lost:
        return {}
    name = "last_fiscal_year" if indicator.last_fiscal_year is not None and lost[-1] > indicator.last_fiscal_year else "first_fiscal_year"
    years = "・".join(map(era_long, lost))
    return {name: f"{years}の実績がすでにあり、判定から外れます。実績を消すか、年度を直してください。"}


def entry_problem(user: User, indicator: Indicator, fiscal_year: int, reason: str, stored: Actual | None = None, *, is_ended: bool = False) -> str:
    """Why that person may not write that year's actual now, in Japanese; empty when they may. `stored` is the row as it is, if there is one.

    What is closed (kpis/entry_states.py) is so to divisions, and asks a reason of everybody else. `is_ended`: so is the collection, to that person.
    """
    problem = own_year_problem(indicator, fiscal_year)
    closed = "" if problem else closed_value_because(indicator.strategy, fiscal_year, stored, is_ended=is_ended)
    if not closed:
        return problem
    if user.sees is not Sees.EVERYTHING:
        return f"{era_long(fiscal_year)}は{closed}のため、担当課では変えられません。企画担当に連絡してください。"
    return "" if reason else f"{era_long(fiscal_year)}は{closed}です。変えるときは「変更の理由」を書いてください。"


def closed_value_because(strategy: Strategy, fiscal_year: int, stored: Actual | None, *, is_ended: bool = False) -> str:
    """Why divisions write that year's value no more, in a word, also where there is no row yet; empty while they do."""
    if stored is not None:
        return stored.closed_because(timezone.localdate(), is_ended=is_ended)
    return closed_because(EntryState.NOT_ENTERED, is_published=is_published(strategy, fiscal_year), is_ended=is_ended)


def bounds_problem(target_kind: str, upper_value: Decimal | None) -> str:
    """Why a target does not fit its indicator's kind, in Japanese; empty when it does."""
    return "範囲の目標には、上限も要ります。" if target_kind == TargetKind.RANGE and upper_value is None else ""


def measured(row: Actual | Target) -> tuple:
    """The figures of a row, to compare before and after."""
    return tuple(getattr(row, name) for name in (MEASURED if isinstance(row, Actual) else TARGETED))
