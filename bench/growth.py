"""Every page with one plan and with a thousand: nothing kept, rendered anew each time, on either database in turns."""
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
    """The time of each page with one plan and with that many, in milliseconds, the best of several renderings.

    The two databases are asked in turns, so that whatever else the machine does weighs on both.
    """
    current = Strategy.objects.current()
    fill_years(current)
    _gather_statistics()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=username), backend="accounts.backends.RoleBackend")
    large, small = connection.settings_dict["NAME"], _copy_of_the_database()
    began = time.perf_counter()
    make_plans(current, plans - 1)
    made = Row(f"{plans:,} plans made on {connection.vendor}", f"{time.perf_counter() - began:,.0f} s")
    _gather_statistics()
    rounds = {small: [], large: []}
    for _ in range(REPEATS):
        for name, found in rounds.items():
            _use(name)
            found.append({page.id: _milliseconds(client, page.path) for page in PAGES})
    _use(large)
    best = {name: {page.id: min(times[page.id] for times in found) for page in PAGES} for name, found in rounds.items()}
    return [made, *(at_most(f"{page.id}, {plans:,} plans", best[large][page.id], best[small][page.id], BAR) for page in PAGES)]


def _copy_of_the_database() -> str:
    """A copy beside the database in use; its name."""
    name = f"{connection.settings_dict['NAME']}_small"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {connection.settings_dict['NAME']}")
        else:
            cursor.execute("VACUUM INTO %s", [name])
    return name


def _gather_statistics() -> None:
    """What PostgreSQL does by itself some time after a bulk write."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def _milliseconds(client: Client, path: str) -> float:
    cache.clear()
    began = time.perf_counter()
    status = client.get(path).status_code
    elapsed = (time.perf_counter() - began) * 1000
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return elapsed
