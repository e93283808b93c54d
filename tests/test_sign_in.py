"""サインイン: the way in, the way out, and what happens when it fails."""
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from tests.factories import PASSWORD, make_division, make_strategy, make_user
from tests.reading import words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db

URL = "/accounts/sign-in/"


@pytest.fixture
def hanako():
    return make_user(Role.PLANNING, username="hanako", display_name="北斗 花子")


def sign_in(client, username="hanako", password=PASSWORD, **fields):
    return client.post(URL, {"username": username, "password": password, **fields})


def test_hanako_signs_in_and_arrives_at_the_first_page(client, hanako):
    response = sign_in(client)
    assert response.url == reverse("home")
    assert client.session["_auth_user_id"] == str(hanako.pk)


def test_she_arrives_where_she_wanted_to_go(client, hanako):
    assert sign_in(client, next="/admin/").url == "/admin/"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "javascript:alert(1)", "/\\example.com"])
def test_nobody_is_led_to_another_site(client, hanako, elsewhere):
    assert sign_in(client, next=elsewhere).url == reverse("home")


def test_an_account_past_its_last_day_does_not_open(client, hanako):
    hanako.usable_until = timezone.localdate()
    hanako.save()
    assert sign_in(client).status_code == 302
    hanako.usable_until -= timedelta(days=1)
    hanako.save()
    assert sign_in(Client()).status_code == 200
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_wrong_password_keeps_the_name_and_says_what_to_do(client, hanako):
    response = sign_in(client, password="wrong")
    assert 'value="hanako"' in response.content.decode()
    assert "サインインできませんでした。" in words_of(response)
    assert "wrong" not in response.content.decode()


def test_the_name_that_failed_is_shown_as_text(client):
    html = sign_in(client, username='"><script>alert(1)</script>', password="x").content.decode()
    assert "<script>alert(1)" not in html


def test_an_unknown_name_and_a_wrong_password_look_the_same(client, hanako):
    unknown, wrong = sign_in(client, username="nobody", password="x"), sign_in(client, password="x")
    assert words_of(unknown) == words_of(wrong)


def test_repeated_failures_lock_the_name_and_say_for_how_long(client, hanako, settings):
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        response = sign_in(client, password="wrong")
    assert response.status_code == 429
    assert "15分ほど待ってから" in words_of(response)
    assert sign_in(client).status_code == 429


def test_another_name_is_not_locked_with_it(client, hanako, settings):
    settings.AXES_FAILURE_LIMIT = 3
    make_user(username="taro")
    for _ in range(3):
        sign_in(client, password="wrong")
    assert sign_in(client, username="taro").status_code == 302


def test_who_left_does_not_get_in(client, hanako):
    hanako.is_active = False
    hanako.save()
    assert "サインインできませんでした。" in words_of(sign_in(client))


def test_who_is_signed_in_already_goes_on(hanako):
    assert client_of(hanako).get(URL).url == reverse("home")


def test_the_header_shows_name_role_and_division():
    strategy = make_strategy()
    misaki = make_user(Role.DIVISION, display_name="農野 みさき", division=make_division(name="農林課"))
    words = words_of(client_of(misaki).get(reverse("plan", args=[strategy.slug])))
    assert "担当課・農林課農野みさき" in words
    assert "データの管理" in words


def test_a_council_members_menu_has_no_data_entry():
    kazuko = make_user(Role.COUNCIL, display_name="本間 和子")
    words = words_of(client_of(kazuko).get(reverse("help", args=["council"])))
    assert "推進会議の委員本間和子" in words
    assert "データの管理" not in words


def test_a_name_is_shown_as_text():
    mean = make_user(display_name="<script>alert(1)</script>")
    assert "<script>alert(1)" not in client_of(mean).get(reverse("accessibility")).content.decode()


def test_signing_out_needs_a_button_and_leads_to_the_first_page(hanako):
    client = client_of(hanako)
    assert client.get(reverse("sign_out")).status_code == 405
    assert client.post(reverse("sign_out")).url == reverse("home")
    assert "_auth_user_id" not in client.session


def test_a_form_without_its_token_is_refused_in_japanese(hanako):
    response = sign_in(Client(enforce_csrf_checks=True))
    assert response.status_code == 403
    assert "送信を確認できませんでした" in words_of(response)
    assert "CSRF" not in words_of(response)


def test_the_sign_in_page_is_never_kept(client):
    assert "no-store" in client.get(URL).headers["Cache-Control"]
