"""Gathers from the database what reviews/meetings/attention.py proposes for a meeting."""
from django.db.models import Exists, OuterRef, Q, QuerySet

from goals.models import Measure
from kpis.board import JudgedIndicator, judged_indicators
from kpis.models import Actual, Indicator
from kpis.models.actuals import CHECKED
from reviews.access import measures_of
from reviews.meetings.attention import (
    Proposal,
    of_agreements,
    of_decisions,
    of_indicators,
    of_measures,
    of_responses,
    of_revisions,
    subject_of,
)
from reviews.models import CouncilEvaluation, Decision, InternalEvaluation, JointOpinion, Meeting, Response, TargetRevision
from reviews.vocabulary import Body, RevisionState, Stage

EVALUATIONS = {Body.INTERNAL_MEETING: InternalEvaluation, Body.PROMOTION_COUNCIL: CouncilEvaluation}
# Whose open decisions come into whose agenda by themselves. What the city hall decided among itself is laid before the council by choice only.
TAKES_UP = {Body.INTERNAL_MEETING: (Body.INTERNAL_MEETING, Body.PROMOTION_COUNCIL), Body.PROMOTION_COUNCIL: (Body.PROMOTION_COUNCIL,)}


def open_decisions(meeting: Meeting) -> QuerySet[Decision]:
    """What earlier meetings of the strategy decided, of any year, and is not carried out. One query."""
    earlier = Decision.objects.still_open().filter(meeting__review__strategy=meeting.review.strategy, meeting__meets_on__lte=meeting.meets_on)
    return earlier.exclude(meeting=meeting).select_related("meeting", "division")


def open_responses(meeting: Meeting) -> QuerySet[Response]:
    """The city's open answers to opinions of this and earlier years. One query.

    What was merged from members' opinions waits until the council has ended its evaluation: members who have not written yet read the agenda.
    """
    review = meeting.review
    rows = Response.objects.still_open().filter(opinion__review__strategy=review.strategy, opinion__review__fiscal_year__lte=review.fiscal_year)
    merged = JointOpinion.sources.through.objects.filter(jointopinion=OuterRef("opinion"))
    rows = rows.filter(Q(opinion__review__stage=Stage.PUBLICATION) | ~Exists(merged))
    return rows.select_related("opinion__review", "division").order_by("opinion__review__fiscal_year", "opinion__position", "pk")


def first_lines(meeting: Meeting) -> list[Proposal]:
    """What a new meeting's agenda starts with. Two queries."""
    own = open_decisions(meeting).filter(meeting__body__in=TAKES_UP[Body(meeting.body)])
    return [*of_decisions(own), *of_responses(open_responses(meeting))]


def proposals_for(meeting: Meeting, user) -> list[Proposal]:
    """Everything that could be discussed and is not in the agenda yet. `user` plans. A fixed number of queries."""
    review = meeting.review
    found = [
        *of_decisions(open_decisions(meeting)),
        *of_responses(open_responses(meeting)),
        *of_revisions(_proposed_revisions(meeting)),
        *of_indicators(checked_indicators(meeting, user), review.fiscal_year),
        *of_measures(_not_evaluated(meeting), Body(meeting.body)),
        *of_agreements(review.strategy.agreements.order_by("number"), meeting.meets_on),
    ]
    taken = {subject_of(item) for item in meeting.agenda.all()}
    return [proposal for proposal in found if proposal.token not in taken]


def checked_indicators(meeting: Meeting, user) -> list[JudgedIndicator]:
    """The strategy's indicators judged by checked values alone, also for those who see drafts: the agenda is read by others."""
    strategy = meeting.review.strategy
    rows = Indicator.objects.of(strategy).with_values(Actual.objects.filter(CHECKED)).order_by("position")
    return judged_indicators(strategy, user, rows)


def _proposed_revisions(meeting: Meeting) -> QuerySet[TargetRevision]:
    """What is proposed to be changed in the plan and waits for a decision. One query."""
    rows = TargetRevision.objects.filter(strategy=meeting.review.strategy, state=RevisionState.PROPOSED)
    return rows.select_related("indicator", "strategy").order_by("proposed_at", "pk")


def _not_evaluated(meeting: Meeting) -> QuerySet[Measure]:
    """The measures without a confirmed evaluation of that body. One query."""
    evaluations = EVALUATIONS[Body(meeting.body)].objects.filter(review=meeting.review, confirmed_at__isnull=False)
    return measures_of(meeting.review.strategy).exclude(pk__in=evaluations.values("measure"))
