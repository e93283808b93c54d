"""入力のお願い: what is still missing from whom, as a text to paste and as e-mail. Nobody gets two of a collection on one day."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from accounts.models import Division, User
from accounts.roles import Role
from collecting.board import Board, BoardLine, BoardRow, board_for
from collecting.models import Collection, Reminder
from common.fiscal import era_date, era_long
from kpis.vocabulary import EntryState

SHEET = "総合戦略 進捗管理の「実績入力」"


@dataclass(frozen=True)
class Notice:
    """What one division still owes, as a text for chat, notice board or paper."""

    line: BoardLine
    subject: str
    text: str


@dataclass(frozen=True)
class Mail:
    """An e-mail to one person about all that is missing from them."""

    recipient: User
    rows: tuple[BoardRow, ...]
    subject: str
    text: str


@dataclass(frozen=True)
class Post:
    """All e-mails of one collection, and the divisions in which nobody has an address: they get a text."""

    mails: tuple[Mail, ...]
    unreachable: tuple[Division, ...]


def notices(board: Board, url: str) -> list[Notice]:
    """One text for each division that owes something; `url` is the entry sheet's."""
    owing = [line for line in board.lines if line.division and line.waiting]
    return [Notice(line, subject(board.collection), text(f"{line.name} 御中", board.collection, line.waiting, url)) for line in owing]


def subject(collection: Collection) -> str:
    return f"【{era_long(collection.fiscal_year)}の実績】入力のお願い（提出期限 {era_date(collection.deadline)}）"


def text(addressee: str, collection: Collection, rows: Iterable[BoardRow], url: str) -> str:
    """The whole message, one indicator a line."""
    listed = [_line(row) for row in rows]
    note = [collection.message, ""] if collection.message else []
    return "\n".join([
        addressee,
        "",
        f"{collection.strategy.short_name}の{era_long(collection.fiscal_year)}の実績について、提出されていない指標が{len(listed)}件あります。",
        "入力して「提出する」を押してください。値がないときは、未測定の理由を選んでください。",
        "",
        *listed,
        "",
        *note,
        f"入力の画面：{url or SHEET}",
        _sender(collection),
    ])


def _line(row: BoardRow) -> str:
    when = f"{'期限を過ぎています：' if row.is_overdue else '期限 '}{era_date(row.sheet_row.due_on)}"
    reason = f"\n　差戻しの理由：{row.actual.return_reason}" if row.state is EntryState.RETURNED else ""
    return f"・{row.indicator.code} {row.indicator.label}（{row.state.label}、{when}）{reason}"


def _sender(collection: Collection) -> str:
    division = collection.opened_by.division if collection.opened_by else None
    names = [division.name if division else "企画担当", str(collection.opened_by) if collection.opened_by else ""]
    return f"問合せ先：{' '.join(name for name in names if name)}"


def post_of(collection: Collection, url: str, within: int, today: date) -> Post:
    """The e-mails about values that are due within so many days or overdue. A person enters what is theirs, else everybody of the division."""
    board = board_for(collection, User(role=Role.PLANNING))
    staff = _staff()
    owed: dict[User, list[BoardRow]] = {}
    unreachable: dict[Division, None] = {}
    for line in [line for line in board.lines if line.division]:
        for row in [row for row in line.waiting if row.sheet_row.due_on <= today + timedelta(days=within)]:
            recipients = _recipients(row, staff)
            for each in recipients:
                owed.setdefault(each, []).append(row)
            if not recipients:
                unreachable[line.division] = None
    mails = (_mail(collection, person, rows, url) for person, rows in owed.items())
    return Post(tuple(mails), tuple(unreachable))


def _staff() -> dict[int, User]:
    """Everybody with an address, by key. One query."""
    return {user.pk: user for user in User.objects.filter(is_active=True).exclude(email="").order_by("username")}


def _recipients(row: BoardRow, staff: dict[int, User]) -> list[User]:
    """The person named, unless that person has moved to another division meanwhile; else everybody of the division."""
    person = staff.get(row.indicator.person_id)
    if person and row.indicator.is_editable_by(person):
        return [person]
    return [user for user in staff.values() if user.role == Role.DIVISION and user.division_id == row.indicator.division_id]


def _mail(collection: Collection, person: User, rows: list[BoardRow], url: str) -> Mail:
    return Mail(person, tuple(rows), subject(collection), text(f"{person} さん", collection, rows, url))


def send(*, collection: Collection, mail: Mail, today: date) -> bool:
    """Send one e-mail, once a day: False when that person has had one today. Raises what the mail server says, and then nothing is noted."""
    with transaction.atomic():
        _, is_new = Reminder.objects.get_or_create(
            collection=collection, recipient=mail.recipient, sent_on=today, defaults={"indicators": len(mail.rows)}
        )
        if is_new:
            EmailMessage(mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [mail.recipient.email]).send()
    return is_new
