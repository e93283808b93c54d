"""Proposals of revisions for tests: what each kind needs, and a meeting that may decide them."""
from datetime import date
from decimal import Decimal

from kpis.models import Indicator
from reviews.actions.agenda import add_line
from reviews.actions.revisions import decide, propose
from reviews.models import Meeting, TargetRevision
from reviews.vocabulary import Body, RevisionKind
from tests.meetings import make_meeting, make_review

REASON = "来訪の動向が大きく変わったため"
DAY = date(2024, 8, 6)


def part(indicator: Indicator, breakdown: str, **fields) -> dict:
    """A new indicator as a proposal keeps it."""
    same = {"code": indicator.code, "name": indicator.name, "breakdown": breakdown, "unit": "人", "decimals": 0, "target_kind": "increase", "accumulation": "level"}
    return {**same, "baseline_value": None, "target_value": "80", **fields}


def values_of(kind: RevisionKind, indicator: Indicator) -> dict:
    """What a proposal of that kind says, for an indicator of 2020 to 2024 that is measured until 2021."""
    at_a_measure = part(indicator, "", code="9-9-9", name="新しい指標", measure_id=indicator.measure_id)
    return {"reason": REASON} | {
        RevisionKind.TARGET: {"effective_fiscal_year": 2022, "value": Decimal(120)},
        RevisionKind.MILESTONE: {"milestone_fiscal_year": 2023, "effective_fiscal_year": 2022, "value": Decimal(130)},
        RevisionKind.SPLIT: {"effective_fiscal_year": 2022, "content": [part(indicator, "市内"), part(indicator, "市外")]},
        RevisionKind.END: {"last_fiscal_year": 2021},
        RevisionKind.ADD: {"effective_fiscal_year": 2022, "content": [at_a_measure]},
        RevisionKind.EXTEND: {"effective_fiscal_year": 2024, "last_fiscal_year": 2025},
    }[kind]


def make_revision(indicator: Indicator, by, kind: RevisionKind = RevisionKind.TARGET, **values) -> TargetRevision:
    about = None if kind in (RevisionKind.ADD, RevisionKind.EXTEND) else indicator
    return propose(strategy=indicator.strategy, kind=kind, indicator=about, values={**values_of(kind, indicator), **values}, by=by)


def make_deciding_meeting(strategy, body: Body = Body.PROMOTION_COUNCIL, fiscal_year: int = 2023) -> Meeting:
    review = strategy.reviews.filter(fiscal_year=fiscal_year).first() or make_review(strategy, fiscal_year)
    return make_meeting(review, body)


def put_on_agenda(revision: TargetRevision, meeting: Meeting, by) -> None:
    add_line(meeting=meeting, title=str(revision), about={"revision": revision}, by=by)


def decide_by(revision: TargetRevision, by, **changes) -> TargetRevision:
    given = {"meeting": None, "decided_on": DAY, "note": "", "seen_version": revision.version, **changes}
    given["meeting"] = given["meeting"] or make_deciding_meeting(revision.strategy)
    return decide(revision=revision, by=by, **given)


def revision_arguments(sample, indicator: Indicator, planner, proposer) -> dict[str, int]:
    """A proposal that everybody who takes part reads, for addresses: of Kai's division, on the agenda of a meeting of the council."""
    values = {"effective_fiscal_year": 2024, "value": indicator.targets.first().value + 1, "reason": REASON}
    made = propose(strategy=sample, kind=RevisionKind.TARGET, indicator=indicator, values=values, by=proposer)
    put_on_agenda(made, make_deciding_meeting(sample, fiscal_year=2024), planner)
    return {"revision": made.pk}
