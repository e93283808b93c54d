"""The whole suite as `make test` runs it: `python -m tests.suite`, with pytest's options if need be.

Two runs at a time, for two cores: whoever is free takes the next. What the second says is kept in a file and printed after the first.
"""
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO

import pytest

from tests.variables import ROOT

# (database, part, share) as tests/conftest.py knows them. A browser's tests run once: what they show is the same on either database.
# The long ones first and the last one in halves, so that both workers end together.
RUNS = (
    ("sqlite", "writing", "1/1"), ("sqlite", "once", "1/1"), ("sqlite", "reading", "1/1"), ("sqlite", "plain", "1/1"),
    ("postgresql", "plain", "1/2"), ("postgresql", "plain", "2/2"),
)  # fmt: skip
LATER = ROOT / "var" / "second.log"


def run(runs: Iterator[tuple[str, str, str]], options: list[str], output: IO | None = None) -> Iterator[int]:
    """Run what nobody has taken yet, one after another, until somebody stops it; the exit code of each."""
    for database, part, share in runs:
        command = [sys.executable, "-m", "pytest", f"--database={database}", f"--part={part}", f"--share={share}", *options]
        code = subprocess.run(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT if output else None, check=False).returncode
        yield code
        if code == pytest.ExitCode.INTERRUPTED:
            return


def verdict(codes: list[int]) -> int:
    """0 when everything that ran has passed, 5 as pytest says it when nothing was left to run in any of them, 1 otherwise."""
    ran = [code for code in codes if code != pytest.ExitCode.NO_TESTS_COLLECTED]
    if not ran:
        return pytest.ExitCode.NO_TESTS_COLLECTED
    return int(any(ran))


def main(options: list[str]) -> int:
    runs = iter(RUNS)
    with ThreadPoolExecutor(1) as beside, LATER.open("wb") as later:
        second = beside.submit(lambda: list(run(runs, options, later)))
        codes = [*run(runs, options), *second.result()]
    sys.stdout.write(LATER.read_text(encoding="utf-8", errors="replace"))
    return verdict(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
