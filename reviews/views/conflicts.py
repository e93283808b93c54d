"""What the views share where two people write one thing: the version a form was made from, and what stands there now."""
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone

from accounts.history import writer_name
from common.fiscal import era_date, era_date_short
from reviews.models import Written

CONFLICT = "{who}が{at}に、先に変えています。"
NOTHING = "なし"


def seen_version(request) -> int:
    """The version that person's form was opened with; 0, which no row has, for anything but a number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def next_version(request, found: Written, stored: Written | None) -> int:
    """What the form is sent with next: after a conflict the version that is shown above it, else the one it was opened with."""
    return stored.version if stored else seen_version(request) if request.method == "POST" else found.version


def conflict_words(stored: Written) -> str:
    """Who was quicker, and when."""
    return CONFLICT.format(who=writer_name(stored.saved_by), at=moment(stored.saved_at))


def moment(at: datetime) -> str:
    """「R6.7.8 14:20」: a page may lie open over night, so the day is said as well."""
    local = timezone.localtime(at)
    return f"{era_date_short(local.date())} {local:%H:%M}"


def stored_words(form: forms.Form, stored: models.Model) -> list[tuple[str, str]]:
    """What is stored now of what the form asks, in its fields' words."""
    return [(field.label, _words(field, getattr(stored, name))) for name, field in form.fields.items()]


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if value in (None, ""):
        return NOTHING
    if isinstance(value, date):
        return era_date(value)
    is_choice = isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField)
    return dict(field.choices).get(value, str(value)) if is_choice else str(value)
