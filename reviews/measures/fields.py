"""What a form of the review shows: each text with its hint, last year's beside it, and what somebody else wrote meanwhile."""
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.history import SOMEBODY, writer_name
from common.fiscal import era_date_short
from reviews.models import Written

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Clash:
    """Somebody else's version of what is being written: who, when, and their texts by name."""

    who: str
    at: str
    texts: Pairs

    @classmethod
    def of(cls, stored: Written | None, texts: Pairs) -> "Clash":
        if stored is None:
            return cls(SOMEBODY, "", [])
        local = timezone.localtime(stored.saved_at)
        return cls(writer_name(stored.saved_by), f"{era_date_short(local.date())} {local:%H:%M}", texts)


@dataclass(frozen=True)
class Attempt:
    """A writing that did not succeed: the form it came from, what was typed, why. `stored` is the other's row where somebody was quicker."""

    form: str
    typed: Mapping[str, str]
    errors: dict[str, list[str]] = field(default_factory=dict)
    is_clash: bool = False
    stored: Written | None = None

    @property
    def takes_back(self) -> bool:
        """Whether it was to return or unconfirm: that form has nothing but a reason."""
        return self.typed.get("then", "").endswith(("_return", "_unconfirm"))

    def error(self, name: str) -> str:
        return "".join(self.errors.get(name, ()))

    @property
    def general(self) -> str:
        """What belongs to no field."""
        return "".join(self.errors.get("__all__", ()))


@dataclass(frozen=True)
class TextField:
    """A text to write. `last_year` is what stood there a year ago, to read only; `limit` counts characters."""

    name: str
    id: str
    label: str
    value: str
    hint: str = ""
    last_year: str = ""
    error: str = ""
    limit: int = 0
    rows: int = 4

    @property
    def described_by(self) -> str:
        """The ids of what explains the field, for aria-describedby."""
        return " ".join(f"{self.id}-{part}" for part, is_there in (("hint", self.hint), ("error", self.error), ("count", self.limit)) if is_there)


@dataclass(frozen=True)
class Choice:
    """One card of a choice; `note` explains it, `tally` says how many chose it."""

    value: str
    label: str
    note: str = ""
    is_chosen: bool = False


def typed_or(attempt: Attempt | None, name: str, otherwise: str) -> str:
    """What was typed in a refused form, else what is stored."""
    return attempt.typed.get(name, "") if attempt else otherwise
