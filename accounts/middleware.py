"""Tells every page that something may have changed."""
from accounts.models import Revision

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class RevisionMiddleware:
    """Advances the revision after each request of a signed-in person that may have written.

    It runs after the view's transaction is committed, so a page kept under the new number holds the new data.
    Signing in or out writes nothing that a page shows. Commands that write call `Revision.advance()` themselves.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in SAFE_METHODS or not request.user.is_authenticated:
            return self.get_response(request)
        response = self.get_response(request)
        if request.user.is_authenticated:
            Revision.advance()
        return response
