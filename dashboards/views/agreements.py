"""Being built."""
from django.http import Http404


def agreements(request, **kwargs):
    raise Http404


def agreement(request, **kwargs):
    raise Http404


def partner(request, **kwargs):
    raise Http404
