"""A municipality's own table: guessed, kept as plain values, read by what was chosen, and fitted to next year's file."""
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importing.parse import parse
from importing.recognition.headings import ColumnRole
from importing.recognition.layouts import LayoutColumn, LayoutSpec, Sureness, fitted, guess, sheet_of
from tests.parsed_tables import PLAN, book, only_problem, sheet, values

CODE, NAME, VALUE, IGNORED, YEAR = ColumnRole.CODE, ColumnRole.NAME, ColumnRole.VALUE, ColumnRole.IGNORED, ColumnRole.YEAR
OWN = (["A市KPI管理表（令和6年度）"], ["整理", "成果の名前", "見込んだ数", "できあがり"], ["1-3-6", "新規開発特産品数", 50, 42], ["1-3-7", "新規起業・創業者数", 20, 9])
ROLES = ((0, CODE, None), (1, NAME, None), (3, VALUE, 2024))


def spec_of(*columns, sheet_name="実績", heading_row=1, first_row=2, **rest) -> LayoutSpec:
    return LayoutSpec(sheet_name, heading_row, first_row, tuple(LayoutColumn(index, role, "", year) for index, role, year in columns), "A市の表", **rest)


def roles_of(spec: LayoutSpec) -> list[tuple[ColumnRole, int | None]]:
    return [(column.role, column.fiscal_year) for column in spec.columns]


def test_headings_that_are_understood_are_sure():
    spec = guess(book(sheet((["番号", "指標名", "R6目標", "R6実績"], ["1-3-6", "新規開発特産品数", 50, 42]))), PLAN)
    assert roles_of(spec) == [(CODE, None), (NAME, None), (IGNORED, 2024), (VALUE, 2024)]
    assert {column.sureness for column in spec.columns} == {Sureness.HEADING}
    assert (spec.heading_row, spec.first_row, spec.is_complete) == (0, 1, True)


def test_codes_and_names_are_known_by_what_stands_in_their_columns_values_never():
    spec = guess(book(sheet(OWN)), PLAN)
    assert roles_of(spec) == [(CODE, None), (NAME, None), (IGNORED, None), (IGNORED, None)]
    assert [column.sureness for column in spec.columns] == [Sureness.CONTENT, Sureness.CONTENT, Sureness.UNKNOWN, Sureness.UNKNOWN]
    assert (spec.heading_row, spec.title_year, spec.is_complete) == (1, 2024, False)


def test_a_column_of_years_is_known_by_what_stands_in_it():
    rows = (["記号", "いつ", "できあがり"], ["1-3-6", "R5", 30], ["1-3-6", "R6", 42])
    assert [column.role for column in guess(book(sheet(rows)), PLAN).columns] == [CODE, YEAR, IGNORED]


def test_the_sheet_and_its_heading_can_be_chosen():
    first, second = sheet((["番号", "R6実績"], ["1-3-6", 42]), "一覧"), sheet(([], ["x"], ["番号", "R5実績"], ["1-3-6", 30]), "別表")
    assert guess(book(first, second), PLAN, "別表").sheet == "別表"
    assert guess(book(first, second), PLAN, "別表", range(2, 3)).heading_row == 2
    assert guess(book(first, second), PLAN).sheet == "一覧"


def test_what_was_chosen_is_read():
    result = parse(book(sheet(OWN)), PLAN, spec_of(*ROLES))
    assert values(result) == {("1-3-6", 2024): 42, ("1-3-7", 2024): 9}
    assert result.form == "保存した様式「A市の表」"
    assert result.notes == ("実績!D2の列は、見出しに年度がないので、様式のとおり2024年度の値と読みました。",)


def test_a_layout_that_does_not_fit_the_file_says_so():
    assert "保存した様式「A市の表」の列が、このファイルにありません" in only_problem(parse(book(sheet(OWN, "別表")), PLAN, spec_of(*ROLES)))
    assert "列が、このファイルにありません" in only_problem(parse(book(sheet(OWN)), PLAN, spec_of((0, CODE, None), (9, VALUE, 2024))))


SPECS = st.builds(
    LayoutSpec,
    sheet=st.text(max_size=20),
    heading_row=st.integers(0, 50),
    first_row=st.integers(0, 60),
    columns=st.lists(
        st.builds(LayoutColumn, st.integers(0, 300), st.sampled_from(ColumnRole), st.text(max_size=9), st.none() | st.integers(2000, 2050), st.sampled_from(Sureness)),
        max_size=8,
    ).map(tuple),
    name=st.text(max_size=20),
    title_year=st.none() | st.integers(2000, 2050),
)


@given(SPECS)
def test_a_spec_comes_back_from_json(spec):
    assert LayoutSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


@pytest.mark.parametrize("stored", [{}, {"sheet": 1}, {**spec_of().to_dict(), "columns": [{"index": 0}]}])
def test_what_is_no_spec_is_refused(stored):
    with pytest.raises((KeyError, TypeError, ValueError)):
        LayoutSpec.from_dict(stored)


def test_next_year_the_headings_say_the_year():
    spec = guess(book(sheet((["番号", "R4実績", "R5実績"], ["1-3-6", 20, 30]))), PLAN)
    moved = fitted(spec, book(sheet((["番号", "R5実績", "R6実績"], ["1-3-6", 30, 42]))), PLAN)
    assert roles_of(moved) == [(CODE, None), (VALUE, 2023), (VALUE, 2024)]


def test_next_year_a_column_may_have_moved():
    spec = guess(book(sheet((["番号", "R5実績"], ["1-3-6", 30]))), PLAN)
    moved = fitted(spec, book(sheet((["番号", "担当課", "R6実績"], ["1-3-6", "農林課", 42]))), PLAN)
    assert [(column.index, column.fiscal_year) for column in moved.columns] == [(0, None), (2, 2024)]


def test_next_year_a_heading_without_a_year_moves_on_with_the_title():
    spec = spec_of(*ROLES[:2], (3, VALUE, 2023), title_year=2023)
    moved = fitted(spec, book(sheet(OWN)), PLAN)
    assert moved.columns[2].fiscal_year == 2024


def test_without_any_year_in_the_file_the_year_stays_and_is_unsure_and_said():
    rows = (["A市KPI管理表"], *OWN[1:])
    moved = fitted(spec_of(*ROLES, title_year=2024), book(sheet(rows)), PLAN)
    assert (moved.columns[2].fiscal_year, moved.columns[2].sureness) == (2024, Sureness.UNKNOWN)
    assert "様式のとおり2024年度の値" in parse(book(sheet(rows)), PLAN, moved).notes[0]


def test_on_the_same_file_nothing_moves():
    spec = spec_of(*ROLES[:2], (3, VALUE, 2022), title_year=2024)
    assert roles_of(fitted(spec, book(sheet(OWN)), PLAN)) == roles_of(spec)


def test_a_sheet_named_after_its_year_is_found_next_year():
    spec = spec_of(*ROLES, sheet_name="R5実績")
    assert sheet_of(spec, book(sheet(OWN, "説明"), sheet(OWN, "R6実績"))).name == "R6実績"
    assert fitted(spec, book(sheet(OWN, "別表")), PLAN) is None


CELLS = st.sampled_from(["番号", "指標名", "R6実績", "1-3-6", "新規開発特産品数", "42", "", "〃", "令和6年度"])


@given(st.lists(st.lists(CELLS, max_size=5), min_size=1, max_size=6), SPECS)
def test_no_grid_and_no_spec_is_too_much(rows, spec):
    found = book(sheet(rows, spec.sheet))
    parse(found, PLAN, guess(found, PLAN))
    parse(found, PLAN, spec)
    parse(found, PLAN, fitted(spec, found, PLAN) or spec)
