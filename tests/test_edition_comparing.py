"""An edition against now: every fact that differs, nothing else, with who, when and why; and the corrections that readers may see."""
import copy
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.roles import Role
from collecting.actions import check, record_value, reopen, submit
from kpis.models import Actual, Indicator, Target
from kpis.vocabulary import Door, EntryState
from reviews.actions.reviews import move_stage
from reviews.actions.revisions import take_decision_back
from reviews.editions.comparing import OPINIONS, PARTS, PLAN, VALUES, by_part, differences, facts_of
from reviews.editions.content import content_of
from reviews.editions.corrected import CorrectionKind, Subject
from reviews.editions.corrections import corrections
from reviews.editions.reading import EditionContent
from reviews.editions.traces import traces_since
from reviews.models import AnnualReview, Response, TargetRevision
from reviews.stages import StageMove
from reviews.vocabulary import NO_EFFECT, ResponseState, RevisionKind, Stage, Treatment
from tests.factories import make_target, make_user
from tests.reviewed import YEAR, make_reviewed
from tests.revisions import DAY, REASON, decide_by, make_revision, part

pytestmark = pytest.mark.django_db


@pytest.fixture
def takeru(db):
    return make_user(Role.PLANNING, display_name="佐藤 健")


@pytest.fixture
def reviewed(db):
    return make_reviewed(Stage.EXTERNAL)


@pytest.fixture
def edition(reviewed, takeru):
    move_stage(review=reviewed.review, move=StageMove.CLOSE_EXTERNAL, by=takeru)
    return reviewed.review.editions.get()


def correct(reviewed, by, reason="決算で確定した。", **entered):
    row = reviewed.value
    return record_value(indicator=reviewed.growers, fiscal_year=YEAR, entered=entered, seen_version=row.version, by=by, reason=reason, door=Door.ADMIN)


def found(edition):
    before = EditionContent.read(edition.content)
    now = EditionContent.of(content_of(AnnualReview.objects.get(pk=edition.review_id), Stage(edition.stage)))
    return differences(before, now)


def told(edition) -> dict[str, tuple[str, str]]:
    return {row.what: (row.before, row.now) for row in found(edition)}


def test_nothing_differs_right_after_the_freezing(edition):
    assert found(edition) == []


def test_a_correction_shows_the_value_and_what_follows_from_it(edition, reviewed, takeru):
    correct(reviewed, takeru, value=Decimal(152), state="confirmed")
    assert told(edition) == {"実績": ("138人（速報）", "152人"), "判定": ("やや遅れ", "達成"), "市の評価": ("B", "A")}


def test_a_new_target_shows_the_target_in_force_and_the_verdict(edition, reviewed):
    make_target(indicator=reviewed.growers, value=Decimal(138), effective_fiscal_year=YEAR, reason="情勢の変化", decided_by_meeting="推進会議")
    assert told(edition) == {
        "目標": ("150人", "138人"), "目標の適用": ("令和2年度から", "令和6年度から"), "当初の目標": ("―", "150人"), "判定": ("やや遅れ", "達成"), "市の評価": ("B", "A"),
    }  # fmt: skip
    assert [part.name for part in by_part(found(edition))] == [VALUES, PLAN]


def test_an_earlier_part_of_a_total_shows_in_that_year_and_in_the_reviewed_one(edition, reviewed):
    Actual.objects.filter(indicator=reviewed.crops, fiscal_year=2023).update(value=Decimal(25))
    shown = told(edition)
    assert (shown["実績"], shown["令和5年度の実績"]) == (("80品", "85品"), ("50品", "55品"))
    assert "その年度の入力値" not in shown


def test_a_final_answer_shows_an_answer_that_is_only_a_draft_does_not(edition, reviewed):
    response = Response.objects.get(text="下書きの回答")
    response.text = "まだ下書きの回答"
    response.save()
    assert found(edition) == []
    response.state, response.treatment, response.text = ResponseState.FINAL, Treatment.UNDER_STUDY, "調べます。"
    response.save()
    assert told(edition) == {"対応": ("―", "検討"), "市の回答": ("―", "調べます。")}
    assert {row.place.part for row in found(edition)} == {OPINIONS}


def test_an_edition_that_says_nothing_of_an_effect_differs_in_nothing_from_one_that_says_none(reviewed):
    reviewed.review.internal_evaluations.update(effect="")
    before, now = (content_of(reviewed.review, Stage.EXTERNAL) for _ in range(2))
    said = [row["internal"] for row in before["evaluations"] if row["internal"]]
    assert {row["effect_label"] for row in said} == {NO_EFFECT}
    for row in said:
        row["effect_label"] = ""
    assert differences(EditionContent.of(before), EditionContent.of(now)) == []


def test_a_value_on_its_way_shows_as_what_readers_see_now(edition, reviewed):
    Actual.objects.filter(pk=reviewed.value.pk).update(entry_state=EntryState.DRAFT, value=Decimal(999))
    assert told(edition)["実績"] == ("138人（速報）", "未測定")


def test_an_indicator_that_is_gone_says_so(edition, reviewed):
    reviewed.growers.delete()
    assert told(edition)["指標名"] == ("新規就農者", "―")


# Not told by themselves: what a page is about, keys, words from closed lists (their labels are told) and days.
SILENT = {
    "format", "era", "stage", "fiscal_year", "counts", "id", "slug", "municipality_code", "goal", "measure", "number", "state", "effect", "course", "rating",
    "treatment", "sector", "body", "status", "rate_formula", "expected_month", "accumulation", "target_kind", "value_state", "missing_reason", "meets_on",
    "due_on", "done_on", "is_met",
}  # fmt: skip
# Said twice in an edition: the indicator's name is told with its breakdown, a meeting's title by its number, the value of a level as its result.
TWICE = {("indicators", "name"), ("meetings", "title"), ("indicators", "value"), ("years", "result")}


def leaves(row, path=()):
    """The paths to every text of a content that a page must tell of."""
    if isinstance(row, dict):
        for name, each in row.items():
            if name not in SILENT or isinstance(each, list):
                yield from leaves(each, (*path, name))
    elif isinstance(row, list):
        for place, each in enumerate(row):
            yield from leaves(each, (*path, place))
    elif isinstance(row, str) and row:
        yield path


def changed(content, path):
    """The same content with that one text another."""
    other = copy.deepcopy(content)
    row = other
    for name in path[:-1]:
        row = row[name]
    old = row[path[-1]]
    row[path[-1]] = "12345.5" if old.replace(".", "").replace("/", "").lstrip("-").isdigit() else f"{old}x"
    return other


def test_no_text_or_number_of_an_edition_changes_unseen(edition):
    content = json.loads(edition.content)
    before, unseen, tried = EditionContent.of(content), [], 0
    for path in leaves(content):
        tried += 1
        if not differences(before, EditionContent.of(changed(content, path))):
            unseen.append(path)
    assert tried > 60
    assert [path for path in unseen if (path[-3], path[-1]) not in TWICE] == []


def test_every_fact_stands_at_a_place_of_its_own_and_in_a_known_part(edition):
    places = [fact.place for fact in facts_of(EditionContent.read(edition.content))]
    assert len(places) == len(set(places)) > 60
    assert {place.part for place in places} == set(PARTS)


def test_a_preliminary_value_that_becomes_firm_is_a_replacement(edition, reviewed, takeru):
    correct(reviewed, takeru, value=Decimal(140), state="confirmed")
    row, = corrections(edition, takeru)
    assert (row.what, row.before, row.after, row.era) == ("実績", "138人（速報）", "140人", "令和6年度")
    assert (row.kind, row.kind_words) == (CorrectionKind.REPLACEMENT, "確定値への置き換え（速報 → 確定値）")
    assert (row.reason, row.by, row.on) == ("決算で確定した。", "佐藤 健", timezone.localdate())


def test_any_other_change_is_a_correction(edition, reviewed, takeru):
    correct(reviewed, takeru, value=Decimal(140), comment="数え直した。", reason="集計の誤り")
    kinds = {row.what: (row.before, row.after, row.kind_words) for row in corrections(edition, takeru)}
    assert kinds == {"実績": ("138人（速報）", "140人（速報）", "訂正"), "要因・コメント": ("相談会が増えた。", "数え直した。", "訂正")}


def test_every_correction_is_listed_also_one_that_was_taken_back(edition, reviewed, takeru):
    correct(reviewed, takeru, value=Decimal(140))
    correct(reviewed, takeru, value=Decimal(138), reason="元に戻した。")
    assert [(row.before, row.after) for row in corrections(edition, takeru)] == [("138人（速報）", "140人（速報）"), ("140人（速報）", "138人（速報）")]


def test_a_correction_behind_the_shown_decimals_is_seen(edition, reviewed, takeru):
    correct(reviewed, takeru, value=Decimal("138.25"))
    assert [row.after for row in corrections(edition, takeru)] == ["138.25人（速報）"]


def test_a_division_that_enters_anew_is_one_correction_with_the_reason_of_the_reopening(edition, reviewed, takeru):
    kai = make_user(Role.DIVISION, division=reviewed.farm)
    row = reopen(actual=reviewed.value, reason="台帳の訂正", until=timezone.localdate() + timedelta(days=3), by=takeru)
    row = record_value(indicator=reviewed.growers, fiscal_year=YEAR, entered={"value": Decimal(999)}, seen_version=row.version, by=kai)
    assert corrections(edition, takeru) == []
    row = record_value(indicator=reviewed.growers, fiscal_year=YEAR, entered={"value": Decimal(141)}, seen_version=row.version, by=kai)
    submit(actuals=[row], by=kai)
    check(actuals=[row], by=takeru)
    assert [(each.before, each.after, each.reason) for each in corrections(edition, takeru)] == [("138人（速報）", "141人（速報）", "台帳の訂正")]


def test_moves_without_a_new_value_are_no_corrections(edition, reviewed, takeru):
    reopen(actual=reviewed.value, reason="確かめる", until=timezone.localdate() + timedelta(days=3), by=takeru)
    assert corrections(edition, takeru) == []


def test_corrections_of_later_years_and_those_before_the_freezing_are_not_listed(reviewed, takeru):
    correct(reviewed, takeru, value=Decimal(139))
    AnnualReview.objects.filter(pk=reviewed.review.pk).update(fiscal_year=2023)
    move_stage(review=reviewed.review, move=StageMove.CLOSE_EXTERNAL, by=takeru)
    correct(reviewed, takeru, value=Decimal(140))
    assert corrections(reviewed.review.editions.get(), takeru) == []


def test_a_deleted_value_is_a_correction(edition, reviewed, takeru):
    row = reviewed.value
    row._history_user, row._change_reason = takeru, "二重の登録"
    row.delete()
    assert [(each.what, each.after, each.reason) for each in corrections(edition, takeru)] == [("実績", "―", "二重の登録"), ("要因・コメント", "―", "二重の登録")]


@pytest.mark.parametrize(("published", "count"), [(2022, 0), (YEAR, 1)])
def test_citizens_read_corrections_of_published_years_only(edition, reviewed, takeru, published, count):
    correct(reviewed, takeru, value=Decimal(140))
    reviewed.strategy.published_through = published
    reviewed.strategy.save()
    edition.refresh_from_db()
    assert len(corrections(edition, AnonymousUser())) == count


def test_the_traces_say_who_set_a_target_when_and_why(edition, reviewed, takeru):
    target = Target(indicator=reviewed.growers, value=Decimal(138), effective_fiscal_year=YEAR, reason="情勢の変化", decided_by_meeting="推進会議")
    target._history_user = takeru
    target.save()
    traces = traces_since(edition, [row.place for row in found(edition)])
    trace, = traces["indicator", (reviewed.growers.pk,)]
    assert (trace.what, trace.by, trace.reason) == ("目標値", "佐藤 健", "情勢の変化")


def test_the_traces_of_an_answer_lead_to_its_opinion(edition):
    response = Response.objects.get(text="下書きの回答")
    response.state, response.treatment = ResponseState.FINAL, Treatment.UNDER_STUDY
    response.save()
    traces = traces_since(edition, [row.place for row in found(edition)])
    assert [trace.what for trace in traces["opinion", (response.opinion_id,)]] == ["市の回答"]


def revise(about, by, kind, **values):
    """Propose it and let a meeting of 令和5年度 decide it."""
    return decide_by(make_revision(about, by, kind, **values), by)


def test_what_was_decided_of_the_plan_is_listed_with_its_meeting_and_without_names(edition, reviewed, takeru, django_assert_num_queries):
    later = {"effective_fiscal_year": 2025}
    revise(reviewed.growers, takeru, RevisionKind.EXTEND, **later, last_fiscal_year=2026)
    aim = Indicator.objects.get(name="就業者数")
    revise(reviewed.growers, takeru, RevisionKind.TARGET, **later, value=Decimal(170))
    revise(reviewed.growers, takeru, RevisionKind.TARGET, effective_fiscal_year=2026, value=Decimal(180))
    revise(reviewed.growers, takeru, RevisionKind.MILESTONE, **later, milestone_fiscal_year=2025, value=Decimal(160))
    revise(reviewed.crops, takeru, RevisionKind.SPLIT, **later, content=[part(reviewed.crops, "畑"), part(reviewed.crops, "田")])
    revise(aim, takeru, RevisionKind.END, last_fiscal_year=2024)
    revise(aim, takeru, RevisionKind.ADD, **later, content=[part(aim, "", code="9-9-9", name="新しい指標", goal_id=aim.goal_id)])
    with django_assert_num_queries(3):
        rows = corrections(edition, AnonymousUser())
    growers, crops = (Subject.of(row).title for row in EditionContent.read(edition.content).indicators if row.id in (reviewed.growers.pk, reviewed.crops.pk))
    assert [(row.about.title, row.what_words, row.before, row.after) for row in rows] == [
        ("計画期間", "最後の年度（令和7年度から）", "令和6年度", "令和8年度"),
        (growers, "目標（令和7年度から）", "150人", "170人"),
        (growers, "目標（令和8年度から）", "170人", "180人"),
        (growers, "令和7年度の年度目標（令和7年度から）", "なし", "160人"),
        (crops, "指標の分割（令和7年度から）", "計画の最後の年度まで", f"令和6年度まで。その後は{reviewed.crops.code} 畑、{reviewed.crops.code} 田に分割"),
        (f"{reviewed.crops.code} 畑 新しい作物（畑）", "指標の追加（令和7年度から）", "―", "目標 80人"),
        (f"{reviewed.crops.code} 田 新しい作物（田）", "指標の追加（令和7年度から）", "―", "目標 80人"),
        (str(aim), "対象となる年度（令和7年度から）", "計画の最後の年度まで", "令和6年度まで"),
        ("9-9-9 新しい指標", "指標の追加（令和7年度から）", "―", "目標 80人"),
    ]
    assert {(row.reason, row.by, row.decided_on) for row in rows} == {(REASON, "", DAY)}
    assert all(row.kind_words.startswith("目標の見直し（令和6年8月6日、令和5年度の評価・検証 第") for row in rows)
    assert all(row.kind_words.endswith("検討・推進会議で決定）") for row in rows)


def test_a_target_that_was_corrected_by_hand_or_taken_back_is_listed_with_its_reason(edition, reviewed, takeru):
    target = reviewed.growers.targets.get()
    target.value, target._change_reason = Decimal(155), "転記の誤り"
    target.save()
    second = make_target(indicator=reviewed.growers, value=Decimal(140), effective_fiscal_year=YEAR, reason="情勢の変化", decided_by_meeting="推進会議")
    second.effective_fiscal_year, second._change_reason = 2023, "年度の誤り"
    second.save()
    second._change_reason = "二重の登録"
    second.delete()
    told = [(row.era, row.before, row.after, row.reason, row.kind_words) for row in corrections(edition, takeru)]
    assert told == [
        ("令和2年度", "150人", "155人", "転記の誤り", "目標の見直し"),
        ("令和6年度", "155人", "140人", "情勢の変化", "目標の見直し（推進会議で決定）"),
        ("令和5年度", "140人（令和6年度から）", "140人（令和5年度から）", "年度の誤り", "目標の見直し（推進会議で決定）"),
        ("令和5年度", "140人", "155人", "二重の登録", "目標の見直し"),
    ]


def test_a_decision_that_was_taken_back_is_listed_both_times(edition, reviewed, takeru):
    later = {"effective_fiscal_year": 2025}
    revise(reviewed.growers, takeru, RevisionKind.EXTEND, **later, last_fiscal_year=2026)
    aim = Indicator.objects.get(name="就業者数")
    added = revise(aim, takeru, RevisionKind.ADD, **later, content=[part(aim, "", code="9-9-9", name="新しい指標", goal_id=aim.goal_id)])
    ended = revise(aim, takeru, RevisionKind.END, last_fiscal_year=2024)
    crops = reviewed.crops
    split = revise(crops, takeru, RevisionKind.SPLIT, **later, content=[part(crops, "畑"), part(crops, "田")])
    for row in (split, ended, added, TargetRevision.objects.get(kind=RevisionKind.EXTEND)):
        take_decision_back(revision=row, reason="会議の記録の誤り", seen_version=row.version, by=takeru)
    rows = corrections(edition, takeru)
    assert [(row.about.title, row.before, row.after) for row in rows] == [
        ("計画期間", "令和6年度", "令和8年度"),
        ("9-9-9 新しい指標", "―", "目標 80人"),
        (str(aim), "計画の最後の年度まで", "令和6年度まで"),
        (str(crops), "計画の最後の年度まで", f"令和6年度まで。その後は{crops.code} 畑、{crops.code} 田に分割"),
        (f"{crops.code} 畑 新しい作物（畑）", "―", "目標 80人"),
        (f"{crops.code} 田 新しい作物（田）", "―", "目標 80人"),
        (f"{crops.code} 畑 新しい作物（畑）", "目標 80人", "―"),
        (f"{crops.code} 田 新しい作物（田）", "目標 80人", "―"),
        (str(crops), "令和6年度まで", "計画の最後の年度まで"),
        (str(aim), "令和6年度まで", "計画の最後の年度まで"),
        ("9-9-9 新しい指標", "目標 80人", "―"),
        ("計画期間", "令和8年度", "令和6年度"),
    ]
    assert [("会議の記録の誤り" in row.reason, row.decided_by_meeting) for row in rows[6:]] == [(True, "")] * 6


def test_what_was_decided_before_the_edition_is_not_listed(reviewed, takeru):
    revise(reviewed.growers, takeru, RevisionKind.TARGET, effective_fiscal_year=YEAR, value=Decimal(170))
    move_stage(review=reviewed.review, move=StageMove.CLOSE_EXTERNAL, by=takeru)
    reviewed.growers.refresh_from_db()
    reviewed.growers.note = "注記"
    reviewed.growers.save()
    assert corrections(reviewed.review.editions.get(), takeru) == []
