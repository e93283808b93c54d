"""What files would change: their entries against what is stored, one line a value. Pure; nothing here knows where either came from."""
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from collecting.plausibility import Context, doubts
from common.fiscal import era_long
from common.sheets import same_text
from importing.lines import FIELDS, Key, Line, Standing, Stored, difference, place_text, shown, text_change
from importing.records import Entry, KnownIndicator, Parsed, Problem
from importing.vocabulary import ChangeKind
from kpis.vocabulary import ValueState

# Those beside the value itself, whose change a preview names.
BESIDE = ("comment", "evidence")
MOST_WHOLE_DIGITS, MOST_DECIMALS, LONGEST_EVIDENCE = 11, 4, 200
# What stood beside a number, 「約」 or 「うち女性8」, has no field of its own.
AS_WRITTEN = "ファイルの記載：{text}"
NOT_KEPT = "ファイルの記載「{text}」のうち、数のほかは残りません。残すときは、要因・コメントに書いてください。"
KIND_ORDER = {kind: order for order, kind in enumerate(ChangeKind)}


@dataclass(frozen=True)
class _Found:
    """An entry and the file it stands in."""

    file: int
    entry: Entry

    @property
    def key(self) -> Key:
        return self.entry.indicator.key, self.entry.fiscal_year


def compare(files: Sequence[tuple[str, Parsed]], standing: Standing) -> tuple[Line, ...]:
    """Every value of the files against what is stored, errors first; `files` are (name, Parsed) in the batch's order."""
    groups: dict[Key, list[_Found]] = defaultdict(list)
    for number, (_, parsed) in enumerate(files):
        for entry in parsed.entries:
            groups[entry.indicator.key, entry.fiscal_year].append(_Found(number, entry))
    names = [name for name, _ in files]
    wanted = {key: _wanted(standing.at(key), group) for key, group in groups.items()}
    series = _Series(standing, wanted)
    lines = [_problem_line(number, problem, standing) for number, (_, parsed) in enumerate(files) for problem in parsed.problems]
    for key, group in groups.items():
        lines += _lines_of(group, names, standing, wanted[key], series)
    return tuple(sorted(lines, key=lambda line: KIND_ORDER[line.kind]))


def _problem_line(number: int, problem: Problem, standing: Standing) -> Line:
    """A cell that cannot be taken in. It has no key: whatever becomes of its value meanwhile, nothing is written there."""
    place = problem.place
    line = Line(
        ChangeKind.ERROR, number, place_text(place), place.row, place.column, place.sheet, problem.about,
        new=problem.written, text=problem.text, remedy=problem.remedy,
    )  # fmt: skip
    if problem.indicator is None or problem.fiscal_year is None:
        return line
    return replace(line, fiscal_year=problem.fiscal_year, old=_old(problem.indicator, problem.fiscal_year, standing), **_called(problem.indicator))


def _called(indicator: KnownIndicator) -> dict[str, str]:
    """How a line names its indicator."""
    return {"name": indicator.names[0], "code": f"{indicator.code} {indicator.breakdown}".strip(), "unit": indicator.unit}


def _old(indicator: KnownIndicator, fiscal_year: int, standing: Standing) -> str:
    """What is stored, shown only to those who may enter it."""
    return shown(standing.at((indicator.key, fiscal_year)) if standing.may_enter(indicator.key) else Stored(), indicator.decimals)


def _said(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in FIELDS if getattr(entry, name) is not None}


def _merged(group: list[_Found]) -> dict[str, Any]:
    """What the entries of one value say together."""
    said: dict[str, Any] = {}
    for found in reversed(group):
        said |= _said(found.entry)
    return said


def _disagree(group: list[_Found]) -> bool:
    """Whether one value is said to be two things: two numbers, or a number and a reason why there is none."""
    if len(group) == 1:
        return False
    merged = _merged(group)
    differing = any(value != merged[name] for found in group for name, value in _said(found.entry).items())
    return differing or ("missing_reason" in merged and ("value" in merged or "is_met" in merged))


def _wanted(stored: Stored, group: list[_Found]) -> dict[str, Any]:
    """The fields as they would be. What a file does not speak of stays; a value ends 未測定, and the other way round."""
    said = _merged(group)
    fields = {name: getattr(stored, name) for name in FIELDS}
    if "missing_reason" in said:
        if said["missing_reason"] != stored.missing_reason:
            fields["expected_month"] = None
        fields |= {"value": None, "is_met": None, "state": ValueState.CONFIRMED}
    elif "value" in said or "is_met" in said:
        fields |= {"missing_reason": "", "expected_month": None}
    fields |= {name: value for name, value in said.items() if not (name in BESIDE and same_text(value, fields[name]))}
    if group[0].entry.note and fields["value"] != stored.value and not fields["comment"]:
        fields["comment"] = AS_WRITTEN.format(text=group[0].entry.written)
    return fields


class _Series:
    """The values of each indicator by year as they would be afterwards, to find the one before."""

    def __init__(self, standing: Standing, wanted: Mapping[Key, Mapping[str, Any]]):
        self._standing = standing
        self._values: dict[int, dict[int, Decimal | None]] = defaultdict(dict)
        for (indicator, year), stored in standing.stored.items():
            self._values[indicator][year] = stored.value
        for (indicator, year), fields in wanted.items():
            self._values[indicator][year] = fields["value"]

    def before(self, key: Key) -> Decimal | None:
        """The newest earlier value."""
        values = self._values[key[0]]
        earlier = [year for year, value in values.items() if year < key[1] and value is not None]
        return values[max(earlier)] if earlier else None

    def context(self, indicator: KnownIndicator, key: Key) -> Context:
        parts = [self._values[part].get(key[1]) for part in self._standing.parts.get(key[0], ())]
        known = tuple(value for value in parts if value is not None)
        is_whole = len(known) == len(parts)
        is_running = key[0] in self._standing.running_totals
        return Context(indicator.unit, indicator.decimals, self.before(key), is_running, known if is_whole else ())


def _lines_of(group: list[_Found], names: list[str], standing: Standing, wanted: dict[str, Any], series: _Series) -> list[Line]:
    first = group[0]
    if not standing.may_enter(first.key[0]):
        return [_error(found, standing, *_of_another_division(found.entry)) for found in group]
    if _disagree(group):
        return [_error(found, standing, *_different(group, names, standing)) for found in group]
    stored = standing.at(first.key)
    changes = {name: value for name, value in wanted.items() if value != getattr(stored, name)}
    refusal = _refusal(first.entry, stored, wanted, changes, standing)
    if refusal:
        text, remedy, is_conflict = refusal
        return [_error(first, standing, text, remedy, is_conflict=is_conflict)]
    return [_line(group, names, stored, wanted, changes, series)]


def _refusal(entry: Entry, stored: Stored, wanted: Mapping[str, Any], changes: Mapping[str, Any], standing: Standing) -> tuple[str, str, bool] | None:
    """Why the value cannot be taken in, how to mend it, and whether somebody else's change is the reason."""
    indicator, key = entry.indicator, (entry.indicator.key, entry.fiscal_year)
    if entry.fiscal_year not in standing.fiscal_years:
        first, last = era_long(standing.fiscal_years[0]), era_long(standing.fiscal_years[-1])
        return f"{era_long(entry.fiscal_year)}は、計画の年度の外です。", f"計画の年度は{first}から{last}までです。年度の見出しを確かめてください。", False
    own = standing.lifetimes.get(entry.indicator.key, standing.fiscal_years)
    if entry.fiscal_year not in own:
        since = f"{era_long(own[0])}から対象です" if own and entry.fiscal_year < own[0] else f"{era_long(own.stop - 1)}で終了しています"
        return f"この指標は{since}。", f"{era_long(entry.fiscal_year)}の実績は要りません。この値を消してください。", False
    if not changes:
        return None
    if not _fits(wanted["value"]):
        return "桁が多すぎて保存できません。", f"整数は{MOST_WHOLE_DIGITS}桁、小数は{MOST_DECIMALS}桁までで書いてください。", False
    if len(wanted["evidence"]) > LONGEST_EVIDENCE:
        return f"根拠が{LONGEST_EVIDENCE}文字を超えています。", "短くして、詳しいことは要因・コメントに書いてください。", False
    if wanted["is_met"] and not wanted["evidence"]:
        return "「実施した」の根拠がありません。", "同じ行の根拠の欄に、実施したことが分かる資料の名前を書いてください。", False
    closed = standing.closed_because(key)
    if closed:
        return f"{era_long(entry.fiscal_year)}は{closed}のため、担当課では変えられません。", "変えるときは、企画担当に連絡してください。", False
    if entry.seen_version not in (None, stored.version) and key not in standing.overwritten:
        return _changed_since(stored, wanted, indicator), "どちらを残すか、下の「食い違い」で選んでください。", True
    return None


def _changed_since(stored: Stored, wanted: Mapping[str, Any], indicator: KnownIndicator) -> str:
    now, then = shown(stored, indicator.decimals), shown(dict(wanted), indicator.decimals)
    if now != then:
        return f"調査票をつくった後に、この値が変わっています（今は{now}、ファイルは{then}）。"
    pairs = "、".join(f"{FIELDS[name]} {text_change(getattr(stored, name), wanted[name])}" for name in BESIDE if wanted[name] != getattr(stored, name))
    return f"調査票をつくった後に、値のほかの欄が変わっています（{pairs}）。値はどちらも{now}です。"


def _fits(value: Decimal | None) -> bool:
    return value is None or (abs(value) < 10**MOST_WHOLE_DIGITS and value == round(value, MOST_DECIMALS))


def _of_another_division(entry: Entry) -> tuple[str, str]:
    owner = f"{entry.indicator.division}の指標です。" if entry.indicator.division else "担当課が決まっていない指標です。"
    return owner, "あなたの課では取り込めません。この行を消すか、企画担当に連絡してください。"


def _different(group: list[_Found], names: list[str], standing: Standing) -> tuple[str, str]:
    places = "、".join(f"{_whereabouts(found, names)}は「{found.entry.written}」" for found in group[:4])
    if len({found.entry.written for found in group}) == 1:
        return f"同じ指標の同じ年度が2か所にあり、値のほかの欄が合いません（{places}）。", "正しいほうを1つだけ残してください。"
    return f"同じ指標の同じ年度に、違う値があります（{places}）。", "正しい値を1つだけ残してください。"


def _whereabouts(found: _Found, names: list[str]) -> str:
    place = place_text(found.entry.place)
    return f"{names[found.file]} の {place}" if len(names) > 1 else place


def _base(found: _Found) -> dict[str, Any]:
    """What every line about an entry says."""
    entry, indicator = found.entry, found.entry.indicator
    return {
        "file": found.file,
        "place": place_text(entry.place),
        "row": entry.place.row,
        "column": entry.place.column,
        "sheet": entry.place.sheet,
        "key": indicator.key,
        "fiscal_year": entry.fiscal_year,
        **_called(indicator),
    }


def _error(found: _Found, standing: Standing, text: str, remedy: str, *, is_conflict: bool = False) -> Line:
    """An entry that cannot be taken in; what is stored is shown only to those who may enter it."""
    entry = found.entry
    version = standing.at(found.key).version if standing.may_enter(entry.indicator.key) else 0
    old = _old(entry.indicator, entry.fiscal_year, standing)
    return Line(
        ChangeKind.ERROR, **_base(found), version=version, old=old, new=entry.written, text=text, remedy=remedy, is_conflict=is_conflict,
        # Whoever chooses the file's value changes a closed one.
        needs_reason=is_conflict and bool(standing.at(found.key).closed),
    )  # fmt: skip


def _line(group: list[_Found], names: list[str], stored: Stored, wanted: dict[str, Any], changes: Mapping[str, Any], series: _Series) -> Line:
    first, decimals = group[0], group[0].entry.indicator.decimals
    kind = ChangeKind.SAME if not changes else ChangeKind.CHANGE if stored.has_content else ChangeKind.ADD
    twice = tuple(f"{_whereabouts(found, names)} にも同じ値があります。" for found in group[1:])
    needs_reason = bool(changes and stored.closed)
    return Line(
        kind, **_base(first), version=stored.version, old=shown(stored, decimals), new=shown(wanted, decimals),
        text=f"{stored.closed}の値が変わります。" if needs_reason else "",
        remarks=(*_remarks(first, stored, wanted, changes, series), *twice),
        warnings=(*_doubts(first, wanted, changes, series), *first.entry.warnings),
        needs_reason=needs_reason, values=wanted if changes else {},
    )  # fmt: skip


def _remarks(found: _Found, stored: Stored, wanted: Mapping[str, Any], changes: Mapping[str, Any], series: _Series) -> tuple[str, ...]:
    """What changes beside the number, and what the number means beside the year before."""
    remarks, decimals = [], found.entry.indicator.decimals
    if not stored.has_content and wanted["value"] is not None:
        before = series.before(found.key)
        remarks.append("新しい実績値です。" if before is None else f"新しい実績値です。前の値から{difference(wanted['value'] - before, decimals)}。")
    if "value" in changes and stored.value is not None:
        remarks.append("今の実績値がなくなります。" if wanted["value"] is None else f"今の値から{difference(wanted['value'] - stored.value, decimals)}。")
    if "value" in changes and stored.value is not None and "state" not in changes and stored.state != ValueState.CONFIRMED:
        remarks.append(f"値の状態は「{ValueState(stored.state).label}」のままです。")
    remarks += [f"{FIELDS[name]}が変わります。{text_change(getattr(stored, name), wanted[name])}" for name in BESIDE if name in changes]
    if found.entry.note and "value" in changes and wanted["value"] is not None and wanted["comment"] != AS_WRITTEN.format(text=found.entry.written):
        remarks.append(NOT_KEPT.format(text=found.entry.written))
    return tuple(remarks)


def _doubts(found: _Found, wanted: Mapping[str, Any], changes: Mapping[str, Any], series: _Series) -> Iterable[str]:
    if "value" not in changes:
        return ()
    return (doubt.text for doubt in doubts(wanted["value"], series.context(found.entry.indicator, found.key)))
