"""Users 「利用者」 and divisions 「担当課」 in the admin. Only administrators see users."""
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.admin_base import HistoryAdmin, ReasonForm
from accounts.models import Division, User


class NewUserForm(UserCreationForm):
    """A new user with a first password, which the administrator hands over."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "display_name", "role", "division", "email")


class UserForm(ReasonForm, UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User


class PasswordForm(AdminPasswordChangeForm):
    def save(self, commit=True):
        self.user._change_reason = "パスワードの変更"
        return super().save(commit)


@admin.register(User)
class UserAdmin(HistoryAdmin, DjangoUserAdmin):
    """People leave by 「有効」 being taken off: the history keeps their names. Only demo accounts can be deleted."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = PasswordForm
    list_display = ("username", "display_name", "role", "division", "is_active", "is_demo", "last_login")
    list_filter = ("role", "division", "is_active", "is_demo")
    list_select_related = ("division",)
    search_fields = ("username", "display_name", "email")
    filter_horizontal = ()
    readonly_fields = ("is_demo", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "email")}),
        ("役割", {"fields": ("role", "division", "is_active", "usable_until", "is_demo")}),
        ("日時", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": (*NewUserForm.Meta.fields, "password1", "password2")}),)

    def get_readonly_fields(self, request, obj=None):
        """Nobody locks oneself out."""
        own = ("role", "is_active", "usable_until") if obj and obj.pk == request.user.pk else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def has_delete_permission(self, request, obj=None):
        may_go = obj is None or (obj.is_demo and obj.pk != request.user.pk)
        return may_go and super().has_delete_permission(request, obj)


@admin.register(Division)
class DivisionAdmin(admin.ModelAdmin):
    list_display = ("name", "position", "is_sample")
    list_filter = ("is_sample",)
    search_fields = ("name",)
