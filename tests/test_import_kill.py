"""kill -9 in the middle of taking in: on SQLite and on PostgreSQL nothing of it stays, and the same batch comes in afterwards."""
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.import_files import a_table
from tests.serving import manage
from tests.variables import ROOT

# Stops for good after the values are written and before their history is: the worst moment.
STOPPED_IN_THE_MIDDLE = """
import sys, time
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
from importing import writing
from kpis.models import Actual
def stop_here(*args, **kwargs):
    assert Actual.objects.filter(import_number__isnull=False).count() == 5
    Path(sys.argv[2]).touch()
    time.sleep(600)
writing._record = stop_here
call_command("import_actuals", sys.argv[1], "--reason", "試験")
"""
COUNTS = """
import django
django.setup()
from importing.models import ImportBatch, ImportChange
from kpis.models import Actual
taken = Actual.objects.filter(import_number__isnull=False)
print(taken.count(), Actual.history.filter(import_number__isnull=False).count(), ImportChange.objects.count(), ImportBatch.objects.filter(state="taken_in").count())
"""
LONGEST = 60


def python(environment, code: str, *arguments) -> subprocess.Popen:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(path: Path, process: subprocess.Popen) -> None:
    for _ in range(LONGEST * 10):
        if path.exists():
            return
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.1)
    raise AssertionError("the import never came to the middle")


def counts(environment) -> list[int]:
    out, problem = python(environment, COUNTS).communicate(timeout=LONGEST)
    return [int(word) for word in out.split()] if not problem.strip() else [problem]


def test_a_killed_import_leaves_nothing_and_comes_in_afterwards(environment, tmp_path):
    table, middle = tmp_path / "a.xlsx", tmp_path / "middle"
    table.write_bytes(a_table([("4-A", "", "", "", 901, 902, 903, 904, 905)], ("令和2年度", "令和3年度", "令和4年度", "令和5年度", "令和6年度")))
    process = python(environment, STOPPED_IN_THE_MIDDLE, table, middle)
    wait_for(middle, process)
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=LONGEST) == -signal.SIGKILL
    assert counts(environment) == [0, 0, 0, 0]
    printed = manage(environment, "import_actuals", str(table), "--reason", "試験")
    assert "5件の値を取り込みました" in printed
    assert counts(environment) == [5, 5, 5, 1]
