"""The words of the yearly review 「評価・検証」, each defined once. Models, pages, papers and open data read these tables. Pure."""
from common.term import Term


class Stage(Term):
    """How far the review of a fiscal year has come, in its order (推進方策 1)."""

    ENTRY = "entry", "入力"
    INTERNAL = "internal", "庁内検証"
    EXTERNAL = "external", "外部評価"
    PUBLICATION = "publication", "公表"


class Body(Term):
    """Who meets."""

    INTERNAL_MEETING = "internal_meeting", "庁内検討会議"
    PROMOTION_COUNCIL = "promotion_council", "検討・推進会議"


class Effect(Term):
    """How far a measure helped 「地方創生への効果」, in the categories of 内閣府."""

    VERY_EFFECTIVE = "very_effective", "地方創生に非常に効果的であった"
    FAIRLY_EFFECTIVE = "fairly_effective", "地方創生に相当程度効果があった"
    EFFECTIVE = "effective", "地方創生に効果があった"
    NOT_EFFECTIVE = "not_effective", "地方創生に対して効果がなかった"


# Where no effect is chosen: 内閣府 asks for it of measures that grants 「交付金」 pay for.
NO_EFFECT = "該当なし"


class Course(Term):
    """What becomes of a measure 「今後の方針」, in the categories of 内閣府."""

    DEVELOP = "develop", "追加等更に発展"
    CONTINUE = "continue", "継続"
    IMPROVE = "improve", "改善"
    END = "end", "終了"


class CouncilRating(Term):
    """What the outside council says of a measure, and each member before it."""

    EFFECTIVE = "effective", "総合戦略のKPI達成に有効であった"
    NOT_EFFECTIVE = "not_effective", "総合戦略のKPI達成に有効とはいえない"


class InitiativeState(Term):
    """How far a concrete initiative 「具体的取組」 was carried out in the year."""

    AS_PLANNED = "as_planned", "予定どおり実施"
    PARTLY = "partly", "一部を実施"
    NOT_DONE = "not_done", "実施していない"
    COMPLETED = "completed", "完了"


class Sector(Term):
    """Which part of society a seat of the council speaks for 「産官学金労言」."""

    INDUSTRY = "industry", "産業"
    ADMINISTRATION = "administration", "行政"
    EDUCATION = "education", "教育"
    FINANCE = "finance", "金融"
    LABOUR = "labour", "労働"
    MEDIA = "media", "言論"
    SCHOLAR = "scholar", "学識経験者"
    CITIZEN = "citizen", "一般市民"

    @property
    def member(self) -> str:
        """「金融分野の委員」「一般市民の委員」: how an opinion is signed where names are not shown."""
        return f"{self.label}の委員" if self in (Sector.SCHOLAR, Sector.CITIZEN) else f"{self.label}分野の委員"


class OpinionState(Term):
    """A member's opinion: nobody else reads a draft."""

    DRAFT = "draft", "下書き"
    HANDED_IN = "handed_in", "提出済み"


class Openness(Term):
    """When members see the others' opinions on a measure."""

    AFTER_OWN = "after_own", "自分の意見を出した後"
    AFTER_STAGE = "after_stage", "外部評価が終わった後"


class Treatment(Term):
    """What the city does with an opinion of the council 「対応」."""

    ADOPTED = "adopted", "採用"
    UNDER_STUDY = "under_study", "検討"
    ALREADY_DONE = "already_done", "対応済"
    NOT_ADOPTED = "not_adopted", "不採用"


class ResponseState(Term):
    """The city's answer: readers see it when it is final."""

    DRAFT = "draft", "下書き"
    FINAL = "final", "確定"


class Presence(Term):
    """Whether somebody came to a meeting."""

    PRESENT = "present", "出席"
    REMOTE = "remote", "オンライン"
    DEPUTY = "deputy", "代理出席"
    ABSENT = "absent", "欠席"


class AgendaGround(Term):
    """Why something is proposed for a meeting's agenda."""

    OPEN_DECISION = "open_decision", "前回までの決定事項"
    OPEN_RESPONSE = "open_response", "意見への対応"
    REVISION_PROPOSED = "revision_proposed", "見直しの提案"
    WORSENED = "worsened", "前年度から悪化"
    BEHIND = "behind", "遅れが続く・後退"
    NOT_MEASURED = "not_measured", "値がない"
    TARGET_REVISED = "target_revised", "目標の見直し"
    NOT_EVALUATED = "not_evaluated", "評価がまだ"
    AGREEMENT_ENDING = "agreement_ending", "協定の期限"


class RevisionKind(Term):
    """What a revision of the plan changes 「目標数値の見直し」."""

    TARGET = "target", "目標値を変える"
    MILESTONE = "milestone", "年度目標を加える"
    SPLIT = "split", "指標を分ける"
    END = "end", "指標を終える"
    ADD = "add", "指標を加える"
    EXTEND = "extend", "計画期間を延ばす"


class RevisionState(Term):
    """A revision is in force only when a meeting has decided it."""

    PROPOSED = "proposed", "提案"
    DECIDED = "decided", "決定"
    REJECTED = "rejected", "見送り"
    WITHDRAWN = "withdrawn", "取り下げ"


class PublicationState(Term):
    """Whether citizens see a year's results."""

    SCHEDULED = "scheduled", "公表の予約"
    PUBLISHED = "published", "公表中"
    WITHDRAWN = "withdrawn", "取り下げ"
    REPLACED = "replaced", "差し替え"
    CANCELLED = "cancelled", "予約の取り消し"
