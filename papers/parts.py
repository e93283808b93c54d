"""What a paper is made of: plain texts and numbers, made once, which papers/pdf.py, excel.py and word.py only set out."""
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from kpis.vocabulary import Status


@dataclass(frozen=True)
class Column:
    """A column's heading, its width in millimetres (0: whatever is left) and where its texts stand: left, center, right."""

    heading: str
    width: float = 0
    align: str = "left"


@dataclass(frozen=True)
class Cell:
    """A cell's text as people read it, with a small note below it, or beside it. `number` is the same as data: 「△21」 is -21, 「72％」 0.72
    with `is_rate`."""

    text: str = ""
    note: str = ""
    number: Decimal | None = None
    decimals: int = 0
    is_rate: bool = False
    status: Status | None = None
    is_note_beside: bool = False


@dataclass(frozen=True)
class Row:
    """A row; `remarks` are sentences that stand below it across the table, `brief` the same where a page has no room to repeat the row's cells."""

    cells: tuple[Cell, ...]
    remarks: tuple[str, ...] = ()
    brief: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Rows under a heading of their own; an empty one is not shown."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Table:
    """A table. `shown` is the place of the shown year's column."""

    caption: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    shown: int | None = None

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for group in self.groups for row in group.rows)


@dataclass(frozen=True)
class TextBlock:
    """A text with its heading, who wrote it and when: an evaluation, a comment, an explanation."""

    title: str
    text: str
    by: str = ""
    at: str = ""

    @property
    def signature(self) -> str:
        return "　".join(filter(None, (self.by, self.at)))


@dataclass(frozen=True)
class StatusCount:
    """A verdict and how many indicators have it."""

    status: Status
    word: str
    count: int


@dataclass(frozen=True)
class Curve:
    """A chart's numbers for a spreadsheet: one value, or None, for each label."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class ChartPaper:
    """A chart as drawing, as table of the same numbers, and as curves. `description` says everything it shows; `width` is in millimetres."""

    title: str
    description: str
    svg: str
    table: Table
    note: str = ""
    legend: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    curves: tuple[Curve, ...] = ()
    axis: tuple[Decimal, Decimal] | None = None
    unit: str = ""
    decimals: int = 0
    width: float = 128


@dataclass(frozen=True)
class OpinionPaper:
    """A council member's opinion and what the city answers. `who` is empty unless names may be shown."""

    text: str
    who: str = ""
    rating: str = ""
    answer_kind: str = ""
    answer: str = ""
    owner: str = ""
    due: str = ""
    state: str = ""


@dataclass(frozen=True)
class Words:
    """What stands under one label of an evaluation: a text, or a list with an item a line."""

    label: str
    text: str
    is_list: bool = False

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.text.splitlines() if line.strip())

    @property
    def in_one(self) -> str:
        """The same as one text, for a cell."""
        return f"【{self.label}】" + ("".join(f"\n・{line}" for line in self.lines) if self.is_list else "\n".join(self.lines))


@dataclass(frozen=True)
class EvaluationPaper:
    """What the divisions (`is_own`), the internal meeting or the council said of a measure, and when."""

    title: str
    words: tuple[Words, ...]
    at: str = ""
    is_own: bool = False


@dataclass(frozen=True)
class InitiativePaper:
    """One of the measure's initiatives; what the plan says of it, or its state in the year and a note."""

    number: int
    name: str
    text: str = ""
    state: str = ""


@dataclass(frozen=True)
class MeasurePaper:
    """評価シート: one measure on a page of its own. The review fills `evaluations`, `opinions` and the initiatives' states. Of a published year
    `source` says which edition it is, `corrections` what was corrected since."""

    key: str
    goal: str
    number: int
    name: str
    divisions: str
    approach: str
    sdgs: str
    table: Table
    charts: tuple[ChartPaper, ...]
    initiatives: tuple[InitiativePaper, ...]
    agreements: tuple[str, ...]
    evaluations: tuple[EvaluationPaper, ...] = ()
    opinions: tuple[OpinionPaper, ...] = ()
    source: str = ""
    corrections: Table | None = None

    @property
    def title(self) -> str:
        return f"({self.number}) {self.name}"


@dataclass(frozen=True)
class GoalPaper:
    """A goal: how it stands, its numeric targets, and its measures."""

    number: int
    name: str
    lead: tuple[str, ...]
    statuses: tuple[StatusCount, ...]
    table: Table
    charts: tuple[ChartPaper, ...]
    measures: tuple[MeasurePaper, ...]
    corrections: Table | None = None

    @property
    def title(self) -> str:
        return f"基本目標{self.number}　{self.name}"


@dataclass(frozen=True)
class AgendaLine:
    """A line of the 次第 or of the contents. `target` is the key of the part it leads to, so that the page number can stand beside it."""

    text: str
    detail: str = ""
    target: str = ""


@dataclass(frozen=True)
class Cover:
    """The first page. `facts` are lines like (「日時」, 「令和6年8月27日」); `contents` is what follows beside what the 次第 names."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    agenda_title: str
    agenda: tuple[AgendaLine, ...]
    contents: tuple[AgendaLine, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Summary:
    """The plan on one page: how many have which verdict, what changed, what needs attention."""

    lead: tuple[str, ...]
    statuses: tuple[StatusCount, ...]
    chart: ChartPaper | None
    goals: Table
    changes_lead: str
    changes: Table
    concerns_lead: str
    concerns: Table


@dataclass(frozen=True)
class SheetPaper:
    """KPI進捗管理表 of one goal, A4 landscape."""

    number: int
    name: str
    lead: str
    statuses: tuple[StatusCount, ...]
    expected: str
    table: Table
    foot: str
    corrections: Table | None = None

    @property
    def title(self) -> str:
        return f"基本目標{self.number}　{self.name}"


@dataclass(frozen=True)
class Section:
    """A heading with sentences, tables and text blocks below it."""

    title: str
    lead: tuple[str, ...] = ()
    blocks: tuple["Block", ...] = ()
    is_wide: bool = False


Block: TypeAlias = Table | TextBlock


@dataclass(frozen=True)
class Paper:
    """A whole paper. Parts that are None or empty are left out by every writer."""

    title: str
    plan: str
    occasion: str
    year: str
    file_name: str
    made_on: str
    office: tuple[str, ...]
    sample: str = ""
    sample_note: str = ""
    notice: str = ""
    cover: Cover | None = None
    summary: Summary | None = None
    agenda: tuple[MeasurePaper, ...] = ()
    goals: tuple[GoalPaper, ...] = ()
    single: MeasurePaper | None = None
    general_opinions: tuple[OpinionPaper, ...] = ()
    sheet: tuple[SheetPaper, ...] = ()
    sheet_caption: str = ""
    annexes: tuple[Section, ...] = field(default=())

    @property
    def empty_note(self) -> str:
        """What a paper without any part says instead."""
        has_parts = self.cover or self.summary or self.goals or self.single or self.sheet or self.annexes
        return "" if has_parts else "印刷する指標がまだありません。"

    @property
    def measures(self) -> tuple[MeasurePaper, ...]:
        """Every measure in the paper, in its order."""
        single = (self.single,) if self.single else ()
        return (*single, *self.agenda, *(measure for goal in self.goals for measure in goal.measures))
