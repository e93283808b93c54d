"""Lays a workbook beside what is stored: what would change, what is wrong, and the rows as they would be written. Writes nothing."""
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts.models import Division, User
from goals.models import Strategy
from importing.planbook.conditions import broken_constraints, names_in
from importing.planbook.reading import MUST_BE_WRITTEN, ReadPlan, ReadRow, ReadSheet, near_miss
from importing.planbook.records import CellChange, Comparison, PlannedRow, Preview, RowChange, SheetCount, place_text
from importing.planbook.rules import rule_problems
from importing.planbook.sheets import EXTENSION, SHEETS, STRATEGY, Outside, Reference, SheetSpec
from importing.planbook.stored import known_rows, rows_of
from importing.records import Problem

SAME_ROW = "{row}行目と同じ行です（{label}）。"


def compare(read: ReadPlan, *, lock: bool = False) -> Comparison:
    """What taking the workbook in would do; `lock` keeps the rows until the transaction ends. A few queries per sheet."""
    strategies = Strategy.objects.select_for_update() if lock else Strategy.objects.all()
    stored = strategies.filter(slug=read.slug).first() if read.slug else None
    return _Comparing(read, stored, lock).run()


class _Comparing:
    """Goes through the sheets in their order: what a row refers to has been read before it."""

    def __init__(self, read: ReadPlan, stored: Strategy | None, lock: bool):
        self.read = read
        self.stored = stored
        self.problems = list(read.problems)
        self.known = {spec.name: known_rows(spec, stored, lock=lock) for spec in SHEETS}
        self.stored_keys = {spec.name: self._stored_keys(spec) for spec in SHEETS}
        self.named = {Division: {row.name.strip(): row for row in Division.objects.all()}, User: {row.username: row for row in User.objects.all()}}
        self.strategy = self.known[STRATEGY].get((read.slug,))
        self.new_divisions: list[Division] = []
        # References within a sheet: what they mean is known when all of its rows have been read.
        self.later: list[Callable[[], None]] = []
        self.planned: list[PlannedRow] = []
        self.sound: list[tuple[ReadSheet, ReadRow, PlannedRow]] = []
        self.changes: list[RowChange] = []
        self.counts: list[SheetCount] = []

    def _stored_keys(self, spec: SheetSpec) -> list[tuple]:
        if spec.is_shared and self.stored:
            return [spec.key_of(row) for row in rows_of(spec, self.stored)]
        return [] if spec.is_shared else list(self.known[spec.name])

    def run(self) -> Comparison:
        for spec in SHEETS:
            self._take(spec, self.read.sheets.get(spec.name))
        self._extend()
        # What rows ask of each other can be told only when all have been read.
        for sheet, row, planned in self.sound:
            self._check_rules(sheet, row, planned)
        preview = Preview(
            self.read.slug,
            getattr(self.strategy, "name", ""),
            self.stored is None,
            tuple(self.counts),
            tuple(self.changes),
            tuple(sorted(self.problems, key=_in_file_order)),
            tuple(division.name for division in self.new_divisions),
        )
        return Comparison(preview, self.strategy, tuple(self.planned), tuple(self.new_divisions))

    def _extend(self) -> None:
        """The plan's years follow its extensions. What cannot be read of them is a problem already."""
        rows = [row for row in self.known[EXTENSION].values() if row.effective_fiscal_year is not None and row.last_fiscal_year is not None]
        if self.strategy is not None and rows:
            self.strategy.set_periods(rows)

    def _take(self, spec: SheetSpec, sheet: ReadSheet | None) -> None:
        seen: dict[tuple, int] = {}
        before, rows = len(self.changes), sheet.rows if sheet else ()
        # A second plan in one file is a problem already.
        for row in rows[:1] if spec.name == STRATEGY else rows:
            key = tuple(row.values.get(heading) for heading in spec.key)
            if row.broken.isdisjoint(spec.key) and not self._is_repeated(sheet, row, key, seen):
                self._take_row(sheet, row, key)
        for refer in self.later:
            refer()
        self.later.clear()
        changes = self.changes[before:]
        added = sum(change.is_new for change in changes)
        staying = tuple(spec.label(key) for key in self.stored_keys[spec.name] if key not in seen and spec.name != STRATEGY)
        self.counts.append(SheetCount(spec.name, added, len(changes) - added, len(seen) - len(changes), staying))

    def _is_repeated(self, sheet: ReadSheet, row: ReadRow, key: tuple, seen: dict[tuple, int]) -> bool:
        if key in seen:
            text = SAME_ROW.format(row=seen[key] + 1, label=sheet.spec.label(key))
            self._problem(sheet, row, sheet.spec.key[-1], text, "どちらかの行を消すか、番号を直してください。")
            return True
        seen[key] = row.row
        return False

    def _take_row(self, sheet: ReadSheet, row: ReadRow, key: tuple) -> None:
        spec, problems_before = sheet.spec, len(self.problems)
        instance = self.known[spec.name].get(key)
        planned = PlannedRow(spec, instance or self._new(spec), instance is None)
        self.known[spec.name][key] = planned.instance
        before = {} if planned.is_new else {column.heading: column.get(planned.instance) for column in spec.columns}
        changed = [heading for heading, value in row.values.items() if planned.is_new or not spec.by_heading[heading].kind.same(before[heading], value)]
        if not changed and not planned.is_new:
            return
        self._set(sheet, row, planned, changed, before | row.values)
        self._check(sheet, row, planned, problems_before)
        self.planned.append(planned)
        self.changes.append(RowChange(spec.name, row.row, spec.label(key), planned.is_new, tuple(_cells(sheet, row, changed, before))))

    def _new(self, spec: SheetSpec) -> Model:
        instance = spec.model()
        if spec.name == STRATEGY:
            self.strategy = instance
        elif any(field.name == "strategy" for field in spec.model._meta.fields):
            instance.strategy = self.strategy
        return instance

    def _set(self, sheet: ReadSheet, row: ReadRow, planned: PlannedRow, changed: list[str], now: dict[str, Any]) -> None:
        """Give the instance its new values and what it refers to."""
        many = dict(planned.spec.many)
        for heading in changed:
            name = planned.spec.by_heading[heading].field
            if name in many:
                planned.many[name] = self._found_many(sheet, row, heading, many[name])
            elif name:
                setattr(planned.instance, name, row.values[heading])
                planned.fields.add(name)
        for reference in planned.spec.references:
            if planned.is_new or not {*reference.headings, reference.unless}.isdisjoint(changed):
                is_within = reference.sheet == planned.spec.name
                refer = partial(self._refer, sheet, row, planned, reference, now)
                self.later.append(refer) if is_within else refer()
        for outside in planned.spec.outside:
            if outside.heading in changed:
                setattr(planned.instance, outside.field, self._named(sheet, row, outside))
                planned.fields.add(outside.field)

    def _refer(self, sheet: ReadSheet, row: ReadRow, planned: PlannedRow, reference: Reference, now: dict[str, Any]) -> None:
        if not row.broken.isdisjoint(reference.headings):
            return
        planned.fields.add(reference.field)
        key = tuple(now.get(heading) for heading in reference.headings)
        if key[-1] is None or now.get(reference.unless) is not None or not any(part not in (None, "") for part in key):
            setattr(planned.instance, reference.field, None)
        elif key in self.known[reference.sheet]:
            setattr(planned.instance, reference.field, self.known[reference.sheet][key])
        else:
            written = [heading for heading in reference.headings if now.get(heading) not in (None, "")]
            self._unknown(sheet, row, written[-1], reference.sheet, key)

    def _unknown(self, sheet: ReadSheet, row: ReadRow, heading: str, target: str, key: tuple) -> None:
        spec = next(spec for spec in SHEETS if spec.name == target)
        label = spec.label(key)
        names = [known[-1] for known in self.known[target] if isinstance(known[-1], str)] if isinstance(key[-1], str) else []
        remedy = near_miss(key[-1], names) if names else ""
        self._problem(sheet, row, heading, f"「{label}」はシート「{target}」にありません。", f"{remedy}シート「{target}」に書くか、この欄を直してください。")

    def _found_many(self, sheet: ReadSheet, row: ReadRow, heading: str, target: str) -> list[Model]:
        known = self.known[target]
        for key in row.values[heading]:
            if key not in known:
                self._unknown(sheet, row, heading, target, key)
        return [known[key] for key in row.values[heading] if key in known]

    def _named(self, sheet: ReadSheet, row: ReadRow, outside: Outside) -> Model | None:
        name, named = row.values[outside.heading], self.named[outside.model]
        if name and name not in named and outside.is_created:
            named[name] = outside.model(**{outside.attribute: name})
            self._clean(sheet, row, named[name], outside.heading, outside.attribute)
            self.new_divisions.append(named[name])
        elif name and name not in named:
            remedy = f"{near_miss(name, named)}先に利用者として登録するか、この欄を空にしてください。"
            self._problem(sheet, row, outside.heading, f"「{name}」という利用者は登録されていません。", remedy)
        return named.get(name)

    def _clean(self, sheet: ReadSheet, row: ReadRow, created: Model, heading: str, attribute: str) -> None:
        try:
            created.clean_fields(exclude={field.name for field in created._meta.fields} - {attribute})
        except ValidationError as error:
            self._problem(sheet, row, heading, " ".join(error.messages), "短くするか、書き直してください。")

    def _check(self, sheet: ReadSheet, row: ReadRow, planned: PlannedRow, problems_before: int) -> None:
        """Everything the model and the database ask of the row, told now."""
        skipped = self._missing_columns(sheet, row, planned) | {sheet.spec.by_heading[heading].field for heading in row.broken}
        wanted = {field.name for field in planned.spec.model._meta.fields if not field.is_relation} - {"id"} - skipped
        wanted = wanted if planned.is_new else wanted & planned.fields
        try:
            planned.instance.clean_fields(exclude={field.name for field in planned.spec.model._meta.fields} - wanted)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                self._problem(sheet, row, sheet.spec.by_field[name].heading, " ".join(messages), "書き直してください。")
        if len(self.problems) == problems_before and not row.broken:
            self.sound.append((sheet, row, planned))

    def _missing_columns(self, sheet: ReadSheet, row: ReadRow, planned: PlannedRow) -> set[str]:
        missing = [column for column in sheet.spec.columns if planned.is_new and column.is_required and column.heading not in sheet.places]
        for column in missing:
            remedy = f"1行目に見出し「{column.heading}」の列を足してください。"
            self._problem(sheet, row, column.heading, MUST_BE_WRITTEN.format(heading=column.heading), remedy)
        return {column.field for column in missing}

    def _check_rules(self, sheet: ReadSheet, row: ReadRow, planned: PlannedRow) -> None:
        for constraint in broken_constraints(planned.instance):
            heading = _heading_of(planned, names_in(constraint.condition))
            self._problem(sheet, row, heading, str(constraint.violation_error_message))
        for heading, text in rule_problems(planned, self.known):
            self._problem(sheet, row, heading, text)

    def _problem(self, sheet: ReadSheet, row: ReadRow, heading: str, text: str, remedy: str = "") -> None:
        column = sheet.spec.by_heading.get(heading)
        written = column.kind.shown(row.values[heading]) if column and heading in row.values else ""
        self.problems.append(Problem(sheet.place(row.row, heading), written, text, remedy, about=heading))


def _heading_of(planned: PlannedRow, names: list[str]) -> str:
    """Where a broken rule about those fields is best mended: at one that changes, the leftmost."""
    spec = planned.spec
    parts = {heading: reference.field for reference in spec.references for heading in reference.headings}
    owned = [(column.heading, column.field or parts.get(column.heading)) for column in spec.columns]
    places = [(field not in planned.fields, heading) for heading, field in owned if field in names]
    return min(places, key=lambda place: place[0], default=(False, ""))[1]


def _cells(sheet: ReadSheet, row: ReadRow, changed: list[str], before: dict[str, Any]) -> Iterator[CellChange]:
    for heading in changed:
        kind = sheet.spec.by_heading[heading].kind
        new = kind.shown(row.values[heading])
        if before or new:
            yield CellChange(place_text(sheet.place(row.row, heading)), heading, kind.shown(before[heading]) if before else "", new)


def _in_file_order(problem: Problem) -> tuple:
    names = [spec.name for spec in SHEETS]
    sheet = problem.place.sheet
    return names.index(sheet) if sheet in names else -1, problem.place.row, problem.place.column
