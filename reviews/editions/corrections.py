"""Corrections since an edition 「訂正の一覧」: how values that readers saw have changed, from the change history."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from django.utils import timezone

from accounts.history import BY_COMMAND
from common.fiscal import era_long
from common.japanese import NO_VALUE, exact, number_text
from common.term import Term
from kpis.entry_states import Move
from kpis.models import Actual, ActualQuerySet
from kpis.models.actuals import CHECKED
from kpis.vocabulary import MissingReason, ValueState
from reviews.editions.comparing import COMMENT
from reviews.editions.parts import IndicatorContent
from reviews.editions.reading import EditionContent
from reviews.models import Edition

COLUMNS = (
    "indicator_id", "fiscal_year", "history_date", "history_type", "history_change_reason", "history_user__display_name",
    "value", "state", "missing_reason", "expected_month", "is_met", "comment", "reopening_reason", "is_sample",
)  # fmt: skip
NOT_REASONS = ("", Move.CHECK.label)
RESULT = "実績"


class CorrectionKind(Term):
    """What a correction does."""

    REPLACEMENT = "replacement", "確定値への置き換え"
    CORRECTION = "correction", "訂正"


@dataclass(frozen=True)
class Correction:
    """One change of what readers saw, in words. `indicator` is the edition's; `by` names staff: never show it to citizens."""

    indicator: IndicatorContent
    fiscal_year: int
    what: str
    before: str
    after: str
    at: datetime
    reason: str
    kind: CorrectionKind
    was: ValueState
    by: str

    @property
    def on(self) -> date:
        """The day by the city's clock."""
        return timezone.localtime(self.at).date()

    @property
    def era(self) -> str:
        return era_long(self.fiscal_year)

    @property
    def kind_words(self) -> str:
        """「確定値への置き換え（速報 → 確定値）」 or 「訂正」."""
        replaced = f"{self.kind.label}（{self.was.label} → {ValueState.CONFIRMED.label}）"
        return replaced if self.kind is CorrectionKind.REPLACEMENT else self.kind.label


def corrections(edition: Edition, user: Any, content: EditionContent | None = None) -> list[Correction]:
    """The corrections since that edition that the reader may see, oldest first; `user` may be anonymous. One query.

    Only values that readers see are compared: a draft in between is nobody's. Earlier years count too, for totals rest on them.
    `content` spares reading the edition again.
    """
    content = content or EditionContent.read(edition.content)
    by_id = {row.id: row for row in content.indicators}
    found = []
    for (indicator, _), records in groupby(_records(edition, by_id, content.fiscal_year, user), key=lambda record: record[:2]):
        found += _corrections(by_id[indicator], [dict(zip(COLUMNS, record, strict=True)) for record in records], edition.frozen_at)
    return sorted(found, key=lambda correction: (correction.at, correction.indicator.id))


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
        indicator=indicator,
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
        return f"{_number(record['value'], indicator.decimals)}{indicator.unit}{state}"
    if record["missing_reason"]:
        month = f"、{record['expected_month']}月公表予定" if record["expected_month"] else ""
        return f"未測定（{MissingReason(record['missing_reason']).label}{month}）"
    return {True: "実施した", False: "実施していない", None: NO_VALUE}[record["is_met"]]


def _number(value: Decimal, decimals: int) -> str:
    """Every decimal the value has: a correction behind the shown ones is one too."""
    return number_text(value, max(decimals, -int(exact(value).as_tuple().exponent)))
