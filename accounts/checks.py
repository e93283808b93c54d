"""Deployment checks of our own, run by `manage.py check --deploy`."""
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Error
from django.db import DatabaseError


def no_demo_accounts(app_configs, **kwargs) -> list[Error]:
    """An error when demo accounts, whose password everybody knows, are in a database that is not the demo's."""
    if settings.DEMO:
        return []
    try:
        usernames = list(get_user_model().objects.filter(is_demo=True).values_list("username", flat=True))
    except DatabaseError:
        # Before the first migrate there is no table, hence no account.
        return []
    if not usernames:
        return []
    return [
        Error(
            f"デモ用の利用者が残っています: {'、'.join(usernames)} (demo accounts in production)",
            hint="管理画面で削除してください。 Delete them in the admin.",
            id="accounts.E001",
        )
    ]
