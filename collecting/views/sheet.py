"""実績の入力: the entry sheet, one cell of it, and handing it in."""
import json
from dataclasses import asdict, dataclass
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.roles import Sees
from collecting.actions import submit
from collecting.cells import RowFields
from collecting.files import ACCEPTED
from collecting.frame import WorkFrame, work_action, work_frame, work_page
from collecting.models import Collection
from collecting.row_entry import Outcome, take_row
from collecting.sheet import Sheet, row_for, sheet_for
from collecting.sheet_post import save_sheet, with_refusals
from collecting.sheet_rows import SheetRow
from collecting.views.collections import PLAN, planning_start
from common.japanese import exact, plain_text
from kpis.models import Indicator

PERMISSION = "collecting.view_collection"
LONGEST_BODY = 100_000
SIGNED_OUT = "サインインの期限が切れました。入力した値は、この画面に残っています。"
LED_TO_SHEET = "入力表を開きました。入力した値が残っているか、確かめてください。"
UNREADABLE = "送られた内容を読めませんでした。画面を読み込み直してください。"


@dataclass(frozen=True)
class SheetRequest:
    """Who asks for which collection's sheet."""

    frame: WorkFrame
    collection: Collection
    user: User
    division_pk: int | None = None

    def sheet(self) -> Sheet:
        return sheet_for(self.collection, self.user, self.division_pk)

    def url(self, sheet: Sheet) -> str:
        return reverse("entry_sheet", args=[self.frame.strategy.slug, self.collection.fiscal_year]) + sheet.query


def asked(request, slug: str, fiscal_year: int) -> SheetRequest:
    """Raises PermissionDenied for whoever enters nothing, Http404 for an unknown strategy or a year that nobody asks for."""
    frame = work_frame(request, slug, PERMISSION)
    collection = get_object_or_404(Collection.objects.select_related("strategy", "opened_by__division"), strategy=frame.strategy, fiscal_year=fiscal_year)
    division = request.GET.get("division", "")
    is_chosen = request.user.sees is Sees.EVERYTHING and division.isascii() and division.isdigit() and len(division) < 10
    return SheetRequest(frame, collection, request.user, int(division) if is_chosen else None)


def script_action(view):
    """For scripts, which send: 401 with a sentence instead of a way to the sign-in page. Whoever opens the address is led to the entry sheet."""
    @never_cache
    @wraps(view)
    def answer(request, slug, **arguments):
        if request.method != "POST":
            return _led_to_sheet(request, slug, fiscal_year=arguments.get("fiscal_year"))
        if not request.user.is_authenticated:
            return JsonResponse({"message": SIGNED_OUT}, status=401)
        return view(request, slug, **arguments)
    return answer


@work_page
def _led_to_sheet(request, slug, fiscal_year):
    messages.info(request, LED_TO_SHEET)
    return redirect("entry_sheet", slug, fiscal_year) if fiscal_year else redirect("entry", slug)


@work_page
def entry(request, slug):
    """Leads divisions to the sheet of the newest open collection, or says that there is none; the planning side to its board."""
    frame = work_frame(request, slug, PERMISSION)
    if request.user.has_perm(PLAN):
        return planning_start(frame)
    newest = Collection.objects.open_for(frame.strategy).first()
    if newest is None:
        return render(request, "collecting/no_collection.html", {"frame": frame})
    return redirect("entry_sheet", slug, newest.fiscal_year)


@work_page
@require_http_methods(["GET", "HEAD", "POST"])
def entry_sheet(request, slug, fiscal_year):
    """The sheet of one's division; `?division=<pk>` is for the planning side. A POST saves the whole form and shows again what could not be taken."""
    ask = asked(request, slug, fiscal_year)
    sheet = ask.sheet()
    if request.method != "POST":
        return _page(request, ask, sheet)
    refused, sheet = save_sheet(sheet, request.POST, request.FILES, by=ask.user), ask.sheet()
    if refused:
        return _page(request, ask, with_refusals(sheet, refused), status=422)
    if request.POST.get("then") == "submit":
        # The explanation has an address of its own, so that its links lead back to the rows.
        return redirect(reverse("entry_submit", args=[slug, fiscal_year]) + sheet.query, preserve_request=True)
    messages.info(request, "保存しました。")
    return redirect(ask.url(sheet))


def _page(request, ask: SheetRequest, sheet: Sheet, status: int = 200) -> HttpResponse:
    return render(request, "collecting/sheet.html", {"frame": ask.frame, "sheet": sheet, "accepted": ACCEPTED}, status=status)


@work_action("entry_sheet")
def entry_submit(request, slug, fiscal_year):
    """Hand in what is entered. With anything missing or doubtful it first explains, until `confirmed` is sent."""
    ask = asked(request, slug, fiscal_year)
    return _submit_or_explain(request, ask, ask.sheet())


def _submit_or_explain(request, ask: SheetRequest, sheet: Sheet) -> HttpResponse:
    is_asked_twice = bool(sheet.missing or sheet.doubtful or not sheet.ready)
    if is_asked_twice and not (request.POST.get("confirmed") and sheet.ready):
        return render(request, "collecting/sheet_submit.html", {"frame": ask.frame, "sheet": sheet, "back": ask.url(sheet)})
    moved = submit(actuals=[row.actual for row in sheet.ready], by=ask.user)
    messages.info(request, f"{len(moved)}件を提出しました。企画担当が確認するまでは、差し替えられます。")
    return redirect(ask.url(sheet))


@script_action
def entry_cell(request, slug, fiscal_year, indicator):
    """Save one row, sent as JSON with the fields of RowFields. 200: the row as stored; 409: somebody was first; 422: `problems` by field."""
    ask = asked(request, slug, fiscal_year)
    row, sent = _row(ask, indicator), _sent(request)
    if sent is None:
        return JsonResponse({"problems": {"row": UNREADABLE}}, status=422)
    outcome = take_row(row=row, sent=sent, collection=ask.collection, by=ask.user)
    if not outcome.is_stored:
        return _refusal(request, row, outcome)
    return JsonResponse(row_answer(request, _row(ask, indicator)))


def _row(ask: SheetRequest, indicator: int) -> SheetRow:
    try:
        return row_for(ask.collection, ask.user, indicator)
    except Indicator.DoesNotExist as error:
        raise Http404 from error


def _sent(request) -> RowFields | None:
    """The row in the request's body; None for anything else than a JSON object."""
    try:
        sent = json.loads(request.body) if len(request.body) <= LONGEST_BODY else None
    except ValueError:
        return None
    return RowFields.read(sent.get) if isinstance(sent, dict) else None


def _refusal(request, row: SheetRow, outcome: Outcome) -> JsonResponse:
    if outcome.clash is None:
        return JsonResponse({"problems": outcome.problems, "message": " ".join(outcome.problems.values())}, status=422)
    clash = outcome.clash
    html = render_to_string("collecting/_sheet_clash.html", {"row": row, "clash": clash}, request)
    return JsonResponse({"theirs": asdict(clash.fields), "who": clash.who, "at": clash.at, "shown": clash.shown, "html": html}, status=409)


def row_answer(request, row: SheetRow) -> dict:
    """A stored row for the script: its fields, its state in words, and the parts of the page that follow from it."""
    return {
        "fields": asdict(row.fields),
        "version": int(row.fields.version),
        "state": row.state,
        "row_class": row.marks[0],
        "is_filled": row.has_content,
        "has_message": row.has_message,
        "comparison": row.comparison,
        "doubts": [{"kind": doubt.kind, "text": doubt.text, "suggestion": plain_text(doubt.suggestion and exact(doubt.suggestion)) or None} for doubt in row.doubts],
        "saved_at": f"{timezone.localtime():%-H:%M}",
        "html": {
            "state": render_to_string("collecting/_sheet_state.html", {"row": row}, request),
            "comparison": render_to_string("collecting/_sheet_comparison.html", {"row": row}, request),
            "messages": render_to_string("collecting/_sheet_messages.html", {"row": row}, request),
            "files": render_to_string("collecting/_sheet_files.html", {"row": row, "slug": row.indicator.strategy.slug}, request),
        },
    }
