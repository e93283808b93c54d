"""The pages about partnership agreements: list and timeline, one agreement, one partner."""
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from dashboards.timeline import Axis, axis_for, term_spans
from goals.models import PublicScope
from partnerships.models import Party
from partnerships.terms import Renewal, State, TermKind, TermState
from tests.factories import make_agreement, make_measure, make_partner, make_strategy, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2024, 7, 12)


@pytest.fixture(autouse=True)
def on_12_july_2024(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *args: TODAY)


@pytest.fixture
def strategy():
    return make_strategy(slug="hokuto-2", short_name="第2期総合戦略")


def make_ending(strategy, ends_on: date, renewal=Renewal.UNSPECIFIED, **fields):
    return make_agreement(strategy=strategy, term_kind=TermKind.UNTIL_DATE, term_ends_on=ends_on, renewal=renewal, **fields)


def text_of(client, name: str, *args, **query) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def names_in_order(html: str, *names: str) -> list[str]:
    return sorted(names, key=html.index)


def test_the_most_pressing_agreements_come_first(client, strategy):
    make_agreement(strategy=strategy, name="期限のない協定")
    make_ending(strategy, date(2020, 3, 31), Renewal.AUTOMATIC, name="自動で続く協定")
    make_ending(strategy, date(2024, 9, 30), name="まもなく終わる協定")
    make_ending(strategy, date(2018, 3, 31), name="確かめたい協定")
    make_ending(strategy, date(2018, 3, 31), Renewal.NONE, name="終わった協定")
    table = text_of(client, "agreements", "hokuto-2").split("<tbody")[1]
    expected = ["確かめたい協定", "まもなく終わる協定", "終わった協定", "自動で続く協定", "期限のない協定"]
    assert names_in_order(table, *reversed(expected)) == expected


@pytest.mark.parametrize(
    ("fields", "word", "note"),
    [
        ({}, "有効（期限なし）", "期限の定めはありません"),
        ({"term_ends_on": date(2026, 3, 31)}, "有効", "R8.3.31 まで有効です"),
        ({"term_ends_on": date(2020, 3, 31), "renewed_until": date(2026, 3, 31)}, "有効", "R8.3.31 まで延長の記録があります"),
        ({"term_ends_on": date(2024, 9, 30)}, "期限間近", "期限 R6.9.30（あと80日）"),
        ({"term_ends_on": TODAY}, "期限間近", "期限 R6.7.12（本日まで）"),
        ({"term_ends_on": date(2020, 3, 31), "renewal": Renewal.AUTOMATIC}, "自動延長中", "5回目の延長期間（R7.3.31 まで）"),
        ({"term_ends_on": date(2020, 3, 31), "renewal": Renewal.NONE}, "満了", "R2.3.31 に満了しました"),
        ({"term_ends_on": date(2020, 3, 31)}, "要確認", "自動延長かどうかは不明です"),
        ({"term_ends_on": date(2020, 3, 31), "renewal": Renewal.BY_CONSENT}, "要確認", "協議による延長の記録がありません"),
        ({"term_ends_on": date(2020, 3, 31), "renewed_until": date(2023, 3, 31)}, "要確認", "記録された期限 R5.3.31 を過ぎています"),
    ],
)
def test_each_state_is_said_in_a_word_and_explained_in_a_few(client, strategy, fields, word, note):
    if "term_ends_on" in fields:
        fields = {"term_kind": TermKind.UNTIL_DATE, "renewal": Renewal.UNSPECIFIED, **fields}
    make_agreement(strategy=strategy, **fields)
    table = text_of(client, "agreements", "hokuto-2").split("<tbody")[1]
    assert f"</svg>{word}</span>" in table
    assert note in table


def test_the_notice_speaks_calmly_of_what_the_plan_leaves_open(client, strategy):
    make_ending(strategy, date(2018, 3, 31))
    make_ending(strategy, date(2018, 3, 31))
    html = text_of(client, "agreements", "hokuto-2")
    assert '要確認　<span class="num">2</span>件' in html
    assert "計画書の一覧に延長規定が「あり」とだけ書かれ" in html
    assert "協定が終わったという意味ではありません" in html
    assert "協定書の延長規定を確かめ" not in html


def test_planning_officer_hanako_is_told_what_to_do(client, strategy):
    make_ending(strategy, date(2018, 3, 31))
    make_ending(strategy, date(2024, 9, 30), name="いさりび鉄道の協定")
    client.force_login(make_user(Role.PLANNING, display_name="北斗 花子"))
    html = text_of(client, "agreements", "hokuto-2")
    assert "協定書の延長規定を確かめ" in html
    assert "相手方と延長の意思を確認し" in html
    assert "令和6年9月30日、あと" in html


def test_the_notice_tells_apart_what_the_plan_leaves_open_and_what_was_not_recorded(client, strategy):
    make_ending(strategy, date(2018, 3, 31), Renewal.BY_CONSENT)
    assert "期限を過ぎています。延長された記録がありません。" in text_of(client, "agreements", "hokuto-2")
    make_ending(strategy, date(2018, 3, 31))
    cache.clear()
    assert 'うち<span class="num">1</span>件は、計画書の一覧に延長規定が「あり」とだけ書かれ' in text_of(client, "agreements", "hokuto-2")


def test_no_notice_is_shown_when_nothing_presses(client, strategy):
    make_agreement(strategy=strategy)
    html = text_of(client, "agreements", "hokuto-2")
    assert 'class="note' not in html


def test_the_list_can_be_narrowed_to_one_state_by_a_link(client, strategy):
    make_agreement(strategy=strategy, name="期限のない協定")
    make_ending(strategy, date(2018, 3, 31), name="確かめたい協定")
    html = text_of(client, "agreements", "hokuto-2")
    assert '<a class="btn btn--q btn--s" href="/strategies/hokuto-2/agreements/?state=needs_check">' in html
    narrowed = text_of(client, "agreements", "hokuto-2", state="needs_check").split("<tbody")[1]
    assert "確かめたい協定" in narrowed
    assert "期限のない協定" not in narrowed


def test_the_filters_count_all_agreements_whichever_is_chosen(client, strategy):
    make_agreement(strategy=strategy)
    make_ending(strategy, date(2018, 3, 31))
    html = text_of(client, "agreements", "hokuto-2", state="active")
    assert 'すべて <span class="num">2</span>' in html
    assert '要確認 <span class="num">1</span>' in html


def test_a_state_without_agreements_says_so(client, strategy):
    make_agreement(strategy=strategy)
    assert "この状態の協定はありません。" in text_of(client, "agreements", "hokuto-2", state="expired")


def test_a_strategy_without_agreements_says_so(client, strategy):
    assert "連携協定がまだ登録されていません。" in text_of(client, "agreements", "hokuto-2")


@pytest.mark.parametrize("state", ["soon", "ACTIVE", "needs_check "])
def test_an_unknown_state_is_not_found(client, strategy, state):
    assert client.get(reverse("agreements", args=["hokuto-2"]), {"state": state}).status_code == 404


def test_a_changed_name_is_shown_with_todays_name(client, strategy):
    partner = make_partner(name="道南うみ街信用金庫")
    agreement = make_agreement(strategy=strategy)
    Party.objects.create(agreement=agreement, partner=partner, name_at_signing="江差信用金庫")
    assert "江差信用金庫（現：道南うみ街信用金庫）" in text_of(client, "agreements", "hokuto-2")
    assert "締結時の名称：江差信用金庫" in text_of(client, "agreement", "hokuto-2", agreement.number)
    assert "締結時の名称：江差信用金庫" in text_of(client, "partner", "hokuto-2", partner.pk)


def test_goals_stand_beside_an_agreement_only_where_they_are_recorded(client, strategy):
    agreement = make_agreement(strategy=strategy)
    assert "基本目標</th>" not in text_of(client, "agreements", "hokuto-2")
    agreement.measures.add(make_measure())
    cache.clear()
    assert "基本目標</th>" in text_of(client, "agreements", "hokuto-2")


def test_an_agreement_shows_everything_the_plan_says_of_it(client, strategy):
    make_agreement(
        partners=[make_partner(name="函館市")],
        strategy=strategy,
        number=7,
        name="定住自立圏の形成に関する協定書",
        items="生活機能の強化\n圏域マネジメント",
        signed_on=date(2014, 9, 19),
        term_kind=TermKind.YEARS_FROM_SIGNING,
        term_years=3,
        renewal=Renewal.UNSPECIFIED,
        remarks="H30.12.25 協定変更",
        source="連携協定一覧",
    )
    html = text_of(client, "agreement", "hokuto-2", 7)
    expected = (
        "定住自立圏の形成に関する協定書", "<li>生活機能の強化</li>", "<li>圏域マネジメント</li>", "平成26年9月19日", "締結日から3年（平成29年9月18日まで）",
        "あり（自動か協議か不明）", "H30.12.25 協定変更", "連携協定一覧", "延長されたかどうかの記録がありません",
    )
    assert [text for text in expected if text not in html] == []


def test_an_agreement_leads_to_its_partners_and_they_lead_back(client, strategy):
    partner = make_partner(name="函館市")
    agreement = make_agreement(partners=[partner], strategy=strategy)
    assert f'href="/strategies/hokuto-2/partners/{partner.pk}/"' in text_of(client, "agreement", "hokuto-2", agreement.number)
    assert f'href="/strategies/hokuto-2/agreements/{agreement.number}/"' in text_of(client, "partner", "hokuto-2", partner.pk)


def test_a_partner_shows_only_the_agreements_of_this_strategy(client, strategy):
    partner = make_partner()
    make_agreement(partners=[partner], strategy=strategy, name="この戦略の協定")
    make_agreement(partners=[partner, make_partner()], strategy=make_strategy(), name="別の戦略の協定")
    html = text_of(client, "partner", "hokuto-2", partner.pk)
    assert "この戦略の協定" in html
    assert "別の戦略の協定" not in html


def test_a_partner_without_agreements_in_this_strategy_is_not_found(client, strategy):
    partner = make_partner()
    make_agreement(partners=[partner])
    assert client.get(reverse("partner", args=["hokuto-2", partner.pk])).status_code == 404


def test_a_number_the_strategy_does_not_have_is_not_found(client, strategy):
    make_agreement(number=5)
    assert client.get(reverse("agreement", args=["hokuto-2", 5])).status_code == 404


def test_the_change_history_is_for_those_who_are_signed_in(client, strategy):
    agreement = make_agreement(strategy=strategy)
    agreement.renewal, agreement.renewed_until = Renewal.AUTOMATIC, date(2025, 3, 31)
    agreement._change_reason = "協定書を確認"
    agreement._history_user = make_user(Role.PLANNING, display_name="北斗 花子")
    agreement.save()
    assert "北斗 花子" not in text_of(client, "agreement", "hokuto-2", agreement.number)
    client.force_login(make_user(Role.VIEWER))
    html = text_of(client, "agreement", "hokuto-2", agreement.number)
    assert "延長規定 <del>なし</del> → <ins>あり（自動延長）</ins>" in html
    assert "延長後の期限（記録） <del>―</del> → <ins>R7.3.31</ins>" in html
    assert "北斗 花子" in html
    assert "理由：協定書を確認" in html


def test_saving_without_a_change_leaves_no_line_in_the_history(client, strategy):
    agreement = make_agreement(strategy=strategy)
    agreement.save()
    client.force_login(make_user(Role.VIEWER))
    html = text_of(client, "agreement", "hokuto-2", agreement.number)
    assert html.count("協定を追加") == 1
    assert "協定を変更" not in html


@pytest.mark.parametrize(("role", "may"), [(Role.ADMINISTRATOR, True), (Role.PLANNING, True), (Role.DIVISION, False), (Role.COUNCIL, False), (Role.VIEWER, False)])
def test_only_those_who_may_change_an_agreement_find_the_way_to_do_it(client, strategy, role, may):
    agreement = make_agreement(partners=[make_partner()], strategy=strategy)
    client.force_login(make_user(role))
    address = reverse("admin:partnerships_agreement_change", args=[agreement.pk])
    assert (address in text_of(client, "agreement", "hokuto-2", agreement.number)) is may


@pytest.mark.parametrize(("name", "last"), [("agreements", None), ("agreement", 1), ("partner", None)])
def test_visitors_sign_in_first_where_nothing_is_public(client, name, last):
    closed = make_strategy(public_scope=PublicScope.NOTHING)
    partner = make_partner()
    make_agreement(partners=[partner], strategy=closed, number=1)
    arguments = {"agreements": [], "agreement": [1], "partner": [partner.pk]}[name]
    response = client.get(reverse(name, args=[closed.slug, *arguments]))
    assert response.status_code == 302
    assert response.url.startswith(reverse("sign_in"))


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_takes_the_same_few_queries_however_long_it_is(client, strategy, count, django_assert_max_num_queries):
    for _ in range(count):
        make_agreement(partners=[make_partner(), make_partner()], strategy=strategy)
    client.force_login(make_user(Role.DIVISION))
    with django_assert_max_num_queries(12):
        text_of(client, "agreements", "hokuto-2")


@pytest.mark.parametrize("name", ["agreement", "partner"])
def test_an_agreement_and_a_partner_take_at_most_12_queries(client, strategy, name, django_assert_max_num_queries):
    partner = make_partner()
    for _ in range(8):
        make_agreement(partners=[partner, make_partner()], strategy=strategy)
    client.force_login(make_user(Role.PLANNING))
    with django_assert_max_num_queries(12):
        text_of(client, name, "hokuto-2", {"agreement": 1, "partner": partner.pk}[name])


def test_the_real_plan_has_one_open_ended_agreement_and_fifteen_to_check(client, plan):
    html = text_of(client, "agreements", plan.slug)
    assert '要確認 <span class="num">15</span>' in html
    assert '有効 <span class="num">1</span>' in html


AXIS = Axis(date(2014, 1, 1), date(2026, 1, 1))


def test_the_axis_runs_from_the_first_signing_year_to_the_year_after_next():
    assert axis_for([date(2016, 10, 24), date(2014, 3, 27)], TODAY) == AXIS


@pytest.mark.parametrize("first_year", [1950, 1990, 2000, 2014, 2019, 2024])
def test_the_axis_never_has_more_labels_than_fit(first_year):
    ticks = axis_for([date(first_year, 6, 1)], TODAY).ticks
    assert 2 <= len(ticks) <= 8
    assert ticks[0].x == "0.00%"


def test_days_beyond_the_axis_lie_on_its_edge():
    assert (AXIS.x(date(1999, 1, 1)), AXIS.x(date(2099, 1, 1))) == ("0.00%", "100.00%")


END = date(2018, 9, 30)


@pytest.mark.parametrize(
    ("found", "classes"),
    [
        (TermState(State.ACTIVE, None, None), ["a"]),
        (TermState(State.ACTIVE, END, END), ["a"]),
        (TermState(State.EXPIRED, END, END), ["a"]),
        (TermState(State.RENEWED, END, date(2024, 9, 30), 6), ["b", "a"]),
        (TermState(State.NEEDS_CHECK, END, END), ["q", "a"]),
        (TermState(State.NEEDS_CHECK, END, date(2020, 9, 30)), ["b", "q", "a"]),
    ],
)
def test_the_bar_tells_signed_renewed_and_unknown_time_apart(found, classes):
    assert [span.css_class for span in term_spans(AXIS, date(2017, 10, 1), found, TODAY)] == classes


def test_the_unknown_time_ends_today():
    unknown = term_spans(AXIS, date(2017, 10, 1), TermState(State.NEEDS_CHECK, END, END), TODAY)[0]
    right = float(unknown.x.rstrip("%")) + float(unknown.width.rstrip("%"))
    assert right == pytest.approx(AXIS.share(TODAY), abs=0.02)
    assert AXIS.share(TODAY) < AXIS.share(TODAY + timedelta(days=1))
