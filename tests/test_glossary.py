"""docs/glossary.md and the code name the same things by the same words."""
import dataclasses
import re

import pytest
from django.apps import apps
from django.db import models
from django.urls import get_resolver

from accounts.roles import Role
from collecting.plausibility import DoubtKind
from collecting.sheet_rows import RowState
from common.term import Term
from goals.models import PublicScope, RateRounding
from importing.surveys.keys import InputColumn
from kpis.entry_states import Move
from kpis.progress import Judgement
from tests.variables import ROOT

OUR_APPS = ("accounts", "goals", "kpis", "partnerships", "collecting", "importing", "dashboards", "reviews", "opendata", "papers")
ROW = re.compile(r"^\| ([^|]+?) \| `([A-Za-z_.]+)` \|", re.MULTILINE)


def glossary() -> dict[str, str]:
    """The documented code names with their Japanese words."""
    return {code: japanese for japanese, code in ROW.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))}


def our_models() -> dict[str, type[models.Model]]:
    found = [model for app in OUR_APPS for model in apps.get_app_config(app).get_models()]
    return {model.__name__: model for model in found if not model.__name__.startswith("Historical")}


def our_vocabularies() -> dict[str, type]:
    """Every closed list of words that people read: those of all the pages, whichever tests ran before."""
    assert get_resolver().url_patterns
    choices = [kind for kind in models.TextChoices.__subclasses__() if kind.__module__.split(".")[0] in OUR_APPS]
    return {kind.__name__: kind for kind in [*Term.__subclasses__(), *choices]}


def words_in_code() -> dict[str, str]:
    """The code names that the glossary must have, with the Japanese the code gives them."""
    words = {name: str(model._meta.verbose_name) for name, model in our_models().items()}
    for name, kind in our_vocabularies().items():
        words |= {f"{name}.{member.name}": str(member.label) for member in kind}
    return words


def test_every_model_and_word_of_the_code_is_in_the_glossary():
    missing = {code: word for code, word in words_in_code().items() if glossary().get(code) != word}
    assert missing == {}


def test_every_vocabulary_has_a_name_in_the_glossary():
    assert set(our_vocabularies()) <= set(glossary())


def test_the_vocabularies_are_found_at_all():
    assert {"Status", "TargetKind", "EntryState", "Door", "Renewal", "Role", "PublicScope", "RateRounding"} <= set(our_vocabularies())
    assert {Role, PublicScope, RateRounding, Move, InputColumn, DoubtKind, RowState} <= set(our_vocabularies().values())


def test_every_name_in_the_glossary_exists_in_the_code():
    known = {*words_in_code(), *our_vocabularies()}
    known |= {f"{name}.{field.name}" for name, model in our_models().items() for field in model._meta.fields}
    known |= {f"Judgement.{field.name}" for field in dataclasses.fields(Judgement)}
    assert set(glossary()) - known == set()


@pytest.mark.parametrize("code", [code for code in glossary() if code.count(".") == 1 and code.split(".")[1].islower()])
def test_a_field_in_the_glossary_carries_its_japanese_name(code):
    owner, field = code.split(".")
    if owner == "Judgement":
        assert field in {found.name for found in dataclasses.fields(Judgement)}
    else:
        assert str(our_models()[owner]._meta.get_field(field).verbose_name) == glossary()[code]


def test_each_code_name_has_one_line():
    codes = [code for _, code in ROW.findall((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))]
    assert sorted(codes) == sorted(set(codes))


