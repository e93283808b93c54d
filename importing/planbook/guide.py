"""The sheet 「記入のしかた」: every column of every sheet, what it takes, and an example from Hokuto's plan."""
from collections.abc import Iterator

from importing.planbook.examples import EXAMPLES
from importing.planbook.sheets import SHEETS, Column, SheetSpec

GUIDE_HEADINGS = ("シート", "見出し", "必ず書く", "書き方", "説明", "例（北斗市 第2期総合戦略）")
GUIDE_NOTES = (
    "1枚のシートが計画の1つの部分です。1行目の見出しはそのままにして、2行目から下に書きます。列の順番は変えてもかまいません。",
    "濃い青の見出しは、必ず書く列か、行を見分けるための列です。空のシートと、使わない列は、そのまま残してかまいません。",
    "取り込むと、変わる所と直す所をすべて画面で確かめられます。直す所が1つでもあるあいだは、何も書き込みません。",
    "ファイルから消した行は、データからは消えません。「ファイルにない行（残ります）」として画面に示します。消すときは管理画面で消します。",
    "実績はこのファイルに入れません。実績は調査票と取込のページで受け渡します。",
    "文章の中の改行（Alt＋Enter）は、そのまま保たれます。",
)


def guide_rows() -> Iterator[tuple[str, ...]]:
    """One row per sheet that says what it is about, then one per column."""
    for spec in SHEETS:
        yield (spec.name, "", "", "", spec.about, "")
        for column in spec.columns:
            yield (spec.name, column.heading, _needed(spec, column), column.kind.how, _said(column), EXAMPLES[spec.name].get(column.heading, ""))


def _needed(spec: SheetSpec, column: Column) -> str:
    return "必須" if column.is_required else "行の目印" if column.heading in spec.key else ""


def _said(column: Column) -> str:
    shown = "" if column.default is None else column.kind.shown(column.default)
    return f"{column.help}空のときは「{shown}」です。" if shown else column.help
