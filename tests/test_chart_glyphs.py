"""The small drawings beside numbers."""
import re
from xml.etree import ElementTree

import pytest

from kpis.chart_glyphs import bullet, forecast_bar, mini, progress_bar, spark, status_stack
from kpis.forecast import forecast
from kpis.progress import judge
from kpis.vocabulary import Status
from tests.indicator_shapes import SHAPES, judgements_of, make_facts

EVERY_SHAPE = pytest.mark.parametrize(("facts", "fiscal_year"), SHAPES.values(), ids=SHAPES)


def drawn(glyph, name):
    facts, fiscal_year = SHAPES[name]
    return glyph(judgements_of(facts, fiscal_year), fiscal_year)


def classed(svg, css):
    return [element for element in ElementTree.fromstring(svg).iter() if css in element.get("class", "").split()]


def at(element, name="x"):
    return float(element.get(name).rstrip("%"))


@EVERY_SHAPE
def test_every_shape_has_a_bullet_inside_its_width(facts, fiscal_year):
    svg = bullet(judgements_of(facts, fiscal_year), fiscal_year)
    places = [float(place) for place in re.findall(r'c?x="([-\d.]+)%"', svg)]
    assert places
    assert all(0 <= place <= 100 for place in places)
    assert not re.search(r"style=|nan|None", svg)


def test_a_total_is_a_bar_from_zero_towards_the_target():
    svg = drawn(bullet, "a running total")
    bar, target, due = classed(svg, "ba")[0], classed(svg, "tg")[0], classed(svg, "pl")[0]
    assert (at(bar), at(bar, "width")) == (0, pytest.approx(72.75 / 1.06, abs=0.1))
    assert at(bar, "width") < at(due) < at(target)


def test_better_is_to_the_right_also_when_the_number_should_fall():
    svg = drawn(bullet, "decreasing to zero")
    start, result, target = classed(svg, "b0")[0], classed(svg, "b1")[0], classed(svg, "tg")[0]
    assert at(start, "cx") < at(result, "cx")
    assert at(result, "cx") == at(target)


def test_a_step_back_is_orange():
    facts = make_facts(["80"])
    svg = bullet(judgements_of(facts, 2020), 2020)
    assert classed(svg, "bn")
    assert classed(svg, "b1n")


def test_a_year_without_a_value_shows_the_last_one_hollow():
    assert classed(drawn(bullet, "awaiting publication"), "b1--old")
    assert not classed(drawn(bullet, "far from zero"), "b1--old")


def test_a_limit_to_keep_has_no_separate_due_mark():
    assert classed(drawn(bullet, "a floor to keep"), "pl") == []


def test_a_range_has_two_targets():
    assert len(classed(drawn(bullet, "a range"), "tg")) == 2


def test_nothing_known_is_an_empty_track():
    assert [element.get("class") for element in ElementTree.fromstring(drawn(bullet, "nothing known"))] == ["tr"]


def test_a_spark_needs_two_values():
    assert drawn(spark, "one value") == '<span class="sub">―</span>'
    assert classed(drawn(spark, "far from zero"), "ln")


def test_a_spark_without_a_target_has_no_level():
    assert classed(drawn(spark, "without a target"), "tl") == []


@EVERY_SHAPE
def test_a_small_trend_says_every_year_in_words_or_is_left_out(facts, fiscal_year):
    judgements = judgements_of(facts, fiscal_year)
    svg = mini(judgements, fiscal_year)
    if any(judgement.result is not None for judgement in judgements):
        label = ElementTree.fromstring(svg).get("aria-label")
        assert all(f"R{judgement.fiscal_year - 2018} " in label for judgement in judgements)
    else:
        assert svg == ""


def test_a_small_trend_names_what_a_year_waits_for():
    assert "公表待ち" in drawn(mini, "awaiting publication")


def test_a_stack_has_a_part_for_each_status_that_occurs():
    svg = status_stack({Status.ACHIEVED: 1, Status.BEHIND: 3, Status.ON_TRACK: 0})
    assert [at(bar, "width") for bar in classed(svg, "s-gap")] == [25, 75]
    assert ElementTree.fromstring(svg).get("aria-label") == "達成 1、遅れ 3"


def test_a_stack_in_the_last_year_calls_it_missed():
    assert "未達成 3" in status_stack({Status.BEHIND: 3}, is_final=True)


def test_a_small_stack_has_no_texts():
    assert list(ElementTree.fromstring(status_stack({Status.BEHIND: 3}, is_small=True)).iter("text")) == []


def test_an_empty_stack_says_so():
    assert 'aria-label="指標なし"' in status_stack({})


@pytest.mark.parametrize(("value", "width"), [("80", "0%"), ("125", "50%"), ("180", "100%")])
def test_a_progress_bar_stays_in_its_track(value, width):
    assert f'width="{width}"' in progress_bar(judge(make_facts([value]), 2020))


def test_without_a_rate_there_is_no_bar():
    assert progress_bar(judge(*SHAPES["a falling floor"])) == ""


def test_the_bars_of_a_forecast_share_one_scale():
    facts, fiscal_year = SHAPES["revised"]
    outlook = forecast(judgements_of(facts, fiscal_year), fiscal_year)
    bars = [forecast_bar(outlook, assumption.final) for assumption in outlook.assumptions]
    ticks = {at(classed(bar, "tg")[0]) for bar in bars}
    assert len(ticks) == 1
    assert at(classed(bars[0], "ba")[0], "width") > ticks.pop() > at(classed(bars[1], "ba")[0], "width")
    assert classed(forecast_bar(outlook, outlook.target, is_target=True), "bg")
