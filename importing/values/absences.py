"""Cells that hold no number, and say so in one of many words: blank, 「－」, 「集計中」, 「H28.9公表予定」, 「x」."""
import re
from dataclasses import dataclass

from importing.values.reading import Nothing, Reading, excerpt
from importing.values.years import YEAR, western_year
from kpis.vocabulary import MissingReason

MAYBE_ZERO = "{text}は0のことですか。0のときは0、測れないときは「調査なし」と書いてください。"
NOT_KNOWN = "{text}は、値が分からないという意味に読みました。理由が分かれば「公表待ち」「調査なし」のように書いてください。"
KEPT_SECRET = "{text}は、公表しない値（秘匿）と読みました。値は入れません。"
NO_REASON = "{text}だけでは理由が分かりません。「公表待ち」「調査なし」「事業未実施」のどれかを書いてください。"


@dataclass(frozen=True)
class Absence:
    """One kind of nothing, the words for it, and what to ask back."""

    nothing: Nothing
    words: tuple[str, ...]
    missing_reason: MissingReason | None = None
    warning: str = ""


ABSENCES = (
    Absence(Nothing.NOT_ENTERED, ("", "未入力", "未記入")),
    Absence(Nothing.TO_CONFIRM, ("-", "−", "―", "ー", "—", "–", "‐", "‑", "─", "--", "――", "ーー", "——"), None, MAYBE_ZERO),
    Absence(Nothing.TO_CONFIRM, ("なし", "無し", "無", "ナシ", "特になし", "該当なし", "該当無し"), None, MAYBE_ZERO),
    Absence(Nothing.UNKNOWN, ("…", "……", "...", "‥", "・・・", "不明", "未把握", "?", "n/a"), None, NOT_KNOWN),
    Absence(
        Nothing.NOT_MEASURED,
        ("公表待ち", "公表予定", "未公表", "公表前", "未発表", "集計中", "集計待ち", "未集計", "調整中", "確認中", "調査中", "精査中", "算定中", "未確定"),
        MissingReason.AWAITING_PUBLICATION,
    ),
    Absence(Nothing.NOT_MEASURED, ("調査なし", "調査無し", "未調査", "調査未実施", "調査せず", "非調査年"), MissingReason.NOT_SURVEYED),
    Absence(Nothing.NOT_MEASURED, ("事業未実施", "未実施", "事業中止", "中止", "事業休止", "休止"), MissingReason.NOT_IMPLEMENTED),
    Absence(Nothing.NOT_MEASURED, ("未測定", "その他"), MissingReason.OTHER, NO_REASON),
    Absence(Nothing.NOT_MEASURED, ("測定不能", "測定不可", "算出不能", "算出不可"), MissingReason.OTHER),
    Absence(Nothing.SECRET, ("x", "χ", "秘匿", "非公表"), MissingReason.OTHER, KEPT_SECRET),
)
BY_WORD = {word: absence for absence in ABSENCES for word in absence.words}
WITH_REMARK = re.compile(r"([^()]*)\(([^()]+)\)")
IN_BRACKETS = re.compile(r"\(([^()]+)\)")

MONTH = "(?P<month>1[0-2]|0?[1-9])"
DUE = re.compile(rf"{YEAR.pattern}(?:[./-]?{MONTH}(?![0-9])月?(?:[./]?[0-9]{{1,2}}日?)?)?|(?P<only_month>1[0-2]|[1-9])月(?:[0-9]{{1,2}}日)?")
ANNOUNCING = re.compile("公表待ち|公表予定|公表見込み?|公表|発表予定|集計中|集計予定|調整中|確認中|調査中|確定予定|未公表|未確定|未集計")
SAYING_NOTHING = re.compile("頃|ごろ|ころ|以降|上旬|中旬|下旬|末|予定|見込み?|次第|[にはのを、。,・()/:]")


def read_absence(text: str) -> Reading | None:
    """What a folded text says instead of a number; None when it is something else."""
    plain = text.replace(" ", "")
    bracketed = IN_BRACKETS.fullmatch(plain)
    if bracketed:
        plain = bracketed[1]
    return _by_word(plain) or _announced(plain) or _with_remark(plain)


def _by_word(text: str, remark: str = "") -> Reading | None:
    found = BY_WORD.get(text) or BY_WORD.get(text.casefold())
    if not found:
        return None
    is_said_by_reason = found.missing_reason is None or found.missing_reason.label == text
    return Reading(
        nothing=found.nothing,
        missing_reason=found.missing_reason,
        note=remark or ("" if is_said_by_reason else text),
        warning=found.warning.format(text=excerpt(text)),
    )


def _with_remark(text: str) -> Reading | None:
    """「調査なし（5年に1度）」; in 「－（調査なし）」 the remark is the reason."""
    found = WITH_REMARK.fullmatch(text)
    said = _by_word(found[1], found[2]) if found and found[1] else None
    reason = _by_word(found[2]) or _announced(found[2]) if said and not said.missing_reason else None
    return reason if reason and reason.missing_reason else said


def _announced(text: str) -> Reading | None:
    """「H28.9公表予定」「集計中（9月公表予定）」: a promise, with nothing else beside it than when it is due."""
    due = DUE.search(text)
    without_date = DUE.sub("", text, count=1)
    if not due or not ANNOUNCING.search(without_date) or SAYING_NOTHING.sub("", ANNOUNCING.sub("", without_date)):
        return None
    month, year = _due_month(due)
    return Reading(
        nothing=Nothing.NOT_MEASURED,
        missing_reason=MissingReason.AWAITING_PUBLICATION,
        expected_month=month,
        expected_year=year,
        note=text,
    )


def _due_month(due: re.Match[str]) -> tuple[int | None, int | None]:
    """Month and calendar year: 「令和7年度2月」 is February 2026."""
    if due["only_month"]:
        return int(due["only_month"]), None
    month, year = int(due["month"] or 0), western_year(due)
    return month or None, year + ("年度" in due[0] and 0 < month < 4)
