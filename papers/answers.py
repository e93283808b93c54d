"""A paper as the answer to a request: the kinds of file, their Japanese names, and how long they may be kept."""
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.versions import content_version
from dashboards.frame import SignInFirst, sign_in_first
from papers.excel import workbook_of
from papers.parts import Paper
from papers.pdf import pdf_of
from papers.word import document_of

OFFICE = "application/vnd.openxmlformats-officedocument"
KEPT_SECONDS = 60 * 60
KEPT_PARAMETERS = {"year"}


@dataclass(frozen=True)
class Kind:
    """A kind of file: its ending, media type, and what makes it."""

    ending: str
    media_type: str
    write: Callable[[Paper], bytes]


KINDS = {
    kind.ending: kind
    for kind in (
        Kind("pdf", "application/pdf", pdf_of),
        Kind("xlsx", f"{OFFICE}.spreadsheetml.sheet", workbook_of),
        Kind("docx", f"{OFFICE}.wordprocessingml.document", document_of),
    )
}


def kind_of(ending: str) -> Kind:
    """Raises Http404 for a file that is not made."""
    if ending not in KINDS:
        raise Http404("資料は、pdf・xlsx・docx のどれかで保存できます。")
    return KINDS[ending]


def answer(kind: Kind, paper: Paper) -> HttpResponse:
    """The file to be saved under its Japanese name."""
    headers = {"Content-Disposition": content_disposition_header(True, f"{paper.file_name}.{kind.ending}")}
    return HttpResponse(kind.write(paper), content_type=kind.media_type, headers=headers)


def paper_file(view):
    """A paper for everybody who may see the year. Visitors' files are made once per state of the data; those of people signed in are private."""

    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            if request.user.is_authenticated:
                response = view(request, *args, **kwargs)
                patch_cache_control(response, private=True, no_store=True)
                return response
            return _kept(request, lambda: view(request, *args, **kwargs))
        except SignInFirst:
            return sign_in_first(request)

    return wrapped


def _kept(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """A visitor's file, made anew only when something changed."""
    if not KEPT_PARAMETERS.issuperset(request.GET):
        return make()
    version = content_version()
    etag = f'"{version}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    key = f"paper:{version}:{request.get_full_path()}"
    kept = cache.get(key)
    if kept is None:
        response = make()
        kept = (response.content, response.headers["Content-Type"], response.headers["Content-Disposition"])
        cache.set(key, kept, KEPT_SECONDS)
    content, media_type, disposition = kept
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": disposition, "ETag": etag, "Cache-Control": "no-cache"})
