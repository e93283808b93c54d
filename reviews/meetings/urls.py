"""Meetings and what they decide, below /strategies/<slug>/."""
from django.urls import path

from reviews.views import agenda, decisions, materials, meetings, minutes

MEETINGS = "reviews/<int:fiscal_year>/meetings/"
MEETING = f"{MEETINGS}<int:meeting>/"

urlpatterns = [
    path(MEETINGS, meetings.meetings, name="meetings"),
    path(f"{MEETINGS}new/", meetings.meeting_new, name="meeting_new"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(f"{MEETING}edit/", meetings.meeting_edit, name="meeting_edit"),
    path(f"{MEETING}held/", meetings.meeting_held, name="meeting_held"),
    path(f"{MEETING}agenda/", agenda.meeting_agenda, name="meeting_agenda"),
    path(f"{MEETING}agenda/take/", agenda.agenda_take, name="agenda_take"),
    path(f"{MEETING}agenda/add/", agenda.agenda_add, name="agenda_add"),
    path(f"{MEETING}agenda/change/", agenda.agenda_change, name="agenda_change"),
    path(f"{MEETING}agenda/undo/", agenda.agenda_undo, name="agenda_undo"),
    path(f"{MEETING}agenda/<int:item>/", agenda.agenda_line, name="agenda_line"),
    path(f"{MEETING}attendance/", minutes.meeting_attendance, name="meeting_attendance"),
    path(f"{MEETING}minutes/", minutes.meeting_minutes, name="meeting_minutes"),
    path(f"{MEETING}decisions/new/", decisions.decision_new, name="decision_new"),
    path(f"{MEETING}materials/add/", materials.material_add, name="material_add"),
    path(f"{MEETING}materials/remove/", materials.material_remove, name="material_remove"),
    path(f"{MEETING}materials/<int:material>/", materials.material_file, name="material_file"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<int:decision>/", decisions.decision_edit, name="decision_edit"),
    path("decisions/<int:decision>/done/", decisions.decision_done, name="decision_done"),
    path("decisions/<int:decision>/reopen/", decisions.decision_reopen, name="decision_reopen"),
]
