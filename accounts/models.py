"""People, divisions, and the number that says whether anything changed."""
from datetime import date

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import connection, models
from django.db.models import F
from django.db.models.expressions import RawSQL
from simple_history.models import HistoricalRecords

from accounts.roles import ROLES, Role, Sees


class Division(models.Model):
    """A division of the city hall 「担当課」."""

    name = models.CharField("課名", max_length=60, unique=True, error_messages={"unique": "同じ名前の課がすでにあります。"})
    position = models.PositiveSmallIntegerField("並び順", default=0)
    is_sample = models.BooleanField("サンプル", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "担当課"
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class RoleUserManager(UserManager):
    def create_user(self, username, email=None, password=None, **fields):
        """Somebody new. Django's own method would set its staff and superuser flags, which the role decides here."""
        return self._create_user(username, email, password, **fields)

    def create_superuser(self, username, email=None, password=None, **fields):
        """The first administrator, made by `manage.py createsuperuser`."""
        return self.create_user(username, email, password, **{**fields, "role": Role.ADMINISTRATOR})


class User(AbstractUser):
    """Somebody who signs in. The role decides everything; Django's staff and superuser flags follow from it."""

    is_superuser = False
    groups = None
    user_permissions = None
    display_name = models.CharField("氏名", max_length=60)
    role = models.CharField("役割", max_length=20, choices=Role, default=Role.VIEWER)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, verbose_name="担当課", related_name="users")
    usable_until = models.DateField("利用の期限", null=True, blank=True, help_text="この日を過ぎると、サインインできません。委員では、任期の終わりが入ります。")
    is_demo = models.BooleanField("デモ用", default=False, help_text="デモ用の利用者は、本番では サインインできません。")
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    objects = RoleUserManager()
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = verbose_name_plural = "利用者"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(role=Role.DIVISION) | models.Q(division__isnull=False),
                name="user_of_division_role_has_division",
                violation_error_message="役割が「担当課」の利用者には、担当課を選んでください。",
            ),
        ]

    def __str__(self):
        return self.display_name or self.username

    def is_usable_on(self, day: date) -> bool:
        """Whether the account still opens on that day."""
        return self.is_active and (self.usable_until is None or day <= self.usable_until)

    @property
    def is_staff(self):
        """Whether the admin opens."""
        return self.is_active and ROLES[self.role].opens_admin

    @property
    def sees(self) -> Sees:
        return ROLES[self.role].sees


# Written out because every page asks it: building the query takes far longer than its run. No row yet is 0.
REVISION_NUMBER = "SELECT COALESCE(MAX(number), 0) FROM accounts_revision WHERE id = 1"


class Revision(models.Model):
    """One row that counts saved changes. Pages and their ETags are kept until it moves."""

    number = models.PositiveBigIntegerField("版", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "データの版"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="revision_is_one_row")]

    def __str__(self):
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        """The number now. One query by primary key."""
        with connection.cursor() as cursor:
            cursor.execute(REVISION_NUMBER)
            return cursor.fetchone()[0]

    @classmethod
    def beside(cls, rows: models.QuerySet) -> models.QuerySet:
        """The rows with `data_revision`, the number as they were read: no change can come between the two."""
        return rows.annotate(data_revision=RawSQL(REVISION_NUMBER, (), models.PositiveBigIntegerField()))

    @classmethod
    def advance(cls) -> None:
        """Say that something changed. Call after the change is committed."""
        cls.objects.get_or_create(pk=1)
        cls.objects.filter(pk=1).update(number=F("number") + 1)
