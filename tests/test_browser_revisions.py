"""目標数値の見直し in a real browser: every width, both themes, by keyboard and without scripts."""
from functools import partial

import pytest

from tests.visits import THEMES, Visit

REVISIONS = "/strategies/hokuto-2/revisions/"
NEW = f"{REVISIONS}new/"
REASON = "来訪の動向が大きく変わったため"


@pytest.fixture
def takeru(person):
    """Opens an address as the planning side: `takeru(NEW, has_javascript=False)`."""
    return partial(person, "kikaku")


def keeps_the_rules(opened: Visit) -> None:
    """Nothing sticks out at any width, and axe finds nothing in either theme."""
    for width in (768, 390):
        opened.again(width=width)
        assert opened.sticking_out() == [], f"at {width} px"
    for theme in THEMES:
        opened.again(theme=theme)
        assert opened.violations() == [], theme
    assert opened.problems == []


@pytest.mark.parametrize("query", ["", "?kind=split&indicator=1", "?kind=add", "?kind=end"])
def test_the_forms_keep_the_rules_in_every_width_and_theme(takeru, query):
    keeps_the_rules(takeru(NEW + query))


def test_takeru_proposes_without_scripts_and_the_pages_keep_the_rules(takeru):
    opened = takeru(f"{NEW}?kind=milestone&indicator=1", has_javascript=False)
    page = opened.page
    page.select_option("[name=milestone_fiscal_year]", "2024")
    page.select_option("[name=effective_fiscal_year]", "2023")
    page.fill("[name=value]", "1")
    page.fill("[name=reason]", REASON)
    page.focus("button[value=preview]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#outcome")
    assert page.input_value("[name=reason]").strip() == REASON
    page.click("button.btn--p:has-text('提案する')")
    page.wait_for_selector("#what-h")
    made = page.url.removeprefix(opened.site)
    for path in (made, f"{made}edit/", REVISIONS):
        keeps_the_rules(takeru(path))
