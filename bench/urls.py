"""The site with the reference views."""
from django.urls import include, path

from bench import reference

urlpatterns = [
    path("", include("hokuto_strategy.urls")),
    path("bench/constant/", reference.constant),
    path("bench/plain/", reference.plain),
    path("bench/without-charts/<str:slug>/<int:number>/", reference.goal_without_charts),
    path("bench/bare-charts/<str:slug>/<int:number>/", reference.bare_charts),
    path("bench/bare-charts.js", reference.bare_charts_script),
]
