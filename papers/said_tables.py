"""The tables of what people said of a measure, its initiatives with their states and the council's opinions with the city's answers, and of corrections."""
from collections.abc import Iterable, Sequence
from itertools import chain, starmap

from common.fiscal import era_date
from common.japanese import NO_VALUE
from papers.parts import Cell, Column, Group, InitiativePaper, OpinionPaper, Row, Table
from reviews.editions.corrected import Correction

INITIATIVE_WIDTH, STATE_WIDTH, ANSWER_WIDTH = 62, 24, 84
CORRECTIONS = "確定版の後の訂正"


def initiatives_table(initiatives: Sequence[InitiativePaper], *, in_pairs: bool = True) -> Table:
    """「具体的取組」 with the state of each in the year, where one was told; two side by side where nothing more is said of them."""
    has_states, has_texts = any(each.state for each in initiatives), any(each.text for each in initiatives)
    across = 2 if in_pairs and not has_texts else 1
    columns = (
        Column("具体的取組", 0 if across == 2 else INITIATIVE_WIDTH),
        *((Column("状況", STATE_WIDTH, "center"),) if has_states else ()),
        *((Column("内容"),) if has_texts else ()),
    )
    cells = [_initiative(each, has_states, has_texts) for each in initiatives]
    rows = (cells[start : start + across] for start in range(0, len(cells), across))
    return Table("具体的取組", columns * across, (Group("", tuple(_side_by_side(row, across, len(columns)) for row in rows)),))


def _initiative(initiative: InitiativePaper, has_states: bool, has_texts: bool) -> tuple[Cell, ...]:
    state = (Cell(initiative.state or NO_VALUE),) if has_states else ()
    return (Cell(initiative.name), *state, *((Cell(initiative.text),) if has_texts else ()))


def _side_by_side(parts: Sequence[tuple[Cell, ...]], across: int, columns: int) -> Row:
    """The cells one after the other, with empty ones where the last row is not full."""
    return Row((*chain.from_iterable(parts), *[Cell()] * (columns * (across - len(parts)))))


def opinions_table(opinions: Iterable[OpinionPaper]) -> Table:
    """「意見と対応」: who said what, and what the city answers."""
    columns = (Column("意見", 8, "center"), Column("内容"), Column("対応", 14, "center"), Column("市の回答", ANSWER_WIDTH))
    return Table("意見と対応", columns, (Group("", tuple(starmap(_opinion_row, enumerate(opinions, start=1)))),))


def _opinion_row(number: int, opinion: OpinionPaper) -> Row:
    said = Cell(opinion.text, "　".join(filter(None, (opinion.who, opinion.rating))), is_note_beside=True)
    answer = Cell(opinion.answer, "　".join(filter(None, (opinion.owner, opinion.due, opinion.state))), is_note_beside=True)
    return Row((Cell(str(number)), said, Cell(opinion.answer_kind or NO_VALUE), answer))


def corrections_table(corrections: Iterable[Correction]) -> Table | None:
    """「確定版の後の訂正」, as on the pages of the results; None without any."""
    columns = (Column("指標", 42), Column("年度・項目", 32), Column("訂正前", 22, "right"), Column("訂正後", 22, "right"), Column("日付・理由"))
    rows = tuple(map(_correction_row, corrections))
    return Table(CORRECTIONS, columns, (Group("", rows),)) if rows else None


def _correction_row(correction: Correction) -> Row:
    why = "：".join(filter(None, (correction.kind_words, correction.reason)))
    texts = (correction.about.title, correction.what_words, correction.before, correction.after, f"{era_date(correction.on)}　{why}")
    return Row(tuple(map(Cell, texts)))
