"""Charts as they meet the page: the figure with drawings, data and table, and the marks beside numbers."""
import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template

from kpis.board import StatusCounts, judged_indicators
from kpis.charts import trend_chart
from kpis.forecast import forecast
from tests.factories import make_actual, make_indicator, make_strategy, make_target

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategy():
    """Two indicators of which everybody sees R2 to R4; the second one's values are samples."""
    strategy = make_strategy(published_through=2022)
    for name, is_sample in (("入込客数", False), ("会員数", True)):
        indicator = make_indicator(strategy=strategy, name=name)
        make_target(indicator=indicator)
        for fiscal_year, value in ((2020, 105), (2021, 112), (2022, 121)):
            make_actual(indicator=indicator, fiscal_year=fiscal_year, value=value, is_sample=is_sample)
    return strategy


@pytest.fixture
def rows(strategy):
    return judged_indicators(strategy, AnonymousUser())


def rendered(tag, **context):
    return Template("{% load charts %}" + tag).render(Context(context))


def figures(html, uid):
    return json.loads(re.search(rf'<script id="{uid}" type="application/json">(.*?)</script>', html, re.S)[1])


def test_a_trend_is_a_figure_with_two_drawings_their_data_and_a_table(rows):
    html = rendered('{% trend_chart "t1" row 2022 %}', row=rows[0])
    assert '<figure class="chart chart--trend chart--card" data-chart="t1"' in html
    assert [html.count(f'class="ch {css}"') for css in ("ch--w", "ch--n")] == [1, 1]
    assert set(figures(html, "t1")) == {"config", "wide", "narrow"}
    assert "数値を表で見る" in html


def test_the_table_of_a_trend_has_headings_for_columns_and_rows(rows):
    html = rendered('{% trend_chart "t1" row 2022 %}', row=rows[0])
    assert '<th scope="row">令和4年度</th><td class="num r">121</td>' in html
    assert '<th scope="col" class="r">実績（人）</th>' in html
    assert '<caption class="vh">入込客数の推移</caption>' in html


def test_a_chart_of_sample_values_is_marked_in_drawing_data_and_table(rows):
    real, sample = (rendered('{% trend_chart "t1" row 2022 %}', row=row) for row in rows)
    assert "架空のサンプル値" not in real
    assert "会員数の推移（架空のサンプル値）</caption>" in sample
    assert "架空のサンプル値" in json.dumps(figures(sample, "t1"), ensure_ascii=False)


def test_the_page_size_is_larger_and_can_show_a_forecast(rows):
    html = rendered('{% trend_chart "t1" row 2022 size="page" with_forecast=True %}', row=rows[0])
    assert 'viewBox="0 0 740 392"' in html
    assert 'class="fore"' in html


def test_an_id_that_would_not_work_is_refused(rows):
    with pytest.raises(ValueError, match="1-1"):
        rendered('{% trend_chart "1-1 面積" row 2022 %}', row=rows[0])


def test_any_chart_that_was_described_elsewhere_can_be_shown(rows):
    html = rendered('{% chart "x" described %}', described=trend_chart(rows[0].judgements, 2022))
    assert 'data-chart="x"' in html


def test_names_cannot_break_out_of_the_figure(strategy):
    strategy.indicators.update(name="</script><b>\"'&")
    row = judged_indicators(strategy, AnonymousUser())[0]
    html = rendered('{% trend_chart "t1" row 2022 %}', row=row)
    assert "<b>" not in html
    assert html.count("</script>") == 1


def test_the_verdicts_of_each_visible_year_are_one_bar_each(rows):
    html = rendered('{% status_chart "s" rows 2021 title="判定の内訳" %}', rows=rows)
    assert '<th scope="row">令和3年度</th>' in html
    assert "令和4年度" not in html
    assert '<ul class="lgd"' in html


def test_the_progress_has_a_row_for_each_indicator(rows):
    html = rendered('{% progress_chart "p" rows 2022 title="進捗" %}', rows=rows)
    assert all(f'<th scope="row">{row.indicator.code} {row.indicator.label}</th>' in html for row in rows)


@pytest.mark.parametrize("tag", ['{% status_chart "s" rows 2022 %}', '{% progress_chart "p" rows 2022 %}'])
def test_a_goal_without_indicators_has_a_chart_without_rows(tag):
    assert '<figure class="chart' in rendered(tag, rows=[])


def test_a_common_legend_names_each_mark_once(rows):
    html = rendered("{% trend_legend rows 2022 %}", rows=rows)
    assert html.count("<li>") == 4
    assert rendered("{% trend_legend row 2022 %}", row=rows[0]).count("<li>") == 4


def test_without_charts_there_is_no_legend():
    assert rendered("{% trend_legend rows 2022 %}", rows=[]) == ""


def test_the_script_knows_where_plotly_is():
    html = rendered("{% chart_scripts %}")
    assert re.search(r'<script src="[^"]*js/charts[^"]*\.js" data-plotly="[^"]*plotly\.min[^"]*\.js" defer></script>', html)


@pytest.mark.parametrize("tag", ["bullet row 2022", "spark row 2022", "mini row 2022", "progress_bar judgement", "forecast_bar outlook outlook.base"])
def test_the_marks_beside_numbers_are_drawings(rows, tag):
    outlook = forecast(rows[0].judgements, 2022)
    html = rendered("{% " + tag + " %}", row=rows[0], judgement=rows[0].in_year(2022), outlook=outlook)
    assert html.startswith("<svg")


def test_a_stack_counts_the_verdicts(rows):
    html = rendered("{% status_stack counts %}", counts=StatusCounts.of(rows, 2022))
    assert 'aria-label="やや遅れ 2"' in html
