"""The state of an agreement from its term 「有効期間」, its renewal clause 「延長規定」 and today. Pure."""
from dataclasses import dataclass
from datetime import date, timedelta

from common.term import Term

NOTICE_DAYS = 90


class TermKind(Term):
    """How the agreement states its term."""

    OPEN_ENDED = "open_ended", "なし（期限なし）"
    UNTIL_DATE = "until_date", "期日まで"
    YEARS_FROM_SIGNING = "years_from_signing", "締結日からの年数"


class Renewal(Term):
    """What the agreement says of renewal."""

    NONE = "none", "なし"
    UNSPECIFIED = "unspecified", "あり（自動か協議か不明）"
    AUTOMATIC = "automatic", "あり（自動延長）"
    BY_CONSENT = "by_consent", "あり（協議による）"


class State(Term):
    """What a reader needs to know today, most pressing first."""

    NEEDS_CHECK = "needs_check", "要確認"
    ENDING_SOON = "ending_soon", "期限間近"
    EXPIRED = "expired", "満了"
    RENEWED = "renewed", "自動延長中"
    ACTIVE = "active", "有効"


STATE_MEANINGS = {
    State.NEEDS_CHECK: "当初の期限を過ぎ、延長規定はありますが、自動で延長されるのかが記録にありません。",
    State.ENDING_SOON: f"自動では延長されず、期限まで{NOTICE_DAYS}日以内です。",
    State.EXPIRED: "期限を過ぎ、延長もありません。",
    State.RENEWED: "当初の期限を過ぎ、自動延長の規定により続いています。",
    State.ACTIVE: "有効期間の中です。",
}


@dataclass(frozen=True)
class AgreementTerm:
    """What the agreement says. renewal_years is the length of one automatic renewal; renewed_until a recorded one."""

    signed_on: date
    kind: TermKind
    ends_on: date | None = None
    years: int | None = None
    renewal: Renewal = Renewal.NONE
    renewal_years: int | None = None
    renewed_until: date | None = None


@dataclass(frozen=True)
class TermState:
    """The state on a day: first end as signed, the end that counts today (None: open), automatic renewals so far."""

    state: State
    first_end: date | None
    current_end: date | None
    renewals: int = 0


def add_years(day: date, years: int) -> date:
    """The same day that many years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def first_end(term: AgreementTerm) -> date | None:
    """The last day of the term as signed: 3 years from 2014-09-19 end on 2017-09-18."""
    if term.kind is TermKind.UNTIL_DATE:
        return term.ends_on
    if term.kind is TermKind.YEARS_FROM_SIGNING:
        return add_years(term.signed_on, term.years) - timedelta(days=1)
    return None


def state_on(term: AgreementTerm, today: date) -> TermState:
    """The agreement's state on that day. An automatic renewal counts each period begun since the first end."""
    signed_end = first_end(term)
    if signed_end is None:
        return TermState(State.ACTIVE, None, None)
    end = max(signed_end, term.renewed_until or signed_end)
    renewals = 0
    if term.renewal is Renewal.AUTOMATIC:
        while _renewed(end, term, renewals) < today:
            renewals += 1
        end = _renewed(end, term, renewals)
    return TermState(_state(term, end, today, renewals), signed_end, end, renewals)


def _renewed(end: date, term: AgreementTerm, renewals: int) -> date:
    """Counted from the end as recorded, so that 28 February does not creep."""
    return add_years(end, renewals * (term.renewal_years or 1))


def _state(term: AgreementTerm, end: date, today: date, renewals: int) -> State:
    if end < today:
        return State.EXPIRED if term.renewal is Renewal.NONE else State.NEEDS_CHECK
    if renewals:
        return State.RENEWED
    is_near = end - today <= timedelta(days=NOTICE_DAYS)
    return State.ENDING_SOON if is_near and term.renewal is not Renewal.AUTOMATIC else State.ACTIVE
