"""A reviewed year for the tests of publication: a review in 公表, and an edition that holds one of everything."""
from copy import deepcopy
from datetime import UTC, datetime

from goals.models import Strategy
from reviews.actions.publication import publish_now
from reviews.actions.reviews import default_scale
from reviews.editions.freezing import canonical, hash_of
from reviews.models import AnnualReview, Edition, Publication
from reviews.vocabulary import Stage

YEAR = 2023
BEFORE = datetime(2024, 10, 1, 0, 0, tzinfo=UTC)
NOON = datetime(2024, 10, 25, 3, 0, tzinfo=UTC)  # 12:00 in Japan
AFTER = datetime(2024, 11, 1, 0, 0, tzinfo=UTC)
SCOPE_OF_RULES = {
    "on_track_from": "0.9", "slightly_behind_from": "0.6", "limit_tolerance": "0.01", "maintain_tolerance": "0.01", "rates_cut_off": True, "rate_decimals": 0,
}
INDICATOR = {
    "id": 1, "code": "1-1-1", "breakdown": "", "name": "新規就農者数", "full_name": "新規就農者数", "unit": "人", "decimals": 0, "goal": 1, "measure": 1,
    "target_kind": "increase", "accumulation": "level", "baseline": "100", "baseline_label": "H30", "target": "150", "target_upper": None,
    "target_since": 2020, "target_label": "", "target_original": None, "milestone": None, "value": "138", "value_state": "confirmed", "missing_reason": None,
    "expected_month": None, "is_met": None, "result": "138", "expected": "140", "progress_rate": "19/25", "achievement_rate": "23/25",
    "rate_formula": "result_over_target", "status": "on_track", "status_word": "順調", "grades": [{"scale": "市の評価", "label": "B"}],
    "explanation": "目安140人に対して138人で、進捗率は目安の0.95倍です。", "comment": "就農相談会に40組が参加しました。",
    "years": [{"fiscal_year": 2022, "result": "125", "status": "on_track"}, {"fiscal_year": 2023, "result": "138", "status": "on_track"}],
    "is_sample": False,
}
MISSED = {
    "id": 2, "code": "1-1-2", "name": "農家の経営規模", "full_name": "農家の経営規模", "unit": "ha", "decimals": 2, "value": "6.71", "result": "6.71",
    "expected": "7.5", "baseline": "6.5", "target": "8", "progress_rate": "7/50", "achievement_rate": "671/800", "status": "behind", "status_word": "遅れ",
    "explanation": "目安7.50haに対して6.71haで、進捗率は目安の0.21倍です。", "comment": "離農した農地の引き受け手が見つからないためです。", "grades": [],
    "years": [{"fiscal_year": 2023, "result": "6.71", "status": "behind"}],
}
NOT_MEASURED = {
    "id": 3, "code": "1-1-3", "name": "市民の満足度", "full_name": "市民の満足度", "unit": "％", "value": None, "result": None, "missing_reason": "not_surveyed",
    "progress_rate": None, "achievement_rate": None, "rate_formula": None, "status": "not_measured", "status_word": "未測定", "comment": "", "grades": [],
    "explanation": "調査をしていないため、判定していません。", "years": [{"fiscal_year": 2023, "result": None, "status": "not_measured"}],
}
POPULATION = {
    "id": 4, "code": "1-A", "name": "就業者数", "full_name": "就業者数", "measure": None, "comment": "",
    "explanation": "目安どおりです。", "status": "achieved", "status_word": "達成",
}
OPINION = {
    "id": 901, "text": "正社員とパートを分けて示してほしい。", "speakers": "金融分野の委員", "treatment": "adopted", "treatment_label": "採用",
    "response": "次回から分けて報告します。", "due_on": "2025-03-31", "done_on": None,
}
OPEN_OPINION = {
    "id": 902, "text": "高校と企業をつなぐ場がほしい。", "speakers": "労働分野の委員", "treatment": None, "treatment_label": "", "response": "", "due_on": None,
    "done_on": None,
}
EVALUATION = {
    "goal": 1, "measure": 1,
    "self": [{"division": "農林課", "achievements": "相談会を4回開きました。", "issues": "農地の引き受け手が足りません。", "next_steps": "農地の仲介を始める\n研修を増やす"}],
    "initiatives": [{"number": 1, "name": "就農支援", "state": "as_planned", "state_label": "予定どおり実施", "note": "補助を12件交付しました。"}],
    "internal": {
        "grade": "B", "grade_name": "おおむね予定どおり", "proposed": "C", "grade_reason": "相談の数が増えているため。", "effect": "effective",
        "effect_label": "地方創生に効果があった", "course": "improve", "course_label": "改善", "comment": "農地の仲介を早めること。",
    },
    "council": {"rating": "effective", "rating_label": "総合戦略のKPI達成に有効であった", "summary": "相談は増えた。農地の引き受け手を増やすこと。"},
    "opinions": [OPINION, OPEN_OPINION],
}
GENERAL = {**OPINION, "id": 903, "text": "市民に分かりやすく伝えてほしい。", "speakers": "", "treatment": "already_done", "treatment_label": "対応済", "response": "広報で伝えました。", "done_on": "2024-10-01"}
MEETING = {
    "body": "promotion_council", "number": 1, "title": "第1回 検討・推進会議", "meets_on": "2024-08-27", "place": "市役所 第1会議室",
    "decisions": [{"text": "農地の仲介の案を、次回に示す。", "division": "農林課", "due_on": "2024-09-20", "done_on": None}],
}
MEMBERS = [
    {"sector": "finance", "sector_label": "金融", "organisation": "北斗信用金庫", "office": "会長", "name": "渡辺 一郎"},
    {"sector": "citizen", "sector_label": "一般市民", "organisation": "", "office": "", "name": None},
]


def edition_content(strategy: Strategy, **changes) -> dict:
    """One goal, two measures (the second without a word about it), four indicators, two opinions on a measure and one on the whole."""
    content = {
        "format": 1, "rule_version": "1", "stage": "external", "fiscal_year": YEAR, "era": "令和5年度", "is_sample": False,
        "strategy": {
            "slug": strategy.slug, "name": strategy.name, "short_name": strategy.short_name, "municipality": strategy.municipality,
            "municipality_code": strategy.municipality_code,
        },
        "rules": SCOPE_OF_RULES,
        "counts": {"by_status": {"on_track": 1, "behind": 1, "not_measured": 1}, "rated": 2, "total": 3},
        "goals": [{"number": 1, "name": "仕事をつくる", "measures": [
            {"number": 1, "name": "元気な産業振興", "divisions": ["農林課"]}, {"number": 2, "name": "観光の振興", "divisions": []},
        ]}],
        "indicators": [{**INDICATOR, **POPULATION}, INDICATOR, {**INDICATOR, **MISSED}, {**INDICATOR, **NOT_MEASURED}],
        "evaluations": [EVALUATION],
        "general_opinions": [GENERAL],
        "meetings": [MEETING],
        "members": MEMBERS,
    }
    return deepcopy({**content, **changes})


def make_review(strategy: Strategy, **fields) -> AnnualReview:
    """The review of YEAR, in the stage 公表."""
    defaults = {"fiscal_year": YEAR, "stage": Stage.PUBLICATION, "scale": default_scale(strategy=strategy, by=None)}
    return AnnualReview.objects.create(strategy=strategy, **{**defaults, **fields})


def make_edition(review: AnnualReview, stage: Stage = Stage.EXTERNAL, frozen_at: datetime = BEFORE, **changes) -> Edition:
    """The review's next edition; `changes` are of its content."""
    text = canonical(edition_content(review.strategy, **{"fiscal_year": review.fiscal_year, "stage": stage, **changes}))
    number = review.editions.count() + 1
    return Edition.objects.create(review=review, stage=stage, number=number, content=text, sha256=hash_of(text), rule_version="1", frozen_at=frozen_at)


def make_published(strategy: Strategy, by, *, shows_member_names: bool = False, fiscal_year: int = YEAR, **changes) -> Publication:
    """A year whose results citizens see since NOON."""
    review = make_review(strategy, fiscal_year=fiscal_year)
    return publish_now(review=review, edition=make_edition(review, **changes), shows_member_names=shows_member_names, by=by, now=NOON)
