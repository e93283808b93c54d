"""The state of an agreement from its term 「有効期間」, its renewal clause 「延長規定」 and today. Pure."""
from dataclasses import dataclass
from datetime import date, timedelta

from common.fiscal import era_date
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
    State.NEEDS_CHECK: "期限を過ぎています。延長規定はありますが、延長されたかどうかの記録がありません。",
    State.ENDING_SOON: f"期限まで{NOTICE_DAYS}日以内です。自動で延長されるとは限りません。",
    State.EXPIRED: "期限を過ぎ、延長の規定もありません。",
    State.RENEWED: "当初の期限を過ぎ、自動延長の規定により続いています。",
    State.ACTIVE: "有効期間の中です。",
}


@dataclass(frozen=True)
class AgreementTerm:
    """What the agreement says. renewal_years is the length of one automatic renewal, 1 if unknown; renewed_until a recorded one."""

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


def term_words(term: AgreementTerm) -> str:
    """「定めなし」「令和2年3月31日まで」「締結日から3年」: the term as signed."""
    if term.kind is TermKind.UNTIL_DATE:
        return f"{era_date(term.ends_on)}まで"
    return f"締結日から{term.years}年" if term.kind is TermKind.YEARS_FROM_SIGNING else "定めなし"


def add_years(day: date, years: int) -> date:
    """The same day that many years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def first_end(term: AgreementTerm) -> date | None:
    """The last day of the term as signed: 3 years from 2014-09-19 end on 2017-09-18, a year from 2020-02-29 on 2021-02-28."""
    if term.kind is TermKind.UNTIL_DATE:
        return term.ends_on
    if term.kind is TermKind.YEARS_FROM_SIGNING:
        anniversary = add_years(term.signed_on, term.years)
        return anniversary - timedelta(days=1) if anniversary.day == term.signed_on.day else anniversary
    return None


def state_on(term: AgreementTerm, today: date) -> TermState:
    """The agreement's state on that day. An automatic renewal counts each period begun since the first end."""
    signed_end = first_end(term)
    if signed_end is None:
        return TermState(State.ACTIVE, None, None)
    end = max(signed_end, term.renewed_until or signed_end)
    renewals = 0
    if term.renewal is Renewal.AUTOMATIC:
        periods = _periods_begun(end, term, today)
        renewals = _periods_begun(signed_end, term, min(end, today)) + periods
        end = _after(end, term, periods)
    return TermState(_state(term, end, today, renewals), signed_end, end, renewals)


def _after(end: date, term: AgreementTerm, periods: int) -> date:
    """Counted from one fixed end, so that 28 February does not creep."""
    return add_years(end, periods * (term.renewal_years or 1))


def _periods_begun(end: date, term: AgreementTerm, day: date) -> int:
    """How many renewals after that end it takes to reach the day."""
    periods = 0
    while _after(end, term, periods) < day:
        periods += 1
    return periods


def _state(term: AgreementTerm, end: date, today: date, renewals: int) -> State:
    if end < today:
        return State.EXPIRED if term.renewal is Renewal.NONE else State.NEEDS_CHECK
    if renewals:
        return State.RENEWED
    is_near = end - today <= timedelta(days=NOTICE_DAYS)
    return State.ENDING_SOON if is_near and term.renewal is not Renewal.AUTOMATIC else State.ACTIVE
