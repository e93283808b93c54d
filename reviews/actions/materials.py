"""Files laid before a meeting 「資料」: how they come and go. What is taken: collecting/files.py."""
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from collecting.files import ALREADY_THERE, MOST_FILES, digest, file_problem, short_name
from reviews.access import require_planning
from reviews.actions.traces import leave_trace
from reviews.models import Material, Meeting

TOO_MANY = f"1回の会議に付けられるのは、{MOST_FILES}個までです。要らない資料を外してください。"


@transaction.atomic
def add_material(*, meeting: Meeting, upload: UploadedFile, by: User) -> Material:
    """Keep a file with the meeting. Raises PermissionDenied unless `by` plans, ValidationError under "file" for one that is not taken."""
    require_planning(by)
    Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    name = short_name(upload.name)
    material = Material(meeting=meeting, name=name, size=upload.size, sha256=digest(upload), added_by=by)
    problem = file_problem(upload) or _no_room(material)
    if problem:
        raise ValidationError({"file": problem})
    material.file.save(name, upload)
    leave_trace(meeting, f"資料「{name}」を付けた", by)
    return material


def _no_room(material: Material) -> str:
    if material.meeting.materials.filter(sha256=material.sha256).exists():
        return ALREADY_THERE.format(name=material.name)
    return TOO_MANY if material.meeting.materials.count() >= MOST_FILES else ""


@transaction.atomic
def remove_material(*, material: Material, by: User) -> None:
    """Take a file away for good; that it was there stays in the meeting's history. Raises PermissionDenied unless `by` plans."""
    require_planning(by)
    meeting, stored, name = material.meeting, material.file, material.name
    material.delete()
    transaction.on_commit(lambda: stored.storage.delete(stored.name))
    leave_trace(meeting, f"資料「{name}」を外した", by)
