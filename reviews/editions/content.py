"""What an edition holds: everything that was on the table, in plain values, without the names of staff.

Only final things are in it: checked values, submitted self-evaluations, confirmed evaluations, final responses, meetings that took place.
Numbers are exact texts: "125", "-0.5", and "1/3" where no decimal is exact. `reviews/editions/reading.py` reads it back.
"""
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounts.roles import Sees
from common.fiscal import era_long
from goals.models import Goal, Strategy
from kpis.board import JudgedIndicator, StatusCounts, judged_indicators
from kpis.models import rules_of
from kpis.progress import Judgement
from kpis.ratings import Scale, grade
from kpis.vocabulary import RULE_VERSION
from reviews.editions.people import evaluations_of, general_opinions_of, meetings_of, members_of
from reviews.editions.reading import FORMAT
from reviews.models import AnnualReview
from reviews.vocabulary import Stage


@dataclass(frozen=True)
class CheckedReader:
    """Somebody who sees what is checked, of all years and nothing else: what may come into an edition, whoever freezes it."""

    is_authenticated: bool = True
    sees: Sees = Sees.CHECKED
    division_id: int | None = None

    def has_perm(self, permission: str) -> bool:
        return False


def content_of(review: AnnualReview, stage: Stage) -> dict[str, Any]:
    """What is on the table now as that stage shows it, ready for `editions.canonical`. A number of queries that does not grow with the plan."""
    strategy, year = review.strategy, review.fiscal_year
    goals = list(strategy.goals.prefetch_related("measures"))
    judged = judged_indicators(strategy, CheckedReader())
    return {
        "format": FORMAT,
        "rule_version": RULE_VERSION,
        "stage": stage.value,
        "fiscal_year": year,
        "era": era_long(year),
        "is_sample": review.is_sample or any(row.is_sample for row in judged),
        "strategy": _strategy(strategy),
        "rules": {name: _plain(value) for name, value in asdict(rules_of(strategy)).items()},
        "counts": _counts(judged, year),
        "goals": _goals(goals, judged),
        "indicators": _indicators(strategy, goals, judged, year),
        "evaluations": evaluations_of(review, stage, goals),
        "general_opinions": general_opinions_of(review, stage),
        "meetings": meetings_of(review),
        "members": members_of(review, stage),
    }


def exact_text(value: Decimal | Fraction | int | None) -> str | None:
    """The number as a text that loses nothing: a plain decimal where there is one, else a fraction "1/3". None stays None."""
    if value is None:
        return None
    number = Fraction(value)
    places = next((each for each in range(64) if 10**each % number.denominator == 0), None)
    if places is None:
        return str(number)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if number < 0 else text


def _plain(value: Any) -> Any:
    return exact_text(value) if isinstance(value, Decimal) else value


def _strategy(strategy: Strategy) -> dict[str, str]:
    return {name: getattr(strategy, name) for name in ("slug", "name", "short_name", "municipality", "municipality_code")}


def _counts(judged: list[JudgedIndicator], fiscal_year: int) -> dict[str, Any]:
    counts = StatusCounts.of(judged, fiscal_year)
    return {"by_status": {status.value: count for status, count in counts.by_status.items()}, "rated": counts.rated, "total": counts.total}


def _goals(goals: list[Goal], judged: list[JudgedIndicator]) -> list[dict[str, Any]]:
    return [
        {
            "number": goal.number,
            "name": goal.name,
            "measures": [{"number": each.number, "name": each.name, "divisions": _divisions(each.pk, judged)} for each in _measures(goal)],
        }
        for goal in goals
    ]


def _measures(goal: Goal) -> list:
    return sorted(goal.measures.all(), key=lambda measure: measure.number)


def _divisions(measure: int, judged: list[JudgedIndicator]) -> list[str]:
    """The names of the divisions that own one of its indicators, in the city's order."""
    found = {row.indicator.division for row in judged if row.indicator.measure_id == measure and row.indicator.division}
    return [division.name for division in sorted(found, key=lambda division: (division.position, division.name))]


def _indicators(strategy: Strategy, goals: list[Goal], judged: list[JudgedIndicator], fiscal_year: int) -> list[dict[str, Any]]:
    places = {("goal", goal.pk): (goal.number, None) for goal in goals}
    places |= {("measure", each.pk): (goal.number, each.number) for goal in goals for each in goal.measures.all()}
    scales = [(row.name, row.scale()) for row in strategy.rating_scales.filter(is_active=True).prefetch_related("bands")]
    return [_indicator(row, _place(row, places), scales, fiscal_year) for row in judged]


def _place(row: JudgedIndicator, places: dict) -> tuple[int, int | None]:
    indicator = row.indicator
    return places["goal", indicator.goal_id] if indicator.is_numeric_target else places["measure", indicator.measure_id]


def _indicator(row: JudgedIndicator, place: tuple[int, int | None], scales: Iterable[tuple[str, Scale]], fiscal_year: int) -> dict[str, Any]:
    indicator, actual = row.indicator, row.actual(fiscal_year)
    return {
        **{name: getattr(indicator, name) for name in ("id", "code", "breakdown", "name", "full_name", "unit", "decimals")},
        **{name: getattr(indicator, name) for name in ("target_kind", "accumulation", "baseline_label", "target_label")},
        "goal": place[0],
        "measure": place[1],
        "baseline": exact_text(indicator.baseline_value),
        **_verdict(row.in_year(fiscal_year)),
        "grades": [{"scale": name, "label": grade(scale, row.in_year(fiscal_year)).label} for name, scale in scales],
        "explanation": row.explanation(fiscal_year),
        "comment": actual.comment if actual else "",
        "years": [_year(j) for j in row.judgements if j.fiscal_year <= fiscal_year],
        "is_sample": row.is_sample,
    }


def _verdict(j: Judgement) -> dict[str, Any]:
    """The target in force, what was entered, and what follows from it."""
    target, original = j.target, j.against_original.target if j.against_original else None
    return {
        "target": exact_text(target.value) if target else None,
        "target_upper": exact_text(target.upper_value) if target else None,
        "target_since": target.effective_fiscal_year if target else None,
        "target_original": exact_text(original.value) if original else None,
        "value": exact_text(j.actual.value),
        "value_state": j.actual.state.value,
        "missing_reason": j.actual.missing_reason.value if j.actual.missing_reason else None,
        "expected_month": j.actual.expected_month,
        "is_met": j.actual.is_met,
        **{name: exact_text(getattr(j, name)) for name in ("milestone", "result", "expected", "progress_rate", "achievement_rate")},
        "rate_formula": j.rate_formula.value if j.rate_formula else None,
        "status": j.status.value,
        "status_word": j.word,
    }


def _year(j: Judgement) -> dict[str, Any]:
    return {"fiscal_year": j.fiscal_year, "result": exact_text(j.result), "status": j.status.value}
