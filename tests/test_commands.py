"""The commands people type, and the pages that document them: nothing undocumented, nothing documented that is gone."""
import re
import subprocess
import tomllib
from collections import defaultdict

import pytest
from django.core.management import get_commands, load_command_class

from accounts.actions import DEMO_ACCOUNTS, DEMO_PASSWORD
from tests import suite
from tests.conftest import PARTS
from tests.test_architecture import APPS
from tests.variables import ROOT, variable_names

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = ("install", "data", "run", "test", "bench")


def rows_under(heading: str) -> set[str]:
    """The names in the first column of the table under a heading of docs/operations.md."""
    section = OPERATIONS.split(f"## {heading}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


def our_commands() -> dict[str, str]:
    return {name: app for name, app in get_commands().items() if app in APPS}


def test_every_variable_of_the_settings_is_documented_and_no_other():
    assert rows_under("Environment variables") == variable_names()


def test_every_management_command_is_documented_and_no_other():
    assert rows_under("Management commands") == set(our_commands())


@pytest.mark.parametrize("name", sorted(our_commands()))
def test_a_management_command_says_what_it_does(name):
    assert len(load_command_class(our_commands()[name], name).help) > 10


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_the_command_and_lists_it(target):
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
    assert f"make {target}" in subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("target", TARGETS)
def test_make_can_carry_out_what_it_plans(target):
    planned = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert planned.returncode == 0, planned.stderr


def test_make_run_names_everybody_who_can_sign_in():
    assert [account.username for account in DEMO_ACCOUNTS if account.username not in MAKEFILE] == []
    assert DEMO_PASSWORD in MAKEFILE


@pytest.mark.parametrize(
    ("codes", "verdict"), [([0, 0, 0, 0], 0), ([0, 5, 0, 5], 0), ([0, 0, 1, 0], 1), ([5, 5, 5, 2], 1), ([0, -9, 0, 0], 1), ([5, 5, 5, 5], 5)]
)
def test_one_failing_run_fails_the_suite_and_an_empty_one_does_not_unless_all_are(codes, verdict):
    assert suite.verdict(codes) == verdict


def test_the_suites_runs_have_every_part_on_sqlite_and_what_has_no_browser_on_postgresql_in_all_its_shares():
    shares = defaultdict(list)
    for database, part, share in suite.RUNS:
        shares[database, part].append(share)
    assert set(shares) == {("postgresql", "plain"), *(("sqlite", part) for part in set(PARTS) - {"all"})}
    assert all(found == [f"{number}/{len(found)}" for number in range(1, len(found) + 1)] for found in shares.values())


def test_what_runs_on_every_submission_is_make_test():
    assert "exec make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100


def test_the_example_environment_names_only_variables_that_exist():
    lines = (ROOT / "deploy" / "hokuto-strategy.env.example").read_text(encoding="utf-8").splitlines()
    names = {line.split("=")[0] for line in lines if line and not line.startswith("#")}
    assert {"SECRET_KEY", "ALLOWED_HOSTS"} <= names <= variable_names()


def test_every_file_the_documents_name_exists():
    documents = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {(path.name, name) for path in documents for name in re.findall(r"`((?:docs|deploy|tests|static|fixtures|bench)/[\w./-]+\w)`", path.read_text("utf-8"))}
    assert {(document, name) for document, name in named if not (ROOT / name).exists()} == set()


def test_pytest_runs_strictly():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert "--strict-markers" in settings["addopts"]
