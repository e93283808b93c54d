"""見込み: two plain assumptions, and when none is made."""
from fractions import Fraction

import pytest

from kpis.forecast import forecast
from kpis.vocabulary import MissingReason, TargetKind
from tests.indicator_shapes import SHAPES, judgements_of, make_facts


def seen(facts, fiscal_year):
    return forecast(judgements_of(facts, fiscal_year), fiscal_year)


def test_the_same_growth_adds_the_latest_growth_for_each_remaining_year():
    found = seen(make_facts(["104", "110", "118"]), 2022)
    assert found.same_growth.path == ((2023, 126), (2024, 134))
    assert found.same_growth.label == "令和4年度と同じ伸びが続く"


def test_no_growth_keeps_the_latest_value():
    found = seen(make_facts(["104", "110", "118"]), 2022)
    assert found.flat.path == ((2023, 118), (2024, 118))
    assert found.flat.label == "横ばい（伸びなし）"


def test_the_mock_up_of_visitors_comes_out():
    found = seen(*SHAPES["revised"])
    assert [assumption.final for assumption in found.assumptions] == [Fraction("91.7"), Fraction("80.1")]
    assert [assumption.reaches_target for assumption in found.assumptions] == [True, False]
    assert found.target == 84


def test_the_share_of_the_latest_growth_that_is_needed():
    found = seen(*SHAPES["revised"])
    assert found.needed_share == Fraction("3.9") / Fraction("11.6")


def test_a_missing_year_makes_the_growth_an_average():
    facts = make_facts(["104", None, "118"], missing={2021: MissingReason.NOT_SURVEYED})
    found = seen(facts, 2022)
    assert found.growth_per_year == 7
    assert found.same_growth.label == "令和2年度から令和4年度までの平均の伸びが続く"


def test_a_year_without_its_value_counts_as_remaining():
    facts = make_facts(["104", "110", None], missing={2022: MissingReason.AWAITING_PUBLICATION})
    assert seen(facts, 2022).same_growth.path == ((2022, 116), (2023, 122), (2024, 128))


def test_a_number_of_children_does_not_fall_below_zero():
    facts = make_facts(["14", "8", "3"], target="0", baseline="11", target_kind=TargetKind.DECREASE)
    assert seen(facts, 2022).same_growth.path == ((2023, 0), (2024, 0))


def test_a_figure_that_can_be_negative_does():
    assert seen(make_facts(["-10", "5", "-30"], target="0", baseline="-55"), 2022).same_growth.final == -100


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ("one value", "two values are needed"),
        ("no value yet", "two values are needed"),
        ("revised twice", "no year remains"),
        ("without a target", "there is no number to reach"),
        ("a range", "there is no number to reach"),
    ],
)
def test_nothing_is_forecast_without_ground(shape, why):
    assert seen(*SHAPES[shape]) is None, why


def test_nothing_is_needed_once_the_target_is_reached():
    assert seen(*SHAPES["decreasing to zero"]).needed_share is None


def test_moving_away_from_the_target_has_no_share():
    facts = make_facts(["90", "80", "70"])
    assert seen(facts, 2022).needed_share is None


def test_later_values_do_not_change_an_earlier_years_forecast():
    facts = make_facts(["104", "110", "118", "300"])
    assert forecast(judgements_of(facts, 2023), 2021).same_growth.final == 128
