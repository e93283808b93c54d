"""指標: what an indicator's page shows. All series of one code stand on one page."""
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import reverse

from accounts.history import HistoryEntry
from common.fiscal import era_date, era_long
from dashboards.change_log import change_log
from dashboards.frame import Crumb, Frame
from dashboards.goal import TrendCard, trend_card
from dashboards.kpi_table import KpiTable, kpi_table
from dashboards.series import Basis, Series, active_scales, lifetime_words, series_content
from dashboards.words import counting_word, kind_word, unit_word
from goals.models import Goal, Measure, SdgLink
from kpis.board import JudgedIndicator, judged_indicators
from kpis.models import Actual, Indicator
from kpis.vocabulary import TargetKind
from partnerships.models import Agreement

Parts = dict[int | None, list[Indicator]]
MOST_FULL_SERIES = 3
REOPENED = "{year}の実績{series}は、{until}まで入力を再開しています。理由：{reason}"


@dataclass(frozen=True)
class IndicatorPage:
    """The whole page. Many small series stand in one table with a card each (`table`, `cards`) instead of in `series`."""

    title: str
    crumbs: list[Crumb]
    name: str
    meta: list[str]
    goal: Goal
    measure: Measure | None
    rows: list[JudgedIndicator]
    series: list[Series]
    table: KpiTable | None
    cards: list[TrendCard]
    notes: list[Basis]
    entry_links: list[tuple[str, str]]
    sdg_links: list[SdgLink]
    agreements: QuerySet
    log: list[HistoryEntry]
    reopened: list[str]
    is_sample: bool
    is_single: bool

    @property
    def has_no_target(self) -> bool:
        return all(row.indicator.target_kind == TargetKind.DIRECTION for row in self.rows)

    @property
    def has_unknown_sdg(self) -> bool:
        return any(link.sdg_number is None for link in self.sdg_links)


def indicator_content(frame: Frame, code: str) -> IndicatorPage:
    """The page of that code: seven queries, and one more while a value is reopened, however many series and years. Raises Http404 for a code the plan does not have."""
    rows, parts = _rows(frame, code)
    first = rows[0].indicator
    measure = first.measure
    goal = measure.goal if measure else first.goal
    is_compact = len(rows) > MOST_FULL_SERIES
    scales = active_scales(frame)
    return IndicatorPage(
        title=f"{first.name}（{code}）",
        crumbs=_crumbs(frame, goal, measure, first),
        name=first.name,
        meta=_meta(rows, frame.fiscal_year),
        goal=goal,
        measure=measure,
        rows=rows,
        series=[] if is_compact else [series_content(frame, row, scales, parts[row.indicator.pk]) for row in rows],
        table=kpi_table(frame, rows, f"{first.name}の内訳", by_breakdown=True) if is_compact else None,
        cards=[trend_card(frame, row, row.indicator.breakdown) for row in rows] if is_compact else [],
        notes=_notes(rows, parts) if is_compact else [],
        entry_links=_entry_links(frame, rows),
        sdg_links=list(SdgLink.objects.filter(measure=measure).order_by("position")) if measure else [],
        agreements=Agreement.objects.filter(measures=measure).order_by("number") if measure else Agreement.objects.none(),
        log=change_log(frame, [row.indicator for row in rows]),
        reopened=_reopened(frame, rows),
        is_sample=any(row.is_sample for row in rows),
        is_single=len(rows) == 1,
    )


def _rows(frame: Frame, code: str) -> tuple[list[JudgedIndicator], Parts]:
    """The series of that code, and by their keys the indicators they were split into, which may have other codes."""
    reopened = Actual.objects.reopened_for(frame.user, frame.strategy, frame.today).filter(indicator=OuterRef("pk"))
    found = Indicator.objects.for_dashboard(frame.strategy, frame.user).filter(Q(code=code) | Q(split_from__code=code)).select_related("goal", "measure__goal", "split_from")
    found = list(found.annotate(is_reopened=Exists(reopened)))
    rows = judged_indicators(frame.strategy, frame.user, [indicator for indicator in found if indicator.code == code])
    parts = defaultdict(list)
    for indicator in found:
        parts[indicator.split_from_id].append(indicator)
    if not rows:
        raise Http404(f"番号「{code}」の指標は、この計画にありません。全体の状況の一覧か、検索からたどってください。")
    return rows, parts


def _notes(rows: list[JudgedIndicator], parts: Parts) -> list[Basis]:
    """What stands beside single series of a table: their years in the plan and their notes."""
    said = ((row.indicator, (lifetime_words(row.indicator, parts[row.indicator.pk]), row.indicator.note)) for row in rows)
    texts = ((indicator, "\n".join(filter(None, lines))) for indicator, lines in said)
    return [Basis(indicator.breakdown, text) for indicator, text in texts if text]


def _crumbs(frame: Frame, goal: Goal, measure: Measure | None, indicator: Indicator) -> list[Crumb]:
    url = f"{reverse('goal', args=[frame.strategy.slug, goal.number])}?year={frame.fiscal_year}"
    within = [Crumb(f"({measure.number}) {measure.name}", f"{url}#m{measure.number}")] if measure else []
    short = indicator.name if indicator.breakdown else indicator.label
    return [Crumb(f"基本目標{goal.number}", url), *within, Crumb(short)]


def _meta(rows: list[JudgedIndicator], fiscal_year: int) -> list[str]:
    """「KPI 1-2-1」「担当 観光課」「単位 万人」「年度値」「増やす指標」, each said once for all series."""
    first = rows[0].indicator
    divisions = dict.fromkeys(row.indicator.division.name for row in rows if row.indicator.division)
    units = dict.fromkeys(unit_word(row.indicator.unit) for row in rows)
    kinds = dict.fromkeys(word for row in rows for word in (counting_word(row.in_year(fiscal_year)), kind_word(row.in_year(fiscal_year))))
    return [
        f"{'数値目標' if first.is_numeric_target else 'KPI'} {first.code}",
        f"担当 {'・'.join(divisions) or '未定'}",
        f"単位 {'・'.join(units)}",
        *kinds,
    ]


def _reopened(frame: Frame, rows: list[JudgedIndicator]) -> list[str]:
    """What is being entered again although it was checked: said to everybody who sees that year. One query, where there is any."""
    if not any(row.indicator.is_reopened for row in rows):
        return []
    series = {row.indicator.pk: f"（{row.indicator.breakdown}）" if row.indicator.breakdown else "" for row in rows}
    found = Actual.objects.reopened_for(frame.user, frame.strategy, frame.today).filter(indicator__in=series, fiscal_year__in=frame.years)
    return [
        REOPENED.format(year=era_long(row.fiscal_year), series=series[row.indicator_id], until=era_date(row.reopened_until), reason=row.reopening_reason)
        for row in found.order_by("-fiscal_year", "indicator__position")
    ]


def _entry_links(frame: Frame, rows: list[JudgedIndicator]) -> list[tuple[str, str]]:
    """Where the reader enters values, for each series that is theirs: (breakdown, url)."""
    own = [row.indicator for row in rows if row.indicator.is_editable_by(frame.user)]
    return [(indicator.breakdown, reverse("admin:kpis_indicator_change", args=[indicator.pk])) for indicator in own]
