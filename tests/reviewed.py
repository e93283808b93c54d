"""A small plan in a review for the tests of editions: one of everything that is final, and beside each something that must not come into an edition."""
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from accounts.models import Division
from goals.models import Measure, PublicScope, Strategy
from kpis.models import Actual, Indicator
from kpis.vocabulary import Accumulation, EntryState
from reviews.editions.freezing import freeze
from reviews.models import (
    AnnualReview,
    CouncilEvaluation,
    Decision,
    InitiativeProgress,
    InternalEvaluation,
    JointOpinion,
    Meeting,
    Opinion,
    Response,
    Seat,
    SelfEvaluation,
)
from reviews.vocabulary import Body, CouncilRating, Course, Effect, InitiativeState, OpinionState, ResponseState, Sector, Stage, Treatment
from tests.factories import (
    make_actual,
    make_division,
    make_goal,
    make_indicator,
    make_initiative,
    make_measure,
    make_rating_scale,
    make_review,
    make_strategy,
    make_target,
)

YEAR = 2024
DAY = datetime(2025, 7, 1, tzinfo=UTC)
# Words that stand in drafts, in members' own opinions or in names of staff: none may be in an edition.
SECRETS = ("下書きの自己評価", "未確定の庁内評価", "未確定のまとめ", "下書きの回答", "委員の生の意見", "開く前の会議", "匿名 希子", "976543", "秘密のコメント")


@dataclass(frozen=True)
class Reviewed:
    """The plan and the rows that tests speak of."""

    review: AnnualReview
    farm: Division
    measure: Measure
    growers: Indicator
    crops: Indicator
    strategy: Strategy

    @property
    def value(self) -> Actual:
        return self.growers.actuals.get(fiscal_year=YEAR)


def make_reviewed(stage: Stage = Stage.EXTERNAL) -> Reviewed:
    """growers: 100 → 150 with 138 (速報) checked; crops: a total, 20 + 30 of 100 over two years, its third year a draft."""
    strategy = make_strategy(public_scope=PublicScope.PUBLISHED, published_through=2022)
    farm, goal = make_division(name="農林課"), make_goal(strategy=strategy, name="仕事をつくる")
    measure = make_measure(goal=goal, name="農業の振興")
    make_measure(goal=goal, name="観光の振興")
    growers = make_indicator(measure=measure, division=farm, name="新規就農者", unit="人")
    crops = make_indicator(measure=measure, division=farm, name="新しい作物", unit="品", accumulation=Accumulation.TOTAL, baseline_value=None)
    aim = make_indicator(goal=goal, division=farm, name="就業者数")
    for indicator, value in ((growers, 150), (crops, 100), (aim, 150)):
        make_target(indicator=indicator, value=Decimal(value))
    _values(growers, crops, aim)
    make_rating_scale(strategy=strategy)
    review = make_review(strategy=strategy, fiscal_year=YEAR, stage=stage)
    _say(review, measure, farm)
    return Reviewed(review, farm, measure, growers, crops, strategy)


def _values(growers: Indicator, crops: Indicator, aim: Indicator) -> None:
    checked = {"entry_state": EntryState.CHECKED}
    make_actual(indicator=growers, fiscal_year=2023, value=Decimal(125), **checked)
    make_actual(indicator=growers, fiscal_year=YEAR, value=Decimal(138), state="preliminary", comment="相談会が増えた。", **checked)
    for year, value in ((2020, 10), (2021, 10), (2022, 10), (2023, 20)):
        make_actual(indicator=crops, fiscal_year=year, value=Decimal(value), **checked)
    make_actual(indicator=crops, fiscal_year=YEAR, value=Decimal(30), **checked)
    make_actual(indicator=aim, fiscal_year=YEAR, value=Decimal(976543), comment="秘密のコメント", entry_state=EntryState.SUBMITTED)


def _say(review: AnnualReview, measure: Measure, farm: Division) -> None:
    other = make_division(name="別の課")
    own = {"review": review, "measure": measure}
    SelfEvaluation.objects.create(**own, division=farm, achievements="相談会を4回開いた。", issues="農地が足りない。", next_steps="仲介する。", submitted_at=DAY)
    SelfEvaluation.objects.create(**own, division=other, achievements="下書きの自己評価")
    InitiativeProgress.objects.create(review=review, initiative=make_initiative(measure=measure), state=InitiativeState.PARTLY, note="半分まで。")
    best, second = review.scale.grades.all()[:2]
    InternalEvaluation.objects.create(
        **own, grade=second, proposed_grade=best, grade_reason="慎重に見た。", effect=Effect.EFFECTIVE, course=Course.IMPROVE, comment="農地を急ぐ。", confirmed_at=DAY
    )
    elsewhere = measure.goal.measures.exclude(pk=measure.pk).get()
    InternalEvaluation.objects.create(review=review, measure=elsewhere, comment="未確定の庁内評価")
    CouncilEvaluation.objects.create(review=review, measure=elsewhere, summary="未確定のまとめ")
    CouncilEvaluation.objects.create(**own, rating=CouncilRating.EFFECTIVE, summary="相談は増えた。", confirmed_at=DAY)
    _opinions(review, measure, farm)


def _opinions(review: AnnualReview, measure: Measure, farm: Division) -> None:
    term = {"strategy": review.strategy, "term_from": date(2020, 4, 1)}
    banker = Seat.objects.create(**term, sector=Sector.FINANCE, organisation="北斗信用金庫", member_name="渡辺 一郎", shows_name=True, position=1)
    citizen = Seat.objects.create(**term, sector=Sector.CITIZEN, member_name="匿名 希子", position=2)
    for seat in (banker, citizen):
        Opinion.objects.create(review=review, measure=measure, seat=seat, text="委員の生の意見", state=OpinionState.HANDED_IN, handed_in_at=DAY)
    answered = JointOpinion.objects.create(review=review, measure=measure, position=1, text="農地の引き受け手を。", speakers="金融分野の委員")
    Response.objects.create(opinion=answered, treatment=Treatment.ADOPTED, text="窓口を置きます。", due_on=date(2026, 3, 31), state=ResponseState.FINAL)
    waiting = JointOpinion.objects.create(review=review, measure=measure, position=2, text="販路も。")
    Response.objects.create(opinion=waiting, treatment=Treatment.NOT_ADOPTED, text="下書きの回答")
    JointOpinion.objects.create(review=review, text="全体に読みやすく。")
    meeting = Meeting.objects.create(review=review, body=Body.PROMOTION_COUNCIL, number=1, meets_on=date(2025, 8, 27), place="市役所", held_at=DAY)
    Decision.objects.create(meeting=meeting, measure=measure, text="仲介の案を示す。", division=farm, due_on=date(2025, 9, 20))
    Meeting.objects.create(review=review, body=Body.PROMOTION_COUNCIL, number=2, meets_on=date(2025, 9, 27), place="開く前の会議")


def make_first_edition(strategy: Strategy) -> None:
    """An edition of the stage 入力 of that plan's review of 2024, which is past it: everybody who takes part reads it."""
    review = strategy.reviews.get(fiscal_year=YEAR)
    freeze(review=review, stage=Stage.ENTRY, by=None)
    if review.stage == Stage.ENTRY:
        AnnualReview.objects.filter(pk=review.pk).update(stage=Stage.INTERNAL)
