"""Seats of the council: who is in office, who comes after, and who may say so."""
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.roles import Role
from reviews.access import seat_of
from reviews.actions.council import add_seat, appoint_successor, edit_seat, end_term
from reviews.models import Seat
from reviews.vocabulary import Sector
from tests.council import days_ago, in_days, make_member, make_seat, with_seat
from tests.factories import make_strategy, make_user
from tests.reading import words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db
VALUES = {"member_name": "高橋 一郎", "sector": Sector.LABOUR, "term_from": days_ago(0)}
FORM = {"member_name": "高橋 一郎", "sector": "labour", "organisation": "連合", "office": "", "term_from": "2026-04-01", "term_until": "", "user": ""}


@pytest.fixture
def takeru():
    return make_user(Role.PLANNING, display_name="佐藤 健")


def test_takeru_adds_a_member_and_it_is_recorded_who_did(strategy, takeru):
    seat = add_seat(strategy=strategy, values=VALUES, by=takeru)
    assert seat.sector_name == "労働分野の委員"
    assert seat.history.get().history_user == takeru


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_nobody_else_writes_seats(strategy, role):
    seat, stranger = make_seat(strategy=strategy), make_user(role)
    for write in (
        lambda: add_seat(strategy=strategy, values=VALUES, by=stranger),
        lambda: edit_seat(seat=seat, seen_version=seat.version, values=VALUES, by=stranger),
        lambda: end_term(seat=seat, seen_version=seat.version, last_day=days_ago(0), by=stranger),
        lambda: appoint_successor(seat=seat, seen_version=seat.version, values=VALUES, by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_a_term_cannot_end_before_it_began(strategy, takeru):
    seat = make_seat(strategy=strategy)
    with pytest.raises(ValidationError, match="始まり以後の日"):
        end_term(seat=seat, seen_version=seat.version, last_day=days_ago(1000), by=takeru)


def test_a_successor_begins_the_day_after_the_predecessor(strategy, takeru):
    seat = make_seat(strategy=strategy, position=7)
    successor = appoint_successor(seat=seat, seen_version=seat.version, values={**VALUES, "term_from": in_days(10)}, by=takeru)
    seat.refresh_from_db()
    assert seat.term_until == in_days(9)
    assert (successor.position, successor.user) == (7, None)


def test_a_predecessor_who_had_left_already_keeps_the_last_day(strategy, takeru):
    seat = make_seat(strategy=strategy, term_until=days_ago(30))
    appoint_successor(seat=seat, seen_version=seat.version, values=VALUES, by=takeru)
    seat.refresh_from_db()
    assert seat.term_until == days_ago(30)


def test_a_successor_cannot_begin_before_the_predecessor(strategy, takeru):
    seat = make_seat(strategy=strategy)
    with pytest.raises(ValidationError, match="前任の委員"):
        appoint_successor(seat=seat, seen_version=seat.version, values={**VALUES, "term_from": days_ago(900)}, by=takeru)
    assert Seat.objects.count() == 1


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PLANNING, Role.DIVISION, Role.VIEWER])
def test_an_account_of_another_role_takes_no_seat(strategy, takeru, role):
    with pytest.raises(ValidationError, match="ではないため"):
        add_seat(strategy=strategy, values={**VALUES, "user": make_user(role)}, by=takeru)


def test_one_account_holds_one_seat_at_a_time_but_may_be_reappointed(strategy, takeru):
    seat = make_member(strategy, "本間 和子")
    with pytest.raises(ValidationError, match="同じ時期"):
        add_seat(strategy=strategy, values={**VALUES, "user": seat.user}, by=takeru)
    again = appoint_successor(seat=seat, seen_version=seat.version, values={**VALUES, "member_name": "本間 和子", "user": seat.user}, by=takeru)
    assert seat_of(seat.user, strategy, days_ago(0)) == again


def test_a_member_is_one_on_the_days_of_the_term_only(strategy):
    seat = make_member(strategy, "本間 和子", term_from=days_ago(10), term_until=days_ago(1))
    assert seat_of(seat.user, strategy, days_ago(1)) == seat
    assert seat_of(seat.user, strategy, days_ago(0)) is None
    assert seat_of(seat.user, strategy, days_ago(11)) is None


def test_a_seat_of_another_strategy_opens_nothing_here(strategy):
    seat = make_member(make_strategy(), "本間 和子")
    assert seat_of(seat.user, strategy, days_ago(0)) is None


def test_takeru_adds_corrects_and_replaces_a_member_on_the_pages(strategy, takeru):
    client, slug = client_of(takeru), strategy.slug
    assert client.post(reverse("seat_new", args=[slug]), FORM).status_code == 302
    seat = Seat.objects.get()
    client.post(reverse("seat_edit", args=[slug, seat.pk]), {**FORM, "office": "会長", "version": 1})
    client.post(reverse("seat_successor", args=[slug, seat.pk]), {**FORM, "version": 2, "member_name": "山本 花", "term_from": "2026-10-01"})
    words = words_of(client.get(reverse("seats", args=[slug])))
    assert "高橋一郎会長" in words
    assert "山本花" in words
    assert "任期の終わった委員（1人）" in words


def test_of_two_who_correct_a_seat_the_second_sees_both_and_decides(strategy, takeru):
    seat, chihiro = make_seat(strategy=strategy, member_name="高橋 一郎"), make_user(Role.PLANNING, display_name="三浦 千尋")
    edit_seat(seat=seat, values={"organisation": "北斗商工会"}, seen_version=1, by=chihiro)
    client, address = client_of(takeru), reverse("seat_edit", args=[strategy.slug, seat.pk])
    answer = client.post(address, {**FORM, "organisation": "連合", "version": 1})
    assert answer.status_code == 409
    assert all(told in words_of(answer) for told in ("三浦千尋さんが", "所属北斗商工会"))
    assert 'value="連合"' in answer.content.decode()
    assert client.post(address, {**FORM, "organisation": "連合", "version": answer.context["version"]}).status_code == 302
    seat.refresh_from_db()
    assert seat.organisation == "連合"


def test_an_account_that_came_meanwhile_is_not_taken_off_by_an_older_page(strategy, takeru):
    seat = make_seat(strategy=strategy)
    seat.user = make_user(Role.COUNCIL)
    seat.save(update_fields=["user"])
    assert client_of(takeru).post(reverse("seat_edit", args=[strategy.slug, seat.pk]), {**FORM, "version": 1}).status_code == 409
    assert Seat.objects.get().user == seat.user


def test_of_two_who_appoint_a_successor_or_end_the_term_the_second_is_told(strategy, takeru):
    seat, client = make_seat(strategy=strategy, term_until=days_ago(30)), client_of(takeru)
    appoint_successor(seat=seat, seen_version=1, values=VALUES, by=takeru)
    for name in ("seat_successor", "seat_end"):
        answer = client.post(reverse(name, args=[strategy.slug, seat.pk]), {**FORM, "last_day": "2026-04-01", "version": 1})
        assert (answer.status_code, "佐藤健さんが" in words_of(answer)) == (409, True)
    assert Seat.objects.count() == 2


def test_what_was_typed_stays_when_something_is_missing(strategy, takeru):
    response = client_of(takeru).post(reverse("seat_new", args=[strategy.slug]), {**FORM, "sector": "", "organisation": "北斗労働組合"})
    assert response.status_code == 422
    assert "分野を選んでください。" in words_of(response)
    assert "北斗労働組合" in response.content.decode()


def test_a_term_that_ends_before_it_begins_is_said_at_its_field(strategy, takeru):
    response = client_of(takeru).post(reverse("seat_new", args=[strategy.slug]), {**FORM, "term_until": "2026-03-31"})
    assert response.status_code == 422
    assert response.context["form"].errors["term_until"] == ["任期の終わりは、始まり以後の日にしてください。"]
    assert not Seat.objects.exists()


def test_the_list_says_who_can_come_in(strategy, takeru):
    make_member(strategy, "本間 和子", user=make_user(Role.COUNCIL, username="kazuko"))
    make_seat(strategy=strategy, member_name="山本 花")
    words = words_of(client_of(takeru).get(reverse("seats", args=[strategy.slug])))
    assert "利用者名kazuko" in words
    assert "まだ招待していません" in words


def test_the_list_asks_the_database_as_often_for_many_seats(strategy, takeru, django_assert_max_num_queries):
    for number in range(12):
        with_seat(make_user(Role.COUNCIL), strategy, position=number)
    client = client_of(takeru)
    with django_assert_max_num_queries(9):
        client.get(reverse("seats", args=[strategy.slug]))


def test_the_account_of_a_member_ends_with_the_term_of_office(strategy, takeru):
    kazuko = make_user(Role.COUNCIL, display_name="本間 和子")
    seat = make_seat(strategy=strategy, user=kazuko)
    end_term(seat=seat, seen_version=seat.version, last_day=days_ago(1), by=takeru)
    kazuko.refresh_from_db()
    assert kazuko.usable_until == days_ago(1)
    assert client_of(kazuko).get(reverse("reviews", args=[strategy.slug])).status_code == 302


def test_an_account_with_a_further_term_stays_open(strategy, takeru):
    kazuko = make_user(Role.COUNCIL, display_name="本間 和子")
    seat = make_seat(strategy=strategy, user=kazuko)
    end_term(seat=seat, seen_version=seat.version, last_day=days_ago(1), by=takeru)
    add_seat(strategy=strategy, values={**VALUES, "user": kazuko}, by=takeru)
    kazuko.refresh_from_db()
    assert kazuko.usable_until is None
