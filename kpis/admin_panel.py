"""The panel 「判定」 at the top of the admin's pages for indicators and actuals: what the values entered below lead to."""
from dataclasses import dataclass

from common.japanese import number_text
from kpis.board import judged_indicators
from kpis.models import Actual, Indicator
from kpis.progress import Judgement


@dataclass(frozen=True)
class VerdictRow:
    """One year: its result with the unit, the verdict, and why."""

    judgement: Judgement
    result: str
    explanation: str
    is_sample: bool


@dataclass(frozen=True)
class VerdictPanel:
    indicator: Indicator
    rows: tuple[VerdictRow, ...]


def verdict_panel(pk: int, user) -> VerdictPanel:
    """The indicator's verdicts in each year that person sees. Three queries."""
    indicator = Indicator.objects.select_related("strategy", "division").with_values().get(pk=pk)
    judged = judged_indicators(indicator.strategy, user, [indicator])[0]
    return VerdictPanel(indicator, tuple(_row(judged, judgement) for judgement in judged.judgements))


def _row(judged, judgement: Judgement) -> VerdictRow:
    year, indicator = judgement.fiscal_year, judged.indicator
    actual = judged.actual(year)
    result = number_text(judgement.result, indicator.decimals) + (indicator.unit if judgement.result is not None else "")
    return VerdictRow(
        judgement=judgement,
        result=value_text(actual, indicator) if actual and actual.is_met is not None else result,
        explanation=judged.explanation(year),
        is_sample=bool(actual and actual.is_sample),
    )


def value_text(actual: Actual, indicator: Indicator) -> str:
    """「125人」, 「実施した」, or ― where there is none."""
    if actual.is_met is not None:
        return "実施した" if actual.is_met else "実施していない"
    return number_text(actual.value, indicator.decimals) + (indicator.unit if actual.value is not None else "")
