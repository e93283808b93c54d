"""Rows for tests: plain functions with sensible defaults, `make_x(**fields)`.

A row that needs a parent makes one unless it is given. Numbers run on, so two calls never collide.
"""
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from accounts.models import Division, User
from accounts.roles import Role
from collecting.models import Collection
from goals.models import Goal, Initiative, Measure, PublicScope, SdgLink, Strategy
from kpis.models import Actual, Indicator, RatingBand, RatingScale, Target
from kpis.vocabulary import EntryState, TargetKind
from partnerships.models import Agreement, Partner, Party
from partnerships.terms import Renewal, TermKind
from reviews.actions.reviews import default_scale
from reviews.models import AnnualReview

PASSWORD = "correct-horse-battery-staple"
_numbers = count(1)


def restart_numbers() -> None:
    """From 1 again: a test must not meet its figures in the names that another order of tests would give."""
    global _numbers
    _numbers = count(1)


def make_division(**fields) -> Division:
    number = next(_numbers)
    return Division.objects.create(**{"name": f"第{number}課", "position": number, **fields})


def make_user(role: Role = Role.VIEWER, **fields) -> User:
    """Somebody who can sign in with PASSWORD. The division role gets a division of its own unless one is given."""
    if role == Role.DIVISION and "division" not in fields:
        fields["division"] = make_division()
    number = next(_numbers)
    defaults = {"username": f"user{number}", "display_name": f"利用者{number}", "password": PASSWORD, "role": role}
    return User.objects.create_user(**{**defaults, **fields})


def make_strategy(**fields) -> Strategy:
    """A strategy of 2020–2024 whose years until 2022 are published."""
    number = next(_numbers)
    defaults = {
        "slug": f"strategy-{number}",
        "name": f"第{number}期 試験市 まち・ひと・しごと創生総合戦略",
        "short_name": f"第{number}期総合戦略",
        "municipality": "試験市",
        "municipality_code": "012360",
        "first_fiscal_year": 2020,
        "last_fiscal_year": 2024,
        "public_scope": PublicScope.PUBLISHED,
        "published_through": 2022,
    }
    return Strategy.objects.create(**{**defaults, **fields})


def make_goal(**fields) -> Goal:
    strategy = fields.pop("strategy", None) or make_strategy()
    number = fields.pop("number", strategy.goals.count() + 1)
    return Goal.objects.create(strategy=strategy, number=number, **{"name": f"目標その{number}", **fields})


def make_measure(**fields) -> Measure:
    goal = fields.pop("goal", None) or make_goal()
    number = fields.pop("number", goal.measures.count() + 1)
    return Measure.objects.create(goal=goal, number=number, **{"name": f"施策その{number}", **fields})


def make_initiative(**fields) -> Initiative:
    measure = fields.pop("measure", None) or make_measure()
    number = fields.pop("number", measure.initiatives.count() + 1)
    return Initiative.objects.create(measure=measure, number=number, **{"name": f"取組その{number}", **fields})


def make_sdg_link(**fields) -> SdgLink:
    measure = fields.pop("measure", None) or make_measure()
    position = fields.pop("position", measure.sdg_links.count() + 1)
    return SdgLink.objects.create(measure=measure, position=position, **{"topic": f"取組{position}", **fields})


def make_indicator(**fields) -> Indicator:
    """A KPI of a measure, or a numeric target when `goal` is given: 100人 → 150人 unless told otherwise; it has no target row yet."""
    goal, measure, strategy = fields.pop("goal", None), fields.pop("measure", None), fields.pop("strategy", None)
    if goal is None and measure is None:
        measure = make_measure(goal=make_goal(strategy=strategy) if strategy else None)
    strategy = (goal or measure.goal).strategy
    number = strategy.indicators.count() + 1
    code = f"{goal.number}-{chr(64 + number)}" if goal else f"{measure.goal.number}-{measure.number}-{number}"
    defaults = {
        "code": code,
        "position": number,
        "name": f"指標その{number}",
        "unit": "人",
        "target_kind": TargetKind.INCREASE,
        "baseline_value": Decimal(100),
        "baseline_label": "H30",
    }
    return Indicator.objects.create(strategy=strategy, goal=goal, measure=measure, **{**defaults, **fields})


def make_target(**fields) -> Target:
    """The plan's target: 150 from the plan's first year."""
    indicator = fields.pop("indicator", None) or make_indicator()
    defaults = {"effective_fiscal_year": indicator.strategy.first_fiscal_year, "value": Decimal(150)}
    return Target.objects.create(indicator=indicator, **{**defaults, **fields})


def make_collection(indicators=(), **fields) -> Collection:
    """Four weeks to answer for 2024, unless told otherwise; those indicators are asked for."""
    strategy = fields.pop("strategy", None) or (indicators[0].strategy if indicators else make_strategy())
    defaults = {"fiscal_year": 2024, "deadline": timezone.localdate() + timedelta(weeks=4)}
    collection = Collection.objects.create(strategy=strategy, **{**defaults, **fields})
    collection.indicators.set(indicators)
    return collection


def make_actual(**fields) -> Actual:
    """125 in 2021, unless a value, another year or a reason is given. What is published has been checked, what is not is a draft."""
    indicator = fields.pop("indicator", None) or make_indicator()
    value = None if fields.get("missing_reason") or "is_met" in fields else Decimal(125)
    actual = Actual(indicator=indicator, **{"fiscal_year": 2021, "value": value, **fields})
    is_published = actual.fiscal_year <= (indicator.strategy.published_through or 0)
    if "entry_state" not in fields and is_published and actual.has_content:
        actual.entry_state = EntryState.CHECKED
    actual.save()
    return actual


def make_measured_indicator(results: dict[int, object], target=150, entry_state: EntryState | None = None, **fields) -> Indicator:
    """An indicator with a target and the actuals of those years: `make_measured_indicator({2020: 110, 2021: 125})`."""
    indicator = make_indicator(**fields)
    make_target(indicator=indicator, value=Decimal(target))
    state = {"entry_state": entry_state} if entry_state else {}
    for fiscal_year, value in results.items():
        make_actual(indicator=indicator, fiscal_year=fiscal_year, value=Decimal(value), **state)
    return indicator


def make_rating_scale(bands=(("A", Decimal(1)), ("B", Decimal("0.8")), ("C", None)), **fields) -> RatingScale:
    """A scale on 達成率 with bands given as (label, lower bound), best first."""
    strategy = fields.pop("strategy", None) or make_strategy()
    scale = RatingScale.objects.create(strategy=strategy, **{"name": "市の評価", "basis": "achievement_final", **fields})
    for position, (label, lower_bound) in enumerate(bands, start=1):
        RatingBand.objects.create(scale=scale, position=position, label=label, lower_bound=lower_bound)
    return scale


def make_partner(**fields) -> Partner:
    return Partner.objects.create(**{"name": f"株式会社 相手{next(_numbers)}", **fields})


def make_agreement(partners=(), **fields) -> Agreement:
    """An open-ended agreement without renewal; `partners` become its parties in that order."""
    strategy = fields.pop("strategy", None) or make_strategy()
    number = fields.pop("number", strategy.agreements.count() + 1)
    defaults = {
        "name": f"連携協定その{number}",
        "items": "地域の活性化\n情報の発信",
        "signed_on": date(2018, 4, 1),
        "term_kind": TermKind.OPEN_ENDED,
        "renewal": Renewal.NONE,
    }
    agreement = Agreement.objects.create(strategy=strategy, number=number, **{**defaults, **fields})
    for position, partner in enumerate(partners, start=1):
        Party.objects.create(agreement=agreement, partner=partner, position=position)
    return agreement


def make_review(**fields) -> AnnualReview:
    """The review of 2024, in its first stage unless `stage` is given, with the scale A to D."""
    strategy = fields.pop("strategy", None) or make_strategy()
    scale = fields.pop("scale", None) or default_scale(strategy=strategy, by=None)
    return AnnualReview.objects.create(strategy=strategy, scale=scale, **{"fiscal_year": 2024, **fields})
