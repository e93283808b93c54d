"""The sample's review: a fictional year that has gone all the way, and the next one; both go with one command."""
import json

import pytest
from django.core.management import CommandError, call_command

from kpis.models import Actual
from kpis.vocabulary import EntryState
from reviews.editions.freezing import verify
from reviews.models import (
    AnnualReview,
    Decision,
    EvaluationScale,
    InternalEvaluation,
    JointOpinion,
    Meeting,
    Opinion,
    Publication,
    Response,
    Seat,
    SelfEvaluation,
)
from reviews.vocabulary import PublicationState, Stage

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


def test_without_a_plan_the_command_says_what_to_do_first(db):
    with pytest.raises(CommandError, match="load_plan"):
        call_command("load_sample_review", verbosity=0)
