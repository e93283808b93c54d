"""公表: what Takeru sees of a year's publication and what he can do on the page; what was typed is never lost."""
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from goals.models import PublicScope
from reviews.actions.publication import publish_now, schedule_publication
from reviews.models import Publication
from reviews.vocabulary import PublicationState, Stage
from tests.factories import make_strategy
from tests.published import BEFORE, NOON, YEAR, make_edition, make_published, make_review
from tests.world import client_of

pytestmark = pytest.mark.django_db
SENDS = ("publication_begin", "publication_due", "publication_cancel", "publication_withdraw")


@pytest.fixture
def strategy():
    return make_strategy(slug="hokuto-2", published_through=2022)


@pytest.fixture
def planner(takeru):
    return client_of(takeru)


@pytest.fixture
def review(strategy):
    return make_review(strategy)


@pytest.fixture
def edition(review):
    return make_edition(review)


def url(name="publication") -> str:
    return reverse(name, args=["hokuto-2", YEAR])


def page(client) -> str:
    response = client.get(url())
    assert response.status_code == 200
    return response.content.decode()


def send(client, name, status=302, **data) -> str:
    """Send a form; the page that follows."""
    response = client.post(url(name), data)
    assert response.status_code == status
    return page(client) if status == 302 else response.content.decode()


def missing(texts, html: str) -> list[str]:
    return [text for text in texts if text not in html]


def test_takeru_publishes_the_newest_edition_and_reads_that_he_did(planner, takeru, review, edition):
    newest = make_edition(review)
    assert f'value="{newest.pk}" checked' in page(planner)
    said = send(planner, "publication_begin", edition=newest.pk, when="now", shows_member_names="on")
    assert missing(["令和5年度の評価の結果を公表しました", "公表中", "第2版", "公表してよいとした委員の氏名を載せています", takeru.display_name], said) == []
    made = Publication.objects.get()
    assert (made.edition, made.state, made.shows_member_names, made.published_by) == (newest, PublicationState.PUBLISHED, True, takeru)


def test_takeru_schedules_for_a_time_by_the_citys_clock(planner, edition):
    said = send(planner, "publication_begin", edition=edition.pk, when="later", publish_at="2099-10-25T12:00")
    assert missing(["公表を予約しました。令和81年10月25日 12:00に公表します", "予約を取り消す", "いま公表する"], said) == []
    assert Publication.objects.get().publish_at.isoformat() == "2099-10-25T03:00:00+00:00"
    assert 'name="when"' not in said


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"publish_at": ""}, "公表する日時を選んでください"),
        ({"publish_at": "あした"}, "公表する日時を選んでください"),
        ({"publish_at": "2020-01-01T09:00"}, "これから先の日時にしてください"),
        ({"publish_at": "2099-01-01T09:00", "edition": ""}, "公表する版を選んでください"),
    ],
)
def test_what_stands_in_the_way_is_said_at_its_field_and_the_rest_is_kept(planner, edition, typed, error):
    said = send(planner, "publication_begin", 422, **{"edition": edition.pk, "when": "later", "shows_member_names": "on", **typed})
    assert error in said
    assert missing(['name="shows_member_names" id="id_shows_member_names" checked', 'value="later" checked'], said) == []
    assert f'value="{typed["publish_at"]}"' in said or not typed["publish_at"]
    assert not Publication.objects.exists()


def test_another_stages_edition_cannot_be_slipped_in(planner, review, edition):
    internal = make_edition(review, Stage.INTERNAL)
    assert "公表する版を選んでください" in send(planner, "publication_begin", 422, edition=internal.pk, when="now")


def test_a_second_planner_who_publishes_what_is_published_is_told(planner, takeru, review, edition):
    publish_now(review=review, edition=edition, shows_member_names=False, by=takeru)
    assert "すでに公表しています" in send(planner, "publication_begin", 422, edition=edition.pk, when="now")
    assert Publication.objects.count() == 1


def test_takeru_withdraws_with_a_reason_and_may_publish_again(planner, review, edition, takeru):
    publication = publish_now(review=review, edition=edition, shows_member_names=False, by=takeru)
    said = send(planner, "publication_withdraw", publication=publication.pk, reason="集計の誤りを直すため")
    assert missing(["取り下げました", "公表していません", "理由：集計の誤りを直すため", "いますぐ公表する"], said) == []


def test_without_a_reason_nothing_is_withdrawn(planner, review, edition, takeru):
    publication = publish_now(review=review, edition=edition, shows_member_names=False, by=takeru)
    assert "取り下げる理由を書いてください" in send(planner, "publication_withdraw", 422, publication=publication.pk, reason=" ")
    publication.refresh_from_db()
    assert publication.state == PublicationState.PUBLISHED


def test_a_reason_typed_for_a_publication_that_was_replaced_meanwhile_is_not_lost(planner, review, edition, takeru):
    seen = publish_now(review=review, edition=edition, shows_member_names=False, by=takeru)
    newer = publish_now(review=review, edition=make_edition(review), shows_member_names=False, by=takeru)
    said = send(planner, "publication_withdraw", 422, publication=seen.pk, reason="集計の誤りを直すため")
    assert missing(["画面を開いた後に変わりました", "集計の誤りを直すため"], said) == []
    newer.refresh_from_db()
    assert newer.state == PublicationState.PUBLISHED


@pytest.mark.parametrize("key", ["", "abc", "9" * 30, "0"])
def test_a_publication_of_nobody_is_not_found(planner, edition, key):
    assert planner.post(url("publication_cancel"), {"publication": key}).status_code == 404


def test_another_years_publication_is_not_ended_from_here(planner, strategy, review, edition, takeru):
    other = make_published(strategy, takeru, fiscal_year=2022)
    assert planner.post(url("publication_withdraw"), {"publication": other.pk, "reason": "まちがい"}).status_code == 404


def test_a_schedule_is_cancelled_and_stays_in_the_record(planner, review, edition, takeru):
    waiting = schedule_publication(review=review, edition=edition, publish_at=NOON, shows_member_names=False, by=takeru, now=BEFORE)
    said = send(planner, "publication_cancel", publication=waiting.pk)
    assert missing(["公表の予約を取り消しました", "予約を取り消しました", "公表を予約しました", "R6.10.25 12:00"], said) == []


def test_the_page_says_when_a_time_has_passed_and_offers_to_publish(planner, review, edition, takeru):
    waiting = schedule_publication(review=review, edition=edition, publish_at=NOON, shows_member_names=False, by=takeru, now=BEFORE)
    assert "予約した日時を過ぎましたが、まだ公表していません" in page(planner)
    said = send(planner, "publication_due", publication=waiting.pk)
    assert missing(["公表しました", "公表中"], said) == []


def test_a_time_to_come_raises_no_alarm(planner, review, edition, takeru):
    schedule_publication(review=review, edition=edition, publish_at=timezone.now() + timedelta(days=1), shows_member_names=False, by=takeru)
    assert "予約した日時を過ぎました" not in page(planner)


def test_the_page_says_what_holds_a_schedule_back(planner, review, edition, takeru):
    waiting = schedule_publication(review=review, edition=edition, publish_at=NOON, shows_member_names=False, by=takeru, now=BEFORE)
    make_edition(review, frozen_at=waiting.made_at + timedelta(minutes=1))
    said = page(planner)
    assert missing(["このままでは公表されません", "新しい確定版ができています"], said) == []
    assert ">いま公表する</button>" not in said
    assert "新しい確定版" in send(planner, "publication_due", 422, publication=waiting.pk)


def test_the_page_says_that_a_newer_edition_is_there(planner, review, edition, takeru):
    publish_now(review=review, edition=edition, shows_member_names=False, by=takeru)
    make_edition(review)
    assert missing(["第2版ができています", "公表しているのは第1版です", "公表し直す"], page(planner)) == []


@pytest.mark.parametrize("stage", [Stage.ENTRY, Stage.INTERNAL, Stage.EXTERNAL])
def test_before_the_last_stage_the_page_says_what_is_missing(planner, strategy, stage):
    make_review(strategy, stage=stage)
    said = page(planner)
    assert "公表できるのは、外部評価を終えてからです" in said
    assert 'name="when"' not in said


def test_the_page_warns_where_visitors_see_nothing_of_the_strategy(planner, strategy, edition):
    assert "「公開しない」設定" not in page(planner)
    strategy.public_scope = PublicScope.NOTHING
    strategy.save()
    assert "「公開しない」設定" in page(planner)


@pytest.mark.parametrize(("through", "said"), [(2022, "公表前に戻ります"), (2024, "公開されたままです")])
def test_the_page_says_what_withdrawing_does_to_the_live_pages(planner, takeru, through, said):
    make_published(make_strategy(slug="hokuto-2", published_through=through), takeru)
    assert said in page(planner)


@pytest.mark.parametrize("role", [None, Role.DIVISION, Role.COUNCIL, Role.VIEWER])
@pytest.mark.parametrize("name", SENDS)
def test_nobody_else_opens_the_page_or_sends_to_it(people, review, edition, role, name):
    client = client_of(people.get(role))
    assert client.get(url()).status_code == (403 if role else 302)
    assert client.post(url(name), {"edition": edition.pk, "when": "now"}).status_code == (403 if role else 302)
    assert not Publication.objects.exists()


def test_the_page_takes_as_many_queries_for_ten_publications_as_for_one(planner, review, edition, takeru):
    planner.get(url())
    counts = []
    for number in range(10):
        publish_now(review=review, edition=make_edition(review), shows_member_names=False, by=takeru)
        if number in (0, 9):
            with CaptureQueriesContext(connection) as captured:
                planner.get(url())
            counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("shows", [True, False])
def test_publishing_anew_proposes_the_names_as_they_are_public_now(planner, review, edition, takeru, shows):
    publish_now(review=review, edition=edition, shows_member_names=shows, by=takeru)
    make_edition(review)
    page = planner.get(reverse("publication", args=[review.strategy.slug, review.fiscal_year])).content.decode()
    assert ('id="id_shows_member_names" checked' in page) is shows
