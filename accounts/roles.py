"""Who may do what: one table that the permission backend, the pages, the admin and the documentation read."""
from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", "管理者"
    PLANNING = "planning", "企画担当"
    DIVISION = "division", "担当課"
    COUNCIL = "council", "推進会議の委員"
    VIEWER = "viewer", "閲覧者"


class Sees(StrEnum):
    """Which actuals of years that are not published yet somebody sees."""

    EVERYTHING = "everything"
    CHECKED = "checked"
    OWN_DIVISION = "own_division"
    PUBLISHED = "published"


@dataclass(frozen=True)
class RoleRights:
    """What one role may do. `opens_admin`: works in the city hall, so 「データの管理」 opens."""

    sees: Sees
    permissions: frozenset[str]
    summary: str
    opens_admin: bool = False


def _all(app: str, *models_: str) -> set[str]:
    return {f"{app}.{verb}_{model}" for model in models_ for verb in ("view", "add", "change", "delete")}


def _view(app: str, *models_: str) -> set[str]:
    return {f"{app}.view_{model}" for model in models_}


STRATEGY_MODELS = (
    "strategy", "basicpolicy", "promotionpolicy", "formulationevent", "nationalgoal", "goal", "measure", "initiative", "sdglink",
)
KPI_MODELS = ("indicator", "target", "actual", "ratingscale", "ratingband")
PARTNERSHIP_MODELS = ("partner", "agreement", "party")
COLLECTING_MODELS = ("collection", "evidencefile")
REVIEW_MODELS = (
    "annualreview", "evaluationscale", "evaluationgrade", "stagestep", "selfevaluation", "initiativeprogress", "internalevaluation", "councilevaluation",
    "meeting", "agendaitem", "attendance", "decision", "material", "seat", "invitation", "opinion", "jointopinion", "response", "targetrevision",
    "publication",
)

_PLAN = (
    _all("goals", *STRATEGY_MODELS)
    # Extensions of the period are decided by an action, not edited.
    | _view("goals", "periodextension")
    | _all("kpis", *KPI_MODELS)
    | _all("partnerships", *PARTNERSHIP_MODELS)
    | _all("collecting", *COLLECTING_MODELS)
    | _all("importing", "importbatch", "layout")
    | _all("reviews", *REVIEW_MODELS)
    # An edition is frozen: nobody changes or deletes one.
    | _view("reviews", "edition")
)

ROLES = {
    Role.ADMINISTRATOR: RoleRights(
        Sees.EVERYTHING,
        frozenset(_PLAN | _all("accounts", "user", "division")),
        "すべての画面とデータを見て、直せます。利用者と課を管理します。",
        opens_admin=True,
    ),
    Role.PLANNING: RoleRights(
        Sees.EVERYTHING,
        frozenset(_PLAN | _all("accounts", "division")),
        "すべての画面を見ます。計画・指標・実績・協定を直せます。評価・検証を進め、結果を公表します。",
        opens_admin=True,
    ),
    Role.DIVISION: RoleRights(
        Sees.OWN_DIVISION,
        frozenset(
            _view("kpis", "indicator", "target", "actual")
            | {"kpis.change_indicator", "kpis.add_actual", "kpis.change_actual"}
            | {"collecting.view_collection", "importing.add_importbatch", "importing.view_importbatch"}
            | {"reviews.view_annualreview", "reviews.view_meeting", "reviews.view_edition"}
            | {"reviews.change_selfevaluation", "reviews.change_response", "reviews.change_decision"}
            # Proposals about its own indicators; the planning side decides them after a meeting.
            | {"reviews.add_targetrevision"}
        ),
        "公表済みの年度と、自分の課の指標を見ます。評価・検証では、終わった段階の確定版を見ます。自分の課の実績と自己評価を入力し、自分の課への意見に回答します。自分の課の指標の見直しを提案できます。",
        opens_admin=True,
    ),
    Role.COUNCIL: RoleRights(
        Sees.CHECKED,
        frozenset({"reviews.view_annualreview", "reviews.view_meeting", "reviews.view_edition", "reviews.change_opinion"}),
        "評価のために、公表前の年度も、企画担当が確認した値を見ます。任期の間、会議の資料を読み、自分の意見と評価を書きます。",
    ),
    Role.VIEWER: RoleRights(Sees.PUBLISHED, frozenset(), "公表済みの年度を見ます。直すことはできません。"),
}
# Those who do some of the work themselves.
STAFF_ROLES = tuple(role for role, rights in ROLES.items() if rights.opens_admin)
