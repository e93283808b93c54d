"""What people said, for everybody else: the words of the published edition 「確定版」, never those of live rows; nothing before publication."""
from collections.abc import Iterable

from django.utils import timezone

from common.fiscal import era_date
from dashboards.frame import Frame
from papers.parts import EvaluationPaper, OpinionPaper
from papers.said import COUNCIL, INTERNAL, Said, due_words, evaluation, key_of, own_title
from reviews.editions.parts import CouncilContent, EvaluationContent, InternalContent, OpinionContent
from reviews.editions.reading import EditionContent
from reviews.measures.parts import self_texts
from reviews.models import Publication
from reviews.publishing.publications import published
from reviews.publishing.result_opinions import OPEN


def said_in_edition(frame: Frame) -> Said:
    """What is public of the year. One query."""
    publication = published(frame.strategy).filter(review__fiscal_year=frame.fiscal_year).first()
    if publication is None:
        return Said()
    content = EditionContent.read(publication.edition.content)
    rows = [(key_of(row.goal, row.measure), row) for row in content.evaluations]
    return Said(
        evaluations={key: tuple(_evaluations(row)) for key, row in rows},
        opinions={None: _opinions(content.general_opinions)} | {key: _opinions(row.opinions) for key, row in rows},
        states={(key, each.number): (each.state_label, each.note) for key, row in rows for each in row.initiatives},
        source=_source(publication),
    )


def _source(publication: Publication) -> str:
    day = era_date(timezone.localdate(publication.published_at))
    return f"{day}に公表した第{publication.edition.number}版の文章です。"


def _evaluations(row: EvaluationContent) -> Iterable[EvaluationPaper]:
    for own in row.self_evaluations:
        yield evaluation(own_title(own.division), self_texts(own), is_own=True)
    if row.internal:
        yield evaluation(INTERNAL, _filled(_internal_texts(row.internal)))
    if row.council:
        yield evaluation(COUNCIL, _filled(_council_texts(row.council)))


def _filled(texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(label, text) for label, text in texts if text]


def _internal_texts(row: InternalContent) -> Iterable[tuple[str, str]]:
    """As on the page of the results."""
    yield "評価", f"{row.grade}　{row.grade_name}".strip()
    yield "参考評価と違える理由", row.grade_reason
    yield "地方創生への効果", row.effect_label
    yield "今後の方針", row.course_label
    yield "評価の理由・意見", row.comment


def _council_texts(row: CouncilContent) -> Iterable[tuple[str, str]]:
    yield "評価", row.rating_label
    yield "まとめ", row.summary


def _opinions(rows: Iterable[OpinionContent]) -> tuple[OpinionPaper, ...]:
    return tuple(map(_opinion, rows))


def _opinion(row: OpinionContent) -> OpinionPaper:
    return OpinionPaper(
        text=row.text,
        who=row.speakers or "検討・推進会議",
        answer_kind=row.treatment_label,
        answer=row.response,
        due=due_words(row.due_on, row.done_on),
        state="" if row.treatment else OPEN,
    )
