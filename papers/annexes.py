"""The pack's annexes: agreements, the SDGs table, and how verdicts are reached, each from the page's own builder."""
from collections.abc import Iterable

from common.fiscal import era_date_short
from dashboards.agreements import AgreementRow, agreements_content
from dashboards.frame import Frame
from dashboards.guide import GuideContent, Meaning, ScaleTable, StatusRow, guide_content
from dashboards.sdg_table import SdgRow, sdgs_content
from goals.models import Goal
from goals.sdgs import SDG_NAMES
from papers.guide_words import CARE, NUMBERS_SENTENCE, STEPS, STEPS_LEAD, TERMS
from papers.parts import Cell, Column, Group, Row, Section, Table, TextBlock

UNKNOWN_NUMBER = "番号は原本の図で確認が必要"


def agreements_section(frame: Frame) -> Section:
    """Every agreement with its state today, the most pressing first. Three queries."""
    rows = agreements_content(frame, None).rows
    columns = (
        Column("協定名"), Column("相手方", 62), Column("状態", 30), Column("締結日〜当初の期限", 44), Column("いまの期間", 48), Column("基本目標", 18, "center"),
    )  # fmt: skip
    table = Table("連携協定の一覧", columns, (Group("", tuple(map(_agreement, rows))),))
    return Section("連携協定の一覧", (f"{len(rows)}件の協定です。状態は資料をつくった日のものです。",), (table,) if rows else (), is_wide=True)


def _agreement(row: AgreementRow) -> Row:
    agreement = row.agreement
    return Row((
        Cell(agreement.name),
        Cell("・".join(map(str, row.parties))),
        Cell(row.state_word),
        Cell(f"{era_date_short(agreement.signed_on)} 〜 {row.first_end_words}"),
        Cell(row.note, agreement.remarks),
        Cell("・".join(map(str, row.goal_numbers))),
    ))  # fmt: skip


def sdgs_section(frame: Frame) -> Section:
    """Which measure serves which of the seventeen goals. Three queries."""
    content = sdgs_content(frame)
    columns = (Column("主要施策"), *(Column(str(number), 9.5, "center") for number in SDG_NAMES))
    groups = tuple(Group(f"基本目標{goal.number}　{goal.name}", tuple(map(_sdg_row, rows))) for goal, rows in content.goals if rows)
    return Section("主要施策に対するSDGs対照表", tuple(_sdg_sentences(content.goals_with_unknown, content.unknown, content.known)),
                   (Table("主要施策 × 17のゴール", columns, groups), _sdg_names()), is_wide=True)  # fmt: skip


def _sdg_sentences(goals: Iterable[Goal], unknown: int, known: int) -> Iterable[str]:
    yield "● は、そのゴールにつながる取組があることを示します。"
    if unknown:
        numbers = "・".join(str(goal.number) for goal in goals)
        yield (
            f"基本目標{numbers}のゴールの番号は、原本の図で確認が必要です。計画の対照表では、番号が図（アイコン）で示されています。"
            f"文字として残っていない{unknown}件の取組は、番号を推測せずに取組名だけを載せています。番号が分かっている取組は{known}件です。"
        )


def _sdg_row(row: SdgRow) -> Row:
    name = Cell(f"({row.measure.number}) {row.measure.name}", f"{UNKNOWN_NUMBER}（取組 {row.unknown}件）" if row.is_unknown else "")
    return Row((name, *(Cell("●" if cell.topics else "") for cell in row.cells)))


def _sdg_names() -> TextBlock:
    return TextBlock("17のゴール", "　".join(f"{number} {name}" for number, name in SDG_NAMES.items()))


def guide_section(frame: Frame) -> Section:
    """判定のしかた: the very tables and settings that judge. Three queries, four with rating scales."""
    content = guide_content(frame)
    return Section("判定のしかた", (STEPS_LEAD, *STEPS), (
        _statuses(content.statuses),
        _kinds(content),
        _meanings("値の数え方", "数え方", content.accumulations, has_counts=True),
        *(TextBlock(term, text) for term, text in TERMS),
        *(TextBlock(title, text.format(**content.words)) for title, text in CARE),
        _meanings("値がない理由", "理由", content.missing_reasons),
        _meanings("値の確かさ", "言葉", content.value_states),
        _settings(content),
        *map(_scale, content.scales),
    ))  # fmt: skip


def _statuses(rows: Iterable[StatusRow]) -> Table:
    columns = (Column("判定", 24, "center"), Column("増やす・減らす指標"), Column("下回らない・超えない・範囲の指標"))
    lines = tuple(
        Row((Cell(row.status.label, f"最終年度は{row.final_word}" if row.final_word else "", status=row.status), Cell(row.straight), Cell(row.limit)))
        for row in rows
    )
    return Table(f"判定の種類　{NUMBERS_SENTENCE}", columns, (Group("", lines),))


def _kinds(content: GuideContent) -> Table:
    columns = (Column("目標の種類", 52), Column("達成の条件"), Column("達成率の式", 36), Column("この計画の指標", 26, "right"))
    rows = (
        Row((Cell(kind.term.label), Cell(kind.meaning), Cell(kind.rate_formula.label if kind.rate_formula else "―（達成率は出しません）"), _count(kind)))
        for kind in content.kinds
    )
    return Table("目標の種類", columns, (Group("", tuple(rows)),))


def _count(meaning: Meaning) -> Cell:
    return Cell(str(meaning.count), number=meaning.count)


def _meanings(caption: str, heading: str, meanings: Iterable[Meaning], *, has_counts: bool = False) -> Table:
    columns = (Column(heading, 52), Column("意味"), *((Column("この計画の指標", 26, "right"),) if has_counts else ()))
    rows = (Row((Cell(each.term.label), Cell(each.meaning), *((_count(each),) if has_counts else ()))) for each in meanings)
    return Table(caption, columns, (Group("", tuple(rows)),))


def _settings(content: GuideContent) -> Table:
    columns = (Column("設定", 52), Column("今の値", 34), Column("意味"))
    rows = tuple(Row((Cell(each.name), Cell(each.value), Cell(each.meaning))) for each in content.settings)
    return Table("この計画の設定", columns, (Group("", rows),))


def _scale(scale: ScaleTable) -> Table:
    columns = (Column("区分", 30), Column("範囲", 40), Column("意味"))
    bands = tuple(Row((Cell(band.label), Cell(bound), Cell(band.wording or "―"))) for band, bound in scale.bands)
    none = Row((Cell(scale.no_data.label), Cell("値がない"), Cell(scale.no_data.wording)))
    return Table(f"市の評価区分　{scale.name}（もとになる値：{scale.basis}）{scale.rounding}", columns, (Group("", (*bands, none)),))
