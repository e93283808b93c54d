"""Two planners decide at the same moment, in two processes on a real database: the plan changes once."""
from tests.racing import CONFLICT, REFUSED, WON
from tests.serving import manage
from tests.test_collection_races import at_once, environment, writers

__all__ = ["environment", "writers"]
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
