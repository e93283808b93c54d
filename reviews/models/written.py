"""What every text of a review carries: who wrote it last, when, and a number that tells two writers of each other."""
from django.db import models

from accounts.models import User


class Written(models.Model):
    """`version` counts every saving, so that of two people at one text the second is told."""

    version = models.PositiveIntegerField("版", default=1, editable=False)
    saved_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="最後に書いた人")
    saved_at = models.DateTimeField("最後に書いた日時", auto_now=True)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Every writing is a new version. Raises as Model.save()."""
        if self.pk:
            self.version += 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "version", "saved_at"}
        super().save(*args, **kwargs)
