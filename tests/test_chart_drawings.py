"""Charts as drawn: static SVG and Plotly figures of every shape are valid, readable, at the same place, and carry no style, script or upload."""
import json
import re
from decimal import Decimal
from itertools import combinations
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest

from kpis.chart_layout import SIZES, spread, trend_layout
from kpis.chart_plotly import trend_figure
from kpis.chart_svg import legend_svg, trend_svg
from kpis.charts import trend_chart
from tests.indicator_shapes import SHAPES, judgements_of, make_facts
from tests.variables import ROOT

EVERY_SIZE = [(preset, size) for preset, sizes in SIZES.items() for size in sizes]
EVERY_DRAWING = pytest.mark.parametrize(
    ("name", "size"), [(name, size) for name in SHAPES for _, size in EVERY_SIZE], ids=lambda each: each if isinstance(each, str) else f"{each.width}x{each.height}"
)
STYLES = (ROOT / "static" / "style.css").read_text()
WIDE, NARROW = SIZES["card"]


def chart_of(name, **more):
    facts, fiscal_year = SHAPES[name]
    return trend_chart(judgements_of(facts, fiscal_year), fiscal_year, **{"with_forecast": True, "is_sample": True, **more})


def drawn(name, size=WIDE, **more):
    chart = chart_of(name, **more)
    return trend_svg(chart, "t", trend_layout(chart, size))


def figure(name, size=WIDE, **more):
    chart = chart_of(name, **more)
    return trend_figure(chart, trend_layout(chart, size))


def parsed(svg):
    return ElementTree.fromstring(svg)


def texts(svg):
    return ["".join(element.itertext()) for element in parsed(svg).iter("text")]


def classed(svg, css):
    return [element for element in parsed(svg).iter() if css in element.get("class", "").split()]


def trace(plotted, name):
    return next(each for each in plotted["data"] if each["name"] == name)


def walked(part):
    yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from walked(each)


# Static SVG

@EVERY_DRAWING
def test_every_drawing_is_an_image_with_the_whole_description(name, size):
    root = parsed(drawn(name, size))
    assert root.get("role") == "img"
    assert root.find("title").text == chart_of(name).description
    assert root.get("aria-labelledby") == root.find("title").get("id")


@EVERY_DRAWING
def test_no_drawing_has_inline_style_script_or_missing_place(name, size):
    svg = drawn(name, size)
    assert not re.search(r"style=|<script|<style|\bon\w+=|nan|None|inf", svg)


@EVERY_DRAWING
def test_no_text_covers_another(name, size):
    layout = trend_layout(chart_of(name), size)
    labels = [*layout.labels, *layout.margin_labels]
    assert [(a.text, b.text) for a, b in combinations(labels, 2) if a.box.overlaps(b.box)] == []


@EVERY_DRAWING
def test_no_text_leaves_the_drawing(name, size):
    layout = trend_layout(chart_of(name), size)
    boxes = [label.box for label in (*layout.labels, *layout.margin_labels)]
    assert all(box.left >= -4 and box.top >= 0 and box.right <= size.width + 4 and box.bottom <= size.height for box in boxes)


@EVERY_DRAWING
def test_no_text_is_smaller_than_13_pixels(name, size):
    layout = trend_layout(chart_of(name), size)
    assert min([label.size for label in (*layout.labels, *layout.margin_labels)], default=13) >= 13


@EVERY_DRAWING
def test_the_shown_years_value_is_always_written(name, size):
    chart = chart_of(name)
    shown = next((mark for mark in chart.results if mark.column == chart.shown), None)
    roles = [label.role for label in trend_layout(chart, size).labels]
    assert roles.count("now") == (shown is not None)


def test_names_are_escaped():
    facts = make_facts(["104"], name='<b>"入込" & 客</b>')
    chart = trend_chart(judgements_of(facts, 2020), 2020)
    assert parsed(trend_svg(chart, "t", trend_layout(chart, WIDE))).find("title").text.startswith('<b>"入込" & 客</b>の推移')


def test_both_drawings_of_a_chart_have_their_own_ids():
    ids = [parsed(drawn("revised", size)).find("title").get("id") for size in (WIDE, NARROW)]
    assert len(set(ids)) == 2


def test_gaps_are_dashed_and_values_on_both_sides_are_joined_by_nothing_else():
    svg = drawn("with gaps")
    assert len(classed(svg, "gap")) == 2
    assert classed(svg, "act") == []


def test_the_target_is_a_diamond_until_it_is_revised():
    assert (len(classed(drawn("far from zero"), "tgt")), len(classed(drawn("far from zero"), "step"))) == (1, 0)
    assert (len(classed(drawn("revised"), "tgt")), len(classed(drawn("revised"), "step"))) == (0, 1)


def test_a_revised_target_keeps_its_original_in_sight():
    assert len(classed(drawn("revised"), "orig")) == 1
    assert {"当初の目標 90.0万人", "当初 90.0万人", "目標 84.0万人", "R4 見直し"} <= set(texts(drawn("revised")))


def test_the_band_lies_under_the_shown_year():
    svg = drawn("revised")
    band = classed(svg, "band")[0]
    middle = float(band.get("x")) + float(band.get("width")) / 2
    year = next(element for element in parsed(svg).iter("text") if element.text == "R5")
    assert abs(middle - float(year.get("x"))) < 0.2


def test_a_value_that_is_not_firm_is_hollow():
    assert len(classed(drawn("revised"), "dot--h")) == 1


def test_the_forecast_is_an_area_between_two_lines():
    assert (len(classed(drawn("revised"), "fore")), len(classed(drawn("revised"), "fore-l"))) == (1, 2)
    assert classed(drawn("revised", with_forecast=False), "fore") == []


def test_sample_values_are_marked_in_the_drawing_itself():
    assert "架空のサンプル値" in texts(drawn("revised"))
    assert "架空のサンプル値" not in texts(drawn("revised", is_sample=False))


def test_the_unit_and_negative_ticks_are_written():
    assert {"人", "△100"} <= set(texts(drawn("through zero")))


@EVERY_DRAWING
def test_every_class_of_a_drawing_has_a_rule(name, size):
    used = {css for element in parsed(drawn(name, size)).iter() for css in element.get("class", "").split()}
    assert {css for css in used if not re.search(rf"\.{re.escape(css)}\b", STYLES)} == set()


def test_the_legend_shows_each_mark_once():
    items = ElementTree.fromstring(legend_svg(chart_of("revised").legend))
    assert ["".join(item.itertext()) for item in items] == [
        "実績", "速報", "その年度の目安", "目標（見直しを階段で表示）", "当初の目標", "見込みの幅",
    ]  # fmt: skip


def test_texts_in_the_margin_keep_their_distance():
    assert spread([10, 12, 13], 18, 0, 100) == [10, 28, 46]
    assert spread([90, 95, 99], 18, 0, 100) == [64, 82, 100]


# Plotly

@EVERY_DRAWING
def test_plotly_accepts_every_figure(name, size):
    plotted = figure(name, size)
    assert len(go.Figure({"data": plotted["data"], "layout": plotted["layout"]}).data) == len(plotted["data"])


@EVERY_DRAWING
def test_a_figure_is_plain_json_without_exact_numbers(name, size):
    plotted = figure(name, size)
    assert json.loads(json.dumps(plotted, allow_nan=False)) == plotted


@EVERY_DRAWING
def test_colours_and_fonts_are_names_that_the_style_sheet_knows(name, size):
    names = {each for each in walked(figure(name, size)) if isinstance(each, str) and each.startswith("var(")}
    assert {each for each in names if f"{each[4:-1]}:" not in STYLES} == set()


@EVERY_DRAWING
def test_no_text_of_a_figure_needs_an_inline_style(name, size):
    tags = {tag for each in walked(figure(name, size)) if isinstance(each, str) for tag in re.findall(r"<[^>]*>", each)}
    assert tags <= {"<br>"}


def test_the_configuration_is_locked():
    locked = figure("revised")["config"]
    assert {key: locked[key] for key in ("displaylogo", "showSendToCloud", "plotlyServerURL", "locale", "modeBarButtons")} == {
        "displaylogo": False,
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "locale": "ja",
        "modeBarButtons": [["toImage"]],
    }
    assert not [each for each in walked(locked) if isinstance(each, str) and "://" in each]


def test_a_figure_holds_the_charts_values_as_floats():
    plotted = figure("revised")
    assert trace(plotted, "実績")["y"] == [41.2, 44.8, 68.5, 80.1]
    assert trace(plotted, "目標")["y"] == [90.0, 90.0, 84.0, 84.0]
    assert trace(plotted, "その年度の目安")["y"] == [78.8, 81.6, 80.8, 82.4]


def test_a_missing_year_breaks_the_line():
    plotted = figure("a total with a gap")
    assert trace(plotted, "実績の線")["y"] == [0.0, 62.0, None, 148.0]
    assert trace(plotted, "値のない年度")["x"] == [1, 3, None]


def test_hover_labels_are_whole_lines_in_japanese():
    assert trace(figure("revised"), "説明")["text"][4] == (
        "令和5年度<br>実績 80.1万人（速報）<br>目安 82.4万人<br>目標 84.0万人（当初 90.0万人）<br>進捗率 51％<br>判定 やや遅れ"
    )


def test_names_in_a_figure_are_not_markup():
    facts = make_facts(["104"], unit="<i>人&")
    chart = trend_chart(judgements_of(facts, 2020), 2020)
    plotted = trend_figure(chart, trend_layout(chart, WIDE))
    assert plotted["layout"]["annotations"][-1]["text"] == "&lt;i>人&amp;"


def test_figure_and_drawing_have_the_same_size_and_margins():
    chart = chart_of("far from zero")
    layout = trend_layout(chart, WIDE)
    plotted = trend_figure(chart, layout)["layout"]
    assert (plotted["width"], plotted["height"]) == (600, 300)
    assert (plotted["margin"]["l"], plotted["margin"]["b"]) == (layout.frame.left, layout.frame.bottom)
    assert plotted["yaxis"]["range"] == [float(chart.axis.low), float(chart.axis.high)]


def test_a_figure_of_sample_values_is_marked_so_that_a_saved_picture_is_too():
    assert "架空のサンプル値" in [note["text"] for note in figure("revised")["layout"]["annotations"]]


def test_exact_values_do_not_leak_out_of_the_description():
    assert not [each for each in walked(figure("revised")) if isinstance(each, Decimal)]
