"""Files are stored, read, taken in and taken back: all of it or nothing, and never over somebody's head."""
import io
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.roles import Role
from importing.actions import StaleError, Upload, abandon, read_batch, stage_files, take_back, take_in
from importing.models import ImportBatch, ImportChange
from importing.surveys.content import surveys_of
from importing.surveys.keys import INPUT_SHEET, KEYS_SHEET
from importing.surveys.workbook import workbook_of
from importing.vocabulary import BatchState
from kpis.models import Actual
from kpis.vocabulary import Door, EntryState
from tests.factories import make_actual, make_collection, make_division, make_indicator, make_strategy
from tests.import_files import an_upload, row_of


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def births(strategy, people):
    """An indicator of Kai's division."""
    return make_indicator(strategy=strategy, name="出生数", division=people[Role.DIVISION].division)


@pytest.fixture
def farms(strategy):
    """An indicator of another division."""
    return make_indicator(strategy=strategy, name="新規就農者数", division=make_division(name="農林課"))


def previewed(strategy, by, *uploads) -> ImportBatch:
    return read_batch(batch=stage_files(strategy=strategy, uploads=uploads, by=by), by=by)


def taken(batch: ImportBatch, by, **options) -> ImportBatch:
    return take_in(batch=batch, by=by, seen_at=batch.previewed_at, **options)


def counted(batch: ImportBatch) -> dict[str, int]:
    return {name: getattr(batch, name) for name in ("added", "changed", "unchanged", "errors")}


def value_of(indicator, fiscal_year=2024):
    return Actual.objects.get(indicator=indicator, fiscal_year=fiscal_year).value


def test_nothing_is_written_before_it_is_taken_in(strategy, births, takeru):
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120)))
    assert counted(batch) == {"added": 1, "changed": 0, "unchanged": 0, "errors": 0}
    assert batch.state == BatchState.WAITING
    assert Actual.objects.count() == 0


def test_a_value_comes_in_with_its_door_its_number_and_its_history(strategy, births, takeru):
    batch = taken(previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), takeru)
    row = Actual.objects.get()
    assert (row.value, row.door, row.import_number, row.version, row.entry_state) == (120, Door.IMPORT, batch.number, 1, EntryState.SUBMITTED)
    record = row.history.get()
    assert (record.history_type, record.history_user, record.history_change_reason) == ("+", takeru, "取込 第1回")
    assert (batch.state, batch.written, batch.taken_in_by) == (BatchState.TAKEN_IN, 1, takeru)


def test_what_a_division_takes_in_is_a_draft(strategy, births, kai):
    taken(previewed(strategy, kai, an_upload("a.xlsx", row_of(births, 120))), kai)
    assert Actual.objects.get().entry_state == EntryState.DRAFT


@pytest.mark.parametrize("has_value_before", [False, True])
def test_the_record_says_all_that_the_row_says(strategy, births, takeru, has_value_before):
    if has_value_before:
        make_actual(indicator=births, fiscal_year=2024, value=Decimal(100), comment="前のコメント")
    taken(previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, "112.5"))), takeru)
    row = Actual.objects.get()
    record = row.history.first()
    told = {field.attname: getattr(record, field.attname) for field in Actual.history.model.tracked_fields}
    assert told == {field.attname: getattr(row, field.attname) for field in Actual._meta.concrete_fields}
    assert timezone.now() - record.history_date < timedelta(minutes=1)


def test_a_changed_value_is_a_new_version_and_keeps_the_old_one_in_its_history(strategy, births, takeru):
    make_actual(indicator=births, fiscal_year=2024, value=Decimal(100), comment="前のコメント")
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120)))
    taken(batch, takeru)
    row = Actual.objects.get()
    assert (row.value, row.version, row.comment) == (120, 2, "前のコメント")
    assert [record.value for record in row.history.all()] == [120, 100]
    assert [record.history_type for record in row.history.all()] == ["~", "+"]


def test_the_same_file_again_changes_nothing(strategy, births, takeru):
    upload = an_upload("a.xlsx", row_of(births, "1,234.5"))
    taken(previewed(strategy, takeru, upload), takeru)
    again = previewed(strategy, takeru, upload)
    assert counted(again) == {"added": 0, "changed": 0, "unchanged": 1, "errors": 0}
    with pytest.raises(ValidationError, match="取り込む値がありません"):
        taken(again, takeru)
    assert Actual.objects.get().version == 1


def test_taking_in_twice_writes_once(strategy, births, takeru):
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120)))
    taken(batch, takeru)
    taken(batch, takeru)
    assert Actual.objects.get().version == 1
    assert ImportChange.objects.count() == 1


def test_a_file_sent_twice_by_a_double_click_is_one_batch(strategy, births, takeru):
    upload, key = an_upload("a.xlsx", row_of(births, 120)), "0f2b3c4d-0000-4000-8000-000000000001"
    first = stage_files(strategy=strategy, uploads=[upload], by=takeru, upload_key=key)
    assert stage_files(strategy=strategy, uploads=[upload], by=takeru, upload_key=key) == first
    other = stage_files(strategy=strategy, uploads=[an_upload("b.xlsx", row_of(births, 5))], by=takeru, upload_key=key)
    assert (first.number, other.number) == (1, 2)


def test_another_persons_sending_with_the_same_key_is_a_batch_of_its_own(strategy, births, takeru, kai):
    key, upload = uuid4(), an_upload("一.xlsx", row_of(births, 15))
    batches = [stage_files(strategy=strategy, uploads=[upload], by=person, upload_key=key) for person in (takeru, kai)]
    assert [batch.created_by for batch in batches] == [takeru, kai]


def test_a_value_that_somebody_changed_meanwhile_stops_everything_and_is_named(strategy, births, farms, takeru):
    actual = make_actual(indicator=births, fiscal_year=2024, value=Decimal(100))
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120), row_of(farms, 7)))
    actual.value = Decimal(105)
    actual.save()
    with pytest.raises(StaleError) as stale:
        taken(batch, takeru)
    assert stale.value.places == ["実績!E2"]
    assert value_of(births) == 105
    assert not Actual.objects.filter(indicator=farms).exists()


def test_a_value_that_somebody_entered_first_meanwhile_stops_everything(strategy, births, takeru):
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120)))
    make_actual(indicator=births, fiscal_year=2024, value=Decimal(120))
    with pytest.raises(StaleError):
        taken(batch, takeru)


def test_an_old_preview_in_another_tab_is_not_taken_in(strategy, births, takeru):
    old = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120)))
    read_batch(batch=old, by=takeru)
    with pytest.raises(StaleError):
        taken(old, takeru)


def test_errors_are_left_out_only_when_somebody_says_so(strategy, births, farms, takeru):
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120), row_of(farms, "4戸32.3ha")))
    assert counted(batch) == {"added": 1, "changed": 0, "unchanged": 0, "errors": 1}
    with pytest.raises(ValidationError, match="エラーが1件あります"):
        taken(batch, takeru)
    assert Actual.objects.count() == 0
    taken(batch, takeru, skips_errors=True)
    assert Actual.objects.get().indicator == births


def test_a_published_year_needs_a_reason_which_stays_with_the_value(strategy, births, takeru):
    make_actual(indicator=births, fiscal_year=2021, value=Decimal(100))
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 101), years=("令和3年度",)))
    with pytest.raises(ValidationError, match="変更の理由"):
        taken(batch, takeru)
    taken(batch, takeru, reason="再集計による修正")
    row = Actual.objects.get()
    assert (row.value, row.entry_state) == (101, EntryState.CHECKED)
    assert row.history.first().history_change_reason == "取込 第1回：再集計による修正"


def test_a_division_changes_neither_published_years_nor_anothers_indicators(strategy, births, farms, kai):
    make_actual(indicator=births, fiscal_year=2021, value=Decimal(100))
    make_actual(indicator=farms, fiscal_year=2024, value=Decimal(8888888))
    batch = previewed(strategy, kai, an_upload("a.xlsx", row_of(births, 101, 120), row_of(farms, None, 8), years=("令和3年度", "令和6年度")))
    assert counted(batch) == {"added": 1, "changed": 0, "unchanged": 0, "errors": 2}
    assert "8,888,888" not in batch.preview
    assert "8888888" not in batch.preview
    taken(batch, kai, skips_errors=True)
    assert (value_of(births, 2021), value_of(births), value_of(farms)) == (100, 120, 8888888)


def test_a_division_changes_nothing_after_its_collection_has_ended(strategy, births, takeru, kai):
    make_collection([births], closed_at=timezone.now())
    batch = previewed(strategy, kai, an_upload("一.xlsx", row_of(births, 15)))
    assert (batch.writes, batch.errors) == (0, 1)
    assert "令和6年度は締切り済みのため、担当課では変えられません。" in batch.preview
    assert previewed(strategy, takeru, an_upload("一.xlsx", row_of(births, 15))).writes == 1


def test_a_division_takes_nothing_back_after_its_collection_has_ended(strategy, births, kai):
    batch = taken(previewed(strategy, kai, an_upload("一.xlsx", row_of(births, 15))), kai)
    make_collection([births], closed_at=timezone.now())
    assert [change.indicator for change in take_back(batch=batch, by=kai)[1]] == [births]
    assert Actual.objects.get().value == Decimal(15)


def test_a_reopened_value_comes_in_although_the_collection_has_ended(strategy, births, kai):
    make_collection([births], closed_at=timezone.now())
    make_actual(
        indicator=births, fiscal_year=2024, entry_state=EntryState.CHECKED, reopened_until=timezone.localdate(), reopening_reason="決算の訂正"
    )
    assert previewed(strategy, kai, an_upload("一.xlsx", row_of(births, 15))).writes == 1


def test_a_warning_tells_nothing_of_another_divisions_values(strategy, births, kai):
    part = make_indicator(measure=births.measure, code=births.code, breakdown="東部", name="出生数", division=make_division(name="農林課"))
    make_actual(indicator=part, fiscal_year=2024, value=Decimal(7654))
    batch = previewed(strategy, kai, an_upload("一.xlsx", row_of(births, 15)))
    assert (batch.writes, "7,654" in batch.preview) == (1, False), batch.preview


def test_those_who_only_read_take_nothing_in(strategy, births, people):
    for role in (Role.COUNCIL, Role.VIEWER):
        with pytest.raises(PermissionDenied):
            stage_files(strategy=strategy, uploads=[an_upload("a.xlsx", row_of(births, 1))], by=people[role])
    assert ImportBatch.objects.count() == 0


def test_a_file_that_cannot_be_read_gets_its_sentence_and_the_others_stay_fine(strategy, births, takeru):
    batch = previewed(strategy, takeru, Upload("壊れた.xlsx", b"PK\x03\x04half"), an_upload("b.xlsx", row_of(births, 120)))
    broken, fine = batch.files.all()
    assert "読めません" in broken.problem
    assert (fine.problem, fine.values) == ("", 1)
    assert counted(batch) == {"added": 1, "changed": 0, "unchanged": 0, "errors": 1}


def test_a_file_that_is_too_large_is_not_kept(strategy, takeru):
    batch = previewed(strategy, takeru, Upload("大きい.xlsx", b"1" * (10 * 1024 * 1024 + 1)))
    file = batch.files.get()
    assert "10MBを超えています" in file.problem
    assert not file.file


def test_a_stored_file_that_is_damaged_later_is_noticed(strategy, births, takeru):
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120)))
    with batch.files.get().file.storage.open(batch.files.get().file.name, "wb") as file:
        file.write(b"other")
    with pytest.raises(StaleError):
        taken(batch, takeru)
    assert Actual.objects.count() == 0


def test_a_batch_is_taken_back_value_by_value(strategy, births, farms, takeru):
    make_actual(indicator=births, fiscal_year=2024, value=Decimal(100), comment="前の", entry_state=EntryState.SUBMITTED, is_sample=True)
    batch = taken(previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120), row_of(farms, 7))), takeru)
    batch, left = take_back(batch=batch, by=takeru)
    row = Actual.objects.get(indicator=births)
    assert (row.value, row.comment, row.entry_state, row.door, row.import_number) == (100, "前の", EntryState.SUBMITTED, Door.ADMIN, None)
    assert (row.version, row.is_sample) == (3, True)
    assert row.history.first().history_change_reason == "取込 第1回の取り消し"
    assert not Actual.objects.get(indicator=farms).has_content
    assert (batch.state, left) == (BatchState.TAKEN_BACK, [])


def test_a_value_that_was_changed_later_stays_and_is_named(strategy, births, farms, takeru):
    batch = taken(previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120), row_of(farms, 7))), takeru)
    row = Actual.objects.get(indicator=births)
    row.value, row.door, row.import_number = Decimal(121), Door.ENTRY_SHEET, None
    row.save()
    _, left = take_back(batch=batch, by=takeru)
    assert [change.indicator for change in left] == [births]
    assert value_of(births) == 121
    assert value_of(farms) is None


def test_a_value_that_was_only_checked_since_is_taken_back_too(strategy, births, takeru):
    batch = taken(previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), takeru)
    row = Actual.objects.get()
    row.entry_state = EntryState.CHECKED
    row.save()
    take_back(batch=batch, by=takeru)
    assert not Actual.objects.get().has_content


def test_a_value_that_a_review_has_settled_since_stays(strategy, births, takeru):
    batch = taken(previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), takeru)
    row = Actual.objects.get()
    row.entry_state = EntryState.SETTLED
    row.save()
    _, left = take_back(batch=batch, by=takeru)
    assert (len(left), value_of(births)) == (1, 120)


def test_a_correction_of_a_settled_value_asks_for_a_reason_stays_settled_and_is_taken_back(strategy, births, takeru):
    make_actual(indicator=births, fiscal_year=2024, value=Decimal(100), entry_state=EntryState.SETTLED)
    batch = previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120)))
    with pytest.raises(ValidationError, match="変更の理由を書いてください"):
        taken(batch, takeru)
    taken(batch, takeru, reason="決算の訂正")
    assert (value_of(births), Actual.objects.get().entry_state) == (120, EntryState.SETTLED)
    take_back(batch=batch, by=takeru)
    assert (value_of(births), Actual.objects.get().entry_state) == (100, EntryState.SETTLED)


def test_a_division_takes_back_nothing_that_was_checked_since(strategy, births, kai):
    batch = taken(previewed(strategy, kai, an_upload("a.xlsx", row_of(births, 120))), kai)
    row = Actual.objects.get()
    row.entry_state = EntryState.CHECKED
    row.save()
    _, left = take_back(batch=batch, by=kai)
    assert len(left) == 1
    assert value_of(births) == 120


def test_a_later_batch_over_the_same_value_protects_it(strategy, births, takeru):
    first = taken(previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), takeru)
    taken(previewed(strategy, takeru, an_upload("b.xlsx", row_of(births, 130))), takeru)
    _, left = take_back(batch=first, by=takeru)
    assert len(left) == 1
    assert value_of(births) == 130


def test_taking_back_twice_changes_nothing_more(strategy, births, takeru):
    batch = taken(previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), takeru)
    take_back(batch=batch, by=takeru)
    take_back(batch=batch, by=takeru)
    assert Actual.objects.get().version == 2


def test_a_file_comes_in_again_after_it_was_taken_back(strategy, births, takeru):
    upload = an_upload("a.xlsx", row_of(births, 120))
    take_back(batch=taken(previewed(strategy, takeru, upload), takeru), by=takeru)
    again = previewed(strategy, takeru, upload)
    assert counted(again)["added"] == 1
    taken(again, takeru)
    assert Actual.objects.get().version == 3


def test_an_abandoned_batch_writes_nothing_ever(strategy, births, takeru):
    batch = abandon(batch=previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), by=takeru)
    with pytest.raises(ValidationError, match="取りやめ"):
        taken(batch, takeru)
    with pytest.raises(ValidationError, match="取りやめ"):
        read_batch(batch=batch, by=takeru)
    assert Actual.objects.count() == 0


def test_a_real_value_over_a_fictional_one_is_no_sample(strategy, births, takeru):
    make_actual(indicator=births, fiscal_year=2024, value=Decimal(100), is_sample=True, doubt_answer="サンプルの説明")
    taken(previewed(strategy, takeru, an_upload("a.xlsx", row_of(births, 120))), takeru)
    row = Actual.objects.get()
    assert (row.is_sample, row.doubt_answer) == (False, "")


def test_each_strategy_counts_its_own_batches(strategy, births, takeru):
    other = make_indicator(strategy=make_strategy())
    stage_files(strategy=strategy, uploads=[an_upload("a.xlsx", row_of(births, 1))], by=takeru)
    assert stage_files(strategy=other.strategy, uploads=[an_upload("a.xlsx", row_of(other, 1))], by=takeru).number == 1


def test_a_thousand_values_are_written_in_batches_not_one_by_one(strategy, takeru, django_assert_max_num_queries):
    indicators = [make_indicator(strategy=strategy) for _ in range(200)]
    many = previewed(strategy, takeru, an_upload("b.xlsx", *(row_of(indicator, *range(1, 6)) for indicator in indicators), years=("R2", "R3", "R4", "R5", "R6")))
    assert many.added == 1000
    with django_assert_max_num_queries(100):
        taken(many, takeru, reason="初めての登録")
    assert Actual.objects.count() == 1000
    assert Actual.history.count() == 1000


def a_filled_survey(strategy, division, by, value) -> Upload:
    """The division's 調査票 of 令和6年度 as it is now, with that value written into its first yellow row."""
    (survey,) = surveys_of(strategy, 2024, by, division)
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(survey)))
    keys = {row[0].value: row[1].value for row in book[KEYS_SHEET].iter_rows(max_row=7)}
    first_row = book[KEYS_SHEET].cell(9, 2).value
    book[INPUT_SHEET].cell(first_row, keys["first_input_column"]).value = value
    file = io.BytesIO()
    book.save(file)
    return Upload("調査票.xlsx", file.getvalue())


def test_a_returned_survey_conflicts_with_what_was_entered_since_and_somebody_chooses(strategy, births, takeru):
    actual = make_actual(indicator=births, fiscal_year=2024, value=Decimal(100))
    upload = a_filled_survey(strategy, births.division, takeru, 120)
    actual.value = Decimal(105)
    actual.save()
    batch = previewed(strategy, takeru, upload)
    assert counted(batch) == {"added": 0, "changed": 0, "unchanged": 0, "errors": 1}
    with pytest.raises(ValidationError, match="取り込む値がありません"):
        taken(batch, takeru, skips_errors=True)
    assert value_of(births) == 105
    batch = taken(batch, takeru, overwritten=frozenset({(births.pk, 2024)}))
    assert value_of(births) == 120
    assert counted(batch) == {"added": 0, "changed": 1, "unchanged": 0, "errors": 0}


def test_a_survey_of_the_values_as_they_are_comes_in_without_a_question(strategy, births, kai):
    taken(previewed(strategy, kai, a_filled_survey(strategy, births.division, kai, 120)), kai)
    assert value_of(births) == 120
