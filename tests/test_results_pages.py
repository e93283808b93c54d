"""評価の結果: nothing before publication, then exactly the edition with what was corrected and answered since, and never a draft or a name of staff."""
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.models import Revision
from accounts.roles import Role
from goals.models import PublicScope
from kpis.revision_actions import revise_target
from kpis.vocabulary import EntryState
from reviews.actions.council import edit_seat
from reviews.actions.publication import publish_now, schedule_publication, withdraw
from reviews.editions.freezing import freeze
from reviews.models import CouncilEvaluation, InternalEvaluation, JointOpinion, Response, SelfEvaluation
from reviews.vocabulary import CouncilRating, ResponseState, Stage, Treatment
from tests.factories import make_actual, make_goal, make_indicator, make_measure, make_strategy, make_target
from tests.meetings import make_seat
from tests.paper_files import excel_text, plain
from tests.published import AFTER, BEFORE, EVALUATION, NOON, OPEN_OPINION, YEAR, make_edition, make_published, make_review
from tests.world import client_of

pytestmark = pytest.mark.django_db
READERS = (None, *Role)
EXPECTED_OF_YEAR = (
    "令和5年度の評価の結果", "2/3</b> 指標で判定", "1施策のうち1施策を「総合戦略のKPI達成に有効であった」と評価", "おおむね予定どおり", "農家の経営規模",
    "離農した農地の引き受け手が見つからないためです", "市民の満足度：調査なし", "元気な産業振興", "観光の振興", "市民に分かりやすく伝えてほしい", "広報で伝えました",
    "第1回 検討・推進会議", "農地の仲介の案を、次回に示す", "北斗信用金庫", "第1版",
)
EXPECTED_OF_MEASURE = (
    "新規就農者数", "138人", "150人", "76％", "目安140人に対して138人", "就農相談会に40組が参加しました", "相談会を4回開きました", "農地の引き受け手が足りません", "農地の仲介を始める",
    "地方創生に効果があった", "改善", "農地の仲介を早めること", "参考評価は「C」", "相談の数が増えているため", "補助を12件交付しました", "予定どおり実施",
    "総合戦略のKPI達成に有効であった", "農地の引き受け手を増やすこと", "正社員とパートを分けて示してほしい", "金融分野の委員", "採用", "次回から分けて報告します",
    "高校と企業をつなぐ場がほしい", "検討中", "第1版",
)


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def strategy():
    return make_strategy(slug="hokuto-2", published_through=2022)


def year_url(year=YEAR) -> str:
    return reverse("results_year", args=["hokuto-2", year])


def measure_url(goal=1, number=1) -> str:
    return reverse("results_measure", args=["hokuto-2", YEAR, goal, number])


def list_url() -> str:
    return reverse("results", args=["hokuto-2"])


def html(client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def missing(texts, page: str) -> list[str]:
    return [text for text in texts if text not in page]


@pytest.mark.parametrize("reader", READERS)
def test_before_publication_nobody_reads_anything_not_even_the_planning_side(people, strategy, takeru, reader):
    review = make_review(strategy)
    edition = make_edition(review)
    schedule_publication(review=review, edition=edition, publish_at=NOON, shows_member_names=True, by=takeru, now=BEFORE)
    client = client_of(people.get(reader))
    assert "まだ公表していません" in html(client, list_url())
    pages = html(client, list_url()) + html(client, year_url(), 404) + html(client, measure_url(), 404)
    assert missing([*EXPECTED_OF_YEAR[1:-1], *EXPECTED_OF_MEASURE[:-1]], pages) == [*EXPECTED_OF_YEAR[1:-1], *EXPECTED_OF_MEASURE[:-1]]


@pytest.mark.parametrize("reader", READERS)
def test_after_publication_everybody_reads_the_same_edition(people, strategy, takeru, reader):
    publication = make_published(strategy, takeru)
    client = client_of(people.get(reader))
    assert missing(["令和5年度の評価の結果", "1施策のうち1施策"], html(client, list_url())) == []
    assert missing([*EXPECTED_OF_YEAR, publication.edition.sha256[:12]], html(client, year_url())) == []
    assert missing(EXPECTED_OF_MEASURE, html(client, measure_url())) == []


def test_a_measure_without_a_word_about_it_says_so_and_an_unknown_one_is_not_there(client, strategy, takeru):
    make_published(strategy, takeru)
    assert "この施策の評価の記載はありません" in html(client, measure_url(1, 2))
    assert "主要施策9-(9)はありません" in html(client, measure_url(9, 9), 404)


@pytest.mark.parametrize("shows", [True, False])
def test_names_of_members_are_shown_only_where_the_planning_side_and_the_member_allow_it(client, strategy, takeru, shows):
    make_published(strategy, takeru, shows_member_names=shows)
    make_seat(strategy, member_name="渡辺 一郎", shows_name=True)
    page = html(client, year_url())
    assert ("渡辺 一郎" in page, "非公表" in page) == (shows, shows)


def test_a_member_who_no_longer_wants_to_be_named_is_named_nowhere_at_once(client, strategy, takeru, django_capture_on_commit_callbacks):
    seat = make_seat(strategy, member_name="渡辺 一郎", shows_name=True)
    publication = make_published(strategy, takeru, shows_member_names=True)
    assert "渡辺 一郎" in html(client, year_url())
    with django_capture_on_commit_callbacks(execute=True):
        edit_seat(seat=seat, values={"shows_name": False}, seen_version=seat.version, by=takeru)
    assert "渡辺 一郎" in publication.edition.content
    files = [client.get(reverse(f"opendata_{name}")).content.decode() for name in ("results_csv", "results_json", "opinions_csv", "publications_atom")]
    preview = html(client_of(takeru), reverse("publication_preview", args=["hokuto-2", YEAR]) + "?names=1")
    paper = excel_text(client.get(reverse("paper_pack", args=["hokuto-2", "xlsx"]), {"year": YEAR}).content)
    assert "非公表" in html(client, year_url())
    assert [text for text in (html(client, year_url()), preview, paper, *files) if plain("渡辺 一郎") in plain(text)] == []


@pytest.mark.parametrize("url", [list_url, year_url, measure_url])
def test_where_nothing_is_public_a_visitor_signs_in_first(client, people, takeru, url):
    strategy = make_strategy(slug="hokuto-2", public_scope=PublicScope.NOTHING)
    make_published(strategy, takeru)
    assert client.get(url()).url.startswith(reverse("sign_in"))
    assert client_of(people[Role.VIEWER]).get(url()).status_code == 200


def test_a_year_that_was_withdrawn_is_gone_and_says_why(client, strategy, takeru):
    withdraw(publication=make_published(strategy, takeru), reason="集計の誤りを直すため", by=takeru, now=AFTER)
    for page in (html(client, year_url(), 410), html(client, measure_url(), 410)):
        assert missing(["取り下げました", "集計の誤りを直すため", "第1版"], page) == []
        assert "北斗信用金庫" not in page
        assert "農地" not in page
    listed = html(client, list_url())
    assert missing(["集計の誤りを直すため", "まだ公表していません"], listed) == []


def test_what_replaces_an_edition_is_read_from_then_on(client, strategy, takeru):
    publication = make_published(strategy, takeru)
    html(client, year_url())
    later = make_edition(publication.review, general_opinions=[])
    publish_now(review=publication.review, edition=later, shows_member_names=False, by=takeru)
    Revision.advance()
    page = html(client, year_url())
    assert "第2版" in page
    assert "市民に分かりやすく伝えてほしい" not in page


def test_a_final_answer_given_later_is_marked_and_a_draft_is_not_there(client, strategy, takeru):
    publication = make_published(strategy, takeru)
    opinion = JointOpinion.objects.create(pk=OPEN_OPINION["id"], review=publication.review, text=OPEN_OPINION["text"])
    answer = Response.objects.create(opinion=opinion, treatment=Treatment.ADOPTED, text="職場見学会を始めます。", due_on=date(2025, 3, 31))
    Revision.advance()
    draft = html(client, measure_url())
    assert "公表後の回答" not in draft
    assert "職場見学会" not in draft
    answer.state = ResponseState.FINAL
    answer.save()
    Revision.advance()
    final = html(client, measure_url())
    assert missing(["公表後の回答", "職場見学会を始めます", "令和7年3月31日までに行います"], final) == []
    assert "検討しています。回答が決まると" not in final


def test_sample_results_say_so_on_every_page(client, strategy, takeru):
    make_published(strategy, takeru, is_sample=True)
    assert ["架空のサンプル値" in html(client, url) for url in (list_url(), year_url(), measure_url())] == [True, True, True]


def test_real_results_are_not_called_a_sample(client, strategy, takeru):
    make_published(strategy, takeru)
    assert ["サンプル" in html(client, url) for url in (list_url(), year_url(), measure_url())] == [False, False, False]


def test_the_preview_is_the_public_page_and_says_that_it_is_none(client, strategy, takeru):
    review = make_review(strategy)
    make_edition(review)
    make_seat(strategy, member_name="渡辺 一郎", shows_name=True)
    planner = client_of(takeru)
    preview = html(planner, reverse("publication_preview", args=["hokuto-2", YEAR]) + "?names=1")
    assert missing([*EXPECTED_OF_YEAR, "プレビュー：まだ公表していません", "渡辺 一郎"], preview) == []
    assert missing(["サインイン", "preview/measures/1-1/?edition=1&amp;names=1"], preview) == []
    assert "実績入力" not in preview
    measure = html(planner, reverse("publication_preview_measure", args=["hokuto-2", YEAR, 1, 1]))
    assert missing([*EXPECTED_OF_MEASURE, "プレビュー：まだ公表していません"], measure) == []
    html(client, year_url(), 404)


def main_part(page: str) -> str:
    """What stands in <main>."""
    return page.split('<main id="main"')[1].split("</main>")[0]


def test_the_preview_differs_from_the_public_page_in_its_bar_and_its_addresses_only(client, strategy, takeru):
    publication = make_published(strategy, takeru)
    preview = main_part(html(client_of(takeru), reverse("publication_preview_measure", args=["hokuto-2", YEAR, 1, 1])))
    public = main_part(html(client, measure_url()))
    told = [line for line in preview.splitlines() if line not in public.splitlines()]
    assert [line for line in told if "プレビュー" not in line and "preview/" not in line and "results/" not in line and "<dl" not in line] == []
    assert publication.edition.sha256[:12] in preview


@pytest.mark.parametrize("role", [None, Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_nobody_but_the_planning_side_sees_a_preview(people, strategy, role):
    make_edition(make_review(strategy))
    for url in (reverse("publication_preview", args=["hokuto-2", YEAR]), reverse("publication_preview_measure", args=["hokuto-2", YEAR, 1, 1])):
        assert client_of(people.get(role)).get(url).status_code == (403 if role else 302)


def test_a_preview_of_an_edition_of_another_stage_is_not_there(strategy, takeru):
    make_edition(make_review(strategy), Stage.INTERNAL)
    assert client_of(takeru).get(reverse("publication_preview", args=["hokuto-2", YEAR])).status_code == 404


# From the rows to the public page.


@pytest.fixture
def living(people, strategy):
    """A real year: a checked value, final and unfinished texts, each with a word that is nowhere else; all written by people with names."""
    measure = make_measure(goal=make_goal(strategy=strategy))
    indicator = make_indicator(measure=measure, name="観光入込客数", division=people[Role.DIVISION].division)
    make_target(indicator=indicator, value=Decimal(150))
    make_actual(indicator=indicator, fiscal_year=YEAR, value=Decimal(131), comment="春の催しが増えました。", entry_state=EntryState.CHECKED)
    draft = make_indicator(measure=measure, name="宿泊客数")
    make_target(indicator=draft)
    make_actual(indicator=draft, fiscal_year=YEAR, value=Decimal(987654), comment="未確認の要因ドラフト", entry_state=EntryState.SUBMITTED)
    review, kai, takeru, now = make_review(strategy), people[Role.DIVISION], people[Role.PLANNING], timezone.now()
    SelfEvaluation.objects.create(review=review, measure=measure, division=kai.division, achievements="確定した成果", submitted_at=now, saved_by=kai)
    other = make_measure(goal=measure.goal)
    SelfEvaluation.objects.create(review=review, measure=other, achievements="書きかけの自己評価", saved_by=kai)
    InternalEvaluation.objects.create(review=review, measure=other, comment="書きかけの庁内評価", saved_by=takeru)
    CouncilEvaluation.objects.create(review=review, measure=other, rating=CouncilRating.EFFECTIVE, summary="書きかけのまとめ", saved_by=takeru)
    opinion = JointOpinion.objects.create(review=review, measure=measure, text="会議の意見その一", saved_by=takeru)
    Response.objects.create(opinion=opinion, treatment=Treatment.UNDER_STUDY, text="書きかけの回答", saved_by=takeru)
    freeze(review=review, stage=Stage.EXTERNAL, by=takeru)
    publish_now(review=review, edition=review.editions.get(), shows_member_names=True, by=takeru)
    return indicator


UNFINISHED = ("987,654", "987654", "未確認の要因ドラフト", "書きかけの自己評価", "書きかけの庁内評価", "書きかけのまとめ", "書きかけの回答")


def test_no_draft_and_no_name_of_staff_stands_on_any_public_page(client, people, living):
    pages = "".join(html(client, url) for url in (list_url(), year_url(), measure_url(1, 1), measure_url(1, 2)))
    assert missing(["131人", "春の催しが増えました", "確定した成果", "会議の意見その一", "検討中"], pages) == []
    names = [person.display_name for person in people.values()] + [person.username for person in people.values()]
    assert [text for text in (*UNFINISHED, *names) if text in pages] == []


def test_a_corrected_value_leaves_the_edition_and_stands_in_the_list(client, people, living):
    actual = living.actuals.get(fiscal_year=YEAR)
    actual.value, actual._change_reason, actual._history_user = Decimal(119), "統計の訂正による", people[Role.PLANNING]
    actual.save()
    Revision.advance()
    for url in (year_url(), measure_url(1, 1)):
        page = html(client, url)
        assert missing(["確定後の訂正", "119人", "統計の訂正による"], page) == []
        assert people[Role.PLANNING].display_name not in page
    assert "131人" in html(client, measure_url(1, 1))


def test_a_target_revised_since_leaves_the_edition_and_stands_in_the_list_with_its_decision(client, people, living):
    decided = {"reason": "情勢の変化", "decided_on": date(2024, 8, 6), "decided_by_meeting": "第2回 検討・推進会議"}
    revise_target(indicator=living, effective_fiscal_year=YEAR, value=Decimal(120), by=people[Role.PLANNING], **decided)
    Revision.advance()
    for url in (year_url(), measure_url(1, 1)):
        page = html(client, url)
        assert missing(["目標（令和5年度から）", "120人", "目標の見直し（令和6年8月6日、第2回 検討・推進会議で決定）：情勢の変化"], page) == []
        assert people[Role.PLANNING].display_name not in page
    assert "120人" not in html(client, measure_url(1, 2))
    assert 'class="r num">150人' in html(client, measure_url(1, 1))


def test_a_correction_that_is_not_checked_yet_is_nobodys(client, living):
    actual = living.actuals.get(fiscal_year=YEAR)
    actual.value, actual.entry_state = Decimal(119), EntryState.DRAFT
    actual.save()
    Revision.advance()
    page = html(client, measure_url(1, 1))
    assert "119人" not in page
    assert "確定後の訂正" not in page


def test_a_kept_page_costs_a_visitor_one_query_and_answers_304(client, strategy, takeru, django_assert_num_queries):
    make_published(strategy, takeru)
    etag = client.get(year_url()).headers["ETag"]
    with django_assert_num_queries(1):
        assert client.get(year_url()).status_code == 200
    assert client.get(year_url(), headers={"if-none-match": etag}).status_code == 304


def test_the_pages_take_at_most_12_queries_however_much_is_on_them(client, strategy, takeru, django_assert_max_num_queries):
    for year in (2020, 2021, 2022, YEAR):
        make_published(strategy, takeru, fiscal_year=year)
    for url in (list_url(), year_url(), measure_url()):
        cache.clear()
        with django_assert_max_num_queries(12):
            client.get(url)


def test_where_no_opinion_is_answered_yet_the_conclusion_says_that_the_city_is_considering(client, strategy, takeru):
    content = {"evaluations": [{**EVALUATION, "opinions": [OPEN_OPINION]}], "general_opinions": []}
    review = make_review(strategy)
    publish_now(review=review, edition=make_edition(review, **content), shows_member_names=False, by=takeru)
    Revision.advance()
    page = html(client, year_url())
    assert "件は、市が回答を検討しています" in page
    assert "除いて回答しました" not in page
