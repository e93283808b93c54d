"""The admin site: its Japanese titles, and the door that looks at the role."""
from django.contrib.admin import AdminSite
from django.urls import reverse_lazy


class StrategyAdminSite(AdminSite):
    site_title = "総合戦略 進捗管理"
    site_header = "総合戦略 進捗管理　データの管理"
    index_title = "データの管理"
    site_url = reverse_lazy("home")
    enable_nav_sidebar = True

    def has_permission(self, request):
        return request.user.is_staff
