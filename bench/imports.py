"""Taking values in from a file, with preview and change history, beside a stock django-import-export resource and one bulk upsert."""
import io
import time
from collections.abc import Callable
from decimal import Decimal

import openpyxl
from django.db import connection
from import_export.fields import Field
from import_export.formats.base_formats import XLSX
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget

from accounts.models import User
from bench.plans import make_plans
from bench.report import Row, at_least, at_most, no_more_than
from common.sheets import write_xlsx
from goals.models import Strategy
from importing.actions import Upload, read_batch, stage_files, take_in
from importing.surveys.content import surveys_of
from importing.surveys.workbook import zip_of
from kpis.models import Actual, Indicator

SIZES = (1_000, 10_000)
STOCK_BAR, UPSERT_BAR, SURVEY_BAR = 15, 4, 2_000
HEADINGS = ("番号", "内訳", "年度", "実績値", "要因・コメント")
BIG = "plan-0001"


def imports(username: str) -> list[Row]:
    """Rows a second of the three ways for each size, every one into a plan without any actual, and the making of all survey sheets.

    The bars speak of the largest size.
    """
    strategy, by = _big_strategy(max(SIZES)), User.objects.get(username=username)
    try:
        return [row for size in SIZES for row in _compared(strategy, size, by)] + [_surveys(by)]
    finally:
        strategy.delete()


def _big_strategy(values: int) -> Strategy:
    """A copy of the current plan with enough indicators for that many values."""
    make_plans(Strategy.objects.current(), 1)
    strategy = Strategy.objects.get(slug=BIG)
    pattern = strategy.indicators.filter(measure__isnull=False, breakdown="").first()
    count = values // len(strategy.fiscal_years)
    series = [
        Indicator(
            strategy=strategy, measure=pattern.measure, code=f"9-9-{number}", position=1000 + number, name=f"計測用の指標{number}",
            unit="人", target_kind=pattern.target_kind,
        )
        for number in range(count)
    ]  # fmt: skip
    Indicator.objects.bulk_create(series, batch_size=1_000)
    return strategy


def _compared(strategy: Strategy, size: int, by: User) -> list[Row]:
    data = _file(strategy, size)
    ways: dict[str, Callable[[], None]] = {
        "ours": lambda: _ours(strategy, data, by),
        "stock": lambda: _stock(data),
        "upsert": lambda: _upsert(strategy, data),
    }
    seconds = {name: _timed(strategy, size, way) for name, way in ways.items()}
    where = f"{size:,} rows on {connection.vendor}"
    if size < max(SIZES):
        return [Row(f"import with preview and history, {where}", f"{size / seconds['ours']:,.0f} rows/s", f"{size / seconds['stock']:,.0f} rows/s stock")]
    return [
        at_least(f"import with preview and history / stock django-import-export, {where}", size / seconds["ours"], size / seconds["stock"], STOCK_BAR, "rows/s"),
        at_most(f"import with preview and history / reading and one bulk upsert, {where}", seconds["ours"], seconds["upsert"], UPSERT_BAR, "s"),
    ]


def _file(strategy: Strategy, size: int) -> bytes:
    """One row per indicator and fiscal year."""
    series = Indicator.objects.filter(strategy=strategy, code__startswith="9-9-").order_by("position")
    rows = [(row.code, row.breakdown, year, Decimal(row.position), "増加した。") for row in series for year in strategy.fiscal_years]
    return write_xlsx(HEADINGS, rows[:size])


def _timed(strategy: Strategy, size: int, way: Callable[[], None]) -> float:
    """Seconds, into an empty plan. Raises RuntimeError when not every row arrived."""
    written = Actual.objects.filter(indicator__strategy=strategy, indicator__code__startswith="9-9-")
    written.delete()
    Actual.history.filter(indicator__strategy=strategy).delete()
    began = time.perf_counter()
    way()
    elapsed = time.perf_counter() - began
    if written.count() != size:
        raise RuntimeError(f"{written.count()} of {size} rows arrived")
    return elapsed


def _ours(strategy: Strategy, data: bytes, by: User) -> None:
    batch = stage_files(strategy=strategy, uploads=[Upload("実績.xlsx", data)], by=by)
    batch = read_batch(batch=batch, by=by)
    take_in(batch=batch, by=by, seen_at=batch.previewed_at, reason="計測")


class StockResource(ModelResource):
    """What one writes after reading the first page of the library's documentation."""

    indicator = Field(attribute="indicator", column_name="番号", widget=ForeignKeyWidget(Indicator, "code"))
    fiscal_year = Field(attribute="fiscal_year", column_name="年度")
    value = Field(attribute="value", column_name="実績値")
    comment = Field(attribute="comment", column_name="要因・コメント")

    class Meta:
        model = Actual
        import_id_fields = ("indicator", "fiscal_year")
        fields = ("indicator", "fiscal_year", "value", "comment")


def _stock(data: bytes) -> None:
    for dry_run in (True, False):
        StockResource().import_data(XLSX().create_dataset(data), dry_run=dry_run, raise_errors=True)


def _upsert(strategy: Strategy, data: bytes) -> None:
    """No preview, no history, no check of anything."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).active
    keys = dict(Indicator.objects.filter(strategy=strategy).values_list("code", "pk"))
    rows = [
        Actual(indicator_id=keys[code], fiscal_year=year, value=value, comment=comment)
        for code, _, year, value, comment in sheet.iter_rows(min_row=2, values_only=True)
    ]
    Actual.objects.bulk_create(
        rows, batch_size=1_000, update_conflicts=True, unique_fields=["indicator", "fiscal_year"], update_fields=["value", "comment"]
    )


def _surveys(by: User) -> Row:
    """All divisions' survey sheets of the current plan's last year, in one zip."""
    strategy = Strategy.objects.current()
    began = time.perf_counter()
    made = surveys_of(strategy, strategy.last_fiscal_year, by)
    zip_of(made)
    return no_more_than(f"survey sheets of {len(made)} divisions on {connection.vendor}", (time.perf_counter() - began) * 1000, SURVEY_BAR, "ms")
