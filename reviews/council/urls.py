"""The council: seats, members' opinions, joint opinions and the city's answers, below /strategies/<slug>/."""
from django.urls import path

from reviews.views import joint_opinions, my_opinions, responses, seats

OPINIONS = "reviews/<int:fiscal_year>/opinions/"
JOINT = "reviews/<int:fiscal_year>/joint-opinions/"

urlpatterns = [
    path("seats/", seats.seats, name="seats"),
    path("seats/new/", seats.seat_new, name="seat_new"),
    path("seats/<int:seat>/", seats.seat_edit, name="seat_edit"),
    path("seats/<int:seat>/end/", seats.seat_end, name="seat_end"),
    path("seats/<int:seat>/successor/", seats.seat_successor, name="seat_successor"),
    path("seats/<int:seat>/invitation/", seats.seat_invite, name="seat_invite"),
    path(OPINIONS, my_opinions.my_opinions, name="my_opinions"),
    path(f"{OPINIONS}<int:goal>-<int:number>/", my_opinions.my_opinion, name="my_opinion"),
    path(f"{OPINIONS}<int:goal>-<int:number>/take-back/", my_opinions.my_opinion_take_back, name="my_opinion_take_back"),
    path(f"{OPINIONS}tally/", joint_opinions.opinion_tally, name="opinion_tally"),
    path(f"{JOINT}new/", joint_opinions.joint_opinion_new, name="joint_opinion_new"),
    path(f"{JOINT}restore/", joint_opinions.joint_opinion_restore, name="joint_opinion_restore"),
    path(f"{JOINT}<int:opinion>/", joint_opinions.joint_opinion_edit, name="joint_opinion_edit"),
    path(f"{JOINT}<int:opinion>/move/", joint_opinions.joint_opinion_move, name="joint_opinion_move"),
    path(f"{JOINT}<int:opinion>/remove/", joint_opinions.joint_opinion_remove, name="joint_opinion_remove"),
    path("responses/", responses.responses, name="responses"),
    path("responses/<int:opinion>/", responses.response, name="response"),
    path("responses/<int:opinion>/return/", responses.response_return, name="response_return"),
    path("responses/<int:opinion>/done/", responses.response_done, name="response_done"),
    path("responses/<int:opinion>/reopen/", responses.response_reopen, name="response_reopen"),
]
