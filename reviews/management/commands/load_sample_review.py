"""`manage.py load_sample_review`: a fictional review, published, and the next one, just begun."""
from django.core.management.base import BaseCommand, CommandError

from common.fiscal import era_long
from goals.models import Strategy
from kpis.models import Actual
from reviews.sample import load_sample_review


class Command(BaseCommand):
    help = "架空の評価・検証を読み込みます。 Loads a fictional review and begins the next; clear_sample removes both."

    def handle(self, *args, **options):
        try:
            made = load_sample_review()
        except (Strategy.DoesNotExist, Actual.DoesNotExist) as error:
            raise CommandError("計画かサンプル値がまだありません。先に load_plan と load_sample を実行してください。 Run load_plan and load_sample first.") from error
        if made is None:
            self.stdout.write("評価・検証はすでにあります。何も変えていません。")
        else:
            self.stdout.write(f"{era_long(made.fiscal_year)}の評価・検証を、架空のサンプルとして読み込みました（委員 {made.strategy.seats.count()}人）。")
