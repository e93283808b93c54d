"""An edition against another content, difference by difference. Pure: two contents in, the facts that differ out."""
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain

from common.fiscal import era_date, era_long
from common.japanese import NO_VALUE, percent_text
from reviews.editions.parts import (
    EvaluationContent,
    IndicatorContent,
    InitiativeContent,
    InternalContent,
    MeetingContent,
    MemberContent,
    OpinionContent,
    SelfContent,
)
from reviews.editions.reading import EditionContent
from reviews.vocabulary import NO_EFFECT

VALUES, PLAN, EVALUATIONS, OPINIONS, MEETINGS, RULES = "実績と判定", "計画と目標", "評価", "意見と回答", "会議と委員", "判定のしかた"
COMMENT, TARGET_WORDS = "要因・コメント", ("目標", "目標の適用", "当初の目標", "年度目標")
PARTS = (VALUES, PLAN, EVALUATIONS, OPINIONS, MEETINGS, RULES)


@dataclass(frozen=True)
class Place:
    """Where a fact stands. `kind` and `key` name whose it is, whatever it is called: ("indicator", (3,)), ("measure", (1, 2)), ("opinion", (5,))."""

    part: str
    kind: str
    key: tuple
    what: str


@dataclass(frozen=True)
class Fact:
    """One thing that an edition says. What merely `follows` from others is told only where nothing else differs."""

    place: Place
    subject: str
    text: str
    follows: bool = False


@dataclass(frozen=True)
class Difference:
    """A fact that is another one now; ― where there was or is none."""

    place: Place
    subject: str
    before: str
    now: str

    @property
    def what(self) -> str:
        return self.place.what


@dataclass(frozen=True)
class Part:
    """The differences of one part, in the edition's order."""

    name: str
    differences: tuple[Difference, ...]


def differences(before: EditionContent, now: EditionContent) -> list[Difference]:
    """Every told fact that differs, in the order of PARTS; empty when nothing does."""
    then, today = ({fact.place: fact for fact in facts_of(content)} for content in (before, now))
    places = [place for place in dict.fromkeys(chain(then, today)) if _text(then.get(place)) != _text(today.get(place))]
    told = [(place, then.get(place), today.get(place)) for place in places]
    explained = {(place.kind, place.key) for place, old, new in told if not (old or new).follows}
    found = [_difference(place, old, new) for place, old, new in told if not (old or new).follows or (place.kind, place.key) not in explained]
    return sorted(found, key=lambda difference: PARTS.index(difference.place.part))


def by_part(found: Iterable[Difference]) -> list[Part]:
    """The differences in their parts; a part without any is left out."""
    rows = list(found)
    parts = (Part(name, tuple(row for row in rows if row.place.part == name)) for name in PARTS)
    return [part for part in parts if part.differences]


def facts_of(content: EditionContent) -> Iterator[Fact]:
    """Everything an edition says, fact by fact."""
    for indicator in content.indicators:
        yield from _indicator_facts(content, indicator)
    yield from _plan_facts(content)
    for evaluation in content.evaluations:
        yield from _evaluation_facts(content, evaluation)
    for opinion in content.general_opinions:
        yield from _facts(OPINIONS, "opinion", (opinion.id,), "全体への意見", OPINION, opinion)
    for meeting in content.meetings:
        yield from _facts(MEETINGS, "meeting", (meeting.body.value, meeting.number), meeting.title, MEETING, meeting)
    yield Fact(Place(MEETINGS, "members", (), "委員"), "推進会議", "\n".join(map(_member, content.members)))
    yield from _rule_facts(content)


def _text(fact: Fact | None) -> str:
    return (fact.text or NO_VALUE) if fact else NO_VALUE


def _difference(place: Place, old: Fact | None, new: Fact | None) -> Difference:
    return Difference(place, (new or old).subject, _text(old), _text(new))


def _facts(part: str, kind: str, key: tuple, subject: str, table: dict[str, Callable], row) -> Iterator[Fact]:
    for what, said in table.items():
        yield Fact(Place(part, kind, key, what), subject, said(row))


def _day(day: date | None) -> str:
    return era_date(day) if day else ""


def _goal_and_measure(indicator: IndicatorContent) -> str:
    return f"基本目標{indicator.goal}" if indicator.measure is None else f"基本目標{indicator.goal} 主要施策({indicator.measure})"


# What an edition says of an indicator in the reviewed year, and how the plan describes it.
INDICATOR_NOW: dict[str, Callable[[IndicatorContent], str]] = {
    "実績": lambda row: row.result_text,
    "その年度の入力値": lambda row: row.entered_text,
    "判定": lambda row: row.status_word,
    COMMENT: lambda row: row.comment,
    "架空のサンプル値": lambda row: "含む" if row.is_sample else "",
}
INDICATOR_PLAN: dict[str, Callable[[IndicatorContent], str]] = {
    "番号": lambda row: row.key,
    "指標名": lambda row: row.full_name,
    "単位": lambda row: row.unit or "なし",
    "小数の桁数": lambda row: str(row.decimals),
    "目標の種類": lambda row: row.target_kind.label,
    "値の数え方": lambda row: row.accumulation.label,
    "現状値": lambda row: row.amount(row.baseline),
    "現状値の時点": lambda row: row.baseline_label,
    "目標": lambda row: row.target_text,
    "目標の適用": lambda row: f"{era_long(row.target_since)}から" if row.target_since else "",
    "目標値の言い方": lambda row: row.target_label,
    "当初の目標": lambda row: row.amount(row.target_original) if row.target_original is not None else "",
    "年度目標": lambda row: row.amount(row.milestone) if row.milestone is not None else "",
    "基本目標・主要施策": _goal_and_measure,
}


def _indicator_facts(content: EditionContent, row: IndicatorContent) -> Iterator[Fact]:
    name, key = f"{row.key} {row.name}", (row.id,)
    yield from _facts(VALUES, "indicator", key, name, INDICATOR_NOW, row)
    for grade in row.grades:
        yield Fact(Place(VALUES, "indicator", key, grade.scale), name, grade.label)
    for year in row.years:
        if year.fiscal_year != content.fiscal_year:
            yield Fact(Place(VALUES, "indicator", key, f"{year.era}の実績"), name, row.amount(year.result))
            yield Fact(Place(VALUES, "indicator", key, f"{year.era}の判定"), name, year.status.label)
    rates = {"目安": row.amount(row.expected), "進捗率": percent_text(row.progress_rate, 2), "達成率": _achievement(row), "判定の説明": row.explanation}
    for what, text in rates.items():
        yield Fact(Place(VALUES, "indicator", key, what), name, text, follows=True)
    yield from _facts(PLAN, "indicator", key, name, INDICATOR_PLAN, row)


def _achievement(row: IndicatorContent) -> str:
    return f"{percent_text(row.achievement_rate, 2)}（{row.rate_formula.label}）" if row.rate_formula else percent_text(row.achievement_rate, 2)


def _plan_facts(content: EditionContent) -> Iterator[Fact]:
    for goal in content.goals:
        yield Fact(Place(PLAN, "goal", (goal.number,), "基本目標の名称"), f"基本目標{goal.number}", goal.name)
        for measure in goal.measures:
            key, subject = (goal.number, measure.number), f"基本目標{goal.number} 主要施策({measure.number})"
            yield Fact(Place(PLAN, "measure", key, "主要施策の名称"), subject, measure.name)
            yield Fact(Place(PLAN, "measure", key, "担当課"), subject, "、".join(measure.divisions))
    names = {"総合戦略の名称": content.strategy.name, "短い名称": content.strategy.short_name, "市区町村": content.strategy.municipality}
    for what, text in names.items():
        yield Fact(Place(PLAN, "strategy", (), what), "総合戦略", text)


SELF: dict[str, Callable[[SelfContent], str]] = {
    "成果": lambda row: row.achievements,
    "課題": lambda row: row.issues,
    "今後の取組": lambda row: row.next_steps,
}
INITIATIVE: dict[str, Callable[[InitiativeContent], str]] = {
    "取組の名称": lambda row: row.name,
    "状況": lambda row: row.state_label,
    "状況の説明": lambda row: row.note,
}
INTERNAL: dict[str, Callable[[InternalContent], str]] = {
    "庁内検討会議の評価": lambda row: f"{row.grade}　{row.grade_name}",
    "参考評価": lambda row: row.proposed,
    "参考評価と違える理由": lambda row: row.grade_reason,
    # The first editions say nothing where none was chosen.
    "地方創生への効果": lambda row: row.effect_label or NO_EFFECT,
    "今後の方針": lambda row: row.course_label,
    "評価の理由・意見": lambda row: row.comment,
}
OPINION: dict[str, Callable[[OpinionContent], str]] = {
    "会議の意見": lambda row: row.text,
    "だれの意見か": lambda row: row.speakers,
    "対応": lambda row: row.treatment_label,
    "市の回答": lambda row: row.response,
    "期限": lambda row: _day(row.due_on),
    "済んだ日": lambda row: _day(row.done_on),
}
MEETING: dict[str, Callable[[MeetingContent], str]] = {
    "開催日": lambda row: _day(row.meets_on),
    "場所": lambda row: row.place,
    "決定事項": lambda row: "\n".join(
        f"{each.text}（{'、'.join(filter(None, (each.division, _until(each.due_on), _done(each.done_on))))}）" for each in row.decisions
    ),
}


def _until(day: date | None) -> str:
    return f"{_day(day)}まで" if day else ""


def _done(day: date | None) -> str:
    return f"{_day(day)}に済み" if day else ""


def _member(row: MemberContent) -> str:
    return "　".join(filter(None, (row.sector_label, row.organisation, row.office, row.name)))


def _evaluation_facts(content: EditionContent, row: EvaluationContent) -> Iterator[Fact]:
    key, subject = (row.goal, row.measure), f"基本目標{row.goal} 主要施策({row.measure}) {content.measure_name(row.goal, row.measure)}"
    for own in row.self_evaluations:
        yield from _facts(EVALUATIONS, "self", (*key, own.division), f"{subject}（{own.division or '担当課なし'}の自己評価）", SELF, own)
    for initiative in row.initiatives:
        yield from _facts(EVALUATIONS, "initiative", (*key, initiative.number), f"{subject} 取組{initiative.number}", INITIATIVE, initiative)
    if row.internal:
        yield from _facts(EVALUATIONS, "internal", key, subject, INTERNAL, row.internal)
    if row.council:
        council = {"推進会議の評価": row.council.rating_label, "推進会議のまとめ": row.council.summary}
        for what, text in council.items():
            yield Fact(Place(EVALUATIONS, "council", key, what), subject, text)
    for opinion in row.opinions:
        yield from _facts(OPINIONS, "opinion", (opinion.id,), subject, OPINION, opinion)


def _rule_facts(content: EditionContent) -> Iterator[Fact]:
    rules = content.rules
    told = {
        "判定のしかたの版": content.rule_version,
        "「順調」の下限": percent_text(rules.on_track_from, 2),
        "「やや遅れ」の下限": percent_text(rules.slightly_behind_from, 2),
        "抑制の許容幅": percent_text(rules.limit_tolerance, 2),
        "維持の許容幅": percent_text(rules.maintain_tolerance, 2),
        "率の端数": "切捨て" if rules.rates_cut_off else "四捨五入",
        "率の小数の桁数": str(rules.rate_decimals),
    }
    for what, text in told.items():
        yield Fact(Place(RULES, "rules", (), what), "しきい値と端数", text)
