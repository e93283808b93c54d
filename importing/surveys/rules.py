"""What the yellow cells take: lists to choose from and hints that Excel shows. Only lists and months are strict.

A value is checked with a warning that can be passed: 「公表待ち」, 「△55」 and 「1,234人」 are read by the import all the same.
"""
from collections.abc import Mapping
from typing import Any

from xlsxwriter.worksheet import Worksheet

from importing.surveys.keys import MET_WORDS, InputColumn
from kpis.vocabulary import MissingReason, ValueState

LARGEST = 99_999_999_999
NUMBER = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": -LARGEST,
    "maximum": LARGEST,
    "input_title": "実績値",
    "input_message": "数だけを書きます（単位は不要）。負の数は -55 か △55 です。値がないときは空のまま、「未測定の理由」を選びます。",
    "error_type": "warning",
    "error_title": "数ではないようです",
    "error_message": "数として読める書き方か、確かめてください。△55 のような書き方は、このままで取り込めます。",
}
MET = {
    "validate": "list",
    "source": list(MET_WORDS.values()),
    "input_title": "実施の状況",
    "input_message": "一覧から選びます。「実施した」のときは、根拠も書きます。",
    "error_title": "一覧から選んでください",
    "error_message": f"「{'」か「'.join(MET_WORDS.values())}」を選んでください。",
}
RULES: Mapping[InputColumn, Mapping[str, Any]] = {
    InputColumn.VALUE: NUMBER,
    InputColumn.STATE: {
        "validate": "list",
        "source": [state.label for state in ValueState],
        "input_title": "値の状態",
        "input_message": "空のままなら「確定値」です。速報や見込のときに選びます。",
        "error_title": "一覧から選んでください",
        "error_message": f"{'・'.join(state.label for state in ValueState)}から選ぶか、空にしてください。",
    },
    InputColumn.MISSING_REASON: {
        "validate": "list",
        "source": [reason.label for reason in MissingReason],
        "input_title": "未測定の理由",
        "input_message": "値がないときだけ選びます。公表待ちのときは、右の欄に公表予定の月も書きます。",
        "error_title": "一覧から選んでください",
        "error_message": f"{'・'.join(reason.label for reason in MissingReason)}から選ぶか、空にしてください。",
    },
    InputColumn.EXPECTED_MONTH: {
        "validate": "integer",
        "criteria": "between",
        "minimum": 1,
        "maximum": 12,
        "input_title": "公表予定の月",
        "input_message": "公表待ちのときに、1から12の数で書きます。",
        "error_title": "月の数ではありません",
        "error_message": "1から12の数を書いてください。",
    },
    InputColumn.COMMENT: {
        "validate": "any",
        "input_title": "要因・コメント",
        "input_message": "増えた・減った理由や、来年度の見通しを書きます。セルの中の改行は Alt+Enter です。",
    },
    InputColumn.EVIDENCE: {
        "validate": "any",
        "input_title": "根拠",
        "input_message": "統計や資料の名前、ページ、URL を書きます。",
    },
}


def add_rules(sheet: Worksheet, row: int, first_column: int, is_qualitative: bool) -> None:
    """The rules of one row's yellow cells."""
    for place, column in enumerate(InputColumn):
        rule = MET if is_qualitative and column is InputColumn.VALUE else RULES[column]
        sheet.data_validation(row, first_column + place, row, first_column + place, dict(rule))
