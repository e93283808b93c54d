"""The words of the judgement 「判定」, each defined once. Models, pages, exports and the page 「判定のしかた」 read these tables."""
from dataclasses import dataclass

from common.term import Term


class TargetKind(Term):
    """What it means to reach the target."""

    INCREASE = "increase", "増やす"
    DECREASE = "decrease", "減らす"
    FLOOR = "floor", "下回らない（維持・減少の抑制）"
    CEILING = "ceiling", "超えない（悪化の抑制）"
    RANGE = "range", "範囲に収める"
    DIRECTION = "direction", "数値目標なし（増減を見る）"
    MILESTONE = "milestone", "定性（実施・設置）"


MET_WHEN = {
    TargetKind.INCREASE: "実績が目標以上",
    TargetKind.DECREASE: "実績が目標以下",
    TargetKind.FLOOR: "最終年度の実績が目標（下限）以上",
    TargetKind.CEILING: "最終年度の実績が目標（上限）以下",
    TargetKind.RANGE: "最終年度の実績が下限以上・上限以下",
    TargetKind.DIRECTION: "目標がないので達成の判定はせず、現状値と比べます",
    TargetKind.MILESTONE: "担当課が根拠を示して「実施した」と記録",
}


class Accumulation(Term):
    """How yearly entries become the result."""

    LEVEL = "level", "年度値"
    TOTAL = "total", "期間累計（年度ごとに入力）"
    RUNNING_TOTAL = "running_total", "期間累計（累計で入力）"

    @property
    def is_total(self) -> bool:
        return self is not Accumulation.LEVEL


class WantedDirection(Term):
    """Which way a figure without a numeric target should go."""

    UP = "up", "増やす"
    DOWN = "down", "減らす"


class RateFormula(Term):
    """How 達成率 is computed. The name stands beside the number everywhere."""

    RESULT_OVER_TARGET = "result_over_target", "実績÷目標"
    TARGET_OVER_RESULT = "target_over_result", "目標÷実績"
    PROGRESS = "progress", "到達度"


DEFAULT_RATE_FORMULA = {
    TargetKind.INCREASE: RateFormula.RESULT_OVER_TARGET,
    TargetKind.FLOOR: RateFormula.RESULT_OVER_TARGET,
    TargetKind.DECREASE: RateFormula.TARGET_OVER_RESULT,
    TargetKind.CEILING: RateFormula.TARGET_OVER_RESULT,
}


class ValueState(Term):
    """How firm a value is."""

    CONFIRMED = "confirmed", "確定値"
    PRELIMINARY = "preliminary", "速報"
    PROJECTED = "projected", "見込"


class MissingReason(Term):
    """Why there is no value."""

    AWAITING_PUBLICATION = "awaiting_publication", "公表待ち"
    NOT_SURVEYED = "not_surveyed", "調査なし"
    NOT_IMPLEMENTED = "not_implemented", "事業未実施"
    OTHER = "other", "その他"


class EntryState(Term):
    """How far a year's value has come on its way from the division to the planning division."""

    NOT_ENTERED = "not_entered", "未入力"
    DRAFT = "draft", "下書き"
    SUBMITTED = "submitted", "提出済み"
    RETURNED = "returned", "差戻し"
    CHECKED = "checked", "確認済み"
    SETTLED = "settled", "確定"

    @property
    def is_checked(self) -> bool:
        """Whether the planning side has said that the value is right: readers see it, and divisions change it no more."""
        return self in CHECKED_STATES


CHECKED_STATES = (EntryState.CHECKED, EntryState.SETTLED)


class Door(Term):
    """Through which door a value came in."""

    ENTRY_SHEET = "entry_sheet", "入力表"
    IMPORT = "import", "取込"
    ADMIN = "admin", "管理画面"
    COMMAND = "command", "コマンド"


class Status(Term):
    """The computed verdict 「判定」, best first."""

    ACHIEVED = "achieved", "達成"
    ON_TRACK = "on_track", "順調"
    SLIGHTLY_BEHIND = "slightly_behind", "やや遅れ"
    BEHIND = "behind", "遅れ"
    NOT_MEASURED = "not_measured", "未測定"
    NOT_ENTERED = "not_entered", "未入力"
    NOT_RATED = "not_rated", "判定対象外"

    @property
    def is_rated(self) -> bool:
        """Whether it counts in 「n/N 指標で判定」."""
        return self in RATED

    @property
    def is_good(self) -> bool:
        return self in (Status.ACHIEVED, Status.ON_TRACK)

    def word(self, is_final_year: bool) -> str:
        """The word shown: 遅れ is called 未達成 in the plan's final year."""
        return FINAL_YEAR_WORDS.get(self, self.label) if is_final_year else self.label


RATED = (Status.ACHIEVED, Status.ON_TRACK, Status.SLIGHTLY_BEHIND, Status.BEHIND)
FINAL_YEAR_WORDS = {Status.BEHIND: "未達成"}


class Change(Term):
    """Where a figure without a numeric target stands against its baseline."""

    INCREASED = "increased", "増加"
    UNCHANGED = "unchanged", "横ばい"
    DECREASED = "decreased", "減少"


@dataclass(frozen=True)
class StatusRule:
    """One line of the table that the page 「判定のしかた」 prints. {on_track} and the like are the strategy's settings.

    `limit` is empty where the condition is the same for every kind of target.
    """

    status: Status
    straight: str
    limit: str
    short: str


# The rules below and kpis/progress.py under one name, which a review's edition keeps. Raise it when a verdict could come out differently.
RULE_VERSION = "1"
STATUS_RULES = (
    StatusRule(Status.ACHIEVED, "目標に到達した", "最終年度に、下限・上限・範囲を守った", "目標に到達"),
    StatusRule(
        Status.ON_TRACK,
        "進捗率が、目安の進捗率の{on_track}以上",
        "目安より良い側にある（維持の場合は目標を守っている）",
        "目安の{on_track}以上",
    ),
    StatusRule(
        Status.SLIGHTLY_BEHIND,
        "進捗率が、目安の進捗率の{slightly_behind}以上{on_track}未満",
        "目安から外れた幅が目安の{limit_tolerance}以内で、下限・上限は守っている。維持は、目標から外れた幅が{maintain_tolerance}以内",
        "目安の{slightly_behind}以上{on_track}未満",
    ),
    StatusRule(Status.BEHIND, "上のどれにも当たらない（最終年度は「未達成」）", "", "目安の{slightly_behind}未満"),
    StatusRule(Status.NOT_MEASURED, "値がなく、理由がある（公表待ち・調査なし・事業未実施・その他）", "", "公表待ち・調査なしなど"),
    StatusRule(Status.NOT_ENTERED, "値も理由もまだない（公表画面では「未測定」）", "", "実績の入力待ち"),
    StatusRule(Status.NOT_RATED, "数値目標がない。現状値からの増加・横ばい・減少を言葉で示す。途中で追加・終了した指標の、対象でない年度も判定しない", "", "数値目標なし"),
)
