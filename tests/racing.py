"""One of the two writers of tests/test_collection_races.py: a process that writes what it is told, at once, and says how it went."""
import sys
from decimal import Decimal
from uuid import UUID

import django
from django.test import Client

django.setup()

from accounts.models import User  # noqa: E402
from collecting.actions import ConflictError, record_value  # noqa: E402
from goals.models import Strategy  # noqa: E402
from importing.actions import Upload, stage_files  # noqa: E402
from kpis.models import Actual, Indicator  # noqa: E402
from tests.admin_pages import admin_url, opened_form  # noqa: E402

YEAR = 2024
READY, WON, CONFLICT, OPENED = "ready", "won", "conflict", "opened"


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


def told(line: str, user: User, page: AdminPage) -> str:
    """「open 1-1-1」 and 「save 5」 are about the page in the admin, 「1-1-1 0 5」 about the entry sheet, 「stage 7」 sends a file."""
    words = line.split()
    if words[0] == "stage":
        return stage(user, words[1])
    if words[0] in ("open", "save"):
        return getattr(page, words[0])(words[1])
    return write(user, words[0], int(words[1]), words[2])


if __name__ == "__main__":
    writer = User.objects.get(username="kikaku")
    writers_page = AdminPage(writer)
    print(READY, flush=True)
    for order in sys.stdin:
        print(told(order, writer, writers_page), flush=True)
