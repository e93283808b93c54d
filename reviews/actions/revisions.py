"""Revisions of the plan 「目標数値の見直し」: proposing, rewriting and withdrawing one, and what a meeting made of it.

A proposal changes nothing. A decision is written together with what it does to the plan, or not at all.
"""
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from common.fiscal import era_date
from goals.models import Strategy
from kpis.models import Indicator
from reviews.access import require_planning
from reviews.actions.writing import locked, write
from reviews.models import AnnualReview, Meeting, TargetRevision
from reviews.revising.access import may_change, may_propose
from reviews.revising.kinds import KINDS, carry_out, kind_of, meeting_name, trial
from reviews.revising.resting import what_rests_on
from reviews.vocabulary import RevisionKind, RevisionState

NOT_YOURS = "見直しを提案できるのは、企画担当と、その指標の担当課です。"
NOT_YOURS_TO_CHANGE = "この提案を直せるのは、決まる前の間、企画担当と、提案した課です。"
ALREADY = "この提案は、すでに「{state}」になっています。画面を開き直して、いまの内容を確かめてください。"
REASON_MISSING = "理由を書いてください。"
MEETING_ELSEWHERE = "この計画の会議を選んでください。"
DECIDED_EARLY = "決定日は、会議の開かれた{day}以後の日にしてください。"
DECIDED_LATER = "決定日は、今日までの日にしてください。"
CANNOT_BE = "{problem} 提案の内容を直してから決定するか、見送ってください。"
NOT_DECIDED = "この見直しは、決定されていません。画面を開き直して、いまの内容を確かめてください。"
STAYS = "{problem}決定は取り消せません。変えるときは、新しい見直しを提案してください。"
TAKEN_BACK = "決定を取り消した：{reason}"


@transaction.atomic
def propose(
    *, strategy: Strategy, kind: RevisionKind, values: Mapping[str, Any], by: User | None, indicator: Indicator | None = None, is_sample: bool = False
) -> TargetRevision:
    """Propose a change of the plan with a reason; nothing changes before a meeting decides it. `values` are fields by name (KINDS says which).

    Raises PermissionDenied for another division's indicator, ValidationError by field for what could not be decided.
    """
    if by is not None and not may_propose(by, kind, indicator):
        raise PermissionDenied(NOT_YOURS)
    made = TargetRevision(strategy=strategy, kind=kind, indicator=indicator, proposed_by=by, is_sample=is_sample)
    checked = check_proposal(made, values)
    return write(made, checked, by=by, reason="提案した")


@transaction.atomic
def edit_proposal(*, revision: TargetRevision, values: Mapping[str, Any], seen_version: int, by: User) -> TargetRevision:
    """Other years, values or another reason, while it is open. Raises as `propose`, and ConflictError when somebody else was quicker."""
    stored = locked(revision, seen_version)
    _require_open(stored)
    if not may_change(by, stored):
        raise PermissionDenied(NOT_YOURS_TO_CHANGE)
    checked = check_proposal(_copy(stored), values)
    return write(stored, checked, by=by, reason="提案を直した")


def _copy(row: TargetRevision) -> TargetRevision:
    """The same row apart, so that what is tried out does not count as written."""
    return TargetRevision(**{each.attname: getattr(row, each.attname) for each in TargetRevision._meta.concrete_fields})


def check_proposal(row: TargetRevision, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored; `row`, which nobody saves, gets them. Raises ValidationError by field when it could not be decided so."""
    checked = dict(values)
    if row.kind == RevisionKind.END and checked.get("last_fiscal_year"):
        checked["effective_fiscal_year"] = checked["last_fiscal_year"] + 1
    if row.indicator is not None and row.indicator.strategy_id != row.strategy_id:
        raise ValidationError({"indicator": "この計画の指標を選んでください。"})
    for name, value in checked.items():
        setattr(row, name, value)
    _require_parts(row)
    row.full_clean(validate_unique=False)
    trial(row, timezone.localdate())
    return checked


def _require_parts(row: TargetRevision) -> None:
    fewest, most = KINDS[RevisionKind(row.kind)].parts
    if not fewest <= len(row.content) <= most:
        raise ValidationError({NON_FIELD_ERRORS: [f"新しい指標を、{fewest}つから{most}つまで書いてください。"]})


@transaction.atomic
def withdraw(*, revision: TargetRevision, reason: str, seen_version: int, by: User) -> TargetRevision:
    """Take an open proposal back, with a reason. Raises PermissionDenied, ConflictError, ValidationError."""
    stored = locked(revision, seen_version)
    _require_open(stored)
    if not may_change(by, stored):
        raise PermissionDenied(NOT_YOURS_TO_CHANGE)
    _require_reason(reason, "reason")
    return write(stored, {"state": RevisionState.WITHDRAWN, "decision_note": reason.strip()}, by=by, reason="取り下げた")


@transaction.atomic
def decide(*, revision: TargetRevision, meeting: Meeting, decided_on: date, note: str, seen_version: int, by: User) -> TargetRevision:
    """Put it into the plan, as that meeting decided. Years before stay as they were judged, editions as they were frozen.

    Raises PermissionDenied unless `by` plans, ConflictError when somebody else was quicker, ValidationError when it cannot be carried out:
    then nothing is decided.
    """
    stored = _to_be_concluded(revision, meeting, decided_on, seen_version, by)
    try:
        carry_out(stored, decided_on=decided_on, decided_by_meeting=meeting_name(meeting), by=by)
    except ValidationError as error:
        raise ValidationError([CANNOT_BE.format(problem=text) for text in error.messages]) from error
    return _conclude(stored, RevisionState.DECIDED, meeting, decided_on, note, by)


@transaction.atomic
def reject(*, revision: TargetRevision, meeting: Meeting, decided_on: date, note: str, seen_version: int, by: User) -> TargetRevision:
    """Say that the meeting did not follow it 「見送り」, and why. Raises as `decide`."""
    stored = _to_be_concluded(revision, meeting, decided_on, seen_version, by)
    _require_reason(note, "note")
    return _conclude(stored, RevisionState.REJECTED, meeting, decided_on, note, by)


@transaction.atomic
def take_decision_back(*, revision: TargetRevision, reason: str, seen_version: int, by: User) -> TargetRevision:
    """Undo a decision that was recorded wrongly: the plan is as before, the proposal open again, both records stay in the history.

    Raises PermissionDenied unless `by` plans, ConflictError when somebody else was quicker, ValidationError without a reason and where
    something rests on the decision: then it stays.
    """
    require_planning(by)
    # The reviews' locks first: no stage closes, and no edition is frozen, between the look and the deed.
    list(AnnualReview.objects.select_for_update(of=("self",)).filter(strategy=revision.strategy_id).order_by("pk"))
    stored = locked(revision, seen_version)
    if stored.state != RevisionState.DECIDED:
        raise ValidationError(NOT_DECIDED)
    _require_reason(reason, "reason")
    if problem := what_rests_on(stored):
        raise ValidationError(STAYS.format(problem=problem))
    try:
        kind_of(stored).take_back(stored, {"reason": TAKEN_BACK.format(reason=reason.strip()), "by": by})
    except ValidationError as error:
        raise ValidationError([STAYS.format(problem=text) for text in error.messages]) from error
    values = {"state": RevisionState.PROPOSED, "meeting": None, "decided_on": None, "decision_note": reason.strip()}
    return write(stored, values, by=by, reason=TAKEN_BACK.format(reason=reason.strip()))


def _to_be_concluded(revision: TargetRevision, meeting: Meeting, decided_on: date, seen_version: int, by: User) -> TargetRevision:
    """The open proposal with its lock: of two who decide at once the second is told."""
    require_planning(by)
    stored = locked(revision, seen_version)
    _require_open(stored)
    if meeting.review.strategy_id != stored.strategy_id:
        raise ValidationError({"meeting": MEETING_ELSEWHERE})
    if decided_on < meeting.meets_on:
        raise ValidationError({"decided_on": DECIDED_EARLY.format(day=era_date(meeting.meets_on))})
    if decided_on > timezone.localdate():
        raise ValidationError({"decided_on": DECIDED_LATER})
    return stored


def _conclude(stored: TargetRevision, state: RevisionState, meeting: Meeting, decided_on: date, note: str, by: User) -> TargetRevision:
    values = {"state": state, "meeting": meeting, "decided_on": decided_on, "decision_note": note.strip()}
    return write(stored, values, by=by, reason={RevisionState.DECIDED: "決定した", RevisionState.REJECTED: "見送った"}[state])


def _require_open(stored: TargetRevision) -> None:
    if stored.state != RevisionState.PROPOSED:
        raise ValidationError(ALREADY.format(state=RevisionState(stored.state).label))


def _require_reason(text: str, field: str) -> None:
    if not text.strip():
        raise ValidationError({field: REASON_MISSING})
