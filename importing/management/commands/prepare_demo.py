"""`manage.py prepare_demo`: plan, sample and demo accounts on a fresh database; later runs return at once."""
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from goals.models import Strategy


class Command(BaseCommand):
    help = "計画・架空のサンプル値・デモ用の利用者を用意します（計画があれば何もしません）。 Prepares the demo on an empty database."

    def handle(self, *args, **options):
        if Strategy.objects.exists():
            self.stdout.write("計画はすでにあります。何も変えていません。")
            return
        with transaction.atomic():
            for command in ("load_plan", "load_sample", "load_demo_accounts", "load_sample_review", "open_sample_collection"):
                call_command(command, stdout=self.stdout)
