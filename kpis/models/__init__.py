"""Indicators, their targets and actuals, and the city's own grades."""
from kpis.models.actuals import Actual, ActualQuerySet
from kpis.models.indicators import Indicator, IndicatorQuerySet, Target, rules_of
from kpis.models.scales import RatingBand, RatingScale

__all__ = ["Actual", "ActualQuerySet", "Indicator", "IndicatorQuerySet", "RatingBand", "RatingScale", "Target", "rules_of"]
