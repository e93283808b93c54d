"""目標数値の見直し, below /strategies/<slug>/."""
from django.urls import path

from reviews.views import proposals, revisions

urlpatterns = [
    path("revisions/", revisions.revisions, name="revisions"),
    path("revisions/new/", proposals.revision_new, name="revision_new"),
    path("revisions/<int:revision>/", revisions.revision, name="revision"),
    path("revisions/<int:revision>/edit/", proposals.revision_edit, name="revision_edit"),
    path("revisions/<int:revision>/decide/", revisions.revision_decide, name="revision_decide"),
    path("revisions/<int:revision>/reject/", revisions.revision_reject, name="revision_reject"),
    path("revisions/<int:revision>/take-back/", revisions.revision_take_back, name="revision_take_back"),
    path("revisions/<int:revision>/withdraw/", revisions.revision_withdraw, name="revision_withdraw"),
]
