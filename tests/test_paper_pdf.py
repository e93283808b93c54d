"""The PDF as PDFium reads and draws it: pages, tags, embedded font, no ink outside the margins, no missing glyph."""
import re
from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.roles import Role
from goals.models import Measure
from papers import pdf
from papers.content import measure_sheet, whole_pack
from papers.parts import OpinionPaper
from reviews.sample import load_sample_review
from tests.factories import make_goal, make_measure, make_measured_indicator, make_strategy
from tests.frames import frame_of
from tests.paper_files import Pdf, plain
from tests.world import client_of

KEPT: dict[tuple, Pdf] = {}
A4, A4_LANDSCAPE = (210, 297), (297, 210)
MM = 25.4 / 72  # of a point


def pdf_of(user, strategy, name="paper_sheet", *arguments, year=2023) -> Pdf:
    return Pdf(client_of(user).get(reverse(name, args=[strategy.slug, *arguments, "pdf"]), {"year": year}).content)


def kept(key, make) -> Pdf:
    """Made once for all tests that look at the same paper."""
    if key not in KEPT:
        KEPT[key] = make()
    return KEPT[key]


@pytest.fixture
def pack(sample) -> Pdf:
    return kept("pack", lambda: pdf_of(None, sample, "paper_pack"))


@pytest.fixture
def sheet(sample) -> Pdf:
    return kept("sheet", lambda: pdf_of(None, sample))


def test_hokutos_four_goals_print_on_exactly_four_pages(sheet):
    assert sheet.sizes() == [A4_LANDSCAPE] * 4


def test_the_pack_stands_upright_and_its_wide_tables_lie(pack):
    sizes = pack.sizes()
    assert sizes[:2] == [A4, A4]
    assert set(sizes) == {A4, A4_LANDSCAPE}
    assert sizes.count(A4_LANDSCAPE) == 6


def test_the_summary_is_one_page(pack):
    pages = [plain(page) for page in pack.pages()]
    assert "要約" in pages[1]
    assert "いま、気をつけたい指標" in pages[1]
    assert "基本目標1" in pages[2]


@pytest.fixture
def reviewed(sample):
    """The sample with the year that has been reviewed from end to end."""
    load_sample_review()
    return sample


@pytest.mark.parametrize(("reader", "year"), [(None, 2023), (Role.PLANNING, 2023), (Role.PLANNING, 2024)])
def test_each_measure_of_the_sample_takes_one_page_and_each_goals_sheet_too(reviewed, people, reader, year):
    """Also with eight or nine series, evaluations, opinions and answers; also with the last year's five columns."""
    paper = pdf_of(people.get(reader), reviewed, "paper_pack", year=year)
    taken = paper.pages_of_parts(level=2)
    measures = [f"({measure.number}) {measure.name}" for measure in Measure.objects.filter(goal__strategy=reviewed)]
    assert len(measures) == 13
    assert {title: taken[title] for title in measures} == dict.fromkeys(measures, 1)
    assert paper.sizes().count(A4_LANDSCAPE) == 6
    assert "（続き）" not in "".join(paper.pages())


def test_a_measure_with_long_texts_goes_on_roomily_and_says_so(sample, people):
    content = measure_sheet(frame_of(sample, people[Role.PLANNING], 2023).frame, 1, 3)
    said = [OpinionPaper(f"意見{number}。" + "担い手が足りないという声が多かった。" * 12, answer=f"回答{number}。") for number in range(10, 20)]
    paper = Pdf(pdf.pdf_of(replace(content, single=replace(content.single, opinions=tuple(said)))))
    first, *others = map(plain, paper.pages())
    assert len(others) in (1, 2)
    assert "(続き)" not in first
    for page in others:
        assert "(3)まちをもっと元気にする産業振興(続き)" in page
        assert "市の回答" in page
    assert all(paper.text.count(f"意見{number}。") == paper.text.count(f"回答{number}。") == 1 for number in range(10, 20))
    assert plain("改善すべき 300棟のうち 258棟") in first
    assert paper.pages_with_ink_outside(side=9, top=6) == []


def test_no_letter_on_a_chart_is_smaller_than_eight_points(sample, people):
    """In the drawings' own pixels and in millimetres: letters of 13 pixels, a pixel of 0.224 mm or more."""
    content = whole_pack(frame_of(sample, people[Role.PLANNING], 2023).frame)
    charts = [chart for goal in content.goals for chart in (*goal.charts, *(each for measure in goal.measures for each in measure.charts))]
    assert len(charts) > 30
    for chart in charts:
        pixels = float(re.search(r'width="([\d.]+)"', chart.svg)[1])
        smallest = min(float(size) for size in re.findall(r"font-size[:=]\"?([\d.]+)", chart.svg))
        assert smallest * chart.width / pixels / MM >= 8, chart.title


def test_a_list_keeps_a_mark_at_every_line(reviewed):
    paper = pdf_of(None, reviewed, "paper_measure", 1, 1)
    text = paper.text
    assert len(paper) == 1
    for line in ("サテライトオフィスの調査結果をもとに、誘致対象を絞る", "追分IC周辺の地区計画を令和6年度中に決める"):
        assert plain(f"・{line}") in text


def test_every_page_says_plan_year_sample_and_number(pack):
    pages = [plain(page) for page in pack.pages()]
    assert len(pages) > 20
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in page
        assert plain("第2期北斗市まち・ひと・しごと創生総合戦略") in page
        assert "令和5年度実績" in page
        assert "架空のサンプル値" in page


def test_the_first_page_says_where_each_part_begins(pack):
    pages = [plain(page) for page in pack.pages()]
    begins = next(number for number, page in enumerate(pages, start=1) if number > 1 and plain("(2) 北海道新幹線を活かした観光振興") in page)
    assert plain(f"(2) 北海道新幹線を活かした観光振興{begins}ページ") in pages[0]


def test_a_screen_reader_finds_its_way(pack):
    assert pack.is_tagged
    assert pack.language == "ja-JP"
    assert pack.title == "第2期北斗市まち・ひと・しごと創生総合戦略　進捗状況報告（令和5年度実績）"
    assert {"H1", "H2", "H3", "P", "Table", "TR", "TH", "TD", "Figure"} <= pack.tags()
    assert "要約" in pack.outline()


def test_every_font_travels_with_the_file(pack, sheet):
    for paper in (pack, sheet):
        assert {name.partition("-")[0] for name, _ in paper.fonts()} == {"NotoSansJP"}
        assert all(is_embedded for _, is_embedded in paper.fonts())


def test_nothing_is_printed_in_the_margins(pack, sheet):
    assert pack.pages_with_ink_outside(side=9, top=6) == []
    assert sheet.pages_with_ink_outside(side=9, top=6) == []


def test_no_letter_is_missing(pack, sheet):
    assert pack.unreadable_letters() == 0
    assert sheet.unreadable_letters() == 0


def test_values_are_printed_on_the_charts(sample):
    text = pdf_of(None, sample, "paper_measure", 1, 2).text
    assert plain("目標 84.0万人") in text
    assert plain("当初の目標 90.0万人") in text
    assert text.count("80.1") >= 3


def test_a_measure_with_long_names_and_large_numbers_stays_within_the_page(db):
    strategy = make_strategy(published_through=2024)
    measure = make_measure(goal=make_goal(strategy=strategy, name="とても長い名前の目標" * 6), name="とても長い名前の施策" * 8)
    for number in range(12):
        make_measured_indicator(dict.fromkeys(range(2020, 2024), 98765432 + number), target=123_456_789, measure=measure, name="長い名前の指標" * 12)
    for paper in (pdf_of(None, strategy), pdf_of(None, strategy, "paper_measure", 1, 1)):
        assert paper.pages_with_ink_outside(side=9, top=6) == []
        assert paper.text.count("123,456,789") >= 12
