"""What the pages of editions show 「確定版」: the list, one edition, and one against now."""
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from kpis.vocabulary import Status
from reviews.access import plans
from reviews.editions.comparing import COMMENT, PLAN, TARGET_WORDS, VALUES, Difference, Part, by_part, differences
from reviews.editions.content import content_of
from reviews.editions.corrected import Correction
from reviews.editions.corrections import corrections, value_corrections
from reviews.editions.freezing import verify, visible_editions
from reviews.editions.parts import EvaluationContent, GoalContent, IndicatorContent, MeasureContent
from reviews.editions.reading import EditionContent
from reviews.editions.traces import Trace, traces_since
from reviews.frame import ReviewFrame
from reviews.meetings.access import READS
from reviews.models import Edition
from reviews.vocabulary import Body, Stage


@dataclass(frozen=True)
class EditionLine:
    """One edition in the list and on top of its own pages. `is_whole` says that the stored content still has its hash."""

    edition: Edition
    stage: Stage
    by: str
    is_whole: bool

    @property
    def name(self) -> str:
        """「第2版（外部評価）」."""
        return f"第{self.edition.number}版（{self.stage.label}）"


@dataclass(frozen=True)
class EditionList:
    """The page of all editions that the reader may see, the newest first."""

    lines: tuple[EditionLine, ...]
    may_download: bool
    is_complete: bool


@dataclass(frozen=True)
class MeasureBlock:
    """A measure in an edition: its KPIs and what was said of it. `measure` is None for the goal's own numeric targets."""

    measure: MeasureContent | None
    indicators: tuple[IndicatorContent, ...]
    evaluation: EvaluationContent | None


@dataclass(frozen=True)
class GoalBlock:
    """A goal in an edition with everything of its measures."""

    goal: GoalContent
    blocks: tuple[MeasureBlock, ...]


@dataclass(frozen=True)
class EditionPage:
    """The page of what one edition held."""

    line: EditionLine
    content: EditionContent
    goals: tuple[GoalBlock, ...]
    counts: tuple[tuple[Status, str, int], ...]
    corrections: tuple[Correction, ...]
    may_download: bool


@dataclass(frozen=True)
class DifferenceRow:
    """One difference with who made it, when and why."""

    difference: Difference
    corrections: tuple[Correction, ...]
    traces: tuple[Trace, ...]
    is_as_above: bool = False


@dataclass(frozen=True)
class SubjectRows:
    """The differences of one subject, for a table of its own rows."""

    subject: str
    rows: tuple[DifferenceRow, ...]


@dataclass(frozen=True)
class ComparedPart:
    """One part of the comparison, subject by subject."""

    name: str
    subjects: tuple[SubjectRows, ...]

    @property
    def count(self) -> int:
        return sum(len(subject.rows) for subject in self.subjects)


@dataclass(frozen=True)
class ComparisonPage:
    """An edition against now."""

    line: EditionLine
    content: EditionContent
    parts: tuple[ComparedPart, ...]

    @property
    def count(self) -> int:
        return sum(part.count for part in self.parts)


def edition_list(frame: ReviewFrame) -> EditionList:
    """The editions of a review that the reader may see. Two queries."""
    rows = list(visible_editions(frame.user, frame.review).select_related("frozen_by").order_by("-number"))
    is_complete = plans(frame.user)
    return EditionList(tuple(map(edition_line, rows)), may_download=is_complete, is_complete=is_complete)


def edition_line(edition: Edition) -> EditionLine:
    """The edition with its hash computed anew."""
    by = str(edition.frozen_by) if edition.frozen_by else "（コマンド）"
    return EditionLine(edition, Stage(edition.stage), by, verify(edition))


def edition_page(frame: ReviewFrame, edition: Edition) -> EditionPage:
    """Everything that edition held, and the corrections since."""
    edition.review = frame.review
    content = _for_reader(frame, EditionContent.read(edition.content))
    return EditionPage(
        line=edition_line(edition),
        content=content,
        goals=tuple(_goal_block(content, goal) for goal in content.goals),
        counts=tuple((status, _word(content, status), count) for status, count in content.counts.by_status.items() if count),
        corrections=tuple(corrections(edition, frame.user, content)),
        may_download=plans(frame.user),
    )


def _for_reader(frame: ReviewFrame, content: EditionContent) -> EditionContent:
    """As that reader may know it: the internal meeting is the city hall's own, as on its page (reviews/meetings/access.py)."""
    if Body.INTERNAL_MEETING in READS.get(frame.user.sees, {}):
        return content
    return replace(content, meetings=content.meetings_of(Body.PROMOTION_COUNCIL))


def _word(content: EditionContent, status: Status) -> str:
    """What the verdict was called in that year: 遅れ is 未達成 in a plan's final one."""
    words = (row.status_word for row in content.indicators if row.status is status)
    return next(words, status.label) if status is Status.BEHIND else status.label


def _goal_block(content: EditionContent, goal: GoalContent) -> GoalBlock:
    own = MeasureBlock(None, content.indicators_of(goal.number, None), None)
    measures = (MeasureBlock(each, content.indicators_of(goal.number, each.number), content.evaluation(goal.number, each.number)) for each in goal.measures)
    return GoalBlock(goal, tuple(block for block in (own, *measures) if block.measure or block.indicators))


def comparison_page(frame: ReviewFrame, edition: Edition) -> ComparisonPage:
    """What differs now from that edition, with its reasons. A number of queries that does not grow with the plan."""
    edition.review = frame.review
    content = _for_reader(frame, EditionContent.read(edition.content))
    now = _for_reader(frame, EditionContent.of(content_of(frame.review, content.stage)))
    found = differences(content, now)
    rows = _explained(found, value_corrections(edition, frame.user, content), traces_since(edition, [row.place for row in found]))
    parts = (_compared(part, rows) for part in by_part(found))
    return ComparisonPage(edition_line(edition), content, tuple(parts))


def _compared(part: Part, rows: dict[Difference, DifferenceRow]) -> ComparedPart:
    by_subject: dict[str, list[DifferenceRow]] = {}
    for difference in part.differences:
        by_subject.setdefault(difference.subject, []).append(rows[difference])
    return ComparedPart(part.name, tuple(_told_once(subject, group) for subject, group in by_subject.items()))


def _told_once(subject: str, rows: list[DifferenceRow]) -> SubjectRows:
    """Reasons that stand beside the row above are not said again."""
    others = (replace(row, is_as_above=_reasons(row) == _reasons(above)) for above, row in pairwise(rows))
    return SubjectRows(subject, (rows[0], *others))


def _reasons(row: DifferenceRow) -> tuple:
    return row.corrections, row.traces


def _explained(found: list[Difference], corrected: list[Correction], traces: Mapping[tuple, tuple[Trace, ...]]) -> dict[Difference, DifferenceRow]:
    revised = {(each.place.key, _is_of_target(each)) for each in found if each.place.part == PLAN and each.place.kind == "indicator"}
    return {row: DifferenceRow(row, _corrections_of(row, corrected), _traces_of(row, traces, revised)) for row in found}


def _is_of_target(difference: Difference) -> bool:
    return difference.what in TARGET_WORDS


def _traces_of(difference: Difference, traces: Mapping[tuple, tuple[Trace, ...]], revised: set[tuple]) -> tuple[Trace, ...]:
    """The records that made the difference. A verdict follows from its target or settings too, where these differ; a target's from its own."""
    place = difference.place
    known = traces.get((place.kind, place.key), ())
    if place.kind != "indicator":
        return known
    if place.part == PLAN:
        return tuple(trace for trace in known if trace.is_of_target is _is_of_target(difference))
    return tuple(trace for trace in known if difference.what != COMMENT and (place.key, trace.is_of_target) in revised)


def _corrections_of(difference: Difference, corrected: list[Correction]) -> tuple[Correction, ...]:
    """A comment's corrections, or those of the value and of earlier parts of a total, from which its verdict follows."""
    place = difference.place
    if place.part != VALUES or place.kind != "indicator":
        return ()
    is_comment = difference.what == COMMENT
    return tuple(row for row in corrected if row.about.id == place.key[0] and (row.what == COMMENT) is is_comment)
