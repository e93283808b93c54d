"""What the pages of revisions 「目標数値の見直し」 show."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from dashboards.frame import Crumb, Frame
from dashboards.words import baseline_words, target_words
from goals.models import Goal, Measure
from kpis.board import JudgedIndicator, judged_indicators
from kpis.models import Indicator, Target
from kpis.vocabulary import Accumulation, TargetKind
from reviews.access import plans
from reviews.meetings.access import readable_meetings
from reviews.meetings.attention import measure_title
from reviews.models import Meeting, TargetRevision
from reviews.revising.access import PROPOSE, may_change, may_propose, proposable_kinds, visible_revisions
from reviews.revising.kinds import KINDS, Kind, meeting_name, words_of
from reviews.revising.preview import PlanPreview, Preview, plan_preview, preview
from reviews.revising.resting import what_rests_on
from reviews.revising.words import content_baseline, content_figure
from reviews.vocabulary import RevisionKind, RevisionState

# Icon and colour of each state, beside its word.
MARKS = {
    RevisionState.PROPOSED: ("clock", "s-todo"),
    RevisionState.DECIDED: ("check", "s-ok"),
    RevisionState.REJECTED: ("not_rated", "s-na"),
    RevisionState.WITHDRAWN: ("loop", "s-na"),
}
HEADINGS = {
    RevisionState.PROPOSED: "これから決める提案", RevisionState.DECIDED: "決定した見直し", RevisionState.REJECTED: "見送った提案", RevisionState.WITHDRAWN: "取り下げた提案",
}
ALL_PLAN = "計画全体"


def with_words(rows: QuerySet[TargetRevision]) -> QuerySet[TargetRevision]:
    """Loaded with all that their words and lines read."""
    targets = Prefetch("indicator__targets", queryset=Target.objects.all())
    return rows.select_related("strategy", "indicator__division", "indicator__measure", "meeting__review", "proposed_by__division").prefetch_related(targets)


@dataclass(frozen=True)
class RevisionLine:
    """One revision in a list or on top of its page. `by` names a person to the planning side only, a division to everybody else."""

    revision: TargetRevision
    by: str

    @property
    def kind(self) -> RevisionKind:
        return RevisionKind(self.revision.kind)

    @property
    def state(self) -> RevisionState:
        return RevisionState(self.revision.state)

    @property
    def is_open(self) -> bool:
        return self.state is RevisionState.PROPOSED

    @property
    def words(self) -> str:
        return words_of(self.revision)

    @property
    def subject(self) -> str:
        """「1-2-1 観光入込客数」; an extension and an addition are of the plan."""
        indicator = self.revision.indicator
        return f"{indicator.code} {indicator.full_name}" if indicator else ALL_PLAN

    @property
    def icon(self) -> str:
        return MARKS[self.state][0]

    @property
    def css_class(self) -> str:
        return MARKS[self.state][1]

    @property
    def meeting(self) -> str:
        return meeting_name(self.revision.meeting) if self.revision.meeting else ""


def line_of(revision: TargetRevision, user) -> RevisionLine:
    """That revision for that reader."""
    who = revision.proposed_by
    if plans(user):
        return RevisionLine(revision, str(who) if who else "")
    division = who.division if who else None
    return RevisionLine(revision, division.name if division else "企画担当")


@dataclass(frozen=True)
class RevisionList:
    """The revisions by state, newest first, what is open on top."""

    groups: list[tuple[RevisionState, str, list[RevisionLine]]]
    may_propose: bool


def revision_list(frame: Frame) -> RevisionList:
    """All that the reader may see. Two queries, two more for members of the council."""
    rows = with_words(visible_revisions(frame.user, frame.strategy, frame.today)).order_by("-proposed_at", "-pk")
    lines = [line_of(row, frame.user) for row in rows]
    groups = [(state, HEADINGS[state], [line for line in lines if line.state is state]) for state in RevisionState]
    return RevisionList([group for group in groups if group[2]], frame.user.has_perm(PROPOSE))


@dataclass(frozen=True)
class NewRow:
    """A new indicator in words, for the table of a split or an addition."""

    name: str
    code: str
    place: str
    unit: str
    kind: str
    counting: str
    baseline: str
    target: str


def _new_rows(revision: TargetRevision) -> list[NewRow]:
    return [
        NewRow(
            name=f"{part['name']}（{part['breakdown']}）" if part.get("breakdown") else part.get("name", ""),
            code=part.get("code", ""),
            place=_place(part),
            unit=part.get("unit") or "なし",
            kind=TargetKind(part["target_kind"]).label,
            counting=Accumulation(part["accumulation"]).label,
            baseline=content_baseline(part),
            target=content_figure(part) or "数値目標なし",
        )
        for part in revision.content
    ]


def _place(part: dict) -> str:
    """Where an added indicator is to stand. One query for an addition, none for the parts of a split."""
    if part.get("measure_id"):
        return measure_title(Measure.objects.select_related("goal").get(pk=part["measure_id"]))
    goal = Goal.objects.filter(pk=part["goal_id"]).first() if part.get("goal_id") else None
    return f"基本目標{goal.number} {goal.name}" if goal else ""


@dataclass(frozen=True)
class Now:
    """An indicator as it is: what stands beside a proposal."""

    row: JudgedIndicator
    baseline: str
    target: str
    original: str
    url: str


def indicator_now(frame: Frame, indicator: Indicator) -> Now:
    """As far as that reader sees its values. Three queries."""
    rows = Indicator.objects.for_dashboard(frame.strategy, frame.user).filter(pk=indicator.pk)
    row = judged_indicators(frame.strategy, frame.user, rows)[0]
    found = row.in_year(frame.fiscal_year)
    first = found.facts.original_target()
    target = target_words(row.indicator, found, found.target)
    original = target_words(row.indicator, found, first)
    url = f"{reverse('indicator', args=[frame.strategy.slug, indicator.code])}{frame.year_query}"
    return Now(row, baseline_words(row.indicator, found), target, original if original != target else "", url)


@dataclass(frozen=True)
class Outcome:
    """What a proposal would make of the verdicts: of one indicator, or of all when the period becomes longer."""

    one: Preview | None = None
    plan: PlanPreview | None = None


def outcome_of(frame: Frame, revision: TargetRevision, now: Now | None) -> Outcome:
    """No query for a proposal about an indicator, three for an extension."""
    if now is not None:
        return Outcome(one=preview(now.row, revision, frame.fiscal_year))
    if revision.kind == RevisionKind.EXTEND:
        return Outcome(plan=plan_preview(judged_indicators(frame.strategy, frame.user), revision, frame.fiscal_year))
    return Outcome()


@dataclass(frozen=True)
class Step:
    """One entry of a proposal's history."""

    at: datetime
    what: str
    who: str


@dataclass(frozen=True)
class RevisionPage:
    """One proposal with all that is known of it, and what that reader may do. `rests` says why its decision cannot be taken back."""

    line: RevisionLine
    now: Now | None
    outcome: Outcome
    new_rows: list[NewRow]
    meetings: list[Meeting]
    coming: list[Meeting]
    steps: list[Step]
    may_change: bool
    may_decide: bool
    may_take_back: bool
    rests: str


def revision_page(frame: Frame, revision: TargetRevision) -> RevisionPage:
    """A fixed number of queries."""
    user, is_open = frame.user, revision.state == RevisionState.PROPOSED
    now = indicator_now(frame, revision.indicator) if revision.indicator else None
    readable = readable_meetings(user, frame.strategy, frame.today).select_related("review").order_by("meets_on", "pk")
    meetings = list(readable.filter(agenda__revision=revision).distinct())
    is_planning = plans(user)
    is_decided = is_planning and revision.state == RevisionState.DECIDED
    coming = list(readable.filter(held_at__isnull=True).exclude(pk__in=[row.pk for row in meetings])[:3]) if is_planning and is_open else []
    return RevisionPage(
        line=line_of(revision, user),
        now=now,
        outcome=outcome_of(frame, revision, now) if is_open else Outcome(),
        new_rows=_new_rows(revision),
        meetings=meetings,
        coming=coming,
        steps=_steps(revision, is_planning),
        may_change=may_change(user, revision),
        may_decide=is_planning and is_open,
        may_take_back=is_decided,
        rests=what_rests_on(revision) if is_decided else "",
    )


def _steps(revision: TargetRevision, names_people: bool) -> list[Step]:
    rows = revision.history.select_related("history_user").order_by("history_date", "history_id")
    return [Step(row.history_date, row.history_change_reason or "変えた", str(row.history_user or "") if names_people else "") for row in rows]


@dataclass(frozen=True)
class KindChoice:
    """One kind that can be proposed."""

    kind: RevisionKind
    rule: Kind
    url: str


def kind_choices(frame: Frame, indicator: Indicator | None) -> list[KindChoice]:
    """What that person may propose, of that indicator if one is chosen."""
    address = reverse("revision_new", args=[frame.strategy.slug])
    found: Iterable[RevisionKind] = proposable_kinds(frame.user)
    if indicator is not None:
        found = (kind for kind in found if may_propose(frame.user, kind, indicator) and needs_indicator(kind) and suits(kind, indicator))
    about = f"&indicator={indicator.pk}" if indicator else ""
    return [KindChoice(kind, KINDS[kind], f"{address}?kind={kind}{about}") for kind in found]


def needs_indicator(kind: RevisionKind) -> bool:
    return kind not in (RevisionKind.ADD, RevisionKind.EXTEND)


def suits(kind: RevisionKind, indicator: Indicator) -> bool:
    """Whether that kind of revision makes sense for the indicator's kind of target."""
    return indicator.target_kind not in KINDS[kind].unsuited


def crumbs(frame: Frame, *here: Crumb) -> list[Crumb]:
    """The way to a page of revisions: 評価・検証 › 目標の見直し › here."""
    slug = frame.strategy.slug
    steps = [Crumb("評価・検証", reverse("reviews", args=[slug])), Crumb("目標の見直し", reverse("revisions", args=[slug]))]
    return [*steps, *here] if here else [steps[0], Crumb("目標の見直し")]
