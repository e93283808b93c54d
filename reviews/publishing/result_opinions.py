"""The council's opinions as citizens read them: the answer of the edition, and what the city answered or finished since 「公表後の回答」."""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from reviews.editions.parts import OpinionContent
from reviews.models import Response
from reviews.vocabulary import ResponseState, Treatment

OPEN = "検討中"


@dataclass(frozen=True)
class LaterAnswer:
    """A final answer that is not, or not like this, in the edition."""

    treatment: Treatment
    text: str
    due_on: date | None
    done_on: date | None
    done_note: str
    answered_on: date

    @property
    def treatment_label(self) -> str:
        return self.treatment.label


@dataclass(frozen=True)
class AnsweredOpinion:
    """An opinion of the edition with the answer that was final then, and a later one where there is any."""

    opinion: OpinionContent
    later: LaterAnswer | None = None

    @property
    def is_answered(self) -> bool:
        return self.later is not None or self.opinion.treatment is not None

    @property
    def state(self) -> str:
        """「採用」「検討中」: what became of it by now."""
        return self.later.treatment_label if self.later else self.opinion.treatment_label or OPEN


def answered(opinions: Iterable[OpinionContent], review_id: int) -> list[AnsweredOpinion]:
    """The opinions with what was answered since: only final answers. One query."""
    opinions = list(opinions)
    rows = Response.objects.filter(opinion__review=review_id, opinion__in=[each.id for each in opinions], state=ResponseState.FINAL)
    by_opinion = {row.opinion_id: row for row in rows}
    return [AnsweredOpinion(each, _later(each, by_opinion.get(each.id))) for each in opinions]


def _later(opinion: OpinionContent, response: Response | None) -> LaterAnswer | None:
    if response is None or (response.treatment, response.text, response.done_on) == (opinion.treatment, opinion.response, opinion.done_on):
        return None
    answered_on = timezone.localtime(response.saved_at).date()
    return LaterAnswer(Treatment(response.treatment), response.text, response.due_on, response.done_on, response.done_note, answered_on)
