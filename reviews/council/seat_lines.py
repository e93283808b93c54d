"""推進会議の委員: the seats with their terms of office and whether their holders can come in."""
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from goals.models import Strategy
from reviews.models import Invitation, Seat


@dataclass(frozen=True)
class SeatLine:
    """One seat. `account` is a sentence, with the class and icon of its mark; `newest_invitation` the key of the last one, 0 for none."""

    seat: Seat
    term: str
    is_current: bool
    is_over: bool
    account: str
    css_class: str
    icon: str
    newest_invitation: int = 0


@dataclass(frozen=True)
class SeatList:
    """Those in office or to come, and those whose term is over."""

    present: tuple[SeatLine, ...]
    past: tuple[SeatLine, ...]


def seat_list(strategy: Strategy) -> SeatList:
    """The strategy's seats in their order. Two queries."""
    today = timezone.localdate()
    rows = Seat.objects.filter(strategy=strategy).select_related("user").prefetch_related("invitations")
    lines = [_line(row, today) for row in rows]
    return SeatList(tuple(line for line in lines if not line.is_over), tuple(line for line in lines if line.is_over))


def _line(seat: Seat, today: date) -> SeatLine:
    is_over = seat.term_until is not None and seat.term_until < today
    term = "任期終了" if is_over else "在任中" if seat.is_filled_on(today) else "これから"
    newest = max((invitation.pk for invitation in seat.invitations.all()), default=0)
    return SeatLine(seat, term, seat.is_filled_on(today), is_over, *_account(seat), newest)


def _account(seat: Seat) -> tuple[str, str, str]:
    """What is said of the account, newest fact first."""
    invitations = list(seat.invitations.all())
    newest = invitations[0] if invitations else None
    if newest and newest.is_usable(timezone.now()):
        return f"招待中（{_day(newest)}まで）", "s-sent", "right"
    if seat.user_id:
        return f"利用者名 {seat.user.username}", "s-ok", "check"
    if newest and newest.used_at is None:
        return "招待の期限切れ", "s-warn", "clock"
    return "まだ招待していません", "s-todo", "not_entered"


def _day(invitation: Invitation) -> str:
    day = timezone.localtime(invitation.expires_at)
    return f"{day.month}月{day.day}日"
