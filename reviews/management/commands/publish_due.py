"""`manage.py publish_due`: for cron, every few minutes. Exit codes: 0 all published or nothing due, 1 something stands in the way."""
import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from reviews.actions.publication import publish_due

HELD_BACK = 1


class Command(BaseCommand):
    help = "予約した日時が来た公表を行います。 Publishes what was scheduled for a time that has come."

    def handle(self, *args, **options):
        found = publish_due(now=timezone.now())
        for each in found:
            if each.hindrance:
                self.stderr.write(f"{each.publication.edition}を公表していません。{each.hindrance}")
            else:
                self.stdout.write(f"{each.publication.edition}を公表しました。")
        if any(each.hindrance for each in found):
            sys.exit(HELD_BACK)
