"""Serves plotly.min.js from the installed package: one file, nothing else of it."""
from pathlib import Path

import plotly
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

DIRECTORY = Path(plotly.__file__).parent / "package_data"
FILE_NAME = "plotly.min.js"


class PlotlyFinder(BaseFinder):
    """A staticfiles finder that knows exactly one file."""

    def check(self, **kwargs):
        return []

    def find(self, path, find_all=False, **kwargs):
        found = str(DIRECTORY / FILE_NAME) if path == FILE_NAME else None
        return ([found] if found else []) if find_all else found or []

    def list(self, ignore_patterns):
        yield FILE_NAME, FileSystemStorage(location=DIRECTORY)
