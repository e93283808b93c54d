"""What may be typed or pasted into a row of the entry sheet, and what is said where it cannot be taken."""
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collecting.cells import RowFields, Typed, UnreadableError, is_whole, read_row, read_value
from common.japanese import number_text
from kpis.vocabulary import MissingReason

NUMBERS = [
    ("1,234", "人", "1234"),
    ("１，２３４", "人", "1234"),
    ("１２３４", "人", "1234"),
    (" 39,541 ", "人", "39541"),
    ("　39,541　", "人", "39541"),
    ("△55", "人", "-55"),
    ("▲55", "人", "-55"),
    ("−55", "人", "-55"),
    ("－55", "人", "-55"),
    ("-55", "人", "-55"),
    ("‐55", "人", "-55"),
    ("マイナス55", "人", "-55"),
    ("△ 55", "人", "-55"),
    ("△55人", "人", "-55"),
    ("87.5%", "％", "87.5"),
    ("87.5％", "%", "87.5"),
    ("87.5 ％", "％", "87.5"),
    ("53,983回/月", "回/月", "53983"),
    ("53,983回／月", "回/月", "53983"),
    ("14事業者", "事業者", "14"),
    ("6.71ha", "ha", "6.71"),
    ("6.71ｈａ", "ha", "6.71"),
    ("76万人", "万人", "76"),
    ("4.50", "‰", "4.5"),
    ("0", "人", "0"),
    ("△0", "人", "0"),
    ("12345678901.2345", "円", "12345678901.2345"),
]
REFUSED = [
    ("6.71ha", "人", "単位「人」"),
    ("76万人", "人", "「万人」"),
    ("5%", "人", "「%」"),
    ("12回", "回/月", "単位「回/月」"),
    ("3個", "", "単位「なし」"),
    ("約50", "社", "数だけを"),
    ("50社と60社", "社", "単位「社」"),
    ("4,900,5944", "円", "3桁ごと"),
    ("1.2.3", "円", "区切り"),
    ("abc", "円", "数だけを"),
    ("△", "円", "数だけを"),
    ("-", "円", "未測定にする"),
    ("―", "円", "未測定にする"),
    ("ー", "円", "未測定にする"),
    ("…", "円", "未測定にする"),
    ("該当なし", "円", "0と書いて"),
    ("123456789012", "円", "桁が多すぎます"),
    ("0.12345", "％", "桁が多すぎます"),
    ("9" * 500, "円", "桁が多すぎます"),
    ("#DIV/0!", "円", "数だけを"),
    ("3/9", "回", "「/9」"),
]


@pytest.mark.parametrize(("text", "unit", "value"), NUMBERS)
def test_a_number_is_read_in_the_indicators_unit(text, unit, value):
    assert read_value(text, unit) == Typed(Decimal(value))


@pytest.mark.parametrize(("text", "unit", "advice"), REFUSED)
def test_anything_else_is_refused_with_what_to_write_instead(text, unit, advice):
    with pytest.raises(UnreadableError, match=re.escape(advice)):
        read_value(text, unit)


@pytest.mark.parametrize("text", ["", "  ", "　", "\n"])
def test_an_empty_cell_is_nothing_and_never_zero(text):
    assert read_value(text, "人") == Typed()


@pytest.mark.parametrize(("text", "reason"), [("公表待ち", MissingReason.AWAITING_PUBLICATION), ("調査なし", MissingReason.NOT_SURVEYED), (" 事業未実施 ", MissingReason.NOT_IMPLEMENTED)])
def test_the_name_of_a_reason_in_the_value_cell_is_that_reason(text, reason):
    assert read_value(text, "人") == Typed(missing_reason=reason)


@given(st.decimals(min_value=-99_999_999_999, max_value=99_999_999_999, places=4))
def test_what_the_sheet_shows_is_read_back_as_the_same_number(value):
    assert read_value(number_text(value, 4), "人").value == value


@given(st.text(max_size=60), st.sampled_from(["人", "", "％", "回/月"]))
def test_no_text_breaks_the_reading(text, unit):
    reading = read_row(RowFields(value=text), unit, is_milestone=False)
    assert bool(reading.entered) != bool(reading.problems)
    assert all(problem.endswith("。") for problem in reading.problems.values())


def test_a_row_is_read_whole():
    row = RowFields(value="△1,234", state="preliminary", comment="転出が増えた。", evidence="住民基本台帳", version="3")
    assert read_row(row, "人", is_milestone=False).entered == {
        "value": Decimal(-1234), "state": "preliminary", "missing_reason": "", "expected_month": None, "is_met": None,
        "comment": "転出が増えた。", "evidence": "住民基本台帳", "doubt_answer": "",
    }


def test_a_value_and_a_reason_why_there_is_none_contradict_each_other():
    reading = read_row(RowFields(value="5", missing_reason="not_surveyed"), "人", is_milestone=False)
    assert "どちらか一方" in reading.problems["missing_reason"]
    assert reading.entered == {}


def test_the_month_belongs_to_a_figure_that_is_still_to_be_published():
    waiting = read_row(RowFields(missing_reason="awaiting_publication", expected_month="9"), "人", is_milestone=False)
    assert waiting.entered["expected_month"] == 9
    other = read_row(RowFields(missing_reason="not_surveyed", expected_month="9"), "人", is_milestone=False)
    assert other.entered["expected_month"] is None


@pytest.mark.parametrize("month", ["0", "13", "x", "²", "-1"])
def test_a_month_that_does_not_exist_is_refused(month):
    assert "1～12" in read_row(RowFields(missing_reason="awaiting_publication", expected_month=month), "人", is_milestone=False).problems["expected_month"]


def test_every_problem_of_a_row_is_told_at_once():
    row = RowFields(value="たくさん", state="sure", missing_reason="tired", expected_month="99", evidence="あ" * 201)
    assert set(read_row(row, "人", is_milestone=False).problems) == {"value", "state", "missing_reason", "expected_month", "evidence"}


def test_something_done_asks_for_evidence():
    assert "根拠" in read_row(RowFields(is_met="yes"), "", is_milestone=True).problems["evidence"]
    assert read_row(RowFields(is_met="yes", evidence="要綱"), "", is_milestone=True).entered["is_met"] is True
    assert read_row(RowFields(is_met="no"), "", is_milestone=True).entered["is_met"] is False


def test_a_qualitative_aim_takes_no_number():
    assert read_row(RowFields(value="5"), "", is_milestone=True).entered["value"] is None


def test_fields_that_were_not_sent_are_those_of_a_row_without_a_value():
    assert RowFields.read({"value": " 5\r\n"}.get) == RowFields(value="5")


@pytest.mark.parametrize(("version", "seen"), [("7", 7), ("", 0), ("-1", 0), ("x", 0), ("²", 0)])
def test_a_version_is_a_number_or_none_was_seen(version, seen):
    assert RowFields(version=version).seen_version == seen


@pytest.mark.parametrize(("breakdown", "expected"), [("", True), ("計", True), ("小学校", False)])
def test_the_row_without_a_part_is_the_whole(breakdown, expected):
    assert is_whole(breakdown) is expected
