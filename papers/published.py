"""A published year, for everybody who takes no part in its review: the edition 「確定版」, never live rows, and the list of what was corrected since."""
from collections.abc import Iterable, Mapping

from django.utils import timezone

from common.fiscal import era_date
from dashboards.frame import Frame
from papers.edition_figures import frame_of_edition
from papers.parts import EvaluationPaper, OpinionPaper
from papers.said import COUNCIL, INTERNAL, Said, due_words, evaluation, key_of, own_title
from reviews.editions.corrected import Correction
from reviews.editions.parts import CouncilContent, EvaluationContent, InternalContent
from reviews.editions.reading import EditionContent
from reviews.measures.parts import self_texts
from reviews.models import Publication
from reviews.publishing.publications import published
from reviews.publishing.result_opinions import OPEN, AnsweredOpinion, LaterAnswer, answered
from reviews.publishing.results import public_corrections

LATER = "公表後の回答"


def as_published(frame: Frame) -> tuple[Frame, Said]:
    """The frame with the edition's figures, and what is public of the year; as it is, with nothing, before publication. Four queries, five at most."""
    publication = published(frame.strategy).filter(review__fiscal_year=frame.fiscal_year).first()
    if publication is None:
        return frame, Said()
    publication.edition.review = publication.review
    content = EditionContent.read(publication.edition.content)
    corrections = public_corrections(publication.edition, content)
    return frame_of_edition(frame, content, corrections), _said(publication, content, corrections)


def _said(publication: Publication, content: EditionContent, corrections: tuple[Correction, ...]) -> Said:
    rows = [(key_of(row.goal, row.measure), row) for row in content.evaluations]
    opinions = [*content.general_opinions, *(each for _, row in rows for each in row.opinions)]
    answers = {each.opinion.id: each for each in answered(opinions, publication.review_id)}
    return Said(
        evaluations={key: tuple(_evaluations(row)) for key, row in rows},
        opinions={None: _opinions(content.general_opinions, answers)} | {key: _opinions(row.opinions, answers) for key, row in rows},
        states={(key, each.number): (each.state_label, each.note) for key, row in rows for each in row.initiatives},
        source=_source(publication),
        corrections=corrections,
    )


def _source(publication: Publication) -> str:
    day = era_date(timezone.localdate(publication.published_at))
    return f"数値・判定・評価・意見は、{day}に公表した第{publication.edition.number}版のものです。"


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


def _opinions(rows: Iterable, answers: Mapping[int, AnsweredOpinion]) -> tuple[OpinionPaper, ...]:
    return tuple(_opinion(answers[row.id]) for row in rows)


def _opinion(row: AnsweredOpinion) -> OpinionPaper:
    """The answer of the edition, and below it what the city answered since, as on the page of the results."""
    said, later = row.opinion, row.later
    due = due_words(later.due_on, later.done_on) if later else due_words(said.due_on, said.done_on)
    return OpinionPaper(
        text=said.text,
        who=said.speakers or "検討・推進会議",
        answer_kind=row.state if row.is_answered else "",
        answer="\n".join(filter(None, (said.response, later and _later(later)))),
        due=f"{due}：{later.done_note}" if later and later.done_on and later.done_note else due,
        state="" if row.is_answered else OPEN,
    )


def _later(answer: LaterAnswer) -> str:
    return f"{LATER}（{era_date(answer.answered_on)}）：{answer.text}"
