"""Settings from the environment: every reader fails loudly, naming the variable and what it takes."""
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def flag(name: str, default: bool = False) -> bool:
    """A yes/no variable. Raises ImproperlyConfigured for any other word."""
    word = os.environ.get(name, str(default)).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name}={word!r}: write 1 or 0.")


def number(name: str, default: int, *, minimum: int, maximum: int) -> int:
    """A whole number within bounds. Raises ImproperlyConfigured outside them."""
    text = os.environ.get(name, str(default)).strip()
    if not text.isdecimal() or not minimum <= int(text) <= maximum:
        raise ImproperlyConfigured(f"{name}={text!r}: write a whole number from {minimum} to {maximum}.")
    return int(text)


def folder(name: str, default: Path) -> Path:
    """A folder by its full path; it need not exist yet. Raises ImproperlyConfigured for a path that depends on where one stands."""
    found = Path(os.environ.get(name, "").strip() or default)
    if not found.is_absolute():
        raise ImproperlyConfigured(f"{name}={str(found)!r}: write the full path, beginning with /.")
    return found


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, empty entries dropped."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def text(name: str) -> str:
    """A text that may be empty."""
    return os.environ.get(name, "").strip()


def together(**texts: str) -> None:
    """Variables that mean something only together. Raises ImproperlyConfigured when some are set and some are not."""
    lacking = [name for name, value in texts.items() if not value]
    if lacking and len(lacking) < len(texts):
        present = ", ".join(name for name in texts if name not in lacking)
        raise ImproperlyConfigured(f"{', '.join(lacking)} is not set, but {present} is: set all of them or none.")


def required(name: str, *, hint: str) -> str:
    """A text that must be there. Raises ImproperlyConfigured with the hint when it is not."""
    text = os.environ.get(name, "").strip()
    if not text:
        raise ImproperlyConfigured(f"{name} is not set: {hint}")
    return text
