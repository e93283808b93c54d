"""One of the two writers of tests/test_collection_races.py and tests/test_revision_races.py: a process that writes what it is told, at once, and says how it went."""
import sys
from datetime import date
from decimal import Decimal
from uuid import UUID

import django
from django.core.exceptions import ValidationError
from django.test import Client

django.setup()

from accounts.models import User  # noqa: E402
from collecting.actions import ConflictError, record_value  # noqa: E402
from goals.models import Strategy  # noqa: E402
from importing.actions import Upload, stage_files  # noqa: E402
from kpis.models import Actual, Indicator  # noqa: E402
from reviews.actions.meetings import create_meeting  # noqa: E402
from reviews.actions.reviews import open_review  # noqa: E402
from reviews.actions.revisions import decide, propose  # noqa: E402
from reviews.actions.writing import ConflictError as ConflictOfTexts  # noqa: E402
from reviews.models import Meeting, TargetRevision  # noqa: E402
from reviews.vocabulary import Body, RevisionKind  # noqa: E402
from tests.admin_pages import admin_url, opened_form  # noqa: E402

YEAR = 2024
READY, WON, CONFLICT, OPENED, REFUSED = "ready", "won", "conflict", "opened", "refused"


def write(user: User, code: str, seen_version: int, value: str) -> str:
    indicator = Indicator.objects.get(code=code)
    try:
        record_value(indicator=indicator, fiscal_year=YEAR, entered={"value": Decimal(value)}, seen_version=seen_version, by=user, reason="訂正")
    except ConflictError as conflict:
        return f"{CONFLICT} {conflict.stored.value.normalize()}"
    return WON


class AdminPage:
    """A value's page in the admin, opened by one person and saved later."""

    def __init__(self, user: User):
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(user, backend="accounts.backends.RoleBackend")

    def open(self, code: str) -> str:
        self.url = admin_url(Actual.objects.get(indicator__code=code, fiscal_year=YEAR), "change")
        self.form = opened_form(self.client, self.url)
        return OPENED

    def save(self, value: str) -> str:
        answer = self.client.post(self.url, {**self.form, "value": value, "change_reason": "訂正", "_save": "保存"})
        return WON if answer.status_code == 302 else CONFLICT


def stage(user: User, key: str) -> str:
    """The number of the batch that a sending with that key became."""
    return str(stage_files(strategy=Strategy.objects.get(), uploads=[Upload("表.csv", b"x")], by=user, upload_key=UUID(int=int(key))).number)


def propose_target(user: User, code: str, more: str) -> str:
    """A proposal of a higher target and a meeting that may decide it, by their keys."""
    indicator = Indicator.objects.get(code=code)
    values = {"effective_fiscal_year": 2022, "value": indicator.targets.first().value + int(more), "reason": "事情が変わったため"}
    made = propose(strategy=indicator.strategy, kind=RevisionKind.TARGET, indicator=indicator, values=values, by=user)
    review = indicator.strategy.reviews.first() or open_review(strategy=indicator.strategy, fiscal_year=2023, by=user)
    meeting = review.meetings.first() or create_meeting(review=review, body=Body.PROMOTION_COUNCIL, meets_on=date(2024, 8, 6), by=user)
    return f"{made.pk} {meeting.pk}"


def decide_revision(user: User, revision: str, meeting: str) -> str:
    row, decides = TargetRevision.objects.get(pk=revision), Meeting.objects.get(pk=meeting)
    try:
        decide(revision=row, meeting=decides, decided_on=decides.meets_on, note="", seen_version=1, by=user)
    except ConflictOfTexts:
        return CONFLICT
    except ValidationError:
        return REFUSED
    return WON


DOES = {"stage": stage, "propose": propose_target, "decide": decide_revision}


def told(line: str, user: User, page: AdminPage) -> str:
    """「open 1-1-1」 and 「save 5」 are about the page in the admin, 「1-1-1 0 5」 about the entry sheet, 「stage 7」 sends a file,
    「propose 1-1-1 5」 raises a target by 5, and 「decide 1 1」 decides that.
    """
    words = line.split()
    if words[0] in DOES:
        return DOES[words[0]](user, *words[1:])
    if words[0] in ("open", "save"):
        return getattr(page, words[0])(words[1])
    return write(user, words[0], int(words[1]), words[2])


if __name__ == "__main__":
    writer = User.objects.get(username="kikaku")
    writers_page = AdminPage(writer)
    print(READY, flush=True)
    for order in sys.stdin:
        print(told(order, writer, writers_page), flush=True)
