"""担当の引き継ぎ: one division's or person's indicators go to another, shown first and with a way back."""
from dataclasses import astuple

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from collecting.actions import Duty, hand_over, take_back
from collecting.forms import HandOverForm
from collecting.frame import WorkFrame, work_action, work_frame, work_page
from collecting.views.collections import PLAN

SALT = "collecting.hand_over"
NOTHING_TO_TAKE_BACK = "元に戻せる引き継ぎがありません。引き継ぎ元と引き継ぎ先を選び直してください。"


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over_duties(request, slug):
    """Choose who gives and who takes (GET), see which indicators would move, send them on (POST)."""
    frame = work_frame(request, slug, PLAN)
    sent = request.POST if request.method == "POST" else request.GET
    form = HandOverForm(frame.strategy, data=sent if "giver" in sent else None, initial=_proposed(request))
    if request.method == "POST" and form.is_valid():
        return _hand_over(request, frame, form)
    context = {"frame": frame, "form": form, "moving": form.moving() if form.is_valid() else None, "done": _done(request)}
    if form.is_valid():
        context |= {"giver": form.name_of("giver"), "taker": form.name_of("taker")}
    return render(request, "collecting/hand_over.html", context, status=422 if form.errors else 200)


def _proposed(request) -> dict[str, str]:
    return {"giver": request.GET.get("from", "")}


def _hand_over(request, frame: WorkFrame, form: HandOverForm) -> HttpResponse:
    only = [int(key) for key in request.POST.getlist("indicator") if key.isascii() and key.isdigit() and len(key) < 19]
    duties = hand_over(strategy=frame.strategy, by=request.user, reason=request.POST.get("reason", "").strip(), only=only, **form.parties())
    if not duties:
        messages.warning(request, "引き継ぐ指標が選ばれていません。指標に印を付けてください。")
        return redirect(f"{reverse('hand_over', args=[frame.strategy.slug])}?giver={form.cleaned_data['giver']}&taker={form.cleaned_data['taker']}")
    messages.info(request, f"{len(duties)}件の指標を、{form.name_of('giver')}から{form.name_of('taker')}へ引き継ぎました。")
    done = signing.dumps([astuple(duty) for duty in duties], salt=SALT, compress=True)
    return redirect(f"{reverse('hand_over', args=[frame.strategy.slug])}?done={done}")


def _done(request) -> list[Duty] | None:
    return _duties(request.GET.get("done", ""))


def _duties(token: str) -> list[Duty] | None:
    """What a handing over moved, as this site signed it; None for anything else."""
    try:
        return [Duty(*each) for each in signing.loads(token, salt=SALT)]
    except signing.BadSignature:
        return None


@work_action("hand_over")
def hand_over_undo(request, slug):
    """Take a handing over back; `done` says which."""
    frame = work_frame(request, slug, PLAN)
    duties = _duties(request.POST.get("done", ""))
    if duties is None:
        messages.warning(request, NOTHING_TO_TAKE_BACK)
    else:
        back = take_back(strategy=frame.strategy, duties=duties, by=request.user)
        messages.info(request, f"{back}件の指標の担当を、元に戻しました。")
    return redirect("hand_over", slug)
