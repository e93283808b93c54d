"""`manage.py export_workbook plan|template|survey --out FILE`: the workbooks of the pages, for those who automate."""
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Division, User
from accounts.roles import Role
from common.sheets import SheetError
from goals.models import Strategy
from importing.planbook.export import plan_book, template_book
from importing.surveys.content import surveys_of
from importing.surveys.workbook import workbook_of, zip_of


class Command(BaseCommand):
    help = (
        "計画ワークブック・空のひな形・調査票をファイルに書き出します。 Writes the plan workbook, its empty template, or the surveys of a year. "
        "Exit codes: 0 written, 1 nothing written."
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=list(MAKERS))
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="Where to write; an existing file is replaced.")
        parser.add_argument("--strategy", help="The strategy's URL name; the current one if left out.")
        parser.add_argument("--year", type=int, help="survey: the fiscal year, such as 2024.")
        parser.add_argument("--division", help="survey: one division by its name (.xlsx); all divisions as a .zip if left out.")

    def handle(self, *args, kind: str, out: Path, **options):
        try:
            data = MAKERS[kind](options)
            out.write_bytes(data)
        except SheetError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"ファイルに書けません：{out}（{error.strerror}）") from error
        self.stdout.write(f"{out} に書き出しました（{len(data):,}バイト）。")


def _plan(options: dict[str, Any]) -> bytes:
    return plan_book(_strategy(options["strategy"]))


def _template(options: dict[str, Any]) -> bytes:
    return template_book()


def _surveys(options: dict[str, Any]) -> bytes:
    strategy, year = _strategy(options["strategy"]), options["year"]
    if year not in strategy.fiscal_years:
        raise CommandError(f"--year に、計画の年度（{strategy.first_fiscal_year}～{strategy.last_fiscal_year}）を書いてください。")
    division = _division(options["division"]) if options["division"] else None
    surveys = surveys_of(strategy, year, User(role=Role.PLANNING), division)
    if not surveys:
        raise CommandError("調査票をつくる指標がありません。指標に担当課を付けてください。")
    return zip_of(surveys) if division is None else workbook_of(surveys[0])


MAKERS: dict[str, Callable[[dict[str, Any]], bytes]] = {"plan": _plan, "template": _template, "survey": _surveys}


def _strategy(slug: str | None) -> Strategy:
    strategy = Strategy.objects.filter(slug=slug).first() if slug else Strategy.objects.current()
    if strategy is None:
        raise CommandError(f"「{slug}」という総合戦略はありません。" if slug else "総合戦略がまだありません。")
    return strategy


def _division(name: str) -> Division:
    division = Division.objects.filter(name=name).first()
    if division is None:
        raise CommandError(f"「{name}」という課はありません。{'、'.join(Division.objects.values_list('name', flat=True))} のどれかを書いてください。")
    return division
