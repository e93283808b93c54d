"""Sign-in and permissions from the role table."""
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from accounts.models import User
from accounts.roles import ROLES


class RoleBackend(ModelBackend):
    """Grants what the role's line in accounts/roles.py says; groups and single grants do not exist here."""

    def get_user(self, user_id):
        """The signed-in person together with the division that every page's header names."""
        user = User.objects.select_related("division").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user):
        return user.is_usable_on(timezone.localdate()) and (settings.DEMO or not user.is_demo)

    def get_user_permissions(self, user_obj, obj=None):
        return set()

    def get_group_permissions(self, user_obj, obj=None):
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        return set(ROLES[user_obj.role].permissions)

    def get_all_permissions(self, user_obj, obj=None):
        return self.get_group_permissions(user_obj, obj)

    def has_perm(self, user_obj, perm, obj=None):
        return perm in self.get_group_permissions(user_obj, obj)

    def has_module_perms(self, user_obj, app_label):
        return any(perm.startswith(f"{app_label}.") for perm in self.get_group_permissions(user_obj))
