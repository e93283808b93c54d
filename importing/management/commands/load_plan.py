"""`manage.py load_plan`: Hokuto's second strategy, complete, from fixtures/."""
from django.conf import settings
from django.core.management.base import BaseCommand

from importing.actions import load_plan


class Command(BaseCommand):
    help = "第2期北斗市まち・ひと・しごと創生総合戦略を読み込みます（すでにあれば何もしません）。 Loads the plan; does nothing if it is there."

    def handle(self, *args, **options):
        count = load_plan(settings.FIXTURE_DIRS[0])
        self.stdout.write(f"第2期総合戦略を読み込みました（{count}行）。" if count else "第2期総合戦略はすでにあります。何も変えていません。")
