"""The kinds of revision 「目標数値の見直し」 in one table: what each asks for, says, does to the facts, and calls when it is decided or taken back."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from accounts.models import User
from common.fiscal import era_long
from goals.models import Goal, Measure, Strategy
from kpis.facts import IndicatorFacts
from kpis.models import Indicator
from kpis.period_actions import extend_period
from kpis.revision_actions import NewIndicator, PartRefused, add_indicator, end_indicator, revise_target, set_milestone, split_indicator
from kpis.taking_back import CHANGED_SINCE, take_back_addition, take_back_end, take_back_extension, take_back_split, take_back_target
from kpis.vocabulary import TargetKind
from reviews.models import Meeting, TargetRevision
from reviews.revising import facts as revised_facts
from reviews.revising import words as revision_words
from reviews.vocabulary import RevisionKind

PLACES = {"measure_id": Measure, "goal_id": Goal}
# What the lower actions call a part's fields, and what its form calls them.
PART_FIELDS = {"value": "target_value", "upper_value": "target_upper_value"}
NOT_DECIDED_YET = "（これから決める会議）"
YEARS_BEGUN = "{first}からの年度の評価・検証か実績の照会が、すでに始まっています。"
Decided = dict[str, Any]
Undone = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of revision. `asks` are fields of TargetRevision beside the reason; `parts` how many new indicators at least and at most.

    `renames` leads from the lower action's fields to those of the proposal, so that an error stands where it can be mended.
    """

    hint: str
    asks: tuple[str, ...]
    words: Callable[[TargetRevision], str]
    carry_out: Callable[[TargetRevision, Decided, User | None], object]
    take_back: Callable[[TargetRevision, Undone], object]
    revised: Callable[[IndicatorFacts, TargetRevision], IndicatorFacts] = lambda facts, revision: facts
    unsuited: tuple[TargetKind, ...] = ()
    parts: tuple[int, int] = (0, 0)
    renames: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def _target(revision: TargetRevision, decided: Decided, by: User | None) -> object:
    year, values = revision.effective_fiscal_year, {"value": revision.value, "upper_value": revision.upper_value}
    return revise_target(indicator=revision.indicator, effective_fiscal_year=year, **values, **decided, by=by)


def _milestone(revision: TargetRevision, decided: Decided, by: User | None) -> object:
    years = {name: getattr(revision, name) for name in ("milestone_fiscal_year", "effective_fiscal_year")}
    return set_milestone(indicator=revision.indicator, value=revision.value, **years, **decided, by=by)


def _end(revision: TargetRevision, decided: Decided, by: User | None) -> object:
    return end_indicator(indicator=revision.indicator, last_fiscal_year=revision.last_fiscal_year, reason=decided["reason"], by=by)


def _split(revision: TargetRevision, decided: Decided, by: User | None) -> object:
    parts = [NewIndicator.of_content(part) for part in revision.content]
    return split_indicator(indicator=revision.indicator, parts=parts, from_fiscal_year=revision.effective_fiscal_year, **decided, by=by)


def _addition(revision: TargetRevision, decided: Decided, by: User | None) -> object:
    """Of one new indicator every error but those of year and place is its own, as those of a part are."""
    content = dict(revision.content[0])
    place = {name.removesuffix("_id"): model.objects.filter(pk=content.pop(name, None)).first() for name, model in PLACES.items()}
    new, year = NewIndicator.of_content(content), revision.effective_fiscal_year
    try:
        return add_indicator(strategy=revision.strategy, new=new, first_fiscal_year=year, **place, **decided, by=by)
    except ValidationError as error:
        if set(error.error_dict) & {"first_fiscal_year", "measure", *decided}:
            raise
        raise PartRefused(0, error) from error


def _extension(revision: TargetRevision, decided: Decided, by: User | None) -> object:
    """The plan is read anew: the action writes its new years into the object it is given, also when it is taken back."""
    years = {name: getattr(revision, name) for name in ("effective_fiscal_year", "last_fiscal_year")}
    return extend_period(strategy=Strategy.objects.get(pk=revision.strategy_id), **years, **decided, by=by)


def _without_target(revision: TargetRevision, undone: Undone) -> object:
    names = ("effective_fiscal_year", "milestone_fiscal_year", "value", "upper_value")
    return take_back_target(indicator=revision.indicator, figures={name: getattr(revision, name) for name in names}, **undone)


def _without_end(revision: TargetRevision, undone: Undone) -> object:
    return take_back_end(indicator=revision.indicator, last_fiscal_year=revision.last_fiscal_year, **undone)


def _without_split(revision: TargetRevision, undone: Undone) -> object:
    return take_back_split(indicator=revision.indicator, from_fiscal_year=revision.effective_fiscal_year, **undone)


def _without_addition(revision: TargetRevision, undone: Undone) -> object:
    new = {name: revision.content[0].get(name, "") for name in ("code", "breakdown")}
    made = Indicator.objects.filter(strategy=revision.strategy_id, first_fiscal_year=revision.effective_fiscal_year, **new).first()
    if made is None:
        raise ValidationError(CHANGED_SINCE)
    return take_back_addition(indicator=made, **undone)


def _without_extension(revision: TargetRevision, undone: Undone) -> object:
    years = {name: getattr(revision, name) for name in ("effective_fiscal_year", "last_fiscal_year")}
    take_back_extension(strategy=revision.strategy, **years, **undone)
    plan = Strategy.objects.get(pk=revision.strategy_id)
    end = plan.final_fiscal_year
    if any(rows.filter(fiscal_year__gt=end).exists() for rows in (plan.reviews, plan.collections)) or (plan.published_through or 0) > end:
        raise ValidationError(YEARS_BEGUN.format(first=era_long(end + 1)))
    return plan


KINDS: dict[RevisionKind, Kind] = {
    RevisionKind.TARGET: Kind(
        hint="目標値を上げる・下げる。見直す前の年度の判定は変わりません。",
        asks=("effective_fiscal_year", "value", "upper_value"),
        words=revision_words.of_target,
        carry_out=_target,
        take_back=_without_target,
        revised=lambda facts, row: revised_facts.with_target(facts, row.effective_fiscal_year, row.value, row.upper_value),
        unsuited=(TargetKind.DIRECTION, TargetKind.MILESTONE),
        labels={"value": "新しい目標値"},
    ),
    RevisionKind.MILESTONE: Kind(
        hint="途中の年度の目標を決める。その年度の目安になります。",
        asks=("milestone_fiscal_year", "effective_fiscal_year", "value"),
        words=revision_words.of_milestone,
        carry_out=_milestone,
        take_back=_without_target,
        revised=lambda facts, row: revised_facts.with_milestone(facts, row.milestone_fiscal_year, row.effective_fiscal_year, row.value),
        unsuited=(TargetKind.DIRECTION, TargetKind.RANGE),
        labels={"value": "年度目標の値"},
    ),
    RevisionKind.SPLIT: Kind(
        hint="1つの指標を、2つから4つの指標に分ける。分ける前の値は残ります。",
        asks=("effective_fiscal_year",),
        words=revision_words.of_split,
        carry_out=_split,
        take_back=_without_split,
        revised=lambda facts, row: revised_facts.ended(facts, row.effective_fiscal_year - 1),
        parts=(2, 4),
        renames={"from_fiscal_year": "effective_fiscal_year", "last_fiscal_year": "effective_fiscal_year"},
        labels={"effective_fiscal_year": "分ける年度から"},
    ),
    RevisionKind.END: Kind(
        hint="指標を途中で終える。終えた後の年度は、入力も判定もしません。",
        asks=("last_fiscal_year",),
        words=revision_words.of_end,
        carry_out=_end,
        take_back=_without_end,
        revised=lambda facts, row: revised_facts.ended(facts, row.last_fiscal_year),
        labels={"last_fiscal_year": "対象となる最後の年度"},
    ),
    RevisionKind.ADD: Kind(
        hint="新しい指標を加える。加えた年度から判定します。",
        asks=("effective_fiscal_year",),
        words=revision_words.of_addition,
        carry_out=_addition,
        take_back=_without_addition,
        parts=(1, 1),
        renames={"first_fiscal_year": "effective_fiscal_year", "measure": "place"},
        labels={"effective_fiscal_year": "対象となる最初の年度"},
    ),
    RevisionKind.EXTEND: Kind(
        hint="計画の最後の年度を後にする。適用する前の年度の判定は変わりません。",
        asks=("effective_fiscal_year", "last_fiscal_year"),
        words=revision_words.of_extension,
        carry_out=_extension,
        take_back=_without_extension,
        revised=lambda facts, row: revised_facts.extended(facts, row.effective_fiscal_year, row.last_fiscal_year),
        labels={"last_fiscal_year": "延長後の最後の年度"},
    ),
}


def kind_of(revision: TargetRevision) -> Kind:
    return KINDS[RevisionKind(revision.kind)]


def words_of(revision: TargetRevision) -> str:
    """What it changes: 「目標値 90万人 → 84万人（令和5年度から）」. No query with `indicator__targets` prefetched."""
    return kind_of(revision).words(revision)


def meeting_name(meeting: Meeting) -> str:
    """As a target keeps it: 「令和6年度の評価・検証 第1回 検討・推進会議」."""
    return f"{era_long(meeting.review.fiscal_year)}の評価・検証 {meeting.title}"


def carry_out(revision: TargetRevision, *, decided_on: date, decided_by_meeting: str, by: User | None) -> None:
    """Put it into the plan by the lower action. Raises ValidationError by the proposal's own fields, `part-0-name` for those of new indicators."""
    decided = {"reason": revision.reason, "decided_on": decided_on, "decided_by_meeting": decided_by_meeting, "is_sample": revision.is_sample}
    kind = kind_of(revision)
    try:
        kind.carry_out(revision, decided, by)
    except PartRefused as refused:
        raise ValidationError(_of_part(refused, kind.parts[1])) from refused
    except ValidationError as error:
        raise ValidationError({kind.renames.get(name, name): texts for name, texts in error.message_dict.items()}) from error


def _of_part(refused: PartRefused, most: int) -> dict[str, list[str]]:
    which = f"{refused.part + 1}つ目の指標：" if most > 1 else ""
    return {
        (name if name == NON_FIELD_ERRORS else f"part-{refused.part}-{PART_FIELDS.get(name, name)}"): [
            f"{which}{text}" if name == NON_FIELD_ERRORS else text for text in texts
        ]
        for name, texts in refused.message_dict.items()
    }


def trial(revision: TargetRevision, today: date) -> None:
    """Raises what deciding would raise, and leaves nothing behind: it is carried out and taken back."""
    with transaction.atomic():
        carry_out(revision, decided_on=today, decided_by_meeting=NOT_DECIDED_YET, by=None)
        transaction.set_rollback(True)
