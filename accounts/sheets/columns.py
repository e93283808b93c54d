"""The columns of a spreadsheet: each knows its heading, how to read a cell, how to write one, and how to explain an error."""
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import NOT_PROVIDED, BooleanField, DateField, DecimalField, ForeignKey, IntegerField, Model
from import_export.fields import Field
from import_export.widgets import Widget

from common.japanese import exact, parse_number, plain_text
from common.sheets import EXACT_DIGITS, neutralised, restored, same_text

DATE_BY_EXCEL = "Excel が日付に変えています。列の表示形式を「文字列」にして、書き直してください。"


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


class Text(Widget):
    """Free text. A cell that differs from the stored text only in line breaks leaves it untouched."""

    def clean(self, value, row=None, **kwargs) -> str:
        return restored(cell_text(value)).strip()

    def render(self, value, obj=None, **kwargs) -> str:
        return neutralised("" if value is None else str(value))

    def shows(self, value: Any, cell: Any) -> bool:
        """Whether the cell says what is stored already."""
        return isinstance(cell, str | None) and isinstance(value, str | None) and same_text(value or "", restored(cell or ""))


def cell_text(cell: Any) -> str:
    """A cell's text. Raises ValueError for a date, which is what Excel makes of 1-3-4."""
    if isinstance(cell, date):
        raise ValueError(DATE_BY_EXCEL)
    if isinstance(cell, Decimal):
        return plain_text(exact(cell))
    return "" if cell is None else str(cell)


class Number(Widget):
    """A number, exact; an empty cell is no value, never 0. New numbers keep to the digits that every database and Excel hold."""

    def clean(self, value, row=None, **kwargs) -> Decimal | None:
        number = self.read(value)
        if number is not None and len(exact(number).as_tuple().digits) > EXACT_DIGITS:
            raise ValueError(f"「{value}」は長すぎます。{EXACT_DIGITS}桁までの数にしてください。")
        return number

    def read(self, cell: Any) -> Decimal | None:
        """The number in a cell. Raises ValueError for anything else."""
        if is_blank(cell):
            return None
        if isinstance(cell, bool | date):
            raise ValueError(DATE_BY_EXCEL if isinstance(cell, date) else "数で書いてください。")
        if isinstance(cell, Decimal | int):
            return Decimal(cell)
        try:
            return parse_number(str(cell))
        except ValueError as error:
            raise ValueError(f"「{cell}」は数として読めません。単位や記号を付けず、数だけを書いてください。") from error

    def render(self, value, obj=None, **kwargs) -> Decimal | None:
        return None if value is None else exact(Decimal(value))

    def shows(self, value: Any, cell: Any) -> bool:
        """Whether the cell says what is stored already, however long."""
        return value is not None and not is_blank(cell) and self.read(cell) == value


class Whole(Number):
    """A whole number: years, positions."""

    def clean(self, value, row=None, **kwargs) -> int | None:
        number = super().clean(value, row, **kwargs)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise ValueError(f"「{value}」は整数で書いてください。")
        return int(number)

    def render(self, value, obj=None, **kwargs) -> int | None:
        return value


class Day(Widget):
    """A date, as a date cell or written 2020-03-31."""

    def clean(self, value, row=None, **kwargs) -> date | None:
        if is_blank(value):
            return None
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        try:
            return datetime.strptime(str(value).strip().replace("/", "-"), "%Y-%m-%d").date()
        except ValueError as error:
            raise ValueError(f"「{value}」は日付として読めません。2020-03-31 のように書いてください。") from error

    def render(self, value, obj=None, **kwargs) -> date | None:
        return value


class YesNo(Widget):
    """はい or いいえ. An empty cell is いいえ, or nothing where the column may be empty."""

    WORDS = {"はい": True, "true": True, "1": True, "いいえ": False, "false": False, "0": False}

    def __init__(self, may_be_empty: bool = False):
        super().__init__()
        self.may_be_empty = may_be_empty

    def clean(self, value, row=None, **kwargs) -> bool | None:
        if is_blank(value):
            return None if self.may_be_empty else False
        word = cell_text(value).strip().lower()
        if word not in self.WORDS:
            raise ValueError(f"「{value}」ではなく、はい か いいえ と書いてください。")
        return self.WORDS[word]

    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else "はい" if value else "いいえ"


class Choice(Widget):
    """One of a fixed vocabulary, written in its Japanese word. The stored word is understood too."""

    def __init__(self, choices: Iterable[tuple[str, str]]):
        super().__init__()
        self.labels = dict(choices)

    def clean(self, value, row=None, **kwargs) -> str:
        word = cell_text(value).strip()
        found = {**{label: stored for stored, label in self.labels.items()}, **{stored: stored for stored in self.labels}}
        if word and word not in found:
            raise ValueError(f"「{word}」は使えません。{'・'.join(self.labels.values())} のどれかを書いてください。")
        return found.get(word, "")

    def render(self, value, obj=None, **kwargs) -> str:
        return self.labels.get(value, value or "")


class Named(Widget):
    """A row of another table, by its name; None for an empty cell. One query for a whole file."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.found = None

    def clean(self, value, row=None, **kwargs):
        name = restored(cell_text(value)).strip()
        if not name:
            return None
        if self.found is None:
            self.found = {item.name.strip(): item for item in self.model.objects.all()}
        if name not in self.found:
            title = self.model._meta.verbose_name
            raise ValueError(f"「{name}」という{title}は登録されていません。先に「{title}」に登録してください。")
        return self.found[name]

    def render(self, value, obj=None, **kwargs) -> str:
        return "" if value is None else neutralised(value.name)


class Column(Field):
    """A column of a resource: its heading, the instance's attribute (a path with __), and how cells are read and written.

    A readonly column is written out for people to read, and ignored when it comes back. A column with `value`, a
    function of the instance, is set by its resource's `assign`.
    """

    def __init__(
        self,
        attribute: str,
        header: str,
        widget: Widget | None = None,
        *,
        default: Any = NOT_PROVIDED,
        readonly: bool = False,
        value: Callable[[Model], Any] | None = None,
    ):
        super().__init__(attribute=attribute, column_name=header, widget=widget or Text(), default=default, readonly=readonly)
        self.value = value

    @classmethod
    def of(cls, model: type[Model], name: str) -> "Column":
        """The column of a model's field, under the field's Japanese name."""
        field = model._meta.get_field(name)
        has_default = field.has_default() and not field.null and not isinstance(field, BooleanField)
        return cls(name, str(field.verbose_name), _widget_of(field), default=field.default if has_default else NOT_PROVIDED)

    def get_value(self, instance) -> Any:
        return self.value(instance) if self.value else super().get_value(instance)

    def save(self, instance, row, is_m2m=False, **kwargs):
        shows = getattr(self.widget, "shows", None)
        if self.value or (shows and shows(self.get_value(instance), row[self.column_name])):
            return
        super().save(instance, row, is_m2m, **kwargs)


def _widget_of(field: Any) -> Widget:
    if field.choices:
        return Choice(field.flatchoices)
    if isinstance(field, ForeignKey):
        return Named(field.related_model)
    if isinstance(field, BooleanField):
        return YesNo(may_be_empty=field.null)
    found = (widget for kind, widget in WIDGETS if isinstance(field, kind))
    return next(found, Text)()


WIDGETS = ((DecimalField, Number), (IntegerField, Whole), (DateField, Day))
