"""Files that prove a value: what is taken, who adds and removes it, and who may have it."""
import io
import os
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from collecting.evidence import remove_evidence
from collecting.files import LARGEST, MOST_FILES, file_problem
from collecting.models import Collection, EvidenceFile
from kpis.models import Actual
from kpis.vocabulary import EntryState
from tests.factories import make_actual, make_indicator, make_strategy, make_user
from tests.reading import words_of
from tests.world import client_of

YEAR = 2024
PDF = b"%PDF-1.7\n1 0 obj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 20


def office_file(part: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
    return memory.getvalue()


XLSX, DOCX = office_file("xl/workbook.xml"), office_file("word/document.xml")
TAKEN = [
    ("統計.pdf", PDF), ("統計.PDF", PDF), ("表.xlsx", XLSX), ("要綱.docx", DOCX), ("写真.png", PNG), ("写真.jpg", JPEG), ("写真.jpeg", JPEG),
    ("表.csv", "年度,値\n令和6年度,5\n".encode()), ("表.csv", "年度,値\r\n令和6年度,5\r\n".encode("cp932")), ("表.csv", b"\xef\xbb\xbf" + "値".encode()),
    ("長い表.csv", "あ".encode() * 40_000),
]
REFUSED = [
    ("図.svg", b"<svg/>", "付けられません"),
    ("頁.html", b"<html>", "付けられません"),
    ("道具.exe", b"MZ", "付けられません"),
    ("表.xlsm", XLSX, "付けられません"),
    ("拡張子なし", PDF, "付けられません"),
    ("統計.pdf", b"MZ" + PDF, "中身が"),
    ("統計.pdf", b"<html>", "中身が"),
    ("表.xlsx", DOCX, "中身が"),
    ("要綱.docx", XLSX, "中身が"),
    ("表.xlsx", b"PK\x03\x04broken", "中身が"),
    ("写真.png", JPEG, "中身が"),
    ("写真.jpg", PNG, "中身が"),
    ("表.csv", b"a,b\x00c", "中身が"),
    ("表.csv", b" <script>alert(1)</script>", "中身が"),
    ("表.csv", XLSX, "中身が"),
    ("空.pdf", b"", "空です"),
]


@pytest.mark.parametrize(("name", "content"), TAKEN)
def test_office_files_pictures_and_tables_are_taken(name, content):
    assert file_problem(SimpleUploadedFile(name, content)) == ""


@pytest.mark.parametrize(("name", "content", "words"), REFUSED)
def test_a_file_is_refused_by_its_ending_or_by_what_is_in_it(name, content, words):
    assert words in file_problem(SimpleUploadedFile(name, content))


def test_a_file_of_more_than_ten_megabytes_is_refused():
    assert "11MBあります" in file_problem(SimpleUploadedFile("統計.pdf", PDF + b"0" * LARGEST))


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path) -> Path:
    settings.PRIVATE_ROOT = tmp_path / "private"
    return settings.PRIVATE_ROOT


@pytest.fixture
def indicator(people):
    """An indicator that Kai's division is asked for in a year that is not published."""
    strategy = make_strategy(published_through=2022)
    indicator = make_indicator(strategy=strategy, division=people[Role.DIVISION].division)
    collection = Collection.objects.create(strategy=strategy, fiscal_year=YEAR, deadline=date(2099, 7, 26))
    collection.indicators.add(indicator)
    return indicator


def add(user, indicator, name="統計.pdf", content=PDF, version=0):
    url = reverse("evidence_add", args=[indicator.strategy.slug, YEAR, indicator.pk])
    return client_of(user).post(url, {"file": SimpleUploadedFile(name, content), "version": version})


def download(user, evidence):
    return client_of(user).get(reverse("evidence_file", args=[evidence.actual.indicator.strategy.slug, evidence.pk]))


def remove(user, evidence):
    return client_of(user).post(reverse("evidence_remove", args=[evidence.actual.indicator.strategy.slug, evidence.pk]))


def test_kai_adds_a_file_before_there_is_a_value(indicator, kai, private_folder):
    answer = add(kai, indicator, name="人口統計 (3月).pdf").json()
    evidence = EvidenceFile.objects.get()
    assert evidence.name == "人口統計 (3月).pdf"
    assert evidence.added_by == kai
    assert answer["fields"]["evidence"] == "人口統計 (3月).pdf"
    assert "人口統計 (3月).pdf" in answer["html"]["files"]
    assert evidence.actual.history.first().history_change_reason == "根拠資料「人口統計 (3月).pdf」を付けた"
    kept = list(private_folder.rglob("*.pdf"))
    assert [path.read_bytes() for path in kept] == [PDF]
    assert "人口" not in str(kept[0])
    assert os.stat(kept[0]).st_mode & 0o077 == 0


def test_what_was_written_as_evidence_stays_and_the_file_leaves_its_trace(indicator, kai):
    actual = make_actual(indicator=indicator, fiscal_year=YEAR, evidence="住民基本台帳")
    assert add(kai, indicator, version=actual.version).json()["fields"]["evidence"] == "住民基本台帳"
    actual.refresh_from_db()
    assert actual.history.first().history_change_reason == "根拠資料「統計.pdf」を付けた"
    assert actual.history.first().history_user == kai


def test_the_same_file_is_kept_once(indicator, kai):
    version = add(kai, indicator).json()["version"]
    again = add(kai, indicator, name="別の名前.pdf", version=version)
    assert again.status_code == 422
    assert "すでに付いています" in again.json()["problems"]["file"]
    assert EvidenceFile.objects.count() == 1


def test_a_value_takes_ten_files_and_no_more(indicator, kai):
    version = 0
    for number in range(MOST_FILES):
        version = add(kai, indicator, content=PDF + str(number).encode(), version=version).json()["version"]
    assert "10個まで" in add(kai, indicator, content=PDF + b"more", version=version).json()["message"]


def test_a_refused_file_leaves_nothing_behind(indicator, kai, private_folder):
    assert add(kai, indicator, name="図.svg", content=b"<svg/>").status_code == 422
    assert Actual.objects.count() == 0
    assert not list(private_folder.rglob("*")) if private_folder.exists() else True


def test_a_file_does_not_slip_onto_a_value_that_changed_meanwhile(indicator, kai):
    make_actual(indicator=indicator, fiscal_year=YEAR)
    response = add(kai, indicator, version=0)
    assert response.status_code == 409
    assert "先に値を変えています" in response.json()["message"]


def test_no_file_is_no_request(indicator, kai):
    url = reverse("evidence_add", args=[indicator.strategy.slug, YEAR, indicator.pk])
    assert client_of(kai).post(url, {"version": 0}).status_code == 422


def test_a_checked_value_takes_and_loses_no_file(indicator, kai):
    add(kai, indicator)
    evidence = EvidenceFile.objects.get()
    Actual.objects.update(entry_state=EntryState.CHECKED, value=Decimal(5))
    assert add(kai, indicator, content=PDF + b"2", version=1).status_code == 422
    assert remove(kai, evidence).status_code == 422
    assert EvidenceFile.objects.count() == 1


def test_only_whoever_sees_the_value_gets_the_file(indicator, kai, people):
    add(kai, indicator)
    evidence = EvidenceFile.objects.get()
    stranger = make_user(Role.DIVISION)
    statuses = {reader: download(people[reader], evidence).status_code for reader in Role}
    assert statuses == {Role.ADMINISTRATOR: 200, Role.PLANNING: 200, Role.DIVISION: 200, Role.COUNCIL: 404, Role.VIEWER: 404}
    assert download(stranger, evidence).status_code == 404
    assert download(None, evidence).status_code == 302
    Actual.objects.update(entry_state=EntryState.CHECKED, value=Decimal(5))
    assert download(people[Role.COUNCIL], evidence).status_code == 200
    assert download(people[Role.VIEWER], evidence).status_code == 404


def test_a_file_is_a_download_whatever_is_in_it(indicator, kai):
    add(kai, indicator, name="人口 統計.csv", content="値\n5\n".encode())
    response = download(kai, EvidenceFile.objects.get())
    assert b"".join(response.streaming_content) == "値\n5\n".encode()
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Type"] == "text/csv"


def test_a_file_that_is_gone_from_the_disk_is_missing_and_no_error(indicator, kai, private_folder):
    add(kai, indicator)
    next(private_folder.rglob("*.pdf")).unlink()
    assert download(kai, EvidenceFile.objects.get()).status_code == 404


def test_removing_takes_row_and_file_and_leaves_a_trace(indicator, kai, private_folder, django_capture_on_commit_callbacks):
    add(kai, indicator)
    evidence = EvidenceFile.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        answer = remove(kai, evidence)
    assert answer.json()["html"]["files"].strip() == ""
    assert list(private_folder.rglob("*.pdf")) == []
    assert Actual.objects.get().history.first().history_change_reason == "根拠資料「統計.pdf」を外した"


def test_a_version_that_is_none_is_no_error(indicator, kai):
    assert add(kai, indicator, version="9" * 5000).status_code in (200, 409)


@pytest.mark.parametrize("state", [EntryState.SUBMITTED, EntryState.CHECKED])
def test_what_was_handed_in_is_a_draft_again_when_its_proof_changes(indicator, kai, state):
    actual = make_actual(indicator=indicator, fiscal_year=YEAR, evidence="統計", entry_state=state, **reopened_today(state))
    version = add(kai, indicator, version=actual.version).json()["version"]
    actual.refresh_from_db()
    assert actual.entry_state == EntryState.DRAFT
    Actual.objects.update(entry_state=state)
    remove(kai, EvidenceFile.objects.get())
    actual.refresh_from_db()
    assert (actual.entry_state, actual.version) == (EntryState.DRAFT, version + 1)


def reopened_today(state: EntryState) -> dict:
    return {"reopened_until": timezone.localdate(), "reopening_reason": "訂正"} if state is EntryState.CHECKED else {}


def test_a_value_that_was_checked_meanwhile_loses_no_file(indicator, kai):
    add(kai, indicator)
    evidence = EvidenceFile.objects.select_related("actual__indicator").get()
    Actual.objects.update(entry_state=EntryState.CHECKED, value=Decimal(5))
    with pytest.raises(ValidationError, match="確認済み"):
        remove_evidence(evidence=evidence, by=kai)
    assert EvidenceFile.objects.count() == 1


def test_another_division_neither_adds_nor_removes(indicator, kai):
    add(kai, indicator)
    stranger = make_user(Role.DIVISION)
    assert add(stranger, indicator, content=PDF + b"2", version=1).status_code == 404
    assert remove(stranger, EvidenceFile.objects.get()).status_code == 404
    assert EvidenceFile.objects.count() == 1


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.VIEWER])
def test_readers_neither_add_nor_remove(indicator, kai, people, role):
    add(kai, indicator)
    assert add(people[role], indicator, content=PDF + b"2", version=1).status_code == 403
    assert remove(people[role], EvidenceFile.objects.get()).status_code == 403


def test_without_javascript_a_file_comes_with_the_form_and_goes_by_its_box(indicator, kai, django_capture_on_commit_callbacks):
    sheet = reverse("entry_sheet", args=[indicator.strategy.slug, YEAR])
    row = {f"version-{indicator.pk}": "0", f"value-{indicator.pk}": "125", f"file-{indicator.pk}": SimpleUploadedFile("統計.pdf", PDF)}
    assert "保存しました" in words_of(client_of(kai).post(sheet, row, follow=True))
    evidence = EvidenceFile.objects.get()
    assert evidence.actual.value == 125
    again = {
        f"version-{indicator.pk}": str(evidence.actual.version), f"value-{indicator.pk}": "125", f"evidence-{indicator.pk}": "統計.pdf",
        "remove_file": str(evidence.pk),
    }
    client_of(kai).post(sheet, again)
    assert EvidenceFile.objects.count() == 0


def test_without_javascript_a_refused_file_keeps_the_value(indicator, kai):
    sheet = reverse("entry_sheet", args=[indicator.strategy.slug, YEAR])
    row = {f"version-{indicator.pk}": "0", f"value-{indicator.pk}": "125", f"file-{indicator.pk}": SimpleUploadedFile("図.svg", b"<svg/>")}
    response = client_of(kai).post(sheet, row)
    assert response.status_code == 422
    assert "付けられません" in words_of(response)
    assert Actual.objects.get().value == 125
