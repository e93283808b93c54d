"""Two people save one value at the same moment, in two processes on a real database: one is stored, the other is told."""
from tests.processes import at_once
from tests.racing import CONFLICT, OPENED, WON
from tests.serving import manage

CODES = ("1-1-1", "1-1-2", "1-1-3", "1-1-4", "1-2-1", "1-3-1", "1-3-2", "1-3-3", "1-3-5", "1-3-6", "2-1-1", "2-1-2")
VALUES = ("11", "22"), ("33", "44")
# Each test has indicators of its own, so that any may run alone.
CODES_OF_THE_ADMIN = ("1-3-7", "2-1-3", "2-2-1", "2-2-2", "2-2-3", "2-3-1", "3-1-1", "3-1-2", "3-1-3", "3-1-4", "3-2-2")
CODES_OF_BOTH = ("3-4-1", "3-4-2", "4-1-1", "4-2-1", "4-3-1", "4-3-2", "4-3-3", "1-A", "1-B", "2-A", "3-A")
COUNT = "from kpis.models import Actual; print([(a.version, a.history.count()) for a in Actual.objects.filter(fiscal_year=2024, indicator__code__in={})])"


def race(writers, code: str, seen_version: int, values: tuple[str, str]) -> list[str]:
    """Both write to one cell of the entry sheet."""
    return at_once(writers, *(f"{code} {seen_version} {value}" for value in values))


def counts(environment, codes: tuple[str, ...]) -> str:
    """Version and length of the history of each value."""
    return manage(environment, "shell", "-v", "0", "-c", COUNT.format(codes)).strip()


def write_first(writers, codes: tuple[str, ...]) -> None:
    """One of the two enters a first value, which has version 1 then."""
    for code in codes:
        assert at_once(writers[:1], f"{code} 0 7") == [WON], code


def test_of_two_who_save_at_once_exactly_one_wins_and_the_other_sees_the_winners_value(environment, writers):
    for seen_version, values in enumerate(VALUES):
        for code in CODES:
            told = race(writers, code, seen_version, values)
            winner = told.index(WON)
            assert told[1 - winner] == f"{CONFLICT} {values[winner]}", (code, told)
    assert counts(environment, CODES) == str([(2, 2)] * len(CODES))


def test_of_two_who_save_one_page_of_the_admin_at_once_the_second_is_told(environment, writers):
    write_first(writers, CODES_OF_THE_ADMIN)
    for code in CODES_OF_THE_ADMIN:
        assert at_once(writers, f"open {code}", f"open {code}") == [OPENED, OPENED]
        assert sorted(at_once(writers, "save 55", "save 66")) == [CONFLICT, WON], code
    assert counts(environment, CODES_OF_THE_ADMIN) == str([(2, 2)] * len(CODES_OF_THE_ADMIN))


def test_of_two_at_the_admin_and_at_the_entry_sheet_the_second_is_told(environment, writers):
    write_first(writers, CODES_OF_BOTH)
    for code in CODES_OF_BOTH:
        assert at_once(writers, f"open {code}", f"open {code}")[0] == OPENED
        assert sorted(answer.split()[0] for answer in at_once(writers, "save 77", f"{code} 1 88")) == [CONFLICT, WON], code


def test_of_two_clicks_that_send_the_same_files_at_once_one_batch_comes(writers):
    for number in range(1, 13):
        assert at_once(writers, f"stage {number}", f"stage {number}") == [str(number)] * 2
