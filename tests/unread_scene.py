"""A plan in which every text says who may read it: drafts, opinions, minutes, papers and editions on all stages of their way."""
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Revision, User
from accounts.roles import Role
from goals.models import Measure, PublicScope, Strategy
from kpis.models import Indicator
from kpis.vocabulary import EntryState
from reviews.actions.agenda import add_line
from reviews.actions.decisions import add_decision
from reviews.actions.joint_opinions import add_joint_opinion
from reviews.actions.materials import add_material
from reviews.actions.meetings import create_meeting, record_attendance, set_held, write_minutes
from reviews.actions.publication import publish_now, schedule_publication, withdraw
from reviews.actions.reviews import move_stage
from reviews.models import (
    AnnualReview,
    CouncilEvaluation,
    InitiativeProgress,
    InternalEvaluation,
    JointOpinion,
    Response,
    Seat,
    SelfEvaluation,
    TargetRevision,
)
from reviews.stages import StageMove
from reviews.vocabulary import (
    Body,
    CouncilRating,
    Course,
    Effect,
    InitiativeState,
    Presence,
    ResponseState,
    RevisionKind,
    Sector,
    Stage,
    Treatment,
)
from tests.council import make_member, write_opinion
from tests.crawling import fillable
from tests.factories import (
    make_actual,
    make_collection,
    make_division,
    make_goal,
    make_indicator,
    make_initiative,
    make_measure,
    make_review,
    make_strategy,
    make_target,
    make_user,
)
from tests.published import make_edition

YEAR = 2024
DRAFT_VALUE, CHECKED_VALUE, REVISED_VALUE = Decimal(9173551), Decimal(8264437), Decimal(7351119)


def told(what: str) -> str:
    """A text that stands nowhere else."""
    return f"秘密・{what}・蛍"


@dataclass
class UnreadScene:
    """2022 is withdrawn, 2023 scheduled, 2024 in its outside evaluation. Kai's division owns the first measure, Umi's the second.

    Hikari handed in an opinion on the first measure and drafts one on the second; Zen handed in on the first, Yuzu nowhere; Wataru's term is over.
    """

    strategy: Strategy
    review: AnnualReview
    first: Measure
    second: Measure
    people: dict[str, User | None]

    @property
    def takeru(self) -> User:
        return self.people["planning"]

    def publish(self) -> None:
        """The outside evaluation of 2024 ends, and citizens see its results. The council's second meeting is over."""
        move_stage(review=self.review, move=StageMove.CLOSE_EXTERNAL, by=self.takeru)
        self.review.refresh_from_db()
        edition = self.review.editions.latest("number")
        publish_now(review=self.review, edition=edition, shows_member_names=True, by=self.takeru)

    def addresses(self) -> list[str]:
        """The root, and every address that the scene's rows fill."""
        strategy, review = self.strategy, self.review
        values = {
            "slug": [strategy.slug], "fiscal_year": [2022, 2023, YEAR], "goal": [1], "number": [1, 2], "audience": ["council"], "kind": ["pdf", "xlsx", "docx"],
            "code": strategy.indicators.values_list("code", flat=True), "indicator": _keys(strategy.indicators), "actual": _keys(strategy.indicators, "actuals"),
            "division": _keys(strategy.indicators, "division"), "meeting": _keys(review.meetings), "item": _keys(review.meetings, "agenda"),
            "material": _keys(review.meetings, "materials"), "decision": _keys(review.meetings, "decisions"), "opinion": _keys(review.joint_opinions),
            "seat": _keys(strategy.seats), "revision": _keys(strategy.revisions),
        }  # fmt: skip
        return ["/", *fillable(values, self._fits())]

    def _fits(self) -> Callable[[dict], bool]:
        """A line or a file goes with its meeting, a meeting and everything else of the review with its year."""
        of_meeting = {name: dict(self.review.meetings.values_list(related, "pk")) for name, related in (("item", "agenda"), ("material", "materials"))}

        def fits(chosen: dict) -> bool:
            in_meeting = all(of_meeting[name][chosen[name]] == chosen["meeting"] for name in of_meeting if name in chosen)
            return in_meeting and chosen.get("fiscal_year", YEAR) in ((YEAR,) if {*chosen} & {"meeting", "opinion", "actual", "indicator"} else chosen.values())

        return fits


def _keys(rows, related: str = "pk") -> list[int]:
    """The keys of those rows, or of what belongs to them."""
    return sorted(key for key in set(rows.values_list(related, flat=True)) if key)


def make_unread_scene() -> UnreadScene:
    strategy = make_strategy(first_fiscal_year=2022, last_fiscal_year=YEAR, public_scope=PublicScope.PUBLISHED, published_through=None)
    farm, welfare = make_division(name="農林課"), make_division(name="福祉課")
    goal = make_goal(strategy=strategy, name="仕事をつくる")
    first, second = make_measure(goal=goal, name="農業の振興"), make_measure(goal=goal, name="子育ての支援")
    growers, crops = (make_indicator(measure=first, division=farm, name=name, unit="円") for name in ("農業の産出額", "作物の売上額"))
    children = make_indicator(measure=second, division=welfare, name="支援の利用額", unit="円")
    for indicator in (growers, crops, children):
        make_target(indicator=indicator, value=Decimal(10000000))
    make_actual(indicator=growers, fiscal_year=YEAR, value=DRAFT_VALUE, comment=told("下書きの実績"), entry_state=EntryState.SUBMITTED)
    make_actual(indicator=crops, fiscal_year=YEAR, value=CHECKED_VALUE, comment=told("確認済みの実績"), entry_state=EntryState.CHECKED)
    make_collection([growers, crops, children])
    people = {
        "visitor": None,
        "viewer": make_user(Role.VIEWER),
        "planning": make_user(Role.PLANNING, display_name=told("職員の氏名")),
        "own division": make_user(Role.DIVISION, division=farm),
        "another division": make_user(Role.DIVISION, division=welfare),
    }
    review = make_review(strategy=strategy, fiscal_year=YEAR, stage=Stage.EXTERNAL)
    scene = UnreadScene(strategy, review, first, second, people)
    seats = _council(scene)
    _opinions(scene, seats)
    _evaluations(scene, farm)
    _meetings(scene, seats)
    _editions(scene)
    _revision(scene, growers)
    Revision.advance()
    return scene


def _council(scene: UnreadScene) -> dict[str, Seat]:
    sectors = {"Hikari, who has written": Sector.FINANCE, "Yuzu, who has not": Sector.LABOUR, "Zen": Sector.CITIZEN}
    seats = {name: make_member(scene.strategy, told(f"氏名{number}"), sector) for number, (name, sector) in enumerate(sectors.items())}
    yesterday = timezone.localdate() - timedelta(days=1)
    seats["Wataru, whose term is over"] = make_member(scene.strategy, told("前の委員の氏名"), Sector.MEDIA, term_until=yesterday)
    scene.people |= {name: seat.user for name, seat in seats.items() if name != "Zen"}
    return seats


def _opinions(scene: UnreadScene, seats: dict[str, Seat]) -> None:
    review, hikari = scene.review, seats["Hikari, who has written"]
    handed_in = write_opinion(hikari, review, scene.first, told("提出した意見"), CouncilRating.EFFECTIVE)
    write_opinion(hikari, review, scene.second, told("書きかけの意見"), hands_in=False)
    write_opinion(seats["Zen"], review, scene.first, told("もう一人の意見"))
    merged = _joint(scene, "まとめた意見", [handed_in])
    said = _joint(scene, "会議で出た意見", [])
    division = scene.people["own division"].division
    final = {"treatment": Treatment.ADOPTED, "state": ResponseState.FINAL}
    Response.objects.create(opinion=said, text=told("確定した回答"), division=division, due_on=date(2026, 3, 31), **final)
    Response.objects.create(opinion=merged, text=told("下書きの回答"), division=division, treatment=Treatment.ADOPTED)


def _joint(scene: UnreadScene, what: str, sources: list) -> JointOpinion:
    return add_joint_opinion(review=scene.review, measure=scene.first, values={"text": told(what), "speakers": ""}, sources=sources, by=scene.takeru)


def _evaluations(scene: UnreadScene, farm) -> None:
    now, best = timezone.now(), scene.review.scale.grades.first()
    first, second = {"review": scene.review, "measure": scene.first}, {"review": scene.review, "measure": scene.second}
    welfare = scene.people["another division"].division
    SelfEvaluation.objects.create(**first, division=farm, achievements=told("提出した自己評価"), submitted_at=now)
    SelfEvaluation.objects.create(**second, division=welfare, achievements=told("下書きの自己評価"), return_reason=told("差し戻した理由"))
    for measure, what in ((scene.first, "提出した取組の状況"), (scene.second, "下書きの取組の状況")):
        InitiativeProgress.objects.create(review=scene.review, initiative=make_initiative(measure=measure), state=InitiativeState.PARTLY, note=told(what))
    said = {"grade": best, "effect": Effect.EFFECTIVE, "course": Course.CONTINUE}
    InternalEvaluation.objects.create(**first, **said, comment=told("確定した庁内の評価"), confirmed_at=now)
    InternalEvaluation.objects.create(**second, **said, comment=told("未確定の庁内の評価"))
    CouncilEvaluation.objects.create(**first, rating=CouncilRating.EFFECTIVE, summary=told("確定した推進会議の評価"), confirmed_at=now)
    CouncilEvaluation.objects.create(**second, rating=CouncilRating.EFFECTIVE, summary=told("未確定の推進会議の評価"))


def _meetings(scene: UnreadScene, seats: dict[str, Seat]) -> None:
    _meeting(scene, Body.INTERNAL_MEETING, "庁内", is_held=True)
    held = _meeting(scene, Body.PROMOTION_COUNCIL, "推進", is_held=True)
    current = {seat.pk: Presence.PRESENT for seat in seats.values() if seat.term_until is None}
    record_attendance(meeting=held, seats=current, others=[], by=scene.takeru)
    _meeting(scene, Body.PROMOTION_COUNCIL, "これから", is_held=False)


def _meeting(scene: UnreadScene, body: Body, word: str, *, is_held: bool):
    takeru = scene.takeru
    made = create_meeting(review=scene.review, body=body, meets_on=timezone.localdate(), place=told(f"{word}の場所"), by=takeru)
    add_line(meeting=made, title=told(f"{word}の議題"), by=takeru)
    add_material(meeting=made, upload=_file(word), by=takeru)
    add_decision(meeting=made, text=told(f"{word}の決定"), division=scene.people["own division"].division, by=takeru)
    made.refresh_from_db()
    write_minutes(meeting=made, text=told(f"{word}の議事録"), seen_version=made.version, by=takeru)
    if is_held:
        set_held(meeting=made, is_held=True, by=takeru)
    return made


def _file(word: str) -> SimpleUploadedFile:
    """A document whose name and content are told apart."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as document:
        document.writestr("word/document.xml", told(f"{word}の資料の中身"))
    return SimpleUploadedFile(f"{told(f'{word}の資料名')}.docx", packed.getvalue())


def _editions(scene: UnreadScene) -> None:
    """2022 was published and withdrawn; 2023 will be published next week."""
    takeru = scene.takeru
    gone = make_review(strategy=scene.strategy, fiscal_year=2022, stage=Stage.PUBLICATION)
    was = publish_now(review=gone, edition=_edition_saying(gone, "取り下げた版"), shows_member_names=False, by=takeru)
    withdraw(publication=was, reason=told("取り下げた理由"), by=takeru)
    coming = make_review(strategy=scene.strategy, fiscal_year=2023, stage=Stage.PUBLICATION)
    next_week = timezone.now() + timedelta(days=7)
    schedule_publication(review=coming, edition=_edition_saying(coming, "予約した版"), publish_at=next_week, shows_member_names=False, by=takeru)


def _edition_saying(review: AnnualReview, what: str):
    number = {"id": 1, "text": told(what), "speakers": "", "treatment": None, "treatment_label": "", "response": "", "due_on": None, "done_on": None}
    return make_edition(review, general_opinions=[number])


def _revision(scene: UnreadScene, indicator: Indicator) -> None:
    TargetRevision.objects.create(
        strategy=scene.strategy, kind=RevisionKind.TARGET, indicator=indicator, effective_fiscal_year=YEAR, value=REVISED_VALUE, reason=told("見直しの理由"),
        proposed_by=scene.takeru,
    )
