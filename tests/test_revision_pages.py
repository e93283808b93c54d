"""Pages of 目標数値の見直し: who reads and does what there, and that what is typed survives."""
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from kpis.models import Indicator, Target
from kpis.vocabulary import EntryState, TargetKind
from reviews.actions.revisions import withdraw
from reviews.editions.freezing import freeze
from reviews.models import TargetRevision
from reviews.vocabulary import Body, RevisionKind, RevisionState, Stage
from tests.factories import make_indicator, make_measured_indicator, make_target
from tests.meetings import seat_kazuko
from tests.reading import words_of
from tests.revisions import DAY, REASON, decide_by, make_deciding_meeting, make_revision, put_on_agenda
from tests.world import client_of

LEADING, OTHERS = (Role.ADMINISTRATOR, Role.PLANNING), (Role.DIVISION, Role.COUNCIL, Role.VIEWER)
EACH_KIND = pytest.mark.parametrize("kind", RevisionKind)


@pytest.fixture
def visitors(people):
    """100 → 150人, 125 in 2021, where 110 is expected by the original target; Kai's. A member has a seat."""
    made = make_measured_indicator({2020: 110, 2021: 115}, division=people[Role.DIVISION].division, name="観光客", code="1-1-1", entry_state=EntryState.CHECKED)
    seat_kazuko(people, made.strategy)
    return made


def says(answer, text: str) -> bool:
    """Whether a page says that, spaces aside."""
    return text.replace(" ", "") in words_of(answer)


def page(revision: TargetRevision, name: str = "revision") -> str:
    return reverse(name, args=[revision.strategy.slug, revision.pk])


def listed(user, strategy) -> str:
    return words_of(client_of(user).get(reverse("revisions", args=[strategy.slug])))


def new_page(indicator: Indicator, kind: RevisionKind, **query) -> str:
    about = {} if kind in (RevisionKind.ADD, RevisionKind.EXTEND) else {"indicator": indicator.pk}
    return reverse("revision_new", args=[indicator.strategy.slug], query={"kind": kind, **about, **query})


def typed_part(number: int, **fields) -> dict:
    """What somebody fills in for one new indicator."""
    typed = {
        "code": "1-1-1", "name": "観光客", "unit": "人", "decimals": "0", "target_kind": "increase", "accumulation": "level", "baseline_value": "",
        "baseline_label": "", "target_value": "８０", "target_upper_value": "", "division": "", "breakdown": f"部分{number}", **fields,
    }
    return {f"part-{number}-{name}": value for name, value in typed.items()}


def untouched_part(number: int, indicator: Indicator) -> dict:
    """A form that nobody filled in, as the page sends it."""
    return typed_part(number, name=indicator.name, code=indicator.code, breakdown="", target_value="", division=str(indicator.division_id or ""))


def typed(kind: RevisionKind, indicator: Indicator) -> dict:
    """What somebody types into the form of that kind."""
    return {"reason": REASON} | {
        RevisionKind.TARGET: {"effective_fiscal_year": "2022", "value": "１，１２０"},
        RevisionKind.MILESTONE: {"milestone_fiscal_year": "2023", "effective_fiscal_year": "2022", "value": "130"},
        RevisionKind.SPLIT: {"effective_fiscal_year": "2022", **typed_part(0), **typed_part(1), **untouched_part(2, indicator), **untouched_part(3, indicator)},
        RevisionKind.END: {"last_fiscal_year": "2021"},
        RevisionKind.ADD: {"effective_fiscal_year": "2022", "place": f"measure_id-{indicator.measure_id}", **typed_part(0, code="9-9-9", name="新しい指標", breakdown="")},
        RevisionKind.EXTEND: {"effective_fiscal_year": "2024", "last_fiscal_year": "2025"},
    }[kind]


# Writing a proposal


@EACH_KIND
def test_takeru_proposes_by_the_form_of_each_kind_and_the_plan_stays(visitors, takeru, kind):
    client = client_of(takeru)
    assert client.get(new_page(visitors, kind)).status_code == 200
    answer = client.post(new_page(visitors, kind), typed(kind, visitors), follow=True)
    assert "見直しを提案しました" in words_of(answer)
    made = TargetRevision.objects.get()
    assert (made.kind, made.reason, made.proposed_by, made.state) == (kind, REASON, takeru, RevisionState.PROPOSED)
    assert (Target.objects.count(), Indicator.objects.count()) == (1, 1)


@EACH_KIND
def test_what_was_proposed_by_the_form_can_be_decided_on_its_page(visitors, takeru, kind):
    client = client_of(takeru)
    client.post(new_page(visitors, kind), typed(kind, visitors))
    made, meeting = TargetRevision.objects.get(), make_deciding_meeting(visitors.strategy)
    put_on_agenda(made, meeting, takeru)
    shown = client.get(page(made)).content.decode()
    assert f'<option value="{meeting.pk}" selected>' in shown
    answer = client.post(page(made, "revision_decide"), {"version": "1", "meeting": meeting.pk, "decided_on": DAY.isoformat(), "note": ""}, follow=True)
    assert "計画に反映されています" in words_of(answer)
    made.refresh_from_db()
    assert made.state == RevisionState.DECIDED


def test_numbers_are_typed_as_people_write_them(visitors, takeru):
    client_of(takeru).post(new_page(visitors, RevisionKind.TARGET), typed(RevisionKind.TARGET, visitors))
    assert TargetRevision.objects.get().value == 1120


def test_forms_that_may_stay_empty_are_no_part_of_a_split(visitors, takeru):
    sent = typed(RevisionKind.SPLIT, visitors)
    client_of(takeru).post(new_page(visitors, RevisionKind.SPLIT), {**sent, "part-2-breakdown": "部分2", "part-2-target_value": "7"})
    assert [part["breakdown"] for part in TargetRevision.objects.get().content] == ["部分0", "部分1", "部分2"]


@pytest.mark.parametrize(("kind", "change", "field", "text"), [
    (RevisionKind.TARGET, {"value": "たくさん"}, "id_value_error", "数だけを書いてください"),
    (RevisionKind.TARGET, {"value": ""}, "id_value_error", "値を書いてください"),
    (RevisionKind.TARGET, {"value": "150"}, "id_value_error", "同じです"),
    (RevisionKind.MILESTONE, {"milestone_fiscal_year": "2021", "effective_fiscal_year": "2022"}, "id_effective_fiscal_year_error", "その年度までに"),
    (RevisionKind.SPLIT, {"part-1-target_value": ""}, "id_part-1-target_value_error", "目標値を書いてください"),
    (RevisionKind.ADD, {"part-0-name": ""}, "id_part-0-name_error", "指標名を書いてください"),
    (RevisionKind.ADD, {"place": ""}, "id_place_error", "選んでください"),
    (RevisionKind.EXTEND, {"effective_fiscal_year": "2021", "last_fiscal_year": "2099"}, "id_last_fiscal_year_error", "選択"),
])  # fmt: skip
def test_a_fault_stands_at_its_field_and_what_was_typed_survives(visitors, takeru, kind, change, field, text):
    answer = client_of(takeru).post(new_page(visitors, kind), {**typed(kind, visitors), **change})
    found = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{field}"' in found
    assert text in found.partition(f'id="{field}"')[2][:600]
    assert REASON in found
    assert not TargetRevision.objects.exists()


def test_the_preview_says_what_the_verdicts_would_become_and_stores_nothing(visitors, takeru):
    sent = {**typed(RevisionKind.TARGET, visitors), "effective_fiscal_year": "2021", "value": "140", "then": "preview"}
    answer = client_of(takeru).post(new_page(visitors, RevisionKind.TARGET), sent)
    assert answer.status_code == 200
    # 120 is expected of 2021 now, 116 with 140 as the target.
    assert all(says(answer, text) for text in ("目標値 150人 → 140人（令和3年度から）", "当初の目標での判定", "120人から116人"))
    assert not TargetRevision.objects.exists()
    assert Target.objects.count() == 1


def test_the_preview_of_an_extension_counts_all_indicators(visitors, takeru):
    read = words_of(client_of(takeru).post(new_page(visitors, RevisionKind.EXTEND), {**typed(RevisionKind.EXTEND, visitors), "then": "preview"}))
    assert "1指標" in read
    assert not TargetRevision.objects.exists()


def test_an_aim_without_a_number_is_given_another_due_year_without_asking_for_one(people, takeru):
    aim = make_indicator(target_kind=TargetKind.MILESTONE, unit="", baseline_value=None)
    make_target(indicator=aim, value=Decimal(1))
    sent = {"reason": REASON, "milestone_fiscal_year": "2022", "effective_fiscal_year": "2021"}
    answer = client_of(takeru).post(new_page(aim, RevisionKind.MILESTONE), sent, follow=True)
    assert says(answer, "実施・設置の期限 令和4年度まで（令和3年度から）")


def test_a_range_asks_for_both_bounds(people, takeru):
    kept = make_indicator(target_kind=TargetKind.RANGE)
    make_target(indicator=kept, value=Decimal(10), upper_value=Decimal(20))
    sent = {"reason": REASON, "effective_fiscal_year": "2022", "value": "12", "upper_value": "22"}
    answer = client_of(takeru).post(new_page(kept, RevisionKind.TARGET), sent, follow=True)
    assert says(answer, "10人以上 20人以下 → 12人以上 22人以下")


def test_the_kinds_are_chosen_first_then_the_indicator(visitors, takeru):
    address = reverse("revision_new", args=[visitors.strategy.slug])
    read = words_of(client_of(takeru).get(address))
    assert all(kind.label in read for kind in RevisionKind)
    of_one = words_of(client_of(takeru).get(f"{address}?indicator={visitors.pk}"))
    assert "目標値を変える" in of_one
    assert "計画期間を延ばす" not in of_one
    assert says(client_of(takeru).get(f"{address}?kind=end"), "1-1-1 観光客")


@pytest.mark.parametrize("query", ["kind=target&indicator=99999", "kind=target&indicator=x", "indicator=1%27"])
def test_an_unknown_indicator_is_not_found(visitors, takeru, query):
    assert client_of(takeru).get(f"{reverse('revision_new', args=[visitors.strategy.slug])}?{query}").status_code == 404


# Who proposes


def test_kai_is_offered_what_is_about_his_own_indicators(visitors, kai):
    other = make_measured_indicator({2020: 1}, measure=visitors.measure, name="よその指標")
    client, address = client_of(kai), reverse("revision_new", args=[visitors.strategy.slug])
    read = words_of(client.get(address))
    assert "指標を終える" in read
    assert "指標を加える" not in read.replace("自分の課の指標", "")
    assert "よその指標" not in words_of(client.get(f"{address}?kind=target"))
    for path in (new_page(other, RevisionKind.TARGET), new_page(visitors, RevisionKind.ADD), new_page(visitors, RevisionKind.EXTEND)):
        assert client.get(path).status_code == 403
        assert client.post(path, typed(RevisionKind.TARGET, visitors)).status_code == 403
    assert not TargetRevision.objects.exists()


def test_the_indicators_page_leads_those_who_may_propose_to_the_form(visitors, people):
    address = reverse("indicator", args=[visitors.strategy.slug, visitors.code])
    leads = f"{reverse('revision_new', args=[visitors.strategy.slug])}?indicator={visitors.pk}"
    seen = {role: leads in client_of(people[role]).get(address).content.decode() for role in Role}
    assert {role for role, has_link in seen.items() if has_link} == {*LEADING, Role.DIVISION}
    assert leads not in client_of(None).get(address).content.decode()
    other = make_measured_indicator({2020: 1}, measure=visitors.measure)
    assert "revisions/new" not in client_of(people[Role.DIVISION]).get(reverse("indicator", args=[visitors.strategy.slug, other.code])).content.decode()


# Who reads


def test_the_list_shows_what_is_open_first(visitors, takeru):
    decide_by(make_revision(visitors, takeru, reason="先に決めた"), takeru)
    make_revision(visitors, takeru, RevisionKind.MILESTONE)
    withdraw(revision=make_revision(visitors, takeru, RevisionKind.END), reason="やめる", seen_version=1, by=takeru)
    read = listed(takeru, visitors.strategy)
    places = [read.index(heading) for heading in ("これから決める提案", "決定した見直し", "取り下げた提案")]
    assert places == sorted(places)


def test_a_proposal_is_read_by_members_once_it_is_on_the_agenda_of_their_meeting(visitors, takeru, kai, people):
    member, made = client_of(people[Role.COUNCIL]), make_revision(visitors, takeru)
    assert REASON not in member.get(page(made)).content.decode()
    put_on_agenda(made, make_deciding_meeting(visitors.strategy, Body.INTERNAL_MEETING), takeru)
    assert member.get(page(made)).status_code == 404
    assert "120人" not in listed(people[Role.COUNCIL], visitors.strategy)
    put_on_agenda(made, make_deciding_meeting(visitors.strategy), takeru)
    answer = member.get(page(made))
    assert REASON in words_of(answer)
    assert takeru.display_name not in answer.content.decode()
    assert "決定して計画に反映する" not in answer.content.decode()
    assert "120人" in listed(people[Role.COUNCIL], visitors.strategy)


def test_members_and_divisions_read_what_is_decided(visitors, takeru, people):
    other = make_measured_indicator({2020: 110}, measure=visitors.measure)
    made = make_revision(other, takeru)
    assert client_of(people[Role.DIVISION]).get(page(made)).status_code == 404
    decide_by(made, takeru)
    for role in (Role.DIVISION, Role.COUNCIL):
        assert REASON in words_of(client_of(people[role]).get(page(made)))


def test_a_division_reads_what_is_proposed_about_its_own_indicators(visitors, takeru, kai):
    assert REASON in words_of(client_of(kai).get(page(make_revision(visitors, takeru))))


def test_a_member_without_a_seat_and_viewers_read_none(visitors, takeru, people):
    made = decide_by(make_revision(visitors, takeru), takeru)
    visitors.strategy.seats.all().delete()
    for role in (Role.COUNCIL, Role.VIEWER):
        assert [client_of(people[role]).get(path).status_code for path in (page(made), reverse("revisions", args=[visitors.strategy.slug]))] == [403, 403]


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_concludes_on_the_page(visitors, takeru, people, role):
    made, meeting = make_revision(visitors, takeru), make_deciding_meeting(visitors.strategy)
    put_on_agenda(made, meeting, takeru)
    sent = {"version": "1", "meeting": meeting.pk, "decided_on": DAY.isoformat(), "note": "理由", "reason": "理由"}
    answers = [client_of(people[role]).post(page(made, name), sent).status_code for name in ("revision_decide", "revision_reject", "revision_withdraw")]
    assert answers == [403] * 3
    made.refresh_from_db()
    assert made.state == RevisionState.PROPOSED


def test_the_agenda_leads_to_the_proposal_and_says_when_it_is_decided(visitors, takeru):
    made, meeting = make_revision(visitors, takeru), make_deciding_meeting(visitors.strategy)
    put_on_agenda(made, meeting, takeru)
    address = reverse("meeting", args=[visitors.strategy.slug, meeting.review.fiscal_year, meeting.pk])
    client = client_of(takeru)
    assert page(made) in client.get(address).content.decode()
    assert says(client.get(page(made)), meeting.title)
    decide_by(made, takeru, meeting=meeting)
    assert "済み" in words_of(client.get(address))


# Errors and conflicts


def test_what_cannot_be_decided_says_what_to_do_and_keeps_what_was_typed(visitors, takeru):
    made, meeting = make_revision(visitors, takeru), make_deciding_meeting(visitors.strategy)
    decide_by(make_revision(visitors, takeru, value=Decimal(130)), takeru, meeting=meeting)
    sent = {"version": "1", "meeting": meeting.pk, "decided_on": DAY.isoformat(), "note": "全員一致で決めた"}
    answer = client_of(takeru).post(page(made, "revision_decide"), sent)
    read = words_of(answer)
    assert answer.status_code == 422
    assert "令和4年度から適用する目標値が、すでにあります" in read
    assert "直してから決定するか、見送ってください" in read
    assert "全員一致で決めた" in answer.content.decode()


@pytest.mark.parametrize(("change", "field"), [({"meeting": ""}, "decide_meeting_error"), ({"decided_on": "2024-08-01"}, "decide_on_error"), ({"decided_on": "いつか"}, "decide_on_error")])
def test_a_decision_says_which_field_is_missing(visitors, takeru, change, field):
    made, meeting = make_revision(visitors, takeru), make_deciding_meeting(visitors.strategy)
    sent = {"version": "1", "meeting": meeting.pk, "decided_on": DAY.isoformat(), "note": "全員一致で決めた"}
    answer = client_of(takeru).post(page(made, "revision_decide"), {**sent, **change})
    assert answer.status_code == 422
    assert f'id="{field}"' in answer.content.decode()
    assert "全員一致で決めた" in answer.content.decode()


def test_of_two_who_decide_the_second_is_told_who_was_first(visitors, takeru, people):
    made, meeting = make_revision(visitors, takeru), make_deciding_meeting(visitors.strategy)
    decide_by(made, people[Role.ADMINISTRATOR], meeting=meeting)
    sent = {"version": "1", "meeting": meeting.pk, "decided_on": DAY.isoformat(), "note": "後から書いた決定の内容"}
    answer = client_of(takeru).post(page(made, "revision_decide"), sent)
    assert answer.status_code == 409
    assert says(answer, "三浦 千尋さんが")
    assert says(answer, "後から書いた決定の内容")
    assert Target.objects.count() == 2


def test_of_two_who_rewrite_the_second_sees_both(visitors, takeru, people):
    made = make_revision(visitors, takeru)
    first = {"version": "1", "effective_fiscal_year": "2022", "value": "110", "reason": "先に直した理由"}
    assert client_of(people[Role.ADMINISTRATOR]).post(page(made, "revision_edit"), first).status_code == 302
    answer = client_of(takeru).post(page(made, "revision_edit"), {**first, "value": "111", "reason": "後の理由"})
    assert answer.status_code == 409
    assert says(answer, "先に直した理由")
    assert says(answer, "→ 110人")
    assert 'value="111"' in answer.content.decode()
    assert "後の理由" in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()


def test_the_form_of_a_stored_proposal_shows_what_it_says(visitors, takeru):
    made = make_revision(visitors, takeru, RevisionKind.SPLIT)
    shown = client_of(takeru).get(page(made, "revision_edit")).content.decode()
    assert all(f'value="{name}"' in shown for name in ("市内", "市外", "80"))
    assert client_of(takeru).post(page(made, "revision_edit"), {"version": "1", **typed(RevisionKind.SPLIT, visitors)}).status_code == 302
    made.refresh_from_db()
    assert [part["breakdown"] for part in made.content] == ["部分0", "部分1"]


def test_what_is_decided_is_not_opened_for_rewriting(visitors, takeru):
    made = decide_by(make_revision(visitors, takeru), takeru)
    assert "すでに「決定」" in words_of(client_of(takeru).get(page(made, "revision_edit"), follow=True))


def test_kai_withdraws_his_own_proposal(visitors, kai):
    made = make_revision(visitors, kai)
    client = client_of(kai)
    assert client.post(page(made, "revision_withdraw"), {"version": "1", "reason": ""}).status_code == 422
    assert "取り下げました" in words_of(client.post(page(made, "revision_withdraw"), {"version": "1", "reason": "統計が改められたため"}, follow=True))
    made.refresh_from_db()
    assert made.state == RevisionState.WITHDRAWN


def test_takeru_takes_a_decision_back_and_no_more_once_an_edition_rests_on_it(visitors, takeru, kai):
    made, client = decide_by(make_revision(visitors, takeru), takeru), client_of(takeru)
    assert client.post(page(made, "revision_take_back"), {"version": made.version, "reason": ""}).status_code == 422
    assert client_of(kai).post(page(made, "revision_take_back"), {"version": made.version, "reason": "誤り"}).status_code == 403
    answer = client.post(page(made, "revision_take_back"), {"version": made.version, "reason": "年度を誤った"}, follow=True)
    assert says(answer, "決定を取り消しました")
    assert says(answer, "決定の取り消し 年度を誤った")
    decide_by(TargetRevision.objects.get(), takeru)
    assert "決定を取り消す" not in words_of(client_of(kai).get(page(made)))
    freeze(review=visitors.strategy.reviews.get(), stage=Stage.ENTRY, by=takeru)
    assert says(client.get(page(made)), "この決定は取り消せません。")


# Queries


@pytest.mark.parametrize("role", [Role.PLANNING, Role.DIVISION, Role.COUNCIL])
def test_the_pages_ask_as_much_of_many_proposals_as_of_one(visitors, takeru, people, role):
    meeting, client = make_deciding_meeting(visitors.strategy), client_of(people[role])
    made = make_revision(visitors, takeru)
    put_on_agenda(made, meeting, takeru)
    addresses = reverse("revisions", args=[visitors.strategy.slug]), page(made)
    few = [_queries(client, path) for path in addresses]
    for number in range(6):
        other = make_measured_indicator({2020: 110}, measure=visitors.measure)
        put_on_agenda(make_revision(other, takeru, reason=f"理由{number}"), meeting, takeru)
    assert [_queries(client, path) for path in addresses] == few


def _queries(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)
