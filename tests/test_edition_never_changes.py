"""No sequence of actions changes what an edition holds, or its hash."""
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from collecting.actions import ConflictError, check, record_value, reopen, return_values, submit
from importing.actions import read_batch, stage_files, take_back, take_in
from importing.models import ImportBatch
from kpis.models import Actual, RatingBand
from kpis.vocabulary import Door
from reviews.actions.publication import cancel_schedule, publish_due, publish_now, schedule_publication, withdraw
from reviews.actions.responses import mark_done, reopen_response, return_response, save_response
from reviews.actions.reviews import move_stage
from reviews.actions.revisions import decide, propose
from reviews.editions.freezing import freeze, verify
from reviews.models import Edition, JointOpinion, Meeting, Publication, Response, Seat, SelfEvaluation
from reviews.sample_clearing import clear_sample
from reviews.stages import STAGE_TRANSITIONS
from reviews.vocabulary import PublicationState, ResponseState, RevisionKind, Stage, Treatment
from tests.factories import make_target, make_user
from tests.import_files import an_upload, row_of
from tests.reviewed import YEAR, Reviewed, make_reviewed

REFUSED = (ValidationError, PermissionDenied, ConflictError, ProtectedError)


class World:
    """The reviewed plan with Takeru, who plans, and Kai of the farm division."""

    def __init__(self):
        self.reviewed: Reviewed = make_reviewed(Stage.ENTRY)
        self.takeru: User = make_user(Role.PLANNING)
        self.kai: User = make_user(Role.DIVISION, division=self.reviewed.farm)

    def actuals(self, number: int) -> list[Actual]:
        rows = list(Actual.objects.filter(fiscal_year=YEAR).select_related("indicator__strategy").order_by("pk"))
        return rows[number % len(rows) :][:1] if rows else []

    def reviews(self) -> Reviewed:
        self.reviewed.review.refresh_from_db()
        return self.reviewed


def enter(world: World, number: int) -> None:
    for row in world.actuals(number):
        record_value(indicator=row.indicator, fiscal_year=YEAR, entered={"value": Decimal(number)}, seen_version=row.version, by=world.kai)


def correct(world: World, number: int) -> None:
    for row in world.actuals(number):
        entered = {"value": Decimal(number), "state": "confirmed", "comment": f"訂正{number}"}
        record_value(indicator=row.indicator, fiscal_year=YEAR, entered=entered, seen_version=row.version, by=world.takeru, reason="訂正", door=Door.ADMIN)


def hand_in(world: World, number: int) -> None:
    submit(actuals=world.actuals(number), by=world.kai)


def take_as_right(world: World, number: int) -> None:
    check(actuals=world.actuals(number), by=world.takeru)


def give_back(world: World, number: int) -> None:
    return_values(actuals=world.actuals(number), reason="確かめて", by=world.takeru)


def open_again(world: World, number: int) -> None:
    for row in world.actuals(number):
        reopen(actual=row, reason="訂正", until=timezone.localdate() + timedelta(days=number % 9), by=world.takeru)


def revise_target(world: World, number: int) -> None:
    for row in world.actuals(number):
        row.indicator.targets.filter(effective_fiscal_year=2020 + number % 5).delete()
        make_target(indicator=row.indicator, value=Decimal(100 + number), effective_fiscal_year=2020 + number % 5)


def step(world: World, number: int) -> None:
    """One of the moves that the stage allows, forth or back."""
    review = world.reviews().review
    moves = [each.move for each in STAGE_TRANSITIONS if each.source == review.stage]
    move_stage(review=review, move=moves[number % len(moves)], by=world.takeru, reason="見直し")


def freeze_again(world: World, number: int) -> None:
    freeze(review=world.reviews().review, stage=Stage.EXTERNAL, by=world.takeru)


def bring_a_file(world: World, number: int) -> None:
    strategy = world.reviewed.strategy
    rows = [row_of(row.indicator, number) for row in world.actuals(number)]
    batch = read_batch(batch=stage_files(strategy=strategy, uploads=[an_upload("表.xlsx", *rows)], by=world.takeru), by=world.takeru)
    take_in(batch=batch, by=world.takeru, seen_at=batch.previewed_at, reason="取込")


def take_the_file_back(world: World, number: int) -> None:
    for batch in ImportBatch.objects.order_by("-number")[:1]:
        take_back(batch=batch, by=world.takeru)


def rewrite(world: World, number: int) -> None:
    """Everything around the edition is renamed or said anew."""
    SelfEvaluation.objects.update(achievements=f"成果{number}")
    Response.objects.update(text=f"回答{number}")
    JointOpinion.objects.update(text=f"意見{number}")
    RatingBand.objects.update(label=f"段階{number}")
    for row in (world.reviewed.strategy, world.reviewed.farm, world.reviewed.measure, world.reviewed.review.scale):
        type(row).objects.filter(pk=row.pk).update(name=f"名称{number}")
    type(world.reviewed.strategy).objects.update(on_track_from=Decimal(1), rate_decimals=number % 3)


def delete_something(world: World, number: int) -> None:
    reviewed = world.reviewed
    others = (model.objects.order_by("pk").first() for model in (Publication, JointOpinion, Meeting, Seat))
    rows = (reviewed.growers, reviewed.crops, reviewed.measure, reviewed.farm, world.takeru, reviewed.review, reviewed.strategy, *others)
    row = rows[number % len(rows)]
    if row and row.pk:
        type(row).objects.filter(pk=row.pk).delete()


def publish(world: World, number: int) -> None:
    review = world.reviews().review
    publish_now(review=review, edition=review.editions.latest("number"), shows_member_names=bool(number % 2), by=world.takeru)


def schedule(world: World, number: int) -> None:
    review, soon = world.reviews().review, timezone.now() + timedelta(minutes=1)
    edition = review.editions.latest("number")
    schedule_publication(review=review, edition=edition, publish_at=soon, shows_member_names=bool(number % 2), by=world.takeru)


def let_its_time_come(world: World, number: int) -> None:
    publish_due(now=timezone.now() + timedelta(minutes=2))


def cancel(world: World, number: int) -> None:
    cancel_schedule(publication=Publication.objects.get(state=PublicationState.SCHEDULED), by=world.takeru)


def take_down(world: World, number: int) -> None:
    withdraw(publication=Publication.objects.in_force().get(), reason=f"誤り{number}", by=world.takeru)


def answer(world: World, number: int) -> None:
    """A new answer is made final; a final one goes back to its division."""
    opinion = JointOpinion.objects.order_by("pk")[number % 2]
    found = Response.objects.filter(opinion=opinion).first()
    seen = {"opinion": opinion, "seen_version": found.version if found else 0, "by": world.takeru}
    if found and found.state == ResponseState.FINAL:
        return_response(reason="書き直し", **seen)
    else:
        save_response(values={"treatment": Treatment.ADOPTED, "text": f"回答{number}"}, makes_final=True, **seen)


def keep_a_promise(world: World, number: int) -> None:
    """What was promised is done, or not done after all."""
    found = Response.objects.filter(state=ResponseState.FINAL, treatment=Treatment.ADOPTED).earliest("pk")
    seen = {"opinion": found.opinion, "seen_version": found.version, "by": world.takeru}
    reopen_response(**seen) if found.done_on else mark_done(done_on=timezone.localdate(), note=f"済んだ{number}", **seen)


def decide_a_revision(world: World, number: int) -> None:
    """The council decides another target, which is in force from then on."""
    values = {"effective_fiscal_year": 2021 + number % 4, "value": Decimal(200 + number), "reason": "事情が変わった"}
    made = propose(strategy=world.reviewed.strategy, kind=RevisionKind.TARGET, indicator=world.reviewed.growers, values=values, by=world.takeru)
    meeting = Meeting.objects.filter(held_at__isnull=False).earliest("pk")
    decide(revision=made, meeting=meeting, decided_on=timezone.localdate(), note="決定", seen_version=made.version, by=world.takeru)


def clear(world: World, number: int) -> None:
    clear_sample(by=world.takeru)


ACTIONS: tuple[Callable[[World, int], None], ...] = (
    enter, correct, hand_in, take_as_right, give_back, open_again, revise_target, step, step, freeze_again, bring_a_file, take_the_file_back, rewrite,
    delete_something, clear, publish, schedule, let_its_time_come, cancel, take_down, answer, keep_a_promise, decide_a_revision,
)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 99)), min_size=3, max_size=18)


def frozen() -> dict[int, tuple]:
    return {row.pk: (row.content, row.sha256, row.stage, row.number, row.frozen_at) for row in Edition.objects.all()}


def try_it(action: Callable[[World, int], None], world: World, number: int) -> bool:
    """Whether it was done; what is refused or finds its rows gone does nothing."""
    try:
        with transaction.atomic():
            action(world, number)
    except (*REFUSED, ObjectDoesNotExist, IndexError):
        return False
    return True


def run(steps: list[tuple[Callable, int]], world: World) -> set[str]:
    """The actions that were done; after each, every edition there was is checked."""
    done = set()
    freeze(review=world.reviewed.review, stage=Stage.ENTRY, by=world.takeru)
    for action, number in steps:
        before = frozen()
        if try_it(action, world, number):
            done.add(action.__name__)
        after = frozen()
        assert {key: after.get(key) for key in before} == before, action.__name__
        assert all(map(verify, Edition.objects.all())), action.__name__
    return done


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


def closed_world() -> World:
    """The way to the last stage is long: here it is gone already."""
    world = World()
    for _ in range(3):
        step(world, 0)
    return world


@pytest.mark.parametrize("begin", [World, closed_world])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.differing_executors])
@given(steps=STEPS)
def test_no_sequence_of_actions_changes_an_edition(db, private_folder, begin, steps):
    with transaction.atomic():
        run(steps, begin())
        transaction.set_rollback(True)


def test_each_of_the_actions_can_be_done(db):
    """So that the property above is about actions that really happen."""
    way = [
        (give_back, 2), (enter, 5), (hand_in, 5), (take_as_right, 5), (correct, 5), (open_again, 5), (revise_target, 3), (step, 0), (freeze_again, 0),
        (bring_a_file, 51), (take_the_file_back, 0), (rewrite, 1), (step, 0), (answer, 1), (keep_a_promise, 0), (decide_a_revision, 3), (step, 0),
        (schedule, 0), (cancel, 0), (schedule, 0), (let_its_time_come, 0), (publish, 1), (take_down, 0), (step, 1), (clear, 0), (delete_something, 0),
    ]  # fmt: skip
    assert {action.__name__ for action in ACTIONS} - run(way, World()) == set()
