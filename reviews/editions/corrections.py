"""Corrections since an edition 「訂正の一覧」: how values that readers saw have changed, from the change history, and what was decided of the plan."""
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby, pairwise
from typing import Any

from accounts.history import BY_COMMAND
from common.japanese import NO_VALUE
from kpis.entry_states import Move
from kpis.models import Actual, ActualQuerySet
from kpis.models.actuals import CHECKED
from kpis.vocabulary import MissingReason, ValueState
from reviews.editions.comparing import COMMENT
from reviews.editions.corrected import Correction, CorrectionKind, Subject, exact_number
from reviews.editions.parts import IndicatorContent
from reviews.editions.reading import EditionContent
from reviews.editions.revised import PlanHistory, revisions
from reviews.models import Edition

COLUMNS = (
    "indicator_id", "fiscal_year", "history_date", "history_type", "history_change_reason", "history_user__display_name",
    "value", "state", "missing_reason", "expected_month", "is_met", "comment", "reopening_reason", "is_sample",
)  # fmt: skip
NOT_REASONS = ("", Move.CHECK.label)
RESULT = "実績"


def corrections(edition: Edition, user: Any, content: EditionContent | None = None, plan: PlanHistory | None = None) -> list[Correction]:
    """All that changed since that edition as the reader may see it, values and plan, oldest first; `user` may be anonymous.

    One query, and those of `plan`. `content` spares reading the edition again, `plan` reading the plan's history for every year.
    """
    content = content or EditionContent.read(edition.content)
    found = [*value_corrections(edition, user, content), *revisions(edition, content, plan or PlanHistory(edition.review.strategy))]
    return sorted(found, key=lambda correction: (correction.at, correction.about.id or 0))


def value_corrections(edition: Edition, user: Any, content: EditionContent) -> list[Correction]:
    """The values and comments that changed since, oldest first. One query.

    Only values that readers see are compared: a draft in between is nobody's. Earlier years count too, for totals rest on them.
    """
    by_id = {row.id: row for row in content.indicators}
    found = []
    for (indicator, _), records in groupby(_records(edition, by_id, content.fiscal_year, user), key=lambda record: record[:2]):
        found += _corrections(by_id[indicator], [dict(zip(COLUMNS, record, strict=True)) for record in records], edition.frozen_at)
    return sorted(found, key=lambda correction: (correction.at, correction.about.id))


def _records(edition: Edition, indicators: Iterable[int], through: int, user: Any) -> Iterable[tuple]:
    """What readers saw of each value that was written after the edition, by value and time."""
    visible = ActualQuerySet.visible_to(Actual.history.all(), user, edition.review.strategy).filter(CHECKED)
    # A value that was deleted before anybody checked it anew is gone for readers too; it says nothing of what they did not see.
    shown = (visible | Actual.history.filter(history_type="-")).filter(fiscal_year__lte=through)
    since = shown.filter(indicator_id__in=list(indicators), history_date__gt=edition.frozen_at)
    rows = shown.filter(indicator_id__in=since.order_by().values("indicator_id"))
    return rows.order_by("indicator_id", "fiscal_year", "history_date", "history_id").values_list(*COLUMNS)


def _corrections(indicator: IndicatorContent, records: list[dict], frozen_at: datetime) -> Iterator[Correction]:
    earlier = [record for record in records if record["history_date"] <= frozen_at]
    since = [record for record in records if record["history_date"] > frozen_at]
    # The sample bears earlier days than the one it was loaded on: its values were there before its editions.
    was_there = since[0] if since and since[0]["is_sample"] else None
    seen = [earlier[-1] if earlier else was_there, *since]
    for before, after in pairwise(seen):
        texts = zip(_said(before, indicator), _said(after, indicator), strict=True)
        for what, (old, new) in zip((RESULT, COMMENT), texts, strict=True):
            if old != new:
                yield _correction(indicator, what, old, new, before, after)


def _correction(indicator: IndicatorContent, what: str, old: str, new: str, before: dict | None, after: dict) -> Correction:
    was = ValueState(before["state"]) if before else ValueState.CONFIRMED
    becomes_firm = what == RESULT and _has_value(before) and _has_value(after) and was is not ValueState.CONFIRMED and _is_firm(after)
    return Correction(
        about=Subject.of(indicator),
        fiscal_year=after["fiscal_year"],
        what=what,
        before=old,
        after=new,
        at=after["history_date"],
        reason=_reason(before, after),
        kind=CorrectionKind.REPLACEMENT if becomes_firm else CorrectionKind.CORRECTION,
        was=was,
        by=after["history_user__display_name"] or BY_COMMAND,
    )


def _is_firm(record: dict) -> bool:
    return record["state"] == ValueState.CONFIRMED


def _has_value(record: dict | None) -> bool:
    return record is not None and record["history_type"] != "-" and record["value"] is not None


def _reason(before: dict | None, after: dict) -> str:
    """Why it was written; for a value that was reopened and checked anew, why it was reopened."""
    reason = after["history_change_reason"] or ""
    reopened = before["reopening_reason"] if before else ""
    return (reopened or reason) if reason in NOT_REASONS else reason


def _said(record: dict | None, indicator: IndicatorContent) -> tuple[str, str]:
    """What a record says of its year, and its comment; a value that is gone or was not there says nothing."""
    if record is None or record["history_type"] == "-":
        return NO_VALUE, NO_VALUE
    return _content(record, indicator), record["comment"] or NO_VALUE


def _content(record: dict, indicator: IndicatorContent) -> str:
    if record["value"] is not None:
        state = "" if _is_firm(record) else f"（{ValueState(record['state']).label}）"
        return f"{exact_number(record['value'], indicator.decimals)}{indicator.unit}{state}"
    if record["missing_reason"]:
        month = f"、{record['expected_month']}月公表予定" if record["expected_month"] else ""
        return f"未測定（{MissingReason(record['missing_reason']).label}{month}）"
    return {True: "実施した", False: "実施していない", None: NO_VALUE}[record["is_met"]]
