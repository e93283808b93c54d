"""The environment variables that the settings read, taken from the settings' own source."""
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ROOT / "hokuto_strategy" / "settings.py"
# dj_database_url.config() reads DATABASE_URL without naming it.
READ = re.compile(r"environment\.(?:flag|number|words|text|required|folder)\(\s*\"([A-Z_]+)\"")


def variable_names() -> set[str]:
    """Every variable the settings read."""
    return set(READ.findall(SETTINGS.read_text(encoding="utf-8"))) | {"DATABASE_URL"}


def environment_with(**variables: str) -> dict[str, str]:
    """This process's environment with those of the project's variables and no others."""
    project = {*variable_names(), "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return {name: value for name, value in os.environ.items() if name not in project} | variables
