"""The plan on one page: counts, what changed since the year before, what needs attention. The sentences are those of the page 全体の状況."""
from collections.abc import Iterable

from common.fiscal import era_long, era_short
from common.japanese import NO_VALUE, number_text
from dashboards.attention import Changes, Concern, Concerns, Movement
from dashboards.frame import Frame
from dashboards.overview import Conclusion, GoalCard, Overview, StatusLine, YearLine, overview_content, without_hidden
from kpis.progress import Judgement
from kpis.vocabulary import Status, ValueState
from papers.charts import status_paper
from papers.parts import Cell, Column, Group, Row, StatusCount, Summary, Table

STATUS_COLUMNS = (Status.ACHIEVED, Status.ON_TRACK, Status.SLIGHTLY_BEHIND, Status.BEHIND, Status.NOT_MEASURED, Status.NOT_RATED)
MOVES_SHOWN = 6
NO_CONCERNS = "判定できた指標の中に、2年続けて遅れている指標や、現状値より後退した指標はありません。"


def summary_paper(frame: Frame, source: str = "") -> Summary:
    """The summary for that reader and year; `source` says which figures those are. Nine queries."""
    content = overview_content(frame)
    rows = [row for row in without_hidden(frame, frame.judged_indicators()) if not row.indicator.is_numeric_target]
    return Summary(
        lead=tuple(filter(None, (*lead_sentences(frame, content.conclusion), source))),
        statuses=status_counts(content.conclusion.statuses),
        chart=status_paper(rows, frame.fiscal_year, "年度別の判定（KPI）"),
        goals=_goals(frame, content),
        changes_lead=changes_sentence(content.changes),
        changes=_changes(content.changes),
        concerns_lead="" if content.concerns.found else NO_CONCERNS,
        concerns=_concerns(content.concerns),
    )


def status_counts(lines: Iterable[StatusLine]) -> tuple[StatusCount, ...]:
    return tuple(StatusCount(line.status, line.word, line.count) for line in lines)


def lead_sentences(frame: Frame, conclusion: Conclusion) -> Iterable[str]:
    """「判定できる 38 指標のうち、…」, as templates/dashboards/_overview_lead.html says it."""
    now, counts = conclusion.now, conclusion.now.counts
    if not counts.total:
        yield f"{frame.user.division}が担当する指標（KPI）はありません。" if frame.shows_own_division_only else "この計画には、指標（KPI）がまだ登録されていません。"
        return
    if counts.rated:
        yield f"判定できる {counts.rated} 指標のうち、{counts.good} 指標（{now.share}）が「達成」または「順調」です。"
    else:
        yield f"{era_long(now.fiscal_year)}は、判定できる指標がまだありません。"
    is_plain = conclusion.kpi_count == counts.total
    kpis = f"KPI {counts.total}指標" if is_plain else f"KPI {conclusion.kpi_count}件を、内訳ごとに数えた{counts.total}指標"
    yield f"{kpis}のうち、{counts.rated}/{counts.total} 指標で判定しました。{_before(conclusion.previous)}{_time(conclusion)}"
    if conclusion.is_early:
        yield f"値がまだない指標が {conclusion.without_value} あります。値がそろうと、割合は大きく変わることがあります。"


def _before(previous: YearLine | None) -> str:
    if previous is None:
        return ""
    if not previous.counts.rated:
        return "前年度は判定できる指標がありませんでした。"
    return f"前年度は {previous.counts.rated} 指標のうち {previous.counts.good} 指標（{previous.share}）でした。"


def _time(conclusion: Conclusion) -> str:
    if conclusion.now.is_final_year:
        return f"計画は{conclusion.total_years}年間の最終年度{'が終わりました' if conclusion.is_year_over else 'です'}。"
    passed = "が終わり、" if conclusion.is_year_over else "で、"
    return f"計画は{conclusion.total_years}年間の{conclusion.elapsed_years}年目{passed}残り{conclusion.remaining_years}年です。"


def _goals(frame: Frame, content: Overview) -> Table:
    words = [status.word(frame.is_final_year) for status in STATUS_COLUMNS]
    columns = (Column("基本目標"), Column("判定した指標", 24, "center"), *(Column(word, 17, "right") for word in words))
    return Table("基本目標ごとの判定（主要施策のKPI）", columns, (Group("", tuple(map(_goal_row, content.goals))),))


def _goal_row(card: GoalCard) -> Row:
    counts = card.counts.by_status
    rated = Cell(f"{card.counts.rated}/{card.counts.total} 指標")
    missing = counts[Status.NOT_MEASURED] + counts[Status.NOT_ENTERED]
    numbers = [missing if status is Status.NOT_MEASURED else counts[status] for status in STATUS_COLUMNS]
    return Row((Cell(f"{card.goal.number}　{card.goal.name}"), rated, *(Cell(str(number), number=number) for number in numbers)))


def changes_sentence(changes: Changes) -> str:
    """How many moved, or why nothing is compared; as templates/dashboards/_overview_changes.html says it."""
    if changes.compared:
        return (
            f"両方の年度で判定できた {changes.compared} 指標（数値目標を含む）を比べています。"
            f"良くなった {len(changes.better)}・変わらない {changes.unchanged}・悪くなった {len(changes.worse)}"
        )
    return "前年度と本年度の両方で判定できた指標が、まだありません。" if changes.has_previous else "比べる前年度がありません。"


def _changes(changes: Changes) -> Table:
    year = changes.fiscal_year
    columns = (
        Column("指標"), Column(era_short(year - 1), 28, "right"), Column(era_short(year), 42, "right"),
        Column(f"{era_short(year - 1)}の判定", 24, "center"), Column(f"{era_short(year)}の判定", 24, "center"),
    )  # fmt: skip
    groups = (("悪くなった指標", changes.worse), ("良くなった指標", changes.better))
    return Table("前年度からの変化", columns, tuple(_moves(name, moves) for name, moves in groups if moves))


def _moves(name: str, moves: list[Movement]) -> Group:
    left_out = f"　変化の大きい{MOVES_SHOWN}指標" if len(moves) > MOVES_SHOWN else ""
    return Group(f"{name}（{len(moves)}）{left_out}", tuple(map(_move, moves[:MOVES_SHOWN])))


def _move(move: Movement) -> Row:
    total = "（累計）" if move.after.facts.accumulation.is_total else ""
    return Row((
        Cell(f"{move.indicator.code}　{move.indicator.label}"),
        Cell(_result(move.before)),
        Cell(f"{_result(move.after)}{total}{_state(move.after)}"),
        Cell(move.before.word, status=move.before.status),
        Cell(move.after.word, status=move.after.status),
    ))  # fmt: skip


def _state(judgement: Judgement) -> str:
    return "" if judgement.actual.state is ValueState.CONFIRMED else f"（{judgement.actual.state.label}）"


def _result(judgement: Judgement) -> str:
    facts = judgement.facts
    return NO_VALUE if judgement.result is None else f"{number_text(judgement.result, facts.decimals)}{facts.unit}"


def _concerns(concerns: Concerns) -> Table:
    columns = (Column("指標", 50), Column("実績", 30, "right"), Column("判定", 24, "center"), Column("気をつける理由"))
    left_out = f"（{len(concerns.found)}指標のうち、はじめの{len(concerns.first)}指標）" if concerns.rest else ""
    return Table(f"いま、気をつけたい指標{left_out}", columns, (Group("", tuple(map(_concern, concerns.first))),))


def _concern(concern: Concern) -> Row:
    judgement = concern.judgement
    return Row((
        Cell(f"{concern.indicator.code}　{concern.indicator.label}"),
        Cell(f"{_result(judgement)}{_state(judgement)}"),
        Cell(judgement.word, status=judgement.status),
        Cell(f"{'・'.join(concern.facts)}。{concern.reason}"),
    ))  # fmt: skip
