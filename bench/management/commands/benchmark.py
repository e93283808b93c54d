"""`make bench`: speed, growth and memory against the project's bars, on a database of its own."""
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.test import Client

from accounts.models import User
from bench.growth import growth
from bench.imports import imports
from bench.judgements import judgements, judgements_of_all
from bench.papers import papers
from bench.report import Row, table, verdict
from bench.sight import first_sight
from bench.throughput import memory, throughput
from goals.models import Strategy
from tests.postgres import start_postgres
from tests.serving import serve
from tests.variables import ROOT

READER = "kikaku"
SECTIONS = ("pages", "browser", "judgements", "imports", "papers", "growth", "postgresql")
# Workers are not replaced in the middle of a run.
SERVER_OPTIONS = ("--max-requests", "0", "--max-requests-jitter", "0", "--log-level", "error")


class Command(BaseCommand):
    help = "Measures pages, judgements, growth and first sight, and prints them beside the bars."

    def add_arguments(self, parser):
        parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS, help="Sections to run.")
        parser.add_argument("--seconds", type=float, default=5.0, help="Length of one load run.")
        parser.add_argument("--plans", type=int, default=1000, help="Plans in the large database.")

    def handle(self, *args, only, seconds, plans, **options):
        call_command("migrate", verbosity=0)
        if Strategy.objects.exists():
            raise CommandError("The benchmark writes a thousand plans: give it an empty database, as `make bench` does.")
        call_command("prepare_demo", stdout=StringIO())
        work: dict[str, Callable[[], list[Row]]] = {
            "pages": lambda: self.with_server(lambda server: throughput(server, session_of(READER), seconds) + memory(server)),
            "browser": lambda: self.with_server(first_sight),
            "judgements": judgements,
            "imports": lambda: imports(READER),
            "papers": lambda: papers(READER),
            "growth": lambda: growth(plans, READER) + judgements_of_all(),
        }
        rows = [row for name, run in work.items() if name in only for row in self.timed(name, run)]
        if rows:
            self.stdout.write(f"\n{table(rows)}\n\n{verdict(rows)}")
        if "postgresql" in only:
            self.on_postgresql(plans, [name for name in ("imports", "growth") if name in only] or ["growth"])

    def timed(self, name: str, run: Callable[[], list[Row]]) -> list[Row]:
        self.stdout.write(f"measuring {name} ...", ending="")
        self.stdout.flush()
        began = time.perf_counter()
        rows = run()
        self.stdout.write(f" {time.perf_counter() - began:,.0f} s")
        return rows

    def with_server(self, measure: Callable[..., list[Row]]) -> list[Row]:
        """Measure against gunicorn as `make run` starts it, with the reference views beside the pages."""
        with tempfile.TemporaryDirectory() as folder:
            server = serve(dict(os.environ), Path(folder), application="bench.wsgi", options=SERVER_OPTIONS)
            try:
                return measure(server)
            finally:
                server.stop()

    def on_postgresql(self, plans: int, sections: list[str]) -> None:
        """Imports and growth again on PostgreSQL, by this command in a process of its own."""
        self.stdout.write("\nThe same on PostgreSQL:\n")
        connections.close_all()
        server = start_postgres()
        try:
            environment = os.environ | {"DATABASE_URL": server.url}
            command = [sys.executable, "manage.py", "benchmark", "--only", *sections, "--plans", str(plans)]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
        finally:
            server.stop()


def session_of(username: str) -> str:
    """The session cookie of somebody who is signed in."""
    client = Client()
    client.force_login(User.objects.get(username=username), backend="accounts.backends.RoleBackend")
    return client.cookies["sessionid"].value
