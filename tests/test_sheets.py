"""Spreadsheet files keep what is written into them, and no text in them is a formula."""
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.sheets.columns import Number, Text
from common.japanese import exact, parse_number
from common.sheets import MAX_CELL_CHARACTERS, SheetError, neutralised, read_sheet, restored, write_csv, write_xlsx

WRITERS = pytest.mark.parametrize("write", [write_csv, write_xlsx])
# Whatever a column with 18 digits, 4 of them behind the point, can hold.
NUMBERS = st.decimals(min_value=Decimal("-99999999999999.9999"), max_value=Decimal("99999999999999.9999"), places=4)
TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)


def one_cell(write, value):
    """The value as it comes back from a file."""
    return read_sheet(write(["見出し", "値"], [["x", value]])).rows[0][1][1]


@WRITERS
@settings(deadline=None)
@given(number=NUMBERS)
def test_every_number_comes_back_exactly(write, number):
    assert Number().read(one_cell(write, exact(number))) == number


@WRITERS
@settings(deadline=None)
@given(text=TEXTS)
def test_every_text_comes_back_as_far_as_a_file_can_keep_it(write, text):
    assert Text().shows(text, one_cell(write, neutralised(text)))


@WRITERS
@settings(deadline=None)
@given(day=st.dates(min_value=date(1926, 1, 1)))
def test_every_date_comes_back(write, day):
    cell = one_cell(write, day)
    assert (cell.date() if isinstance(cell, datetime) else date.fromisoformat(cell)) == day


@given(text=TEXTS)
def test_neutralising_can_be_taken_back(text):
    assert restored(neutralised(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝１", "'=1"])
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe(text):
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1-3-4", "a=b", "'引用'", "約100"])
def test_other_texts_stay_as_they_are(text):
    assert neutralised(text) == text


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut():
    with pytest.raises(SheetError, match="CSV を選んでください"):
        write_xlsx(["x"], [["あ" * (MAX_CELL_CHARACTERS + 1)]])


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234", "1234"), ("１，２３４．５", "1234.5"), ("△55", "-55"), ("▲55", "-55"), ("−55", "-55"), ("－５５", "-55"), ("‐55", "-55"), ("　39,541", "39541")],
)
def test_a_number_is_read_as_people_write_it(text, number):
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "△", "12人", "1,23", "4,900,5944", "1.2.3", "1e5", "①", "²", "٣", "NaN", "--1", "1 2"])
def test_what_is_no_number_is_never_guessed_at(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_number(text)
