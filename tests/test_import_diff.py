"""What a file would change, value by value: tables of what is stored, what the file says, and what comes of it."""
from dataclasses import replace
from decimal import Decimal

import pytest

from importing.diff import compare
from importing.lines import Line, Standing, Stored, shown
from importing.records import Entry, KnownIndicator, Parsed, Place, Problem
from importing.vocabulary import ChangeKind
from kpis.vocabulary import MissingReason, ValueState

FARMS = KnownIndicator(1, "1-3-1", "", ("新規就農者数",), "人", 0, "農林課")
AREA = KnownIndicator(2, "1-3-4", "面積", ("醸造用ブドウ（面積）",), "ha", 1, "農林課")
BIRTHS = KnownIndicator(3, "3-A", "", ("出生数",), "人", 0, "子育て支援課")
YEARS = range(2020, 2025)
AWAITED, NOT_SURVEYED = MissingReason.AWAITING_PUBLICATION, MissingReason.NOT_SURVEYED


def entry(indicator=FARMS, fiscal_year=2024, *, at=(4, 7), sheet="実績", written=None, **said) -> Entry:
    value = said.get("value")
    if value is not None and not isinstance(value, Decimal):
        said["value"] = Decimal(str(value))
    return Entry(Place(sheet, *at), indicator, fiscal_year, written if written is not None else str(value), **said)


def lines(*entries, stored=None, problems=(), **standing) -> tuple[Line, ...]:
    """The preview of one file; `stored` is what there is, by (indicator, year)."""
    return compare([("a.xlsx", Parsed("一覧表", tuple(entries), tuple(problems)))], Standing(stored or {}, YEARS, **standing))


def line(*entries, **options) -> Line:
    (found,) = lines(*entries, **options)
    return found


def at(indicator=FARMS, fiscal_year=2024, version=3, **fields) -> dict:
    if "value" in fields:
        fields["value"] = Decimal(str(fields["value"]))
    return {(indicator.key, fiscal_year): Stored(version, **fields)}


KINDS = [
    ({}, {"value": 38}, ChangeKind.ADD, "―", "38"),
    (at(value=27), {"value": 38}, ChangeKind.CHANGE, "27", "38"),
    (at(value=38), {"value": 38}, ChangeKind.SAME, "38", "38"),
    (at(value="38.0000"), {"value": 38}, ChangeKind.SAME, "38", "38"),
    (at(value=0), {"value": 0}, ChangeKind.SAME, "0", "0"),
    ({}, {"value": 0}, ChangeKind.ADD, "―", "0"),
    (at(value=55), {"value": -55}, ChangeKind.CHANGE, "55", "△55"),
    (at(value=1234567), {"value": "1234567.5"}, ChangeKind.CHANGE, "1,234,567", "1,234,567.5"),
    (at(version=2), {"value": 5}, ChangeKind.ADD, "―", "5"),
    (at(missing_reason=AWAITED, expected_month=9), {"value": 5}, ChangeKind.CHANGE, "未測定（公表待ち・9月）", "5"),
    (at(missing_reason=AWAITED, expected_month=9), {"missing_reason": AWAITED}, ChangeKind.SAME, "未測定（公表待ち・9月）", "未測定（公表待ち・9月）"),
    (at(missing_reason=AWAITED, expected_month=9), {"missing_reason": NOT_SURVEYED}, ChangeKind.CHANGE, "未測定（公表待ち・9月）", "未測定（調査なし）"),
    (at(value=5), {"missing_reason": NOT_SURVEYED}, ChangeKind.CHANGE, "5", "未測定（調査なし）"),
    (at(value=5), {"value": 5, "state": ValueState.PRELIMINARY}, ChangeKind.CHANGE, "5", "5（速報）"),
    (at(value=5, comment="一行\n二行"), {"value": 5, "comment": "一行\r\n二行"}, ChangeKind.SAME, "5", "5"),
    (at(value=5, comment="前"), {"value": 5, "comment": "後"}, ChangeKind.CHANGE, "5", "5"),
    (at(value=5, comment="前"), {"value": 5, "comment": ""}, ChangeKind.CHANGE, "5", "5"),
    (at(is_met=False), {"is_met": True, "evidence": "議事録"}, ChangeKind.CHANGE, "実施していない", "実施した"),
]


@pytest.mark.parametrize(("stored", "said", "kind", "old", "new"), KINDS)
def test_a_value_is_added_changed_or_the_same(stored, said, kind, old, new):
    found = line(entry(**said), stored=stored)
    assert (found.kind, found.old, found.new) == (kind, old, new)
    assert bool(found.values) is (kind is not ChangeKind.SAME)


def test_what_a_file_does_not_speak_of_stays():
    stored = at(value=5, state=ValueState.PRELIMINARY, comment="前年度より増", evidence="統計書")
    found = line(entry(value=6), stored=stored)
    assert found.values["value"] == 6
    assert (found.values["state"], found.values["comment"], found.values["evidence"]) == (ValueState.PRELIMINARY, "前年度より増", "統計書")
    assert "値の状態は「速報」のままです。" in found.remarks


def test_a_value_ends_the_reason_why_there_was_none_and_a_reason_ends_the_value():
    gained = line(entry(value=5), stored=at(missing_reason=AWAITED, expected_month=9)).values
    assert (gained["missing_reason"], gained["expected_month"]) == ("", None)
    lost = line(entry(missing_reason=AWAITED, expected_month=11), stored=at(value=5, state=ValueState.PRELIMINARY))
    assert (lost.values["value"], lost.values["state"], lost.values["expected_month"]) == (None, ValueState.CONFIRMED, 11)
    assert "今の実績値がなくなります。" in lost.remarks


def test_what_stood_beside_a_number_goes_to_the_empty_comment_once():
    first = line(entry(value=1800, note="約", written="約1,800人"))
    assert first.values["comment"] == "ファイルの記載：約1,800人"
    assert line(entry(value=1800, note="約", written="約1,800人"), stored=at(value=1800, comment="自分で書いた")).kind is ChangeKind.SAME


def test_a_line_says_where_its_value_stands():
    found = line(entry(value=38))
    assert (found.place, found.row, found.column, found.code, found.name, found.unit) == ("実績!H5", 4, 7, "1-3-1", "新規就農者数", "人")


def test_errors_come_first_then_changes_then_additions_and_each_in_the_order_of_the_file():
    found = lines(
        entry(AREA, value="27.6", at=(1, 1)), entry(FARMS, value=5, at=(2, 1)), entry(BIRTHS, value=9, at=(3, 1)),
        stored=at(FARMS, value=4) | at(BIRTHS, value=9), problems=[Problem(Place("実績", 9, 0), "なし", "数値として読み取れません。")],
    )  # fmt: skip
    assert [each.kind for each in found] == [ChangeKind.ERROR, ChangeKind.CHANGE, ChangeKind.ADD, ChangeKind.SAME]


REFUSALS = [
    ({"value": 5}, {"editable": frozenset({BIRTHS.key})}, "農林課の指標です。"),
    ({"value": 5, "fiscal_year": 2019}, {}, "平成31年度は、計画の年度の外です。|令和元年度は、計画の年度の外です。"),
    ({"value": "0.00001"}, {}, "桁が多すぎて保存できません。"),
    ({"value": 10**11}, {}, "桁が多すぎて保存できません。"),
    ({"value": 5, "evidence": "あ" * 201}, {}, "根拠が200文字を超えています。"),
    ({"is_met": True}, {}, "「実施した」の根拠がありません。"),
    ({"value": 5, "fiscal_year": 2022}, {"published_through": 2022, "may_change_closed": False}, "令和4年度は公表済みのため、担当課では変えられません。"),
]


@pytest.mark.parametrize(("said", "standing", "text"), REFUSALS)
def test_what_cannot_be_taken_in_says_why_and_how_to_mend_it(said, standing, text):
    found = line(entry(**said), **standing)
    assert found.kind is ChangeKind.ERROR
    assert found.text in text.split("|")
    assert found.remedy
    assert not found.values


def test_anothers_value_is_not_shown():
    found = line(entry(value=5), stored=at(value=77), editable=frozenset({BIRTHS.key}))
    assert (found.old, found.version) == ("―", 0)


def test_a_closed_value_that_does_not_change_is_no_error():
    stored = at(value=5, closed="確認済み")
    assert line(entry(value=5), stored=stored, may_change_closed=False).kind is ChangeKind.SAME
    assert line(entry(value=6), stored=stored, may_change_closed=False).kind is ChangeKind.ERROR


def test_a_closed_value_needs_a_reason_of_those_who_may_change_it():
    found = line(entry(value=6), stored=at(value=5, closed="確認済み"))
    assert (found.kind, found.needs_reason, found.text) == (ChangeKind.CHANGE, True, "確認済みの値が変わります。")
    assert line(entry(value=6, fiscal_year=2021), published_through=2022).needs_reason


def test_a_reopened_value_is_open():
    assert line(entry(value=6, fiscal_year=2021), stored=at(fiscal_year=2021, value=5), published_through=2022, may_change_closed=False).kind is ChangeKind.CHANGE


class TestVersionOfASheet:
    """A returned 調査票 knows which version of each value it was made from."""

    def test_the_version_that_is_still_there_is_no_conflict(self):
        assert line(entry(value=6, seen_version=3), stored=at(value=5)).kind is ChangeKind.CHANGE

    def test_another_version_is_a_conflict_that_shows_both_values(self):
        found = line(entry(value=6, seen_version=2), stored=at(value=5))
        assert (found.kind, found.is_conflict) == (ChangeKind.ERROR, True)
        assert "今は5、ファイルは6" in found.text

    def test_a_value_entered_since_is_a_conflict_too(self):
        assert line(entry(value=6, seen_version=0), stored=at(value=5, version=1)).is_conflict

    def test_the_same_value_is_none_whatever_happened(self):
        assert line(entry(value=5, seen_version=1), stored=at(value=5)).kind is ChangeKind.SAME

    def test_somebody_may_choose_the_files_value(self):
        found = line(entry(value=6, seen_version=2), stored=at(value=5), overwritten=frozenset({(FARMS.key, 2024)}))
        assert (found.kind, found.values["value"]) == (ChangeKind.CHANGE, 6)


def of_two(one: Entry, other: Entry) -> tuple[Line, ...]:
    return compare([("a.xlsx", Parsed("一覧表", (one,))), ("b.xlsx", Parsed("一覧表", (other,)))], Standing({}, YEARS))


def test_one_value_in_two_files_that_differ_is_an_error_at_both_places_naming_both():
    found = of_two(entry(value=12, at=(4, 2)), entry(value=13, at=(6, 2)))
    assert [(each.kind, each.file, each.place) for each in found] == [(ChangeKind.ERROR, 0, "実績!C5"), (ChangeKind.ERROR, 1, "実績!C7")]
    assert all("a.xlsx の 実績!C5は「12」、b.xlsx の 実績!C7は「13」" in each.text for each in found)


def test_one_value_in_two_files_that_agree_is_taken_once_with_a_note():
    (found,) = of_two(entry(value=12), entry(value=12, at=(6, 2)))
    assert found.kind is ChangeKind.ADD
    assert "b.xlsx の 実績!C7 にも同じ値があります。" in found.remarks


def test_what_two_files_say_of_one_value_comes_together():
    (found,) = of_two(entry(value=12), entry(comment="豊作", written="豊作"))
    assert (found.values["value"], found.values["comment"]) == (12, "豊作")


def test_a_number_in_one_file_and_a_reason_for_none_in_the_other_is_an_error():
    assert [each.kind for each in of_two(entry(value=12), entry(missing_reason=AWAITED, written="公表待ち"))] == [ChangeKind.ERROR] * 2


def test_doubts_compare_with_the_year_before_in_the_same_file():
    found = lines(entry(value=100, fiscal_year=2023), entry(value=1000, fiscal_year=2024), stored=at(fiscal_year=2022, value=99))
    by_year = {each.fiscal_year: each.warnings for each in found}
    assert by_year[2023] == ()
    assert "約10倍" in by_year[2024][0]


def test_a_falling_running_total_and_parts_that_do_not_add_up_are_doubted():
    falling = line(entry(value=4), stored=at(fiscal_year=2023, value=5), running_totals=frozenset({FARMS.key}))
    assert "累計が前年度の5より減っています" in falling.warnings[0]
    parts = lines(entry(value=10), entry(BIRTHS, value=3), entry(AREA, value=4), parts={FARMS.key: (BIRTHS.key, AREA.key)})
    assert any("内訳の合計は7です" in text for each in parts for text in each.warnings)


def test_a_value_that_stays_is_not_doubted_again():
    assert line(entry(value=1000), stored=at(value=1000) | at(fiscal_year=2023, value=1)).warnings == ()


def test_the_readers_own_warnings_are_shown():
    assert line(entry(value=5, warnings=("「なし」を0と読みました。",))).warnings == ("「なし」を0と読みました。",)


def test_a_new_value_says_how_far_it_is_from_the_one_before():
    assert line(entry(value=38), stored=at(fiscal_year=2023, value=27)).remarks == ("新しい実績値です。前の値から＋11。",)
    assert line(entry(value=38)).remarks == ("新しい実績値です。",)


def test_a_problem_of_the_file_keeps_its_place_and_words():
    found = line(problems=[Problem(Place("実績", 7, 7), "6.71ha", "単位が付いています。", "6.71 に直してください。", "経営規模")])
    assert (found.kind, found.place, found.new, found.text, found.remedy, found.name) == (
        ChangeKind.ERROR, "実績!H8", "6.71ha", "単位が付いています。", "6.71 に直してください。", "経営規模",
    )  # fmt: skip


def test_nothing_shown_is_rounded():
    assert shown(Stored(1, Decimal("27.6125")), 1) == "27.6125"
    assert shown(replace(Stored(1, Decimal("-0.5")), state=ValueState.PROJECTED), 0) == "△0.5（見込）"


def test_a_cell_that_cannot_be_taken_in_shows_what_is_stored_and_stays():
    problem = Problem(Place("実績", 4, 7), "4戸32.3ha", "値が2つ以上あります。", "", "1-3-4 面積", AREA, 2024)
    found = line(problems=[problem], stored=at(AREA, value=27.6))
    assert (found.old, found.new, found.name, found.code, found.unit, found.fiscal_year) == ("27.6", "4戸32.3ha", "醸造用ブドウ（面積）", "1-3-4 面積", "ha", 2024)
    assert found.value_key is None


def test_another_divisions_value_is_not_shown_beside_a_cell_that_cannot_be_taken_in():
    problem = Problem(Place("実績", 4, 7), "六十", "数として読めません。", "", "1-3-4 面積", AREA, 2024)
    assert line(problems=[problem], stored=at(AREA, value=27.6), editable=frozenset({FARMS.key})).old == "―"


def test_what_stood_beside_a_number_and_is_not_kept_is_said():
    stored = at(value=1700, comment="自分で書いた")
    found = line(entry(value=1800, note="約", written="約1,800人"), stored=stored)
    assert found.values["comment"] == "自分で書いた"
    assert any("「約1,800人」のうち、数のほかは残りません" in remark for remark in found.remarks)
    assert not any("残りません" in remark for remark in line(entry(value=1800, note="約", written="約1,800人")).remarks)


def test_two_files_with_one_number_and_two_comments_are_not_said_to_have_two_numbers():
    found = of_two(entry(value=12, comment="豊作"), entry(value=12, at=(6, 2), comment="凶作"))
    assert all("値のほかの欄が合いません" in each.text for each in found)


def test_a_comment_that_changes_is_shown_as_it_was_and_as_it_would_be():
    found = line(entry(value=5, comment="離農者の農地の集積が進み、担い手が増えた。"), stored=at(value=5, comment="離農者の農地の集積が進み、担い手が減った。"))
    assert "要因・コメントが変わります。「…が進み、担い手が減った。」→「…が進み、担い手が増えた。」" in found.remarks
    assert "要因・コメントが変わります。（なし）→「豊作」" in line(entry(value=5, comment="豊作"), stored=at(value=5)).remarks


def test_a_conflict_about_a_comment_alone_does_not_set_two_equal_values_against_each_other():
    found = line(entry(value=5, comment="豊作", seen_version=1), stored=at(value=5, version=2, comment="凶作"))
    assert found.is_conflict
    assert found.text == "調査票をつくった後に、値のほかの欄が変わっています（要因・コメント 「凶作」→「豊作」）。値はどちらも5です。"


def test_a_conflict_about_a_closed_value_asks_for_the_reason_that_choosing_the_file_would_need():
    assert line(entry(value=6, seen_version=2), stored=at(value=5, closed="確認済み")).needs_reason
    assert not line(entry(value=6, seen_version=2), stored=at(value=5)).needs_reason


@pytest.mark.parametrize(("lifetime", "year", "text"), [
    (range(2020, 2023), 2023, "この指標は令和4年度で終了しています。"), (range(2023, 2025), 2022, "この指標は令和5年度から対象です。"), (range(2020, 2023), 2022, ""),
])  # fmt: skip
def test_a_value_outside_an_indicators_years_is_not_taken_in(lifetime, year, text):
    found = line(entry(fiscal_year=year, value=5), lifetimes={FARMS.key: lifetime})
    assert (found.text, found.kind is ChangeKind.ADD) == (text, not text)
