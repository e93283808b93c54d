"""The sample's review: a fictional year that has gone all the way, and the next one; both go with one command."""
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.actions import create_demo_accounts
from accounts.models import User
from kpis.models import Actual
from kpis.vocabulary import EntryState
from reviews.actions.council import add_seat
from reviews.actions.evaluations import save_self_evaluation
from reviews.actions.meetings import create_meeting
from reviews.actions.reviews import move_stage
from reviews.actions.revisions import propose
from reviews.actions.writing import write
from reviews.editions.freezing import verify
from reviews.models import (
    AnnualReview,
    Decision,
    Edition,
    EvaluationScale,
    InternalEvaluation,
    JointOpinion,
    Meeting,
    Opinion,
    Publication,
    Response,
    Seat,
    SelfEvaluation,
    TargetRevision,
)
from reviews.stages import StageMove
from reviews.vocabulary import Body, PublicationState, RevisionKind, Sector, Stage
from tests.review_scenes import SELF

WRITTEN = (SelfEvaluation, InternalEvaluation, Meeting, Decision, Seat, Opinion, JointOpinion, Response)


@pytest.fixture
def reviewed(sample):
    call_command("load_sample_review", verbosity=0)
    return sample.reviews.get(fiscal_year=2023)


def test_a_fictional_year_has_gone_all_the_way_and_the_next_has_begun(reviewed, sample):
    assert reviewed.stage == Stage.PUBLICATION
    assert [edition.stage for edition in reviewed.editions.order_by("number")] == [Stage.ENTRY, Stage.INTERNAL, Stage.EXTERNAL]
    assert sample.reviews.get(fiscal_year=2024).stage == Stage.ENTRY
    publication = reviewed.publications.get()
    assert publication.state == PublicationState.PUBLISHED
    assert publication.edition == reviewed.editions.get(stage=Stage.EXTERNAL)


def test_each_fictional_row_carries_its_mark(reviewed):
    for model in WRITTEN:
        assert model.objects.exists()
        assert not model.objects.filter(is_sample=False).exists(), model


def test_the_editions_of_the_sample_say_that_it_is_fictional(reviewed):
    for edition in reviewed.editions.all():
        assert verify(edition)
        assert json.loads(edition.content)["is_sample"] is True


def test_the_sample_speaks_of_every_measure_in_each_of_the_evaluations(reviewed):
    assert reviewed.self_evaluations.values("measure").distinct().count() == 13
    assert reviewed.internal_evaluations.filter(confirmed_at__isnull=False).count() == 13
    assert reviewed.council_evaluations.filter(confirmed_at__isnull=False).count() == 13


def test_the_values_of_the_finished_year_are_settled(reviewed, sample):
    states = Actual.objects.filter(indicator__strategy=sample, fiscal_year=2023).values_list("entry_state", flat=True)
    assert set(states) == {EntryState.SETTLED}


def test_loading_twice_changes_nothing(reviewed):
    editions = list(reviewed.editions.values_list("sha256", flat=True))
    call_command("load_sample_review", verbosity=0)
    assert AnnualReview.objects.count() == 2
    assert list(reviewed.editions.values_list("sha256", flat=True)) == editions


def test_a_review_that_people_began_is_left_alone(sample):
    scale = EvaluationScale.objects.create(strategy=sample, name="市の区分")
    AnnualReview.objects.create(strategy=sample, fiscal_year=2023, scale=scale)
    call_command("load_sample_review", verbosity=0)
    assert AnnualReview.objects.count() == 1
    assert not Seat.objects.exists()


def test_the_whole_sample_goes_with_one_command(reviewed):
    call_command("clear_sample", verbosity=0)
    for model in (*WRITTEN, AnnualReview, Publication, EvaluationScale):
        assert not model.objects.exists(), model


def test_clearing_leaves_what_people_wrote_in_the_sample_and_names_it(reviewed, sample, takeru, capsys):
    """Takeru evaluated in the year just begun, answered a fictional opinion of the year before, and took up a fictional decision in a real agenda."""
    begun = sample.reviews.get(fiscal_year=2024)
    owner, opinion = sample.indicators.filter(measure__isnull=False, division__isnull=False).first(), JointOpinion.objects.first()
    save_self_evaluation(review=begun, measure=owner.measure, division=owner.division, entered=SELF, seen_version=0, by=takeru)
    response = Response.objects.get(opinion=opinion)
    write(response, {"text": "来年度に始めます"}, by=takeru)
    meeting = create_meeting(review=begun, body=Body.INTERNAL_MEETING, meets_on=date(2025, 6, 2), by=takeru)
    assert meeting.agenda.filter(decision__isnull=False).exists()
    lines = list(meeting.agenda.values_list("title", flat=True))
    call_command("clear_sample")
    said = capsys.readouterr().out
    assert "令和5年度の評価・検証（市の回答 1件、会議の意見 1件）" in said
    assert "令和6年度の評価・検証（会議 1件、自己評価 1件）" in said
    assert (Response.objects.get().text, JointOpinion.objects.get(), SelfEvaluation.objects.get().issues) == ("来年度に始めます", opinion, SELF["issues"])
    assert sample.indicators.filter(division=owner.division).exists()
    assert list(Meeting.objects.get().agenda.values_list("title", flat=True)) == lines
    assert set(AnnualReview.objects.values_list("stage", "is_sample")) == {(Stage.ENTRY, False)}
    assert [model.objects.count() for model in (Edition, Publication, Seat)] == [0, 0, 0]


def test_what_only_demo_accounts_wrote_goes_when_asked_for(reviewed, sample, takeru, capsys):
    create_demo_accounts()
    kikaku, begun = User.objects.get(username="kikaku"), sample.reviews.get(fiscal_year=2024)
    move_stage(review=begun, move=StageMove.CLOSE_ENTRY, by=kikaku)
    create_meeting(review=begun, body=Body.INTERNAL_MEETING, meets_on=date(2025, 6, 2), by=kikaku)
    add_seat(strategy=sample, values={"sector": Sector.CITIZEN, "member_name": "試し 花", "term_from": date(2024, 4, 1)}, by=kikaku)
    target = {"effective_fiscal_year": 2024, "value": 1, "reason": "試しに"}
    propose(strategy=sample, kind=RevisionKind.TARGET, indicator=sample.indicators.get(code="1-1-1"), values=target, by=kikaku)
    call_command("clear_sample")
    assert "目標数値の見直しの提案と決定 1件" in capsys.readouterr().out
    kept = AnnualReview.objects.get()
    assert (kept.fiscal_year, kept.stage, kept.editions.count(), kept.is_sample) == (2024, Stage.INTERNAL, 1, False)
    real = create_meeting(review=kept, body=Body.INTERNAL_MEETING, meets_on=date(2025, 6, 9), by=takeru)
    call_command("clear_sample", "--with-demo-work", verbosity=0)
    assert list(Meeting.objects.values_list("pk", "review__stage")) == [(real.pk, Stage.ENTRY)]
    real.delete()
    call_command("clear_sample", "--with-demo-work", verbosity=0)
    assert [model.objects.count() for model in (AnnualReview, EvaluationScale, Seat, TargetRevision)] == [0, 0, 0, 0]


def test_without_a_plan_the_command_says_what_to_do_first(db):
    with pytest.raises(CommandError, match="load_plan"):
        call_command("load_sample_review", verbosity=0)


def test_without_the_sample_of_the_plan_too(plan):
    with pytest.raises(CommandError, match="load_sample"):
        call_command("load_sample_review", verbosity=0)
