"""An edition is frozen: its hash is that of its text, the database refuses to change it, and nothing anybody does reaches it."""
import hashlib
import json

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from accounts.models import User
from accounts.roles import ROLES, Role
from goals.models import Measure
from kpis.models import Actual, Indicator
from reviews.actions.reviews import move_stage
from reviews.editions.content import content_of
from reviews.editions.freezing import canonical, hash_of, verify, visible_editions
from reviews.editions.reading import EditionContent
from reviews.models import AnnualReview, Edition, SelfEvaluation
from reviews.stages import ORDER, StageMove
from reviews.vocabulary import Stage
from tests.factories import make_division, make_user
from tests.reviewed import make_reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def takeru(db) -> User:
    return make_user(Role.PLANNING, username="takeru", display_name="佐藤 健")


@pytest.fixture
def reviewed(db):
    return make_reviewed(Stage.ENTRY)


@pytest.fixture
def edition(reviewed, takeru) -> Edition:
    move_stage(review=reviewed.review, move=StageMove.CLOSE_ENTRY, by=takeru)
    return reviewed.review.editions.get()


def test_closing_a_stage_freezes_what_is_on_the_table(reviewed, takeru):
    on_the_table = content_of(AnnualReview.objects.get(), Stage.ENTRY)
    move_stage(review=reviewed.review, move=StageMove.CLOSE_ENTRY, by=takeru)
    edition = reviewed.review.editions.get()
    assert json.loads(edition.content) == on_the_table
    assert (edition.number, edition.stage, edition.frozen_by, edition.rule_version) == (1, Stage.ENTRY, takeru, "1")


def test_the_hash_is_the_sha_256_of_the_text_as_it_is_stored(edition):
    edition.refresh_from_db()
    assert edition.sha256 == hashlib.sha256(edition.content.encode("utf-8")).hexdigest()
    assert verify(edition)
    assert not verify(Edition(content=edition.content + " ", sha256=edition.sha256))


def test_the_text_is_canonical_so_that_equal_contents_have_equal_hashes():
    assert canonical({"b": [1, "あ"], "a": None}) == '{"a":null,"b":[1,"あ"]}'
    assert hash_of(canonical({"b": 1, "a": 2})) == hash_of(canonical({"a": 2, "b": 1}))
    with pytest.raises(ValueError, match="Out of range"):
        canonical({"a": float("nan")})


def test_numbers_run_on_through_steps_back(reviewed, takeru):
    for move, reason in ((StageMove.CLOSE_ENTRY, ""), (StageMove.BACK_TO_ENTRY, "値の誤り"), (StageMove.CLOSE_ENTRY, ""), (StageMove.CLOSE_INTERNAL, "")):
        move_stage(review=reviewed.review, move=move, by=takeru, reason=reason)
    assert list(reviewed.review.editions.values_list("number", "stage")) == [(1, "entry"), (2, "entry"), (3, "internal")]


@pytest.mark.parametrize("change", ["content = 'x'", "sha256 = 'x'", "number = 9", "frozen_by_id = NULL", "review_id = review_id"])
def test_the_database_refuses_to_change_an_edition(edition, change):
    with pytest.raises(DatabaseError, match="An edition is never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE reviews_edition SET {change} WHERE id = %s", [edition.pk])
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(sha256="x")


def test_the_model_refuses_to_save_or_delete_an_edition(edition):
    with pytest.raises(ValidationError, match="確定版は変えられません"):
        edition.save()
    with pytest.raises(ValidationError, match="確定版は変えられません"):
        edition.delete()
    assert Edition.objects.get() == edition


def test_nobody_has_a_permission_that_changes_an_edition():
    found = {permission for rights in ROLES.values() for permission in rights.permissions if permission.endswith("_edition")}
    assert found == {"reviews.view_edition"}
    assert Edition not in admin.site._registry


def test_a_review_or_a_plan_with_an_edition_cannot_be_deleted(edition, reviewed):
    for row in (reviewed.review, reviewed.strategy):
        with pytest.raises(ProtectedError):
            row.delete()


def test_who_froze_an_edition_stays_known(edition, takeru):
    with pytest.raises(ProtectedError):
        takeru.delete()


def test_deleting_a_person_a_division_a_measure_or_an_indicator_leaves_the_edition(edition, reviewed):
    kept = (edition.content, edition.sha256)
    kai = make_user(Role.DIVISION, division=make_division())
    SelfEvaluation.objects.all().delete()
    division = kai.division
    for row in (kai, division, *Indicator.objects.all(), *Measure.objects.all()):
        row.delete()
    assert not Actual.objects.exists()
    edition.refresh_from_db()
    assert (edition.content, edition.sha256) == kept
    assert verify(edition)
    assert len(EditionContent.read(edition.content).indicators) == 3


def test_planning_reads_every_edition_others_those_of_stages_that_are_over_now(reviewed, takeru):
    readers = [make_user(Role.COUNCIL), make_user(Role.DIVISION)]
    for stage, move in zip(ORDER[:3], (StageMove.CLOSE_ENTRY, StageMove.CLOSE_INTERNAL, StageMove.CLOSE_EXTERNAL), strict=True):
        move_stage(review=reviewed.review, move=move, by=takeru)
        reviewed.review.refresh_from_db()
        for reader in (*readers, takeru):
            assert visible_editions(reader, reviewed.review).order_by("-number").first().stage == stage
    move_stage(review=reviewed.review, move=StageMove.BACK_TO_EXTERNAL, by=takeru, reason="意見の追加")
    reviewed.review.refresh_from_db()
    assert [edition.stage for edition in visible_editions(takeru, reviewed.review)] == ["entry", "internal", "external"]
    for reader in readers:
        assert [edition.stage for edition in visible_editions(reader, reviewed.review)] == ["entry", "internal"]
