"""提出状況 and 照会: what each division still owes, as the planning side and as a division sees it, and what can be done there."""
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from collecting.actions import record_value, reopen, submit
from collecting.board import FILTERS, board_for
from collecting.forms import likely_year, years_to_ask
from collecting.models import Collection
from goals.models import PublicScope
from kpis.models import Actual
from kpis.vocabulary import EntryState
from tests.factories import make_actual, make_collection, make_division, make_indicator, make_target, make_user
from tests.world import client_of

pytestmark = pytest.mark.django_db

YEAR = 2023
NEXT_MONTH = timezone.localdate() + timedelta(days=30)


@pytest.fixture
def asked(strategy, kai):
    """農林課 (Kai's) owes four values in four states, 観光課 has none left to give, one indicator is nobody's."""
    kai.division.name, kai.division.position = "農林課", 1
    kai.division.save()
    tourism = make_division(name="観光課", position=2)
    codes = {"1-1-1": kai.division, "1-1-2": kai.division, "1-1-3": kai.division, "1-1-4": kai.division, "1-2-1": tourism, "1-9-9": None}
    rows = [make_indicator(strategy=strategy, code=code, division=division, unit="件") for code, division in codes.items()]
    for row in rows:
        make_target(indicator=row)
        make_actual(indicator=row, fiscal_year=2022, value=Decimal(100))
    values = {"1-1-1": (EntryState.DRAFT, 1000), "1-1-2": (EntryState.SUBMITTED, 110), "1-1-3": (EntryState.RETURNED, 120), "1-2-1": (EntryState.CHECKED, 130)}
    for row in [row for row in rows if row.code in values]:
        state, value = values[row.code]
        reason = "単位を確認" if state == EntryState.RETURNED else ""
        make_actual(indicator=row, fiscal_year=YEAR, entry_state=state, value=Decimal(value), return_reason=reason)
    return make_collection(rows, strategy=strategy, fiscal_year=YEAR, deadline=NEXT_MONTH)


def url(collection, name="collection_board", *rest) -> str:
    return reverse(name, args=[collection.strategy.slug, collection.fiscal_year, *rest])


def value(code: str) -> Actual:
    return Actual.objects.get(indicator__code=code, fiscal_year=YEAR)


def token(code: str) -> str:
    return f"{value(code).pk}-{value(code).version}"


def shown(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


# Where the work begins


def test_the_menu_leads_takeru_to_the_board_of_the_newest_open_collection(asked, takeru):
    make_collection(strategy=asked.strategy, fiscal_year=2024, closed_at=timezone.now())
    response = client_of(takeru).get(reverse("entry", args=[asked.strategy.slug]))
    assert response.url == url(asked)


def test_with_every_collection_closed_it_leads_to_the_newest_and_without_any_to_the_list(asked, takeru):
    client, entry = client_of(takeru), reverse("entry", args=[asked.strategy.slug])
    Collection.objects.update(closed_at=timezone.now())
    assert client.get(entry).url == url(asked)
    Collection.objects.all().delete()
    assert client.get(entry).url == reverse("collections", args=[asked.strategy.slug])


def test_the_menu_leads_kai_to_his_sheet(asked, kai):
    assert client_of(kai).get(reverse("entry", args=[asked.strategy.slug])).url == url(asked, "entry_sheet")


# What the board counts


def test_the_board_counts_each_divisions_values_by_state(asked, takeru):
    nobody, farm, tourism = board_for(asked, takeru).lines
    assert [line.name for line in (nobody, farm, tourism)] == ["担当なし", "農林課", "観光課"]
    assert (len(farm.rows), farm.entered, farm.handed_in, farm.submitted, farm.returned, farm.checked, farm.doubtful) == (4, 3, 1, 1, 1, 0, 1)
    assert (tourism.checked, tourism.handed_in, tourism.waiting) == (1, 1, ())
    board = board_for(asked, takeru)
    assert (board.nobody, board.done_divisions, board.divisions) == (1, 1, 2)


def test_a_value_is_overdue_after_its_own_day_and_not_before(asked, takeru):
    asked.deadline = timezone.localdate() - timedelta(days=1)
    asked.save()
    asked.indicators.filter(code="1-1-1").update(published_month=timezone.localdate().month)
    late = {row.indicator.code for row in board_for(asked, takeru).rows if row.is_overdue}
    own_day = {row.indicator.code: row.sheet_row.due_on for row in board_for(asked, takeru).rows}
    expected = {"1-1-3", "1-1-4", "1-9-9"} | ({"1-1-1"} if own_day["1-1-1"] < timezone.localdate() else set())
    assert late == expected


@pytest.mark.parametrize("days", [0, 1])
def test_nothing_is_overdue_on_the_day_itself(asked, takeru, days):
    asked.deadline = timezone.localdate() + timedelta(days=days)
    asked.save()
    assert board_for(asked, takeru).whole.overdue == 0


def test_an_answered_doubt_is_no_warning_any_more(asked, takeru):
    Actual.objects.filter(pk=value("1-1-1").pk).update(doubt_answer="新しい施設が開いた")
    assert board_for(asked, takeru).whole.doubtful == 0


def test_the_board_tells_who_moved_last_and_when(asked, takeru, kai):
    record_value(indicator=value("1-1-3").indicator, fiscal_year=YEAR, entered={"value": Decimal(121)}, seen_version=1, by=kai)
    farm = board_for(asked, takeru).lines[1]
    assert farm.last.by == "工藤 海"
    assert (timezone.now() - farm.last.at) < timedelta(minutes=1)


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda each: each.name)
def test_a_filter_shows_what_its_chip_counts(asked, takeru, chosen):
    board = board_for(asked, takeru, chosen.name)
    count = next(chip.count for chip in board.chips if chip.is_chosen)
    assert sum(len(line.shown) for line in board.shown) == count
    assert len(board.rows) == 6


def test_an_unknown_filter_shows_everything(asked, takeru):
    assert not board_for(asked, takeru, "なにか").is_filtered


# Who sees what


def test_takeru_sees_every_division_and_what_is_nobodys(asked, takeru):
    page = shown(client_of(takeru), url(asked))
    assert all(word in page for word in ("農林課", "観光課", "担当課のない指標が1件あります", "1,000件", "前年度の約10倍です", "差戻しの理由：単位を確認"))


def test_kai_sees_his_own_line_and_none_of_the_tools(asked, kai):
    page = shown(client_of(kai), url(asked))
    assert "農林課" in page
    assert not any(word in page for word in ("観光課", "担当なし", "130件", "確認済みにする", "差し戻す</button>", "お願いの文章", "type=\"checkbox\""))


def test_a_sample_collection_says_so(asked, takeru):
    asked.is_sample = True
    asked.save()
    assert "架空のサンプル値" in shown(client_of(takeru), url(asked)).split("</h1>")[0]


@pytest.mark.parametrize("name", ["collection_board", "collections", "collection_open", "hand_over"])
def test_visitors_are_asked_to_sign_in_and_readers_are_refused(asked, people, name):
    address = url(asked) if name == "collection_board" else reverse(name, args=[asked.strategy.slug])
    assert client_of(None).get(address).status_code == 302
    assert {client_of(people[role]).get(address).status_code for role in (Role.COUNCIL, Role.VIEWER)} == {403}


def test_a_year_that_nobody_asks_for_has_no_board(asked, takeru):
    assert client_of(takeru).get(reverse("collection_board", args=[asked.strategy.slug, 2021])).status_code == 404


def test_the_board_asks_the_database_as_often_for_many_indicators_as_for_few(asked, takeru):
    counts = []
    client = client_of(takeru)
    for round_ in range(2):
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            client.get(url(asked))
        counts.append(len(captured))
        for number in range(20):
            row = make_indicator(strategy=asked.strategy, division=make_division(), code=f"8-{round_ + 1}-{number}")
            make_actual(indicator=row, fiscal_year=YEAR, entry_state=EntryState.SUBMITTED)
            asked.indicators.add(row)
    assert counts[0] == counts[1] <= 14


# Checking and returning


def test_takeru_checks_what_he_ticked_and_reads_how_to_go_back(asked, takeru):
    response = client_of(takeru).post(url(asked, "collection_check"), {"value": [token("1-1-2")]}, follow=True)
    assert value("1-1-2").entry_state == EntryState.CHECKED
    assert "1件を確認済みにしました。" in response.content.decode()
    assert "「再開する」" in response.content.decode()


def test_takeru_returns_with_a_reason_that_kai_reads(asked, takeru, kai):
    client_of(takeru).post(url(asked, "collection_return"), {"value": [token("1-1-2")], "reason": "前年度と同じ数え方ですか"})
    assert value("1-1-2").return_reason == "前年度と同じ数え方ですか"
    assert "差戻しの理由：前年度と同じ数え方ですか" in shown(client_of(kai), url(asked))


def test_a_return_without_a_reason_changes_nothing_and_keeps_the_ticks(asked, takeru):
    response = client_of(takeru).post(url(asked, "collection_return"), {"value": [token("1-1-2")], "reason": " "})
    page = response.content.decode()
    assert response.status_code == 422
    assert value("1-1-2").entry_state == EntryState.SUBMITTED
    assert "理由を書いてください。" in page
    assert f'value="{token("1-1-2")}" checked' in page


def test_without_a_tick_the_page_says_what_to_do_and_keeps_the_reason(asked, takeru):
    response = client_of(takeru).post(url(asked, "collection_return"), {"value": ["なにか"], "reason": "単位が違います"})
    assert response.status_code == 422
    assert "値が選ばれていません" in response.content.decode()
    assert 'value="単位が違います"' in response.content.decode()


def test_a_value_that_changed_meanwhile_is_named_and_not_checked(asked, takeru, kai):
    seen = token("1-1-2")
    changed = record_value(indicator=value("1-1-2").indicator, fiscal_year=YEAR, entered={"value": Decimal(9)}, seen_version=1, by=kai)
    submit(actuals=[changed], by=kai)
    page = client_of(takeru).post(url(asked, "collection_check"), {"value": [seen]}, follow=True).content.decode()
    assert "1-1-2 は、この画面を開いた後に変わったため" in page
    assert value("1-1-2").entry_state == EntryState.SUBMITTED


def test_the_filter_stays_after_a_step(asked, takeru):
    response = client_of(takeru).post(url(asked, "collection_check") + "?show=submitted", {"value": [token("1-1-2")]})
    assert response.url.endswith("?show=submitted")


@pytest.mark.parametrize("name", ["collection_check", "collection_return"])
@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_nobody_else_checks_or_returns(asked, people, name, role):
    response = client_of(people[role]).post(url(asked, name), {"value": [token("1-1-2")], "reason": "単位"})
    assert response.status_code == 403
    assert value("1-1-2").entry_state == EntryState.SUBMITTED


# Reopening


def test_takeru_reopens_a_value_and_every_reader_of_the_year_reads_why_and_until_when(asked, takeru):
    asked.strategy.public_scope = PublicScope.EVERYTHING
    asked.strategy.save()
    until = timezone.localdate() + timedelta(days=10)
    client_of(takeru).post(url(asked, "value_reopen", value("1-2-1").pk), {"reason": "統計の数値の訂正", "until": until.isoformat()})
    page = shown(client_of(None), reverse("indicator", args=[asked.strategy.slug, "1-2-1"]))
    assert "まで入力を再開しています。理由：統計の数値の訂正" in page
    assert "130件" in page


def test_readers_are_told_while_the_new_value_is_on_its_way(asked, takeru, people):
    tourist = make_user(Role.DIVISION, division=value("1-2-1").indicator.division)
    row = reopen(actual=value("1-2-1"), reason="統計の訂正", until=timezone.localdate(), by=takeru)
    record_value(indicator=row.indicator, fiscal_year=YEAR, entered={"value": Decimal(8888888)}, seen_version=row.version, by=tourist)
    page = shown(client_of(people[Role.COUNCIL]), reverse("indicator", args=[asked.strategy.slug, "1-2-1"]))
    assert "理由：統計の訂正" in page
    assert "8,888,888" not in page


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.DIVISION])
def test_who_does_not_see_the_year_is_not_told_of_its_reopening(asked, takeru, people, role):
    reopen(actual=value("1-2-1"), reason="統計の訂正", until=timezone.localdate(), by=takeru)
    page = shown(client_of(people.get(role)), reverse("indicator", args=[asked.strategy.slug, "1-2-1"]))
    assert "統計の訂正" not in page


def test_a_reopening_that_is_over_is_told_no_more(asked, people):
    Actual.objects.filter(pk=value("1-2-1").pk).update(reopened_until=timezone.localdate() - timedelta(days=1), reopening_reason="統計の訂正")
    assert "入力を再開しています" not in shown(client_of(people[Role.COUNCIL]), reverse("indicator", args=[asked.strategy.slug, "1-2-1"]))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"reason": "", "until": NEXT_MONTH.isoformat()}, "理由を書いてください。"),
        ({"reason": "訂正", "until": ""}, "日付を選んでください。"),
        ({"reason": "訂正", "until": (timezone.localdate() - timedelta(days=1)).isoformat()}, "今日から92日以内"),
        ({"reason": "訂正", "until": "来週"}, "日付を選んでください。"),
    ],
)
def test_a_reopening_that_lacks_something_says_what(asked, takeru, sent, said):
    response = client_of(takeru).post(url(asked, "value_reopen", value("1-2-1").pk), sent)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert value("1-2-1").reopened_until is None


# Opening and changing a collection


@pytest.mark.parametrize(
    ("asked_years", "today", "year"),
    [
        ([], date(2026, 11, 24), 2024),
        ([], date(2024, 4, 1), 2023),
        ([], date(2024, 3, 31), 2022),
        ([], date(2020, 6, 1), 2020),
        ([2021], date(2026, 11, 24), 2022),
        ([2021, 2023], date(2026, 11, 24), 2024),
        ([2024], date(2026, 11, 24), 2023),
        ([2020, 2021, 2022, 2023, 2024], date(2026, 11, 24), None),
    ],
)
def test_the_proposed_year_is_the_one_after_the_last_or_the_newest_that_is_over(strategy, asked_years, today, year):
    for each in asked_years:
        make_collection(strategy=strategy, fiscal_year=each)
    assert likely_year(strategy, today) == year
    assert set(years_to_ask(strategy)) == set(strategy.fiscal_years) - set(asked_years)


def test_takeru_opens_a_year_with_what_is_proposed(strategy, takeru):
    row = make_indicator(strategy=strategy)
    client = client_of(takeru)
    page = shown(client, reverse("collection_open", args=[strategy.slug]))
    assert f'value="{(timezone.localdate() + timedelta(weeks=4)).isoformat()}"' in page
    assert f'value="{row.pk}" checked' in page
    assert "担当課のない指標が1件あります。" in page
    sent = {"fiscal_year": 2024, "deadline": NEXT_MONTH.isoformat(), "message": "お願いします", "indicators": [row.pk]}
    client.post(reverse("collection_open", args=[strategy.slug]), sent)
    made = Collection.objects.get()
    assert (made.fiscal_year, made.deadline, made.message, made.opened_by, list(made.indicators.all())) == (2024, NEXT_MONTH, "お願いします", takeru, [row])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"deadline": (timezone.localdate() - timedelta(days=1)).isoformat()}, "今日以降の日"),
        ({"deadline": "12月"}, "日付を選んでください。"),
        ({"indicators": []}, "対象の指標を、1つ以上"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(strategy, takeru, changed, said):
    row = make_indicator(strategy=strategy)
    sent = {"fiscal_year": 2024, "deadline": NEXT_MONTH.isoformat(), "message": "お願いします", "indicators": [row.pk], **changed}
    response = client_of(takeru).post(reverse("collection_open", args=[strategy.slug]), sent)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert "お願いします" in response.content.decode()
    assert not Collection.objects.exists()


def test_takeru_changes_closes_and_reopens_a_collection(asked, takeru):
    client = client_of(takeru)
    kept = list(asked.indicators.exclude(code="1-9-9").values_list("pk", flat=True))
    sent = {"deadline": NEXT_MONTH.isoformat(), "message": "延長しました", "indicators": kept, "reason": "担当課の求め"}
    client.post(url(asked, "collection_edit"), sent)
    asked.refresh_from_db()
    assert (asked.message, asked.indicators.count()) == ("延長しました", 5)
    client.post(url(asked, "collection_edit"), {"then": "close"})
    asked.refresh_from_db()
    assert not asked.is_open
    client.post(url(asked, "collection_edit"), {"then": "open"})
    asked.refresh_from_db()
    assert asked.is_open
    reopened, closed, changed = asked.changes()[:3]
    assert [(entry.by, entry.reason) for entry in (reopened, closed)] == [("佐藤 健", "照会を再開した"), ("佐藤 健", "照会を締め切った")]
    assert re.fullmatch(r"R[0-9]+\.[0-9]+\.[0-9]+ [0-9]{2}:[0-9]{2}", closed.changes[0].new)
    assert (changed.by, changed.reason) == ("佐藤 健", "担当課の求め")
    asked_for = asked.indicators.model.objects.get(code="1-9-9")
    assert [(change.name, change.new) for change in changed.changes] == [("各課への連絡", "延長しました"), ("対象の指標", f"5件（外した：{asked_for}）")]
    assert "理由：担当課の求め" in shown(client, url(asked, "collection_edit"))


def test_a_deadline_that_has_passed_may_stay(asked, takeru):
    asked.deadline = timezone.localdate() - timedelta(days=3)
    asked.save()
    sent = {"deadline": asked.deadline.isoformat(), "message": "", "indicators": list(asked.indicators.values_list("pk", flat=True))}
    assert client_of(takeru).post(url(asked, "collection_edit"), sent).status_code == 302


def test_the_list_shows_every_collection_newest_first(asked, takeru):
    make_collection(strategy=asked.strategy, fiscal_year=2024)
    page = shown(client_of(takeru), reverse("collections", args=[asked.strategy.slug]))
    assert page.index("令和6年度") < page.index("令和5年度")


def test_a_settled_value_has_its_own_word_and_count_and_can_be_reopened(asked, takeru):
    Actual.objects.filter(indicator__code="1-2-1").update(entry_state=EntryState.SETTLED)
    board = board_for(asked, takeru)
    row = next(row for row in board.rows if row.indicator.code == "1-2-1")
    assert (row.state, row.can_reopen, row.can_move, row.is_waiting) == (EntryState.SETTLED, True, False, False)
    assert (board.whole.settled, board.whole.checked, row.sheet_row.word) == (1, 0, "確定")
    assert [chip.count for chip in board.chips if chip.filter.label == "確定"] == [1]
