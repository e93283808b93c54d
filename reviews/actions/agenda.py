"""The agenda 「次第」 of a meeting: taking up what is proposed, lines of one's own, their order, and the way back."""
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from reviews.access import require_planning
from reviews.actions.traces import leave_trace
from reviews.actions.writing import ConflictError, locked, write
from reviews.meetings.attention import Proposal, subject_of
from reviews.models import AgendaItem, Meeting
from reviews.texts import kept_text

LONGEST_TITLE, LONGEST_REASON = 160, 200
KEPT = ("position", "title", "reason", "measure_id", "indicator_id", "agreement_id", "decision_id", "response_id", "revision_id")


def take_up(*, meeting: Meeting, proposals: Iterable[Proposal], by: User | None) -> list[AgendaItem]:
    """Put proposals at the end of the agenda; what is in it already is passed over. Raises PermissionDenied unless `by` plans."""
    if by is not None:
        require_planning(by)
    return carry_over(meeting=meeting, proposals=proposals, by=by)


@transaction.atomic
def carry_over(*, meeting: Meeting, proposals: Iterable[Proposal], by: User | None) -> list[AgendaItem]:
    """As `take_up`, for what comes back by itself whoever leaves it open."""
    lines = _locked_lines(meeting)
    taken = {subject_of(line) for line in lines}
    new = [proposal for proposal in proposals if proposal.token not in taken]
    made = AgendaItem.objects.bulk_create(_line(meeting, place, proposal, by) for place, proposal in enumerate(new, start=_end(lines)))
    if made:
        leave_trace(meeting, f"次第に{len(made)}件を加えた", by)
    return made


def _lines(meeting: Meeting, by: User | None) -> list[AgendaItem]:
    """The agenda in its order, for somebody who may change it."""
    if by is not None:
        require_planning(by)
    return _locked_lines(meeting)


def _locked_lines(meeting: Meeting) -> list[AgendaItem]:
    """The agenda in its order; nobody else changes it meanwhile."""
    Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    return list(AgendaItem.objects.filter(meeting=meeting))


def _end(lines: list[AgendaItem]) -> int:
    return max((line.position for line in lines), default=0) + 1


def _line(meeting: Meeting, position: int, proposal: Proposal, by: User | None) -> AgendaItem:
    about = {f"{proposal.subject}_id": proposal.key, "saved_by": by}
    return AgendaItem(
        meeting=meeting, position=position, title=proposal.title[:LONGEST_TITLE], reason=proposal.reason[:LONGEST_REASON], **about
    )


@transaction.atomic
def add_line(*, meeting: Meeting, title: str, by: User | None, reason: str = "", about: Mapping[str, Any] | None = None) -> AgendaItem:
    """A line of one's own at the end; `about` may name a measure, an indicator, a revision …. Raises ValidationError without a title."""
    line = AgendaItem(meeting=meeting, position=_end(_lines(meeting, by)), **(about or {}))
    write(line, {"title": kept_text(title).strip(), "reason": kept_text(reason).strip()}, by=by)
    leave_trace(meeting, f"次第に「{line.title}」を加えた", by)
    return line


@transaction.atomic
def edit_line(*, item: AgendaItem, title: str, reason: str, seen_version: int, by: User) -> AgendaItem:
    """Another heading or reason. Raises ValidationError without a title, ConflictError when somebody else wrote it or took it out."""
    _lines(item.meeting, by)
    line = write(locked(item, seen_version), {"title": kept_text(title).strip(), "reason": kept_text(reason).strip()}, by=by)
    leave_trace(item.meeting, f"次第の「{line.title}」を直した", by)
    return line


@transaction.atomic
def move_line(*, item: AgendaItem, step: int, past: int, by: User) -> None:
    """One place up (-1) or down (+1), past the line with that key. Raises ConflictError when that is not its neighbour any more."""
    lines = _lines(item.meeting, by)
    here = next((place for place, line in enumerate(lines) if line.pk == item.pk), None)
    if here is None or not 0 <= here + step < len(lines) or lines[here + step].pk != past:
        raise ConflictError(None)
    lines[here], lines[here + step] = lines[here + step], lines[here]
    for position, line in enumerate(lines, start=1):
        line.position = position
    AgendaItem.objects.bulk_update(lines, ["position"])
    leave_trace(item.meeting, f"次第の「{item.title}」を{'上' if step < 0 else '下'}へ移した", by)


@transaction.atomic
def remove_line(*, item: AgendaItem, seen_version: int, by: User) -> dict[str, Any]:
    """Take a line out; returns what `put_back` needs to bring it back. Raises ConflictError when somebody else wrote it meanwhile."""
    _lines(item.meeting, by)
    line = locked(item, seen_version)
    kept = {name: getattr(line, name) for name in KEPT}
    line.delete()
    leave_trace(item.meeting, f"次第から「{line.title}」を外した", by)
    return kept


@transaction.atomic
def put_back(*, meeting: Meeting, kept: Mapping[str, Any], by: User) -> AgendaItem:
    """Bring a removed line back to its place. One that is there again already stays as it is. Raises ValidationError when its subject is gone."""
    lines = _lines(meeting, by)
    line = AgendaItem(meeting=meeting, saved_by=by, **kept)
    same = next((other for other in lines if _is_same(other, line)), None)
    if same:
        return same
    line.full_clean()
    AgendaItem.objects.filter(meeting=meeting, position__gte=line.position).update(position=F("position") + 1)
    line.save()
    leave_trace(meeting, f"次第に「{line.title}」を戻した", by)
    return line


def _is_same(one: AgendaItem, other: AgendaItem) -> bool:
    return subject_of(one) == subject_of(other) and (bool(subject_of(one)) or one.title == other.title)
