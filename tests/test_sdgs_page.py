"""SDGs対照表: what the source tells is in the matrix; what it does not tell is said, never guessed."""
import re

import pytest
from django.urls import reverse

from goals.models import SdgLink
from goals.sdgs import SDG_NAMES
from tests.factories import make_goal, make_measure, make_sdg_link, make_strategy
from tests.reading import words_of

pytestmark = pytest.mark.django_db


def look(client, strategy):
    response = client.get(reverse("sdgs", args=[strategy.slug]))
    assert response.status_code == 200
    return response


@pytest.fixture
def strategy():
    """Goal 1: a measure whose numbers are not known. Goal 2: one that serves goals 11 and 17."""
    strategy = make_strategy()
    make_sdg_link(measure=make_measure(goal=make_goal(strategy=strategy), name="観光の振興"), topic="広域の連携")
    known = make_measure(goal=make_goal(strategy=strategy), name="公共交通の確保")
    make_sdg_link(measure=known, topic="バス路線の維持", sdg_number=11)
    make_sdg_link(measure=known, topic="事業者との協働", sdg_number=17)
    return strategy


def rows_of(response) -> dict[str, str]:
    """The matrix by measure: the row's HTML."""
    matrix = response.content.decode().split('<table role="table" class="tbl sdgm">')[1].split("</table>")[0]
    rows = matrix.split("<tr")[1:]
    return {re.search(r"</span>\s*([^<]+)</a>", row).group(1): row for row in rows if "</a>" in row}


def test_all_seventeen_goals_have_a_tile_and_a_column(client, strategy):
    html = look(client, strategy).content.decode()
    for number, name in SDG_NAMES.items():
        assert f'<b>{number}</b><span>{name}</span>' in html
        assert f'<span class="num">{number}</span><span class="vh"> {name}</span>' in html


def test_a_known_number_marks_its_column_only(client, strategy):
    row = rows_of(look(client, strategy))["公共交通の確保"]
    assert row.count('class="on"') == 2
    assert row.count('class="off"') == 15
    assert "住み続けられるまち" in row


def test_a_measure_without_known_numbers_says_so_instead_of_cells(client, strategy):
    row = rows_of(look(client, strategy))["観光の振興"]
    assert "番号は原本の図で確認が必要（取組 1件）" in row
    assert 'class="on"' not in row


def test_the_note_names_the_goals_whose_numbers_are_missing_and_why(client, strategy):
    words = words_of(look(client, strategy))
    assert "基本目標1のゴールの番号は、原本の図で確認が必要です。" in words
    assert "文字として残っていない1件の取組は、番号を推測せずに" in words


def test_no_note_stands_where_every_number_is_known(client, strategy):
    SdgLink.objects.filter(sdg_number=None).update(sdg_number=8)
    assert "確認が必要" not in words_of(look(client, strategy))


def test_a_measure_with_some_unknown_numbers_shows_both(client, strategy):
    make_sdg_link(measure=SdgLink.objects.get(sdg_number=17).measure, topic="まだ分からない取組")
    response = look(client, strategy)
    assert rows_of(response)["公共交通の確保"].count('class="on"') == 2
    assert "まだ分からない取組番号は原本の図で確認が必要" in words_of(response)


def test_every_topic_is_listed_below_its_measure(client, strategy):
    words = words_of(look(client, strategy))
    assert words.index("バス路線の維持") < words.index("事業者との協働")


def test_tiles_count_measures_once(client, strategy):
    measure = SdgLink.objects.get(sdg_number=11).measure
    make_sdg_link(measure=measure, topic="二つ目の取組", sdg_number=11)
    assert "11住み続けられるまち1施策" in words_of(look(client, strategy))


def test_of_hokutos_plan_only_goal_4_has_numbers(client, plan):
    assert set(SdgLink.objects.exclude(sdg_number=None).values_list("measure__goal__number", flat=True)) == {4}
    assert "基本目標1・2・3のゴールの番号は" in words_of(look(client, plan))


def test_a_strategy_without_topics_has_a_page(client):
    assert "17のゴールごとの施策数" in words_of(look(client, make_strategy()))
