"""`manage.py open_sample_collection`: the sample's last year as a collection at work."""
from django.core.management.base import BaseCommand, CommandError

from collecting.sample import open_sample_collection
from common.fiscal import era_long
from goals.models import Strategy


class Command(BaseCommand):
    help = "架空のサンプル値で、最後の年度の照会を途中の状態にします。 Opens the sample collection of the last year; clear_sample removes it."

    def handle(self, *args, **options):
        try:
            made = open_sample_collection()
        except Strategy.DoesNotExist as error:
            raise CommandError("計画がまだありません。先に load_plan と load_sample を実行してください。 No plan yet: run load_plan first.") from error
        if made is None:
            self.stdout.write("最後の年度の照会はすでにあります。何も変えていません。")
        else:
            self.stdout.write(f"{era_long(made.fiscal_year)}の実績の照会を、サンプルとして始めました（指標 {made.indicators.count()}件）。")
