"""`manage.py load_demo_accounts`: one account for each role, in the demo only."""
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.actions import DEMO_ACCOUNTS, DEMO_PASSWORD, UsernameTaken, create_demo_accounts


class Command(BaseCommand):
    help = "デモ用の利用者を作ります（DEMO=1 のときだけ）。 Creates the demo accounts, with DEMO=1 only."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("デモ用の利用者は DEMO=1 のときだけ作れます。 Demo accounts exist in demo mode only.")
        try:
            create_demo_accounts()
        except UsernameTaken as error:
            raise CommandError(f"同じ利用者名の人がすでにいます: {error} Username already taken.") from error
        for account in DEMO_ACCOUNTS:
            self.stdout.write(f"{account.username:<8} {DEMO_PASSWORD}  {account.role.label}")
