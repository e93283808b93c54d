"""When something goes wrong the page says in Japanese what, and where to go."""
import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse
from django.views import defaults

from accounts.roles import Role
from dashboards.templatetags.ui import written_for_readers
from tests.factories import make_strategy, make_user
from tests.reading import words_of
from tests.world import client_of


@pytest.mark.django_db
def test_an_unknown_address_is_not_found(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "ページが見つかりません" in words_of(response)
    assert "Resolver404" not in words_of(response)


@pytest.mark.django_db
def test_an_unknown_strategy_says_nothing_in_english(client):
    words = words_of(client.get(reverse("plan", args=["nowhere"])))
    assert "NoStrategymatches" not in words


@pytest.mark.django_db
def test_a_year_outside_the_plan_names_the_years_one_may_choose(client):
    strategy = make_strategy()
    response = client.get(reverse("plan", args=[strategy.slug]), {"year": 1999})
    assert response.status_code == 404
    assert "令和2年度から令和4年度までの年度を選んでください。" in words_of(response)


@pytest.mark.django_db
def test_who_lacks_the_role_is_told_which_role_it_is():
    response = client_of(make_user(Role.VIEWER)).get(reverse("admin:index"), follow=True)
    assert response.status_code == 403
    assert "閲覧者の役割では、この画面や操作は使えません。" in words_of(response)


@pytest.mark.django_db
def test_a_visitor_without_permission_is_offered_to_sign_in(rf):
    request = rf.get("/")
    words = words_of(defaults.permission_denied(request, PermissionDenied("この協定は見られません。")))
    assert "この協定は見られません。" in words
    assert "サインインする" in words


@pytest.mark.django_db
def test_a_request_that_cannot_be_read_is_answered_in_japanese(rf):
    response = defaults.bad_request(rf.get("/"), SuspiciousOperation("x"))
    assert response.status_code == 400
    assert "読み取れない内容でした" in words_of(response)


def test_the_page_for_our_own_failure_needs_no_database_and_no_request():
    response = defaults.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "処理できませんでした" in words_of(response)
    assert "{%" not in response.content.decode()


@pytest.mark.django_db
def test_a_failing_view_is_answered_with_that_page(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("dashboards.views.help.current_frame", lambda request: 1 / 0)
    response = client.get(reverse("accessibility"))
    assert response.status_code == 500
    assert "あなたの操作が原因ではありません。" in words_of(response)


@pytest.mark.parametrize(("text", "shown"), [("この年度はありません。", "この年度はありません。"), ("No Strategy matches the given query.", ""), ("Resolver404", "")])
def test_only_sentences_written_for_readers_are_shown(text, shown):
    assert written_for_readers(text) == shown


@pytest.mark.django_db
def test_a_message_is_shown_as_text(rf):
    response = defaults.page_not_found(rf.get("/"), Http404("年度<script>alert(1)</script>"))
    assert "<script>alert(1)" not in response.content.decode()
