"""Lines of an agenda, seats and settings of a review count their versions; what is confirmed names what becomes of the measure."""
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

ROWS = ("agendaitem", "annualreview", "seat")
HISTORIES = ("historicalannualreview", "historicalseat")
WITHOUT_COURSE = "確定を外した（確定には、今後の方針の選択が要るようになりました）"


def take_confirmations_back(apps, schema_editor):
    """What was confirmed without a course is a draft again, and its history says why: nobody chooses it for those who confirmed."""
    evaluation, history = (apps.get_model("reviews", name) for name in ("InternalEvaluation", "HistoricalInternalEvaluation"))
    for row in evaluation.objects.filter(confirmed_at__isnull=False, course=""):
        row.confirmed_at, row.saved_by_id, row.version = None, None, row.version + 1
        row.save()
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        history.objects.create(**values, history_date=django.utils.timezone.now(), history_type="~", history_change_reason=WITHOUT_COURSE)


def version(model: str) -> migrations.AddField:
    return migrations.AddField(model, "version", models.PositiveIntegerField(default=1, editable=False, verbose_name="版"))


def saved_by(model: str, **how) -> migrations.AddField:
    field = models.ForeignKey(blank=True, null=True, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="最後に書いた人", **how)
    return migrations.AddField(model, "saved_by", field)


def saved_at(model: str) -> migrations.AddField:
    return migrations.AddField(model, "saved_at", models.DateTimeField(auto_now=True, verbose_name="最後に書いた日時"))


def saved_at_of_a_history(model: str) -> migrations.AddField:
    field = models.DateTimeField(blank=True, default=django.utils.timezone.now, editable=False, verbose_name="最後に書いた日時")
    return migrations.AddField(model, "saved_at", field, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_editions_are_frozen"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        *(version(model) for model in (*ROWS, *HISTORIES)),
        *(saved_by(model, on_delete=django.db.models.deletion.SET_NULL) for model in ROWS),
        *(saved_by(model, on_delete=django.db.models.deletion.DO_NOTHING, db_constraint=False) for model in HISTORIES),
        *(saved_at(model) for model in ROWS),
        *(saved_at_of_a_history(model) for model in HISTORIES),
        migrations.RunPython(take_confirmations_back, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="internalevaluation",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_at__isnull", True), models.Q(("course", ""), _negated=True), _connector="OR"),
                name="internal_evaluation_confirmed_has_course",
                violation_error_message="今後の方針を選んでから、確定してください。",
            ),
        ),
    ]
