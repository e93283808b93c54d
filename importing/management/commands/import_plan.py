"""`manage.py import_plan FILE`: a whole plan from a 計画ワークブック, with the same preview as the page, as text."""
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from common.sheets import MAX_BYTES, SheetError
from importing.book import Book
from importing.planbook.actions import PlanBookRefused, load_plan_book, preview_plan_book
from importing.planbook.records import Preview, place_text
from importing.reader import read_book

# As those of import_actuals; 0 is taken in, or nothing to do.
PROBLEMS, UNREADABLE = 1, 2


class Command(BaseCommand):
    help = (
        "計画ワークブックを取り込みます。直す所があれば何も書きません。 Takes a plan workbook in, all of it or nothing. "
        "Exit codes: 0 taken in or nothing to do, 1 problems (nothing written), 2 a file that cannot be read."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="The plan workbook (.xlsx).")
        parser.add_argument("--dry-run", action="store_true", help="Print the preview and write nothing.")
        parser.add_argument("--by", metavar="USER", help="Whose name the history carries; nobody's if left out.")

    def handle(self, *args, file: Path, dry_run: bool, by: str | None, **options):
        user, book = _user(by) if by else None, _book(file)
        preview = preview_plan_book(book)
        self._print(preview)
        if not preview.is_clean:
            raise CommandError(f"直す所が{len(preview.problems)}件あります。何も書いていません。", returncode=PROBLEMS)
        if dry_run:
            self.stdout.write("確認だけしました。何も書いていません。")
        elif preview.changes:
            self._load(book, preview, user)

    def _load(self, book: Book, preview: Preview, user: User | None) -> None:
        try:
            load_plan_book(book, by=user, agreed=preview.fingerprint())
        except PlanBookRefused as error:
            raise CommandError("確認している間にデータが変わりました。何も書いていません。もう一度実行してください。", returncode=PROBLEMS) from error
        self.stdout.write(f"「{preview.name}」を取り込みました。")

    def _print(self, preview: Preview) -> None:
        kind = "新しい総合戦略" if preview.is_new else "登録済みの総合戦略"
        self.stdout.write(f"{preview.name}（{preview.slug}）：{kind}" if preview.slug else "どの総合戦略か、書いてありません。")
        self.stdout.write(f"追加 {preview.total('added')}　変更 {preview.total('changed')}　変更なし {preview.total('unchanged')}　直す所 {len(preview.problems)}")
        for problem in preview.problems:
            self.stdout.write(f"  {place_text(problem.place)}　{problem.text}{problem.remedy}")
        for change in preview.changes if preview.is_clean else ():
            cells = "、".join(f"{cell.heading}: {cell.old or '（空）'} → {cell.new or '（空）'}" for cell in change.cells)
            self.stdout.write(f"  {change.place}　追加　{change.label}" if change.is_new else f"  {change.place}　変更　{change.label}　{cells}")
        for count in preview.counts:
            if count.staying:
                self.stdout.write(f"  {count.sheet}：ファイルにない行（残ります） {len(count.staying)}行")


def _user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None or not user.has_perm("goals.change_strategy"):
        raise CommandError(f"「{username}」は、計画を変えられる利用者ではありません。", returncode=PROBLEMS)
    return user


def _book(file: Path) -> Book:
    try:
        with file.open("rb") as opened:
            return read_book(opened.read(MAX_BYTES + 1), file.name)
    except OSError as error:
        raise CommandError(f"ファイルを開けません：{file}", returncode=UNREADABLE) from error
    except SheetError as error:
        raise CommandError(str(error), returncode=UNREADABLE) from error
