"""The sheet 「記入のしかた」: what to do, until when, whom to ask, and what the cells take."""
from collections.abc import Iterator

from xlsxwriter.worksheet import Worksheet

from common.fiscal import era_date, era_long
from importing.surveys.cells import Formats, write_text
from importing.surveys.content import Survey
from importing.surveys.keys import INPUT_SHEET, MET_WORDS, InputColumn
from kpis.vocabulary import MissingReason, ValueState

STEPS = (
    f"シート「{INPUT_SHEET}」の黄色の欄に記入します。ほかの欄は変えられません。",
    "すでに入力のある値は、はじめから入っています。違うところだけを直します。",
    "保存して、このファイルのまま企画担当に返します。ファイル名は変えてもかまいません。",
)
CELLS = (
    (InputColumn.VALUE.label, "数だけを書きます。全角の数字、コンマ、△や▲の負の数も読み取れます。％の指標は 87.5 のように書きます。"),
    ("", f"実施・設置の指標は「{'」か「'.join(MET_WORDS.values())}」を選びます。"),
    (InputColumn.STATE.label, f"{'・'.join(state.label for state in ValueState)}から選びます。空のままなら確定値です。"),
    (InputColumn.MISSING_REASON.label, f"値がないときに、{'・'.join(reason.label for reason in MissingReason)}から選びます。0 は書きません。"),
    (InputColumn.EXPECTED_MONTH.label, "公表待ちのときに、1から12の数で書きます。"),
    (InputColumn.COMMENT.label, "増えた・減った理由を書きます。前年度のコメントは、左の欄にあります。"),
    (InputColumn.EVIDENCE.label, "統計や資料の名前、ページ、URL を書きます。"),
)
KEEP = (
    "行や列は、消したり、並べ替えたり、足したりしないでください。取り込みのときに、番号で照らし合わせます。",
    "灰色の行は、確認済みまたは公表済みです。直したいときは、企画担当に連絡してください。",
    "返したあとに画面で値が変わっていたときは、取り込む前に両方の値を見比べて選びます。",
)
WIDTHS = (16, 84)


def write_guide(sheet: Worksheet, survey: Survey, formats: Formats) -> None:
    """Fill the sheet; it prints on one A4 page."""
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    for row, (look, label, text) in enumerate(_lines(survey)):
        write_text(sheet, row, 0, label, formats.of(look))
        write_text(sheet, row, 1, text, formats.of(look if look == "section" else "wrapped"))
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _lines(survey: Survey) -> Iterator[tuple[str, str, str]]:
    """Look, label and text of each line."""
    yield "title", f"{era_long(survey.fiscal_year)}の実績　記入のしかた", ""
    yield from ((look, label, text) for look, label, text in _facts(survey) if text)
    yield "section", "すること", ""
    yield from (("wrapped", f"{number}", text) for number, text in enumerate(STEPS, start=1))
    yield "section", "黄色の欄", ""
    yield from (("wrapped", label, text) for label, text in CELLS)
    yield "section", "気をつけること", ""
    yield from (("wrapped", "・", text) for text in KEEP)


def _facts(survey: Survey) -> Iterator[tuple[str, str, str]]:
    yield "wrapped", "計画", survey.strategy.name
    yield "wrapped", "担当課", f"{survey.division}（{len(survey.lines)}指標）"
    yield "wrapped", "提出期限", era_date(survey.deadline) if survey.deadline else ""
    yield "wrapped", "問い合わせ", survey.ask
    yield "wrapped", "連絡", survey.message
    yield "mark", "注意", "架空のサンプル値を含みます。" if survey.has_sample else ""
    yield "wrapped", "つくった日時", f"{era_date(survey.made_at.date())} {survey.made_at:%H:%M}"
