"""The pack for a meeting 「会議資料」: cover with the 次第, then what it speaks of in its order, then the rest of the plan and the annexes."""
from collections.abc import Iterable
from dataclasses import replace

from common.fiscal import era_date
from dashboards.frame import Frame
from papers.content import SAMPLE, file_name, whole_pack
from papers.parts import AgendaLine, Cover, GoalPaper, Paper
from papers.said import key_of
from reviews.models import AgendaItem, Meeting

TITLE = "会議資料"
ABOUT = ("measure__goal", "indicator__measure__goal", "decision__measure__goal", "response__opinion__measure__goal")


def meeting_pack(frame: Frame, meeting: Meeting) -> Paper:
    """The pack for that reader, who may open the meeting, in the frame of the review's year."""
    paper = whole_pack(frame)
    items = list(meeting.agenda.select_related(*ABOUT).order_by("position", "pk"))
    spoken_of = list(dict.fromkeys(filter(None, map(_measure_key, items))))
    by_key = {measure.key: measure for goal in paper.goals for measure in goal.measures}
    sample = SAMPLE if paper.sample or meeting.is_sample else ""
    return replace(
        paper,
        title=TITLE,
        occasion=f"{meeting.title}・{paper.year}実績",
        file_name=file_name(f"{TITLE}_{meeting.title}_{paper.year}"),
        sample=sample,
        cover=_cover(paper, meeting, items, spoken_of),
        agenda=tuple(by_key[key] for key in spoken_of if key in by_key),
        goals=tuple(_without(goal, spoken_of) for goal in paper.goals),
    )


def _without(goal: GoalPaper, keys: Iterable[str]) -> GoalPaper:
    return replace(goal, measures=tuple(each for each in goal.measures if each.key not in keys))


def _measure_key(item: AgendaItem) -> str:
    """「1-3」 of the measure a line speaks of, by itself, by its indicator, or by what was said or decided of it; empty for other lines."""
    about = [
        item.measure,
        item.indicator and item.indicator.measure,
        item.decision and item.decision.measure,
        item.response and item.response.opinion.measure,
    ]
    measure = next(filter(None, about), None)
    return key_of(measure.goal.number, measure.number) if measure else ""


def _cover(paper: Paper, meeting: Meeting, items: list[AgendaItem], spoken_of: list[str]) -> Cover:
    begins = f"　{meeting.starts_at:%H:%M}" if meeting.starts_at else ""
    facts = (("日時", f"{era_date(meeting.meets_on)}{begins}"), ("場所", meeting.place), ("作成", paper.made_on))
    lines = (AgendaLine(f"{place}　{item.title}", item.reason, _measure_key(item)) for place, item in enumerate(items, start=1))
    rest = [line for line in paper.cover.agenda if line.target not in spoken_of] if paper.cover else []
    return Cover(
        title=paper.plan,
        subtitle=meeting.title,
        facts=tuple((label, text) for label, text in facts if text),
        agenda_title="次第",
        agenda=tuple(lines) or (AgendaLine("まだ議題がありません。"),),
        contents=tuple(rest),
        note=paper.sample_note,
    )


