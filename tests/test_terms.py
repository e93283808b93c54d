"""The state of an agreement for every way to state a term, every renewal clause and every edge of the calendar."""
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.terms import (
    NOTICE_DAYS,
    STATE_MEANINGS,
    AgreementTerm,
    Renewal,
    State,
    TermKind,
    TermState,
    add_years,
    first_end,
    state_on,
    term_words,
)

SIGNED = date(2017, 10, 1)
END = date(2018, 9, 30)
NOT_AUTOMATIC = (Renewal.NONE, Renewal.UNSPECIFIED, Renewal.BY_CONSENT)
PAST_THE_END = {Renewal.NONE: State.EXPIRED, Renewal.UNSPECIFIED: State.NEEDS_CHECK, Renewal.BY_CONSENT: State.NEEDS_CHECK}


def until(end: date = END, renewal: Renewal = Renewal.NONE, **fields) -> AgreementTerm:
    return AgreementTerm(SIGNED, TermKind.UNTIL_DATE, ends_on=end, renewal=renewal, **fields)


def years(count: int, signed_on: date = SIGNED, renewal: Renewal = Renewal.NONE) -> AgreementTerm:
    return AgreementTerm(signed_on, TermKind.YEARS_FROM_SIGNING, years=count, renewal=renewal)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (AgreementTerm(SIGNED, TermKind.OPEN_ENDED), None),
        (until(), END),
        (years(3, date(2014, 9, 19)), date(2017, 9, 18)),
        (years(1, date(2016, 7, 6)), date(2017, 7, 5)),
        (years(1, date(2018, 1, 1)), date(2018, 12, 31)),
        (years(1, date(2020, 3, 1)), date(2021, 2, 28)),
        (years(4, date(2020, 3, 1)), date(2024, 2, 29)),
        (years(1, date(2020, 2, 29)), date(2021, 2, 28)),
        (years(4, date(2020, 2, 29)), date(2024, 2, 28)),
        (years(1, date(2020, 2, 28)), date(2021, 2, 27)),
    ],
)
def test_the_term_ends_on_the_day_before_its_anniversary_or_on_the_day_it_names(term, expected):
    assert first_end(term) == expected


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2020, 2, 29), 1, date(2021, 2, 28)),
        (date(2020, 2, 29), 4, date(2024, 2, 29)),
        (date(2020, 2, 29), 0, date(2020, 2, 29)),
        (date(2019, 2, 28), 1, date(2020, 2, 28)),
        (date(2018, 9, 30), 7, date(2025, 9, 30)),
    ],
)
def test_the_29th_of_february_becomes_the_28th_where_there_is_none(day, count, expected):
    assert add_years(day, count) == expected


@pytest.mark.parametrize("renewal", list(Renewal))
@pytest.mark.parametrize("today", [SIGNED, date(2018, 9, 30), date(2050, 1, 1)])
def test_an_open_ended_agreement_is_active_on_every_day(renewal, today):
    term = AgreementTerm(SIGNED, TermKind.OPEN_ENDED, renewal=renewal)
    assert state_on(term, today) == TermState(State.ACTIVE, None, None, 0)


@pytest.mark.parametrize("renewal", NOT_AUTOMATIC)
@pytest.mark.parametrize("term_of", [until, lambda renewal: years(1, renewal=renewal)], ids=["until_date", "years_from_signing"])
@pytest.mark.parametrize(
    ("days_to_the_end", "expected"),
    [
        (364, State.ACTIVE),
        (NOTICE_DAYS + 1, State.ACTIVE),
        (NOTICE_DAYS, State.ENDING_SOON),
        (1, State.ENDING_SOON),
        (0, State.ENDING_SOON),
    ],
)
def test_without_an_automatic_clause_the_last_90_days_are_announced(renewal, term_of, days_to_the_end, expected):
    found = state_on(term_of(renewal=renewal), END - timedelta(days=days_to_the_end))
    assert found == TermState(expected, END, END, 0)


@pytest.mark.parametrize("renewal", NOT_AUTOMATIC)
@pytest.mark.parametrize("term_of", [until, lambda renewal: years(1, renewal=renewal)], ids=["until_date", "years_from_signing"])
@pytest.mark.parametrize("days_after", [1, 90, 3000])
def test_after_the_end_an_agreement_without_clause_is_expired_and_one_with_a_clause_needs_a_check(renewal, term_of, days_after):
    found = state_on(term_of(renewal=renewal), END + timedelta(days=days_after))
    assert found == TermState(PAST_THE_END[renewal], END, END, 0)


@pytest.mark.parametrize(
    ("today", "renewals", "current_end"),
    [
        (date(2018, 7, 2), 0, date(2018, 9, 30)),
        (date(2018, 9, 30), 0, date(2018, 9, 30)),
        (date(2018, 10, 1), 1, date(2019, 9, 30)),
        (date(2019, 9, 30), 1, date(2019, 9, 30)),
        (date(2019, 10, 1), 2, date(2020, 9, 30)),
        (date(2020, 10, 1), 3, date(2021, 9, 30)),
        (date(2024, 7, 12), 6, date(2024, 9, 30)),
    ],
)
def test_each_automatic_period_counts_from_the_day_after_the_end_before(today, renewals, current_end):
    state = State.RENEWED if renewals else State.ACTIVE
    assert state_on(until(renewal=Renewal.AUTOMATIC), today) == TermState(state, END, current_end, renewals)


@pytest.mark.parametrize(("today", "renewals", "current_end"), [
    (date(2018, 10, 1), 1, date(2021, 9, 30)),
    (date(2021, 9, 30), 1, date(2021, 9, 30)),
    (date(2021, 10, 1), 2, date(2024, 9, 30)),
])
def test_an_automatic_period_may_be_longer_than_a_year(today, renewals, current_end):
    term = until(renewal=Renewal.AUTOMATIC, renewal_years=3)
    assert state_on(term, today) == TermState(State.RENEWED, END, current_end, renewals)


def test_automatic_periods_from_the_29th_of_february_return_to_the_29th():
    term = until(date(2020, 2, 29), Renewal.AUTOMATIC)
    assert state_on(term, date(2021, 3, 1)).current_end == date(2022, 2, 28)
    assert state_on(term, date(2023, 3, 1)).current_end == date(2024, 2, 29)


@pytest.mark.parametrize("renewal", NOT_AUTOMATIC)
@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2019, 1, 1), State.ACTIVE),
        (date(2024, 7, 1), State.ACTIVE),
        (date(2024, 7, 2), State.ENDING_SOON),
        (date(2024, 9, 30), State.ENDING_SOON),
        (date(2024, 10, 1), None),
    ],
)
def test_a_recorded_renewal_counts_as_the_end_whatever_the_clause_says(renewal, today, state):
    recorded = date(2024, 9, 30)
    found = state_on(until(renewal=renewal, renewed_until=recorded), today)
    assert found == TermState(state or PAST_THE_END[renewal], END, recorded, 0)


@pytest.mark.parametrize(
    ("today", "renewals", "current_end"),
    [
        (date(2018, 9, 30), 0, date(2020, 9, 30)),
        (date(2018, 10, 1), 1, date(2020, 9, 30)),
        (date(2020, 9, 30), 2, date(2020, 9, 30)),
        (date(2020, 10, 1), 3, date(2021, 9, 30)),
    ],
)
def test_automatic_periods_count_within_and_after_a_recorded_renewal(today, renewals, current_end):
    term = until(renewal=Renewal.AUTOMATIC, renewed_until=date(2020, 9, 30))
    state = State.RENEWED if renewals else State.ACTIVE
    assert state_on(term, today) == TermState(state, END, current_end, renewals)


def test_a_record_before_the_first_end_shortens_nothing():
    assert state_on(until(renewed_until=date(2018, 1, 1)), SIGNED).current_end == END


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (AgreementTerm(SIGNED, TermKind.OPEN_ENDED), "定めなし"),
        (until(date(2020, 3, 31)), "令和2年3月31日まで"),
        (until(date(2019, 3, 31)), "平成31年3月31日まで"),
        (years(3), "締結日から3年"),
    ],
)
def test_the_term_reads_as_it_was_signed(term, words):
    assert term_words(term) == words


def test_every_state_has_a_meaning_for_readers():
    assert set(STATE_MEANINGS) == set(State)


DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))
TERMS = st.builds(
    AgreementTerm,
    signed_on=st.dates(date(2000, 1, 1), date(2030, 12, 31)),
    kind=st.sampled_from(TermKind),
    ends_on=st.dates(date(2000, 1, 1), date(2035, 12, 31)),
    years=st.integers(1, 30),
    renewal=st.sampled_from(Renewal),
    renewal_years=st.none() | st.integers(1, 10),
    renewed_until=st.none() | st.dates(date(2000, 1, 1), date(2040, 12, 31)),
)
COURSE = (State.ACTIVE, State.RENEWED, State.ENDING_SOON, State.NEEDS_CHECK, State.EXPIRED)


@given(TERMS, DAYS, DAYS)
def test_time_alone_never_takes_an_agreement_back(term, one, other):
    earlier, later = sorted((one, other))
    before, after = state_on(term, earlier), state_on(term, later)
    assert COURSE.index(before.state) <= COURSE.index(after.state)
    assert before.renewals <= after.renewals
    assert before.first_end == after.first_end


@given(TERMS, DAYS)
def test_only_an_agreement_past_its_end_is_expired_or_in_need_of_a_check(term, today):
    found = state_on(term, today)
    is_past = found.current_end is not None and found.current_end < today
    assert is_past == (found.state in (State.EXPIRED, State.NEEDS_CHECK))


@given(TERMS, DAYS)
def test_periods_are_counted_only_for_automatic_renewal_and_only_after_the_first_end(term, today):
    found = state_on(term, today)
    counts = term.renewal is Renewal.AUTOMATIC and found.first_end is not None and found.first_end < today
    assert (found.renewals > 0) == counts


@given(TERMS, DAYS)
def test_the_end_that_counts_is_never_before_the_first_one(term, today):
    found = state_on(term, today)
    assert (found.first_end is None) == (found.current_end is None)
    assert found.first_end is None or found.current_end >= found.first_end
