"""A small plan under review, for the tests of evaluations: two measures of two divisions, four people."""
from dataclasses import dataclass

from accounts.models import Division, User
from accounts.roles import Role
from goals.models import Measure
from reviews.models import AnnualReview
from tests.council import make_seat
from tests.factories import (
    make_division,
    make_goal,
    make_initiative,
    make_measure,
    make_measured_indicator,
    make_review,
    make_strategy,
    make_user,
)

SELF = {"achievements": "駅前に三社が開業した", "issues": "採用が追いつかない", "next_steps": "説明会を開く\n学校を訪ねる"}


@dataclass
class Scene:
    """Takeru plans, Kai is of 商工課 (1-(1)), Umi of 福祉課 (1-(2)), Kazuko sits on the council."""

    review: AnnualReview
    ours: Measure
    theirs: Measure
    commerce: Division
    welfare: Division
    takeru: User
    kai: User
    umi: User
    kazuko: User

    def page(self, measure: Measure | None = None) -> str:
        measure = measure or self.ours
        return f"/strategies/{self.review.strategy.slug}/reviews/{self.review.fiscal_year}/measures/{measure.goal.number}-{measure.number}/"

    @property
    def overview(self) -> str:
        return f"/strategies/{self.review.strategy.slug}/reviews/{self.review.fiscal_year}/"

    def at(self, stage) -> "Scene":
        """The review in that stage."""
        self.review.stage = stage
        self.review.save(update_fields=["stage"])
        return self


def make_scene(**review) -> Scene:
    """商工課's measure has an indicator 順調 and one やや遅れ, checked, in 2023: three quarters of the points."""
    strategy = make_strategy()
    commerce, welfare = make_division(name="商工課"), make_division(name="福祉課")
    goal = make_goal(strategy=strategy)
    ours, theirs = make_measure(goal=goal, name="雇用の創出"), make_measure(goal=goal, name="子育ての支援")
    make_measured_indicator({2023: 145}, measure=ours, division=commerce, entry_state="checked")
    make_measured_indicator({2023: 128}, measure=ours, division=commerce, entry_state="checked")
    make_measured_indicator({2023: 145}, measure=theirs, division=welfare, entry_state="checked")
    make_initiative(measure=ours, name="企業の誘致")
    make_initiative(measure=ours, name="創業の支援")
    kazuko = make_user(Role.COUNCIL, username="kazuko", display_name="本間 和子")
    make_seat(strategy=strategy, user=kazuko, member_name=kazuko.display_name)
    return Scene(
        review=make_review(strategy=strategy, fiscal_year=2023, **review),
        ours=ours, theirs=theirs, commerce=commerce, welfare=welfare,
        takeru=make_user(Role.PLANNING, username="takeru", display_name="佐藤 健"),
        kai=make_user(Role.DIVISION, username="kai", display_name="工藤 海", division=commerce),
        umi=make_user(Role.DIVISION, username="umi", display_name="浜 うみ", division=welfare),
        kazuko=kazuko,
    )
