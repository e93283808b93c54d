"""Spreadsheet files for tests: made from rows, sent to the admin, read back."""
from django.core.files.uploadedfile import SimpleUploadedFile

from common.sheets import Sheet, read_sheet, write_csv, write_xlsx
from tests.admin_pages import admin_url

WRITERS = {"csv": write_csv, "xlsx": write_xlsx}
FORMATS = {"xlsx": "0", "csv": "1"}


def a_file(rows: list[dict], kind: str = "xlsx", name: str = "実績") -> SimpleUploadedFile:
    """A file whose headings are the first row's keys."""
    headers = list(rows[0])
    return SimpleUploadedFile(f"{name}.{kind}", WRITERS[kind](headers, [[row.get(header) for header in headers] for row in rows]))


def exported(client, model, kind: str = "xlsx") -> bytes:
    """What the export page of that model gives."""
    response = client.post(admin_url(model, "export"), {"format": FORMATS[kind], "resource": "0"})
    assert response.status_code == 200
    assert response["Content-Disposition"].endswith(f'.{kind}"')
    return response.content


def exported_rows(client, model, kind: str = "xlsx") -> list[dict]:
    return as_rows(read_sheet(exported(client, model, kind)))


def as_rows(sheet: Sheet) -> list[dict]:
    return [dict(zip(sheet.headers, cells, strict=True)) for _, cells in sheet.rows]


def preview(client, model, file: SimpleUploadedFile, reason: str = ""):
    """Upload the file to the import page; the preview is response.context["preview"]."""
    return client.post(admin_url(model, "import"), {"import_file": file, "reason": reason})


def confirm(client, model, response):
    """Press 「取り込む」 on a preview page."""
    upload = response.context["confirm_form"].initial["upload"]
    return client.post(admin_url(model, "process_import"), {"upload": upload}, follow=True)


def take_in(client, model, rows: list[dict], reason: str = "", kind: str = "xlsx"):
    """Upload, preview and confirm a file without problems."""
    response = preview(client, model, a_file(rows, kind), reason)
    assert problems(response) == [], problems(response)
    return confirm(client, model, response)


def problems(response) -> list[str]:
    """The problems a preview lists."""
    return [str(problem) for problem in response.context["preview"].problems]
