"""Takes a 計画ワークブック in: preview first, then all of it in one transaction, or nothing."""
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Revision, User
from importing.book import Book
from importing.models import PlanBookImport
from importing.planbook.comparing import compare
from importing.planbook.reading import read_plan
from importing.planbook.records import Comparison, Preview
from importing.planbook.undoing import built_upon, changed_since, lock_rows, remove_added, restore
from importing.planbook.writing import write

# What the change history keeps of a reason, and the record of a file's name.
REASON_CHARACTERS, LONGEST_NAME = 100, 200
OTHER_ROWS = "ほかの行（元の番号や名前を、いまは別の行が使っています）"


class PlanBookRefused(Exception):
    """The workbook was not taken in. `preview` says why: its problems, or, when it has none, what changed since it was shown."""

    def __init__(self, preview: Preview):
        super().__init__("計画ワークブックは取り込んでいません。")
        self.preview = preview


class PlanBookStays(Exception):
    """A workbook cannot be taken back. `places` say what stands in the way, cell by cell and row by row."""

    def __init__(self, places: list[str]):
        super().__init__("計画ワークブックの取込を取り消していません。")
        self.places = places


def preview_plan_book(book: Book) -> Preview:
    """What taking the workbook in would change, and everything that is wrong with it. Writes nothing."""
    return compare(read_plan(book)).preview


def load_plan_book(book: Book, *, by: User | None, agreed: str | None = None) -> Preview:
    """Create the strategy the workbook names, or update it; rows that are not in the file stay. Returns what was written.

    `agreed` is the fingerprint of the preview that `by` has seen. Raises PlanBookRefused, with nothing written, when anything is
    wrong or when the preview would be another by now.
    """
    try:
        return _load(book, by, agreed)
    except IntegrityError as error:
        # Somebody else wrote the same plan between our look and our hand.
        raise PlanBookRefused(preview_plan_book(book)) from error


@transaction.atomic
def _load(book: Book, by: User | None, agreed: str | None) -> Preview:
    comparison = compare(read_plan(book), lock=True)
    preview = comparison.preview
    if not preview.is_clean or (agreed is not None and agreed != preview.fingerprint()):
        raise PlanBookRefused(preview)
    rows = write(comparison, by=by, reason=f"計画ワークブック {book.file_name}"[:REASON_CHARACTERS])
    if rows:
        _keep(comparison, rows, book.file_name, by)
        transaction.on_commit(Revision.advance)
    return preview


def _keep(comparison: Comparison, rows: list[dict], file_name: str, by: User | None) -> None:
    PlanBookImport.objects.create(
        strategy=comparison.strategy, name=comparison.strategy.name, file_name=file_name[:LONGEST_NAME], rows=rows,
        divisions=[division.pk for division in comparison.divisions], added=comparison.preview.total("added"),
        changed=comparison.preview.total("changed"), taken_in_by=by,
    )


def _require_none(in_the_way: list[str]) -> None:
    if in_the_way:
        raise PlanBookStays(in_the_way)


@transaction.atomic
def take_back_plan_book(*, taken: PlanBookImport, by: User) -> PlanBookImport:
    """Give every cell that the workbook changed what it said before, and remove what it added: all of it or nothing.

    One that was taken back already stays as it is. Raises PlanBookStays, with nothing written, where cells were changed or work was
    put upon new rows since, PermissionDenied for whoever may not change the plan.
    """
    if not by.has_perm("goals.change_strategy"):
        raise PermissionDenied
    locked = PlanBookImport.objects.select_for_update(of=("self",)).get(pk=taken.pk)
    if locked.taken_back_at:
        return locked
    lock_rows(locked)
    _require_none(changed_since(locked))
    reason = f"{locked} の取り消し"[:REASON_CHARACTERS]
    try:
        with transaction.atomic():
            restore(locked, by, reason)
            _require_none(built_upon(locked))
            remove_added(locked, by, reason)
    except IntegrityError as error:
        raise PlanBookStays([OTHER_ROWS]) from error
    locked.refresh_from_db(fields=["strategy"])
    locked.taken_back_by, locked.taken_back_at = by, timezone.now()
    locked.save(update_fields=["taken_back_by", "taken_back_at"])
    transaction.on_commit(Revision.advance)
    return locked
