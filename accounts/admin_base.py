"""What all admin pages of the product share: the reason for a change, the readable history, number fields, the link to the page."""
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models, transaction
from django.template.response import TemplateResponse

from accounts.history import Trail, entries
from accounts.sheets.resource import REASON_CHARACTERS
from common.japanese import exact, parse_number, plain_text
from common.sheets import EXACT_DIGITS

HISTORY_PAGE = 50


class NumberField(forms.DecimalField):
    """A number as people write it: 「△1,234」「１２３」 are understood, stored zeros behind the point are not shown."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "vNumberField"})
    default_error_messages = {
        "invalid": "数として読めません。単位や記号を付けず、数だけを書いてください。",
        "too_long": f"{EXACT_DIGITS}桁までの数にしてください。",
    }

    def to_python(self, value):
        if isinstance(value, str) and value.strip():
            try:
                value = parse_number(value)
            except ValueError as error:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return super().to_python(value)

    def validate(self, value):
        super().validate(value)
        if value is not None and len(exact(value).as_tuple().digits) > EXACT_DIGITS:
            raise forms.ValidationError(self.error_messages["too_long"], code="too_long")

    def prepare_value(self, value):
        return value if value is None or isinstance(value, str) else plain_text(exact(value))

    def widget_attrs(self, widget):
        return {}


NUMBER_FIELDS = {models.DecimalField: {"form_class": NumberField}}


class ReasonForm(forms.ModelForm):
    """A model's form with 「変更の理由」, which goes to the change history and is no field of the model."""

    change_reason = forms.CharField(
        label="変更の理由", required=False, max_length=REASON_CHARACTERS, help_text="変更の履歴に、名前と日時とともに残ります。"
    )

    @property
    def changed_data(self):
        return [name for name in super().changed_data if name != "change_reason"]


class RowFormSet(forms.BaseInlineFormSet):
    """Rows in a table: the column's heading is no label for a screen reader, so each field carries its own."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs["aria-label"] = f"{self.row_name(form, index)} {field.label}"
            widget.attrs.pop("aria-describedby", None)

    def row_name(self, form: forms.ModelForm, index: int | None) -> str:
        """What the row is called aloud; index None is the empty row that new ones are copied from."""
        return "新しい行" if index is None else f"{index + 1}行目"


class NumberInline(admin.TabularInline):
    """Rows on another row's page."""

    template = "admin/rows.html"
    formset = RowFormSet
    formfield_overrides = {**NUMBER_FIELDS, models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 24})}}
    extra = 0


class HistoryAdmin(admin.ModelAdmin):
    """A model whose changes are kept: who, when, before → after, and why."""

    form = ReasonForm
    formfield_overrides = NUMBER_FIELDS
    change_form_template = "admin/plan_change_form.html"
    list_per_page = 100
    save_on_top = False

    def trails(self, obj) -> list[Trail]:
        """The histories shown on the row's history page: its own, and those of rows edited on its page."""
        return [Trail(type(obj).history.filter(id=obj.pk), lambda record: str(self.opts.verbose_name))]

    def get_fields(self, request, obj=None):
        """The reason stands at the end of the page, below the rows it speaks of too."""
        return [name for name in super().get_fields(request, obj) if name != "change_reason"]

    def save_model(self, request, obj, form, change):
        """A row that nobody changed leaves no trace in the history."""
        if change and not form.has_changed():
            return
        obj._change_reason = reason_of(form)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for row in formset.forms:
            row.instance._change_reason = reason_of(form)
        super().save_formset(request, form, formset, change)

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"変更の履歴: {obj}",
            "page": Paginator(entries(self.trails(obj)), HISTORY_PAGE).get_page(request.GET.get("p")),
            "module_name": str(self.opts.verbose_name_plural),
            "object": obj,
            "opts": self.opts,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/history.html", context)


class LockedWhenSaved(admin.ModelAdmin):
    """Of two people who save the same values at the same moment the second waits, and is shown what the first has written."""

    def rows_to_lock(self, obj) -> models.QuerySet:
        raise NotImplementedError

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            found = self.get_object(request, unquote(object_id))
            if found:
                # In the order in which every other writer locks them.
                list(self.rows_to_lock(found).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
            return super().changeform_view(request, object_id, form_url, extra_context)


def reason_of(form: forms.ModelForm) -> str | None:
    """What was written under 「変更の理由」; None for nothing."""
    return form.cleaned_data.get("change_reason") or None
