"""The sentences that explain a judgement."""
from dataclasses import replace
from decimal import Decimal

import pytest

from kpis.explanation import explain, explain_beside_row
from kpis.facts import ActualValue, Rules, TargetValue
from kpis.vocabulary import MissingReason, ValueState
from tests.test_progress import HOW, KIND, TOURISM_TARGETS, at, facts, judged

ONE_DECIMAL = Rules(rate_decimals=1)


def text(indicator, year):
    return explain(judged(indicator, year), ONE_DECIMAL)


def test_rates_are_whole_per_cents_unless_the_strategy_says_otherwise():
    verdict = judged(facts(KIND.INCREASE, None, "400", ["62", "66", "86"], accumulation=HOW.TOTAL), 3)
    assert "（進捗率 53％）" in explain(verdict)
    assert "（進捗率 53.5％）" in explain(verdict, ONE_DECIMAL)
    assert "（進捗率 54％）" in explain(verdict, Rules(rates_cut_off=False))


def test_the_explanation_of_an_increase_reads_as_the_rule_has_it():
    indicator = facts(KIND.INCREASE, "100", "150", at("125", 2), baseline_label="H30")
    assert text(indicator, 2) == (
        "現状値 100人（平成30年度）→ 目標 150人（令和6年度）。令和3年度の実績は 125人。改善すべき 50人のうち 25人（進捗率 50％）。"
        "5年間のうち2年が経過（目安 40％）⇒ 順調。目標達成には年 8.3人の増加が必要。"
    )


@pytest.mark.parametrize(("indicator", "year", "reason"), [
    (facts(KIND.INCREASE, "100", "150", at("125", 2)), 2, "5年間のうち2年が経過（目安 40％）⇒ 順調。目標達成には年 8.3人の増加が必要。"),
    (facts(KIND.INCREASE, "76", None, at("80.1", 4), decimals=1, targets=TOURISM_TARGETS), 4, "目標は 令和4年度に 当初の 90.0人から見直した。当初の目標では"),
    (facts(KIND.INCREASE, None, "100", ["10", None, "20"], accumulation=HOW.TOTAL), 3, "令和3年度の値がないため参考。"),
    (facts(KIND.DIRECTION, "4649", None, at("5000", 3)), 3, "現状値から増加（改善） ⇒ 判定対象外。"),
    (facts(KIND.INCREASE, "1", "2", []), 3, "現状値 1人→ 目標 2人（令和6年度）。令和4年度の実績はまだ入力されていない ⇒ 未入力。"),
])
def test_beside_a_tables_row_the_same_sentences_begin_with_what_the_row_does_not_say(indicator, year, reason):
    short = explain_beside_row(judged(indicator, year), ONE_DECIMAL)
    assert short.startswith(reason)
    assert {sentence for sentence in short.split("。") if sentence not in text(indicator, year)} == set()


@pytest.mark.parametrize(("indicator", "year", "part"), [
    (facts(KIND.DECREASE, "100", "50", at("75", 2)), 2, "目標達成には年 8.3人の減少が必要。"),
    (facts(KIND.INCREASE, "100", "150", at("80", 2)), 2, "起点より 20人 後退（進捗率 △40％）"),
    (facts(KIND.INCREASE, "100", "150", at("147", 5)), 5, "目標に 3人 届いていない。"),
    (facts(KIND.INCREASE, None, "450", at("265", 3)), 3, "起点 0人（現状値なし）"),
    (facts(KIND.INCREASE, "234", "400", ["62", "66", "86"], accumulation=HOW.TOTAL, baseline_label="第1期実績"), 3, "第1期実績 234人は参考"),
    (facts(KIND.INCREASE, "234", "400", ["62", "66", "86"], accumulation=HOW.TOTAL), 3, "令和4年度までの累計は 214人。"),
    (facts(KIND.INCREASE, None, "100", ["10", None, "20"], accumulation=HOW.TOTAL), 3, "令和3年度の値がないため参考。"),
    (facts(KIND.INCREASE, "76", None, at("80.1", 4), decimals=1, targets=TOURISM_TARGETS), 4, "目標は 令和4年度に 当初の 90.0人から見直した。当初の目標では進捗率 29.2％、遅れ。"),
    (facts(KIND.FLOOR, "10000", "9500", at("9700", 2)), 2, "目安 9,800人に対し、目安を 100人 下回る（1.02％） ⇒ 遅れ。下限 9,500人は維持（差 ＋200）。"),
    (facts(KIND.FLOOR, "10000", "9500", at("9400", 5)), 5, "下限を 100人 下回る ⇒ 未達成。"),
    (facts(KIND.FLOOR, "30", "30", at("30", 2)), 2, "下限と同じ ⇒ 順調。"),
    (facts(KIND.INCREASE, "-55", "0", at("-21", 4), target_label="均衡"), 4, "現状値 △55人→ 目標 0人（均衡、令和6年度）"),
    (facts(KIND.DIRECTION, "4649", None, at("5000", 3)), 3, "現状値から増加（改善） ⇒ 判定対象外。"),
    (facts(KIND.INCREASE, "1", "2", []), 3, "令和4年度の実績はまだ入力されていない ⇒ 未入力。"),
])
def test_an_explanation_says_what_its_reader_must_know(indicator, year, part):
    assert part in text(indicator, year)


def test_a_missing_value_names_its_reason_and_month():
    waiting = ActualValue(2023, missing_reason=MissingReason.AWAITING_PUBLICATION, expected_month=9)
    assert "令和5年度の実績は未測定（公表待ち、9月公表予定）。" in text(replace(facts(KIND.INCREASE, "1", "2", []), actuals=(waiting,)), 4)


def test_a_preliminary_value_says_so():
    early = ActualValue(2020, Decimal(5), state=ValueState.PRELIMINARY)
    assert "5人（速報）" in text(replace(facts(KIND.INCREASE, "1", "9", []), actuals=(early,)), 1)


def test_a_range_names_both_bounds():
    indicator = facts(KIND.RANGE, None, None, at("30", 2), targets=(TargetValue(2020, Decimal(10), Decimal(25)),))
    assert "範囲の目標 10人以上 25人以下" in text(indicator, 2)
    assert "範囲の外 ⇒ 遅れ。" in text(indicator, 2)


def test_the_public_text_never_mentions_work_states():
    assert "未入力" not in explain(judged(facts(KIND.INCREASE, "1", "2", []), 3).for_public())
