"""What the pages about partnership agreements 「連携協定」 show."""
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import prefetch_related_objects

from accounts.history import KINDS, HistoryEntry, Trail, entries
from common.fiscal import era_date_short
from dashboards.frame import Frame
from dashboards.timeline import Axis, Span, axis_for, term_spans
from partnerships.models import Agreement, Partner, Party, parties_and_measures
from partnerships.terms import STATE_MEANINGS, Renewal, State, TermState, term_words

ICONS = {State.NEEDS_CHECK: "q", State.ENDING_SOON: "clock", State.EXPIRED: "not_rated", State.RENEWED: "loop", State.ACTIVE: "check"}
PRESSING = list(State)


@dataclass(frozen=True)
class AgreementRow:
    """One agreement with its state today and its line in the timeline."""

    agreement: Agreement
    found: TermState
    today: date
    spans: tuple[Span, ...]

    @property
    def state(self) -> State:
        return self.found.state

    @property
    def is_open_ended(self) -> bool:
        return self.found.first_end is None

    @property
    def state_word(self) -> str:
        return "有効（期限なし）" if self.is_open_ended else self.state.label

    @property
    def icon(self) -> str:
        return "inf" if self.is_open_ended else ICONS[self.state]

    @property
    def meaning(self) -> str:
        return STATE_MEANINGS[self.state]

    @property
    def term_words(self) -> str:
        return term_words(self.agreement.term())

    @property
    def first_end_words(self) -> str:
        """The end as signed, for tables: 「R2.3.31」「H29.9.18（3年）」「期限なし」."""
        if self.is_open_ended:
            return "期限なし"
        years = f"（{self.agreement.term_years}年）" if self.agreement.term_years else ""
        return era_date_short(self.found.first_end) + years

    @property
    def renewal_words(self) -> str:
        return Renewal(self.agreement.renewal).label

    @property
    def is_unclear(self) -> bool:
        """Whether the plan's 「あり」 is all that is known of the renewal."""
        is_recorded = self.agreement.renewed_until is not None
        return self.state is State.NEEDS_CHECK and self.agreement.renewal == Renewal.UNSPECIFIED and not is_recorded

    @property
    def days_left(self) -> int:
        """Days from today to the end that counts, 0 on that day. Only for agreements that have one."""
        return (self.found.current_end - self.today).days

    @property
    def note(self) -> str:
        """What the state means for this agreement, in a few words."""
        return NOTES[self.state](self)

    @property
    def parties(self) -> list[Party]:
        return list(self.agreement.parties.all())

    @property
    def goal_numbers(self) -> list[int]:
        return sorted({measure.goal.number for measure in self.agreement.measures.all()})


def _needs_check_note(row: AgreementRow) -> str:
    if row.found.current_end > row.found.first_end:
        return f"記録された期限 {era_date_short(row.found.current_end)} を過ぎています"
    return "自動延長かどうかは不明です" if row.is_unclear else "協議による延長の記録がありません"


def _ending_soon_note(row: AgreementRow) -> str:
    left = f"あと{row.days_left}日" if row.days_left else "本日まで"
    return f"期限 {era_date_short(row.found.current_end)}（{left}）"


def _active_note(row: AgreementRow) -> str:
    if row.is_open_ended:
        return "期限の定めはありません"
    is_renewed = row.found.current_end > row.found.first_end
    return f"{era_date_short(row.found.current_end)} まで{'延長の記録があります' if is_renewed else '有効です'}"


NOTES = {
    State.NEEDS_CHECK: _needs_check_note,
    State.ENDING_SOON: _ending_soon_note,
    State.EXPIRED: lambda row: f"{era_date_short(row.found.current_end)} に満了しました",
    State.RENEWED: lambda row: f"{row.found.renewals}回目の延長期間（{era_date_short(row.found.current_end)} まで）",
    State.ACTIVE: _active_note,
}


@dataclass(frozen=True)
class Timeline:
    """What is drawn behind the bars of every row: the years, the plan's period, and today."""

    axis: Axis
    plan: Span
    today_x: str


@dataclass(frozen=True)
class StateFilter:
    """One link above the list. `value` is empty for 「すべて」."""

    value: str
    label: str
    icon: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class AgreementsContent:
    """The list, most pressing first. `total`, the filters and the two notices speak of all agreements, `rows` of the state chosen."""

    rows: tuple[AgreementRow, ...]
    total: int
    filters: tuple[StateFilter, ...]
    ending_soon: tuple[AgreementRow, ...]
    needs_check: tuple[AgreementRow, ...]
    timeline: Timeline

    @property
    def has_goals(self) -> bool:
        return any(row.goal_numbers for row in self.rows)

    @property
    def unclear(self) -> int:
        """How many need a check because the plan says no more than 「あり」."""
        return sum(row.is_unclear for row in self.needs_check)


def agreements_content(frame: Frame, state: State | None) -> AgreementsContent:
    """All agreements of the strategy, or those in one state. Three queries."""
    timeline, rows = _drawn(frame, list(Agreement.objects.for_list(frame.strategy)))
    return AgreementsContent(
        rows=tuple(row for row in rows if state is None or row.state is state),
        total=len(rows),
        filters=_filters(rows, state),
        ending_soon=tuple(row for row in rows if row.state is State.ENDING_SOON),
        needs_check=tuple(row for row in rows if row.state is State.NEEDS_CHECK),
        timeline=timeline,
    )


def _drawn(frame: Frame, agreements: list[Agreement]) -> tuple[Timeline, list[AgreementRow]]:
    axis = axis_for((agreement.signed_on for agreement in agreements), frame.today)
    first, last = frame.strategy.first_fiscal_year, frame.strategy.final_fiscal_year
    timeline = Timeline(axis, axis.span("pd", date(first, 4, 1), date(last + 1, 3, 31)), axis.x(frame.today))
    rows = [_row(agreement, axis, frame.today) for agreement in agreements]
    return timeline, sorted(rows, key=lambda row: (PRESSING.index(row.state), row.agreement.number))


def _row(agreement: Agreement, axis: Axis, today: date) -> AgreementRow:
    found = agreement.state_on(today)
    return AgreementRow(agreement, found, today, tuple(term_spans(axis, agreement.signed_on, found, today)))


def _filters(rows: list[AgreementRow], chosen: State | None) -> tuple[StateFilter, ...]:
    counts = Counter(row.state for row in rows)
    links = [StateFilter(state.value, state.label, ICONS[state], counts[state], state is chosen) for state in PRESSING if counts[state] or state is chosen]
    return (StateFilter("", "すべて", "list", len(rows), chosen is None), *links)


@dataclass(frozen=True)
class AgreementContent:
    """One agreement. `history` is empty for visitors."""

    row: AgreementRow
    timeline: Timeline
    history: tuple[HistoryEntry, ...]


def agreement_content(frame: Frame, agreement: Agreement) -> AgreementContent:
    """The page of one agreement. Two queries, and one for the history when signed in."""
    prefetch_related_objects([agreement], *parties_and_measures())
    timeline, [row] = _drawn(frame, [agreement])
    history = _history(agreement) if frame.user.is_authenticated else ()
    return AgreementContent(row, timeline, history)


def _history(agreement: Agreement) -> tuple[HistoryEntry, ...]:
    """Newest first. What an agreement was added with is what its page shows; a saving that changed nothing is left out."""
    found = entries([Trail(agreement.history.all(), lambda record: "協定")])
    told = (replace(entry, changes=()) if entry.kind == KINDS["+"] else entry for entry in found)
    return tuple(entry for entry in told if entry.changes or entry.kind != KINDS["~"])


@dataclass(frozen=True)
class PartnerContent:
    """A partner's agreements within one strategy and the names it signed them under."""

    rows: tuple[AgreementRow, ...]
    timeline: Timeline
    names_at_signing: tuple[str, ...]

    @property
    def has_goals(self) -> bool:
        return any(row.goal_numbers for row in self.rows)


def partner_content(frame: Frame, partner: Partner) -> PartnerContent:
    """Three queries."""
    timeline, rows = _drawn(frame, list(Agreement.objects.for_list(frame.strategy).filter(partners=partner)))
    own = (party for row in rows for party in row.parties if party.partner_id == partner.pk)
    names = dict.fromkeys(party.name_at_signing for party in own if party.name_at_signing)
    return PartnerContent(tuple(rows), timeline, tuple(names))
