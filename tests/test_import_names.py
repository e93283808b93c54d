"""Which indicator a row means: the same name in many spellings, near-misses that are asked about, names that mean several."""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from importing.recognition.names import Names, key_of
from importing.records import KnownPlan
from tests.parsed_tables import PLAN, known

NAMES = Names(PLAN)


def found(code: str = "", breakdown: str = "", name: str = "") -> str:
    """「1-3-4 面積」 for what is understood without a doubt."""
    match = NAMES.find(code, breakdown, name)
    assert (match.problem, match.warning) == ("", "")
    return key_of(match.indicator)


def problem(code: str = "", breakdown: str = "", name: str = "") -> str:
    match = NAMES.find(code, breakdown, name)
    assert match.indicator is None
    return match.problem + match.remedy


@pytest.mark.parametrize("code", ["1-3-6", "１－３－６", "1‐3‐6", "1−3−6", "1ー3ー6", " 1-3-6 ", "1 - 3 - 6", "1–3–6", "1—3—6"])
def test_a_code_is_read_in_any_width_and_with_any_dash(code):
    assert found(code) == "1-3-6"


@pytest.mark.parametrize("name", [
    "企業立地数（新函館北斗駅周辺）", "企業立地数(新函館北斗駅周辺)", "企業立地数 （新函館北斗駅周辺）", "企業立地数\u3000新函館北斗駅周辺", "企業立地数［新函館北斗駅周辺］",
    "企業立地数\n（新函館北斗駅周辺）",
])
def test_names_may_differ_by_spaces_and_brackets(name):
    assert found(name=name) == "1-1-1"


@pytest.mark.parametrize("name", ["新規起業・創業者数", "新規起業創業者数", "新規起業･創業者数", "新規起業、創業者数", "新規起業／創業者数"])
def test_names_may_differ_by_middle_dots(name):
    assert found(name=name) == "1-3-7"


@pytest.mark.parametrize("name", ["ホームページアクセス数", "ﾎｰﾑﾍﾟｰｼﾞｱｸｾｽ数", "ホームページ アクセス数", "「ホームページアクセス数」"])
def test_names_may_differ_by_width(name):
    assert found(name=name) == "2-1-3"


@pytest.mark.parametrize("name", ["農家１戸当たり経営規模", "農家1戸当たり経営規模", "農家の経営規模"])
def test_every_name_of_an_indicator_is_known(name):
    assert found(name=name) == "1-3-2"


@pytest.mark.parametrize("row", [
    {"code": "1-3-4", "breakdown": "面積"},
    {"code": "1-3-4 面積"},
    {"code": "1-3-4（面積）"},
    {"code": "1-3-4", "name": "面積"},
    {"code": "1-3-4", "name": "醸造用ブドウ栽培戸数・面積（面積）"},
    {"name": "醸造用ブドウ栽培戸数・面積（面積）"},
    {"name": "醸造用ブドウ栽培戸数・面積 面積"},
    {"name": "醸造用ブドウ栽培戸数･面積(面積)"},
    {"name": "醸造用ブドウ栽培戸数・面積", "breakdown": "（面積）"},
    {"code": "1-3-4", "breakdown": "面　積", "name": "醸造用ブドウ栽培戸数・面積"},
])
def test_a_breakdown_stands_in_its_own_column_behind_the_code_or_in_brackets(row):
    assert found(**row) == "1-3-4 面積"


def test_a_near_miss_is_asked_about_and_never_taken():
    said = problem(name="新規開発特産品")
    assert "「新規開発特産品」という指標は、この計画にありません。もしかして 新規開発特産品数 ですか。" in said
    assert "1-3-6" in said


def test_a_near_miss_of_a_breakdown_names_it_once():
    assert problem(name="ブドウ栽培戸数・面積（面積）").count("（面積）") >= 1


def test_a_name_far_from_all_is_unknown():
    assert problem(name="市長の身長") == (
        "「市長の身長」という指標は、この計画にありません。指標名を計画のとおりに直すか、「番号」の列に番号を書いてください。"
    )


def test_an_unknown_code_is_not_replaced_by_the_name_but_says_it():
    assert problem("9-9-9", "", "新規開発特産品数") == "番号「9-9-9」の指標は、この計画にありません。指標名からは 1-3-6 です。番号を確かめてください。"
    assert "計画にある番号に直してください" in problem("9-9-9")
    assert NAMES.find("9-9-9", "", "新規開発特産品数").is_about_code


def test_a_code_and_a_name_that_mean_different_indicators():
    assert problem("1-3-6", "", "新規起業・創業者数").startswith("番号は「新規開発特産品数」、指標名は「新規起業・創業者数」の指標で、合いません。")


@pytest.mark.parametrize("row", [{"code": "1-3-4"}, {"name": "醸造用ブドウ栽培戸数・面積"}, {"code": "1-3-4", "name": "醸造用ブドウ栽培戸数・面積"}])
def test_a_name_with_several_breakdowns_names_the_rows_to_use(row):
    said = problem(**row)
    assert "2つあり、どれか分かりません" in said
    assert "「内訳」の列に、戸数・面積 のどれかを書いてください。" in said


def test_one_name_of_two_indicators_asks_for_the_code():
    names = Names(KnownPlan((known(1, "1-1-1", "参加者数"), known(2, "2-2-2", "参加者数")), range(2020, 2025)))
    assert "「番号」の列に、1-1-1・2-2-2 のどれかを書いてください。" in names.find("", "", "参加者数").remedy


def test_a_number_alone_means_the_total_where_the_plan_has_one():
    whole, part = known(1, "9-1", "利用者数"), known(2, "9-1", "利用者数", breakdown="大人")
    names = Names(KnownPlan((whole, part), PLAN.fiscal_years))
    assert [names.find(*row).indicator for row in (("9-1", "", ""), ("9-1", "", "利用者数"), ("9-1", "大人", ""), ("9-1", "", "大人"))] == [whole, whole, part, part]


def test_an_unknown_breakdown_lists_those_there_are():
    assert problem("1-3-4", "本数") == "1-3-4 に、内訳「本数」はありません。「内訳」の列に、戸数・面積 のどれかを書いてください。"


@pytest.mark.parametrize("breakdown", ["", "-", "－", "―"])
def test_a_dash_is_no_breakdown(breakdown):
    assert found("1-3-6", breakdown) == "1-3-6"


def test_a_breakdown_of_an_indicator_that_has_none_is_doubted():
    match = NAMES.find("1-3-6", "加工品", "")
    assert (key_of(match.indicator), match.warning) == ("1-3-6", "1-3-6 に内訳「加工品」はありません。1-3-6 の値として読みました。")


def test_the_code_decides_and_a_quite_different_name_is_doubted():
    match = NAMES.find("1-3-6", "", "観光客の満足度")
    assert key_of(match.indicator) == "1-3-6"
    assert "同じ指標か、確かめてください" in match.warning


@pytest.mark.parametrize("name", ["新規開発特産品", "新規開発特産品の数", "特産品数"])
def test_the_code_decides_over_a_name_that_is_nearly_right(name):
    assert found("1-3-6", "", name) == "1-3-6"


@given(st.text(), st.text(), st.text())
def test_whatever_is_written_there_is_an_answer(code, breakdown, name):
    match = NAMES.find(code, breakdown, name)
    assert (match.indicator is None) == bool(match.problem)


@given(st.sampled_from(PLAN.indicators))
def test_every_indicator_is_found_by_its_code_and_by_its_name(indicator):
    assert NAMES.find(indicator.code, indicator.breakdown, "").indicator == indicator
    assert all(NAMES.find("", indicator.breakdown, name).indicator == indicator for name in indicator.names)
    assert all(NAMES.find(indicator.code, indicator.breakdown, name).indicator == indicator for name in indicator.names)


def test_a_file_about_something_else_does_not_take_for_ever():
    names = Names(PLAN)
    assert all(names.find("", "", f"会計科目{number}の予算現額").indicator is None for number in range(5_000))
    assert names.suggested >= 5_000
