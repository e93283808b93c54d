"""The second stage of an import: what a file says of which indicator and year. Pure; a file is never refused whole for one cell."""
from collections.abc import Iterable

from importing.book import Book, address
from importing.recognition.headings import ColumnRole, year_in_heading
from importing.recognition.layouts import LayoutSpec, table_of
from importing.recognition.names import Names
from importing.recognition.repeats import once_each, settled, with_zeros_doubted
from importing.recognition.rows import Found, TableReader
from importing.recognition.survey_form import LOST_KEYS, looks_like_survey, read_survey
from importing.recognition.tables import Table, is_blank, tables_in
from importing.records import KnownPlan, Parsed, Place, Problem
from importing.surveys.keys import GUIDE_SHEET, KEYS_SHEET
from importing.values.spelling import folded

SURVEY, LONG, WIDE = "調査票", "縦長の表（1行に1年度）", "横長の表（年度が列）"
SAVED = "保存した様式「{name}」"
UNKNOWN_FORM = "読めない表"
MOST_NAMED = 8

NO_TABLE = "番号か指標名の列と、実績値の列のある表が見つかりません。"
NO_TABLE_REMEDY = "「列の対応づけ」で、どの列が何かを選んでください。"
LAYOUT_DOES_NOT_FIT = "保存した様式「{name}」の列が、このファイルにありません。"
YEAR_BY_LAYOUT = "{place}の列は、見出しに年度がないので、様式のとおり{year}年度の値と読みました。"
HIDDEN_SHEET = "非表示のシート「{name}」は読みませんでした。"
SHEET_WITHOUT_TABLE = "シート「{name}」には、実績の表がないので読みませんでした。"
UNREAD_COLUMNS = "シート「{sheet}」で読まなかった列: {columns}"
STRAY_COLUMNS = "シート「{sheet}」で、どの年度のものか分からないので読まなかった列: {columns}"


def parse(book: Book, plan: KnownPlan, layout: LayoutSpec | None = None) -> Parsed:
    """All entries and all problems of a book, by the layout chosen for it, its survey's keys, or its headings. Never raises."""
    names = Names(plan)
    if layout is not None:
        return _by_layout(book, plan, names, layout)
    survey = read_survey(book, plan, names)
    if survey is not None:
        return _finished(SURVEY, survey, book)
    return _by_headings(book, plan, names)


def _by_layout(book: Book, plan: KnownPlan, names: Names, layout: LayoutSpec) -> Parsed:
    form = SAVED.format(name=layout.name)
    table = table_of(layout, book)
    if table is None:
        return _finished(form, Found(problems=[_no_table(book, LAYOUT_DOES_NOT_FIT.format(name=layout.name))]), book)
    found = _read([table], plan, names)
    found.notes[:0] = _years_by_layout(table, plan)
    return _finished(form, found, book)


def _years_by_layout(table: Table, plan: KnownPlan) -> list[str]:
    """Columns whose heading names no year: their year is the layout's word alone, so it is said."""
    silent = [column for column in table.of(ColumnRole.VALUE) if column.fiscal_year and not year_in_heading(column.heading, plan.fiscal_years)]
    places = ((f"{table.sheet.name}!{address(table.heading_row, column.index)}", column.fiscal_year) for column in silent)
    return [YEAR_BY_LAYOUT.format(place=place, year=year) for place, year in places]


def _by_headings(book: Book, plan: KnownPlan, names: Names) -> Parsed:
    """Every visible sheet may hold tables; what is not read is said."""
    tables, notes = [], []
    for sheet in book.sheets:
        if sheet.is_hidden or not sheet.rows or sheet.name == KEYS_SHEET:
            notes += [HIDDEN_SHEET.format(name=sheet.name)] if sheet.rows and sheet.name != KEYS_SHEET else []
            continue
        found = tables_in(sheet, names, plan.fiscal_years)
        tables += found
        notes += [] if found or sheet.name == GUIDE_SHEET else [SHEET_WITHOUT_TABLE.format(name=sheet.name)]
    if not tables:
        return Parsed(UNKNOWN_FORM, problems=(_no_table(book, NO_TABLE),), notes=tuple(notes))
    is_survey = looks_like_survey(book)
    found = _read(tables, plan, names)
    found.notes += [*notes, *([LOST_KEYS] if is_survey else [])]
    return _finished(SURVEY if is_survey else _form_of(tables), found, book)


def _form_of(tables: list[Table]) -> str:
    return "・".join(dict.fromkeys(LONG if table.is_long else WIDE for table in tables))


def _no_table(book: Book, text: str) -> Problem:
    shown = next((sheet for sheet in book.sheets if not sheet.is_hidden and sheet.rows), None)
    return Problem(Place(shown.name if shown else "", 0, 0), "", text, NO_TABLE_REMEDY)


def _read(tables: Iterable[Table], plan: KnownPlan, names: Names) -> Found:
    whole = Found()
    for table in tables:
        found = TableReader(table, plan, names).read()
        whole.entries += found.entries
        whole.problems += found.problems
        whole.unclear += found.unclear
        whole.notes += [*found.notes, *_unread(table)]
    return whole


def _unread(table: Table) -> list[str]:
    """Columns with content that were passed over although nobody said so."""
    unknown = [column for column in table.columns if column.role is ColumnRole.IGNORED and not column.is_known]
    named = ((UNREAD_COLUMNS, unknown), (STRAY_COLUMNS, table.stray))
    return [text.format(sheet=table.sheet.name, columns=shown) for text, columns in named if (shown := _listed(table, columns))]


def _listed(table: Table, columns: Iterable) -> str:
    rows = table.sheet.rows[table.first_row : table.last_row]
    filled = [column for column in columns if any(not is_blank(row[column.index]) for row in rows)]
    shown = [f"{address(table.heading_row, column.index)}「{folded(column.heading)[:24]}」" for column in filled]
    return "、".join(shown[:MOST_NAMED]) + (" ほか" if len(shown) > MOST_NAMED else "")


def _finished(form: str, found: Found, book: Book) -> Parsed:
    """What only all values together tell; problems in the order of the file."""
    unclear, idle = settled(found.unclear, found.entries)
    entries, contradictions, repeats = once_each(found.entries)
    order = {sheet.name: place for place, sheet in enumerate(book.sheets)}
    problems = sorted([*found.problems, *unclear, *contradictions], key=lambda problem: _place_key(problem.place, order))
    entries = sorted(with_zeros_doubted(entries), key=lambda entry: _place_key(entry.place, order))
    return Parsed(form, tuple(entries), tuple(problems), tuple(dict.fromkeys([*found.notes, *idle, *repeats])))


def _place_key(place: Place, order: dict[str, int]) -> tuple[int, int, int]:
    return order.get(place.sheet, 0), place.row, place.column
