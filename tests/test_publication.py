"""Publishing and taking back: who, when, which edition, and what becomes of the year's live pages."""
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Revision
from accounts.roles import Role
from goals.models import Strategy
from reviews.actions.publication import cancel_schedule, publish_due, publish_now, publish_scheduled, schedule_publication, withdraw
from reviews.models import Edition, Publication
from reviews.publishing.publications import is_overdue, published, withdrawn
from reviews.vocabulary import PublicationState, Stage
from tests.factories import make_strategy
from tests.published import AFTER, BEFORE, NOON, YEAR, make_edition, make_published, make_review

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def strategy():
    return make_strategy(slug="hokuto-2", published_through=2022)


@pytest.fixture
def review(strategy):
    return make_review(strategy)


@pytest.fixture
def edition(review):
    return make_edition(review)


def opened(strategy) -> int | None:
    return Strategy.objects.get(pk=strategy.pk).published_through


def schedule(review, edition, by, at=NOON):
    return schedule_publication(review=review, edition=edition, publish_at=at, shows_member_names=False, by=by, now=BEFORE)


def publish(review, edition, by, now=NOON):
    return publish_now(review=review, edition=edition, shows_member_names=False, by=by, now=now)


def states(review) -> list[str]:
    return list(review.publications.order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize("role", [Role.DIVISION, Role.COUNCIL, Role.VIEWER])
def test_nobody_but_the_planning_side_publishes_schedules_cancels_or_withdraws(people, review, edition, takeru, role):
    waiting, somebody = schedule(review, edition, takeru), people[role]
    attempts = (
        lambda: publish(review, edition, somebody),
        lambda: schedule(review, edition, somebody),
        lambda: cancel_schedule(publication=waiting, by=somebody),
        lambda: publish_scheduled(publication=waiting, by=somebody),
        lambda: withdraw(publication=waiting, reason="まちがい", by=somebody),
    )
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    assert states(review) == [PublicationState.SCHEDULED]


@pytest.mark.parametrize("stage", [Stage.ENTRY, Stage.INTERNAL, Stage.EXTERNAL])
def test_nothing_is_published_before_the_review_reaches_its_last_stage(strategy, takeru, stage):
    review = make_review(strategy, stage=stage)
    with pytest.raises(ValidationError, match="公表"):
        publish(review, make_edition(review), takeru)
    assert (states(review), opened(strategy)) == ([], 2022)


@pytest.mark.parametrize("stage", [Stage.ENTRY, Stage.INTERNAL])
def test_only_the_edition_of_the_councils_stage_is_published(review, takeru, stage):
    with pytest.raises(ValidationError, match="外部評価を終えたとき"):
        publish(review, make_edition(review, stage), takeru)


def test_another_years_edition_is_refused(strategy, review, takeru):
    other = make_edition(make_review(strategy, fiscal_year=2022))
    with pytest.raises(ValidationError, match="外部評価を終えたとき"):
        publish(review, other, takeru)


def test_publishing_opens_the_years_live_pages_with_a_trace(strategy, review, edition, takeru):
    publish(review, edition, takeru)
    trace = Strategy.history.first()
    assert (opened(strategy), trace.history_user, trace.history_change_reason) == (YEAR, takeru, "令和5年度の結果を公表")


def test_publishing_an_older_year_closes_no_later_one(takeru):
    strategy = make_strategy(published_through=2024)
    review = make_review(strategy)
    publication = publish(review, make_edition(review), takeru)
    assert (opened(strategy), publication.opened_after) == (2024, None)
    withdraw(publication=publication, reason="まちがい", by=takeru)
    assert opened(strategy) == 2024


@pytest.mark.parametrize("before", [2022, None])
def test_withdrawing_the_newest_year_closes_its_live_pages_again(takeru, before):
    strategy = make_strategy(published_through=before)
    publication = make_published(strategy, takeru)
    withdraw(publication=publication, reason="集計に誤りがあったため", by=takeru)
    assert opened(strategy) == before
    assert Strategy.history.first().history_change_reason == "令和5年度の結果を取り下げ"


def test_withdrawing_keeps_open_what_somebody_opened_by_hand_meanwhile(strategy, takeru):
    publication = make_published(strategy, takeru)
    Strategy.objects.update(published_through=2024)
    withdraw(publication=publication, reason="まちがい", by=takeru)
    assert opened(strategy) == 2024


def test_withdrawing_two_years_one_after_the_other_leads_back_to_what_was_open_before_both(strategy, takeru):
    first, second = make_published(strategy, takeru), make_published(strategy, takeru, fiscal_year=2024)
    withdraw(publication=first, reason="まちがい", by=takeru)
    assert opened(strategy) == 2024
    withdraw(publication=second, reason="まちがい", by=takeru)
    assert opened(strategy) == 2022


def test_withdrawing_the_newest_of_two_years_keeps_the_other_open(strategy, takeru):
    make_published(strategy, takeru)
    withdraw(publication=make_published(strategy, takeru, fiscal_year=2024), reason="まちがい", by=takeru)
    assert opened(strategy) == YEAR


def test_a_replacement_that_is_withdrawn_closes_what_the_first_one_opened(strategy, review, edition, takeru):
    publish(review, edition, takeru)
    second = publish(review, make_edition(review), takeru, AFTER)
    withdraw(publication=second, reason="まちがい", by=takeru)
    assert (states(review), opened(strategy)) == ([PublicationState.REPLACED, PublicationState.WITHDRAWN], 2022)


def test_a_new_publication_takes_the_place_of_the_one_before(strategy, review, edition, takeru):
    first = publish(review, edition, takeru)
    second = publish(review, make_edition(review), takeru, AFTER)
    first.refresh_from_db()
    assert (first.state, first.withdrawn_at) == (PublicationState.REPLACED, AFTER)
    assert list(published(strategy)) == [second]


def test_the_database_keeps_a_second_publication_out(review, edition, takeru):
    publish(review, edition, takeru)
    again = Publication(review=review, edition=edition, state=PublicationState.PUBLISHED, publish_at=NOON, published_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_withdrawing_asks_for_a_reason(strategy, takeru, reason):
    publication = make_published(strategy, takeru)
    with pytest.raises(ValidationError, match="理由を書いてください"):
        withdraw(publication=publication, reason=reason, by=takeru)
    assert list(published(strategy)) == [publication]


def test_a_withdrawn_year_can_be_published_again(strategy, review, edition, takeru):
    withdraw(publication=publish(review, edition, takeru), reason="まちがい", by=takeru)
    assert [row.withdrawal_reason for row in withdrawn(strategy)] == ["まちがい"]
    publish(review, edition, takeru, AFTER)
    assert (withdrawn(strategy), opened(strategy)) == ([], YEAR)


def test_what_is_scheduled_is_published_at_its_time_and_not_before(strategy, review, edition, takeru):
    waiting = schedule(review, edition, takeru)
    assert publish_due(now=NOON - MINUTE) == []
    assert (states(review), opened(strategy)) == ([PublicationState.SCHEDULED], 2022)
    done = publish_due(now=NOON)
    waiting.refresh_from_db()
    assert [(each.publication, each.hindrance) for each in done] == [(waiting, "")]
    assert (waiting.state, waiting.published_at, opened(strategy)) == (PublicationState.PUBLISHED, NOON, YEAR)


def test_the_command_run_twice_publishes_once(review, edition, takeru):
    waiting = schedule(review, edition, takeru)
    publish_due(now=NOON)
    assert publish_due(now=AFTER) == []
    waiting.refresh_from_db()
    assert waiting.published_at == NOON


def test_publishing_by_hand_what_the_command_has_just_published_changes_nothing(review, edition, takeru):
    waiting = schedule(review, edition, takeru)
    publish_due(now=NOON)
    with pytest.raises(ValidationError, match="画面を開いた後に変わりました"):
        publish_scheduled(publication=waiting, by=takeru)
    assert states(review) == [PublicationState.PUBLISHED]


def test_of_two_planners_the_second_to_withdraw_is_told(strategy, takeru, people):
    publication = make_published(strategy, takeru)
    withdraw(publication=publication, reason="集計に誤りがあったため", by=takeru)
    with pytest.raises(ValidationError, match="画面を開いた後に変わりました"):
        withdraw(publication=publication, reason="べつの理由", by=people[Role.ADMINISTRATOR])
    assert withdrawn(strategy)[0].withdrawal_reason == "集計に誤りがあったため"


def test_a_time_that_is_past_is_refused(review, edition, takeru):
    with pytest.raises(ValidationError) as refused:
        schedule(review, edition, takeru, at=BEFORE)
    assert "これから先の日時" in refused.value.message_dict["publish_at"][0]


@pytest.mark.parametrize("attempt", [schedule, publish])
def test_a_second_schedule_or_publication_beside_a_schedule_is_refused(review, edition, takeru, attempt):
    schedule(review, edition, takeru)
    with pytest.raises(ValidationError, match="すでに予約しています"):
        attempt(review, edition, takeru)
    assert states(review) == [PublicationState.SCHEDULED]


def test_a_cancelled_schedule_is_not_carried_out(strategy, review, edition, takeru):
    cancel_schedule(publication=schedule(review, edition, takeru), by=takeru)
    assert publish_due(now=AFTER) == []
    assert (states(review), opened(strategy)) == ([PublicationState.CANCELLED], 2022)


def test_a_schedule_waits_while_the_review_is_back_with_the_council(review, edition, takeru):
    waiting = schedule(review, edition, takeru)
    review.stage = Stage.EXTERNAL
    review.save()
    held = publish_due(now=NOON)
    assert "外部評価" in held[0].hindrance
    assert (states(review), is_overdue(waiting, NOON), is_overdue(waiting, NOON - MINUTE)) == ([PublicationState.SCHEDULED], True, False)


def test_a_schedule_waits_when_a_newer_edition_was_made_after_it(review, edition, takeru):
    waiting = schedule(review, edition, takeru)
    make_edition(review, frozen_at=waiting.made_at + MINUTE)
    assert "新しい確定版" in publish_due(now=NOON)[0].hindrance
    with pytest.raises(ValidationError, match="新しい確定版"):
        publish_scheduled(publication=waiting, by=takeru)
    assert states(review) == [PublicationState.SCHEDULED]


def test_one_that_is_held_back_does_not_keep_the_others_waiting(strategy, review, edition, takeru):
    schedule(review, edition, takeru)
    review.stage = Stage.EXTERNAL
    review.save()
    other = make_review(strategy, fiscal_year=2024)
    schedule(other, make_edition(other), takeru)
    assert [bool(each.hindrance) for each in publish_due(now=NOON)] == [True, False]
    assert states(other) == [PublicationState.PUBLISHED]


def test_the_command_publishes_and_says_so(review, edition, takeru, capsys):
    schedule(review, edition, takeru)
    call_command("publish_due")
    assert "第1版（外部評価）を公表しました。" in capsys.readouterr().out
    assert states(review) == [PublicationState.PUBLISHED]


def test_the_command_ends_with_1_where_something_stands_in_the_way(review, edition, takeru, capsys):
    schedule(review, edition, takeru)
    review.stage = Stage.EXTERNAL
    review.save()
    with pytest.raises(SystemExit) as ended:
        call_command("publish_due")
    assert (ended.value.code, "公表していません" in capsys.readouterr().err) == (1, True)


def test_kept_pages_are_dropped_when_something_is_published_and_when_it_is_withdrawn(
    review, edition, takeru, django_capture_on_commit_callbacks
):
    counts = [Revision.current()]
    with django_capture_on_commit_callbacks(execute=True):
        publication = publish(review, edition, takeru)
    counts.append(Revision.current())
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(publication=publication, reason="まちがい", by=takeru)
    counts.append(Revision.current())
    assert counts[0] < counts[1] < counts[2]


STEPS = st.lists(st.sampled_from(["now", "schedule", "due", "cancel", "withdraw", "back", "edition"]), max_size=12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_order_of_steps_changes_an_edition_or_puts_two_in_force(people, steps):
    """Whatever planners do: editions keep their text and hash, one publication at most is in force, and the year is open while it is."""
    Publication.objects.all().delete()
    strategy, takeru = make_strategy(published_through=2022), people[Role.PLANNING]
    review = make_review(strategy)
    kept = {each.pk: (each.content, each.sha256) for each in [make_edition(review)]}
    for step in steps:
        if step == "edition":
            added = make_edition(review, frozen_at=AFTER)
            kept[added.pk] = (added.content, added.sha256)
        _try(step, review, takeru)
        in_force = review.publications.in_force().count()
        assert in_force <= 1
        assert opened(strategy) == (YEAR if in_force else 2022)
    assert {each.pk: (each.content, each.sha256) for each in Edition.objects.filter(pk__in=kept)} == kept


def _try(step, review, by) -> None:
    """One step, as far as the rules allow it."""
    edition = review.editions.last()
    waiting = review.publications.filter(state=PublicationState.SCHEDULED).first()
    in_force = review.publications.in_force().first()
    attempts = {
        "now": lambda: publish(review, edition, by),
        "schedule": lambda: schedule(review, edition, by),
        "due": lambda: publish_due(now=NOON),
        "cancel": lambda: waiting and cancel_schedule(publication=waiting, by=by),
        "withdraw": lambda: in_force and withdraw(publication=in_force, reason="まちがい", by=by),
        "back": lambda: _toggle_stage(review),
        "edition": lambda: None,
    }
    try:
        attempts[step]()
    except ValidationError:
        return


def _toggle_stage(review) -> None:
    review.stage = Stage.EXTERNAL if review.stage == Stage.PUBLICATION else Stage.PUBLICATION
    review.save()
