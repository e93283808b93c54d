"""The pages of editions: who reads which, what stands there, what differs from now."""
import hashlib
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from collecting.actions import record_value
from kpis.models import Actual
from kpis.vocabulary import Door, EntryState
from reviews.actions.reviews import move_stage
from reviews.stages import StageMove
from reviews.vocabulary import Sector, Stage
from tests.factories import make_actual, make_indicator, make_target, make_user
from tests.reviewed import SECRETS, YEAR, make_reviewed
from tests.world import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def takeru(db):
    return make_user(Role.PLANNING, display_name="佐藤 健")


@pytest.fixture
def reviewed(db):
    return make_reviewed(Stage.INTERNAL)


@pytest.fixture
def closed(reviewed, takeru):
    """庁内検証 and 外部評価 are over: two editions."""
    for move in (StageMove.CLOSE_INTERNAL, StageMove.CLOSE_EXTERNAL):
        move_stage(review=reviewed.review, move=move, by=takeru)
    return reviewed


def member_of(reviewed):
    """A user who holds one of the council's seats."""
    user = make_user(Role.COUNCIL)
    reviewed.strategy.seats.filter(sector=Sector.CITIZEN).update(user=user)
    return user


def address(reviewed, rest="") -> str:
    return f"/strategies/{reviewed.strategy.slug}/reviews/{YEAR}/editions/{rest}"


def page(user, reviewed, rest="") -> str:
    response = client_of(user).get(address(reviewed, rest))
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def status(user, reviewed, rest="") -> int:
    return client_of(user).get(address(reviewed, rest)).status_code


def correct(reviewed, by, value, reason="決算で確定した。"):
    row = reviewed.value
    record_value(
        indicator=reviewed.growers, fiscal_year=YEAR, entered={"value": Decimal(value), "state": "confirmed"}, seen_version=row.version, by=by, reason=reason, door=Door.ADMIN
    )


def test_the_list_names_number_stage_who_when_hash_and_rule_version(closed, takeru):
    shown = page(takeru, closed)
    edition = closed.review.editions.get(number=2)
    for text in ("第1版（庁内検証）", "第2版（外部評価）", "佐藤 健", edition.sha256, "判定のしかたの版 1", "確定時のままです"):
        assert text in shown
    assert shown.index("第2版") < shown.index("第1版")


def test_the_list_says_so_when_there_is_none(reviewed, takeru):
    assert "まだ確定版はありません。" in page(takeru, reviewed)
    assert "段階が終わると" in page(member_of(reviewed), reviewed)


def test_an_edition_shows_values_verdicts_evaluations_answers_and_meetings(closed, takeru):
    shown = page(takeru, closed, "2/")
    for text in ("138人（速報）", "やや遅れ", "相談会を4回開いた。", "おおむね予定どおり", "相談は増えた。", "窓口を置きます。", "仲介の案を示す。", "渡辺 一郎", "2/3"):
        assert text in shown
    assert [secret for secret in SECRETS if secret in shown] == []


def test_an_edition_shows_what_was_not_what_is_and_warns_of_corrections(closed, takeru):
    correct(closed, takeru, 152)
    shown = page(takeru, closed, "2/")
    assert "確定した後に、1件変わりました。" in shown
    assert "確定値への置き換え（速報 → 確定値）" in shown
    assert 'class="r num">138人（速報）' in shown


def test_the_comparison_says_that_nothing_changed(closed, takeru):
    assert "変わっていません。" in page(takeru, closed, "2/compare/")


def test_the_comparison_shows_before_and_now_with_who_when_and_why(closed, takeru):
    correct(closed, takeru, 152)
    shown = page(takeru, closed, "2/compare/")
    for text in ("<del>138人（速報）</del>", "<ins>152人</ins>", "<ins>達成</ins>", "確定値への置き換え（速報 → 確定値）", "理由：決算で確定した。", "佐藤 健", "違い 3件"):
        assert text in shown
    assert "変わっていません。" not in shown


def test_no_page_tells_anybody_else_of_a_value_that_is_only_a_draft(closed, takeru):
    row = closed.value
    row.value, row.entry_state, row._change_reason, row._history_user = Decimal(777123), EntryState.DRAFT, "秘密の理由", takeru
    row.save()
    for rest in ("", "2/", "2/compare/"):
        for reader in (member_of(closed), make_user(Role.DIVISION)):
            shown = page(reader, closed, rest)
            assert [text for text in ("777,123", "777123", "秘密の理由", *SECRETS) if text in shown] == []


def test_the_file_is_the_stored_text_whose_hash_is_shown(closed, takeru):
    response = client_of(takeru).get(address(closed, "2/edition.json"))
    assert hashlib.sha256(response.content).hexdigest() == closed.review.editions.get(number=2).sha256
    assert response["Content-Disposition"] == f'attachment; filename="{closed.strategy.slug}-{YEAR}-edition-2.json"'


def test_only_the_planning_side_takes_the_file(closed):
    for role in (Role.COUNCIL, Role.DIVISION, Role.VIEWER):
        assert status(make_user(role), closed, "2/edition.json") == 403
    assert 'edition.json"' not in page(member_of(closed), closed, "2/")


@pytest.mark.parametrize("rest", ["", "1/", "1/compare/"])
def test_viewers_and_visitors_find_no_edition(closed, rest):
    assert status(make_user(Role.VIEWER), closed, rest) == 403
    assert status(None, closed, rest) == 302


def test_after_a_step_back_others_do_not_find_the_edition_of_the_stage_that_is_open_again(closed, takeru):
    move_stage(review=closed.review, move=StageMove.BACK_TO_EXTERNAL, by=takeru, reason="意見の追加")
    kazuko = member_of(closed)
    assert (status(kazuko, closed, "1/"), status(kazuko, closed, "2/"), status(kazuko, closed, "2/compare/")) == (200, 404, 404)
    assert "第2版" not in page(kazuko, closed)
    assert status(takeru, closed, "2/") == 200


def test_an_earlier_stages_edition_shows_nothing_of_the_council(closed, takeru):
    for rest in ("1/", "1/compare/"):
        shown = page(takeru, closed, rest)
        assert [text for text in ("農地の引き受け手を。", "窓口を置きます。", "相談は増えた。") if text in shown] == []


def test_an_edition_that_is_not_there_is_not_found(closed, takeru):
    assert status(takeru, closed, "9/") == 404


def test_an_edition_whose_stored_text_was_tampered_with_is_marked(closed, takeru):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER edition_is_frozen" + (" ON reviews_edition" if connection.vendor == "postgresql" else ""))
        cursor.execute("UPDATE reviews_edition SET content = REPLACE(content, '138', '139') WHERE number = 2")
    assert "保存した内容と違います" in page(takeru, closed)


def queries(user, reviewed, rest) -> int:
    client = client_of(user)
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address(reviewed, rest)).status_code == 200
    return len(captured)


@pytest.mark.parametrize("rest", ["", "2/", "2/compare/"])
def test_more_indicators_and_more_differences_ask_no_more(closed, takeru, rest):
    correct(closed, takeru, 152)
    make_target(indicator=closed.growers, value=Decimal(200), effective_fiscal_year=YEAR)
    make_indicator(measure=closed.measure, division=closed.farm)
    before = queries(takeru, closed, rest)
    for value in (153, 154, 155):
        correct(closed, takeru, value)
        added = make_indicator(measure=closed.measure, division=closed.farm)
        make_target(indicator=added)
        make_actual(indicator=added, fiscal_year=YEAR, entry_state=EntryState.CHECKED)
    make_target(indicator=closed.crops, value=Decimal(200), effective_fiscal_year=YEAR)
    assert Actual.objects.count() > 10
    assert queries(takeru, closed, rest) == before


def test_only_what_made_a_difference_is_named_beside_it(closed, takeru):
    correct(closed, takeru, 152)
    closed.growers.note, closed.growers._change_reason = "注記", "注記を足した理由"
    closed.growers.save()
    target = make_target(indicator=closed.crops, value=Decimal(200), effective_fiscal_year=YEAR, reason="情勢の変化による見直し")
    assert target.history.exists()
    shown = page(takeru, closed, "2/compare/")
    assert "注記を足した理由" not in shown
    assert "理由：情勢の変化による見直し" in shown
