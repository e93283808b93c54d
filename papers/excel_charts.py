"""Native Excel charts, each beside the numbers it draws, so that people can rework them."""
from collections.abc import Iterable

from xlsxwriter import Workbook

from papers.excel_sheet import Page, safe
from papers.parts import ChartPaper

# Rows of a chart with its title, its note and a gap; so many fill an upright A4 page. Each row is given its height: programs differ in theirs.
BLOCK, BLOCKS_ON_A_PAGE, ROW_HEIGHT = 14, 4, 16
DATA_COLUMNS = 5
SIZE = {"width": 560, "height": 260}
LINES = {
    "実績": {"line": {"color": "#0055AD", "width": 2.5}, "marker": {"type": "circle", "size": 7, "fill": {"color": "#0055AD"}, "border": {"color": "#FFFFFF"}}},
    "目安": {"line": {"color": "#56606C", "width": 1.5, "dash_type": "dash"}},
    "目標": {"line": {"color": "#1A1A1A", "width": 1.75}},
}
# In grey, too, each verdict has its own pattern or border.
FILLS = {
    "達成": {"fill": {"color": "#FFFFFF"}, "border": {"color": "#00316A", "width": 2}},
    "順調": {"fill": {"color": "#CFE8FB"}, "border": {"color": "#00316A"}},
    "やや遅れ": {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#EBB700", "bg_color": "#FFF0B3"}, "border": {"color": "#604B00"}},
    "遅れ": {"fill": {"color": "#8F3300"}, "border": {"color": "#8F3300"}},
    "未達成": {"fill": {"color": "#8F3300"}, "border": {"color": "#8F3300"}},
}
OTHER_FILL = {"fill": {"color": "#E3E6EA"}, "border": {"color": "#737D8A"}}


def trend_charts(book: Workbook, page: Page, charts: Iterable[ChartPaper]) -> None:
    """A block for each chart: the numbers on the left, the chart on the right."""
    page.sheet.set_column(0, 0, 10)
    page.sheet.set_column(1, DATA_COLUMNS - 2, 13)
    page.sheet.set_column(DATA_COLUMNS - 1, DATA_COLUMNS - 1, 3)
    for number, chart in enumerate(charts, start=1):
        top = page.row
        _trend(book, page, chart)
        page.row = top + BLOCK
        for row in range(top, page.row):
            page.sheet.set_row(row, ROW_HEIGHT)
        if number % BLOCKS_ON_A_PAGE == 0:
            page.turn()


def _trend(book: Workbook, page: Page, chart: ChartPaper) -> None:
    page.line(f"{chart.title}（{chart.unit}）" if chart.unit else chart.title, "caption")
    first = _numbers(page, chart)
    native = book.add_chart({"type": "line"})
    for place, curve in enumerate(chart.curves, start=1):
        native.add_series(_series(page, chart, place, first) | LINES[curve.name] | ({"data_labels": {"value": True, "position": "above"}} if place == 1 else {}))
    native.set_title({"name": safe(chart.title), "name_font": {"size": 11}, "overlay": False})
    low, high = chart.axis or (None, None)
    bounds = {} if low is None else {"min": float(low), "max": float(high)}
    native.set_y_axis({"name": safe(chart.unit), "num_format": _digits(chart), "major_gridlines": {"visible": True, "line": {"color": "#D5DAE1"}}, **bounds})
    native.set_legend({"position": "bottom"})
    native.show_blanks_as("gap")
    native.set_size(SIZE)
    page.sheet.insert_chart(first - 1, DATA_COLUMNS, native, {"description": safe(chart.description)[:2000]})
    page.line(chart.note, "small")


def _numbers(page: Page, chart: ChartPaper) -> int:
    """The labels and each curve's values; the first row with values."""
    for column, heading in enumerate(("年度", *(curve.name for curve in chart.curves))):
        page.sheet.write_string(page.row, column, heading, page.looks.of("heading"))
    first = page.row + 1
    shown = page.looks.of("cell", num_format=f'{_digits(chart)};"△"{_digits(chart)}')
    for row, label in enumerate(chart.labels, start=first):
        page.sheet.write_string(row, 0, safe(label), page.looks.of("cell"))
        for column, curve in enumerate(chart.curves, start=1):
            value = curve.values[row - first]
            if value is None:
                page.sheet.write_blank(row, column, None, shown)
            else:
                page.sheet.write_number(row, column, float(value), shown)
    page.row = first + len(chart.labels)
    return first


def _digits(chart: ChartPaper) -> str:
    return f"#,##0.{'0' * chart.decimals}" if chart.decimals else "#,##0"


def _series(page: Page, chart: ChartPaper, column: int, first: int) -> dict:
    name, last = page.sheet.get_name(), first + len(chart.labels) - 1
    return {"name": chart.curves[column - 1].name, "categories": [name, first, 0, last, 0], "values": [name, first, column, last, column]}


def status_chart(book: Workbook, page: Page, chart: ChartPaper) -> None:
    """The verdicts of each year as stacked bars, with the numbers above them."""
    page.line(chart.title, "caption")
    first = _numbers(page, chart)
    native = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for place, curve in enumerate(chart.curves, start=1):
        native.add_series(_series(page, chart, place, first) | FILLS.get(curve.name, OTHER_FILL) | {"gap": 60, "data_labels": {"value": True}})
    native.set_title({"name": safe(chart.title), "name_font": {"size": 11}})
    native.set_y_axis({"reverse": True})
    native.set_legend({"position": "bottom"})
    native.set_size({"width": 720, "height": 280})
    page.gap()
    page.sheet.insert_chart(page.row, 0, native, {"description": safe(chart.description)[:2000]})
    page.row += BLOCK
