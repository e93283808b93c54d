"""No sequence of actions changes what an edition holds, or its hash."""
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
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
from reviews.actions.reviews import move_stage
from reviews.editions import freeze, verify
from reviews.models import Edition, JointOpinion, Response, SelfEvaluation
from reviews.sample import clear_sample
from reviews.stages import STAGE_TRANSITIONS
from reviews.vocabulary import Stage
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
    row = (reviewed.growers, reviewed.crops, reviewed.measure, reviewed.farm, world.takeru, reviewed.review, reviewed.strategy)[number % 7]
    if row.pk:
        type(row).objects.filter(pk=row.pk).delete()


def clear(world: World, number: int) -> None:
    clear_sample(by=world.takeru)


ACTIONS: tuple[Callable[[World, int], None], ...] = (
    enter, correct, hand_in, take_as_right, give_back, open_again, revise_target, step, step, freeze_again, bring_a_file, take_the_file_back, rewrite,
    delete_something, clear,
)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 99)), min_size=3, max_size=14)


def frozen() -> dict[int, tuple]:
    return {row.pk: (row.content, row.sha256, row.stage, row.number, row.frozen_at) for row in Edition.objects.all()}


def try_it(action: Callable[[World, int], None], world: World, number: int) -> bool:
    """Whether it was done; what is refused or finds its rows gone does nothing."""
    try:
        with transaction.atomic():
            action(world, number)
    except (*REFUSED, User.DoesNotExist):
        return False
    return True


def run(steps: list[tuple[Callable, int]]) -> set[str]:
    """The actions that were done; after each, every edition there was is checked."""
    world, done = World(), set()
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


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS)
def test_no_sequence_of_actions_changes_an_edition(db, private_folder, steps):
    with transaction.atomic():
        run(steps)
        transaction.set_rollback(True)


def test_each_of_the_actions_can_be_done(db):
    """So that the property above is about actions that really happen."""
    way = [
        (give_back, 2), (enter, 5), (hand_in, 5), (take_as_right, 5), (correct, 5), (open_again, 5), (revise_target, 3), (step, 0), (freeze_again, 0),
        (bring_a_file, 51), (take_the_file_back, 0), (rewrite, 1), (step, 0), (step, 0), (step, 0), (clear, 0), (delete_something, 0),
    ]  # fmt: skip
    assert {action.__name__ for action in ACTIONS} - run(way) == set()
