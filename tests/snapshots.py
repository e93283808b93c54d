"""Everything the plan consists of, in a form that can be compared before and after."""
from django.core import serializers

from goals.models import BasicPolicy, FormulationEvent, Goal, Initiative, Measure, NationalGoal, PromotionPolicy, SdgLink, Strategy
from kpis.models import Indicator, Target
from partnerships.models import Agreement, Partner, Party

PLAN_MODELS = (
    Strategy, BasicPolicy, PromotionPolicy, FormulationEvent, NationalGoal, Goal, Measure, Initiative, SdgLink, Indicator, Target, Partner, Agreement, Party,
)


def plan_snapshot() -> str:
    """All rows of the plan as text, without ids."""
    rows = [row for model in PLAN_MODELS for row in model.objects.order_by("pk")]
    return serializers.serialize("json", rows, use_natural_foreign_keys=True, use_natural_primary_keys=True)
