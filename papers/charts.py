"""Charts on paper: the site's drawing for print and text, the numbers as curves for a spreadsheet's own charts."""
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from common.fiscal import era_short
from common.japanese import Number, rounded
from dashboards.figures import decimals_of
from kpis.board import JudgedIndicator, StatusCounts
from kpis.chart_figures import Table as ChartTable
from kpis.chart_rows import StatusChart, status_chart
from kpis.charts import trend_chart
from kpis.progress import Judgement
from kpis.vocabulary import Status, TargetKind
from papers.drawing import status_drawing, trend_drawing
from papers.parts import Cell, ChartPaper, Column, Curve, Group, Row, Table

AXIS_DECIMALS = 6
# Width and height in millimetres, and about how many steps the axis has: one or two charts, three, or four stand side by side; more than six are
# lower, so that two rows leave room on their page.
TWO, THREE, FOUR, LOW = (86.0, 44.0, 6), (57.0, 35.0, 5), (42.5, 36.0, 5), (42.5, 33.0, 4)
SIZES = {1: TWO, 2: TWO, 3: THREE, 4: FOUR, 5: THREE, 6: THREE}
UNCHARTED = (TargetKind.DIRECTION, TargetKind.MILESTONE)


def trend_papers(rows: Iterable[JudgedIndicator], fiscal_year: int) -> tuple[ChartPaper, ...]:
    """A chart for each series that is the plan's in that year and has a number to aim at."""
    charted = [row for row in rows if _is_charted(row.in_year(fiscal_year))]
    size = SIZES.get(len(charted), LOW)
    return tuple(_trend_paper(row, fiscal_year, *size) for row in charted)


def _is_charted(judgement: Judgement) -> bool:
    return judgement.outside is None and judgement.facts.target_kind not in UNCHARTED


def _trend_paper(row: JudgedIndicator, fiscal_year: int, width: float, height: float, steps: int) -> ChartPaper:
    chart = trend_chart(row.judgements, fiscal_year, rules=row.rules, is_sample=row.is_sample, axis_steps=steps)
    return ChartPaper(
        title=f"{row.indicator.code}　{row.indicator.full_name}",
        description=chart.description,
        svg=trend_drawing(chart, width, height),
        table=_chart_table(chart.title, chart.table),
        note=chart.note,
        legend=tuple((entry.kind, entry.text) for entry in chart.legend),
        labels=tuple(era_short(judgement.fiscal_year) for judgement in row.judgements),
        curves=_curves(row, fiscal_year),
        axis=(rounded(chart.axis.low, AXIS_DECIMALS), rounded(chart.axis.high, AXIS_DECIMALS)),
        unit=chart.unit,
        decimals=row.indicator.decimals,
        width=width,
    )


def _chart_table(caption: str, table: ChartTable) -> Table:
    columns = tuple(Column(heading, 0, "left" if place == 0 else "right") for place, heading in enumerate(table.headers))
    rows = tuple(Row(tuple(Cell(text) for text in texts)) for texts in table.rows)
    return Table(caption, columns, (Group("", rows),))


def _curves(row: JudgedIndicator, fiscal_year: int) -> tuple[Curve, ...]:
    """実績 up to the shown year, 目安 and 目標 over all years, as they stood in the shown year."""
    shown = row.in_year(fiscal_year)
    known = [judgement if judgement.fiscal_year <= fiscal_year else None for judgement in row.judgements]
    target = shown.target.value if shown.target else None
    curves = (
        Curve("実績", tuple(None if j is None else _number(j.result, j) for j in known)),
        Curve("目安", tuple(None if j is None else _number(j.expected, j) for j in known)),
        Curve("目標", tuple(_number(target, shown) for _ in row.judgements)),
    )
    return tuple(curve for curve in curves if any(value is not None for value in curve.values))


def _number(value: Number | None, judgement: Judgement) -> Decimal | None:
    return None if value is None else rounded(value, decimals_of(Fraction(value), judgement.facts.decimals))


def status_paper(rows: list[JudgedIndicator], fiscal_year: int, title: str) -> ChartPaper | None:
    """How the verdicts are spread in each visible year up to the shown one; None without an indicator."""
    if not rows:
        return None
    years = [j.fiscal_year for j in rows[0].judgements if j.fiscal_year <= fiscal_year]
    counts = {year: StatusCounts.of(rows, year).by_status for year in years}
    final_years = {year for year in years if rows[0].judgements[0].facts.last_year_in(year) == year}
    chart = status_chart(title, counts, fiscal_year, final_years=final_years, is_sample=any(row.is_sample for row in rows))
    return ChartPaper(
        title=title,
        description=chart.description,
        svg=status_drawing(chart),
        table=_chart_table(title, chart.table),
        legend=_status_legend(chart),
        labels=tuple(row.label for row in chart.rows),
        curves=tuple(_status_curve(chart, status) for status in Status if _occurs(chart, status)),
        unit="指標",
    )


def _status_legend(chart: StatusChart) -> tuple[tuple[str, str], ...]:
    found = {part.status: part.word for row in chart.rows for part in row.parts}
    return tuple((status.value, found[status]) for status in Status if status in found)


def _occurs(chart: StatusChart, status: Status) -> bool:
    return any(part.status is status for row in chart.rows for part in row.parts)


def _status_curve(chart: StatusChart, status: Status) -> Curve:
    counts = [next((part.count for part in row.parts if part.status is status), 0) for row in chart.rows]
    word = next(part.word for row in reversed(chart.rows) for part in row.parts if part.status is status)
    return Curve(word, tuple(map(Decimal, counts)))
