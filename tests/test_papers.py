"""会議資料: one content, three kinds of file, the same numbers and sentences as on the screen, and nothing the reader may not see."""
import re
import resource
from dataclasses import replace
from datetime import date
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from common.fiscal import era_short
from dashboards.kpi_table import kpi_table
from dashboards.print_sheet import print_sheet_content
from goals.models import PublicScope, Strategy
from kpis.models import Actual, Indicator, Target
from kpis.revision_actions import revise_target
from kpis.vocabulary import EntryState, TargetKind
from papers.charts import trend_papers
from papers.content import as_of, whole_pack
from papers.glyphs import printable
from papers.guide_words import CARE, NUMBERS_SENTENCE, STEPS, STEPS_LEAD, TERMS
from papers.parts import Paper
from papers.published import as_published
from papers.summary import summary_paper
from papers.tables import kpi_paper_table
from papers.typesetting import TypesettingError, typeset
from reviews.actions.publication import publish_now, withdraw
from reviews.editions.freezing import freeze
from reviews.editions.reading import EditionContent
from reviews.models import AnnualReview, CouncilEvaluation, InternalEvaluation, JointOpinion, Response, SelfEvaluation
from reviews.sample import load_sample_review
from reviews.vocabulary import Body, CouncilRating, ResponseState, Stage, Treatment
from tests.factories import make_division, make_goal, make_indicator, make_measure, make_measured_indicator, make_strategy, make_user
from tests.frames import frame_of
from tests.meetings import DAY, make_meeting, make_review, seat_kazuko
from tests.paper_files import Pdf, excel_of, excel_text, plain, shown_in_excel, word_of, word_text
from tests.reading import links_of, words_of
from tests.world import client_of

TEXTS = {"pdf": lambda data: Pdf(data).text, "xlsx": excel_text, "docx": word_text}
YEAR = 2023


@pytest.fixture
def strategy(db):
    return make_strategy(published_through=YEAR, contact_office="総務部 企画課", contact_phone="0138-00-0000")


def fetch(user, name, *arguments, year=YEAR):
    return client_of(user).get(reverse(name, args=arguments), {"year": year} if year else {})


def sheet_file(user, strategy, kind, year=YEAR) -> bytes:
    return fetch(user, "paper_sheet", strategy.slug, kind, year=year).content


def measure_file(user, strategy, kind, year=YEAR, number=1) -> bytes:
    return fetch(user, "paper_measure", strategy.slug, 1, number, kind, year=year).content


def sheet_words(strategy, user, year) -> list[str]:
    """Every figure, verdict and comment of the printed sheet."""
    content = print_sheet_content(frame_of(strategy, user, year))
    rows = [row for page in content.pages for group in page.groups for row in group.rows]
    words = [text for row in rows for text in (row.baseline.text, row.target.text, row.word, row.comment, *(value.text for value in row.results))]
    return [*words, *(row.figure.text for row in rows if row.figure), *(line.word for page in content.pages for line in page.statuses)]


@pytest.mark.parametrize("kind", TEXTS)
def test_the_sheet_says_in_every_file_what_the_screen_says(sample, kind):
    screen = plain(words_of(fetch(None, "print_sheet", sample.slug)))
    text = TEXTS[kind](sheet_file(None, sample, kind))
    words = {plain(word) for word in sheet_words(sample, None, YEAR)}
    assert len(words) > 150
    assert {word for word in words if word not in screen} == set()
    assert {word for word in words if word not in text} == set()


@pytest.mark.parametrize("kind", TEXTS)
def test_every_verdict_is_explained_in_the_same_sentence_as_on_the_goals_page(sample, kind):
    frame = frame_of(sample, None, YEAR)
    screen = plain(words_of(fetch(None, "goal", sample.slug, 1)))
    text = "".join(TEXTS[kind](measure_file(None, sample, kind, number=number)) for number in (1, 2, 3))
    rows = [row for row in frame.judged if row.indicator.measure_id and row.indicator.code.startswith("1-")]
    table = kpi_table(frame.frame, rows, "")
    words = [word for row in table.rows for word in (row.explanation, row.achievement, row.name, *row.target_notes)]
    said = {plain(word) for word in words if word}
    assert len(said) > 25
    assert {word for word in said if word not in screen} == set()
    assert {word for word in said if word not in text} == set()


@pytest.mark.parametrize("year", [2022, YEAR])
def test_the_summarys_sentences_are_those_of_the_overview(sample, year):
    """Counts, changes and the attention list, from the builder and from the page itself."""
    screen = plain(words_of(fetch(None, "overview", sample.slug, year=year)))
    paper = plain(Pdf(fetch(None, "paper_pack", sample.slug, "pdf", year=year).content).pages()[1])
    summary = summary_paper(as_of(frame_of(sample, None, year).frame))
    sentences = [part for text in (*summary.lead, summary.changes_lead) for part in re.split("[。\u3000]", text)]
    cells = [cell for table in (summary.goals, summary.changes, summary.concerns) for row in table.rows for cell in row.cells]
    reasons = [part for row in summary.concerns.rows for part in row.cells[-1].text.split("。")]
    said = {plain(text) for text in (*sentences, *reasons, *(f"{count.word}{count.count}" for count in summary.statuses)) if text}
    assert len(said) > 15
    assert {text for text in said if text not in paper} == set()
    assert {text for text in said if text not in screen} == set()
    assert {cell.text for cell in cells if plain(cell.text) not in paper} == set()


def test_the_summary_counts_as_the_page_counts(sample):
    """The very numbers, so that a change of builder and page together is seen as well."""
    paper = plain(Pdf(fetch(None, "paper_pack", sample.slug, "pdf").content).pages()[1])
    for sentence in (
        "判定できる 35 指標のうち、16 指標（45％）が「達成」または「順調」です。",
        "両方の年度で判定できた 39 指標（数値目標を含む）を比べています。良くなった 13・変わらない 23・悪くなった 3",
    ):
        assert plain(sentence) in paper


def test_the_numbers_in_excels_charts_are_the_goals_pages_values(sample):
    frame = frame_of(sample, None, YEAR)
    rows = {row.indicator.full_name: row for row in frame.judged if row.indicator.code.startswith("1-")}
    tables = {row.name: row for row in kpi_table(frame.frame, list(rows.values()), "").rows}
    sheet = excel_of(fetch(None, "paper_pack", sample.slug, "xlsx").content)["図1"]
    compared = 0
    for chart in sheet._charts:
        name = "".join(run.t for paragraph in chart.title.tx.rich.p for run in paragraph.r).partition("\u3000")[2]
        curves = {series.tx.v: _numbers_of(sheet, series.val.numRef.f) for series in chart.series}
        labels = [cell.value for cell in _cells(sheet, chart.series[0].cat.strRef.f)]
        shown = {era_short(cell.fiscal_year): cell.value for cell in tables[name].cells}
        actuals = {label: value for label, value in zip(labels, curves["実績"], strict=True) if label in shown}
        assert actuals == {label: None if shown[label] is None else float(shown[label]) for label in actuals}
        assert curves["目標"][-1] == float(tables[name].target_value)
        compared += len(actuals)
    assert compared > 50


def _cells(sheet, reference: str) -> list:
    return [cell for row in sheet[reference.partition("!")[2].replace("$", "")] for cell in row]


def _numbers_of(sheet, reference: str) -> list[float | None]:
    return [None if cell.value is None else float(cell.value) for cell in _cells(sheet, reference)]


def test_the_guides_sentences_are_those_of_its_page(sample):
    screen = plain(words_of(fetch(None, "judgement_guide", sample.slug)))
    paper = excel_text(fetch(None, "paper_pack", sample.slug, "xlsx").content)
    texts = [STEPS_LEAD, NUMBERS_SENTENCE, *(step[2:] for step in STEPS), *(text for pair in (*TERMS, *CARE) for text in pair)]
    sentences = {plain(part.format(on_track="90％")) for text in texts for part in re.split("[。\n]", text) if part}
    assert len(sentences) > 40
    assert {sentence for sentence in sentences if sentence not in screen} == set()
    assert {sentence for sentence in sentences if sentence not in paper} == set()


@pytest.mark.parametrize("name", ["paper_sheet", "paper_pack"])
def test_a_visitor_gets_no_unpublished_year(strategy, name):
    make_measured_indicator({2024: 140}, strategy=strategy)
    assert fetch(None, name, strategy.slug, "pdf", year=2024).status_code == 404


def test_where_nothing_is_public_a_visitor_is_asked_to_sign_in(strategy):
    strategy.public_scope = PublicScope.NOTHING
    strategy.save()
    answer = fetch(None, "paper_sheet", strategy.slug, "pdf")
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign_in"))


def test_a_value_nobody_has_checked_is_on_no_paper_of_the_council(strategy, people):
    indicator = make_measured_indicator({YEAR: 777_123}, strategy=strategy)
    Actual.objects.filter(indicator=indicator).update(entry_state=EntryState.DRAFT)
    text = excel_text(sheet_file(people[Role.COUNCIL], strategy, "xlsx"))
    assert "777,123" not in text


def test_before_publication_kais_papers_hold_his_own_divisions_indicators_only(strategy):
    kai = make_user(Role.DIVISION)
    measure = make_measure(goal=make_goal(strategy=strategy))
    make_measured_indicator({2024: 140}, measure=measure, division=kai.division, name="自分の課の指標")
    make_measured_indicator({2024: 140}, measure=measure, division=make_division(), name="よその課の指標", entry_state=EntryState.CHECKED)
    for name, arguments in (("paper_sheet", ()), ("paper_measure", (1, 1)), ("paper_pack", ())):
        text = excel_text(fetch(kai, name, strategy.slug, *arguments, "xlsx", year=2024).content)
        assert "自分の課の指標" in text
        assert "よその課の指標" not in text
        assert "指標だけを表示しています" in text


@pytest.fixture
def reviewed(strategy, people):
    """A measure about which everybody has said something: final words and drafts."""
    indicator = make_measured_indicator({YEAR: 140}, strategy=strategy, division=people[Role.DIVISION].division)
    review, now = make_review(strategy, YEAR), timezone.now()
    measure = indicator.measure
    SelfEvaluation.objects.create(review=review, measure=measure, division=indicator.division, achievements="直売所が三つ増えた。", submitted_at=now)
    SelfEvaluation.objects.create(review=review, measure=measure, division=make_division(), achievements="書きかけの自己評価。")
    InternalEvaluation.objects.create(review=review, measure=measure, comment="庁内でまだ話していること。")
    CouncilEvaluation.objects.create(review=review, measure=measure, rating=CouncilRating.EFFECTIVE, summary="続けてほしい。", confirmed_at=now)
    answered = JointOpinion.objects.create(review=review, measure=measure, text="若い人の声も聞いてほしい。", speakers="教育分野の委員")
    waiting = JointOpinion.objects.create(review=review, measure=measure, text="冬の集客はどうか。", position=2)
    final = {"treatment": Treatment.ADOPTED, "text": "高校生との懇談を開きます。", "state": ResponseState.FINAL, "due_on": date(2025, 3, 31)}
    Response.objects.create(opinion=answered, **final)
    Response.objects.create(opinion=waiting, treatment=Treatment.UNDER_STUDY, text="答えの下書き。")
    return measure


SAID = ("直売所が三つ増えた。", "続けてほしい。", "総合戦略のKPI達成に有効であった", "若い人の声も聞いてほしい。", "高校生との懇談を開きます。", "採用", "令和7年3月31日", "教育分野の委員", "冬の集客はどうか。")
NOT_SAID_YET = ("書きかけの自己評価。", "庁内でまだ話していること。", "答えの下書き。")


@pytest.mark.parametrize("kind", TEXTS)
def test_a_measures_paper_carries_what_was_said_and_no_draft_even_for_the_planning_side(strategy, reviewed, people, kind):
    text = TEXTS[kind](measure_file(people[Role.PLANNING], strategy, kind))
    assert [word for word in SAID if plain(word) not in text] == []
    assert [word for word in NOT_SAID_YET if plain(word) in text] == []


OTHERS = [None, Role.VIEWER, Role.COUNCIL]  # Kazuko without a seat


def papers_of(reader, strategy) -> str:
    """The measure's sheet and the whole pack, as text."""
    files = [fetch(reader, name, strategy.slug, *arguments, "xlsx").content for name, arguments in (("paper_measure", (1, 1)), ("paper_pack", ()))]
    return "".join(map(excel_text, files))


@pytest.mark.parametrize("reader", OTHERS)
def test_before_publication_those_who_do_not_take_part_get_nothing_of_what_was_said(strategy, reviewed, people, reader):
    freeze(review=strategy.reviews.get(), stage=Stage.EXTERNAL, by=None)
    text = papers_of(people.get(reader), strategy)
    assert [word for word in SAID[:5] if plain(word) in text] == []


@pytest.fixture
def published(strategy, reviewed, people):
    """The review as an edition that everybody may read; afterwards somebody changed the rows."""
    review = strategy.reviews.get()
    edition = freeze(review=review, stage=Stage.EXTERNAL, by=None)
    AnnualReview.objects.filter(pk=review.pk).update(stage=Stage.PUBLICATION)
    review.refresh_from_db()
    publication = publish_now(review=review, edition=edition, shows_member_names=False, by=people[Role.PLANNING], now=timezone.now())
    SelfEvaluation.objects.update(achievements="後から変えた自己評価。", submitted_at=timezone.now())
    InternalEvaluation.objects.update(grade=review.scale.grades.first(), course="continue", comment="後から決まった庁内の評価。", confirmed_at=timezone.now())
    CouncilEvaluation.objects.update(summary="後から変えたまとめ。")
    JointOpinion.objects.update(text="後から変えた意見。")
    Response.objects.update(text="後から変えた回答。", state=ResponseState.FINAL)
    return publication


LATER = ("後から変えた自己評価。", "後から決まった庁内の評価。", "後から変えたまとめ。", "後から変えた意見。")


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("reader", OTHERS)
def test_once_published_everybodys_papers_carry_the_editions_words_and_nothing_later(strategy, published, people, reader, kind):
    text = TEXTS[kind](measure_file(people.get(reader), strategy, kind))
    assert [word for word in SAID if plain(word) not in text] == []
    assert [word for word in (*NOT_SAID_YET, *LATER) if plain(word) in text] == []
    assert plain("に公表した第1版のものです。") in text
    assert text.count(plain("公表後の回答")) == text.count(plain("）：後から変えた回答。")) == 2


def correct_everything(strategy, people) -> None:
    """The value, its cause, the target, a threshold and the indicator's name are others now; one indicator is new."""
    indicator = strategy.indicators.get()
    value = indicator.actuals.get(fiscal_year=YEAR)
    value.value, value.comment, value._change_reason, value._history_user = Decimal(99), "後から書いた要因。", "集計の誤り", people[Role.PLANNING]
    value.save()
    revise_target(
        indicator=indicator, effective_fiscal_year=YEAR, value=Decimal(120), reason="情勢の変化", decided_on=DAY, decided_by_meeting="第9回会議", by=people[Role.PLANNING]
    )
    make_measured_indicator({YEAR: 777_123}, measure=indicator.measure, name="新しい指標", entry_state=EntryState.CHECKED)
    strategy.indicators.filter(pk=indicator.pk).update(name="新しい名前", unit="組")
    Strategy.objects.filter(pk=strategy.pk).update(on_track_from=Decimal("0.99"), rate_decimals=1)


@pytest.mark.parametrize("kind", TEXTS)
def test_papers_of_a_published_year_are_the_edition_and_the_list_of_corrections(strategy, published, people, kind):
    correct_everything(strategy, people)
    for text in (TEXTS[kind](measure_file(None, strategy, kind)), TEXTS[kind](sheet_file(None, strategy, kind)), TEXTS[kind](fetch(None, "paper_pack", strategy.slug, kind).content)):
        listed = ("確定版の後の訂正", "140人", "99人", "集計の誤り", "目標（令和5年度から）", "150人", "120人", "情勢の変化", "第9回会議で決定", "新しい指標", "公表した第1版のものです")
        assert [word for word in listed if plain(word) not in text] == []
        assert [word for word in ("777,123", "新しい名前", people[Role.PLANNING].display_name) if plain(word) in text] == []


def test_no_figure_or_word_beside_the_list_follows_a_correction(strategy, published, people):
    before = without_corrections(whole_pack(as_of(frame_of(strategy, None, YEAR).frame)))
    correct_everything(strategy, people)
    assert without_corrections(whole_pack(as_of(frame_of(strategy, None, YEAR).frame))) == before


def without_corrections(paper: Paper) -> Paper:
    """Nor the annexes: they count the plan's indicators of today."""
    goals = [replace(goal, corrections=None, measures=tuple(replace(each, corrections=None) for each in goal.measures)) for goal in paper.goals]
    return replace(paper, goals=tuple(goals), sheet=tuple(replace(each, corrections=None) for each in paper.sheet), annexes=())


def test_an_edition_of_which_nothing_was_corrected_gives_the_very_figures_of_the_rows(sample):
    """All kinds of targets, totals, a revised target, years without a value: forty-nine indicators."""
    load_sample_review()
    year, frame = YEAR, as_of(frame_of(sample, None, YEAR).frame)
    public, said = as_published(frame)
    living, frozen = figures_of(frame, year), figures_of(public, year)
    assert frozen == living
    assert (said.corrections, len(frozen[0].rows)) == ((), 49)
    Actual.objects.filter(value__isnull=False).update(value=F("value") + 1)
    Actual.objects.filter(is_met__isnull=False).update(is_met=None)
    Target.objects.update(value=F("value") * 2, upper_value=F("upper_value") * 2)
    Indicator.objects.update(baseline_value=F("baseline_value") + 7)
    assert figures_of(frame, year) != living
    assert figures_of(public, year) == living


def figures_of(frame, year: int) -> tuple:
    rows = frame.judged_indicators()
    return kpi_paper_table(kpi_table(frame, rows, "")), trend_papers(rows, year), summary_paper(frame), print_sheet_content(frame).pages[0].counts


def test_those_who_take_part_go_on_with_the_reviews_own_words(strategy, published, people):
    text = papers_of(people[Role.PLANNING], strategy)
    assert [word for word in LATER if plain(word) not in text] == []
    assert "版のものです" not in text


def test_what_was_withdrawn_is_on_no_paper(strategy, published, people, django_capture_on_commit_callbacks):
    before = papers_of(None, strategy)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(publication=published, reason="数値の誤りのため", by=people[Role.PLANNING])
    assert plain(SAID[0]) in before
    assert fetch(None, "paper_measure", strategy.slug, 1, 1, "pdf").status_code == 200
    assert [word for word in (*SAID[:5], *LATER) if plain(word) in papers_of(None, strategy)] == []


def test_what_a_citizen_reads_on_the_results_page_is_on_the_paper(sample):
    """The sample's year is published: every text of the page of a measure."""
    load_sample_review()
    publication = sample.reviews.get(fiscal_year=YEAR).publications.in_force().get()
    content = EditionContent.read(publication.edition.content)
    row = content.evaluation(1, 1)
    own = [text for each in row.self_evaluations for part in (each.achievements, each.issues, each.next_steps) for text in part.splitlines()]
    texts = [*own, row.internal.comment, row.internal.effect_label, row.council.summary, *(each.text for each in row.opinions), *(each.response for each in row.opinions)]
    screen = plain(words_of(client_of(None).get(reverse("results_measure", args=[sample.slug, YEAR, 1, 1]))))
    paper = Pdf(measure_file(None, sample, "pdf")).text
    assert len(texts) > 8
    assert [text for text in texts if plain(text) not in screen] == []
    assert [text for text in texts if plain(text) not in paper] == []


def test_long_words_run_on_over_the_next_pages(strategy, reviewed, people):
    long = "鶴の長い話です。" * 400
    JointOpinion.objects.update(text=f"{long}ここで終わります。")
    SelfEvaluation.objects.update(achievements=f"{long}ここまでが成果です。")
    paper = Pdf(measure_file(people[Role.PLANNING], strategy, "pdf"))
    assert paper.pages_with_ink_outside(side=9, top=6) == []
    assert paper.text.count("鶴") == 400 * 3
    assert plain("ここまでが成果です。") in paper.text


@pytest.fixture
def meeting(strategy, people, reviewed):
    seat_kazuko(people, strategy)
    review = strategy.reviews.get()
    found = make_meeting(review, Body.PROMOTION_COUNCIL, place="市役所 3階会議室")
    second = make_measure(goal=make_goal(strategy=strategy, number=2, name="人を呼び込む"), name="移住の促進")
    make_measured_indicator({YEAR: 120}, measure=second, name="移住者数")
    found.agenda.all().delete()
    found.agenda.create(position=1, title="開会")
    found.agenda.create(position=2, title="移住の促進について", reason="2年続けて遅れ", measure=second)
    return found


@pytest.mark.parametrize("kind", TEXTS)
def test_the_meetings_pack_begins_with_the_agenda(strategy, meeting, people, kind):
    answer = fetch(people[Role.COUNCIL], "paper_meeting", strategy.slug, meeting.pk, kind, year=None)
    text = TEXTS[kind](answer.content)
    assert unquote(answer["Content-Disposition"]).endswith(f"会議資料_{meeting.title}_令和5年度.{kind}")
    assert [word for word in ("次第", "1開会", "2移住の促進について", "2年続けて遅れ", "市役所3階会議室", "令和6年8月6日") if plain(word) not in text] == []


def test_the_meetings_pack_follows_the_agenda(strategy, meeting, people):
    pages = [plain(page) for page in Pdf(fetch(people[Role.PLANNING], "paper_meeting", strategy.slug, meeting.pk, "pdf", year=None).content).pages()]
    discussed = next(n for n, page in enumerate(pages) if n > 1 and "移住者数" in page)
    other = next(n for n, page in enumerate(pages) if "直売所が三つ増えた。" in page)
    assert discussed < other
    assert f"{discussed + 1}ページ" in pages[0]


@pytest.mark.parametrize(("reader", "status"), [(None, 302), (Role.VIEWER, 403), (Role.DIVISION, 200), (Role.COUNCIL, 200), (Role.PLANNING, 200)])
def test_who_gets_the_councils_pack(strategy, meeting, people, reader, status):
    assert fetch(people.get(reader), "paper_meeting", strategy.slug, meeting.pk, "xlsx", year=None).status_code == status


def test_the_internal_meetings_pack_is_not_the_councils(strategy, meeting, people):
    internal = make_meeting(strategy.reviews.get(), Body.INTERNAL_MEETING)
    assert fetch(people[Role.COUNCIL], "paper_meeting", strategy.slug, internal.pk, "xlsx", year=None).status_code == 404


def test_files_have_japanese_names(sample):
    names = [unquote(fetch(None, "paper_sheet", sample.slug, kind)["Content-Disposition"]) for kind in TEXTS]
    assert names == [f"attachment; filename*=utf-8''KPI進捗管理表_令和5年度.{kind}" for kind in TEXTS]
    measure = unquote(fetch(None, "paper_measure", sample.slug, 1, 2, "xlsx")["Content-Disposition"])
    assert measure.endswith("評価シート_1-2_北海道新幹線を活かした観光振興_令和5年度.xlsx")


@pytest.mark.parametrize("path", ["measures/1-99.pdf", "measures/9-1.pdf", "pack.odt", "print-sheet.html"])
def test_what_is_not_made_is_not_found(sample, path):
    assert client_of(None).get(f"/strategies/{sample.slug}/papers/{path}").status_code == 404


def test_a_visitors_file_is_kept_until_something_changes(strategy):
    make_measured_indicator({YEAR: 140}, strategy=strategy)
    first = fetch(None, "paper_sheet", strategy.slug, "xlsx")
    again = client_of(None).get(reverse("paper_sheet", args=[strategy.slug, "xlsx"]), {"year": YEAR}, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert "no-store" in fetch(make_user(Role.PLANNING), "paper_sheet", strategy.slug, "xlsx")["Cache-Control"]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_plan_without_indicators_says_so(strategy, kind):
    assert "印刷する指標がまだありません。" in TEXTS[kind](sheet_file(None, strategy, kind))


@pytest.mark.parametrize("kind", TEXTS)
def test_real_values_carry_no_mark_and_fictional_ones_do(strategy, kind):
    indicator = make_measured_indicator({YEAR: 140}, strategy=strategy)
    assert "架空" not in TEXTS[kind](sheet_file(None, strategy, kind))
    Actual.objects.filter(indicator=indicator).update(is_sample=True)
    answer = sheet_file(make_user(Role.PLANNING), strategy, kind)
    found = TEXTS[kind](answer) if kind != "docx" else "".join(part.text for part in word_of(answer).sections[0].header.paragraphs)
    assert "架空のサンプル値" in found


def test_the_pages_lead_to_their_papers(sample):
    kinds = ("pdf", "xlsx", "docx")
    print_page = links_of(fetch(None, "print_sheet", sample.slug))
    base = f"/strategies/{sample.slug}/papers"
    assert [f"{base}/print-sheet.{kind}?year={YEAR}" in print_page for kind in kinds] == [True] * 3
    assert [f"{base}/pack.{kind}?year={YEAR}" in print_page for kind in kinds] == [True] * 3
    goal_page = links_of(fetch(None, "goal", sample.slug, 1))
    assert [f"{base}/measures/1-3.{kind}?year={YEAR}" in goal_page for kind in kinds] == [True] * 3


def test_the_results_and_the_reviews_page_lead_to_their_papers(sample, people):
    load_sample_review()
    base = f"/strategies/{sample.slug}/papers"
    year = links_of(client_of(None).get(reverse("results_year", args=[sample.slug, YEAR])))
    public = links_of(client_of(None).get(reverse("results_measure", args=[sample.slug, YEAR, 1, 3])))
    review = links_of(client_of(people[Role.PLANNING]).get(reverse("review_measure", args=[sample.slug, YEAR, 1, 3])))
    for kind in TEXTS:
        assert f"{base}/pack.{kind}?year={YEAR}" in year
        assert f"{base}/measures/1-3.{kind}?year={YEAR}" in public
        assert f"{base}/measures/1-3.{kind}?year={YEAR}" in review


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("reader", [Role.DIVISION, Role.PLANNING])
def test_a_year_under_review_prints_before_it_is_public(sample, people, reader, kind):
    """The button on the review's page of a measure works for whoever sees it."""
    load_sample_review()
    assert fetch(people[reader], "paper_measure", sample.slug, 1, 3, kind, year=2024).status_code == 200


def test_excel_holds_numbers_as_numbers(strategy):
    make_measured_indicator({2022: -38, YEAR: Decimal("-21.5")}, target=0, strategy=strategy, unit="人", decimals=1, baseline_value=Decimal(-55))
    sheet = excel_of(sheet_file(None, strategy, "xlsx"))["管理表1"]
    cells = {shown_in_excel(cell): cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert cells["△21.5"].value == -21.5
    assert cells["△38.0"].value == -38
    assert cells["△55.0　H30"].value == -55
    assert 0 < cells["60％"].value < 1


def test_excel_repeats_headings_on_a4_landscape_and_draws_its_own_charts(sample):
    book = excel_of(fetch(None, "paper_pack", sample.slug, "xlsx").content)
    assert book.sheetnames[:3] == ["内容", "要約", "管理表1"]
    for number in range(1, 5):
        sheet, charts = book[f"管理表{number}"], book[f"図{number}"]._charts
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.print_title_rows is not None
        assert len(charts) > 3
        assert {series.tx.v for chart in charts for series in chart.series} == {"実績", "目安", "目標"}
    assert len(book["要約"]._charts) == 1


def test_no_formula_hides_in_a_paper(strategy, people):
    indicator = make_measured_indicator({YEAR: 140}, strategy=strategy, name="=HYPERLINK(\"http://example.com\")")
    Actual.objects.filter(indicator=indicator).update(comment="=1+1")
    book = excel_of(sheet_file(people[Role.PLANNING], strategy, "xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert "'=1+1" in [cell.value for cell in cells]


def test_word_has_real_headings_repeated_heading_rows_and_page_numbers(sample):
    document = word_of(fetch(None, "paper_pack", sample.slug, "docx").content)
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]
    assert "要約" in headings
    assert "判定のしかた" in headings
    assert all(table._tbl.tr_lst[0].xpath("./w:trPr/w:tblHeader") for table in document.tables)
    fields = [field.get(field.nsmap["w"].join("{}") + "instr") for field in document.sections[0].footer._element.xpath(".//w:fldSimple")]
    assert fields == ["PAGE", "NUMPAGES"]
    assert document.styles["Normal"].element.rPr.rFonts.xpath("@w:eastAsia") == ["BIZ UDPゴシック"]
    sizes = {tuple(sorted((round(section.page_width.mm), round(section.page_height.mm)))) for section in document.sections}
    assert sizes == {(210, 297)}
    pictures = document.element.body.xpath(".//wp:docPr/@descr")
    assert len(pictures) == len(document.inline_shapes) > 30
    assert all(len(text) > 20 for text in pictures)


def test_letters_the_font_does_not_have_become_a_sign_everybody_sees(strategy, people):
    indicator = make_measured_indicator({YEAR: 140}, strategy=strategy)
    Actual.objects.filter(indicator=indicator).update(comment="か\u3099んばった👍\u200d、①㎡△◎髙﨑𠮷\x07")
    assert "がんばった〓、1m2△◎髙﨑𠮷" in Pdf(sheet_file(people[Role.PLANNING], strategy, "pdf")).text
    assert printable("①②⑳㎡％⇒→―〃～±＋×÷・「」＝☆★✓№℃≥≦〇△▲◎○●㈱Ⅳ々") == "①②⑳㎡％⇒→―〃～±＋×÷・「」＝☆★✓№℃≥≦〇△▲◎○●㈱Ⅳ々"


def test_a_kpi_without_a_number_prints_its_words(strategy):
    make_indicator(strategy=strategy, target_kind=TargetKind.MILESTONE, unit="", baseline_value=None, name="条例の制定")
    for kind, text_of in TEXTS.items():
        assert "条例の制定" in text_of(measure_file(None, strategy, kind))


def test_the_number_of_queries_does_not_grow_with_the_plan(sample, django_assert_max_num_queries):
    fetch(None, "paper_pack", sample.slug, "xlsx", year=2022)
    with django_assert_max_num_queries(80):
        fetch(None, "paper_pack", sample.slug, "xlsx", year=2021)


def test_file_names_hold_nothing_a_file_system_refuses(strategy):
    measure = make_measure(goal=make_goal(strategy=strategy), name='a/b:c"d?' + "長" * 100)
    make_measured_indicator({YEAR: 1}, measure=measure)
    name = unquote(fetch(None, "paper_measure", strategy.slug, 1, 1, "xlsx")["Content-Disposition"]).partition("''")[2]
    assert not re.search(r'[\\/:*?"<>|]', name)
    assert len(name) < 100


def test_a_template_that_does_not_fit_is_an_error_and_no_empty_paper():
    with pytest.raises(TypesettingError, match="drawings"):
        typeset("pictures.typ", {"nothing": []}, format="png")


def test_typesetting_leaves_nothing_behind_in_the_process_that_asked(strategy):
    """typst keeps hundreds of megabytes for as long as its process lives."""
    make_measured_indicator({YEAR: 140}, strategy=strategy)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in ("一", "二", "三"):
        strategy.name = name
        strategy.save()
        sheet_file(make_user(Role.PLANNING), strategy, "pdf")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
