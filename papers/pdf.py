"""Papers as PDF: A4, tagged (PDF/UA-1), the font embedded. Set by typst from templates/papers/paper.typ."""
import re
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from kpis.vocabulary import Status
from papers.drawing import status_legend_drawing, trend_legend_drawing
from papers.glyphs import printable
from papers.parts import Cell, ChartPaper, GoalPaper, MeasurePaper, Paper, Table, TextBlock, Words
from papers.said_tables import initiatives_table, opinions_table
from papers.typesetting import typeset

ICONS = settings.BASE_DIR / "templates" / "components" / "icons.svg"
SYMBOL = '<symbol id="i-{}" viewBox="0 0 24 24">(.*?)</symbol>'
LEGEND_STATUSES = {status.value for status in Status}
FILLED = {Status.ACHIEVED, Status.SLIGHTLY_BEHIND}
# A spreadsheet's numbers stay behind: the texts say them.
OMITTED = {Cell: ("number", "decimals", "is_rate"), ChartPaper: ("curves", "labels", "axis", "table", "unit", "decimals")}
WIDTH = re.compile(r'width="(\d+)"')


def pdf_of(paper: Paper) -> bytes:
    """The PDF file. Raises TypesettingError where the template and the data do not fit."""
    [file] = typeset("paper.typ", _data(paper), format="pdf", pdf_standards="ua-1", timestamp=int(timezone.now().timestamp()))
    return file


def _data(paper: Paper) -> dict:
    annexes = [{**_plain(annex), "place": place} for place, annex in enumerate(paper.annexes)]
    opinions = _plain(opinions_table(paper.general_opinions)) if paper.general_opinions else None
    return {**_plain(paper), "annexes": annexes, "general_opinions": opinions, "empty_note": paper.empty_note, "icons": _icons(), "author": printable(paper.office[0]) if paper.office else ""}


def _plain(value: Any) -> Any:
    """Dataclasses as dictionaries, texts in letters that can be printed."""
    if is_dataclass(value):
        kept = (each.name for each in fields(value) if each.name not in OMITTED.get(type(value), ()))
        return {name: _plain(getattr(value, name)) for name in kept} | _extra(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Status):
        return value.value
    return printable(value) if isinstance(value, str) else value


def _extra(value: Any) -> dict:
    """What the template needs beside the fields themselves."""
    if isinstance(value, Table):
        return {"kind": "table"}
    if isinstance(value, TextBlock):
        return {"kind": "text", "signature": printable(value.signature)}
    if isinstance(value, Words):
        return {"lines": _plain(value.lines)}
    if isinstance(value, GoalPaper):
        return _titled(value)
    if isinstance(value, MeasurePaper):
        return {**_titled(value), **_measure_tables(value)}
    if isinstance(value, ChartPaper):
        is_status = bool(value.legend) and value.legend[0][0] in LEGEND_STATUSES
        return {"legend": _sized(status_legend_drawing(value.legend)) if is_status else ""}
    return {}


def _titled(value: GoalPaper | MeasurePaper) -> dict:
    return {"title": printable(value.title), "legend": _common_legend(value.charts)}


def _measure_tables(value: MeasurePaper) -> dict:
    return {
        "initiatives": _plain(initiatives_table(value.initiatives)) if value.initiatives else None,
        "opinions": _plain(opinions_table(value.opinions)) if value.opinions else None,
    }


def _common_legend(charts: tuple[ChartPaper, ...]) -> Any:
    """One legend for all trend charts of a page."""
    entries = tuple(dict.fromkeys(entry for chart in charts for entry in chart.legend))
    return _sized(trend_legend_drawing(entries)) if entries else ""


def _sized(svg: str) -> dict:
    return {"drawing": svg, "width": int(WIDTH.search(svg)[1])}


@cache
def _icons() -> dict[str, str]:
    """The verdicts' icons of the site, each as a drawing of its own."""
    symbols = ICONS.read_text(encoding="utf-8")
    return {status.value: _icon(status, re.search(SYMBOL.format(status.value), symbols, re.DOTALL)[1]) for status in Status}


def _icon(status: Status, shapes: str) -> str:
    look = 'fill="currentColor"' if status in FILLED else 'fill="none" stroke="currentColor" stroke-width="2"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" {look}>{shapes}</svg>'
