"""Spreadsheets in the admin: out and back without a change, problems in plain Japanese, nothing written before 「取り込む」."""
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from accounts.sheets.uploads import UploadStorage
from common.sheets import MAX_BYTES
from goals.models import Goal, Initiative, Measure, Strategy
from kpis.models import Actual, Indicator, Target
from kpis.vocabulary import EntryState, TargetKind
from partnerships.models import Agreement, Partner, Party
from tests.admin_pages import admin_url
from tests.factories import (
    make_actual,
    make_agreement,
    make_division,
    make_goal,
    make_indicator,
    make_initiative,
    make_measure,
    make_measured_indicator,
    make_partner,
    make_strategy,
    make_target,
    make_user,
)
from tests.sheet_files import a_file, confirm, exported, exported_rows, preview, problems, take_in
from tests.world import client_of

pytestmark = pytest.mark.django_db

MODELS = [Strategy, Goal, Measure, Initiative, Indicator, Target, Actual, Partner, Agreement]
ODD = "=SUM(A1)\r\n二行目 \"引用\", カンマ\t'+1"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    """Uploads of the tests lie apart from those of the demo."""
    settings.BASE_DIR = tmp_path


@pytest.fixture
def takeru():
    return make_user(Role.PLANNING, username="takeru", display_name="佐藤 健")


@pytest.fixture
def client(takeru):
    return client_of(takeru)


@pytest.fixture
def strategy():
    """第2期総合戦略, published until 2022."""
    return make_strategy(slug="hokuto-2", short_name="第2期総合戦略")


@pytest.fixture
def area(strategy):
    """1-3-4 面積, with 12.4 in 2022 and 13 in 2023."""
    indicator = make_indicator(strategy=strategy, code="1-3-4", breakdown="面積", name="醸造用ブドウ", unit="ha", decimals=1)
    make_actual(indicator=indicator, fiscal_year=2022, value=Decimal("12.4"))
    make_actual(indicator=indicator, fiscal_year=2023, value=Decimal(13))
    return indicator


def a_row(**cells) -> dict:
    return {"戦略": "hokuto-2", "番号": "1-3-4", "内訳": "面積", "年度": 2023, **cells}


@pytest.fixture
def odd_rows(strategy):
    """Rows of every model with what is hard to keep in a spreadsheet."""
    division = make_division(name="=課")
    strategy.purpose = ODD
    strategy.on_track_from = Decimal("0.875")
    strategy.save()
    goal = make_goal(strategy=strategy, name="'=目標", direction=" 前後の空白 ", subtitle="1-2")
    measure = make_measure(goal=goal, approach=ODD)
    make_initiative(measure=measure, name="@取組", summary="-")
    make_indicator(goal=goal, code="1-A", baseline_value=None, name="+数値目標", note=ODD)
    values = {"baseline_value": Decimal("-0.0001"), "unit": "‰", "decimals": 4, "division": division}
    kpi = make_indicator(measure=measure, code="1-1-1", breakdown="小学校", target_kind=TargetKind.RANGE, **values)
    make_target(indicator=kpi, value=Decimal("-99999999999.9999"), upper_value=Decimal("99999999999.9999"), reason=ODD, decided_on=date(2022, 3, 31))
    make_target(indicator=kpi, milestone_fiscal_year=2022, value=Decimal(0))
    make_actual(indicator=kpi, fiscal_year=2020, value=Decimal("12345678901.2345"), comment=ODD)
    make_actual(indicator=kpi, fiscal_year=2021, value=Decimal(0), state="preliminary", is_sample=True)
    make_actual(indicator=kpi, fiscal_year=2022, missing_reason="awaiting_publication", expected_month=9)
    make_actual(indicator=kpi, fiscal_year=2023, is_met=True, evidence="-根拠")
    make_actual(indicator=kpi, fiscal_year=2024, value=None, comment="照会中")
    bank = make_partner(name="道南うみ街信用金庫", note="-旧名あり")
    agreement = make_agreement(partners=[make_partner(name="株式会社、点"), bank], strategy=strategy, remarks=ODD)
    Party.objects.filter(partner=bank).update(name_at_signing="江差信用金庫")
    agreement.measures.set([measure, make_measure(goal=goal)])
    make_agreement(strategy=strategy, items="", term_kind="until_date", term_ends_on=date(2030, 3, 31))


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_was_exported_comes_back_without_a_change(client, odd_rows, model, kind):
    data = exported(client, model, kind)
    response = preview(client, model, SimpleUploadedFile(f"x.{kind}", data))
    assert problems(response) == []
    assert response.context["preview"].counts == {"追加": 0, "変更": 0, "変更なし": model.objects.count(), "エラー": 0}
    assert response.context["confirm_form"] is None


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_whole_plan_rebuilds_itself_from_its_own_sheets(client, odd_rows, kind):
    """All sheets of a strategy, taken in under another name, give the same sheets again."""
    for model in (Strategy, Goal, Measure, Initiative, Indicator, Target, Actual, Agreement):
        rows = [row for row in exported_rows(client, model, kind) if row["戦略"] == "hokuto-2"]
        copies = [{**row, "戦略": "copy", **({"トップページに表示する": "いいえ"} if model is Strategy else {})} for row in rows]
        response = take_in(client, model, copies, reason="写し", kind=kind)
        assert f"追加 {len(rows)}件" in response.content.decode()
        again = [row for row in exported_rows(client, model, kind) if row["戦略"] == "copy"]
        assert again == [{header: cell.strip() if isinstance(cell, str) else cell for header, cell in row.items()} for row in copies]


def test_csv_opens_in_excel_as_utf8_and_follows_the_rules_for_machines(client, area):
    make_actual(indicator=area, fiscal_year=2024, value=Decimal("-1234.5"))
    data = exported(client, Actual, "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    text = data.decode("utf-8-sig")
    assert "-1234.5" in text
    assert "△" not in text
    assert text.splitlines()[0].startswith("戦略,番号,内訳,指標名,年度,実績値")


def test_no_text_is_a_formula_and_negative_numbers_stay_numbers(client, area):
    make_actual(indicator=area, fiscal_year=2024, value=Decimal(-55), comment='=HYPERLINK("http://example.com")', evidence="@x")
    book = openpyxl.load_workbook(io.BytesIO(exported(client, Actual)))
    cells = {str(cell.value): cell for row in book.active.iter_rows() for cell in row if cell.value is not None}
    assert all(cell.data_type != "f" for cell in cells.values())
    assert cells["-55"].data_type == "n"
    assert '\'=HYPERLINK("http://example.com")' in cells
    assert ",-55," in exported(client, Actual, "csv").decode("utf-8-sig")
    assert "'@x" in exported(client, Actual, "csv").decode("utf-8-sig")


def test_export_holds_what_the_list_is_filtered_to(client, area):
    response = client.post(f"{admin_url(Actual, 'export')}?year=2023", {"format": "1", "resource": "0"})
    assert response.content.decode("utf-8-sig").count("1-3-4") == 1


def test_sample_values_are_marked_in_the_file(client, area):
    make_actual(indicator=area, fiscal_year=2024, is_sample=True)
    assert [row["架空のサンプル値"] for row in exported_rows(client, Actual)] == ["いいえ", "いいえ", "はい"]


def test_nothing_is_written_before_the_confirmation(client, area):
    response = preview(client, Actual, a_file([a_row(実績値=14), a_row(年度=2024, 実績値=15)]))
    assert response.context["preview"].counts == {"追加": 1, "変更": 1, "変更なし": 0, "エラー": 0}
    assert [actual.value for actual in area.actuals.all()] == [Decimal("12.4"), 13]
    assert Actual.history.filter(history_change_reason__startswith="ファイル取込").count() == 0


def test_the_preview_shows_old_and_new_of_each_cell(client, area):
    page = preview(client, Actual, a_file([a_row(実績値="△1,234.5")])).content.decode()
    assert "<b>実績値</b> 13 → △1,234.5" in page
    assert "1-3-4 面積 醸造用ブドウ 2023年度" in page


def test_confirming_writes_all_rows_with_who_and_why(client, takeru, area):
    response = take_in(client, Actual, [a_row(実績値=14), a_row(年度=2024, 実績値=15)], reason="決算の確定")
    assert "「実績.xlsx」を取り込みました。追加 1件、変更 1件、変更なし 0件" in response.content.decode()
    records = Actual.history.filter(history_user=takeru)
    assert {record.value for record in records} == {14, 15}
    assert {record.history_change_reason for record in records} == {"ファイル取込 実績.xlsx：決算の確定"}


def test_an_unchanged_row_leaves_no_trace(client, takeru, area):
    take_in(client, Actual, [a_row(実績値=13), a_row(年度=2024, 実績値=15)])
    assert Actual.history.filter(history_user=takeru).count() == 1


def test_an_empty_cell_is_no_value_and_not_zero(client, area):
    rows = [a_row(実績値=None, 未測定の理由="調査なし"), a_row(年度=2024, 実績値=0, 未測定の理由=None)]
    take_in(client, Actual, rows)
    assert area.actuals.get(fiscal_year=2023).value is None
    assert area.actuals.get(fiscal_year=2024).value == 0


def test_a_line_without_a_value_adds_nothing(client, area):
    response = preview(client, Actual, a_file([a_row(年度=2024, 実績値=None)]))
    assert response.context["preview"].counts == {"追加": 0, "変更": 0, "変更なし": 1, "エラー": 0}


def test_a_partner_without_a_note_is_added(client):
    take_in(client, Partner, [{"名称": "B社", "備考": None}])
    assert Partner.objects.get().name == "B社"


def test_a_column_that_is_not_in_the_file_stays_as_it_is(client, area):
    area.actuals.filter(fiscal_year=2023).update(comment="そのまま")
    take_in(client, Actual, [a_row(実績値=14)])
    assert area.actuals.get(fiscal_year=2023).comment == "そのまま"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_is_read_in_every_encoding_that_excel_writes(client, area, codec):
    text = "戦略,番号,内訳,年度,実績値,要因・コメント\r\nhokuto-2,1-3-4,面積,2024,１４．５,①髙い\r\n"
    data = text.encode(codec)
    confirm(client, Actual, preview(client, Actual, SimpleUploadedFile("r6.csv", data)))
    assert (area.actuals.get(fiscal_year=2024).value, area.actuals.get(fiscal_year=2024).comment) == (Decimal("14.5"), "①髙い")


def test_a_percentage_cell_means_what_people_see(client, area):
    book = openpyxl.Workbook()
    book.active.append(["戦略", "番号", "内訳", "年度", "実績値"])
    book.active.append(["hokuto-2", "1-3-4", "面積", 2024, 0.875])
    book.active["E2"].number_format = "0.0%"
    file = io.BytesIO()
    book.save(file)
    confirm(client, Actual, preview(client, Actual, SimpleUploadedFile("r6.xlsx", file.getvalue())))
    assert area.actuals.get(fiscal_year=2024).value == Decimal("87.5")


WRONG_ROWS = [
    (a_row(番号="1-9-9", 内訳="", 実績値=1), "2行目「番号」: 1-9-9 という指標は第2期総合戦略にありません。"),
    (a_row(内訳="戸数", 実績値=1), "2行目「番号」: 1-3-4 戸数 という指標は第2期総合戦略にありません。"),
    (a_row(戦略="x", 実績値=1), "2行目「戦略」: 「x」という総合戦略はありません。"),
    (a_row(番号=datetime(2001, 3, 4), 実績値=1), "2行目「番号」: Excel が日付に変えています。列の表示形式を「文字列」にして、書き直してください。"),
    (a_row(年度="", 実績値=1), "2行目「年度」: 空です。値を書いてください。"),
    (a_row(年度="R6", 実績値=1), "2行目「年度」: 「R6」は数として読めません。単位や記号を付けず、数だけを書いてください。"),
    (a_row(年度=2023.5, 実績値=1), "2行目「年度」: 「2023.5」は整数で書いてください。"),
    (a_row(年度=2025, 実績値=1), "2行目「年度」: 2025年度は、計画の年度（2020～2024）の外です。"),
    (a_row(実績値="13ha"), "2行目「実績値」: 「13ha」は数として読めません。単位や記号を付けず、数だけを書いてください。"),
    (a_row(実績値="1234567890123456"), "2行目「実績値」: 「1234567890123456」は長すぎます。15桁までの数にしてください。"),
    (a_row(実績値="#DIV/0!"), "2行目「実績値」: 「#DIV/0!」は数として読めません。単位や記号を付けず、数だけを書いてください。"),
    (a_row(実績値=datetime(2024, 3, 9)), "2行目「実績値」: Excel が日付に変えています。列の表示形式を「文字列」にして、書き直してください。"),
    (a_row(値の状態="たぶん"), "2行目「値の状態」: 「たぶん」は使えません。確定値・速報・見込 のどれかを書いてください。"),
    (a_row(架空のサンプル値="○"), "2行目「架空のサンプル値」: 「○」ではなく、はい か いいえ と書いてください。"),
    (a_row(未測定の理由="調査なし"), "2行目: 実績値と未測定の理由は、どちらか一方だけにしてください。"),
    (a_row(公表予定の月=13), "2行目「公表予定の月」: この値は 12 以下でなければなりません。"),
    (a_row(年度=2022, 実績値=1), "2行目「年度」: 令和4年度は公表済みです。変えるときは「変更の理由」を書いてください。"),
]


@pytest.mark.parametrize(("row", "message"), WRONG_ROWS, ids=[message.split(":")[0] + str(place) for place, (_, message) in enumerate(WRONG_ROWS)])
def test_a_problem_names_the_row_the_column_and_what_to_do(client, area, row, message):
    response = preview(client, Actual, a_file([row]))
    assert problems(response) == [message]
    assert response.context["confirm_form"] is None


def test_all_problems_of_all_rows_are_listed_at_once(client, area):
    rows = [a_row(実績値="x", 公表予定の月="y", 値の状態="z"), a_row(年度=2024, 実績値=1), a_row(番号="9-9-9", 年度=2024, 実績値="w"), a_row(年度=2024, 実績値=2)]
    response = preview(client, Actual, a_file([{**row, "公表予定の月": row.get("公表予定の月"), "値の状態": row.get("値の状態")} for row in rows]))
    places = [(problem.row, problem.column) for problem in response.context["preview"].problems]
    assert set(places) == {(2, "実績値"), (2, "公表予定の月"), (2, "値の状態"), (4, "番号"), (4, "実績値"), (5, "年度")}
    assert response.context["preview"].counts["エラー"] == 3
    assert not area.actuals.filter(fiscal_year=2024).exists()


def test_a_row_twice_names_the_first_one(client, area):
    response = preview(client, Actual, a_file([a_row(実績値=1), a_row(実績値=2)]))
    assert problems(response) == ["3行目「年度」: 2行目と同じものを指しています。どちらかの行を消してください。"]


def test_rows_keep_their_numbers_over_blank_ones(client, area):
    blank = dict.fromkeys(a_row(実績値=None))
    response = preview(client, Actual, a_file([{**a_row(実績値=14)}, blank, blank, a_row(年度=2024, 実績値="x")]))
    assert problems(response)[0].startswith("5行目「実績値」")


@pytest.mark.parametrize(
    ("row", "start"),
    [
        ({"番号": "1", "内訳": "", "年度": 2024, "実績値": 1}, "1行目「戦略」: この見出しの列がありません。"),
        (a_row(実積値=1), "1行目「実積値」: この見出しは使えません。使えるのは 戦略、番号、内訳、"),
    ],
)
def test_a_heading_that_does_not_fit_is_named(client, area, row, start):
    assert problems(preview(client, Actual, a_file([row])))[0].startswith(start)


def a_zip(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return file.getvalue()


BAD_FILES = {
    "empty": (b"", "ファイルが空です。"),
    "only spaces": (b"  \r\n ", "ファイルが空です。"),
    "heading only": ("戦略,番号\r\n".encode(), "データの行がありません。"),
    "no heading": (b",,\r\n1,2,3\r\n", "1行目に見出しがありません。"),
    "a value without heading": (b"a,b\r\n1,2,3\r\n", "2行目の、見出しのない列に値があります。"),
    "too large": (b"a" * (MAX_BYTES + 1), "10MBを超えています。"),
    "an old or locked workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 20, "古い形式（.xls）か、パスワード付きのファイルです。"),
    "a broken workbook": (b"PK\x03\x04" + b"x" * 200, "Excel のファイルとして読めません。"),
    "a zip that is no workbook": (a_zip(a=b"x"), "Excel のファイルとして読めません。"),
    "a bomb": (a_zip(a=b"0" * 120_000_000), "ファイルの中身が大きすぎます。"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", "Excel（.xlsx）と CSV のどちらとしても読めません。"),
    "broken quotes": (b'a,b\r\n"1"x,"2\r\n', "CSV として読めません。"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_gives_one_japanese_sentence(client, area, name):
    data, message = BAD_FILES[name]
    response = preview(client, Actual, SimpleUploadedFile("x.xlsx", data))
    assert response.status_code == 200
    assert message in response.content.decode()
    assert response.context["preview"] is None


def test_a_stray_cell_at_the_end_of_the_sheet_is_no_danger(client, area):
    book = openpyxl.Workbook()
    book.active.append(["戦略", "番号", "内訳", "年度", "実績値"])
    book.active["XFD1048576"] = 1
    file = io.BytesIO()
    book.save(file)
    response = preview(client, Actual, SimpleUploadedFile("x.xlsx", file.getvalue()))
    assert "データの行がありません。" in response.content.decode()


def test_without_a_file_the_form_asks_for_one(client):
    assert "ファイルを選んでください。" in client.post(admin_url(Actual, "import"), {"reason": ""}).content.decode()


def test_a_changed_value_is_a_sample_no_more(client, area):
    make_actual(indicator=area, fiscal_year=2024, value=Decimal(5), is_sample=True)
    take_in(client, Actual, [a_row(年度=2024, 実績値=6, 架空のサンプル値="はい")])
    assert not area.actuals.get(fiscal_year=2024).is_sample


@pytest.mark.parametrize(("cells", "answer"), [({"実績値": 14}, ""), ({"要因・コメント": "豊作"}, "新しい畑のため")])
def test_an_answer_to_a_doubt_goes_with_the_value_it_was_about(client, area, cells, answer):
    Actual.objects.update(doubt_answer="新しい畑のため")
    take_in(client, Actual, [a_row(**cells)])
    assert area.actuals.get(fiscal_year=2023).doubt_answer == answer


def test_a_published_value_is_changed_with_a_reason(client, area):
    take_in(client, Actual, [a_row(年度=2022, 実績値=1)], reason="訂正")
    assert area.actuals.get(fiscal_year=2022).value == 1


def test_a_checked_value_is_changed_with_a_reason(client, area):
    area.actuals.filter(fiscal_year=2023).update(entry_state=EntryState.CHECKED)
    response = preview(client, Actual, a_file([a_row(実績値=1)]))
    assert problems(response) == ["2行目「年度」: 令和5年度は確認済みです。変えるときは「変更の理由」を書いてください。"]
    take_in(client, Actual, [a_row(実績値=1)], reason="訂正")
    checked = area.actuals.get(fiscal_year=2023)
    assert (checked.value, checked.entry_state) == (1, EntryState.CHECKED)


def test_what_planning_takes_in_waits_for_the_check_and_what_a_division_takes_in_is_a_draft(client, kai, area):
    take_in(client, Actual, [a_row(年度=2024, 実績値=14)])
    take_in(kai, Actual, [a_row(実績値=15)])
    assert [(row.entry_state, row.door) for row in area.actuals.filter(fiscal_year__gt=2022)] == [("draft", "admin"), ("submitted", "admin")]


def test_a_preview_that_the_data_has_overtaken_is_shown_again(client, area):
    response = preview(client, Actual, a_file([a_row(実績値=14)]))
    area.actuals.filter(fiscal_year=2023).update(value=Decimal(20))
    again = confirm(client, Actual, response)
    assert "確認のあとに、ほかの人がデータを変えました。" in again.content.decode()
    assert "<b>実績値</b> 20 → 14" in again.content.decode()
    assert area.actuals.get(fiscal_year=2023).value == 20
    confirm(client, Actual, again)
    assert area.actuals.get(fiscal_year=2023).value == 14


def test_what_became_forbidden_after_the_preview_is_not_written(client, area):
    response = preview(client, Actual, a_file([a_row(実績値=14)]))
    Strategy.objects.update(published_through=2023)
    assert "公表済みです" in confirm(client, Actual, response).content.decode()
    assert area.actuals.get(fiscal_year=2023).value == 13


def test_an_upload_is_taken_in_once(client, area):
    response = preview(client, Actual, a_file([a_row(実績値=14)]))
    confirm(client, Actual, response)
    assert "すでに取り込んだファイルです" in confirm(client, Actual, response).content.decode()


def test_nobody_confirms_another_persons_upload_or_another_table(client, area):
    response = preview(client, Actual, a_file([a_row(実績値=14)]))
    other = client_of(make_user(Role.PLANNING))
    assert "もう一度ファイルを選んでください" in confirm(other, Actual, response).content.decode()
    assert "もう一度ファイルを選んでください" in confirm(client, Indicator, response).content.decode()
    assert area.actuals.get(fiscal_year=2023).value == 13


@pytest.mark.parametrize("name", ["../../settings.py", "/etc/passwd", "", "x" * 32])
def test_an_upload_is_found_under_its_own_name_only(name):
    with pytest.raises(ValueError, match="もう一度ファイルを選んでください"):
        UploadStorage(name=name).read()


@pytest.fixture
def kai(area):
    """The client of somebody in the division of 1-3-4 面積."""
    area.division = make_division(name="農林課")
    area.save()
    return client_of(make_user(Role.DIVISION, division=area.division))


def test_a_division_takes_in_its_own_open_years(kai, area):
    take_in(kai, Actual, [a_row(実績値=14), a_row(年度=2024, 実績値=15)])
    assert [actual.value for actual in area.actuals.filter(fiscal_year__gt=2022)] == [14, 15]


def test_a_division_cannot_take_in_published_years_whatever_the_reason(kai, area):
    response = preview(kai, Actual, a_file([a_row(年度=2022, 実績値=1)]), reason="訂正")
    assert problems(response) == ["2行目「年度」: 令和4年度は公表済みのため、担当課では変えられません。企画担当に連絡してください。"]


def test_a_division_cannot_take_in_a_checked_value_whatever_the_reason(kai, area):
    area.actuals.filter(fiscal_year=2023).update(entry_state=EntryState.CHECKED)
    response = preview(kai, Actual, a_file([a_row(実績値=1)]), reason="訂正")
    assert problems(response) == ["2行目「年度」: 令和5年度は確認済みのため、担当課では変えられません。企画担当に連絡してください。"]


def test_a_division_learns_nothing_of_another_divisions_values(kai, area):
    foreign = make_measured_indicator({2023: 777}, strategy=area.strategy, code="2-1-1", division=make_division())
    for value in (777, 778):
        response = preview(kai, Actual, a_file([{"戦略": "hokuto-2", "番号": "2-1-1", "内訳": "", "年度": 2023, "実績値": value}]))
        assert problems(response) == ["2行目「番号」: 2-1-1 は、あなたの課の指標ではありません。この行を消してください。"]
        assert response.context["preview"].rows == ()
    assert foreign.actuals.get().value == 777


def test_a_divisions_export_holds_its_own_rows_and_comes_back_unchanged(kai, area):
    make_measured_indicator({2023: 777}, strategy=area.strategy, division=make_division())
    data = exported(kai, Actual)
    response = preview(kai, Actual, SimpleUploadedFile("x.xlsx", data))
    assert response.context["preview"].counts == {"追加": 0, "変更": 0, "変更なし": 2, "エラー": 0}


def test_a_division_cannot_mark_its_values_as_fictional_by_file(kai, area):
    take_in(kai, Actual, [a_row(年度=2024, 実績値=1, 架空のサンプル値="はい")])
    assert not area.actuals.get(fiscal_year=2024).is_sample


def test_an_indicator_moves_between_a_goal_and_a_measure_by_its_numbers(client, strategy):
    goal = make_goal(strategy=strategy, number=2)
    measure = make_measure(goal=goal, number=1)
    indicator = make_indicator(measure=measure, code="2-1-1")
    row = {"戦略": "hokuto-2", "番号": "2-1-1", "内訳": "", "基本目標": 2, "主要施策": None}
    take_in(client, Indicator, [row])
    indicator.refresh_from_db()
    assert (indicator.goal, indicator.measure) == (goal, None)
    response = preview(client, Indicator, a_file([{**row, "主要施策": 9}]))
    assert problems(response) == ["2行目「主要施策」: 主要施策 2-9 は第2期総合戦略にありません。"]
    response = preview(client, Indicator, a_file([{name: cell for name, cell in row.items() if name != "主要施策"}]))
    assert problems(response)[0].startswith("2行目「基本目標」: 「基本目標」と「主要施策」の列は、両方そろえてください。")


def test_a_range_without_its_upper_bound_is_refused(client, area):
    row = {"戦略": "hokuto-2", "番号": "1-3-4", "内訳": "面積"}
    take_in(client, Target, [{**row, "適用する年度から": 2020, "年度目標の年度": None, "目標値": 1}])
    response = preview(client, Indicator, a_file([{**row, "目標の種類": "範囲に収める"}]))
    assert problems(response) == ["2行目「目標の種類」: 上限のない目標値があります。先に目標値へ上限を入れてください。"]
    Indicator.objects.update(target_kind=TargetKind.RANGE)
    response = preview(client, Target, a_file([{**row, "適用する年度から": 2021, "年度目標の年度": None, "目標値": 1}]))
    assert problems(response) == ["2行目「目標値の上限（範囲のとき）」: 範囲の目標には、上限も要ります。"]


def test_an_unknown_division_is_named(client, area):
    row = {"戦略": "hokuto-2", "番号": "1-3-4", "内訳": "面積", "担当課": "宇宙課"}
    assert problems(preview(client, Indicator, a_file([row]))) == [
        "2行目「担当課」: 「宇宙課」という担当課は登録されていません。先に「担当課」に登録してください。"
    ]


def test_a_new_indicator_without_its_name_says_what_is_missing(client, strategy):
    make_measure(goal=make_goal(strategy=strategy, number=1), number=1)
    row = {"戦略": "hokuto-2", "番号": "1-1-1", "内訳": "", "基本目標": 1, "主要施策": 1, "目標の種類": "増やす"}
    assert problems(preview(client, Indicator, a_file([row]))) == ["2行目「指標名」: 空です。値を書いてください。"]


def test_parties_are_read_from_one_cell_in_order(client, strategy):
    old, bank, new = make_partner(name="A社"), make_partner(name="道南うみ街信用金庫"), make_partner(name="B社")
    agreement = make_agreement(partners=[old, bank], strategy=strategy, number=1)
    row = {"戦略": "hokuto-2", "番号": 1, "相手方": "B社、江差信用金庫（現：道南うみ街信用金庫）"}
    take_in(client, Agreement, [row])
    assert [str(party) for party in agreement.parties.all()] == ["B社", "江差信用金庫（現：道南うみ街信用金庫）"]
    assert list(agreement.partners.order_by("parties__position")) == [new, bank]


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("相手方", "A社、C社", "「C社」という相手方は登録されていません。先に「相手方」に登録してください。"),
        ("相手方", "A社、A社", "同じものが2回書いてあります。"),
        ("関連する主要施策", "9-9", "主要施策 9-9 は第2期総合戦略にありません。1-1 のように書いてください。"),
    ],
)
def test_what_an_agreement_names_must_be_there(client, strategy, column, cell, message):
    make_partner(name="A社")
    make_agreement(strategy=strategy, number=1)
    response = preview(client, Agreement, a_file([{"戦略": "hokuto-2", "番号": 1, column: cell}]))
    assert problems(response) == [f"2行目「{column}」: {message}"]


def test_a_date_is_read_as_a_cell_and_as_a_text(client, strategy):
    make_agreement(strategy=strategy, number=1)
    for cell in (date(2019, 4, 1), "2019/04/01", "2019-04-01"):
        agreement = Agreement.objects.get()
        Agreement.objects.update(signed_on=date(2018, 4, 1))
        take_in(client, Agreement, [{"戦略": "hokuto-2", "番号": 1, "締結日": cell}])
        agreement.refresh_from_db()
        assert agreement.signed_on == date(2019, 4, 1)


def test_looking_rows_up_takes_as_many_queries_for_many_rows_as_for_few(client, area, django_assert_max_num_queries):
    indicators = [make_indicator(strategy=area.strategy, code=f"7-1-{number}") for number in range(12)]
    for indicator in indicators:
        make_actual(indicator=indicator, fiscal_year=2023)
    rows = exported_rows(client, Actual)
    with django_assert_max_num_queries(60) as few:
        preview(client, Actual, a_file(rows[:2]))
    with django_assert_max_num_queries(len(few) + 2 * (len(rows) - 2)):  # a savepoint for each row, nothing else
        preview(client, Actual, a_file(rows))
