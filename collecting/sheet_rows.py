"""One row of the entry sheet: an indicator with its earlier years, what is entered, and what is still to be said about it."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from accounts.roles import Sees
from collecting.cells import MET, NOT_MET, RowFields, is_whole
from collecting.models import Collection, EvidenceFile
from collecting.plausibility import Context, Doubt, doubts
from common.fiscal import era_date, era_long
from common.japanese import NO_VALUE, exact, number_text, percent_text, signed_text
from common.term import Term
from kpis.entry import closed_value_because
from kpis.facts import Rules
from kpis.models import Actual, Indicator
from kpis.progress import Judgement, judge
from kpis.vocabulary import Accumulation, EntryState, MissingReason, TargetKind, ValueState

CLOSED_BECAUSE = "{year}は{why}のため、この欄は変えられません。"
ASK_PLANNING = "直したいときは、企画担当に連絡してください。期限を決めて再開できます。"
REOPEN_FIRST = "直すときは、提出状況の画面で、理由と期限を書いて再開してください。"
CORRECT_WITH_REASON = "直すときは、「データの管理」で変更の理由を書いてください。"


class RowState(Term):
    """What the last column of the entry sheet says of a row. CSS classes and icons are in ROW_MARKS."""

    CLOSED = "closed", "確認済み"
    DOUBTFUL = "doubtful", "要確認"
    RETURNED = "returned", "差戻し"
    TO_DO = "to_do", "未入力"
    MISSING = "missing", "未測定"
    SUBMITTED = "submitted", "提出済み"
    SAVED = "saved", "保存済み"


# Class of the row, class of the word, icon.
ROW_MARKS = {
    RowState.CLOSED: ("is-closed", "s-ok", "check"),
    RowState.DOUBTFUL: ("is-warn", "s-warn", "slightly_behind"),
    RowState.RETURNED: ("is-warn", "s-warn", "slightly_behind"),
    RowState.TO_DO: ("is-todo", "s-todo", "not_entered"),
    RowState.MISSING: ("is-none", "s-na", "not_measured"),
    RowState.SUBMITTED: ("", "s-ok", "check"),
    RowState.SAVED: ("", "s-ok", "check"),
}


@dataclass(frozen=True)
class YearCell:
    """An earlier year: its value with its state, or why there is none."""

    fiscal_year: int
    text: str
    remark: str = ""


@dataclass(frozen=True)
class Clash:
    """What somebody else has written meanwhile: the row as it is now, by whom and when."""

    who: str
    at: str
    shown: str
    fields: RowFields


@dataclass(frozen=True)
class SheetRow:
    """A row as it is shown. `fields` are the texts in its inputs; `problems` by field and `clash` say why they could not be taken."""

    indicator: Indicator
    actual: Actual | None
    judgement: Judgement
    years: tuple[YearCell, ...]
    fields: RowFields
    doubts: tuple[Doubt, ...]
    closed: str
    closed_why: str
    due_on: date
    problems: Mapping[str, str] = field(default_factory=dict)
    clash: Clash | None = None

    @property
    def pk(self) -> int:
        return self.indicator.pk

    @property
    def is_milestone(self) -> bool:
        return self.indicator.target_kind == TargetKind.MILESTONE

    @property
    def has_content(self) -> bool:
        return self.actual is not None and self.actual.has_content

    @property
    def open_doubts(self) -> tuple[Doubt, ...]:
        """Those that nobody has answered yet."""
        return () if self.closed or (self.actual and self.actual.doubt_answer) else self.doubts

    @property
    def state(self) -> RowState:
        """Most urgent first."""
        entered = EntryState(self.actual.entry_state) if self.actual else EntryState.NOT_ENTERED
        found = (
            (RowState.CLOSED, bool(self.closed)),
            (RowState.RETURNED, entered is EntryState.RETURNED),
            (RowState.TO_DO, not self.has_content),
            (RowState.DOUBTFUL, bool(self.open_doubts)),
            (RowState.SUBMITTED, entered is EntryState.SUBMITTED),
            (RowState.MISSING, self.has_content and bool(self.actual.missing_reason)),
        )
        return next((state for state, is_so in found if is_so), RowState.SAVED)

    @property
    def word(self) -> str:
        return self.closed_why or self.state.label

    @property
    def marks(self) -> tuple[str, str, str]:
        return ROW_MARKS[self.state]

    @property
    def is_missing(self) -> bool:
        """Whether the row says why there is no value, handed in or not."""
        return bool(self.fields.missing_reason)

    @property
    def is_shaky(self) -> bool:
        """Whether the value is 速報 or 見込."""
        return self.fields.state != ValueState.CONFIRMED and bool(self.fields.value)

    @property
    def state_label(self) -> str:
        return ValueState(self.fields.state).label

    @property
    def last(self) -> str:
        """Last year's value as Ctrl+D writes it; empty without one."""
        return self.years[-1].text if self.years and self.years[-1].text != NO_VALUE else ""

    @property
    def counting(self) -> str:
        """「年度値」, or how a total is entered."""
        return Accumulation(self.indicator.accumulation).label

    @property
    def target(self) -> str:
        """The target in force as people read it; the plan's own word where it has one."""
        target = self.judgement.target
        if self.indicator.target_label:
            return self.indicator.target_label
        if target is None or target.value is None:
            return NO_VALUE
        low = number_text(target.value, self.indicator.decimals)
        return low if target.upper_value is None else f"{low}～{number_text(target.upper_value, self.indicator.decimals)}"

    @property
    def expected(self) -> str:
        return number_text(self.judgement.expected, self.indicator.decimals)

    @property
    def is_total(self) -> bool:
        return Accumulation(self.indicator.accumulation).is_total

    @property
    def comparison(self) -> str:
        """Against the year before: 「124％」; a difference for totals and where a sign is involved."""
        before = self.value_of(self.judgement.fiscal_year - 1)
        value = self.judgement.actual.value
        if value is None or before is None:
            return NO_VALUE
        if self.is_total or before <= 0 or value < 0:
            return signed_text(value - before, self.indicator.decimals)
        return percent_text(value / before, 0)

    @property
    def sum_text(self) -> str:
        """The sum since the plan's first year, for totals entered year by year."""
        is_summed = self.indicator.accumulation == Accumulation.TOTAL and self.judgement.result is not None
        return number_text(self.judgement.result, self.indicator.decimals) if is_summed else ""

    def value_of(self, fiscal_year: int) -> Decimal | None:
        return self.judgement.facts.actual(fiscal_year).value

    @property
    def suggestions(self) -> list[str]:
        """The values that were probably meant, as they would be typed."""
        found = [shown_value(doubt.suggestion, self.indicator.decimals) for doubt in self.open_doubts if doubt.suggestion is not None]
        return list(dict.fromkeys(found))

    @property
    def reason_text(self) -> str:
        """「未測定（公表待ち、9月公表予定）」."""
        month = f"、{self.fields.expected_month}月公表予定" if self.fields.expected_month else ""
        return f"未測定（{MissingReason(self.fields.missing_reason).label}{month}）"

    @property
    def files(self) -> list[EvidenceFile]:
        return list(self.actual.evidence_files.all()) if self.actual and self.actual.pk else []

    @property
    def reopened(self) -> str:
        """Until when a checked value may be entered again, and why; empty when it was not reopened."""
        if self.actual is None or not self.actual.is_reopened(timezone.localdate()):
            return ""
        return f"{era_date(self.actual.reopened_until)}まで入力できます。再開の理由：{self.actual.reopening_reason}"

    @property
    def returned(self) -> str:
        is_returned = self.actual is not None and self.actual.entry_state == EntryState.RETURNED
        return self.actual.return_reason if is_returned else ""

    @property
    def has_message(self) -> bool:
        """Whether there is something to say under the row."""
        return bool(self.problems or self.clash or self.returned or self.reopened or self.closed or self.doubts)


def shown_value(value: Decimal | None, decimals: int) -> str:
    """A stored value for an input, with every decimal it has; empty for None."""
    return "" if value is None else number_text(value, max(decimals, -int(exact(value).as_tuple().exponent)))


def fields_of(actual: Actual | None, decimals: int) -> RowFields:
    """A stored row as the texts of its inputs."""
    if actual is None:
        return RowFields()
    return RowFields(
        value=shown_value(actual.value, decimals),
        is_met={True: MET, False: NOT_MET, None: ""}[actual.is_met],
        state=actual.state,
        missing_reason=actual.missing_reason,
        expected_month=str(actual.expected_month or ""),
        comment=actual.comment,
        evidence=actual.evidence,
        doubt_answer=actual.doubt_answer,
        version=str(actual.version),
    )


def shown_content(actual: Actual, decimals: int) -> str:
    """What a row says of its year, in a word: 「64,120」「未測定（公表待ち）」「実施した」「空欄」."""
    if actual.value is not None:
        return shown_value(actual.value, decimals)
    if actual.missing_reason:
        return f"未測定（{MissingReason(actual.missing_reason).label}）"
    return {True: "実施した", False: "していない", None: "空欄"}[actual.is_met]


def closed_note(collection: Collection, user: User, actual: Actual | None, why: str) -> str:
    """Why a row takes no value now and whom to ask; empty when it takes one. `why` is the word of kpis/entry_states.py."""
    if not why:
        return ""
    year, is_checked = collection.fiscal_year, actual is not None and actual.is_checked
    remedy = ASK_PLANNING if user.sees is not Sees.EVERYTHING else REOPEN_FIRST if is_checked else CORRECT_WITH_REASON
    return CLOSED_BECAUSE.format(year=era_long(year), why=why) + remedy


def make_row(collection: Collection, user: User, indicator: Indicator, rules: Rules, siblings: Iterable[Indicator] = ()) -> SheetRow:
    """The row of an indicator that was loaded `with_values()`. No query."""
    year = collection.fiscal_year
    judgement = judge(indicator.facts(), year, rules)
    actual = next((each for each in indicator.actuals.all() if each.fiscal_year == year), None)
    why = closed_value_because(collection.strategy, year, actual, is_ended=collection.is_ended_for(user))
    return SheetRow(
        indicator=indicator,
        actual=actual,
        judgement=judgement,
        years=tuple(_year_cell(judgement, each) for each in range(collection.strategy.first_fiscal_year, year)),
        fields=fields_of(actual, indicator.decimals),
        doubts=doubts(judgement.actual.value, _context(judgement, indicator, siblings)),
        closed=closed_note(collection, user, actual, why),
        closed_why=why,
        due_on=collection.due_on(indicator),
    )


def _year_cell(judgement: Judgement, fiscal_year: int) -> YearCell:
    fact = judgement.facts.actual(fiscal_year)
    if fact.value is not None:
        return YearCell(fiscal_year, shown_value(fact.value, judgement.facts.decimals), "" if fact.state is ValueState.CONFIRMED else fact.state.label)
    if judgement.facts.outside(fiscal_year):
        return YearCell(fiscal_year, NO_VALUE, "対象外")
    said = {True: "実施した", False: "していない", None: NO_VALUE}[fact.is_met]
    return YearCell(fiscal_year, said, fact.missing_reason.label if fact.missing_reason else "")


def _context(judgement: Judgement, indicator: Indicator, siblings: Iterable[Indicator]) -> Context:
    facts = judgement.facts
    earlier = [each for each in facts.actuals if each.fiscal_year < judgement.fiscal_year and each.value is not None]
    newest = max(earlier, key=lambda each: each.fiscal_year, default=None)
    return Context(
        unit=facts.unit,
        decimals=facts.decimals,
        previous=newest.value if newest else None,
        is_running_total=facts.accumulation is Accumulation.RUNNING_TOTAL,
        parts=_parts(indicator, siblings, judgement.fiscal_year),
    )


def _parts(indicator: Indicator, siblings: Iterable[Indicator], fiscal_year: int) -> tuple[Decimal, ...]:
    """That year's values of the rows whose total this row is; nothing while one of them is missing."""
    others = [each for each in siblings if each.pk != indicator.pk and each.name == indicator.name and each.unit == indicator.unit]
    if not others or not is_whole(indicator.breakdown):
        return ()
    values = [next((actual.value for actual in each.actuals.all() if actual.fiscal_year == fiscal_year), None) for each in others]
    return () if None in values else tuple(values)
