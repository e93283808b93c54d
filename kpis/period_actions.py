"""The decision that a plan ends later 「計画期間の延長」. Of all that changes a plan it alone changes the plan itself."""
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import Revision, User
from goals.models import PeriodExtension, Strategy
from goals.periods import extension_problems

# Who decides on targets decides on the period they are to be reached in.
DECIDES = "kpis.add_target"
LONGEST_TRACE = 100  # characters of a reason in the change history


@transaction.atomic
def extend_period(
    *,
    strategy: Strategy,
    effective_fiscal_year: int,
    last_fiscal_year: int,
    reason: str,
    decided_on: date,
    decided_by_meeting: str,
    by: User | None,
    is_sample: bool = False,
) -> PeriodExtension:
    """The plan ends later 「計画期間の延長」. Years before `effective_fiscal_year` keep the period they were judged by.

    Raises ValidationError by field when the years do not fit the plan and its earlier extensions or something is missing,
    PermissionDenied unless `by` decides on targets; None is the program itself, which tries it out and takes it back.
    """
    if by is not None and not by.has_perm(DECIDES):
        raise PermissionDenied("計画期間の延長は、企画担当が決めます。")
    stored = Strategy.objects.select_for_update().get(pk=strategy.pk)
    years = effective_fiscal_year, last_fiscal_year
    problems = extension_problems(stored.first_fiscal_year, stored.last_fiscal_year, stored.period_ends, *years)
    if problems:
        raise ValidationError(problems)
    decision = {"reason": reason, "decided_on": decided_on, "decided_by_meeting": decided_by_meeting, "is_sample": is_sample}
    made = PeriodExtension(strategy=stored, effective_fiscal_year=effective_fiscal_year, last_fiscal_year=last_fiscal_year, **decision)
    made.full_clean()
    for row in (made, stored):
        row._history_user, row._change_reason = by, reason[:LONGEST_TRACE]
    made.save()
    for plan in (stored, strategy):
        # The caller's object knows the new years too.
        plan.set_periods(stored.extensions.all())
    stored.save(update_fields=["extended_to", "period_ends"])
    transaction.on_commit(Revision.advance)
    return made
