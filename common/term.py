"""A fixed vocabulary: an enumeration whose members are their stored word and carry the Japanese one."""
from enum import StrEnum


class Term(StrEnum):
    """Members are written `NAME = "stored", "日本語"`; `str(member)` is the stored word."""

    label: str

    def __new__(cls, value: str, label: str):
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """Pairs for a form or a model field."""
        return [(member.value, member.label) for member in cls]
