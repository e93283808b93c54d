"""What only all the values of a file together tell: the same one twice, a column of nothing but zeros, a column of dashes. Pure."""
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from common.fiscal import era_long
from importing.lines import FIELDS, place_text
from importing.recognition.names import key_of, label_of
from importing.recognition.rows import Unclear
from importing.records import Entry, Problem

SAID = ("value", "state", "missing_reason", "expected_month", "comment", "evidence", "is_met", "seen_version")
FEWEST_ZEROS = 3
MOST_PLACES = 5

SAME_TWICE = "同じ値が2回書かれているものが{count}件あります（{places}）。1回だけ読みました。"
TWO_VALUES = "同じ指標・年度の値が{other}にもあり、内容が違います（{here_written} と {other_written}）。"
TWO_ROWS = "同じ指標・年度の値が{other}にもあり、値のほかの欄（{fields}）が違います。"
KEEP_ONE = "どちらか一方を消してください。"
ALL_ZERO = "この列の値がすべて0です。計算式が計算されずに0のままになっていないか、確かめてください。"
UNCLEAR_COLUMN = "{place}の列は、「{written}」のような印だけで数がないので、未入力のままにしました（{count}か所）。"


def once_each(entries: Iterable[Entry]) -> tuple[list[Entry], list[Problem], list[str]]:
    """The entries without repeats, a problem at both places of those that differ, and a note of those that do not."""
    by_value = defaultdict(list)
    for entry in entries:
        by_value[entry.indicator.key, entry.fiscal_year].append(entry)
    kept, problems, repeated = [], [], []
    for found in by_value.values():
        merged = _merged(found)
        if merged is None:
            problems += _contradictions(found)
            continue
        kept.append(merged)
        repeated += found[1:]
    notes = [SAME_TWICE.format(count=len(repeated), places=_places(repeated))] if repeated else []
    return kept, problems, notes


def _merged(found: list[Entry]) -> Entry | None:
    """One entry that says all that these say; None when two of them say different things."""
    merged = found[0]
    for entry in found[1:]:
        pairs = [(name, getattr(merged, name), getattr(entry, name)) for name in SAID]
        if any(one is not None and other is not None and one != other for _, one, other in pairs):
            return None
        if _kind(merged) != _kind(entry) and None not in (_kind(merged), _kind(entry)):
            return None
        merged = replace(merged, **{name: other for name, one, other in pairs if one is None})
    return merged


def _kind(entry: Entry) -> str | None:
    """A value and a reason for having none contradict each other."""
    return "value" if entry.value is not None else "reason" if entry.missing_reason is not None else None


def _contradictions(found: list[Entry]) -> Iterator[Problem]:
    for entry in found:
        other = next(another for another in found if another is not entry)
        about = f"{key_of(entry.indicator)} {label_of(entry.indicator)} {era_long(entry.fiscal_year)}"
        yield Problem(entry.place, entry.written, _contradiction(entry, other), KEEP_ONE, about, entry.indicator, entry.fiscal_year)


def _contradiction(entry: Entry, other: Entry) -> str:
    """What the two say differently: their values as written, or the fields beside an equal value."""
    place = place_text(other.place)
    if entry.written != other.written:
        return TWO_VALUES.format(other=place, here_written=_shown(entry), other_written=_shown(other))
    pairs = [(word, getattr(entry, name), getattr(other, name)) for name, word in FIELDS.items()]
    differing = [word for word, here, there in pairs if here is not None and there is not None and here != there]
    return TWO_ROWS.format(other=place, fields="・".join(differing) or FIELDS["value"])


def _shown(entry: Entry) -> str:
    return f"「{entry.written[:20]}」"


def _places(entries: list[Entry]) -> str:
    shown = "、".join(place_text(entry.place) for entry in entries[:MOST_PLACES])
    return f"{shown} ほか" if len(entries) > MOST_PLACES else shown


def with_zeros_doubted(entries: list[Entry]) -> list[Entry]:
    """A whole column of zeros may be formulas that were never calculated."""
    values = defaultdict(set)
    counts: dict[tuple, int] = defaultdict(int)
    for entry in entries:
        if entry.value is not None:
            values[_column(entry)].add(entry.value)
            counts[_column(entry)] += 1
    zero = {column for column, found in values.items() if found == {0} and counts[column] >= FEWEST_ZEROS}
    return [replace(entry, warnings=(*entry.warnings, ALL_ZERO)) if entry.value == 0 and _column(entry) in zero else entry for entry in entries]


def _column(entry: Entry) -> tuple[str, int, int]:
    return entry.place.sheet, entry.place.column, entry.fiscal_year


def settled(unclear: list[Unclear], entries: list[Entry]) -> tuple[list[Problem], list[str]]:
    """A 「－」 among numbers is asked about; a column with nothing else is a year that has not come yet, which is only said."""
    with_numbers = {_column(entry) for entry in entries if entry.value is not None}
    problems = [found.problem for found in unclear if found.column in with_numbers]
    idle = defaultdict(list)
    for found in unclear:
        if found.column not in with_numbers:
            idle[found.column].append(found.problem)
    notes = [UNCLEAR_COLUMN.format(place=place_text(group[0].place), written=group[0].written, count=len(group)) for group in idle.values()]
    return problems, notes
