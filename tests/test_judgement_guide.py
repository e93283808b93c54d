"""判定のしかた: the page says what the code does, because it is made of the same tables."""
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse

from dashboards.examples import EXAMPLES
from dashboards.guide import ACCUMULATION_MEANINGS, MISSING_REASON_MEANINGS, RATE_FORMULA_MEANINGS, VALUE_STATE_MEANINGS
from goals.models import RateRounding
from kpis.explanation import explain
from kpis.facts import Rules
from kpis.models import RatingBand, rules_of
from kpis.progress import judge
from kpis.ratings import Basis
from kpis.vocabulary import (
    DEFAULT_RATE_FORMULA,
    MET_WHEN,
    STATUS_RULES,
    Accumulation,
    MissingReason,
    RateFormula,
    Status,
    TargetKind,
    ValueState,
)
from tests.factories import make_indicator, make_rating_scale, make_strategy
from tests.reading import words_of

pytestmark = pytest.mark.django_db

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "judgement.md"


def look(client, strategy) -> str:
    response = client.get(reverse("judgement_guide", args=[strategy.slug]))
    assert response.status_code == 200
    return words_of(response)


def example(title: str):
    return next(each for each in EXAMPLES if each.title == title)


def test_every_status_stands_on_the_page_with_its_rule(client):
    words = look(client, make_strategy())
    for rule in STATUS_RULES:
        assert rule.status.label in words
        assert rule.straight.split("{")[0] in words
    assert {rule.status for rule in STATUS_RULES} == set(Status)


def test_every_kind_of_target_stands_on_the_page_with_when_it_is_met(client):
    words = look(client, make_strategy())
    for kind in TargetKind:
        assert kind.label + MET_WHEN[kind] in words


@pytest.mark.parametrize(
    ("meanings", "vocabulary"),
    [
        (ACCUMULATION_MEANINGS, Accumulation),
        (RATE_FORMULA_MEANINGS, RateFormula),
        (MISSING_REASON_MEANINGS, MissingReason),
        (VALUE_STATE_MEANINGS, ValueState),
    ],
)
def test_every_word_of_the_vocabulary_is_explained(client, meanings, vocabulary):
    words = look(client, make_strategy())
    assert set(meanings) == set(vocabulary)
    for term, meaning in meanings.items():
        assert term.label + meaning in words


def test_a_changed_threshold_changes_the_page(client):
    words = look(client, make_strategy(on_track_from=Decimal("0.85"), slightly_behind_from=Decimal("0.5")))
    assert "目安の進捗率の85％以上" in words
    assert "目安の進捗率の50％以上85％未満" in words
    assert "90％" not in words.split("計算の例")[0]


def test_a_changed_tolerance_changes_rule_and_example(client):
    before, after = make_strategy(), make_strategy(limit_tolerance=Decimal("0.02"))
    assert "減少を抑える遅れ" in look(client, before)
    words = look(client, after)
    assert "目安から外れた幅が目安の2％以内" in words
    assert "減少を抑えるやや遅れ" in words


def test_a_changed_rounding_changes_the_page(client):
    strategy = make_strategy(rate_rounding=RateRounding.HALF_UP, rate_decimals=0)
    words = look(client, strategy)
    assert "率の端数は四捨五入です99.6％は「100％」と表示します。" in words
    assert "目標に届く前に100％と見せないため" not in words


def test_each_example_shows_the_judgement_and_explanation_of_the_code(client):
    strategy = make_strategy()
    rules, words = rules_of(strategy), look(client, strategy)
    for each in EXAMPLES:
        judgement = judge(each.facts, each.fiscal_year, rules)
        assert f"{each.title}{judgement.word}{each.lesson}" in words
        assert re.sub(r"\s", "", explain(judgement, rules)) in words


@pytest.mark.parametrize(
    ("title", "status", "progress"),
    [
        ("増やす", Status.ON_TRACK, "0.5"),
        ("減らす", Status.ON_TRACK, "0.5"),
        ("減少を抑える", Status.BEHIND, None),
        ("維持する", Status.ON_TRACK, None),
        ("マイナスの値を改善する", Status.ON_TRACK, "0.5"),
        ("期間累計", Status.SLIGHTLY_BEHIND, "0.535"),
        ("目標を見直した", Status.SLIGHTLY_BEHIND, "0.5125"),
        ("計画期間を延長した", Status.ON_TRACK, "0.76"),
        ("計画の途中で加えた", Status.SLIGHTLY_BEHIND, "0.4"),
        ("計画の途中で終えた", Status.NOT_RATED, None),
        ("数値目標がない", Status.NOT_RATED, None),
        ("値がまだない", Status.NOT_MEASURED, None),
    ],
)
def test_the_examples_are_the_cases_of_the_rules(title, status, progress):
    found = judge(example(title).facts, example(title).fiscal_year, Rules())
    assert found.status is status
    assert found.progress_rate == (None if progress is None else Decimal(progress))


def test_sums_are_written_out(client):
    words = look(client, make_strategy(rate_decimals=1))
    assert "目安100＋（150－100）×2/5＝120人" in words
    assert "進捗率（△85－△120）÷（△50－△120）＝50％" in words
    assert "達成率（目標÷実績）50÷75＝66.6％" in words
    assert "62＋66＋86＝214人" in words
    assert "目安との差9,700－9,800＝△100人" in words


def test_the_final_years_on_track_is_said_not_to_be_success(client):
    words = look(client, make_strategy())
    assert "最終年度の「順調」は、目標に届いたという意味ではありません" in words
    assert "目標に4人届いていない。" in words


def test_status_and_evaluation_are_told_apart(client):
    words = look(client, make_strategy())
    assert "判定と評価は別のものです" in words
    assert "推進会議の評価は人が行うもので、判定とは別に記録します。" in words


def test_uses_in_this_plan_are_counted(client):
    strategy = make_strategy()
    for _ in range(3):
        make_indicator(strategy=strategy, target_kind=TargetKind.CEILING)
    assert "超えない（悪化の抑制）最終年度の実績が目標（上限）以下目標÷実績3" in look(client, strategy)


def test_the_citys_rating_scale_is_printed_with_its_bounds(client):
    strategy = make_strategy()
    scale = make_rating_scale(bands=(("◎", Decimal(1)), ("○", Decimal("0.8")), ("△", None)), strategy=strategy, name="四段階の評価", basis=Basis.PACE)
    RatingBand.objects.filter(scale=scale, label="○").update(is_inclusive=False)
    words = look(client, strategy)
    assert "四段階の評価もとになる値：目安に対する進捗率の比" in words
    assert "◎100％以上" in words
    assert "○80％を超える" in words
    assert "△それ以外" in words
    assert "－値がない" in words


def test_a_scale_that_is_not_shown_is_not_explained(client):
    strategy = make_strategy()
    make_rating_scale(strategy=strategy, name="試しの評価", is_active=False)
    words = look(client, strategy)
    assert "試しの評価" not in words
    assert "市独自の評価区分（A・B・Cなど）を使っていません" in words


def test_queries_do_not_grow_with_scales_and_indicators(client, django_assert_max_num_queries):
    strategy = make_strategy()
    for _ in range(4):
        make_rating_scale(strategy=strategy, name=f"評価{strategy.rating_scales.count()}")
        make_indicator(strategy=strategy)
    with django_assert_max_num_queries(10):
        look(client, strategy)


def markdown(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


DOCUMENTED = {
    "kinds": markdown(
        ["`TargetKind`", "日本語", "達成の条件", "達成率の式"],
        [[f"`{kind.name}`", kind.label, MET_WHEN[kind], f"`{DEFAULT_RATE_FORMULA[kind].name}`" if kind in DEFAULT_RATE_FORMULA else "―"] for kind in TargetKind],
    ),
    "accumulations": markdown(["`Accumulation`", "日本語", "意味"], [[f"`{a.name}`", a.label, ACCUMULATION_MEANINGS[a]] for a in Accumulation]),
    "formulas": markdown(["`RateFormula`", "日本語", "使うとき"], [[f"`{f.name}`", f.label, RATE_FORMULA_MEANINGS[f]] for f in RateFormula]),
    "statuses": markdown(
        ["`Status`", "日本語", "`INCREASE`・`DECREASE`", "`FLOOR`・`CEILING`・`RANGE`"],
        [[f"`{rule.status.name}`", rule.status.label, rule.straight, rule.limit or "同じ"] for rule in STATUS_RULES],
    ),
    "bases": markdown(["`Basis`", "日本語"], [[f"`{basis.name}`", basis.label] for basis in Basis]),
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_the_engineers_document_holds_the_codes_own_table(name):
    """When this fails, put the expected text between the two marks in docs/judgement.md."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert found.group(1) == DOCUMENTED[name]
