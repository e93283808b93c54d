"""The agenda of a meeting: what is proposed and why, what comes back by itself, how it is put in order."""
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kpis.vocabulary import EntryState, MissingReason
from partnerships.terms import TermKind
from reviews.actions.agenda import add_line, edit_line, move_line, put_back, remove_line, take_up
from reviews.actions.decisions import add_decision, finish_decision, reopen_decision
from reviews.actions.writing import ConflictError
from reviews.meetings.sources import proposals_for
from reviews.models import AgendaItem, CouncilEvaluation, InternalEvaluation, JointOpinion, Response, TargetRevision
from reviews.vocabulary import AgendaGround, Body, CouncilRating, ResponseState, RevisionKind, RevisionState, Treatment
from tests.factories import make_actual, make_agreement, make_indicator, make_measured_indicator, make_strategy, make_target
from tests.meetings import DAY, make_meeting, make_review
from tests.reading import words_of
from tests.world import client_of

COUNCIL, INTERNAL = Body.PROMOTION_COUNCIL, Body.INTERNAL_MEETING


@pytest.fixture
def strategy(db):
    return make_strategy(published_through=2024)


def grounds(meeting, user, subject: str, key: int) -> dict[AgendaGround, str]:
    """The reasons proposed for one subject; empty when it is not proposed."""
    found = [proposal for proposal in proposals_for(meeting, user) if (proposal.subject, proposal.key) == (subject, key)]
    assert len(found) <= 1
    return {ground.kind: ground.words for proposal in found for ground in proposal.grounds}


def titles(meeting) -> list[str]:
    return list(AgendaItem.objects.filter(meeting=meeting).values_list("title", flat=True))


def test_an_indicator_that_worsened_is_proposed_with_both_verdicts(strategy, takeru):
    indicator = make_measured_indicator({2022: 140, 2023: 106}, strategy=strategy)
    found = grounds(make_meeting(make_review(strategy)), takeru, "indicator", indicator.pk)
    assert "「遅れ」へ悪化" in found[AgendaGround.WORSENED]


def test_an_indicator_two_years_behind_is_proposed_with_how_long(strategy, takeru):
    indicator = make_measured_indicator({2021: 130, 2022: 102, 2023: 103}, strategy=strategy)
    found = grounds(make_meeting(make_review(strategy)), takeru, "indicator", indicator.pk)
    assert found[AgendaGround.BEHIND] == "2年続けて遅れ"


def test_an_indicator_on_track_is_not_proposed(strategy, takeru):
    indicator = make_measured_indicator({2021: 130, 2022: 135, 2023: 145}, strategy=strategy)
    assert grounds(make_meeting(make_review(strategy)), takeru, "indicator", indicator.pk) == {}


def test_an_indicator_without_a_value_is_proposed_with_the_reason(strategy, takeru):
    indicator = make_measured_indicator({2022: 135}, strategy=strategy)
    make_actual(indicator=indicator, fiscal_year=2023, missing_reason=MissingReason.AWAITING_PUBLICATION)
    found = grounds(make_meeting(make_review(strategy)), takeru, "indicator", indicator.pk)
    assert found == {AgendaGround.NOT_MEASURED: "未測定（公表待ち）"}


def test_a_draft_says_nothing_of_itself_in_the_agenda(takeru):
    strategy = make_strategy(published_through=2022)
    indicator = make_measured_indicator({2022: 135}, strategy=strategy)
    make_actual(indicator=indicator, fiscal_year=2023, value=Decimal(1), entry_state=EntryState.DRAFT)
    found = grounds(make_meeting(make_review(strategy)), takeru, "indicator", indicator.pk)
    assert found == {AgendaGround.NOT_MEASURED: "確認済みの値がまだありません"}


def test_a_target_that_was_just_revised_is_proposed_and_the_plans_own_is_not(strategy, takeru):
    results = {2021: 130, 2022: 135, 2023: 145}
    revised, as_adopted = (make_measured_indicator(results, strategy=strategy) for _ in range(2))
    make_target(indicator=revised, effective_fiscal_year=2024, value=Decimal(160))
    meeting = make_meeting(make_review(strategy))
    assert grounds(meeting, takeru, "indicator", revised.pk) == {AgendaGround.TARGET_REVISED: "令和6年度から目標を見直し"}
    assert grounds(meeting, takeru, "indicator", as_adopted.pk) == {}


def test_a_target_revised_years_ago_is_not_proposed(strategy, takeru):
    indicator = make_measured_indicator({2021: 130, 2022: 135, 2023: 145}, strategy=strategy)
    make_target(indicator=indicator, effective_fiscal_year=2022, value=Decimal(155))
    assert grounds(make_meeting(make_review(strategy)), takeru, "indicator", indicator.pk) == {}


def test_an_agreement_is_proposed_when_its_end_is_near_on_the_day_of_the_meeting(strategy, takeru):
    ends = {"term_kind": TermKind.UNTIL_DATE}
    near, far = (make_agreement(strategy=strategy, term_ends_on=day, **ends) for day in (date(2024, 9, 30), date(2026, 3, 31)))
    meeting = make_meeting(make_review(strategy))
    assert grounds(meeting, takeru, "agreement", near.pk) == {AgendaGround.AGREEMENT_ENDING: "R6.9.30に期限が来ます"}
    assert grounds(meeting, takeru, "agreement", far.pk) == {}


def test_each_body_is_reminded_of_the_measures_that_it_has_not_evaluated(strategy, takeru):
    review, measure = make_review(strategy), make_indicator(strategy=strategy).measure
    internal, council = make_meeting(review), make_meeting(review, COUNCIL)
    assert grounds(internal, takeru, "measure", measure.pk) == {AgendaGround.NOT_EVALUATED: "庁内検討会議の評価がまだです"}
    now = timezone.now()
    InternalEvaluation.objects.create(review=review, measure=measure, grade=review.scale.grades.first(), course="continue", confirmed_at=now)
    assert grounds(internal, takeru, "measure", measure.pk) == {}
    assert grounds(council, takeru, "measure", measure.pk) == {AgendaGround.NOT_EVALUATED: "推進会議の評価がまだです"}
    CouncilEvaluation.objects.create(review=review, measure=measure, rating=CouncilRating.EFFECTIVE, confirmed_at=now)
    assert grounds(council, takeru, "measure", measure.pk) == {}


def test_a_revision_that_waits_for_a_decision_is_proposed_and_a_rejected_one_is_not(strategy, takeru):
    indicator = make_measured_indicator({2021: 130, 2022: 135, 2023: 145}, strategy=strategy)
    meeting = make_meeting(make_review(strategy))
    values = {"strategy": strategy, "kind": RevisionKind.TARGET, "indicator": indicator, "effective_fiscal_year": 2025, "value": 160}
    waiting = TargetRevision.objects.create(**values, reason="駅前の開発が遅れたため")
    decision = {"state": RevisionState.REJECTED, "decided_on": DAY, "meeting": meeting}
    rejected = TargetRevision.objects.create(**values, **decision, reason="見送ったもの")
    assert grounds(meeting, takeru, "revision", waiting.pk) == {AgendaGround.REVISION_PROPOSED: "駅前の開発が遅れたため"}
    assert grounds(meeting, takeru, "revision", rejected.pk) == {}


def test_several_reasons_make_one_line(strategy, takeru):
    indicator = make_measured_indicator({2021: 140, 2022: 103, 2023: 90}, strategy=strategy)
    make_target(indicator=indicator, effective_fiscal_year=2023, value=Decimal(145))
    found = grounds(make_meeting(make_review(strategy)), takeru, "indicator", indicator.pk)
    assert set(found) == {AgendaGround.BEHIND, AgendaGround.TARGET_REVISED}


def test_what_is_in_the_agenda_is_not_proposed_again(strategy, takeru):
    measure = make_indicator(strategy=strategy).measure
    meeting = make_meeting(make_review(strategy))
    chosen = [proposal for proposal in proposals_for(meeting, takeru) if proposal.subject == "measure"]
    take_up(meeting=meeting, proposals=chosen, by=takeru)
    take_up(meeting=meeting, proposals=chosen, by=takeru)
    assert meeting.agenda.get().measure == measure
    assert grounds(meeting, takeru, "measure", measure.pk) == {}


def test_last_years_open_decision_is_in_this_years_first_agenda(strategy, takeru):
    last_year = make_meeting(make_review(strategy, 2022), COUNCIL, meets_on=date(2023, 8, 29))
    add_decision(meeting=last_year, text="正社員の数を報告する", due_on=date(2024, 3, 31), by=takeru)
    this_year = make_meeting(make_review(strategy, 2023), COUNCIL, meets_on=date(2024, 8, 27))
    line = this_year.agenda.get()
    assert line.title == "正社員の数を報告する"
    assert line.reason == "第1回 検討・推進会議（R5.8.29）の決定、期限 R6.3.31"


def test_a_decision_that_is_done_does_not_come_back(strategy, takeru):
    first = make_meeting(make_review(strategy, 2022), meets_on=date(2023, 8, 1))
    decision = add_decision(meeting=first, text="調査の方法を決める", by=takeru)
    finish_decision(decision=decision, done_on=date(2023, 9, 1), note="決めた", seen_version=decision.version, by=takeru)
    assert titles(make_meeting(make_review(strategy, 2023))) == []


def test_a_decision_reaches_the_next_meeting_that_was_planned_before_it_was_taken(strategy, takeru):
    review = make_review(strategy)
    first, second, third = (make_meeting(review, meets_on=day) for day in (DAY, date(2024, 9, 3), date(2024, 10, 1)))
    add_decision(meeting=first, text="広報の計画を直す", by=takeru)
    assert [titles(meeting) for meeting in (first, second, third)] == [[], ["広報の計画を直す"], []]


def test_a_decision_that_is_reopened_is_on_the_table_again(people, strategy, takeru):
    review, kai = make_review(strategy), people[Role.DIVISION]
    decision = add_decision(meeting=make_meeting(review), text="看板を直す", division=kai.division, by=takeru)
    finish_decision(decision=decision, done_on=DAY, note="", seen_version=decision.version, by=kai)
    later = make_meeting(review, meets_on=date(2024, 9, 3))
    assert titles(later) == []
    decision.refresh_from_db()
    reopen_decision(decision=decision, seen_version=decision.version, by=kai)
    assert titles(later) == ["看板を直す"]


def test_what_the_city_hall_decided_among_itself_comes_to_the_council_by_choice_only(strategy, takeru):
    review = make_review(strategy)
    decision = add_decision(meeting=make_meeting(review), text="予算を組み替える", by=takeru)
    council = make_meeting(review, COUNCIL, meets_on=date(2024, 8, 27))
    assert titles(council) == []
    assert AgendaGround.OPEN_DECISION in grounds(council, takeru, "decision", decision.pk)


def test_a_later_meetings_decision_is_not_in_an_earlier_meetings_agenda(strategy, takeru):
    review = make_review(strategy)
    add_decision(meeting=make_meeting(review, meets_on=date(2024, 10, 1)), text="あとの決定", by=takeru)
    assert titles(make_meeting(review, meets_on=DAY)) == []


def make_response(review, opinion: str, **fields) -> Response:
    joint = JointOpinion.objects.create(review=review, text=opinion)
    return Response.objects.create(opinion=joint, state=ResponseState.FINAL, **fields)


def test_an_opinion_that_is_still_worked_on_comes_back_next_year_and_an_answered_one_does_not(strategy, takeru):
    last_year = make_review(strategy, 2022)
    make_response(last_year, "高校との連携を強める", treatment=Treatment.UNDER_STUDY, text="検討する")
    make_response(last_year, "道を直す", treatment=Treatment.ADOPTED, text="直した", done_on=date(2024, 3, 1))
    make_response(last_year, "橋を架ける", treatment=Treatment.NOT_ADOPTED, text="採らない")
    line = make_meeting(make_review(strategy, 2023), COUNCIL).agenda.get()
    assert line.title == "高校との連携を強める"
    assert line.reason == "令和4年度の評価・検証での意見"


def test_lines_change_places_and_stay_where_they_are_at_either_end(strategy, takeru):
    meeting = make_meeting(make_review(strategy))
    first, second, third = (add_line(meeting=meeting, title=title, by=takeru) for title in ("開会", "報告", "閉会"))
    move_line(item=third, step=-1, past=second.pk, by=takeru)
    assert titles(meeting) == ["開会", "閉会", "報告"]
    with pytest.raises(ConflictError):
        move_line(item=first, step=-1, past=third.pk, by=takeru)
    assert titles(meeting) == ["開会", "閉会", "報告"]


def test_a_line_that_was_taken_out_comes_back_to_its_place(strategy, takeru):
    meeting = make_meeting(make_review(strategy))
    _, second, _ = (add_line(meeting=meeting, title=title, by=takeru) for title in ("開会", "報告", "閉会"))
    kept = remove_line(item=second, seen_version=1, by=takeru)
    assert titles(meeting) == ["開会", "閉会"]
    put_back(meeting=meeting, kept=kept, by=takeru)
    put_back(meeting=meeting, kept=kept, by=takeru)
    assert titles(meeting) == ["開会", "報告", "閉会"]


def test_a_line_needs_a_heading_and_the_planning_side(people, strategy, takeru):
    meeting = make_meeting(make_review(strategy))
    with pytest.raises(ValidationError):
        add_line(meeting=meeting, title=" ", by=takeru)
    for role in (Role.DIVISION, Role.COUNCIL, Role.VIEWER):
        with pytest.raises(PermissionDenied):
            add_line(meeting=meeting, title="開会", by=people[role])
        with pytest.raises(PermissionDenied):
            take_up(meeting=meeting, proposals=[], by=people[role])


def test_what_is_done_to_the_agenda_is_in_the_meetings_history_and_no_new_version(strategy, takeru):
    meeting = make_meeting(make_review(strategy))
    add_line(meeting=meeting, title="開会", by=takeru)
    meeting.refresh_from_db()
    assert meeting.version == 1
    assert [(row.history_change_reason, row.history_user) for row in meeting.history.all()[:1]] == [("次第に「開会」を加えた", takeru)]


def page(meeting, name: str = "meeting_agenda", *more) -> str:
    return reverse(name, args=[meeting.review.strategy.slug, meeting.review.fiscal_year, meeting.pk, *more])


def test_takeru_ticks_proposals_and_puts_them_in_order(strategy, takeru):
    indicator = make_measured_indicator({2021: 130, 2022: 102, 2023: 103}, strategy=strategy)
    meeting, client = make_meeting(make_review(strategy)), client_of(takeru)
    shown = words_of(client.get(page(meeting)))
    assert "2年続けて遅れ" in shown
    client.post(page(meeting, "agenda_take"), {"take": [f"indicator-{indicator.pk}", f"measure-{indicator.measure_id}", "measure-999999", "x"]})
    assert [line.indicator or line.measure for line in meeting.agenda.all()] == [indicator, indicator.measure]
    second = meeting.agenda.last()
    client.post(page(meeting, "agenda_change"), {"move": f"up-{second.pk}-{meeting.agenda.first().pk}"})
    assert meeting.agenda.first() == second
    answer = client.get(page(meeting))
    assert reverse("review_measure", args=[strategy.slug, 2023, indicator.measure.goal.number, indicator.measure.number]) in answer.content.decode()


def test_nothing_ticked_is_said_and_changes_nothing(strategy, takeru):
    meeting = make_meeting(make_review(strategy))
    answer = client_of(takeru).post(page(meeting, "agenda_take"), {})
    assert answer.status_code == 422
    assert "議題が選ばれていません" in words_of(answer)


def test_takeru_takes_a_line_out_and_puts_it_back(strategy, takeru):
    meeting, client = make_meeting(make_review(strategy)), client_of(takeru)
    client.post(page(meeting, "agenda_add"), {"title": "開会", "reason": ""})
    answer = client.post(page(meeting, "agenda_change"), {"move": f"out-{meeting.agenda.get().pk}-1"}, follow=True)
    assert "「開会」を次第から外しました" in words_of(answer)
    client.post(page(meeting, "agenda_undo"), {"removed": answer.wsgi_request.GET["removed"]})
    assert titles(meeting) == ["開会"]
    forged = client.post(page(meeting, "agenda_undo"), {"removed": "開会"}, follow=True)
    assert "元に戻せる議題がありません" in words_of(forged)


def test_a_line_without_a_heading_keeps_what_was_typed(strategy, takeru):
    meeting = make_meeting(make_review(strategy))
    answer = client_of(takeru).post(page(meeting, "agenda_add"), {"title": "", "reason": "新しい統計が出たため"})
    assert answer.status_code == 422
    assert "新しい統計が出たため" in answer.content.decode()


@pytest.mark.parametrize("move", ["", "up-", "up-x-1", "out-999999-1", "sideways-1-1", "up-²-1"])
def test_an_order_nobody_can_follow_changes_nothing(strategy, takeru, move):
    meeting = make_meeting(make_review(strategy))
    add_line(meeting=meeting, title="開会", by=takeru)
    assert client_of(takeru).post(page(meeting, "agenda_change"), {"move": move}).status_code == 302
    assert titles(meeting) == ["開会"]


def test_of_two_who_write_a_line_the_second_sees_both_and_decides(strategy, takeru, people):
    meeting, client = make_meeting(make_review(strategy)), client_of(takeru)
    line = add_line(meeting=meeting, title="報告", by=takeru)
    edit_line(item=line, title="実績の報告", reason="", seen_version=1, by=people[Role.ADMINISTRATOR])
    answer = client.post(page(meeting, "agenda_line", line.pk), {"title": "KPIの報告", "reason": "", "version": 1})
    assert answer.status_code == 409
    assert all(told in words_of(answer) for told in ("三浦千尋さんが", "議題実績の報告"))
    client.post(page(meeting, "agenda_line", line.pk), {"title": "KPIの報告", "reason": "", "version": answer.context["version"]})
    assert titles(meeting) == ["KPIの報告"]


def test_what_was_typed_for_a_line_that_is_gone_stays(strategy, takeru):
    meeting = make_meeting(make_review(strategy))
    line = add_line(meeting=meeting, title="報告", by=takeru)
    remove_line(item=line, seen_version=1, by=takeru)
    answer = client_of(takeru).post(page(meeting, "agenda_line", line.pk), {"title": "KPIの報告", "reason": "", "version": 1})
    assert answer.status_code == 422
    assert "ほかの人が次第から外しています" in words_of(answer)
    assert 'value="KPIの報告"' in answer.content.decode()


def test_an_order_that_somebody_else_changed_meanwhile_is_told_not_undone(strategy, takeru, people):
    meeting, client = make_meeting(make_review(strategy)), client_of(takeru)
    first, second = (add_line(meeting=meeting, title=title, by=takeru) for title in ("開会", "報告"))
    move_line(item=second, step=-1, past=first.pk, by=people[Role.ADMINISTRATOR])
    edit_line(item=first, title="開会のあいさつ", reason="", seen_version=1, by=people[Role.ADMINISTRATOR])
    for move in (f"up-{second.pk}-{first.pk}", f"out-{first.pk}-1"):
        told = words_of(client.post(page(meeting, "agenda_change"), {"move": move}, follow=True))
        assert "三浦千尋さんが" in told
        assert "先に次第を変えています" in told
    assert titles(meeting) == ["報告", "開会のあいさつ"]


def test_a_line_of_another_meeting_is_out_of_reach(strategy, takeru):
    review = make_review(strategy)
    here, there = make_meeting(review), make_meeting(review, meets_on=date(2024, 9, 3))
    line = add_line(meeting=there, title="開会", by=takeru)
    client = client_of(takeru)
    client.post(page(here, "agenda_change"), {"move": f"out-{line.pk}-1"})
    assert titles(there) == ["開会"]
    assert client.get(page(here, "agenda_line", line.pk)).status_code == 404
