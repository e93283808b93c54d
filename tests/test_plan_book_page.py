"""The page 「計画ワークブック」 and its commands: Takeru takes a plan out and in; nobody else does."""
import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from collecting.private_files import private_storage
from common.sheets import MAX_BYTES
from goals.models import Goal, Strategy
from importing.planbook import uploads
from importing.planbook.export import plan_book, template_book
from importing.planbook.sheets import GUIDE, SHEETS
from kpis.models import Indicator
from tests.factories import make_actual, make_goal, make_strategy
from tests.plan_books import as_book, cell_of, edited, under_another_slug
from tests.world import client_of

PLANNERS = (Role.ADMINISTRATOR, Role.PLANNING)
OTHERS = (Role.DIVISION, Role.COUNCIL, Role.VIEWER)
NAME = cell_of("基本目標", "名称")


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def takeru(plan, people):
    return client_of(people[Role.PLANNING])


def address(name: str = "plan_book", slug: str = "hokuto-2") -> str:
    return reverse(name, args=[slug])


def send(client, data: bytes, name: str = "計画.xlsx"):
    """Choose the file and press 「読み込んで確認する」; the page one comes to."""
    return client.post(address(), {"file": SimpleUploadedFile(name, data)}, follow=True)


def take_in(client, shown):
    """Press 「…行を取り込む」 on a preview."""
    return client.post(address("plan_book_take_in"), {"file": shown.context["token"]}, follow=True)


def text_of(response) -> str:
    return response.content.decode()


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_takeru_takes_a_change_in_after_seeing_it(plan, takeru, people):
    shown = send(takeru, edited(plan_book(plan), {NAME: "新しい名前"}), "第2期.xlsx")
    assert "第2期.xlsx" in text_of(shown)
    assert "新しい名前" in text_of(shown)
    assert "1行を取り込む" in text_of(shown)
    assert Goal.objects.get(strategy=plan, number=1).name != "新しい名前"
    done = take_in(takeru, shown)
    assert messages_of(done) == ["「第2期北斗市まち・ひと・しごと創生総合戦略」を取り込みました（追加 0行・変更 1行）。"]
    goal = Goal.objects.get(strategy=plan, number=1)
    assert (goal.name, goal.history.latest().history_user) == ("新しい名前", people[Role.PLANNING])


def test_a_plan_that_does_not_exist_yet_enters_from_the_same_page(plan, takeru):
    shown = send(takeru, under_another_slug(plan, "hokuto-3"))
    assert "新しい総合戦略をつくります" in text_of(shown)
    done = take_in(takeru, shown)
    assert done.request["PATH_INFO"] == address(slug="hokuto-3")
    assert Strategy.objects.filter(slug="hokuto-3").count() == 1


def test_a_plan_with_something_to_mend_shows_every_place_and_no_button(plan, takeru):
    shown = send(takeru, edited(plan_book(plan), {NAME: None, cell_of("指標", "現状値"): "多い"}))
    assert NAME in text_of(shown)
    assert cell_of("指標", "現状値") in text_of(shown)
    assert "行を取り込む</button>" not in text_of(shown)
    refused = take_in(takeru, shown)
    assert "まだ何も取り込んでいません" in messages_of(refused)[0]
    assert Indicator.objects.get(strategy=plan, code="1-A").baseline_value == 234


def test_the_same_plan_again_has_nothing_to_take_in(plan, takeru):
    shown = send(takeru, plan_book(plan))
    assert "変わる所はありません" in text_of(shown)
    assert "行を取り込む</button>" not in text_of(shown)


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_written_over(plan, takeru):
    shown = send(takeru, edited(plan_book(plan), {NAME: "健の名前"}))
    Goal.objects.filter(strategy=plan, number=1).update(name="千尋の名前")
    refused = take_in(takeru, shown)
    assert "確認した後に、データが変わりました" in messages_of(refused)[0]
    assert "千尋の名前" in text_of(refused)
    take_in(takeru, refused)
    assert Goal.objects.get(strategy=plan, number=1).name == "健の名前"


def test_a_change_elsewhere_does_not_stand_in_the_way(plan, takeru):
    shown = send(takeru, edited(plan_book(plan), {NAME: "新しい名前"}))
    make_actual(indicator=Indicator.objects.get(strategy=plan, code="1-A"))
    make_goal(strategy=make_strategy())
    take_in(takeru, shown)
    assert Goal.objects.get(strategy=plan, number=1).name == "新しい名前"


def test_what_was_taken_in_is_not_taken_in_twice(plan, takeru):
    shown = send(takeru, edited(plan_book(plan), {NAME: "新しい名前"}))
    take_in(takeru, shown)
    assert uploads.GONE in text_of(take_in(takeru, shown))


def test_another_persons_upload_cannot_be_taken_in(plan, takeru, people):
    shown = send(takeru, edited(plan_book(plan), {NAME: "新しい名前"}))
    chihiro = client_of(people[Role.ADMINISTRATOR])
    assert uploads.GONE in text_of(take_in(chihiro, shown))
    assert Goal.objects.get(strategy=plan, number=1).name != "新しい名前"


@pytest.mark.parametrize("token", ["", "x", "eyJhIjoxfQ:1:2"])
def test_a_made_up_upload_is_refused(takeru, token):
    assert uploads.GONE in text_of(takeru.post(address("plan_book_take_in"), {"file": token}))
    assert uploads.GONE in text_of(takeru.get(address(), {"file": token}))


def test_a_preview_may_be_looked_at_again(plan, takeru):
    shown = send(takeru, edited(plan_book(plan), {NAME: "新しい名前"}))
    again = takeru.get(shown.redirect_chain[-1][0])
    assert "新しい名前" in text_of(again)


@pytest.mark.parametrize(("data", "text"), [
    (b"", "ファイルが空です"), (b"%PDF-1.7", "PDF のファイルです"), (b"1" * (MAX_BYTES + 1), "10MBを超えています"), (b"PK\x03\x04x", "Excel のファイルとして読めません"),
], ids=["nothing", "a PDF", "too large", "half a file"])  # fmt: skip
def test_a_file_that_cannot_be_read_gets_one_clear_sentence(takeru, private_folder, data, text):
    assert text in text_of(send(takeru, data))
    assert list(private_folder.rglob("*")) == []


def test_no_file_is_said(takeru):
    assert "ファイルを選んでください。" in text_of(takeru.post(address()))


def test_uploads_lie_outside_the_web_root_and_go_after_a_day(plan, takeru, private_folder, monkeypatch):
    send(takeru, plan_book(plan))
    (first,) = (private_folder / uploads.FOLDER).iterdir()
    assert first.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(uploads, "timezone", type("Later", (), {"now": staticmethod(lambda: timezone.now() + timedelta(days=2))}))
    send(takeru, plan_book(plan))
    assert first not in list((private_folder / uploads.FOLDER).iterdir())
    assert private_storage().location == str(private_folder)


def test_the_plan_and_the_template_are_downloads(plan, takeru):
    file, template = takeru.get(address("plan_book_file")), takeru.get(address("plan_book_template"))
    assert file.content == plan_book(plan)
    assert "hokuto-2.xlsx" in file["Content-Disposition"]
    assert [sheet.name for sheet in as_book(template.content).sheets] == [GUIDE, *(spec.name for spec in SHEETS)]


def test_a_text_too_long_for_a_cell_is_said_instead(plan, takeru):
    Goal.objects.filter(strategy=plan, number=1).update(direction="あ" * 40_000)
    assert "シート「基本目標」の「基本的方向」に32,767文字を超える文章があり" in text_of(takeru.get(address("plan_book_file")))


def test_what_stays_is_named(plan, takeru):
    book = openpyxl.load_workbook(io.BytesIO(plan_book(plan)))
    book["具体的取組"].delete_rows(2)
    file = io.BytesIO()
    book.save(file)
    shown = send(takeru, file.getvalue())
    assert "ファイルにない行（残ります）" in text_of(shown)
    assert "基本目標 1・主要施策 1・番号 1" in text_of(shown)


def test_a_long_preview_comes_in_pages(plan, takeru):
    shown = send(takeru, under_another_slug(plan, "hokuto-3"))
    assert len(shown.context["page"].changes) == 50
    last = takeru.get(shown.redirect_chain[-1][0] + "&page=5")
    assert len(last.context["page"].changes) == 247 - 200


def test_a_preview_asks_no_more_for_more_changes(plan, takeru):
    counts = []
    for cells in ({NAME: "新しい名前"}, {cell_of("指標", "注記", row): "新しい注記" for row in range(2, 51)}):
        place = send(takeru, edited(plan_book(plan), cells)).redirect_chain[-1][0]
        with CaptureQueriesContext(connection) as captured:
            takeru.get(place)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_sees_or_takes_in_a_plan(plan, people, role):
    client, data = client_of(people[role]), edited(plan_book(plan), {NAME: "新しい名前"})
    assert {client.get(address(name)).status_code for name in ("plan_book", "plan_book_file", "plan_book_template")} == {403}
    assert client.post(address(), {"file": SimpleUploadedFile("a.xlsx", data)}).status_code == 403
    shown = send(client_of(people[Role.PLANNING]), data)
    assert client.post(address("plan_book_take_in"), {"file": shown.context["token"]}).status_code == 403
    assert "計画ワークブック" not in text_of(client.get(reverse("overview", args=["hokuto-2"])))


@pytest.mark.parametrize("role", PLANNERS)
def test_those_who_plan_find_the_page_from_the_imports(plan, people, role):
    assert address() in text_of(client_of(people[role]).get(reverse("imports", args=["hokuto-2"])))


def test_a_visitor_is_asked_to_sign_in(plan):
    assert client_of(None).get(address()).status_code == 302


# Commands


def run(*arguments) -> str:
    out = io.StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def exit_code(*arguments) -> int:
    with pytest.raises(CommandError) as error:
        run(*arguments)
    return error.value.returncode


def test_a_plan_goes_out_and_in_by_commands(plan, people, tmp_path):
    out = tmp_path / "plan.xlsx"
    assert str(out) in run("export_workbook", "plan", "--out", out)
    out.write_bytes(edited(out.read_bytes(), {NAME: "新しい名前"}))
    tried = run("import_plan", out, "--dry-run")
    assert "北海道新幹線を活かした産業の振興と雇用の場をつくる → 新しい名前" in tried
    assert "何も書いていません" in tried
    assert Goal.objects.get(strategy=plan, number=1).name != "新しい名前"
    assert "を取り込みました" in run("import_plan", out, "--by", "takeru")
    assert Goal.objects.get(strategy=plan, number=1).history.latest().history_user == people[Role.PLANNING]
    assert "追加 0　変更 0" in run("import_plan", out)


def test_the_import_command_says_by_its_exit_code_what_stands_in_the_way(plan, people, tmp_path):
    wrong, broken = tmp_path / "wrong.xlsx", tmp_path / "broken.xlsx"
    wrong.write_bytes(edited(plan_book(plan), {NAME: None}))
    broken.write_bytes(b"PK")
    assert exit_code("import_plan", wrong) == 1
    assert exit_code("import_plan", broken) == exit_code("import_plan", tmp_path / "none.xlsx") == 2
    assert exit_code("import_plan", wrong, "--by", "kai") == exit_code("import_plan", wrong, "--by", "nobody") == 1


def test_templates_and_surveys_are_written_by_command(sample, tmp_path):
    run("export_workbook", "template", "--out", tmp_path / "t.xlsx")
    assert (tmp_path / "t.xlsx").read_bytes() == template_book()
    run("export_workbook", "survey", "--year", 2024, "--division", "農林課", "--out", tmp_path / "s.xlsx")
    assert "実績入力" in [sheet.name for sheet in as_book((tmp_path / "s.xlsx").read_bytes()).sheets]
    run("export_workbook", "survey", "--year", 2024, "--out", tmp_path / "s.zip")
    assert (tmp_path / "s.zip").read_bytes().startswith(b"PK")


@pytest.mark.parametrize("arguments", [
    ("survey",), ("survey", "--year", "1999"), ("survey", "--year", "2024", "--division", "ない課"), ("plan", "--strategy", "none"),
], ids=lambda arguments: " ".join(arguments))  # fmt: skip
def test_what_cannot_be_written_is_said(sample, tmp_path, arguments):
    assert exit_code("export_workbook", *arguments, "--out", tmp_path / "x") == 1
    assert not (tmp_path / "x").exists()


def test_a_place_that_cannot_be_written_to_is_said(plan, tmp_path):
    assert exit_code("export_workbook", "plan", "--out", tmp_path / "no" / "x.xlsx") == 1
