"""One cell at a time: what people write, and what it means for an indicator with its unit."""
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.japanese import exact, number_text, plain_text
from importing.book import Cell
from importing.values.cells import read_cell
from importing.values.reading import Nothing, Reading
from kpis.vocabulary import MissingReason, ValueState

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
BLAME = ("不正", "無効", "誤った", "誤り", "間違")
AWAITING, NOT_SURVEYED = MissingReason.AWAITING_PUBLICATION, MissingReason.NOT_SURVEYED


def read(value, unit: str = "人", decimals: int | None = None, number_format: str = "") -> Reading:
    return read_cell(Cell(value, number_format), unit, decimals)


def value_of(*cell, **rest) -> Decimal | None:
    """The value of a cell that is understood without a doubt."""
    reading = read(*cell, **rest)
    assert (reading.problem, reading.warning) == ("", "")
    return reading.value


def problem_of(*cell, **rest) -> str:
    """The problem of a cell, with nothing else read from it."""
    reading = read(*cell, **rest)
    assert reading == Reading(problem=reading.problem)
    return reading.problem


@pytest.mark.parametrize(("text", "value"), [
    ("1,234", 1234), ("１，２３４", 1234), ("１２３４", 1234), (" 39,541", 39541), ("\u300039,541\n", 39541), ("0", 0), ("007", 7),
    ("6.71", Decimal("6.71")),
    ("６．７１", Decimal("6.71")), ("1,234,567.5", Decimal("1234567.5")), ("+55", 55), ("＋200", 200), ("\u200b55\ufeff", 55),
])
def test_a_number_is_read_in_any_width_and_grouping(text, value):
    assert value_of(text) == value


@pytest.mark.parametrize("text", ["△55", "▲55", "−55", "－55", "-55", "‐55", "マイナス55", "△55人", "ﾏｲﾅｽ55", "△ 55", "–55", "▲５５"])
def test_every_minus_is_a_minus(text):
    assert value_of(text) == -55


def test_minus_nothing_is_just_zero():
    assert plain_text(value_of("△0.0")) == plain_text(value_of("-0")) == plain_text(value_of(Decimal("-0.0"))) == "0"


@pytest.mark.parametrize("text", ["△", "▲", "◎", "×", "Ａ"])
def test_a_grade_is_not_a_number(text):
    assert "評価の記号" in problem_of(text)


@pytest.mark.parametrize("text", ["ー55", "―55", "Δ55"])
def test_a_sign_that_only_looks_like_a_minus_is_asked_about(text):
    assert "「△55」のように" in problem_of(text)


@pytest.mark.parametrize(("text", "qualifier"), [
    ("約1,800人", "約"), ("概ね1,800人", "概ね"), ("延べ1,800人", "延べ"), ("1,800人以上", "以上"), ("1,800人超", "超"), ("1,800以上", "以上"),
    ("延べ約1,800人", "延べ・約"),
    ("1,800余人", "余"), ("(約)1,800人", "約"), ("1,800人（延べ）", "延べ"), ("約 1,800 人", "約"),
])
def test_a_qualifier_is_kept_beside_the_number(text, qualifier):
    assert value_of(text) == 1800
    assert read(text).qualifier == qualifier


@pytest.mark.parametrize(("text", "unit", "value"), [
    ("76万人", "万人", 76), ("76", "万人", 76), ("76万", "万人", 76), ("76 万人", "万人", 76), ("76（万人）", "万人", 76), ("76万人", "人", 760_000),
    ("520万円", "円", 5_200_000),
    ("520万円", "万円", 520), ("3,737万8千人", "人", 37_378_000), ("3,737万8千人", "万人", Decimal("3737.8")), ("2億396万円", "円", 203_960_000),
    ("2億396万円", "万円", 20_396),
    ("1億2千万円", "円", 120_000_000), ("１．５万人", "人", 15_000), ("3百万円", "百万円", 3), ("520千円", "円", 520_000), ("5,200千円", "百万円", Decimal("5.2")),
    ("10万5,000人", "人", 105_000), ("△1.5万人", "人", -15_000), ("2兆円", "億円", 20_000), ("2億", "万円", 20_000),
])
def test_the_indicators_unit_decides_and_nothing_is_multiplied_twice(text, unit, value):
    assert value_of(text, unit) == value


@pytest.mark.parametrize(("text", "unit"), [("5千", "万円"), ("10万5,000", "万人")])
def test_a_step_below_the_unit_needs_the_base_unit_behind_it(text, unit):
    assert f"この指標の単位「{unit}」で数えた数" in problem_of(text, unit)


@pytest.mark.parametrize(("text", "value"), [
    ("87.5%", "87.5"), ("87.5％", "87.5"), ("2・2%", "2.2"), ("2･2％", "2.2"), ("87.5", "87.5"), ("87.5パーセント", "87.5"), ("△3.2%", "-3.2"),
])
def test_a_percentage_is_the_number_before_the_sign(text, value):
    assert value_of(text, "％") == Decimal(value)


@pytest.mark.parametrize(("number", "number_format", "unit", "value"), [
    ("0.875", "0.0%", "％", "87.5"), ("0.875", "0%", "%", "87.5"), ("87.5", '0.0"%"', "％", "87.5"), ("87.5", r"0.0\%", "％", "87.5"),
    ("87.5", "General", "％", "87.5"),
    ("-0.032", "0.0%;△0.0%", "％", "-3.2"), ("76", '0"万人"', "人", "760000"), ("76", '0"万人"', "万人", "76"), ("1234", '#,##0"人"', "人", "1234"),
    ("-55", '#,##0;"△ "#,##0', "人", "-55"), ("1234", '[$¥-411]#,##0', "円", "1234"),
    ("-5", '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "人", "-5"),
    ("1E+3", "0.00E+00", "人", "1000"), ("5", 'G/標準"件"', "件", "5"), ("5", "@", "人", "5"), ("5.2", '0.0"t-CO2"', "t-CO2", "5.2"),
])
def test_a_number_cell_is_read_as_it_is_shown(number, number_format, unit, value):
    assert value_of(Decimal(number), unit, number_format=number_format) == Decimal(value)


def test_a_number_format_may_qualify_the_number():
    assert read(Decimal(1800), number_format='"約"#,##0"人"').qualifier == "約"


@pytest.mark.parametrize(("number_format", "unit"), [("0.0%", "人"), ('0"件"', "人"), ('0"万人"', "円")])
def test_a_number_format_with_another_unit_is_a_problem(number_format, unit):
    assert f"この指標の単位は「{unit}」です" in problem_of(Decimal(1), unit, number_format=number_format)


@pytest.mark.parametrize("number_format", ["#,##0,", "0.0,,"])
def test_a_number_shown_in_thousands_is_a_problem(number_format):
    assert "縮めて表示" in problem_of(Decimal(5_200_000), "千円", number_format=number_format)


@pytest.mark.parametrize(("text", "unit", "value"), [
    ("53,983回/月", "回/月", 53983), ("14事業者", "事業者", 14), ("6.71ha", "ha", Decimal("6.71")), ("53,983回／月", "回/月", 53983),
    ("53,983 回 / 月", "回／月", 53983),
    ("6.71 ｈａ", "ha", Decimal("6.71")), ("6.71㏊", "ha", Decimal("6.71")), ("6.71ヘクタール", "ha", Decimal("6.71")), ("14（事業者）", "事業者", 14),
    ("5ヶ所", "か所", 5),
    ("5.2t-CO2", "t-CO2", Decimal("5.2")), ("3㎡", "m2", 3), ("55人（延べ）", "人（延べ）", 55),
])
def test_the_indicators_own_unit_may_stand_behind_the_number(text, unit, value):
    assert value_of(text, unit) == value


@pytest.mark.parametrize(("text", "written", "unit"), [
    ("6.71ha", "ha", "人"), ("53,983回/月", "回/月", "回"), ("14事業者", "事業者", "社"), ("87.5%", "%", "人"), ("520円", "円", "万円"),
    ("76万人", "人", "円"), ("76（万人）", "万人", "人"),
    ("約14事業者以上", "事業者", "社"), ("55人口", "人口", "人"),
])
def test_another_unit_is_a_problem_that_names_both(text, written, unit):
    assert problem_of(text, unit) == (
        f"数値の後ろに単位「{written}」が付いています。この指標の単位は「{unit}」です。「{unit}」で数えた数だけを書いてください。"
    )


def test_without_an_indicators_unit_the_written_one_is_left_to_people():
    reading = read("6.71ha以上", unit="")
    assert (reading.value, reading.qualifier) == (Decimal("6.71"), "以上")
    assert "「ha」が付いています" in reading.warning


@pytest.mark.parametrize("text", ["50品(10品×5年)", "50(10×5)", "50品（10品×5年＝50品）", "５０品（１０品×５年）"])
def test_a_calculation_in_brackets_checks_the_value(text):
    assert value_of(text, "品") == 50
    assert "10" in read(text, "品").note


@pytest.mark.parametrize("text", ["50品(10品×4年)", "50品(10品×5年=40)", "5品(10品×5年)"])
def test_a_calculation_that_does_not_fit_is_a_problem(text):
    assert "かっこの中の計算と合いません" in problem_of(text, "品")


@pytest.mark.parametrize(("text", "value", "note"), [
    ("23(8)", 23, "内数 8"), ("515（うちH28 255人）", 515, "うちH28 255人"), ("43（16）", 43, "内数 16"), ("23人（8人）", 23, "内数 8人"),
    ("23[8]", 23, "内数 8"), ("23※1", 23, "※1"),
    ("△23(8)", -23, "内数 8"),
])
def test_a_part_of_the_value_is_kept_as_a_note(text, value, note):
    assert value_of(text) == value
    assert read(text).note == note


@pytest.mark.parametrize("text", ["(55)", "（55人）", "（△55）", "23人 (8", "23()"])
def test_a_bracket_is_never_a_minus(text):
    assert problem_of(text)


@pytest.mark.parametrize(("text", "note"), [("8(23)", "23"), ("23(小学校のみ)", "小学校のみ"), ("23（90%）", "90%")])
def test_any_other_bracket_is_a_note_to_look_at(text, note):
    reading = read(text)
    assert (reading.note, reading.problem) == (note, "")
    assert f"「{note}」は注記として読みました" in reading.warning


@pytest.mark.parametrize(("text", "value", "note"), [
    ("2,211(H26)", 2211, "H26"), ("18,211世帯(平成28年2月)", 18211, "平成28年2月"), ("2,211(R6.4.1現在)", 2211, "R6.4.1現在"),
    ("2,211(3月末)", 2211, "3月末"), ("2,211(2024)", 2211, "2024"),
])
def test_a_date_in_brackets_is_kept_as_a_note(text, value, note):
    assert value_of(text, "世帯") == value
    assert read(text, "世帯").note == note


@pytest.mark.parametrize(("text", "state"), [
    ("7,077（速報値）", ValueState.PRELIMINARY), ("p 7,077", ValueState.PRELIMINARY), ("ｐ 7,077", ValueState.PRELIMINARY),
    ("p7,077", ValueState.PRELIMINARY),
    ("速報 7,077", ValueState.PRELIMINARY), ("（速報値）7,077人", ValueState.PRELIMINARY), ("7,077（暫定値）", ValueState.PRELIMINARY),
    ("7,077見込み", ValueState.PROJECTED),
    ("7,077人（見込）", ValueState.PROJECTED), ("7,077（確定値）", ValueState.CONFIRMED), ("7,077", None),
])
def test_the_state_is_what_the_cell_says(text, state):
    assert value_of(text) == 7077
    assert read(text).state is state


def test_a_revised_value_is_noted():
    assert (value_of("r 7,077"), read("r 7,077").note) == (7077, "改定値")


def test_two_states_at_once_are_a_problem():
    assert "どれか1つ" in problem_of("p 7,077（確定値）")


@pytest.mark.parametrize(("text", "unit"), [
    ("4戸32.3ha", "戸"), ("15団体 324人", "団体"), ("小39.7% 中31.3%", "％"), ("45件/72件/86件", "件"), ("10～20人", "人"), ("2・2", "％"), ("1 234", "人"),
    ("4戸・32.3ha", "ha"),
])
def test_two_values_in_one_cell_belong_into_breakdown_rows(text, unit):
    assert "内訳の行に、1つずつ" in problem_of(text, unit)


@pytest.mark.parametrize("text", [
    "4,900,5944,934,005", "4億3,0000万円", "1,23", "12,34,567", "0,123", "1.2.3", "1,234,", "2千5000円", "3万2億円", "1.5億2000万円", "4億30000万円",
])
def test_broken_grouping_is_never_a_number(text):
    assert "桁の区切りが合いません" in problem_of(text, "円")


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000", "未入力"])
def test_a_blank_cell_is_not_entered(value):
    assert read(value) == Reading(nothing=Nothing.NOT_ENTERED)


@pytest.mark.parametrize("text", ["-", "－", "―", "ー", "—", "−", "ｰ", "なし", "該当なし", "ﾅｼ", "（なし）", "な し"])
def test_none_or_zero_is_to_be_confirmed(text):
    reading = read(text)
    assert (reading.nothing, reading.value, reading.missing_reason) == (Nothing.TO_CONFIRM, None, None)
    assert reading.warning.endswith("は0のことですか。0のときは0、測れないときは「調査なし」と書いてください。")


@pytest.mark.parametrize("text", ["…", "...", "不明", "？"])
def test_dots_are_unknown(text):
    reading = read(text)
    assert (reading.nothing, reading.missing_reason) == (Nothing.UNKNOWN, None)
    assert "分からない" in reading.warning


@pytest.mark.parametrize(("text", "reason", "month", "year"), [
    ("集計中", AWAITING, None, None), ("調整中", AWAITING, None, None), ("未公表", AWAITING, None, None), ("H28.9公表予定", AWAITING, 9, 2016),
    ("調査なし", NOT_SURVEYED, None, None),
    ("公表待ち", AWAITING, None, None), ("公表待ち（9月公表予定）", AWAITING, 9, None), ("集計中（令和7年9月頃公表予定）", AWAITING, 9, 2025),
    ("2025/12公表予定", AWAITING, 12, 2025),
    ("R7.9.30公表予定", AWAITING, 9, 2025), ("令和7年度公表予定", AWAITING, None, 2025), ("令和7年度2月公表予定", AWAITING, 2, 2026),
    ("Ｈ２８．９公表予定", AWAITING, 9, 2016),
    ("－（調査なし）", NOT_SURVEYED, None, None), ("－（R7.9公表予定）", AWAITING, 9, 2025), ("事業未実施", MissingReason.NOT_IMPLEMENTED, None, None),
    ("中止（荒天のため）", MissingReason.NOT_IMPLEMENTED, None, None), ("測定不能", MissingReason.OTHER, None, None),
])
def test_a_missing_value_keeps_its_reason_and_month(text, reason, month, year):
    reading = read(text)
    assert (reading.nothing, reading.missing_reason) == (Nothing.NOT_MEASURED, reason)
    assert (reading.expected_month, reading.expected_year, reading.value, reading.warning) == (month, year, None, "")


@pytest.mark.parametrize(("text", "note"), [("公表待ち", ""), ("集計中", "集計中"), ("H28.9公表予定", "H28.9公表予定"), ("調査なし（5年に1度）", "5年に1度")])
def test_what_the_reason_does_not_say_is_kept_as_a_note(text, note):
    assert read(text).note == note


def test_not_measured_without_a_reason_asks_for_it():
    assert "理由が分かりません" in read("未測定").warning


@pytest.mark.parametrize("text", ["x", "X", "ｘ", "秘匿"])
def test_a_secret_value_is_no_value(text):
    reading = read(text)
    assert (reading.nothing, reading.value, reading.missing_reason) == (Nothing.SECRET, None, MissingReason.OTHER)


@pytest.mark.parametrize("text", ["H28.13公表予定", "公表済", "公表"])
def test_only_a_promise_with_a_real_month_is_one(text):
    assert problem_of(text)


@pytest.mark.parametrize("text", ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "Err:502", "＃ＤＩＶ／０！"])
def test_an_error_of_the_spreadsheet_is_a_problem(text):
    assert "Excel のエラー" in problem_of(text)


@pytest.mark.parametrize(("text", "advice"), [
    ("######", "列の幅"), ("#FORMULA?", "保存し直す"), ("=A1+B1", "計算した結果"), ("1.2E+05", "全部の桁"), ("TRUE", "数を書いてください"), ("〃", "上と同じ数"),
    ("13:30", "時刻"),
])
def test_what_is_no_number_comes_with_its_own_advice(text, advice):
    assert advice in problem_of(text)


@pytest.mark.parametrize("value", [date(2024, 3, 9), datetime(2024, 3, 9)])
def test_a_date_made_by_excel_is_a_problem(value):
    assert problem_of(value) == "Excel が日付に変えています（3月9日）。表示形式を「標準」に戻してから、数を書き直してください。"


@pytest.mark.parametrize("text", ["3/9", "3月9日", "2025/3/9", "2025-03-09 00:00:00", "9-Mar", "Mar-09", "平成28年2月"])
def test_a_text_that_looks_like_a_date_is_a_problem(text):
    assert "Excel が日付に変えた" in problem_of(text)


@pytest.mark.parametrize("value", [True, False])
def test_a_logical_value_is_a_problem(value):
    assert "TRUE か FALSE" in problem_of(value)


@pytest.mark.parametrize("value", [
    "1234567890123456", Decimal("1234567890123456"), "1" * 40, "0.12345678901234567", "1000000000000000", Decimal("1E+400"),
    "99兆0.999999999999999999",
])
def test_more_than_fifteen_digits_are_a_problem(value):
    assert "15桁" in problem_of(value)


@pytest.mark.parametrize(("number", "value"), [
    ("0.30000000000000004", "0.3"), ("0.28999999999999998", "0.29"), ("-87.49999999999999", "-87.5"),
])
def test_the_rounding_noise_of_a_spreadsheet_is_not_read(number, value):
    assert value_of(Decimal(number)) == Decimal(value)


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), Decimal("sNaN")])
def test_what_is_not_finite_is_a_problem(number):
    assert problem_of(number)


@pytest.mark.parametrize(("value", "decimals", "warning"), [
    ("6.71", 1, "小数第2位まであります。この指標は小数第1位までです。このままでよいか、確かめてください。"), (Decimal("0.5"), 0, "小数第1位まであります。この指標は整数です。このままでよいか、確かめてください。"),
    ("6.70", 1, ""), ("6.71", 2, ""), ("6.71", None, ""), ("なし", None, "「なし」は0のことですか。0のときは0、測れないときは「調査なし」と書いてください。"),
])
def test_more_decimals_than_the_indicator_has_are_a_warning(value, decimals, warning):
    assert read(value, decimals=decimals).warning == warning


@pytest.mark.parametrize("text", [
    "検討中です", "人", "約", "R6", "H26", "2,211 H26", "第3位", "二十人", "①", "55人 増", "△▲55", "あ" * 500, "23人※注意", "令和4年度：15人",
])
def test_what_is_not_understood_is_a_problem(text):
    assert "は数として読めません" in problem_of(text)


def is_one_thing(reading: Reading) -> bool:
    return [reading.value is not None, reading.nothing is not None, bool(reading.problem)].count(True) == 1


UNITS = st.sampled_from(["", "人", "万人", "％", "ha", "回/月", "百万円", "人（延べ）", "(", "万"])
FRAGMENTS = [
    *"0123456789", "1,234", ".", ",", "万", "千", "億", "△", "-", "－", "ー", "%", "％", "人", "ha", "回/月", "約", "以上", "(", ")", "（", "）", "×",
    "=", "H26", "R6.9", "平成28年2月",
    "公表予定", "速報値", "確定", "p ", "うち", "なし", "…", "※", "/", " ", "\u3000", "・", "調査なし", "x", "#", "月", "日",
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
# Whatever has 15 digits at most, with its decimals.
NUMBERS = st.builds(
    lambda digits, places: (Decimal(digits).scaleb(-places), places), st.integers(1 - 10**15, 10**15 - 1), st.integers(0, 15)
)


@given(NUMBERS)
def test_every_number_as_we_write_it_comes_back(number):
    value, places = number
    shown, plain = number_text(value, places), plain_text(value)
    for written in (shown, plain, shown.translate(WIDE), plain.translate(WIDE), f"{shown}人", f" {shown} "):
        assert value_of(written) == value


@given(NUMBERS)
def test_every_number_of_a_spreadsheet_comes_back(number):
    value, _ = number
    assert value_of(Decimal(repr(float(value)))) == value


@given(st.decimals(min_value=Decimal("-99999999999999.9999"), max_value=Decimal("99999999999999.9999"), places=4))
def test_every_number_that_the_database_holds_comes_back_as_text(value):
    assert value_of(plain_text(exact(value))) == value


@given(TEXTS, UNITS, st.one_of(st.none(), st.integers(0, 4)))
def test_any_text_is_a_value_a_kind_of_nothing_or_a_problem(text, unit, decimals):
    reading = read(text, unit, decimals)
    assert is_one_thing(reading)
    assert reading.missing_reason is None or reading.value is None
    assert not any(word in (reading.problem + reading.warning).replace(text, "") for word in BLAME)


@given(TEXTS, UNITS)
def test_the_width_of_a_text_never_matters(text, unit):
    assert read(text.translate(WIDE), unit) == read(text, unit)


@given(st.decimals(), UNITS, st.one_of(st.text(), st.sampled_from(["0.0%", '0"万人"', "#,##0,", "@", ";", '"'])))
def test_any_number_in_any_format_is_read_or_a_problem(number, unit, number_format):
    assert is_one_thing(read(number, unit, number_format=number_format))
