"""Opening a review and moving it from stage to stage."""
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import Revision, User
from goals.models import Strategy
from reviews.access import require_planning
from reviews.actions.settling import settle_values
from reviews.actions.writing import locked_part, write
from reviews.editions.freezing import freeze
from reviews.models import AnnualReview, EvaluationGrade, EvaluationScale, StageStep
from reviews.stages import BY_STAGE_MOVE, StageMove
from reviews.texts import kept_text
from reviews.vocabulary import Openness, Stage

# The scale a review starts with where the city has none of its own: label, meaning, wording, lower bound of the proposal.
DEFAULT_SCALE = "A〜Dの4段階"
DEFAULT_GRADES = (
    ("A", "予定どおり", "このまま進める", "0.9"),
    ("B", "おおむね予定どおり", "一部を改善して続ける", "0.6"),
    ("C", "改善が必要", "進め方を見直す", "0.3"),
    ("D", "見直しが必要", "施策の内容・目標を見直す", None),
)
SETTINGS = ("scale_id", "openness", "publication_planned", "self_evaluations_due_on", "opinions_due_on")
OTHER_STRATEGY = "この総合戦略の区分から選んでください。"
SCALE_IN_USE = "この区分で評価が付いているため、変えられません。区分の言葉は「データの管理」で直せます。"


@transaction.atomic
def open_review(
    *, strategy: Strategy, fiscal_year: int, by: User | None, scale: EvaluationScale | None = None, self_evaluations_due_on: date | None = None,
    opinions_due_on: date | None = None, publication_planned: str = "", openness: Openness = Openness.AFTER_OWN, is_sample: bool = False,
) -> AnnualReview:
    """Begin the review of that year. Raises PermissionDenied unless `by` plans, ValidationError if it is there already or the year is none of the plan's."""
    if by is not None:
        require_planning(by)
    if fiscal_year not in strategy.fiscal_years:
        raise ValidationError({"fiscal_year": "計画の年度から選んでください。"})
    # Of two planners who begin a year at once, the second is told that it is there.
    Strategy.objects.select_for_update().get(pk=strategy.pk)
    _require_own_scale(scale, strategy.pk)
    review = AnnualReview(
        strategy=strategy, fiscal_year=fiscal_year, scale=scale or default_scale(strategy=strategy, by=by), opened_by=by,
        self_evaluations_due_on=self_evaluations_due_on, opinions_due_on=opinions_due_on, publication_planned=publication_planned,
        openness=openness, is_sample=is_sample, saved_by=by,
    )
    review._history_user = by
    review.full_clean()
    review.save()
    transaction.on_commit(Revision.advance)
    return review


@transaction.atomic
def edit_review(
    *, review: AnnualReview, scale: EvaluationScale, self_evaluations_due_on: date | None, opinions_due_on: date | None, publication_planned: str,
    openness: Openness, seen_version: int, by: User,
) -> AnnualReview:
    """Change what a review was opened with. A step to another stage meanwhile does not stand in the way.

    Raises PermissionDenied unless `by` plans, ValidationError for another scale once grades were given, ConflictError when somebody else changed it.
    """
    require_planning(by)
    stored = locked_part(review, seen_version, SETTINGS)
    _require_own_scale(scale, stored.strategy_id)
    if scale.pk != stored.scale_id and stored.internal_evaluations.filter(grade__isnull=False).exists():
        raise ValidationError({"scale": SCALE_IN_USE})
    due = {"self_evaluations_due_on": self_evaluations_due_on, "opinions_due_on": opinions_due_on}
    return write(stored, {"scale": scale, "openness": openness, "publication_planned": publication_planned, **due}, by=by, reason="設定を変えた")


def _require_own_scale(scale: EvaluationScale | None, strategy_id: int) -> None:
    if scale is not None and scale.strategy_id != strategy_id:
        raise ValidationError({"scale": OTHER_STRATEGY})


@transaction.atomic
def default_scale(*, strategy: Strategy, by: User | None) -> EvaluationScale:
    """The strategy's first scale; a new one of four grades where it has none."""
    found = strategy.evaluation_scales.first()
    if found:
        return found
    scale = EvaluationScale(strategy=strategy, name=DEFAULT_SCALE)
    scale._history_user = by
    scale.save()
    for position, (label, name, wording, lower_bound) in enumerate(DEFAULT_GRADES, start=1):
        grade = EvaluationGrade(scale=scale, position=position, label=label, name=name, wording=wording, lower_bound=lower_bound)
        grade._history_user = by
        grade.save()
    return scale


@transaction.atomic
def move_stage(*, review: AnnualReview, move: StageMove, by: User, reason: str = "") -> AnnualReview:
    """One step along reviews/stages.py. A step on freezes an edition of the stage that ends; the end of 外部評価 settles the year's values.

    Raises PermissionDenied unless `by` plans, ValidationError where the review is in another stage by now or a step back has no reason.
    """
    require_planning(by)
    transition, reason = BY_STAGE_MOVE[move], kept_text(reason)
    stored = AnnualReview.objects.select_for_update(of=("self",)).select_related("strategy", "scale").get(pk=review.pk)
    if stored.stage != transition.source:
        raise ValidationError(f"いまは「{Stage(stored.stage).label}」の段階のため、「{move.label}」ができません。画面を読み込み直してください。")
    if transition.needs_reason and not reason.strip():
        raise ValidationError({"reason": "理由を書いてください。"})
    if move is StageMove.CLOSE_EXTERNAL:
        settle_values(review=stored, by=by)
    if transition.freezes:
        freeze(review=stored, stage=transition.source, by=by)
    stored.stage = transition.target
    stored._history_user, stored._change_reason = by, (reason or move.label)[:100]
    stored.save(update_fields=["stage"])
    StageStep.objects.create(review=stored, source=transition.source, target=transition.target, reason=reason, stepped_by=by, stepped_at=timezone.now())
    transaction.on_commit(Revision.advance)
    return stored
