"""Reads the open data as a stranger's program would, and the indicator most of its tests look at."""
import csv
import io
from decimal import Decimal

from django.test import Client
from django.urls import reverse

from goals.models import Strategy
from kpis.models import Indicator
from tests.factories import make_actual, make_indicator, make_target


def fetch(client: Client, name: str, **query):
    return client.get(reverse(f"opendata_{name}"), query)


def rows_of(client: Client, name: str, **query) -> list[dict[str, str]]:
    """The lines of a CSV file as dictionaries by column."""
    response = fetch(client, name, **query)
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def document_of(client: Client, name: str, **query) -> dict:
    response = fetch(client, name, **query)
    assert response.status_code == 200
    return response.json()


def row_in(rows: list[dict[str, str]], fiscal_year: int) -> dict[str, str]:
    """The first row of that year."""
    return next(row for row in rows if row["fiscal_year"] == str(fiscal_year))


def make_workers(strategy: Strategy) -> Indicator:
    """新規就農者: 100人 → 150人, 125人 in 2021; a draft of 149人 in 2023."""
    indicator = make_indicator(strategy=strategy, code="1-3-1", name="新規就農者")
    make_target(indicator=indicator)
    make_actual(indicator=indicator, fiscal_year=2021, value=Decimal(125))
    make_actual(indicator=indicator, fiscal_year=2023, value=Decimal(149))
    return indicator
