"""Being built."""
from django.http import Http404


def sdgs(request, **kwargs):
    raise Http404


def plan(request, **kwargs):
    raise Http404


def print_sheet(request, **kwargs):
    raise Http404


def judgement_guide(request, **kwargs):
    raise Http404
