"""docs/collection.md shows the table of kpis/entry_states.py, line by line."""
import re

from kpis.entry_states import TRANSITIONS, Transition
from kpis.vocabulary import EntryState
from tests.variables import ROOT

DOCUMENT = (ROOT / "docs" / "collection.md").read_text(encoding="utf-8")


def diagram() -> list[str]:
    """Every step between the states, as Mermaid writes it."""
    steps = [f"    {source.label} --> {each.target.label}: {each.move.label}" for each in TRANSITIONS for source in each.sources]
    return ["stateDiagram-v2", f"    [*] --> {EntryState.NOT_ENTERED.label}", *steps]


def table() -> list[str]:
    return [f"| {' | '.join(cells(each))} |" for each in TRANSITIONS]


def cells(transition: Transition) -> tuple[str, ...]:
    asked = [word for word, is_asked in (("値か未測定の理由", transition.needs_value), ("理由", transition.needs_reason)) if is_asked]
    who = "企画担当・管理者" if transition.is_for_planning else "担当課・企画担当・管理者"
    return transition.move.label, "・".join(source.label for source in transition.sources), transition.target.label, who, "、".join(asked) or "―"


def test_the_diagram_shows_every_step_of_the_table_and_no_other():
    shown = re.search(r"```mermaid\n(.*?)```", DOCUMENT, re.DOTALL)[1].splitlines()
    assert shown == diagram(), "\n".join(diagram())


def test_the_table_of_the_document_is_the_table_of_the_code():
    shown = DOCUMENT.split("| --- | --- | --- | --- | --- |\n")[1].split("\n\n")[0].splitlines()
    assert shown == table(), "\n".join(table())
