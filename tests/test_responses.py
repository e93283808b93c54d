"""会議の意見 and 市の回答: merged from members' words, answered by the owning division, and open across years until they are done."""
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.roles import Role
from reviews.actions.joint_opinions import (
    add_joint_opinion,
    edit_joint_opinion,
    move_joint_opinion,
    remove_joint_opinion,
    restore_joint_opinion,
)
from reviews.actions.responses import mark_done, reopen_response, return_response, save_response
from reviews.actions.writing import ConflictError
from reviews.council.response_pages import responses_page
from reviews.council.threads import proposed_speakers, threads
from reviews.models import JointOpinion, Meeting, Response
from reviews.vocabulary import Body, CouncilRating, ResponseState, Sector, Stage, Treatment
from tests.council import days_ago, external_review, in_days, make_joint_opinion, make_member, make_seat, write_opinion
from tests.factories import make_division, make_goal, make_measure, make_review, make_strategy, make_user
from tests.reading import words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db
ANSWER = "次回から、正社員とパートを分けて報告します。"
FULL = {"treatment": Treatment.ADOPTED, "text": ANSWER}


class World:
    """A review in its outside evaluation with one measure and one opinion; Takeru plans, Kai works in the division that answers."""

    def __init__(self):
        self.strategy = make_strategy()
        goal = make_goal(strategy=self.strategy)
        self.measure, self.other = make_measure(goal=goal), make_measure(goal=goal)
        self.review = external_review(strategy=self.strategy, fiscal_year=2023)
        self.takeru = make_user(Role.PLANNING, display_name="佐藤 健")
        self.division = make_division(name="水産商工労働課")
        self.kai = make_user(Role.DIVISION, display_name="工藤 海", division=self.division)
        self.seat = make_member(self.strategy, "本間 和子", Sector.FINANCE)
        self.opinion = make_joint_opinion(self.review, self.measure, text="1社当たりの雇用が少ない")

    def answered(self, final=True, **values) -> Response:
        return save_response(opinion=self.opinion, values={**FULL, "division": self.division, **values}, seen_version=0, by=self.takeru, makes_final=final)

    def joint(self, name, *arguments):
        return reverse(name, args=[self.strategy.slug, self.review.fiscal_year, *arguments])

    def address(self, name="response"):
        return reverse(name, args=[self.strategy.slug, self.opinion.pk])

    def listed(self, user, query="?show=all"):
        return words_of(client_of(user).get(reverse("responses", args=[self.strategy.slug]) + query))


@pytest.fixture
def world():
    return World()


# ---- 会議の意見 ----


def test_takeru_merges_ticked_opinions_and_the_sources_stay(world):
    ichiro = make_member(world.strategy, "高橋 一郎", Sector.LABOUR)
    sources = [write_opinion(seat, world.review, world.measure, f"{seat.member_name}の意見") for seat in (world.seat, ichiro)]
    path = world.joint("joint_opinion_new") + f"?merge=1&measure={world.measure.pk}&source={sources[0].pk}&source={sources[1].pk}"
    page = client_of(world.takeru).get(path)
    assert 'value="金融分野の委員、労働分野の委員"' in page.content.decode()
    client_of(world.takeru).post(path, {"text": "雇用の質を問う", "speakers": "金融・労働分野の委員", "meeting": ""})
    made = JointOpinion.objects.get(text="雇用の質を問う")
    assert list(made.sources.order_by("pk")) == sources
    assert [source.text for source in made.sources.order_by("pk")] == ["本間 和子の意見", "高橋 一郎の意見"]
    assert (made.measure, made.position, made.saved_by) == (world.measure, 2, world.takeru)


def test_nothing_ticked_is_said(world):
    path = world.joint("joint_opinion_new") + f"?merge=1&measure={world.measure.pk}"
    assert "選ばれていません" in words_of(client_of(world.takeru).get(path, follow=True))


def test_the_speakers_are_proposed_without_a_name():
    seats = [make_seat(sector=sector) for sector in (Sector.FINANCE, Sector.FINANCE, Sector.CITIZEN)]
    assert proposed_speakers(seats) == "金融分野の委員（2人）、一般市民の委員"


def test_drafts_and_other_measures_opinions_cannot_be_merged(world):
    draft = write_opinion(world.seat, world.review, world.measure, "下書き", hands_in=False)
    elsewhere = write_opinion(world.seat, world.review, world.other, "別の施策")
    for source in (draft, elsewhere):
        with pytest.raises(ValidationError, match="提出済みの意見から"):
            add_joint_opinion(review=world.review, measure=world.measure, values={"text": "x"}, sources=[source], by=world.takeru)


def test_an_opinion_is_taken_down_in_a_meeting_on_a_measure_or_on_the_whole_plan(world):
    meeting = Meeting.objects.create(review=world.review, body=Body.PROMOTION_COUNCIL, number=1, meets_on=date(2025, 8, 27))
    client_of(world.takeru).post(world.joint("joint_opinion_new"), {"text": "人口減少に正面から", "speakers": "会長", "meeting": meeting.pk})
    made = JointOpinion.objects.get(speakers="会長")
    assert (made.measure, made.meeting) == (None, meeting)
    assert "人口減少に正面から" in world.listed(world.takeru, "")


def test_a_meeting_of_another_year_is_refused(world):
    other = Meeting.objects.create(
        review=make_review(strategy=world.strategy, fiscal_year=2022), body=Body.PROMOTION_COUNCIL, number=1, meets_on=date(2024, 8, 27)
    )
    with pytest.raises(ValidationError, match="この年度の会議"):
        add_joint_opinion(review=world.review, measure=None, values={"text": "x", "meeting": other}, sources=[], by=world.takeru)


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_nobody_else_writes_for_the_council(world, role):
    user = make_user(role)
    for write in (
        lambda: add_joint_opinion(review=world.review, measure=None, values={"text": "x"}, sources=[], by=user),
        lambda: edit_joint_opinion(opinion=world.opinion, values={"text": "x"}, seen_version=1, by=user),
        lambda: move_joint_opinion(opinion=world.opinion, step=1, by=user),
        lambda: remove_joint_opinion(opinion=world.opinion, by=user),
    ):
        with pytest.raises(PermissionDenied):
            write()


@pytest.mark.parametrize("stage", [Stage.ENTRY, Stage.INTERNAL, Stage.PUBLICATION])
def test_the_councils_words_change_in_the_outside_evaluation_only(world, stage):
    world.review.stage = stage
    world.review.save()
    for write in (
        lambda: add_joint_opinion(review=world.review, measure=None, values={"text": "x"}, sources=[], by=world.takeru),
        lambda: edit_joint_opinion(opinion=world.opinion, values={"text": "x"}, seen_version=1, by=world.takeru),
        lambda: remove_joint_opinion(opinion=world.opinion, by=world.takeru),
    ):
        with pytest.raises(ValidationError, match="外部評価の間だけ"):
            write()


def test_two_officers_at_one_opinion_are_told_of_each_other(world):
    edit_joint_opinion(opinion=world.opinion, values={"text": "先に直した文"}, seen_version=1, by=world.takeru)
    response = client_of(world.takeru).post(world.joint("joint_opinion_edit", world.opinion.pk), {"text": "後の文", "speakers": "", "meeting": "", "version": 1})
    words = words_of(response)
    assert response.status_code == 409
    assert "佐藤健さんが" in words
    assert "先に直した文" in words
    assert "後の文" in words
    assert JointOpinion.objects.get().text == "先に直した文"


def test_opinions_are_put_in_another_order(world):
    second, third = (make_joint_opinion(world.review, world.measure) for _ in range(2))
    move_joint_opinion(opinion=third, step=-1, by=world.takeru)
    move_joint_opinion(opinion=world.opinion, step=-1, by=world.takeru)
    assert list(JointOpinion.objects.order_by("position")) == [world.opinion, third, second]


def test_a_removed_opinion_comes_back_whole(world):
    source = write_opinion(world.seat, world.review, world.measure, "もとの意見")
    made = add_joint_opinion(review=world.review, measure=world.measure, values={"text": "まとめ", "speakers": "会長"}, sources=[source], by=world.takeru)
    client = client_of(world.takeru)
    gone = client.post(world.joint("joint_opinion_remove", made.pk))
    assert not JointOpinion.objects.filter(pk=made.pk).exists()
    token = gone.url.split("removed=")[1].split("#")[0]
    client.post(world.joint("joint_opinion_restore"), {"removed": token})
    back = JointOpinion.objects.get(pk=made.pk)
    assert (back.text, back.speakers, back.position, list(back.sources.all())) == ("まとめ", "会長", made.position, [source])
    client.post(world.joint("joint_opinion_restore"), {"removed": token})
    assert JointOpinion.objects.filter(text="まとめ").count() == 1


def test_a_token_that_this_site_did_not_sign_brings_nothing_back(world):
    remove_joint_opinion(opinion=world.opinion, by=world.takeru)
    response = client_of(world.takeru).post(world.joint("joint_opinion_restore"), {"removed": "[1]"}, follow=True)
    assert "元に戻せる意見がありません" in words_of(response)
    assert not JointOpinion.objects.exists()


def test_an_opinion_is_not_brought_back_into_another_review(world):
    removed = remove_joint_opinion(opinion=world.opinion, by=world.takeru)
    other = external_review(strategy=world.strategy, fiscal_year=2022)
    assert restore_joint_opinion(review=other, removed=removed, by=world.takeru) is None


def test_an_answered_opinion_is_not_removed(world):
    world.answered(final=False)
    with pytest.raises(ValidationError, match="市の回答があるため"):
        remove_joint_opinion(opinion=world.opinion, by=world.takeru)


# ---- 市の回答 ----


def test_kai_answers_for_his_division_and_nobody_else_does(world):
    draft = world.answered(final=False, text="")
    saved = save_response(opinion=world.opinion, values=FULL, seen_version=draft.version, by=world.kai, makes_final=True)
    assert (saved.state, saved.text, saved.saved_by) == (ResponseState.FINAL, ANSWER, world.kai)
    strangers = [make_user(Role.DIVISION), make_user(Role.COUNCIL), world.seat.user, make_user(Role.VIEWER)]
    for user in strangers:
        with pytest.raises(PermissionDenied):
            save_response(opinion=world.opinion, values=FULL, seen_version=saved.version, by=user)


def test_a_division_cannot_give_an_answer_away_or_move_its_due_date(world):
    draft = world.answered(final=False, due_on=in_days(9))
    values = {**FULL, "division": make_division(), "due_on": in_days(90)}
    saved = save_response(opinion=world.opinion, values=values, seen_version=draft.version, by=world.kai)
    assert (saved.division, saved.due_on) == (world.division, in_days(9))


def test_an_opinion_of_nobody_is_answered_by_the_planning_side_only(world):
    with pytest.raises(PermissionDenied):
        save_response(opinion=world.opinion, values=FULL, seen_version=0, by=world.kai)
    assert client_of(world.kai).get(world.address()).status_code == 403


@pytest.mark.parametrize("missing", ["treatment", "text"])
def test_an_incomplete_answer_is_not_made_final(world, missing):
    with pytest.raises(ValidationError, match="対応を選び、回答を書いてから"):
        world.answered(**{missing: ""})
    assert not Response.objects.exists()


def test_a_final_answer_changes_only_after_it_was_sent_back_with_a_reason(world):
    final = world.answered()
    with pytest.raises(ValidationError, match="確定しています"):
        save_response(opinion=world.opinion, values={"text": "別の文"}, seen_version=final.version, by=world.kai)
    with pytest.raises(ValidationError, match="理由を書いてください"):
        return_response(opinion=world.opinion, reason=" ", seen_version=final.version, by=world.takeru)
    with pytest.raises(PermissionDenied):
        return_response(opinion=world.opinion, reason="直す", seen_version=final.version, by=world.kai)
    back = return_response(opinion=world.opinion, reason="数値を確かめる", seen_version=final.version, by=world.takeru)
    assert back.state == ResponseState.DRAFT
    assert "数値を確かめる" in words_of(client_of(world.kai).get(world.address()))
    again = save_response(opinion=world.opinion, values=FULL, seen_version=back.version, by=world.kai, makes_final=True)
    assert again.return_reason == ""


def test_two_writers_of_one_answer_are_told_of_each_other_and_lose_nothing(world):
    world.answered(final=False, text="佐藤さんの文")
    response = client_of(world.kai).post(world.address(), {"treatment": "adopted", "text": "工藤さんの文", "version": 0, "then": "draft"})
    words = words_of(response)
    assert response.status_code == 409
    assert "佐藤健さんが" in words
    assert "佐藤さんの文" in words
    assert "工藤さんの文" in words
    assert Response.objects.get().text == "佐藤さんの文"


def test_a_first_answer_that_somebody_else_wrote_meanwhile_is_a_conflict(world):
    world.answered(final=False)
    with pytest.raises(ConflictError):
        save_response(opinion=world.opinion, values=FULL, seen_version=0, by=world.takeru)


@pytest.mark.parametrize("stage", [Stage.ENTRY, Stage.INTERNAL])
def test_answers_begin_with_the_outside_evaluation(world, stage):
    world.review.stage = stage
    world.review.save()
    with pytest.raises(ValidationError, match="外部評価から"):
        world.answered()


def test_a_draft_answer_is_read_by_its_division_and_the_planning_side_only(world):
    world.answered(final=False, text="まだ言えない約束")
    others = {"another division": make_user(Role.DIVISION), "a member": world.seat.user}
    assert [name for name, user in others.items() if "まだ言えない約束" in world.listed(user)] == []
    assert "まだ言えない約束" in world.listed(world.kai)
    assert "まだ言えない約束" in world.listed(world.takeru)
    assert threads(world.review, world.measure, world.seat.user).threads[0].response is None


def test_a_member_reads_the_final_answer_to_the_council(world):
    world.answered()
    words = world.listed(world.seat.user)
    assert "次回から、正社員とパートを分けて報告します。" in words
    assert "対応採用" in words


def test_a_promise_stays_open_across_years_until_it_is_done(world):
    final = world.answered(due_on=days_ago(400))
    world.review.stage = Stage.PUBLICATION
    world.review.save()
    next_year = external_review(strategy=world.strategy, fiscal_year=2024)
    make_joint_opinion(next_year, world.measure, text="翌年の意見")
    words = world.listed(world.takeru, "")
    assert "1社当たりの雇用が少ない" in words
    assert "翌年の意見" in words
    assert "期限超過" in words
    mark_done(opinion=world.opinion, done_on=days_ago(1), note="報告した", seen_version=final.version, by=world.kai)
    assert "1社当たりの雇用が少ない" not in world.listed(world.takeru, "")
    assert "1社当たりの雇用が少ない" in world.listed(world.takeru, "?show=closed")


@pytest.mark.parametrize(
    ("treatment", "is_open"),
    [(Treatment.ADOPTED, True), (Treatment.UNDER_STUDY, True), (Treatment.ALREADY_DONE, False), (Treatment.NOT_ADOPTED, False)],
)
def test_what_leaves_nothing_to_do_closes_with_the_final_answer(world, treatment, is_open):
    world.answered(final=False, treatment=treatment)
    assert len(responses_page(world.strategy, world.takeru).shown) == 1
    save_response(opinion=world.opinion, values={}, seen_version=1, by=world.takeru, makes_final=True)
    assert bool(responses_page(world.strategy, world.takeru).shown) is is_open
    assert Response.objects.still_open().exists() is is_open


def test_an_opinion_without_any_answer_is_open(world):
    page = responses_page(world.strategy, world.takeru)
    assert [thread.word for thread in page.shown] == ["回答待ち"]
    assert {chip.filter.name: chip.count for chip in page.chips} == {"open": 1, "waiting": 1, "promised": 0, "overdue": 0, "closed": 0, "all": 1}


def test_the_day_it_was_done_is_not_in_the_future_and_can_be_taken_back(world):
    final = world.answered()
    with pytest.raises(ValidationError, match="今日までの日"):
        mark_done(opinion=world.opinion, done_on=in_days(1), note="", seen_version=final.version, by=world.kai)
    done = mark_done(opinion=world.opinion, done_on=days_ago(0), note="報告した", seen_version=final.version, by=world.kai)
    back = reopen_response(opinion=world.opinion, seen_version=done.version, by=world.kai)
    assert (back.done_on, back.done_note) == (None, "")


def test_a_draft_or_a_refusal_is_not_done(world):
    draft = world.answered(final=False, treatment=Treatment.NOT_ADOPTED)
    with pytest.raises(ValidationError, match="まだ確定していません"):
        mark_done(opinion=world.opinion, done_on=days_ago(0), note="", seen_version=draft.version, by=world.takeru)
    final = save_response(opinion=world.opinion, values={}, seen_version=draft.version, by=world.takeru, makes_final=True)
    with pytest.raises(ValidationError, match="不採用"):
        mark_done(opinion=world.opinion, done_on=days_ago(0), note="", seen_version=final.version, by=world.takeru)


def test_overdue_comes_first_and_own_division_can_be_picked(world):
    world.answered(due_on=days_ago(3))
    late, calm = world.opinion, make_joint_opinion(world.review, world.measure, text="別の意見", position=0)
    page = responses_page(world.strategy, world.kai)
    assert [thread.opinion for thread in page.shown] == [late, calm]
    assert page.shown[0].is_overdue
    assert [thread.opinion for thread in responses_page(world.strategy, world.kai, division_only=True).shown] == [late]


def test_takeru_answers_sends_back_and_closes_on_the_pages(world):
    client = client_of(world.takeru)
    form = {"treatment": "adopted", "text": ANSWER, "division": world.division.pk, "due_on": "2026-12-01"}
    client.post(world.address(), {**form, "version": 0, "then": "final"})
    version = Response.objects.get().version
    refused = client.post(world.address("response_return"), {"version": version, "return_reason": ""})
    assert refused.status_code == 422
    client.post(world.address("response_done"), {"version": version, "done_on": days_ago(1).isoformat(), "note": "報告した"})
    assert Response.objects.get().is_done
    assert "済み：報告した" in words_of(client.get(world.address()))
    client.post(world.address("response_reopen"), {"version": Response.objects.get().version})
    assert not Response.objects.get().is_done


def test_the_thread_shows_members_words_and_the_tally_to_the_planning_side_only(world):
    write_opinion(world.seat, world.review, world.measure, "委員ひとりの言葉", CouncilRating.EFFECTIVE)
    seen = threads(world.review, world.measure, world.takeru)
    assert [each.opinion.text for each in seen.members] == ["委員ひとりの言葉"]
    assert seen.tally.answered == 1
    assert seen.may_merge
    for user in (world.kai, world.seat.user):
        other = threads(world.review, world.measure, user)
        assert (other.members, other.tally, other.may_merge) == ((), None, False)


def test_the_pages_ask_the_database_as_often_for_many_opinions(world, django_assert_max_num_queries):
    for number in range(10):
        source = write_opinion(make_member(world.strategy, f"委員{number}"), world.review, world.measure, f"意見{number}")
        row = make_joint_opinion(world.review, world.measure if number % 2 else None, sources=[source])
        Response.objects.create(opinion=row, division=world.division)
    client = client_of(world.takeru)
    with django_assert_max_num_queries(20):
        client.get(reverse("responses", args=[world.strategy.slug]))
    with django_assert_max_num_queries(8):
        threads(world.review, world.measure, world.takeru)
