"""担当の引き継ぎ: all of one division's or person's indicators go to another, shown first, recorded, and with a way back."""
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.roles import Role
from collecting.actions import hand_over, take_back
from kpis.models import Indicator
from tests.factories import make_division, make_indicator, make_user
from tests.world import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def farm():
    return make_division(name="農林課")


@pytest.fixture
def fishery():
    return make_division(name="水産課")


@pytest.fixture
def midori(farm):
    return make_user(Role.DIVISION, division=farm, display_name="林 みどり")


@pytest.fixture
def duties(strategy, farm, fishery, midori):
    """Two of the farm division, one of them Midori's; one of the fishery division; one of nobody."""
    return {
        "own": make_indicator(strategy=strategy, division=farm, person=midori),
        "farm": make_indicator(strategy=strategy, division=farm),
        "fishery": make_indicator(strategy=strategy, division=fishery),
        "nobody": make_indicator(strategy=strategy),
    }


def owners() -> list[tuple[str, str]]:
    rows = Indicator.objects.order_by("position").select_related("division", "person")
    return [(row.division.name if row.division else "", str(row.person or "")) for row in rows]


BEFORE = [("農林課", "林 みどり"), ("農林課", ""), ("水産課", ""), ("", "")]


def test_a_divisions_indicators_go_to_another_and_lose_their_person(strategy, duties, takeru, farm, fishery):
    moved = hand_over(strategy=strategy, by=takeru, reason="組織改編", from_division=farm, to_division=fishery)
    assert len(moved) == 2
    assert owners() == [("水産課", ""), ("水産課", ""), ("水産課", ""), ("", "")]
    record = duties["own"].history.first()
    assert (record.history_user, record.history_change_reason, record.division_id) == (takeru, "組織改編", fishery.pk)


def test_a_persons_indicators_go_to_a_colleague_and_stay_in_the_division(strategy, duties, takeru, midori, farm):
    ren = make_user(Role.DIVISION, division=farm, display_name="北 蓮")
    assert len(hand_over(strategy=strategy, by=takeru, reason="", from_person=midori, to_person=ren)) == 1
    assert owners() == [("農林課", "北 蓮"), *BEFORE[1:]]


def test_what_was_nobodys_gets_a_division(strategy, duties, takeru, farm):
    assert len(hand_over(strategy=strategy, by=takeru, reason="", from_nobody=True, to_division=farm)) == 1
    assert owners()[3] == ("農林課", "")


def test_another_strategys_indicators_stay(strategy, duties, takeru, farm, fishery):
    other = make_indicator(division=farm)
    hand_over(strategy=strategy, by=takeru, reason="", from_division=farm, to_division=fishery)
    other.refresh_from_db()
    assert other.division == farm


def test_the_way_back_gives_division_and_person_back_and_nothing_else(strategy, duties, takeru, farm, fishery):
    moved = hand_over(strategy=strategy, by=takeru, reason="", from_division=farm, to_division=fishery)
    assert take_back(strategy=strategy, duties=moved, by=takeru) == 2
    assert owners() == BEFORE


def test_what_went_on_to_somebody_else_meanwhile_stays_there(strategy, duties, takeru, farm, fishery):
    moved = hand_over(strategy=strategy, by=takeru, reason="", from_division=farm, to_division=fishery)
    Indicator.objects.filter(pk=duties["farm"].pk).update(division=make_division(name="観光課"))
    assert take_back(strategy=strategy, duties=moved, by=takeru) == 1
    assert owners()[:2] == [("農林課", "林 みどり"), ("観光課", "")]


def test_nothing_moves_when_nobody_is_named(strategy, duties, takeru):
    with pytest.raises(ValidationError, match="引き継ぐ課か担当者"):
        hand_over(strategy=strategy, by=takeru, reason="")


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_nobody_else_hands_duties_over_or_takes_them_back(strategy, duties, people, farm, fishery, role):
    with pytest.raises(PermissionDenied):
        hand_over(strategy=strategy, by=people[role], reason="", from_division=farm, to_division=fishery)
    with pytest.raises(PermissionDenied):
        take_back(strategy=strategy, duties=[], by=people[role])
    for name in ("hand_over", "hand_over_undo"):
        assert client_of(people[role]).post(reverse(name, args=[strategy.slug]), {}).status_code == 403


# The page


@pytest.fixture
def client(takeru):
    return client_of(takeru)


@pytest.fixture
def address(strategy):
    return reverse("hand_over", args=[strategy.slug])


def test_the_page_shows_what_would_move_and_moves_nothing(client, address, duties, farm, fishery):
    page = client.get(address, {"giver": f"division-{farm.pk}", "taker": f"division-{fishery.pk}"}).content.decode()
    assert "農林課 から 水産課 へ移る指標" in page
    assert "林 みどり" in page
    assert page.count('name="indicator"') == 2
    assert owners() == BEFORE


def test_takeru_moves_what_he_left_ticked_and_takes_it_back_by_the_button(client, address, duties, farm, fishery):
    sent = {"giver": f"division-{farm.pk}", "taker": f"division-{fishery.pk}", "indicator": [duties["own"].pk], "reason": "組織改編"}
    page = client.post(address, sent, follow=True).content.decode()
    assert "1件の指標を、農林課から水産課へ引き継ぎました。" in page
    assert owners()[:2] == [("水産課", ""), ("農林課", "")]
    done = re.search(r'name="done" value="([^"]+)"', page)[1]
    page = client.post(address + "undo/", {"done": done}, follow=True).content.decode()
    assert "1件の指標の担当を、元に戻しました。" in page
    assert owners() == BEFORE


def test_a_way_back_that_is_not_ours_changes_nothing(client, address, duties):
    page = client.post(address + "undo/", {"done": "[[1,2,3,4,5]]"}, follow=True).content.decode()
    assert "元に戻せる引き継ぎがありません" in page
    assert owners() == BEFORE


def test_without_a_tick_nothing_moves_and_the_page_says_so(client, address, duties, farm, fishery):
    page = client.post(address, {"giver": f"division-{farm.pk}", "taker": f"division-{fishery.pk}"}, follow=True).content.decode()
    assert "引き継ぐ指標が選ばれていません" in page
    assert owners() == BEFORE


def test_the_page_proposes_what_is_nobodys(client, address, duties):
    assert 'value="division-nobody" selected' in client.get(address, {"from": "division-nobody"}).content.decode()


def test_a_person_of_another_division_cannot_take_over(client, address, duties, midori, fishery):
    umi = make_user(Role.DIVISION, division=fishery, display_name="浜 うみ")
    response = client.get(address, {"giver": f"person-{midori.pk}", "taker": f"person-{umi.pk}"})
    assert response.status_code == 422
    assert "浜 うみさんは、この指標の担当課（農林課）の人ではありません。" in response.content.decode()


def test_the_planning_side_can_take_anything_over(client, address, duties, midori, takeru):
    assert client.get(address, {"giver": f"person-{midori.pk}", "taker": f"person-{takeru.pk}"}).status_code == 200


def test_a_persons_indicators_can_be_left_without_one(client, address, duties, midori):
    client.post(address, {"giver": f"person-{midori.pk}", "taker": "person-nobody", "indicator": [duties["own"].pk]})
    assert owners()[0] == ("農林課", "")


@pytest.mark.parametrize(
    ("giver", "taker", "said"),
    [
        ("", "", "引き継ぎ元を選んでください。"),
        ("division-nobody", "", "引き継ぎ先を選んでください。"),
        ("division-nobody", "person-nobody", "課は課へ、担当者は担当者へ"),
        ("division-0", "division-nobody", "division-0"),
    ],
)
def test_what_does_not_fit_is_said(client, address, duties, giver, taker, said):
    response = client.get(address, {"giver": giver, "taker": taker})
    assert response.status_code == 422
    assert said in response.content.decode()


def test_a_division_cannot_give_to_itself(client, address, duties, farm):
    response = client.get(address, {"giver": f"division-{farm.pk}", "taker": f"division-{farm.pk}"})
    assert "引き継ぎ元と同じです" in response.content.decode()


def test_readers_are_no_persons_in_charge(client, address, people):
    page = client.get(address).content.decode()
    assert "工藤 海" in page
    assert "本間 和子" not in page
    assert "中村 翔" not in page
