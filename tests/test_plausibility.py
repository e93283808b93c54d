"""Values that ask for a second look: what is unusual is said, with the value that was probably meant; what is usual stays quiet."""
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from collecting.plausibility import FACTOR, Context, DoubtKind, doubts

LEAP, SIGN, DECIMALS, PERCENT, FALLING, PARTS = DoubtKind
values = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)
positive = st.decimals(allow_nan=False, allow_infinity=False, places=0, min_value=1, max_value=10**6)


def context(previous=None, unit="人", decimals=0, is_total=False, parts=()) -> Context:
    number = None if previous is None else Decimal(previous)
    return Context(unit, decimals, number, is_total, tuple(map(Decimal, parts)))


# value, what it is compared with, the doubts and what was probably meant.
LINES = [
    ("64120", context("66310"), [], []),
    ("641200", context("66310", unit="回／月"), [LEAP], ["64120"]),
    ("6412", context("66310"), [LEAP], ["64120"]),
    ("500", context("100"), [LEAP], ["50"]),
    ("499", context("100"), [], []),
    ("20", context("100"), [LEAP], [None]),
    ("21", context("100"), [], []),
    ("500", context("0"), [], []),
    ("0", context("100"), [], []),
    ("500", context(None), [], []),
    ("-21", context("-38"), [], []),
    ("21", context("-38"), [SIGN], ["-21"]),
    ("-12", context("38"), [SIGN], ["12"]),
    ("0", context("-38"), [], []),
    ("-380", context("-38"), [LEAP], ["-38"]),
    ("6.71", context("6.5", decimals=2), [], []),
    ("6.715", context("6.5", decimals=2), [DECIMALS], ["6.72"]),
    ("6.5", context("7"), [DECIMALS], ["7"]),
    ("87.5", context("80", unit="％", decimals=1), [], []),
    ("100", context("80", unit="%"), [], []),
    ("0", context("80", unit="%"), [], []),
    ("100.1", context("80", unit="%", decimals=1), [PERCENT], [None]),
    ("-1", context(None, unit="％"), [PERCENT], [None]),
    ("120", context("121", is_total=True), [FALLING], [None]),
    ("121", context("121", is_total=True), [], []),
    ("120", context("121"), [], []),
    ("30", context(None, parts=("10", "20")), [], []),
    ("31", context(None, parts=("10", "20")), [PARTS], ["30"]),
    ("1050", context("100", unit="%"), [LEAP, PERCENT], ["105", None]),
]


@pytest.mark.parametrize(("value", "known", "kinds", "meant"), LINES)
def test_what_is_unusual_is_said_and_nothing_else(value, known, kinds, meant):
    found = doubts(Decimal(value), known)
    assert [doubt.kind for doubt in found] == kinds
    assert [None if doubt.suggestion is None else Decimal(doubt.suggestion) for doubt in found] == [None if each is None else Decimal(each) for each in meant]


def test_no_value_is_never_doubted():
    assert doubts(None, context("100", unit="%", is_total=True, parts=("1",))) == ()


@pytest.mark.parametrize("line", [line for line in LINES if line[2]])
def test_a_doubt_is_a_short_sentence_that_asks_to_look_again(line):
    for doubt in doubts(Decimal(line[0]), line[1]):
        assert doubt.text.endswith("。")
        assert not any(word in doubt.text for word in ("不正", "無効", "誤った操作"))
        assert all(len(sentence) <= 60 for sentence in doubt.text.split("。"))


def test_a_fall_below_zero_is_written_with_the_japanese_minus():
    assert "△38" in doubts(Decimal(21), context("-38"))[0].text


@given(positive, positive)
def test_a_leap_is_a_factor_of_five_or_more_either_way(value, previous):
    is_leap = value >= FACTOR * previous or value * FACTOR <= previous
    assert (LEAP in [doubt.kind for doubt in doubts(value, context(previous))]) is is_leap


@given(values, st.booleans())
def test_the_same_value_as_last_year_is_never_a_leap_a_turn_or_a_fall(value, is_total):
    found = {doubt.kind for doubt in doubts(value, context(value, decimals=2, is_total=is_total))}
    assert found.isdisjoint({LEAP, SIGN, FALLING})


@given(values, values, st.sampled_from(["人", "%", "％", ""]), st.booleans())
def test_any_value_against_any_other_gives_each_kind_once(value, previous, unit, is_total):
    kinds = [doubt.kind for doubt in doubts(value, context(previous, unit=unit, is_total=is_total))]
    assert len(kinds) == len(set(kinds))


@given(positive, st.integers(1, 3), st.booleans())
def test_a_shifted_point_is_found_again(previous, places, is_up):
    value = previous.scaleb(places if is_up else -places)
    known = context(previous, decimals=3)
    found = [doubt.suggestion for doubt in doubts(value, known) if doubt.kind == LEAP]
    assert found == [previous]


@given(values, values)
def test_what_is_proposed_for_a_turned_sign_has_last_years_sign(value, previous):
    assume(value and previous and (value < 0) != (previous < 0))
    (proposed,) = [doubt.suggestion for doubt in doubts(value, context(previous, decimals=2)) if doubt.kind == SIGN]
    assert (proposed < 0) == (previous < 0)
