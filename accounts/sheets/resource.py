"""A table that goes out to a spreadsheet and comes back by natural keys such as 1-3-4 面積 2024, without row ids."""
from collections.abc import Iterable
from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource

from accounts.sheets.columns import Column, is_blank
from accounts.sheets.preview import IS_EMPTY, Preview, Problem, RowDiff, preview_of
from common.sheets import Sheet

REASON_CHARACTERS = 100
FILE_NAME_CHARACTERS = 40


class SheetResource(Resource):
    """Columns are declared as class attributes. A subclass says which of them are the key and where its rows live.

    key: names of the key's columns, in order; key_may_lack: those of them that may be empty;
    related, prefetched: what its columns read of other tables, for select_related and prefetch_related.
    """

    key: tuple[str, ...] = ()
    key_may_lack: frozenset[str] = frozenset()
    related: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()

    class Meta:
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        clean_model_instances = True
        instance_loader_class = BaseInstanceLoader

    # What a subclass says

    def stored(self, keys: list[tuple]) -> QuerySet:
        """The rows that a file with those keys may speak of. Also the place to load what the rows refer to."""
        raise NotImplementedError

    def check_key(self, key: tuple) -> dict[str, str]:
        """Problems of a key, by column name: what it refers to is unknown, or not this person's."""
        return {}

    def new_instance(self, key: tuple) -> Model:
        raise NotImplementedError

    def assign(self, instance: Model, row: dict) -> dict[str, str]:
        """Set what no single column can; problems by column name."""
        return {}

    def check_row(self, instance: Model) -> dict[str, str]:
        """Problems of a changed row beyond the model's own rules, by column name."""
        return {}

    def is_idle(self, instance: Model) -> bool:
        """Whether a new row says nothing and need not be added."""
        return False

    # Running

    def run(self, sheet: Sheet, *, by, file_name: str, reason: str = "", dry_run: bool) -> Preview:
        """Take the sheet in, or rehearse it, in one transaction: all rows or, with any problem, none."""
        self.by, self.reason, self.dry_run = by, reason, dry_run
        note = f"ファイル取込 {file_name[:FILE_NAME_CHARACTERS]}"
        self.history_reason = (f"{note}：{reason}" if reason else note)[:REASON_CHARACTERS]
        problems = tuple(self._header_problems(sheet.headers))
        if problems:
            return Preview(problems=problems)
        self.numbers = [number for number, _ in sheet.rows]
        dataset = tablib.Dataset(*(cells for _, cells in sheet.rows), headers=list(sheet.headers))
        result = self.import_data(
            dataset, dry_run=dry_run, use_transactions=True, rollback_on_validation_errors=True, retain_instance_in_row_result=True
        )
        return preview_of(self, result)

    def _header_problems(self, headers: Iterable[str]) -> Iterable[Problem]:
        headers = list(headers)
        known = [column.column_name for column in self.fields.values()]
        for name in self.key:
            if self.fields[name].column_name not in headers:
                yield Problem(1, self.fields[name].column_name, "この見出しの列がありません。行を見分けるのに必要です。")
        for header in dict.fromkeys(headers):
            if header not in known:
                yield Problem(1, header, f"この見出しは使えません。使えるのは {'、'.join(known)} です。")
            if headers.count(header) > 1:
                yield Problem(1, header, "同じ見出しの列が2つ以上あります。1つにしてください。")

    def header_of(self, name: str) -> str:
        """The heading that belongs to a column's name, a column's attribute or a model's field."""
        if name in self.fields:
            return self.fields[name].column_name
        found = [column.column_name for column in self.fields.values() if column.attribute == name]
        return found[0] if found else str(self._meta.model._meta.get_field(name).verbose_name)

    # What django-import-export asks for

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls._meta.model._meta.verbose_name)

    @classmethod
    def get_diff_class(cls):
        return RowDiff

    def get_queryset(self) -> QuerySet:
        return self._meta.model._default_manager.all()

    def filter_export(self, queryset, **kwargs) -> QuerySet:
        return queryset.select_related(*self.related).prefetch_related(*self.prefetched)

    def key_of(self, instance: Model) -> tuple:
        return trimmed(self.fields[name].get_value(instance) for name in self.key)

    def before_import(self, dataset, **kwargs):
        keys = [self._read_key(row)[0] for row in dataset.dict]
        rows = self.filter_export(self.stored(keys))
        # Two people who confirm at once wait for each other.
        self.existing = {self.key_of(row): row for row in (rows if self.dry_run else rows.select_for_update(of=("self",)))}
        self.seen: dict[tuple, int] = {}

    def before_import_row(self, row, row_number=0, **kwargs):
        self.row_key, self.problems = self._read_key(row)
        number = self.numbers[row_number - 1]
        if not self.problems:
            self.problems = self.check_key(self.row_key)
        if not self.problems and self.row_key in self.seen:
            self.problems = {self.key[-1]: f"{self.seen[self.row_key]}行目と同じものを指しています。どちらかの行を消してください。"}
        self.seen.setdefault(self.row_key, number)

    def _read_key(self, row: dict[str, Any]) -> tuple[tuple, dict[str, str]]:
        values, problems = [], {}
        for name in self.key:
            column: Column = self.fields[name]
            try:
                values.append(column.clean(row))
                if is_blank(values[-1]) and name not in self.key_may_lack:
                    problems[name] = IS_EMPTY
            except ValueError as error:
                values.append(None)
                problems[name] = str(error)
        return tuple(values), problems

    def get_instance(self, instance_loader, row):
        return None if self.problems else self.existing.get(self.row_key)

    def init_instance(self, row=None):
        return self._meta.model() if self.problems else self.new_instance(self.row_key)

    def import_instance(self, instance, row, **kwargs):
        errors = _as_errors(self.problems)
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if not self.problems:
            errors |= _as_errors(self.assign(instance, row))
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if import_validation_errors:
            return False
        return self.is_idle(instance) if instance._state.adding else super().skip_row(instance, original, row)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        errors = dict(import_validation_errors or {})
        if self.problems:
            raise ValidationError(errors)
        super().validate_instance(instance, errors | _as_errors(self.check_row(instance)), validate_unique)

    def before_save_instance(self, instance, row, **kwargs):
        instance._history_user, instance._change_reason = self.by, self.history_reason


def trimmed(key: Iterable) -> tuple:
    """A key without the spaces around its texts, as cells are read."""
    return tuple(value.strip() if isinstance(value, str) else value for value in key)


def _as_errors(problems: dict[str, str]) -> dict[str, list[ValidationError]]:
    return {name: [ValidationError(message)] for name, message in problems.items()}
