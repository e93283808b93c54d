"""The city's own grades 「A・B・C・D」「◎○△×」: a rating scale is data, so any city's can be set up without code."""
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from common.japanese import rounded
from common.term import Term
from kpis.progress import Judgement, achievement
from kpis.vocabulary import TargetKind


class Basis(Term):
    """The figure a scale grades."""

    ACHIEVEMENT_FINAL = "achievement_final", "達成率（最終目標に対する）"
    ACHIEVEMENT_MILESTONE = "achievement_milestone", "達成率（年度目標に対する）"
    ACHIEVEMENT_ELAPSED = "achievement_elapsed", "達成率÷経過年数の割合"
    PROGRESS = "progress", "進捗率"
    PACE = "pace", "目安に対する進捗率の比"
    CHANGE = "change", "現状値からの変化率（良い方向を＋とする）"


@dataclass(frozen=True)
class Band:
    """One grade: everything from lower_bound (a share of 1) up; None takes all the rest."""

    label: str
    lower_bound: Decimal | None
    is_inclusive: bool = True
    wording: str = ""


@dataclass(frozen=True)
class Scale:
    """Bands from best to worst, the label without data, and the rounding (in per cent) before comparing."""

    basis: Basis
    bands: tuple[Band, ...]
    no_data: Band = Band("－", None, wording="評価なし")
    round_decimals: int | None = None
    rounds_down: bool = True


def grade(scale: Scale, judgement: Judgement) -> Band:
    """The band a judgement falls into; the scale's no-data band when its figure cannot be computed."""
    figure = FIGURES[scale.basis](judgement)
    if figure is None:
        return scale.no_data
    if scale.round_decimals is not None:
        figure = Fraction(rounded(figure * 100, scale.round_decimals, down=scale.rounds_down)) / 100
    return next((band for band in scale.bands if _reaches(band, figure)), scale.no_data)


def _reaches(band: Band, figure: Fraction) -> bool:
    if band.lower_bound is None:
        return True
    bound = Fraction(band.lower_bound)
    return figure >= bound if band.is_inclusive else figure > bound


def _against_milestone(j: Judgement) -> Fraction | None:
    if j.result is None or j.milestone is None:
        return None
    progress = None if j.milestone == j.start else (j.result - j.start) / (j.milestone - j.start)
    return achievement(j.facts, j.result, j.milestone, progress)[0]


def _against_elapsed(j: Judgement) -> Fraction | None:
    return None if j.achievement_rate is None else j.achievement_rate / Fraction(j.elapsed_years, j.total_years)


def _change_rate(j: Judgement) -> Fraction | None:
    if j.result is None or j.facts.baseline_value is None or not j.start:
        return None
    change = (j.result - j.start) / abs(j.start)
    return -change if j.facts.target_kind in (TargetKind.DECREASE, TargetKind.CEILING) else change


FIGURES = {
    Basis.ACHIEVEMENT_FINAL: lambda j: j.achievement_rate,
    Basis.ACHIEVEMENT_MILESTONE: _against_milestone,
    Basis.ACHIEVEMENT_ELAPSED: _against_elapsed,
    Basis.PROGRESS: lambda j: j.progress_rate,
    Basis.PACE: lambda j: j.pace,
    Basis.CHANGE: _change_rate,
}
