"""検索: finds what people mean, however they type it, and shows nobody what is not theirs to see."""
import re

import pytest
from django.urls import reverse

from accounts.models import Revision
from accounts.roles import Role
from dashboards.matching import fold, marked, snippet
from dashboards.matching import words_of as words_in
from kpis.vocabulary import EntryState
from tests.factories import (
    make_agreement,
    make_division,
    make_goal,
    make_indicator,
    make_initiative,
    make_measure,
    make_measured_indicator,
    make_partner,
    make_strategy,
    make_user,
)
from tests.reading import links_of, words_of
from tests.world import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def strategy():
    """A goal with a measure, an initiative and a KPI about grapes, and an agreement with a bank."""
    strategy = make_strategy()
    goal = make_goal(strategy=strategy, name="活力あるまちをつくる", direction="新幹線を活かします。")
    measure = make_measure(goal=goal, name="まちを元気にする産業振興", approach="一次産業の収益を高めます。")
    make_initiative(measure=measure, name="スマート農業の普及", summary="ドローンによる防除を広げます。")
    make_measured_indicator({2022: 130}, measure=measure, code="1-1-1", name="醸造用ブドウ栽培面積", unit="ha", note="JAの調べによる")
    make_agreement([make_partner(name="株式会社 北の銀行")], strategy=strategy, name="地方創生に関する協定", items="空き家の利活用\n企業立地の促進")
    return strategy


def search(strategy, text: str, user=None, **query):
    response = client_of(user).get(reverse("search", args=[strategy.slug]), {"q": text, **query})
    assert response.status_code == 200
    return response


def found(strategy, text: str, user=None) -> list[str]:
    """The titles that were found."""
    html = search(strategy, text, user).content.decode()
    titles = re.findall(r'<li><div><a href="[^"]+">(.*?)</a>', html, re.DOTALL)
    return [re.sub(r"<[^>]+>|\s", "", title) for title in titles]


def test_an_indicator_is_found_by_its_name(strategy):
    assert found(strategy, "ブドウ") == ["醸造用ブドウ栽培面積"]


@pytest.mark.parametrize("text", ["ぶどう", "ﾌﾞﾄﾞｳ", "ブドウ　醸造", " 栽培  ブドウ ", "１-１-１", "ｊａの調べ"])
def test_width_case_and_kana_do_not_matter(strategy, text):
    assert found(strategy, text) == ["醸造用ブドウ栽培面積"]


def test_a_measure_is_found_by_its_approach(strategy):
    assert found(strategy, "一次産業") == ["まちを元気にする産業振興"]


def test_an_initiative_is_found_by_its_summary(strategy):
    assert found(strategy, "どろーん") == ["スマート農業の普及"]


def test_a_goal_is_found_by_its_direction(strategy):
    assert found(strategy, "新幹線") == ["活力あるまちをつくる"]


def test_an_agreement_is_found_by_its_partner_and_the_partner_too(strategy):
    assert found(strategy, "北の銀行") == ["地方創生に関する協定", "株式会社北の銀行"]


def test_an_agreement_is_found_by_an_item(strategy):
    assert found(strategy, "空き家") == ["地方創生に関する協定"]


def test_all_words_must_be_there(strategy):
    assert found(strategy, "ブドウ 銀行") == []
    assert found(strategy, "スマート 産業振興") == ["スマート農業の普及"]


def test_an_indicator_is_found_by_its_division(strategy):
    indicator = strategy.indicators.get()
    indicator.division = make_division(name="農林課")
    indicator.save()
    assert found(strategy, "農林課") == ["醸造用ブドウ栽培面積"]


def test_another_strategys_rows_are_not_found(strategy):
    make_indicator(name="ほかの市のブドウ")
    make_agreement([make_partner(name="ほかの市の銀行")])
    assert found(strategy, "ほかの市") == []


def test_groups_say_how_many_they_hold(strategy):
    words = words_of(search(strategy, "産業"))
    assert "「産業」が見つかりました（3件）" in words
    assert "主要施策1件" in words
    assert "具体的取組1件" in words


def test_hits_are_marked_as_they_are_written(strategy):
    html = search(strategy, "ﾌﾞﾄﾞｳ").content.decode()
    assert "醸造用<mark>ブドウ</mark>栽培面積" in html


def test_an_indicator_shows_its_verdict_of_the_chosen_year(strategy):
    assert "順調" in words_of(search(strategy, "ブドウ", year=2022))
    assert "順調" not in words_of(search(strategy, "ブドウ", year=2021))


def test_sample_values_are_marked(strategy):
    strategy.indicators.get().actuals.update(is_sample=True)
    assert "順調架空のサンプル値" in words_of(search(strategy, "ブドウ", year=2022))


def test_a_visitor_does_not_learn_an_unpublished_verdict(strategy):
    make_measured_indicator({2023: 150}, strategy=strategy, name="公表前の指標", entry_state=EntryState.CHECKED)
    assert "達成" not in words_of(search(strategy, "公表前の指標")).split("種類ごとの件数")[-1]
    assert "達成" in words_of(search(strategy, "公表前の指標", make_user(Role.COUNCIL), year=2023))


def test_the_word_stays_in_the_field_and_in_the_years_links(strategy):
    response = search(strategy, "ブドウ & 面積")
    assert 'value="ブドウ &amp; 面積"' in response.content.decode()
    assert any(link.startswith("?q=%E3%83%96%E3%83%89%E3%82%A6+%26+") and link.endswith("&year=2021") for link in links_of(response))


def test_a_script_in_the_question_is_shown_as_text(strategy):
    html = search(strategy, '"><script>alert(1)</script>').content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_script_in_the_data_is_shown_as_text(strategy):
    make_initiative(measure=strategy.goals.get().measures.get(), name="<b>太字</b>の取組", summary="<img src=x onerror=alert(1)>太字")
    html = search(strategy, "太字").content.decode()
    assert "&lt;b&gt;<mark>太字</mark>&lt;/b&gt;の取組" in html
    assert "<img src=x" not in html


def test_a_long_question_is_cut_at_a_hundred_characters_and_says_so(strategy):
    response = search(strategy, "あ" * 150)
    assert 'value="' + "あ" * 100 + '"' in response.content.decode()
    assert "はじめの100文字で探しました。" in words_of(response)


def test_nothing_found_says_what_to_try(strategy):
    words = words_of(search(strategy, "存在しない言葉"))
    assert "「存在しない言葉」は見つかりませんでした" in words
    assert "言葉を短くする" in words


@pytest.mark.parametrize("text", ["", "   ", "　"])
def test_without_a_word_examples_are_offered(strategy, text):
    assert "探し方の例" in words_of(search(strategy, text))


def test_without_a_word_nothing_is_looked_up(strategy, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        search(strategy, "")


@pytest.mark.parametrize("text", ["%", "_", "\\", "((", "[あ", "*", "'; DROP TABLE--", "\x00", "😀"])
def test_signs_are_letters_like_any_other(strategy, text):
    assert found(strategy, text) == []


def test_queries_do_not_grow_with_hits(strategy, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        search(strategy, "その")
    measure = strategy.goals.get().measures.get()
    for _ in range(5):
        make_initiative(measure=measure)
        make_measured_indicator({2022: 1}, measure=measure)
        make_agreement([make_partner()], strategy=strategy)
    Revision.advance()
    with django_assert_max_num_queries(10):
        assert len(found(strategy, "その")) == 15


def test_a_second_search_reads_nothing_of_the_plan_again(strategy, django_assert_max_num_queries):
    search(strategy, "ブドウ")
    with django_assert_max_num_queries(2):
        assert found(strategy, "銀行") == ["地方創生に関する協定", "株式会社北の銀行"]


def test_what_was_just_saved_is_found(strategy):
    assert found(strategy, "スマート水産業") == []
    make_initiative(measure=strategy.goals.get().measures.get(), name="スマート水産業の導入")
    Revision.advance()
    assert found(strategy, "スマート水産業") == ["スマート水産業の導入"]


def test_a_word_does_not_reach_over_two_texts(strategy):
    assert found(strategy, "協定株式会社") == []


def test_a_strategy_that_is_not_public_is_not_searched(strategy):
    strategy.public_scope = "nothing"
    strategy.save()
    response = client_of(None).get(reverse("search", args=[strategy.slug]), {"q": "ブドウ"})
    assert response.url.startswith(reverse("sign_in"))


def test_folding_makes_widths_cases_and_kana_equal():
    assert fold("ＨＯＰ ｽﾀｰ ガ") == fold("hop すたー が") == "hop すたー が"


def test_words_are_separated_by_any_space_and_asked_once():
    assert words_in("観光　 まち 観光") == ("観光", "まち")


@pytest.mark.parametrize(
    ("text", "word", "hit"),
    [("ｶﾞｲﾄﾞ", "ガイド", "ｶﾞｲﾄﾞ"), ("㎡あたり", "m2", "㎡"), ("カ\u3099イド", "がい", "カ\u3099イ"), ("HOP Star", "hop", "HOP"), ("ブドウ", "どう", "ドウ")],
)
def test_a_mark_covers_the_characters_as_written(text, word, hit):
    pieces = marked(text, words_in(word))
    assert [piece.text for piece in pieces if piece.is_hit] == [hit]
    assert "".join(piece.text for piece in pieces) == text


def test_overlapping_hits_are_marked_as_one():
    assert [(piece.text, piece.is_hit) for piece in marked("観光振興策", ("観光振", "振興"))] == [("観光振興", True), ("策", False)]


def test_a_snippet_shows_the_surroundings_of_the_first_hit():
    text = "".join(piece.text for piece in snippet("あ" * 50 + "観光" + "い" * 50, ("観光",), around=5))
    assert text == "…あああああ観光いいいいい…"


def test_a_snippet_joins_lines():
    assert "".join(piece.text for piece in snippet("一つ目\n観光の振興", ("観光",))) == "一つ目／観光の振興"
