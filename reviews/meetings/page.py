"""What the pages of meetings show."""
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Q
from django.urls import reverse

from dashboards.frame import Crumb
from reviews.access import plans
from reviews.actions.meetings import seats_at, sheet_of
from reviews.frame import ReviewFrame
from reviews.meetings.access import Part, bodies_of, sees_minutes
from reviews.meetings.attendance import Sheet
from reviews.meetings.attention import HEADINGS, Proposal
from reviews.meetings.decision_rows import DecisionRow, decision_rows
from reviews.meetings.sources import proposals_for
from reviews.models import AgendaItem, Material, Meeting, Seat
from reviews.vocabulary import Body, Presence, RevisionState


@dataclass(frozen=True)
class AgendaLine:
    """One line of the agenda; `place` counts from 1. `url` leads to what it is about, `link` says where; empty for lines of one's own.

    `above` and `below` are the keys of its neighbours, None at either end.
    """

    item: AgendaItem
    place: int
    above: int | None
    below: int | None
    url: str
    link: str

    @property
    def is_settled(self) -> bool:
        """Whether a decision or an opinion that came back is done by now, or a proposed revision decided on."""
        about, revision = self.item.decision or self.item.response, self.item.revision
        return (about is not None and about.done_on is not None) or (revision is not None and revision.state != RevisionState.PROPOSED)


@dataclass(frozen=True)
class AttendanceList:
    """Who came. `members` are the council's seats of that day with their presence, None where it is not recorded."""

    members: list[tuple[Seat, Presence | None]]
    others: list[str]

    @property
    def came(self) -> int:
        return sum(presence is not None and presence is not Presence.ABSENT for _, presence in self.members)

    @property
    def is_recorded(self) -> bool:
        return bool(self.others) or any(presence for _, presence in self.members)

    @property
    def count(self) -> str:
        """「出席 7人／8人」; for meetings of people without seats 「出席 5人」."""
        return f"出席 {self.came}人／{len(self.members)}人" if self.members else f"出席 {len(self.others)}人"

    @property
    def ways(self) -> str:
        """「うちオンライン 1人、代理出席 1人」; empty when everybody came in person."""
        found = Counter(presence for _, presence in self.members)
        ways = [f"{kind.label} {found[kind]}人" for kind in (Presence.REMOTE, Presence.DEPUTY) if found[kind]]
        return "うち" + "、".join(ways) if ways else ""


@dataclass(frozen=True)
class MeetingPage:
    """A meeting as far as that person reads it: a part that is None is not theirs. `minutes` is None, too, until the meeting is over."""

    meeting: Meeting
    is_planning: bool
    agenda: list[AgendaLine] | None
    attendance: AttendanceList | None
    minutes: str | None
    decisions: list[DecisionRow] | None
    materials: list[Material] | None
    waits_for_minutes: bool = False


def meeting_page(frame: ReviewFrame, meeting: Meeting) -> MeetingPage:
    """The page for that reader, who may open it. A fixed number of queries."""
    user, parts = frame.user, bodies_of(frame.user, frame.strategy, frame.today)[Body(meeting.body)]
    reads_minutes, is_planning = Part.MINUTES in parts, plans(user)
    return MeetingPage(
        meeting=meeting,
        is_planning=is_planning,
        agenda=agenda_lines(frame, meeting) if Part.AGENDA in parts else None,
        attendance=attendance_of(meeting) if Part.ATTENDANCE in parts else None,
        minutes=meeting.minutes if reads_minutes and sees_minutes(user, meeting) else None,
        decisions=_decisions(frame, meeting, is_planning) if Part.DECISIONS in parts else None,
        materials=list(meeting.materials.select_related("added_by")) if Part.MATERIALS in parts else None,
        waits_for_minutes=reads_minutes and not sees_minutes(user, meeting),
    )


def _decisions(frame: ReviewFrame, meeting: Meeting, is_planning: bool) -> list[DecisionRow]:
    rows = meeting.decisions.select_related("division", "measure__goal", "meeting").order_by("pk")
    return decision_rows(rows, frame.user, frame.today, may_edit=is_planning)


def agenda_lines(frame: ReviewFrame, meeting: Meeting) -> list[AgendaLine]:
    """The agenda in its order, each line with the way to what it is about. One query."""
    about = ("measure__goal", "indicator", "agreement", "decision__measure", "revision", "response__opinion__measure__goal")
    items = list(meeting.agenda.select_related(*about).order_by("position", "pk"))
    keys = [None, *(item.pk for item in items), None]
    return [AgendaLine(item, place, keys[place - 1], keys[place + 1], *_way(frame, item)) for place, item in enumerate(items, start=1)]


def _way(frame: ReviewFrame, item: AgendaItem) -> tuple[str, str]:
    """Where a line leads and what is there."""
    slug, year = frame.strategy.slug, frame.fiscal_year
    if item.measure:
        return reverse("review_measure", args=[slug, year, item.measure.goal.number, item.measure.number]), "施策の評価"
    if item.indicator:
        return f"{reverse('indicator', args=[slug, item.indicator.code])}?year={year}", "指標の推移"
    if item.agreement:
        return reverse("agreement", args=[slug, item.agreement.number]), "協定の内容"
    if item.decision:
        return f"{reverse('decisions', args=[slug])}{'?show=done' if item.decision.done_on else ''}#decision-{item.decision_id}", "決定事項の一覧"
    if item.revision_id:
        return reverse("revision", args=[slug, item.revision_id]), "見直しの提案"
    measure = item.response.opinion.measure if item.response else None
    return (reverse("review_measure", args=[slug, year, measure.goal.number, measure.number]), "施策の評価") if measure else ("", "")


def attendance_of(meeting: Meeting) -> AttendanceList:
    """Who came, as far as it is recorded. Two queries for the council, one else."""
    seats = seats_at(meeting)
    sheet = sheet_of(meeting, seats)
    return AttendanceList([(seat, sheet.seats.get(seat.pk)) for seat in seats], list(sheet.others))


@dataclass(frozen=True)
class AttendanceEntry:
    """One member in the form: what is chosen there, what was recorded when it was opened, and what somebody else recorded since, if that clashes."""

    seat: Seat
    chosen: Presence | None
    seen: Presence | None
    theirs: str = ""


def attendance_entries(meeting: Meeting, shown: Sheet, seen: Sheet, clashes: Iterable[int] = ()) -> list[AttendanceEntry]:
    """The form's members. At most one query."""
    return [
        AttendanceEntry(seat, shown.seats.get(seat.pk), seen.seats.get(seat.pk), _recorded(seen, seat.pk) if seat.pk in clashes else "")
        for seat in seats_at(meeting)
    ]


def _recorded(sheet: Sheet, seat: int) -> str:
    presence = sheet.seats.get(seat)
    return presence.label if presence else "記録しない"


@dataclass(frozen=True)
class ProposalGroup:
    """Proposals of one kind."""

    name: str
    heading: str
    proposals: list[Proposal]


def proposal_groups(meeting: Meeting, user) -> list[ProposalGroup]:
    """What could still go into the agenda, by kind. For the planning side."""
    found = groupby(proposals_for(meeting, user), key=lambda proposal: proposal.subject)
    return [ProposalGroup(subject, HEADINGS[subject], list(proposals)) for subject, proposals in found]


@dataclass(frozen=True)
class MeetingRow:
    """One meeting in the year's list."""

    meeting: Meeting

    @property
    def is_over(self) -> bool:
        return self.meeting.held_at is not None


@dataclass(frozen=True)
class MeetingList:
    """The meetings of a review by body, each in the order of their days."""

    bodies: list[tuple[Body, list[MeetingRow]]]


def meeting_list(frame: ReviewFrame) -> MeetingList:
    """The year's meetings that person may open. One query, and one more for members of the council."""
    bodies = bodies_of(frame.user, frame.strategy, frame.today)
    still_open = Count("decisions", filter=Q(decisions__done_on__isnull=True), distinct=True)
    rows = frame.review.meetings.annotate(lines=Count("agenda", distinct=True), decided=Count("decisions", distinct=True), still_open=still_open)
    found = [MeetingRow(meeting) for meeting in rows.order_by("meets_on", "number")]
    return MeetingList([(body, [row for row in found if row.meeting.body == body]) for body in Body if body in bodies])


def crumbs(frame: ReviewFrame, meeting: Meeting | None = None, here: str = "") -> list[Crumb]:
    """The way to a page of meetings: 評価・検証 › 会議 › 第1回 検討・推進会議 › here."""
    slug, year = frame.strategy.slug, frame.fiscal_year
    steps = [Crumb("評価・検証", reverse("review", args=[slug, year])), Crumb("会議", reverse("meetings", args=[slug, year]))]
    if meeting:
        steps.append(Crumb(meeting.title, reverse("meeting", args=[slug, year, meeting.pk])))
    return [*steps, Crumb(here)] if here else [*steps[:-1], Crumb(steps[-1].label)]
