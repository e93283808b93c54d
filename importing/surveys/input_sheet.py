"""The sheet 「実績入力」: what is known of each indicator, and yellow cells for this year's answer."""
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from common.fiscal import era_date, era_date_short, era_long, era_short
from importing.surveys.cells import Formats, height_of, number_format, write_figure, write_number, write_text
from importing.surveys.content import Line, Survey
from importing.surveys.figures import Figure
from importing.surveys.keys import CODE_HEADING, INPUT_SHEET, NAME_HEADING, UNIT_HEADING, InputColumn, RowKey, SurveyFacts, SurveyKeys
from importing.surveys.rules import add_rules

# Headings and least widths in characters; the columns of the earlier years stand between the two. All fit one A4 page at two thirds.
BEFORE_YEARS = ((CODE_HEADING, 6), (NAME_HEADING, 24), ("書き方", 15), (UNIT_HEADING, 6), ("現状値", 10))
AFTER_YEARS = (("目標", 9), ("目安", 8), ("前年度のコメント", 17), ("期限・担当者", 11))
YEAR_WIDTH = 9
INPUT_WIDTHS = {
    InputColumn.VALUE: 11,
    InputColumn.STATE: 9,
    InputColumn.MISSING_REASON: 11,
    InputColumn.EXPECTED_MONTH: 8,
    InputColumn.COMMENT: 24,
    InputColumn.EVIDENCE: 12,
}
NUMERIC = (InputColumn.VALUE, InputColumn.EXPECTED_MONTH)
HEADING_ROW = 4
FROZEN_COLUMNS = 2
SAMPLE_MARK = "架空のサンプル値を含みます"
HOW = "黄色の欄に記入してください。くわしくはシート「記入のしかた」をご覧ください。"
CLOSED = "確認済みか公表済みです。書き込めません。"
A4 = 9
MARGINS = {"left": 0.4, "right": 0.4, "top": 0.7, "bottom": 0.6}
ALLOWED = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "select_unlocked_cells": True}


@dataclass(frozen=True)
class InputSheet:
    """Writes one survey. Rows and columns count from 0 here, from 1 in the keys."""

    sheet: Worksheet
    survey: Survey
    formats: Formats

    @cached_property
    def columns(self) -> list[tuple[str, int]]:
        """Headings and widths of the locked columns."""
        years = ((f"{era_short(year)}実績", YEAR_WIDTH) for year in self.survey.past_years)
        cells = zip(*(tuple(self._known(line)) for line in self.survey.lines), strict=True)
        columns = zip((*BEFORE_YEARS, *years, *AFTER_YEARS), cells, strict=True)
        return [(heading, max(width, *map(_number_width, shown))) for (heading, width), shown in columns]

    @property
    def first_input(self) -> int:
        return len(self.columns)

    @property
    def last_column(self) -> int:
        return self.first_input + len(InputColumn) - 1

    def write(self) -> SurveyKeys:
        """Fill the sheet; returns what the very-hidden sheet holds."""
        self._write_top()
        entries = [entry for group in self.survey.groups for entry in (group.title, *group.lines)]
        placed = list(enumerate(entries, start=HEADING_ROW + 1))
        for row, entry in placed:
            if isinstance(entry, Line):
                self._write_line(row, entry)
            else:
                self._write_band(row, entry)
        self._set_up_page(HEADING_ROW + len(entries))
        return SurveyKeys(self._facts(), tuple(self._key(row, entry) for row, entry in placed if isinstance(entry, Line)))

    def _write_top(self) -> None:
        for row, (look, text) in enumerate((("title", title_of(self.survey)), ("plain", self._whom()), ("plain", HOW), ("mark", self._mark()))):
            write_text(self.sheet, row, 0, text, self.formats.of(look))
        for column, (heading, width) in enumerate(self.columns):
            self._write_heading(column, heading, width, "heading")
        for column, heading in enumerate(InputColumn, start=self.first_input):
            self._write_heading(column, heading.label, self._input_width(heading), "input_heading")
        headings = (*self.columns, *((field.label, width) for field, width in INPUT_WIDTHS.items()))
        self.sheet.set_row(HEADING_ROW, height_of(headings))

    def _input_width(self, column: InputColumn) -> int:
        """A value takes as much room as the longest number left of it."""
        if column is not InputColumn.VALUE:
            return INPUT_WIDTHS[column]
        answers = [Figure(line.answer.value, line.decimals) for line in self.survey.lines]
        known = [shown for line in self.survey.lines for shown in self._known(line)]
        return max(INPUT_WIDTHS[column], *map(_number_width, (*answers, *known)))

    def _write_heading(self, column: int, heading: str, width: int, look: str) -> None:
        write_text(self.sheet, HEADING_ROW, column, heading, self.formats.of(look))
        self.sheet.set_column(column, column, width)

    def _whom(self) -> str:
        """「担当課 農林課　提出期限 令和7年5月30日　問い合わせ 企画課」."""
        deadline = era_date(self.survey.deadline) if self.survey.deadline else ""
        facts = (("担当課", self.survey.division), ("提出期限", deadline), ("問い合わせ", self.survey.ask))
        return "　".join(f"{label} {text}" for label, text in facts if text)

    def _mark(self) -> str:
        return SAMPLE_MARK if self.survey.has_sample else ""

    def _write_band(self, row: int, title: str) -> None:
        look = self.formats.of("group")
        write_text(self.sheet, row, 0, title, look)
        for column in range(1, self.last_column + 1):
            self.sheet.write_blank(row, column, None, look)

    def _write_line(self, row: int, line: Line) -> None:
        self.sheet.set_row(row, height_of(self._texts(line)))
        for column, shown in enumerate(self._known(line)):
            if isinstance(shown, Figure):
                write_figure(self.sheet, row, column, shown, self.formats)
            else:
                write_text(self.sheet, row, column, shown, self.formats.of("locked"))
        for column, field in enumerate(InputColumn, start=self.first_input):
            self._write_answer(row, column, line, field)
        if not line.is_closed:
            add_rules(self.sheet, row, self.first_input, line.is_qualitative)

    def _texts(self, line: Line) -> Iterator[tuple[str, int]]:
        """Every text of a line that wraps, with the width of its column."""
        for shown, (_, width) in zip(self._known(line), self.columns, strict=True):
            yield shown.text if isinstance(shown, Figure) else shown, width
        for field, width in INPUT_WIDTHS.items():
            yield _answer(line, field)[2], width

    def _known(self, line: Line) -> Iterator[Figure | str]:
        """The locked cells from left to right."""
        hint = "\n".join(filter(None, (CLOSED if line.is_closed else "", line.hint)))
        due = era_date_short(line.due) if line.due else ""
        yield from (line.code, line.name, hint, line.unit, line.baseline)
        yield from line.past
        yield from (line.target, line.expected, line.last_comment, "\n".join(filter(None, (due, line.person))))

    def _write_answer(self, row: int, column: int, line: Line, field: InputColumn) -> None:
        """A yellow cell with what is entered already; grey and locked where the value is closed."""
        look = "closed" if line.is_closed else "input"
        number, decimals, text = _answer(line, field)
        if number is not None:
            write_number(self.sheet, row, column, number, decimals, self.formats, f"{look}_number")
        elif field in NUMERIC and not text:
            self.sheet.write_blank(row, column, None, self.formats.of(f"{look}_number", number_format(decimals)))
        else:
            write_text(self.sheet, row, column, text, self.formats.of(look))

    def _set_up_page(self, last_row: int) -> None:
        sheet, survey = self.sheet, self.survey
        sheet.freeze_panes(HEADING_ROW + 1, FROZEN_COLUMNS)
        sheet.protect("", ALLOWED)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{xl_rowcol_to_cell(last_row, self.last_column)}"})
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(**MARGINS)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADING_ROW)
        sheet.print_area(0, 0, last_row, self.last_column)
        sheet.set_header(f"&L{_plain(title_of(survey))}&R{_plain(survey.division)}")
        mark = f"&L{self._mark()}" if survey.has_sample else ""
        sheet.set_footer(f"{mark}&C&P / &N&R{_plain(survey.strategy.municipality)}")

    def _facts(self) -> SurveyFacts:
        survey = self.survey
        made_at = survey.made_at.isoformat(timespec="seconds")
        return SurveyFacts(survey.strategy.slug, survey.fiscal_year, survey.division, made_at, HEADING_ROW + 1, self.first_input + 1)

    def _key(self, row: int, line: Line) -> RowKey:
        return RowKey(INPUT_SHEET, row + 1, line.code, line.breakdown, self.survey.fiscal_year, line.answer.version)


def _number_width(shown: Figure | str) -> int:
    """How much room a number takes: Excel shows #### where it does not fit. Texts are wrapped."""
    return len(shown.text) + 2 if isinstance(shown, Figure) and shown.number is not None and shown.is_bare else 0


def title_of(survey: Survey) -> str:
    return f"{survey.strategy.short_name}　{era_long(survey.fiscal_year)}の実績　調査票"


def _answer(line: Line, field: InputColumn) -> tuple[Decimal | None, int, str]:
    """What is entered already: a number with its decimals, or a text."""
    answer = line.answer
    if field is InputColumn.EXPECTED_MONTH:
        return None if answer.expected_month is None else Decimal(answer.expected_month), 0, ""
    if field is not InputColumn.VALUE:
        return None, 0, getattr(answer, field.value)
    return answer.value, line.decimals, answer.words


def _plain(text: str) -> str:
    """Header and footer take & for a code."""
    return text.replace("&", "&&")
