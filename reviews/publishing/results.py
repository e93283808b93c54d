"""評価の結果: what citizens read of a published year. It is an edition, and what became of it since: corrections and later answers."""
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property

from accounts.roles import Sees
from common.fiscal import era_long
from goals.models import Strategy
from kpis.board import StatusCounts
from kpis.vocabulary import Status
from reviews.editions.corrected import Correction
from reviews.editions.corrections import corrections
from reviews.editions.parts import (
    EvaluationContent,
    GoalContent,
    IndicatorContent,
    InternalContent,
    MeasureContent,
    MeetingContent,
    MemberContent,
)
from reviews.editions.reading import EditionContent
from reviews.editions.revised import PlanHistory
from reviews.models import Edition, Publication
from reviews.publishing.names import public_members
from reviews.publishing.result_opinions import AnsweredOpinion, answered
from reviews.vocabulary import Body, CouncilRating

BEHIND = (Status.BEHIND, Status.SLIGHTLY_BEHIND)
HASH_LETTERS = 12
# So many of what was missed are read at once, on a telephone too; the others stand folded below them.
MISSED_FIRST = 6


@dataclass(frozen=True)
class Showing:
    """An edition as citizens see it, or would. `base` is the address of the year's page; `published_at` is None in a preview."""

    strategy: Strategy
    edition: Edition
    shows_member_names: bool
    base: str
    query: str = ""
    published_at: datetime | None = None

    @classmethod
    def of(cls, publication: Publication, base: str) -> "Showing":
        """What is public."""
        review = publication.edition.review = publication.review
        return cls(review.strategy, publication.edition, publication.shows_member_names, base, published_at=publication.published_at)

    @cached_property
    def content(self) -> EditionContent:
        return EditionContent.read(self.edition.content)

    @property
    def is_preview(self) -> bool:
        return self.published_at is None

    @property
    def key(self) -> str:
        """Changes whenever another edition, or the same in another way, is shown."""
        return f"{self.edition.pk}:{self.shows_member_names}:{self.published_at}:{self.query}"

    @property
    def short_hash(self) -> str:
        return self.edition.sha256[:HASH_LETTERS]

    @property
    def url(self) -> str:
        return self.base + self.query

    def measure_url(self, goal: int, measure: int) -> str:
        return f"{self.base}measures/{goal}-{measure}/{self.query}"


@dataclass(frozen=True)
class VerdictCount:
    """A verdict in the edition's words with how many indicators have it."""

    status: Status
    word: str
    count: int


@dataclass(frozen=True)
class GradeCount:
    """A grade of the internal meeting with how many measures have it."""

    grade: str
    name: str
    count: int


@dataclass(frozen=True)
class Conclusion:
    """The answer in ten seconds: the verdicts, and what the two meetings said of the measures."""

    counts: StatusCounts
    verdicts: tuple[VerdictCount, ...]
    share: str
    is_final_year: bool
    grades: tuple[GradeCount, ...]
    rated_by_council: int
    effective: int
    opinions: int
    open_opinions: int

    @property
    def council(self) -> str:
        """What the council said, in one sentence; empty where it has rated nothing."""
        if not self.rated_by_council:
            return ""
        label = CouncilRating.EFFECTIVE.label
        return f"検討・推進会議は、{self.rated_by_council}施策のうち{self.effective}施策を「{label}」と評価しました。"


@dataclass(frozen=True)
class Missed:
    """An indicator behind its target, with where more is said of it."""

    indicator: IndicatorContent
    place: str
    url: str


@dataclass(frozen=True)
class MeasureLine:
    """A measure on the year's page."""

    measure: MeasureContent
    url: str
    verdicts: tuple[VerdictCount, ...]
    evaluation: EvaluationContent | None
    opinions: int

    @property
    def internal(self) -> InternalContent | None:
        return self.evaluation and self.evaluation.internal


@dataclass(frozen=True)
class GoalBlock:
    """A goal with its numeric targets and its measures; `verdicts` count the indicators of all of them."""

    goal: GoalContent
    verdicts: tuple[VerdictCount, ...]
    targets: tuple[IndicatorContent, ...]
    measures: tuple[MeasureLine, ...]


@dataclass(frozen=True)
class YearPage:
    """The results of a year."""

    showing: Showing
    content: EditionContent
    conclusion: Conclusion
    missed: tuple[Missed, ...]
    without_value: tuple[IndicatorContent, ...]
    goals: tuple[GoalBlock, ...]
    general_opinions: tuple[AnsweredOpinion, ...]
    corrections: tuple[Correction, ...]

    @property
    def missed_first(self) -> tuple[Missed, ...]:
        return self.missed[:MISSED_FIRST]

    @property
    def missed_others(self) -> tuple[Missed, ...]:
        return self.missed[MISSED_FIRST:]

    @property
    def meetings(self) -> tuple[MeetingContent, ...]:
        """The council's: what the city hall decided among itself is not for citizens."""
        return self.content.meetings_of(Body.PROMOTION_COUNCIL)

    @cached_property
    def members(self) -> tuple[MemberContent, ...]:
        return public_members(self.content, self.showing.strategy)


@dataclass(frozen=True)
class MeasurePage:
    """What is public of one measure."""

    showing: Showing
    goal: GoalContent
    measure: MeasureContent
    indicators: tuple[IndicatorContent, ...]
    evaluation: EvaluationContent | None
    opinions: tuple[AnsweredOpinion, ...]
    corrections: tuple[Correction, ...]
    previous: MeasureLine | None
    following: MeasureLine | None


@dataclass(frozen=True)
class YearLine:
    """A published year in the list of results."""

    fiscal_year: int
    edition: int
    published_on: date
    conclusion: Conclusion
    url: str
    is_sample: bool

    @property
    def era(self) -> str:
        return era_long(self.fiscal_year)


def year_line(showing: Showing, published_on: date) -> YearLine:
    """One line of the list; one query, for the answers."""
    content = showing.content
    return YearLine(
        content.fiscal_year, showing.edition.number, published_on, _conclusion(content, _answers(showing)), showing.url, content.is_sample
    )


def year_page(showing: Showing) -> YearPage:
    """The year's page; as many queries as the answers and the corrections take, however many there are."""
    content, answers = showing.content, _answers(showing)
    return YearPage(
        showing=showing,
        content=content,
        conclusion=_conclusion(content, answers),
        missed=_missed(showing),
        without_value=tuple(each for each in content.indicators if each.status is Status.NOT_MEASURED),
        goals=tuple(_goal_block(showing, goal) for goal in content.goals),
        general_opinions=tuple(answers[each.id] for each in content.general_opinions),
        corrections=public_corrections(showing.edition, content, is_preview=showing.is_preview),
    )


def measure_page(showing: Showing, goal_number: int, number: int) -> MeasurePage | None:
    """A measure's page; None where the edition has no such measure."""
    content = showing.content
    order = [(goal, measure) for goal in content.goals for measure in goal.measures]
    place = next((at for at, (goal, measure) in enumerate(order) if (goal.number, measure.number) == (goal_number, number)), None)
    if place is None:
        return None
    (goal, measure), evaluation, answers = order[place], content.evaluation(goal_number, number), _answers(showing)
    indicators = content.indicators_of(goal_number, number)
    return MeasurePage(
        showing=showing,
        goal=goal,
        measure=measure,
        indicators=indicators,
        evaluation=evaluation,
        opinions=tuple(answers[each.id] for each in evaluation.opinions) if evaluation else (),
        corrections=tuple(each for each in public_corrections(showing.edition, content, is_preview=showing.is_preview) if each.about.concerns(goal_number, number)),
        previous=_line(showing, *order[place - 1]) if place else None,
        following=_line(showing, *order[place + 1]) if place + 1 < len(order) else None,
    )


@dataclass(frozen=True)
class PublicReader:
    """Somebody who sees what is published and nothing else: the list of corrections is the same for everybody."""

    is_authenticated: bool = True
    sees: Sees = Sees.PUBLISHED


def public_corrections(
    edition: Edition, content: EditionContent, plan: PlanHistory | None = None, *, is_preview: bool = False
) -> tuple[Correction, ...]:
    """What citizens see of the corrections since the edition, oldest first, or will once the year is open. Queries as `corrections`."""
    reader = PublicReader(sees=Sees.CHECKED) if is_preview else PublicReader()
    return tuple(corrections(edition, reader, content, plan))


def _answers(showing: Showing) -> dict[int, AnsweredOpinion]:
    """The council's opinions of the edition, each with the city's answer, by key. One query."""
    content = showing.content
    opinions = [*content.general_opinions, *(each for row in content.evaluations for each in row.opinions)]
    return {each.opinion.id: each for each in answered(opinions, showing.edition.review_id)}


def _conclusion(content: EditionContent, answers: Mapping[int, AnsweredOpinion]) -> Conclusion:
    counts = StatusCounts({status: content.counts.by_status.get(status, 0) for status in Status})
    ratings = [row.council.rating for row in content.evaluations if row.council]
    return Conclusion(
        counts=counts,
        verdicts=_verdicts(content, content.counts.by_status),
        share=content.rate_text(Fraction(counts.good, counts.rated)) if counts.rated else "",
        is_final_year=_words(content).get(Status.BEHIND) not in (None, Status.BEHIND.label),
        grades=_grades(content),
        rated_by_council=len(ratings),
        effective=ratings.count(CouncilRating.EFFECTIVE),
        opinions=len(answers),
        open_opinions=sum(not each.is_answered for each in answers.values()),
    )


def _words(content: EditionContent) -> dict[Status, str]:
    """How the edition calls each verdict: 遅れ is 未達成 in the plan's last year."""
    return {each.status: each.status_word for each in content.indicators}


def _verdicts(content: EditionContent, by_status: Mapping[Status, int]) -> tuple[VerdictCount, ...]:
    words = _words(content)
    return tuple(VerdictCount(status, words.get(status, status.label), by_status[status]) for status in Status if by_status.get(status))


def _grades(content: EditionContent) -> tuple[GradeCount, ...]:
    found = Counter((row.internal.grade, row.internal.grade_name) for row in content.evaluations if row.internal)
    return tuple(GradeCount(grade, name, count) for (grade, name), count in sorted(found.items()))


def _missed(showing: Showing) -> tuple[Missed, ...]:
    """The furthest behind first, then in the plan's order."""
    rows = [each for status in BEHIND for each in showing.content.indicators if each.status is status]
    return tuple(_missed_one(showing, each) for each in rows)


def _missed_one(showing: Showing, indicator: IndicatorContent) -> Missed:
    if indicator.measure is None:
        return Missed(indicator, f"基本目標{indicator.goal}の数値目標", f"#goal-{indicator.goal}")
    return Missed(indicator, f"主要施策{indicator.goal}-({indicator.measure})", showing.measure_url(indicator.goal, indicator.measure))


def _goal_block(showing: Showing, goal: GoalContent) -> GoalBlock:
    content = showing.content
    by_status = Counter(each.status for each in content.indicators if each.goal == goal.number)
    lines = tuple(_line(showing, goal, each) for each in goal.measures)
    return GoalBlock(goal, _verdicts(content, by_status), content.indicators_of(goal.number, None), lines)


def _line(showing: Showing, goal: GoalContent, measure: MeasureContent) -> MeasureLine:
    content = showing.content
    by_status = Counter(each.status for each in content.indicators_of(goal.number, measure.number))
    evaluation = content.evaluation(goal.number, measure.number)
    return MeasureLine(
        measure, showing.measure_url(goal.number, measure.number), _verdicts(content, by_status), evaluation, len(evaluation.opinions) if evaluation else 0
    )
