"""計画ワークブック for tests: a plan as comparable data, workbooks with some cells changed, and plans of odd content."""
import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
from django.db.models import ForeignKey, Model

from accounts.models import Division, User
from goals.models import Goal, NationalGoal, PeriodExtension, Strategy
from importing.book import Book
from importing.planbook.export import plan_book
from importing.planbook.sheets import BY_NAME, SHEETS
from importing.planbook.stored import rows_of
from importing.reader import read_book
from kpis.models import Indicator, RatingBand, RatingScale
from partnerships.models import Agreement, Partner, Party
from tests.factories import (
    make_division,
    make_goal,
    make_indicator,
    make_initiative,
    make_measure,
    make_sdg_link,
    make_strategy,
    make_target,
)

BY_MODEL = {spec.model: spec for spec in SHEETS}


def as_book(data: bytes, name: str = "計画.xlsx") -> Book:
    return read_book(data, name)


def contents(strategy: Strategy) -> dict[str, list[dict]]:
    """Everything a plan says, field by field, without primary keys and without the slug: equal for equal plans."""
    return {spec.name: [_fields(row) for row in rows_of(spec, strategy)] for spec in SHEETS}


def _fields(row: Model) -> dict[str, Any]:
    plain = {field.name: getattr(row, field.name) for field in row._meta.fields if not isinstance(field, ForeignKey)}
    linked = {field.name: _key(getattr(row, field.name)) for field in row._meta.fields if isinstance(field, ForeignKey)}
    many = {field.name: sorted(_key(other) for other in getattr(row, field.name).all()) for field in row._meta.many_to_many}
    return {name: _comparable(value) for name, value in {**plain, **linked, **many}.items() if name not in ("id", "slug")}


def _key(row: Model | None) -> Any:
    if isinstance(row, Division | User | None):
        return str(row)
    return "the plan" if isinstance(row, Strategy) else BY_MODEL[type(row)].key_of(row)


def _comparable(value: Any) -> Any:
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def edited(data: bytes, cells: dict[str, Any]) -> bytes:
    """The workbook with those cells changed: {"指標!H8": 5}."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for place, value in cells.items():
        sheet, cell = place.split("!")
        book[sheet][cell] = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def cell_of(sheet: str, heading: str, row: int = 2) -> str:
    """「指標!H2」: the cell of a heading's column in a row of a sheet as it is exported; row 1 is the heading itself."""
    column = list(BY_NAME[sheet].by_heading).index(heading) + 1
    return f"{sheet}!{openpyxl.utils.get_column_letter(column)}{row}"


def under_another_slug(strategy: Strategy, slug: str, **fields) -> bytes:
    """The strategy's workbook, saying that it is another plan, which is not the site's first page."""
    cells = {cell_of("総合戦略", "URLに使う名前"): slug, cell_of("総合戦略", "トップページに表示する"): "いいえ"}
    return edited(plan_book(strategy), cells | {cell_of("総合戦略", heading): value for heading, value in fields.items()})


def make_full_plan(text: str = "文章", number: Decimal = Decimal("12.5"), day: date = date(2020, 3, 31), **fields) -> Strategy:
    """A small plan with at least one row in every sheet and nothing left empty; `text` stands in every free text."""
    strategy = make_strategy(purpose=text, policy_summary=text, source=text[:10], contact_office=text[:10], on_track_from=Decimal("0.855"), **fields)
    strategy.basic_policies.create(number=1, name=text[:10])
    strategy.promotion_policies.create(number=1, name=text[:10], summary=text, points=text)
    strategy.formulation_events.create(position=1, year=2019, month=7, name=text[:10], details=text)
    national = [NationalGoal.objects.create(strategy=strategy, generation=2, is_cross_cutting=cross, number=1, name=text[:10]) for cross in (False, True)]
    goal = make_goal(strategy=strategy, name=text[:10], subtitle=text[:10], direction=text)
    goal.national_goals.set(national)
    measure = make_measure(goal=goal, name=text[:10], approach=text)
    make_initiative(measure=measure, name=text[:10], summary=text)
    make_sdg_link(measure=measure, sdg_number=17, topic=text[:10])
    _fill_indicators(goal, measure, text, number, day)
    _fill_agreements(strategy, measure, text, day)
    return strategy


def _fill_indicators(goal, measure, text: str, number: Decimal, day: date) -> None:
    division = make_division()
    said = {"note": text, "computation": text, "short_name": text[:10], "baseline_qualifier": text[:10], "target_label": text[:10], "published_month": 7}
    kpi = make_indicator(measure=measure, breakdown="面積", division=division, baseline_value=number, decimals=4, **said)
    make_indicator(goal=goal, baseline_value=None)
    make_target(indicator=kpi, value=number)
    make_target(indicator=kpi, effective_fiscal_year=2022, value=-number, reason=text, decided_on=day, decided_by_meeting=text[:10], is_sample=True)
    make_target(indicator=kpi, milestone_fiscal_year=2021, value=number)
    _revise(kpi, text, day)
    scale = RatingScale.objects.create(strategy=goal.strategy, name="評価", basis="pace", no_data_label=text[:10], round_decimals=1, is_active=False)
    RatingBand.objects.create(scale=scale, position=1, label=text[:10], lower_bound=Decimal("0.9"), is_inclusive=False, wording=text[:10])


def _revise(kpi: Indicator, text: str, day: date) -> None:
    """The plan was extended, the KPI ended and split; a part stands before it in the file and was split again."""
    strategy = kpi.strategy
    decided = {"reason": text, "decided_on": day, "decided_by_meeting": text[:10], "is_sample": True}
    PeriodExtension.objects.create(strategy=strategy, effective_fiscal_year=2023, last_fiscal_year=2025, **decided)
    PeriodExtension.objects.create(strategy=strategy, effective_fiscal_year=2025, last_fiscal_year=2026, **decided)
    strategy.set_periods(strategy.extensions.all())
    strategy.save()
    Indicator.objects.filter(pk=kpi.pk).update(last_fiscal_year=2022)
    part = make_indicator(measure=kpi.measure, position=0, first_fiscal_year=2023, last_fiscal_year=2024, split_from=kpi)
    make_indicator(measure=kpi.measure, breakdown="戸数", first_fiscal_year=2025, split_from=part)


def _fill_agreements(strategy: Strategy, measure, text: str, day: date) -> None:
    said = {"name": text[:10], "items": text, "remarks": text, "signed_on": day, "renewed_until": day}
    agreement = Agreement.objects.create(
        strategy=strategy, number=1, term_kind="years_from_signing", term_years=3, renewal="automatic", renewal_years=1, **said
    )
    agreement.measures.set([measure])
    partner = Partner.objects.create(name=f"相手方 {strategy.slug}", note=text[:10])
    Party.objects.create(agreement=agreement, partner=partner, position=1, name_at_signing=text[:10])


def empty_the_database() -> None:
    """As another installation begins: no plan, no partners, no divisions; people stay."""
    Strategy.objects.all().delete()
    Partner.objects.all().delete()
    Division.objects.filter(users__isnull=True).delete()


def empty_what_may_be(strategy: Strategy) -> None:
    """Leave nothing in the optional fields of a plan but what a constraint asks for and what rows are known by."""
    for spec in SHEETS:
        fields = [field for field in spec.model._meta.fields if field.blank and field.name not in NEEDED]
        empty = {field.name: None if field.null else "" for field in fields if field.null or field.get_internal_type() in ("CharField", "TextField")}
        if empty:
            rows_of(spec, strategy).order_by().update(**empty)
    Goal.national_goals.through.objects.all().delete()
    Agreement.measures.through.objects.all().delete()


# Constraints ask for them, or rows are known by them.
NEEDED = {"id", "goal", "measure", "term_years", "breakdown", "milestone_fiscal_year", "extended_to"}
