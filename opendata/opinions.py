"""What the council said of the published years, and what the city answered: one row per opinion."""
from dataclasses import dataclass

from opendata.columns import Column, Kind
from opendata.results import PublishedYear
from reviews.publishing.result_opinions import AnsweredOpinion, answered
from reviews.vocabulary import Treatment


@dataclass(frozen=True)
class OpinionRow:
    """An opinion with the measure it is about; None for one about the whole."""

    year: PublishedYear
    goal: int | None
    measure: int | None
    measure_name: str | None
    said: AnsweredOpinion

    @property
    def treatment(self) -> Treatment | None:
        """What the city does with it by now."""
        return self.said.later.treatment if self.said.later else self.said.opinion.treatment

    @property
    def answer(self):
        """The answer as it is now: a later one where there is one."""
        return self.said.later or self.said.opinion


def opinion_rows(year: PublishedYear) -> list[OpinionRow]:
    """The opinions on the measures in the plan's order, then those on the whole. One query."""
    content = year.content
    names = {(goal.number, measure.number): measure.name for goal in content.goals for measure in goal.measures}
    places = [(row.goal, row.measure, opinion) for row in content.evaluations for opinion in row.opinions]
    places += [(None, None, opinion) for opinion in content.general_opinions]
    said = answered([opinion for *_, opinion in places], year.publication.review_id)
    return [OpinionRow(year, goal, measure, names.get((goal, measure)), each) for (goal, measure, _), each in zip(places, said, strict=True)]


def _response(row: OpinionRow) -> str | None:
    return (row.said.later.text if row.said.later else row.said.opinion.response) or None


OPINION_COLUMNS = (
    Column("fiscal_year", "年度（西暦）", Kind.INTEGER, lambda r: r.year.content.fiscal_year, "評価した年度です。", is_required=True),
    Column("edition", "確定版の番号", Kind.INTEGER, lambda r: r.year.publication.edition.number, is_required=True),
    Column("published_on", "公表した日", Kind.DATE, lambda r: r.year.published_on, is_required=True),
    Column("sha256", "確定版のハッシュ", Kind.TEXT, lambda r: r.year.publication.edition.sha256, "SHA-256（16進）です。", is_required=True),
    Column("opinion_id", "意見の番号", Kind.INTEGER, lambda r: r.said.opinion.id, "版が変わっても同じ番号です。", is_required=True),
    Column("goal", "基本目標の番号", Kind.INTEGER, lambda r: r.goal, "全体への意見では空です。"),
    Column("measure", "主要施策の番号", Kind.INTEGER, lambda r: r.measure, "全体への意見では空です。"),
    Column("measure_name", "主要施策の名称", Kind.TEXT, lambda r: r.measure_name, "全体への意見では空です。"),
    Column("opinion", "会議の意見", Kind.TEXT, lambda r: r.said.opinion.text, is_required=True),
    Column("speakers", "だれの意見か", Kind.TEXT, lambda r: r.said.opinion.speakers or None, "分野です。氏名は入りません。"),
    Column("treatment", "対応", Kind.WORD, lambda r: r.treatment, "回答が決まっていないときは空です。", vocabulary=Treatment),
    Column("treatment_label", "対応（日本語）", Kind.TEXT, lambda r: r.said.state, "回答が決まっていないときは「検討中」です。", is_required=True),
    Column("response", "市の回答", Kind.TEXT, _response, "回答が決まっていないときは空です。"),
    Column("due_on", "期限", Kind.DATE, lambda r: r.answer.due_on),
    Column("done_on", "済んだ日", Kind.DATE, lambda r: r.answer.done_on),
    Column("is_later_answer", "公表後の回答", Kind.BOOLEAN, lambda r: r.said.later is not None, "回答が、確定した後に決まったか変わったとき true です。", is_required=True),
    Column("answered_on", "公表後の回答の日", Kind.DATE, lambda r: r.said.later and r.said.later.answered_on),
    Column("is_sample", "架空のサンプル", Kind.BOOLEAN, lambda r: r.year.content.is_sample, "この年度の結果に架空のサンプルが含まれるとき true です。", is_required=True),
    Column("era", "年度（和暦）", Kind.TEXT, lambda r: r.year.content.era, is_required=True),
    Column("strategy", "総合戦略", Kind.TEXT, lambda r: r.year.content.strategy.slug, "URLに使う名前です。", is_required=True),
    Column("municipality_code", "全国地方公共団体コード", Kind.TEXT, lambda r: r.year.content.strategy.municipality_code, "6桁の文字です。", is_required=True),
)
