"""What somebody sent after the session had expired: kept until the same person has signed in again, so that nothing typed is lost."""
import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

KEY, COOKIE, SALT = "unsent", "worker", "accounts.unsent"
KEPT_FOR = 60 * 60  # seconds
MOST_CHARACTERS = 300_000
NOT_KEPT = ("csrfmiddlewaretoken",)


@dataclass(frozen=True)
class Unsent:
    """The fields of a form that was not taken, in their order."""

    fields: tuple[tuple[str, str], ...]
    has_files: bool

    @property
    def texts(self) -> list[str]:
        """What people recognise as their own words: not keys, versions and choices, which are written in ASCII."""
        return [value for _, value in self.fields if not value.isascii()]


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Let the browser say who works in it after the session is over; the signature keeps others from saying so."""
    if request.COOKIES.get(COOKIE) is None or _worker(request) != request.user.pk:
        age = settings.SESSION_COOKIE_AGE * 2
        response.set_signed_cookie(
            COOKIE, request.user.pk, salt=SALT, max_age=age, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )


def keep(request: HttpRequest) -> None:
    """Put aside what a visitor sent who worked here before. Of anybody else nothing is kept: it could not be told whose it is."""
    worker = _worker(request)
    fields = [(name, value) for name, values in request.POST.lists() if name not in NOT_KEPT for value in values]
    if worker is None or sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS:
        return
    request.session[KEY] = {"worker": worker, "path": request.get_full_path(), "at": time.time(), "fields": fields, "files": bool(request.FILES)}


def kept_for(request: HttpRequest) -> Unsent | None:
    """What this person sent to this address before signing in again; None where there is nothing. Anybody else's is gone."""
    kept = request.session.get(KEY)
    if kept is None:
        return None
    if kept["worker"] != request.user.pk or time.time() - kept["at"] > KEPT_FOR:
        del request.session[KEY]
        return None
    return Unsent(tuple((name, value) for name, value in kept["fields"]), kept["files"]) if kept["path"] == request.get_full_path() else None


def forget(request: HttpRequest) -> None:
    """It was sent again, or is not to be."""
    if request.session.get(KEY, {}).get("path") == request.get_full_path():
        del request.session[KEY]


def _worker(request: HttpRequest) -> int | None:
    found = request.get_signed_cookie(COOKIE, None, salt=SALT)
    return int(found) if found and found.isdigit() else None
