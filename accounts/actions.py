"""Writes to users: the accounts of the demo."""
from dataclasses import dataclass

from django.db import transaction

from accounts.models import Division, Revision, User
from accounts.roles import Role

DEMO_PASSWORD = "hokuto-demo-2026"
DEMO_DIVISION = "農林課"
CREATED = "デモ用の利用者の作成"


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to sign in as in the demo."""

    username: str
    display_name: str
    role: Role


DEMO_ACCOUNTS = (
    DemoAccount("admin", "デモ 管理者", Role.ADMINISTRATOR),
    DemoAccount("kikaku", "デモ 企画担当", Role.PLANNING),
    DemoAccount("nourin", "デモ 農林課", Role.DIVISION),
    DemoAccount("iin", "デモ 推進会議の委員", Role.COUNCIL),
    DemoAccount("etsuran", "デモ 閲覧者", Role.VIEWER),
)


class UsernameTaken(Exception):
    """A user who is not a demo user has the name of a demo account."""


@transaction.atomic
def create_demo_accounts(*, by: User | None = None) -> list[User]:
    """Create the demo accounts that are missing, all with DEMO_PASSWORD, and return the new ones. Raises UsernameTaken.

    The caller makes sure that this is the demo: nothing here reads the settings.
    """
    present = {user.username: user for user in User.objects.filter(username__in=[account.username for account in DEMO_ACCOUNTS])}
    taken = [username for username, user in present.items() if not user.is_demo]
    if taken:
        raise UsernameTaken("、".join(taken))
    created = [_create(account, by) for account in DEMO_ACCOUNTS if account.username not in present]
    transaction.on_commit(Revision.advance)
    return created


def _create(account: DemoAccount, by: User | None) -> User:
    user = User(username=account.username, display_name=account.display_name, role=account.role, is_demo=True)
    if account.role == Role.DIVISION:
        user.division, _ = Division.objects.get_or_create(name=DEMO_DIVISION, defaults={"is_sample": True})
    user.set_password(DEMO_PASSWORD)
    user._change_reason, user._history_user = CREATED, by
    user.save()
    return user
