"""What stands in each paper: the whole pack, one measure's 評価シート, or KPI進捗管理表 alone. Never more than the frame's reader may see."""
import re
from collections.abc import Iterable
from dataclasses import replace

from django.http import Http404

from common.fiscal import era_date, era_long
from dashboards.frame import Frame
from dashboards.goal import Conclusion, GoalPage, MeasureBlock, goal_content
from dashboards.kpi_table import kpi_table
from dashboards.legend import LegendEntry
from dashboards.overview import status_lines, without_hidden
from dashboards.print_sheet import PrintSheet, SheetPage, print_sheet_content
from goals.models import SdgLink
from papers.annexes import agreements_section, guide_section, sdgs_section
from papers.charts import trend_papers
from papers.parts import AgendaLine, Cover, GoalPaper, InitiativePaper, MeasurePaper, Paper, SheetPaper
from papers.published import as_published
from papers.review import said_in_review
from papers.said import Said, key_of
from papers.summary import status_counts, summary_paper
from papers.tables import kpi_paper_table, sheet_table
from reviews.access import takes_part

SAMPLE = "架空のサンプル値"
PACK_TITLE, SHEET_TITLE, MEASURE_TITLE = "進捗状況報告", "KPI進捗管理表", "評価シート"
NEVER_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
LONGEST_NAME = 80
VIEW = "reviews.view_annualreview"


def as_of(frame: Frame) -> Frame:
    """The frame without the years after the shown one: a paper stands for its year, also when it is read again later."""
    return replace(frame, years=tuple(year for year in frame.years if year <= frame.fiscal_year))


def _paper(frame: Frame, title: str, name: str, **parts) -> Paper:
    """An empty paper with what every page says of itself."""
    strategy, year = frame.strategy, era_long(frame.fiscal_year)
    return Paper(
        title=title,
        plan=strategy.name,
        occasion=f"{year}実績",
        year=year,
        file_name=file_name(f"{name}_{year}"),
        made_on=f"{era_date(frame.today)} 現在",
        office=tuple(filter(None, (f"{strategy.municipality} {strategy.contact_office}".strip(), strategy.contact_phone))),
        sample=SAMPLE if frame.has_sample else "",
        sample_note=_sample_note(frame) if frame.has_sample else "",
        notice=_notice(frame),
        **parts,
    )


def file_name(name: str) -> str:
    """A name that every file system takes, without the ending."""
    return NEVER_IN_FILE_NAMES.sub("_", name)[:LONGEST_NAME]


def _sample_note(frame: Frame) -> str:
    name = frame.strategy.short_name
    return f"現状値・目標値は{name}によります。実績値・担当課・要因・目標の見直しには架空のサンプル値が含まれます。"


def _notice(frame: Frame) -> str:
    if not frame.shows_own_division_only:
        return ""
    return f"{era_long(frame.fiscal_year)}は公表前のため、{frame.user.division}の指標だけを表示しています。"


def whole_pack(frame: Frame) -> Paper:
    """Everything there is to say of the year, goal by goal, without a meeting. Some sixty queries, however many indicators."""
    frame, said = _reading(frame)
    numbers = frame.strategy.goals.order_by("number").values_list("number", flat=True)
    annexes = (agreements_section(frame), sdgs_section(frame), guide_section(frame))
    paper = _paper(
        frame,
        PACK_TITLE,
        PACK_TITLE,
        summary=summary_paper(frame, said.source),
        goals=tuple(_goal_paper(frame, goal_content(frame, number), said) for number in numbers),
        general_opinions=said.opinions.get(None, ()),
        sheet=_sheets(frame, said),
        sheet_caption=SHEET_TITLE,
        annexes=annexes,
    )
    return replace(paper, cover=_contents_cover(paper))


def _reading(frame: Frame, *, with_words: bool = True) -> tuple[Frame, Said]:
    """Those who take part in reviews read theirs beside the figures of today; everybody else the published edition, figures and words."""
    if frame.user.has_perm(VIEW) and takes_part(frame.user, frame.strategy, frame.today):
        return frame, said_in_review(frame) if with_words else Said()
    return as_published(frame)


def _contents_cover(paper: Paper) -> Cover:
    """Without a meeting the first page lists what follows."""
    return Cover(
        title=paper.plan,
        subtitle=f"{paper.title}（{paper.occasion}）",
        facts=(("作成", paper.made_on),),
        agenda_title="内容",
        agenda=tuple(_contents(paper)),
        note=paper.sample_note,
    )


def _contents(paper: Paper) -> Iterable[AgendaLine]:
    yield AgendaLine("要約", target="summary")
    for goal in paper.goals:
        yield AgendaLine(goal.title, target=f"goal-{goal.number}")
        yield from (AgendaLine(f"　{each.title}", target=each.key) for each in goal.measures)
    yield AgendaLine(f"付録　{SHEET_TITLE}", target="sheet")
    yield from (AgendaLine(f"付録　{annex.title}", target=f"annex-{place}") for place, annex in enumerate(paper.annexes))


def kpi_sheet(frame: Frame) -> Paper:
    """KPI進捗管理表 alone, one goal a page. At most ten queries."""
    frame, said = _reading(frame, with_words=False)
    return _paper(frame, SHEET_TITLE, SHEET_TITLE, sheet=_sheets(frame, said), sheet_caption=SHEET_TITLE)


def measure_sheet(frame: Frame, goal: int, measure: int) -> Paper:
    """評価シート of one measure. At most twenty queries. Raises Http404 for numbers the plan does not have."""
    frame, said = _reading(frame)
    page = goal_content(frame, goal)
    for block in page.measures:
        if block.measure.number == measure:
            single = _measure_paper(frame, page, block, said)
            return _paper(frame, MEASURE_TITLE, f"{MEASURE_TITLE}_{goal}-{measure}_{block.measure.name}", single=single)
    raise Http404(f"基本目標{goal}に主要施策({measure})はありません。")


def _goal_paper(frame: Frame, page: GoalPage, said: Said) -> GoalPaper:
    targets = without_hidden(frame, page.charted_targets)
    return GoalPaper(
        number=page.goal.number,
        name=page.goal.name,
        lead=() if frame.shows_own_division_only else tuple(filter(None, (*goal_sentences(frame, page.conclusion), said.source))),
        statuses=() if frame.shows_own_division_only else status_counts(status_lines(page.conclusion.counts, is_final_year=frame.is_final_year)),
        table=kpi_paper_table(kpi_table(frame, targets, f"基本目標{page.goal.number}の数値目標")),
        charts=trend_papers(targets, frame.fiscal_year),
        measures=tuple(_measure_paper(frame, page, block, said) for block in page.measures),
        corrections=said.corrected(page.goal.number, None),
    )


def goal_sentences(frame: Frame, conclusion: Conclusion) -> Iterable[str]:
    """「判定した12指標のうち、…」, as templates/dashboards/_goal_conclusion.html says it."""
    counts, final = conclusion.counts, frame.is_final_year
    if counts.rated:
        words = f"{'達成または' if final else ''}順調{'' if final else '以上'}"
        yield f"判定した{counts.rated}指標のうち、{counts.good}指標が{words}です（{conclusion.share}）。"
    else:
        yield "この年度に判定した指標はありません。"
    kinds = f"数値目標{conclusion.numeric_targets}・KPI {conclusion.kpis}"
    before = conclusion.before
    earlier = f"前年度は {before.rated} 指標のうち {before.good} 指標（{conclusion.share_before}）" if conclusion.share_before else ""
    yield f"{counts.rated}/{counts.total} 指標で判定（{kinds}）{'　' if earlier else ''}{earlier}"


def _measure_paper(frame: Frame, page: GoalPage, block: MeasureBlock, said: Said) -> MeasurePaper:
    rows = without_hidden(frame, [row.judged for row in block.table.rows])
    kept = {row.indicator.pk for row in rows}
    table = replace(block.table, rows=[row for row in block.table.rows if row.judged.indicator.pk in kept])
    paper = MeasurePaper(
        key=key_of(page.goal.number, block.measure.number),
        goal=page.title,
        number=block.measure.number,
        name=block.measure.name,
        divisions="・".join(block.divisions),
        approach=block.measure.approach,
        sdgs="、".join(map(_sdg_words, block.sdg_links)),
        table=kpi_paper_table(table),
        charts=trend_papers(rows, frame.fiscal_year),
        initiatives=tuple(InitiativePaper(each.number, f"{circled(each.number)} {each.name}", each.summary) for each in block.initiatives),
        agreements=tuple(each.name for each in block.agreements),
    )
    return said.filled(paper, page.goal.number)


def circled(number: int) -> str:
    """「①」; beyond ⑳ a number in brackets."""
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else f"({number})"


def _sdg_words(link: SdgLink) -> str:
    return f"{link.sdg_number} {link.get_sdg_number_display()}：{link.topic}" if link.sdg_number else link.topic


def _sheets(frame: Frame, said: Said) -> tuple[SheetPaper, ...]:
    sheet = print_sheet_content(frame)
    return tuple(_sheet_paper(frame, sheet, page, said) for page in sheet.pages)


def _sheet_paper(frame: Frame, sheet: PrintSheet, page: SheetPage, said: Said) -> SheetPaper:
    return SheetPaper(
        number=page.goal.number,
        name=page.goal.name,
        lead=f"主要施策のKPI {page.counts.rated}/{page.counts.total} 指標で判定",
        statuses=status_counts(page.statuses),
        expected=f"進捗率の目安（{sheet.elapsed_years}年目）：{sheet.expected_share}",
        table=sheet_table(sheet, page.groups, f"基本目標{page.goal.number} {SHEET_TITLE}"),
        foot=said.source + _foot(frame, page.legend, sheet.has_totals),
        corrections=said.corrected_in(page.goal.number),
    )


def _foot(frame: Frame, legend: Iterable[LegendEntry], has_totals: bool) -> str:
    """The key below each page, as templates/dashboards/_print_sheet_foot.html says it."""
    words = "、".join(f"{entry.word}＝{entry.text}" for entry in legend)
    totals = f"「累計」は{era_long(frame.strategy.first_fiscal_year)}から数え、その（　）内の現状値は参考値です。" if has_totals else ""
    return (
        f"判定：{words}。目安は、起点と目標を結ぶ直線上のその年度の値です。維持・下限・上限の指標は、目安や目標との差で判定します。"
        f"{totals}△はマイナス、―は値がないことを示します。"
    )
