"""The way back of a 計画ワークブック: everything as it was before, or nothing and the reason, cell by cell."""
import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Division
from accounts.roles import Role
from goals.models import Goal, Measure, PeriodExtension, Strategy
from importing.models import PlanBookImport
from importing.planbook.actions import PlanBookStays, load_plan_book, take_back_plan_book
from importing.planbook.export import plan_book
from kpis.models import Indicator
from partnerships.models import Agreement, Partner
from tests.factories import make_actual, make_agreement, make_collection, make_user
from tests.plan_books import as_book, cell_of, contents, edited, make_full_plan, under_another_slug
from tests.reading import words_of
from tests.world import client_of

NAME = cell_of("基本目標", "名称")


def take_in(data: bytes, by) -> PlanBookImport:
    load_plan_book(as_book(data, "第2期.xlsx"), by=by)
    return PlanBookImport.objects.first()


def made():
    """The division that `rewritten` names."""
    return Division.objects.filter(name="未来創造課")


def rewritten(strategy: Strategy) -> bytes:
    """The plan with what a year of planning brings: names, numbers and owners changed, rows added on every level, the period extended."""
    data, last = plan_book(strategy), strategy.goals.count() + 2
    rows = {
        "基本目標": {"番号": 9, "名称": "新しい目標"},
        "主要施策": {"基本目標": 9, "番号": 1, "名称": "新しい施策"},
    }
    indicators = strategy.indicators.count() + 2
    cells = {
        NAME: "改めた名前",
        cell_of("基本目標", "対応する国の基本目標"): None,
        cell_of("指標", "現状値"): "77.5",
        cell_of("指標", "担当課"): "未来創造課",
        cell_of("連携協定", "関連する主要施策"): "9-1",
        cell_of("指標", "基本目標", indicators): 9, cell_of("指標", "主要施策", indicators): 1,
        cell_of("指標", "番号", indicators): "9-1-1", cell_of("指標", "指標名", indicators): "新しい指標",
        cell_of("指標", "単位", indicators): "人", cell_of("指標", "目標の種類", indicators): "増やす",
        cell_of("計画期間の延長", "適用する年度から", 2): 2024, cell_of("計画期間の延長", "延長後の最後の年度", 2): 2026,
        cell_of("計画期間の延長", "延長の理由", 2): "次の計画まで", cell_of("計画期間の延長", "決定日", 2): "2024-12-20",
        cell_of("計画期間の延長", "決定した会議", 2): "第2回 検討・推進会議",
    }
    measures = Measure.objects.filter(goal__strategy=strategy).count() + 2
    for sheet, place in (("基本目標", last), ("主要施策", measures)):
        cells |= {cell_of(sheet, heading, place): value for heading, value in rows[sheet].items()}
    return edited(data, cells)


def test_everything_is_as_it_was_before_and_the_history_says_who_took_it_back(plan, takeru, django_capture_on_commit_callbacks):
    before, links = contents(plan), Agreement.objects.get(strategy=plan, number=1).measures.count()
    taken = take_in(rewritten(plan), takeru)
    plan.refresh_from_db()
    assert (taken.added, taken.changed, plan.final_fiscal_year, made().exists()) == (4, 3, 2026, True)
    assert contents(plan) != before
    done = take_back_plan_book(taken=taken, by=takeru)
    plan.refresh_from_db()
    assert contents(plan) == before
    assert (plan.final_fiscal_year, made().exists(), PeriodExtension.objects.exists()) == (2024, False, False)
    assert Agreement.objects.get(strategy=plan, number=1).history.first().measures.count() == links
    assert done.taken_back_by == takeru
    for history in (Goal.objects.get(strategy=plan, number=1).history, Indicator.history.filter(code="9-1-1")):
        record = history.first()
        assert (record.history_user, record.history_change_reason) == (takeru, "計画ワークブック 第2期.xlsx の取り消し")
    assert take_back_plan_book(taken=taken, by=takeru).taken_back_at == done.taken_back_at


def test_a_plan_in_which_nothing_is_empty_goes_again_as_a_whole(db, takeru):
    strategy = make_full_plan("一行目")
    taken, partners = take_in(under_another_slug(strategy, "next"), takeru), Partner.objects.count()
    assert Strategy.objects.filter(slug="next").exists()
    assert take_back_plan_book(taken=taken, by=takeru).strategy is None
    assert list(Strategy.objects.values_list("slug", flat=True)) == [strategy.slug]
    assert Partner.objects.count() == partners


def test_a_cell_changed_since_is_named_and_nothing_is_taken_back(plan, takeru):
    taken = take_in(rewritten(plan), takeru)
    before = contents(plan)
    Goal.objects.filter(strategy=plan, number=1).update(name="千尋の名前", direction="千尋の方向")
    Measure.objects.filter(goal__strategy=plan, goal__number=9).update(approach="千尋の展開")
    with pytest.raises(PlanBookStays) as told:
        take_back_plan_book(taken=taken, by=takeru)
    assert told.value.places == ["主要施策 基本目標 9・番号 1「施策の展開」", "基本目標 番号 1「名称」"]
    assert contents(plan)["指標"] == before["指標"]


def test_what_was_changed_back_by_hand_and_other_cells_of_the_row_are_no_hindrance(plan, takeru):
    name, taken = plan.goals.get(number=1).name, take_in(edited(plan_book(plan), {NAME: "改めた名前"}), takeru)
    Goal.objects.filter(strategy=plan, number=1).update(name=name, direction="千尋の方向")
    take_back_plan_book(taken=taken, by=takeru)
    assert (plan.goals.get(number=1).name, plan.goals.get(number=1).direction) == (name, "千尋の方向")


def test_what_people_put_upon_a_new_row_is_named_and_stays(plan, takeru):
    taken = take_in(rewritten(plan), takeru)
    new = Indicator.objects.get(code="9-1-1")
    actual, collection = make_actual(indicator=new, fiscal_year=2024), make_collection([new])
    agreement = make_agreement(strategy=plan)
    agreement.measures.add(new.measure)
    with pytest.raises(PlanBookStays) as told:
        take_back_plan_book(taken=taken, by=takeru)
    assert told.value.places == [f"実績の照会：{collection}", f"実績：{actual}", f"連携協定：{agreement}"]
    actual.delete()
    collection.delete()
    agreement.delete()
    assert take_back_plan_book(taken=taken, by=takeru).taken_back_at


def test_a_division_that_got_people_meanwhile_stays(plan, takeru):
    taken = take_in(rewritten(plan), takeru)
    make_user(Role.DIVISION, division=made().get())
    take_back_plan_book(taken=taken, by=takeru)
    assert made().exists()


def test_kai_takes_nothing_back(plan, takeru, kai):
    taken = take_in(edited(plan_book(plan), {NAME: "改めた名前"}), takeru)
    with pytest.raises(PermissionDenied):
        take_back_plan_book(taken=taken, by=kai)


def test_takeru_takes_a_workbook_back_on_the_page_and_reads_what_stands_in_the_way(plan, takeru):
    taken, client = take_in(edited(plan_book(plan), {NAME: "改めた名前"}), takeru), client_of(takeru)
    page, undo = reverse("plan_book", args=[plan.slug]), reverse("plan_book_undo", args=[plan.slug])
    assert "第2期.xlsx（追加0行・変更1行）" in words_of(client.get(page))
    Goal.objects.filter(strategy=plan, number=1).update(name="千尋の名前")
    assert "基本目標番号1「名称」" in words_of(client.post(undo, {"taken": taken.pk}, follow=True))
    Goal.objects.filter(strategy=plan, number=1).update(name="改めた名前")
    assert "取り込む前の内容です" in words_of(client.post(undo, {"taken": taken.pk}, follow=True))
    assert plan.goals.get(number=1).name != "改めた名前"
    assert client.post(undo, {"taken": "0"}).status_code == 404
