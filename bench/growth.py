"""Every page with one plan and with a thousand: nothing kept, rendered anew each time."""
import time

from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import User
from bench.plans import fill_years, make_plans
from bench.report import Row, at_most
from goals.models import Strategy
from tests.pages import DATA_FILES, OPEN_PAGES, STRATEGY_PAGES

BAR = 1.2
REPEATS = 15
PAGES = [page for page in (*STRATEGY_PAGES, *OPEN_PAGES, *DATA_FILES) if page.id != "sign-in"]


def growth(plans: int, username: str) -> list[Row]:
    """The time of each page before and after that many plans joined the database, in milliseconds, the best of several renderings."""
    current = Strategy.objects.current()
    fill_years(current)
    reader = User.objects.get(username=username)
    before = latencies(reader)
    began = time.perf_counter()
    make_plans(current, plans - 1)
    if connection.vendor == "postgresql":
        _analyze()
    made = Row(f"{plans:,} plans made on {connection.vendor}", f"{time.perf_counter() - began:,.0f} s")
    after = latencies(reader)
    return [made, *(at_most(f"{page}, {plans:,} plans", after[page], before[page], BAR) for page in before)]


def _analyze() -> None:
    """The planner's statistics, which PostgreSQL gathers by itself some time later."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def latencies(reader: User) -> dict[str, float]:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(reader, backend="accounts.backends.RoleBackend")
    return {page.id: min(_milliseconds(client, page.path) for _ in range(REPEATS)) for page in PAGES}


def _milliseconds(client: Client, path: str) -> float:
    cache.clear()
    began = time.perf_counter()
    status = client.get(path).status_code
    elapsed = (time.perf_counter() - began) * 1000
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return elapsed
