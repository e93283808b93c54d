"""The entry sheet: what each person finds on it, what is stored, and what is said where it cannot be."""
import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from collecting.actions import check, reopen, return_values, submit
from collecting.models import Collection
from kpis.models import Actual, Indicator
from kpis.vocabulary import EntryState, TargetKind
from tests.factories import make_actual, make_division, make_indicator, make_strategy, make_target, make_user
from tests.reading import words_of
from tests.world import client_of

YEAR = 2024


@pytest.fixture
def strategy(db):
    return make_strategy(published_through=2022)


@pytest.fixture
def collection(strategy, people):
    return Collection.objects.create(strategy=strategy, fiscal_year=YEAR, deadline=date(2099, 7, 26), opened_by=people[Role.PLANNING])


@pytest.fixture
def make_asked(strategy, collection):
    """An indicator that the collection asks of a division: 66,310 in the year before, target 65,000."""
    def make(division, value=66310, **fields) -> Indicator:
        place = {"measure": fields.pop("measure")} if "measure" in fields else {"strategy": strategy}
        indicator = make_indicator(**place, division=division, **fields)
        if fields.get("target_kind") != TargetKind.MILESTONE:
            make_target(indicator=indicator, value=Decimal(65000))
            make_actual(indicator=indicator, fiscal_year=YEAR - 1, value=Decimal(value), entry_state=EntryState.CHECKED)
        collection.indicators.add(indicator)
        return indicator
    return make


@pytest.fixture
def asked(people, make_asked):
    """The indicator that Kai's division is asked for."""
    return make_asked(people[Role.DIVISION].division)


def sheet_url(indicator, name="entry_sheet", *more) -> str:
    return reverse(name, args=[indicator.strategy.slug, YEAR, *more])


def send(user, indicator, **fields):
    """One row as the script sends it."""
    row = {"value": "", "state": "confirmed", "comment": "", "version": 0, **fields}
    return client_of(user).post(sheet_url(indicator, "entry_cell", indicator.pk), json.dumps(row), content_type="application/json")


def post_form(user, indicator, then="", **fields):
    """The whole form with one row, as a browser without JavaScript sends it."""
    row = {"value": "", "state": "confirmed", "comment": "", "version": "0", **fields}
    data = {f"{name}-{indicator.pk}": value for name, value in row.items()}
    return client_of(user).post(sheet_url(indicator), {**data, **({"then": then} if then else {})}, follow=True)


def stored(indicator) -> Actual | None:
    return Actual.objects.filter(indicator=indicator, fiscal_year=YEAR).first()


def test_the_entry_leads_to_the_newest_open_collection(asked, kai):
    response = client_of(kai).get(reverse("entry", args=[asked.strategy.slug]))
    assert response.url == sheet_url(asked)


def test_without_an_open_collection_the_entry_says_so(asked, kai, collection):
    collection.closed_at = timezone.now()
    collection.save()
    response = client_of(kai).get(reverse("entry", args=[asked.strategy.slug]))
    assert "いま受け付けている実績の照会はありません" in words_of(response)


def test_kai_finds_the_indicators_of_his_division_with_the_years_before(asked, kai, make_asked):
    other = make_asked(make_division(name="よその課"), name="よその指標")
    page = words_of(client_of(kai).get(sheet_url(asked)))
    assert asked.name in page
    assert "66,310" in page
    assert "65,000" in page
    assert other.name not in page


def test_what_nobody_asked_for_is_not_on_the_sheet(asked, kai):
    unasked = make_indicator(strategy=asked.strategy, division=kai.division, name="照会のない指標")
    assert unasked.name not in words_of(client_of(kai).get(sheet_url(asked)))
    assert send(kai, unasked, value="5").status_code == 404


def test_kai_cannot_look_at_another_division_by_its_number(asked, kai, make_asked):
    other = make_asked(make_division(name="よその課"), name="よその指標")
    page = client_of(kai).get(sheet_url(asked) + f"?division={other.division_id}")
    assert "よその指標" not in words_of(page)


@pytest.mark.parametrize("query", ["x", "²", "-1", "99999999999999999999", "0"])
def test_a_division_that_does_not_exist_has_no_rows_or_is_overlooked(asked, takeru, query):
    assert client_of(takeru).get(sheet_url(asked) + f"?division={query}").status_code == 200


def test_takeru_enters_for_a_division(asked, takeru, make_asked):
    make_asked(make_division(name="よその課"), name="よその指標")
    chosen = words_of(client_of(takeru).get(sheet_url(asked) + f"?division={asked.division_id}"))
    assert asked.name in chosen
    assert "よその指標" not in chosen
    assert "よその指標" in words_of(client_of(takeru).get(sheet_url(asked)))
    assert send(takeru, asked, value="64120").status_code == 200
    assert stored(asked).value == 64120


def test_a_sheet_asks_the_database_the_same_number_of_times_for_any_number_of_rows(asked, kai, make_asked):
    client = client_of(kai)
    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(sheet_url(asked)).status_code == 200
        return len(captured)
    few = count()
    for _ in range(8):
        make_actual(indicator=make_asked(kai.division), fiscal_year=YEAR, value=Decimal(60000))
    assert count() <= few + 1  # evidence is looked up once there is a value
    assert count() <= 12


def test_a_saved_cell_comes_back_as_people_read_it(asked, kai):
    answer = send(kai, asked, value="６４１２０人", comment="横ばい").json()
    assert answer["fields"]["value"] == "64,120"
    assert answer["version"] == 1
    assert answer["comparison"] == "96％"
    assert answer["doubts"] == []
    assert answer["state"] == "saved"
    row = stored(asked)
    assert (row.value, row.comment, row.entry_state, row.door) == (64120, "横ばい", EntryState.DRAFT, "entry_sheet")
    assert row.history.first().history_user == kai


def test_a_value_ten_times_too_large_is_stored_and_doubted(asked, kai):
    answer = send(kai, asked, value="641200").json()
    assert answer["state"] == "doubtful"
    assert [(doubt["kind"], doubt["suggestion"]) for doubt in answer["doubts"]] == [("leap", "64120")]
    assert "64,120 に直す" in answer["html"]["messages"]


def test_an_answer_to_a_doubt_is_stored_and_ends_it(asked, kai):
    send(kai, asked, value="641200")
    answer = send(kai, asked, value="641200", doubt_answer="計測方法が変わったため", version=1).json()
    assert answer["state"] == "saved"
    assert stored(asked).doubt_answer == "計測方法が変わったため"


def test_an_answer_belongs_to_one_value(asked, kai):
    send(kai, asked, value="641200", doubt_answer="計測方法が変わったため")
    answer = send(kai, asked, value="999999", doubt_answer="計測方法が変わったため", version=1).json()
    assert stored(asked).doubt_answer == ""
    assert answer["state"] == "doubtful"


def test_more_decimals_than_usual_are_shown_and_not_rounded_away(asked, kai):
    assert send(kai, asked, value="64120.75").json()["fields"]["value"] == "64,120.75"
    assert "64,120.75" in client_of(kai).get(sheet_url(asked)).content.decode()


def test_what_is_no_number_is_refused_with_advice_and_nothing_is_stored(asked, kai):
    response = send(kai, asked, value="6.71ha")
    assert response.status_code == 422
    assert "ha" in response.json()["problems"]["value"]
    assert stored(asked) is None


@pytest.mark.parametrize("body", ["", "[]", "null", "{", "5", '"x"'])
def test_a_body_that_is_no_row_is_refused(asked, kai, body):
    response = client_of(kai).post(sheet_url(asked, "entry_cell", asked.pk), body, content_type="application/json")
    assert response.status_code == 422


def test_half_a_letter_in_a_pasted_text_is_left_out(asked, kai):
    assert send(kai, asked, value="5", comment="増加\ud83d した").status_code == 200
    assert stored(asked).comment == "増加 した"


def test_no_value_with_its_reason_and_month(asked, kai):
    answer = send(kai, asked, missing_reason="awaiting_publication", expected_month="9").json()
    assert answer["state"] == "missing"
    row = stored(asked)
    assert (row.value, row.missing_reason, row.expected_month) == (None, "awaiting_publication", 9)


def test_an_emptied_value_is_not_zero(asked, kai):
    send(kai, asked, value="5")
    answer = send(kai, asked, value="", version=1).json()
    assert answer["state"] == "to_do"
    assert stored(asked).value is None


def test_an_untouched_empty_row_leaves_no_trace(asked, kai):
    assert send(kai, asked).status_code == 200
    assert stored(asked) is None


def test_the_second_of_two_people_sees_both_values_who_and_when(asked, kai, takeru):
    send(takeru, asked, value="64000", comment="企画の値")
    response = send(kai, asked, value="65500", version=0)
    assert response.status_code == 409
    said = response.json()
    assert (said["who"], said["shown"], said["theirs"]["value"], said["theirs"]["version"]) == ("佐藤 健さん", "64,000", "64,000", "1")
    assert "月" in said["at"]
    assert stored(asked).value == 64000
    assert send(kai, asked, value="65500", version=1).status_code == 200
    assert stored(asked).value == 65500


def test_a_reply_that_got_lost_may_be_sent_again(asked, kai):
    send(kai, asked, value="64000", comment="同じ")
    again = send(kai, asked, value="64,000", comment="同じ", version=0)
    assert again.status_code == 200
    assert again.json()["version"] == 1


def test_another_division_saves_nothing(asked, make_asked):
    stranger = make_user(Role.DIVISION)
    assert send(stranger, asked, value="5").status_code == 404
    assert stored(asked) is None


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.VIEWER])
def test_readers_save_nothing(asked, people, role):
    assert send(people[role], asked, value="5").status_code == 403
    assert client_of(people[role]).get(sheet_url(asked)).status_code == 403


def test_a_script_whose_session_has_expired_is_told_so(asked):
    response = send(None, asked, value="5")
    assert response.status_code == 401
    assert "サインイン" in response.json()["message"]


def test_a_checked_value_is_closed_and_says_whom_to_ask(asked, kai, takeru):
    send(kai, asked, value="64120")
    check(actuals=submit(actuals=[stored(asked)], by=kai), by=takeru)
    page = client_of(kai).get(sheet_url(asked))
    assert "企画担当に連絡してください" in words_of(page)
    assert f'name="value-{asked.pk}"' not in page.content.decode()
    refused = send(kai, asked, value="5", version=stored(asked).version)
    assert refused.status_code == 422
    assert stored(asked).value == 64120


def test_a_reopened_value_says_until_when_and_why(asked, kai, takeru):
    send(kai, asked, value="64120")
    check(actuals=submit(actuals=[stored(asked)], by=kai), by=takeru)
    reopen(actual=stored(asked), reason="集計の訂正があったため", until=timezone.localdate() + timedelta(days=3), by=takeru)
    assert "集計の訂正があったため" in words_of(client_of(kai).get(sheet_url(asked)))
    assert send(kai, asked, value="64121", version=stored(asked).version).status_code == 200


def test_a_returned_value_shows_the_reason_at_its_row(asked, kai, takeru):
    send(kai, asked, value="64120")
    submit(actuals=[stored(asked)], by=kai)
    return_values(actuals=[stored(asked)], reason="1～12月の値を入れてください", by=takeru)
    page = words_of(client_of(kai).get(sheet_url(asked)))
    assert "差し戻されました。1～12月の値を入れてください" in page


def test_a_closed_collection_takes_nothing_from_divisions(asked, kai, takeru, collection):
    collection.closed_at = timezone.now()
    collection.save()
    assert send(kai, asked, value="5").status_code == 422
    assert send(takeru, asked, value="5").status_code == 200


def test_the_whole_is_compared_with_the_sum_of_its_parts(kai, make_asked):
    whole = make_asked(kai.division, code="9-9", name="利用者数", breakdown="", position=80)
    for position, breakdown in enumerate(("大人", "子ども"), start=81):
        part = make_asked(kai.division, code="9-9", name="利用者数", breakdown=breakdown, position=position, measure=whole.measure)
        make_actual(indicator=part, fiscal_year=YEAR, value=Decimal(30000))
    answer = send(kai, whole, value="61000").json()
    assert [(doubt["kind"], doubt["suggestion"]) for doubt in answer["doubts"]] == [("parts", "60000")]
    assert send(kai, whole, value="60000", version=1).json()["doubts"] == []


def test_a_qualitative_aim_asks_whether_it_is_done_and_for_evidence(kai, make_asked):
    aim = make_asked(kai.division, target_kind=TargetKind.MILESTONE, unit="", baseline_value=None)
    assert "実施した" in words_of(client_of(kai).get(sheet_url(aim)))
    assert "根拠" in send(kai, aim, is_met="yes").json()["problems"]["evidence"]
    assert send(kai, aim, is_met="yes", evidence="設置要綱").status_code == 200
    assert stored(aim).is_met is True


def test_without_javascript_the_form_saves(asked, kai):
    page = post_form(kai, asked, value="△５０", comment="減った")
    assert "保存しました" in words_of(page)
    assert (stored(asked).value, stored(asked).comment) == (-50, "減った")


def test_without_javascript_what_could_not_be_taken_stays_in_its_field_and_the_rest_is_saved(asked, kai, make_asked):
    other = make_asked(kai.division)
    data = {f"version-{each.pk}": "0" for each in (asked, other)}
    data |= {f"value-{asked.pk}": "6.71ha", f"comment-{asked.pk}": "長い説明", f"value-{other.pk}": "64,000", f"comment-{other.pk}": ""}
    response = client_of(kai).post(sheet_url(asked), data)
    html = response.content.decode()
    assert response.status_code == 422
    assert 'value="6.71ha"' in html
    assert "長い説明" in html
    assert "1件は保存できませんでした" in words_of(response)
    assert stored(other).value == 64000
    assert f'name="version-{other.pk}" value="1"' in html


def test_without_javascript_a_clash_shows_both_and_the_next_saving_decides(asked, kai, takeru):
    send(takeru, asked, value="64000")
    shown = post_form(kai, asked, value="65500")
    assert "佐藤健さん" in words_of(shown)
    assert 'value="65500"' in shown.content.decode()
    assert stored(asked).value == 64000
    post_form(kai, asked, value="65500", version="1", keep="theirs")
    assert stored(asked).value == 64000
    post_form(kai, asked, value="65500", version="1", keep="mine")
    assert stored(asked).value == 65500


def test_a_form_opened_earlier_never_overwrites_rows_its_sender_left_alone(asked, kai, takeru):
    send(kai, asked, value="64000")
    send(takeru, asked, value="64111", version=1)
    assert "保存しました" in words_of(post_form(kai, asked, value="64,000", version="1"))
    assert stored(asked).value == 64111


def test_handing_in_everything_needs_no_second_question(asked, kai):
    page = post_form(kai, asked, value="64120", then="submit")
    assert "1件を提出しました" in words_of(page)
    assert stored(asked).entry_state == EntryState.SUBMITTED


def test_handing_in_names_what_is_missing_and_what_is_doubtful(asked, kai, make_asked):
    empty = make_asked(kai.division, name="まだの指標")
    page = post_form(kai, asked, value="641200", then="submit")
    words = words_of(page)
    assert "未入力1件" in words
    assert "要確認1件" in words
    assert f"#row-{empty.pk}" in page.content.decode()
    assert stored(asked).entry_state == EntryState.DRAFT
    client_of(kai).post(sheet_url(asked, "entry_submit"), {"confirmed": "1"})
    assert stored(asked).entry_state == EntryState.SUBMITTED


def test_handing_in_nothing_explains_itself(asked, kai):
    page = client_of(kai).post(sheet_url(asked, "entry_submit"), {"confirmed": "1"})
    assert "提出できる値が、まだありません" in words_of(page)


def test_what_was_handed_in_may_be_replaced_until_it_is_checked(asked, kai):
    post_form(kai, asked, value="64120", then="submit")
    assert send(kai, asked, value="64121", version=stored(asked).version).json()["state"] == "saved"
    assert stored(asked).entry_state == EntryState.DRAFT


def test_a_changed_answer_of_the_sheet_never_takes_a_handed_in_value_back(asked, kai):
    post_form(kai, asked, value="64120", then="submit")
    version = stored(asked).version
    post_form(kai, asked, value="64,120", version=str(version))
    assert (stored(asked).entry_state, stored(asked).version) == (EntryState.SUBMITTED, version)


@pytest.mark.parametrize(("role", "advice"), [(Role.DIVISION, "企画担当に連絡してください"), (Role.PLANNING, "「データの管理」で変更の理由を書いてください")])
def test_a_published_year_takes_nothing_and_says_where_it_can_be_mended(asked, people, role, advice):
    asked.strategy.published_through = YEAR
    asked.strategy.save()
    assert advice in words_of(client_of(people[role]).get(sheet_url(asked)))
    assert send(people[role], asked, value="5").status_code == 422
    assert stored(asked) is None
