"""The plan's structure 「総合戦略」. Nothing here knows of indicators or agreements."""
from goals.models.strategies import NaturalKeyManager, PeriodExtension, PublicScope, RateRounding, Strategy, StrategyQuerySet
from goals.models.structure import BasicPolicy, FormulationEvent, Goal, Initiative, Measure, NationalGoal, PromotionPolicy, SdgLink

__all__ = [
    "BasicPolicy",
    "FormulationEvent",
    "Goal",
    "Initiative",
    "Measure",
    "NationalGoal",
    "NaturalKeyManager",
    "PeriodExtension",
    "PromotionPolicy",
    "PublicScope",
    "RateRounding",
    "SdgLink",
    "Strategy",
    "StrategyQuerySet",
]
