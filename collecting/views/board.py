"""提出状況: the board of one collection, what the planning side does there, and the texts that remind."""
import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from collecting.actions import Moved, move_seen, reopen
from collecting.board import board_for
from collecting.forms import ReopenForm
from collecting.frame import WorkFrame, work_action, work_frame, work_page
from collecting.models import Collection
from collecting.reminders import notices
from collecting.sheet_rows import shown_content
from collecting.views.collections import PLAN, VIEW, collection_of
from common.fiscal import era_date
from kpis.entry_states import Move
from kpis.models import Actual

TOKEN = re.compile("([0-9]{1,18})-([0-9]{1,9})")
CHOOSE_VALUES = "値が選ばれていません。「提出済み」の値に印を付けてから、もう一度押してください。"
WAY_BACK = {
    Move.CHECK: "{count}件を確認済みにしました。直すときは、その値の「再開する」で、担当課がまた入力できます。",
    Move.RETURN: "{count}件を差し戻しました。担当課が直して、もう一度提出します。",
}
LEFT = "{keys} は、この画面を開いた後に変わったため、そのままにしました。いまの値を確かめてください。"


@work_page
@require_GET
def collection_board(request, slug, fiscal_year):
    """How far each division has come; `?show=` is the name of a filter. Divisions see their own line."""
    frame = work_frame(request, slug, VIEW)
    return _board_page(request, frame, collection_of(frame, fiscal_year))


def _board_page(request, frame: WorkFrame, collection: Collection, error: str = "", status: int = 200) -> HttpResponse:
    """The board; with an error it keeps what was ticked and written."""
    board = board_for(collection, request.user, request.GET.get("show", ""))
    context = {"frame": frame, "board": board, "error": error, "ticked": request.POST.getlist("value"), "reason": request.POST.get("reason", "")}
    return render(request, "collecting/board.html", context, status=status)


@work_action("collection_board")
def collection_check(request, slug, fiscal_year):
    """Take the ticked values as right."""
    return _move(request, slug, fiscal_year, Move.CHECK)


@work_action("collection_board")
def collection_return(request, slug, fiscal_year):
    """Give the ticked values back with a `reason`."""
    return _move(request, slug, fiscal_year, Move.RETURN)


def _move(request, slug: str, fiscal_year: int, move: Move) -> HttpResponse:
    frame = work_frame(request, slug, PLAN)
    collection, seen = collection_of(frame, fiscal_year), _seen(request.POST.getlist("value"))
    if not seen:
        return _board_page(request, frame, collection, CHOOSE_VALUES, status=422)
    try:
        moved = move_seen(collection=collection, move=move, seen=seen, by=request.user, reason=request.POST.get("reason", "").strip())
    except ValidationError as error:
        return _board_page(request, frame, collection, " ".join(error.messages), status=422)
    _say(request, move, moved)
    query = request.META["QUERY_STRING"]
    return redirect(reverse("collection_board", args=[slug, fiscal_year]) + (f"?{query}" if query else ""))


def _seen(tokens: list[str]) -> dict[int, int]:
    """The versions that were shown, by the values' keys; anything else than our own tokens is passed over."""
    found = (TOKEN.fullmatch(token) for token in tokens)
    return {int(each[1]): int(each[2]) for each in found if each}


def _say(request, move: Move, moved: Moved) -> None:
    if moved.rows:
        messages.info(request, WAY_BACK[move].format(count=len(moved.rows)))
    if moved.left:
        messages.warning(request, LEFT.format(keys="、".join(row.indicator.key for row in moved.left)))
    if not moved.rows and not moved.left:
        messages.info(request, "選んだ値は、すでにその状態です。")


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def value_reopen(request, slug, fiscal_year, actual):
    """Let the division enter a checked value again: asks why and until when, which readers will see."""
    frame = work_frame(request, slug, PLAN)
    collection = collection_of(frame, fiscal_year)
    rows = Actual.objects.select_related("indicator__division").filter(indicator__collections=collection, fiscal_year=fiscal_year)
    actual = get_object_or_404(rows, pk=actual)
    form = ReopenForm(data=request.POST or None)
    if request.method == "POST" and form.is_valid() and _reopened(form, actual, request.user):
        messages.info(request, f"{actual.indicator.key} の入力を、{era_date(form.cleaned_data['until'])}まで再開しました。")
        return redirect(f"{reverse('collection_board', args=[slug, fiscal_year])}#row-{actual.indicator_id}")
    shown = shown_content(actual, actual.indicator.decimals) + (actual.indicator.unit if actual.value is not None else "")
    context = {"frame": frame, "collection": collection, "actual": actual, "shown": shown, "form": form}
    return render(request, "collecting/reopen.html", context, status=422 if form.errors else 200)


def _reopened(form: ReopenForm, actual: Actual, user) -> bool:
    """Whether it could be done; what stands in the way goes to its field."""
    try:
        reopen(actual=actual, by=user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


@work_page
@require_GET
def collection_reminders(request, slug, fiscal_year):
    """One text for each division that owes something, to copy into whatever the city hall writes to its divisions with."""
    frame = work_frame(request, slug, PLAN)
    collection = collection_of(frame, fiscal_year)
    url = request.build_absolute_uri(reverse("entry_sheet", args=[slug, fiscal_year]))
    context = {"frame": frame, "collection": collection, "notices": notices(board_for(collection, request.user), url)}
    return render(request, "collecting/reminders.html", context)
