"""The fixtures hold the whole plan, figure by figure and title by title as in tests/printed_plan.py."""
from decimal import Decimal

from goals.models import Goal, Initiative, Measure, PromotionPolicy, SdgLink
from kpis.models import Actual, Indicator, RatingScale, Target
from partnerships.models import Agreement, Party
from tests.printed_plan import (
    AGREEMENT_NAMES,
    AGREEMENTS,
    FIGURES,
    FORMULAS,
    GOALS,
    KINDS,
    MEASURES,
    NOTES,
    QUALIFIERS,
    TARGET_LABELS,
    TOTALS,
)


def indicators() -> list[Indicator]:
    return list(Indicator.objects.order_by("position"))


# Structure


def test_the_strategy_is_hokutos_second_for_2020_to_2024(plan):
    assert (plan.name, plan.short_name) == ("第2期北斗市まち・ひと・しごと創生総合戦略", "第2期総合戦略")
    assert (plan.municipality, plan.municipality_code) == ("北斗市", "012360")
    assert list(plan.fiscal_years) == [2020, 2021, 2022, 2023, 2024]
    assert (plan.adopted_on_label, plan.contact_office, plan.contact_phone) == ("令和2年3月", "総務部 企画課", "0138-73-3111")


def test_the_strategy_is_shown_first_and_publishes_no_year_yet(plan):
    assert (plan.is_current, plan.public_scope, plan.published_through) == (True, "published", None)


def test_the_four_goals_have_their_printed_names(plan):
    assert [(goal.number, goal.name, goal.subtitle) for goal in plan.goals.all()] == GOALS


def test_each_goal_answers_the_national_goals_of_its_number_in_both_generations(plan):
    for goal in plan.goals.all():
        answered = goal.national_goals.values_list("generation", "is_cross_cutting", "number")
        assert sorted(answered) == [(1, False, goal.number), (2, False, goal.number)]


def test_the_national_goals_are_four_and_four_with_two_cross_cutting(plan):
    assert list(plan.national_goals.values_list("generation", "is_cross_cutting", "number")) == [
        *((1, False, number) for number in (1, 2, 3, 4)), *((2, False, number) for number in (1, 2, 3, 4)), (2, True, 1), (2, True, 2),
    ]


def test_the_thirteen_measures_have_their_printed_names(plan):
    assert len(MEASURES) == 13
    found = Measure.objects.order_by("goal__number", "number")
    assert {(row.goal.number, row.number): row.name for row in found} == {key: name for key, (name, _) in MEASURES.items()}


def test_the_38_initiatives_have_their_printed_titles_in_order(plan):
    assert Initiative.objects.count() == 38
    for (goal, number), (_, titles) in MEASURES.items():
        initiatives = Initiative.objects.filter(measure__goal__number=goal, measure__number=number)
        assert [(row.number, row.name) for row in initiatives] == list(enumerate(titles, start=1))


def test_everything_with_prose_in_the_plan_is_described(plan):
    for model, field in ((Goal, "direction"), (Measure, "approach"), (Initiative, "summary"), (PromotionPolicy, "summary")):
        assert all(getattr(row, field) for row in model.objects.all())


def test_every_row_names_the_section_it_comes_from(plan):
    for model in (Goal, Measure, Indicator, Agreement):
        assert all(row.source for row in model.objects.all())


def test_the_three_basic_policies_have_their_printed_names(plan):
    assert [row.name for row in plan.basic_policies.all()] == [
        "将来にわたり持続可能なまちづくり", "誰一人取り残さない包摂的なまちづくり", "多様なステークホルダーとの連携によるまちづくり",
    ]


def test_the_three_promotion_policies_have_three_six_and_three_points(plan):
    assert [(row.name, len(row.points.splitlines())) for row in plan.promotion_policies.all()] == [
        ("戦略推進に向けた業務マネジメント", 3), ("職員資質と組織力の向上", 6), ("北斗市創生を支える多様な主体との連携", 3),
    ]


def test_the_history_runs_from_july_2019_to_march_2020(plan):
    assert [(row.year, row.month) for row in plan.formulation_events.all()] == [
        (2019, 7), (2019, 9), (2019, 11), (2020, 1), (2020, 2), (2020, 2), (2020, 3), (2020, 3),
    ]
    assert [len(row.details.splitlines()) for row in plan.formulation_events.all()] == [2, 0, 0, 1, 1, 0, 0, 0]


# SDGs


def test_the_sdgs_table_has_its_39_printed_rows(plan):
    rows = SdgLink.objects.values_list("measure__goal__number", "measure__number")
    counted = {key: list(rows).count(key) for key in MEASURES}
    assert list(counted.values()) == [2, 2, 6, 2, 3, 3, 4, 3, 2, 2, 2, 5, 3]


def test_sdg_numbers_are_unknown_for_goals_one_to_three_whose_icons_were_lost(plan):
    numbers = SdgLink.objects.filter(measure__goal__number__lte=3).values_list("sdg_number", flat=True)
    assert list(numbers) == [None] * 29


def test_goal_four_has_the_stated_sdg_numbers(plan):
    rows = SdgLink.objects.filter(measure__goal__number=4).values_list("measure__number", "sdg_number", "topic")
    assert list(rows) == [
        (1, 16, "地域力の強化"), (1, 17, "地域コミュニティ活動への多様な主体の参加"),
        (2, 5, "全市民の活躍機会の創出"), (2, 10, "全市民の活躍機会の創出"), (2, 11, "地域共生社会の実現"),
        (2, 16, "全市民の活躍機会の創出"), (2, 17, "学校や市内企業と連携した就労支援"),
        (3, 11, "公共交通の充実"), (3, 12, "市民ニーズに対応した施設管理・運営"), (3, 17, "茂辺地・石別地区の地域振興"),
    ]


def test_the_row_printed_twice_in_measure_3_2_is_kept_twice(plan):
    topics = SdgLink.objects.filter(measure__goal__number=3, measure__number=2).values_list("topic", flat=True)
    assert list(topics) == ["能力を引き出し高める、特色ある学校づくり", *["子ども一人ひとりに応じた支援や学習機会の提供"] * 2]


# Indicators


def test_every_indicator_has_the_printed_name_baseline_target_and_unit_in_the_plans_order(plan):
    def figures(row: Indicator) -> tuple:
        target = row.targets.first()
        return (row.code, row.breakdown, row.name, row.baseline_label, row.baseline_value, target and target.value, row.unit, row.decimals)

    printed = [(*row[:4], *(None if number is None else Decimal(number) for number in row[4:6]), *row[6:]) for row in FIGURES]
    assert [figures(row) for row in indicators()] == printed


def test_there_are_5_numeric_targets_and_34_kpis_in_44_series(plan):
    assert Indicator.objects.count() == 49
    assert sorted(Indicator.objects.filter(goal__isnull=False).values_list("code", flat=True)) == ["1-A", "1-B", "2-A", "3-A", "4-A"]
    kpis = Indicator.objects.filter(measure__isnull=False)
    assert (kpis.count(), kpis.values("code").distinct().count()) == (44, 34)


def test_the_34_kpis_are_37_series_when_related_population_counts_once(plan):
    kpis = Indicator.objects.filter(measure__isnull=False)
    assert kpis.exclude(code="2-3-2").count() + 1 == 37
    assert kpis.filter(code="2-3-2").count() == 8


def test_each_indicator_stands_under_the_goal_or_measure_its_code_says(plan):
    for row in indicators():
        owner = [row.goal.number] if row.goal else [row.measure.goal.number, row.measure.number]
        assert row.code.rsplit("-", 1)[0] == "-".join(map(str, owner))


def test_positions_count_from_1_to_49(plan):
    assert [row.position for row in indicators()] == list(range(1, 50))


def test_twelve_indicators_are_totals_entered_year_by_year(plan):
    assert {row.code for row in indicators() if row.accumulation == "total"} == TOTALS
    assert {row.accumulation for row in indicators()} == {"total", "level"}


def test_target_kinds_are_increase_except_where_the_plan_says_otherwise(plan):
    assert {row.key: row.target_kind for row in indicators()} == {row.key: KINDS.get(row.code, "increase") for row in indicators()}


def test_formulas_labels_qualifiers_and_notes_are_as_printed(plan):
    for row in indicators():
        assert row.formula_note == FORMULAS.get(row.code, "")
        assert row.target_label == TARGET_LABELS.get(row.code, "")
        assert (row.baseline_qualifier, row.target_qualifier) == QUALIFIERS.get(row.code, ("", ""))
        assert row.note == NOTES.get((row.code, row.breakdown), "")


def test_every_series_but_related_population_has_one_target_from_2020(plan):
    targets = Target.objects.values_list("indicator__code", "effective_fiscal_year", "milestone_fiscal_year")
    assert sorted(targets) == sorted((row.code, 2020, None) for row in indicators() if row.code != "2-3-2")


def test_short_names_are_distinct(plan):
    labels = [row.label for row in indicators()]
    assert len(set(labels)) == len(labels)


def test_the_plan_brings_no_actuals_no_divisions_and_no_rating_scale(plan):
    assert not Actual.objects.exists()
    assert not RatingScale.objects.exists()
    assert not Indicator.objects.filter(division__isnull=False).exists()


# Agreements


def term(row: Agreement) -> str | int | None:
    return row.term_ends_on.isoformat() if row.term_ends_on else row.term_years


def test_every_agreement_has_its_printed_dates_term_renewal_parties_and_items(plan):
    found = [
        (row.number, row.signed_on.isoformat(), term(row), row.renewal == "unspecified", [str(party) for party in row.parties.all()], len(row.item_lines))
        for row in Agreement.objects.order_by("number")
    ]
    assert found == AGREEMENTS


def test_the_sixteen_agreements_have_their_formal_names(plan):
    assert list(Agreement.objects.order_by("number").values_list("name", flat=True)) == AGREEMENT_NAMES


def test_only_the_settlement_area_agreement_has_no_renewal_clause_and_a_remark(plan):
    assert list(Agreement.objects.exclude(renewal="unspecified").values_list("number", "renewal", "term_kind")) == [(3, "none", "open_ended")]
    assert list(Agreement.objects.exclude(remarks="").values_list("number", "remarks")) == [(3, "H30.12.25 協定変更")]


def test_umimachi_has_two_agreements_one_signed_under_its_old_name(plan):
    parties = Party.objects.filter(partner__name="道南うみ街信用金庫").order_by("agreement__number")
    assert [(party.agreement.number, party.name_at_signing) for party in parties] == [(1, ""), (7, "江差信用金庫")]


def test_no_agreement_is_linked_to_a_measure_because_the_plan_links_none(plan):
    assert not Agreement.objects.filter(measures__isnull=False).exists()
