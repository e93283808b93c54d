"""How fast indicators are judged: the pure calculation, and with reading and explaining."""
import time
from collections.abc import Callable

from bench.report import Row
from goals.models import Strategy
from kpis.explanation import explain
from kpis.facts import IndicatorFacts, Rules
from kpis.models import Indicator, rules_of
from kpis.progress import judge

SHORTEST = 1.0
PLANS_AT_ONCE = 50


def judgements() -> list[Row]:
    """Judgements a second with every plan's facts; for one plan the facts are judged again and again."""
    strategy = Strategy.objects.current()
    facts, rules, years = facts_of([strategy.pk]), rules_of(strategy), strategy.fiscal_years
    plain = _repeated(lambda: _judge_all(facts, years, rules))
    explained = _repeated(lambda: [explain(judge(each, year, rules), rules) for each in facts for year in years])
    return [Row("judgements, 1 plan", f"{plain:,.0f} /s"), Row("judgements with their explanation, 1 plan", f"{explained:,.0f} /s", f"{plain:,.0f} /s", explained / plain)]


def judgements_of_all() -> list[Row]:
    """Every plan of the database, judged for each year; reading is timed apart."""
    ids = list(Strategy.objects.values_list("pk", flat=True))
    strategy = Strategy.objects.current()
    rules, years, count, judging, reading = rules_of(strategy), strategy.fiscal_years, 0, 0.0, 0.0
    for first in range(0, len(ids), PLANS_AT_ONCE):
        began = time.perf_counter()
        facts = facts_of(ids[first : first + PLANS_AT_ONCE])
        read = time.perf_counter()
        count += _judge_all(facts, years, rules)
        reading, judging = reading + read - began, judging + time.perf_counter() - read
    return [
        Row(f"judgements, {len(ids):,} plans, {count:,} judgements", f"{count / judging:,.0f} /s"),
        Row("the same with reading them from the database", f"{count / (judging + reading):,.0f} /s"),
    ]


def facts_of(strategy_ids: list[int]) -> list[IndicatorFacts]:
    return [row.facts() for row in Indicator.objects.filter(strategy__in=strategy_ids).select_related("strategy").with_values()]


def _judge_all(facts: list[IndicatorFacts], years: range, rules: Rules) -> int:
    for each in facts:
        for year in years:
            judge(each, year, rules)
    return len(facts) * len(years)


def _repeated(run: Callable[[], int | list]) -> float:
    """Results a second, over at least SHORTEST seconds."""
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < SHORTEST:
        result = run()
        count += result if isinstance(result, int) else len(result)
    return count / (time.perf_counter() - began)
