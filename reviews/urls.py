"""The yearly review, below /strategies/<slug>/."""
from django.urls import include, path

from reviews.views import measures, reviews

urlpatterns = [
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/new/", reviews.review_new, name="review_new"),
    path("reviews/<int:fiscal_year>/", reviews.review, name="review"),
    path("reviews/<int:fiscal_year>/edit/", reviews.review_edit, name="review_edit"),
    path("reviews/<int:fiscal_year>/move/", reviews.review_move, name="review_move"),
    path("reviews/<int:fiscal_year>/measures/", measures.review_measures, name="review_measures"),
    path("reviews/<int:fiscal_year>/measures/<int:goal>-<int:number>/", measures.review_measure, name="review_measure"),
    path("", include("reviews.meetings.urls")),
    path("", include("reviews.council.urls")),
    path("", include("reviews.editions.urls")),
    path("", include("reviews.publishing.urls")),
    path("", include("reviews.revising.urls")),
]
