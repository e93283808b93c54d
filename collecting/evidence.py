"""Files that prove a value 「根拠資料」: how they come and go. What is taken: collecting/files.py."""
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from collecting.actions import record_value
from collecting.files import ALREADY_THERE, MOST_FILES, digest, file_problem, short_name
from collecting.models import EvidenceFile
from kpis.entry import entry_problem
from kpis.models import Actual, Indicator
from kpis.vocabulary import Door

TOO_MANY = "1つの実績に付けられるのは、10個までです。要らないファイルを外してください。"


@transaction.atomic
def add_evidence(*, indicator: Indicator, fiscal_year: int, upload: UploadedFile, seen_version: int, by: User) -> Actual:
    """Keep a file with a year's value; where no evidence was written its name becomes it, so the row exists.

    Raises as `record_value` does, and ValidationError under "file" for a file that is not taken.
    """
    problem = file_problem(upload)
    if problem:
        raise ValidationError({"file": problem})
    name = short_name(upload.name)
    actual = _touched(indicator, fiscal_year, name, seen_version, by)
    evidence = EvidenceFile(actual=actual, name=name, size=upload.size, sha256=digest(upload), added_by=by)
    if actual.evidence_files.filter(sha256=evidence.sha256).exists():
        raise ValidationError({"file": ALREADY_THERE.format(name=name)})
    if actual.evidence_files.count() >= MOST_FILES:
        raise ValidationError({"file": TOO_MANY})
    evidence.file.save(name, upload)
    return actual


def _touched(indicator: Indicator, fiscal_year: int, name: str, seen_version: int, by: User) -> Actual:
    """The row with the file's trace in its history: who added what."""
    stored = Actual.objects.filter(indicator=indicator, fiscal_year=fiscal_year).first()
    trace = f"根拠資料「{name}」を付けた"[:100]
    written = stored.evidence if stored else ""
    actual = record_value(
        indicator=indicator, fiscal_year=fiscal_year, entered={"evidence": written or name}, seen_version=seen_version, by=by, reason=trace
    )
    return actual if not written else _noted(actual, trace, by)


def _noted(actual: Actual, trace: str, by: User) -> Actual:
    """The row with that trace; what proves a value is entered like the value itself."""
    actual.enter(by, Door.ENTRY_SHEET, says_something=actual.has_content)
    actual._history_user, actual._change_reason = by, trace
    actual.save()
    return actual


@transaction.atomic
def remove_evidence(*, evidence: EvidenceFile, by: User) -> Actual:
    """Take a file away for good; that it was there stays in the value's history.

    Raises PermissionDenied for another division's value, ValidationError for one that is closed by now.
    """
    if not evidence.actual.indicator.is_editable_by(by):
        raise PermissionDenied
    stored = evidence.file
    actual = Actual.objects.select_for_update(of=("self",)).select_related("indicator__strategy").get(pk=evidence.actual_id)
    problem = entry_problem(by, actual.indicator, actual.fiscal_year, "", actual)
    if problem:
        raise ValidationError(problem)
    trace = f"根拠資料「{evidence.name}」を外した"[:100]
    evidence.delete()
    transaction.on_commit(lambda: stored.storage.delete(stored.name))
    return _noted(actual, trace, by)
