"""目標数値の見直し: a proposal changes nothing, a decision exactly the plan from its year on, and who may do what."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Revision
from accounts.roles import Role
from goals.models import PeriodExtension, Strategy
from kpis.models import Indicator, Target
from reviews.actions.reviews import open_review
from reviews.actions.revisions import decide, edit_proposal, propose, reject, take_decision_back, withdraw
from reviews.actions.writing import ConflictError
from reviews.editions.freezing import freeze, hash_of
from reviews.models import TargetRevision
from reviews.revising.kinds import KINDS, words_of
from reviews.vocabulary import RevisionKind, RevisionState, Stage
from tests.factories import make_actual, make_indicator, make_measured_indicator, make_strategy
from tests.revisions import DAY, REASON, decide_by, make_deciding_meeting, make_revision, part, values_of

EACH_KIND = pytest.mark.parametrize("kind", RevisionKind)


@pytest.fixture
def visitors(people):
    """100 → 150人 from 2020 to 2024, with values until 2021; Kai's."""
    return make_measured_indicator({2020: 110, 2021: 125}, division=people[Role.DIVISION].division, name="観光客", code="1-1-1")


def plan_of(strategy) -> tuple:
    """Everything a revision could change."""
    stored = Strategy.objects.get(pk=strategy.pk)
    indicators = Indicator.objects.of(stored).order_by("pk").values_list("pk", "code", "first_fiscal_year", "last_fiscal_year", "position")
    targets = Target.objects.order_by("pk").values_list("pk", "effective_fiscal_year", "milestone_fiscal_year", "value")
    return list(indicators), list(targets), list(stored.fiscal_years), PeriodExtension.objects.count(), Indicator.history.count(), Target.history.count()


def verdicts(indicator, years) -> list[tuple]:
    stored = Indicator.objects.get(pk=indicator.pk)
    return [(found.status, found.expected, found.word) for found in map(stored.judge, years)]


def problems(run) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        run()
    return refused.value.message_dict


# Proposing


@EACH_KIND
def test_a_proposal_changes_nothing(visitors, takeru, kind):
    before = plan_of(visitors.strategy)
    made = make_revision(visitors, takeru, kind)
    assert (made.state, made.proposed_by, made.history.get().history_change_reason) == (RevisionState.PROPOSED, takeru, "提案した")
    assert plan_of(visitors.strategy) == before


WORDS = {
    RevisionKind.TARGET: "目標値 150人 → 120人（令和4年度から）",
    RevisionKind.MILESTONE: "令和5年度の年度目標 なし → 130人（令和4年度から）",
    RevisionKind.SPLIT: "「市内」「市外」の2つに分ける（令和4年度から）",
    RevisionKind.END: "令和3年度で終える（令和4年度からは判定しない）",
    RevisionKind.ADD: "「新しい指標」を加える（目標値 80人、令和4年度から）",
    RevisionKind.EXTEND: "計画期間 令和6年度まで → 令和7年度まで（令和6年度から）",
}


@EACH_KIND
def test_each_kind_says_what_it_changes_before_and_after_it_is_decided(visitors, takeru, kind):
    made = make_revision(visitors, takeru, kind)
    assert words_of(TargetRevision.objects.get(pk=made.pk)) == WORDS[kind]
    decide_by(made, takeru)
    assert words_of(TargetRevision.objects.get(pk=made.pk)) == WORDS[kind]


def test_every_kind_is_in_the_table():
    assert list(KINDS) == list(RevisionKind)


@pytest.mark.parametrize(("kind", "change", "field", "text"), [
    (RevisionKind.TARGET, {"value": Decimal(150)}, "value", "同じです"),
    (RevisionKind.TARGET, {"effective_fiscal_year": 2020}, "effective_fiscal_year", "当初の目標"),
    (RevisionKind.MILESTONE, {"milestone_fiscal_year": 2021}, "effective_fiscal_year", "その年度までに"),
    (RevisionKind.END, {"last_fiscal_year": 2020}, "last_fiscal_year", "令和3年度の実績がすでにあり"),
    (RevisionKind.SPLIT, {"effective_fiscal_year": 2021}, "effective_fiscal_year", "令和3年度の実績がすでにあり"),
    (RevisionKind.EXTEND, {"last_fiscal_year": 2024}, "last_fiscal_year", "延長後の最後の年度は"),
    (RevisionKind.TARGET, {"reason": ""}, "reason", "空"),
])  # fmt: skip
def test_what_could_not_be_decided_is_refused_where_it_can_be_mended(visitors, takeru, kind, change, field, text):
    before = plan_of(visitors.strategy)
    found = problems(lambda: make_revision(visitors, takeru, kind, **change))
    assert text in found[field][0]
    assert not TargetRevision.objects.exists()
    assert plan_of(visitors.strategy) == before


def test_a_fault_of_a_new_indicator_names_the_part_and_the_field(visitors, takeru):
    wrong = [part(visitors, "市内"), part(visitors, "市外", target_value=None)]
    assert problems(lambda: make_revision(visitors, takeru, RevisionKind.SPLIT, content=wrong)) == {"part-1-target_value": ["目標値を書いてください。"]}
    same = [part(visitors, "市内"), part(visitors, "市内")]
    found = problems(lambda: make_revision(visitors, takeru, RevisionKind.SPLIT, content=same))
    assert found == {"__all__": ["2つ目の指標：同じ番号・内訳の指標がすでにあります。"]}
    nameless = [part(visitors, "", code="9-9", name="", measure_id=visitors.measure_id)]
    assert list(problems(lambda: make_revision(visitors, takeru, RevisionKind.ADD, content=nameless))) == ["part-0-name"]


@pytest.mark.parametrize("count", [1, 5])
def test_an_indicator_is_split_into_two_to_four(visitors, takeru, count):
    content = [part(visitors, str(number)) for number in range(count)]
    assert "2つから4つまで" in problems(lambda: make_revision(visitors, takeru, RevisionKind.SPLIT, content=content))["__all__"][0]


def test_an_added_indicator_names_its_place(visitors, takeru):
    found = problems(lambda: make_revision(visitors, takeru, RevisionKind.ADD, content=[part(visitors, "", code="9-9-9")]))
    assert list(found) == ["place"]


# Who may


@EACH_KIND
def test_a_division_proposes_for_its_own_indicators(visitors, kai, kind):
    if kind in (RevisionKind.ADD, RevisionKind.EXTEND):
        with pytest.raises(PermissionDenied):
            make_revision(visitors, kai, kind)
        return
    assert make_revision(visitors, kai, kind).proposed_by == kai
    other = make_measured_indicator({2020: 110}, measure=visitors.measure)
    with pytest.raises(PermissionDenied):
        make_revision(other, kai, kind)


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.VIEWER])
def test_nobody_else_proposes(visitors, people, role):
    with pytest.raises(PermissionDenied):
        make_revision(visitors, people[role])


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
@pytest.mark.parametrize("conclude", [decide, reject])
def test_only_the_planning_side_decides(visitors, people, kai, role, conclude):
    made, meeting = make_revision(visitors, kai), make_deciding_meeting(visitors.strategy)
    with pytest.raises(PermissionDenied):
        conclude(revision=made, meeting=meeting, decided_on=DAY, note="理由", seen_version=made.version, by=people[role])
    assert Target.objects.count() == 1


def test_a_division_changes_its_own_proposal_but_not_the_planning_sides(visitors, takeru, kai):
    own, theirs = make_revision(visitors, kai), make_revision(visitors, takeru)
    changed = edit_proposal(revision=own, values={"value": Decimal(110)}, seen_version=1, by=kai)
    assert (changed.value, changed.version) == (110, 2)
    for run in (
        lambda: edit_proposal(revision=theirs, values={"value": Decimal(110)}, seen_version=1, by=kai),
        lambda: withdraw(revision=theirs, reason="やめる", seen_version=1, by=kai),
    ):
        with pytest.raises(PermissionDenied):
            run()


def test_an_indicator_of_another_plan_is_not_revised(visitors, takeru):
    values = values_of(RevisionKind.TARGET, visitors)
    found = problems(lambda: propose(strategy=make_strategy(), kind=RevisionKind.TARGET, indicator=visitors, values=values, by=takeru))
    assert list(found) == ["indicator"]


# Rewriting and withdrawing


def test_of_two_who_rewrite_a_proposal_the_second_is_told(visitors, takeru):
    made = make_revision(visitors, takeru)
    edit_proposal(revision=made, values={"value": Decimal(110)}, seen_version=1, by=takeru)
    with pytest.raises(ConflictError) as told:
        edit_proposal(revision=made, values={"value": Decimal(115)}, seen_version=1, by=takeru)
    assert told.value.stored.value == 110


def test_a_rewritten_proposal_is_tried_out_anew(visitors, takeru):
    made = make_revision(visitors, takeru)
    found = problems(lambda: edit_proposal(revision=made, values={"value": Decimal(150)}, seen_version=1, by=takeru))
    assert "同じです" in found["value"][0]
    assert TargetRevision.objects.get().value == 120


def test_a_proposal_is_withdrawn_with_a_reason_and_stays_readable(visitors, kai):
    made = make_revision(visitors, kai)
    assert list(problems(lambda: withdraw(revision=made, reason=" ", seen_version=1, by=kai))) == ["reason"]
    stored = withdraw(revision=made, reason="統計が改められたため", seen_version=1, by=kai)
    assert (stored.state, stored.decision_note) == (RevisionState.WITHDRAWN, "統計が改められたため")
    with pytest.raises(ValidationError, match="取り下げ"):
        withdraw(revision=made, reason="もう一度", seen_version=2, by=kai)


# Deciding


def test_a_decided_target_is_in_force_from_its_year_with_its_meeting(visitors, takeru):
    before = verdicts(visitors, (2020, 2021))
    stored = decide_by(make_revision(visitors, takeru), takeru, note="全員一致")
    target = Target.objects.get(value=120)
    assert (target.effective_fiscal_year, target.reason, target.decided_on) == (2022, REASON, DAY)
    assert target.decided_by_meeting == "令和5年度の評価・検証 第1回 検討・推進会議"
    assert (stored.state, stored.decision_note, target.history.get().history_user) == (RevisionState.DECIDED, "全員一致", takeru)
    assert verdicts(visitors, (2020, 2021)) == before
    assert Indicator.objects.get(pk=visitors.pk).judge(2022).expected == 112


def test_a_decided_milestone_is_the_years_expected_value(visitors, takeru):
    decide_by(make_revision(visitors, takeru, RevisionKind.MILESTONE), takeru)
    assert Indicator.objects.get(pk=visitors.pk).judge(2023).expected == 130


def test_a_decided_end_leaves_the_years_before(visitors, takeru):
    before = verdicts(visitors, (2020, 2021))
    decide_by(make_revision(visitors, takeru, RevisionKind.END), takeru)
    assert verdicts(visitors, (2020, 2021)) == before
    assert Indicator.objects.get(pk=visitors.pk).judge(2022).word == "令和3年度で終了"


def test_a_decided_split_ends_the_whole_and_adds_its_parts(visitors, takeru):
    decide_by(make_revision(visitors, takeru, RevisionKind.SPLIT), takeru)
    parts = Indicator.objects.filter(split_from=visitors).order_by("position")
    assert [(row.breakdown, row.first_fiscal_year, row.targets.get().value) for row in parts] == [("市内", 2022, 80), ("市外", 2022, 80)]
    assert Indicator.objects.get(pk=visitors.pk).last_fiscal_year == 2021


def test_a_decided_addition_stands_in_its_measure(visitors, takeru):
    decide_by(make_revision(visitors, takeru, RevisionKind.ADD), takeru)
    made = Indicator.objects.get(code="9-9-9")
    assert (made.measure, made.first_fiscal_year, made.targets.get().value) == (visitors.measure, 2022, 80)


def test_a_decided_extension_leaves_the_verdicts_before(visitors, takeru):
    before = verdicts(visitors, range(2020, 2024))
    decide_by(make_revision(visitors, takeru, RevisionKind.EXTEND), takeru)
    stored = Strategy.objects.get(pk=visitors.strategy_id)
    assert (stored.final_fiscal_year, stored.last_fiscal_year) == (2025, 2024)
    assert verdicts(visitors, range(2020, 2024)) == before


@EACH_KIND
def test_an_edition_stays_as_it_was(visitors, takeru, kind):
    review = open_review(strategy=visitors.strategy, fiscal_year=2021, by=None)
    edition = freeze(review=review, stage=Stage.ENTRY, by=None)
    content, seal = edition.content, edition.sha256
    decide_by(make_revision(visitors, takeru, kind), takeru)
    edition.refresh_from_db()
    assert (edition.content, edition.sha256, hash_of(edition.content)) == (content, seal, seal)


@EACH_KIND
def test_what_is_decided_cannot_be_decided_rejected_or_changed_again(visitors, takeru, kind):
    stored = decide_by(make_revision(visitors, takeru, kind), takeru)
    after = plan_of(visitors.strategy)
    given = {"meeting": stored.meeting, "decided_on": DAY, "note": "理由", "by": takeru}
    for run in (
        lambda: decide(revision=stored, seen_version=stored.version, **given),
        lambda: reject(revision=stored, seen_version=stored.version, **given),
        lambda: withdraw(revision=stored, reason="理由", seen_version=stored.version, by=takeru),
        lambda: edit_proposal(revision=stored, values={"reason": "別の理由"}, seen_version=stored.version, by=takeru),
    ):
        with pytest.raises(ValidationError, match="すでに「決定」"), transaction.atomic():
            run()
    with pytest.raises(ConflictError):
        decide(revision=stored, seen_version=1, **given)
    assert plan_of(visitors.strategy) == after


def test_what_cannot_be_carried_out_any_more_is_not_decided(visitors, takeru):
    first, second = make_revision(visitors, takeru), make_revision(visitors, takeru, value=Decimal(130))
    decide_by(first, takeru)
    after = plan_of(visitors.strategy)
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        decide_by(second, takeru)
    assert refused.value.messages == ["令和4年度から適用する目標値が、すでにあります。 提案の内容を直してから決定するか、見送ってください。"]
    assert TargetRevision.objects.get(pk=second.pk).state == RevisionState.PROPOSED
    assert plan_of(visitors.strategy) == after
    assert TargetRevision.objects.get(pk=second.pk).history.count() == 1


@pytest.mark.parametrize(("change", "field"), [({"decided_on": DAY - timedelta(days=1)}, "decided_on"), ({"decided_on": date(2999, 1, 1)}, "decided_on")])
def test_a_decision_has_the_day_of_its_meeting_or_a_later_one_that_has_come(visitors, takeru, change, field):
    assert timezone.localdate() > DAY
    assert list(problems(lambda: decide_by(make_revision(visitors, takeru), takeru, **change))) == [field]
    assert Target.objects.count() == 1


def test_a_meeting_of_another_plan_decides_nothing(visitors, takeru):
    meeting = make_deciding_meeting(make_indicator().strategy)
    assert list(problems(lambda: decide_by(make_revision(visitors, takeru), takeru, meeting=meeting))) == ["meeting"]


def test_a_rejected_proposal_says_why_and_changes_nothing(visitors, takeru):
    made, before = make_revision(visitors, takeru), plan_of(visitors.strategy)
    given = {"revision": made, "meeting": make_deciding_meeting(visitors.strategy), "decided_on": DAY, "seen_version": 1, "by": takeru}
    assert list(problems(lambda: reject(note="", **given))) == ["note"]
    stored = reject(note="もう1年、様子を見る", **given)
    assert (stored.state, stored.decision_note, stored.decided_on) == (RevisionState.REJECTED, "もう1年、様子を見る", DAY)
    assert plan_of(visitors.strategy) == before


def test_every_step_is_a_new_revision_of_the_site_and_a_trial_is_none(visitors, takeru, django_capture_on_commit_callbacks):
    before = Revision.current()
    with django_capture_on_commit_callbacks(execute=True) as told:
        made = make_revision(visitors, takeru)
    assert (len(told), Revision.current()) == (1, before + 1)
    meeting = make_deciding_meeting(visitors.strategy)
    with django_capture_on_commit_callbacks(execute=True) as told:
        decide_by(made, takeru, meeting=meeting)
    assert len(told) == 2


# Taking a decision back


def take_back(revision: TargetRevision, by, reason: str = "年度を誤った") -> TargetRevision:
    return take_decision_back(revision=revision, reason=reason, seen_version=revision.version, by=by)


def refusal(run) -> str:
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        run()
    return refused.value.messages[0]


@EACH_KIND
def test_a_decision_recorded_wrongly_is_taken_back_with_its_trace_and_may_be_decided_again(visitors, takeru, kind):
    before = plan_of(visitors.strategy)[:-2]
    taken = take_back(decide_by(make_revision(visitors, takeru, kind), takeru), takeru)
    assert plan_of(visitors.strategy)[:-2] == before
    assert (taken.state, taken.meeting, taken.decided_on, taken.decision_note) == (RevisionState.PROPOSED, None, None, "年度を誤った")
    assert [row.history_change_reason for row in taken.history.all()[:2]] == ["決定を取り消した：年度を誤った", "決定した"]
    assert decide_by(taken, takeru).state == RevisionState.DECIDED


def test_a_decision_stays_once_an_edition_was_frozen_after_it(visitors, takeru):
    decided = decide_by(make_revision(visitors, takeru), takeru)
    freeze(review=visitors.strategy.reviews.get(), stage=Stage.ENTRY, by=takeru)
    after = plan_of(visitors.strategy)
    assert "新しい見直しを提案してください" in refusal(lambda: take_back(decided, takeru))
    assert plan_of(visitors.strategy) == after


def test_of_two_decisions_on_one_indicator_the_later_is_taken_back_first(visitors, takeru):
    first = decide_by(make_revision(visitors, takeru), takeru)
    second = decide_by(make_revision(visitors, takeru, RevisionKind.MILESTONE), takeru)
    assert "年度目標を加える" in refusal(lambda: take_back(first, takeru))
    take_back(second, takeru)
    assert take_back(first, takeru).state == RevisionState.PROPOSED


@pytest.mark.parametrize(("kind", "year"), [(RevisionKind.SPLIT, 2022), (RevisionKind.ADD, 2022), (RevisionKind.EXTEND, 2025)])
def test_a_decision_stays_once_values_rest_on_it(visitors, takeru, kind, year):
    decided = decide_by(make_revision(visitors, takeru, kind), takeru)
    make_actual(indicator=Indicator.objects.latest("pk"), fiscal_year=year, value=80)
    after = plan_of(visitors.strategy)
    assert "実績" in refusal(lambda: take_back(decided, takeru))
    assert plan_of(visitors.strategy) == after


def test_what_was_changed_by_other_ways_since_stays(visitors, takeru):
    decided = decide_by(make_revision(visitors, takeru), takeru)
    Target.objects.filter(effective_fiscal_year=2022).update(value=130)
    assert "決定の後に変わっています" in refusal(lambda: take_back(decided, takeru))


def test_only_the_planning_side_takes_a_decision_back_and_says_why(visitors, takeru, kai):
    decided = decide_by(make_revision(visitors, takeru), takeru)
    with pytest.raises(PermissionDenied):
        take_back(decided, kai)
    assert "reason" in problems(lambda: take_back(decided, takeru, reason=" "))
    with pytest.raises(ConflictError):
        take_decision_back(revision=decided, reason="年度を誤った", seen_version=1, by=takeru)
