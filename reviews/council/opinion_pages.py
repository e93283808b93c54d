"""A council member's own pages: the list of measures with what is done, and one measure at a time with the conclusion first."""
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from dashboards.attention import cause_of
from dashboards.facts import Fact, result_fact, target_fact
from dashboards.words import missing_words, state_word
from goals.models import Measure
from kpis.board import JudgedIndicator, StatusCounts, judged_indicators
from kpis.explanation import explain_briefly
from kpis.models import Indicator
from kpis.progress import Judgement
from reviews.access import measures_of, visible_opinions
from reviews.measures.visible import internal_evaluations_for, self_evaluations_for
from reviews.models import AnnualReview, InternalEvaluation, Opinion, Seat, SelfEvaluation
from reviews.stages import Work, is_open
from reviews.vocabulary import Openness, OpinionState, Stage


@dataclass(frozen=True)
class OpinionLine:
    """One measure of the list with the member's own opinion; None where nothing is written yet."""

    measure: Measure
    opinion: Opinion | None

    @property
    def is_in(self) -> bool:
        return self.opinion is not None and self.opinion.state == OpinionState.HANDED_IN


@dataclass(frozen=True)
class OpinionList:
    """The list. `next_line` is the first measure that is not handed in; None when all are."""

    review: AnnualReview
    seat: Seat
    lines: tuple[OpinionLine, ...]
    is_open: bool

    @property
    def handed_in(self) -> int:
        return sum(line.is_in for line in self.lines)

    @property
    def percent(self) -> str:
        return f"{100 * self.handed_in / max(1, len(self.lines)):.1f}"

    @property
    def next_line(self) -> OpinionLine | None:
        return next((line for line in self.lines if not line.is_in), None)


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator of the conclusion: its verdict, its figures, 「速報」 where they are not final, and why, in a sentence."""

    indicator: Indicator
    judgement: Judgement
    result: Fact
    target: Fact
    state: str
    why: str
    is_sample: bool


@dataclass(frozen=True)
class OpinionPage:
    """One measure for one member. `others` are the other members' opinions, as soon as they may be read."""

    review: AnnualReview
    seat: Seat
    measure: Measure
    place: int
    total: int
    handed_in: int
    previous: Measure | None
    next: Measure | None
    counts: StatusCounts
    indicators: tuple[IndicatorLine, ...]
    self_evaluations: tuple[SelfEvaluation, ...]
    internal: InternalEvaluation | None
    opinion: Opinion | None
    others: tuple[Opinion, ...]
    is_open: bool

    @property
    def is_in(self) -> bool:
        return self.opinion is not None and self.opinion.state == OpinionState.HANDED_IN

    @property
    def version(self) -> int:
        return self.opinion.version if self.opinion else 0

    @property
    def percent(self) -> str:
        return f"{100 * self.handed_in / max(1, self.total):.1f}"

    @property
    def shows_others_after_own(self) -> bool:
        return self.review.openness == Openness.AFTER_OWN


def opinion_list(review: AnnualReview, seat: Seat) -> OpinionList:
    """The measures of the plan with that member's own opinions. Two queries."""
    own = {row.measure_id: row for row in Opinion.objects.filter(review=review, seat=seat)}
    lines = tuple(OpinionLine(measure, own.get(measure.pk)) for measure in measures_of(review.strategy))
    return OpinionList(review, seat, lines, _is_open(review))


def opinion_page(review: AnnualReview, seat: Seat, user: User, goal: int, number: int) -> OpinionPage:
    """The page of the measure with those numbers. Raises Http404 for a measure the plan does not have. At most nine queries."""
    listed = opinion_list(review, seat)
    places = [place for place, line in enumerate(listed.lines) if (line.measure.goal.number, line.measure.number) == (goal, number)]
    if not places:
        raise Http404(f"主要施策{goal}-({number})は、この計画にありません。")
    place, measures = places[0], [line.measure for line in listed.lines]
    measure, rows = measures[place], _judged(review, user, measures[place])
    return OpinionPage(
        review=review,
        seat=seat,
        measure=measure,
        place=place + 1,
        total=len(measures),
        handed_in=listed.handed_in,
        previous=measures[place - 1] if place else None,
        next=measures[place + 1] if place + 1 < len(measures) else None,
        counts=StatusCounts.of(rows, review.fiscal_year),
        indicators=tuple(_indicator_line(row, review.fiscal_year) for row in rows),
        self_evaluations=tuple(_self_evaluations(review, user, measure)),
        internal=internal_evaluations_for(user, review.strategy).filter(review=review, measure=measure).select_related("grade").first(),
        opinion=listed.lines[place].opinion,
        others=tuple(_others(review, seat, user, measure)),
        is_open=listed.is_open,
    )


def _is_open(review: AnnualReview) -> bool:
    return is_open(Work.OPINION, Stage(review.stage))


def _judged(review: AnnualReview, user: User, measure: Measure) -> list[JudgedIndicator]:
    return judged_indicators(review.strategy, user, Indicator.objects.for_dashboard(review.strategy, user).filter(measure=measure))


def _indicator_line(row: JudgedIndicator, fiscal_year: int) -> IndicatorLine:
    judgement = row.in_year(fiscal_year)
    why = cause_of(row, judgement) or explain_briefly(judgement) or missing_words(judgement)
    is_sample = bool((actual := row.actual(fiscal_year)) and actual.is_sample)
    figures = result_fact(row, fiscal_year), target_fact(row, fiscal_year)
    return IndicatorLine(row.indicator, judgement, *figures, state_word(judgement), why, is_sample)


def _self_evaluations(review: AnnualReview, user: User, measure: Measure) -> QuerySet[SelfEvaluation]:
    return self_evaluations_for(user, review.strategy).filter(review=review, measure=measure).select_related("division")


def _others(review: AnnualReview, seat: Seat, user: User, measure: Measure) -> QuerySet[Opinion]:
    rows = visible_opinions(user, review, seat).filter(measure=measure).exclude(seat=seat)
    return rows.select_related("seat").order_by("seat__position", "seat__pk")
