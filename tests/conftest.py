"""What every test stands on: the environment, the database, and the fixtures of tests/world.py and tests/visits.py."""
import os
import tempfile

import django
import pytest
from django.core.cache import cache
from hypothesis import settings as hypothesis_settings

from tests.postgres import start_postgres
from tests.variables import environment_with

DATABASES = ("sqlite", "postgresql")

# How long an example takes says how busy the machine is, not whether it is right.
hypothesis_settings.register_profile("suite", deadline=None)
hypothesis_settings.load_profile("suite")


def pytest_addoption(parser):
    parser.addoption("--database", choices=DATABASES, default="sqlite", help="The database of the tests that need one.")


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


def _database_url(config) -> str:
    if config.getoption("database") == "sqlite":
        return "sqlite://:memory:"
    server = start_postgres()
    config.add_cleanup(server.stop)
    return server.url


def pytest_report_header(config):
    return f"database: {config.getoption('database')}"


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL only what touches the database runs; the rest has run with SQLite."""
    if config.getoption("database") == "sqlite":
        return
    touching = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(touching)])
    items[:] = touching


def _touches_database(item) -> bool:
    return item.get_closest_marker("django_db") is not None or not {"db", "transactional_db"}.isdisjoint(item.fixturenames)


@pytest.fixture(autouse=True)
def fresh_memory(settings):
    """No page kept by one test is seen by the next, whose revision begins at 0 again. Passwords are hashed the quick way."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
