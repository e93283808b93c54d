"""Files laid before a meeting: what is taken, and who may have it."""
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from collecting.files import MOST_FILES
from reviews.actions.materials import add_material, remove_material
from reviews.models import Material
from reviews.vocabulary import Body
from tests.meetings import make_meeting, make_review, seat_kazuko
from tests.reading import words_of
from tests.world import client_of

COUNCIL, INTERNAL = Body.PROMOTION_COUNCIL, Body.INTERNAL_MEETING
PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"
    return settings.PRIVATE_ROOT


@pytest.fixture
def review(db):
    return make_review()


def page(meeting, name: str, *more) -> str:
    return reverse(name, args=[meeting.review.strategy.slug, meeting.review.fiscal_year, meeting.pk, *more])


def laid(meeting, takeru, name="資料1 (案).pdf", content=PDF) -> Material:
    return add_material(meeting=meeting, upload=SimpleUploadedFile(name, content), by=takeru)


def test_takeru_lays_a_file_before_the_meeting(review, takeru, private_folder):
    meeting = make_meeting(review)
    answer = client_of(takeru).post(page(meeting, "material_add"), {"file": SimpleUploadedFile("資料1 (案).pdf", PDF)}, follow=True)
    assert "資料1(案).pdf" in words_of(answer)
    kept = list(private_folder.rglob("*.pdf"))
    assert [path.read_bytes() for path in kept] == [PDF]
    assert "資料" not in str(kept[0])
    assert meeting.history.first().history_change_reason == "資料「資料1 (案).pdf」を付けた"


READERS = {INTERNAL: {Role.ADMINISTRATOR, Role.PLANNING, Role.DIVISION}, COUNCIL: {Role.ADMINISTRATOR, Role.PLANNING, Role.COUNCIL}}


@pytest.mark.parametrize("body", Body)
@pytest.mark.parametrize("role", Role)
def test_a_file_is_given_to_those_who_take_part(people, review, takeru, role, body):
    seat_kazuko(people, review.strategy)
    meeting = make_meeting(review, body)
    answer = client_of(people[role]).get(page(meeting, "material_file", laid(meeting, takeru).pk))
    assert answer.status_code == (200 if role in READERS[body] else 404)


def test_a_visitor_is_asked_to_sign_in(review, takeru):
    meeting = make_meeting(review)
    assert client_of(None).get(page(meeting, "material_file", laid(meeting, takeru).pk)).status_code == 302


def test_a_member_whose_term_is_over_gets_no_file(people, review, takeru):
    meeting, seat = make_meeting(review, COUNCIL), seat_kazuko(people, review.strategy)
    material = laid(meeting, takeru)
    seat.term_until = meeting.meets_on
    seat.save()
    assert client_of(people[Role.COUNCIL]).get(page(meeting, "material_file", material.pk)).status_code == 403


def test_a_file_is_a_download_that_no_browser_runs(review, takeru):
    meeting = make_meeting(review)
    answer = client_of(takeru).get(page(meeting, "material_file", laid(meeting, takeru).pk))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(answer.streaming_content) == PDF


def test_a_file_is_reached_through_its_own_meeting_only(people, review, takeru):
    seat_kazuko(people, review.strategy)
    internal, council = make_meeting(review), make_meeting(review, COUNCIL)
    material = laid(internal, takeru)
    assert client_of(people[Role.COUNCIL]).get(page(council, "material_file", material.pk)).status_code == 404


@pytest.mark.parametrize(("name", "content", "words"), [("図.svg", b"<svg/>", "付けられません"), ("表.xlsx", PDF, "中身が"), ("空.pdf", b"", "空です")])
def test_other_files_are_refused_beside_the_field(review, takeru, private_folder, name, content, words):
    answer = client_of(takeru).post(page(make_meeting(review), "material_add"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert words in words_of(answer)
    assert list(private_folder.rglob("*.*")) == []


def test_no_file_at_all_is_said(review, takeru):
    answer = client_of(takeru).post(page(make_meeting(review), "material_add"), {})
    assert answer.status_code == 422
    assert "付けるファイルを選んで" in words_of(answer)


def test_the_same_file_is_kept_once_and_ten_are_enough(review, takeru):
    meeting = make_meeting(review)
    for number in range(MOST_FILES):
        laid(meeting, takeru, content=PDF + str(number).encode())
    with pytest.raises(ValidationError, match="すでに付いています"):
        laid(meeting, takeru, content=PDF + b"0")
    with pytest.raises(ValidationError, match="10個まで"):
        laid(meeting, takeru, content=PDF + b"more")


def test_taking_a_file_away_removes_it_from_the_disk_and_leaves_its_trace(review, takeru, private_folder, django_capture_on_commit_callbacks):
    meeting = make_meeting(review)
    material = laid(meeting, takeru)
    with django_capture_on_commit_callbacks(execute=True):
        client_of(takeru).post(page(meeting, "material_remove"), {"material": material.pk})
    assert not meeting.materials.exists()
    assert list(private_folder.rglob("*.pdf")) == []
    assert meeting.history.first().history_change_reason == "資料「資料1 (案).pdf」を外した"


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_only_the_planning_side_lays_files_and_takes_them_away(people, review, takeru, role):
    meeting = make_meeting(review)
    material = laid(meeting, takeru)
    with pytest.raises(PermissionDenied):
        laid(meeting, people[role], content=PDF + b"2")
    with pytest.raises(PermissionDenied):
        remove_material(material=material, by=people[role])


def test_a_file_that_is_gone_from_the_disk_is_not_found(review, takeru, private_folder):
    meeting = make_meeting(review)
    material = laid(meeting, takeru)
    next(private_folder.rglob("*.pdf")).unlink()
    assert client_of(takeru).get(page(meeting, "material_file", material.pk)).status_code == 404
