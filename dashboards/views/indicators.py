"""Being built."""
from django.http import Http404


def indicator(request, **kwargs):
    raise Http404
