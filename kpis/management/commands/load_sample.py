"""`manage.py load_sample`: fictional actuals, to see the pages at work."""
from django.core.management.base import BaseCommand, CommandError

from goals.models import Strategy
from kpis.actions import load_sample


class Command(BaseCommand):
    help = "架空のサンプル値（実績・目標の見直し・担当課）を読み込みます。 Loads the fictional sample; clear_sample removes it."

    def handle(self, *args, **options):
        try:
            loaded = load_sample()
        except Strategy.DoesNotExist as error:
            raise CommandError("計画がまだありません。先に load_plan を実行してください。 No plan yet: run load_plan first.") from error
        self.stdout.write(
            f"架空のサンプル値を読み込みました（実績 {loaded.actuals}件、目標の見直し {loaded.targets}件、"
            f"担当課 {loaded.divisions}課、担当課を付けた指標 {loaded.indicators}件）。"
        )
