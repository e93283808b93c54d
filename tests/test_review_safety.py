"""What somebody may try on the yearly review: signs no database holds, years no era has, rows of another plan, a term that is over."""
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.dom.minidom import parseString

import pytest
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from goals.models import Strategy
from kpis.vocabulary import EntryState
from reviews.actions.council import invite
from reviews.actions.joint_opinions import add_joint_opinion, edit_joint_opinion, move_joint_opinion, remove_joint_opinion
from reviews.actions.meetings import create_meeting
from reviews.actions.opinions import save_opinion, take_back
from reviews.actions.publication import publish_now, withdraw
from reviews.actions.responses import mark_done, reopen_response, return_response, save_response
from reviews.actions.reviews import edit_review, open_review
from reviews.editions.corrections import corrections
from reviews.editions.freezing import freeze
from reviews.models import AnnualReview, Decision, Edition, JointOpinion, Meeting, Opinion, Response, SelfEvaluation, StageStep
from reviews.publishing.results import Showing, year_page
from reviews.vocabulary import Body, Openness, ResponseState, Stage, Treatment
from tests.council import days_ago, external_review, in_days, make_joint_opinion, make_seat, with_seat
from tests.factories import make_strategy, make_user
from tests.published import make_edition
from tests.review_scenes import Scene, make_scene
from tests.reviewed import YEAR, make_reviewed
from tests.test_urls_by_role import PARAMETER, site_addresses
from tests.world import client_of

pytestmark = pytest.mark.django_db

# NUL, which PostgreSQL refuses, and signs that no XML file can hold, between letters.
UNKEEPABLE, KEPT = "議\x00事\x0bの\x1b録\ufffe", "議事の録"
PASSWORD = "himitsu-no-kotoba-77"


def rows_of(scene: Scene) -> dict[str, int]:
    """A meeting, a decision, an opinion with its answer and Kazuko's seat, by the names addresses give them."""
    meeting = Meeting.objects.create(review=scene.review, body=Body.PROMOTION_COUNCIL, number=1, meets_on=date(2024, 8, 1))
    item = meeting.agenda.create(position=1, title="開会")
    decision = Decision.objects.create(meeting=meeting, text="調べる", division=scene.commerce)
    opinion = make_joint_opinion(scene.review, scene.ours)
    Response.objects.create(opinion=opinion, treatment=Treatment.ADOPTED, text="行います。", state=ResponseState.FINAL, division=scene.commerce)
    seat = scene.review.strategy.seats.get(user=scene.kazuko)
    return {"meeting": meeting.pk, "item": item.pk, "decision": decision.pk, "opinion": opinion.pk, "seat": seat.pk}


def posts(scene: Scene, rows: dict[str, int]) -> list[tuple]:
    """Every form of a review with a text of one's own: who sends it, where, and what."""
    slug, year, text = scene.review.strategy.slug, scene.review.fiscal_year, UNKEEPABLE
    first = scene.ours.initiatives.first().pk
    of_seat = {"sector": "finance", "term_from": "2020-01-01"}
    return [
        (scene.kazuko, reverse("my_opinion", args=[slug, year, 1, 1]), {"text": text, "rating": "effective", "version": 0, "then": "hand_in"}),
        (scene.kazuko, reverse("my_opinion", args=[slug, year, 1, 2]), {"text": text, "rating": text, "version": 0, "then": "autosave"}),
        (scene.takeru, reverse("meeting_minutes", args=[slug, year, rows["meeting"]]), {"minutes": text, "version": 1}),
        (scene.takeru, reverse("meeting_attendance", args=[slug, year, rows["meeting"]]), {"others": f"{text}\n{text}"}),
        (scene.takeru, reverse("agenda_add", args=[slug, year, rows["meeting"]]), {"title": text}),
        (scene.takeru, reverse("agenda_change", args=[slug, year, rows["meeting"]]), {"move": f"up-{text}"}),
        (scene.takeru, reverse("decision_edit", args=[slug, rows["decision"]]), {"text": text, "version": 1}),
        (scene.kai, reverse("decision_done", args=[slug, rows["decision"]]), {"done_on": "2024-01-01", "note": text, "version": 1}),
        (scene.takeru, reverse("response_return", args=[slug, rows["opinion"]]), {"return_reason": text, "version": 1}),
        (scene.takeru, reverse("joint_opinion_edit", args=[slug, year, rows["opinion"]]), {"text": text, "version": 1}),
        (scene.takeru, reverse("joint_opinion_restore", args=[slug, year]), {"removed": text}),
        (scene.takeru, reverse("seat_edit", args=[slug, rows["seat"]]), {"member_name": text, **of_seat}),
        (scene.takeru, reverse("review_edit", args=[slug, year]), {"publication_planned": text, "openness": text, "scale": text}),
        (scene.takeru, scene.page(), {"then": "council_save", "summary": text, "rating": text, "version": text}),
        (scene.takeru, reverse("review_move", args=[slug, year]), {"move": "back_to_internal", "reason": text}),
        (scene.takeru, scene.page(), {"then": "internal_save", "comment": text, "effect": text, "grade": text, "version": 0}),
        (scene.takeru, scene.page(), {"then": "self_save", "division": scene.commerce.pk, "achievements": text, "version": 0}),
        (scene.kai, scene.page(), {"then": "initiatives_save", f"state-{first}": "partly", f"note-{first}": text}),
        (scene.kai, scene.page(), {"then": "initiatives_save", f"state-{first}": text, f"note-{first}": text}),
    ]


def statuses_of(sent: list[tuple]) -> list[tuple[str, int]]:
    """What each form was answered with; an error of ours is 500 instead of an exception."""
    found = []
    for user, address, data in sent:
        client = client_of(user)
        client.raise_request_exception = False
        found.append((f"{address} {list(data)}", client.post(address, data).status_code))
    return found


def test_no_form_breaks_on_signs_that_cannot_be_kept():
    scene = make_scene(stage=Stage.EXTERNAL)
    rows = rows_of(scene)
    answered = statuses_of(posts(scene, rows))
    assert [(form, status) for form, status in answered if status >= 500] == []
    meeting, step = Meeting.objects.get(), StageStep.objects.get()
    response, opinion = Response.objects.get(), scene.review.opinions.get()
    assert [meeting.minutes, meeting.attendance.get().name, step.reason, response.return_reason, opinion.text] == [KEPT] * 5


@pytest.mark.parametrize("number", ["0", "9999", "99999", "9" * 30])
def test_no_address_breaks_on_a_number_that_nothing_has(number):
    scene = make_scene(stage=Stage.EXTERNAL)
    named = {"slug": scene.review.strategy.slug, "kind": "xlsx"}
    paths = ["/" + PARAMETER.sub(lambda name: named.get(name[1], number), each.route) for each in site_addresses() if "strategies/<" in each.route]
    broken = []
    for user in (scene.takeru, scene.kazuko, None):
        client = client_of(user)
        client.raise_request_exception = False
        for path in paths:
            if number in path:
                answers = client.get(path), client.post(path, {"version": number, "publication": number, "material": number})
                broken += [path for answer in answers if answer.status_code >= 500]
    assert broken == []


def other_scene() -> tuple[Scene, dict[str, int], str]:
    """A second plan under review with its rows, and the address of the first plan's review."""
    first = make_scene(stage=Stage.EXTERNAL)
    strategy = make_strategy()
    second = external_review(strategy=strategy, fiscal_year=first.review.fiscal_year)
    rows = rows_of(first)
    return first, rows, second.strategy.slug


def test_rows_of_another_plan_are_not_there_under_this_plans_address():
    scene, rows, slug = other_scene()
    named = {"slug": slug, "fiscal_year": scene.review.fiscal_year, "kind": "xlsx", **rows}
    own = set(rows)
    routes = [each.route for each in site_addresses() if "strategies/<" in each.route and own & set(PARAMETER.findall(each.route))]
    routes = [route for route in routes if set(PARAMETER.findall(route)) <= set(named)]
    assert len(routes) > 15
    before = list(JointOpinion.objects.values()), list(Meeting.objects.values()), list(Decision.objects.values())
    for user in (scene.takeru, scene.kai):
        for route in routes:
            path = "/" + PARAMETER.sub(lambda name: str(named[name[1]]), route)
            answer = client_of(user).post(path, {"version": 1, "then": "over", "move": f"out-{rows['item']}-1", "text": "書き換え"})
            assert answer.status_code in (403, 404, 405), (user, path)
            assert client_of(user).get(path).status_code in (302, 403, 404), (user, path)
    assert (list(JointOpinion.objects.values()), list(Meeting.objects.values()), list(Decision.objects.values())) == before


def test_a_scale_of_another_plan_is_not_taken():
    first, second, takeru = external_review(), external_review(), make_user(Role.PLANNING)
    rest = {"self_evaluations_due_on": None, "opinions_due_on": None, "publication_planned": "", "openness": Openness.AFTER_OWN, "by": takeru}
    with pytest.raises(ValidationError, match="この総合戦略の区分"):
        edit_review(review=first, scale=second.scale, seen_version=1, **rest)
    with pytest.raises(ValidationError, match="この総合戦略の区分"):
        open_review(strategy=first.strategy, fiscal_year=2021, scale=second.scale, by=takeru)


class TestATermThatIsOver:
    """Whoever held a seat reads nothing of the review afterwards, whatever the account may do elsewhere."""

    def answers(self, scene: Scene) -> dict[str, str]:
        SelfEvaluation.objects.create(review=scene.review, measure=scene.ours, division=scene.commerce, achievements="委員だけの成果", submitted_at=timezone.now())
        make_joint_opinion(scene.review, scene.ours, text="公表前の意見")
        slug, year = scene.review.strategy.slug, scene.review.fiscal_year
        years = [reverse(name, args=[slug, year]) for name in ("review", "editions", "meetings", "my_opinions")]
        client = client_of(scene.kazuko)
        return {path: client.get(path).content.decode() for path in (scene.page(), *years, reverse("responses", args=[slug]), reverse("decisions", args=[slug]))}

    def read(self, scene: Scene) -> set[str]:
        return {text for page in self.answers(scene).values() for text in ("委員だけの成果", "公表前の意見", "自己評価の期限") if text in page}

    def test_in_office_the_texts_are_read(self):
        assert {"委員だけの成果", "公表前の意見"} <= self.read(make_scene(stage=Stage.EXTERNAL))

    def test_afterwards_none_is(self):
        scene = make_scene(stage=Stage.EXTERNAL)
        scene.review.strategy.seats.update(term_until=days_ago(1))
        assert self.read(scene) == set()

    def test_a_seat_of_another_plan_opens_nothing_here(self):
        scene = make_scene(stage=Stage.EXTERNAL)
        scene.review.strategy.seats.update(strategy=make_strategy())
        assert self.read(scene) == set()


def test_a_closed_account_stays_with_its_seat_when_something_else_is_corrected():
    scene = make_scene()
    seat = scene.review.strategy.seats.get()
    type(scene.kazuko).objects.filter(pk=scene.kazuko.pk).update(is_active=False)
    page = client_of(scene.takeru).get(reverse("seat_edit", args=[scene.review.strategy.slug, seat.pk])).content.decode()
    choice = re.search(r'<select name="user".*?</select>', page, re.DOTALL)[0]
    assert f'value="{scene.kazuko.pk}" selected' in choice


def test_an_invitation_before_the_term_begins_leads_to_a_page_that_opens():
    scene = make_scene(stage=Stage.EXTERNAL)
    seat = make_seat(strategy=scene.review.strategy, term_from=in_days(3))
    client = client_of(None)
    client.post(reverse("invitation"), {"code": invite(seat=seat, by=scene.takeru).code})
    chosen = {"username": "hayai-iin", "password": PASSWORD, "again": PASSWORD}
    assert client.post(reverse("invitation_account"), chosen, follow=True).status_code == 200


def test_the_feed_is_read_whatever_a_reason_holds():
    review, takeru = external_review(stage=Stage.PUBLICATION), make_user(Role.PLANNING)
    made = publish_now(review=review, edition=make_edition(review), shows_member_names=False, by=takeru)
    withdraw(publication=made, reason=UNKEEPABLE, by=takeru)
    # As an older version, or the shell, may have left it there.
    type(made).objects.filter(pk=made.pk).update(withdrawal_reason="議\x0b事の録")
    answer = client_of(None).get(f"{reverse('opendata_publications_atom')}?strategy={review.strategy.slug}")
    assert answer.status_code == 200
    assert f"理由：{KEPT}" in parseString(answer.content).toxml()


@pytest.mark.parametrize("name", ["results_csv", "results_json", "opinions_csv", "publications_atom", "catalog_jsonld", "indicators_csv", "agreements_csv"])
def test_no_data_file_breaks_on_a_name_that_no_database_holds(name):
    make_strategy()
    client = client_of(None)
    client.raise_request_exception = False
    assert client.get(reverse(f"opendata_{name}") + "?strategy=%00").status_code == 404


class TestCorrectionsAreComplete:
    def test_a_value_deleted_as_a_draft_is_told_as_gone(self):
        case = make_reviewed()
        edition = freeze(review=case.review, stage=Stage.EXTERNAL, by=None)
        row = case.value
        row.entry_state, row.value = EntryState.DRAFT, Decimal(777123)
        row.save()
        row.delete()
        for reader in (make_user(Role.PLANNING), make_user(Role.COUNCIL)):
            assert next((each.before, each.after) for each in corrections(edition, reader)) == ("138人（速報）", "―")
        assert "777" not in "".join(each.before + each.after for each in corrections(edition, make_user(Role.PLANNING)))

    def test_a_deletion_tells_visitors_nothing_of_a_year_that_is_not_open(self):
        case = make_reviewed()
        edition = freeze(review=case.review, stage=Stage.EXTERNAL, by=None)
        case.value.delete()
        assert corrections(edition, make_user(Role.VIEWER)) == []

    def test_the_preview_lists_what_citizens_will_see(self):
        case = make_reviewed(Stage.PUBLICATION)
        edition = freeze(review=case.review, stage=Stage.EXTERNAL, by=None)
        row = case.value
        row.value, row.state = Decimal(139), "confirmed"
        row.save()
        preview = year_page(Showing(case.strategy, edition, False, "/")).corrections
        publish_now(review=case.review, edition=edition, shows_member_names=False, by=make_user(Role.PLANNING))
        stored = Edition.objects.select_related("review__strategy").get()
        shown = year_page(Showing(stored.review.strategy, stored, False, "/", published_at=timezone.now())).corrections
        assert [each.after for each in preview] == [each.after for each in shown] == ["139人"]


def test_what_the_city_hall_decided_among_itself_is_for_itself():
    case, text = make_reviewed(Stage.PUBLICATION), "庁内だけの決めごと"
    held = datetime(2025, 7, 1, tzinfo=UTC)
    meeting = Meeting.objects.create(review=case.review, body=Body.INTERNAL_MEETING, number=1, meets_on=date(2025, 7, 1), held_at=held)
    Decision.objects.create(meeting=meeting, text=text)
    edition = freeze(review=case.review, stage=Stage.EXTERNAL, by=None)
    meeting.decisions.update(text=f"{text}を改めた")
    publish_now(review=case.review, edition=edition, shows_member_names=False, by=make_user(Role.PLANNING))
    member, planner = make_user(Role.COUNCIL), make_user(Role.PLANNING)
    with_seat(member, case.strategy)
    pages = [reverse(name, args=[case.strategy.slug, YEAR, edition.number]) for name in ("edition", "edition_comparison")]
    public = reverse("results_year", args=[case.strategy.slug, YEAR])
    assert [text in client_of(planner).get(path).content.decode() for path in pages] == [True, True]
    assert [text in client_of(member).get(path).content.decode() for path in (*pages, public)] == [False] * 3
    assert text not in client_of(None).get(public).content.decode()


def test_a_state_that_there_is_not_is_asked_for_again():
    scene = make_scene(stage=Stage.ENTRY)
    form = {"then": "initiatives_save", f"state-{scene.ours.initiatives.first().pk}": "bogus"}
    assert [status for _, status in statuses_of([(scene.kai, scene.page(), form)])] == [422]
    assert not scene.review.initiative_progress.exists()


class TestTheReviewsLock:
    """It is taken before any other, so that the stage does not move meanwhile and two people never wait for each other."""

    @pytest.fixture
    def locked(self, monkeypatch) -> list[type]:
        """The models that were locked, in their order."""
        found, lock = [], QuerySet.select_for_update
        monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **options: found.append(rows.model) or lock(rows, **options))
        return found

    def test_a_member_s_writing_takes_it_first(self, locked):
        scene = make_scene(stage=Stage.EXTERNAL)
        own = {"review": scene.review, "measure": scene.ours, "by": scene.kazuko}
        save_opinion(**own, text="よい。", rating="", seen_version=0, hands_in=True)
        take_back(**own, seen_version=1)
        assert locked == [AnnualReview, Opinion] * 2

    def test_the_secretariat_s_takes_it_first(self, locked):
        scene = make_scene(stage=Stage.EXTERNAL)
        made = add_joint_opinion(review=scene.review, measure=scene.ours, values={"text": "よい。"}, sources=[], by=scene.takeru)
        edit_joint_opinion(opinion=made, values={"text": "とてもよい。"}, seen_version=1, by=scene.takeru)
        move_joint_opinion(opinion=made, step=1, by=scene.takeru)
        remove_joint_opinion(opinion=made, by=scene.takeru)
        assert locked == [AnnualReview, *([AnnualReview, JointOpinion] * 3)]

    def test_the_city_s_answer_takes_it_first(self, locked):
        scene = make_scene(stage=Stage.EXTERNAL)
        own = {"opinion": make_joint_opinion(scene.review, scene.ours), "by": scene.takeru}
        save_response(**own, values={"treatment": Treatment.ADOPTED, "text": "行います。"}, seen_version=0, makes_final=True)
        mark_done(**own, done_on=date(2024, 1, 1), note="", seen_version=1)
        reopen_response(**own, seen_version=2)
        return_response(**own, reason="直す", seen_version=3)
        assert locked == [AnnualReview, Response] * 4

    def test_a_review_and_a_meeting_are_begun_one_at_a_time(self, locked):
        strategy, takeru = make_strategy(), make_user(Role.PLANNING)
        review = open_review(strategy=strategy, fiscal_year=2021, by=takeru)
        create_meeting(review=review, body=Body.INTERNAL_MEETING, meets_on=date(2022, 8, 1), by=takeru)
        assert locked[:2] == [Strategy, AnnualReview]
