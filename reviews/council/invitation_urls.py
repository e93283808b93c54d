"""Coming in with a printed code, at the site's root: the address must be short enough to type."""
from django.urls import path

from reviews.views.invitation import invitation, invitation_account

urlpatterns = [
    path("", invitation, name="invitation"),
    path("account/", invitation_account, name="invitation_account"),
]
