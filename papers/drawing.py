"""The site's own SVG charts, made ready for paper: the looks come along, in colours that are told apart in grey as well."""
import re
from html import escape

from kpis.chart_labels import text_width
from kpis.chart_layout import NARROW_TEXTS, Size, trend_layout
from kpis.chart_row_svg import STATUS_SIZES, status_svg
from kpis.chart_rows import StatusChart
from kpis.chart_svg import LEGEND_MARKS, trend_svg
from kpis.charts import TrendChart

FONT = "Noto Sans JP"
# Letters of 13 pixels are 8.3 points at this scale, the smallest size on a chart.
MM_OF_A_PIXEL = 0.224
TEXTS = {**NARROW_TEXTS, "now": 15}
STATUS_WIDTH = 640
LEGEND_HEIGHT = 14
INK, SOFT, LINE, BLUE, PLAN, PALE = "#1a1a1a", "#333333", "#737d8a", "#0055ad", "#56606c", "#eef6fd"
# As static/style.css, layer chart, in the light theme. 達成 is white with a thick line: filled blue would be 遅れ's grey.
LOOKS = f"""
text{{fill:{SOFT};font-size:13px;font-family:"{FONT}"}}
.t-val,.t-col,.t-row{{fill:{INK}}} .t-val,.t-now,.t-tgt,.t-col{{stroke:none}} .t-now{{fill:{BLUE};font-size:{TEXTS['now']}px}}
.t-tgt{{fill:{INK}}} .t-smp{{fill:{INK}}} .t-gap{{fill:{SOFT}}}
.halo{{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}} .halo-b{{paint-order:stroke;stroke:{PALE};stroke-width:4px;stroke-linejoin:round}}
.grid-l{{stroke:#d5dae1;stroke-width:1}} .axis{{stroke:{LINE};stroke-width:1}} .band{{fill:{PALE}}}
.plan{{stroke:{PLAN};stroke-width:2;stroke-dasharray:6 5;fill:none}} .orig{{stroke:{PLAN};stroke-width:1.5;stroke-dasharray:2 4;fill:none}}
.step{{stroke:{INK};stroke-width:2;fill:none}} .act{{stroke:{BLUE};stroke-width:3;fill:none;stroke-linejoin:round}}
.dot{{fill:{BLUE};stroke:#fff;stroke-width:2}} .dot-b{{fill:#fff;stroke:{PLAN};stroke-width:2}} .dot--h{{fill:#fff;stroke:{BLUE};stroke-width:3}}
.gap{{stroke:{BLUE};stroke-width:1.5;stroke-dasharray:2 5;fill:none}} .range{{fill:{PLAN};opacity:.12}} .tgt{{fill:{INK}}}
.need{{stroke:#ac3e00;stroke-width:2;stroke-dasharray:2 4;stroke-linecap:round;fill:none}} .tick{{stroke:{PLAN};stroke-width:3}} .lead{{stroke:{LINE};stroke-width:1;fill:none}}
.fore{{fill:#bfe0fb}} .fore-l{{stroke:{BLUE};stroke-width:1.5;stroke-dasharray:4 4;fill:none}}
.s-achieved{{fill:#fff;stroke:#00316a;stroke-width:2.5}} .s-on_track{{fill:#cfe8fb;stroke:#00316a;stroke-width:1}} .s-slightly_behind{{fill:#ebb700;stroke:#604b00;stroke-width:1}}
.s-behind{{fill:#8f3300;stroke:#8f3300;stroke-width:1}} .s-not_measured,.s-not_entered{{fill:#fff;stroke:{LINE};stroke-width:1;stroke-dasharray:3 2}} .s-not_rated{{fill:#e3e6ea;stroke:{LINE};stroke-width:1}}
.x-achieved,.x-on_track,.x-slightly_behind,.x-not_measured,.x-not_entered,.x-not_rated{{fill:{INK}}} .x-behind{{fill:#fff}}
"""
OPENING = re.compile(r"<svg\b[^>]*>")
ID = re.compile(r' (?:id|aria-labelledby|role)="[^"]*"')
# The unit and the mark of the sample stand higher than on screen, so that a low drawing's texts do not reach them. Four abreast have no room for
# them: the target's text and the table say the unit, the page that it is a sample.
HEAD = re.compile(r'(<text x="0" |<text x="[\d.]+" (?=y="14" class="t-smp"))y="14"(.*?</text>)')
HEAD_BASELINE, HEAD_TOP, BLANK_BELOW = 7, -5, 6
HEADED_WIDTH, HEADLESS_TOP = 50, 7  # in millimetres, in pixels
TITLE = re.compile(r"<title\b.*?</title>", re.DOTALL)


def _printed(svg: str, width: float, height: float, top: float = 0) -> str:
    """The drawing by itself: its size, its looks, nothing that only a page needs."""
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 {top} {width} {height}"><style>{LOOKS}</style>'
    return ID.sub("", TITLE.sub("", OPENING.sub(opening, svg, count=1)))


def trend_drawing(chart: TrendChart, width: float, height: float) -> str:
    """One indicator over the years, with its values printed beside their points. Sizes in millimetres."""
    size = Size("paper", round(width / MM_OF_A_PIXEL), round(height / MM_OF_A_PIXEL), True, TEXTS)
    svg = trend_svg(chart, "p", trend_layout(chart, size))
    head, top = (rf'\1y="{HEAD_BASELINE}"\2', HEAD_TOP) if width >= HEADED_WIDTH else ("", HEADLESS_TOP)
    return _printed(HEAD.sub(head, svg), size.width, size.height - BLANK_BELOW - top, top)


def status_drawing(chart: StatusChart) -> str:
    """The verdicts of each year as stacked bars, with their numbers."""
    svg = status_svg(chart, "p", STATUS_SIZES[0])
    return _printed(svg, STATUS_WIDTH, float(re.search(r'height="(\d+)"', svg)[1]))


def trend_legend_drawing(entries: tuple[tuple[str, str], ...]) -> str:
    """What each line and mark means, (kind, text) one beside the other."""
    return _legend([(LEGEND_MARKS[kind], text) for kind, text in entries])


def status_legend_drawing(entries: tuple[tuple[str, str], ...]) -> str:
    """What each shade of a bar means, (status, word)."""
    return _legend([(f'<rect class="s-{status}" x="4" y="1" width="20" height="12"/>', word) for status, word in entries])


def _legend(items: list[tuple[str, str]]) -> str:
    parts, x = [], 0.0
    for mark, text in items:
        parts.append(f'<g transform="translate({x:.1f} 3)">{mark}</g><text x="{x + 34:.1f}" y="15">{escape(text)}</text>')
        x += 34 + text_width(text, 13) + 16
    width = max(round(x), 1)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="22" viewBox="0 0 {width} 22"><style>{LOOKS}</style>{"".join(parts)}</svg>'
