"""The printed code that lets a council member in: it works once, for a while, for that seat only, and raises nobody's rights."""
import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import check_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from reviews.actions.council import accept_invitation, appoint_successor, end_term, invitation_of, invitation_problem, invite
from reviews.council.codes import ALPHABET, LENGTH, hash_of_code, new_code, read_code
from reviews.models import Invitation, Seat
from reviews.vocabulary import Sector
from tests.council import days_ago, external_review, make_member, make_seat
from tests.factories import make_strategy, make_user
from tests.reading import words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db
PASSWORD = "apples-in-the-morning-sun"
CODE_URL, ACCOUNT_URL = "/invitation/", "/invitation/account/"


@pytest.fixture
def takeru():
    return make_user(Role.PLANNING, username="takeru", display_name="佐藤 健")


@pytest.fixture
def strategy():
    return make_strategy(contact_office="企画課", contact_phone="0138-73-3111")


@pytest.fixture
def seat(strategy):
    return make_seat(strategy=strategy, member_name="山本 花")


@pytest.fixture
def code(seat, takeru):
    return invite(seat=seat, by=takeru).code


def enter(client, code):
    return client.post(CODE_URL, {"code": code})


def come_in(client, code, **fields):
    enter(client, code)
    return client.post(ACCOUNT_URL, {"username": "hana", "password": PASSWORD, "again": PASSWORD, **fields})


def test_a_code_has_eighty_bits_without_letters_that_look_alike():
    assert len(ALPHABET) ** LENGTH >= 2**60
    assert not set("IO01") & set(ALPHABET)
    assert re.fullmatch(r"([A-Z2-9]{4}-){3}[A-Z2-9]{4}", new_code())
    assert len({new_code() for _ in range(50)}) == 50


@pytest.mark.parametrize("typed", ["abcd-efgh-jklm-npqr", "ＡＢＣＤ－ＥＦＧＨ－ＪＫＬＭ－ＮＰＱＲ", " ABCD EFGH JKLM NPQR ", "abcdefghjklmnpqr", "ABCDーEFGHーJKLMーNPQR"])
def test_a_code_is_read_as_people_type_it(typed):
    assert read_code(typed) == "ABCDEFGHJKLMNPQR"


def test_only_the_hash_is_kept(code):
    stored = Invitation.objects.get()
    assert stored.code_hash == hash_of_code(code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM reviews_invitation")
        kept = str(cursor.fetchall())
    assert code not in kept
    assert read_code(code) not in kept


def test_hana_comes_in_with_the_code_and_is_a_council_member(client, seat, code):
    assert enter(client, code).url == ACCOUNT_URL
    assert "山本花さん、ようこそ" in words_of(client.get(ACCOUNT_URL))
    come_in(client, code)
    hana = User.objects.get(username="hana")
    seat.refresh_from_db()
    assert (hana.role, hana.email, hana.display_name, seat.user, seat.saved_by) == (Role.COUNCIL, "", "山本 花", hana, hana)
    assert client.session["_auth_user_id"] == str(hana.pk)


def test_she_arrives_where_her_opinion_is_asked_for(client, seat, code):
    review = external_review(strategy=seat.strategy)
    assert come_in(client, code).url == reverse("my_opinions", args=[seat.strategy.slug, review.fiscal_year])


def test_a_user_name_that_is_free_is_proposed(client, seat, code):
    make_user(username=f"IIN{seat.pk}")
    enter(client, code)
    assert f'value="iin{seat.pk}-2"' in client.get(ACCOUNT_URL).content.decode()


def test_the_code_works_once(client, code):
    come_in(client, code)
    again = enter(Client(), code)
    assert again.status_code == 422
    assert "もう使われています" in words_of(again)
    assert "0138-73-3111" in words_of(again)


def test_two_browsers_with_the_same_code_make_one_account(code):
    first, second = Client(), Client()
    enter(first, code)
    enter(second, code)
    first.post(ACCOUNT_URL, {"username": "hana", "password": PASSWORD, "again": PASSWORD})
    late = second.post(ACCOUNT_URL, {"username": "mean", "password": PASSWORD, "again": PASSWORD})
    assert late.url == CODE_URL
    assert User.objects.filter(role=Role.COUNCIL).count() == 1


def test_the_action_itself_refuses_a_used_code(seat, code):
    found = invitation_of(code)
    accept_invitation(invitation=found, username="hana", password=PASSWORD)
    with pytest.raises(ValidationError, match="もう使われています"):
        accept_invitation(invitation=found, username="mean", password=PASSWORD)


def test_a_code_expires(client, code):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    late = enter(client, code)
    assert late.status_code == 422
    assert "期限を過ぎています" in words_of(late)


def test_a_code_lasts_thirty_days(code):
    left = Invitation.objects.get().expires_at - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)


def test_a_new_code_ends_the_old(client, seat, code, takeru):
    newer = invite(seat=seat, by=takeru).code
    assert "新しいコードに替わっています" in words_of(enter(client, code))
    assert enter(client, newer).url == ACCOUNT_URL


def test_a_code_ends_between_its_entry_and_the_password(client, seat, code, takeru):
    enter(client, code)
    invite(seat=seat, by=takeru)
    assert client.post(ACCOUNT_URL, {"username": "hana", "password": PASSWORD, "again": PASSWORD}).url == CODE_URL
    assert not User.objects.filter(username="hana").exists()


def test_a_code_opens_nothing_after_the_term(client, seat, code, takeru):
    end_term(seat=seat, seen_version=seat.version, last_day=days_ago(1), by=takeru)
    assert "任期は終わっています" in words_of(enter(client, code))
    with pytest.raises(ValidationError):
        invite(seat=seat, by=takeru)


def test_an_entered_code_is_forgotten_after_half_an_hour(client, code, monkeypatch):
    enter(client, code)
    now = timezone.now().timestamp()
    monkeypatch.setattr("reviews.views.invitation.time.time", lambda: now + 31 * 60)
    assert client.get(ACCOUNT_URL).url == CODE_URL


def test_nobody_reaches_the_account_without_a_code(client):
    assert client.get(ACCOUNT_URL).url == CODE_URL
    assert client.post(ACCOUNT_URL, {"username": "hana", "password": PASSWORD, "again": PASSWORD}).url == CODE_URL
    assert not User.objects.filter(username="hana").exists()


@pytest.mark.parametrize("wrong", ["", "ABCD-EFGH-JKLM-NPQR", "a" * 60, "\x00", "' OR 1=1 --"])
def test_a_wrong_code_says_whom_to_call_and_not_what_was_wrong(client, code, strategy, wrong):
    response = enter(client, wrong)
    assert response.status_code == 422
    assert "このコードでは始められません。" in words_of(response)
    assert "0138-73-3111" in words_of(response)


def test_one_letter_wrong_looks_like_everything_wrong(client, code):
    nearly = code[:-1] + ("A" if code[-1] != "A" else "B")
    asked = [re.sub(r'value="[^"]*"|name="csrfmiddlewaretoken"', "", enter(client, each).content.decode()) for each in (nearly, "QQQQ-QQQQ-QQQQ-QQQQ")]
    assert asked[0] == asked[1]


def test_wrong_codes_are_limited_for_the_address_and_the_right_one_waits_too(client, code, settings):
    settings.AXES_FAILURE_LIMIT = 3
    answers = [enter(client, "ABCD-EFGH-JKLM-NPQR") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert enter(client, code).status_code == 429
    assert "15分ほど待ってから" in words_of(client.get(CODE_URL))
    assert Client(REMOTE_ADDR="10.1.1.9").post(CODE_URL, {"code": code}, REMOTE_ADDR="10.1.1.9").status_code == 302


def test_what_was_typed_of_a_code_is_not_kept_with_the_attempt(client, code):
    enter(client, code[:-1] + "#")
    kept = " ".join(f"{row.post_data} {row.get_data} {row.path_info}" for row in AccessAttempt.objects.all())
    assert kept
    assert code[:9] not in kept


def test_a_right_code_clears_the_count_of_a_shared_address(client, code, settings):
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(2):
        enter(client, "ABCD-EFGH-JKLM-NPQR")
    enter(client, code)
    assert enter(Client(), "ABCD-EFGH-JKLM-NPQR").status_code == 422


def test_a_member_who_forgot_the_password_gets_a_new_one_and_keeps_the_name(client, strategy, takeru):
    seat = make_member(strategy, "本間 和子", user=make_user(Role.COUNCIL, username="kazuko"))
    code = invite(seat=seat, by=takeru).code
    come_in(client, code, username="mean")
    kazuko = User.objects.get(username="kazuko")
    assert check_password(PASSWORD, kazuko.password)
    assert client.session["_auth_user_id"] == str(kazuko.pk)
    assert not User.objects.filter(username="mean").exists()


def test_a_new_password_signs_other_browsers_out(client, strategy, takeru):
    seat = make_member(strategy, "本間 和子")
    elsewhere = client_of(seat.user)
    come_in(client, invite(seat=seat, by=takeru).code)
    assert elsewhere.get(reverse("my_opinions", args=[strategy.slug, 2024])).url.startswith(reverse("sign_in"))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PLANNING, Role.DIVISION, Role.VIEWER])
def test_a_code_never_opens_the_account_of_another_role(client, seat, code, role):
    other = make_user(role)
    before = other.password
    # However it came about: the row itself names somebody else's account.
    Seat.objects.filter(pk=seat.pk).update(user=other)
    assert enter(client, code).status_code == 422
    with pytest.raises(ValidationError, match="サインインできません"):
        accept_invitation(invitation=Invitation.objects.get(), username="x", password=PASSWORD)
    other.refresh_from_db()
    assert (other.password, other.role) == (before, role)


def test_no_code_is_made_for_the_account_of_another_role(seat, takeru):
    Seat.objects.filter(pk=seat.pk).update(user=takeru)
    with pytest.raises(PermissionDenied):
        invite(seat=seat, by=takeru)


def test_a_closed_account_is_not_opened_again(client, strategy, takeru):
    seat = make_member(strategy, "本間 和子")
    code = invite(seat=seat, by=takeru).code
    seat.user.is_active = False
    seat.user.save()
    assert enter(client, code).status_code == 422


@pytest.mark.parametrize("name", ["takeru", "TAKERU"])
def test_the_name_of_a_planner_is_not_taken_over(client, code, takeru, name):
    before = takeru.password
    response = come_in(client, code, username=name)
    assert response.status_code == 422
    assert "ほかの人が使っています" in words_of(response)
    takeru.refresh_from_db()
    assert (takeru.password, takeru.role) == (before, Role.PLANNING)
    assert "_auth_user_id" not in client.session


def test_nothing_that_is_posted_raises_rights(client, code):
    come_in(client, code, role="administrator", is_staff="1", is_superuser="1", division="1", email="hana@example.com")
    hana = User.objects.get(username="hana")
    assert (hana.role, hana.division, hana.email, hana.is_staff) == (Role.COUNCIL, None, "", False)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "短い", "again": "短い"}, "最低12文字"),
        ({"again": "apples-in-the-evening"}, "2つの欄のパスワードが違います"),
        ({"username": "ha na"}, "間を空けずに"),
        ({"username": "h"}, "3文字以上"),
        ({"password": "123456789012", "again": "123456789012"}, "数字"),
    ],
)
def test_a_password_or_a_name_that_does_not_do_says_why_and_keeps_the_code(client, code, fields, said):
    response = come_in(client, code, **fields)
    assert response.status_code == 422
    assert said in words_of(response)
    assert invitation_problem(Invitation.objects.get()) == ""


def test_a_successors_code_does_not_open_the_predecessors_account(client, strategy, takeru):
    seat = make_member(strategy, "本間 和子")
    before = seat.user.password
    successor = appoint_successor(seat=seat, seen_version=seat.version, values={"member_name": "山本 花", "sector": Sector.FINANCE, "term_from": days_ago(0)}, by=takeru)
    come_in(client, invite(seat=successor, by=takeru).code)
    seat.user.refresh_from_db()
    successor.refresh_from_db()
    assert seat.user.password == before
    assert successor.user != seat.user


def test_the_printed_page_shows_the_code_once_and_no_other_page_does(strategy, seat, takeru):
    client = client_of(takeru)
    page = client.post(reverse("seat_invite", args=[strategy.slug, seat.pk]))
    code = re.search(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", page.content.decode())[0]
    assert "/invitation/" in words_of(page)
    assert "no-store" in page["Cache-Control"]
    assert invitation_problem(invitation_of(code)) == ""
    assert code not in client.get(reverse("seats", args=[strategy.slug])).content.decode()
    led = client.get(reverse("seat_invite", args=[strategy.slug, seat.pk]), follow=True)
    assert code not in led.content.decode()


def test_a_button_sent_twice_does_not_end_the_code_that_was_just_printed(strategy, seat, takeru):
    client, url = client_of(takeru), reverse("seat_invite", args=[strategy.slug, seat.pk])
    known = re.search(r'name="after" value="([0-9]+)"', client.get(reverse("seats", args=[strategy.slug])).content.decode())[1]
    printed = re.search(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", client.post(url, {"after": known}).content.decode())[0]
    again = client.post(url, {"after": known}, follow=True)
    assert "先ほどつくりました" in again.content.decode()
    assert invitation_problem(invitation_of(printed)) == ""
    anew = re.search(r'name="after" value="([0-9]+)"', again.content.decode())[1]
    assert client.post(url, {"after": anew}).status_code == 200
    assert invitation_problem(invitation_of(printed)) != ""


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_nobody_else_makes_codes(strategy, seat, role):
    assert client_of(make_user(role)).post(reverse("seat_invite", args=[strategy.slug, seat.pk])).status_code == 403
    assert not Invitation.objects.exists()
