"""What became of the plan since an edition 「目標の見直し」: targets, indicators and the plan's period, from the change history, with who decided it."""
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, CharField, DateField, DecimalField, F, IntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from common.fiscal import era_long
from common.japanese import NO_VALUE
from goals.models import PeriodExtension, Strategy
from kpis.models import Indicator, Target
from kpis.vocabulary import TargetKind
from reviews.editions.corrected import Correction, CorrectionKind, Subject, exact_number
from reviews.editions.reading import EditionContent
from reviews.models import Edition, TargetRevision
from reviews.revising.kinds import meeting_name
from reviews.revising.words import NONE
from reviews.vocabulary import RevisionKind, RevisionState

TARGET, INDICATOR, PERIOD = "target", "indicator", "period"
TO_THE_END = "計画の最後の年度まで"
WITHOUT_NUMBER = {TargetKind.MILESTONE: "実施・設置"}


@dataclass(frozen=True)
class Record:
    """One record of the history of a target, an indicator or an extension of the period, all in one shape.

    `since` is the year it applies from (an indicator's own first), `until` a yearly milestone's year, an indicator's own last, or the plan's new last.
    """

    thing: str
    row: int
    at: datetime
    type: str
    trace: str | None
    indicator: int | None
    since: int | None
    until: int | None
    value: Decimal | None
    upper: Decimal | None
    reason: str
    decided_on: date | None
    meeting: str
    is_sample: bool | None
    code: str
    breakdown: str
    name: str
    unit: str
    decimals: int | None
    target_kind: str
    goal: int | None
    measure: int | None
    split_from: int | None
    is_since: bool = False

    @property
    def subject(self) -> Subject:
        full_name = f"{self.name}（{self.breakdown}）" if self.breakdown else self.name
        return Subject(self.indicator, self.code, self.breakdown, full_name, self.goal, self.measure)

    @property
    def why(self) -> str:
        """Why it was decided; of one that was changed or taken back, why that."""
        first, second = (self.reason, self.trace) if self.type == "+" else (self.trace, self.reason)
        return first or second or ""

    @property
    def figure(self) -> str:
        """「84.0万人」「30％以上 40％以下」「令和6年度まで」."""
        if self.target_kind == TargetKind.MILESTONE and self.until:
            return f"{era_long(self.until)}まで"
        lower, upper = (value is not None and f"{exact_number(value, self.decimals or 0)}{self.unit}" for value in (self.value, self.upper))
        return f"{lower}以上 {upper}以下" if upper else lower


COLUMNS = tuple(field.name for field in fields(Record) if field.name != "is_since")
NUMBER = DecimalField(max_digits=15, decimal_places=4)
FIELDS = {
    **dict.fromkeys(("indicator", "since", "until", "decimals", "goal", "measure", "split_from"), IntegerField()),
    **dict.fromkeys(("value", "upper"), NUMBER), "decided_on": DateField(), "is_sample": BooleanField(),
}  # fmt: skip
# What a target's and an extension's history call the columns.
DECIDED = {
    "since": F("effective_fiscal_year"), "reason": F("reason"), "decided_on": F("decided_on"), "meeting": F("decided_by_meeting"), "is_sample": F("is_sample"),
}  # fmt: skip
UNITS, PLACE = ("unit", "decimals", "target_kind"), ("goal", "measure")
OF_INDICATOR = ("code", "breakdown", "name", *UNITS)


@dataclass(frozen=True)
class PlanHistory:
    """What the history says of a plan's targets, indicators and period: read once for all its editions, in one query, two where it is asked who decided."""

    strategy: Strategy

    @cached_property
    def records(self) -> list[Record]:
        """Oldest first."""
        return sorted((Record(*row) for row in _records(self.strategy)), key=lambda record: record.at)

    @cached_property
    def decisions(self) -> dict[int | tuple[str, str] | None, TargetRevision]:
        """The meetings' decisions on indicators, by the indicator that ended and by the number and 内訳 of those that came."""
        kinds = (RevisionKind.END, RevisionKind.SPLIT, RevisionKind.ADD)
        rows = TargetRevision.objects.filter(strategy=self.strategy, state=RevisionState.DECIDED, kind__in=kinds)
        found = {}
        for row in rows.select_related("meeting__review").order_by("decided_on", "pk"):
            found |= {row.indicator_id: row} | {(part.get("code", ""), part.get("breakdown", "")): row for part in row.content}
        return found


def revisions(edition: Edition, content: EditionContent, plan: PlanHistory) -> list[Correction]:
    """What was decided of the edition's plan after it, oldest first: the same for every reader, for the plan is public."""
    records = _since_when(edition, content, plan.records)
    lives = list(_lives(records, content))
    found = [*_of_targets(records, content, {life.record.indicator for life in lives if life.is_added}), *_of_period(records, plan.strategy)]
    found += _of_indicators(lives, records, content, plan.decisions if lives else {})
    return sorted(found, key=lambda correction: (correction.at, correction.about.id or 0))


def _since_when(edition: Edition, content: EditionContent, records: Iterable[Record]) -> list[Record]:
    """The records with their indicator's words, in the edition's units where it has it; `is_since` marks those after it."""
    words = {each.indicator: {name: getattr(each, name) for name in (*OF_INDICATOR, *PLACE)} for each in records if each.thing == INDICATOR}
    for row in content.indicators:
        words[row.id] = words.get(row.id, {}) | {name: getattr(row, name) for name in UNITS}
    return [replace(record, is_since=_is_since(record, edition, content), **words.get(record.indicator, {})) for record in records]


def _is_since(record: Record, edition: Edition, content: EditionContent) -> bool:
    """The sample bears earlier days than the one it was loaded on: the plan, and what is decided in it, was there before its editions."""
    is_loaded = content.is_sample and record.type == "+" and record.thing != INDICATOR
    is_earlier = record.is_sample and record.decided_on is not None and record.decided_on <= timezone.localtime(edition.frozen_at).date()
    return record.at > edition.frozen_at and not (is_loaded and (record.decided_on is None or is_earlier))


def _records(strategy: Strategy) -> QuerySet:
    of_plan = Indicator.history.filter(strategy=strategy).order_by()
    targets = _leg(
        Target.history.filter(indicator_id__in=of_plan.values("id")), TARGET, indicator=F("indicator_id"), until=F("milestone_fiscal_year"),
        value=F("value"), upper=F("upper_value"), **DECIDED,
    )  # fmt: skip
    place = {"goal": Coalesce("goal__number", "measure__goal__number"), "measure": F("measure__number")}
    indicators = _leg(
        of_plan.filter(~Q(history_type="~") | Q(id__in=of_plan.filter(last_fiscal_year__isnull=False).values("id"))), INDICATOR, indicator=F("id"),
        since=F("first_fiscal_year"), until=F("last_fiscal_year"), split_from=F("split_from_id"), **{name: F(name) for name in OF_INDICATOR}, **place,
    )  # fmt: skip
    periods = _leg(PeriodExtension.history.filter(strategy=strategy), PERIOD, until=F("last_fiscal_year"), **DECIDED)
    return targets.union(indicators, periods, all=True)


def _leg(rows: QuerySet, thing: str, **known: Any) -> QuerySet:
    """The history's rows in the columns of Record; what a table does not know is empty."""
    known |= {"thing": Value(thing), "row": F("id"), "at": F("history_date"), "type": F("history_type"), "trace": F("history_change_reason")}
    empty = {name: Cast(Value(None), FIELDS[name]) if name in FIELDS else Value("", CharField()) for name in COLUMNS}
    return rows.order_by().annotate(**{f"_{name}": known.get(name, empty[name]) for name in COLUMNS}).values_list(*(f"_{name}" for name in COLUMNS))


def _revision(record: Record, about: Subject, what: str, before: str, after: str, **other: Any) -> Correction:
    """What was taken back keeps its reason; the meeting had decided something else."""
    decided = {} if record.type == "-" else {"decided_on": record.decided_on, "decided_by_meeting": record.meeting}
    told = {"fiscal_year": record.since, "reason": record.why, **decided, **other}
    return Correction(about=about, what=what, before=before, after=after, at=record.at, kind=CorrectionKind.REVISION, **told)


def _subjects(content: EditionContent) -> dict[int, Subject]:
    return {row.id: Subject.of(row) for row in content.indicators}


def _of_targets(records: Iterable[Record], content: EditionContent, added: set[int]) -> Iterator[Correction]:
    """Each target with the one that was in force until then. The first one of an added indicator is told with it."""
    subjects, known = _subjects(content), defaultdict(dict)
    for record in (each for each in records if each.thing == TARGET):
        own = known[record.indicator]
        old = own.pop(record.row, None)
        instead = _in_force(own.values(), record)
        if record.type != "-":
            own[record.row] = record
        before, after = old or instead, instead if record.type == "-" else record
        is_moved = record.type == "~" and old is not None and old.since != record.since
        texts = [_figure(each, with_year=is_moved) for each in (before, after)]
        is_told = None in (before, after) and record.indicator in added
        if record.is_since and texts[0] != texts[1] and not is_told:
            yield _revision(record, subjects.get(record.indicator, record.subject), _target_words(record), *texts)


def _in_force(known: Iterable[Record], record: Record) -> Record | None:
    """The target that holds in that record's year without it: the plan's, the milestone of the same year, of a qualitative aim its due year."""
    is_aim = record.target_kind == TargetKind.MILESTONE
    rows = (each for each in known if (is_aim or each.until == record.until) and each.since <= record.since)
    return max(rows, key=lambda each: each.since, default=None)


def _figure(record: Record | None, *, with_year: bool) -> str:
    if record is None:
        return NONE
    return f"{record.figure}（{era_long(record.since)}から）" if with_year else record.figure


def _target_words(record: Record) -> str:
    if record.target_kind == TargetKind.MILESTONE:
        return "実施・設置の期限"
    return "目標" if record.until is None else f"{era_long(record.until)}の年度目標"


@dataclass(frozen=True)
class Life:
    """A record by which an indicator was added, or taken back, or got another last year than `last`."""

    record: Record
    last: int | None
    is_added: bool

    @property
    def is_new(self) -> bool:
        return self.is_added and self.record.type == "+"


def _lives(records: Iterable[Record], content: EditionContent) -> Iterator[Life]:
    of_edition, lasts = {row.id for row in content.indicators}, {}
    for record in (each for each in records if each.thing == INDICATOR):
        is_added, last = record.type != "~" and record.indicator not in of_edition, lasts.get(record.indicator)
        if record.is_since and (is_added or (record.type == "~" and record.until != last)):
            yield Life(record, last, is_added)
        lasts[record.indicator] = record.until


def _of_indicators(lives: list[Life], records: list[Record], content: EditionContent, decisions: Mapping[Any, TargetRevision]) -> Iterator[Correction]:
    subjects = _subjects(content)
    targets = {each.indicator: each for each in reversed(records) if each.thing == TARGET}
    for life in lives:
        record = life.record
        # Of a split that was taken back, the record that lets the indicator go on has no last year, and so no parts.
        news = (each.record for each in lives if each.is_new and each.record.split_from == record.indicator)
        parts = [each.subject.key for each in news if record.until is not None and each.since == record.until + 1]
        if life.is_added:
            yield _addition(record, targets.get(record.indicator), decisions.get((record.code, record.breakdown)), content)
        else:
            yield _end(life, subjects.get(record.indicator, record.subject), parts, decisions.get(record.indicator))


def _addition(record: Record, target: Record | None, decision: TargetRevision | None, content: EditionContent) -> Correction:
    """Or its taking back. The target keeps who decided it, too."""
    decided = {"reason": target.why, "decided_on": target.decided_on, "decided_by_meeting": target.meeting} if target else {}
    aim = f"目標 {target.figure}" if target else WITHOUT_NUMBER.get(record.target_kind, "数値目標なし")
    year = {"fiscal_year": record.since or content.fiscal_year}
    if record.type == "-":
        return _revision(record, record.subject, "指標の追加", aim, NO_VALUE, **year)
    return _revision(record, record.subject, "指標の追加", NO_VALUE, aim, **decided | _decided(decision) | year)


def _end(life: Life, about: Subject, parts: list[str], decision: TargetRevision | None) -> Correction:
    before, after = (f"{era_long(year)}まで" if year else TO_THE_END for year in (life.last, life.record.until))
    what, split = ("指標の分割", f"。その後は{'、'.join(parts)}に分割") if parts else ("対象となる年度", "")
    year = (life.record.until or life.last) + 1
    return _revision(life.record, about, what, before, after + split, **_decided(decision) | {"fiscal_year": year})


def _decided(row: TargetRevision | None) -> dict[str, Any]:
    return {"reason": row.reason, "decided_on": row.decided_on, "decided_by_meeting": meeting_name(row.meeting)} if row else {}


def _of_period(records: Iterable[Record], strategy: Strategy) -> Iterator[Correction]:
    """The plan's last year before and after each extension."""
    ends, before = {}, strategy.last_fiscal_year
    for record in (each for each in records if each.thing == PERIOD):
        ends[record.row] = strategy.last_fiscal_year if record.type == "-" else record.until
        after = max(ends.values())
        if record.is_since and after != before:
            yield _revision(record, Subject(), "最後の年度", era_long(before), era_long(after))
        before = after
