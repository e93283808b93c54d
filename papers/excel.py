"""Papers as an Excel workbook: real numbers, native charts, each sheet set up for A4."""
import io
from collections.abc import Iterable

from xlsxwriter import Workbook

from papers.excel_charts import status_chart, trend_charts
from papers.excel_sheet import Looks, Page
from papers.parts import Cell, Column, Cover, GoalPaper, Group, MeasurePaper, OpinionPaper, Paper, Row, Section, SheetPaper, Summary, Table
from papers.said_tables import initiatives_table

# A text stays a text, whatever it looks like.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
OPINION_COLUMNS = (
    Column("主要施策", 50), Column("意見", 120), Column("委員", 40), Column("評価", 40), Column("対応", 24), Column("回答", 120),
    Column("担当", 40), Column("期限", 28), Column("状態", 28),
)  # fmt: skip


def workbook_of(paper: Paper) -> bytes:
    """The .xlsx file."""
    file = io.BytesIO()
    book = Workbook(file, OPTIONS)
    book.set_properties({"title": f"{paper.plan}　{paper.title}（{paper.occasion}）", "author": paper.office[0] if paper.office else ""})
    _Book(book, paper).write()
    book.close()
    return file.getvalue()


class _Book:
    """The sheets of one paper, in the order they are handed out."""

    def __init__(self, book: Workbook, paper: Paper):
        self.book, self.paper, self.looks = book, paper, Looks(book)

    def page(self, name: str, title: str = "", *, is_wide: bool = False) -> Page:
        """A new sheet that says its title, and what holds for every page."""
        page = Page(self.book.add_worksheet(name), self.looks, self.paper, is_wide=is_wide)
        page.line(title, "title")
        page.line(self.paper.sample_note and f"{self.paper.sample}　{self.paper.sample_note}", "small")
        page.line(self.paper.notice, "strong")
        return page

    def write(self) -> None:
        paper = self.paper
        if paper.empty_note:
            self.page(paper.title, paper.title).line(paper.empty_note)
        if paper.cover:
            self._cover(paper.cover)
        if paper.summary:
            self._summary(paper.summary)
        for sheet in paper.sheet:
            self._sheet(sheet)
        self._agenda(paper.agenda)
        for goal in paper.goals:
            self._goal(goal)
        if paper.single:
            self._single(paper.single)
        self._opinions(paper.measures)
        for annex in paper.annexes:
            self._section(annex)

    def _cover(self, cover: Cover) -> None:
        page = self.page(cover.agenda_title)
        page.set_widths(16, 80)
        page.line(cover.title, "caption")
        page.line(cover.subtitle, "title")
        for label, text in cover.facts:
            page.text(label, "strong")
            page.text(text, "text", 1)
            page.row += 1
        page.gap()
        page.line(cover.agenda_title, "caption")
        for line in (*cover.agenda, *cover.contents):
            page.line(line.text)
            if line.detail:
                page.text(line.detail, "small", 1)
                page.row += 1

    def _summary(self, summary: Summary) -> None:
        page = self.page("要約", "要約", is_wide=True)
        page.set_widths(46, *[15] * 7)
        for sentence in summary.lead:
            page.paragraph(sentence)
        page.line("　".join(f"{count.word} {count.count}" for count in summary.statuses), "strong")
        for lead, table in (("", summary.goals), (summary.changes_lead, summary.changes), (summary.concerns_lead, summary.concerns)):
            page.gap()
            page.line(table.caption, "caption")
            page.paragraph(lead)
            if table.rows:
                page.table(table)
        if summary.chart:
            page.gap()
            status_chart(self.book, page, summary.chart)

    def _sheet(self, sheet: SheetPaper) -> None:
        page = self.page(f"管理表{sheet.number}", sheet.title, is_wide=True)
        counts = "　".join(f"{count.word} {count.count}" for count in sheet.statuses)
        page.line(f"{sheet.lead}　{counts}　{sheet.expected}")
        page.table(sheet.table, sets_widths=True, repeats=True)
        page.gap()
        self._captioned(page, sheet.corrections)
        page.paragraph(sheet.foot)

    def _goal(self, goal: GoalPaper) -> None:
        page = self.page(f"施策{goal.number}", goal.title, is_wide=True)
        for sentence in goal.lead:
            page.line(sentence)
        page.line("数値目標", "caption")
        page.table(goal.table, sets_widths=True)
        self._captioned(page, goal.corrections)
        for measure in goal.measures:
            page.turn()
            self._measure(page, measure)
        self._charts(f"図{goal.number}", goal.title, (*goal.charts, *(chart for measure in goal.measures for chart in measure.charts)))

    def _agenda(self, measures: tuple[MeasurePaper, ...]) -> None:
        """The measures that the 次第 speaks of, in its order."""
        if not measures:
            return
        page = self.page("次第の施策", "次第の施策", is_wide=True)
        for place, measure in enumerate(measures):
            if place:
                page.turn()
            page.line(measure.goal)
            self._measure(page, measure)
        self._charts("次第の図", "次第の施策", tuple(chart for measure in measures for chart in measure.charts))

    def _single(self, measure: MeasurePaper) -> None:
        page = self.page("評価シート", measure.goal, is_wide=True)
        self._measure(page, measure)
        self._charts("図", measure.title, measure.charts)

    def _measure(self, page: Page, measure: MeasurePaper) -> None:
        page.fit(measure.table)
        page.gap()
        page.line(measure.title, "title")
        page.line(measure.divisions and f"担当　{measure.divisions}")
        page.paragraph(measure.approach)
        page.line(measure.sdgs and f"SDGs　{measure.sdgs}")
        page.table(measure.table)
        self._captioned(page, measure.corrections)
        if measure.initiatives:
            page.line("具体的取組", "caption")
            page.table(initiatives_table(measure.initiatives, in_pairs=False))
        page.line(measure.agreements and f"関連する連携協定　{'、'.join(measure.agreements)}")
        for evaluation in measure.evaluations:
            page.line("　".join(filter(None, (evaluation.title, evaluation.at))), "caption")
            for words in evaluation.words:
                page.paragraph(words.in_one)
        page.line(measure.source, "small")

    def _captioned(self, page: Page, table: Table | None) -> None:
        if table:
            page.line(table.caption, "caption")
            page.table(table)

    def _charts(self, name: str, title: str, charts: tuple) -> None:
        if charts:
            trend_charts(self.book, self.page(name, title), charts)

    def _opinions(self, measures: Iterable[MeasurePaper]) -> None:
        rows = tuple(_opinion_row(measure, opinion) for measure in measures for opinion in measure.opinions)
        rows += tuple(_opinion_row(None, opinion) for opinion in self.paper.general_opinions)
        if rows:
            page = self.page("意見と対応", "意見と対応", is_wide=True)
            page.table(Table("意見と対応", OPINION_COLUMNS, (Group("", rows),)), sets_widths=True, repeats=True)

    def _section(self, section: Section) -> None:
        page = self.page(section.title[:31], section.title, is_wide=section.is_wide)
        tables = [block for block in section.blocks if isinstance(block, Table)]
        if not tables:
            page.set_widths(24, 90)
        for sentence in section.lead:
            page.line(sentence)
        for block in section.blocks:
            page.gap()
            if isinstance(block, Table):
                page.line(block.caption, "caption")
                page.table(block, sets_widths=block is tables[0], repeats=section.is_wide and block is tables[0])
            else:
                page.line("　".join(filter(None, (block.title, block.signature))), "strong")
                page.paragraph(block.text)


def _opinion_row(measure: MeasurePaper | None, opinion: OpinionPaper) -> Row:
    texts = (
        measure.title if measure else "全体", opinion.text, opinion.who, opinion.rating, opinion.answer_kind, opinion.answer,
        opinion.owner, opinion.due, opinion.state,
    )  # fmt: skip
    return Row(tuple(map(Cell, texts)))
