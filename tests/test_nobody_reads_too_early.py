"""Nobody reads a text before its time: every page, file, feed and paper of the site, opened by everybody, against one table."""
import logging
from dataclasses import dataclass, replace

import pytest

from papers.answers import KINDS
from tests.crawling import Crawl
from tests.unread_scene import CHECKED_VALUE, DRAFT_VALUE, REVISED_VALUE, make_unread_scene, told
from tests.world import client_of

PLANNING, OWN, OTHER = {"planning"}, {"own division"}, {"another division"}
HIKARI, YUZU, FORMER = {"Hikari, who has written"}, {"Yuzu, who has not"}, {"Wataru, whose term is over"}
PUBLIC = {"visitor", "viewer"}
CITY = PLANNING | OWN | OTHER
MEMBERS = HIKARI | YUZU
TAKING_PART = CITY | MEMBERS
EVERYBODY = TAKING_PART | FORMER | PUBLIC


@dataclass(frozen=True)
class Rule:
    """Who reads a text while the council evaluates, and who once the results are public; the same where nothing else is said."""

    before: set[str]
    after: set[str]


def always(readers: set[str]) -> Rule:
    return Rule(readers, readers)


def then_everybody(readers: set[str]) -> Rule:
    return Rule(readers, EVERYBODY)


def figures(value) -> tuple[str, ...]:
    """A number as pages, data and charts write it."""
    return str(value), f"{value:,}", f"{value / 10000:.1f}万"


RULES = {
    # Values. What is checked but not published is for its division and for whoever has the council's role (accounts/roles.py).
    figures(DRAFT_VALUE): always(PLANNING | OWN),
    "下書きの実績": always(PLANNING | OWN),
    figures(CHECKED_VALUE): then_everybody(PLANNING | OWN | MEMBERS | FORMER),
    "確認済みの実績": then_everybody(PLANNING | OWN | MEMBERS | FORMER),
    figures(REVISED_VALUE): always(PLANNING | OWN),
    "見直しの理由": always(PLANNING | OWN),
    # Evaluations: a draft is its division's, the meetings' drafts are the planning side's.
    "下書きの自己評価": always(PLANNING | OTHER),
    # Its division reads it beside the form, which is there in earlier stages only.
    "差し戻した理由": always(set()),
    "下書きの取組の状況": always(PLANNING | OTHER),
    "提出した自己評価": then_everybody(TAKING_PART),
    "提出した取組の状況": then_everybody(TAKING_PART),
    "未確定の庁内の評価": always(PLANNING),
    "確定した庁内の評価": then_everybody(TAKING_PART),
    "未確定の推進会議の評価": always(PLANNING),
    "確定した推進会議の評価": then_everybody(TAKING_PART),
    # Opinions: a draft is its writer's alone; the members read each other's once they have written, and all when the stage is over.
    "書きかけの意見": always(HIKARI),
    "提出した意見": Rule(PLANNING | HIKARI, PLANNING | MEMBERS),
    "もう一人の意見": Rule(PLANNING | HIKARI, PLANNING | MEMBERS),
    "まとめた意見": then_everybody(CITY | HIKARI),
    "会議で出た意見": then_everybody(TAKING_PART),
    "下書きの回答": always(PLANNING | OWN),
    "確定した回答": then_everybody(TAKING_PART),
    # Meetings: the city hall's own stay there; minutes are read when the meeting is over, citizens read what the council decided.
    "庁内の議題": always(CITY),
    "庁内の場所": always(CITY),
    "庁内の議事録": always(CITY),
    "庁内の決定": always(CITY),
    "庁内の資料名": always(CITY),
    "庁内の資料の中身": always(CITY),
    "推進の議題": always(TAKING_PART),
    "推進の場所": then_everybody(TAKING_PART),
    "推進の議事録": always(PLANNING | MEMBERS),
    "推進の決定": then_everybody(TAKING_PART),
    "推進の資料名": always(PLANNING | MEMBERS),
    "推進の資料の中身": always(PLANNING | MEMBERS),
    "これからの議題": always(TAKING_PART),
    "これからの場所": always(TAKING_PART),
    "これからの決定": always(TAKING_PART),
    "これからの議事録": always(PLANNING),
    "これからの資料名": always(PLANNING | MEMBERS),
    "これからの資料の中身": always(PLANNING | MEMBERS),
    # Editions: those who take part read what is closed; citizens what is public, and why something is no longer.
    "予約した版": always(TAKING_PART),
    "取り下げた版": always(TAKING_PART),
    "取り下げた理由": always(EVERYBODY),
    # People: no member who did not allow it and nobody of the city hall is named to citizens.
    "氏名0": always(PLANNING | MEMBERS),
    "氏名1": always(PLANNING | MEMBERS),
    "氏名2": always(PLANNING | MEMBERS),
    "前の委員の氏名": always(PLANNING | FORMER),
    "職員の氏名": Rule(PLANNING, EVERYBODY - {"visitor"}),
}


def traces_of(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (told(text),)


@pytest.fixture(autouse=True)
def without_logs():
    """Hundreds of refusals, each with its trace, are what this is about."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def papers_in_plain_words(monkeypatch):
    """Word sets out what a paper's parts say (papers/parts.py), in a second for each, and is read in test_papers.py."""
    monkeypatch.setitem(KINDS, "docx", replace(KINDS["docx"], write=lambda paper: repr(paper).encode()))


@pytest.mark.parametrize("stage", ["before", "after"])
def test_every_text_is_read_by_those_of_the_table_and_by_nobody_else(db, settings, tmp_path, stage):
    settings.PRIVATE_ROOT = tmp_path
    scene = make_unread_scene()
    if stage == "after":
        scene.publish()
    wrong, addresses = [], scene.addresses()
    for reader, user in scene.people.items():
        site = Crawl(client_of(user), addresses)
        for text, rule in RULES.items():
            met = site.where(*traces_of(text))
            if bool(met) is not (reader in getattr(rule, stage)):
                wrong.append(f"{reader}: {text} at {met[:3] or 'no address'}")
    assert not wrong, "\n".join(wrong)
