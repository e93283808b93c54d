"""`manage.py import_actuals FILE…`: what the page 「取込」 does, for those who automate. docs/operations.md lists the exit codes."""
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from goals.models import Strategy
from importing.actions import StaleError, Upload, abandon, read_batch, stage_files, take_in
from importing.models import ImportBatch
from importing.preview_text import preview_text

DONE, PROBLEMS, UNREADABLE = 0, 1, 2


class DryRun(Exception):
    """Ends the transaction of a dry run."""


class Command(BaseCommand):
    help = (
        "各課から戻ったファイルの実績を取り込みます。 Takes in actuals from spreadsheets: prints the preview, then writes. "
        "Exit codes: 0 taken in or nothing to do, 1 problems (nothing written), 2 a file that cannot be read (nothing written)."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--strategy", help="The strategy's URL name; the current one if left out.")
        parser.add_argument("--by", metavar="USER", help="Whose rights apply and whose name the history carries; all rights and no name if left out.")
        parser.add_argument("--reason", default="", help="Why published or checked values change; needed for those only.")
        parser.add_argument("--dry-run", action="store_true", help="Print the preview and write nothing.")
        parser.add_argument("--skip-errors", action="store_true", help="Take in everything but the values with errors, and all files that can be read.")

    def handle(self, *args, **options):
        by, strategy, uploads = _user(options["by"]), _strategy(options["strategy"]), [_upload(path) for path in options["files"]]
        try:
            if options["dry_run"]:
                self._try(strategy, uploads, by)
            else:
                self._take_in(self._read(strategy, uploads, by), by, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=PROBLEMS) from error
        except PermissionDenied as error:
            raise CommandError(str(error), returncode=PROBLEMS) from error

    def _read(self, strategy: Strategy, uploads: list[Upload], by: User) -> ImportBatch:
        batch = read_batch(batch=stage_files(strategy=strategy, uploads=uploads, by=by), by=by)
        self.stdout.write(preview_text(batch))
        return batch

    def _try(self, strategy: Strategy, uploads: list[Upload], by: User) -> None:
        """The whole reading, taken back: nothing of it stays, not even the stored files."""
        try:
            with transaction.atomic():
                batch = self._read(strategy, uploads, by)
                for file in batch.files.all():
                    if file.file:
                        file.file.storage.delete(file.file.name)
                raise DryRun
        except DryRun:
            self.stdout.write("--dry-run のため、何も書いていません。")
        _stop_at_problems(batch)

    def _take_in(self, batch: ImportBatch, by: User, options: dict) -> None:
        try:
            if not options["skip_errors"]:
                _stop_at_problems(batch)
            if batch.writes:
                batch = take_in(batch=batch, by=by, seen_at=batch.previewed_at, skips_errors=options["skip_errors"], reason=options["reason"])
                self.stdout.write(f"{batch}：{batch.written}件の値を取り込みました。")
                return
        except (CommandError, ValidationError):
            abandon(batch=batch, by=by)
            raise
        except StaleError as error:
            abandon(batch=batch, by=by)
            raise CommandError(f"読んでいる間に値が変わりました（{'、'.join(error.places)}）。もう一度実行してください。", returncode=PROBLEMS) from error
        abandon(batch=batch, by=by)
        self.stdout.write("変わる値がないので、何も書いていません。")


def _stop_at_problems(batch: ImportBatch) -> None:
    """Raises CommandError with the exit code for files that cannot be read, or for values that cannot be taken in."""
    unreadable = [file.name for file in batch.files.all() if file.problem]
    if unreadable:
        raise CommandError(f"読めないファイルがあります（{'、'.join(unreadable)}）。何も書いていません。", returncode=UNREADABLE)
    if batch.errors:
        raise CommandError(
            f"エラーが{batch.errors}件あります。何も書いていません。直すか、--skip-errors を付けてください。", returncode=PROBLEMS
        )


def _user(username: str | None) -> User:
    """That person; without a name somebody with all rights, who is in no table."""
    if username is None:
        return User(role=Role.ADMINISTRATOR, display_name="コマンド")
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"利用者「{username}」がいません。", returncode=PROBLEMS)
    return user


def _strategy(slug: str | None) -> Strategy:
    strategy = Strategy.objects.filter(slug=slug).first() if slug else Strategy.objects.current()
    if strategy is None:
        raise CommandError(f"総合戦略「{slug}」がありません。" if slug else "--strategy で総合戦略を選んでください。", returncode=PROBLEMS)
    return strategy


def _upload(path: Path) -> Upload:
    try:
        return Upload(path.name, path.read_bytes())
    except OSError as error:
        raise CommandError(f"{path} を開けません（{error.strerror}）。", returncode=UNREADABLE) from error
