"""A strategy's indicators, judged for every year a reader may see. Pages and open data start from here."""
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, Subquery

from accounts.roles import Sees
from goals.models import PublicScope, Strategy
from kpis.explanation import explain
from kpis.facts import Rules
from kpis.models import Actual, Indicator, Target, rules_of
from kpis.progress import Judgement, judge
from kpis.vocabulary import Status


def visible_years(strategy: Strategy, user) -> list[int]:
    """The plan's fiscal years that reader may look at, oldest first; never empty, so that the plan itself can be shown."""
    years = list(strategy.fiscal_years)
    sees = user.sees if user.is_authenticated else Sees.PUBLISHED
    if sees is not Sees.PUBLISHED or strategy.public_scope == PublicScope.EVERYTHING:
        return years
    return [year for year in years if year <= (strategy.published_through or 0)] or years[:1]


@dataclass(frozen=True)
class Seen:
    """What a reader sees of a strategy's values: the newest fiscal year with one, and whether any is fictional."""

    latest_year: int
    has_sample: bool


def seen_values(strategy: Strategy, user) -> Seen:
    """What that reader sees of the values; the plan's first year where there is none. One query."""
    shown = Actual.objects.visible_to(user, strategy).filter(indicator__strategy=strategy)
    newest = shown.filter(value__isnull=False).order_by("-fiscal_year").values("fiscal_year")[:1]
    sample_targets = Target.objects.filter(indicator__strategy=strategy, is_sample=True)
    answers = Strategy.objects.filter(pk=strategy.pk).values_list(Subquery(newest), Exists(shown.filter(is_sample=True)), Exists(sample_targets))
    latest_year, *has_sample = answers.get()
    return Seen(latest_year or strategy.first_fiscal_year, any(has_sample))


def shows_sample(strategy: Strategy, user) -> bool:
    """Whether that reader sees any fictional sample value. At most two queries."""
    shown = Actual.objects.visible_to(user, strategy).filter(indicator__strategy=strategy, is_sample=True)
    return shown.exists() or Target.objects.filter(indicator__strategy=strategy, is_sample=True).exists()


@dataclass(frozen=True)
class JudgedIndicator:
    """An indicator with its judgements, one for each visible year, oldest first."""

    indicator: Indicator
    judgements: tuple[Judgement, ...]
    rules: Rules

    def in_year(self, fiscal_year: int) -> Judgement:
        """Raises KeyError for a year the reader does not see."""
        for judgement in self.judgements:
            if judgement.fiscal_year == fiscal_year:
                return judgement
        raise KeyError(fiscal_year)

    def previous(self, fiscal_year: int) -> Judgement | None:
        """The year before, if it is visible."""
        return next((j for j in self.judgements if j.fiscal_year == fiscal_year - 1), None)

    def explanation(self, fiscal_year: int) -> str:
        return explain(self.in_year(fiscal_year), self.rules)

    def actual(self, fiscal_year: int) -> Actual | None:
        """The stored row behind the year's value."""
        return next((a for a in self.indicator.actuals.all() if a.fiscal_year == fiscal_year), None)

    @property
    def is_sample(self) -> bool:
        """Whether anything shown of it is a fictional sample."""
        rows = [*self.indicator.actuals.all(), *self.indicator.targets.all()]
        return any(row.is_sample for row in rows)


def judged_indicators(strategy: Strategy, user, indicators: Iterable[Indicator] | None = None) -> list[JudgedIndicator]:
    """The strategy's indicators (or those given, loaded `for_dashboard`) judged for each year that reader sees.

    Three queries. 未入力 is a work state: whoever does not enter an indicator's values sees 未測定 instead.
    """
    rows = Indicator.objects.for_dashboard(strategy, user) if indicators is None else indicators
    years, rules = visible_years(strategy, user), rules_of(strategy)
    judged = []
    for indicator in rows:
        indicator.strategy = strategy
        facts = indicator.facts()
        judgements = (judge(facts, year, rules) for year in years)
        enters = indicator.is_editable_by(user)
        judged.append(JudgedIndicator(indicator, tuple(j if enters else j.for_public() for j in judgements), rules))
    return judged


@dataclass(frozen=True)
class StatusCounts:
    """How many indicators have which status in one year. Those that were added later or ended before do not count at all."""

    by_status: dict[Status, int]

    @classmethod
    def of(cls, judged: Iterable[JudgedIndicator], fiscal_year: int) -> "StatusCounts":
        judgements = (row.in_year(fiscal_year) for row in judged)
        found = Counter(judgement.status for judgement in judgements if judgement.outside is None)
        return cls({status: found[status] for status in Status})

    @property
    def total(self) -> int:
        return sum(self.by_status.values())

    @property
    def rated(self) -> int:
        """The n of 「n/N 指標で判定」."""
        return sum(count for status, count in self.by_status.items() if status.is_rated)

    @property
    def good(self) -> int:
        return sum(count for status, count in self.by_status.items() if status.is_good)

    @property
    def present(self) -> list[tuple[Status, int]]:
        """The statuses that occur, best first."""
        return [(status, count) for status, count in self.by_status.items() if count]
