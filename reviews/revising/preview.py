"""What a proposal would make of the verdicts, before anybody decides: the same facts with the change, judged again. Pure."""
from dataclasses import dataclass

from dashboards.words import amount
from kpis.board import JudgedIndicator, StatusCounts
from kpis.explanation import explain, original_name
from kpis.progress import Judgement, judge
from kpis.vocabulary import Status
from reviews.models import TargetRevision
from reviews.revising.kinds import kind_of


@dataclass(frozen=True)
class YearChange:
    """One year now and with the proposal; `original` is the verdict by the plan as it was adopted."""

    before: Judgement
    after: Judgement

    @property
    def fiscal_year(self) -> int:
        return self.before.fiscal_year

    @property
    def result(self) -> str:
        return amount(self.before.result, self.before)

    @property
    def expected(self) -> tuple[str, str]:
        return amount(self.before.expected, self.before), amount(self.after.expected, self.after)

    @property
    def original(self) -> Judgement:
        return self.after.against_original or self.after

    @property
    def is_moved(self) -> bool:
        """Whether the verdict becomes another one."""
        return self.before.word != self.after.word

    @property
    def is_touched(self) -> bool:
        """Whether anything of the year's judgement becomes another one."""
        return self.is_moved or self.before.expected != self.after.expected


@dataclass(frozen=True)
class Preview:
    """An indicator's years with a proposal. `shown_year` is the first visible one it touches, else the newest."""

    rows: list[YearChange]
    after: JudgedIndicator
    shown_year: int
    explanation: str
    original_name: str

    @property
    def is_later(self) -> bool:
        """Whether it touches no year that can be seen yet."""
        return not any(row.is_touched for row in self.rows)


def judged_again(row: JudgedIndicator, revision: TargetRevision) -> JudgedIndicator:
    """The indicator with the proposal's facts, in the same years."""
    return JudgedIndicator(row.indicator, tuple(_again(each, row, revision) for each in row.judgements), row.rules)


def _again(judgement: Judgement, row: JudgedIndicator, revision: TargetRevision) -> Judgement:
    found = judge(kind_of(revision).revised(judgement.facts, revision), judgement.fiscal_year, row.rules)
    return found if judgement.status is Status.NOT_ENTERED else found.for_public()


def preview(row: JudgedIndicator, revision: TargetRevision, fiscal_year: int) -> Preview:
    """That proposal about that indicator, for a page that shows that fiscal year."""
    after = judged_again(row, revision)
    rows = [YearChange(*pair) for pair in zip(row.judgements, after.judgements, strict=True)]
    last = rows[-1].fiscal_year
    shown = min(max(fiscal_year, revision.effective_fiscal_year), last)
    found = after.in_year(shown)
    return Preview(rows, after, shown, explain(found, row.rules), original_name(found) if found.against_original else "当初の目標")


@dataclass(frozen=True)
class CountChange:
    """How many indicators have a status now and with the proposal."""

    status: Status
    before: int
    after: int


@dataclass(frozen=True)
class PlanPreview:
    """What a longer period makes of all indicators in one year."""

    fiscal_year: int
    counts: list[CountChange]

    @property
    def is_same(self) -> bool:
        return all(each.before == each.after for each in self.counts)


def plan_preview(rows: list[JudgedIndicator], revision: TargetRevision, fiscal_year: int) -> PlanPreview:
    """The spread of the verdicts in the year it begins in, if that can be seen, else in the one that is shown."""
    visible = {each.fiscal_year for row in rows for each in row.judgements}
    year = revision.effective_fiscal_year if revision.effective_fiscal_year in visible else fiscal_year
    before, after = StatusCounts.of(rows, year), StatusCounts.of((judged_again(row, revision) for row in rows), year)
    pairs = ((status, before.by_status[status], after.by_status[status]) for status in Status)
    return PlanPreview(year, [CountChange(*each) for each in pairs if each[1] or each[2]])
