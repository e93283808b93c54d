"""The sentence that explains a judgement. Page, tooltip, open data and report all show this one text."""
from collections.abc import Iterator
from fractions import Fraction

from common.fiscal import baseline_label_long, era_long
from common.japanese import number_text, percent_text, signed_text
from kpis.facts import Outside, Rules
from kpis.progress import LIMITS, Judgement
from kpis.vocabulary import Change, MissingReason, Status, TargetKind, WantedDirection


def explain(j: Judgement, rules: Rules = Rules()) -> str:
    """The explanation in Japanese, one paragraph: from where to where, what was reached, what was due, hence the verdict."""
    if j.outside:
        return _outside(j)
    if j.facts.target_kind is TargetKind.MILESTONE:
        return _milestone(j)
    parts = [_aim(j), _revision(j, rules), _actual(j)]
    if j.result is not None:
        parts += [_covered(j, rules), _verdict(j, rules), _needed(j)]
    return "".join(parts)


def explain_beside_row(j: Judgement, rules: Rules = Rules()) -> str:
    """The same sentences without those that say what a table's row says: baseline, target, result and 進捗率."""
    if j.outside or j.result is None or j.facts.target_kind is TargetKind.MILESTONE:
        return explain(j, rules)
    return "".join((_revision(j, rules), _gaps(j), _verdict(j, rules), _needed(j)))


def _verdict(j: Judgement, rules: Rules) -> str:
    return VERDICTS[j.facts.target_kind](j, rules) if j.has_target else _direction(j)


def original_name(j: Judgement) -> str:
    """What the judgement against the original is called, after what was revised: 「当初の目標」「当初の期間」「当初の計画」; empty without one."""
    if j.against_original is None:
        return ""
    if j.has_other_target:
        return "当初の計画" if j.is_extended else "当初の目標"
    return "当初の期間" if j.is_extended else "当初の目安"


def _outside(j: Judgement) -> str:
    since = f"{era_long(j.facts.starts_in)}から対象です" if j.outside is Outside.BEFORE else f"{era_long(j.facts.ends_in)}で終了しました"
    return f"この指標は{since}。{era_long(j.fiscal_year)}は入力も判定もしません。"


def explain_briefly(j: Judgement) -> str:
    """One line for lists: 「目安 65.7％に対し 61.2％（現状値 64.4％より後退）」; empty without a value."""
    if j.result is None:
        return ""
    due = "" if j.expected is None else f"目安 {_expected_text(j)}に対し "
    back = f"（現状値 {_value(j, j.start)}より後退）" if j.is_worsened else ""
    return f"{due}{_value(j, j.result)}{back}"


def _value(j: Judgement, value: Fraction, extra_decimals: int = 0) -> str:
    return f"{number_text(value, j.facts.decimals + extra_decimals)}{j.facts.unit}"


def _expected_text(j: Judgement) -> str:
    """目安 may fall between two values of the indicator; then one decimal more is shown."""
    is_between = (j.expected * 10**j.facts.decimals).denominator != 1
    return _value(j, j.expected, 1 if is_between else 0)


def _origin(j: Judgement) -> str:
    facts = j.facts
    label = baseline_label_long(facts.baseline_label)
    if facts.accumulation.is_total:
        reference = "" if facts.baseline_value is None else f"。{label} {_value(j, facts.baseline_value)}は参考"
        return f"起点 0{facts.unit}（{era_long(facts.start_year)}から数える{reference}）"
    if facts.baseline_value is None:
        return f"起点 0{facts.unit}（現状値なし）"
    return f"現状値 {_value(j, facts.baseline_value)}（{label}）" if label else f"現状値 {_value(j, facts.baseline_value)}"


def _aim(j: Judgement) -> str:
    facts = j.facts
    if not j.has_target:
        return "数値目標はありません。" if facts.baseline_value is None else f"{_origin(j)}。数値目標はありません。"
    target = _target_value(j)
    names = {TargetKind.FLOOR: "下限の目標", TargetKind.CEILING: "上限の目標", TargetKind.RANGE: "範囲の目標"}
    label = f"{facts.target_label}、" if facts.target_label else ""
    until = "までの累計" if facts.accumulation.is_total else ""
    return f"{_origin(j)}→ {names.get(facts.target_kind, '目標')} {target}（{label}{era_long(j.last_fiscal_year)}{until}）。"


def _revision(j: Judgement, rules: Rules) -> str:
    if j.against_original is None:
        return ""
    original, text = j.against_original, "".join(_revised(j))
    if original.result is None or original.status is Status.NOT_RATED:
        return text
    rate = "" if original.progress_rate is None else f"進捗率 {rules.rate_text(original.progress_rate)}、"
    return f"{text}{original_name(j)}では{rate}{original.word}。"


def _revised(j: Judgement) -> Iterator[str]:
    """What differs from the plan as it was adopted: target, period, yearly milestone."""
    original = j.against_original
    if j.has_other_target:
        yield f"目標は {era_long(j.target.effective_fiscal_year)}に 当初の {_target_value(original)}から見直した。"
    if j.is_extended:
        before, now = era_long(j.facts.original_last_year), era_long(j.last_fiscal_year)
        yield f"計画期間は{before}までから{now}までに延長（{era_long(j.facts.extension_in(j.fiscal_year))}から適用）。"
    if original.milestone != j.milestone:
        yield f"{era_long(j.fiscal_year)}の目安は、計画の途中で決めた年度目標。"


def _target_value(j: Judgement) -> str:
    upper = "" if j.target.upper_value is None else f"以上 {_value(j, j.target.upper_value)}以下"
    return f"{_value(j, j.target.value)}{upper}"


def _actual(j: Judgement) -> str:
    year = era_long(j.fiscal_year)
    if j.result is None:
        return f"{year}の実績は{_absence(j)}。"
    state = "" if j.actual.state.value == "confirmed" else f"（{j.actual.state.label}）"
    text = f"{year}までの累計は {_value(j, j.result)}{state}。" if j.facts.accumulation.is_total else f"{year}の実績は {_value(j, j.result)}{state}。"
    return text + _gaps(j)


def _gaps(j: Judgement) -> str:
    return f"{'・'.join(era_long(y) for y in j.missing_years)}の値がないため参考。" if j.missing_years else ""


def _absence(j: Judgement) -> str:
    reason = j.actual.missing_reason
    if reason is None:
        return "まだ入力されていない ⇒ 未入力" if j.status is Status.NOT_ENTERED else "まだない ⇒ 未測定"
    month = f"、{j.actual.expected_month}月公表予定" if reason is MissingReason.AWAITING_PUBLICATION and j.actual.expected_month else ""
    return f"未測定（{reason.label}{month}）"


def _elapsed(j: Judgement, rules: Rules) -> str:
    share = j.expected_progress if j.expected_progress is not None else Fraction(j.elapsed_years, j.total_years)
    return f"{_period(j)}のうち{j.elapsed_years}年が経過（目安 {rules.rate_text(share)}）"


def _period(j: Judgement) -> str:
    """「5年間」; 「令和5年度からの2年間」 for an indicator that was added during the plan."""
    since = "" if j.facts.starts_in is None else f"{era_long(j.facts.starts_in)}からの"
    return f"{since}{j.total_years}年間"


def _covered(j: Judgement, rules: Rules) -> str:
    """How much of the way was covered, where 進捗率 measures the verdict."""
    if j.progress_rate is None or VERDICTS[j.facts.target_kind] is not _straight:
        return ""
    moved, rate = abs(j.result - j.start), f"（進捗率 {rules.rate_text(j.progress_rate)}）。"
    if j.progress_rate < 0:
        return f"起点より {_value(j, moved)} 後退{rate}"
    return f"改善すべき {_value(j, abs(Fraction(j.target.value) - j.start))}のうち {_value(j, moved)}{rate}"


def _straight(j: Judgement, rules: Rules) -> str:
    if j.progress_rate is None:
        return f"目安 {_expected_text(j)} ⇒ {j.word}。"
    missed = "" if j.is_met or not j.is_final_year else f"目標に {_value(j, abs(j.from_target))} 届いていない。"
    return f"{missed}{_elapsed(j, rules)}⇒ {j.word}。"


def _side(j: Judgement, difference: Fraction, name: str) -> str:
    if difference == 0:
        return f"{name}と同じ"
    return f"{name}を {_value(j, abs(difference), _extra(j, difference))} {'上回る' if difference > 0 else '下回る'}"


def _extra(j: Judgement, value: Fraction) -> int:
    return 1 if (value * 10**j.facts.decimals).denominator != 1 else 0


def _limit(j: Judgement, rules: Rules) -> str:
    name = "下限" if j.facts.target_kind is TargetKind.FLOOR else "上限"
    if j.is_final_year or j.is_maintained:
        return f"{_side(j, j.from_target, name)} ⇒ {j.word}。"
    off = percent_text(abs(j.from_expected) / abs(j.expected), 2) if j.expected and j.from_expected else ""
    held = "は維持" if j.is_met else "を守れていない"
    return (
        f"{_period(j)}のうち{j.elapsed_years}年目の目安 {_expected_text(j)}{'に対し、' + _side(j, j.from_expected, '目安')}"
        f"{f'（{off}）' if off else ''} ⇒ {j.word}。{name} {_value(j, j.target.value)}{held}（差 {signed_text(j.from_target, j.facts.decimals)}）。"
    )


def _range(j: Judgement, rules: Rules) -> str:
    return f"範囲の{'中' if j.is_met else '外'} ⇒ {j.word}。"


def _direction(j: Judgement, rules: Rules = Rules()) -> str:
    if j.change is None:
        return "⇒ 判定対象外。"
    wanted = Change.INCREASED if j.facts.wanted_direction is WantedDirection.UP else Change.DECREASED
    verdict = {True: "改善", False: "後退"}[j.change is wanted] if j.change is not Change.UNCHANGED else "変化なし"
    return f"現状値から{j.change.label}（{verdict}） ⇒ 判定対象外。"


def _needed(j: Judgement) -> str:
    if j.required_per_year is None:
        return ""
    direction = "増加" if j.required_per_year > 0 else "減少"
    return f"目標達成には年 {_value(j, abs(j.required_per_year), _extra(j, j.required_per_year))}の{direction}が必要。"


def _milestone(j: Judgement) -> str:
    year = era_long(j.fiscal_year)
    if j.actual.is_met is None:
        return f"{year}の実施状況は{_absence(j)}。"
    return f"{year}は「{'実施した' if j.actual.is_met else '実施していない'}」と記録 ⇒ {j.word}。"


VERDICTS = {
    TargetKind.INCREASE: _straight,
    TargetKind.DECREASE: _straight,
    **dict.fromkeys(LIMITS, _limit),
    TargetKind.RANGE: _range,
    TargetKind.DIRECTION: _direction,
}
