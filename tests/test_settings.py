"""Settings come from the environment and say at start what is wrong with it. Production is closed unless it is opened."""
import json
import re
import subprocess
import sys

import pytest
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command

from accounts.roles import Role
from tests.factories import PASSWORD, make_user
from tests.variables import ROOT, environment_with, variable_names
from tests.world import client_of

# An empty database of its own: the checks for production also look for demo accounts, which a developer's database has.
PRODUCTION = {"SECRET_KEY": "k3-" * 20 + "Qx8", "ALLOWED_HOSTS": "strategy.example.jp", "DATABASE_URL": "sqlite://:memory:"}
MAIL = {"EMAIL_HOST": "mail.example.jp", "EMAIL_FROM": "kikaku@example.jp", "SITE_URL": "https://strategy.example.jp/"}
PRINT_SETTINGS = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()}, default=str))
"""


def start(script: str, **variables: str) -> subprocess.CompletedProcess:
    """Python with the project's settings in an environment that holds those variables only."""
    environment = environment_with(DJANGO_SETTINGS_MODULE="hokuto_strategy.settings", **variables)
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def settings_with(**variables: str) -> dict:
    result = start(PRINT_SETTINGS, **variables)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def production() -> dict:
    return settings_with(**PRODUCTION)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({}, "SECRET_KEY"),
        ({**PRODUCTION, "SECRET_KEY": "too-short"}, "SECRET_KEY"),
        ({**PRODUCTION, "SECRET_KEY": "   "}, "SECRET_KEY"),
        ({"SECRET_KEY": PRODUCTION["SECRET_KEY"]}, "ALLOWED_HOSTS"),
        ({**PRODUCTION, "ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS"),
        ({"DEMO": "perhaps"}, "DEMO"),
        ({**PRODUCTION, "DEBUG": "はい"}, "DEBUG"),
        ({**PRODUCTION, "HTTPS_REDIRECT": "2"}, "HTTPS_REDIRECT"),
        ({**PRODUCTION, "BEHIND_PROXY": "nginx"}, "BEHIND_PROXY"),
        ({**PRODUCTION, "SIGN_IN_FAILURE_LIMIT": "0"}, "SIGN_IN_FAILURE_LIMIT"),
        ({**PRODUCTION, "SIGN_IN_FAILURE_LIMIT": "many"}, "SIGN_IN_FAILURE_LIMIT"),
        ({**PRODUCTION, **MAIL, "EMAIL_FROM": ""}, "EMAIL_FROM"),
        ({**PRODUCTION, **MAIL, "SITE_URL": ""}, "SITE_URL"),
        ({**PRODUCTION, **MAIL, "EMAIL_HOST": " "}, "EMAIL_HOST"),
        ({**PRODUCTION, **MAIL, "EMAIL_USER": "kikaku"}, "EMAIL_PASSWORD"),
        ({**PRODUCTION, **MAIL, "EMAIL_PASSWORD": "secret"}, "EMAIL_USER"),
        ({**PRODUCTION, "EMAIL_USER": "kikaku", "EMAIL_PASSWORD": "secret"}, "EMAIL_HOST"),
        ({**PRODUCTION, **MAIL, "EMAIL_PORT": "0"}, "EMAIL_PORT"),
        ({**PRODUCTION, **MAIL, "EMAIL_TLS": "maybe"}, "EMAIL_TLS"),
    ],
)
def test_a_wrong_environment_stops_the_start_and_names_the_variable(variables, named):
    result = start(PRINT_SETTINGS, **variables)
    assert result.returncode != 0
    last_line = result.stderr.strip().splitlines()[-1]
    assert last_line.startswith("django.core.exceptions.ImproperlyConfigured")
    assert named in last_line


def test_a_database_address_nobody_understands_stops_the_start():
    result = start(PRINT_SETTINGS, DEMO="1", DATABASE_URL="spreadsheet:///plan.xlsx")
    assert result.returncode != 0
    assert "spreadsheet" in result.stderr.strip().splitlines()[-1]


def test_every_yes_and_no_word_is_understood():
    assert settings_with(DEMO="TRUE")["DEMO"] is True
    assert settings_with(DEMO="off", **PRODUCTION)["DEMO"] is False


def test_production_is_what_you_get_without_asking(production):
    assert production["DEMO"] is False
    assert production["DEBUG"] is False
    assert production["ALLOWED_HOSTS"] == ["strategy.example.jp"]


def test_without_a_mail_server_reminders_are_printed(production):
    assert production["EMAIL_BACKEND"].endswith("console.EmailBackend")


def test_with_a_mail_server_they_are_sent_encrypted_from_the_citys_address():
    found = settings_with(**PRODUCTION, **MAIL)
    assert found["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert (found["EMAIL_USE_TLS"], found["EMAIL_PORT"], found["DEFAULT_FROM_EMAIL"]) == (True, 587, "kikaku@example.jp")
    assert found["SITE_URL"] == "https://strategy.example.jp"


def test_the_demo_does_not_debug_either():
    assert settings_with(DEMO="1")["DEBUG"] is False


def test_production_cookies_travel_by_https_only(production):
    assert production["SESSION_COOKIE_SECURE"] is True
    assert production["CSRF_COOKIE_SECURE"] is True
    assert production["SESSION_COOKIE_HTTPONLY"] is True
    assert production["SECURE_SSL_REDIRECT"] is True
    assert production["SECURE_HSTS_SECONDS"] >= 60 * 60 * 24 * 365


def test_a_proxys_word_is_believed_only_when_there_is_a_proxy(production):
    assert production["SECURE_PROXY_SSL_HEADER"] is None
    assert settings_with(BEHIND_PROXY="1", **PRODUCTION)["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_djangos_check_for_production_finds_nothing():
    environment = environment_with(**PRODUCTION)
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_sqlite_lets_writers_wait_and_readers_read(production):
    options = production["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_postgresql_comes_from_its_address():
    database = settings_with(DEMO="1", DATABASE_URL="postgresql://plan:secret@db.example.jp/strategy")["DATABASES"]["default"]
    assert (database["ENGINE"], database["HOST"], database["NAME"]) == ("django.db.backends.postgresql", "db.example.jp", "strategy")


@pytest.mark.parametrize("path", ["/accounts/sign-in/", "/admin/login/", "/accessibility/", "/no-such-page/"])
def test_no_answer_allows_inline_code_or_another_site(db, path):
    policy = client_of(None).get(path).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"unsafe|https?:|\*", policy)


def test_a_demo_account_opens_nothing_in_production(db, settings):
    sho = make_user(Role.VIEWER, username="sho", is_demo=True)
    form = {"username": sho.username, "password": PASSWORD}
    assert client_of(None).post("/accounts/sign-in/", form).status_code == 302
    settings.DEMO = False
    assert client_of(None).post("/accounts/sign-in/", form).status_code == 200


def test_a_session_of_a_demo_account_ends_when_the_site_becomes_production(db, settings):
    chihiro = client_of(make_user(Role.ADMINISTRATOR, is_demo=True))
    assert chihiro.get("/admin/").status_code == 200
    settings.DEMO = False
    assert chihiro.get("/admin/").status_code == 302


@pytest.mark.parametrize("command", ["load_demo_accounts", "prepare_demo"])
def test_commands_make_no_demo_account_in_production(db, settings, command):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command(command, verbosity=0)


def test_productions_static_files_can_be_collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    collected = json.loads((tmp_path / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    assert {"style.css", "plotly.min.js", "js/theme.js"} <= set(collected)


def test_of_plotlys_package_one_file_is_served():
    assert finders.find("plotly.min.js")
    assert finders.find("plotly.js") is None
    assert finders.find("package_data/plotly.min.js") is None


def test_every_static_file_a_template_names_exists():
    templates = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    names = {name for text in templates for name in re.findall(r"{% static ['\"]([^'\"]+)['\"]", text)}
    assert "style.css" in names
    assert {name for name in names if not finders.find(name)} == set()


def test_the_variables_are_found_in_the_settings():
    assert {"DEMO", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASE_URL", "BEHIND_PROXY"} <= variable_names()
