"""Our own survey 「調査票」 coming back: its very-hidden keys say which strategy, which year and which version each value was. Pure."""
from dataclasses import replace

from importing.book import Book, Sheet
from importing.recognition.headings import ColumnRole
from importing.recognition.names import Names, key_of
from importing.recognition.rows import Found, TableReader
from importing.recognition.tables import Table, tables_in
from importing.records import Entry, KnownIndicator, KnownPlan, Place, Problem
from importing.surveys.keys import GUIDE_SHEET, INPUT_SHEET, KEYS_SHEET, SurveyKeys, keys_of

MOST_NAMED = 5
OTHER_STRATEGY = "別の戦略（{written}）の調査票です。ここは「{slug}」の取込です。"
OTHER_STRATEGY_REMEDY = "その戦略の「取込」で読み込んでください。"
OTHER_YEAR = "{year}年度の調査票です。計画の年度（{first}～{last}）の外なので、読みませんでした。"
OTHER_YEAR_REMEDY = "ファイルを確かめ、この計画の調査票を選んでください。"
NO_TABLE = "調査票の「実績入力」の表が見つかりません。"
NO_TABLE_REMEDY = "見出しの行（番号・指標名・実績値…）を元のとおりにするか、調査票をもう一度つくって、値を写してください。"
LOST_ROWS = "調査票にあった行がありません（{rows}）。その指標は変えません。"
EMPTIED = "入力済みだった欄が空になっています（{rows}）。今の値のままにします。値がないときは、「未測定の理由」を選んでください。"
LOST_KEYS = "調査票の隠しシートがないため、見出しと番号で読みました。調査票をつくったあとの変更は、確かめられません。"


def looks_like_survey(book: Book) -> bool:
    """Whether it is a survey of ours, with or without its keys."""
    return any(sheet.name in (GUIDE_SHEET, INPUT_SHEET, KEYS_SHEET) for sheet in book.sheets)


def survey_problem(keys: SurveyKeys, book: Book, plan: KnownPlan) -> Problem | None:
    """Why the whole survey cannot be taken in here."""
    facts, years = keys.facts, plan.fiscal_years
    place = Place(next((sheet.name for sheet in book.sheets if not sheet.is_hidden), KEYS_SHEET), 0, 0)
    if plan.slug and facts.strategy != plan.slug:
        return Problem(place, facts.strategy, OTHER_STRATEGY.format(written=facts.strategy, slug=plan.slug), OTHER_STRATEGY_REMEDY)
    if facts.fiscal_year not in years:
        text = OTHER_YEAR.format(year=facts.fiscal_year, first=years[0], last=years[-1])
        return Problem(place, str(facts.fiscal_year), text, OTHER_YEAR_REMEDY)
    return None


def read_survey(book: Book, plan: KnownPlan, names: Names) -> Found | None:
    """What a survey with its keys says; None for any other file. Rows may have been sorted, added, deleted, the sheet renamed."""
    keys = keys_of(book)
    if keys is None:
        return None
    problem = survey_problem(keys, book, plan)
    if problem:
        return Found(problems=[problem])
    tables = [_of_survey(table, keys) for sheet in _sheets(book) for table in tables_in(sheet, names, plan.fiscal_years)]
    tables = [table for table in tables if table.of(ColumnRole.VALUE)]
    if not tables:
        return Found(problems=[Problem(Place(_sheets(book)[0].name if _sheets(book) else KEYS_SHEET, 0, 0), "", NO_TABLE, NO_TABLE_REMEDY)])
    return _read(tables, keys, plan, names)


def _sheets(book: Book) -> list[Sheet]:
    """The sheet that asks; any visible one when it was renamed."""
    visible = [sheet for sheet in book.sheets if not sheet.is_hidden and sheet.name not in (GUIDE_SHEET, KEYS_SHEET)]
    return [sheet for sheet in visible if sheet.name == INPUT_SHEET] or visible


def _of_survey(table: Table, keys: SurveyKeys) -> Table:
    """Values are those of the survey's year; columns of earlier years only recall them."""
    columns = []
    for column in table.columns:
        if column.role is ColumnRole.VALUE:
            is_asked = column.fiscal_year is None and not column.problem
            column = replace(column, fiscal_year=keys.facts.fiscal_year) if is_asked else replace(column, role=ColumnRole.IGNORED)
        columns.append(column)
    return replace(table, columns=tuple(columns), fiscal_year=keys.facts.fiscal_year)


def _read(tables: list[Table], keys: SurveyKeys, plan: KnownPlan, names: Names) -> Found:
    known = {(indicator.code, indicator.breakdown): indicator for indicator in plan.indicators}
    present = {indicator for table in tables for indicator in TableReader(table, plan, names).indicators()}
    stand_ins = _stand_ins(keys, known, present)
    whole = Found()
    for table in tables:
        found = TableReader(table, plan, names, stand_ins).read()
        whole.problems += found.problems
        whole.unclear += found.unclear
        whole.notes += found.notes
        whole.entries += found.entries
    versions = {(key.code, key.breakdown, key.fiscal_year): key.version for key in keys.rows}
    whole.entries = [_with_version(entry, versions) for entry in whole.entries]
    answered = {entry.indicator for entry in whole.entries}
    whole.notes += _lost_rows(keys, known, present | answered)
    whole.notes += _emptied_rows(keys, known, present - answered, whole)
    return whole


def _stand_ins(keys: SurveyKeys, known: dict, present: set[KnownIndicator]) -> dict[int, KnownIndicator]:
    """For a row whose 番号 was erased, the indicator that stood there, unless another row names it."""
    placed = {key.row - 1: known.get((key.code, key.breakdown)) for key in keys.rows}
    return {row: indicator for row, indicator in placed.items() if indicator and indicator not in present}


def _with_version(entry: Entry, versions: dict[tuple[str, str, int], int]) -> Entry:
    return replace(entry, seen_version=versions.get((entry.indicator.code, entry.indicator.breakdown, entry.fiscal_year)))


def _lost_rows(keys: SurveyKeys, known: dict, present: set[KnownIndicator]) -> list[str]:
    asked = [known.get((key.code, key.breakdown)) for key in keys.rows]
    return _named(LOST_ROWS, [key_of(indicator) for indicator in asked if indicator and indicator not in present])


def _emptied_rows(keys: SurveyKeys, known: dict, silent: set[KnownIndicator], found: Found) -> list[str]:
    """An empty cell never erases; where it held something when the survey was made, somebody may have meant it to."""
    entered = [known.get((key.code, key.breakdown)) for key in keys.rows if key.version]
    troubled = tuple(problem.about for problem in (*found.problems, *(each.problem for each in found.unclear)))
    rows = [key_of(indicator) for indicator in entered if indicator in silent]
    return _named(EMPTIED, [row for row in rows if not any(about.startswith(f"{row} ") for about in troubled)])


def _named(note: str, rows: list[str]) -> list[str]:
    shown = "・".join(rows[:MOST_NAMED]) + (" ほか" if len(rows) > MOST_NAMED else "")
    return [note.format(rows=shown)] if rows else []
