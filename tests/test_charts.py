"""What a trend chart says: values, gaps, targets, axis, words and table, for indicators of every shape."""
from decimal import Decimal
from fractions import Fraction

import pytest

from common.japanese import number_text
from kpis.chart_scale import value_axis
from kpis.charts import trend_chart
from kpis.facts import ActualValue, Rules
from kpis.vocabulary import Accumulation, MissingReason, TargetKind, ValueState
from tests.indicator_shapes import SHAPES, judgements_of, make_facts

EVERY_SHAPE = pytest.mark.parametrize(("facts", "fiscal_year"), SHAPES.values(), ids=SHAPES)


def chart_of(facts, fiscal_year, **more):
    return trend_chart(judgements_of(facts, fiscal_year), fiscal_year, **more)


def shape(name, **more):
    return chart_of(*SHAPES[name], **more)


def values(marks):
    return [mark.value for mark in marks]


def cells(chart, heading):
    column = next(n for n, header in enumerate(chart.table.headers) if header.startswith(heading))
    return {row[0]: row[column] for row in chart.table.rows}


# The axis

@pytest.mark.parametrize(
    ("numbers", "ticks"),
    [
        ([0, 62, 400], [0, 100, 200, 300, 400]),
        ([16270, 17200], [16000, 16200, 16400, 16600, 16800, 17000, 17200]),
        ([Fraction("41.2"), Fraction("91.7")], [30, 40, 50, 60, 70, 80, 90, 100]),
        ([-121, 12], [-150, -125, -100, -75, -50, -25, 0, 25]),
        ([2, 4], [0, 1, 2, 3, 4]),
        ([100], [90, 95, 100, 105, 110]),
        ([0], [0, 1]),
        ([], [0, 1]),
    ],
)
def test_ticks_are_round_numbers_around_the_values(numbers, ticks):
    assert list(value_axis([Fraction(number) for number in numbers]).ticks) == ticks


def test_ticks_are_no_finer_than_the_values():
    assert value_axis([Fraction(3), Fraction(5)], decimals=0).step == 1
    assert value_axis([Fraction(3), Fraction(5)], decimals=1).step == Fraction(1, 2)


def test_a_total_starts_at_zero_however_large_it_is():
    facts = make_facts(["900", "950"], target="1000", baseline=None, accumulation=Accumulation.RUNNING_TOTAL)
    assert chart_of(facts, 2021).axis.low == 0


def test_a_line_that_does_not_start_at_zero_says_so():
    assert shape("revised").note == "縦軸は30万人から表示しています。"
    assert shape("a running total").note == ""
    assert "△" in shape("all negative").note


# Values

def test_results_end_with_the_shown_year():
    facts, _ = SHAPES["revised"]
    assert values(chart_of(facts, 2021).results) == [Decimal("41.2"), Decimal("44.8")]


def test_later_values_and_revisions_do_not_show_in_an_earlier_year():
    facts, _ = SHAPES["revised"]
    chart = trend_chart(judgements_of(facts, 2023), 2021)
    assert chart.goal.value == 90
    assert chart.original is None
    assert "84" not in chart.description


def test_the_baseline_stands_first_under_its_own_label():
    chart = shape("far from zero")
    assert (chart.columns[0].label, chart.columns[0].name, chart.columns[0].note) == ("H30", "平成30年度（現状値）", "現状値")
    assert chart.start.value == 16270


def test_a_total_starts_from_zero_and_the_first_plans_result_is_a_reference():
    chart = shape("a running total")
    assert (chart.columns[0].label, chart.start.value) == ("起点", 0)
    assert "第1期実績の234は参考" in chart.description


def test_an_assumed_start_is_not_joined_to_the_results():
    chart = shape("without a baseline")
    assert (chart.start.value, chart.is_start_joined) == (0, False)


def test_without_baseline_and_target_the_plan_years_are_all_there_is():
    assert [column.label for column in shape("nothing known").columns] == ["R2", "R3", "R4", "R5", "R6"]


def test_a_value_that_is_not_firm_carries_its_state():
    assert [mark.state for mark in shape("revised").results] == ["", "", "", "速報"]
    assert [mark.state for mark in shape("a total with a gap").results] == ["", "参考"]


def test_a_missing_year_is_a_gap_with_its_reason():
    chart = shape("with gaps")
    assert [(gap.column, gap.text) for gap in chart.gaps] == [(1, "調査なし"), (3, "調査なし")]
    assert values(chart.results) == [Decimal("41.5"), Decimal("48.2")]


def test_a_year_nobody_has_entered_is_a_gap_too():
    assert [gap.text for gap in shape("without a baseline").gaps] == ["未入力"]


def test_a_longer_plan_has_a_column_for_each_year():
    assert [column.label for column in shape("nine years").columns] == ["H30", *(f"R{n}" for n in range(2, 11))]


# Targets and 目安

def test_an_unrevised_target_is_a_point_at_the_end_of_a_straight_path():
    chart = shape("a running total")
    assert (chart.goal.column, chart.goal.value, chart.goal.text) == (5, 400, "目標 400人")
    assert [(mark.column, mark.value) for mark in chart.path] == [(0, 0), (5, 400)]
    assert chart.levels == ()


def test_a_revised_target_is_a_step_and_the_original_goes_on():
    chart = shape("revised")
    assert [(level.start, level.end, level.value) for level in chart.levels] == [(1, 2, 90), (3, 5, 84)]
    assert (chart.original.start, chart.original.end, chart.original.value) == (3, 5, 90)
    assert chart.path == ()


def test_after_a_revision_each_year_has_the_expected_value_of_its_own_target():
    assert values(shape("revised").ticks) == [Fraction(text) for text in ("78.8", "81.6", "80.8", "82.4")]


def test_two_revisions_make_three_steps_with_the_original_named():
    assert [level.text for level in shape("revised twice").levels] == ["当初の目標 2,000人", "目標 1,800人", "目標 1,900人"]


def test_yearly_milestones_are_ticks_beside_the_straight_path():
    chart = shape("with milestones")
    assert [(mark.column, mark.value) for mark in chart.ticks] == [(1, 20), (2, 40)]
    assert len(chart.path) == 2


def test_a_floor_is_a_level_and_its_expected_path_falls_to_it():
    chart = shape("a falling floor")
    assert [level.text for level in chart.levels] == ["下限 44,200人"]
    assert values(chart.path) == [46302, 44200]


def test_a_floor_to_keep_has_no_path():
    assert shape("a floor to keep").path == ()


def test_a_range_has_both_bounds():
    chart = shape("a range")
    assert [chart.levels[0].text, chart.upper_levels[0].text] == ["下限 18.0人", "上限 24.0人"]


def test_without_a_numeric_target_there_is_none_to_draw():
    chart = shape("without a target")
    assert (chart.goal, chart.levels, chart.path, chart.need) == (None, (), (), ())
    assert "数値目標はありません。" in chart.description


def test_what_is_still_needed_leads_from_the_last_result_to_the_target():
    assert [(mark.column, mark.value) for mark in shape("awaiting publication").need] == [(3, Fraction("1.24")), (5, Fraction("1.54"))]


@pytest.mark.parametrize("name", ["decreasing to zero", "revised twice", "a falling floor", "no value yet"])
def test_nothing_is_needed_when_reached_over_limited_or_unknown(name):
    assert shape(name).need == ()


def test_a_forecast_takes_the_place_of_what_is_needed():
    chart = shape("revised", with_forecast=True)
    assert chart.need == ()
    assert (chart.outlook.same_growth[-1].text, chart.outlook.flat[-1].text) == ("見込み 91.7", "見込み 80.1")
    assert cells(chart, "見込み")["令和6年度"] == "80.1～91.7"


# Words

def test_the_legend_names_only_what_occurs():
    kinds = {name: [entry.kind for entry in shape(name).legend] for name in ("a running total", "revised", "without a target")}
    assert kinds == {
        "a running total": ["actual", "plan", "need", "goal"],
        "revised": ["actual", "hollow", "tick", "need", "step", "original"],
        "without a target": ["actual"],
    }


def test_a_chart_of_sample_values_says_so():
    assert "架空のサンプル値" in shape("revised", is_sample=True).description
    assert "架空" not in shape("revised").description


def test_a_chart_without_any_number_says_so():
    assert shape("nothing known").message == "図に示す数値はありません。"
    assert shape("done or not").message == "図に示す数値はありません。"
    assert shape("no value yet").message == ""


def test_the_description_tells_start_values_target_and_what_is_due():
    assert shape("revised").description == (
        "見本の指標の推移（単位 万人）。平成30年度（現状値）は76.0です。"
        "実績は、令和2年度 41.2、令和3年度 44.8、令和4年度 68.5、令和5年度 80.1（速報）です。"
        "目標は令和6年度に84.0万人（当初 90.0万人）です。目標は令和4年度に見直しました。令和5年度の目安は82.4万人です。"
        "縦軸は30万人から表示しています。"
    )


def test_rates_are_rounded_as_the_plan_says():
    facts, year = SHAPES["a running total"]
    judgements = judgements_of(facts, year)
    rates = [cells(trend_chart(judgements, year, rules=rules), "進捗率")["令和5年度"] for rules in (Rules(rate_decimals=0), Rules(rate_decimals=2))]
    assert rates == ["72％", "72.75％"]


# The table

def test_the_table_has_the_figures_of_every_year():
    chart = shape("revised")
    assert chart.table.headers == ("年度", "実績（万人）", "目安（万人）", "目標（万人）", "進捗率", "判定")
    assert chart.table.rows[0] == ("平成30年度（現状値）", "76.0", "―", "―", "―", "―")
    assert chart.table.rows[4] == ("令和5年度", "80.1（速報）", "82.4", "84.0（当初 90.0万人）", "51％", "やや遅れ")
    assert chart.table.rows[5][:2] == ("令和6年度", "―")


@EVERY_SHAPE
def test_the_table_equals_the_judgements(facts, fiscal_year):
    chart = chart_of(facts, fiscal_year)
    results = cells(chart, "累計の実績" if facts.accumulation.is_total else "実績")
    for judgement in judgements_of(facts, fiscal_year):
        name = f"令和{judgement.fiscal_year - 2018}年度"
        if judgement.result is not None:
            assert results[name].split("（")[0] == number_text(judgement.result, facts.decimals)
            assert cells(chart, "判定")[name] == judgement.word
        else:
            assert results[name].startswith(("未測定", "未入力"))


@EVERY_SHAPE
def test_every_row_of_the_table_has_a_cell_under_every_header(facts, fiscal_year):
    chart = chart_of(facts, fiscal_year, with_forecast=True)
    assert {len(row) for row in chart.table.rows} == {len(chart.table.headers)}
    assert len(chart.table.rows) == len(chart.columns) == len(chart.details)


@EVERY_SHAPE
def test_the_description_has_every_value(facts, fiscal_year):
    chart = chart_of(facts, fiscal_year)
    assert all(number_text(mark.value, facts.decimals) in chart.description for mark in chart.results)


def test_missing_values_are_words_in_the_table_and_never_zero():
    assert cells(shape("with gaps"), "実績")["令和2年度"] == "未測定（調査なし）"


def test_negative_values_are_written_with_a_triangle():
    assert cells(shape("through zero"), "実績")["令和2年度"] == "△121"


def test_a_milestone_tells_whether_it_was_done():
    done = (ActualValue(2020, is_met=False), ActualValue(2021, is_met=True))
    facts = make_facts(target=None, baseline=None, target_kind=TargetKind.MILESTONE, actuals=done)
    assert list(cells(chart_of(facts, 2021), "実績").values())[:2] == ["実施していない", "実施した"]


def test_hover_labels_give_year_value_unit_and_state():
    assert shape("revised").details[4] == (
        "令和5年度", "実績 80.1万人（速報）", "目安 82.4万人", "目標 84.0万人（当初 90.0万人）", "進捗率 51％", "判定 やや遅れ",
    )  # fmt: skip


def test_a_year_before_every_judgement_is_refused():
    with pytest.raises(ValueError, match="2019"):
        trend_chart(judgements_of(make_facts(["104"]), 2020), 2019)


def test_projected_values_are_named():
    facts = make_facts(["104"], states={2020: ValueState.PROJECTED}, missing={2021: MissingReason.OTHER})
    assert cells(chart_of(facts, 2020), "実績")["令和2年度"] == "104（見込）"
