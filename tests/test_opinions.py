"""What council members say: nobody reads a draft, others' words come after one's own, and the numbers add up."""
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.roles import Role
from reviews.access import visible_joint_opinions, visible_opinions
from reviews.actions.council import appoint_successor, end_term
from reviews.actions.opinions import LONGEST_OPINION, save_opinion, take_back
from reviews.actions.writing import ConflictError
from reviews.council.tally import tally_of, tally_page
from reviews.council.threads import threads
from reviews.models import Opinion
from reviews.vocabulary import CouncilRating, Openness, OpinionState, Sector, Stage
from tests.council import days_ago, external_review, in_days, make_joint_opinion, make_member, with_seat, write_opinion
from tests.factories import make_division, make_goal, make_indicator, make_measure, make_strategy, make_target, make_user
from tests.reading import words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db
DRAFT, SAID = "まだ迷っているりんごの話", "駅前の雇用をもっと増やしてほしい"
GOOD, BAD = CouncilRating.EFFECTIVE, CouncilRating.NOT_EFFECTIVE


class World:
    """A review in its outside evaluation: two measures, Kazuko of finance and Ichiro of labour."""

    def __init__(self):
        self.strategy = make_strategy()
        goal = make_goal(strategy=self.strategy)
        self.first, self.second = make_measure(goal=goal, name="駅前のにぎわい"), make_measure(goal=goal, name="農業の担い手")
        self.review = external_review(strategy=self.strategy)
        self.kazuko = make_member(self.strategy, "本間 和子", Sector.FINANCE)
        self.ichiro = make_member(self.strategy, "高橋 一郎", Sector.LABOUR)
        self.takeru = make_user(Role.PLANNING, display_name="佐藤 健")

    def address(self, name="my_opinion", measure=None):
        arguments = [self.strategy.slug, self.review.fiscal_year]
        return reverse(name, args=arguments + ([measure.goal.number, measure.number] if measure else []))

    def page(self, seat, measure):
        return client_of(seat.user).get(self.address(measure=measure))

    def everything_seen_by(self, user) -> str:
        """Every page on which opinions could be, as that person sees them."""
        client = client_of(user)
        paths = [self.address("my_opinions"), self.address(measure=self.first), self.address(measure=self.second), self.address("opinion_tally")]
        paths += [reverse("responses", args=[self.strategy.slug]) + "?show=all", reverse("seats", args=[self.strategy.slug])]
        paths += [reverse("review_measure", args=[self.strategy.slug, self.review.fiscal_year, 1, number]) for number in (1, 2)]
        paths += [reverse("joint_opinion_new", args=[self.strategy.slug, self.review.fiscal_year]) + f"?measure={self.first.pk}&source={key}" for key in self.keys]
        return "".join(client.get(path).content.decode() for path in paths)

    @property
    def keys(self):
        return Opinion.objects.values_list("pk", flat=True)


@pytest.fixture
def world():
    return World()


def readers(world) -> dict:
    """Everybody who is not Kazuko."""
    division = make_division()
    make_indicator(measure=world.first, division=division)
    other_strategy = make_strategy()
    return {
        "Ichiro of another seat": world.ichiro.user,
        "Takeru plans": world.takeru,
        "Chihiro administers": make_user(Role.ADMINISTRATOR),
        "Kai of the measure's division": make_user(Role.DIVISION, division=division),
        "Sho looks": make_user(Role.VIEWER),
        "a member without a seat": make_user(Role.COUNCIL),
        "a member of another council": make_member(other_strategy, "森 次郎").user,
        "a member whose term is over": make_member(world.strategy, "林 三郎", term_until=days_ago(1)).user,
        "a member who is to come": make_member(world.strategy, "原 四郎", term_from=in_days(1)).user,
        "a visitor": None,
    }


def test_a_draft_is_read_by_nobody_but_its_writer(world):
    write_opinion(world.kazuko, world.review, world.first, DRAFT, GOOD, hands_in=False)
    # Whoever has answered sees what others handed in; a draft is not among it.
    write_opinion(world.ichiro, world.review, world.first, "私は良いと思う", GOOD)
    seen = {name: DRAFT in world.everything_seen_by(user) for name, user in readers(world).items()}
    assert seen == dict.fromkeys(seen, False)
    assert DRAFT in world.everything_seen_by(world.kazuko.user)


def test_a_draft_stays_its_writers_own_in_every_stage(world):
    write_opinion(world.kazuko, world.review, world.first, DRAFT, hands_in=False)
    for stage in Stage:
        world.review.stage = stage
        world.review.save()
        assert not visible_opinions(world.takeru, world.review, None).exists()
        assert not visible_opinions(world.ichiro.user, world.review, world.ichiro).exists()


def test_a_draft_leaves_no_copy_in_the_history(world):
    write_opinion(world.kazuko, world.review, world.first, DRAFT, hands_in=False)
    write_opinion(world.kazuko, world.review, world.first, f"{DRAFT}と続き", hands_in=False)
    assert Opinion.history.count() == 0
    write_opinion(world.kazuko, world.review, world.first, SAID)
    assert [record.text for record in Opinion.history.all()] == [SAID]


def test_what_is_handed_in_is_read_by_the_secretariat_and_by_no_division_viewer_or_visitor(world):
    write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    seen = {name for name, user in readers(world).items() if SAID in world.everything_seen_by(user)}
    assert seen == {"Takeru plans", "Chihiro administers"}


def test_the_others_words_come_after_ones_own_on_that_measure(world):
    write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    write_opinion(world.ichiro, world.review, world.second, "別の施策の意見", GOOD)
    assert SAID not in words_of(world.page(world.ichiro, world.first))
    write_opinion(world.ichiro, world.review, world.first, "下書きの途中", hands_in=False)
    assert SAID not in words_of(world.page(world.ichiro, world.first))
    write_opinion(world.ichiro, world.review, world.first, "私は良いと思う", GOOD)
    assert SAID in words_of(world.page(world.ichiro, world.first))


def test_who_takes_the_own_back_sees_the_others_no_longer(world):
    write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    own = write_opinion(world.ichiro, world.review, world.first, "私は良いと思う", GOOD)
    take_back(review=world.review, measure=world.first, seen_version=own.version, by=world.ichiro.user)
    assert SAID not in words_of(world.page(world.ichiro, world.first))


def test_where_the_review_says_so_the_others_words_come_after_the_stage(world):
    world.review.openness = Openness.AFTER_STAGE
    world.review.save()
    write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    write_opinion(world.ichiro, world.review, world.first, "私は良いと思う", GOOD)
    assert SAID not in words_of(world.page(world.ichiro, world.first))
    world.review.stage = Stage.PUBLICATION
    world.review.save()
    assert SAID in words_of(world.page(world.ichiro, world.first))


def test_what_was_merged_from_others_comes_no_earlier_than_their_words(world):
    source = write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    make_joint_opinion(world.review, world.first, sources=[source], text="雇用の増加を求める")
    make_joint_opinion(world.review, world.first, text="会議の席で出た話")

    def read():
        return {row.text for row in visible_joint_opinions(world.ichiro.user, world.strategy, world.ichiro)}

    assert read() == {"会議の席で出た話"}
    assert "雇用の増加を求める" not in world.everything_seen_by(world.ichiro.user)
    write_opinion(world.ichiro, world.review, world.first, "私は良いと思う", GOOD)
    assert read() == {"会議の席で出た話", "雇用の増加を求める"}


def test_a_member_whose_term_is_over_opens_nothing(world):
    write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    end_term(seat=world.kazuko, seen_version=world.kazuko.version, last_day=days_ago(1), by=world.takeru)
    assert world.page(world.kazuko, world.first).url.startswith(reverse("sign_in"))
    with pytest.raises(PermissionDenied):
        save_opinion(review=world.review, measure=world.second, text="x", rating="", seen_version=0, by=world.kazuko.user)
    assert Opinion.objects.handed_in().count() == 1


def test_a_successor_sees_neither_the_predecessors_drafts_nor_their_opinions_first(world):
    write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    write_opinion(world.kazuko, world.review, world.second, DRAFT, hands_in=False)
    hana = make_user(Role.COUNCIL)
    successor = appoint_successor(seat=world.kazuko, seen_version=world.kazuko.version, values={"member_name": "山本 花", "sector": Sector.FINANCE, "term_from": days_ago(0), "user": hana}, by=world.takeru)
    everything = world.everything_seen_by(hana)
    assert DRAFT not in everything
    assert SAID not in everything
    write_opinion(successor, world.review, world.second, "自分の言葉", GOOD)
    assert DRAFT not in world.everything_seen_by(hana)


def test_nobody_writes_for_a_member(world):
    for user in (world.takeru, make_user(Role.ADMINISTRATOR), make_user(Role.DIVISION), make_user(Role.COUNCIL)):
        with pytest.raises(PermissionDenied):
            save_opinion(review=world.review, measure=world.first, text="x", rating=GOOD, seen_version=0, by=user)


@pytest.mark.parametrize("stage", [Stage.ENTRY, Stage.INTERNAL, Stage.PUBLICATION])
def test_opinions_are_written_in_the_outside_evaluation_only(world, stage):
    written = write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    world.review.stage = stage
    world.review.save()
    with pytest.raises(ValidationError, match="外部評価の間だけ"):
        write_opinion(world.kazuko, world.review, world.second, SAID)
    with pytest.raises(ValidationError, match="外部評価の間だけ"):
        take_back(review=world.review, measure=world.first, seen_version=written.version, by=world.kazuko.user)


def test_an_empty_opinion_is_not_handed_in_and_an_empty_draft_not_kept(world):
    with pytest.raises(ValidationError, match="意見か評価のどちらか"):
        write_opinion(world.kazuko, world.review, world.first, "  ")
    write_opinion(world.kazuko, world.review, world.first, " ", hands_in=False)
    assert not Opinion.objects.exists()


def test_a_rating_alone_or_a_text_alone_is_enough(world):
    assert write_opinion(world.kazuko, world.review, world.first, rating=BAD).state == OpinionState.HANDED_IN
    assert write_opinion(world.kazuko, world.review, world.second, SAID).handed_in_at is not None


def test_a_very_long_text_is_refused_with_its_length_and_stays_on_the_page(world):
    text = "あ" * (LONGEST_OPINION + 1)
    response = client_of(world.kazuko.user).post(world.address(measure=world.first), {"text": text, "rating": "", "version": 0, "then": "save"})
    assert response.status_code == 422
    assert "4,000字までです。いま4,001字" in words_of(response)
    assert text in response.content.decode()


def test_an_unknown_rating_is_refused(world):
    with pytest.raises(ValidationError):
        write_opinion(world.kazuko, world.review, world.first, rating="excellent")


def test_two_screens_of_one_member_tell_of_each_other_and_lose_nothing(world):
    client, path = client_of(world.kazuko.user), world.address(measure=world.first)
    client.post(path, {"text": "タブレットの文", "rating": "", "version": 0, "then": "save"})
    response = client.post(path, {"text": "パソコンの文", "rating": GOOD, "version": 0, "then": "hand_in"})
    words = words_of(response)
    assert response.status_code == 409
    assert "タブレットの文" in words
    assert "パソコンの文" in words
    assert Opinion.objects.get().state == OpinionState.DRAFT
    version = Opinion.objects.get().version
    assert f'name="version" value="{version}"' in response.content.decode()
    client.post(path, {"text": "パソコンの文", "rating": GOOD, "version": version, "then": "hand_in"})
    assert (Opinion.objects.get().text, Opinion.objects.get().state) == ("パソコンの文", OpinionState.HANDED_IN)


def test_the_same_words_from_an_older_version_are_no_clash(world):
    write_opinion(world.kazuko, world.review, world.first, DRAFT, hands_in=False)
    again = save_opinion(review=world.review, measure=world.first, text=f"{DRAFT} ", rating="", seen_version=0, by=world.kazuko.user)
    assert (again.text, Opinion.objects.count()) == (DRAFT, 1)


def test_taking_back_an_older_version_is_told(world):
    own = write_opinion(world.kazuko, world.review, world.first, SAID)
    with pytest.raises(ConflictError):
        take_back(review=world.review, measure=world.first, seen_version=own.version - 1, by=world.kazuko.user)


def test_the_next_measure_keeps_what_was_typed_on_this_one(world):
    response = client_of(world.kazuko.user).post(world.address(measure=world.first), {"text": DRAFT, "rating": "", "version": 0, "then": "next"})
    assert response.url == world.address(measure=world.second)
    assert Opinion.objects.get().text == DRAFT


def test_the_last_measure_leads_back_to_the_list(world):
    response = client_of(world.kazuko.user).post(world.address(measure=world.second), {"text": "", "rating": "", "version": 0, "then": "next"})
    assert response.url == world.address("my_opinions")
    assert not Opinion.objects.exists()


def test_the_page_says_where_one_is_and_what_is_done(world):
    write_opinion(world.kazuko, world.review, world.first, SAID)
    words = words_of(world.page(world.kazuko, world.second))
    assert "2／2施策" in words
    assert "提出済み1" in words
    listed = words_of(client_of(world.kazuko.user).get(world.address("my_opinions")))
    assert "2施策のうち、1施策を提出しました" in listed
    assert "続きを書く" in listed


def test_kazuko_hands_in_and_takes_back_on_the_page(world):
    client, path = client_of(world.kazuko.user), world.address(measure=world.first)
    handed_in = client.post(path, {"text": SAID, "rating": GOOD, "version": 0, "then": "hand_in"}, follow=True)
    assert "意見を提出しました" in words_of(handed_in)
    assert "取り戻して直す" in words_of(handed_in)
    again = client.post(world.address("my_opinion_take_back", world.first), {"version": Opinion.objects.get().version}, follow=True)
    assert SAID in words_of(again)
    assert Opinion.objects.get().state == OpinionState.DRAFT


def test_what_was_typed_after_the_stage_closed_stays_on_the_page(world):
    client, path = client_of(world.kazuko.user), world.address(measure=world.first)
    world.review.stage = Stage.PUBLICATION
    world.review.save()
    response = client.post(path, {"text": DRAFT, "rating": "", "version": 0, "then": "hand_in"})
    assert response.status_code == 422
    assert DRAFT in words_of(response)


def test_what_was_typed_on_a_second_screen_after_handing_in_stays_on_the_page(world):
    write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    response = client_of(world.kazuko.user).post(world.address(measure=world.first), {"text": "もう一つの画面の文", "rating": "", "version": 0, "then": "save"})
    assert response.status_code == 422
    assert "もう一つの画面の文" in words_of(response)
    assert Opinion.objects.get().text == SAID


def test_the_script_saves_a_draft_and_hears_of_the_other_screen(world):
    client, path = client_of(world.kazuko.user), world.address(measure=world.first)
    saved = client.post(path, {"text": DRAFT, "rating": "", "version": 0, "then": "autosave"})
    assert saved.json()["version"] == Opinion.objects.get().version
    assert client.post(path, {"text": "別", "rating": "", "version": 0, "then": "autosave"}).status_code == 409
    assert Opinion.objects.get().text == DRAFT


def test_the_conclusion_shows_checked_results_with_status_word_and_reason(world):
    target = make_target(indicator=make_indicator(measure=world.first, name="企業立地数", unit="社"))
    words = words_of(world.page(world.kazuko, world.first))
    assert target.indicator.name in words
    assert "未測定" in words


def test_a_measure_the_plan_does_not_have_is_missing(world):
    client = client_of(world.kazuko.user)
    assert client.get(world.address(measure=world.first).replace("1-1", "9-9")).status_code == 404


def test_the_tally_counts_what_is_handed_in_by_rating(world):
    sector = Sector.CITIZEN
    others = [make_member(world.strategy, f"委員{number}", sector) for number in range(3)]
    write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    write_opinion(world.ichiro, world.review, world.first, "", BAD)
    write_opinion(others[0], world.review, world.first, "", GOOD)
    write_opinion(others[1], world.review, world.first, "文だけ")
    write_opinion(others[2], world.review, world.first, DRAFT, BAD, hands_in=False)
    tally = tally_of(world.review, world.first)
    assert (tally.count(GOOD), tally.count(BAD), tally.unrated) == (2, 1, 1)
    assert (tally.answered, tally.asked, tally.waiting, tally.is_divided) == (4, 5, (others[2],), True)
    assert [share.percent for share in tally.shares] == ["50.0", "25.0"]


def test_the_tally_keeps_who_answered_and_left_and_waits_for_nobody_whose_term_is_over(world):
    write_opinion(world.kazuko, world.review, world.first, "", GOOD)
    for seat in (world.kazuko, world.ichiro):
        end_term(seat=seat, seen_version=seat.version, last_day=days_ago(1), by=world.takeru)
    tally = tally_of(world.review, world.first)
    assert (tally.answered, tally.asked, tally.waiting) == (1, 1, ())


def test_the_page_of_the_tally_agrees_with_each_measures_own(world):
    write_opinion(world.kazuko, world.review, world.first, "", GOOD)
    write_opinion(world.kazuko, world.review, world.second, "", BAD)
    write_opinion(world.ichiro, world.review, world.second, "", BAD)
    page = tally_page(world.review)
    assert list(page.tallies) == [tally_of(world.review, measure) for measure in (world.first, world.second)]
    assert [(each.seat, each.answered, each.asked) for each in page.seats] == [(world.kazuko, 2, 2), (world.ichiro, 1, 2)]


def test_the_page_of_the_tally_shows_no_text_and_no_draft(world):
    write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    write_opinion(world.ichiro, world.review, world.first, DRAFT, BAD, hands_in=False)
    response = client_of(world.takeru).get(world.address("opinion_tally"))
    words = words_of(response)
    assert SAID not in words
    assert DRAFT not in words
    assert "まだの委員：高橋一郎（労働）" in words
    assert "高橋一郎（労働）0／2施策" in words


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_the_tally_is_the_secretariats(world, role):
    user = make_user(role)
    if role == Role.COUNCIL:
        with_seat(user, world.strategy)
    assert client_of(user).get(world.address("opinion_tally")).status_code == 403
    assert threads(world.review, world.first, user).tally is None


def test_the_pages_ask_the_database_as_often_for_many_members(world, django_assert_max_num_queries):
    write_opinion(world.kazuko, world.review, world.first, SAID, GOOD)
    for number in range(10):
        write_opinion(make_member(world.strategy, f"委員{number}"), world.review, world.first, f"意見{number}", GOOD)
        make_indicator(measure=world.first)
    client, officer = client_of(world.kazuko.user), client_of(world.takeru)
    client.get(world.address(measure=world.first))
    with django_assert_max_num_queries(32):
        client.get(world.address(measure=world.first))
    with django_assert_max_num_queries(24):
        officer.get(world.address("opinion_tally"))
