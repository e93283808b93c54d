"""The city's own scale for the internal meeting in the admin. Everything else of a review is written on its own pages."""
from django.contrib import admin

from accounts.admin_base import HistoryAdmin, NumberInline
from accounts.history import Trail
from goals.models import Strategy
from reviews.models import EvaluationGrade, EvaluationScale


class EvaluationGradeInline(NumberInline):
    model = EvaluationGrade
    verbose_name_plural = "段階（良い順。最後の段階の下限は空にします）"


@admin.register(EvaluationScale)
class EvaluationScaleAdmin(HistoryAdmin):
    list_display = ("name", "strategy")
    list_filter = ("strategy",)
    list_select_related = ("strategy",)
    fields = ("strategy", "name")
    inlines = (EvaluationGradeInline,)
    view_on_site = False

    def trails(self, obj):
        """With the grades: their words are what evaluations are read by."""
        of_scale = EvaluationGrade.history.filter(scale_id=obj.pk)
        return [*super().trails(obj), Trail(of_scale, lambda record: f"段階 {record.label}")]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "strategy":
            kwargs["queryset"] = Strategy.objects.all()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
