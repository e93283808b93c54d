"""Who may fetch what, and the answers every data file shares: 304, 403, 404, and the headers around them."""
from functools import wraps

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from accounts.versions import content_version
from common.fiscal import era_long
from goals.models import PublicScope, Strategy
from kpis.board import visible_years


class Refused(Exception):
    """The request gets no data: an HTTP status and a message in Japanese that says what to do."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status, self.message = status, message


def open_strategies(user) -> QuerySet[Strategy]:
    """The strategies whose data that reader may fetch, the current one first."""
    strategies = Strategy.objects.all()
    return strategies if user.is_authenticated else strategies.exclude(public_scope=PublicScope.NOTHING)


def strategy_asked(request: HttpRequest) -> Strategy:
    """What `?strategy=` asks for, or the current one. Raises Refused: 404 for an unknown one, 403 where visitors see nothing."""
    # PostgreSQL refuses to be asked for NUL; no name has it.
    slug = request.GET.get("strategy", "").replace("\x00", "?")
    found = Strategy.objects.filter(slug=slug).first() if slug else Strategy.objects.first()
    if found is None:
        raise Refused(404, "その名前の総合戦略はありません。strategy を確かめてください。" if slug else "総合戦略がまだ登録されていません。")
    if not request.user.is_authenticated and found.public_scope == PublicScope.NOTHING:
        raise Refused(403, "この総合戦略のデータは公開していません。サインインしてから開いてください。")
    return found


def years_asked(request: HttpRequest, strategy: Strategy) -> list[int]:
    """The fiscal years the reader sees, oldest first, or the one `?year=` asks for. Raises Refused with 404 for any other."""
    text, visible = request.GET.get("year", ""), visible_years(strategy, request.user)
    years = [year for year in visible if text in ("", str(year))]
    if not years:
        first, last = (f"{year}（{era_long(year)}）" for year in (visible[0], visible[-1]))
        raise Refused(404, f"その年度のデータはありません。year には {first}から {last}までを書いてください。")
    return years


def data_file(view):
    """An address that machines fetch with GET or HEAD. Unchanged data answers 304 after one query.

    Visitors' answers are open to scripts of every site; those of people who are signed in are kept private.
    """
    answer = condition(etag_func=_etag)(view)

    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        try:
            response = answer(request)
        except Refused as refused:
            response = JsonResponse({"status": refused.status, "message": refused.message}, status=refused.status, json_dumps_params={"ensure_ascii": False})
        return _with_headers(request, response)

    return wrapped


def _etag(request: HttpRequest) -> str:
    reader = request.user.pk if request.user.is_authenticated else "visitor"
    return f'"{content_version()}-{reader}"'


def _with_headers(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, no_cache=True)
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response
