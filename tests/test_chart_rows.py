"""Charts of horizontal bars: how verdicts are spread, and how far each indicator has come."""
import re
from fractions import Fraction
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest

from kpis.chart_row_plotly import progress_figure, status_figure
from kpis.chart_row_svg import PROGRESS_SIZES, STATUS_SIZES, progress_legend_svg, progress_svg, shorten, status_legend_svg, status_svg
from kpis.chart_rows import progress_chart, status_chart
from kpis.facts import Rules
from kpis.progress import judge
from kpis.vocabulary import Status, TargetKind
from tests.indicator_shapes import SHAPES, make_facts

COUNTS = {
    2020: {Status.ACHIEVED: 1, Status.BEHIND: 3},
    2021: {Status.ACHIEVED: 2, Status.ON_TRACK: 2, Status.SLIGHTLY_BEHIND: 1, Status.BEHIND: 1, Status.NOT_MEASURED: 1, Status.NOT_RATED: 1},
}
EVERY_STATUS_SIZE = pytest.mark.parametrize("size", STATUS_SIZES, ids=lambda size: size.name)
EVERY_PROGRESS_SIZE = pytest.mark.parametrize("size", PROGRESS_SIZES, ids=lambda size: size.name)


def statuses(**more):
    return status_chart("年度別の判定", COUNTS, 2021, **more)


def progress(*names, **more):
    """The progress of the named shapes, each in its own year."""
    return progress_chart("進捗率", [(name, judge(*SHAPES[name])) for name in names or SHAPES], **more)


def row(name):
    return progress(name).rows[0]


def texts(svg):
    return ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter("text")]


# How verdicts are spread

def test_each_year_is_divided_among_the_statuses_that_occur():
    parts = statuses().rows[0].parts
    assert [(part.status, part.count, part.start, part.share) for part in parts] == [
        (Status.ACHIEVED, 1, 0, Fraction(1, 4)),
        (Status.BEHIND, 3, Fraction(1, 4), Fraction(3, 4)),
    ]


def test_good_ones_are_counted_among_the_rated():
    shown = statuses().rows[1]
    assert (shown.good, shown.rated, shown.good_share) == (4, 6, "66％")
    assert shown.summary == "達成・順調 4／6指標（66％）"


def test_a_year_without_any_rating_has_no_share():
    chart = status_chart("判定", {2020: {Status.NOT_MEASURED: 3}}, 2020)
    assert chart.rows[0].good_share == "―"


def test_years_after_the_shown_one_are_left_out():
    assert [each.label for each in status_chart("判定", COUNTS, 2020).rows] == ["R2"]


def test_behind_reads_missed_in_the_plans_last_year():
    chart = statuses(final_years=(2021,))
    assert [part.word for each in chart.rows for part in each.parts if part.status is Status.BEHIND] == ["遅れ", "未達成"]
    assert "遅れ・未達成" in chart.table.headers


def test_the_table_of_verdicts_has_every_count():
    assert statuses().table.headers == ("年度", "達成", "順調", "やや遅れ", "遅れ", "未測定", "判定対象外", "達成・順調の割合")
    assert statuses().table.rows[0] == ("令和2年度", "1", "0", "0", "3", "0", "0", "25％")


def test_a_strategy_without_indicators_still_has_a_chart():
    chart = status_chart("判定", {2020: {}}, 2020)
    assert "指標なし" in chart.description
    assert [status_svg(chart, "s", size) for size in STATUS_SIZES]


@EVERY_STATUS_SIZE
def test_the_bars_of_a_year_fill_the_same_width(size):
    root = ElementTree.fromstring(status_svg(statuses(), "s", size))
    bars = [element for element in root.iter("rect") if "s-gap" in element.get("class", "")]
    widths = [float(bar.get("width").rstrip("%")) for bar in bars]
    assert sum(widths) == pytest.approx(2 * (size.bar_to - size.bar_from), abs=0.1)


@EVERY_STATUS_SIZE
def test_the_drawing_of_verdicts_is_an_image_without_styles(size):
    svg = status_svg(statuses(is_sample=True), "s", size)
    assert ElementTree.fromstring(svg).find("title").text == statuses(is_sample=True).description
    assert "架空のサンプル値" in texts(svg)
    assert not re.search(r"style=|nan|None", svg)


@EVERY_STATUS_SIZE
def test_plotly_accepts_the_verdicts(size):
    plotted = status_figure(statuses(), size)
    assert [trace.name for trace in go.Figure({"data": plotted["data"], "layout": plotted["layout"]}).data] == [
        "達成", "順調", "やや遅れ", "遅れ", "未測定", "判定対象外",
    ]  # fmt: skip
    assert plotted["config"]["showSendToCloud"] is False


def test_the_legend_of_verdicts_names_each_colour():
    items = ElementTree.fromstring(status_legend_svg(statuses()))
    assert ["".join(item.itertext()) for item in items] == ["達成", "順調", "やや遅れ", "遅れ", "未測定", "判定対象外"]


# How far each indicator has come

def test_a_rate_is_a_bar_with_its_due_mark():
    total = row("a running total")
    assert (total.rate, total.due, total.text, total.word) == (Fraction(291, 400), Fraction(4, 5), "72％", "順調")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a falling floor", "目安との差 △318.4人"),
        ("a floor to keep", "目標との差 △0.5人"),
        ("a range", "範囲の外"),
        ("without a target", "数値目標なし（現状値から増加）"),
        ("awaiting publication", "未測定（公表待ち）"),
        ("no value yet", "未入力"),
        ("done or not", "未入力"),
    ],
)
def test_an_indicator_without_a_rate_is_told_in_words(name, text):
    assert (row(name).rate, row(name).text) == (None, text)


def test_the_scale_ends_at_the_target_unless_somebody_is_past_it():
    assert (progress("a running total").low, progress("a running total").high) == (0, 1)
    past = make_facts(["180"])
    assert progress_chart("進捗率", [("超過", judge(past, 2020))]).high == 2


def test_a_step_back_reaches_to_the_left_of_zero():
    back = progress_chart("進捗率", [("後退", judge(make_facts(["80"]), 2020))])
    assert (back.rows[0].rate, back.low) == (Fraction(-2, 5), Fraction(-1, 2))


def test_a_rate_far_outside_keeps_its_number_and_is_cut_only_in_the_drawing():
    far = progress_chart("進捗率", [("大幅な後退", judge(make_facts(["-400"]), 2020))])
    assert (far.rows[0].text, far.low, far.is_cut(far.rows[0])) == ("△1,000％", -1, True)
    assert far.note == "大幅な後退の棒は枠の端までで止めています。"
    assert progress_figure(far, PROGRESS_SIZES[0])["data"][0]["x"] == [-10.0]


def test_the_table_of_progress_has_results_and_due_rates():
    chart = progress("a running total", "a falling floor")
    assert chart.table.headers == ("指標", "実績", "進捗率など", "目安の進捗率", "判定")
    assert chart.table.rows == (
        ("a running total", "291人", "72％", "80％", "順調"),
        ("a falling floor", "44,302人", "目安との差 △318.4人", "―", "やや遅れ"),
    )


def test_progress_is_rounded_as_the_plan_says():
    assert progress("a running total", rules=Rules(rate_decimals=2)).rows[0].text == "72.75％"


@EVERY_PROGRESS_SIZE
def test_the_drawing_of_progress_tells_every_row(size):
    chart = progress(is_sample=True)
    svg = progress_svg(chart, "p", size)
    assert ElementTree.fromstring(svg).find("title").text == chart.description
    assert len([each for each in texts(svg) if any(each.endswith(word) for word in {each.word for each in chart.rows})]) >= len(chart.rows)
    assert not re.search(r"style=|nan|None", svg)


@EVERY_PROGRESS_SIZE
def test_plotly_accepts_the_progress_and_keeps_the_true_lengths(size):
    plotted = progress_figure(progress(), size)
    assert len(go.Figure({"data": plotted["data"], "layout": plotted["layout"]}).data) == 2
    assert plotted["data"][0]["x"] == [float(each.rate or 0) for each in progress().rows]
    assert len(plotted["data"][0]["hovertext"]) == len(SHAPES)


@EVERY_PROGRESS_SIZE
def test_a_goal_without_indicators_has_an_empty_chart(size):
    empty = progress_chart("進捗率", [])
    assert ElementTree.fromstring(progress_svg(empty, "p", size)).get("role") == "img"
    assert go.Figure({"data": progress_figure(empty, size)["data"]}).data


def test_a_long_name_is_cut_with_an_ellipsis():
    size = PROGRESS_SIZES[0]
    assert shorten("短い名前", size) == "短い名前"
    assert shorten("とても長い指標の名前" * 3, size).endswith("…")


def test_names_of_indicators_are_escaped():
    facts = make_facts(["104"], target_kind=TargetKind.INCREASE)
    svg = progress_svg(progress_chart("進捗率", [("<b>&", judge(facts, 2020))]), "p", PROGRESS_SIZES[0])
    assert "<b>&" in texts(svg)


def test_the_mark_of_what_is_due_is_explained():
    assert "今の目安" in progress_legend_svg()
