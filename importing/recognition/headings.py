"""What a column is for, by its heading: one table of the words that people write there. Pure."""
from dataclasses import dataclass
from functools import lru_cache

from common.term import Term
from importing.recognition.names import name_key
from importing.values.reading import excerpt
from importing.values.spelling import folded
from importing.values.years import UNIT_REMARK, YEAR, YearKind, read_year, western_year
from kpis.vocabulary import ValueState


class ColumnRole(Term):
    """What a column holds, in the order in which a person chooses it."""

    IGNORED = "ignored", "使わない"
    CODE = "code", "番号"
    BREAKDOWN = "breakdown", "内訳"
    NAME = "name", "指標名"
    UNIT = "unit", "単位"
    YEAR = "year", "年度（行ごと）"
    VALUE = "value", "実績値"
    STATE = "state", "値の状態"
    REASON = "reason", "未測定の理由"
    MONTH = "month", "公表予定の月"
    MET = "met", "実施した（定性）"
    COMMENT = "comment", "要因・コメント"
    EVIDENCE = "evidence", "根拠"
    STRATEGY = "strategy", "戦略"


# Columns that name the indicator, and those that say something of one year's value.
NAMING = (ColumnRole.CODE, ColumnRole.NAME)
KEYS = (*NAMING, ColumnRole.BREAKDOWN, ColumnRole.UNIT, ColumnRole.YEAR, ColumnRole.STRATEGY)
BESIDE_VALUE = (ColumnRole.STATE, ColumnRole.REASON, ColumnRole.MONTH, ColumnRole.MET, ColumnRole.COMMENT, ColumnRole.EVIDENCE)
YEARLY = (ColumnRole.VALUE, *BESIDE_VALUE)

WORDS = {
    ColumnRole.CODE: ("番号", "指標番号", "KPI番号", "KPI No", "指標 No", "No", "№", "コード", "指標コード", "管理番号", "指標 ID"),
    ColumnRole.BREAKDOWN: ("内訳", "指標の内訳", "内訳名", "細区分"),
    ColumnRole.NAME: (
        "指標名", "指標", "指標名称", "指標の名称", "指標名（内訳）", "指標名・内訳", "対象指標", "成果指標", "評価指標", "KPI", "KPI名", "KPIの名称", "名称",
        "重要業績評価指標", "重要業績評価指標（KPI）", "重要業績評価指標名", "指標（KPI）", "KPI（重要業績評価指標）", "数値目標・KPI", "項目", "項目名",
    ),
    ColumnRole.UNIT: ("単位",),
    ColumnRole.YEAR: ("年度", "対象年度", "実績年度", "会計年度", "年"),
    ColumnRole.VALUE: ("実績値", "実績", "実績数値", "実績数", "実数値", "実数", "値", "今年度の実績", "今年度実績"),
    ColumnRole.STATE: ("値の状態", "状態", "確定・速報", "速報・確定", "値の種類"),
    ColumnRole.REASON: ("未測定の理由", "未測定理由", "値がない理由"),
    ColumnRole.MONTH: ("公表予定の月", "公表予定月", "公表予定", "公表予定時期"),
    ColumnRole.MET: ("実施した（定性の指標）", "実施した", "実施の有無"),
    ColumnRole.COMMENT: (
        "要因・コメント", "要因", "コメント", "増減の要因", "増減要因", "要因分析", "要因・分析", "増減理由", "増減の理由", "達成・未達成の要因", "実績の要因",
    ),
    ColumnRole.EVIDENCE: ("根拠", "根拠資料", "根拠・出典", "実績の根拠"),
    ColumnRole.STRATEGY: ("戦略", "総合戦略"),
    # Known columns in which no actual ever stands.
    ColumnRole.IGNORED: (
        "目標", "目標値", "数値目標", "最終目標", "計画値", "現状値", "現状", "基準値", "基準", "策定時", "当初値", "目安", "評価", "判定", "達成度", "達成率", "進捗率",
        "進捗状況", "進捗", "評価区分", "担当課", "所管課", "担当", "所管", "担当部署", "期限・担当者", "備考", "摘要", "備考欄", "書き方", "前年度のコメント", "前年度比",
        "前年比", "増減", "基本目標", "主要施策", "施策", "施策名", "基本的方向", "架空のサンプル値", "内容", "事業名", "今後の方針", "出典",
    ),
}
ROLE_OF_WORD = {name_key(word): role for role, words in WORDS.items() for word in words}


@dataclass(frozen=True)
class Heading:
    """A column's heading as understood. `fiscal_year` where it names one, `problem` (Japanese) where it cannot be told which."""

    role: ColumnRole = ColumnRole.IGNORED
    fiscal_year: int | None = None
    state: ValueState | None = None
    problem: str = ""
    is_known: bool = False


UNKNOWN = Heading()


@lru_cache(maxsize=16384)
def heading_of(text: str, anchor: range | None = None) -> Heading:
    """What a column with that heading holds; `anchor` is the plan's years. Never a value for 目標, 現状, 評価, 備考 or an unknown word."""
    key = name_key(text)
    role = ROLE_OF_WORD.get(key) or ROLE_OF_WORD.get(name_key(UNIT_REMARK.sub("", folded(text)))) or ROLE_OF_WORD.get(key.removeprefix("kpi"))
    if role:
        return Heading(role, is_known=True)
    year = read_year(text, anchor=anchor)
    if year:
        role = ColumnRole.VALUE if year.kind is YearKind.ACTUAL else ColumnRole.IGNORED
        return Heading(role, year.fiscal_year, year.state, year.problem if role is ColumnRole.VALUE else "", is_known=True)
    return _of_one_year(folded(text))


def _of_one_year(text: str) -> Heading:
    """「令和6年度の要因」."""
    years = {western_year(found) for found in YEAR.finditer(text)}
    role = ROLE_OF_WORD.get(name_key(YEAR.sub("", text)).removeprefix("の").removesuffix("の"))
    if len(years) != 1 or role not in (*BESIDE_VALUE, ColumnRole.IGNORED):
        return UNKNOWN
    return Heading(role, years.pop(), is_known=True)


@lru_cache(maxsize=16384)
def names_indicators(text: str) -> bool:
    """Whether a heading is one of those by which a table of indicators is known."""
    return ROLE_OF_WORD.get(name_key(text)) in NAMING


def year_in_heading(text: str, anchor: range | None = None) -> int | None:
    """The one year that a heading names, whatever else it says; None when it names several or none."""
    years = {western_year(found) for found in YEAR.finditer(folded(text))}
    return heading_of(text, anchor).fiscal_year or (years.pop() if len(years) == 1 else None)


def without_year(text: str) -> str:
    """What headings of different years have in common: 「R6実績」 and 「令和7年度実績」 are 実績."""
    return name_key(YEAR.sub("", folded(text)))


def shown_heading(text: str) -> str:
    return excerpt(folded(text)) if folded(text) else "見出しなし"
