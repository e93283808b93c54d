"""The words of the import: where a batch 「取込」 stands, and what taking a file in would do to each value. Pure."""
from dataclasses import dataclass

from common.term import Term


class BatchState(Term):
    """Where a batch stands."""

    READING = "reading", "読込中"
    WAITING = "waiting", "確認待ち"
    TAKEN_IN = "taken_in", "取込済み"
    TAKEN_BACK = "taken_back", "取り消し済み"
    ABANDONED = "abandoned", "取りやめ"


class BatchMove(Term):
    """What somebody does with a batch."""

    READ = "read", "読み込む"
    TAKE_IN = "take_in", "取り込む"
    TAKE_BACK = "take_back", "取り消す"
    ABANDON = "abandon", "取りやめる"


@dataclass(frozen=True)
class BatchTransition:
    """One line of the table."""

    move: BatchMove
    sources: tuple[BatchState, ...]
    target: BatchState


BATCH_TRANSITIONS = (
    BatchTransition(BatchMove.READ, (BatchState.READING, BatchState.WAITING), BatchState.WAITING),
    BatchTransition(BatchMove.TAKE_IN, (BatchState.WAITING,), BatchState.TAKEN_IN),
    BatchTransition(BatchMove.TAKE_BACK, (BatchState.TAKEN_IN,), BatchState.TAKEN_BACK),
    BatchTransition(BatchMove.ABANDON, (BatchState.READING, BatchState.WAITING), BatchState.ABANDONED),
)
BY_MOVE = {transition.move: transition for transition in BATCH_TRANSITIONS}


def may_move(move: BatchMove, state: BatchState | str) -> bool:
    """Whether a batch in that state can be moved so."""
    return state in BY_MOVE[move].sources


class ChangeKind(Term):
    """What taking a file in would do to one value, in the order in which a preview shows it."""

    ERROR = "error", "エラー"
    CHANGE = "change", "変更"
    ADD = "add", "追加"
    SAME = "same", "変更なし"
