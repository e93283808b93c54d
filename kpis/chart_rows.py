"""Charts made of horizontal bars, as plain data: how the verdicts are spread, year by year, and how far each indicator of a goal has come."""
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from common.fiscal import era_long, era_short
from common.japanese import NO_VALUE, percent_text, signed_text
from kpis.chart_figures import Table, absence_text, exact_text, result_figure
from kpis.facts import Rules
from kpis.progress import LIMITS, Judgement
from kpis.vocabulary import Status, TargetKind

# Bars beyond these shares are drawn to the edge, with their true number beside them, so that one of them does not flatten the others.
SHOWN_FROM, SHOWN_TO = Fraction(-1), Fraction(2)
HALF = Fraction(1, 2)


@dataclass(frozen=True)
class StatusPart:
    """One status of a row: how many, and from where to where it reaches (shares of the whole)."""

    status: Status
    word: str
    count: int
    start: Fraction
    share: Fraction


@dataclass(frozen=True)
class StatusRow:
    """One year's verdicts."""

    label: str
    name: str
    parts: tuple[StatusPart, ...]
    good: int
    rated: int
    is_shown: bool

    @property
    def good_share(self) -> str:
        """「48％」: 達成 and 順調 among the rated, cut off; 「―」 when nothing is rated."""
        return percent_text(Fraction(self.good, self.rated), 0) if self.rated else NO_VALUE

    @property
    def details(self) -> tuple[str, ...]:
        return (self.name, *(f"{part.word} {part.count}指標" for part in self.parts), self.summary)

    @property
    def summary(self) -> str:
        return f"達成・順調 {self.good}／{self.rated}指標（{self.good_share}）"


@dataclass(frozen=True)
class StatusChart:
    """The spread of the verdicts in each year."""

    title: str
    rows: tuple[StatusRow, ...]
    is_sample: bool
    description: str
    table: Table

    kind = "status"
    note = ""
    legend = ()


def status_chart(
    title: str,
    counts_by_year: Mapping[int, Mapping[Status, int]],
    fiscal_year: int,
    *,
    final_years: Container[int] = (),
    is_sample: bool = False,
) -> StatusChart:
    """The verdicts of each given year up to `fiscal_year`. In a year that is the plan's last by the period then in force 遅れ reads 未達成."""
    years = [year for year in sorted(counts_by_year) if year <= fiscal_year]
    rows = tuple(status_row(year, counts_by_year[year], is_shown=year == fiscal_year, is_final=year in final_years) for year in years)
    sample = "架空のサンプル値です。" if is_sample else ""
    return StatusChart(title, rows, is_sample, f"{title}。{''.join(_row_sentence(row) for row in rows)}{sample}", _status_table(rows))


def status_row(fiscal_year: int, counts: Mapping[Status, int], *, is_shown: bool = True, is_final: bool = False) -> StatusRow:
    """One year's verdicts."""
    parts = status_parts(counts, is_final=is_final)
    good = sum(part.count for part in parts if part.status.is_good)
    rated = sum(part.count for part in parts if part.status.is_rated)
    return StatusRow(era_short(fiscal_year), era_long(fiscal_year), parts, good, rated, is_shown)


def status_parts(counts: Mapping[Status, int], *, is_final: bool = False) -> tuple[StatusPart, ...]:
    """The statuses that occur, best first, side by side."""
    total, done, parts = sum(counts.values()), 0, []
    for status in Status:
        if count := counts.get(status, 0):
            parts.append(StatusPart(status, status.word(is_final), count, Fraction(done, total), Fraction(count, total)))
            done += count
    return tuple(parts)


def _row_sentence(row: StatusRow) -> str:
    parts = "、".join(f"{part.word} {part.count}" for part in row.parts) or "指標なし"
    return f"{row.name}は、{parts}。{row.summary}。"


def _status_table(rows: tuple[StatusRow, ...]) -> Table:
    used = [status for status in Status if any(part.status is status for row in rows for part in row.parts)]
    words = [dict.fromkeys(part.word for row in rows for part in row.parts if part.status is status) for status in used]
    counts = [{part.status: part.count for part in row.parts} for row in rows]
    cells = ((row.name, *(str(found.get(status, 0)) for status in used), row.good_share) for row, found in zip(rows, counts, strict=True))
    return Table(("年度", *("・".join(word) for word in words), "達成・順調の割合"), tuple(cells))


@dataclass(frozen=True)
class ProgressRow:
    """One indicator. Without a `rate` the text stands in the bar's place. `due` is where the bar should be by now."""

    label: str
    status: Status
    word: str
    rate: Fraction | None
    due: Fraction | None
    text: str
    details: tuple[str, ...]


@dataclass(frozen=True)
class ProgressChart:
    """How far the indicators of a goal have come, from `low` to `high` (1 is 100 %)."""

    title: str
    rows: tuple[ProgressRow, ...]
    low: Fraction
    high: Fraction
    note: str
    is_sample: bool
    description: str
    table: Table

    kind = "progress"
    legend = ()

    @property
    def ticks(self) -> tuple[Fraction, ...]:
        step = HALF if self.high - self.low <= Fraction(3, 2) else Fraction(1)
        first = ceil(self.low / step)
        return tuple(step * n for n in range(first, floor(self.high / step) + 1))

    def share(self, rate: Fraction) -> float:
        """Where a rate stands between the chart's ends, 0 to 1; rates beyond them stand at the edge."""
        return float((min(max(rate, self.low), self.high) - self.low) / (self.high - self.low))

    def is_cut(self, row: ProgressRow) -> bool:
        return row.rate is not None and not self.low <= row.rate <= self.high


def progress_chart(title: str, rows: Iterable[tuple[str, Judgement]], *, rules: Rules = Rules(), is_sample: bool = False) -> ProgressChart:
    """One row for each (label, judgement), in the order given."""
    judged = list(rows)
    bars = tuple(_progress_row(label, j, rules) for label, j in judged)
    low, high = _ends(bars)
    cut = [row for row in bars if row.rate is not None and not low <= row.rate <= high]
    note = f"{'、'.join(row.label for row in cut)}の棒は枠の端までで止めています。" if cut else ""
    sample = "架空のサンプル値です。" if is_sample else ""
    sentences = "".join(f"{row.label}は{row.text}で{row.word}。" for row in bars)
    table = Table(
        ("指標", "実績", "進捗率など", "目安の進捗率", "判定"),
        tuple((row.label, result_figure(j).in_full, row.text, rules.rate_text(row.due), row.word) for row, (_, j) in zip(bars, judged, strict=True)),
    )
    return ProgressChart(title, bars, low, high, note, is_sample, f"{title}。{sentences}{note}{sample}", table)


def _ends(rows: tuple[ProgressRow, ...]) -> tuple[Fraction, Fraction]:
    """From 0 to 100 %, further in halves where bars reach further, up to the shares that are shown at most."""
    rates = [rate for row in rows for rate in (row.rate, row.due) if rate is not None]
    low = floor(min([*rates, Fraction(0)]) / HALF) * HALF
    high = ceil(max([*rates, Fraction(1)]) / HALF) * HALF
    return max(low, SHOWN_FROM), min(high, SHOWN_TO)


def _progress_row(label: str, j: Judgement, rules: Rules) -> ProgressRow:
    text = without_rate(j) if j.progress_rate is None else rules.rate_text(j.progress_rate)
    return ProgressRow(label, j.status, j.word, j.progress_rate, j.expected_progress, text, _details(label, j, text, rules))


def _details(label: str, j: Judgement, text: str, rules: Rules) -> tuple[str, ...]:
    rate = f"進捗率 {text}" if j.progress_rate is not None else text
    due = () if j.expected_progress is None else (f"目安 {rules.rate_text(j.expected_progress)}",)
    result = () if j.result is None else (f"{era_long(j.fiscal_year)}の実績 {result_figure(j).in_full}",)
    return (label, *result, rate, *due, f"判定 {j.word}")


def without_rate(j: Judgement) -> str:
    """What is said of a judgement that has no 進捗率: the distance to 目安 or target, the change, or why there is no value."""
    facts = j.facts
    if facts.target_kind is TargetKind.MILESTONE and j.is_met is not None:
        return result_figure(j).text
    if j.result is None:
        return absence_text(j)
    if j.status is Status.NOT_RATED:
        change = f"（現状値から{j.change.label}）" if j.change else ""
        return f"数値目標なし{change}"
    if facts.target_kind is TargetKind.RANGE:
        return f"範囲の{'中' if j.is_met else '外'}"
    if facts.target_kind in LIMITS and not j.is_maintained:
        return f"目安との差 {_difference(j, j.from_expected)}"
    return f"目標との差 {_difference(j, j.from_target)}"


def _difference(j: Judgement, value: Fraction) -> str:
    decimals = len(exact_text(value, j.facts).partition(".")[2])
    return f"{signed_text(value, decimals)}{j.facts.unit if value else ''}"
