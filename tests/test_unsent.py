"""What was sent after the session had expired: nothing typed is lost, and nobody else reads it."""
import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import SelfEvaluation
from tests.admin_pages import FormReader
from tests.reading import words_of
from tests.review_scenes import SELF, make_scene

pytestmark = pytest.mark.django_db
BACKEND = "accounts.backends.RoleBackend"


@pytest.fixture
def scene():
    return make_scene()


def expired(user, page: str) -> Client:
    """A browser in which that person had the page open until the session expired."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    client.get(page)
    del client.cookies["sessionid"]
    return client


def sent(scene) -> dict[str, str]:
    return {"then": "self_save", "division": str(scene.commerce.pk), "version": "0", **SELF}


def test_kai_signs_in_again_and_sends_what_he_had_written_once_more(scene):
    page = scene.page()
    client = expired(scene.kai, page)
    answer = client.post(page, sent(scene))
    assert answer.url == f"{reverse('sign_in')}?next={page}"
    assert "サインインの期限が切れました" in words_of(client.get(answer.url))
    client.force_login(scene.kai, backend=BACKEND)
    offered = client.get(page)
    assert SELF["achievements"] in words_of(offered)
    reader = FormReader()
    reader.feed(offered.content.decode().replace('<form method="post">', '<form method="post" id="once_more_form">', 1))
    client.post(page, {name: values[0] for name, values in reader.values.items()})
    assert SelfEvaluation.objects.get().next_steps == SELF["next_steps"]
    assert "まだ保存していません" not in words_of(client.get(page))


def test_he_may_open_the_page_without_sending(scene):
    page = scene.page()
    client = expired(scene.kai, page)
    client.post(page, sent(scene))
    client.force_login(scene.kai, backend=BACKEND)
    assert client.post(page, {"unsent": "drop"}).url == page
    assert "まだ保存していません" not in words_of(client.get(page))
    assert not SelfEvaluation.objects.exists()


def test_whoever_else_signs_in_there_reads_nothing_of_it(scene):
    page = scene.page()
    client = expired(scene.kai, page)
    client.post(page, sent(scene))
    client.force_login(scene.takeru, backend=BACKEND)
    assert SELF["achievements"] not in words_of(client.get(page))


def test_of_a_visitor_who_never_worked_there_nothing_is_kept(scene):
    client = Client()
    client.post(scene.page(), sent(scene))
    client.force_login(scene.kai, backend=BACKEND)
    assert SELF["achievements"] not in words_of(client.get(scene.page()))


def test_a_button_pressed_too_late_is_offered_again_and_pressed_by_nobody_else(scene):
    """The address itself shows nothing: it leads to the page it belongs to."""
    move = reverse("review_move", args=[scene.review.strategy.slug, scene.review.fiscal_year])
    client = expired(scene.takeru, scene.overview)
    client.post(move, {"move": "close_entry"})
    client.force_login(scene.takeru, backend=BACKEND)
    assert "もう一度送る" in words_of(client.get(move))
    client.post(move, {"unsent": "drop"})
    assert client.get(move).url == scene.overview


@pytest.mark.parametrize("name", ["entry_cell", "evidence_add"])
def test_the_addresses_of_the_entry_sheets_script_lead_to_the_sheet(scene, name):
    client, slug = Client(), scene.review.strategy.slug
    client.force_login(scene.kai, backend=BACKEND)
    assert client.get(reverse(name, args=[slug, 2023, 1])).url == reverse("entry_sheet", args=[slug, 2023])
    assert client.get(reverse("evidence_remove", args=[slug, 1])).url == reverse("entry", args=[slug])
