"""The rows of a table, one after another: which indicator, which year, which answer, and every problem on the way. Pure."""
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from common.fiscal import era_long
from importing.book import Cell, address
from importing.recognition.answers import Answer, Trouble, answer_of
from importing.recognition.headings import KEYS, NAMING, ColumnRole, names_indicators, shown_heading
from importing.recognition.names import Match, Names, key_of, label_of, name_key
from importing.recognition.tables import EMPTY, Column, Slot, Table, is_blank, merged_origins, text_of
from importing.records import Entry, KnownIndicator, KnownPlan, Place, Problem
from importing.values.amounts import unit_of
from importing.values.figures import ONE_A_ROW
from importing.values.reading import excerpt
from importing.values.spelling import folded, unit_key
from importing.values.years import read_year

DITTO = re.compile(r"[〃々\"″”“]|同上|同じ|上に同じ|\(同上\)")
SUMS = frozenset(map(name_key, ("合計", "計", "小計", "総計", "平均", "総合計", "全体")))
NOTE_MARK = re.compile(r"[※*＊注]|\(注|備考|出典|資料[:：]|凡例")
LONGEST_DITTO = 8
MOST_NAMED = 8
PERSON_COUNTERS = {"人", "名"}

NOT_CODED = "「{heading}」の列は指標の番号ではないので、指標名で合わせました。"
OUTSIDE = "{year}は、計画の年度（{first}～{last}）の外です。"
DROP_ROW = "年度を直すか、この行を消してください。"
OUTSIDE_COLUMN = "{place}の「{heading}」は計画の年度（{first}～{last}）の外なので、読みませんでした。"
WHICH_YEAR = "{heading}の列が、どの年度の値か分かりません。"
WRITE_YEAR = "見出しを「令和6年度実績」のようにするか、「列の対応づけ」で年度を選んでください。"
NO_YEAR = "年度が書かれていません。"
UNREADABLE_YEAR = "{written}は年度として読めません。"
YEAR_EXAMPLE = "「令和6年度」か「2024」のように書いてください。"
NO_INDICATOR = "どの指標の値か分かりません。"
WRITE_KEY = "この行に、番号か指標名を書いてください。"
CODE_AS_DATE = "番号が Excel で日付に変わっているため、指標名で合わせました。"
CODE_IS_DATE = "番号が Excel で日付に変わっています。"
WRITE_CODE_AS_TEXT = "表示形式を「文字列」にして、番号を書き直してください。"
OTHER_UNIT = "単位の列が「{written}」です。この指標の単位は「{unit}」です。値の単位を確かめてください。"
OTHER_SCALE = "単位の列が「{written}」です。この指標の単位は「{unit}」です。"
COUNT_IN = "値を「{unit}」で書き直し、単位も「{unit}」にしてください。"
SUM_ROW = "{place}の「{name}」の行は、合計なので読みませんでした。"
TAKEN_FROM_TITLE = "{place}の「{heading}」は、表題から{year}の値と読みました。"
HIDDEN_ROWS = "シート「{sheet}」の非表示の行（{rows}行目）の値も読みました。"
OWN_ROWS = "内訳「{parts}」の行に、1つずつ書いてください。"
OTHER_STRATEGY = "戦略「{written}」の行です。ここは「{slug}」の取込です。"
THIS_STRATEGY = "その戦略の取込で読み込むか、行を消してください。"


@dataclass(frozen=True)
class KeyCells:
    """What the key columns of a row say, merged cells and 〃 filled in."""

    texts: dict[ColumnRole, str]
    year_cell: Cell
    code_is_date: bool

    def of(self, role: ColumnRole) -> str:
        return self.texts.get(role, "")


@dataclass(frozen=True)
class Unclear:
    """A cell that says neither a number nor a reason, such as 「－」: a problem only where its column has numbers of that year."""

    column: tuple[str, int, int]
    problem: Problem


@dataclass
class Found:
    """What has been found in the rows so far."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class TableReader:
    """Reads one table. `stand_ins` name the indicators of rows whose own key cells are empty."""

    def __init__(self, table: Table, plan: KnownPlan, names: Names, stand_ins: dict[int, KnownIndicator] | None = None):
        self.table, self.plan, self.names, self.stand_ins = table, plan, names, stand_ins or {}
        self.found = Found()
        self.keys = {column.role: column.index for column in reversed(table.columns) if column.role in KEYS}
        rows = range(table.first_row, table.last_row)
        self.merged = merged_origins(table.sheet, rows, set(self.keys.values()))
        self.slots = tuple(self._readable_slots())
        self.inputs = tuple({index for slot in self.slots for index in slot.indices})
        self.above: dict[ColumnRole, Cell] = {}

    def read(self) -> Found:
        """All rows, with all their problems at once."""
        self._check_codes()
        for row in range(self.table.first_row, self.table.last_row):
            self._read_row(row, self.table.sheet.rows[row])
        self._note_hidden_rows()
        return self.found

    def _note_hidden_rows(self) -> None:
        """Values that nobody saw on the screen are taken like all others, and said."""
        rows = sorted({entry.place.row + 1 for entry in self.found.entries} & {row + 1 for row in self.table.sheet.hidden_rows})
        if rows:
            shown = "・".join(map(str, rows[:MOST_NAMED])) + (" ほか" if len(rows) > MOST_NAMED else "")
            self.found.notes.append(HIDDEN_ROWS.format(sheet=self.table.sheet.name, rows=shown))

    def _readable_slots(self) -> Iterator[Slot]:
        """Those of the plan's years; the others are said once per column."""
        for slot in self.table.slots:
            value = slot.columns.get(ColumnRole.VALUE)
            if slot.fiscal_year is None and not self.table.is_long:
                self._say_year_is_unknown(slot, value)
            elif slot.fiscal_year is not None and slot.fiscal_year not in self.plan.fiscal_years:
                self._note_column(OUTSIDE_COLUMN, value or next(iter(slot.columns.values())))
            else:
                if value is not None and value.fiscal_year is None and slot.fiscal_year is not None:
                    self._note_column(TAKEN_FROM_TITLE, value, era_long(slot.fiscal_year))
                yield slot

    def _say_year_is_unknown(self, slot: Slot, value: Column | None) -> None:
        column = value or next(iter(slot.columns.values()))
        rows = self.table.sheet.rows[self.table.first_row : self.table.last_row]
        if any(not is_blank(row[index]) for row in rows for index in slot.indices):
            text = column.problem or WHICH_YEAR.format(heading=shown_heading(column.heading))
            self._problem(self.table.heading_row, column.index, text, "" if column.problem else WRITE_YEAR)

    def _note_column(self, text: str, column: Column, year: str = "") -> None:
        place = f"{self.table.sheet.name}!{address(self.table.heading_row, column.index)}"
        years = self.plan.fiscal_years
        self.found.notes.append(text.format(place=place, heading=folded(column.heading)[:40], year=year, first=years[0], last=years[-1]))

    def indicators(self) -> list[KnownIndicator]:
        """The indicators that the rows name, whether or not they have an answer."""
        named = (self._named(self._key(row, self.table.sheet.rows[row])) for row in range(self.table.first_row, self.table.last_row))
        found = [match.indicator for match in named if match.indicator]
        self.above = {}
        return found

    def _check_codes(self) -> None:
        """A column 「No.」 that only counts the rows is no column of codes, if there are names."""
        column, name = self.table.first(ColumnRole.CODE), self.table.first(ColumnRole.NAME)
        if column is None or name is None:
            return
        rows = self.table.sheet.rows[self.table.first_row : self.table.last_row]
        # A note below the table 「※…」 stands in the first column too, without a name beside it.
        written = [row[column.index] for row in rows if not is_blank(row[column.index]) and not is_blank(row[name.index])]
        counts = all(text_of(cell).strip(" .()（）").isdigit() for cell in written)
        if written and counts and not any(self.names.knows_code(text_of(cell)) for cell in written):
            del self.keys[ColumnRole.CODE]
            self.found.notes.append(NOT_CODED.format(heading=folded(column.heading)[:40]))

    def _read_row(self, row: int, cells: tuple[Cell, ...]) -> None:
        key = self._key(row, cells)
        filled = [cells[index] for index in self.inputs if not is_blank(cells[index])]
        if not filled or _is_note(key, filled) or not self._is_of_an_indicator(row, key):
            return
        match = self._match(row, key)
        if match.indicator is None:
            self._problem(row, self._key_column(key, match), match.problem, match.remedy)
            return
        unit = self._unit_doubt(row, key, match.indicator)
        if unit is None:
            return
        warnings = tuple(filter(None, (match.warning, unit)))
        for slot in self.slots:
            self._read_slot(row, cells, key, slot, match.indicator, warnings)

    def _key(self, row: int, cells: tuple[Cell, ...]) -> KeyCells:
        """The key cells' texts. What is empty in a merged area, says 〃, or names only the year, means what stands above."""
        found = {role: self._key_cell(row, cells, role, index) for role, index in self.keys.items()}
        self._inherit(found)
        self.above = found
        texts = {role: text_of(cell).strip() for role, cell in found.items()}
        code = found.get(ColumnRole.CODE)
        return KeyCells(texts, found.get(ColumnRole.YEAR, EMPTY), code is not None and isinstance(code.value, date))

    def _key_cell(self, row: int, cells: tuple[Cell, ...], role: ColumnRole, index: int) -> Cell:
        at, left = self.merged.get((row, index), (row, index))
        cell = cells[left] if at == row else self.table.sheet.rows[at][left]
        if isinstance(cell.value, str) and len(cell.value) <= LONGEST_DITTO and DITTO.fullmatch(folded(cell.value)):
            return self.above.get(role, cell)
        return cell

    def _inherit(self, found: dict[ColumnRole, Cell]) -> None:
        """A group's name written once, beside its first 内訳 or year only."""
        if any(role in found and not is_blank(found[role]) for role in NAMING):
            return
        said = [role for role in (ColumnRole.BREAKDOWN, ColumnRole.YEAR) if role in found and not is_blank(found[role])]
        inherited = NAMING if ColumnRole.BREAKDOWN in said else (*NAMING, ColumnRole.BREAKDOWN, ColumnRole.UNIT)
        for role in inherited if said else ():
            if role in found and is_blank(found[role]):
                found[role] = self.above.get(role, found[role])

    def _is_of_an_indicator(self, row: int, key: KeyCells) -> bool:
        """Not a repeated heading, a sum, or a note below the table."""
        code, name = key.of(ColumnRole.CODE), key.of(ColumnRole.NAME)
        written = name or code
        if names_indicators(code) or names_indicators(name):
            return False
        if name_key(written) in SUMS:
            place = f"{self.table.sheet.name}!{row + 1}行目"
            self.found.notes.append(SUM_ROW.format(place=place, name=folded(written)))
            return False
        return not NOTE_MARK.match(folded(written)) or bool(self.names.find(code, key.of(ColumnRole.BREAKDOWN), name).indicator)

    def _match(self, row: int, key: KeyCells) -> Match:
        stand_in = self.stand_ins.get(row)
        if stand_in and not key.of(ColumnRole.CODE) and not key.of(ColumnRole.NAME):
            return Match(stand_in)
        return self._other_strategy(key) or self._named(key)

    def _named(self, key: KeyCells) -> Match:
        code, part, name = key.of(ColumnRole.CODE), key.of(ColumnRole.BREAKDOWN), key.of(ColumnRole.NAME)
        if key.code_is_date:
            return self._match_without_code(part, name)
        if not code and not name:
            return Match(problem=NO_INDICATOR, remedy=WRITE_KEY)
        return self.names.find(code, part, name)

    def _match_without_code(self, part: str, name: str) -> Match:
        found = self.names.find("", part, name) if name else Match()
        if found.indicator is None:
            return Match(problem=CODE_IS_DATE, remedy=WRITE_CODE_AS_TEXT, is_about_code=True)
        return replace(found, warning=CODE_AS_DATE + found.warning)

    def _other_strategy(self, key: KeyCells) -> Match | None:
        written = key.of(ColumnRole.STRATEGY)
        if not written or not self.plan.slug or written == self.plan.slug:
            return None
        return Match(problem=OTHER_STRATEGY.format(written=folded(written)[:40], slug=self.plan.slug), remedy=THIS_STRATEGY)

    def _key_column(self, key: KeyCells, match: Match) -> int:
        """Where a problem of the key is shown: at the code if it is about that, else the first key cell with a text."""
        shown = (*((ColumnRole.CODE,) if match.is_about_code else ()), ColumnRole.NAME, ColumnRole.CODE, ColumnRole.BREAKDOWN)
        wanted = next((role for role in shown if key.of(role)), None)
        return self.keys[wanted] if wanted else min(self.keys.values(), default=0)

    def _unit_doubt(self, row: int, key: KeyCells, indicator: KnownIndicator) -> str | None:
        """A warning for another unit, empty for the same; None when it is a problem, which is noted."""
        written = key.of(ColumnRole.UNIT)
        one, other = unit_key(written), unit_key(indicator.unit)
        if not written or not indicator.unit or one == other or {one, other} == PERSON_COUNTERS:
            return ""
        if unit_of(written).base != unit_of(indicator.unit).base:
            return OTHER_UNIT.format(written=written, unit=indicator.unit)
        text = OTHER_SCALE.format(written=written, unit=indicator.unit)
        self._problem(row, self.keys[ColumnRole.UNIT], text, COUNT_IN.format(unit=indicator.unit), indicator)
        return None

    def _read_slot(self, row, cells, key: KeyCells, slot: Slot, indicator: KnownIndicator, warnings: tuple[str, ...]) -> None:
        chosen = {role: cells[column.index] for role, column in slot.columns.items()}
        answer = answer_of(chosen, indicator, slot.state)
        if not answer.says_something and not answer.troubles:
            return
        year = slot.fiscal_year if slot.fiscal_year is not None else self._year(row, key, indicator)
        if year is None:
            return
        for trouble in answer.troubles:
            self._add_trouble(row, slot, year, trouble, indicator)
        if not answer.troubles:
            self.found.entries.append(self._entry(row, slot, year, indicator, answer, warnings, cells))

    def _year(self, row: int, key: KeyCells, indicator: KnownIndicator) -> int | None:
        """The year that the row names, if it is one of the plan's; its problem is noted."""
        year, problem, remedy = row_year(key.year_cell.value, self.plan.fiscal_years)
        if problem:
            self._problem(row, self.keys[ColumnRole.YEAR], problem, remedy, indicator)
        return year

    def _entry(self, row, slot: Slot, year: int, indicator: KnownIndicator, answer: Answer, warnings, cells) -> Entry:
        index = _first_filled(slot, cells)
        return Entry(
            place=Place(self.table.sheet.name, row, index),
            indicator=indicator,
            fiscal_year=year,
            written=text_of(cells[index]),
            value=answer.value,
            state=answer.state,
            missing_reason=answer.missing_reason,
            expected_month=answer.expected_month,
            comment=answer.comment,
            evidence=answer.evidence,
            warnings=(*warnings, *answer.warnings),
            is_met=answer.is_met,
            note=answer.note,
        )

    def _add_trouble(self, row: int, slot: Slot, year: int, trouble: Trouble, indicator: KnownIndicator) -> None:
        column = slot.columns.get(trouble.role) or next(iter(slot.columns.values()))
        about = f"{key_of(indicator)} {label_of(indicator)} {era_long(year)}"
        remedy = self._rows_to_use(indicator) if trouble.remedy == ONE_A_ROW else trouble.remedy
        problem = replace(self._made_problem(row, column.index, trouble.text, remedy, about), indicator=indicator, fiscal_year=year)
        if trouble.is_unclear:
            self.found.unclear.append(Unclear((self.table.sheet.name, column.index, year), problem))
        else:
            self.found.problems.append(problem)

    def _rows_to_use(self, indicator: KnownIndicator) -> str:
        """Which rows take the two values of one cell: those of the indicator's own 内訳, if it has any."""
        parts = [known.breakdown for known in self.plan.indicators if known.code == indicator.code and known.breakdown]
        return OWN_ROWS.format(parts="」「".join(parts[:MOST_NAMED])) if len(parts) > 1 else ONE_A_ROW

    def _problem(self, row: int, column: int, text: str, remedy: str, indicator: KnownIndicator | None = None) -> None:
        about = f"{key_of(indicator)} {label_of(indicator)}" if indicator else ""
        self.found.problems.append(self._made_problem(row, column, text, remedy, about))

    def _made_problem(self, row: int, column: int, text: str, remedy: str, about: str) -> Problem:
        written = excerpt(text_of(self.table.sheet.rows[row][column]).strip())[1:-1]
        return Problem(Place(self.table.sheet.name, row, column), written, text, remedy, about)


def _is_note(key: KeyCells, filled: list[Cell]) -> bool:
    """A note that stands below the values because theirs is the first column."""
    return not any(key.texts.values()) and all(isinstance(cell.value, str) and NOTE_MARK.match(folded(cell.value)) for cell in filled)


def _first_filled(slot: Slot, cells: tuple[Cell, ...]) -> int:
    """The value's own cell, or that of the reason or comment where the value is empty."""
    value = slot.columns.get(ColumnRole.VALUE)
    if value and not is_blank(cells[value.index]):
        return value.index
    indices = sorted(slot.indices)
    return next((index for index in indices if not is_blank(cells[index])), value.index if value else indices[0])


@lru_cache(maxsize=4096)
def row_year(value: str | Decimal | date | bool | None, years: range) -> tuple[int | None, str, str]:
    """The fiscal year in a column of years, or (None, problem, remedy)."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None, NO_YEAR, YEAR_EXAMPLE
    found = read_year(value, anchor=years)
    if found is None or found.fiscal_year is None:
        written = excerpt(folded(text_of(Cell(value))))
        problem = found.problem if found else ""
        return None, problem or UNREADABLE_YEAR.format(written=written), "" if problem else YEAR_EXAMPLE
    if found.fiscal_year not in years:
        return None, OUTSIDE.format(year=f"{found.fiscal_year}年度", first=years[0], last=years[-1]), DROP_ROW
    return found.fiscal_year, "", ""
