"""Self-evaluations, initiatives, the internal meeting's and the council's evaluation: who may write what when, and what is never lost."""
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Revision
from accounts.roles import Role
from kpis.models import Indicator
from reviews.actions.evaluations import (
    InitiativeEntry,
    confirm_council_evaluation,
    confirm_internal_evaluation,
    return_self_evaluation,
    save_council_evaluation,
    save_initiatives,
    save_internal_evaluation,
    save_self_evaluation,
    submit_self_evaluation,
    unconfirm_council_evaluation,
    unconfirm_internal_evaluation,
)
from reviews.actions.reviews import edit_review, move_stage, open_review
from reviews.actions.writing import ConflictError
from reviews.models import AnnualReview, CouncilEvaluation, InitiativeProgress, InternalEvaluation, SelfEvaluation
from reviews.stages import StageMove
from reviews.vocabulary import Openness, Stage
from tests.factories import make_review, make_user
from tests.review_scenes import SELF, make_scene

BY_STAGE = {
    "self": {Stage.ENTRY, Stage.INTERNAL},
    "initiatives": {Stage.ENTRY, Stage.INTERNAL},
    "internal": {Stage.INTERNAL},
    "council": {Stage.EXTERNAL},
}


@pytest.fixture
def scene(db):
    return make_scene()


def write_self(scene, by=None, seen_version=0, measure=None, division="own", act=save_self_evaluation, **texts):
    by = by or scene.kai
    division = by.division if division == "own" else division
    return act(review=scene.review, measure=measure or scene.ours, division=division, entered={**SELF, **texts}, seen_version=seen_version, by=by)


def write_initiatives(scene, by=None, state="as_planned", note="三回開いた", seen_version=0):
    entries = [InitiativeEntry(each.pk, state, note, seen_version) for each in scene.ours.initiatives.all()]
    return save_initiatives(review=scene.review, measure=scene.ours, entries=entries, by=by or scene.kai)


def grade(scene, label):
    return scene.review.scale.grades.get(label=label)


def internal_entry(scene, label="B", **fields):
    return {"grade": grade(scene, label) if label else None, "grade_reason": "", "effect": "effective", "course": "continue", "comment": "進んでいる", **fields}


def write_internal(scene, act=save_internal_evaluation, by=None, seen_version=0, proposed="B", entered=None):
    entered = internal_entry(scene) if entered is None else entered
    proposed = grade(scene, proposed) if proposed else None
    return act(review=scene.review, measure=scene.ours, entered=entered, proposed=proposed, seen_version=seen_version, by=by or scene.takeru)


def write_council(scene, act=save_council_evaluation, by=None, seen_version=0, rating="effective", summary="雇用の質に課題がある。"):
    entered = {"rating": rating, "summary": summary}
    return act(review=scene.review, measure=scene.ours, entered=entered, seen_version=seen_version, by=by or scene.takeru)


WRITERS = {"self": write_self, "initiatives": write_initiatives, "internal": write_internal, "council": write_council}


def test_a_division_keeps_a_draft_hands_it_in_and_takes_it_up_again(scene):
    draft = write_self(scene)
    assert (draft.submitted_at, draft.saved_by) == (None, scene.kai)
    handed_in = write_self(scene, seen_version=1, act=submit_self_evaluation)
    assert handed_in.submitted_at is not None
    again = write_self(scene, seen_version=2, issues="別の課題")
    assert (again.submitted_at, again.issues) == (None, "別の課題")


def test_what_planning_corrects_stays_handed_in(scene):
    write_self(scene, act=submit_self_evaluation)
    corrected = write_self(scene, by=scene.takeru, division=scene.commerce, seen_version=1, issues="字を直した")
    assert corrected.submitted_at is not None


def test_nothing_is_handed_in_empty(scene):
    with pytest.raises(ValidationError, match="どれかを書いてから"):
        write_self(scene, act=submit_self_evaluation, achievements="", issues="", next_steps="")
    assert not SelfEvaluation.objects.exists()


def test_a_returned_evaluation_says_why_until_it_is_handed_in_again(scene):
    row = write_self(scene, act=submit_self_evaluation)
    returned = return_self_evaluation(evaluation=row, reason="数値を足してください", seen_version=1, by=scene.takeru)
    assert (returned.submitted_at, returned.return_reason) == (None, "数値を足してください")
    assert write_self(scene, seen_version=2, act=submit_self_evaluation).return_reason == ""


@pytest.mark.parametrize("reason", ["", "   "])
def test_nothing_is_returned_or_unconfirmed_without_a_reason(scene, reason):
    row = write_self(scene, act=submit_self_evaluation)
    with pytest.raises(ValidationError, match="理由"):
        return_self_evaluation(evaluation=row, reason=reason, seen_version=1, by=scene.takeru)
    scene.at(Stage.INTERNAL)
    internal = write_internal(scene, confirm_internal_evaluation)
    with pytest.raises(ValidationError, match="理由"):
        unconfirm_internal_evaluation(evaluation=internal, reason=reason, seen_version=1, by=scene.takeru)
    scene.at(Stage.EXTERNAL)
    council = write_council(scene, confirm_council_evaluation)
    with pytest.raises(ValidationError, match="理由"):
        unconfirm_council_evaluation(evaluation=council, reason=reason, seen_version=1, by=scene.takeru)


def test_a_draft_cannot_be_returned(scene):
    row = write_self(scene)
    with pytest.raises(ValidationError, match="まだ提出されていません"):
        return_self_evaluation(evaluation=row, reason="理由", seen_version=1, by=scene.takeru)


def test_a_division_writes_neither_for_another_nor_on_another_s_measure(scene):
    for attempt in ({"division": scene.welfare}, {"measure": scene.theirs}, {"measure": scene.theirs, "division": scene.welfare}, {"division": None}):
        with pytest.raises(PermissionDenied):
            write_self(scene, **attempt)
    with pytest.raises(PermissionDenied):
        write_initiatives(scene, by=scene.umi)


def test_planning_writes_only_for_divisions_of_the_measure(scene):
    assert write_self(scene, by=scene.takeru, division=scene.commerce).pk
    for division in (scene.welfare, None):
        with pytest.raises(PermissionDenied):
            write_self(scene, by=scene.takeru, division=division)


def test_a_measure_of_no_division_is_evaluated_by_planning(scene):
    Indicator.objects.filter(measure=scene.ours).update(division=None)
    assert write_self(scene, by=scene.takeru, division=None).division is None
    with pytest.raises(ConflictError):
        write_self(scene, by=scene.takeru, division=None)


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.VIEWER])
@pytest.mark.parametrize("work", WRITERS)
def test_members_and_viewers_write_no_evaluation(scene, work, role):
    stage = next(iter(BY_STAGE[work]))
    with pytest.raises(PermissionDenied):
        WRITERS[work](scene.at(stage), by=make_user(role))


@pytest.mark.parametrize("work", ["internal", "council"])
def test_a_division_writes_no_meeting_s_evaluation(scene, work):
    with pytest.raises(PermissionDenied):
        WRITERS[work](scene.at(next(iter(BY_STAGE[work]))), by=scene.kai)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("work", WRITERS)
def test_each_evaluation_is_written_in_its_stages_only(scene, work, stage):
    scene.at(stage)
    if stage in BY_STAGE[work]:
        assert WRITERS[work](scene)
    else:
        with pytest.raises(ValidationError, match=stage.label):
            WRITERS[work](scene)


def test_a_page_that_was_opened_in_another_stage_is_told_the_stage_of_now(scene):
    stale = make_stale(scene)
    scene.at(Stage.EXTERNAL)
    with pytest.raises(ValidationError, match="外部評価"):
        save_self_evaluation(review=stale, measure=scene.ours, division=scene.commerce, entered=SELF, seen_version=0, by=scene.kai)


def make_stale(scene):
    return type(scene.review).objects.get(pk=scene.review.pk)


@pytest.mark.parametrize("work", ["self", "internal", "council"])
def test_of_two_writers_the_second_is_told_and_nothing_is_overwritten(scene, work):
    scene.at(next(iter(BY_STAGE[work])))
    first = WRITERS[work](scene)
    with pytest.raises(ConflictError) as told:
        WRITERS[work](scene, seen_version=0)
    assert told.value.stored == first
    assert type(first).objects.get().version == 1


def test_an_initiative_that_somebody_else_wrote_is_not_overwritten_and_nothing_else_is_written(scene):
    first, second = scene.ours.initiatives.all()
    save_initiatives(review=scene.review, measure=scene.ours, entries=[InitiativeEntry(second.pk, "partly", "健が書いた", 0)], by=scene.takeru)
    with pytest.raises(ConflictError) as told:
        write_initiatives(scene)
    assert told.value.stored.note == "健が書いた"
    assert list(InitiativeProgress.objects.values_list("initiative", "note")) == [(second.pk, "健が書いた")]
    assert not InitiativeProgress.objects.filter(initiative=first).exists()


def test_a_note_without_a_state_names_its_initiative(scene):
    with pytest.raises(ValidationError) as told:
        write_initiatives(scene, state="")
    assert "「企業の誘致」の状況を選んでください。" in told.value.messages
    assert write_initiatives(scene, state="", note="") == []


def test_another_grade_than_the_proposed_one_needs_a_reason(scene):
    scene.at(Stage.INTERNAL)
    with pytest.raises(ValidationError) as told:
        write_internal(scene, proposed="B", entered=internal_entry(scene, "A"))
    assert "grade_reason" in told.value.message_dict
    kept = write_internal(scene, proposed="B", entered=internal_entry(scene, "A", grade_reason="統計に表れない成果がある"))
    assert (kept.grade.label, kept.proposed_grade.label) == ("A", "B")


def test_any_grade_stands_without_reason_where_nothing_is_proposed(scene):
    assert write_internal(scene.at(Stage.INTERNAL), proposed=None, entered=internal_entry(scene, "C")).grade.label == "C"


def test_nothing_is_confirmed_without_grade_and_course_or_without_rating_but_the_effect_may_stay_open(scene):
    scene.at(Stage.INTERNAL)
    with pytest.raises(ValidationError) as told:
        write_internal(scene, confirm_internal_evaluation, entered=internal_entry(scene, "", course=""))
    assert list(told.value.message_dict) == ["grade", "course"]
    assert write_internal(scene, confirm_internal_evaluation, entered=internal_entry(scene, effect="")).confirmed_at
    with pytest.raises(IntegrityError), transaction.atomic():
        InternalEvaluation.objects.update(course="")
    with pytest.raises(ValidationError) as told:
        write_council(scene.at(Stage.EXTERNAL), confirm_council_evaluation, rating="")
    assert "rating" in told.value.message_dict


def test_a_grade_of_another_scale_is_refused(scene):
    other = make_review().scale.grades.first()
    with pytest.raises(ValidationError) as told:
        write_internal(scene.at(Stage.INTERNAL), entered=internal_entry(scene, "", grade=other))
    assert "grade" in told.value.message_dict


@pytest.mark.parametrize(("work", "confirm", "unconfirm"), [
    ("internal", confirm_internal_evaluation, unconfirm_internal_evaluation),
    ("council", confirm_council_evaluation, unconfirm_council_evaluation),
])
def test_what_is_confirmed_changes_only_after_its_confirmation_is_taken_back(scene, work, confirm, unconfirm):
    scene.at(next(iter(BY_STAGE[work])))
    row = WRITERS[work](scene, confirm)
    with pytest.raises(ValidationError, match="確定しています"):
        WRITERS[work](scene, seen_version=1)
    taken_back = unconfirm(evaluation=row, reason="数値の訂正のため", seen_version=1, by=scene.takeru)
    assert taken_back.confirmed_at is None
    assert WRITERS[work](scene, confirm, seen_version=2).confirmed_at is not None


def test_the_public_text_has_at_most_two_hundred_characters(scene):
    scene.at(Stage.EXTERNAL)
    with pytest.raises(ValidationError, match="201字あります"):
        write_council(scene, summary="あ" * 201)
    assert write_council(scene, summary="あ" * 200).pk


def test_every_writing_leaves_who_and_why(scene, django_capture_on_commit_callbacks):
    before = Revision.current()
    with django_capture_on_commit_callbacks(execute=True):
        row = write_self(scene, act=submit_self_evaluation)
        return_self_evaluation(evaluation=row, reason="数値を足してください", seen_version=1, by=scene.takeru)
    trail = [(record.history_user, record.history_change_reason) for record in SelfEvaluation.history.all()]
    assert trail == [(scene.takeru, "数値を足してください"), (scene.kai, "提出する")]
    assert Revision.current() > before


def test_saving_the_same_again_is_no_new_version(scene):
    write_self(scene)
    assert write_self(scene, seen_version=1).version == 1


def test_the_scale_stays_once_a_grade_was_given(scene):
    other = make_review().scale
    other.strategy, other.name = scene.review.strategy, "別の区分"
    other.save()
    settings = {"self_evaluations_due_on": None, "opinions_due_on": None, "publication_planned": "", "openness": Openness.AFTER_STAGE, "by": scene.takeru}
    edited = edit_review(review=scene.review, scale=other, seen_version=1, **settings)
    assert (edited.scale, edited.openness) == (other, Openness.AFTER_STAGE)
    edit_review(review=edited, scale=scene.review.scale, seen_version=2, **settings)
    write_internal(scene.at(Stage.INTERNAL))
    with pytest.raises(ValidationError) as told:
        edit_review(review=scene.review, scale=other, seen_version=3, **settings)
    assert "scale" in told.value.message_dict
    with pytest.raises(PermissionDenied):
        edit_review(review=scene.review, scale=scene.review.scale, seen_version=3, **{**settings, "by": scene.kai})


def test_a_step_meanwhile_does_not_stand_in_the_way_of_settings_whose_history_was_begun_before_versions_were_counted(scene):
    settings = {"scale": scene.review.scale, "self_evaluations_due_on": None, "opinions_due_on": None, "openness": Openness.AFTER_STAGE, "by": scene.takeru}
    for version, planned in enumerate(("10月", "11月"), start=1):
        edit_review(review=scene.review, publication_planned=planned, seen_version=version, **settings)
    for rows in (AnnualReview.history, AnnualReview.objects):
        rows.update(version=1)
    move_stage(review=scene.review, move=StageMove.CLOSE_ENTRY, by=scene.takeru)
    assert edit_review(review=scene.review, publication_planned="12月", seen_version=1, **settings).publication_planned == "12月"
    with pytest.raises(ConflictError):
        edit_review(review=scene.review, publication_planned="1月", seen_version=1, **settings)


def test_a_year_is_reviewed_once(scene):
    with pytest.raises(ValidationError):
        open_review(strategy=scene.review.strategy, fiscal_year=2023, by=scene.takeru)
    made = open_review(strategy=scene.review.strategy, fiscal_year=2022, by=scene.takeru, openness=Openness.AFTER_STAGE)
    assert (made.stage, made.openness) == (Stage.ENTRY, Openness.AFTER_STAGE)


def test_rows_of_evaluations_are_one_for_each_measure(scene):
    write_internal(scene.at(Stage.INTERNAL))
    write_council(scene.at(Stage.EXTERNAL))
    assert (InternalEvaluation.objects.count(), CouncilEvaluation.objects.count()) == (1, 1)
