"""Spreadsheets of partners and agreements. An agreement's parties and measures stand in one cell each, joined by 「、」."""
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet

from accounts.sheets.columns import Column, Whole, cell_text
from accounts.sheets.resource import SheetResource
from common.sheets import restored, same_text
from goals.resources import PlanResource, measures_of, strategy_column
from partnerships.models import Agreement, Partner, Party

SEPARATOR = "、"
# Separators that a partner's own name may hold, plus one.
LONGEST_NAME = 4
CHANGED_NAME = re.compile(r"^(?P<then>.+)（現：(?P<now>.+)）$")


class PartnerResource(SheetResource):
    name = Column("name", "名称", readonly=True)
    note = Column.of(Partner, "note")
    key = ("name",)

    class Meta:
        model = Partner

    def stored(self, keys) -> QuerySet:
        return self.get_queryset()

    def new_instance(self, key) -> Partner:
        return Partner(name=key[0])


def parties_text(agreement: Agreement) -> str:
    """「株式会社A、江差信用金庫（現：道南うみ街信用金庫）」: as read from a sheet but not saved yet, or as stored."""
    parties = _wanted(agreement, "parties")
    if parties is None:
        parties = agreement.parties.all() if agreement.pk else ()
    return SEPARATOR.join(map(str, parties))


def measures_text(agreement: Agreement) -> str:
    """「1-1、2-3」: goal number and measure number."""
    measures = _wanted(agreement, "measures")
    if measures is None:
        measures = agreement.measures.all() if agreement.pk else ()
    return SEPARATOR.join(f"{goal}-{number}" for goal, number in sorted((measure.goal.number, measure.number) for measure in measures))


def _wanted(agreement: Agreement, name: str) -> list | None:
    return getattr(agreement, f"wanted_{name}", None)


class AgreementResource(PlanResource):
    strategy = strategy_column("strategy__slug")
    number = Column("number", "番号", Whole(), readonly=True)
    name = Column.of(Agreement, "name")
    parties = Column("parties", "相手方", value=parties_text)
    measures = Column("measures", "関連する主要施策", value=measures_text)
    items = Column.of(Agreement, "items")
    signed_on = Column.of(Agreement, "signed_on")
    term_kind = Column.of(Agreement, "term_kind")
    term_ends_on = Column.of(Agreement, "term_ends_on")
    term_years = Column.of(Agreement, "term_years")
    renewal = Column.of(Agreement, "renewal")
    renewal_years = Column.of(Agreement, "renewal_years")
    renewed_until = Column.of(Agreement, "renewed_until")
    remarks = Column.of(Agreement, "remarks")
    source = Column.of(Agreement, "source")
    key = ("strategy", "number")
    related = ("strategy",)
    prefetched = ("parties__partner", "measures__goal")

    class Meta:
        model = Agreement

    def stored(self, keys) -> QuerySet:
        rows = super().stored(keys)
        self.partners = {partner.name.strip(): partner for partner in Partner.objects.all()}
        self.all_measures = measures_of(self.strategies.values())
        return rows

    def new_instance(self, key) -> Agreement:
        return Agreement(strategy=self.strategies[key[0]], number=key[1])

    def assign(self, instance, row) -> dict[str, str]:
        problems = {}
        for name, read, is_known in (("parties", self._party, self._is_known), ("measures", self._measure, lambda item: False)):
            column = self.fields[name]
            if column.column_name not in row:
                continue
            try:
                self._assign_list(instance, name, row[column.column_name], read, is_known)
            except ValueError as error:
                problems[name] = str(error)
        return problems

    def _assign_list(self, instance: Agreement, name: str, cell: Any, read: Callable[[Agreement, str], Any], is_known: Callable[[str], bool]) -> None:
        text = restored(cell_text(cell))
        if same_text(text, self.fields[name].get_value(instance)):
            return
        items = list(_items(text, is_known))
        if len(set(items)) < len(items):
            raise ValueError("同じものが2回書いてあります。")
        setattr(instance, f"wanted_{name}", [read(instance, item) for item in items])

    def _is_known(self, item: str) -> bool:
        found = CHANGED_NAME.match(item)
        return (found["now"] if found else item) in self.partners

    def _party(self, instance: Agreement, item: str) -> Party:
        found = CHANGED_NAME.match(item)
        name, name_at_signing = (found["now"], found["then"]) if found else (item, "")
        if name not in self.partners:
            raise ValueError(f"「{name}」という相手方は登録されていません。先に「相手方」に登録してください。")
        return Party(partner=self.partners[name], name_at_signing=name_at_signing)

    def _measure(self, instance: Agreement, item: str):
        goal, _, number = item.partition("-")
        key = (instance.strategy.slug, *(int(part) if part.isascii() and part.isdecimal() else None for part in (goal, number)))
        if key not in self.all_measures:
            raise ValueError(f"主要施策 {item} は{instance.strategy.short_name}にありません。1-1 のように書いてください。")
        return self.all_measures[key]

    def after_save_instance(self, instance, row, **kwargs):
        measures, parties = _wanted(instance, "measures"), _wanted(instance, "parties")
        if measures is not None:
            instance.measures.set(measures)
        if parties is not None:
            _replace_parties(instance, parties)


def _items(text: str, is_known: Callable[[str], bool]) -> Iterable[str]:
    """The items between the separators. A name that holds one itself is recognised as a whole."""
    pieces = [piece.strip() for piece in text.split(SEPARATOR) if piece.strip()]
    while pieces:
        sizes = range(1, min(len(pieces), LONGEST_NAME) + 1)
        size = next((size for size in sizes if is_known(SEPARATOR.join(pieces[:size]))), 1)
        yield SEPARATOR.join(pieces[:size])
        pieces = pieces[size:]


def _replace_parties(agreement: Agreement, parties: Iterable[Party]) -> None:
    parties = list(parties)
    agreement.parties.exclude(partner__in=[party.partner for party in parties]).delete()
    for position, party in enumerate(parties, start=1):
        values = {"position": position, "name_at_signing": party.name_at_signing}
        agreement.parties.update_or_create(partner=party.partner, defaults=values)
