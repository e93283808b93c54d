"""Publishing a year's results, and what everybody reads of them."""
from django.urls import path

from reviews.views import publication, results

PUBLICATION = "reviews/<int:fiscal_year>/publication/"

urlpatterns = [
    path(PUBLICATION, publication.publication, name="publication"),
    path(f"{PUBLICATION}begin/", publication.publication_begin, name="publication_begin"),
    path(f"{PUBLICATION}due/", publication.publication_due, name="publication_due"),
    path(f"{PUBLICATION}cancel/", publication.publication_cancel, name="publication_cancel"),
    path(f"{PUBLICATION}withdraw/", publication.publication_withdraw, name="publication_withdraw"),
    path(f"{PUBLICATION}preview/", publication.publication_preview, name="publication_preview"),
    path(f"{PUBLICATION}preview/measures/<int:goal>-<int:number>/", publication.publication_preview_measure, name="publication_preview_measure"),
    path("results/", results.results, name="results"),
    path("results/<int:fiscal_year>/", results.results_year, name="results_year"),
    path("results/<int:fiscal_year>/measures/<int:goal>-<int:number>/", results.results_measure, name="results_measure"),
]
