"""Charts and small drawings in templates. What they show is decided in kpis/charts.py and its neighbours; here they only meet the page."""
import re
from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString, mark_safe

from kpis import chart_glyphs
from kpis.board import JudgedIndicator, StatusCounts
from kpis.chart_layout import SIZES, trend_layout
from kpis.chart_plotly import trend_figure
from kpis.chart_row_plotly import progress_figure, status_figure
from kpis.chart_row_svg import PROGRESS_SIZES, STATUS_SIZES, progress_legend_svg, progress_svg, status_legend_svg, status_svg
from kpis.chart_rows import ProgressChart, StatusChart
from kpis.chart_rows import progress_chart as describe_progress
from kpis.chart_rows import status_chart as describe_status
from kpis.chart_svg import legend_svg, trend_svg
from kpis.charts import TrendChart
from kpis.charts import trend_chart as describe_trend
from kpis.forecast import Forecast
from kpis.progress import Judgement

register = template.Library()

UID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def _safe(svg: str) -> SafeString:
    """The drawing modules escape every text they are given."""
    return mark_safe(svg)


@register.inclusion_tag("components/chart.html")
def chart(uid: str, chart: TrendChart | StatusChart | ProgressChart, size: str = "card"):
    """Any chart: both static drawings, the Plotly figures for static/js/charts.js, and the table of the same numbers.

    `uid` begins with a letter and is unique on the page; ValueError otherwise. `size` (card, page) matters to trend charts.
    """
    if not UID.fullmatch(uid):
        raise ValueError(f"{uid!r} cannot be an id: begin with a letter, then letters, digits, - and _")
    drawings, figures, legend = DRAWN_BY[chart.kind](chart, uid, size)
    wide, narrow = figures
    return {
        "uid": uid,
        "chart": chart,
        "size": size,
        "drawings": [_safe(svg) for svg in drawings],
        "legend": _safe(legend),
        "figures": {"config": wide.pop("config"), "wide": wide, "narrow": {"data": narrow["data"], "layout": narrow["layout"]}},
    }


def _trend(chart: TrendChart, uid: str, size: str) -> tuple[list[str], list[dict], str]:
    layouts = [trend_layout(chart, each) for each in SIZES[size]]
    return [trend_svg(chart, uid, layout) for layout in layouts], [trend_figure(chart, layout) for layout in layouts], ""


def _status(chart: StatusChart, uid: str, size: str) -> tuple[list[str], list[dict], str]:
    drawings = [status_svg(chart, uid, each) for each in STATUS_SIZES]
    return drawings, [status_figure(chart, each) for each in STATUS_SIZES], status_legend_svg(chart)


def _progress(chart: ProgressChart, uid: str, size: str) -> tuple[list[str], list[dict], str]:
    drawings = [progress_svg(chart, uid, each) for each in PROGRESS_SIZES]
    return drawings, [progress_figure(chart, each) for each in PROGRESS_SIZES], progress_legend_svg()


DRAWN_BY = {"trend": _trend, "status": _status, "progress": _progress}


def _describe(judged: JudgedIndicator, fiscal_year: int, with_forecast: bool) -> TrendChart:
    return describe_trend(judged.judgements, fiscal_year, rules=judged.rules, with_forecast=with_forecast, is_sample=judged.is_sample)


@register.inclusion_tag("components/chart.html")
def trend_chart(uid: str, judged: JudgedIndicator, fiscal_year: int, size: str = "card", with_forecast: bool = False):
    """One indicator over the years. `with_forecast` adds 見込み (the indicator's own page)."""
    return chart(uid, _describe(judged, fiscal_year, with_forecast), size)


@register.inclusion_tag("components/chart.html")
def status_chart(uid: str, judged: Iterable[JudgedIndicator], fiscal_year: int, title: str = "年度別の判定"):
    """How the verdicts are spread in each visible year up to the shown one."""
    rows = list(judged)
    years = [j.fiscal_year for j in rows[0].judgements if j.fiscal_year <= fiscal_year] if rows else []
    counts = {year: StatusCounts.of(rows, year).by_status for year in years}
    final_years = {year for year in years if rows[0].judgements[0].facts.last_year_in(year) == year}
    described = describe_status(title, counts, fiscal_year, final_years=final_years, is_sample=any(row.is_sample for row in rows))
    return chart(uid, described)


@register.inclusion_tag("components/chart.html")
def progress_chart(uid: str, judged: Iterable[JudgedIndicator], fiscal_year: int, title: str = "指標の進捗率"):
    """How far each indicator has come, one bar each."""
    rows = list(judged)
    described = describe_progress(
        title,
        [(f"{row.indicator.code} {row.indicator.label}", row.in_year(fiscal_year)) for row in rows],
        is_sample=any(row.is_sample for row in rows),
        **({"rules": rows[0].rules} if rows else {}),
    )
    return chart(uid, described)


@register.simple_tag
def trend_legend(judged: JudgedIndicator | Iterable[JudgedIndicator], fiscal_year: int, with_forecast: bool = False):
    """The legend of one trend chart, or a common one for several."""
    rows = [judged] if isinstance(judged, JudgedIndicator) else judged
    entries = [entry for row in rows for entry in _describe(row, fiscal_year, with_forecast).legend]
    return _safe(legend_svg(tuple(dict.fromkeys(entries)))) if entries else ""


@register.inclusion_tag("components/chart_scripts.html")
def chart_scripts():
    """The script that draws charts in Plotly; once, in the head of a page with charts."""
    return {}


@register.simple_tag
def bullet(judged: JudgedIndicator, fiscal_year: int):
    """目標との距離. Decorative: the numbers stand beside it."""
    return _safe(chart_glyphs.bullet(judged.judgements, fiscal_year))


@register.simple_tag
def spark(judged: JudgedIndicator, fiscal_year: int):
    """The way so far, as small as a word. Decorative."""
    return _safe(chart_glyphs.spark(judged.judgements, fiscal_year))


@register.simple_tag
def mini(judged: JudgedIndicator, fiscal_year: int):
    """A small trend with its values."""
    return _safe(chart_glyphs.mini(judged.judgements, fiscal_year))


@register.simple_tag
def status_stack(counts: StatusCounts, small: bool = False, final: bool = False):
    """How verdicts are spread, as one bar. `final`: the year is the plan's last, where 遅れ reads 未達成."""
    return _safe(chart_glyphs.status_stack(counts.by_status, is_final=final, is_small=small))


@register.simple_tag
def progress_bar(judgement: Judgement):
    """進捗率 as a bar. Decorative."""
    return _safe(chart_glyphs.progress_bar(judgement))


@register.simple_tag
def forecast_bar(forecast: Forecast, value, is_target: bool = False):
    """One assumed value of 見込み, or the target, as a bar. Decorative."""
    return _safe(chart_glyphs.forecast_bar(forecast, value, is_target))
