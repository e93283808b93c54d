"""One of the two writers of tests/test_collection_races.py and tests/test_review_races.py: a process that writes what it is told, at once, and says how it went."""
import sys
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from collecting.actions import ConflictError, record_value
from goals.models import Strategy
from importing.actions import Upload, stage_files
from kpis.models import Actual, Indicator
from reviews.actions.meetings import create_meeting
from reviews.actions.publication import publish_due, schedule_publication
from reviews.actions.reviews import open_review
from reviews.actions.revisions import decide, propose
from reviews.actions.writing import ConflictError as ConflictOfTexts
from reviews.models import AnnualReview, Edition, Meeting, Publication, TargetRevision
from reviews.vocabulary import Body, RevisionKind
from tests.admin_pages import admin_url, opened_form
from tests.processes import READY
from tests.published import BEFORE, make_edition, make_review

YEAR = 2024
WON, CONFLICT, OPENED, REFUSED, NOTHING = "won", "conflict", "opened", "refused", "nothing"


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


def publish(user: User, review: str, what: str, *sent: str) -> str:
    """Press a button of the page 「公表」: 「begin」, 「due」 or 「withdraw」, with 「name=value」. Anything but done or told is not expected of a page."""
    row, client = AnnualReview.objects.get(pk=review), Client(SERVER_NAME="localhost")
    client.force_login(user, backend="accounts.backends.RoleBackend")
    typed = dict(each.split("=") for each in sent)
    answer = client.post(reverse(f"publication_{what}", args=[row.strategy.slug, row.fiscal_year]), {"when": "now", "reason": "数値の誤り", **typed})
    return {302: WON, 422: REFUSED}[answer.status_code]


def edition_of(_user: User, year: str) -> str:
    """A review in 公表 with an edition to publish, by their keys."""
    strategy = Strategy.objects.get()
    review = strategy.reviews.filter(fiscal_year=year).first() or make_review(strategy, fiscal_year=int(year))
    return f"{review.pk} {make_edition(review).pk}"


def schedule(user: User, review: str, edition: str) -> str:
    """The key of a publication whose time has come."""
    what = {"review": AnnualReview.objects.get(pk=review), "edition": Edition.objects.get(pk=edition), "shows_member_names": False}
    return str(schedule_publication(**what, publish_at=timezone.now() - timedelta(hours=1), by=user, now=BEFORE).pk)


def carry_out(_user: User) -> str:
    """What the command `publish_due` does."""
    return WON if publish_due(now=timezone.now()) else NOTHING


def in_force(_user: User, review: str) -> str:
    """The keys of what citizens see of that review."""
    return " ".join(map(str, Publication.objects.in_force().filter(review=review).values_list("pk", flat=True)))


DOES = {
    "stage": stage, "propose": propose_target, "decide": decide_revision, "edition": edition_of, "schedule": schedule, "publish": publish, "due": carry_out,
    "in_force": in_force,
}


def told(line: str, user: User, page: AdminPage) -> str:
    """「open 1-1-1」 and 「save 5」 are about the page in the admin, 「1-1-1 0 5」 about the entry sheet, 「stage 7」 sends a file,
    「propose 1-1-1 5」 raises a target by 5, 「decide 1 1」 decides that, 「publish 1 begin edition=1」 presses a button and 「due」 is the command.
    """
    words = line.split()
    if words[0] in DOES:
        return DOES[words[0]](user, *words[1:])
    if words[0] in ("open", "save"):
        return getattr(page, words[0])(words[1])
    return write(user, words[0], int(words[1]), words[2])


def main() -> None:
    """Do what each line says, until there are no more. Needs a Django that is set up: tests/processes.py."""
    writer = User.objects.get(username="kikaku")
    writers_page = AdminPage(writer)
    print(READY, flush=True)
    for order in sys.stdin:
        print(told(order, writer, writers_page), flush=True)
