"""Fixtures of tests about processes beside each other: one database of each kind for the whole run, and two people who write to it at once."""
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import start_postgres
from tests.serving import manage
from tests.variables import ROOT, environment_with

FILL = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_plan", verbosity=0)
call_command("load_demo_accounts", verbosity=0)
"""
# What a Python is told to become a writer, and says when it is one.
START = "import django; django.setup(); from tests.racing import main; main()"
READY = "ready"


@contextmanager
def database_of(engine: str, folder: Path) -> Iterator[str]:
    """The DATABASE_URL of an empty database."""
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'own.sqlite3'}"
        return
    server = start_postgres()
    yield server.url
    server.stop()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def environment(request, tmp_path_factory):
    """A database with the plan and the demo's people, without values: all tests share it, so that each writes to indicators of its own."""
    with database_of(request.param, tmp_path_factory.mktemp("database")) as url:
        files = str(tmp_path_factory.mktemp("files"))
        found = environment_with(DEMO="1", DATABASE_URL=url, PRIVATE_ROOT=files, DJANGO_SETTINGS_MODULE="hokuto_strategy.settings")
        manage(found, "shell", "--verbosity", "0", "-c", FILL)
        yield found


@pytest.fixture(scope="session")
def writers(environment):
    """Two processes that write what they are told (tests/racing.py)."""
    command = [sys.executable, "-c", START]
    started = [subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [writer.stdout.readline().strip() for writer in started] == [READY, READY]
    yield started
    for writer in started:
        writer.stdin.close()
        writer.wait(timeout=30)


def at_once(writers, *orders: str) -> list[str]:
    """Tell both what to do, and only then ask either how it went."""
    for writer, order in zip(writers, orders, strict=True):
        writer.stdin.write(f"{order}\n")
        writer.stdin.flush()
    return [writer.stdout.readline().strip() for writer in writers]
