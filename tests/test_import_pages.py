"""The pages of the import: who opens which batch, what is shown first, what is said when something stands in the way."""
import io
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from importing.actions import Upload, read_batch, stage_files, take_in
from importing.models import ImportBatch
from importing.vocabulary import BatchState
from kpis.models import Actual
from tests.factories import make_actual, make_division, make_indicator, make_user
from tests.import_files import a_csv, a_table, an_upload, row_of
from tests.world import client_of

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def births(strategy, people):
    """An indicator of Kai's division."""
    return make_indicator(strategy=strategy, name="出生数", division=people[Role.DIVISION].division)


@pytest.fixture
def farms(strategy):
    return make_indicator(strategy=strategy, name="新規就農者数", division=make_division(name="農林課"))


def url(name: str, batch: ImportBatch) -> str:
    return reverse(name, args=[batch.strategy.slug, batch.number])


def previewed(strategy, by, *uploads) -> ImportBatch:
    return read_batch(batch=stage_files(strategy=strategy, uploads=uploads, by=by), by=by)


def text_of(response) -> str:
    return response.content.decode()


def sent(batch: ImportBatch, **fields) -> dict:
    return {"seen": batch.previewed_at.isoformat(), **fields}


def upload(client, strategy, *files: tuple[str, bytes], **extra):
    data = {"files": [SimpleUploadedFile(name, content) for name, content in files]}
    return client.post(reverse("imports", args=[strategy.slug]), data, **extra)


def test_takeru_sends_two_files_and_sees_what_they_would_change(strategy, births, farms, takeru):
    client = client_of(takeru)
    response = upload(client, strategy, ("子育て.xlsx", a_table([row_of(births, 120)])), ("農林.csv", a_csv([row_of(farms, 7)])))
    batch = ImportBatch.objects.get()
    assert response.url == url("import_preview", batch)
    page = text_of(client.get(response.url))
    assert "まだ保存されていません" in page
    assert "2件を取り込む" in page
    assert Actual.objects.count() == 0


def test_a_script_sends_reads_file_by_file_and_is_led_to_the_preview(strategy, births, takeru):
    client = client_of(takeru)
    answer = upload(client, strategy, ("a.xlsx", a_table([row_of(births, 120)])), ("b.xlsx", b"%PDF-1.7"), **JSON).json()
    assert answer == {"number": 1, "files": [{"position": 1, "name": "a.xlsx"}, {"position": 2, "name": "b.xlsx"}]}
    batch = ImportBatch.objects.get()
    first = client.post(url("import_read", batch), {"file": 1}, **JSON).json()
    second = client.post(url("import_read", batch), {"file": 2}, **JSON).json()
    assert first == {"name": "a.xlsx", "problem": "", "values": 1}
    assert "PDF" in second["problem"]
    assert client.post(url("import_read", batch), **JSON).json() == {"url": url("import_preview", batch)}
    assert ImportBatch.objects.get().state == BatchState.WAITING


def test_without_a_file_the_page_says_what_to_do(strategy, takeru):
    client = client_of(takeru)
    assert "取り込むファイルを選んでください。" in text_of(client.post(reverse("imports", args=[strategy.slug])))
    answer = client.post(reverse("imports", args=[strategy.slug]), **JSON)
    assert (answer.status_code, answer.json()) == (422, {"problem": "取り込むファイルを選んでください。"})


def test_what_was_only_sent_can_be_read_later(strategy, births, takeru):
    batch, client = stage_files(strategy=strategy, uploads=[an_upload("a.xlsx", row_of(births, 1))], by=takeru), client_of(takeru)
    assert "まだ読み込みが終わっていません" in text_of(client.get(url("import_preview", batch)))
    client.post(url("import_read", batch))
    assert "1件を取り込む" in text_of(client.get(url("import_preview", batch)))


def test_taking_in_by_the_page_and_again_by_the_back_button(strategy, births, takeru):
    batch, client = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), client_of(takeru)
    for _ in range(2):
        response = client.post(url("import_take_in", batch), sent(batch), follow=True)
        assert "1件の値を取り込みました" in text_of(response)
        assert "取込前の値" in text_of(response)
    assert Actual.objects.get().version == 1


def test_errors_are_said_and_what_was_typed_is_kept(strategy, births, farms, takeru):
    make_actual(indicator=births, fiscal_year=2021, value=Decimal(100))
    table = an_upload("a.xlsx", row_of(births, 101), row_of(farms, "6.71ha"), years=("令和3年度",))
    batch, client = previewed(strategy, takeru, table), client_of(takeru)
    page = text_of(client.post(url("import_take_in", batch), sent(batch, reason="再集計のため")))
    assert "エラーが1件あります" in page
    assert "再集計のため" in page
    page = text_of(client.post(url("import_take_in", batch), sent(batch, mode="skip", reason=" ")))
    assert "変更の理由を書いてください" in page
    client.post(url("import_take_in", batch), sent(batch, mode="skip", reason="再集計のため"))
    assert Actual.objects.get().value == 101


def test_a_value_changed_meanwhile_is_named_and_the_new_preview_is_shown(strategy, births, takeru):
    actual = make_actual(indicator=births, fiscal_year=2024, value=Decimal(100))
    batch, client = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), client_of(takeru)
    actual.value = Decimal(105)
    actual.save()
    page = text_of(client.post(url("import_take_in", batch), sent(batch)))
    assert page.count("確認した後に、値が変わっています（実績!E2）") == 1
    assert ">105<" in page
    batch.refresh_from_db()
    client.post(url("import_take_in", batch), sent(batch))
    assert Actual.objects.get().value == 120


@pytest.mark.parametrize("name", ["import_read", "import_take_in", "import_undo", "import_abandon"])
def test_who_signs_in_again_after_sending_comes_back_to_the_batch(strategy, births, takeru, name):
    batch, client = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), client_of(None)
    asked = client.post(url(name, batch), sent(batch))
    client.force_login(takeru)
    again = client.get(parse_qs(urlsplit(asked.url).query)["next"][0])
    assert again.url == url("import_preview", batch)
    assert not Actual.objects.exists()


@pytest.mark.parametrize("place", ["9", "x", "", "9" * 30])
def test_a_file_that_the_batch_does_not_have_is_not_found(strategy, births, takeru, place):
    batch = stage_files(strategy=strategy, uploads=[an_upload("一.xlsx", row_of(births, 15))], by=takeru)
    assert client_of(takeru).post(url("import_read", batch), {"file": place}).status_code == 404


def test_a_choice_that_no_page_offers_is_passed_over(strategy, births, takeru):
    batch = previewed(strategy, takeru, an_upload("一.xlsx", row_of(births, 15)))
    choices = ["x-2024", "1", "9" * 5000 + "-2024", f"{births.pk}-" + "9" * 5000]
    assert client_of(takeru).post(url("import_take_in", batch), sent(batch, overwrite=choices)).status_code == 302
    assert Actual.objects.get().value == Decimal(15)


def test_undo_by_the_page_names_what_stays(strategy, births, farms, takeru):
    batch, client = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120), row_of(farms, 7))), client_of(takeru)
    take_in(batch=batch, by=takeru, seen_at=batch.previewed_at)
    row = Actual.objects.get(indicator=farms)
    row.value = Decimal(8)
    row.save()
    page = text_of(client.post(url("import_undo", batch), follow=True))
    assert "取り消しました。後から変わった1件は、そのままにしました。" in page
    assert "新規就農者数（令和6年度）" in page
    assert "取り消し済み" in page


def test_an_abandoned_batch_is_listed_as_such(strategy, births, takeru):
    batch, client = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), client_of(takeru)
    page = text_of(client.post(url("import_abandon", batch), follow=True))
    assert "取りやめました。何も書いていません。" in page
    assert Actual.objects.count() == 0


def test_what_cannot_be_done_any_more_is_said_instead(strategy, births, takeru):
    batch, client = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), client_of(takeru)
    assert "取り消すものがありません" in text_of(client.post(url("import_undo", batch), follow=True))
    take_in(batch=batch, by=takeru, seen_at=batch.previewed_at)
    assert "取りやめるものがありません" in text_of(client.post(url("import_abandon", batch), follow=True))


def test_kai_sees_his_divisions_batches_and_no_others(strategy, births, farms, kai, takeru):
    theirs = previewed(strategy, takeru, an_upload("企画.xlsx", row_of(farms, 7)))
    ours = previewed(strategy, kai, an_upload("子育て.xlsx", row_of(births, 120)))
    stranger = make_user(Role.DIVISION)
    page = text_of(client_of(kai).get(reverse("imports", args=[strategy.slug])))
    assert "子育て.xlsx" in page
    assert "企画.xlsx" not in page
    names = ("import_preview", "import_errors")
    assert {client_of(kai).get(url(name, theirs)).status_code for name in names} == {404}
    assert client_of(stranger).get(url("import_preview", ours)).status_code == 404
    posts = ("import_read", "import_take_in", "import_undo", "import_abandon")
    assert {client_of(stranger).post(url(name, ours), sent(ours)).status_code for name in posts} == {404}
    assert client_of(takeru).get(url("import_preview", ours)).status_code == 200


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.VIEWER])
def test_those_who_only_read_are_refused_everything(strategy, births, people, takeru, role):
    batch, client = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), client_of(people[role])
    gets = [client.get(url(name, batch)).status_code for name in ("import_preview", "import_errors")]
    posts = [client.post(url(name, batch), sent(batch)).status_code for name in ("import_read", "import_take_in", "import_undo", "import_abandon")]
    uploads = [upload(client, strategy, ("a.xlsx", a_table([row_of(births, 1)]))).status_code]
    assert {*gets, *posts, *uploads} == {403}


def test_ten_thousand_lines_are_shown_fifty_at_a_time(strategy, takeru, django_assert_max_num_queries):
    indicators = [make_indicator(strategy=strategy, name=f"指標{number}") for number in range(30)]
    table = an_upload("a.xlsx", *(row_of(indicator, 1, 2, 3, 4) for indicator in indicators), years=("R3", "R4", "R5", "R6"))
    batch, client = previewed(strategy, takeru, table), client_of(takeru)
    with django_assert_max_num_queries(9):
        first = text_of(client.get(url("import_preview", batch)))
    assert first.count('class="t-add"') == 50 + 1
    last = text_of(client.get(url("import_preview", batch) + "?show=add&page=3"))
    assert last.count('<tr role="row" class="t-add"') == 20
    assert "show=add&amp;page=2" in last


def test_the_tabs_show_what_they_say(strategy, births, farms, takeru):
    make_actual(indicator=births, fiscal_year=2024, value=Decimal(120))
    batch, client = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120), row_of(farms, 7))), client_of(takeru)
    shown = {tab: text_of(client.get(url("import_preview", batch) + f"?show={tab}")).count('<tr role="row" class=') for tab in ("", "error", "add", "all", "nonsense")}
    assert shown == {"": 1, "error": 0, "add": 1, "all": 2, "nonsense": 1}


def test_the_list_asks_no_more_for_more_batches(strategy, births, takeru):
    client = client_of(takeru)
    path = reverse("imports", args=[strategy.slug])
    previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 1)))
    before = _queries(client, path)
    for number in range(3):
        previewed(strategy, takeru, an_upload("b.xlsx", row_of(births, number)), an_upload("c.xlsx", row_of(births, number)))
    assert _queries(client, path) == before


def _queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def errors_of(client, batch) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(client.get(url("import_errors", batch)).content))


def test_the_errors_come_back_as_the_same_sheet_coloured_and_commented(strategy, births, farms, takeru):
    table = an_upload("a.xlsx", row_of(births, 120), row_of(farms, "6.71ha"))
    batch = previewed(strategy, takeru, table, Upload("壊れた.xlsx", b"PK\x03\x04"))
    book = errors_of(client_of(takeru), batch)
    assert book.sheetnames == ["直すところ", "実績"]
    sheet = book["実績"]
    assert [cell.value for cell in sheet[2]] == [births.code, None, "出生数", "人", 120]
    assert sheet["E3"].value == "6.71ha"
    assert sheet["E3"].fill.fgColor.rgb == "FFFDEEEE"
    assert "ha" in sheet["E3"].comment.text
    assert sheet["E2"].comment is None
    assert [row[0].value for row in book["直すところ"].iter_rows(min_row=2)] == ["壊れた.xlsx", "a.xlsx"]


def test_no_formula_comes_back_from_a_sent_file(strategy, births, farms, takeru):
    batch = previewed(strategy, takeru, Upload("a.csv", a_csv([row_of(births, "=1+1"), row_of(farms, "+A1")])))
    book = errors_of(client_of(takeru), batch)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert any(cell.value == "'=1+1" for cell in cells)
    assert [cell.value for cell in cells if str(cell.value).startswith(("=", "+", "@"))] == []


def test_a_day_among_the_errors_comes_back_as_text_so_that_a_number_typed_over_it_stays_a_number(strategy, births, takeru):
    batch = previewed(strategy, takeru, Upload("a.xlsx", a_day_in(births, date(2025, 3, 9))))
    book = errors_of(client_of(takeru), batch)
    assert (book["実績"]["E2"].value, book["実績"]["E2"].number_format) == ("2025/3/9", "General")
    assert previewed(strategy, takeru, Upload("そのまま.xlsx", saved(book))).errors == 1
    book["実績"]["E2"] = 33
    assert previewed(strategy, takeru, Upload("直した.xlsx", saved(book))).added == 1


def test_the_sheet_with_the_errors_has_columns_as_wide_as_its_names(strategy, births, takeru):
    births.name = "合計特殊出生率の改善に向けた取組の件数"
    births.save()
    book = errors_of(client_of(takeru), previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, "6.71ha"))))
    assert 30 < book["実績"].column_dimensions["C"].width <= 41


def a_day_in(indicator, day: date) -> bytes:
    """A file whose number Excel turned into a day."""
    book = openpyxl.load_workbook(io.BytesIO(a_table([row_of(indicator, 0)])))
    book.active["E2"] = day
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_mended_errors_come_in_by_the_downloaded_file_itself(strategy, births, farms, takeru):
    client = client_of(takeru)
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120), row_of(farms, "7ha")))
    book = errors_of(client, batch)
    book["実績"]["E3"] = 7
    again = previewed(strategy, takeru, Upload("直した.xlsx", saved(book)))
    assert (again.added, again.errors) == (2, 0)


def test_a_batch_without_errors_has_no_such_file(strategy, births, takeru):
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120)))
    assert client_of(takeru).get(url("import_errors", batch)).status_code == 404
