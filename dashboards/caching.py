"""Pages for visitors are rendered once per revision and day, then answered from memory or with 304.

The HTML that signed-in readers share is kept by the {% cache %} tag in the page's template under Frame.key.
"""
from functools import wraps

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control

from accounts.versions import content_version
from dashboards.frame import SignInFirst, sign_in_first

KEPT_SECONDS = 24 * 60 * 60
KEPT_PARAMETERS = {"year"}


def page(view):
    """A page of the site: kept for visitors, private for those signed in, and a way to the sign-in page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            if request.user.is_authenticated:
                return _private(view(request, *args, **kwargs))
            if request.method != "GET" or not KEPT_PARAMETERS.issuperset(request.GET):
                return view(request, *args, **kwargs)
            return _kept(request, lambda: view(request, *args, **kwargs))
        except SignInFirst:
            return sign_in_first(request)

    return wrapped


def _private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _kept(request: HttpRequest, render) -> HttpResponse:
    version = content_version()
    etag = f'"{version}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    key = f"page:{version}:{request.get_full_path()}"
    kept = cache.get(key)
    if kept is None:
        response = render()
        if response.status_code != 200:
            return response
        kept = (response.content, response.headers["Content-Type"])
        cache.set(key, kept, KEPT_SECONDS)
    return HttpResponse(kept[0], content_type=kept[1], headers={"ETag": etag, "Cache-Control": "no-cache"})
