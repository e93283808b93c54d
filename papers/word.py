"""Papers as an editable Word document: real headings, tables and page numbers, for those who must rework them."""
import io
from collections.abc import Iterable

from docx.enum.section import WD_SECTION
from docx.text.paragraph import Paragraph

from papers.parts import (
    ChartPaper,
    Cover,
    EvaluationPaper,
    GoalPaper,
    MeasurePaper,
    Paper,
    Section,
    SheetPaper,
    Summary,
    Table,
    TextBlock,
)
from papers.pictures import pictures_of
from papers.said_tables import initiatives_table, opinions_table
from papers.word_parts import add_charts, add_gap, add_picture, add_table, add_words, lay_out, new_document, plain

PORTRAIT_WIDTH, LANDSCAPE_WIDTH = 180, 267


def document_of(paper: Paper) -> bytes:
    """The .docx file."""
    file = io.BytesIO()
    writer = _Writer(paper)
    writer.write()
    writer.document.save(file)
    return file.getvalue()


class _Writer:
    """One document, written from front to back."""

    def __init__(self, paper: Paper):
        self.paper, self.document = paper, new_document(paper)
        self.pictures = _pictures(paper)
        self.is_wide, self.is_begun, self.turns_page = False, False, False

    @property
    def width(self) -> float:
        return LANDSCAPE_WIDTH if self.is_wide else PORTRAIT_WIDTH

    def write(self) -> None:
        paper = self.paper
        self._text(paper.empty_note)
        if paper.cover:
            self._cover(paper.cover)
        if paper.summary:
            self._summary(paper.summary)
        for measure in paper.agenda:
            self._begin()
            self._measure(measure, 1)
        for goal in paper.goals:
            self._goal(goal)
        if paper.single:
            self._begin()
            self._measure(paper.single, 1)
        if paper.general_opinions:
            self._begin()
            self._heading("会議全体への意見と対応", 1)
            self._table(opinions_table(paper.general_opinions))
        for sheet in paper.sheet:
            self._sheet(sheet)
        for annex in paper.annexes:
            self._section(annex)

    def _begin(self, *, is_wide: bool = False) -> None:
        """A new page, in a section of its own where the paper turns."""
        if is_wide != self.is_wide:
            section = self.document.add_section(WD_SECTION.NEW_PAGE) if self.is_begun else self.document.sections[0]
            lay_out(section, is_wide=is_wide)
        else:
            self.turns_page = self.is_begun
        self.is_wide, self.is_begun = is_wide, True

    def _placed(self, paragraph: Paragraph) -> Paragraph:
        """The paragraph, on a new page where one begins: an empty one with a page break could fill a page of its own."""
        if self.turns_page:
            paragraph.paragraph_format.page_break_before = True
            self.turns_page = False
        return paragraph

    def _heading(self, text: str, level: int) -> None:
        self._placed(self.document.add_heading(plain(text), level))

    def _text(self, text: str, *, bold: bool = False) -> None:
        if text:
            self._placed(self.document.add_paragraph()).add_run(plain(text)).bold = bold or None

    def _table(self, table: Table) -> None:
        if table.rows:
            add_table(self.document, table, self.width)
            add_gap(self.document)

    def _captioned(self, table: Table | None, level: int) -> None:
        if table:
            self._heading(table.caption, level)
            self._table(table)

    def _notice(self) -> None:
        self._text(self.paper.notice, bold=True)

    def _cover(self, cover: Cover) -> None:
        self._begin()
        self._text(cover.title)
        self.document.add_paragraph(plain(cover.subtitle), style="Title")
        for label, text in cover.facts:
            self._text(f"{label}　{text}")
        self._heading(cover.agenda_title, 1)
        for line in (*cover.agenda, *cover.contents):
            self._text(line.text)
            self._text(line.detail and f"　{line.detail}")
        self._text(cover.note and f"{self.paper.sample}　{cover.note}", bold=True)

    def _summary(self, summary: Summary) -> None:
        self._begin()
        self._heading("要約", 1)
        self._notice()
        for place, sentence in enumerate(summary.lead):
            self._text(sentence, bold=place == 0)
        self._text("　".join(f"{count.word} {count.count}" for count in summary.statuses), bold=True)
        if summary.chart:
            self._heading(summary.chart.title, 2)
            self._chart(summary.chart)
        for lead, table in (("", summary.goals), (summary.changes_lead, summary.changes), (summary.concerns_lead, summary.concerns)):
            self._heading(table.caption, 2)
            self._text(lead)
            self._table(table)

    def _goal(self, goal: GoalPaper) -> None:
        self._begin()
        self._heading(goal.title, 1)
        self._notice()
        for place, sentence in enumerate(goal.lead):
            self._text(sentence, bold=place == 0)
        self._text("　".join(f"{count.word} {count.count}" for count in goal.statuses), bold=True)
        if goal.table.rows:
            self._heading("数値目標", 2)
            self._table(goal.table)
        self._captioned(goal.corrections, 2)
        self._charts(goal.charts, 2)
        for measure in goal.measures:
            self._begin()
            self._measure(measure, 2)

    def _measure(self, measure: MeasurePaper, level: int) -> None:
        self._text(measure.goal)
        self._heading(measure.title, level)
        if level == 1:
            self._notice()
        self._text(measure.divisions and f"担当　{measure.divisions}")
        self._text(measure.approach)
        self._text(measure.sdgs and f"SDGs　{measure.sdgs}")
        self._heading("指標（KPI）", level + 1)
        self._table(measure.table)
        if not measure.table.rows:
            self._text("KPIはまだ登録されていません。")
        self._captioned(measure.corrections, level + 1)
        self._charts(measure.charts, level + 1)
        if measure.initiatives:
            self._heading("具体的取組", level + 1)
            self._table(initiatives_table(measure.initiatives))
        if measure.agreements:
            self._heading("関連する連携協定", level + 1)
            self._text("、".join(measure.agreements))
        self._said(measure, level + 1)

    def _said(self, measure: MeasurePaper, level: int) -> None:
        if measure.evaluations:
            self._heading("評価", level)
        for evaluation in measure.evaluations:
            self._evaluation(evaluation, level + 1)
        if measure.opinions:
            self._heading("意見と対応", level)
            self._table(opinions_table(measure.opinions))
        self._text(measure.source)

    def _evaluation(self, evaluation: EvaluationPaper, level: int) -> None:
        self._heading("　".join(filter(None, (evaluation.title, evaluation.at))), level)
        for words in evaluation.words:
            add_words(self.document, words)

    def _block(self, block: TextBlock) -> None:
        self._text("　".join(filter(None, (block.title, block.signature))), bold=True)
        self._text(block.text)

    def _charts(self, charts: tuple[ChartPaper, ...], level: int) -> None:
        if charts:
            self._heading("推移の図", level)
            add_charts(self.document, [(chart, self.pictures[chart.svg]) for chart in charts], self.width)

    def _chart(self, chart: ChartPaper) -> None:
        add_picture(self.document.add_paragraph(), self.pictures[chart.svg], chart)
        self._text(chart.note)

    def _sheet(self, sheet: SheetPaper) -> None:
        self._begin(is_wide=True)
        self._heading(f"{self.paper.sheet_caption}　{sheet.title}", 1)
        self._notice()
        counts = "　".join(f"{count.word} {count.count}" for count in sheet.statuses)
        self._text(f"{sheet.lead}　{counts}　{sheet.expected}")
        self._table(sheet.table)
        self._captioned(sheet.corrections, 2)
        self._text(sheet.foot)

    def _section(self, section: Section) -> None:
        self._begin(is_wide=section.is_wide)
        self._heading(section.title, 1)
        for sentence in section.lead:
            self._text(sentence)
        for block in section.blocks:
            if isinstance(block, Table):
                self._heading(block.caption, 2)
                self._table(block)
            else:
                self._block(block)


def _pictures(paper: Paper) -> dict[str, bytes]:
    """Every chart of the paper as a picture, all drawn at once."""
    charts: Iterable[ChartPaper] = [
        *((paper.summary.chart,) if paper.summary and paper.summary.chart else ()),
        *(chart for goal in paper.goals for chart in goal.charts),
        *(chart for measure in paper.measures for chart in measure.charts),
    ]
    drawings = list(dict.fromkeys(chart.svg for chart in charts))
    return dict(zip(drawings, pictures_of(drawings), strict=True))


