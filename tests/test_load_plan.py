"""Loading the plan: whole or not at all, once, and with its change history."""
import json
from shutil import copyfile

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.serializers.base import DeserializationError

from accounts.models import Revision
from goals.models import Goal, Strategy
from importing.actions import PLAN_FIXTURES, load_plan
from kpis.models import Indicator
from tests.factories import make_strategy
from tests.snapshots import PLAN_MODELS, plan_snapshot


def test_every_row_passes_the_checks_of_the_admin(plan):
    rows = [row for model in PLAN_MODELS for row in model.objects.all()]
    assert len(rows) == 266
    for row in rows:
        row.full_clean()


@pytest.mark.parametrize("name", PLAN_FIXTURES)
def test_fixtures_name_rows_by_what_they_are_called_and_hold_no_ids(name):
    rows = json.loads((settings.FIXTURE_DIRS[0] / f"{name}.json").read_text(encoding="utf-8"))
    assert all(row.keys() == {"model", "fields"} for row in rows)


def test_loaddata_loads_the_same_plan_and_loading_again_adds_nothing(plan):
    loaded = plan_snapshot()
    call_command("loaddata", *PLAN_FIXTURES, verbosity=0)
    assert plan_snapshot() == loaded


def test_load_plan_does_nothing_and_says_so_when_the_plan_is_there(plan, capsys):
    Goal.objects.filter(number=1).update(name="市が直した名称")
    call_command("load_plan")
    assert "何も変えていません" in capsys.readouterr().out
    assert Goal.objects.get(number=1).name == "市が直した名称"


def test_load_plan_says_that_pages_changed(db, django_capture_on_commit_callbacks):
    before = Revision.current()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_plan", verbosity=0)
    assert Revision.current() > before


def test_load_plan_begins_the_change_history_of_every_indicator(plan):
    reasons = Indicator.history.values_list("history_type", "history_change_reason")
    assert list(reasons) == [("+", "計画の読込")] * 49


def test_load_plan_loads_all_or_nothing(db, tmp_path):
    for name in PLAN_FIXTURES:
        copyfile(settings.FIXTURE_DIRS[0] / f"{name}.json", tmp_path / f"{name}.json")
    (tmp_path / f"{PLAN_FIXTURES[-1]}.json").write_text("[ cut off", encoding="utf-8")
    with pytest.raises(DeserializationError):
        load_plan(tmp_path)
    assert not Strategy.objects.exists()


def test_a_strategy_that_is_shown_first_keeps_its_place(db):
    later = make_strategy(slug="hokuto-3", is_current=True)
    load_plan(settings.FIXTURE_DIRS[0])
    assert Strategy.objects.current() == later
