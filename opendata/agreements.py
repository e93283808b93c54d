"""The table of partnership agreements: one row per agreement with its state today."""
from dataclasses import dataclass
from datetime import date

from common.fiscal import era_date
from goals.models import Strategy
from opendata.columns import Column, Kind, Level
from partnerships.models import Agreement
from partnerships.terms import Renewal, State, TermKind, TermState, term_words


@dataclass(frozen=True)
class AgreementToday:
    """An agreement and its state on that day."""

    agreement: Agreement
    found: TermState
    today: date

    @property
    def parties(self) -> list:
        return list(self.agreement.parties.all())

    @property
    def goal_numbers(self) -> list[str]:
        numbers = {measure.goal.number for measure in self.agreement.measures.all()}
        return [str(number) for number in sorted(numbers)]


def agreements_today(strategy: Strategy, today: date) -> list[AgreementToday]:
    """All agreements of the strategy in the plan's order. Three queries."""
    return [AgreementToday(a, a.state_on(today), today) for a in Agreement.objects.for_list(strategy).select_related("strategy")]


AGREEMENT_COLUMNS = (
    Column("number", "番号", Kind.INTEGER, lambda r: r.agreement.number, "計画の一覧での順番です。", is_required=True),
    Column("name", "協定名（正式名称）", Kind.TEXT, lambda r: r.agreement.name, is_required=True),
    Column("partners", "相手方", Kind.LIST, lambda r: [p.partner.name for p in r.parties], "現在の名称です。", is_required=True),
    Column("names_at_signing", "締結時の相手方", Kind.LIST, lambda r: [p.name_at_signing or p.partner.name for p in r.parties], "partners と同じ順番です。", is_required=True),
    Column("items", "協定項目", Kind.LIST, lambda r: r.agreement.item_lines, is_required=True),
    Column("signed_on", "締結日", Kind.DATE, lambda r: r.agreement.signed_on, is_required=True),
    Column("signed_on_era", "締結日（和暦）", Kind.TEXT, lambda r: era_date(r.agreement.signed_on), is_required=True),
    Column("term_kind", "有効期間の定め方", Kind.WORD, lambda r: r.agreement.term_kind, vocabulary=TermKind, is_required=True),
    Column("term_ends_on", "有効期間の終わり", Kind.DATE, lambda r: r.agreement.term_ends_on, "期日で定めた協定だけに入ります。"),
    Column("term_years", "有効期間の年数", Kind.INTEGER, lambda r: r.agreement.term_years, "締結日からの年数で定めた協定だけに入ります。"),
    Column("first_end_on", "当初の期限", Kind.DATE, lambda r: r.found.first_end, "期限の定めがないときは空です。"),
    Column("renewal", "延長規定", Kind.WORD, lambda r: r.agreement.renewal, vocabulary=Renewal, is_required=True),
    Column("renewal_years", "1回の延長の年数", Kind.INTEGER, lambda r: r.agreement.renewal_years, "記録がないときは空です。"),
    Column("renewed_until", "延長後の期限（記録）", Kind.DATE, lambda r: r.agreement.renewed_until, "記録がないときは空です。"),
    Column("as_of", "状態を数えた日", Kind.DATE, lambda r: r.today, "state・renewals・current_end_on は、この日のものです。", is_required=True),
    Column("state", "状態", Kind.WORD, lambda r: r.found.state, vocabulary=State, is_required=True),
    Column("renewals", "自動延長の回数", Kind.INTEGER, lambda r: r.found.renewals, is_required=True),
    Column("current_end_on", "分かっている期限", Kind.DATE, lambda r: r.found.current_end, "延長を数えた期限です。期限の定めがないときは空です。"),
    Column("remarks", "備考", Kind.TEXT, lambda r: r.agreement.remarks or None),
    Column("source", "出典", Kind.TEXT, lambda r: r.agreement.source or None),
    Column("goals", "関連する基本目標の番号", Kind.LIST, lambda r: r.goal_numbers, "記録がないときは空です。", is_required=True),
    Column("strategy", "総合戦略", Kind.TEXT, lambda r: r.agreement.strategy.slug, "URLに使う名前です。", Level.FILE, is_required=True),
    Column("municipality_code", "全国地方公共団体コード", Kind.TEXT, lambda r: r.agreement.strategy.municipality_code, "6桁の文字です。", Level.FILE, is_required=True),
    Column("term", "有効期間（日本語）", Kind.TEXT, lambda r: term_words(r.agreement.term()), is_required=True),
    Column("renewal_label", "延長規定（日本語）", Kind.TEXT, lambda r: Renewal(r.agreement.renewal).label, is_required=True),
    Column("state_label", "状態（日本語）", Kind.TEXT, lambda r: r.found.state.label, is_required=True),
)
