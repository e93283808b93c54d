"""The entry sheet sent as one form: what browsers without JavaScript do. Each row is saved by itself, and nothing that was typed is lost."""
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from accounts.models import User
from collecting.actions import ConflictError
from collecting.cells import RowFields
from collecting.evidence import add_evidence, remove_evidence
from collecting.row_entry import WHOLE_ROW, take_row
from collecting.sheet import Sheet, row_for
from collecting.sheet_rows import Clash, SheetRow

# What somebody chose where another had written first.
THEIRS = "theirs"
CHANGED_MEANWHILE = "ほかの人が、先に値を変えています。画面を読み込み直してから、もう一度付けてください。"


def sent_row(posted: QueryDict, pk: int) -> RowFields:
    """One row of the form; its inputs are called `value-<pk>` and so on."""
    return RowFields.read(lambda name: posted.get(f"{name}-{pk}"))


@dataclass(frozen=True)
class Refusal:
    """Why a row was not taken; `fields` is what was typed, None where only its file was refused."""

    problems: Mapping[str, str] = field(default_factory=dict)
    clash: Clash | None = None
    fields: RowFields | None = None

    def on(self, row: SheetRow) -> SheetRow:
        """The row as it is stored by now, with what could not be taken."""
        return replace(row, fields=self.fields or row.fields, problems=self.problems, clash=self.clash)


def save_sheet(sheet: Sheet, posted: QueryDict, files: Mapping[str, UploadedFile], *, by: User) -> dict[int, Refusal]:
    """Save what can be saved; what could not, by the indicators' keys."""
    refused = {}
    for row in sheet.rows:
        if row.closed or f"version-{row.pk}" not in posted:
            continue
        refusal = _save_row(sheet, row, posted, by) or _save_files(sheet, row, posted, files.get(f"file-{row.pk}"), by)
        if refusal:
            refused[row.pk] = refusal
    return refused


def with_refusals(sheet: Sheet, refused: Mapping[int, Refusal]) -> Sheet:
    """The sheet as it is stored, with what could not be taken in its rows."""
    return sheet.with_rows({row.pk: refused[row.pk].on(row) for row in sheet.rows if row.pk in refused})


def _save_row(sheet: Sheet, row: SheetRow, posted: QueryDict, by: User) -> Refusal | None:
    sent = sent_row(posted, row.pk)
    if sent == row.fields or posted.get(f"keep-{row.pk}") == THEIRS:
        return None
    outcome = take_row(row=row, sent=sent, collection=sheet.collection, by=by)
    if outcome.clash:
        # The next saving means it: it carries the version that is shown now.
        return Refusal(clash=outcome.clash, fields=replace(sent, version=outcome.clash.fields.version))
    return Refusal(outcome.problems, fields=sent) if outcome.problems else None


def _save_files(sheet: Sheet, row: SheetRow, posted: QueryDict, upload: UploadedFile | None, by: User) -> Refusal | None:
    unwanted = set(posted.getlist("remove_file"))
    try:
        for evidence in row.files:
            if str(evidence.pk) in unwanted:
                remove_evidence(evidence=evidence, by=by)
    except ValidationError as error:
        return Refusal({"file": " ".join(error.messages)})
    return _save_upload(sheet, row, upload, by) if upload else None


def _save_upload(sheet: Sheet, row: SheetRow, upload: UploadedFile, by: User) -> Refusal | None:
    seen_version = row_for(sheet.collection, by, row.pk).fields.seen_version
    try:
        add_evidence(indicator=row.indicator, fiscal_year=sheet.fiscal_year, upload=upload, seen_version=seen_version, by=by)
    except ValidationError as error:
        return Refusal({"file": " ".join(error.messages)})
    except ConflictError:
        return Refusal({WHOLE_ROW: CHANGED_MEANWHILE})
    return None
