"""Meetings: making one, its minutes and who came, and who reads what of it."""
from datetime import date, time

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from reviews.actions.agenda import add_line
from reviews.actions.decisions import add_decision
from reviews.actions.meetings import create_meeting, edit_meeting, next_number, record_attendance, set_held, write_minutes
from reviews.actions.reviews import open_review
from reviews.actions.writing import ConflictError
from reviews.models import Meeting
from reviews.vocabulary import Body, Presence
from tests.factories import make_strategy
from tests.meetings import DAY, make_meeting, make_review, make_seat, seat_kazuko
from tests.reading import words_of
from tests.world import client_of

COUNCIL, INTERNAL = Body.PROMOTION_COUNCIL, Body.INTERNAL_MEETING
OTHERS = (Role.DIVISION, Role.COUNCIL, Role.VIEWER)


@pytest.fixture
def review(db):
    return make_review()


def page(meeting, name: str = "meeting") -> str:
    return reverse(name, args=[meeting.review.strategy.slug, meeting.review.fiscal_year, meeting.pk])


def pages(review, name: str = "meetings") -> str:
    return reverse(name, args=[review.strategy.slug, review.fiscal_year])


def full_meeting(review, body, takeru) -> Meeting:
    """A meeting that is over, with something in each part that is found nowhere else."""
    meeting = make_meeting(review, body)
    add_line(meeting=meeting, title="次第のことば", by=takeru)
    add_decision(meeting=meeting, text="決定のことば", by=takeru)
    write_minutes(meeting=meeting, text="議事録のことば", seen_version=1, by=takeru)
    record_attendance(meeting=meeting, seats={}, others=["出席者のことば"], by=takeru)
    return set_held(meeting=meeting, is_held=True, by=takeru)


PARTS = {"次第のことば", "決定のことば", "議事録のことば", "出席者のことば", "まだ資料はありません"}
READS = {
    (Role.ADMINISTRATOR, INTERNAL): PARTS, (Role.ADMINISTRATOR, COUNCIL): PARTS,
    (Role.PLANNING, INTERNAL): PARTS, (Role.PLANNING, COUNCIL): PARTS,
    (Role.DIVISION, INTERNAL): PARTS, (Role.DIVISION, COUNCIL): {"次第のことば", "決定のことば"},
    (Role.COUNCIL, COUNCIL): PARTS,
}


@pytest.mark.parametrize("body", Body)
@pytest.mark.parametrize("role", Role)
def test_everybody_reads_of_a_meeting_what_is_theirs(people, review, takeru, role, body):
    seat_kazuko(people, review.strategy)
    meeting = full_meeting(review, body, takeru)
    answer = client_of(people[role]).get(page(meeting))
    assert {part for part in PARTS if part in words_of(answer)} == READS.get((role, body), set())
    assert answer.status_code == (403 if role is Role.VIEWER else 200 if (role, body) in READS else 404)


def test_visitors_are_asked_to_sign_in(review):
    for address in (page(make_meeting(review)), pages(review), reverse("decisions", args=[review.strategy.slug])):
        assert client_of(None).get(address).status_code == 302


@pytest.mark.parametrize(("role", "shown"), [(Role.PLANNING, {INTERNAL, COUNCIL}), (Role.DIVISION, {INTERNAL, COUNCIL}), (Role.COUNCIL, {COUNCIL})])
def test_the_list_names_the_meetings_one_may_open(people, review, role, shown):
    seat_kazuko(people, review.strategy)
    meetings = {body: make_meeting(review, body) for body in Body}
    html = client_of(people[role]).get(pages(review)).content.decode()
    assert {body for body, meeting in meetings.items() if f'"{page(meeting)}"' in html} == shown


def test_a_member_reads_nothing_without_a_seat_or_after_the_term(people, review):
    meeting, kazuko = make_meeting(review, COUNCIL), people[Role.COUNCIL]
    make_seat(make_strategy(), user=kazuko)
    make_seat(review.strategy, user=kazuko, term_until=date(2024, 3, 31))
    client = client_of(kazuko)
    addresses = (page(meeting), pages(review), reverse("decisions", args=[review.strategy.slug]))
    assert [client.get(address).status_code for address in addresses] == [403, 403, 403]


def test_minutes_are_a_draft_until_the_meeting_is_over(people, review, takeru):
    meeting, kai = make_meeting(review), client_of(people[Role.DIVISION])
    write_minutes(meeting=meeting, text="議事録のことば", seen_version=1, by=takeru)
    assert "議事録のことば" not in words_of(kai.get(page(meeting)))
    client_of(takeru).post(page(meeting, "meeting_held"), {"then": "over"})
    assert "議事録のことば" in words_of(kai.get(page(meeting)))
    client_of(takeru).post(page(meeting, "meeting_held"), {"then": "back"})
    assert "議事録のことば" not in words_of(kai.get(page(meeting)))


WORKING_PAGES = (
    "meeting_edit", "meeting_held", "agenda_take", "agenda_add", "agenda_change", "agenda_undo", "meeting_attendance", "meeting_minutes",
    "decision_new", "material_add", "material_remove",
)


@pytest.mark.parametrize("role", OTHERS)
def test_only_the_planning_side_works_on_a_meeting(people, review, role):
    seat_kazuko(people, review.strategy)
    client, meeting = client_of(people[role]), make_meeting(review, COUNCIL)
    answers = {name: client.post(page(meeting, name), {"then": "over", "title": "x", "minutes": "x", "text": "x"}).status_code for name in WORKING_PAGES}
    assert answers == dict.fromkeys(WORKING_PAGES, 403)
    assert client.get(page(meeting, "meeting_agenda")).status_code == 403
    assert client.post(pages(review, "meeting_new"), {"number": 9, "meets_on": "2024-08-06"}).status_code == 403
    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.held_at, meeting.agenda.count(), meeting.decisions.count(), Meeting.objects.count()) == ("", None, 0, 0, 1)


@pytest.mark.parametrize("role", OTHERS)
def test_the_actions_ask_themselves_who_it_is(people, review, role):
    meeting, other = make_meeting(review), people[role]
    attempts = [
        lambda: create_meeting(review=review, body=COUNCIL, meets_on=DAY, by=other),
        lambda: edit_meeting(meeting=meeting, values={"place": "別館"}, seen_version=1, by=other),
        lambda: write_minutes(meeting=meeting, text="x", seen_version=1, by=other),
        lambda: set_held(meeting=meeting, is_held=True, by=other),
        lambda: record_attendance(meeting=meeting, seats={}, others=["x"], by=other),
        lambda: add_decision(meeting=meeting, text="x", by=other),
    ]
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()


def test_each_body_counts_its_meetings_for_itself(review):
    assert [make_meeting(review, body).number for body in (INTERNAL, INTERNAL, COUNCIL)] == [1, 2, 1]
    assert next_number(review, COUNCIL) == 2
    assert make_meeting(open_review(strategy=review.strategy, fiscal_year=2024, by=None), INTERNAL).number == 1


def test_the_same_number_twice_is_refused(review):
    make_meeting(review)
    with pytest.raises(ValidationError, match="この回の会議は、すでにあります"):
        make_meeting(review, number=1)


def test_takeru_makes_a_meeting_with_the_next_number_proposed(review, takeru):
    make_meeting(review, COUNCIL)
    client, address = client_of(takeru), pages(review, "meeting_new") + f"?body={COUNCIL}"
    assert 'value="2"' in client.get(address).content.decode()
    client.post(address, {"number": "2", "meets_on": "2024-09-24", "starts_at": "13:30", "place": "市役所3階"})
    made = review.meetings.get(number=2)
    assert (made.body, made.meets_on, made.starts_at, made.place, made.saved_by) == (COUNCIL, date(2024, 9, 24), time(13, 30), "市役所3階", takeru)


@pytest.mark.parametrize(("sent", "words"), [({"number": "0"}, "1から99まで"), ({"number": "1"}, "すでにあります"), ({"meets_on": "あした"}, "日付を選んで"), ({"starts_at": "昼"}, "時刻を")])
def test_what_cannot_be_is_said_beside_the_field_and_the_rest_stays(review, takeru, sent, words):
    make_meeting(review)
    answer = client_of(takeru).post(pages(review, "meeting_new"), {"number": "2", "meets_on": "2024-09-24", "place": "公民館の和室"} | sent)
    assert answer.status_code == 422
    assert words in words_of(answer)
    assert "公民館の和室" in answer.content.decode()
    assert review.meetings.count() == 1


def test_of_two_who_write_the_minutes_the_second_sees_both_texts(people, review, takeru):
    meeting = make_meeting(review)
    write_minutes(meeting=meeting, text="千尋の議事録", seen_version=1, by=people[Role.ADMINISTRATOR])
    answer = client_of(takeru).post(page(meeting, "meeting_minutes"), {"minutes": "健の議事録", "version": "1"})
    assert answer.status_code == 409
    shown = words_of(answer)
    assert "三浦千尋さんが" in shown
    assert "千尋の議事録" in shown
    assert "健の議事録" in shown
    meeting.refresh_from_db()
    assert meeting.minutes == "千尋の議事録"
    client_of(takeru).post(page(meeting, "meeting_minutes"), {"minutes": "二人の議事録", "version": answer.context["version"]})
    meeting.refresh_from_db()
    assert meeting.minutes == "二人の議事録"


def test_who_changes_the_room_does_not_stand_in_the_way_of_who_writes_the_minutes(review, takeru):
    meeting = make_meeting(review)
    edit_meeting(meeting=meeting, values={"place": "別館"}, seen_version=1, by=takeru)
    set_held(meeting=meeting, is_held=True, by=takeru)
    written = write_minutes(meeting=meeting, text="議事録", seen_version=1, by=takeru)
    assert (written.place, written.minutes, written.held_at is not None) == ("別館", "議事録", True)
    with pytest.raises(ConflictError):
        edit_meeting(meeting=meeting, values={"place": "本館"}, seen_version=1, by=takeru)


def test_a_version_nobody_has_is_a_conflict(review, takeru):
    meeting = make_meeting(review)
    for version in (0, 7):
        with pytest.raises(ConflictError):
            write_minutes(meeting=meeting, text="議事録", seen_version=version, by=takeru)


def test_the_second_who_moves_the_meeting_is_told_and_keeps_what_was_typed(people, review, takeru):
    meeting = make_meeting(review)
    edit_meeting(meeting=meeting, values={"place": "別館"}, seen_version=1, by=people[Role.ADMINISTRATOR])
    answer = client_of(takeru).post(page(meeting, "meeting_edit"), {"number": "1", "meets_on": "2024-08-07", "place": "公民館", "version": "1"})
    assert answer.status_code == 422
    assert "三浦千尋さんが" in words_of(answer)
    assert "別館" in words_of(answer)
    assert "公民館" in answer.content.decode()


def test_minutes_keep_their_first_line_break_and_nothing_runs_in_them(review, takeru):
    meeting, client = make_meeting(review), client_of(takeru)
    client.post(page(meeting, "meeting_minutes"), {"minutes": "\r\n一行目\r\n<script>alert(1)</script>", "version": "1"})
    meeting.refresh_from_db()
    assert meeting.minutes == "\n一行目\n<script>alert(1)</script>"
    assert "<script>alert" not in client.get(page(meeting)).content.decode()


def test_attendance_asks_for_the_seats_whose_term_covers_the_day(review, takeru):
    inside = make_seat(review.strategy, member_name="いまの委員", term_until=DAY)
    before = make_seat(review.strategy, member_name="まえの委員", term_until=date(2024, 8, 5))
    after = make_seat(review.strategy, member_name="つぎの委員", term_from=date(2024, 8, 7))
    meeting, client = make_meeting(review, COUNCIL), client_of(takeru)
    shown = words_of(client.get(page(meeting, "meeting_attendance")))
    assert [name in shown for name in ("いまの委員", "まえの委員", "つぎの委員")] == [True, False, False]
    for seat in (before, after):
        with pytest.raises(ValidationError, match="任期のある委員だけ"):
            record_attendance(meeting=meeting, seats={seat.pk: Presence.PRESENT}, others=[], by=takeru)
    client.post(page(meeting, "meeting_attendance"), {f"seat-{inside.pk}": "remote", "others": ""})
    assert meeting.attendance.get().presence == Presence.REMOTE


def test_a_seat_of_another_citys_council_cannot_come(review, takeru):
    other = make_seat(make_strategy())
    with pytest.raises(ValidationError):
        record_attendance(meeting=make_meeting(review, COUNCIL), seats={other.pk: Presence.PRESENT}, others=[], by=takeru)


def test_the_page_counts_who_came(review, takeru):
    seats = [make_seat(review.strategy, position=number) for number in range(8)]
    presences = [Presence.PRESENT] * 5 + [Presence.REMOTE, Presence.DEPUTY, Presence.ABSENT]
    meeting = make_meeting(review, COUNCIL)
    record_attendance(meeting=meeting, seats=dict(zip([seat.pk for seat in seats], presences, strict=True)), others=["事務局 佐藤"], by=takeru)
    shown = words_of(client_of(takeru).get(page(meeting)))
    assert "出席7人／8人" in shown
    assert "うちオンライン1人、代理出席1人" in shown
    assert "事務局佐藤" in shown


def test_a_meeting_without_seats_takes_names_line_by_line(review, takeru):
    meeting, client = make_meeting(review), client_of(takeru)
    client.post(page(meeting, "meeting_attendance"), {"others": "総務部長 鈴木\r\n\r\n 工藤 \r\n工藤"})
    assert [row.name for row in meeting.attendance.all()] == ["総務部長 鈴木", "工藤"]
    assert "出席2人" in words_of(client.get(page(meeting)))


def test_two_who_tick_different_people_are_both_kept(review, takeru, people):
    hanako, ichiro = make_seat(review.strategy), make_seat(review.strategy)
    meeting = make_meeting(review, COUNCIL)
    record_attendance(meeting=meeting, seats={hanako.pk: Presence.PRESENT}, others=["総務部長 鈴木", "工藤"], by=takeru)
    seen = {f"seen-{hanako.pk}": "present", "seen": "総務部長 鈴木\r\n工藤"}
    for user, typed in (
        (people[Role.ADMINISTRATOR], {f"seat-{hanako.pk}": "absent", "others": "総務部長 鈴木\r\n工藤\r\n三浦"}),
        (takeru, {f"seat-{hanako.pk}": "present", f"seat-{ichiro.pk}": "remote", "others": "事務局 佐藤\r\n工藤"}),
    ):
        assert client_of(user).post(page(meeting, "meeting_attendance"), seen | typed).status_code == 302
    assert dict(meeting.attendance.filter(seat__isnull=False).values_list("seat", "presence")) == {hanako.pk: "absent", ichiro.pk: "remote"}
    assert [row.name for row in meeting.attendance.filter(seat__isnull=True)] == ["事務局 佐藤", "工藤", "三浦"]


def test_of_two_who_tick_one_person_the_second_sees_both_and_decides(review, takeru, people):
    seat, meeting = make_seat(review.strategy), make_meeting(review, COUNCIL)
    address, typed = page(meeting, "meeting_attendance"), {f"seat-{seat.pk}": "remote", "others": "工藤"}
    client_of(people[Role.ADMINISTRATOR]).post(address, {f"seat-{seat.pk}": "absent"})
    answer = client_of(takeru).post(address, typed)
    assert answer.status_code == 409
    assert all(told in words_of(answer) for told in ("三浦千尋さんが", "いま保存されているのは「欠席」です"))
    assert 'value="remote" checked' in answer.content.decode()
    assert meeting.attendance.get().presence == Presence.ABSENT
    client_of(takeru).post(address, {**typed, f"seen-{seat.pk}": "absent"})
    assert meeting.attendance.get(seat=seat).presence == Presence.REMOTE


def test_attendance_that_cannot_be_kept_stays_in_the_form(review, takeru):
    answer = client_of(takeru).post(page(make_meeting(review), "meeting_attendance"), {"others": "長" * 81})
    assert answer.status_code == 422
    assert "長" * 81 in answer.content.decode()


def test_a_meeting_of_another_year_or_strategy_is_not_found(review, takeru):
    meeting, client = make_meeting(review), client_of(takeru)
    other_year = open_review(strategy=review.strategy, fiscal_year=2024, by=None)
    other = make_review(make_strategy())
    wrong = [reverse("meeting", args=[each.strategy.slug, each.fiscal_year, meeting.pk]) for each in (other_year, other)]
    assert [client.get(address).status_code for address in wrong] == [404, 404]


def queries(user, *addresses) -> list[int]:
    counts, client = [], client_of(user)
    for address in addresses:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    return counts


@pytest.mark.parametrize("role", [Role.PLANNING, Role.DIVISION, Role.COUNCIL])
def test_more_rows_ask_no_more_of_the_database(sample, people, takeru, role):
    seat_kazuko(people, sample)
    review = make_review(sample)
    meeting = full_meeting(review, COUNCIL, takeru)
    addresses = [page(meeting), pages(review), reverse("decisions", args=[sample.slug])]
    addresses += [page(meeting, "meeting_agenda"), page(meeting, "meeting_attendance")] if role is Role.PLANNING else []
    before = queries(people[role], *addresses)
    for number in range(4):
        make_seat(sample, position=number)
        later = make_meeting(review, COUNCIL, meets_on=DAY)
        add_decision(meeting=later, text=f"決定{number}", by=takeru)
        add_decision(meeting=meeting, text=f"この会議の決定{number}", division=people[Role.DIVISION].division, by=takeru)
        add_line(meeting=meeting, title=f"議題{number}", by=takeru, about={"measure": sample.goals.first().measures.first()})
        add_line(meeting=meeting, title=f"指標{number}", by=takeru, about={"indicator": sample.indicators.all()[number]})
        add_line(meeting=meeting, title=f"協定{number}", by=takeru, about={"agreement": sample.agreements.all()[number]})
    assert queries(people[role], *addresses) == before
