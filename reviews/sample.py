"""The sample's review: a fictional year that has gone all the way, and the year after it that has just begun. Each row keeps its mark."""
import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from accounts.models import Division, Revision, User
from goals.models import Initiative, Measure, Strategy
from kpis.actions import SAMPLE_STRATEGY
from kpis.models import Actual
from reviews.access import measures_of
from reviews.actions.reviews import default_scale, open_review
from reviews.actions.settling import settle_values
from reviews.editions.freezing import freeze
from reviews.models import (
    AgendaItem,
    AnnualReview,
    Attendance,
    CouncilEvaluation,
    Decision,
    EvaluationScale,
    InitiativeProgress,
    InternalEvaluation,
    JointOpinion,
    Meeting,
    Opinion,
    Publication,
    Response,
    Seat,
    SelfEvaluation,
    StageStep,
)
from reviews.stages import STAGE_TRANSITIONS
from reviews.vocabulary import OpinionState, Presence, PublicationState, ResponseState

LOADED = "架空のサンプルの評価・検証"
DAYS_TO_WRITE = 21
SELF_EVALUATED = ("achievements", "issues", "next_steps")


@transaction.atomic
def load_sample_review() -> AnnualReview | None:
    """The fictional review of fixtures/sample_review.json, published, and the next year's, just begun. None when one of that year is there already.

    Raises Strategy.DoesNotExist before the plan is loaded, Actual.DoesNotExist before its sample is.
    """
    strategy = Strategy.objects.get(slug=SAMPLE_STRATEGY)
    Actual.objects.filter(indicator__strategy=strategy, is_sample=True)[:1].get()
    content = json.loads((settings.FIXTURE_DIRS[0] / "sample_review.json").read_text(encoding="utf-8"))
    year = content["fiscal_year"]
    if strategy.reviews.filter(fiscal_year__gte=year).exists():
        return None
    review = _open(strategy, year, content["publication_planned"])
    _Filling(review, content).fill()
    settle_values(review=review, by=None)
    _close_all(review, _noon(content["published_on"]))
    due_on = timezone.localdate() + timedelta(days=DAYS_TO_WRITE)
    open_review(strategy=strategy, fiscal_year=year + 1, by=None, self_evaluations_due_on=due_on, is_sample=True)
    transaction.on_commit(Revision.advance)
    return review


def _open(strategy: Strategy, year: int, publication_planned: str) -> AnnualReview:
    scale = default_scale(strategy=strategy, by=None)
    if not scale.reviews.exists():
        EvaluationScale.objects.filter(pk=scale.pk).update(is_sample=True)
    return open_review(strategy=strategy, fiscal_year=year, by=None, scale=scale, publication_planned=publication_planned, is_sample=True)


def _noon(day: str) -> datetime:
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time(12)))


def _made(row: models.Model) -> models.Model:
    """Saved with its mark and its reason."""
    row.is_sample, row._change_reason = True, LOADED
    row.save()
    return row


class _Filling:
    """What is said of one review, from the fixture's content."""

    def __init__(self, review: AnnualReview, content: dict):
        self.review, self.content = review, content
        self.measures = {f"{measure.goal.number}-{measure.number}": measure for measure in measures_of(review.strategy)}
        self.divisions = {division.name: division for division in Division.objects.all()}
        self.grades = {grade.label: grade for grade in review.scale.grades.all()}
        self.seats: dict[str, Seat] = {}
        self.meetings: dict[tuple[str, int], Meeting] = {}
        self.opinions: dict[tuple[str, str], Opinion] = {}

    def fill(self) -> None:
        for position, seat in enumerate(self.content["seats"], start=1):
            self.seats[seat["sector"]] = self._seat(position, seat)
        for meeting in self.content["meetings"]:
            self.meetings[meeting["body"], meeting["number"]] = self._meeting(meeting)
        for key, said in self.content["measures"].items():
            self._evaluations(self.measures[key], said)
        for said in self.content["member_opinions"]:
            self.opinions[said["measure"], said["sector"]] = self._opinion(said)
        for position, said in enumerate(self.content["opinions"], start=1):
            self._joint_opinion(position, said)

    def _seat(self, position: int, seat: dict) -> Seat:
        first, last = self.content["term"]
        user = User.objects.filter(username=seat.get("username", ""), is_demo=True).first()
        return _made(Seat(
            strategy=self.review.strategy, position=position, sector=seat["sector"], organisation=seat["organisation"], member_name=seat["name"],
            office=seat["office"], shows_name=seat["shows_name"], user=user, term_from=first, term_until=last,
        ))

    def _meeting(self, content: dict) -> Meeting:
        names = ("body", "number", "meets_on", "starts_at", "place", "minutes")
        meeting = _made(Meeting(review=self.review, held_at=_noon(content["meets_on"]), **{name: content[name] for name in names}))
        for position, title in enumerate(content["agenda"], start=1):
            AgendaItem.objects.create(meeting=meeting, position=position, title=title)
        for seat in self.seats.values() if content["body"] == "promotion_council" else ():
            Attendance.objects.create(meeting=meeting, seat=seat, presence=Presence.PRESENT)
        for decision in content["decisions"]:
            measure, division = self.measures.get(decision["measure"]), self.divisions.get(decision["division"])
            _made(Decision(meeting=meeting, **{**decision, "measure": measure, "division": division}))
        return meeting

    def _evaluations(self, measure: Measure, said: dict) -> None:
        at = _noon(self.content["meetings"][0]["meets_on"])
        for part in [said, *said.get("others", [])]:
            self._self_evaluation(measure, part, at)
        initiatives = Initiative.objects.filter(measure=measure).order_by("number")
        for initiative, state in zip(initiatives, said["initiatives"], strict=True):
            _made(InitiativeProgress(review=self.review, initiative=initiative, state=state))
        grade = self.grades.get(said["grade"])
        _made(InternalEvaluation(
            review=self.review, measure=measure, grade=grade, grade_reason=said.get("grade_reason", ""), effect=said["effect"], course=said["course"],
            comment=said["comment"], confirmed_at=at if grade else None,
        ))
        _made(CouncilEvaluation(
            review=self.review, measure=measure, rating=said["rating"], summary=said["summary"], confirmed_at=_noon(self.content["meetings"][-1]["meets_on"]),
        ))

    def _self_evaluation(self, measure: Measure, said: dict, at: datetime) -> None:
        owners = Division.objects.filter(indicators__measure=measure).order_by("position", "name")
        division = self.divisions.get(said.get("division", "")) or owners.first()
        texts = {name: said[name] for name in SELF_EVALUATED}
        _made(SelfEvaluation(review=self.review, measure=measure, division=division, submitted_at=at, **texts))

    def _opinion(self, said: dict) -> Opinion:
        seat = self.seats[said["sector"]]
        return _made(Opinion(
            review=self.review, measure=self.measures[said["measure"]], seat=seat, text=said["text"], rating=said["rating"],
            state=OpinionState.HANDED_IN, handed_in_at=_noon(self.content["meetings"][1]["meets_on"]),
        ))

    def _joint_opinion(self, position: int, said: dict) -> None:
        seats = [self.seats[sector] for sector in said["speakers"]]
        opinion = _made(JointOpinion(
            review=self.review, measure=self.measures.get(said["measure"]), meeting=self.meetings["promotion_council", said["meeting"]],
            position=position, text=said["text"], speakers="、".join(seat.sector_name for seat in seats),
        ))
        opinion.sources.set(self._sources(said, seats))
        _made(Response(
            opinion=opinion, treatment=said["treatment"], text=said["response"], division=self.divisions.get(said["division"]),
            due_on=said["due_on"], done_on=said["done_on"], state=ResponseState.FINAL,
        ))

    def _sources(self, said: dict, seats: Iterable[Seat]) -> list[Opinion]:
        return [self.opinions[key] for seat in seats if (key := (said["measure"], seat.sector)) in self.opinions]


def _close_all(review: AnnualReview, at: datetime) -> None:
    """Through every stage, with an edition of each, to the publication."""
    for transition in STAGE_TRANSITIONS:
        if transition.is_back:
            continue
        edition = freeze(review=review, stage=transition.source, by=None, at=at)
        review.stage, review._change_reason = transition.target, LOADED
        review.save(update_fields=["stage"])
        StageStep.objects.create(review=review, source=transition.source, target=transition.target, stepped_at=at)
    publication = Publication(
        review=review, edition=edition, state=PublicationState.PUBLISHED, publish_at=at, published_at=at, made_at=at, shows_member_names=True
    )
    publication._change_reason = LOADED
    publication.save()
