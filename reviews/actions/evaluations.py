"""Writes of the people's evaluations of a measure: the division's, the internal meeting's, the council's.

Each asks which stage the review is in (reviews/stages.py), whether somebody was quicker (`seen_version`, 0 where there was nothing) and leaves its record.
"""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Division, User
from goals.models import Measure
from reviews.access import NOT_YOURS, divisions_of, own_measures, plans, require_planning
from reviews.actions.writing import ConflictError, locked, write
from reviews.models import AnnualReview, CouncilEvaluation, EvaluationGrade, InitiativeProgress, InternalEvaluation, SelfEvaluation, Written
from reviews.models.evaluations import SUMMARY_CHARACTERS
from reviews.stages import Work, is_open
from reviews.vocabulary import InitiativeState, Stage

REASON_MISSING = "理由を書いてください。"
SAY_SOMETHING = "成果・課題・今後の取組のどれかを書いてから、提出してください。"
GRADE_MISSING = "評価を選んでから、確定してください。"
NEEDED_TO_CONFIRM = {"grade": GRADE_MISSING, "course": "今後の方針を選んでから、確定してください。"}
DIFFERS = "参考評価「{proposed}」と違う評価にするときは、理由を書いてください。"
OTHER_SCALE = "この評価・検証の区分から選んでください。"
STATE_MISSING = "「{name}」の状況を選んでください。"
CONFIRMED = "この評価は確定しています。直すときは、先に「確定を取り消す」を押してください。"
NOT_HANDED_IN = "この自己評価は、まだ提出されていません。画面を読み込み直してください。"
TOO_LONG = f"いまは{{length}}字あります。{SUMMARY_CHARACTERS}字以内に縮めてください。"
NO_DIVISION_OF_MEASURE = "この課は、この施策の担当課ではありません。"

STATES = tuple(InitiativeState)

Row = TypeVar("Row", bound=Written)


@dataclass(frozen=True)
class InitiativeEntry:
    """What somebody said of one initiative; `state` is empty where nothing was chosen."""

    initiative: int
    state: str
    note: str
    seen_version: int


@transaction.atomic
def save_self_evaluation(
    *, review: AnnualReview, measure: Measure, division: Division | None, entered: Mapping[str, str], seen_version: int, by: User
) -> SelfEvaluation:
    """Keep a draft; what a division had handed in becomes a draft again, what the planning side corrects stays handed in.

    `entered` holds achievements, issues and next_steps. Raises PermissionDenied for another division's, ValidationError in another stage,
    ConflictError when the row is another version than was seen.
    """
    row = _self_evaluation(review, measure, division, seen_version, by)
    submitted_at = row.submitted_at if plans(by) else None
    return write(row, {**entered, "submitted_at": submitted_at}, by=by, unique=_unique_self(row))


@transaction.atomic
def submit_self_evaluation(
    *, review: AnnualReview, measure: Measure, division: Division | None, entered: Mapping[str, str], seen_version: int, by: User
) -> SelfEvaluation:
    """Save and hand in. Raises as `save_self_evaluation`, and ValidationError when nothing is written."""
    row = _self_evaluation(review, measure, division, seen_version, by)
    if not any(entered.values()):
        raise ValidationError(SAY_SOMETHING)
    return write(row, {**entered, "submitted_at": timezone.now(), "return_reason": ""}, by=by, reason="提出する", unique=_unique_self(row))


@transaction.atomic
def return_self_evaluation(*, evaluation: SelfEvaluation, reason: str, seen_version: int, by: User) -> SelfEvaluation:
    """Give a handed-in self-evaluation back; the division reads why. Raises PermissionDenied unless `by` plans, ValidationError without a reason."""
    require_planning(by)
    _require_reason(reason)
    _require_open(evaluation.review, Work.SELF_EVALUATION)
    row = locked(evaluation, seen_version)
    if row.submitted_at is None:
        raise ValidationError(NOT_HANDED_IN)
    return write(row, {"submitted_at": None, "return_reason": reason.strip()}, by=by, reason=reason)


def _self_evaluation(review: AnnualReview, measure: Measure, division: Division | None, seen_version: int, by: User) -> SelfEvaluation:
    """The row to write, locked; a new one where there is none."""
    _require_own_part(review, measure, division, by)
    _require_open(review, Work.SELF_EVALUATION)
    return _seen(SelfEvaluation(review=review, measure=measure, division=division), seen_version, division=division)


def _require_own_part(review: AnnualReview, measure: Measure, division: Division | None, by: User) -> None:
    """Divisions write of the measures they have an indicator in, the planning side in their stead, and where no division has one."""
    if plans(by):
        own = divisions_of(measure)
        if division in own or (division is None and not own):
            return
        raise PermissionDenied(NO_DIVISION_OF_MEASURE)
    mine = division is not None and division.pk == by.division_id and by.has_perm("reviews.change_selfevaluation")
    if not mine or measure.pk not in own_measures(by, review.strategy):
        raise PermissionDenied(NOT_YOURS)


def _unique_self(row: SelfEvaluation) -> dict[str, Any]:
    return {"review": row.review, "measure": row.measure, "division": row.division}


@transaction.atomic
def save_initiatives(*, review: AnnualReview, measure: Measure, entries: Iterable[InitiativeEntry], by: User) -> list[InitiativeProgress]:
    """Say how far each concrete initiative came; all or none are written, and those without a state or a note are passed over.

    Raises PermissionDenied for divisions without an indicator in that measure, ValidationError (by "initiative-<key>") for a note without a state that there is,
    ConflictError with the first row that somebody else wrote meanwhile.
    """
    may = plans(by) or (by.has_perm("reviews.change_selfevaluation") and measure.pk in own_measures(by, review.strategy))
    if not may:
        raise PermissionDenied(NOT_YOURS)
    _require_open(review, Work.SELF_EVALUATION)
    initiatives = {each.pk: each for each in measure.initiatives.all()}
    said = [entry for entry in entries if entry.initiative in initiatives and (entry.state or entry.note or entry.seen_version)]
    without = {f"initiative-{entry.initiative}": STATE_MISSING.format(name=initiatives[entry.initiative].name) for entry in said if entry.state not in STATES}
    if without:
        raise ValidationError(without)
    return [_progress(review, initiatives[entry.initiative], entry, by) for entry in said]


def _progress(review: AnnualReview, initiative, entry: InitiativeEntry, by: User) -> InitiativeProgress:
    unique = {"review": review, "initiative": initiative}
    stored = InitiativeProgress.objects.select_for_update(of=("self",)).filter(**unique).first()
    if (stored.version if stored else 0) != entry.seen_version:
        raise ConflictError(stored)
    row = stored or InitiativeProgress(**unique)
    return write(row, {"state": InitiativeState(entry.state), "note": entry.note}, by=by, unique=unique)


@transaction.atomic
def save_internal_evaluation(
    *, review: AnnualReview, measure: Measure, entered: Mapping[str, Any], proposed: EvaluationGrade | None, seen_version: int, by: User
) -> InternalEvaluation:
    """Keep the internal meeting's evaluation as it stands. `entered` holds grade, grade_reason, effect, course and comment.

    `proposed` is what the statuses propose now. Raises PermissionDenied unless `by` plans, ConflictError,
    ValidationError (by field, and for what is confirmed already).
    """
    row = _internal_evaluation(review, measure, entered, proposed, seen_version, by)
    return write(row, {**entered, "proposed_grade": proposed}, by=by, unique={"review": review, "measure": measure})


@transaction.atomic
def confirm_internal_evaluation(
    *, review: AnnualReview, measure: Measure, entered: Mapping[str, Any], proposed: EvaluationGrade | None, seen_version: int, by: User
) -> InternalEvaluation:
    """Save and confirm: the divisions and the council see it from now on. Raises as `save_internal_evaluation`, also without a grade or a course.

    The effect may stay open: 内閣府 asks for it of measures that grants pay for.
    """
    row = _internal_evaluation(review, measure, entered, proposed, seen_version, by)
    missing = {name: text for name, text in NEEDED_TO_CONFIRM.items() if not entered.get(name)}
    if missing:
        raise ValidationError(missing)
    values = {**entered, "proposed_grade": proposed, "confirmed_at": timezone.now()}
    return write(row, values, by=by, reason="確定する", unique={"review": review, "measure": measure})


@transaction.atomic
def unconfirm_internal_evaluation(*, evaluation: InternalEvaluation, reason: str, seen_version: int, by: User) -> InternalEvaluation:
    """Take the confirmation back; readers do not see it until it is confirmed again. Raises as `return_self_evaluation`."""
    return _unconfirmed(evaluation, Work.INTERNAL_EVALUATION, reason, seen_version, by)


def _internal_evaluation(
    review: AnnualReview, measure: Measure, entered: Mapping[str, Any], proposed: EvaluationGrade | None, seen_version: int, by: User
) -> InternalEvaluation:
    require_planning(by)
    _require_open(review, Work.INTERNAL_EVALUATION)
    grade = entered.get("grade")
    if grade is not None and grade.scale_id != review.scale_id:
        raise ValidationError({"grade": OTHER_SCALE})
    if grade is not None and proposed is not None and grade != proposed and not entered.get("grade_reason"):
        raise ValidationError({"grade_reason": DIFFERS.format(proposed=proposed.label)})
    return _unconfirmed_yet(_seen(InternalEvaluation(review=review, measure=measure), seen_version))


@transaction.atomic
def save_council_evaluation(
    *, review: AnnualReview, measure: Measure, entered: Mapping[str, str], seen_version: int, by: User
) -> CouncilEvaluation:
    """Keep what the council says as the secretariat writes it down. `entered` holds rating and summary (at most SUMMARY_CHARACTERS characters).

    Raises PermissionDenied unless `by` plans, ValidationError (by field), ConflictError.
    """
    row = _council_evaluation(review, measure, entered, seen_version, by)
    return write(row, dict(entered), by=by, unique={"review": review, "measure": measure})


@transaction.atomic
def confirm_council_evaluation(
    *, review: AnnualReview, measure: Measure, entered: Mapping[str, str], seen_version: int, by: User
) -> CouncilEvaluation:
    """Save and confirm. Raises as `save_council_evaluation`, also without a rating."""
    row = _council_evaluation(review, measure, entered, seen_version, by)
    if not entered.get("rating"):
        raise ValidationError({"rating": GRADE_MISSING})
    return write(row, {**entered, "confirmed_at": timezone.now()}, by=by, reason="確定する", unique={"review": review, "measure": measure})


@transaction.atomic
def unconfirm_council_evaluation(*, evaluation: CouncilEvaluation, reason: str, seen_version: int, by: User) -> CouncilEvaluation:
    """Take the confirmation back. Raises as `return_self_evaluation`."""
    return _unconfirmed(evaluation, Work.COUNCIL_EVALUATION, reason, seen_version, by)


def _council_evaluation(review: AnnualReview, measure: Measure, entered: Mapping[str, str], seen_version: int, by: User) -> CouncilEvaluation:
    require_planning(by)
    _require_open(review, Work.COUNCIL_EVALUATION)
    length = len(entered.get("summary", ""))
    if length > SUMMARY_CHARACTERS:
        raise ValidationError({"summary": TOO_LONG.format(length=length)})
    return _unconfirmed_yet(_seen(CouncilEvaluation(review=review, measure=measure), seen_version))


def _unconfirmed(row: Row, work: Work, reason: str, seen_version: int, by: User) -> Row:
    require_planning(by)
    _require_reason(reason)
    _require_open(row.review, work)
    return write(locked(row, seen_version), {"confirmed_at": None}, by=by, reason=reason)


def _seen(new: Row, seen_version: int, **also) -> Row:
    """The stored row of that review and measure, locked, or the new one. Raises ConflictError when it is another version than was seen."""
    rows = type(new).objects.select_for_update(of=("self",)).filter(review=new.review, measure=new.measure, **also)
    stored = rows.first()
    if (stored.version if stored else 0) != seen_version:
        raise ConflictError(stored)
    return stored or new


def _unconfirmed_yet(row: Row) -> Row:
    """What is confirmed is not written over by whoever had the page open before. Raises ValidationError."""
    if row.confirmed_at is not None:
        raise ValidationError(CONFIRMED)
    return row


def _require_open(review: AnnualReview, work: Work) -> None:
    """The review's lock keeps its stage from moving until this is written. Raises ValidationError while that work is closed."""
    stage = AnnualReview.objects.select_for_update(of=("self",)).values_list("stage", flat=True).get(pk=review.pk)
    if not is_open(work, Stage(stage)):
        raise ValidationError(f"いまは「{Stage(stage).label}」の段階のため、「{work.label}」はできません。画面を読み込み直してください。")


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": REASON_MISSING})
