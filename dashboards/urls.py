"""The pages people look at."""
from django.urls import path

from dashboards.views import agreements, documents, goals, help, indicators, overview, print_sheet, search

urlpatterns = [
    path("", overview.home, name="home"),
    path("strategies/<slug:slug>/", overview.overview, name="overview"),
    path("strategies/<slug:slug>/goals/<int:number>/", goals.goal, name="goal"),
    path("strategies/<slug:slug>/indicators/<str:code>/", indicators.indicator, name="indicator"),
    path("strategies/<slug:slug>/sdgs/", documents.sdgs, name="sdgs"),
    path("strategies/<slug:slug>/plan/", documents.plan, name="plan"),
    path("strategies/<slug:slug>/print/", print_sheet.print_sheet, name="print_sheet"),
    path("strategies/<slug:slug>/judgement/", documents.judgement_guide, name="judgement_guide"),
    path("strategies/<slug:slug>/search/", search.search, name="search"),
    path("strategies/<slug:slug>/agreements/", agreements.agreements, name="agreements"),
    path("strategies/<slug:slug>/agreements/<int:number>/", agreements.agreement, name="agreement"),
    path("strategies/<slug:slug>/partners/<int:pk>/", agreements.partner, name="partner"),
    path("help/<str:audience>/", help.help_page, name="help"),
    path("accessibility/", help.accessibility, name="accessibility"),
]
