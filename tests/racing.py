"""One of the two writers of tests/test_collection_races.py: a process that writes what it is told, at once, and says how it went."""
import sys
from decimal import Decimal

import django

django.setup()

from accounts.models import User  # noqa: E402
from collecting.actions import ConflictError, record_value  # noqa: E402
from kpis.models import Indicator  # noqa: E402

YEAR = 2024
READY, WON, CONFLICT = "ready", "won", "conflict"


def write(user: User, code: str, seen_version: int, value: str) -> str:
    indicator = Indicator.objects.get(code=code)
    try:
        record_value(indicator=indicator, fiscal_year=YEAR, entered={"value": Decimal(value)}, seen_version=seen_version, by=user)
    except ConflictError as conflict:
        return f"{CONFLICT} {conflict.stored.value.normalize()}"
    return WON


if __name__ == "__main__":
    writer = User.objects.get(username="kikaku")
    print(READY, flush=True)
    for line in sys.stdin:
        told_code, told_version, told_value = line.split()
        print(write(writer, told_code, int(told_version), told_value), flush=True)
