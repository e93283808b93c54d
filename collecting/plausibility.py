"""Values that may be right but ask for a second look. Pure: facts in, doubts with their words out.

Source: the entry sheet's warnings in the design rules (§7) and spreadsheets promises: ±5 times, sign, decimals, per cent, falling totals, parts.
"""
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from common.japanese import number_text
from common.term import Term

FACTOR = 5
PERCENT_UNITS = ("%", "％")


class DoubtKind(Term):
    """What is unusual about a value."""

    LEAP = "leap", "前年度との差が大きい"
    SIGN = "sign", "正負が前年度と逆"
    DECIMALS = "decimals", "小数の桁が多い"
    PERCENT = "percent", "0～100％の外"
    FALLING_TOTAL = "falling_total", "累計が減っている"
    PARTS = "parts", "内訳の合計と合わない"


@dataclass(frozen=True)
class Doubt:
    """One reason to look again; `suggestion` is the value that was probably meant."""

    kind: DoubtKind
    text: str
    suggestion: Decimal | None = None


@dataclass(frozen=True)
class Context:
    """What a value is compared with, in the indicator's own unit. `previous` is the newest earlier value; `parts` those of its breakdown."""

    unit: str
    decimals: int
    previous: Decimal | None = None
    is_running_total: bool = False
    parts: tuple[Decimal, ...] = ()


def doubts(value: Decimal | None, context: Context) -> tuple[Doubt, ...]:
    """Everything unusual about a value, most telling first; nothing for no value."""
    if value is None:
        return ()
    found = (_sign(value, context), _leap(value, context), _decimals(value, context), _percent(value, context), _falling(value, context), _parts(value, context))
    return tuple(doubt for doubt in found if doubt is not None)


def _leap(value: Decimal, context: Context) -> Doubt | None:
    previous = context.previous
    if not previous or not value or (previous < 0) != (value < 0):
        return None
    ratio = value / previous
    if 1 / Decimal(FACTOR) < ratio < FACTOR:
        return None
    times = f"約{number_text(ratio)}倍" if ratio >= 1 else f"約{number_text(1 / ratio)}分の1"
    return Doubt(DoubtKind.LEAP, f"前年度の{times}です。単位（{context.unit or '単位なし'}）と桁を確認してください。", _shifted(value, context))


def _shifted(value: Decimal, context: Context) -> Decimal | None:
    """The same digits with the point elsewhere, if that lands close to the year before: 641,200 after 66,310 is 64,120."""
    shifts = [value.scaleb(places) for places in (-4, -3, -2, -1, 1, 2, 3, 4)]
    fitting = [each for each in shifts if _is_close(each, context.previous) and each == round(each, context.decimals)]
    return min(fitting, key=lambda each: abs(each - context.previous), default=None)


def _is_close(value: Decimal, previous: Decimal) -> bool:
    return abs(value - previous) <= abs(previous) / 2


def _sign(value: Decimal, context: Context) -> Doubt | None:
    if not context.previous or not value or (value < 0) == (context.previous < 0):
        return None
    return Doubt(DoubtKind.SIGN, f"前年度は{number_text(context.previous, context.decimals)}で、正負が逆です。△の付け忘れがないか確認してください。", -value)


def _decimals(value: Decimal, context: Context) -> Doubt | None:
    if value == round(value, context.decimals):
        return None
    wanted = f"小数{context.decimals}桁" if context.decimals else "整数"
    return Doubt(DoubtKind.DECIMALS, f"この指標は{wanted}です。桁を確認してください。", value.quantize(Decimal(1).scaleb(-context.decimals), ROUND_HALF_UP))


def _percent(value: Decimal, context: Context) -> Doubt | None:
    if context.unit not in PERCENT_UNITS or 0 <= value <= 100:
        return None
    return Doubt(DoubtKind.PERCENT, "割合が0～100％の外です。値を確認してください。")


def _falling(value: Decimal, context: Context) -> Doubt | None:
    if not context.is_running_total or context.previous is None or value >= context.previous:
        return None
    return Doubt(DoubtKind.FALLING_TOTAL, f"累計が前年度の{number_text(context.previous, context.decimals)}より減っています。年度ごとの値を入れていないか確認してください。")


def _parts(value: Decimal, context: Context) -> Doubt | None:
    if not context.parts or sum(context.parts) == value:
        return None
    return Doubt(DoubtKind.PARTS, f"内訳の合計は{number_text(sum(context.parts), context.decimals)}です。どちらかを確認してください。", sum(context.parts))


