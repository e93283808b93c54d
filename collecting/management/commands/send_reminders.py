"""`manage.py send_reminders`: for cron. Exit codes: 0 all sent or nothing to send, 1 a mail was refused, 3 a division without an address."""
import sys
from smtplib import SMTPException

from django.conf import settings
from django.core.management.base import BaseCommand
from django.urls import reverse
from django.utils import timezone

from collecting.models import Collection
from collecting.reminders import Mail, post_of, send

WITHIN = 14  # days
REFUSED, UNREACHABLE = 1, 3


class Command(BaseCommand):
    help = "提出されていない実績を、担当者へメールで知らせます（1日1通まで）。 Reminds divisions by e-mail of what is missing, once a day."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="送らずに、宛先と文章を表示します。 Print, send nothing.")
        parser.add_argument("--within", type=int, default=WITHIN, metavar="DAYS", help="期限がこの日数以内の指標だけ。 Due within so many days.")

    def handle(self, *args, **options):
        code, today = 0, timezone.localdate()
        for collection in Collection.objects.still_open().select_related("strategy", "opened_by__division"):
            post = post_of(collection, _sheet_url(collection), options["within"], today)
            results = [self._deliver(collection, mail, today, is_dry=options["dry_run"]) for mail in post.mails]
            for division in post.unreachable:
                self.stderr.write(f"{collection}：{division}にメールアドレスのある人がいません。「お願いの文章」を貼り付けて送ってください。")
            code = REFUSED if not all(results) or code == REFUSED else UNREACHABLE if post.unreachable else code
        if code:
            sys.exit(code)

    def _deliver(self, collection: Collection, mail: Mail, today, *, is_dry: bool) -> bool:
        """Whether that person needs no further mail today."""
        address = f"{mail.recipient} <{mail.recipient.email}>"
        if is_dry:
            self.stdout.write(f"宛先：{address}\n件名：{mail.subject}\n\n{mail.text}\n")
            return True
        try:
            is_sent = send(collection=collection, mail=mail, today=today)
        except (SMTPException, OSError) as error:
            self.stderr.write(f"{address}へ送れませんでした：{error}")
            return False
        self.stdout.write(f"{address}：{len(mail.rows)}件を知らせました。" if is_sent else f"{address}：今日はすでに送っています。")
        return True


def _sheet_url(collection: Collection) -> str:
    """The address of the entry sheet; empty where the site's own address is not set."""
    path = reverse("entry_sheet", args=[collection.strategy.slug, collection.fiscal_year])
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else ""
