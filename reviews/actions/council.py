"""The council's seats, and how their holders come in: a printable code that works once."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Revision, User
from accounts.roles import Role
from goals.models import Strategy
from reviews.access import require_planning
from reviews.actions.writing import locked, write
from reviews.council.codes import hash_of_code, new_code
from reviews.models import Invitation, Seat

DAYS_VALID = 30
SUCCEEDED = "後任の決定"
SEAT_FIELDS = ("sector", "organisation", "member_name", "office", "position", "term_from", "term_until", "shows_name", "user")

OVER = "この委員の任期は終わっています。後任の委員を決めてから、コードをつくってください。"
MADE_MEANWHILE = "{member}さんのコードは、先ほどつくりました。その案内をお使いください。案内が手元にないときは、もう一度ボタンを押してください。"
OTHER_ROLE = "この利用者は「推進会議の委員」ではないため、委員にできません。"
SAME_TIME = "この利用者は、同じ時期に別の委員になっています。任期を確かめてください。"
TAKEN = "この利用者名は、ほかの人が使っています。別の利用者名にしてください。"
AFTER_PREDECESSOR = "任期の始まりは、前任の委員の任期の始まりより後の日にしてください。"
USED = "このコードは、もう使われています。決めた利用者名とパスワードでサインインしてください。"
EXPIRED = "このコードは、期限を過ぎています。"
ENDED = "このコードは、新しいコードに替わっています。いちばん新しい案内のコードを入力してください。"
SEAT_OVER = "この委員の任期は終わっています。"
NO_ACCESS = "この委員の利用者は、いまサインインできません。"


@dataclass(frozen=True)
class IssuedCode:
    """A new invitation with its code in plain letters, which nobody can look up again."""

    invitation: Invitation
    code: str


@transaction.atomic
def add_seat(*, strategy: Strategy, values: Mapping[str, Any], by: User) -> Seat:
    """A new seat; `values` holds some of SEAT_FIELDS. Raises PermissionDenied unless `by` plans, ValidationError by field."""
    require_planning(by)
    return _written(Seat(strategy=strategy), values, by)


@transaction.atomic
def edit_seat(*, seat: Seat, values: Mapping[str, Any], seen_version: int, by: User) -> Seat:
    """Correct what is said of a seat. Another person is a successor, not a correction.

    Raises as `add_seat`, and ConflictError when somebody else was quicker, also the member, whose account comes with the invitation.
    """
    require_planning(by)
    return _written(locked(seat, seen_version), values, by)


@transaction.atomic
def end_term(*, seat: Seat, last_day: date, seen_version: int, by: User) -> Seat:
    """Let the term of office end with that day; whoever held it sees nothing of the council afterwards. Raises as `edit_seat`."""
    require_planning(by)
    return _written(locked(seat, seen_version), {"term_until": last_day}, by, "任期の終わり")


@transaction.atomic
def appoint_successor(*, seat: Seat, values: Mapping[str, Any], seen_version: int, by: User) -> Seat:
    """A new holder, with a row of their own, from `term_from` on; the predecessor's term ends the day before. Raises as `edit_seat`."""
    require_planning(by)
    stored = locked(seat, seen_version)
    if values["term_from"] <= stored.term_from:
        raise ValidationError({"term_from": AFTER_PREDECESSOR})
    last_day = values["term_from"] - timedelta(days=1)
    if stored.term_until is None or stored.term_until > last_day:
        _written(stored, {"term_until": last_day}, by, SUCCEEDED)
    else:
        # The day stays; the new version tells whoever appoints another successor from a page opened before.
        stored.saved_by, stored._history_user, stored._change_reason = by, by, SUCCEEDED
        stored.save()
    return _written(Seat(strategy_id=stored.strategy_id, position=stored.position), values, by, SUCCEEDED)


def _locked(seat: Seat) -> Seat:
    return Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)


def _written(seat: Seat, values: Mapping[str, Any], by: User, reason: str = "") -> Seat:
    write(seat, {name: values[name] for name in SEAT_FIELDS if name in values}, by=by, reason=reason)
    _check_user(seat)
    if seat.user is not None:
        _end_account_with_the_term(seat.user, by)
    return seat


def _end_account_with_the_term(user: User, by: User) -> None:
    """The account opens until the last of its terms of office is over; without an end while one has none."""
    ends = list(Seat.objects.filter(user=user).values_list("term_until", flat=True))
    last_day = None if None in ends else max(ends)
    stored = User.objects.select_for_update().get(pk=user.pk)
    if stored.usable_until != last_day:
        stored.usable_until = last_day
        stored._history_user, stored._change_reason = by, "委員の任期"
        stored.save(update_fields=["usable_until"])


def _check_user(seat: Seat) -> None:
    """Raises ValidationError where the seat's account is of another role or holds another seat at the same time."""
    if seat.user is None:
        return
    if seat.user.role != Role.COUNCIL:
        raise ValidationError({"user": OTHER_ROLE})
    others = Seat.objects.filter(strategy=seat.strategy_id, user=seat.user).exclude(pk=seat.pk)
    if any(_overlap(seat, other) for other in others):
        raise ValidationError({"user": SAME_TIME})


def _overlap(one: Seat, other: Seat) -> bool:
    return one.term_from <= (other.term_until or date.max) and other.term_from <= (one.term_until or date.max)


@transaction.atomic
def invite(*, seat: Seat, by: User, after: int | None = None) -> IssuedCode:
    """A new one-time code for that seat; those made before end. Only the hash is kept.

    With `after`, the key of the newest invitation the asker knew of (0 for none), a form sent twice does not end the code just printed.
    Raises PermissionDenied unless `by` plans and where the seat's account is not a council member's; ValidationError after its term.
    """
    require_planning(by)
    stored, now = _locked(seat), timezone.now()
    if stored.user is not None and stored.user.role != Role.COUNCIL:
        raise PermissionDenied(OTHER_ROLE)
    if _is_over(stored):
        raise ValidationError(OVER)
    newest = stored.invitations.order_by("-pk").values_list("pk", flat=True).first() or 0
    if after is not None and after != newest:
        raise ValidationError(MADE_MEANWHILE.format(member=stored.member_name))
    stored.invitations.filter(used_at__isnull=True, ended_at__isnull=True).update(ended_at=now)
    code = new_code()
    made = Invitation.objects.create(seat=stored, code_hash=hash_of_code(code), expires_at=now + timedelta(days=DAYS_VALID), created_by=by, created_at=now)
    return IssuedCode(made, code)


def _is_over(seat: Seat) -> bool:
    return seat.term_until is not None and seat.term_until < timezone.localdate()


def invitation_of(code: str) -> Invitation | None:
    """The invitation with that code, whatever became of it. One query by the hash, as long for a wrong code as for a right one."""
    return Invitation.objects.select_related("seat__strategy", "seat__user").filter(code_hash=hash_of_code(code)).first()


def invitation_problem(invitation: Invitation) -> str:
    """Why that invitation opens nothing; empty where it does. It never opens the account of another role, nor one that was closed."""
    user = invitation.seat.user
    reasons = (
        (invitation.used_at is not None, USED),
        (invitation.ended_at is not None, ENDED),
        (timezone.now() >= invitation.expires_at, EXPIRED),
        (_is_over(invitation.seat), SEAT_OVER),
        (user is not None and (user.role != Role.COUNCIL or not user.is_active), NO_ACCESS),
    )
    return next((text for holds, text in reasons if holds), "")


@transaction.atomic
def accept_invitation(*, invitation: Invitation, username: str, password: str) -> User:
    """Use the code up: the seat's holder gets an account of the council's role, or a new password for the one there is.

    `username` is for new accounts only. Raises ValidationError where the code is used up meanwhile or the name is taken.
    """
    # The seat first, as everywhere. Both locked alone: PostgreSQL does not lock the outer side of the join to a seat's user, who may not exist.
    _locked(invitation.seat)
    Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    stored = Invitation.objects.select_related("seat__strategy", "seat__user").get(pk=invitation.pk)
    problem = invitation_problem(stored)
    if problem:
        raise ValidationError(problem)
    seat = stored.seat
    user = _with_new_password(seat.user, password) if seat.user else _new_member(seat, username, password)
    stored.used_at = timezone.now()
    stored.save(update_fields=["used_at"])
    transaction.on_commit(Revision.advance)
    return user


def _with_new_password(user: User, password: str) -> User:
    user.set_password(password)
    user._history_user, user._change_reason = user, "招待のコードによるパスワードの変更"
    user.save(update_fields=["password"])
    return user


def _new_member(seat: Seat, username: str, password: str) -> User:
    if User.objects.filter(username__iexact=username).exists():
        raise ValidationError({"username": TAKEN})
    user = User(username=username, display_name=seat.member_name, role=Role.COUNCIL)
    user.set_password(password)
    user._change_reason = "招待のコードによる利用者の作成"
    user.full_clean()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError({"username": TAKEN}) from error
    seat.user, seat.saved_by, seat._history_user, seat._change_reason = user, user, user, "招待のコードによる利用者の作成"
    seat.save(update_fields=["user", "saved_by"])
    _end_account_with_the_term(user, user)
    return user
