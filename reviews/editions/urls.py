"""Editions of a review, below /strategies/<slug>/."""
from django.urls import path

from reviews.views import editions

EDITIONS = "reviews/<int:fiscal_year>/editions/"
EDITION = f"{EDITIONS}<int:number>/"

urlpatterns = [
    path(EDITIONS, editions.editions, name="editions"),
    path(EDITION, editions.edition, name="edition"),
    path(f"{EDITION}compare/", editions.edition_comparison, name="edition_comparison"),
    path(f"{EDITION}edition.json", editions.edition_file, name="edition_file"),
]
