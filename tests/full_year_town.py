"""The people of a whole year in a city hall and its council, with a server of their own: the real plan, no sample, no demo accounts."""
import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tests.serving import Server, demo_environment, manage, serve

PLAN = "/strategies/hokuto-2"
YEAR = 2023
REVIEW = f"{PLAN}/reviews/{YEAR}/"
PASSWORD = "correct-horse-battery-staple"
# Username, role, name; the divisions' officers with their division.
STAFF = {
    "chihiro": ("administrator", "三浦 千尋", ""),
    "takeru": ("planning", "佐藤 健", ""),
    "kai": ("division", "工藤 海", "水産商工労働課"),
    "umi": ("division", "浜 うみ", "農林課"),
    "sho": ("viewer", "中村 翔", ""),
}
# One member of each sector; the banker allows that her name is published.
COUNCIL = {
    "山本 花": "finance", "岩田 誠": "industry", "森 恵": "administration", "石井 学": "education", "林 努": "labour", "岡 文": "media",
    "白井 博": "scholar", "谷 実": "citizen",
}  # fmt: skip
BANKER = "山本 花"
# The farm's measure is 1-(3); everything else is the commerce division's.
PRELUDE = """
from datetime import date
from decimal import Decimal
from accounts.models import Division, User
from collecting.actions import check, record_value, submit
from goals.models import Strategy
from kpis.models import Actual, Indicator
from reviews.access import divisions_of, measures_of
from reviews.actions.evaluations import confirm_council_evaluation, confirm_internal_evaluation, submit_self_evaluation
from reviews.models import Seat
strategy, YEAR = Strategy.objects.get(slug="hokuto-2"), {year}
review = strategy.reviews.filter(fiscal_year=YEAR).first()
person = lambda name: User.objects.get(username=name)
"""
SETTLE = """
for username, (role, name, division) in {staff!r}.items():
    owner = Division.objects.create(name=division) if division else None
    User.objects.create_user(username=username, password={password!r}, role=role, display_name=name, division=owner)
for indicator in Indicator.objects.filter(strategy=strategy):
    is_farm = indicator.measure and (indicator.measure.goal.number, indicator.measure.number) == (1, 3)
    indicator.division = person("umi" if is_farm else "kai").division
    indicator.save()
for position, (name, sector) in enumerate({members!r}.items(), start=1):
    Seat.objects.create(strategy=strategy, member_name=name, sector=sector, position=position, term_from=date(2024, 4, 1))
strategy.contact_office = "企画課"
strategy.public_scope, strategy.published_through = "published", None
strategy.save()
"""
# What the other lines of the entry sheet and the other ten measures bring, by the product's own actions.
THE_OTHER_VALUES = """
for indicator in Indicator.objects.filter(strategy=strategy, targets__isnull=False).distinct().exclude(target_kind="milestone"):
    if Actual.objects.filter(indicator=indicator, fiscal_year=YEAR).exists():
        continue
    target = indicator.targets.order_by("effective_fiscal_year").last()
    if indicator.is_numeric_target or target.value is None:
        continue
    officer = person("umi" if indicator.division.name == "農林課" else "kai")
    row = record_value(indicator=indicator, fiscal_year=YEAR, entered={"value": target.value}, seen_version=0, by=officer)
    submit(actuals=[row], by=officer)
    check(actuals=[Actual.objects.get(pk=row.pk)], by=person("takeru"))
"""
THE_OTHER_SELF_EVALUATIONS = """
for measure in measures_of(strategy):
    for division in divisions_of(measure):
        if not review.self_evaluations.filter(measure=measure, division=division).exists():
            said = {"achievements": f"{measure.name}を進めた。", "issues": "", "next_steps": ""}
            submit_self_evaluation(review=review, measure=measure, division=division, entered=said, seen_version=0, by=person("takeru"))
"""
THE_OTHER_INTERNAL_EVALUATIONS = """
for measure in measures_of(strategy):
    if not review.internal_evaluations.filter(measure=measure).exists():
        said = {"grade": review.scale.grades.first(), "grade_reason": "", "effect": "effective", "course": "continue", "comment": ""}
        confirm_internal_evaluation(review=review, measure=measure, entered=said, proposed=None, seen_version=0, by=person("takeru"))
"""
THE_OTHER_COUNCIL_EVALUATIONS = """
for measure in measures_of(strategy):
    if not review.council_evaluations.filter(measure=measure).exists():
        said = {"rating": "effective", "summary": f"{measure.name}は進んだ。"}
        confirm_council_evaluation(review=review, measure=measure, entered=said, seen_version=0, by=person("takeru"))
"""


def serve_town(folder: Path) -> Server:
    """A new database with the plan, its people and their divisions, served."""
    environment = demo_environment(folder)
    manage(environment, "migrate", "--verbosity", "0")
    manage(environment, "load_plan", "--verbosity", "0")
    done_in(folder, SETTLE.format(staff=STAFF, password=PASSWORD, members={name: sector for name, sector in COUNCIL.items() if name != BANKER}))
    return serve(environment, folder)


def done_in(folder: Path, *scripts: str) -> None:
    """Let that be done behind the pages."""
    manage(demo_environment(folder), "shell", "--verbosity", "0", "-c", PRELUDE.format(year=YEAR) + "".join(scripts))


@dataclass
class Town:
    """Everybody at a browser of their own. Whatever a page does wrong is written down."""

    browser: Browser
    server: Server
    folder: Path
    pages: dict[str, Page] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def at(self, name: str, path: str = "") -> Page:
        """That person's page: of staff who sign in the first time, of a member who came in with a code, of a citizen."""
        if name not in self.pages:
            self.pages[name] = self._new_page()
            if name in STAFF:
                self._sign_in(self.pages[name], name)
        if path:
            self.pages[name].goto(self.server.url + path)
        return self.pages[name]

    def behind_the_pages(self, *scripts: str) -> None:
        done_in(self.folder, *scripts)

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()

    def _new_page(self) -> Page:
        context: BrowserContext = self.browser.new_context(viewport={"width": 1440, "height": 900}, locale="ja-JP", reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.problems.append(f"script error at {page.url}: {error}"))
        page.on("response", lambda answer: answer.status >= 400 and self.problems.append(f"{answer.status}: {answer.url}"))
        return page

    def _sign_in(self, page: Page, username: str) -> None:
        page.goto(f"{self.server.url}/accounts/sign-in/")
        page.fill("#id_username", username)
        page.fill("#id_password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/accounts/sign-in/" not in url)


def press(page: Page, name: str, within: str = "main") -> None:
    """Press a button whose page answers with another."""
    with page.expect_navigation():
        page.locator(within).get_by_role("button", name=re.compile(f"^{name}")).first.click()


def follow(page: Page, name: str, within: str = "main") -> None:
    """Follow a link by its words."""
    with page.expect_navigation():
        page.locator(within).get_by_role("link", name=re.compile(name)).first.click()
