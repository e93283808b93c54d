"""The site's table of contents."""
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("dashboards.urls")),
    path("strategies/<slug:slug>/", include("collecting.urls")),
    path("strategies/<slug:slug>/", include("importing.urls")),
    path("strategies/<slug:slug>/", include("reviews.urls")),
    path("strategies/<slug:slug>/", include("papers.urls")),
    path("invitation/", include("reviews.council.invitation_urls")),
    path("accounts/", include("accounts.urls")),
    path("opendata/", include("opendata.urls")),
    path("admin/", admin.site.urls),
]
