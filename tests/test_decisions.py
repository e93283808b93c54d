"""Decisions: whose they are, when they are done, and how they stay open across the years."""
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from reviews.actions.decisions import add_decision, edit_decision, finish_decision, reopen_decision
from reviews.actions.writing import ConflictError
from reviews.vocabulary import Body
from tests.factories import make_division, make_strategy
from tests.meetings import make_meeting, make_review, seat_kazuko
from tests.reading import words_of
from tests.world import client_of

COUNCIL, INTERNAL = Body.PROMOTION_COUNCIL, Body.INTERNAL_MEETING


@pytest.fixture
def review(db):
    return make_review()


def decided(review, takeru, body=INTERNAL, text="看板を直す", **fields):
    return add_decision(meeting=make_meeting(review, body), text=text, by=takeru, **fields)


def page(decision, name: str) -> str:
    return reverse(name, args=[decision.meeting.review.strategy.slug, decision.pk])


def listed(user, strategy, show: str = "open") -> str:
    return words_of(client_of(user).get(reverse("decisions", args=[strategy.slug]) + f"?show={show}"))


def done(decision, by, **fields):
    values = {"done_on": timezone.localdate(), "note": "", "seen_version": decision.version, **fields}
    return finish_decision(decision=decision, by=by, **values)


def test_the_division_itself_says_that_its_decision_is_done(review, takeru, kai):
    decision = decided(review, takeru, division=kai.division)
    client = client_of(kai)
    answer = client.post(page(decision, "decision_done"), {"done_on": "2024-09-01", "note": "駅前の3枚を替えた", "version": "1"}, follow=True)
    assert "駅前の3枚を替えた" in words_of(answer)
    decision.refresh_from_db()
    assert (decision.done_on, decision.saved_by) == (date(2024, 9, 1), kai)
    client.post(page(decision, "decision_reopen"), {"version": decision.version})
    decision.refresh_from_db()
    assert (decision.done_on, decision.done_note) == (None, "駅前の3枚を替えた")


def test_nobody_finishes_what_is_another_divisions_or_nobodys(people, review, takeru, kai):
    seat_kazuko(people, review.strategy)
    rows = [decided(review, takeru, COUNCIL, division=division) for division in (make_division(), None)]
    for decision in rows:
        for role in (Role.DIVISION, Role.COUNCIL, Role.VIEWER):
            assert client_of(people[role]).get(page(decision, "decision_done")).status_code == 403
            with pytest.raises(PermissionDenied):
                done(decision, people[role])
            with pytest.raises(PermissionDenied):
                reopen_decision(decision=decision, seen_version=1, by=people[role])


def test_a_division_does_not_rewrite_its_own_decision(review, takeru, kai):
    decision = decided(review, takeru, division=kai.division)
    assert client_of(kai).get(page(decision, "decision_edit")).status_code == 403
    with pytest.raises(PermissionDenied):
        edit_decision(decision=decision, values={"text": "やめる"}, seen_version=1, by=kai)


def test_a_decision_cannot_be_done_in_the_future_and_what_was_written_stays(review, takeru):
    decision = decided(review, takeru)
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError, match="今日までの日"):
        done(decision, takeru, done_on=tomorrow)
    answer = client_of(takeru).post(page(decision, "decision_done"), {"done_on": tomorrow.isoformat(), "note": "替えた", "version": "1"})
    assert answer.status_code == 422
    assert "今日までの日" in words_of(answer)
    assert "替えた" in answer.content.decode()


def test_a_decision_needs_words(review, takeru):
    meeting = make_meeting(review)
    with pytest.raises(ValidationError):
        add_decision(meeting=meeting, text="  ", by=takeru)
    answer = client_of(takeru).post(reverse("decision_new", args=[review.strategy.slug, review.fiscal_year, meeting.pk]), {"text": "", "due_on": "2025-03-31"})
    assert answer.status_code == 422
    assert "2025-03-31" in answer.content.decode()


def test_of_two_who_change_a_decision_the_second_sees_both(people, review, takeru):
    decision = decided(review, takeru)
    edit_decision(decision=decision, values={"text": "看板を替える"}, seen_version=1, by=people[Role.ADMINISTRATOR])
    answer = client_of(takeru).post(page(decision, "decision_edit"), {"text": "看板を外す", "version": "1"})
    assert answer.status_code == 409
    assert "看板を替える" in words_of(answer)
    assert "看板を外す" in answer.content.decode()
    with pytest.raises(ConflictError):
        done(decision, takeru, seen_version=1)
    answer = client_of(takeru).post(page(decision, "decision_done"), {"done_on": "2024-09-01", "note": "外した", "version": "1"})
    assert answer.status_code == 409
    assert "外した" in answer.content.decode()


def test_the_list_holds_the_decisions_of_all_years_and_marks_what_is_overdue(review, takeru, kai):
    strategy, today = review.strategy, timezone.localdate()
    decided(make_review(strategy, 2022), takeru, text="昨年の決定", due_on=today - timedelta(days=3), division=kai.division)
    decided(review, takeru, text="今年の決定", due_on=today)
    done(decided(review, takeru, text="済んだ決定"), takeru)
    shown = {show: listed(takeru, strategy, show) for show in ("open", "late", "done", "rubbish")}
    assert {show: [text for text in ("昨年の決定", "今年の決定", "済んだ決定") if text in words] for show, words in shown.items()} == {
        "open": ["昨年の決定", "今年の決定"], "late": ["昨年の決定"], "done": ["済んだ決定"], "rubbish": ["昨年の決定", "今年の決定"],
    }
    assert "（3日超過）" in shown["open"]
    assert shown["open"].count("日超過") == 1
    assert "昨年の決定" in listed(kai, strategy, "mine")
    assert "今年の決定" not in listed(kai, strategy, "mine")


def test_members_of_the_council_read_what_the_council_decided(people, review, takeru):
    seat_kazuko(people, review.strategy)
    decided(review, takeru, INTERNAL, "庁内の決定")
    decided(review, takeru, COUNCIL, "推進会議の決定")
    shown = listed(people[Role.COUNCIL], review.strategy)
    assert "推進会議の決定" in shown
    assert "庁内の決定" not in shown


def test_a_decision_of_another_strategy_is_not_found(review, takeru):
    other = make_review(make_strategy())
    decision = decided(other, takeru)
    for name in ("decision_edit", "decision_done"):
        assert client_of(takeru).get(reverse(name, args=[review.strategy.slug, decision.pk])).status_code == 404


def test_every_step_of_a_decision_leaves_its_trace(review, takeru, kai):
    decision = decided(review, takeru, division=kai.division)
    finished = done(decision, kai)
    reopen_decision(decision=decision, seen_version=finished.version, by=takeru)
    trace = [(row.history_change_reason, row.history_user) for row in decision.history.all()]
    assert trace == [("未了に戻した", takeru), ("済みにした", kai), ("決定事項を加えた", takeru)]
