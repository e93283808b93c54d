"""Fiscal years, eras and Japanese numbers."""
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.fiscal import baseline_label_long, era_date, era_date_short, era_long, era_short, era_span, fiscal_year_of
from common.japanese import number_text, percent_text, plain_text, rounded, signed_text


@pytest.mark.parametrize(("year", "short", "long"), [
    (2024, "R6", "令和6年度"), (2020, "R2", "令和2年度"), (2019, "R1", "令和元年度"), (2018, "H30", "平成30年度"), (1989, "H1", "平成元年度"), (1988, "S63", "昭和63年度"),
])
def test_a_fiscal_year_has_its_era(year, short, long):
    assert (era_short(year), era_long(year)) == (short, long)


@pytest.mark.parametrize(("first", "last", "text"), [
    (2020, 2024, "令和2～6年度"), (2019, 2024, "令和元～6年度"), (2015, 2019, "平成27年度～令和元年度"), (2024, 2024, "令和6年度"),
])
def test_a_period_names_its_era_once(first, last, text):
    assert era_span(first, last) == text


@pytest.mark.parametrize(("day", "year"), [(date(2025, 3, 31), 2024), (date(2025, 4, 1), 2025), (date(2024, 12, 31), 2024)])
def test_a_fiscal_year_runs_from_april_to_march(day, year):
    assert fiscal_year_of(day) == year


@pytest.mark.parametrize(("day", "text", "short"), [
    (date(2019, 4, 30), "平成31年4月30日", "H31.4.30"), (date(2019, 5, 1), "令和元年5月1日", "R1.5.1"), (date(2014, 9, 19), "平成26年9月19日", "H26.9.19"),
])
def test_a_date_changes_era_on_the_day_the_era_changed(day, text, short):
    assert (era_date(day), era_date_short(day)) == (text, short)


@pytest.mark.parametrize(("label", "text"), [
    ("H30", "平成30年度"), ("R1", "令和元年度"), ("R2.1", "令和2年1月"), ("R1.12", "令和元年12月"), ("H31", "平成31年度"), ("第1期実績", "第1期実績"), ("", ""),
])
def test_the_plans_baseline_labels_are_written_out(label, text):
    assert baseline_label_long(label) == text


@pytest.mark.parametrize(("value", "decimals", "text"), [
    (Decimal("-55"), 0, "△55"), (Decimal("46302"), 0, "46,302"), (None, 0, "―"), (Decimal("0"), 0, "0"), (Decimal("6.02"), 2, "6.02"),
    (Decimal("-0.4"), 0, "0"), (Fraction(25, 3), 1, "8.3"), (Decimal("2.5"), 0, "3"), (Decimal("-2.5"), 0, "△3"),
])
def test_a_number_is_written_as_people_read_it(value, decimals, text):
    assert number_text(value, decimals) == text


@pytest.mark.parametrize(("value", "text"), [(200, "＋200"), (-55, "△55"), (0, "±0"), (None, "―")])
def test_a_difference_always_shows_its_sign(value, text):
    assert signed_text(value) == text


@pytest.mark.parametrize(("rate", "text"), [
    (Fraction("0.996"), "99.6％"), (Fraction("0.9999"), "99.9％"), (Fraction(1, 2), "50％"), (Fraction("-0.4"), "△40％"), (Fraction(62, 60), "103.3％"), (None, "―"), (0, "0％"),
])
def test_a_rate_is_cut_off_and_never_rounded_up_to_success(rate, text):
    assert percent_text(rate) == text


def test_a_city_that_rounds_half_up_may_do_so():
    assert percent_text(Fraction("0.9996"), down=False) == "100％"


@pytest.mark.parametrize(("value", "text"), [(Decimal("-55.10"), "-55.10"), (None, ""), (Decimal("1E+3"), "1000")])
def test_a_number_in_data_is_plain(value, text):
    assert plain_text(value) == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4), st.integers(min_value=0, max_value=4))
def test_rounding_moves_by_at_most_half_a_step(value, decimals):
    assert abs(Fraction(rounded(value, decimals)) - Fraction(value)) <= Fraction(1, 2) / 10**decimals
