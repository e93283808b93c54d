"""The pages of a review: the list, beginning one, the overview, a measure. Who reads what, and what happens to what was typed."""
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from goals.models import Measure
from reviews.actions.evaluations import InitiativeEntry, save_initiatives, save_self_evaluation, submit_self_evaluation
from reviews.actions.reviews import move_stage
from reviews.actions.writing import write
from reviews.models import (
    AnnualReview,
    CouncilEvaluation,
    Edition,
    InternalEvaluation,
    JointOpinion,
    Opinion,
    Response,
    Seat,
    SelfEvaluation,
    StageStep,
)
from reviews.stages import StageMove
from reviews.vocabulary import CouncilRating, OpinionState, ResponseState, Stage, Treatment
from tests.factories import make_collection, make_initiative, make_measure, make_measured_indicator, make_review, make_user
from tests.review_scenes import SELF, make_scene
from tests.world import client_of

DRAFT, FINAL = "まだ書きかけの文章", "読んでもらう文章"


@pytest.fixture
def scene(db):
    return make_scene()


def write_self(scene, by, act=save_self_evaluation, measure=None, **texts):
    measure = measure or scene.ours
    return act(review=scene.review, measure=measure, division=by.division, entered={**SELF, **texts}, seen_version=0, by=by)


def internal(scene, is_confirmed: bool, comment: str, measure=None):
    grade = scene.review.scale.grades.get(label="B")
    row = InternalEvaluation(review=scene.review, measure=measure or scene.ours)
    return write(row, {"grade": grade, "course": "continue", "comment": comment, "confirmed_at": timezone.now() if is_confirmed else None}, by=scene.takeru)


def council(scene, is_confirmed: bool, summary: str):
    row = CouncilEvaluation(review=scene.review, measure=scene.ours)
    return write(row, {"rating": "effective", "summary": summary, "confirmed_at": timezone.now() if is_confirmed else None}, by=scene.takeru)


def opinion(scene, number: int, rating: str, state=OpinionState.HANDED_IN):
    user = make_user(Role.COUNCIL)
    seat = Seat.objects.create(strategy=scene.review.strategy, sector="industry", member_name=f"委員{number}", term_from=date(2020, 4, 1), user=user)
    handed_in_at = timezone.now() if state == OpinionState.HANDED_IN else None
    return Opinion.objects.create(review=scene.review, measure=scene.ours, seat=seat, rating=rating, state=state, handed_in_at=handed_in_at)


def look(reader, path: str) -> str:
    response = client_of(reader).get(path)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def send(reader, path: str, then: str, **fields):
    return client_of(reader).post(path, {"then": then, **fields})


def said(response) -> str:
    """The page after sending, wherever it led."""
    return response.content.decode()


class TestWhatReadersSee:
    def test_a_draft_of_a_division_is_for_itself_and_planning(self, scene):
        write_self(scene, scene.kai, issues=DRAFT)
        seen = {person.username: DRAFT in look(person, scene.page()) for person in (scene.takeru, scene.kai, scene.umi, scene.kazuko)}
        assert seen == {"takeru": True, "kai": True, "umi": False, "kazuko": False}

    def test_what_is_handed_in_is_read_by_all_who_take_part(self, scene):
        write_self(scene, scene.kai, submit_self_evaluation, issues=FINAL)
        assert all(FINAL in look(person, scene.page()) for person in (scene.takeru, scene.kai, scene.umi, scene.kazuko))

    @pytest.mark.parametrize("make", [internal, council])
    def test_a_meeting_s_draft_is_for_planning_only_and_what_it_confirmed_for_all(self, scene, make):
        row = make(scene.at(Stage.PUBLICATION), False, DRAFT)
        assert [DRAFT in look(person, scene.page()) for person in (scene.takeru, scene.kai, scene.umi, scene.kazuko)] == [True, False, False, False]
        row.confirmed_at = timezone.now()
        row.save()
        assert all(DRAFT in look(person, scene.page()) for person in (scene.kai, scene.umi, scene.kazuko))

    def test_the_overview_tells_no_grade_that_is_not_confirmed(self, scene):
        internal(scene.at(Stage.INTERNAL), False, "")
        assert "<b>B</b>" in look(scene.takeru, scene.overview)
        assert all("<b>B</b>" not in look(person, scene.overview) for person in (scene.kai, scene.kazuko))

    def test_the_overview_begins_with_what_a_division_answers_for(self, scene):
        lead = look(scene.kai, scene.overview).partition("<thead")[0]
        assert [word in lead for word in ("商工課の担当", scene.ours.name, scene.theirs.name)] == [True, True, False]
        assert "の担当</dt>" not in look(scene.takeru, scene.overview)

    def test_states_of_initiatives_go_with_the_self_evaluations(self, scene):
        entries = [InitiativeEntry(each.pk, "partly", DRAFT, 0) for each in scene.ours.initiatives.all()[:1]]
        save_initiatives(review=scene.review, measure=scene.ours, entries=entries, by=scene.kai)
        assert [DRAFT in look(person, scene.page()) for person in (scene.takeru, scene.kai, scene.umi, scene.kazuko)] == [True, True, False, False]
        write_self(scene, scene.kai, submit_self_evaluation)
        assert all(DRAFT in look(person, scene.page()) for person in (scene.umi, scene.kazuko))

    def test_last_year_s_draft_stays_hidden_and_last_year_s_text_is_never_this_year_s(self, scene):
        write_self(scene, scene.kai, submit_self_evaluation, issues=FINAL)
        next_year = make_review(strategy=scene.review.strategy, scale=scene.review.scale, fiscal_year=2024)
        page = look(scene.kai, scene.page().replace("/2023/", "/2024/"))
        assert "令和5年度の記入を見る" in page
        assert FINAL in page
        assert f">\n{FINAL}</textarea>" not in page
        assert not SelfEvaluation.objects.filter(review=next_year).exists()
        SelfEvaluation.objects.update(submitted_at=None)
        assert FINAL not in look(scene.kai, scene.page().replace("/2023/", "/2024/"))

    @pytest.mark.parametrize("path", ["reviews/", "reviews/2023/", "reviews/2023/measures/1-1/"])
    def test_viewers_are_refused_and_visitors_sign_in(self, scene, path):
        path = f"/strategies/{scene.review.strategy.slug}/{path}"
        assert client_of(make_user(Role.VIEWER)).get(path).status_code == 403
        assert client_of(None).get(path).url.startswith(reverse("sign_in"))

    def test_members_find_no_form_but_the_choice_of_a_measure(self, scene):
        for stage in Stage:
            page = look(scene.kazuko, scene.at(stage).page())
            assert 'name="then"' not in page

    def test_the_forms_are_for_their_writers_in_their_stages(self, scene):
        forms = {"self": 'value="self_submit"', "internal": 'value="internal_confirm"', "council": 'value="council_confirm"'}
        found = {}
        for stage in Stage:
            for person in (scene.takeru, scene.kai, scene.umi):
                page = look(person, scene.at(stage).page())
                found[stage, person.username] = {name for name, mark in forms.items() if mark in page}
        assert found == {
            (Stage.ENTRY, "takeru"): {"self"}, (Stage.ENTRY, "kai"): {"self"}, (Stage.ENTRY, "umi"): set(),
            (Stage.INTERNAL, "takeru"): {"self", "internal"}, (Stage.INTERNAL, "kai"): {"self"}, (Stage.INTERNAL, "umi"): set(),
            (Stage.EXTERNAL, "takeru"): {"council"}, (Stage.EXTERNAL, "kai"): set(), (Stage.EXTERNAL, "umi"): set(),
            (Stage.PUBLICATION, "takeru"): set(), (Stage.PUBLICATION, "kai"): set(), (Stage.PUBLICATION, "umi"): set(),
        }


class TestWriting:
    def test_kai_hands_in_and_reads_that_it_was_returned_and_why(self, scene):
        answer = send(scene.kai, scene.page(), "self_submit", version=0, division=scene.commerce.pk, **SELF)
        assert answer.url == f"{scene.page()}#self-{scene.commerce.pk}"
        send(scene.takeru, scene.page(), "self_return", version=1, division=scene.commerce.pk, reason="人数も書いてください")
        page = look(scene.kai, scene.page())
        assert "企画担当から差し戻されています" in page
        assert "人数も書いてください" in page
        assert "人数も書いてください" not in look(scene.umi, scene.page())

    def test_line_ends_of_a_browser_are_kept_as_one_character(self, scene):
        send(scene.kai, scene.page(), "self_save", version=0, division=scene.commerce.pk, achievements=" 一行目\r\n二行目\x00 ", issues="", next_steps="")
        assert SelfEvaluation.objects.get().achievements == "一行目\n二行目"

    def test_two_hundred_characters_in_lines_are_not_too_many(self, scene):
        scene.at(Stage.EXTERNAL)
        send(scene.takeru, scene.page(), "council_save", version=0, rating="effective", summary="あ" * 99 + "\r\n" + "い" * 100)
        assert len(CouncilEvaluation.objects.get().summary) == 200

    def test_of_two_writers_the_second_reads_both_texts_and_who_and_decides(self, scene):
        send(scene.takeru, scene.page(), "self_save", version=0, division=scene.commerce.pk, **{**SELF, "issues": "健の文章"})
        answer = send(scene.kai, scene.page(), "self_save", version=0, division=scene.commerce.pk, **{**SELF, "issues": "海の文章"})
        page = said(answer)
        assert answer.status_code == 422
        assert "佐藤 健さんが" in page
        assert "健の文章" in page
        assert ">\n海の文章</textarea>" in page
        # A mere fragment would not load the page again.
        assert f'href="{scene.page()}?latest=1#self-{scene.commerce.pk}"' in page
        assert SelfEvaluation.objects.get().issues == "健の文章"
        assert '<input type="hidden" name="version" value="1">' in page
        send(scene.kai, scene.page(), "self_save", version=1, division=scene.commerce.pk, **{**SELF, "issues": "海の文章"})
        assert SelfEvaluation.objects.get().issues == "海の文章"

    def test_a_refused_form_keeps_everything_that_was_typed(self, scene):
        scene.at(Stage.INTERNAL)
        grade = scene.review.scale.grades.get(label="A")
        answer = send(
            scene.takeru, scene.page(), "internal_confirm", version=0, grade=grade.pk, grade_reason="", effect="very_effective", course="improve",
            comment="消えてはいけない意見",
        )
        page = said(answer)
        assert answer.status_code == 422
        assert "参考評価「B」と違う評価にするときは、理由を書いてください。" in page
        assert f'value="{grade.pk}" checked' in page
        assert "消えてはいけない意見</textarea>" in page
        assert '<option value="improve" selected>' in page
        assert not InternalEvaluation.objects.exists()

    def test_the_proposal_is_explained_beside_the_choice_and_kept_with_it(self, scene):
        scene.at(Stage.INTERNAL)
        assert "KPIの判定からの参考評価は「B」（順調1・やや遅れ1）です。" in look(scene.takeru, scene.page())
        grade = scene.review.scale.grades.get(label="B")
        send(scene.takeru, scene.page(), "internal_confirm", version=0, grade=grade.pk, grade_reason="", effect="", course="continue", comment="")
        row = InternalEvaluation.objects.get()
        assert (row.grade, row.proposed_grade, row.confirmed_at is None) == (grade, grade, False)

    def test_a_confirmation_is_taken_back_with_a_reason(self, scene):
        internal(scene.at(Stage.INTERNAL), True, FINAL)
        refused = send(scene.takeru, scene.page(), "internal_unconfirm", version=1, reason=" ")
        assert refused.status_code == 422
        assert "理由を書いてください。" in said(refused)
        send(scene.takeru, scene.page(), "internal_unconfirm", version=1, reason="数値の訂正")
        assert FINAL not in look(scene.kazuko, scene.page())

    def test_whoever_takes_back_what_somebody_else_has_just_changed_is_told_and_sees_it(self, scene):
        row = internal(scene.at(Stage.INTERNAL), True, "前の意見")
        write(row, {"comment": "いまの意見"}, by=scene.takeru)
        answer = send(scene.takeru, scene.page(), "internal_unconfirm", version=1, reason="数値の訂正")
        assert "もう一度押してください" in said(answer)
        assert "いまの意見" in said(answer)
        assert "数値の訂正</textarea>" in said(answer)
        assert InternalEvaluation.objects.get().confirmed_at is not None

    def test_the_tally_counts_what_is_handed_in_and_is_for_planning_only(self, scene):
        scene.at(Stage.EXTERNAL)
        for number, rating in enumerate([CouncilRating.EFFECTIVE, CouncilRating.EFFECTIVE, CouncilRating.NOT_EFFECTIVE, ""], start=1):
            opinion(scene, number, rating) if rating else opinion(scene, number, CouncilRating.EFFECTIVE, OpinionState.DRAFT)
        page = look(scene.takeru, scene.page())
        assert "<b>総合戦略のKPI達成に有効であった</b><small>2人</small>" in page
        assert "<b>総合戦略のKPI達成に有効とはいえない</b><small>1人</small>" in page
        assert "<small>2人</small>" not in look(scene.kazuko, scene.page())

    def test_what_is_sent_by_somebody_else_or_is_none_of_ours_is_refused(self, scene):
        assert send(scene.umi, scene.page(), "self_save", version=0, division=scene.commerce.pk, **SELF).status_code == 403
        assert send(scene.kazuko, scene.page(), "internal_save", version=0).status_code == 403
        assert send(scene.takeru, scene.page(), "drop_everything").status_code == 404
        assert send(scene.takeru, scene.page(), "internal_unconfirm", version=1, reason="理由").status_code == 404
        assert not SelfEvaluation.objects.exists()

    def test_versions_that_are_no_numbers_are_old_ones(self, scene):
        write_self(scene, scene.kai)
        answer = send(scene.kai, scene.page(), "self_save", version="²", division=scene.commerce.pk, **SELF)
        assert answer.status_code == 422

    def test_initiatives_are_saved_together(self, scene):
        first, second = scene.ours.initiatives.all()
        fields = {f"state-{first.pk}": "completed", f"note-{first.pk}": "開業した", f"version-{first.pk}": 0, f"note-{second.pk}": "書いただけ", f"version-{second.pk}": 0}
        refused = send(scene.kai, scene.page(), "initiatives_save", **fields)
        assert "「創業の支援」の状況を選んでください。" in said(refused)
        assert "開業した</textarea>" in said(refused)
        send(scene.kai, scene.page(), "initiatives_save", **fields, **{f"state-{second.pk}": "partly"})
        assert scene.review.initiative_progress.count() == 2


class TestStages:
    def test_the_overview_says_what_is_missing_and_takeru_may_go_on_all_the_same(self, scene):
        page = look(scene.takeru, scene.overview)
        assert "自己評価がそろっていない主要施策が2件あります。" in page
        client_of(scene.takeru).post(f"{scene.overview}move/", {"move": StageMove.CLOSE_ENTRY})
        assert AnnualReview.objects.get().stage == Stage.INTERNAL
        assert Edition.objects.get().stage == Stage.ENTRY
        page = look(scene.takeru, scene.overview)
        assert "庁内検討会議の評価が確定していない主要施策が2件あります。" in page
        assert "入力へ戻す" in page

    def test_nothing_is_missing_where_all_is_there(self, scene):
        for person, measure in ((scene.kai, scene.ours), (scene.umi, scene.theirs)):
            write_self(scene, person, submit_self_evaluation, measure)
        assert "この段階で必要なものは、すべてそろっています。" in look(scene.takeru, scene.overview)

    def test_a_step_back_needs_a_reason_that_everybody_reads(self, scene):
        scene.at(Stage.INTERNAL)
        refused = client_of(scene.takeru).post(f"{scene.overview}move/", {"move": StageMove.BACK_TO_ENTRY, "reason": ""})
        assert refused.status_code == 422
        assert "段階は変わっていません" in said(refused)
        assert 'aria-describedby="back-error back-hint" aria-invalid="true"' in refused.content.decode()
        client_of(scene.takeru).post(f"{scene.overview}move/", {"move": StageMove.BACK_TO_ENTRY, "reason": "実績の訂正のため"})
        assert StageStep.objects.get().reason == "実績の訂正のため"
        assert "理由：実績の訂正のため" in look(scene.kazuko, scene.overview)

    def test_the_stage_is_moved_by_planning_only(self, scene):
        for person in (scene.kai, scene.kazuko):
            assert client_of(person).post(f"{scene.overview}move/", {"move": StageMove.CLOSE_ENTRY}).status_code == 403
            assert "入力を締め切り" not in look(person, scene.overview)

    def test_a_step_that_is_none_is_not_found_and_one_of_another_stage_is_explained(self, scene):
        assert client_of(scene.takeru).post(f"{scene.overview}move/", {"move": "jump"}).status_code == 404
        refused = client_of(scene.takeru).post(f"{scene.overview}move/", {"move": StageMove.CLOSE_EXTERNAL})
        assert "いまは「入力」の段階のため" in said(refused)

    def test_the_stepper_counts_values_evaluations_and_answers(self, scene):
        make_collection(list(scene.review.strategy.indicators.all()), fiscal_year=2023, deadline=date(2024, 7, 26))
        internal(scene.at(Stage.EXTERNAL), True, "")
        answered, _ = (JointOpinion.objects.create(review=scene.review, measure=scene.ours, text=text) for text in ("一つ目", "二つ目"))
        Response.objects.create(opinion=answered, treatment=Treatment.ADOPTED, text="行います", state=ResponseState.FINAL)
        scene.review.publication_planned = "10月下旬"
        scene.review.save()
        page = look(scene.kai, scene.page(scene.theirs))
        for words in ("担当課　7月26日まで", "3／3指標 提出済み", "1／2施策 検証済み", "意見への回答 1／2件", "10月下旬 予定", "いまここ"):
            assert words in page, words


class TestListAndSettings:
    def test_the_list_says_which_stage_and_what_comes_next(self, scene):
        page = look(scene.kazuko, reverse("reviews", args=[scene.review.strategy.slug]))
        assert "いまの段階：入力" in page
        assert "担当課が、実績と自己評価を入力します。" in page
        assert "評価・検証を始める" not in page

    def test_takeru_begins_a_year_with_everything_proposed(self, scene):
        path = reverse("review_new", args=[scene.review.strategy.slug])
        page = look(scene.takeru, path)
        assert '<option value="2024" selected>' in page
        fields = {"fiscal_year": 2024, "scale": scene.review.scale_id, "openness": "after_stage", "publication_planned": "10月", "opinions_due_on": "2025-09-30"}
        answer = client_of(scene.takeru).post(path, fields)
        made = AnnualReview.objects.get(fiscal_year=2024)
        assert answer.url == reverse("review", args=[scene.review.strategy.slug, 2024])
        assert (made.openness, made.opinions_due_on, made.opened_by) == ("after_stage", date(2025, 9, 30), scene.takeru)

    def test_a_year_that_is_begun_already_is_no_choice(self, scene):
        answer = client_of(scene.takeru).post(reverse("review_new", args=[scene.review.strategy.slug]), {"fiscal_year": 2023, "openness": "after_own"})
        assert answer.status_code == 422
        assert AnnualReview.objects.count() == 1

    def test_settings_are_changed_by_planning_only(self, scene):
        path = f"{scene.overview}edit/"
        assert client_of(scene.kai).get(path).status_code == 403
        client_of(scene.takeru).post(path, {"version": scene.review.version, "scale": scene.review.scale_id, "openness": "after_stage", "publication_planned": "11月"})
        scene.review.refresh_from_db()
        assert (scene.review.openness, scene.review.publication_planned) == ("after_stage", "11月")

    def test_of_two_who_change_the_settings_the_second_sees_both_and_a_step_meanwhile_stops_nobody(self, scene):
        path, typed = f"{scene.overview}edit/", {"version": 1, "scale": scene.review.scale_id, "openness": "after_own"}
        chihiro = make_user(Role.PLANNING, display_name="三浦 千尋")
        move_stage(review=scene.review, move=StageMove.CLOSE_ENTRY, by=scene.takeru)
        client_of(chihiro).post(path, {**typed, "publication_planned": "11月"})
        move_stage(review=scene.review, move=StageMove.BACK_TO_ENTRY, reason="差替え", by=scene.takeru)
        answer = client_of(scene.takeru).post(path, {**typed, "publication_planned": "12月"})
        assert answer.status_code == 409
        assert all(told in said(answer) for told in ("三浦 千尋さんが", "<dd>11月</dd>", 'value="12月"'))
        client_of(scene.takeru).post(path, {**typed, "publication_planned": "12月", "version": answer.context["version"]})
        scene.review.refresh_from_db()
        assert (scene.review.publication_planned, scene.review.stage) == ("12月", Stage.ENTRY)

    def test_the_way_to_the_measures_begins_at_one_s_own(self, scene):
        path = f"{scene.overview}measures/"
        assert client_of(scene.umi).get(path).url == scene.page(scene.theirs)
        assert client_of(scene.takeru).get(path).url == scene.page()
        assert client_of(scene.takeru).get(path, {"measure": "1-2"}).url == scene.page(scene.theirs)
        assert client_of(scene.takeru).get(path, {"measure": "9-9"}).url == scene.page()

    def test_measures_lead_to_their_neighbours(self, scene):
        page = look(scene.kai, scene.page())
        assert "次の施策へ" in page
        assert "前の施策へ" not in page


def add_measures(scene, count: int) -> None:
    for _ in range(count):
        measure = make_measure(goal=scene.ours.goal)
        make_measured_indicator({2023: 145}, measure=measure, division=scene.commerce, entry_state="checked")
        make_initiative(measure=measure)
        write_self(scene, scene.kai, submit_self_evaluation, measure)
        internal(scene, True, "", measure)
        joint = JointOpinion.objects.create(review=scene.review, measure=measure, text="意見")
        Response.objects.create(opinion=joint)


@pytest.mark.parametrize("username", ["takeru", "kai", "kazuko"])
def test_no_page_asks_more_often_when_the_plan_grows(scene, username):
    reader = client_of(getattr(scene, username))
    write_self(scene, scene.kai, submit_self_evaluation)
    paths = [scene.overview, scene.page(), reverse("reviews", args=[scene.review.strategy.slug])]

    def count() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as captured:
                assert reader.get(path).status_code == 200
            counts.append(len(captured))
        return counts

    add_measures(scene, 1)
    count()
    before = count()
    add_measures(scene, 6)
    make_initiative(measure=scene.ours)
    assert Measure.objects.count() == 9
    assert count() == before
    assert max(before) <= 40
