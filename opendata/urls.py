"""What machines fetch."""
from django.urls import path

from opendata import result_views, views

urlpatterns = [
    path("", views.index, name="opendata_index"),
    path("indicators.csv", views.indicators_csv, name="opendata_indicators_csv"),
    path("indicators.json", views.indicators_json, name="opendata_indicators_json"),
    path("indicators_wide.csv", views.indicators_wide_csv, name="opendata_indicators_wide_csv"),
    path("agreements.csv", views.agreements_csv, name="opendata_agreements_csv"),
    path("agreements.json", views.agreements_json, name="opendata_agreements_json"),
    path("results.csv", result_views.results_csv, name="opendata_results_csv"),
    path("results.json", result_views.results_json, name="opendata_results_json"),
    path("opinions.csv", result_views.opinions_csv, name="opendata_opinions_csv"),
    path("publications.atom", result_views.publications_atom, name="opendata_publications_atom"),
    path("catalog.jsonld", result_views.catalog_jsonld, name="opendata_catalog_jsonld"),
    path("openapi.json", views.openapi, name="opendata_openapi"),
]
