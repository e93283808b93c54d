"""Indicators of every shape for the tests of charts and forecasts: facts of a plan from R2 on, without a database."""
from decimal import Decimal

from kpis.facts import ActualValue, IndicatorFacts, Milestone, Rules, TargetValue
from kpis.progress import Judgement, judge
from kpis.vocabulary import Accumulation, MissingReason, TargetKind, ValueState

FIRST = 2020


def make_facts(values=(), *, target="150", baseline="100", revisions=(), missing=None, states=None, upper=None, years=5, **fields) -> IndicatorFacts:
    """Facts with `values` from R2 on (None: no value) and targets given as text.

    `revisions` are (fiscal year, value), `missing` the reason by fiscal year, `states` the state of a value by fiscal year.
    """
    missing, states = missing or {}, states or {}
    first = [] if target is None else [TargetValue(FIRST, Decimal(target), None if upper is None else Decimal(upper))]
    defaults = {
        "name": "見本の指標",
        "unit": "人",
        "decimals": 0,
        "target_kind": TargetKind.INCREASE,
        "accumulation": Accumulation.LEVEL,
        "first_fiscal_year": FIRST,
        "last_fiscal_year": FIRST + years - 1,
        "baseline_value": None if baseline is None else Decimal(baseline),
        "baseline_label": "H30",
        "targets": (*first, *(TargetValue(year, Decimal(value)) for year, value in revisions)),
        "actuals": tuple(_actual(FIRST + n, value, missing, states) for n, value in enumerate(values)),
    }
    return IndicatorFacts(**{**defaults, **fields})


def _actual(fiscal_year: int, value: str | None, missing: dict, states: dict) -> ActualValue:
    exact = None if value is None else Decimal(value)
    return ActualValue(fiscal_year, exact, states.get(fiscal_year, ValueState.CONFIRMED), missing.get(fiscal_year))


def judgements_of(facts: IndicatorFacts, fiscal_year: int, rules: Rules = Rules()) -> list[Judgement]:
    """One judgement for each year up to that one, oldest first."""
    return [judge(facts, year, rules) for year in range(facts.first_fiscal_year, fiscal_year + 1)]


KIND = TargetKind
SHAPES = {
    "a running total": (
        make_facts(["62", "128", "214", "291"], target="400", baseline="234", baseline_label="第1期実績", accumulation=Accumulation.RUNNING_TOTAL),
        2023,
    ),
    "far from zero": (make_facts(["16412", "16390", "16705", "16984"], target="17200", baseline="16270"), 2023),
    "through zero": (make_facts(["-121", "-38", "12", "-21"], target="0", baseline="-55"), 2023),
    "awaiting publication": (
        make_facts(
            ["1.30", "1.27", "1.24", None], target="1.54", baseline="1.33", unit="", decimals=2, missing={2023: MissingReason.AWAITING_PUBLICATION}
        ),
        2023,
    ),
    "a falling floor": (make_facts(["45672", "45170", "44718", "44302"], target="44200", baseline="46302", target_kind=KIND.FLOOR), 2023),
    "a floor to keep": (make_facts(["5.1", "4.8", "5.5", "6.1"], target="6.6", baseline="6.6", decimals=1, target_kind=KIND.FLOOR), 2023),
    "a ceiling": (make_facts(["14", "16", "18"], target="23", baseline="13.5", decimals=1, unit="％", target_kind=KIND.CEILING), 2022),
    "a range": (make_facts(["17", "21", "24.5"], target="18", upper="24", baseline="19", decimals=1, target_kind=KIND.RANGE), 2022),
    "revised": (
        make_facts(
            ["41.2", "44.8", "68.5", "80.1"], target="90", baseline="76", unit="万人", decimals=1, revisions=[(2022, "84")],
            states={2023: ValueState.PRELIMINARY},
        ),
        2023,
    ),
    "revised twice": (make_facts(["1250", "1500", "1480", "1900", "1850"], target="2000", baseline="1200", revisions=[(2022, "1800"), (2023, "1900")]), 2024),
    "decreasing to zero": (make_facts(["14", "8", "4", "0"], target="0", baseline="11", target_kind=KIND.DECREASE), 2023),
    "without a baseline": (make_facts(["212", "148", "265", None], target="450", baseline=None), 2023),
    "without a target": (make_facts(["5000", "5300", "4800"], target=None, baseline="4649", target_kind=KIND.DIRECTION), 2022),
    "nothing known": (make_facts(target=None, baseline=None, target_kind=KIND.DIRECTION), 2020),
    "with gaps": (
        make_facts([None, "41.5", None, "48.2"], target="60", baseline="39.7", decimals=1, missing=dict.fromkeys((2020, 2022), MissingReason.NOT_SURVEYED)),
        2023,
    ),
    "a total with a gap": (
        make_facts(["62", None, "86"], target="400", baseline=None, accumulation=Accumulation.TOTAL, missing={2021: MissingReason.NOT_SURVEYED}), 2022,
    ),
    "with milestones": (make_facts(["22", "35", "70"], target="100", baseline="10", milestones=(Milestone(2020, Decimal(20)), Milestone(2021, Decimal(40)))), 2022),
    "no value yet": (make_facts(), 2020),
    "one value": (make_facts(["104"]), 2020),
    "all negative": (make_facts(["-110", "-85"], target="-50", baseline="-120"), 2021),
    "nine years": (make_facts(["104", "120", "150", "149", "190", "220"], target="300", years=9), 2025),
    "done or not": (make_facts(target=None, baseline=None, target_kind=KIND.MILESTONE), 2021),
}  # fmt: skip
