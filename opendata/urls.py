"""What machines fetch."""
from django.urls import path

from opendata import views

urlpatterns = [
    path("", views.index, name="opendata_index"),
    path("indicators.csv", views.indicators_csv, name="opendata_indicators_csv"),
    path("indicators.json", views.indicators_json, name="opendata_indicators_json"),
    path("indicators_wide.csv", views.indicators_wide_csv, name="opendata_indicators_wide_csv"),
    path("agreements.csv", views.agreements_csv, name="opendata_agreements_csv"),
    path("agreements.json", views.agreements_json, name="opendata_agreements_json"),
    path("openapi.json", views.openapi, name="opendata_openapi"),
]
