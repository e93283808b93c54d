"""The import reads what people send, by its content; what it cannot read it refuses in one sentence, quickly and in little memory."""
import json
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import pytest

from common.sheets import SheetError, write_csv, write_xlsx
from importing import reader
from importing.book import FORMULA_WITHOUT_RESULT, Cell, address
from importing.reader import read_book
from tests import awkward_books as books
from tests.awkward_books import LARGE, REFUSED, a_row, a_worksheet, an_ods, an_ods_cell, an_ods_row, an_xlsx, formatted, one_row
from tests.variables import ROOT

SECONDS = 5
MEGABYTES = 300
A_DAY = date(2024, 3, 1)
CSV_TEXT = "指標,令和6年度\r\n新規就農者数,△1\r\n"

# Reads the files named on the command line; tells for each what came out and what it took of a processor, then the most memory ever held.
MEASURE = """
import json, os, resource, sys
from common.sheets import SheetError
from importing.reader import read_book

def outcome(path):
    started = sum(os.times()[:4])
    try:
        with open(path, "rb") as file:
            told = f"{len(read_book(file.read(), 'awkward').sheets)} sheets"
    except SheetError as error:
        told = str(error)
    return told, sum(os.times()[:4]) - started

outcomes = {path: outcome(path) for path in sys.argv[1:]}
with open("/proc/self/status") as status:
    own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps([outcomes, max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) // 1024]))
"""


def first_row(data: bytes, name: str = "実績.xlsx") -> list:
    return [cell.value for cell in read_book(data, name).sheets[0].rows[0]]


def values(sheet) -> list[list]:
    return [[cell.value for cell in row] for row in sheet.rows]


@pytest.mark.parametrize(("place", "name"), [((0, 0), "A1"), ((7, 7), "H8"), ((0, 25), "Z1"), ((0, 26), "AA1"), ((1_048_575, 16_383), "XFD1048576")])
def test_a_cell_is_named_as_in_a_spreadsheet(place, name):
    assert address(*place) == name


def test_a_workbook_is_read_whole():
    book = read_book(books.by_xlsxwriter(books.an_actuals_sheet), "実績.xlsx")
    sheet = book.sheets[0]
    assert book.file_name == "実績.xlsx"
    assert [(sheet.name, sheet.is_hidden) for sheet in book.sheets] == [("実績", False), ("控え", True), ("極秘", True)]
    assert values(sheet)[:4] == [["指標", "令和6年度"], ["新規就農者数", Decimal(12)], [None, A_DAY], [None, Decimal("0.64")]]
    assert sheet.rows[3][1] == Cell(Decimal("0.64"), "0%")
    assert sheet.merged == ((5, 0, 5, 1),)
    assert len(sheet.rows) == 6


STYLES = '<cellXfs><xf numFmtId="0"/></cellXfs>'
PHONETIC = '<si><r><t>北</t></r><r><t>斗市</t></r><rPh sb="0" eb="1"><t>ホクト</t></rPh></si>'
CELLS = {
    "a whole number": (one_row("<c><v>12</v></c>"), Decimal(12)),
    "a number as people see it": (one_row("<c><v>0.28999999999999998</v></c>"), Decimal("0.29")),
    "a tiny number": (one_row("<c><v>1E-7</v></c>"), Decimal("0.0000001")),
    "a number beyond all numbers": (one_row("<c><v>1E999</v></c>"), "#NUM!"),
    "an error": (one_row('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>'), "#DIV/0!"),
    "a yes": (one_row('<c t="b"><v>1</v></c>'), True),
    "a formula with its result": (one_row("<c><f>1+1</f><v>2</v></c>"), Decimal(2)),
    "a formula with a text": (one_row('<c t="str"><f>A2</f><v>約10</v></c>'), "約10"),
    "a formula never calculated": (one_row("<c><f>1+1</f><v></v></c>"), FORMULA_WITHOUT_RESULT),
    "a formula without any value": (one_row('<c t="str"><f>1+1</f></c>'), FORMULA_WITHOUT_RESULT),
    "rich text with a reading": (one_row('<c t="s"><v>0</v></c>', strings=PHONETIC), "北斗市"),
    "an inline text with a reading": (one_row('<c t="inlineStr"><is><t>北斗市</t><rPh sb="0" eb="2"><t>ホクト</t></rPh></is></c>'), "北斗市"),
    "spaces around a text": (one_row('<c t="inlineStr"><is><t xml:space="preserve"> 約10 </t></is></c>'), " 約10 "),
    "an escaped line break": (one_row('<c t="str"><v>a_x000D_b_x005F_x000D_</v></c>'), "a\rb_x000D_"),
    "signs no text can hold": (one_row('<c t="str"><v>a_x0000_b_xD83D_</v></c>'), "ab_xD83D_"),
    "an apostrophe before a formula": (one_row('<c t="str"><v>\'=1+1</v></c>'), "=1+1"),
    "an apostrophe of its own": (one_row("<c t=\"str\"><v>'24年度</v></c>"), "'24年度"),
    "a date of the strict kind": (one_row('<c t="d"><v>2024-03-01T00:00:00</v></c>'), A_DAY),
    "a cell with a prefix": (an_xlsx('<x:worksheet xmlns:x="x"><x:sheetData><x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'), Decimal(7)),
    "a percentage": (formatted("0.0%", "0.875"), Decimal("0.875")),
    "a date": (formatted("yyyy/m/d", "45352"), A_DAY),
    "a date and a time": (formatted("m/d/yy h:mm", "45352.5"), datetime(2024, 3, 1, 12)),
    "a Japanese year": (formatted('[$-411]ggge"年"', "45352"), A_DAY),
    "a built-in Japanese date": (formatted("28", "45352"), A_DAY),
    "a built-in western date": (formatted("14", "45352"), A_DAY),
    "a date counted from 1904": (formatted("14", "43890", '<workbookPr date1904="1"/>'), A_DAY),
    "a date before the leap day that never was": (formatted("14", "59"), date(1900, 2, 28)),
    "no date at all": (formatted("14", "0"), "1900/1/0"),
    "a date before all dates": (formatted("14", "-1"), "######"),
    "a time of day": (formatted("h:mm", "0.5625"), "13:30"),
    "hours beyond a day": (formatted("[h]:mm", "1.5"), "36:00"),
    "a unit in the format": (formatted('#,##0"years"', "7"), Decimal(7)),
    "a colour in the format": (formatted("[Red]-0;[Yellow]0", "7"), Decimal(7)),
    "the ordinary format of Japanese Excel": (formatted("G/標準", "7"), Decimal(7)),
    "an exponent": (formatted("0.00E+00", "7"), Decimal(7)),
    "an old percentage": (books.by_xlwt(lambda book: book.add_sheet("a").write(0, 0, 0.5, books.xlwt.easyxf(num_format_str="0%"))), Decimal("0.5")),
    "a number of an .ods": (an_ods_row(an_ods_cell("float", 'office:value="1234.5"', "1,234.5")), Decimal("1234.5")),
    "a date of an .ods": (an_ods_row(an_ods_cell("date", 'office:date-value="2024-03-01"', "R6.3.1")), A_DAY),
    "a time of an .ods": (an_ods_row(an_ods_cell("time", 'office:time-value="PT13H30M00S"', "13:30")), "13:30"),
    "a yes of an .ods": (an_ods_row(an_ods_cell("boolean", 'office:boolean-value="true"', "TRUE")), True),
    "an error of an .ods": (an_ods_row(an_ods_cell("string", 'office:string-value="" calcext:value-type="error"', "#N/A")), "#N/A"),
    "an error of an older .ods": (an_ods_row(an_ods_cell("float", 'office:value="0"', "#DIV/0!")), "#DIV/0!"),
    "an .ods formula never calculated": (an_ods_row('<table:table-cell table:formula="of:=1+1"/>'), FORMULA_WITHOUT_RESULT),
    "a commented text of an .ods": (
        an_ods_row(an_ods_cell("string", "", '北<text:s text:c="2"/>斗', "<office:annotation><text:p>誰？</text:p></office:annotation>")),
        "北  斗",
    ),
    "a drawing over an .ods cell": (an_ods_row(an_ods_cell("string", "", "値", "<draw:frame><text:p>図</text:p></draw:frame>")), "値"),
    "an .ods text with a reading": (
        an_ods_row(an_ods_cell("string", "", "<text:ruby><text:ruby-base>北斗</text:ruby-base><text:ruby-text>ほくと</text:ruby-text></text:ruby>市")),
        "北斗市",
    ),
    "two paragraphs of an .ods": (an_ods_row(an_ods_cell("string", "", "上</text:p><text:p>下")), "上\n下"),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_says_what_was_typed(name):
    data, value = CELLS[name]
    assert first_row(data) == [value]
    assert type(first_row(data)[0]) is type(value)


@pytest.mark.parametrize(("code", "kept"), [("0.0%", "0.0%"), ("10", "0.00%"), ("31", 'yyyy"年"m"月"d"日"'), ("0", "General"), ("999", "General")])
def test_the_number_format_is_kept(code, kept):
    assert read_book(formatted(code, "1"), "a.xlsx").sheets[0].rows[0][0].number_format == kept


def test_a_formula_written_by_a_program_is_told_from_an_empty_cell():
    book = read_book(books.by_openpyxl(lambda book: book.active.append([1, None, "=SUM(A1)"])), "a.xlsx")
    assert values(book.sheets[0]) == [[Decimal(1), None, FORMULA_WITHOUT_RESULT]]


def test_cells_and_rows_without_an_address_follow_one_another():
    sheet = '<row><c><v>1</v></c><c r="D1"><v>2</v></c><c><v>3</v></c></row><row r="3"><c><v>4</v></c></row><row><c><v>5</v></c></row>'
    rows = values(read_book(an_xlsx(a_worksheet(sheet)), "a.xlsx").sheets[0])
    assert [[cell for cell in row if cell] for row in rows] == [[1, 2, 3], [], [4], [5]]
    assert {len(row) for row in rows} == {5}


@pytest.mark.parametrize("cell", ['<c r="XFD1048576" s="0"/>', '<c r="XFD1048576" t="str"><v> </v></c>'])
def test_a_far_cell_without_a_value_is_no_cell(cell):
    sheet = read_book(an_xlsx(a_worksheet(books.ONE_CELL + f'<row r="1048576">{cell}</row>'), styles=STYLES), "a.xlsx").sheets[0]
    assert values(sheet) == [[1]]


def test_merged_ranges_end_with_the_sheet():
    beside = "".join(f'<mergeCell ref="{ref}"/>' for ref in ("A1:XFD1048576", "A1:A1", "A1:B2", "C9:D9"))
    sheet = a_row('<c r="A1"><v>1</v></c>', '<c r="B1"><v>2</v></c>')
    assert read_book(an_xlsx(a_worksheet(sheet, beside)), "a.xlsx").sheets[0].merged == ((0, 0, 0, 1), (0, 0, 0, 1))


def test_merged_ranges_of_every_kind_of_file_are_given():
    ods = an_ods(
        '<table:table table:name="表"><table:table-row><table:table-cell table:number-columns-spanned="2" office:value-type="string">'
        "<text:p>上</text:p></table:table-cell><table:covered-table-cell/><table:table-cell><text:p>右</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert read_book(ods, "a.ods").sheets[0].merged == ((0, 0, 0, 1),)
    assert read_book(books.by_xlwt(books.an_old_book), "a.xls").sheets[0].merged == ((1, 0, 1, 1),)


def test_an_old_workbook_is_read_like_a_new_one():
    book = read_book(books.by_xlwt(books.an_old_book), "実績.xls")
    assert [(sheet.name, sheet.is_hidden) for sheet in book.sheets] == [("実績", False), ("控え", True)]
    assert values(book.sheets[0])[0] == ["指標", Decimal("0.875"), A_DAY, Decimal(1234), "#DIV/0!", True]
    assert book.sheets[0].rows[0][1].number_format == "0.0%"


def test_an_open_document_is_read_with_its_repeated_and_hidden_parts():
    styles = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
    half = an_ods_cell("percentage", 'office:value="0.5" table:number-columns-repeated="2"', "50%")
    twice = f'<table:table-row table:number-rows-repeated="2">{half}'
    endless = '<table:table-cell table:number-columns-repeated="16380"/></table:table-row><table:table-row table:number-rows-repeated="1048574"/>'
    rule = "<table:content-validations><table:error-message><text:p>数を入れてください。</text:p></table:error-message></table:content-validations>"
    table = f'{rule}<table:table table:name="控え" table:style-name="ta1">{twice}{endless}</table:table>'
    sheet = read_book(an_ods(table, styles), "a.ods").sheets[0]
    assert (sheet.name, sheet.is_hidden) == ("控え", True)
    assert sheet.rows == ((Cell(Decimal("0.5"), "0%"),) * 2,) * 2


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932"])
def test_a_csv_is_read_in_the_encodings_excel_writes(codec):
    sheet = read_book(CSV_TEXT.encode(codec), "実績 R6.csv").sheets[0]
    assert sheet.name == "実績 R6"
    assert values(sheet) == [["指標", "令和6年度"], ["新規就農者数", "△1"]]


def test_a_csv_keeps_signs_only_windows_knows():
    assert first_row("①,㈱北斗,髙橋,～".encode("cp932"), "a.csv") == ["①", "㈱北斗", "髙橋", "～"]


@pytest.mark.parametrize("name", ["a.xls", "a.csv", "a.ods", "a", ""])
def test_what_a_file_is_its_content_says(name):
    assert first_row(one_row("<c><v>1</v></c>"), name) == [1]
    assert first_row(books.by_xlwt(books.an_old_book), name)[0] == "指標"


def test_a_workbook_with_macros_gives_its_values():
    assert first_row(books.with_macros(), "a.xlsm") == ["マクロ付き"]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_what_we_write_is_read_back(write):
    cells = [["指標", "'=1+1", "=1+1"], ["-5", "@x", "'x"]]
    shown = [[f"'{text}" if text[:2] in ("'=", "=1", "-5", "@x") else text for text in row] for row in cells]
    assert values(read_book(write(shown[0], shown[1:]), "a").sheets[0]) == cells


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> tuple[dict[str, tuple[str, float]], int]:
    """What became of each awkward file and in how many seconds, and the megabytes a process that read them all ever held."""
    folder = tmp_path_factory.mktemp("awkward")
    paths = {name: folder / str(number) for number, name in enumerate(REFUSED | LARGE)}
    for name, (make, _) in (REFUSED | LARGE).items():
        paths[name].write_bytes(make())
    told = subprocess.run([sys.executable, "-c", MEASURE, *paths.values()], cwd=ROOT, capture_output=True, text=True, check=True)
    found, megabytes = json.loads(told.stdout)
    return {name: found[str(path)] for name, path in paths.items()}, megabytes


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_in_plain_words(outcomes, name):
    told, _ = outcomes[0][name]
    assert told.startswith(REFUSED[name][1])
    assert told.endswith("ください。")
    assert told.count("。") == 2
    assert not any(word in told for word in ("不正", "無効", "エラー"))


@pytest.mark.parametrize("name", LARGE)
def test_large_files_within_the_limits_are_read(outcomes, name):
    assert outcomes[0][name][0] == LARGE[name][1]


@pytest.mark.parametrize("name", REFUSED | LARGE)
def test_no_file_keeps_anybody_waiting(outcomes, name):
    assert outcomes[0][name][1] < SECONDS


def test_no_file_takes_much_memory(outcomes):
    assert outcomes[1] < MEGABYTES


def test_a_file_that_keeps_its_reader_busy_is_given_up(monkeypatch):
    monkeypatch.setattr(reader, "CHILD_SECONDS", 0.01)
    with pytest.raises(SheetError, match=r"^古い形式（.xls）のファイルとして読めません。"):
        read_book(books.by_xlwt(books.an_old_book), "a.xls")


@pytest.mark.parametrize("greed", ["bytearray(300 * 1024 * 1024)", "os.write(os.open('x', os.O_CREAT | os.O_WRONLY), b'x')"])
def test_the_reader_of_old_files_cannot_take_more_than_its_share(greed, tmp_path):
    code = f"import os; from importing.legacy_reader import stay_small; os.chdir({str(tmp_path)!r}); stay_small(); {greed}"
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=30, check=False)
    assert child.returncode != 0
