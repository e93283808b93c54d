"""What a plan must keep beyond the rules of each field and each table, told before anything is written."""
from collections.abc import Iterator

from django.db.models import Model

from goals.models import PeriodExtension, Strategy
from goals.periods import extension_problems
from importing.planbook.records import PlannedRow
from kpis.entry import TARGETED, bounds_problem, lost_years_problem, year_problem
from kpis.models import Indicator, Target
from kpis.vocabulary import TargetKind

Known = dict[str, dict[tuple, Model]]


def rule_problems(planned: PlannedRow, known: Known) -> Iterator[tuple[str, str]]:
    """The problems of a row that is new or changes, as (heading, sentence). `known` are the rows of all sheets, as they would be."""
    row = planned.instance
    for model, rule in RULES:
        if isinstance(row, model):
            yield from rule(row, known)
    if isinstance(row, Target) and not planned.is_new:
        yield from _figures_of_a_sample(row, planned.fields)


def _one_current(strategy: Strategy, known: Known) -> Iterator[tuple[str, str]]:
    current = Strategy.objects.current() if strategy.is_current else None
    if current is not None and current.pk != strategy.pk:
        remedy = "「いいえ」にして取り込み、あとで管理画面で切り替えてください。"
        yield "トップページに表示する", f"いまは「{current.short_name}」を表示しています。表示する総合戦略は1つだけです。{remedy}"


def _years_and_bounds(target: Target, known: Known) -> Iterator[tuple[str, str]]:
    strategy = next(iter(known["総合戦略"].values()), None)
    # A plan whose own row cannot be read has problems enough.
    if strategy is None or strategy.first_fiscal_year is None or strategy.last_fiscal_year is None:
        return
    key = target.indicator.code.strip(), target.indicator.breakdown.strip()
    indicator = known["指標"].get(key, target.indicator)
    years = (("適用する年度から", target.effective_fiscal_year), ("年度目標の年度", target.milestone_fiscal_year))
    for heading, year in years:
        problem = year_problem(strategy, year) if year is not None else ""
        if problem:
            yield heading, problem
    problem = bounds_problem(indicator.target_kind, target.upper_value) if target.milestone_fiscal_year is None else ""
    if problem:
        yield "目標値の上限（範囲のとき）", problem


def _extension(extension: PeriodExtension, known: Known) -> Iterator[tuple[str, str]]:
    """The rule of the action that decides an extension, for each row of the sheet beside those before it."""
    strategy = next(iter(known["総合戦略"].values()), None)
    if strategy is None or None in (strategy.first_fiscal_year, strategy.last_fiscal_year):
        return
    ends = [(row.effective_fiscal_year, row.last_fiscal_year) for row in known["計画期間の延長"].values()]
    earlier = [end for end in ends if end[0] < extension.effective_fiscal_year]
    found = extension_problems(strategy.first_fiscal_year, strategy.last_fiscal_year, earlier, extension.effective_fiscal_year, extension.last_fiscal_year)
    headings = {"effective_fiscal_year": "適用する年度から", "last_fiscal_year": "延長後の最後の年度"}
    yield from ((headings[name], text) for name, text in found.items())


def _own_years(indicator: Indicator, known: Known) -> Iterator[tuple[str, str]]:
    strategy = next(iter(known["総合戦略"].values()), None)
    if strategy is None or None in (strategy.first_fiscal_year, strategy.last_fiscal_year):
        return
    for heading, year in (("対象となる最初の年度", indicator.first_fiscal_year), ("対象となる最後の年度", indicator.last_fiscal_year)):
        problem = year_problem(strategy, year) if year is not None else ""
        if problem:
            yield heading, problem
    headings = {"first_fiscal_year": "対象となる最初の年度", "last_fiscal_year": "対象となる最後の年度"}
    yield from ((headings[name], text) for name, text in lost_years_problem(indicator).items())


def _figures_of_a_sample(target: Target, changed: set[str]) -> Iterator[tuple[str, str]]:
    """Clearing the sample would take a real figure away that still carries its mark."""
    if target.is_sample and not changed.isdisjoint(TARGETED):
        yield "架空のサンプル値", "架空のサンプルの目標値を変えるときは、「いいえ」にしてください。「はい」のままでは、サンプルを消すときに消えます。"


def _bounds_of_targets(indicator: Indicator, known: Known) -> Iterator[tuple[str, str]]:
    """A range needs the upper bounds of the targets it has already."""
    if indicator.target_kind != TargetKind.RANGE or not indicator.pk:
        return
    targets = (target for target in known["目標値"].values() if target.pk and target.indicator_id == indicator.pk)
    if any(target.upper_value is None and target.milestone_fiscal_year is None for target in targets):
        yield "目標の種類", "上限のない目標値があります。シート「目標値」に上限を書いてください。"


RULES = (
    (Strategy, _one_current),
    (PeriodExtension, _extension),
    (Target, _years_and_bounds),
    (Indicator, _bounds_of_targets),
    (Indicator, _own_years),
)
