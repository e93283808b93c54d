"""The indicators' values side by side: one row per indicator, one column per fiscal year."""
import hashlib
import json
import subprocess
import sys

from django.conf import settings
from django.core.cache import cache

from opendata.columns import Column
from opendata.indicators import INDICATOR_COLUMNS, IndicatorYear
from opendata.tables import cell, csv_bytes

WIDE_NAMES = (
    "code", "goal", "measure", "name", "breakdown", "unit", "target_kind", "accumulation", "baseline", "baseline_label", "target", "target_original",
)
WIDE_COLUMNS: tuple[Column, ...] = tuple(column for name in WIDE_NAMES for column in INDICATOR_COLUMNS if column.name == name)
CHILD_SECONDS = 30
KEPT_SECONDS = 24 * 60 * 60


def wide_table(grouped: list[list[IndicatorYear]], years: list[int]) -> bytes:
    """A CSV file: WIDE_COLUMNS as of the last of the years, is_sample for the whole row, then the value of each year."""
    header = [*WIDE_NAMES, "is_sample", *map(str, years)]
    lines = zip(grouped, _values_by_year(grouped, years), strict=True)
    return csv_bytes(header, ([*_about(rows), *values] for rows, values in lines))


def _about(rows: list[IndicatorYear]) -> list[str]:
    return [*(cell(column.read(rows[-1])) for column in WIDE_COLUMNS), cell(any(row.is_sample for row in rows))]


def _values_by_year(grouped: list[list[IndicatorYear]], years: list[int]) -> list[list[str]]:
    """One list of texts per indicator. Kept under what they are made of, so that the same data starts opendata.pivot once."""
    read = next(column.read for column in INDICATOR_COLUMNS if column.name == "value")
    long = [(position, row.judgement.fiscal_year, cell(read(row))) for position, rows in enumerate(grouped) for row in rows]
    asked = json.dumps({"years": years, "rows": long}).encode()
    return cache.get_or_set(f"wide:{hashlib.sha256(asked).hexdigest()}", lambda: _pivoted(asked), KEPT_SECONDS)


def _pivoted(asked: bytes) -> list[list[str]]:
    """Raises subprocess.SubprocessError when the child fails or takes too long."""
    command = [sys.executable, "-m", "opendata.pivot"]
    child = subprocess.run(command, input=asked, stdout=subprocess.PIPE, cwd=settings.BASE_DIR, env={}, timeout=CHILD_SECONDS, check=True)
    return json.loads(child.stdout)
