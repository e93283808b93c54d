"""Two planners decide or publish at the same moment, in two processes on a real database: it is done once, and the other is told."""
from tests.processes import at_once
from tests.racing import CONFLICT, NOTHING, REFUSED, WON
from tests.serving import manage

ROUNDS = 4
CODES = ("1-1-1", "1-1-2", "1-1-3", "1-2-1", "1-3-1", "1-3-2")
CODES_OF_TWO = ("2-1-1", "2-1-2", "2-2-1", "2-2-2", "2-3-1")
REVISED = "from kpis.models import Target; print(Target.objects.filter(effective_fiscal_year=2022, indicator__code__in={}).count())"
DECIDED = "from reviews.models import TargetRevision as T; print(T.objects.filter(state='decided', indicator__code__in={}).count())"


def counted(environment, what: str, codes: tuple[str, ...]) -> int:
    return int(manage(environment, "shell", "-v", "0", "-c", what.format(codes)))


def test_of_two_who_decide_one_proposal_at_once_one_decides_and_the_other_is_told(environment, writers):
    for code in CODES:
        keys = at_once(writers[:1], f"propose {code} 1")[0]
        assert sorted(at_once(writers, f"decide {keys}", f"decide {keys}")) == [CONFLICT, WON], code
    assert [counted(environment, what, CODES) for what in (REVISED, DECIDED)] == [len(CODES)] * 2


def test_of_two_proposals_for_one_year_decided_at_once_one_is_in_force_and_the_other_stays_open(environment, writers):
    for code in CODES_OF_TWO:
        first, second = (at_once(writers[:1], f"propose {code} {more}")[0] for more in (1, 2))
        assert sorted(at_once(writers, f"decide {first}", f"decide {second}")) == [REFUSED, WON], code
    assert [counted(environment, what, CODES_OF_TWO) for what in (REVISED, DECIDED)] == [len(CODES_OF_TWO)] * 2


def told(writers, order: str) -> str:
    return at_once(writers[:1], order)[0]


def test_of_two_who_publish_a_review_at_once_alike_or_differently_one_publishes_and_the_other_is_told(writers):
    review, edition = told(writers, "edition 2020").split()
    for names in ("", " shows_member_names=on") * 2:
        publishing = f"publish {review} begin seen=0 edition={edition}"
        assert sorted(at_once(writers, publishing, publishing + names)) == [REFUSED, WON]
        (publication,) = told(writers, f"in_force {review}").split()
        withdrawing = f"publish {review} withdraw publication={publication}"
        assert sorted(at_once(writers, withdrawing, withdrawing)) == [REFUSED, WON]


def test_what_is_due_is_published_once_whether_the_command_a_button_or_both_ask_for_it(writers):
    for _ in range(ROUNDS):
        review, edition = told(writers, "edition 2021").split()
        scheduled = told(writers, f"schedule {review} {edition}")
        assert sorted(at_once(writers, "due", f"publish {review} due publication={scheduled}")) in ([REFUSED, WON], [NOTHING, WON])
        assert told(writers, f"in_force {review}") == scheduled


def test_who_publishes_beside_the_command_is_told(writers):
    for _ in range(ROUNDS):
        review, edition = told(writers, "edition 2022").split()
        scheduled, seen = told(writers, f"schedule {review} {edition}"), told(writers, f"in_force {review}") or 0
        assert at_once(writers, "due", f"publish {review} begin seen={seen} edition={edition} shows_member_names=on") == [WON, REFUSED]
        assert told(writers, f"in_force {review}") == scheduled


def test_withdrawing_beside_the_command_never_takes_what_it_has_just_published(writers):
    for _ in range(ROUNDS):
        review, edition = told(writers, "edition 2024").split()
        told(writers, f"publish {review} begin edition={edition}")
        before = told(writers, f"in_force {review}")
        scheduled = told(writers, f"schedule {review} {told(writers, 'edition 2024').split()[1]}")
        first, second = at_once(writers, "due", f"publish {review} withdraw publication={before}")
        assert (first, second in (WON, REFUSED)) == (WON, True)
        assert told(writers, f"in_force {review}") == scheduled
