"""Which fiscal year a heading stands for: 「令和6年度」「R6実績」「実績値（令和6年度）」「平成32年」."""
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.fiscal import ERAS
from common.term import Term
from importing.values.reading import excerpt
from importing.values.spelling import folded
from kpis.vocabulary import ValueState


class YearKind(Term):
    """What stands below a heading with a year. Only an actual is a column of results."""

    ACTUAL = "actual", "実績"
    TARGET = "target", "目標"
    BASELINE = "baseline", "現状"


# Everything a heading may say beside its year. A heading with any other word, such as 評価 or 達成率, is no column of values.
KIND_OF_WORDS = {
    **dict.fromkeys(("", "実績", "実績値", "実績数", "実績数値", "実数", "実数値", "数値", "値", "結果"), YearKind.ACTUAL),
    **dict.fromkeys(("目標", "目標値", "目標数値", "中間目標", "中間目標値", "最終目標", "最終目標値", "計画値"), YearKind.TARGET),
    **dict.fromkeys(("現状", "現状値", "現況", "現況値", "基準", "基準値", "策定時", "計画策定時", "計画策定"), YearKind.BASELINE),
}
STATE_WORDS = {
    **dict.fromkeys(("速報値", "速報", "暫定値", "暫定"), ValueState.PRELIMINARY),
    **dict.fromkeys(("見込み値", "見込値", "見込み", "見込", "予測値", "予測"), ValueState.PROJECTED),
    **dict.fromkeys(("確定値", "確定"), ValueState.CONFIRMED),
}
STATE = re.compile("|".join(STATE_WORDS))
FIRST_YEARS = {name: first for long, letter, first, _ in ERAS for name in (long, long[0], letter)}
FIRST_WESTERN, LAST_WESTERN = 1900, 2099
NUMBER = "(?:元|[1-9][0-9]|0?[1-9])"
ERA = "令和|平成|昭和|令|平|昭|(?<![A-Za-z])[RHSrhs]"
YEAR = re.compile(rf"(?:(?P<era>{ERA})\.?(?P<number>{NUMBER})|(?<![0-9])(?P<western>(?:19|20)[0-9]{{2}}))(?![0-9])(?:年度|年)?")
YEAR_WITHOUT_ERA = re.compile(rf"(?<![0-9第])({NUMBER})年度")
UNIT_REMARK = re.compile(r"\(単位:?[^()]*\)")
SAYING_NOTHING = re.compile("年度?|[-_()「」/・:=の末]|時点|現在")

CONTRADICTION = "見出し{text}の中の年度が、互いに合いません。「令和6年度」のように、どちらか一方だけにしてください。"
NO_ERA = "見出し{text}がどの元号の年度か分かりません。「令和6年度」か「2024年度」のように書いてください。"


@dataclass(frozen=True)
class YearReading:
    """A heading with a year: the fiscal year, or the Japanese `problem` why it cannot be told. `state` where it says 速報 or 見込."""

    fiscal_year: int | None
    kind: YearKind = YearKind.ACTUAL
    state: ValueState | None = None
    problem: str = ""


def western_year(found: re.Match[str]) -> int:
    """The year that a match of YEAR names: 平成32 and 令和2 are 2020. As 年度 it is the fiscal year."""
    if found["western"]:
        return int(found["western"])
    return FIRST_YEARS[found["era"].upper()] + _number(found["number"]) - 1


def _number(text: str) -> int:
    return 1 if text == "元" else int(text)


def read_year(text: str | Decimal | date | bool | None, *, anchor: range | None = None) -> YearReading | None:
    """The fiscal year of a heading or of a cell in a column of years; None when it is not a heading for values of one year.

    `text` is the cell's value; numbers from 1900 to 2099 are years. `anchor` holds the plan's fiscal years, which tell what 「32年度」 is.
    """
    heading = re.sub(r"\s", "", folded(_text(text)))
    years = list(YEAR.finditer(heading))
    rest = UNIT_REMARK.sub("", YEAR.sub("", heading))
    without_era = YEAR_WITHOUT_ERA.findall(rest)
    kind, state = _meaning(YEAR_WITHOUT_ERA.sub("", rest))
    if kind is None or not (years or without_era) or len(without_era) > 1 or _is_span(years):
        return None
    fiscal_year, problem = _one_year(excerpt(heading), sorted(set(map(western_year, years))), without_era, anchor)
    return YearReading(fiscal_year, kind, state, problem)


def _text(value: str | Decimal | date | bool | None) -> str:
    if isinstance(value, Decimal):
        is_year = value.is_finite() and FIRST_WESTERN <= value <= LAST_WESTERN and value == int(value)
        return str(int(value)) if is_year else ""
    return value if isinstance(value, str) else ""


def _meaning(words: str) -> tuple[YearKind | None, ValueState | None]:
    state = STATE.search(words)
    left = SAYING_NOTHING.sub("", STATE.sub("", words, count=1))
    return KIND_OF_WORDS.get(left), STATE_WORDS[state[0]] if state else None


def _is_span(years: list[re.Match[str]]) -> bool:
    """「R5→R6」「2020/2024」: two years in one notation are two years, in two notations they are meant to be one."""
    notations = ({western_year(found) for found in years if found[notation]} for notation in ("western", "era"))
    return any(len(named) > 1 for named in notations)


def _one_year(heading: str, years: list[int], without_era: list[str], anchor: range | None) -> tuple[int | None, str]:
    """The year that all notations in a heading agree on, or the problem."""
    possible = years
    if without_era:
        counted = {first + _number(without_era[0]) - 1 for _, _, first, _ in ERAS}
        possible = [year for year in years or anchor or () if year in counted]
    if len(years) < 2 and len(possible) == 1:
        return possible[0], ""
    return None, (CONTRADICTION if years else NO_ERA).format(text=heading)
