"""使い方とアクセシビリティ方針: there for everybody, with a strategy or without one."""
import re

import pytest
from django.urls import reverse

from accounts.roles import ROLES, Role
from dashboards.views.help import AUDIENCES
from goals.models import PublicScope
from reviews.actions.council import DAYS_VALID
from tests.factories import make_strategy, make_user
from tests.reading import links_of, words_of
from tests.variables import ROOT
from tests.world import client_of

pytestmark = pytest.mark.django_db

# Sentences and Django's own words, which are in no file of ours.
QUOTED_SPEECH = {"0だった", "誤りの訂正", "値がない", "有効", "観光", "子育て", "金融分野の委員"}
KEYS = [audience.key for audience in AUDIENCES]


def look(audience: str, user=None):
    return client_of(user).get(reverse("help", args=[audience]))


@pytest.mark.parametrize("audience", KEYS)
def test_each_group_has_a_page_without_any_strategy(audience):
    assert look(audience).status_code == 200


@pytest.mark.parametrize("audience", KEYS)
@pytest.mark.parametrize("role", [None, *Role])
def test_each_page_opens_for_everybody(audience, role):
    make_strategy(is_current=True)
    assert look(audience, make_user(role) if role else None).status_code == 200


def test_an_unknown_group_is_not_found_and_says_so():
    response = look("mayor")
    assert response.status_code == 404
    assert "この使い方のページはありません。" in words_of(response)


def test_tabs_lead_to_the_other_groups():
    links = links_of(look("council"))
    assert {reverse("help", args=[key]) for key in KEYS} <= set(links)


STEPS = {
    "council": ("年度を切り替える", "評価の結果を読む", "案内のコードで始める", "意見と評価を書く", "意見がどうなるか"),
    "division": ("実績を入力する", "自己評価を書く", "具体的取組の状況を書く", "推進会議の意見に回答する", "目標の見直しを提案する"),
    "administrator": ("架空のサンプル値を消す", "1年の流れ", "会議の次第をつくる", "意見をまとめ、回答する", "年度の結果を公表する", "目標を見直す"),
}
PAGES = {
    "council": ("results", "reviews", "responses"),
    "division": ("entry", "reviews", "responses", "decisions", "revisions"),
    "administrator": ("collections", "reviews", "seats", "responses", "decisions", "revisions", "print_sheet"),
}


@pytest.mark.parametrize("audience", KEYS)
def test_each_group_reads_its_own_steps(audience):
    words = words_of(look(audience))
    assert [step for step in STEPS[audience] if step not in words] == []


@pytest.mark.parametrize("audience", KEYS)
def test_the_steps_lead_to_the_pages_of_the_current_strategy(audience):
    strategy = make_strategy(is_current=True)
    wanted = {reverse(name, args=[strategy.slug]) for name in PAGES[audience]}
    assert wanted - set(links_of(look(audience))) == set()


def test_the_steps_of_the_year_lead_to_their_places_on_the_page():
    page = look("administrator").content.decode()
    wanted = set(re.findall(r'href="#([a-z]+)"', page)) - {"main"}
    assert {"collect", "begin", "internal", "opinions", "publish", "correct"} == wanted
    assert wanted <= set(re.findall(r' id="([a-z]+)"', page))


def test_the_days_a_code_is_good_for_are_those_of_the_code():
    assert f"期限（{DAYS_VALID}日）" in words_of(look("council"))
    assert f"{DAYS_VALID}日使えます" in words_of(look("administrator"))


def test_the_menu_leads_to_the_current_strategy():
    strategy = make_strategy(is_current=True)
    assert reverse("plan", args=[strategy.slug]) in links_of(look("council"))


def test_a_visitor_of_a_closed_site_still_reads_how_to_use_it():
    strategy = make_strategy(is_current=True, public_scope=PublicScope.NOTHING)
    response = look("council")
    assert response.status_code == 200
    assert strategy.short_name not in words_of(response)


def named_things() -> set[str]:
    """What the steps put in 「」."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "templates/dashboards").glob("_help_*.html")]
    return set(re.findall(r"「([^」]+)」", "".join(texts))) - QUOTED_SPEECH


def test_every_button_and_field_the_steps_name_exists():
    sources = [path for app in ("accounts", "goals", "kpis", "partnerships", "collecting", "importing", "dashboards", "reviews", "papers") for path in (ROOT / app).rglob("*.py")]
    sources += [path for path in (ROOT / "templates").rglob("*.html") if not path.name.startswith("_help")]
    known = "".join(path.read_text(encoding="utf-8") for path in sources)
    named = named_things()
    assert len(named) > 15
    assert {thing for thing in named if thing not in known} == set()


def test_roles_are_described_by_the_table_of_roles():
    words = words_of(look("administrator"))
    for role, rights in ROLES.items():
        assert role.label + rights.summary in words


def test_the_accessibility_statement_names_the_standard_and_what_is_untested():
    words = words_of(client_of(None).get(reverse("accessibility")))
    assert "JISX8341-3:2016の適合レベルAA" in words
    assert "画面読み上げソフト" in words
    assert "「適合」とは表明していません" in words


def test_the_accessibility_statement_names_whom_to_tell():
    make_strategy(is_current=True, municipality="試験市", contact_office="企画課", contact_phone="0123-45-6789")
    words = words_of(client_of(None).get(reverse("accessibility")))
    assert "担当試験市企画課電話0123-45-6789" in words


def test_the_accessibility_statement_stands_without_any_strategy():
    assert "企画担当です" in words_of(client_of(None).get(reverse("accessibility")))
