"""Every address of the site, opened by everybody: what each reader meets there follows from one table and the role table."""
import re
from dataclasses import dataclass
from itertools import product

import pytest
from django.contrib import admin
from django.urls import URLResolver, get_resolver, reverse

from accounts.roles import Role
from goals.models import PublicScope
from importing.actions import Upload, read_batch, stage_files
from kpis.models import Actual
from kpis.vocabulary import EntryState
from tests.council import council_arguments
from tests.factories import make_collection, make_rating_scale, make_review, make_user
from tests.meetings import meeting_arguments
from tests.pages import SLUG
from tests.published import make_edition
from tests.reviewed import make_first_edition
from tests.revisions import revision_arguments
from tests.world import client_of

READERS = (None, *Role)
# What is public matters to visitors, and to nobody who has signed in, as one who may least of all shows.
VISITS = (*product((None, Role.VIEWER), PublicScope), *((role, PublicScope.PUBLISHED) for role in Role if role != Role.VIEWER))
SHOWN, SIGN_IN, LEADS_ON, REFUSED, MISSING, POST_ONLY = "shown", "sign in first", "leads on", "refused", "missing", "only by POST"
BY_STATUS = {403: REFUSED, 404: MISSING, 405: POST_ONLY}

# What a visitor meets when nothing is public, what a visitor meets else, and what those who are signed in meet.
OF_STRATEGY = (SIGN_IN, SHOWN, SHOWN)
DATA_FILE = (REFUSED, SHOWN, SHOWN)
OPEN = (SHOWN, SHOWN, SHOWN)
SITE = {
    "home": (SIGN_IN, LEADS_ON, LEADS_ON),
    "overview": OF_STRATEGY,
    "goal": OF_STRATEGY,
    "indicator": OF_STRATEGY,
    "sdgs": OF_STRATEGY,
    "plan": OF_STRATEGY,
    "print_sheet": OF_STRATEGY,
    "judgement_guide": OF_STRATEGY,
    "search": OF_STRATEGY,
    "agreements": OF_STRATEGY,
    "agreement": OF_STRATEGY,
    "partner": OF_STRATEGY,
    "help": OPEN,
    "accessibility": OPEN,
    "sign_in": (SHOWN, SHOWN, LEADS_ON),
    "sign_out": (POST_ONLY, POST_ONLY, POST_ONLY),
    # For those who have no account yet; the second page leads back whoever has not entered a code.
    "invitation": OPEN,
    "invitation_account": (LEADS_ON, LEADS_ON, LEADS_ON),
    "paper_sheet": OF_STRATEGY,
    "paper_measure": OF_STRATEGY,
    "paper_pack": OF_STRATEGY,
    "opendata_index": OF_STRATEGY,
    "opendata_indicators_csv": DATA_FILE,
    "opendata_indicators_json": DATA_FILE,
    "opendata_indicators_wide_csv": DATA_FILE,
    "opendata_agreements_csv": DATA_FILE,
    "opendata_agreements_json": DATA_FILE,
    "opendata_results_csv": DATA_FILE,
    "opendata_results_json": DATA_FILE,
    "opendata_opinions_csv": DATA_FILE,
    "opendata_publications_atom": DATA_FILE,
    "opendata_catalog_jsonld": DATA_FILE,
    "opendata_openapi": OPEN,
    # What is published there, and what is not for anybody: test_results_pages.py.
    "results": OF_STRATEGY,
    "results_year": (SIGN_IN, MISSING, MISSING),
    "results_measure": (SIGN_IN, MISSING, MISSING),
    # None has the number 0; who gets which is in test_evidence_files.py and test_meeting_materials.py.
    "evidence_file": (SIGN_IN, SIGN_IN, MISSING),
    "material_file": (SIGN_IN, SIGN_IN, MISSING),
}
# Pages of work ask for a permission; visitors are asked to sign in.
WORK = {
    "entry": "collecting.view_collection",
    "entry_sheet": "collecting.view_collection",
    "collections": "collecting.change_collection",
    "collection_open": "collecting.change_collection",
    "collection_edit": "collecting.change_collection",
    "collection_board": "collecting.view_collection",
    "collection_reminders": "collecting.change_collection",
    "value_reopen": "collecting.change_collection",
    "hand_over": "collecting.change_collection",
    "imports": "importing.view_importbatch",
    "import_preview": "importing.view_importbatch",
    "import_errors": "importing.view_importbatch",
    "import_layout": "importing.add_layout",
    "surveys": "importing.view_importbatch",
    "survey_file": "importing.view_importbatch",
    "surveys_zip": "importing.view_importbatch",
    "plan_book": "goals.change_strategy",
    "plan_book_file": "goals.change_strategy",
    "plan_book_template": "goals.change_strategy",
    "paper_meeting": "reviews.view_meeting",
    "reviews": "reviews.view_annualreview",
    "review_new": "reviews.change_annualreview",
    "review": "reviews.view_annualreview",
    "review_edit": "reviews.change_annualreview",
    "review_measure": "reviews.view_annualreview",
    "meetings": "reviews.view_meeting",
    "meeting": "reviews.view_meeting",
    "meeting_new": "reviews.change_annualreview",
    "meeting_edit": "reviews.change_annualreview",
    "meeting_agenda": "reviews.change_annualreview",
    "agenda_line": "reviews.change_annualreview",
    "meeting_attendance": "reviews.change_annualreview",
    "meeting_minutes": "reviews.change_annualreview",
    "decision_new": "reviews.change_annualreview",
    "decisions": "reviews.view_meeting",
    "decision_edit": "reviews.change_annualreview",
    "decision_done": "reviews.change_decision",
    "editions": "reviews.view_edition",
    "edition": "reviews.view_edition",
    "edition_comparison": "reviews.view_edition",
    "edition_file": "reviews.change_annualreview",
    "seats": "reviews.change_seat",
    "seat_new": "reviews.change_seat",
    "seat_edit": "reviews.change_seat",
    "seat_end": "reviews.change_seat",
    "seat_successor": "reviews.change_seat",
    "opinion_tally": "reviews.change_annualreview",
    "joint_opinion_new": "reviews.change_annualreview",
    "joint_opinion_edit": "reviews.change_annualreview",
    "responses": "reviews.view_annualreview",
    "response": "reviews.change_response",
    "revisions": "reviews.view_annualreview",
    "revision": "reviews.view_annualreview",
    "revision_new": "reviews.add_targetrevision",
    "revision_edit": "reviews.add_targetrevision",
    "publication": "reviews.change_annualreview",
    "publication_preview": "reviews.change_annualreview",
    "publication_preview_measure": "reviews.change_annualreview",
}
# The pages of whoever holds a seat of the council: nobody else opens them, the planning side included.
MEMBER = {"my_opinions": SHOWN, "my_opinion": SHOWN, "my_opinion_take_back": LEADS_ON}
# Leads to the newest collection, and those that are only sent to: whoever comes there otherwise is led to the page that sends.
WORK_SENDS = {
    "entry_submit": "collecting.view_collection",
    "entry_cell": "collecting.view_collection",
    "evidence_add": "collecting.view_collection",
    "evidence_remove": "collecting.view_collection",
    "collection_check": "collecting.view_collection",
    "collection_return": "collecting.view_collection",
    "hand_over_undo": "collecting.change_collection",
    "import_read": "importing.view_importbatch",
    "import_take_in": "importing.view_importbatch",
    "import_undo": "importing.view_importbatch",
    "import_abandon": "importing.view_importbatch",
    "plan_book_take_in": "goals.change_strategy",
    "plan_book_undo": "goals.change_strategy",
    # Leads to the reader's own measure.
    "review_measures": "reviews.view_annualreview",
    "review_move": "reviews.view_annualreview",
    "meeting_held": "reviews.view_meeting",
    "agenda_take": "reviews.change_annualreview",
    "agenda_add": "reviews.change_annualreview",
    "agenda_change": "reviews.change_annualreview",
    "agenda_undo": "reviews.change_annualreview",
    "material_add": "reviews.view_meeting",
    "material_remove": "reviews.view_meeting",
    "decision_reopen": "reviews.change_decision",
    "seat_invite": "reviews.change_seat",
    "joint_opinion_move": "reviews.change_annualreview",
    "joint_opinion_remove": "reviews.change_annualreview",
    "joint_opinion_restore": "reviews.change_annualreview",
    "response_return": "reviews.change_response",
    "response_done": "reviews.change_response",
    "response_reopen": "reviews.change_response",
    "revision_decide": "reviews.view_annualreview",
    "revision_reject": "reviews.view_annualreview",
    "revision_withdraw": "reviews.view_annualreview",
    "revision_take_back": "reviews.view_annualreview",
    "publication_begin": "reviews.change_annualreview",
    "publication_due": "reviews.change_annualreview",
    "publication_cancel": "reviews.change_annualreview",
    "publication_withdraw": "reviews.change_annualreview",
}
WORK_LEADS_ON = {"entry", *WORK_SENDS}
# What staff meet at the admin's own addresses, and which permissions an address of a model asks for (any of them).
ADMIN = {
    "index": SHOWN,
    "login": LEADS_ON,
    "logout": POST_ONLY,
    "password_change": SHOWN,
    "password_change_done": SHOWN,
    "jsi18n": SHOWN,
    "view_on_site": MISSING,
    "catch_all": MISSING,
}
MODEL_PAGES = {
    "changelist": ("view", "change"),
    "history": ("view", "change"),
    "change": ("view", "change"),
    "add": ("add",),
    "delete": ("delete",),
    "export": ("view",),
    "import": ("add",),
    "password_change": ("change",),
}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ARGUMENTS = {"slug": SLUG, "goal": 1, "number": 1, "code": "1-3-4", "audience": "council", "content_type_id": 0, "url": "no-such-page", "fiscal_year": 2024, "file": 1, "evidence": 0, "indicator": 0, "material": 0, "kind": "xlsx"}


@dataclass(frozen=True)
class Address:
    """One URL pattern: its route as written, and its name ("admin:…" within the admin)."""

    route: str
    name: str


def addresses(patterns=None, route="", namespace="") -> list[Address]:
    """Every URL pattern of the project, taken from the resolver."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += addresses(pattern.url_patterns, here, pattern.namespace or namespace)
        else:
            found.append(Address(here, f"{namespace}:{pattern.name or 'unnamed'}" if namespace else pattern.name))
    return found


def site_addresses() -> list[Address]:
    return [address for address in addresses() if not address.name.startswith("admin:")]


def path_of(route: str, **arguments) -> str:
    return "/" + PARAMETER.sub(lambda found: str({**ARGUMENTS, **arguments}[found[1]]), route)


def outcome(client, path: str) -> str:
    """What somebody meets who follows the address to its end."""
    response = client.get(path, follow=True)
    if response.status_code != 200:
        return BY_STATUS.get(response.status_code, str(response.status_code))
    if not response.redirect_chain:
        return SHOWN
    return SIGN_IN if response.request["PATH_INFO"] == reverse("sign_in") else LEADS_ON


def expected_on_site(name: str, user, column: int) -> str:
    """What that reader (None: a visitor) meets at an address of the site; `column` is the one of SITE."""
    if name in SITE:
        return SITE[name][column]
    if user is None:
        return SIGN_IN
    if name in MEMBER:
        return MEMBER[name] if user.role == Role.COUNCIL else REFUSED
    met = LEADS_ON if name in WORK_LEADS_ON else SHOWN
    return met if user.has_perm((WORK | WORK_SENDS)[name]) else REFUSED


def test_every_address_of_the_site_has_its_rule():
    assert {address.name for address in site_addresses()} == {*SITE, *WORK, *WORK_SENDS, *MEMBER}


@pytest.mark.parametrize(("reader", "scope"), VISITS)
def test_every_reader_meets_what_the_table_says(sample, people, reader, scope):
    sample.public_scope = scope
    sample.save()
    partner = sample.agreements.first().partners.first()
    indicator = sample.indicators.first()
    indicator.division = people[Role.DIVISION].division
    indicator.save()
    upload = Upload("実績.csv", "番号,R6実績\r\n9-9-9,1\r\n".encode())
    read_batch(batch=stage_files(strategy=sample, uploads=[upload], by=people[Role.DIVISION]), by=people[Role.DIVISION])
    actual = Actual.objects.filter(indicator=indicator, fiscal_year=make_collection(list(sample.indicators.all())).fiscal_year).first()
    column = 2 if reader else 0 if scope == PublicScope.NOTHING else 1
    client = client_of(people.get(reader))
    arguments = {"pk": partner.pk, "division": indicator.division_id, "actual": actual.pk}
    arguments |= meeting_arguments(sample, people)
    arguments |= council_arguments(sample, people)
    arguments |= revision_arguments(sample, indicator, people[Role.PLANNING], people[Role.DIVISION])
    make_first_edition(sample)
    make_edition(sample.reviews.get(fiscal_year=2024))
    met = {address.name: outcome(client, path_of(address.route, **arguments)) for address in site_addresses()}
    assert met == {name: expected_on_site(name, people.get(reader), column) for name in met}


@pytest.mark.parametrize("audience", ["council", "division", "administrator"])
def test_everybody_reads_every_page_of_help(sample, audience):
    assert outcome(client_of(None), f"/help/{audience}/") == SHOWN


def model_address(address: Address) -> tuple[str, str, str] | None:
    """(app, model, page) of an address of a registered model; the changing of a password is Django's own pattern."""
    name = address.name.removeprefix("admin:").replace("auth_user_password_change", "accounts_user_password_change")
    for model in admin.site._registry:
        prefix = f"{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(prefix):
            return model._meta.app_label, model._meta.model_name, name.removeprefix(prefix)
    return None


@pytest.fixture
def rows(sample, people):
    """One row of every registered model: of Kai's division, neither published nor checked yet, and a demo account, the only one that may be deleted."""
    make_rating_scale(strategy=sample)
    make_review(strategy=sample)
    kai = people[Role.DIVISION]
    actual = Actual.objects.filter(indicator__strategy=sample, fiscal_year=sample.last_fiscal_year, indicator__targets__isnull=False).first()
    actual.entry_state = EntryState.DRAFT
    actual.save()
    actual.indicator.division = kai.division
    actual.indicator.save()
    sample.published_through = sample.last_fiscal_year - 1
    sample.save()
    ours = {"actual": actual, "indicator": actual.indicator, "target": actual.indicator.targets.first(), "user": make_user(is_demo=True)}
    return {model._meta.model_name: ours.get(model._meta.model_name) or model.objects.first() for model in admin.site._registry}


def expected_in_admin(address: Address, user) -> str:
    """What that member of staff meets at an address of the admin."""
    found = model_address(address)
    if found is None:
        return ADMIN[address.name.removeprefix("admin:")]
    app, model, page = found
    if page == "process_import":
        return POST_ONLY
    return SHOWN if any(user.has_perm(f"{app}.{verb}_{model}") for verb in MODEL_PAGES[page]) else REFUSED


def admin_addresses() -> list[Address]:
    """Without those that lead from an old form of a row's address to its page, and those that are tested one by one below."""
    others = {"admin:autocomplete", "admin:app_list", "admin:unnamed"}
    return [address for address in addresses() if address.name.startswith("admin:") and address.name not in others]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PLANNING, Role.DIVISION])
def test_staff_meet_in_the_admin_what_their_role_allows(rows, people, role):
    client, met, expected = client_of(people[role]), {}, {}
    for address in admin_addresses():
        app_model = model_address(address)
        row = rows.get(app_model[1]) if app_model else None
        if row is None and "object_id" in address.route and app_model:
            continue
        path = path_of(address.route, object_id=row.pk if row else 0, id=row.pk if row else 0)
        met[path], expected[path] = outcome(client, path), expected_in_admin(address, people[role])
    assert met == expected
    assert len(met) > 60


@pytest.mark.parametrize(("reader", "met"), [(None, SIGN_IN), (Role.COUNCIL, REFUSED), (Role.VIEWER, REFUSED)])
def test_nobody_else_gets_into_the_admin(rows, people, reader, met):
    client = client_of(people.get(reader))
    paths = [path_of(address.route, object_id=1, id=1) for address in admin_addresses() if "(?P" not in address.route]
    assert {path: outcome(client, path) for path in paths} == dict.fromkeys(paths, met)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PLANNING, Role.DIVISION])
def test_staff_see_the_apps_in_which_they_have_something_to_do(rows, people, role):
    client = client_of(people[role])
    models = [model._meta for model in admin.site._registry]
    opened = {each.app_label for each in models if people[role].has_perm(f"{each.app_label}.view_{each.model_name}")}
    labels = {each.app_label for each in models}
    met = {label: outcome(client, reverse("admin:app_list", args=[label])) for label in labels}
    assert met == {label: SHOWN if label in opened else MISSING for label in labels}


@pytest.mark.parametrize("reader", READERS)
def test_suggestions_of_indicators_are_for_staff(rows, people, reader):
    path = reverse("admin:autocomplete") + "?app_label=kpis&model_name=actual&field_name=indicator"
    staff = (Role.ADMINISTRATOR, Role.PLANNING, Role.DIVISION)
    expected = SHOWN if reader in staff else REFUSED if reader else SIGN_IN
    assert outcome(client_of(people.get(reader)), path) == expected


def test_kai_opens_nothing_of_another_division_in_the_admin(rows, people):
    others = Actual.objects.exclude(indicator__division=people[Role.DIVISION].division).select_related("indicator").first()
    client = client_of(people[Role.DIVISION])
    pages = [f"/admin/kpis/{model}/{pk}/{page}/" for model, pk in (("actual", others.pk), ("indicator", others.indicator_id)) for page in ("change", "history", "delete")]
    met = {page: outcome(client, page) for page in pages}
    assert set(met.values()) <= {LEADS_ON, REFUSED}


def test_the_walk_covers_every_app_with_pages():
    routes = " ".join(address.route for address in addresses())
    assert all(name in routes for name in ("strategies/", "opendata/", "admin/kpis/", "admin/goals/", "admin/partnerships/", "admin/accounts/"))
