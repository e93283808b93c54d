"""Keeping how a municipality's own table is read, and reading the file anew by it."""
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from importing.actions import read_batch
from importing.layout_page import NAME_TAKEN, NEEDS_NAME
from importing.models import ImportFile, Layout
from importing.recognition.layouts import LayoutSpec


@transaction.atomic
def choose_layout(*, file: ImportFile, spec: LayoutSpec | None, by: User, replaces: Layout | None = None) -> ImportFile:
    """Keep the spec under its name, choose it for the file and read its batch anew; None reads the file by its headings again.

    A layout of the same name is changed only when it is the one that was opened (`replaces`). Raises ValidationError for a missing or
    taken name and for a batch that is done with, PermissionDenied for those who may not.
    """
    if not by.has_perm("importing.add_layout"):
        raise PermissionDenied
    file.layout = _kept(file, spec, by, replaces) if spec else None
    file.save(update_fields=["layout"])
    read_batch(batch=file.batch, by=by)
    return file


def _kept(file: ImportFile, spec: LayoutSpec, by: User, replaces: Layout | None) -> Layout:
    if not spec.name:
        raise ValidationError(NEEDS_NAME)
    strategy = file.batch.strategy
    same_name = Layout.objects.select_for_update().filter(strategy=strategy, name=spec.name).first()
    if same_name is None:
        return Layout.objects.create(strategy=strategy, name=spec.name, spec=spec.to_dict(), created_by=by)
    if same_name != replaces:
        raise ValidationError(NAME_TAKEN.format(name=spec.name))
    same_name.spec = spec.to_dict()
    same_name.save(update_fields=["spec"])
    return same_name
