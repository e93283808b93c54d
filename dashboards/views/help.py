"""Being built."""
from django.http import Http404


def help_page(request, **kwargs):
    raise Http404


def accessibility(request, **kwargs):
    raise Http404
