"""The way the product is for: a value is entered in the admin, and everybody sees the verdict change."""
from tests.visits import Visit

INDICATOR = "/strategies/hokuto-2/indicators/1-1-1/?year=2024"


def verdict(opened: Visit) -> str:
    """The first verdict on the indicator's page."""
    opened.page.goto(opened.site + INDICATOR)
    return opened.page.locator("main .st").first.inner_text().strip()


def enter(opened: Visit, value: str, reason: str, outcome: str = "ul.messagelist .success") -> None:
    """Find the indicator in the admin, write the value of 令和6年度, say why, save."""
    page = opened.page
    page.goto(f"{opened.site}/admin/")
    page.locator("#kpis-indicator, .model-indicator").get_by_role("link", name="指標", exact=True).first.click()
    page.fill("#searchbar", "1-1-1")
    page.keyboard.press("Enter")
    # The link stands in the whole list too: clicked before the search has answered, it would lead nowhere.
    page.wait_for_url("**q=1-1-1*")
    page.get_by_role("link", name="1-1-1", exact=True).click()
    page.fill("#id_actuals-4-value", value)
    page.fill("#id_change_reason", reason)
    page.locator("input[name=_save]").first.click()
    page.wait_for_selector(outcome)


def test_a_planning_officer_enters_a_value_and_everybody_sees_the_verdict_change(person):
    officer, member = person("kikaku", INDICATOR), person("iin", INDICATOR)
    before = verdict(member)
    enter(officer, "１，０５０", "立地件数の確認による")
    assert before != "達成"
    assert verdict(officer) == "達成"
    assert verdict(member) == "達成"
    assert officer.problems == []


def test_the_change_is_kept_with_who_and_why(person):
    officer = person("kikaku", INDICATOR)
    enter(officer, "△5", "取下げの記録")
    officer.page.get_by_role("link", name="1-1-1", exact=True).click()
    officer.page.wait_for_url("**/change/**")
    officer.page.get_by_role("link", name="履歴").first.click()
    officer.page.wait_for_url("**/history/**")
    history = officer.page.locator("#content").inner_text()
    assert "取下げの記録" in history
    assert "デモ 企画担当" in history


def test_a_value_that_is_no_number_is_refused_and_stays_on_the_form(person):
    officer = person("kikaku", INDICATOR)
    enter(officer, "約50社", "", outcome=".errorlist")
    assert officer.page.locator("#id_actuals-4-value").input_value() == "約50社"
    assert "数として読めません" in officer.page.locator("#content").inner_text()
