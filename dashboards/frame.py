"""What every page needs before it can begin: the strategy, the reader, the fiscal year, and the key its HTML is kept under."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import Revision
from accounts.roles import Sees
from common.fiscal import era_long
from goals.models import PublicScope, Strategy
from kpis.board import JudgedIndicator, Seen, judged_indicators, seen_values, visible_years
from kpis.models import Indicator


class SignInFirst(PermissionDenied):
    """The strategy is not open to visitors."""


@dataclass(frozen=True)
class YearTab:
    """One year of the fiscal-year switcher."""

    fiscal_year: int
    state: str
    is_shown: bool

    @property
    def long(self) -> str:
        return era_long(self.fiscal_year)


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumbs; the last has no url."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Frame:
    """One page's surroundings. `key` changes whenever the page could look different. `restate` gives other figures than today's: a paper's."""

    strategy: Strategy
    user: object
    fiscal_year: int
    years: tuple[int, ...]
    today: date
    revision: int
    has_sample: bool
    is_year_chosen: bool = False
    restate: Callable[[list[JudgedIndicator]], list[JudgedIndicator]] = list

    def judged_indicators(self, indicators: Iterable[Indicator] | None = None) -> list[JudgedIndicator]:
        """The strategy's indicators (or those given, loaded `for_dashboard`) with the figures that reader sees. Three queries."""
        return self.restate(judged_indicators(self.strategy, self.user, indicators))

    @property
    def key(self) -> str:
        return f"{self.strategy.pk}:{self.fiscal_year}:{self.revision}:{self.today}:{self.audience}"

    @property
    def year_query(self) -> str:
        """「?year=2023」 for links that keep the year somebody chose; empty for the newest one."""
        return f"?year={self.fiscal_year}" if self.is_year_chosen else ""

    @property
    def audience(self) -> str:
        """Readers who see the same page share its HTML."""
        return f"{self.user.role}:{self.user.division_id}" if self.user.is_authenticated else "visitor"

    @property
    def tabs(self) -> list[YearTab]:
        return [YearTab(year, "公表済み" if self.is_published(year) else "公表前", year == self.fiscal_year) for year in self.years]

    @property
    def is_final_year(self) -> bool:
        """By the period in force in that year."""
        return self.fiscal_year == self.strategy.last_year_in(self.fiscal_year)

    @property
    def shows_own_division_only(self) -> bool:
        """Whether the year's values are hidden from the reader except for their own division's."""
        is_division = self.user.is_authenticated and self.user.sees is Sees.OWN_DIVISION
        is_open = self.is_published(self.fiscal_year) or self.strategy.public_scope == PublicScope.EVERYTHING
        return is_division and not is_open

    def is_published(self, fiscal_year: int) -> bool:
        return fiscal_year <= (self.strategy.published_through or 0)


def get_frame(request: HttpRequest, slug: str) -> Frame:
    """The frame for this request.

    Raises Http404 for an unknown strategy or a year that is not the reader's to see, SignInFirst when visitors see nothing.
    """
    strategy = get_object_or_404(Revision.beside(Strategy.objects), slug=slug)
    if not request.user.is_authenticated and strategy.public_scope == PublicScope.NOTHING:
        raise SignInFirst
    years = tuple(visible_years(strategy, request.user))
    seen = _seen(strategy, request.user, strategy.data_revision)
    return Frame(
        strategy=strategy,
        user=request.user,
        fiscal_year=_chosen_year(request, seen.latest_year, years),
        years=years,
        today=timezone.localdate(),
        revision=strategy.data_revision,
        has_sample=seen.has_sample,
        is_year_chosen="year" in request.GET,
    )


def _seen(strategy: Strategy, user, revision: int) -> Seen:
    """What the reader sees of the values, kept until something changes."""
    key = f"seen:{strategy.pk}:{revision}:{user.pk}"
    found = cache.get(key)
    if found is None:
        found = seen_values(strategy, user)
        cache.set(key, found)
    return found


def _chosen_year(request: HttpRequest, latest_year: int, years: tuple[int, ...]) -> int:
    text = request.GET.get("year", "")
    if not text:
        return latest_year if latest_year in years else years[-1]
    if not text.isascii() or not text.isdecimal() or int(text) not in years:
        raise Http404(f"{era_long(years[0])}から{era_long(years[-1])}までの年度を選んでください。")
    return int(text)


def sign_in_first(request: HttpRequest):
    """Where a visitor goes who needs to sign in first."""
    return redirect_to_login(request.get_full_path())
