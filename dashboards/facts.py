"""The labelled figures of one series in one year: the strip on an indicator's page and the line under a goal's trend chart."""
from dataclasses import dataclass
from fractions import Fraction

from common.fiscal import era_long, era_short
from common.japanese import NO_VALUE, number_text, percent_text, signed_text
from dashboards.figures import decimals_of, progress_figure
from dashboards.words import (
    achievement_words,
    amount,
    baseline_words,
    difference,
    missing_words,
    original_words,
    state_word,
    target_words,
    year_amount,
    years_text,
)
from kpis.board import JudgedIndicator
from kpis.explanation import original_name
from kpis.forecast import Forecast
from kpis.progress import LIMITS, Judgement
from kpis.vocabulary import TargetKind, WantedDirection

WANTED = {WantedDirection.UP: "増加をめざす", WantedDirection.DOWN: "減少をめざす"}
MET = {True: "実施した", False: "実施していない"}


@dataclass(frozen=True)
class Fact:
    """One labelled figure. Without a unit and with `is_words` it is said, not counted."""

    label: str
    value: str
    unit: str = ""
    notes: tuple[str, ...] = ()
    is_words: bool = False


def result_fact(row: JudgedIndicator, fiscal_year: int) -> Fact:
    """The year's result, or the running total, with what changed since the year before."""
    judgement = row.in_year(fiscal_year)
    facts = judgement.facts
    label = f"{era_long(fiscal_year)}{'までの累計' if facts.accumulation.is_total else 'の実績'}"
    if facts.target_kind is TargetKind.MILESTONE and judgement.is_met is not None:
        return Fact(label, MET[judgement.is_met], is_words=True)
    if judgement.result is None:
        return Fact(label, NO_VALUE, notes=_notes(missing_words(judgement), last_known_words(row, fiscal_year)))
    notes = _notes(_state(judgement), change_words(row, fiscal_year), _missing_years(judgement))
    return Fact(label, number_text(judgement.result, facts.decimals), facts.unit, notes)


def _notes(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _state(judgement: Judgement) -> str:
    word = state_word(judgement)
    return f"{word}（確定前の値）" if word else ""


def _missing_years(judgement: Judgement) -> str:
    return f"{years_text(judgement.missing_years)}の値がないため参考" if judgement.missing_years else ""


def last_known_words(row: JudgedIndicator, fiscal_year: int) -> str:
    """「直近は令和4年度の1.24」: the newest earlier value; empty when there is none."""
    known = [j for j in row.judgements if j.fiscal_year < fiscal_year and j.result is not None]
    return f"直近は{era_long(known[-1].fiscal_year)}の {amount(known[-1].result, known[-1])}" if known else ""


def change_words(row: JudgedIndicator, fiscal_year: int) -> str:
    """「前年度から ＋11.6万人」, for totals 「うち令和5年度 77人」; empty where it cannot be told."""
    judgement, before = row.in_year(fiscal_year), row.previous(fiscal_year)
    if judgement.facts.accumulation.is_total:
        added = year_amount(row, fiscal_year)
        return "" if added is None else f"うち{era_long(fiscal_year)} {amount(added, judgement)}"
    if before is None or before.result is None or judgement.result is None:
        return ""
    return f"前年度から {difference(judgement.result - before.result, judgement)}"


def verdict_words(row: JudgedIndicator, fiscal_year: int) -> str:
    """「目安 82.4万人との差 △2.3万人」 beside the verdict; empty where another figure says it."""
    judgement = row.in_year(fiscal_year)
    if judgement.progress_rate is None or judgement.from_expected is None:
        return ""
    return f"目安 {amount(judgement.expected, judgement)}との差 {difference(judgement.from_expected, judgement)}"


def target_fact(row: JudgedIndicator, fiscal_year: int) -> Fact:
    """The target in force with the plan's own wording, and the original one where it was revised."""
    judgement, indicator = row.in_year(fiscal_year), row.indicator
    label = f"{_target_name(judgement)}（{era_long(judgement.last_fiscal_year)}）"
    notes = _notes(indicator.target_label, indicator.formula_note, _revision(judgement))
    words = target_words(indicator, judgement, judgement.target)
    if judgement.target is None or judgement.target.value is None:
        return Fact("目標", words, notes=_notes(_wanted(judgement)), is_words=True)
    if judgement.target.upper_value is not None:
        return Fact(label, words, notes=notes, is_words=True)
    value = f"{indicator.target_qualifier}{number_text(judgement.target.value, indicator.decimals)}"
    return Fact(label, value, indicator.unit, notes)


def _target_name(judgement: Judgement) -> str:
    return {TargetKind.FLOOR: "下限の目標", TargetKind.CEILING: "上限の目標"}.get(judgement.facts.target_kind, "目標")


def _wanted(judgement: Judgement) -> str:
    return WANTED[judgement.facts.wanted_direction] if judgement.facts.target_kind is TargetKind.DIRECTION else ""


def _revision(judgement: Judgement) -> str:
    words = original_words(judgement)
    since = judgement.target.effective_fiscal_year if judgement.has_other_target else judgement.facts.extension_in(judgement.fiscal_year)
    return f"{words}（{era_long(since)}に見直し）" if words else ""


def progress_fact(row: JudgedIndicator, fiscal_year: int) -> Fact | None:
    """進捗率 with its 目安; for limits the distance to 目安; without a number to reach the change. None when nothing can be said."""
    judgement = row.in_year(fiscal_year)
    if judgement.result is None:
        return None
    if judgement.progress_rate is not None:
        return _rate_fact(row, judgement)
    if judgement.expected is not None:
        expected = f"目安 {amount(judgement.expected, judgement)}"
        return _difference_fact("目安との差", judgement.from_expected, judgement, _notes(expected, achievement_words(judgement, row.rules)))
    if judgement.facts.target_kind is TargetKind.RANGE:
        return _range_fact(judgement)
    return _change_fact(row, judgement)


def _rate_fact(row: JudgedIndicator, judgement: Judgement) -> Fact:
    label = f"進捗率（目安は{row.rules.rate_text(judgement.expected_progress)}）"
    original = judgement.against_original
    by_original = original is not None and original.progress_rate is not None
    notes = _notes(
        f"{original_name(judgement)}では {row.rules.rate_text(original.progress_rate)}（{original.word}）" if by_original else "",
        achievement_words(judgement, row.rules),
    )
    figure = progress_figure(judgement, row.rules)
    if figure.is_back:
        return Fact(label, f"{figure.label}{figure.text}", notes=notes, is_words=True)
    return Fact(label, figure.text.removesuffix("％"), "％", notes)


def _difference_fact(label: str, value: Fraction, judgement: Judgement, notes: tuple[str, ...] = ()) -> Fact:
    decimals = decimals_of(value, judgement.facts.decimals)
    return Fact(label, signed_text(value, decimals), judgement.facts.unit, notes)


def _range_fact(judgement: Judgement) -> Fact | None:
    if judgement.target is None:
        return None
    low, high = (Fraction(value) for value in (judgement.target.value, judgement.target.upper_value))
    notes = (f"下限との差 {difference(judgement.result - low, judgement)}", f"上限との差 {difference(judgement.result - high, judgement)}")
    return Fact("目標の範囲", "範囲の中" if judgement.is_met else "範囲の外", notes=notes, is_words=True)


def _change_fact(row: JudgedIndicator, judgement: Judgement) -> Fact | None:
    if judgement.change is None:
        return None
    notes = (f"現状値 {baseline_words(row.indicator, judgement)}", f"差 {difference(judgement.result - judgement.start, judgement)}")
    return Fact("現状値と比べて", judgement.change.label, notes=notes, is_words=True)


def needed_fact(row: JudgedIndicator, fiscal_year: int, seen: Forecast | None = None) -> Fact | None:
    """What is still needed each year, in the final year by how much the target was missed; for limits the distance to the limit."""
    judgement = row.in_year(fiscal_year)
    if judgement.result is None or judgement.from_target is None or judgement.facts.target_kind is TargetKind.RANGE:
        return None
    if judgement.facts.target_kind in LIMITS:
        return _limit_fact(judgement)
    if judgement.required_per_year is not None:
        unit = f"{judgement.facts.unit}／年"
        value = signed_text(judgement.required_per_year, decimals_of(judgement.required_per_year, judgement.facts.decimals))
        return Fact("目標までに必要な伸び", value, unit, _notes(_remaining(judgement), _share(seen)))
    if judgement.is_met:
        return Fact("目標との差", "到達", notes=(f"目標との差 {difference(judgement.from_target, judgement)}",), is_words=True)
    return _difference_fact("目標との差（最終年度）", judgement.from_target, judgement)


def _limit_fact(judgement: Judgement) -> Fact:
    name = "下限" if judgement.facts.target_kind is TargetKind.FLOOR else "上限"
    kept = f"{name}は{'守れている' if judgement.is_met else '守れていない'}"
    return _difference_fact(f"{name}との差", judgement.from_target, judgement, (kept,))


def _remaining(judgement: Judgement) -> str:
    return f"残り{judgement.total_years - judgement.elapsed_years}年"


def _share(seen: Forecast | None) -> str:
    if seen is None or seen.needed_share is None:
        return ""
    return f"{era_long(seen.base_fiscal_year)}の伸びの{percent_text(seen.needed_share, 0, down=False)}"


def average_fact(row: JudgedIndicator, fiscal_year: int) -> Fact | None:
    """What each year of the plan has brought so far on average, from the start of the count."""
    judgement = row.in_year(fiscal_year)
    has_start = judgement.facts.accumulation.is_total or judgement.facts.baseline_value is not None
    if judgement.result is None or not has_start:
        return None
    average = (judgement.result - judgement.start) / judgement.elapsed_years
    return Fact("これまでの平均", signed_text(average, decimals_of(average, judgement.facts.decimals)), f"{judgement.facts.unit}／年")


def trend_facts(row: JudgedIndicator, fiscal_year: int) -> list[Fact]:
    """The four under a trend chart: result, progress, what is left, the average so far."""
    judgement, result = row.in_year(fiscal_year), result_fact(row, fiscal_year)
    label = f"{era_short(fiscal_year)}の{'累計' if judgement.facts.accumulation.is_total else '実績'}"
    short = Fact(label, missing_words(judgement) or result.value, result.unit, is_words=result.is_words)
    found = [short, progress_fact(row, fiscal_year), _left_fact(judgement), average_fact(row, fiscal_year)]
    return [fact for fact in found if fact is not None]


def _left_fact(judgement: Judgement) -> Fact | None:
    if judgement.result is None or judgement.from_target is None or judgement.facts.target_kind is TargetKind.RANGE:
        return None
    if judgement.facts.target_kind in LIMITS:
        return _limit_fact(judgement)
    if judgement.is_met:
        return Fact("目標まで", "到達", is_words=True)
    left = "最終年度" if judgement.is_final_year else _remaining(judgement)
    return _difference_fact(f"目標まで（{left}）", -judgement.from_target, judgement)
