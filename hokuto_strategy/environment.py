"""Settings from the environment: every reader fails loudly, naming the variable and what it takes."""
import os

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


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list, empty entries dropped."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def required(name: str, *, hint: str) -> str:
    """A text that must be there. Raises ImproperlyConfigured with the hint when it is not."""
    text = os.environ.get(name, "").strip()
    if not text:
        raise ImproperlyConfigured(f"{name} is not set: {hint}")
    return text
