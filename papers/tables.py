"""The tables of indicators on paper, from the same builders as on screen: dashboards/kpi_table.py and dashboards/print_sheet.py."""
from dataclasses import replace
from decimal import Decimal

from common.fiscal import era_short
from common.japanese import NO_VALUE, NUMBER, Number, number_text, rounded
from dashboards.figures import ProgressFigure
from dashboards.kpi_table import KpiRow, KpiTable, YearCell
from dashboards.print_sheet import PrintSheet, SheetGroup, SheetRow, SheetValue
from kpis.explanation import explain_beside_row
from kpis.progress import Judgement
from papers.parts import Cell, Column, Group, Row, Table

SHEET_WIDTHS = {"番号": 12, "単位": 11.5, "現状値": 21, "year": 13.5, "目標": 17, "進捗率": 20, "判定": 19.5, "主な要因・今後の対応": 54, "メモ": 9}
TABLE_WIDTHS = {"現状値": 20, "year": 12.2, "目標": 18.2, "進捗率": 13, "判定": 21.8}


def value_cell(value: Number | None, decimals: int, *, lead: str = "", note: str = "") -> Cell:
    """A value with the words in front of it 「約2,000」; 「―」 without one."""
    if value is None:
        return Cell(NO_VALUE, note)
    return Cell(f"{lead}{number_text(value, decimals)}", note, rounded(value, decimals), decimals)


def rate_cell(figure: ProgressFigure | None, judgement: Judgement) -> Cell:
    """進捗率 as a number; the distance of a limit with its name below; words where no number can be said."""
    if figure is None:
        return Cell(NO_VALUE)
    if not figure.label:
        return Cell("", figure.text)
    if judgement.progress_rate is None:
        return Cell(figure.text, figure.label)
    number, decimals = _shown_rate(figure.text)
    return Cell(figure.text, "", number, decimals, is_rate=True)


def _shown_rate(text: str) -> tuple[Decimal, int]:
    """「53.5％」 as the very number that is shown (0.535), with its decimals."""
    digits = NUMBER.search(text)[0].replace(",", "")
    sign = -1 if text.startswith("△") else 1
    return sign * Decimal(digits) / 100, len(digits.partition(".")[2])


def kpi_columns(table: KpiTable) -> tuple[Column, ...]:
    years = (Column(era_short(year), TABLE_WIDTHS["year"], "right") for year in table.years)
    return (
        Column("指標"),
        Column("現状値", TABLE_WIDTHS["現状値"], "right"),
        *years,
        Column(f"目標 {era_short(table.last_fiscal_year)}", TABLE_WIDTHS["目標"], "right"),
        Column("進捗率", TABLE_WIDTHS["進捗率"], "right"),
        Column("判定", TABLE_WIDTHS["判定"], "center"),
    )


def kpi_paper_table(table: KpiTable) -> Table:
    """「指標の表」 with the reason of each verdict written out below its row."""
    rows = tuple(map(_kpi_row, table.rows))
    shown = 2 + table.years.index(table.fiscal_year) if table.fiscal_year in table.years else None
    return Table(table.caption, kpi_columns(table), (Group("", rows),), shown)


def _kpi_row(row: KpiRow) -> Row:
    indicator, decimals = row.judged.indicator, row.decimals
    target_lead = indicator.target_qualifier if row.target_value is not None else ""
    cells = (
        Cell(f"{indicator.code}　{row.name}", row.kind, is_note_beside=True),
        value_cell(indicator.baseline_value, decimals, lead=indicator.baseline_qualifier, note=row.baseline_note),
        *(_year_cell(cell, decimals) for cell in row.cells),
        value_cell(row.target_value, decimals, lead=target_lead, note="、".join(row.target_notes)),
        rate_cell(row.figure, row.judgement),
        Cell(row.judgement.word, status=row.judgement.status),
    )
    return Row(cells, remarks(row, row.explanation), remarks(row, explain_beside_row(row.judgement, row.judged.rules)))


def remarks(row: KpiRow, reason: str) -> tuple[str, ...]:
    """The reason of the verdict, 達成率, and a total's yearly parts: what the screen folds away under 「判定の理由」."""
    amounts = "、".join(f"{era} {amount}" for era, amount in row.amounts)
    figures = "　".join(filter(None, (row.achievement, f"年度ごとの数（累計ではない値）：{amounts}" if amounts else "")))
    return tuple(text for text in (reason, figures) if text)


def _year_cell(cell: YearCell, decimals: int) -> Cell:
    return Cell(cell.words, cell.note) if cell.words else value_cell(cell.value, decimals, note=cell.note)


def sheet_columns(sheet: PrintSheet) -> tuple[Column, ...]:
    widths = SHEET_WIDTHS
    return (
        Column("番号", widths["番号"], "center"),
        Column("指標"),
        Column("単位", widths["単位"], "center"),
        Column("現状値", widths["現状値"], "right"),
        *(Column(era_short(year), widths["year"], "right") for year in sheet.years),
        Column(f"目標({era_short(sheet.last_fiscal_year)})", widths["目標"], "right"),
        Column("進捗率", widths["進捗率"], "right"),
        Column("判定", widths["判定"], "center"),
        Column("主な要因・今後の対応", widths["主な要因・今後の対応"]),
        Column("メモ", widths["メモ"]),
    )


def sheet_table(sheet: PrintSheet, groups: list[SheetGroup], caption: str) -> Table:
    """KPI進捗管理表 of one goal: a group for the numeric targets and one for each measure."""
    return Table(caption, sheet_columns(sheet), tuple(map(_sheet_group, groups)), 3 + len(sheet.years))


def _sheet_group(group: SheetGroup) -> Group:
    heading = f"{group.name}　担当：{'・'.join(group.divisions)}" if group.divisions else group.name
    return Group(heading, tuple(map(_sheet_row, group.rows)))


def _sheet_row(row: SheetRow) -> Row:
    indicator, judgement = row.indicator, row.judgement
    results = (_sheet_value(result, judgement.facts.decimals) for result in row.results)
    target = judgement.target.value if judgement.target else None
    return Row((
        Cell(indicator.code),
        Cell(_sheet_name(row), "累計" if judgement.facts.accumulation.is_total else "", is_note_beside=True),
        Cell(indicator.unit or NO_VALUE),
        replace(_with_number(row.baseline, judgement.facts.baseline_value, judgement.facts.decimals), is_note_beside=True),
        *results,
        _with_number(row.target, target, judgement.facts.decimals),
        rate_cell(row.figure, judgement),
        Cell(row.word, status=judgement.status),
        Cell(row.comment),
        Cell(),
    ))  # fmt: skip


def _sheet_name(row: SheetRow) -> str:
    return f"〃 {row.indicator.breakdown}" if row.continues else row.indicator.full_name


def _with_number(value: SheetValue, number: Number | None, decimals: int) -> Cell:
    """A range 「30～40」 stays words: a cell holds one number."""
    is_range = "～" in value.text
    return Cell(value.text, value.note, None if number is None or is_range else rounded(number, decimals), decimals)


def _sheet_value(value: SheetValue, decimals: int) -> Cell:
    found = NUMBER.fullmatch(value.text.removeprefix("△"))
    if not found:
        return Cell(value.text, value.note)
    number = Decimal(found[0].replace(",", ""))
    return Cell(value.text, value.note, -number if value.text.startswith("△") else number, decimals)
