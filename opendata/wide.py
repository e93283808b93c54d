"""The indicators' values side by side: one row per indicator, one column per fiscal year. The only module that needs pandas."""
import pandas

from opendata.columns import Column
from opendata.indicators import INDICATOR_COLUMNS, IndicatorYear
from opendata.tables import cell, csv_bytes

WIDE_NAMES = (
    "code", "goal", "measure", "name", "breakdown", "unit", "target_kind", "accumulation", "baseline", "baseline_label", "target", "target_original",
)
WIDE_COLUMNS: tuple[Column, ...] = tuple(column for name in WIDE_NAMES for column in INDICATOR_COLUMNS if column.name == name)


def wide_table(grouped: list[list[IndicatorYear]], years: list[int]) -> bytes:
    """A CSV file: WIDE_COLUMNS as of the last of the years, is_sample for the whole row, then the value of each year."""
    header = [*WIDE_NAMES, "is_sample", *map(str, years)]
    values = _values_by_year(grouped, years)
    return csv_bytes(header, ([*_about(rows), *values.loc[position]] for position, rows in enumerate(grouped)))


def _about(rows: list[IndicatorYear]) -> list[str]:
    return [*(cell(column.read(rows[-1])) for column in WIDE_COLUMNS), cell(any(row.is_sample for row in rows))]


def _values_by_year(grouped: list[list[IndicatorYear]], years: list[int]) -> pandas.DataFrame:
    """Cells as texts, so that no value passes through a float."""
    read = next(column.read for column in INDICATOR_COLUMNS if column.name == "value")
    long = pandas.DataFrame(
        [(position, row.judgement.fiscal_year, cell(read(row))) for position, rows in enumerate(grouped) for row in rows],
        columns=["position", "fiscal_year", "value"],
    )
    return long.pivot(index="position", columns="fiscal_year", values="value").reindex(columns=years)
