"""The one table of the 計画ワークブック: which sheet holds which model, its key, its columns, and what they refer to.

Export, template, instructions and import all read it. A new field of a model must get its column here or be named in LEFT_OUT.
"""
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db.models import NOT_PROVIDED, BooleanField, DateField, DecimalField, Field, IntegerField, Model

from accounts.models import Division, User
from goals.models import (
    BasicPolicy,
    FormulationEvent,
    Goal,
    Initiative,
    Measure,
    NationalGoal,
    PeriodExtension,
    PromotionPolicy,
    SdgLink,
    Strategy,
)
from importing.planbook.kinds import Choice, Day, Keys, Kind, Name, Number, Text, Whole, Year, YesNo
from kpis.models import Indicator, RatingBand, RatingScale, Target
from partnerships.models import Agreement, Partner, Party

STRATEGY, EXTENSION, GUIDE = "総合戦略", "計画期間の延長", "記入のしかた"


@dataclass(frozen=True)
class Column:
    """One column. `get` takes the value from a row; `field` is what it sets by itself, empty for a part of a reference.

    `default` is what an empty cell of a column that may not be empty means.
    """

    heading: str
    kind: Kind
    get: Callable[[Model], Any]
    field: str = ""
    is_required: bool = False
    default: Any = None
    help: str = ""

    @classmethod
    def of(cls, model: type[Model], name: str, kind: Kind | None = None, heading: str = "", help: str = "") -> "Column":
        """The column of a model's field, under the field's Japanese name."""
        field = model._meta.get_field(name)
        has_default = field.default is not NOT_PROVIDED and not field.null
        return cls(
            heading or str(field.verbose_name),
            kind or _kind_of(field),
            attrgetter(name),
            field=name,
            is_required=not (field.blank or field.null or has_default),
            default=field.default if has_default else None,
            help=help or str(field.help_text),
        )

    @classmethod
    def part(cls, heading: str, kind: Kind, path: str, help: str = "", is_required: bool = True) -> "Column":
        """A part of the key of the row that this row belongs to."""
        return cls(heading, kind, attrgetter(path), is_required=is_required, help=help)


@dataclass(frozen=True)
class Reference:
    """A foreign key to a row of another sheet, whose key stands under `headings`. Nothing there: no reference.

    With anything under `unless` the reference is empty: a KPI belongs to its measure, not to its goal. It may be a row of the same sheet.
    """

    field: str
    sheet: str
    headings: tuple[str, ...]
    unless: str = ""


@dataclass(frozen=True)
class Outside:
    """A foreign key to a row that no sheet holds, by its name: divisions are created, people are not."""

    field: str
    model: type[Model]
    attribute: str
    heading: str
    is_created: bool


@dataclass(frozen=True)
class SheetSpec:
    """One sheet. `key` are headings; `scope` is the path from a row to its strategy; `order` sorts an export.

    `many` are the columns of many-to-many fields with the sheet their keys belong to. Rows of a shared sheet belong to no strategy alone.
    """

    name: str
    model: type[Model]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    about: str
    scope: str
    order: tuple[str, ...]
    related: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    outside: tuple[Outside, ...] = ()
    many: tuple[tuple[str, str], ...] = ()
    is_shared: bool = False

    @cached_property
    def by_heading(self) -> dict[str, Column]:
        return {column.heading: column for column in self.columns}

    @cached_property
    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns if column.field}

    def key_of(self, row: Model) -> tuple:
        """The key of a stored row, as cells are read."""
        return tuple(_trimmed(self.by_heading[heading].get(row)) for heading in self.key)

    def label(self, key: tuple) -> str:
        """「基本目標 1・番号 2」: a key as people read it."""
        parts = zip(self.key, key, strict=True)
        return "・".join(f"{heading} {self.by_heading[heading].kind.shown(value)}" for heading, value in parts if value not in (None, ""))


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _kind_of(field: Field) -> Kind:
    if field.choices:
        return Choice(tuple(field.flatchoices), empty=None if field.null else "")
    return next((kind for model_field, kind in KINDS if isinstance(field, model_field)), Text)()


KINDS = ((BooleanField, YesNo), (DecimalField, Number), (IntegerField, Whole), (DateField, Day))


def _fields(model: type[Model], *names: str) -> tuple[Column, ...]:
    return tuple(Column.of(model, name) for name in names)


def _number(model: type[Model], name: str = "number") -> Column:
    return Column.of(model, name, help="1から始まる整数。この番号で行を見分けます。")


def _owner_goal(indicator: Indicator) -> int:
    return (indicator.goal or indicator.measure.goal).number


def _owner_measure(indicator: Indicator) -> int | None:
    return indicator.measure.number if indicator.measure else None


def _national_goals(goal: Goal) -> tuple:
    return tuple((found.generation, found.is_cross_cutting, found.number) for found in goal.national_goals.all())


def _measures(agreement: Agreement) -> tuple:
    return tuple((measure.goal.number, measure.number) for measure in agreement.measures.all())


def _sdg_choices() -> tuple:
    return tuple((number, f"{number} {name}") for number, name in SdgLink._meta.get_field("sdg_number").flatchoices)


GOAL_PART = "シート「基本目標」の番号。"
MEASURE_PART = "シート「主要施策」の番号。"
CODE_PART = "シート「指標」の番号。"
SPLIT_PART = "このシートの、分ける前の指標の番号と内訳。計画の途中で分けてつくった指標だけに書きます。"
BREAKDOWN_PART = "シート「指標」の内訳。なければ空にします。"
CROSS_CUTTING = Choice(((False, "基本"), (True, "横断")), empty=None)
OF_MEASURE = (Column.part("基本目標", Whole(), "measure.goal.number", GOAL_PART), Column.part("主要施策", Whole(), "measure.number", MEASURE_PART))
OF_INDICATOR = (
    Column.part("番号", Name(), "indicator.code", CODE_PART),
    Column.part("内訳", Name(), "indicator.breakdown", BREAKDOWN_PART, is_required=False),
)
TO_MEASURE = (Reference("measure", "主要施策", ("基本目標", "主要施策")),)
TO_INDICATOR = (Reference("indicator", "指標", ("番号", "内訳")),)

SHEETS = (
    SheetSpec(
        STRATEGY, Strategy,
        (
            Column.of(Strategy, "slug", Name(), help="半角の英字・数字・ハイフン。この名前の総合戦略があれば更新し、なければ新しくつくります。"),
            *_fields(Strategy, "name", "short_name", "municipality"),
            Column.of(Strategy, "municipality_code", help="検査数字を含む6桁。"),
            Column.of(Strategy, "first_fiscal_year", Year()), Column.of(Strategy, "last_fiscal_year", Year()),
            *_fields(Strategy, "adopted_on_label", "purpose", "policy_summary", "contact_office", "contact_phone", "source"),
            Column.of(Strategy, "is_current", help="「はい」は1つの総合戦略だけにします。"),
            Column.of(Strategy, "public_scope", help="サインインしていない人に見せる範囲。"),
            Column.of(Strategy, "published_through", Year(), help="まだなければ空にします。"),
            *_fields(Strategy, "on_track_from", "slightly_behind_from", "limit_tolerance", "maintain_tolerance", "rate_rounding", "rate_decimals"),
        ),
        key=("URLに使う名前",), scope="pk", order=("slug",), about="計画そのもの。1行だけ書きます。判定の設定もここで決めます。",
    ),
    SheetSpec(
        EXTENSION, PeriodExtension,
        (
            Column.of(PeriodExtension, "effective_fiscal_year", Year(), help="この年度から、延長した期間で判定します。前の年度の判定は変わりません。"),
            Column.of(PeriodExtension, "last_fiscal_year", Year()), *_fields(PeriodExtension, "reason", "decided_on", "decided_by_meeting", "is_sample"),
        ),
        key=("適用する年度から",), scope="strategy", order=("effective_fiscal_year",), about="計画期間を延長したときだけ、決定を1行に1つ。",
    ),
    SheetSpec(
        "基本方針", BasicPolicy, (_number(BasicPolicy), *_fields(BasicPolicy, "name")),
        key=("番号",), scope="strategy", order=("number",), about="基本方針を1行に1つ。",
    ),
    SheetSpec(
        "推進方策", PromotionPolicy, (_number(PromotionPolicy), *_fields(PromotionPolicy, "name", "summary", "points")),
        key=("番号",), scope="strategy", order=("number",), about="計画の進め方を1行に1つ。",
    ),
    SheetSpec(
        "策定経緯", FormulationEvent, (_number(FormulationEvent, "position"), *_fields(FormulationEvent, "year", "month", "name", "details")),
        key=("並び順",), scope="strategy", order=("position",), about="計画ができるまでのできごとを、古い順に。",
    ),
    SheetSpec(
        "国の目標", NationalGoal,
        (
            Column.of(NationalGoal, "generation"),
            Column.of(NationalGoal, "is_cross_cutting", help="横断的な目標なら「はい」。"),
            _number(NationalGoal),
            *_fields(NationalGoal, "name"),
        ),
        key=("国の総合戦略の期", "横断的な目標", "番号"), scope="strategy", order=("generation", "is_cross_cutting", "number"),
        about="国の総合戦略の基本目標。市の基本目標がどれに応えるかは、シート「基本目標」に書きます。",
    ),
    SheetSpec(
        "基本目標", Goal,
        (
            _number(Goal), *_fields(Goal, "name", "subtitle", "direction", "source"),
            Column("対応する国の基本目標", Keys((Whole(), CROSS_CUTTING, Whole()), "2-基本-1"), _national_goals, field="national_goals", default=(),
                   help="シート「国の目標」の、期・基本か横断か・番号をハイフンでつなぎます。"),
        ),
        key=("番号",), scope="strategy", order=("number",), prefetched=("national_goals",), many=(("national_goals", "国の目標"),),
        about="基本目標を1行に1つ。",
    ),
    SheetSpec(
        "主要施策", Measure,
        (Column.part("基本目標", Whole(), "goal.number", GOAL_PART), _number(Measure), *_fields(Measure, "name", "approach", "source")),
        key=("基本目標", "番号"), scope="goal__strategy", order=("goal__number", "number"), related=("goal",),
        references=(Reference("goal", "基本目標", ("基本目標",)),), about="主要施策を1行に1つ。番号は基本目標ごとに1から。",
    ),
    SheetSpec(
        "具体的取組", Initiative, (*OF_MEASURE, _number(Initiative), *_fields(Initiative, "name", "summary")),
        key=("基本目標", "主要施策", "番号"), scope="measure__goal__strategy", order=("measure__goal__number", "measure__number", "number"),
        related=("measure__goal",), references=TO_MEASURE, about="具体的取組①②③を1行に1つ。",
    ),
    SheetSpec(
        "SDGs", SdgLink,
        (
            *OF_MEASURE, _number(SdgLink, "position"),
            Column.of(SdgLink, "sdg_number", Choice(_sdg_choices(), empty=None)),
            *_fields(SdgLink, "topic"),
        ),
        key=("基本目標", "主要施策", "並び順"), scope="measure__goal__strategy", order=("measure__goal__number", "measure__number", "position"),
        related=("measure__goal",), references=TO_MEASURE, about="主要施策とSDGsのつながり（SDGs対照表）を1行に1つ。",
    ),
    SheetSpec(
        "指標", Indicator,
        (
            Column("基本目標", Whole(), _owner_goal, is_required=True, help=GOAL_PART),
            Column("主要施策", Whole(), _owner_measure, help=f"{MEASURE_PART}数値目標では空にします。"),
            Column.of(Indicator, "code", Name()), Column.of(Indicator, "breakdown", Name()),
            *_fields(Indicator, "position", "name", "short_name", "unit", "decimals", "target_kind", "accumulation", "wanted_direction", "rate_formula"),
            *_fields(Indicator, "baseline_value", "baseline_label", "baseline_qualifier", "target_qualifier", "target_label", "formula_note"),
            *_fields(Indicator, "note", "source"),
            Column.of(Indicator, "first_fiscal_year", Year()), Column.of(Indicator, "last_fiscal_year", Year()),
            Column("分割前の番号", Name(), lambda row: row.split_from.code if row.split_from else "", default="", help=SPLIT_PART),
            Column("分割前の内訳", Name(), lambda row: row.split_from.breakdown if row.split_from else "", default="", help=SPLIT_PART),
            Column("担当課", Name(), lambda row: row.division.name if row.division else "", default="", help="課の名前。登録がなければ新しくつくります。"),
            Column("担当者", Name(), lambda row: row.person.username if row.person else "", default="", help="利用者の名前（サインインに使う名前）。登録済みの人だけ。"),
            *_fields(Indicator, "computation", "published_month"),
        ),
        key=("番号", "内訳"), scope="strategy", order=("position", "code", "breakdown"), related=("goal", "measure__goal", "division", "person", "split_from"),
        references=(
            Reference("goal", "基本目標", ("基本目標",), unless="主要施策"), Reference("measure", "主要施策", ("基本目標", "主要施策")),
            Reference("split_from", "指標", ("分割前の番号", "分割前の内訳")),
        ),
        outside=(Outside("division", Division, "name", "担当課", True), Outside("person", User, "username", "担当者", False)),
        about="数値目標とKPIを1行に1系列。小学校・中学校のように分かれるものは、内訳を変えて2行にします。",
    ),
    SheetSpec(
        "目標値", Target,
        (
            *OF_INDICATOR,
            Column.of(Target, "effective_fiscal_year", Year(), help="はじめの目標では計画の最初の年度。見直しは行を増やし、元の行は残します。"),
            Column.of(Target, "milestone_fiscal_year", Year()),
            *_fields(Target, "value", "upper_value", "reason", "decided_on", "decided_by_meeting", "is_sample"),
        ),
        key=("番号", "内訳", "適用する年度から", "年度目標の年度"), scope="indicator__strategy",
        order=("indicator__position", "indicator__code", "indicator__breakdown", "milestone_fiscal_year", "effective_fiscal_year"),
        related=("indicator",), references=TO_INDICATOR, about="計画の目標値、その見直し、年度ごとの目標を1行に1つ。",
    ),
    SheetSpec(
        "評価区分", RatingScale,
        (Column.of(RatingScale, "name", Name()), *_fields(RatingScale, "basis", "no_data_label", "round_decimals", "rounding", "is_active")),
        key=("名称",), scope="strategy", order=("name",), about="市独自の評価（A・B・C など）があるときだけ。",
    ),
    SheetSpec(
        "評価区分の段階", RatingBand,
        (
            Column.part("評価区分", Name(), "scale.name", "シート「評価区分」の名称。"),
            _number(RatingBand, "position"), *_fields(RatingBand, "label", "lower_bound", "is_inclusive", "wording"),
        ),
        key=("評価区分", "並び順（良い順）"), scope="scale__strategy", order=("scale__name", "position"), related=("scale",),
        references=(Reference("scale", "評価区分", ("評価区分",)),), about="評価区分の段階を、良い順に1行に1つ。",
    ),
    SheetSpec(
        "連携協定", Agreement,
        (
            _number(Agreement), *_fields(Agreement, "name", "items"),
            Column("関連する主要施策", Keys((Whole(), Whole()), "1-2"), _measures, field="measures", default=(),
                   help="基本目標と主要施策の番号をハイフンでつなぎます。"),
            *_fields(Agreement, "signed_on", "term_kind", "term_ends_on", "term_years", "renewal", "renewal_years", "renewed_until", "remarks", "source"),
        ),
        key=("番号",), scope="strategy", order=("number",), prefetched=("measures__goal",), many=(("measures", "主要施策"),),
        about="連携協定を1行に1つ。相手方はシート「協定の相手方」に書きます。",
    ),
    SheetSpec(
        "相手方", Partner, (Column.of(Partner, "name", Name(), help="いまの名称。"), *_fields(Partner, "note")),
        key=("名称",), scope="agreements__strategy", order=("name",), is_shared=True,
        about="協定の相手方の、いまの名称。ほかの総合戦略と共通です。",
    ),
    SheetSpec(
        "協定の相手方", Party,
        (
            Column.part("協定の番号", Whole(), "agreement.number", "シート「連携協定」の番号。"),
            Column.part("相手方", Name(), "partner.name", "シート「相手方」の名称。"),
            *_fields(Party, "position", "name_at_signing"),
        ),
        key=("協定の番号", "相手方"), scope="agreement__strategy", order=("agreement__number", "position", "partner__name"),
        related=("agreement", "partner"), about="協定と相手方の組を1行に1つ。",
        references=(Reference("agreement", "連携協定", ("協定の番号",)), Reference("partner", "相手方", ("相手方",))),
    ),
)
BY_NAME = {spec.name: spec for spec in SHEETS}
# Fields that no column holds, and why.
LEFT_OUT = {
    "id": "行の内部番号。ワークブックでは番号と名前で見分けます。",
    "strategy": "シート「総合戦略」の1行で決まります。",
    **dict.fromkeys(("extended_to", "period_ends"), "シート「計画期間の延長」で決まります。"),
    "partners": "シート「協定の相手方」に書きます。",
}
