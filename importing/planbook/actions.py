"""Takes a 計画ワークブック in: preview first, then all of it in one transaction, or nothing."""
from django.db import IntegrityError, transaction

from accounts.models import Revision, User
from importing.book import Book
from importing.planbook.comparing import compare
from importing.planbook.reading import read_plan
from importing.planbook.records import Preview
from importing.planbook.writing import write

# What the change history keeps of a reason.
REASON_CHARACTERS = 100


class PlanBookRefused(Exception):
    """The workbook was not taken in. `preview` says why: its problems, or, when it has none, what changed since it was shown."""

    def __init__(self, preview: Preview):
        super().__init__("計画ワークブックは取り込んでいません。")
        self.preview = preview


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
    write(comparison, by=by, reason=f"計画ワークブック {book.file_name}"[:REASON_CHARACTERS])
    if preview.changes:
        transaction.on_commit(Revision.advance)
    return preview
