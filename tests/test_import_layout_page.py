"""列の対応づけ: Takeru shows how another office's table is to be read, keeps it, and finds it again next year."""
import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.roles import Role
from common.sheets import write_csv
from importing.actions import Upload, abandon, read_batch, stage_files
from importing.models import Layout
from tests.pages import SLUG
from tests.world import client_of

HEADS = ["整理", "成果の名前", "見込んだ数", "できあがり"]
ROWS = [["1-3-6", "新規開発特産品数", "50", "42"], ["1-3-7", "新規起業・創業者数", "20", "9"], ["9-9-9", "知らない指標", "1", "1"]]
CHOSEN = {"sheet": "A市の表", "first": "1", "last": "1", "role_0": "code", "role_1": "name", "role_2": "ignored", "role_3": "value", "year_3": "2024"}


@pytest.fixture
def takeru(sample, people):
    return client_of(people[Role.PLANNING])


def batch_of(strategy, by, rows=ROWS, heads=HEADS, name="A市の表.csv"):
    batch = stage_files(strategy=strategy, uploads=[Upload(name, write_csv(heads, rows))], by=by)
    return read_batch(batch=batch, by=by)


@pytest.fixture
def batch(sample, people):
    return batch_of(sample, people[Role.PLANNING])


def path_of(batch) -> str:
    return reverse("import_layout", args=[SLUG, batch.number, batch.files.get().position])


def text_of(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def chosen_role(response, index: int) -> str:
    select = re.search(rf'<select name="role_{index}">(.*?)</select>', response.content.decode(), re.DOTALL)
    return re.search(r'value="(\w+)" selected', select[1])[1]


def test_the_page_shows_the_first_rows_with_numbers_and_letters_and_the_guess(takeru, batch):
    response = takeru.get(path_of(batch))
    assert response.status_code == 200
    html = response.content.decode()
    assert '<th scope="col">D</th>' in html
    assert "できあがり" in html
    assert [chosen_role(response, index) for index in range(4)] == ["code", "name", "ignored", "ignored"]
    assert "中身から" in html
    assert "架空のサンプル値" in html


def test_checking_says_what_would_be_understood_and_keeps_nothing(takeru, batch):
    response = takeru.post(path_of(batch), CHOSEN | {"check": "1"})
    assert "2 行・値 2 件が読めます。分からないところが 1 件あります。" in text_of(response)
    assert "A市の表!A4 番号「9-9-9」の指標は、この計画にありません。" in text_of(response)
    assert [chosen_role(response, index) for index in (0, 3)] == ["code", "value"]
    assert not Layout.objects.exists()


def test_keeping_it_reads_the_file_anew_and_leads_back_to_the_preview(takeru, batch):
    response = takeru.post(path_of(batch), CHOSEN | {"save": "1", "name": "A市の管理表"})
    assert response.url == reverse("import_preview", args=[SLUG, batch.number])
    layout = Layout.objects.get()
    file = batch.files.get()
    assert (layout.name, layout.created_by.username, file.layout, file.values) == ("A市の管理表", "takeru", layout, 2)
    assert "保存した様式「A市の管理表」" in file.form
    batch.refresh_from_db()
    assert batch.errors == 1


@pytest.mark.parametrize(("changes", "said"), [
    ({"role_0": "ignored", "role_1": "ignored"}, "「番号」か「指標名」の列を選んでください。"),
    ({"role_3": "ignored"}, "「実績値」の列を選んでください。"),
    ({"year_3": ""}, "実績値の列 D の年度を選んでください。"),
    ({"role_1": "code"}, "「番号」の列が2つあります（A・B）。1つにしてください。"),
    ({"name": " "}, "様式の名前を書いてください。"),
])
def test_what_is_missing_is_said_and_nothing_that_was_chosen_is_lost(takeru, batch, changes, said):
    posted = CHOSEN | {"save": "1", "name": "A市の管理表"} | changes
    response = takeru.post(path_of(batch), posted)
    assert response.status_code == 422
    assert said in text_of(response)
    assert [chosen_role(response, index) for index in range(4)] == [posted[f"role_{index}"] for index in range(4)]
    assert not Layout.objects.exists()


def test_a_kept_layout_is_offered_next_year_with_its_year_moved_on(takeru, sample, people):
    heads = ["整理", "成果の名前", "R4できあがり数"]
    first = batch_of(sample, people[Role.PLANNING], [["1-3-6", "新規開発特産品数", "30"]], heads)
    takeru.post(path_of(first), CHOSEN | {"role_2": "value", "year_2": "2022", "save": "1", "name": "A市の管理表"})
    layout = Layout.objects.get()
    heads = ["整理", "成果の名前", "R5できあがり数"]
    second = batch_of(sample, people[Role.PLANNING], [["1-3-6", "新規開発特産品数", "42"]], heads)
    assert f'<option value="{layout.pk}">A市の管理表</option>' in takeru.get(path_of(second)).content.decode()
    html = takeru.get(path_of(second), {"layout": layout.pk}).content.decode()
    assert '<option value="2023" selected>令和5年度</option>' in html
    assert 'value="A市の管理表"' in html


def test_another_layout_is_not_overwritten_by_its_name_but_the_opened_one_is(takeru, batch):
    posted = CHOSEN | {"save": "1", "name": "A市の管理表"}
    takeru.post(path_of(batch), posted)
    assert "「A市の管理表」という様式がすでにあります" in text_of(takeru.post(path_of(batch), posted))
    opened = posted | {"layout": Layout.objects.get().pk, "year_3": "2023"}
    assert takeru.post(path_of(batch), opened).status_code == 302
    assert Layout.objects.get().spec["columns"][3]["fiscal_year"] == 2023


def test_a_file_can_be_read_without_its_layout_again(takeru, batch):
    takeru.post(path_of(batch), CHOSEN | {"save": "1", "name": "A市の管理表"})
    takeru.post(path_of(batch), {"forget": "1"})
    file = batch.files.get()
    assert (file.layout, file.form) == (None, "読めない表")


def test_the_heading_rows_can_be_chosen(takeru, batch):
    html = takeru.get(path_of(batch), {"sheet": "A市の表", "first": "2", "last": "3"}).content.decode()
    assert html.count('class="is-head"') == 2


@pytest.mark.parametrize("asked", [
    {"first": "99999999999999999999"}, {"first": "-1", "last": "x"}, {"sheet": "ない"}, {"layout": "abc"}, {"first": "3", "last": "1"}, {"first": "0"}, {"first": "²"},
])
def test_no_address_breaks_the_page(takeru, batch, asked):
    assert takeru.get(path_of(batch), {"sheet": "A市の表"} | asked).status_code == 200


@pytest.mark.parametrize("posted", [{"role_0": "nonsense"}, {"year_3": "99"}, {"year_3": "²²²²"}, {"role_999": "code"}, {}])
def test_no_post_breaks_the_page(takeru, batch, posted):
    assert takeru.post(path_of(batch), CHOSEN | posted | {"check": "1"}).status_code == 200


def test_a_batch_that_is_done_with_is_not_read_anew(takeru, batch, people):
    abandon(batch=batch, by=people[Role.PLANNING])
    response = takeru.get(path_of(batch), follow=True)
    assert response.redirect_chain[-1][0] == reverse("import_preview", args=[SLUG, batch.number])
    assert "この取込は終わっています" in text_of(response)


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_only_the_planning_side_decides_how_tables_are_read(batch, people, role):
    assert client_of(people[role]).get(path_of(batch)).status_code == 403
    assert client_of(people[role]).post(path_of(batch), CHOSEN | {"save": "1", "name": "x"}).status_code == 403
    assert not Layout.objects.exists()


def test_a_file_that_cannot_be_read_leads_back_to_its_batch(takeru, sample, people):
    batch = read_batch(
        batch=stage_files(strategy=sample, uploads=[Upload("写真.png", b"\x89PNG\r\n")], by=people[Role.PLANNING]), by=people[Role.PLANNING]
    )
    assert takeru.get(path_of(batch)).url == reverse("import_preview", args=[SLUG, batch.number])


def test_there_is_no_page_for_a_file_that_is_not_there(takeru, batch):
    assert takeru.get(reverse("import_layout", args=[SLUG, batch.number, 99])).status_code == 404


def test_three_hundred_columns_stay_a_page(takeru, sample, people):
    heads = [f"列{number}" for number in range(199)] + ["R5実績"]
    batch = batch_of(sample, people[Role.PLANNING], [["1-3-6", *map(str, range(198)), "42"]], heads)
    response = takeru.get(path_of(batch))
    assert response.status_code == 200
    assert 'name="role_199"' in response.content.decode()


def test_the_page_asks_the_database_as_often_for_many_columns_as_for_few(takeru, sample, people, django_assert_max_num_queries):
    batch = batch_of(sample, people[Role.PLANNING], [["1-3-6", *map(str, range(99))]] * 50, [f"列{number}" for number in range(100)])
    with django_assert_max_num_queries(12):
        takeru.get(path_of(batch))
