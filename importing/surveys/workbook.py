"""A survey as an Excel workbook that a division fills in and sends back."""
import io
import re
import zipfile
from collections.abc import Iterable

from xlsxwriter import Workbook

from common.fiscal import era_long
from importing.surveys.cells import Formats
from importing.surveys.content import Survey
from importing.surveys.guide import write_guide
from importing.surveys.input_sheet import InputSheet, title_of
from importing.surveys.keys import GUIDE_SHEET, INPUT_SHEET, KEYS_SHEET, SurveyKeys, key_lines

# A text stays a text, whatever it looks like.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NEVER_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def survey_file_name(survey: Survey) -> str:
    """「調査票_令和6年度_農林課.xlsx」."""
    return f"調査票_{era_long(survey.fiscal_year)}_{NEVER_IN_FILE_NAMES.sub('_', survey.division)}.xlsx"


def zip_file_name(fiscal_year: int) -> str:
    return f"調査票_{era_long(fiscal_year)}.zip"


def zip_of(surveys: Iterable[Survey]) -> bytes:
    """All workbooks in one archive, Japanese names marked as UTF-8. Raises SheetError as `workbook_of`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for survey in surveys:
            archive.writestr(survey_file_name(survey), workbook_of(survey))
    return file.getvalue()


def workbook_of(survey: Survey) -> bytes:
    """The .xlsx file. Raises SheetError for a text that is longer than a cell can hold."""
    file = io.BytesIO()
    book = Workbook(file, OPTIONS)
    book.set_properties({"title": title_of(survey), "author": survey.strategy.municipality, "created": survey.made_at.replace(tzinfo=None)})
    formats = Formats(book)
    guide, sheet = book.add_worksheet(GUIDE_SHEET), book.add_worksheet(INPUT_SHEET)
    write_guide(guide, survey, formats)
    _write_keys(book, InputSheet(sheet, survey, formats).write())
    sheet.activate()
    book.close()
    return file.getvalue()


def _write_keys(book: Workbook, keys: SurveyKeys) -> None:
    sheet = book.add_worksheet(KEYS_SHEET)
    for row, line in enumerate(key_lines(keys)):
        for column, value in enumerate(line):
            if value != "":
                write = sheet.write_number if isinstance(value, int) else sheet.write_string
                write(row, column, value)
    sheet.protect()
    sheet.very_hidden()
