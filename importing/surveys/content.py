"""What a survey 「調査票」 asks of one division: its indicators with what is known of them, ready to be written to a workbook."""
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.db.models import Count
from django.utils import timezone

from accounts.models import Division, User
from collecting.dates import published_on
from collecting.models import Collection
from common.japanese import NO_VALUE
from goals.models import Strategy
from importing.surveys.figures import Figure, baseline_figure, expected_figure, past_figure, target_figure
from importing.surveys.keys import MET_WORDS
from kpis.entry import closed_value_because
from kpis.models import Actual, Indicator
from kpis.vocabulary import Accumulation, MissingReason, TargetKind, ValueState

HOW_TO_COUNT = {
    Accumulation.TOTAL: "この年度の分だけを書きます。目標と目安は、計画期間の累計です。",
    Accumulation.RUNNING_TOTAL: "計画の最初の年度からの累計を書きます。",
}


@dataclass(frozen=True)
class Answer:
    """What is entered already; `version` is 0 when nothing is. A qualitative indicator's answer is `words`."""

    version: int = 0
    value: Decimal | None = None
    words: str = ""
    state: str = ""
    missing_reason: str = ""
    expected_month: int | None = None
    comment: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Line:
    """One indicator. `past` has one figure for each of the survey's past years; a closed line is shown and cannot be filled in."""

    code: str
    breakdown: str
    name: str
    unit: str
    decimals: int
    hint: str
    baseline: Figure
    past: tuple[Figure, ...]
    target: Figure
    expected: Figure
    last_comment: str
    due: date | None
    person: str
    is_qualitative: bool
    is_closed: bool
    answer: Answer


@dataclass(frozen=True)
class Group:
    """The indicators of one goal's numeric targets or of one measure, in the plan's order."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Survey:
    """One division's workbook. `ask` is whom to ask; `deadline` and `message` come from the collection, where one was opened."""

    strategy: Strategy
    fiscal_year: int
    division: str
    made_at: datetime
    deadline: date | None
    message: str
    ask: str
    past_years: tuple[int, ...]
    has_sample: bool
    groups: tuple[Group, ...] = field(default=())

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]


def collection_of(strategy: Strategy, fiscal_year: int) -> Collection | None:
    """The collection of that year; None when nobody has asked yet."""
    return Collection.objects.select_related("opened_by").filter(strategy=strategy, fiscal_year=fiscal_year).first()


def asked_indicators(strategy: Strategy, fiscal_year: int, collection: Collection | None, user: User):
    """The indicators that person may ask about or answer: those of the collection, all that have that year where there is none."""
    indicators = Indicator.objects.of(strategy).asked_in(fiscal_year).editable_by(user)
    return indicators.filter(collections=collection) if collection else indicators


def surveys_of(strategy: Strategy, fiscal_year: int, user: User, division: Division | None = None) -> list[Survey]:
    """The surveys of all divisions that person may open, in the divisions' order, or only of one division. Four queries."""
    collection = collection_of(strategy, fiscal_year)
    indicators = asked_indicators(strategy, fiscal_year, collection, user).filter(division__isnull=False)
    if division is not None:
        indicators = indicators.filter(division=division)
    values = Actual.objects.visible_to(user, strategy)
    by_division = defaultdict(list)
    for indicator in indicators.select_related("goal", "measure__goal", "division", "person").with_values(values).order_by("position"):
        indicator.strategy = strategy
        by_division[indicator.division].append(indicator)
    ordered = sorted(by_division, key=lambda found: (found.position, found.name))
    return [_survey(strategy, fiscal_year, found, by_division[found], collection) for found in ordered]


def _survey(strategy: Strategy, fiscal_year: int, division: Division, indicators: list[Indicator], collection: Collection | None) -> Survey:
    by_owner = groupby(indicators, key=_owner)
    return Survey(
        strategy=strategy,
        fiscal_year=fiscal_year,
        division=division.name,
        made_at=timezone.localtime(),
        deadline=collection.deadline if collection else None,
        message=collection.message if collection else "",
        ask=_ask(strategy, collection),
        past_years=tuple(year for year in strategy.fiscal_years if year < fiscal_year),
        has_sample=division.is_sample or any(_has_sample(indicator) for indicator in indicators),
        groups=tuple(Group(title, tuple(_line(row, fiscal_year, collection) for row in rows)) for title, rows in by_owner),
    )


def _owner(indicator: Indicator) -> str:
    if indicator.is_numeric_target:
        return f"{indicator.goal}　数値目標"
    return f"{indicator.measure.goal}　{indicator.measure}"


def _ask(strategy: Strategy, collection: Collection | None) -> str:
    """「企画課 佐藤 健（電話 0138-…）」: names for people, as far as they are known."""
    person = str(collection.opened_by) if collection and collection.opened_by else ""
    phone = f"（電話 {strategy.contact_phone}）" if strategy.contact_phone else ""
    return " ".join(filter(None, (strategy.contact_office, person))) + phone


def _has_sample(indicator: Indicator) -> bool:
    return any(row.is_sample for row in (*indicator.actuals.all(), *indicator.targets.all()))


def _line(indicator: Indicator, fiscal_year: int, collection: Collection | None) -> Line:
    stored = {row.fiscal_year: row for row in indicator.actuals.all()}
    judgement = indicator.judge(fiscal_year)
    before = range(indicator.strategy.first_fiscal_year, fiscal_year)
    return Line(
        code=indicator.code,
        breakdown=indicator.breakdown,
        name=indicator.full_name,
        unit=indicator.unit,
        decimals=indicator.decimals,
        hint=_hint(indicator),
        baseline=baseline_figure(indicator),
        past=tuple(past_figure(indicator, judgement.facts.actual(year)) if indicator.is_asked_in(year) else Figure(words=NO_VALUE) for year in before),
        target=target_figure(indicator, judgement),
        expected=expected_figure(indicator, judgement.expected),
        last_comment=stored[fiscal_year - 1].comment if fiscal_year - 1 in stored else "",
        due=_due(indicator, fiscal_year, collection),
        person=str(indicator.person) if indicator.person else "",
        is_qualitative=indicator.target_kind == TargetKind.MILESTONE,
        is_closed=bool(closed_value_because(indicator.strategy, fiscal_year, stored.get(fiscal_year))),
        answer=_answer(stored.get(fiscal_year)),
    )


def _hint(indicator: Indicator) -> str:
    """How to count, how to compute and where from: what whoever fills it in asks first."""
    parts = (
        HOW_TO_COUNT.get(Accumulation(indicator.accumulation), ""),
        f"算出方法: {indicator.computation}" if indicator.computation else "",
        f"出典: {indicator.source}" if indicator.source else "",
    )
    return "\n".join(part for part in parts if part)


def _due(indicator: Indicator, fiscal_year: int, collection: Collection | None) -> date | None:
    if collection:
        return collection.due_on(indicator)
    return published_on(fiscal_year, indicator.published_month) if indicator.published_month else None


def _answer(stored: Actual | None) -> Answer:
    if stored is None:
        return Answer()
    return Answer(
        version=stored.version,
        value=stored.value,
        words="" if stored.is_met is None else MET_WORDS[stored.is_met],
        state="" if stored.value is None else ValueState(stored.state).label,
        missing_reason=MissingReason(stored.missing_reason).label if stored.missing_reason else "",
        expected_month=stored.expected_month,
        comment=stored.comment,
        evidence=stored.evidence,
    )


def count_by_division(strategy: Strategy, fiscal_year: int, collection: Collection | None, user: User) -> tuple[dict[Division, int], int]:
    """How many indicators each division is asked for, in the divisions' order, and how many belong to none. Two queries."""
    rows = asked_indicators(strategy, fiscal_year, collection, user).order_by().values_list("division").annotate(Count("pk"))
    counts = dict(rows)
    orphans = counts.pop(None, 0)
    return {division: counts[division.pk] for division in Division.objects.filter(pk__in=counts)}, orphans
