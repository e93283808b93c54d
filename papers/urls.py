"""The papers, below /strategies/<slug>/; `kind` is pdf, xlsx or docx."""
from django.urls import path

from papers import views

urlpatterns = [
    path("papers/print-sheet.<str:kind>", views.sheet, name="paper_sheet"),
    path("papers/measures/<int:goal>-<int:number>.<str:kind>", views.measure, name="paper_measure"),
    path("papers/pack.<str:kind>", views.pack, name="paper_pack"),
    path("papers/meetings/<int:meeting>.<str:kind>", views.meeting, name="paper_meeting"),
]
