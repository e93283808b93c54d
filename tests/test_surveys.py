"""調査票をつくる: who may make which workbooks, what a collection changes, and how the files are named."""
import io
import time
import zipfile
from datetime import date
from urllib.parse import unquote

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from collecting.actions import open_collection
from importing.surveys.content import surveys_of
from importing.surveys.keys import INPUT_SHEET
from importing.surveys.workbook import zip_of
from kpis.vocabulary import EntryState
from tests.factories import make_actual, make_division, make_indicator, make_strategy, make_target, make_user
from tests.reading import links_of, words_of
from tests.world import client_of

YEAR = 2023
LONGEST_SECONDS = 2


@pytest.fixture
def strategy(db):
    return make_strategy(slug="hokuto-2", published_through=2021)


@pytest.fixture
def farming(strategy):
    """The farming division with two indicators."""
    return division_with(strategy, "農林課", "1-3-1", "1-3-2")


@pytest.fixture
def tourism(strategy):
    return division_with(strategy, "観光課", "1-2-1")


@pytest.fixture
def kai(farming):
    return make_user(Role.DIVISION, division=farming, display_name="工藤 海")


@pytest.fixture
def takeru(db):
    return make_user(Role.PLANNING, display_name="佐藤 健")


def division_with(strategy, name: str, *codes: str):
    division = make_division(name=name)
    for code in codes:
        make_target(indicator=make_indicator(strategy=strategy, division=division, code=code))
    return division


def page(user, strategy, year=YEAR):
    return client_of(user).get(reverse("surveys", args=[strategy.slug, year]))


def download(user, strategy, division=None, year=YEAR):
    arguments = [strategy.slug, year]
    address = reverse("survey_file", args=[*arguments, division.pk]) if division else reverse("surveys_zip", args=arguments)
    return client_of(user).get(address)


def codes_in(data: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(data))[INPUT_SHEET]
    return [row[0].value for row in sheet.iter_rows(min_row=6) if row[1].value]


def test_takeru_sees_every_division_with_its_count_and_its_file(strategy, farming, tourism, takeru):
    response = page(takeru, strategy)
    words = words_of(response)
    assert "農林課2件" in words
    assert "観光課1件" in words
    expected = {reverse("survey_file", args=["hokuto-2", YEAR, division.pk]) for division in (farming, tourism)}
    assert expected | {reverse("surveys_zip", args=["hokuto-2", YEAR]), reverse("imports", args=["hokuto-2"])} <= set(links_of(response))


def test_kai_sees_his_own_division_only(strategy, farming, tourism, kai):
    response = page(kai, strategy)
    assert "観光課" not in words_of(response)
    assert reverse("survey_file", args=["hokuto-2", YEAR, farming.pk]) in links_of(response)
    assert reverse("surveys_zip", args=["hokuto-2", YEAR]) not in links_of(response)


def test_kai_cannot_fetch_another_divisions_workbook(strategy, farming, tourism, kai):
    assert download(kai, strategy, farming).status_code == 200
    assert download(kai, strategy, tourism).status_code == 404


def test_kais_archive_holds_his_own_division_only(strategy, farming, tourism, kai):
    names = zipfile.ZipFile(io.BytesIO(download(kai, strategy).content)).namelist()
    assert names == ["調査票_令和5年度_農林課.xlsx"]


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.VIEWER])
def test_those_who_enter_nothing_get_no_workbook(strategy, farming, role):
    user = make_user(role)
    assert page(user, strategy).status_code == 403
    assert download(user, strategy, farming).status_code == 403
    assert download(user, strategy).status_code == 403


def test_a_visitor_is_asked_to_sign_in(strategy, farming):
    for response in (page(None, strategy), download(None, strategy, farming), download(None, strategy)):
        assert (response.status_code, response.url.split("?")[0]) == (302, reverse("sign_in"))


def test_a_file_has_a_japanese_name(strategy, farming, takeru):
    response = download(takeru, strategy, farming)
    assert unquote(response["Content-Disposition"]) == "attachment; filename*=utf-8''調査票_令和5年度_農林課.xlsx"
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Cache-Control"].startswith("max-age=0")


def test_the_archive_holds_one_workbook_for_each_division_under_its_japanese_name(strategy, farming, tourism, takeru):
    response = download(takeru, strategy)
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    assert unquote(response["Content-Disposition"]) == "attachment; filename*=utf-8''調査票_令和5年度.zip"
    assert archive.namelist() == ["調査票_令和5年度_農林課.xlsx", "調査票_令和5年度_観光課.xlsx"]
    assert all(entry.flag_bits & 0x800 for entry in archive.infolist()), "names are marked as UTF-8"
    assert [codes_in(archive.read(name)) for name in archive.namelist()] == [["1-3-1", "1-3-2"], ["1-2-1"]]


def test_a_slash_in_a_divisions_name_makes_no_folder(strategy, takeru):
    division_with(strategy, "農林/水産課", "1-3-1")
    archive = zipfile.ZipFile(io.BytesIO(download(takeru, strategy).content))
    assert archive.namelist() == ["調査票_令和5年度_農林_水産課.xlsx"]


def test_with_a_collection_only_its_indicators_are_asked(strategy, farming, tourism, takeru):
    asked = farming.indicators.filter(code="1-3-2")
    open_collection(strategy=strategy, fiscal_year=YEAR, deadline=date(2024, 5, 31), indicators=asked, by=takeru)
    words = words_of(page(takeru, strategy))
    assert "提出期限は令和6年5月31日です" in words
    assert "農林課1件" in words
    assert "観光課" not in words
    assert codes_in(download(takeru, strategy, farming).content) == ["1-3-2"]
    assert download(takeru, strategy, tourism).status_code == 404


def test_without_a_collection_all_indicators_are_asked_and_the_page_says_so(strategy, farming, takeru):
    assert "照会は、まだ始まっていません" in words_of(page(takeru, strategy))
    assert codes_in(download(takeru, strategy, farming).content) == ["1-3-1", "1-3-2"]


def test_another_strategys_indicators_are_not_asked(strategy, farming, takeru):
    make_indicator(strategy=make_strategy(), division=farming, code="9-9-9")
    assert "9-9-9" not in codes_in(download(takeru, strategy, farming).content)


def test_indicators_without_a_division_are_counted_and_said(strategy, farming, takeru):
    make_indicator(strategy=strategy)
    assert "担当課のない指標が1件あります" in words_of(page(takeru, strategy))


def test_a_plan_whose_indicators_have_no_division_says_what_to_do(strategy, takeru):
    assert "指標に担当課を付けると、ここに課が並びます" in words_of(page(takeru, strategy))
    assert download(takeru, strategy).status_code == 404


@pytest.mark.parametrize("year", [2019, 2025])
def test_a_year_outside_the_plan_is_not_found(strategy, farming, takeru, year):
    assert [page(takeru, strategy, year).status_code, download(takeru, strategy, farming, year).status_code, download(takeru, strategy, None, year).status_code] == [404] * 3


def test_kais_drafts_are_in_his_workbook(strategy, farming, kai):
    make_actual(indicator=farming.indicators.get(code="1-3-1"), fiscal_year=YEAR, value=77, entry_state=EntryState.DRAFT)
    sheet = openpyxl.load_workbook(io.BytesIO(download(kai, strategy, farming).content))[INPUT_SHEET]
    assert 77 in [cell.value for row in sheet.iter_rows(min_row=6) for cell in row]


def test_a_text_too_long_for_a_cell_is_said_on_the_page(strategy, farming, takeru):
    make_actual(indicator=farming.indicators.first(), fiscal_year=YEAR, comment="長" * 32_768)
    client = client_of(takeru)
    response = client.get(reverse("survey_file", args=[strategy.slug, YEAR, farming.pk]), follow=True)
    assert response.redirect_chain[-1][0] == reverse("surveys", args=[strategy.slug, YEAR])
    assert "32,767文字を超える文章があり" in words_of(response)


def count_queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_more_indicators_and_divisions_ask_the_database_no_more(strategy, farming, takeru):
    client = client_of(takeru)
    addresses = (reverse("surveys", args=[strategy.slug, YEAR]), reverse("surveys_zip", args=[strategy.slug, YEAR]))

    def queries() -> list[int]:
        return [count_queries(client, address) for address in addresses]

    before = queries()
    for number in range(5):
        division_with(strategy, f"課その{number}", *(f"{number}-{place}" for place in range(4)))
    for indicator in strategy.indicators.all():
        make_actual(indicator=indicator, fiscal_year=YEAR)
    assert queries() == before
    assert max(before) <= 12


def test_all_workbooks_of_the_plan_are_made_within_two_seconds(sample):
    takeru = make_user(Role.PLANNING)
    began = time.process_time()
    data = zip_of(surveys_of(sample, sample.last_fiscal_year, takeru))
    assert time.process_time() - began < LONGEST_SECONDS
    assert len(zipfile.ZipFile(io.BytesIO(data)).namelist()) > 5
