"""`manage.py clear_sample`: everything fictional goes."""
from django.core.management.base import BaseCommand

from reviews.sample import clear_sample


class Command(BaseCommand):
    help = "架空のサンプル値をすべて消します。入力された値は残ります。 Removes the fictional sample; real values stay."

    def handle(self, *args, **options):
        cleared = clear_sample()
        self.stdout.write(f"架空のサンプル値を消しました（実績 {cleared.actuals}件、目標の見直し {cleared.targets}件、担当課 {cleared.divisions}課）。")
        if cleared.kept_divisions:
            self.stdout.write(f"利用者がいるため残した担当課: {'、'.join(cleared.kept_divisions)}")
