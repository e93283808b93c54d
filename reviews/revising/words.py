"""Revisions of the plan in words: 「目標値 90万人 → 84万人（令和5年度から）」. Pure: reads the rows it is given, with their indicator's targets."""
from decimal import Decimal
from itertools import chain

from common.fiscal import era_long
from common.japanese import number_text
from kpis.models import Indicator, Target
from kpis.vocabulary import TargetKind
from reviews.models import TargetRevision

NONE = "なし"


def figure(indicator: Indicator, value: Decimal, upper_value: Decimal | None = None) -> str:
    """「84.0万人」「30％以上 40％以下」."""
    lower = f"{number_text(value, indicator.decimals)}{indicator.unit}"
    return lower if upper_value is None else f"{lower}以上 {number_text(upper_value, indicator.decimals)}{indicator.unit}以下"


def _before(revision: TargetRevision) -> str:
    """What was in force of the same target before the revision's year."""
    rows = (row for row in revision.indicator.targets.all() if row.milestone_fiscal_year == revision.milestone_fiscal_year)
    earlier = [row for row in rows if row.effective_fiscal_year < revision.effective_fiscal_year]
    return _target_words(revision.indicator, max(earlier, key=lambda row: row.effective_fiscal_year)) if earlier else NONE


def _target_words(indicator: Indicator, target: Target) -> str:
    return figure(indicator, target.value, target.upper_value)


def of_target(revision: TargetRevision) -> str:
    after = figure(revision.indicator, revision.value, revision.upper_value)
    return f"目標値 {_before(revision)} → {after}（{era_long(revision.effective_fiscal_year)}から）"


def of_milestone(revision: TargetRevision) -> str:
    """A qualitative indicator's milestone is the year by which its aim is due."""
    due, since = era_long(revision.milestone_fiscal_year), era_long(revision.effective_fiscal_year)
    if revision.indicator.target_kind == TargetKind.MILESTONE:
        return f"実施・設置の期限 {due}まで（{since}から）"
    return f"{due}の年度目標 {_before(revision)} → {figure(revision.indicator, revision.value)}（{since}から）"


def of_end(revision: TargetRevision) -> str:
    return f"{era_long(revision.last_fiscal_year)}で終える（{era_long(revision.effective_fiscal_year)}からは判定しない）"


def of_split(revision: TargetRevision) -> str:
    names = "".join(f"「{part_name(part)}」" for part in revision.content)
    return f"{names}の{len(revision.content)}つに分ける（{era_long(revision.effective_fiscal_year)}から）"


def of_addition(revision: TargetRevision) -> str:
    new = next(chain(revision.content, [{}]))
    value = content_figure(new)
    target = f"目標値 {value}、" if value else ""
    return f"「{part_name(new)}」を加える（{target}{era_long(revision.effective_fiscal_year)}から）"


def of_extension(revision: TargetRevision) -> str:
    since = revision.effective_fiscal_year
    before = max((end for effective, end in revision.strategy.period_ends if effective < since), default=revision.strategy.last_fiscal_year)
    return f"計画期間 {era_long(before)}まで → {era_long(revision.last_fiscal_year)}まで（{era_long(since)}から）"


def part_name(part: dict) -> str:
    """A new indicator in short: its breakdown, else its name."""
    return part.get("breakdown") or part.get("name", "")


def content_figure(part: dict) -> str:
    """The target of a new indicator 「100人」; empty without a number."""
    if not part.get("target_value"):
        return ""
    shown = Indicator(unit=part.get("unit", ""), decimals=part.get("decimals", 0))
    upper = part.get("target_upper_value")
    return figure(shown, Decimal(part["target_value"]), Decimal(upper) if upper else None)


def content_baseline(part: dict) -> str:
    """The baseline of a new indicator 「90人（H30）」; 「なし」 without one."""
    if not part.get("baseline_value"):
        return NONE
    value = figure(Indicator(unit=part.get("unit", ""), decimals=part.get("decimals", 0)), Decimal(part["baseline_value"]))
    return f"{value}（{part['baseline_label']}）" if part.get("baseline_label") else value
