"""Partnership agreements 「連携協定」 and partners in the admin."""
from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from accounts.admin_base import HistoryAdmin, NumberInline
from accounts.sheets.admin import SheetAdmin
from common.fiscal import era_date
from partnerships.models import Agreement, Partner, Party
from partnerships.resources import AgreementResource, PartnerResource


class PartyInline(NumberInline):
    model = Party

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("partner")


@admin.register(Partner)
class PartnerAdmin(SheetAdmin, HistoryAdmin):
    resource_classes = [PartnerResource]
    list_display = ("name", "note")
    search_fields = ("name", "note", "parties__name_at_signing")
    view_on_site = False


@admin.register(Agreement)
class AgreementAdmin(SheetAdmin, HistoryAdmin):
    resource_classes = [AgreementResource]
    list_display = ("number", "name", "party_names", "signed", "state")
    list_display_links = ("number", "name")
    list_filter = ("strategy", "term_kind", "renewal")
    list_select_related = ("strategy",)
    search_fields = ("name", "items", "parties__partner__name", "parties__name_at_signing")
    inlines = (PartyInline,)
    fieldsets = (
        (None, {"fields": ("strategy", "number", "name", "items", "measures")}),
        ("期間", {"fields": ("signed_on", "term_kind", ("term_ends_on", "term_years"), ("renewal", "renewal_years"), "renewed_until")}),
        ("そのほか", {"fields": ("remarks", "source")}),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("parties__partner")

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "measures":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "measures":
            field.queryset = field.queryset.select_related("goal__strategy").order_by("goal__strategy", "goal__number", "number")
            field.label_from_instance = lambda measure: f"{measure.goal.number}-{measure.number} {measure.name}（{measure.goal.strategy.short_name}）"
        return field

    @admin.display(description="相手方")
    def party_names(self, obj):
        return "、".join(str(party) for party in obj.parties.all())

    @admin.display(description="締結日", ordering="signed_on")
    def signed(self, obj):
        return era_date(obj.signed_on)

    @admin.display(description="いまの状態")
    def state(self, obj):
        return obj.state_on(timezone.localdate()).state.label

    def view_on_site(self, obj):
        return reverse("agreement", args=[obj.strategy.slug, obj.number])
