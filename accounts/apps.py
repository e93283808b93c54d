from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core.checks import Tags, register

from accounts.checks import no_demo_accounts


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "利用者と課"

    def ready(self):
        register(no_demo_accounts, Tags.security, deploy=True)


class StrategyAdminConfig(admin_apps.AdminConfig):
    """Django's admin, opened by role instead of by the staff flag."""

    default = False
    default_site = "accounts.admin_site.StrategyAdminSite"
