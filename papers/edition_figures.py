"""The figures of a published year as its edition has them, whatever the rows say now: what everybody's papers of that year are made of."""
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from dashboards.frame import Frame
from goals.models import RateRounding, Strategy
from kpis.board import JudgedIndicator
from kpis.facts import ActualValue, IndicatorFacts, TargetValue
from kpis.models import Actual, Indicator
from kpis.progress import Judgement, judge
from kpis.vocabulary import Accumulation, Status, TargetKind
from reviews.editions.corrected import Correction
from reviews.editions.parts import IndicatorContent, YearContent
from reviews.editions.reading import EditionContent

NAMES = ("name", "short_name", "municipality")
THRESHOLDS = ("on_track_from", "slightly_behind_from", "limit_tolerance", "maintain_tolerance", "rate_decimals")
WORDS = ("code", "breakdown", "name", "unit", "decimals", "target_kind", "accumulation", "baseline_label", "target_label")
VERDICT = ("status", "result", "expected", "milestone", "progress_rate", "achievement_rate", "rate_formula")
MET = {Status.ACHIEVED: True, Status.ON_TRACK: False, Status.BEHIND: False}


@dataclass(frozen=True)
class EditionIndicator(JudgedIndicator):
    """An indicator of the edition, judged through the reviewed year."""

    said: IndicatorContent

    def explanation(self, fiscal_year: int) -> str:
        """Of the reviewed year, in the edition's words."""
        return self.said.explanation

    def actual(self, fiscal_year: int) -> Actual:
        """Of the reviewed year: only what the division wrote is asked for."""
        return Actual(indicator=self.indicator, fiscal_year=fiscal_year, comment=self.said.comment)

    @property
    def is_sample(self) -> bool:
        return self.said.is_sample


def frame_of_edition(frame: Frame, content: EditionContent, corrections: Iterable[Correction]) -> Frame:
    """The frame in which every figure, name, threshold and rounding is the edition's; `corrections` are those since."""
    extended_since = {each.fiscal_year for each in corrections if each.about.id is None}
    strategy = _strategy(frame.strategy, content, extended_since)
    return replace(frame, strategy=strategy, has_sample=frame.has_sample or content.is_sample, restate=Restated(content))


def _strategy(strategy: Strategy, content: EditionContent, extended_since: set[int]) -> Strategy:
    """A copy that nobody saves."""
    told = copy(strategy)
    for source, names in ((content.strategy, NAMES), (content.rules, THRESHOLDS)):
        for name in names:
            setattr(told, name, getattr(source, name))
    told.rate_rounding = RateRounding.DOWN if content.rules.rates_cut_off else RateRounding.HALF_UP
    told.period_ends = [end for end in strategy.period_ends if end[0] not in extended_since]
    return told


@dataclass(frozen=True, eq=False)
class Restated:
    """Gives the edition's indicators among rows; those that were added since are not in it. A paper asks several times, and each is judged once."""

    content: EditionContent
    judged: dict[int, tuple[Judgement, ...]] = field(default_factory=dict)

    def __call__(self, rows: Iterable[JudgedIndicator]) -> list[JudgedIndicator]:
        said = {row.id: row for row in self.content.indicators}
        return [self._indicator(row, said[row.indicator.pk]) for row in rows if row.indicator.pk in said]

    def _indicator(self, row: JudgedIndicator, said: IndicatorContent) -> EditionIndicator:
        if said.id not in self.judged:
            self.judged[said.id] = tuple(_judgements(row.judgements[0].facts, said, self.content))
        return EditionIndicator(_named(row.indicator, said), self.judged[said.id], self.content.rules, said)


def _judgements(living: IndicatorFacts, said: IndicatorContent, content: EditionContent) -> Iterable[Judgement]:
    facts = _facts(living, said, content.fiscal_year)
    return (_judgement(judge(facts, year.fiscal_year, content.rules), year, said, content.fiscal_year) for year in said.years)


def _named(indicator: Indicator, said: IndicatorContent) -> Indicator:
    told = copy(indicator)
    for name in WORDS:
        setattr(told, name, getattr(said, name))
    told.baseline_value = _decimal(said.baseline)
    return told


def _judgement(j: Judgement, year: YearContent, said: IndicatorContent, reviewed: int) -> Judgement:
    """The verdict that was given. What stands around it, such as what each remaining year must add, follows from the same facts."""
    if year.fiscal_year == reviewed:
        return replace(j, **{name: getattr(said, name) for name in VERDICT})
    return replace(j, status=year.status, result=year.result)


def _facts(facts: IndicatorFacts, said: IndicatorContent, reviewed: int) -> IndicatorFacts:
    was_rated = said.status_word in (said.status.label, said.status.word(True))
    return replace(
        facts,
        name=said.full_name,
        **{name: getattr(said, name) for name in WORDS if name not in ("code", "breakdown", "name")},
        baseline_value=_decimal(said.baseline),
        targets=_targets(facts, said),
        actuals=tuple(_actuals(facts, said, reviewed)),
        # One that was ended since, before the reviewed year, had not ended when that was judged.
        ends_in=None if was_rated and (facts.ends_in or reviewed) < reviewed else facts.ends_in,
    )


def _targets(facts: IndicatorFacts, said: IndicatorContent) -> tuple[TargetValue, ...]:
    """The target in force, and those that it replaced."""
    if said.target_since is None:
        return ()
    earlier = sorted((each for each in facts.targets if each.effective_fiscal_year < said.target_since), key=lambda each: each.effective_fiscal_year)
    if earlier and said.target_original is not None:
        earlier[0] = replace(earlier[0], value=_decimal(said.target_original))
    return (*earlier, TargetValue(said.target_since, _decimal(said.target), _decimal(said.target_upper)))


def _actuals(facts: IndicatorFacts, said: IndicatorContent, reviewed: int) -> Iterable[ActualValue]:
    """An edition tells of earlier years how they were judged. What else is known of a value stands beside it where it is still the same."""
    before = Fraction(0)
    for year in said.years:
        if year.fiscal_year == reviewed:
            yield ActualValue(reviewed, _decimal(said.value), said.value_state, said.missing_reason, said.expected_month, said.is_met)
            continue
        is_part = said.accumulation is Accumulation.TOTAL and year.result is not None
        is_met = MET.get(year.status) if said.target_kind is TargetKind.MILESTONE else None
        told = ActualValue(year.fiscal_year, _decimal(year.result - before if is_part else year.result), is_met=is_met)
        known = facts.actual(year.fiscal_year)
        yield known if (known.value, known.is_met) == (told.value, told.is_met) else told
        before = before if year.result is None else year.result


def _decimal(value: Fraction | None) -> Decimal | None:
    """Exact: what people enter has a few decimals."""
    return None if value is None else Decimal(value.numerator) / value.denominator
