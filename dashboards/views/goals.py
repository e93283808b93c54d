"""Being built."""
from django.http import Http404


def goal(request, **kwargs):
    raise Http404
