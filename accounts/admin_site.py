"""The admin site: its Japanese titles, its order, and the door that looks at the role."""
from django.contrib.admin import AdminSite
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse, reverse_lazy

# The order of daily work. What is not named here comes last.
ORDER = (
    ("kpis", ("actual", "indicator", "target", "ratingscale")),
    ("partnerships", ("agreement", "partner")),
    ("goals", ("strategy", "goal", "measure", "initiative")),
    ("reviews", ("evaluationscale",)),
    ("accounts", ("user", "division")),
)
APP_ORDER = {app: place for place, (app, _) in enumerate(ORDER)}
MODEL_ORDER = {f"{app}.{model}": place for app, models in ORDER for place, model in enumerate(models)}


class StrategyAdminSite(AdminSite):
    site_title = "総合戦略 進捗管理"
    site_header = "総合戦略 進捗管理　データの管理"
    index_title = "データの管理"
    site_url = reverse_lazy("home")
    enable_nav_sidebar = True

    def has_permission(self, request):
        return request.user.is_staff

    def login(self, request, extra_context=None):
        """There is one sign-in page. Whoever is signed in already and still comes here lacks the role."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request, extra_context=None):
        return LogoutView.as_view()(request)

    def get_app_list(self, request, app_label=None):
        apps = list(self._build_app_dict(request, app_label).values())
        for app in apps:
            app["models"].sort(key=lambda model: MODEL_ORDER.get(model["model"]._meta.label_lower, len(MODEL_ORDER)))
        return sorted(apps, key=lambda app: APP_ORDER.get(app["app_label"], len(APP_ORDER)))
