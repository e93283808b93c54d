"""The city's own grades of the internal meeting are data: planning changes them in the admin with a reason, and the change stays readable."""
import pytest

from accounts.roles import Role
from reviews.models import EvaluationScale
from tests.admin_pages import admin_url, save
from tests.factories import make_review, make_user
from tests.world import client_of


@pytest.fixture
def scale(db) -> EvaluationScale:
    return make_review().scale


def test_takeru_renames_a_grade_and_the_history_says_why(scale):
    takeru = client_of(make_user(Role.PLANNING))
    changes = {"grades-1-name": "ほぼ予定どおり", "change_reason": "庁内検討会議の申合せ"}
    assert save(takeru, admin_url(scale, "change"), **changes).status_code == 302
    assert scale.grades.get(position=2).name == "ほぼ予定どおり"
    history = takeru.get(admin_url(scale, "history")).content.decode()
    assert "ほぼ予定どおり" in history
    assert "庁内検討会議の申合せ" in history


def test_a_bound_that_is_no_share_is_refused(scale):
    takeru = client_of(make_user(Role.PLANNING))
    refused = save(takeru, admin_url(scale, "change"), **{"grades-0-lower_bound": "1.5"})
    assert "下限は、0から1までにしてください。" in refused.content.decode()


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_nobody_else_changes_the_grades(scale, role):
    assert client_of(make_user(role)).get(admin_url(scale, "change")).status_code in (302, 403)
