"""What a revision does to the facts an indicator is judged by. Pure: nothing is stored, nothing decided."""
from dataclasses import replace
from decimal import Decimal

from kpis.facts import IndicatorFacts, Milestone, PeriodEnd, TargetValue


def with_target(facts: IndicatorFacts, effective: int, value: Decimal, upper_value: Decimal | None) -> IndicatorFacts:
    """Another target from that fiscal year on."""
    others = tuple(target for target in facts.targets if target.effective_fiscal_year != effective)
    return replace(facts, targets=(*others, TargetValue(effective, value, upper_value)))


def with_milestone(facts: IndicatorFacts, due: int, effective: int, value: Decimal) -> IndicatorFacts:
    """A yearly milestone for one fiscal year, decided from another on."""
    others = tuple(each for each in facts.milestones if (each.fiscal_year, each.effective_fiscal_year) != (due, effective))
    return replace(facts, milestones=(*others, Milestone(due, value, effective)))


def ended(facts: IndicatorFacts, last: int) -> IndicatorFacts:
    """No verdict after that fiscal year."""
    return replace(facts, ends_in=last)


def extended(facts: IndicatorFacts, effective: int, last: int) -> IndicatorFacts:
    """A longer period from that fiscal year on."""
    return replace(facts, extensions=(*facts.extensions, PeriodEnd(effective, last)))
