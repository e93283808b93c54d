"""`manage.py import_actuals`: the same preview as text, the same promises, exit codes for those who automate."""
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.roles import Role
from importing.models import ImportBatch
from importing.vocabulary import BatchState
from kpis.models import Actual
from tests.factories import make_actual, make_division, make_indicator, make_strategy
from tests.import_files import a_table, row_of

PROBLEMS, UNREADABLE = 1, 2


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def strategy(db):
    return make_strategy(is_current=True)


@pytest.fixture
def births(strategy, people):
    return make_indicator(strategy=strategy, name="出生数", division=people[Role.DIVISION].division)


@pytest.fixture
def farms(strategy):
    return make_indicator(strategy=strategy, name="新規就農者数", division=make_division(name="農林課"))


@pytest.fixture
def sheet(tmp_path):
    """Writes a file to import: `sheet("a.xlsx", row, row, years=(…))`."""

    def write(name: str, *rows, years=("令和6年度",)) -> Path:
        path = tmp_path / name
        path.write_bytes(a_table(rows, years))
        return path

    return write


def run(*arguments) -> str:
    out = StringIO()
    call_command("import_actuals", *map(str, arguments), stdout=out)
    return out.getvalue()


def code_of(*arguments) -> int:
    with pytest.raises(CommandError) as stopped:
        run(*arguments)
    return stopped.value.returncode


def test_it_prints_the_preview_and_takes_in(births, sheet):
    printed = run(sheet("子育て.xlsx", row_of(births, 120)))
    assert "追加 1件・変更 0件・変更なし 0件・エラー 0件" in printed
    assert f"[追加] 実績!E2  {births.code} 出生数 R6（人）: ― → 120" in printed
    assert "1件の値を取り込みました" in printed
    assert Actual.objects.get().value == 120


def test_a_dry_run_prints_the_same_and_leaves_nothing(births, sheet, settings):
    path = sheet("a.xlsx", row_of(births, 120))
    dry = run(path, "--dry-run")
    assert (Actual.objects.count(), ImportBatch.objects.count()) == (0, 0)
    assert [found for found in settings.PRIVATE_ROOT.rglob("*") if found.is_file()] == []
    wet = run(path)
    assert dry.splitlines()[:-1] == wet.splitlines()[:-1]


def test_a_dry_run_of_errors_has_the_exit_code_of_errors(births, sheet):
    assert code_of(sheet("a.xlsx", row_of(births, "120ha")), "--dry-run") == PROBLEMS


def test_nothing_to_do_is_no_failure(births, sheet):
    path = sheet("a.xlsx", row_of(births, 120))
    run(path)
    assert "変わる値がないので" in run(path)
    assert Actual.objects.get().version == 1


def test_errors_stop_it_unless_they_are_to_be_left_out(births, farms, sheet):
    path = sheet("a.xlsx", row_of(births, 120), row_of(farms, "7ha"))
    assert code_of(path) == PROBLEMS
    assert Actual.objects.count() == 0
    assert ImportBatch.objects.get().state == BatchState.ABANDONED
    run(path, "--skip-errors")
    assert Actual.objects.get().indicator == births


def test_a_file_that_cannot_be_read_has_its_own_exit_code(births, sheet, tmp_path):
    broken = tmp_path / "壊れた.xlsx"
    broken.write_bytes(b"PK\x03\x04half")
    assert code_of(sheet("a.xlsx", row_of(births, 120)), broken) == UNREADABLE
    assert code_of(tmp_path / "ない.xlsx") == UNREADABLE
    assert Actual.objects.count() == 0


def test_published_values_need_a_reason(births, sheet):
    make_actual(indicator=births, fiscal_year=2021, value=Decimal(100))
    path = sheet("a.xlsx", row_of(births, 101), years=("令和3年度",))
    assert code_of(path) == PROBLEMS
    run(path, "--reason", "再集計")
    assert Actual.objects.get().history.first().history_change_reason == "取込 第2回：再集計"


def test_somebodys_rights_and_name_apply(births, farms, sheet, people):
    path = sheet("a.xlsx", row_of(births, 120), row_of(farms, 7))
    assert code_of(path, "--by", "kai") == PROBLEMS
    run(path, "--by", "kai", "--skip-errors")
    assert Actual.objects.get().history.first().history_user == people[Role.DIVISION]
    assert code_of(path, "--by", "sho") == PROBLEMS
    assert code_of(path, "--by", "nobody") == PROBLEMS


def test_another_strategy_by_its_name(strategy, sheet):
    other = make_indicator(strategy=make_strategy(slug="other"))
    run(sheet("a.xlsx", row_of(other, 5)), "--strategy", "other")
    assert Actual.objects.get().indicator == other
    assert code_of(sheet("a.xlsx", row_of(other, 5)), "--strategy", "missing") == PROBLEMS
