"""Names of the council's members in public: an edition keeps them, a member's consent 「氏名を公表してよい」 may end at any time."""
from dataclasses import replace

from goals.models import Strategy
from reviews.editions.parts import MemberContent
from reviews.editions.reading import EditionContent
from reviews.models import Seat


def public_members(content: EditionContent, strategy: Strategy) -> tuple[MemberContent, ...]:
    """The edition's members, each named only while every seat under that name allows it: the one place where the public gets names. One query at most.

    A name that no seat has any more, since it was corrected or deleted, is not shown either.
    """
    names = {member.name for member in content.members if member.name}
    seats = set(Seat.objects.filter(strategy=strategy, member_name__in=names).values_list("member_name", "shows_name")) if names else set()
    shown = {name for name in names if (name, True) in seats and (name, False) not in seats}
    return tuple(member if member.name in shown else replace(member, name=None) for member in content.members)
