"""The way of a fiscal year's review: one table that pages, buttons, checks and docs read. Pure.

Source: 推進方策 (1) of the plan: the internal meeting verifies, the council evaluates, the results are published.
"""
from dataclasses import dataclass

from common.term import Term
from reviews.vocabulary import Stage


class StageMove(Term):
    """What the planning side does with a review."""

    CLOSE_ENTRY = "close_entry", "入力を締め切り、庁内検証へ進む"
    CLOSE_INTERNAL = "close_internal", "庁内検証を終え、外部評価へ進む"
    CLOSE_EXTERNAL = "close_external", "外部評価を終え、公表へ進む"
    BACK_TO_ENTRY = "back_to_entry", "入力へ戻す"
    BACK_TO_INTERNAL = "back_to_internal", "庁内検証へ戻す"
    BACK_TO_EXTERNAL = "back_to_external", "外部評価へ戻す"


@dataclass(frozen=True)
class StageTransition:
    """One line of the table. A step on freezes an edition; a step back needs a reason and leaves the editions as they are."""

    move: StageMove
    source: Stage
    target: Stage

    @property
    def is_back(self) -> bool:
        return ORDER.index(self.target) < ORDER.index(self.source)

    @property
    def needs_reason(self) -> bool:
        return self.is_back

    @property
    def freezes(self) -> bool:
        return not self.is_back


ORDER = tuple(Stage)
STAGE_TRANSITIONS = (
    StageTransition(StageMove.CLOSE_ENTRY, Stage.ENTRY, Stage.INTERNAL),
    StageTransition(StageMove.CLOSE_INTERNAL, Stage.INTERNAL, Stage.EXTERNAL),
    StageTransition(StageMove.CLOSE_EXTERNAL, Stage.EXTERNAL, Stage.PUBLICATION),
    StageTransition(StageMove.BACK_TO_ENTRY, Stage.INTERNAL, Stage.ENTRY),
    StageTransition(StageMove.BACK_TO_INTERNAL, Stage.EXTERNAL, Stage.INTERNAL),
    StageTransition(StageMove.BACK_TO_EXTERNAL, Stage.PUBLICATION, Stage.EXTERNAL),
)
BY_STAGE_MOVE = {transition.move: transition for transition in STAGE_TRANSITIONS}


def stage_moves_from(stage: Stage) -> tuple[StageTransition, ...]:
    """What can be done with a review in that stage, the step on first."""
    return tuple(transition for transition in STAGE_TRANSITIONS if transition.source is stage)


class Work(Term):
    """What people do in a review."""

    SELF_EVALUATION = "self_evaluation", "自己評価を書く"
    INTERNAL_EVALUATION = "internal_evaluation", "庁内検討会議の評価を書く"
    OPINION = "opinion", "意見を書く"
    COUNCIL_EVALUATION = "council_evaluation", "推進会議の評価をまとめる"
    RESPONSE = "response", "意見に回答する"
    PUBLICATION = "publication", "公表する"


# In which stages each can be done. Responses go on after the publication, across years, until they are done.
OPEN_IN = {
    Work.SELF_EVALUATION: (Stage.ENTRY, Stage.INTERNAL),
    Work.INTERNAL_EVALUATION: (Stage.INTERNAL,),
    Work.OPINION: (Stage.EXTERNAL,),
    Work.COUNCIL_EVALUATION: (Stage.EXTERNAL,),
    Work.RESPONSE: (Stage.EXTERNAL, Stage.PUBLICATION),
    Work.PUBLICATION: (Stage.PUBLICATION,),
}


def is_open(work: Work, stage: Stage) -> bool:
    """Whether that work can be done while the review is in that stage."""
    return stage in OPEN_IN[work]
