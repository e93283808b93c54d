"""What every test stands on: the environment, the database, and the fixtures of tests/world.py, tests/visits.py and tests/processes.py."""
import gc
import os
import tempfile

import django
import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

from tests.postgres import start_postgres
from tests.variables import environment_with

DATABASES = ("sqlite", "postgresql")
# Whether a test has a browser, and then whether it only reads the demo that all of them share or writes to one of its own.
PARTS = ("all", "plain", "once", "reading", "writing")

# Walks over the whole site, tables of rights and papers prove what pages write, which is the same on either database; races bring both themselves.
ONCE = {
    "test_urls_by_role", "test_nobody_reads_too_early", "test_drafts_stay_hidden", "test_admin_permissions", "test_papers", "test_paper_pdf",
    "test_query_counts", "test_collection_races", "test_review_races", "test_import_kill",
}  # fmt: skip

# How long an example takes says how busy the machine is, not whether it is right.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


def pytest_addoption(parser):
    parser.addoption("--database", choices=DATABASES, default="sqlite", help="The database of the tests that need one.")
    parser.addoption("--share", default="1/1", help="「2/2」 is the second half of the test files of a part.")
    parser.addoption("--part", choices=PARTS, default="all", help="Tests without a browser, those of them that run once, those whose browser reads, or those whose browser writes.")


def pytest_configure(config):
    variables = {"DEMO": "1", "DATABASE_URL": _database_url(config), "DJANGO_SETTINGS_MODULE": "hokuto_strategy.settings"}
    # Playwright keeps an event loop in this thread, which Django takes for a view that blocks it.
    variables["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    files = tempfile.TemporaryDirectory(prefix="strategy-files-")
    config.add_cleanup(files.cleanup)
    variables["PRIVATE_ROOT"] = files.name
    environment = environment_with(**variables)
    os.environ.clear()
    os.environ.update(environment)
    django.setup()
    config.pluginmanager.import_plugin("tests.world")
    config.pluginmanager.import_plugin("tests.visits")
    config.pluginmanager.import_plugin("tests.processes")


def _database_url(config) -> str:
    if config.getoption("database") == "sqlite":
        return "sqlite://:memory:"
    server = start_postgres()
    config.add_cleanup(server.stop)
    return server.url


def pytest_report_header(config):
    return f"database: {config.getoption('database')}, part: {config.getoption('part')}"


def pytest_collection_modifyitems(config, items):
    """Of the tests asked for, those of the part and the share. On PostgreSQL only what touches the database runs; the rest runs with SQLite."""
    database, part = config.getoption("database"), config.getoption("part")
    kept = [item for item in items if part in ("all", _part_of(item)) and (database == "sqlite" or _touches_database(item))]
    number, shares = map(int, config.getoption("share").split("/"))
    files = set(sorted({item.path for item in kept})[number - 1 :: shares])
    runs = {item for item in kept if item.path in files}
    config.hook.pytest_deselected(items=[item for item in items if item not in runs])
    items[:] = [item for item in kept if item in runs]


def _part_of(item) -> str:
    if {"browser", "demo_site"}.isdisjoint(item.fixturenames):
        return "once" if item.path.stem in ONCE else "plain"
    return "reading" if "demo_site" in item.fixturenames else "writing"


def _touches_database(item) -> bool:
    return item.get_closest_marker("django_db") is not None or not {"db", "transactional_db"}.isdisjoint(item.fixturenames)


def pytest_collection_finish():
    """Modules, models and thousands of tests stay for the whole run: the garbage collector need not look at them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def fresh_memory(settings):
    """No page kept by one test is seen by the next, whose revision begins at 0 again. Passwords are hashed the quick way."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
