"""Entering and collecting the yearly actuals, below /strategies/<slug>/."""
from django.urls import path

from collecting.views import board, collections, evidence, hand_over, sheet

urlpatterns = [
    path("collections/", collections.collections, name="collections"),
    path("collections/new/", collections.collection_open, name="collection_open"),
    path("collections/<int:fiscal_year>/", board.collection_board, name="collection_board"),
    path("collections/<int:fiscal_year>/edit/", collections.collection_edit, name="collection_edit"),
    path("collections/<int:fiscal_year>/check/", board.collection_check, name="collection_check"),
    path("collections/<int:fiscal_year>/return/", board.collection_return, name="collection_return"),
    path("collections/<int:fiscal_year>/reminders/", board.collection_reminders, name="collection_reminders"),
    path("collections/<int:fiscal_year>/values/<int:actual>/reopen/", board.value_reopen, name="value_reopen"),
    path("hand-over/", hand_over.hand_over_duties, name="hand_over"),
    path("hand-over/undo/", hand_over.hand_over_undo, name="hand_over_undo"),
    path("entry/", sheet.entry, name="entry"),
    path("collections/<int:fiscal_year>/sheet/", sheet.entry_sheet, name="entry_sheet"),
    path("collections/<int:fiscal_year>/sheet/submit/", sheet.entry_submit, name="entry_submit"),
    path("collections/<int:fiscal_year>/sheet/<int:indicator>/", sheet.entry_cell, name="entry_cell"),
    path("collections/<int:fiscal_year>/sheet/<int:indicator>/evidence/", evidence.evidence_add, name="evidence_add"),
    path("evidence/<int:evidence>/", evidence.evidence_file, name="evidence_file"),
    path("evidence/<int:evidence>/remove/", evidence.evidence_remove, name="evidence_remove"),
]
