"""The indicators as open data: what stands in the files."""
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import opendata
from accounts.roles import Role
from kpis.board import judged_indicators
from kpis.vocabulary import Accumulation, MissingReason, Status, TargetKind
from opendata import wide
from tests.factories import make_actual, make_goal, make_indicator, make_measure, make_strategy, make_target, make_user
from tests.opendata_files import document_of, fetch, make_workers, row_in, rows_of
from tests.variables import ROOT, environment_with
from tests.world import client_of

pytestmark = pytest.mark.django_db

FIRST_COLUMNS = (
    "code,goal,measure,name,breakdown,unit,target_kind,accumulation,baseline,baseline_label,target,target_original,fiscal_year,value,value_state,"
    "result,expected,progress_rate,achievement_rate,rate_formula,status,explanation,is_sample,era,strategy,municipality_code,missing_reason,target_upper"
)
PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d*[1-9])?")
NUMBER_COLUMNS = ("baseline", "target", "target_original", "value", "result", "expected", "progress_rate", "achievement_rate", "target_upper")


@pytest.fixture
def strategy():
    return make_strategy(slug="hokuto-2", published_through=2022)


@pytest.fixture
def workers(strategy):
    return make_workers(strategy)


def test_the_csv_begins_with_the_agreed_columns_in_order(client, workers):
    header = fetch(client, "indicators_csv").content.decode("utf-8-sig").splitlines()[0]
    assert header.startswith(FIRST_COLUMNS + ",")


@pytest.mark.parametrize("name", ["indicators_csv", "indicators_wide_csv", "agreements_csv"])
def test_a_csv_file_is_utf8_with_bom_and_crlf(client, workers, name):
    content = fetch(client, name).content
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n") > 0


def test_there_is_one_row_per_indicator_and_visible_year(client, workers):
    make_indicator(measure=workers.measure)
    rows = rows_of(client, "indicators_csv")
    assert [row["fiscal_year"] for row in rows] == ["2020", "2021", "2022"] * 2


def test_a_row_says_what_the_judgement_says(client, workers):
    row = row_in(rows_of(client, "indicators_csv"), 2021)
    expected = {
        "code": "1-3-1", "goal": "1", "measure": "1", "name": "新規就農者", "breakdown": "", "unit": "人",
        "target_kind": "increase", "accumulation": "level", "baseline": "100", "baseline_label": "H30",
        "target": "150", "target_original": "150", "value": "125", "value_state": "confirmed", "result": "125", "expected": "120",
        "progress_rate": "0.5", "achievement_rate": "0.8333", "rate_formula": "result_over_target", "status": "on_track",
        "is_sample": "false", "era": "令和3年度", "strategy": "hokuto-2", "municipality_code": "012360", "missing_reason": "", "target_upper": "",
        "target_kind_label": "増やす", "rate_formula_label": "実績÷目標", "status_label": "順調",
    }
    assert {name: row[name] for name in expected} == expected


def test_the_explanation_is_the_one_of_the_pages(client, strategy, workers):
    judged = judged_indicators(strategy, make_user(Role.VIEWER))[0]
    assert row_in(rows_of(client, "indicators_csv"), 2021)["explanation"] == judged.explanation(2021)


def test_rates_are_shares_cut_off_at_four_decimals(client, strategy):
    indicator = make_indicator(strategy=strategy, baseline_value=Decimal(0))
    make_target(indicator=indicator, value=Decimal(3))
    make_actual(indicator=indicator, value=Decimal("2.9999"))
    row = row_in(rows_of(client, "indicators_csv"), 2021)
    assert (row["progress_rate"], row["achievement_rate"]) == ("0.9999", "0.9999")
    indicator.actuals.update(value=Decimal(2))
    assert row_in(rows_of(client, "indicators_csv"), 2021)["progress_rate"] == "0.6666"


def test_the_expected_value_has_two_decimals_more_than_the_indicator(client, strategy):
    make_target(indicator=make_indicator(strategy=strategy, baseline_value=Decimal(0), decimals=1), value=Decimal("1.0004"))
    assert row_in(rows_of(client, "indicators_csv"), 2022)["expected"] == "0.6"
    assert row_in(rows_of(client, "indicators_csv"), 2020)["expected"] == "0.2"


def test_a_negative_number_has_a_plain_minus(client, strategy):
    make_target(indicator=make_indicator(strategy=strategy, baseline_value=Decimal("-55"), decimals=0), value=Decimal(0))
    row = row_in(rows_of(client, "indicators_csv"), 2021)
    assert (row["baseline"], row["target"], row["expected"]) == ("-55", "0", "-33")


def test_a_missing_value_is_empty_and_says_why(client, workers):
    make_actual(indicator=workers, fiscal_year=2022, missing_reason=MissingReason.AWAITING_PUBLICATION)
    row = row_in(rows_of(client, "indicators_csv"), 2022)
    assert [row[name] for name in ("value", "value_state", "result", "progress_rate", "achievement_rate", "rate_formula")] == [""] * 6
    assert (row["status"], row["missing_reason"], row["missing_reason_label"]) == ("not_measured", "awaiting_publication", "公表待ち")


def test_a_real_zero_is_a_zero(client, workers):
    make_actual(indicator=workers, fiscal_year=2022, value=Decimal(0))
    assert row_in(rows_of(client, "indicators_csv"), 2022)["value"] == "0"


def test_a_total_tells_the_years_amount_and_the_sum(client, strategy):
    indicator = make_indicator(strategy=strategy, accumulation=Accumulation.TOTAL, baseline_value=Decimal(234), baseline_label="第1期実績")
    make_target(indicator=indicator, value=Decimal(400))
    for year, value in ((2020, 62), (2021, 66), (2022, 86)):
        make_actual(indicator=indicator, fiscal_year=year, value=Decimal(value))
    row = row_in(rows_of(client, "indicators_csv"), 2022)
    assert (row["value"], row["result"], row["expected"], row["progress_rate"], row["baseline_label"]) == ("86", "214", "240", "0.535", "第1期実績")


def test_a_revised_target_stands_beside_the_original(client, workers):
    make_target(indicator=workers, effective_fiscal_year=2022, value=Decimal(140))
    rows = rows_of(client, "indicators_csv")
    assert [(row["target"], row["target_original"]) for row in rows] == [("150", "150"), ("150", "150"), ("140", "150")]


def test_a_numeric_target_of_a_goal_has_no_measure(client, strategy):
    make_target(indicator=make_indicator(goal=make_goal(strategy=strategy, number=2), code="2-A"))
    row = rows_of(client, "indicators_csv")[0]
    assert (row["goal"], row["goal_name"], row["measure"], row["measure_name"]) == ("2", "目標その2", "", "")


def test_a_range_a_milestone_and_a_direction_fill_their_own_columns(client, strategy):
    measure = make_measure(goal=make_goal(strategy=strategy))
    make_target(indicator=make_indicator(measure=measure, target_kind=TargetKind.RANGE), value=Decimal(30), upper_value=Decimal(40))
    make_actual(indicator=make_indicator(measure=measure, target_kind=TargetKind.MILESTONE), is_met=True, evidence="要綱")
    make_actual(indicator=make_indicator(measure=measure, target_kind=TargetKind.DIRECTION), value=Decimal(120))
    within, done, direction = (row for row in rows_of(client, "indicators_csv") if row["fiscal_year"] == "2021")
    assert (within["target"], within["target_upper"]) == ("30", "40")
    assert (done["is_met"], done["value"], done["status"]) == ("true", "", "achieved")
    assert (direction["target"], direction["expected"], direction["status"]) == ("", "", "not_rated")


def test_a_target_that_takes_effect_later_is_not_told_yet(client, workers):
    make_target(indicator=workers, effective_fiscal_year=2024, value=Decimal(130))
    targets = document_of(client, "indicators_json")["indicators"][0]["targets"]
    assert [target["value"] for target in targets] == [150]


def test_a_row_is_marked_where_it_rests_on_a_fictional_value(client, strategy):
    indicator = make_indicator(strategy=strategy)
    make_target(indicator=indicator)
    make_target(indicator=indicator, effective_fiscal_year=2022, value=Decimal(140), is_sample=True)
    make_actual(indicator=indicator, fiscal_year=2020, is_sample=True)
    assert [row["is_sample"] for row in rows_of(client, "indicators_csv")] == ["true", "false", "true"]


def test_a_sum_of_fictional_amounts_is_fictional(client, strategy):
    indicator = make_indicator(strategy=strategy, accumulation=Accumulation.TOTAL)
    make_target(indicator=indicator)
    make_actual(indicator=indicator, fiscal_year=2020, is_sample=True)
    assert [row["is_sample"] for row in rows_of(client, "indicators_csv")] == ["true", "true", "true"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_text_is_run_as_a_formula(client, strategy, start):
    make_target(indicator=make_indicator(strategy=strategy, name=f"{start}HYPERLINK(1)", unit=f"{start}1"))
    row = rows_of(client, "indicators_csv")[0]
    assert row["name"].startswith("'")
    assert row["unit"].startswith("'")


def test_a_note_of_several_lines_stays_in_one(client, strategy):
    make_indicator(strategy=strategy, note="1行目\n2行目")
    assert rows_of(client, "indicators_csv")[0]["note"] == "1行目 2行目"
    assert document_of(client, "indicators_json")["indicators"][0]["note"] == "1行目\n2行目"


@pytest.mark.parametrize("count", [1, 15])
@pytest.mark.parametrize("name", ["indicators_csv", "indicators_json", "indicators_wide_csv"])
def test_the_files_take_the_same_few_queries_however_many_indicators(strategy, name, count, django_assert_max_num_queries):
    measure = make_measure(goal=make_goal(strategy=strategy))
    for _ in range(count):
        indicator = make_indicator(measure=measure)
        make_target(indicator=indicator)
        make_actual(indicator=indicator)
    kai = client_of(make_user(Role.DIVISION))
    with django_assert_max_num_queries(8):
        assert fetch(kai, name).status_code == 200


def test_every_cell_of_the_real_plan_is_machine_readable(client, sample):
    rows = rows_of(client, "indicators_csv")
    assert len(rows) == 49 * (sample.published_through - sample.first_fiscal_year + 1)
    for row in rows:
        assert [row[name] for name in NUMBER_COLUMNS if row[name] and not PLAIN_NUMBER.fullmatch(row[name])] == []
        assert not any("\n" in cell or cell != cell.strip() for cell in row.values())
        assert row["era"] == f"令和{int(row['fiscal_year']) - 2018}年度"
        assert row["status"] in set(Status)
        assert (row["value"] == "") == (row["status"] in (Status.NOT_MEASURED, Status.NOT_ENTERED))


def test_every_row_of_the_real_plan_equals_its_judgement(client, sample):
    judged = judged_indicators(sample, make_user(Role.VIEWER))
    judgements = [(row.indicator, judgement) for row in judged for judgement in row.judgements]
    for cells, (indicator, judgement) in zip(rows_of(client, "indicators_csv"), judgements, strict=True):
        assert (cells["code"], cells["breakdown"], cells["fiscal_year"]) == (indicator.code, indicator.breakdown, str(judgement.fiscal_year))
        assert cells["status"] == judgement.status.value
        assert (Fraction(cells["result"]) if cells["result"] else None) == judgement.result
        assert _is_cut_off(cells["progress_rate"], judgement.progress_rate)
        assert _is_cut_off(cells["achievement_rate"], judgement.achievement_rate)


def _is_cut_off(cell: str, rate: Fraction | None) -> bool:
    if rate is None:
        return cell == ""
    return abs(Fraction(cell)) <= abs(rate) < abs(Fraction(cell)) + Fraction(1, 10_000)


def test_the_sample_marks_every_row_that_has_a_value(client, sample):
    assert {row["is_sample"] for row in rows_of(client, "indicators_csv") if row["value"]} == {"true"}


def test_the_wide_file_holds_the_same_values_as_the_long_one(client, sample):
    long = rows_of(client, "indicators_csv")
    wide = rows_of(client, "indicators_wide_csv")
    keys = list(dict.fromkeys((row["code"], row["breakdown"]) for row in long))
    assert [(row["code"], row["breakdown"]) for row in wide] == keys
    by_key = {(row["code"], row["breakdown"]): row for row in wide}
    assert all(by_key[row["code"], row["breakdown"]][row["fiscal_year"]] == row["value"] for row in long)
    assert list(wide[0])[-4:] == ["2020", "2021", "2022", "2023"]


def test_a_wide_row_tells_the_newest_target_and_whether_anything_in_it_is_fictional(client, workers):
    make_target(indicator=workers, effective_fiscal_year=2022, value=Decimal(140), is_sample=True)
    row = rows_of(client, "indicators_wide_csv")[0]
    assert (row["target"], row["target_original"], row["is_sample"], row["2020"], row["2021"]) == ("140", "150", "true", "", "125")


def test_a_strategy_without_indicators_has_empty_tables(client, strategy):
    assert rows_of(client, "indicators_csv") == rows_of(client, "indicators_wide_csv") == []


def test_the_json_nests_targets_milestones_and_years(client, workers):
    make_target(
        indicator=workers, effective_fiscal_year=2022, value=Decimal("140.5"), reason="宿泊の減少", decided_on=date(2022, 3, 24), decided_by_meeting="検討・推進会議"
    )
    make_target(indicator=workers, milestone_fiscal_year=2021, value=Decimal(120))
    found = document_of(client, "indicators_json")["indicators"][0]
    assert found["targets"][1] == {
        "effective_fiscal_year": 2022, "value": 140.5, "upper_value": None, "reason": "宿泊の減少",
        "decided_on": "2022-03-24", "decided_by_meeting": "検討・推進会議", "is_sample": False,
    }
    assert found["milestones"] == [{"fiscal_year": 2021, "effective_fiscal_year": 2020, "value": 120, "is_sample": False}]
    assert [(year["fiscal_year"], year["value"]) for year in found["years"]] == [(2020, None), (2021, 125), (2022, None)]


def test_a_number_in_the_json_is_written_as_it_is(client, strategy):
    indicator = make_indicator(strategy=strategy, baseline_value=Decimal("0.28"), target_kind=TargetKind.DECREASE, decimals=2)
    make_target(indicator=indicator, value=Decimal("0.14"))
    text = fetch(client, "indicators_json").content.decode()
    assert '"baseline": 0.28, ' in text
    assert '"target": 0.14, ' in text
    assert '"name": "指標その' in text


def test_the_json_says_whose_data_it_is_and_how_it_may_be_used(client, strategy):
    document = document_of(client, "indicators_json")
    assert document["strategy"]["municipality_code"] == "012360"
    assert document["licence"]["attribution"] == f"試験市「{strategy.name} 進捗データ」（CC BY 4.0）"


def test_only_the_module_that_pivots_needs_pandas():
    modules = sorted(path.name for path in Path(opendata.__file__).parent.glob("*.py") if "import pandas" in path.read_text(encoding="utf-8"))
    assert modules == ["pivot.py"]


def test_the_process_that_answers_requests_never_loads_pandas():
    command = "import django, sys; django.setup(); from django.urls import resolve; resolve('/'); print('pandas' in sys.modules)"
    environment = environment_with(DEMO="1", DATABASE_URL="sqlite://:memory:", DJANGO_SETTINGS_MODULE="hokuto_strategy.settings")
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_same_values_are_pivoted_once_and_others_again(client, workers, monkeypatch):
    started = []
    monkeypatch.setattr(wide, "_pivoted", lambda asked: started.append(asked) or [["", "1", ""]])
    assert rows_of(client, "indicators_wide_csv")[0]["2021"] == "1"
    rows_of(client, "indicators_wide_csv")
    assert len(started) == 1
    make_actual(indicator=workers, fiscal_year=2022, value=Decimal(9))
    rows_of(client, "indicators_wide_csv")
    assert len(started) == 2
