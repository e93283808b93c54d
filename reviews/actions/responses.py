"""The city's answers to the council 「市の回答」: drafted, made final, sent back with a reason, and open across years until they are done."""
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from reviews.access import plans, require_planning
from reviews.actions.writing import ConflictError, write
from reviews.models import AnnualReview, JointOpinion, Response
from reviews.stages import Work, is_open
from reviews.vocabulary import ResponseState, Stage, Treatment

WRITTEN_FIELDS = ("treatment", "text")
PLANNED_FIELDS = ("division", "due_on")
NOT_YOURS = "この意見への回答は、あなたの課の担当ではありません。"
CLOSED = "回答を書けるのは、外部評価からです。いまは「{stage}」の段階です。"
FINAL_ALREADY = "この回答は確定しています。直すときは、企画担当が下書きへ戻します。"
NOT_FINAL = "この回答は、まだ確定していません。"
REASON_MISSING = "理由を書いてください。"
NOTHING_TO_DO = "対応が「{treatment}」のため、済んだ日はありません。"
IN_THE_FUTURE = "済んだ日は、今日までの日にしてください。"


def may_write_response(user: User, response: Response | None) -> bool:
    """Whether that person may write that answer: the owning division, or the planning side."""
    if plans(user):
        return True
    return response is not None and user.has_perm("reviews.change_response") and response.division_id is not None and response.division_id == user.division_id


@transaction.atomic
def save_response(*, opinion: JointOpinion, values: Mapping[str, Any], seen_version: int, by: User, makes_final: bool = False) -> Response:
    """Keep the answer as a draft, or make it final 「確定する」. `values` holds WRITTEN_FIELDS, from the planning side PLANNED_FIELDS as well.

    `seen_version` is 0 where there was no answer. Raises PermissionDenied for another division, ValidationError before the outside
    evaluation, when it is final already or incomplete, ConflictError when somebody wrote it meanwhile.
    """
    found = _locked(opinion, seen_version, by)
    _require_open(opinion.review)
    if found is not None and found.state == ResponseState.FINAL:
        raise ValidationError(FINAL_ALREADY)
    row = found or Response(opinion=opinion)
    wanted = {name: values[name] for name in _fields(by) if name in values}
    if makes_final:
        wanted |= {"state": ResponseState.FINAL, "return_reason": ""}
    return write(row, wanted, by=by, reason="回答の確定" if makes_final else "", unique={"opinion": opinion})


def _fields(by: User) -> tuple[str, ...]:
    return WRITTEN_FIELDS + PLANNED_FIELDS if plans(by) else WRITTEN_FIELDS


@transaction.atomic
def return_response(*, opinion: JointOpinion, reason: str, seen_version: int, by: User) -> Response:
    """Make a final answer a draft again, with a reason its division reads. Raises PermissionDenied unless `by` plans, else as `save_response`."""
    require_planning(by)
    found = _locked(opinion, seen_version, by)
    _require_open(opinion.review)
    if found is None or found.state != ResponseState.FINAL:
        raise ValidationError(NOT_FINAL)
    if not reason.strip():
        raise ValidationError({"return_reason": REASON_MISSING})
    values = {"state": ResponseState.DRAFT, "return_reason": reason.strip(), "done_on": None, "done_note": ""}
    return write(found, values, by=by, reason=f"下書きへ戻す：{reason.strip()}")


@transaction.atomic
def mark_done(*, opinion: JointOpinion, done_on: date, note: str, seen_version: int, by: User) -> Response:
    """Say what came of a promise and when; only then the answer is closed. In every later year too. Raises as `save_response`."""
    found = _locked(opinion, seen_version, by)
    if found is None or found.state != ResponseState.FINAL:
        raise ValidationError(NOT_FINAL)
    if found.treatment in (Treatment.NOT_ADOPTED, Treatment.ALREADY_DONE):
        raise ValidationError({"done_on": NOTHING_TO_DO.format(treatment=Treatment(found.treatment).label)})
    if done_on > timezone.localdate():
        raise ValidationError({"done_on": IN_THE_FUTURE})
    return write(found, {"done_on": done_on, "done_note": note.strip()}, by=by, reason="対応が済んだ")


@transaction.atomic
def reopen_response(*, opinion: JointOpinion, seen_version: int, by: User) -> Response:
    """Take 「済み」 back. Raises as `save_response`."""
    found = _locked(opinion, seen_version, by)
    if found is None:
        raise ValidationError(NOT_FINAL)
    return write(found, {"done_on": None, "done_note": ""}, by=by, reason="済みの取り消し")


def _locked(opinion: JointOpinion, seen_version: int, by: User) -> Response | None:
    """The answer with its lock; None where there is none. Raises PermissionDenied and ConflictError."""
    # The review's lock first: its stage does not move, and nothing is frozen, until this is written.
    AnnualReview.objects.select_for_update(of=("self",)).get(pk=opinion.review_id)
    found = Response.objects.select_for_update(of=("self",)).filter(opinion=opinion).first()
    if not may_write_response(by, found):
        raise PermissionDenied(NOT_YOURS)
    if (found.version if found else 0) != seen_version:
        raise ConflictError(found)
    return found


def _require_open(review: AnnualReview) -> None:
    stage = AnnualReview.objects.values_list("stage", flat=True).get(pk=review.pk)
    if not is_open(Work.RESPONSE, Stage(stage)):
        raise ValidationError(CLOSED.format(stage=Stage(stage).label))
