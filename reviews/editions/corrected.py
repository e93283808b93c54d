"""One correction since an edition, in words: of a value, of a comment, or of the plan itself 「目標の見直し」. Pure."""
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from common.fiscal import era_date, era_long
from common.japanese import exact, number_text
from common.term import Term
from kpis.vocabulary import ValueState
from reviews.editions.parts import IndicatorContent


class CorrectionKind(Term):
    """What a correction does."""

    REPLACEMENT = "replacement", "確定値への置き換え"
    CORRECTION = "correction", "訂正"
    REVISION = "revision", "目標の見直し"


@dataclass(frozen=True)
class Subject:
    """What was corrected: an indicator of the edition or one that was added since; the plan itself has no `id`, no `code` and no place.

    `goal` and `measure` are numbers; `measure` is None for a numeric target of the goal.
    """

    id: int | None = None
    code: str = ""
    breakdown: str = ""
    full_name: str = "計画期間"
    goal: int | None = None
    measure: int | None = None

    @classmethod
    def of(cls, row: IndicatorContent) -> "Subject":
        return cls(row.id, row.code, row.breakdown, row.full_name, row.goal, row.measure)

    @property
    def key(self) -> str:
        """「1-3-4 面積」."""
        return f"{self.code} {self.breakdown}".strip()

    @property
    def title(self) -> str:
        """「1-3-4 面積 醸造用ブドウ栽培戸数・面積（面積）」."""
        return f"{self.key} {self.full_name}".strip()

    def concerns(self, goal: int, measure: int | None) -> bool:
        """Whether it stands at that measure, or among the goal's own numeric targets (None); the plan's period concerns everything."""
        return self.id is None or (self.goal, self.measure) == (goal, measure)


@dataclass(frozen=True)
class Correction:
    """One change of what readers saw. `fiscal_year` is the value's; of a revision the year from which it applies. `by` names staff: never show it to citizens."""

    about: Subject
    fiscal_year: int
    what: str
    before: str
    after: str
    at: datetime
    reason: str
    kind: CorrectionKind
    was: ValueState = ValueState.CONFIRMED
    by: str = ""
    decided_on: date | None = None
    decided_by_meeting: str = ""

    @property
    def on(self) -> date:
        """The day by the city's clock."""
        return timezone.localtime(self.at).date()

    @property
    def era(self) -> str:
        return era_long(self.fiscal_year)

    @property
    def is_revision(self) -> bool:
        return self.kind is CorrectionKind.REVISION

    @property
    def what_words(self) -> str:
        """「令和5年度の実績」; of a revision 「目標（令和6年度から）」."""
        return f"{self.what}（{self.era}から）" if self.is_revision else f"{self.era}の{self.what}"

    @property
    def kind_words(self) -> str:
        """「確定値への置き換え（速報 → 確定値）」「訂正」「目標の見直し（令和6年8月6日、第1回 検討・推進会議で決定）」."""
        if self.kind is CorrectionKind.REPLACEMENT:
            return f"{self.kind.label}（{self.was.label} → {ValueState.CONFIRMED.label}）"
        decided = "、".join(filter(None, (self.decided_on and era_date(self.decided_on), self.decided_by_meeting)))
        joint = "で" if self.decided_by_meeting else "に"
        return f"{self.kind.label}（{decided}{joint}決定）" if decided else self.kind.label


def exact_number(value: Decimal, decimals: int) -> str:
    """Every decimal the value has: a correction behind the shown ones is one too."""
    return number_text(value, max(decimals, -int(exact(value).as_tuple().exponent)))
