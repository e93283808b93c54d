"""Decisions of a revision: what each writes, what it refuses and why, and who may decide."""
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Revision
from accounts.roles import Role
from collecting.actions import open_collection, record_value
from collecting.sheet import sheet_for
from goals.models import PeriodExtension, Strategy
from importing.planbook.actions import PlanBookRefused, load_plan_book
from importing.planbook.export import plan_book
from kpis.board import StatusCounts, judged_indicators
from kpis.models import Indicator, Target
from kpis.period_actions import extend_period
from kpis.progress import judge
from kpis.revision_actions import NewIndicator, add_indicator, end_indicator, revise_target, set_milestone, split_indicator
from kpis.vocabulary import Accumulation, Status, TargetKind
from tests.factories import (
    make_actual,
    make_goal,
    make_indicator,
    make_measure,
    make_measured_indicator,
    make_strategy,
    make_target,
    make_user,
)
from tests.plan_books import as_book, cell_of, edited

DECIDED = {"reason": "事情が変わったため", "decided_on": date(2023, 2, 20), "decided_by_meeting": "検討・推進会議"}


@pytest.fixture
def takeru(db):
    return make_user(Role.PLANNING, display_name="佐藤 健")


@pytest.fixture
def visitors(db):
    """100 → 150人 from 2020 to 2024, with values until 2021."""
    return make_measured_indicator({2020: 110, 2021: 125})


def problems(run, **arguments) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        run(**arguments)
    return refused.value.message_dict


# Targets


def test_a_revised_target_holds_from_its_year_and_the_original_stays(visitors, takeru):
    made = revise_target(indicator=visitors, effective_fiscal_year=2022, value=Decimal(140), by=takeru, **DECIDED)
    assert (made.value, made.reason, made.decided_by_meeting) == (140, "事情が変わったため", "検討・推進会議")
    facts = Indicator.objects.get(pk=visitors.pk).facts()
    assert [facts.target(year).value for year in (2021, 2022)] == [150, 140]
    record = made.history.get()
    assert (record.history_user, record.history_change_reason) == (takeru, "事情が変わったため")


REFUSED_TARGETS = [
    ({"effective_fiscal_year": 2019}, "effective_fiscal_year", "計画の年度（2020～2024）の外です"),
    ({"effective_fiscal_year": 2020}, "effective_fiscal_year", "当初の目標は令和2年度からです"),
    ({"value": Decimal(150)}, "value", "適用されている目標値と同じです"),
    ({"value": None}, "value", "目標値を書いてください"),
    ({"value": Decimal("140.5")}, "value", "整数で"),
    ({"upper_value": Decimal(160)}, "upper_value", "範囲の目標だけ"),
    ({"reason": ""}, "reason", "見直しの理由"),
    ({"decided_on": None}, "decided_on", "決定日"),
    ({"decided_by_meeting": ""}, "decided_by_meeting", "決定した会議"),
]


@pytest.mark.parametrize(("change", "field", "text"), REFUSED_TARGETS)
def test_a_target_that_cannot_be_is_refused_at_its_field(visitors, takeru, change, field, text):
    arguments = {"indicator": visitors, "effective_fiscal_year": 2022, "value": Decimal(140), "by": takeru, **DECIDED, **change}
    found = problems(revise_target, **arguments)
    assert list(found) == [field]
    assert text in found[field][0]
    assert Target.objects.count() == 1


def test_one_year_is_revised_once(visitors, takeru):
    revise_target(indicator=visitors, effective_fiscal_year=2022, value=Decimal(140), by=takeru, **DECIDED)
    found = problems(revise_target, indicator=visitors, effective_fiscal_year=2022, value=Decimal(130), by=takeru, **DECIDED)
    assert found == {"effective_fiscal_year": ["令和4年度から適用する目標値が、すでにあります。"]}


def test_a_range_is_revised_with_both_bounds(takeru, db):
    kept = make_indicator(target_kind=TargetKind.RANGE)
    make_target(indicator=kept, value=Decimal(10), upper_value=Decimal(20))
    arguments = {"indicator": kept, "effective_fiscal_year": 2022, "value": Decimal(12), "by": takeru, **DECIDED}
    assert problems(revise_target, **arguments) == {"upper_value": ["範囲の目標には、上限も要ります。"]}
    assert problems(revise_target, **arguments, upper_value=Decimal(11)) == {"__all__": ["上限は下限以上にしてください。"]}
    assert revise_target(**arguments, upper_value=Decimal(20)).upper_value == 20


def test_a_milestone_is_added_for_a_year_and_can_be_decided_anew(visitors, takeru):
    years = {"indicator": visitors, "milestone_fiscal_year": 2023, "by": takeru, **DECIDED}
    set_milestone(**years, effective_fiscal_year=2021, value=Decimal(120))
    set_milestone(**years, effective_fiscal_year=2022, value=Decimal(130))
    facts = Indicator.objects.get(pk=visitors.pk).facts()
    assert (judge(facts, 2023).expected, judge(facts, 2021).expected) == (130, 120)


REFUSED_MILESTONES = [
    ({"milestone_fiscal_year": 2021}, "effective_fiscal_year", "その年度までに決めます"),
    ({"milestone_fiscal_year": 2025}, "milestone_fiscal_year", "の外です"),
    ({"value": None}, "value", "年度目標の値"),
]


@pytest.mark.parametrize(("change", "field", "text"), REFUSED_MILESTONES)
def test_a_milestone_that_cannot_be_is_refused_at_its_field(visitors, takeru, change, field, text):
    given = {"indicator": visitors, "milestone_fiscal_year": 2023, "effective_fiscal_year": 2022, "value": Decimal(130), "by": takeru}
    found = problems(set_milestone, **{**given, **DECIDED, **change})
    assert text in found[field][0]


# Ending, adding, splitting


def test_an_ended_indicator_is_asked_and_judged_no_more(visitors, takeru):
    end_indicator(indicator=visitors, last_fiscal_year=2022, reason="統計がなくなったため", by=takeru)
    stored = Indicator.objects.get(pk=visitors.pk)
    assert (stored.judge(2023).word, list(stored.fiscal_years)) == ("令和4年度で終了", [2020, 2021, 2022])
    assert stored.history.first().history_change_reason == "統計がなくなったため"
    with pytest.raises(ValidationError, match="令和4年度で終了しています。令和5年度の実績は要りません"):
        record_value(indicator=stored, fiscal_year=2023, entered={"value": Decimal(1)}, seen_version=0, by=takeru)


@pytest.mark.parametrize(("year", "text"), [(2024, "計画の最後の年度です"), (2025, "の外です"), (2020, "令和3年度の実績がすでにあり")])
def test_an_end_that_cannot_be_is_refused(visitors, takeru, year, text):
    found = problems(end_indicator, indicator=visitors, last_fiscal_year=year, reason="理由", by=takeru)
    assert text in found["last_fiscal_year"][0]


def test_an_indicator_ends_once(visitors, takeru):
    end_indicator(indicator=visitors, last_fiscal_year=2022, reason="理由", by=takeru)
    assert "決まっています" in problems(end_indicator, indicator=visitors, last_fiscal_year=2021, reason="理由", by=takeru)["last_fiscal_year"][0]


def added(measure, takeru, **change) -> Indicator:
    fields = {"code": "1-1-9", "name": "新しい指標", "unit": "人", "target_kind": TargetKind.INCREASE, "accumulation": Accumulation.TOTAL}
    new = change.pop("new", NewIndicator(fields, Decimal(100)))
    strategy = make_strategy() if change.pop("strategy", "") else measure.goal.strategy
    given = {"strategy": strategy, "measure": measure, "new": new, "first_fiscal_year": 2023, "by": takeru, **DECIDED, **change}
    return add_indicator(**given)


def test_an_added_indicator_stands_behind_its_neighbours_and_counts_from_its_year(takeru, db):
    goal = make_goal()
    measure, other = make_measure(goal=goal), make_measure(goal=goal)
    first, last = make_indicator(measure=measure), make_indicator(measure=other)
    made = added(measure, takeru)
    assert list(Indicator.objects.of(goal.strategy)) == [first, made, last]
    make_actual(indicator=made, fiscal_year=2023, value=Decimal(50))
    found = Indicator.objects.get(pk=made.pk).judge(2023)
    assert (found.expected, found.status, found.target.effective_fiscal_year) == (50, Status.ON_TRACK, 2023)


@pytest.mark.parametrize(("change", "field", "text"), [
    ({"first_fiscal_year": 2020}, "first_fiscal_year", "計画の最初の年度です"),
    ({"first_fiscal_year": 2030}, "first_fiscal_year", "の外です"),
    ({"new": NewIndicator({"code": "1-1-9", "name": "名", "target_kind": TargetKind.INCREASE})}, "value", "目標値を書いてください"),
    ({"new": NewIndicator({"code": "1-1-9", "name": "名", "target_kind": TargetKind.DIRECTION}, Decimal(1))}, "value", "空にしてください"),
    ({"new": NewIndicator({"name": "番号のない指標", "target_kind": TargetKind.DIRECTION})}, "code", "空ではいけません"),
    ({"strategy": "another"}, "measure", "主要施策か基本目標"),
    ({"reason": ""}, "reason", "見直しの理由"),
])  # fmt: skip
def test_an_indicator_that_cannot_be_added_is_refused_at_its_field(takeru, db, change, field, text):
    found = problems(lambda: added(make_measure(), takeru, **change))
    assert text in found[field][0]
    assert not Indicator.objects.exists()


def test_a_split_ends_the_whole_and_adds_parts_that_name_it(visitors, takeru):
    parts = [NewIndicator({"code": visitors.code, "breakdown": name, "name": visitors.name}, Decimal(80)) for name in ("市内", "市外")]
    made = split_indicator(indicator=visitors, parts=parts, from_fiscal_year=2023, by=takeru, **DECIDED)
    whole = Indicator.objects.get(pk=visitors.pk)
    assert whole.last_fiscal_year == 2022
    assert [(part.split_from, part.first_fiscal_year, part.unit, part.target_kind) for part in made] == [(whole, 2023, "人", TargetKind.INCREASE)] * 2
    assert [part.targets.get().value for part in made] == [80, 80]
    assert list(Indicator.objects.of(whole.strategy)) == [whole, *made]


def test_a_split_is_all_or_nothing(visitors, takeru):
    parts = [NewIndicator({"code": "1-1-8", "name": "市内"}, Decimal(80)), NewIndicator({"code": "1-1-8", "name": "市外"}, Decimal(80))]
    found = problems(split_indicator, indicator=visitors, parts=parts, from_fiscal_year=2023, by=takeru, **DECIDED)
    assert found == {"__all__": ["同じ番号・内訳の指標がすでにあります。"]}
    assert Indicator.objects.get().last_fiscal_year is None


def test_a_new_indicator_can_be_written_down_as_plain_content(visitors, takeru):
    content = [{"code": f"8-{n}", "name": "部分", "decimals": 1, "baseline_value": "1.5", "target_value": "80.5"} for n in (1, 2)]
    parts = list(map(NewIndicator.of_content, content))
    made = split_indicator(indicator=visitors, parts=parts, from_fiscal_year=2023, by=takeru, **DECIDED)
    assert [(part.baseline_value, part.targets.get().value) for part in made] == [(Decimal("1.5"), Decimal("80.5"))] * 2
    with pytest.raises(ValidationError, match="数だけを書いてください"):
        NewIndicator.of_content({"target_value": "八十"})


@pytest.mark.parametrize(("count", "year", "field"), [(1, 2023, "parts"), (2, 2020, "from_fiscal_year"), (2, 2030, "from_fiscal_year")])
def test_a_split_that_cannot_be_is_refused(visitors, takeru, count, year, field):
    parts = [NewIndicator({"code": f"9-{n}", "name": "部分"}, Decimal(1)) for n in range(count)]
    assert field in problems(split_indicator, indicator=visitors, parts=parts, from_fiscal_year=year, by=takeru, **DECIDED)


# The period


def test_an_extended_plan_has_one_year_more_and_its_earlier_verdicts_stay(visitors, takeru):
    strategy = visitors.strategy
    before = [Indicator.objects.get(pk=visitors.pk).judge(year).expected for year in (2022, 2023)]
    extend_period(strategy=strategy, effective_fiscal_year=2024, last_fiscal_year=2025, by=takeru, **DECIDED)
    stored = Strategy.objects.get(pk=strategy.pk)
    assert [list(each.fiscal_years)[-1] for each in (stored, strategy)] == [2025, 2025]
    assert (stored.last_fiscal_year, stored.last_year_in(2023), stored.last_year_in(2024)) == (2024, 2024, 2025)
    again = Indicator.objects.get(pk=visitors.pk)
    assert [again.judge(year).expected for year in (2022, 2023)] == before
    assert (again.judge(2024).total_years, again.judge(2025).elapsed_years) == (6, 6)
    assert stored.history.first().history_user == takeru


@pytest.mark.parametrize(("effective", "last", "field"), [
    (2020, 2025, "effective_fiscal_year"), (2026, 2027, "effective_fiscal_year"), (2024, 2024, "last_fiscal_year"), (2024, 2030, "last_fiscal_year"),
])  # fmt: skip
def test_an_extension_that_leaves_a_year_without_a_period_is_refused(takeru, db, effective, last, field):
    found = problems(extend_period, strategy=make_strategy(), effective_fiscal_year=effective, last_fiscal_year=last, by=takeru, **DECIDED)
    assert list(found) == [field]
    assert not PeriodExtension.objects.exists()


def test_a_second_extension_goes_on_from_the_first(takeru, db):
    strategy = make_strategy()
    extend_period(strategy=strategy, effective_fiscal_year=2024, last_fiscal_year=2025, by=takeru, **DECIDED)
    assert "effective_fiscal_year" in problems(extend_period, strategy=strategy, effective_fiscal_year=2024, last_fiscal_year=2026, by=takeru, **DECIDED)
    extend_period(strategy=strategy, effective_fiscal_year=2026, last_fiscal_year=2026, by=takeru, **DECIDED)
    assert [strategy.last_year_in(year) for year in (2023, 2024, 2025, 2026)] == [2024, 2025, 2025, 2026]


@pytest.mark.parametrize("fields", [{"reason": ""}, {"decided_by_meeting": ""}, {"decided_on": None}])
def test_an_extension_says_why_when_and_by_whom(takeru, db, fields):
    found = problems(extend_period, strategy=make_strategy(), effective_fiscal_year=2024, last_fiscal_year=2025, by=takeru, **{**DECIDED, **fields})
    assert next(iter(fields)) in found


# What must always hold


@pytest.mark.parametrize("fields", [{"first_fiscal_year": 2023, "last_fiscal_year": 2022}, {"is_part": True}])
def test_the_database_keeps_the_order_of_years_and_parts_that_begin_later(db, fields):
    whole = make_indicator()
    values = {"split_from": whole} if fields.pop("is_part", False) else fields
    with pytest.raises(IntegrityError), transaction.atomic():
        make_indicator(measure=whole.measure, **values)


def test_the_database_keeps_an_extension_beyond_the_original_end(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_strategy(extended_to=2024)


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_only_the_planning_side_decides(visitors, role):
    other, strategy = make_user(role), visitors.strategy
    runs = [
        lambda: revise_target(indicator=visitors, effective_fiscal_year=2022, value=Decimal(140), by=other, **DECIDED),
        lambda: set_milestone(indicator=visitors, milestone_fiscal_year=2023, effective_fiscal_year=2022, value=Decimal(1), by=other, **DECIDED),
        lambda: end_indicator(indicator=visitors, last_fiscal_year=2022, reason="理由", by=other),
        lambda: added(visitors.measure, other),
        lambda: split_indicator(indicator=visitors, parts=[], from_fiscal_year=2023, by=other, **DECIDED),
        lambda: extend_period(strategy=strategy, effective_fiscal_year=2024, last_fiscal_year=2025, by=other, **DECIDED),
    ]
    for run in runs:
        with pytest.raises(PermissionDenied):
            run()


def test_every_decision_is_a_new_revision_of_the_site(visitors, takeru, django_capture_on_commit_callbacks):
    before = Revision.current()
    with django_capture_on_commit_callbacks(execute=True):
        revise_target(indicator=visitors, effective_fiscal_year=2022, value=Decimal(140), by=takeru, **DECIDED)
    assert Revision.current() > before


# Collections, counts and files


def test_a_collection_asks_only_for_indicators_of_its_year(takeru, db):
    measure = make_measure()
    kept, ended, later = (make_indicator(measure=measure, **years) for years in ({}, {"last_fiscal_year": 2022}, {"first_fiscal_year": 2024}))
    collection = open_collection(strategy=measure.goal.strategy, fiscal_year=2023, deadline=date(2100, 1, 1), indicators=[kept, ended, later], by=takeru)
    assert list(collection.indicators.all()) == [kept]


def test_an_indicator_that_ends_while_it_is_asked_for_is_asked_no_more(takeru, db):
    measure = make_measure()
    kept, ended = make_indicator(measure=measure), make_indicator(measure=measure)
    collection = open_collection(strategy=measure.goal.strategy, fiscal_year=2023, deadline=date(2100, 1, 1), indicators=[kept, ended], by=takeru)
    end_indicator(indicator=ended, last_fiscal_year=2022, reason="理由", by=takeru)
    assert [row.indicator for row in sheet_for(collection, takeru).rows] == [kept]


def test_what_is_outside_its_years_counts_nowhere(takeru, db):
    measure = make_measure()
    make_indicator(measure=measure)
    make_indicator(measure=measure, last_fiscal_year=2022)
    counts = StatusCounts.of(judged_indicators(measure.goal.strategy, takeru), 2023)
    assert (counts.total, counts.by_status[Status.NOT_ENTERED], counts.by_status[Status.NOT_RATED]) == (1, 1, 0)


def test_a_workbook_extends_a_plan_by_the_same_rule(takeru, db):
    strategy = make_strategy()
    extend_period(strategy=strategy, effective_fiscal_year=2024, last_fiscal_year=2025, by=takeru, **DECIDED)
    longer = edited(plan_book(strategy), {cell_of("計画期間の延長", "延長後の最後の年度"): 2026})
    load_plan_book(as_book(longer), by=takeru)
    stored = Strategy.objects.get()
    assert (stored.extended_to, stored.period_ends, stored.history.first().history_user) == (2026, [[2024, 2026]], takeru)
    with pytest.raises(PlanBookRefused) as refused:
        load_plan_book(as_book(edited(longer, {cell_of("計画期間の延長", "延長後の最後の年度"): 2024})), by=takeru)
    assert ["いまの計画期間は令和6年度までです。" in problem.text for problem in refused.value.preview.problems] == [True]
