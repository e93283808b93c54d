"""入力のお願い: the right people are told what they owe, once a day, by e-mail or by a text to paste."""
from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from collecting.models import Reminder
from collecting.reminders import EmailMessage
from common.fiscal import era_date
from kpis.vocabulary import EntryState
from tests.factories import make_actual, make_collection, make_division, make_indicator, make_strategy, make_user
from tests.world import client_of

pytestmark = pytest.mark.django_db

DEADLINE = timezone.localdate() + timedelta(days=7)


@pytest.fixture
def farm():
    return make_division(name="農林課")


@pytest.fixture
def people_of_the_farm(farm):
    """Kai and Midori have addresses; Ren has left."""
    kai = make_user(Role.DIVISION, division=farm, display_name="工藤 海", email="kai@example.jp")
    midori = make_user(Role.DIVISION, division=farm, display_name="林 みどり", email="midori@example.jp")
    make_user(Role.DIVISION, division=farm, display_name="北 蓮", email="ren@example.jp", is_active=False)
    return kai, midori


@pytest.fixture
def asked(farm, people_of_the_farm):
    """Four values of the farm division: not entered, returned, handed in, and Midori's own draft."""
    strategy = make_strategy()
    owed, returned, sent, own = (make_indicator(strategy=strategy, division=farm, name=name) for name in ("森林面積", "作付面積", "出荷額", "戸数"))
    own.person = people_of_the_farm[1]
    own.save()
    make_actual(indicator=returned, fiscal_year=2024, entry_state=EntryState.RETURNED, return_reason="単位を確認")
    make_actual(indicator=sent, fiscal_year=2024, entry_state=EntryState.SUBMITTED)
    make_actual(indicator=own, fiscal_year=2024)
    takeru = make_user(Role.PLANNING, display_name="佐藤 健", division=make_division(name="企画課"))
    return make_collection([owed, returned, sent, own], deadline=DEADLINE, opened_by=takeru, message="毎年のお願いです。")


def send(*arguments: str) -> int:
    """The command's exit code."""
    try:
        call_command("send_reminders", *arguments)
    except SystemExit as ended:
        return ended.code
    return 0


def mails() -> dict[str, str]:
    return {each.to[0]: each.body for each in mail.outbox}


def test_everybody_with_an_address_is_told_what_is_theirs(asked):
    assert send() == 0
    found = mails()
    assert set(found) == {"kai@example.jp", "midori@example.jp"}
    assert "戸数" not in found["kai@example.jp"]
    assert all("戸数" in found["midori@example.jp"] and name in body for body in found.values() for name in ("森林面積", "作付面積"))
    assert not any("出荷額" in body for body in found.values())


def test_midori_who_has_moved_to_another_division_is_not_told_of_the_farms_values(asked, people_of_the_farm):
    _, midori = people_of_the_farm
    midori.division = make_division(name="税務課")
    midori.save()
    send()
    assert set(mails()) == {"kai@example.jp"}
    assert "戸数" in mails()["kai@example.jp"]


def test_the_mail_says_what_is_missing_until_when_why_and_whom_to_ask(asked, settings):
    settings.SITE_URL = "https://strategy.example.jp"
    settings.DEFAULT_FROM_EMAIL = "kikaku@example.jp"
    send()
    sent = next(each for each in mail.outbox if each.to == ["kai@example.jp"])
    assert sent.from_email == "kikaku@example.jp"
    assert sent.subject == f"【令和6年度の実績】入力のお願い（提出期限 {era_date(DEADLINE)}）"
    assert sent.body.startswith("工藤 海 さん\n")
    assert "提出されていない指標が2件あります" in sent.body
    assert f"（未入力、期限 {era_date(DEADLINE)}）" in sent.body
    assert "差戻しの理由：単位を確認" in sent.body
    assert "毎年のお願いです。" in sent.body
    assert f"https://strategy.example.jp{reverse('entry_sheet', args=[asked.strategy.slug, 2024])}" in sent.body
    assert sent.body.endswith("問合せ先：企画課 佐藤 健")


def test_nobody_is_told_twice_a_day(asked):
    assert (send(), send()) == (0, 0)
    assert len(mail.outbox) == Reminder.objects.count() == 2


def test_the_next_day_they_are_told_again(asked):
    send()
    Reminder.objects.update(sent_on=timezone.localdate() - timedelta(days=1))
    send()
    assert len(mail.outbox) == 4


def test_a_trial_sends_and_notes_nothing(asked, capsys):
    assert send("--dry-run") == 0
    assert (len(mail.outbox), Reminder.objects.count()) == (0, 0)
    printed = capsys.readouterr().out
    assert "宛先：工藤 海 <kai@example.jp>" in printed
    assert "森林面積" in printed


def test_what_is_due_later_waits(asked):
    asked.deadline = timezone.localdate() + timedelta(days=15)
    asked.save()
    assert send() == 0
    assert mail.outbox == []
    send("--within", "15")
    assert len(mail.outbox) == 2


def test_what_is_overdue_is_told_as_such(asked):
    asked.deadline = timezone.localdate() - timedelta(days=1)
    asked.save()
    send()
    assert "期限を過ぎています" in mails()["kai@example.jp"]


def test_a_refused_mail_is_not_noted_and_the_next_run_sends_it(asked, monkeypatch):
    def refuse(message):
        if message.to == ["kai@example.jp"]:
            raise SMTPException("mailbox full")
        return original(message)

    original = EmailMessage.send
    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", refuse)
        assert send() == 1
    assert list(mails()) == ["midori@example.jp"]
    assert send() == 0
    assert list(mails()) == ["midori@example.jp", "kai@example.jp"]


def test_a_division_without_an_address_is_named_and_tells_cron(asked, people_of_the_farm, capsys):
    for person in people_of_the_farm:
        person.email = ""
        person.save()
    assert send() == 3
    assert "農林課にメールアドレスのある人がいません" in capsys.readouterr().err


def test_a_closed_collection_and_a_finished_one_remind_nobody(asked):
    asked.closed_at = timezone.now()
    asked.save()
    assert send() == 0
    assert mail.outbox == []


def test_what_nobody_enters_is_nobodys_mail(asked):
    asked.indicators.update(division=None, person=None)
    assert send() == 0
    assert mail.outbox == []


def test_the_officer_finds_the_same_text_to_paste(asked):
    page = client_of(make_user(Role.PLANNING)).get(reverse("collection_reminders", args=[asked.strategy.slug, 2024])).content.decode()
    assert "農林課 御中" in page
    assert "提出されていない指標が3件あります" in page
    assert all(name in page for name in ("森林面積", "作付面積", "戸数"))
    assert "出荷額" not in page
    assert f"http://testserver{reverse('entry_sheet', args=[asked.strategy.slug, 2024])}" in page


def test_without_anything_owed_the_page_says_so(asked):
    asked.indicators.set([])
    page = client_of(make_user(Role.PLANNING)).get(reverse("collection_reminders", args=[asked.strategy.slug, 2024])).content.decode()
    assert "すべての課が提出しました" in page
