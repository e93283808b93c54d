"""What comes into an edition 「確定版」: everything final, exactly, and nothing of a draft."""
import json
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from kpis.models import Actual, Target
from kpis.vocabulary import EntryState, Status, ValueState
from reviews.editions.content import content_of, exact_text
from reviews.editions.freezing import canonical
from reviews.editions.reading import EditionContent
from reviews.models import AnnualReview
from reviews.vocabulary import CouncilRating, Course, Effect, InitiativeState, Sector, Stage, Treatment
from tests.factories import make_actual, make_indicator, make_measure, make_target, make_user
from tests.reviewed import SECRETS, YEAR, make_reviewed

pytestmark = pytest.mark.django_db


def read(reviewed, stage=Stage.EXTERNAL) -> EditionContent:
    return EditionContent.read(canonical(content_of(AnnualReview.objects.get(pk=reviewed.review.pk), stage)))


def indicator(content, name):
    return next(row for row in content.indicators if row.name == name)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None), (0, "0"), (Decimal("125.0000"), "125"), (Decimal("-0.5"), "-0.5"), (Fraction(1, 3), "1/3"), (Fraction(-7, 6), "-7/6"),
        (Fraction(19, 25), "0.76"), (Decimal("1E+3"), "1000"), (Fraction(1, 1024), "0.0009765625"), (Decimal("99999999999.9999"), "99999999999.9999"),
    ],
)  # fmt: skip
def test_a_number_is_written_so_that_nothing_is_lost(value, text):
    assert exact_text(value) == text
    assert value is None or Fraction(text) == Fraction(value)


def test_a_value_comes_in_with_its_state_its_target_and_its_verdict():
    row = indicator(read(make_reviewed()), "新規就農者")
    assert (row.value, row.value_state, row.result, row.target, row.target_since, row.baseline) == (138, ValueState.PRELIMINARY, 138, 150, 2020, 100)
    assert (row.progress_rate, row.achievement_rate, row.status) == (Fraction(38, 50), Fraction(138, 150), Status.SLIGHTLY_BEHIND)
    assert (row.result_text, row.target_text, row.status_word, row.comment) == ("138人（速報）", "150人", "やや遅れ", "相談会が増えた。")
    assert [(grade.scale, grade.label) for grade in row.grades] == [("市の評価", "B")]
    assert "138" in row.explanation


def test_a_total_comes_in_with_its_yearly_part_and_its_sum():
    row = indicator(read(make_reviewed()), "新しい作物")
    assert (row.value, row.result) == (30, 80)
    assert [(year.fiscal_year, year.result) for year in row.years] == [(2020, 10), (2021, 20), (2022, 30), (2023, 50), (2024, 80)]


def test_a_rate_that_is_no_decimal_stays_exact():
    reviewed = make_reviewed()
    Target.objects.filter(indicator=reviewed.crops).update(value=Decimal(90))
    row = indicator(read(reviewed), "新しい作物")
    assert row.progress_rate == Fraction(8, 9)


def test_a_value_on_its_way_is_not_measured_whoever_freezes():
    row = next(each for each in read(make_reviewed()).indicators if each.is_numeric_target)
    assert (row.value, row.result, row.status, row.comment) == (None, None, Status.NOT_MEASURED, "")


def test_no_draft_no_members_own_opinion_and_no_hidden_name_is_in_it():
    text = canonical(content_of(make_reviewed().review, Stage.EXTERNAL))
    assert [secret for secret in SECRETS if secret in text] == []


def test_the_words_searched_for_are_really_there_outside_the_edition():
    make_reviewed()
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        stored = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            stored += [str(row) for row in cursor.fetchall()]
    assert [secret for secret in SECRETS if not any(secret in row for row in stored)] == []


def test_no_name_of_staff_is_in_it():
    reviewed = make_reviewed()
    takeru = make_user(Role.PLANNING, display_name="佐藤 健")
    reviewed.review.opened_by = takeru
    reviewed.review.save()
    assert "佐藤" not in canonical(content_of(reviewed.review, Stage.EXTERNAL))


def test_what_people_said_of_a_measure_is_read_back():
    said = read(make_reviewed()).evaluation(1, 1)
    assert [(own.division, own.achievements) for own in said.self_evaluations] == [("農林課", "相談会を4回開いた。")]
    assert [(each.state, each.note) for each in said.initiatives] == [(InitiativeState.PARTLY, "半分まで。")]
    assert (said.internal.grade, said.internal.proposed, said.internal.effect, said.internal.course) == ("B", "A", Effect.EFFECTIVE, Course.IMPROVE)
    assert (said.council.rating, said.council.summary) == (CouncilRating.EFFECTIVE, "相談は増えた。")


def test_an_opinion_comes_with_its_final_answer_only():
    answered, waiting = read(make_reviewed()).evaluation(1, 1).opinions
    assert (answered.treatment, answered.response, str(answered.due_on)) == (Treatment.ADOPTED, "窓口を置きます。", "2026-03-31")
    assert (waiting.text, waiting.treatment, waiting.response) == ("販路も。", None, "")


def test_meetings_that_took_place_members_and_opinions_on_the_whole_are_in_it():
    content = read(make_reviewed())
    assert [(meeting.title, meeting.decisions[0].text) for meeting in content.meetings] == [("第1回 検討・推進会議", "仲介の案を示す。")]
    assert [(member.sector, member.name) for member in content.members] == [(Sector.FINANCE, "渡辺 一郎"), (Sector.CITIZEN, None)]
    assert [opinion.text for opinion in content.general_opinions] == ["全体に読みやすく。"]


def test_a_measure_of_which_nothing_was_said_is_there_with_nothing():
    content = read(make_reviewed())
    assert content.evaluation(1, 2).is_empty
    assert [(measure.name, measure.divisions) for measure in content.goals[0].measures] == [("農業の振興", ("農林課",)), ("観光の振興", ())]


@pytest.mark.parametrize(
    ("stage", "has_internal", "has_council"), [(Stage.ENTRY, False, False), (Stage.INTERNAL, True, False), (Stage.EXTERNAL, True, True)]
)
def test_an_edition_holds_nothing_of_a_later_stage(stage, has_internal, has_council):
    content = read(make_reviewed(), stage)
    said = content.evaluation(1, 1)
    assert said.self_evaluations
    assert (said.internal is not None, said.council is not None, bool(said.opinions)) == (has_internal, has_council, has_council)
    assert (bool(content.general_opinions), bool(content.members)) == (has_council, has_council)


def test_years_after_the_reviewed_one_are_not_in_it():
    reviewed = make_reviewed()
    AnnualReview.objects.filter(pk=reviewed.review.pk).update(fiscal_year=2023)
    row = indicator(read(reviewed), "新規就農者")
    assert ([year.fiscal_year for year in row.years], row.value) == ([2020, 2021, 2022, 2023], 125)


def test_the_counts_say_how_many_were_judged():
    counts = read(make_reviewed()).counts
    assert (counts.rated, counts.total) == (2, 3)
    assert counts.by_status[Status.NOT_MEASURED] == 1


def test_a_settled_value_is_in_it_as_a_checked_one():
    reviewed = make_reviewed()
    before = content_of(reviewed.review, Stage.EXTERNAL)
    Actual.objects.filter(fiscal_year=YEAR, entry_state=EntryState.CHECKED).update(entry_state=EntryState.SETTLED)
    assert content_of(reviewed.review, Stage.EXTERNAL) == before


def test_an_unknown_format_is_refused_with_words():
    content = content_of(make_reviewed().review, Stage.EXTERNAL)
    with pytest.raises(ValueError, match="この確定版の形式（99）は、このプログラムでは読めません。"):
        EditionContent.read(json.dumps({**content, "format": 99}))


def queries_of(review) -> int:
    with CaptureQueriesContext(connection) as captured:
        content_of(AnnualReview.objects.select_related("strategy").get(pk=review.pk), Stage.EXTERNAL)
    return len(captured)


def test_a_larger_plan_asks_no_more():
    reviewed = make_reviewed()
    before = queries_of(reviewed.review)
    for _ in range(3):
        measure = make_measure(goal=reviewed.measure.goal)
        for _ in range(3):
            added = make_indicator(measure=measure, division=reviewed.farm)
            make_target(indicator=added)
            make_actual(indicator=added, fiscal_year=YEAR, entry_state=EntryState.CHECKED)
    assert queries_of(reviewed.review) == before <= 25
