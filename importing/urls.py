"""Spreadsheets in and out, below /strategies/<slug>/."""
from django.urls import path

from importing.views import imports, layouts, plan_books, surveys

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:number>/", imports.import_preview, name="import_preview"),
    path("imports/<int:number>/read/", imports.import_read, name="import_read"),
    path("imports/<int:number>/take-in/", imports.import_take_in, name="import_take_in"),
    path("imports/<int:number>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:number>/abandon/", imports.import_abandon, name="import_abandon"),
    path("imports/<int:number>/errors.xlsx", imports.import_errors, name="import_errors"),
    path("imports/<int:number>/layout/<int:file>/", layouts.import_layout, name="import_layout"),
    path("surveys/<int:fiscal_year>/", surveys.surveys, name="surveys"),
    path("surveys/<int:fiscal_year>/all/", surveys.surveys_zip, name="surveys_zip"),
    path("surveys/<int:fiscal_year>/<int:division>/", surveys.survey_file, name="survey_file"),
    path("plan-book/", plan_books.plan_book, name="plan_book"),
    path("plan-book/file/", plan_books.plan_book_file, name="plan_book_file"),
    path("plan-book/template/", plan_books.plan_book_template, name="plan_book_template"),
    path("plan-book/take-in/", plan_books.plan_book_take_in, name="plan_book_take_in"),
    path("plan-book/undo/", plan_books.plan_book_undo, name="plan_book_undo"),
]
