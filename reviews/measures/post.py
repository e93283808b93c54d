"""What is sent from a measure's page: reads the form, calls the action, and keeps what was typed where it could not be done."""
from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError
from django.http import Http404

from accounts.models import Division
from goals.models import Measure
from reviews.actions import evaluations
from reviews.actions.evaluations import InitiativeEntry
from reviews.actions.writing import ConflictError
from reviews.frame import ReviewFrame
from reviews.measures.fields import Attempt
from reviews.measures.states import kpis_of, proposal_for
from reviews.models import CouncilEvaluation, InternalEvaluation, SelfEvaluation
from reviews.texts import kept_text

SELF_FIELDS = ("achievements", "issues", "next_steps")
DONE = {
    "self_save": "自己評価の下書きを保存しました。",
    "self_submit": "自己評価を提出しました。",
    "self_return": "自己評価を差し戻しました。担当課に、理由が表示されます。",
    "initiatives_save": "具体的取組の状況を保存しました。",
    "internal_save": "庁内検討会議の評価を、下書きとして保存しました。",
    "internal_confirm": "庁内検討会議の評価を確定しました。直すときは「確定を取り消す」を押します。",
    "internal_unconfirm": "庁内検討会議の評価の確定を取り消しました。",
    "council_save": "推進会議の評価を、下書きとして保存しました。",
    "council_confirm": "推進会議の評価を確定しました。直すときは「確定を取り消す」を押します。",
    "council_unconfirm": "推進会議の評価の確定を取り消しました。",
}


def text_of(sent: Mapping[str, str], name: str) -> str:
    """A text as it is kept, with nothing around it."""
    return kept_text(sent.get(name, "")).strip()


def number_of(sent: Mapping[str, str], name: str) -> int:
    """A version or a key; 0 for anything that is none."""
    text = sent.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def form_of(sent: Mapping[str, str]) -> str:
    """The name of the form that something was sent from, which is also its place on the page. Raises Http404 for none of ours."""
    then = sent.get("then", "")
    if then not in DONE:
        raise Http404
    kind = then.partition("_")[0]
    return f"self-{number_of(sent, 'division')}" if kind == "self" else kind


def write_sent(frame: ReviewFrame, measure: Measure, sent: Mapping[str, str]) -> Attempt | None:
    """Do what was sent; None when it is done. Raises PermissionDenied for whom it is not."""
    form, act = form_of(sent), WRITERS[sent["then"]]
    typed = {name: sent[name].replace("\r\n", "\n") for name in sent}
    try:
        act(frame, measure, sent)
    except ConflictError as clash:
        return Attempt(form, typed, is_clash=True, stored=clash.stored)
    except ValidationError as error:
        errors = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
        return Attempt(form, typed, errors)
    return None


def _write_self(frame: ReviewFrame, measure: Measure, sent: Mapping[str, str]) -> None:
    key = number_of(sent, "division")
    division = Division.objects.filter(pk=key).first() if key else None
    act = evaluations.submit_self_evaluation if sent["then"] == "self_submit" else evaluations.save_self_evaluation
    entered = {name: text_of(sent, name) for name in SELF_FIELDS}
    act(review=frame.review, measure=measure, division=division, entered=entered, seen_version=number_of(sent, "version"), by=frame.user)


def _return_self(frame: ReviewFrame, measure: Measure, sent: Mapping[str, str]) -> None:
    rows = SelfEvaluation.objects.filter(review=frame.review, measure=measure, division=number_of(sent, "division") or None)
    _take_back(evaluations.return_self_evaluation, rows, frame, sent)


def _write_initiatives(frame: ReviewFrame, measure: Measure, sent: Mapping[str, str]) -> None:
    entries = [
        InitiativeEntry(each.pk, sent.get(f"state-{each.pk}", ""), text_of(sent, f"note-{each.pk}"), number_of(sent, f"version-{each.pk}"))
        for each in measure.initiatives.all()
    ]
    evaluations.save_initiatives(review=frame.review, measure=measure, entries=entries, by=frame.user)


def _write_internal(frame: ReviewFrame, measure: Measure, sent: Mapping[str, str]) -> None:
    grades = list(frame.review.scale.grades.all())
    entered = {name: text_of(sent, name) for name in ("grade_reason", "effect", "course", "comment")}
    entered["grade"] = next((each for each in grades if each.pk == number_of(sent, "grade")), None)
    proposed = proposal_for(frame, kpis_of(frame, measure), grades).grade
    act = evaluations.confirm_internal_evaluation if sent["then"] == "internal_confirm" else evaluations.save_internal_evaluation
    act(review=frame.review, measure=measure, entered=entered, proposed=proposed, seen_version=number_of(sent, "version"), by=frame.user)


def _unconfirm_internal(frame: ReviewFrame, measure: Measure, sent: Mapping[str, str]) -> None:
    rows = InternalEvaluation.objects.filter(review=frame.review, measure=measure)
    _take_back(evaluations.unconfirm_internal_evaluation, rows, frame, sent)


def _write_council(frame: ReviewFrame, measure: Measure, sent: Mapping[str, str]) -> None:
    entered = {name: text_of(sent, name) for name in ("rating", "summary")}
    act = evaluations.confirm_council_evaluation if sent["then"] == "council_confirm" else evaluations.save_council_evaluation
    act(review=frame.review, measure=measure, entered=entered, seen_version=number_of(sent, "version"), by=frame.user)


def _unconfirm_council(frame: ReviewFrame, measure: Measure, sent: Mapping[str, str]) -> None:
    rows = CouncilEvaluation.objects.filter(review=frame.review, measure=measure)
    _take_back(evaluations.unconfirm_council_evaluation, rows, frame, sent)


def _take_back(act: Callable, rows, frame: ReviewFrame, sent: Mapping[str, str]) -> None:
    """Raises Http404 where there is nothing to take back."""
    evaluation = rows.select_related("review").first()
    if evaluation is None:
        raise Http404
    act(evaluation=evaluation, reason=text_of(sent, "reason"), seen_version=number_of(sent, "version"), by=frame.user)


WRITERS = {
    "self_save": _write_self,
    "self_submit": _write_self,
    "self_return": _return_self,
    "initiatives_save": _write_initiatives,
    "internal_save": _write_internal,
    "internal_confirm": _write_internal,
    "internal_unconfirm": _unconfirm_internal,
    "council_save": _write_council,
    "council_confirm": _write_council,
    "council_unconfirm": _unconfirm_council,
}
