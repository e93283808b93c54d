"""The fictional sample: marked everywhere, gone with one command, and never in the way of real values."""
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Division, Revision
from accounts.roles import Role
from kpis.actions import SAMPLE_PUBLISHED_THROUGH, clear_sample, load_sample
from kpis.board import StatusCounts, judged_indicators
from kpis.models import Actual, Indicator, Target
from kpis.vocabulary import Status
from tests.factories import make_actual, make_division, make_target, make_user
from tests.snapshots import plan_snapshot

A, T, S, B, N, X = (
    Status.ACHIEVED, Status.ON_TRACK, Status.SLIGHTLY_BEHIND, Status.BEHIND, Status.NOT_MEASURED, Status.NOT_RATED,
)

# Worked out by hand from the figures of 令和5年度. They are those of the design sketch but for two rules and two figures:
# the bus (6.3 against 6.6) is off by more than the 1 % that 維持 allows, and 2-2-3 and 4-3-3 had no value there.
STATUS_2023 = {
    "1-A": T, "1-B": T,
    "1-1-1": T, "1-1-2": S, "1-1-3": S, "1-1-4": T,
    "1-2-1": S,
    "1-3-1": T, "1-3-2": T, "1-3-3": B, "1-3-4 戸数": A, "1-3-4 面積": T, "1-3-5": A, "1-3-6": S, "1-3-7": A,
    "2-A": S,
    "2-1-1": S, "2-1-2": T, "2-1-3": T,
    "2-2-1": T, "2-2-2": T, "2-2-3": S,
    "2-3-1": S,
    "2-3-2 ふるさと納税寄附者": X, "2-3-2 ずーしーほっきーfacebookフォロワー": X, "2-3-2 移住相談者": X, "2-3-2 福祉職人材回帰マッチング事業参加者": X,
    "2-3-2 スポーツ合宿団体": X, "2-3-2 スポーツ合宿参加者": X, "2-3-2 東京北斗会会員": X, "2-3-2 奨学金利用者": X,
    "3-A": N,
    "3-1-1": T, "3-1-2": A, "3-1-3": B, "3-1-4": A,
    "3-2-1 小学校": B, "3-2-1 中学校": S, "3-2-2": T,
    "3-3-1 小学校": B, "3-3-1 中学校": B,
    "3-4-1": S, "3-4-2": N,
    "4-A": S,
    "4-1-1": B,
    "4-2-1": S,
    "4-3-1": B, "4-3-2": B, "4-3-3": B,
}


@pytest.fixture
def takeru(db):
    return make_user(Role.PLANNING, username="takeru", display_name="佐藤 健")


def indicator(code: str, breakdown: str = "") -> Indicator:
    return Indicator.objects.get(code=code, breakdown=breakdown)


def judged(strategy, user) -> dict:
    return {row.indicator.key: row for row in judged_indicators(strategy, user)}


def everything() -> tuple:
    """What loading and clearing touch, without ids."""
    actuals = Actual.objects.order_by("indicator__position", "fiscal_year")
    targets = Target.objects.order_by("indicator__position", "effective_fiscal_year")
    return (
        list(actuals.values_list("indicator__code", "indicator__breakdown", "fiscal_year", "value", "state", "missing_reason", "comment", "is_sample")),
        list(targets.values_list("indicator__code", "effective_fiscal_year", "value", "is_sample")),
        list(Indicator.objects.order_by("position").values_list("code", "division__name")),
        list(Division.objects.order_by("name").values_list("name", "is_sample")),
    )


# What it holds


def test_every_sample_row_is_marked_as_sample(sample):
    assert Actual.objects.count() == 240
    assert not Actual.objects.filter(is_sample=False).exists()
    assert not Division.objects.filter(is_sample=False).exists()
    assert list(Target.objects.filter(is_sample=True).values_list("indicator__code", "effective_fiscal_year", "value")) == [("1-2-1", 2022, 84)]


def test_the_plans_own_targets_are_not_marked(sample):
    assert Target.objects.filter(is_sample=False).count() == 41


def test_every_sample_row_passes_the_checks_of_the_admin(sample):
    for row in [*Actual.objects.all(), *Target.objects.all()]:
        row.full_clean()


def test_the_tourism_target_is_lowered_by_a_meeting_marked_as_fictional(sample):
    revision = Target.objects.get(is_sample=True)
    assert revision.reason.startswith("（架空）")
    assert revision.decided_by_meeting.startswith("（架空）")


def test_statuses_of_2023_are_those_worked_out_by_hand(sample, takeru):
    assert {key: row.in_year(2023).status for key, row in judged(sample, takeru).items()} == STATUS_2023


def test_status_counts_of_2023_add_up_to_49(sample, takeru):
    counts = StatusCounts.of(judged_indicators(sample, takeru), 2023)
    assert counts.present == [(A, 5), (T, 13), (S, 12), (B, 9), (N, 2), (X, 8)]
    assert (counts.rated, counts.total) == (39, 49)


def test_totals_are_entered_year_by_year_and_add_up(sample, takeru):
    rows = judged(sample, takeru)
    assert [row.value for row in indicator("1-A").actuals.order_by("fiscal_year")] == [62, 66, 86, 77, 82]
    assert [rows["1-A"].in_year(year).result for year in sample.fiscal_years] == [62, 128, 214, 291, 373]


def test_new_jobs_are_those_near_the_station_and_elsewhere_in_every_year(sample):
    for year in sample.fiscal_years:
        jobs = {code: indicator(code).actuals.get(fiscal_year=year).value for code in ("1-A", "1-1-2", "1-1-4")}
        assert jobs["1-A"] == jobs["1-1-2"] + jobs["1-1-4"]


def test_values_have_no_more_decimals_than_their_indicator(sample):
    for row in Actual.objects.filter(value__isnull=False).select_related("indicator"):
        assert row.value == round(row.value, row.indicator.decimals)


def test_related_population_has_values_from_2020_to_2023(sample):
    for row in Indicator.objects.filter(code="2-3-2"):
        assert set(row.actuals.filter(value__isnull=False).values_list("fiscal_year", flat=True)) >= {2020, 2021, 2022, 2023}


def test_2024_shows_every_state_of_a_value_and_both_ways_of_having_none(sample):
    rows = Actual.objects.filter(fiscal_year=2024)
    assert set(rows.values_list("state", flat=True)) == {"confirmed", "preliminary", "projected"}
    awaited = rows.filter(missing_reason="awaiting_publication").values_list("indicator__code", "expected_month")
    assert sorted(awaited) == [("3-3-1", 10), ("3-3-1", 10), ("3-4-2", 9), ("3-A", 9)]
    assert sorted(Indicator.objects.exclude(actuals__fiscal_year=2024).values_list("code", flat=True)) == ["2-2-3", "2-3-2", "2-3-2", "4-2-1", "4-3-3"]


def test_every_rated_indicator_of_2024_says_why(sample):
    rows = Actual.objects.filter(fiscal_year=2024).exclude(indicator__code="2-3-2")
    assert rows.exists()
    assert not rows.filter(comment="").exists()


def test_every_indicator_gets_one_of_ten_divisions(sample):
    assert Division.objects.count() == 10
    assert not Indicator.objects.filter(division__isnull=True).exists()


def test_years_until_2023_are_published(sample):
    assert sample.published_through == 2023


# Loading


def test_loading_twice_changes_nothing(sample):
    before, changes = everything(), Actual.history.count()
    load_sample()
    assert everything() == before
    assert Actual.history.count() == changes


def test_loading_keeps_a_value_that_was_entered(plan):
    make_actual(indicator=indicator("4-1-1"), fiscal_year=2023, value=Decimal("63.3"))
    load_sample()
    kept = Actual.objects.get(indicator__code="4-1-1", fiscal_year=2023)
    assert (kept.value, kept.is_sample) == (Decimal("63.3"), False)


def test_loading_keeps_a_publication_that_was_decided(plan):
    plan.published_through = 2021
    plan.save()
    load_sample()
    plan.refresh_from_db()
    assert plan.published_through == 2021


def test_loading_keeps_a_division_that_was_chosen(plan):
    Indicator.objects.filter(code="1-3-5").update(division=make_division(name="林務課"))
    load_sample()
    assert indicator("1-3-5").division.name == "林務課"


def test_loading_gives_no_indicator_to_a_real_division_of_the_same_name(plan):
    make_division(name="農林課")
    load_sample()
    assert indicator("1-3-5").division is None


def test_loading_and_clearing_are_in_the_change_history_with_person_and_reason(plan, takeru):
    load_sample(by=takeru)
    clear_sample(by=takeru)
    for model in (Actual, Target):
        changes = model.history.exclude(history_change_reason="計画の読込")
        assert set(changes.values_list("history_type", "history_change_reason", "history_user__username")) == {
            ("+", "架空のサンプル値の読込", "takeru"), ("-", "架空のサンプル値の消去", "takeru"),
        }
    for history in (Indicator.history, type(plan).history):
        changes = history.filter(history_type="~").values_list("history_change_reason", flat=True)
        assert set(changes) == {"架空のサンプル値の読込", "架空のサンプル値の消去"}


def test_loading_needs_the_plan(db):
    with pytest.raises(CommandError, match="load_plan"):
        call_command("load_sample")


@pytest.mark.parametrize("action", [load_sample, clear_sample])
def test_loading_and_clearing_say_that_pages_changed(plan, action, django_capture_on_commit_callbacks):
    before = Revision.current()
    with django_capture_on_commit_callbacks(execute=True):
        action()
    assert Revision.current() > before


# Clearing


def test_clearing_leaves_the_plan_as_it_was_before_loading(plan):
    before = plan_snapshot()
    load_sample()
    assert plan_snapshot() != before
    clear_sample()
    assert plan_snapshot() == before
    assert not Actual.objects.exists()
    assert not Division.objects.exists()


def test_clearing_twice_does_nothing_more(sample):
    clear_sample()
    before = everything()
    assert clear_sample().actuals == 0
    assert everything() == before


def test_clearing_keeps_what_people_entered(sample):
    actual = make_actual(indicator=indicator("2-2-3"), fiscal_year=2024, value=Decimal(402))
    target = make_target(indicator=indicator("4-1-1"), effective_fiscal_year=2023, value=Decimal(65))
    clear_sample()
    assert list(Actual.objects.all()) == [actual]
    assert target in Target.objects.all()
    assert Target.objects.count() == 42


def test_clearing_withdraws_the_publication(sample):
    clear_sample()
    sample.refresh_from_db()
    assert sample.published_through is None


def test_clearing_leaves_the_publication_of_real_actuals(sample):
    Actual.objects.filter(indicator__code="4-1-1", fiscal_year=SAMPLE_PUBLISHED_THROUGH).update(is_sample=False)
    clear_sample()
    sample.refresh_from_db()
    assert sample.published_through == SAMPLE_PUBLISHED_THROUGH


def test_clearing_keeps_a_division_with_people_and_says_so(sample, capsys):
    make_user(Role.DIVISION, username="kai", display_name="工藤 海", division=Division.objects.get(name="農林課"))
    call_command("clear_sample")
    assert "残した担当課: 農林課" in capsys.readouterr().out
    assert [division.name for division in Division.objects.all()] == ["農林課"]
    assert (str(indicator("1-3-5").division), indicator("4-1-1").division) == ("農林課", None)


def test_clearing_keeps_real_divisions_and_their_indicators(sample):
    Indicator.objects.filter(code="1-3-5").update(division=make_division(name="林務課"))
    clear_sample()
    assert indicator("1-3-5").division.name == "林務課"
