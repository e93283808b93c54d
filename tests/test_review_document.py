"""docs/review.md shows the tables of reviews/stages.py, line by line."""
import re

from reviews.stages import OPEN_IN, STAGE_TRANSITIONS, StageTransition
from reviews.vocabulary import Stage
from tests.variables import ROOT

DOCUMENT = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")


def diagram() -> list[str]:
    """Every step between the stages, as Mermaid writes it."""
    steps = [f"    {each.source.label} --> {each.target.label}: {each.move.label}" for each in STAGE_TRANSITIONS]
    return ["stateDiagram-v2", f"    [*] --> {next(iter(Stage)).label}", *steps]


def rows_of(heading: str) -> list[str]:
    """The lines of the table under that heading, without its head."""
    part = DOCUMENT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [line for line in part.splitlines() if line.startswith("| ")][2:]


def line_of(transition: StageTransition) -> str:
    asked, left = ("理由" if transition.needs_reason else "―"), ("確定版" if transition.freezes else "―")
    return f"| {transition.move.label} | {transition.source.label} | {transition.target.label} | {asked} | {left} |"


def test_the_diagram_shows_every_step_of_the_table_and_no_other():
    drawn = re.search(r"```mermaid\n(.*?)\n```", DOCUMENT, re.DOTALL)[1].splitlines()
    assert drawn == diagram()


def test_the_table_of_steps_is_the_table_of_the_code():
    assert rows_of("The way of a review") == [line_of(each) for each in STAGE_TRANSITIONS]


def test_the_work_is_open_as_the_code_says():
    assert rows_of("Which work is open when") == [f"| {work.label} | {'・'.join(stage.label for stage in stages)} |" for work, stages in OPEN_IN.items()]
