"""The house keeps its rooms apart: layers, pure calculations, one place for style and scripts. Tools report here too."""
import ast
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.variables import ROOT

APPS = ("hokuto_strategy", "papers", "opendata", "reviews", "dashboards", "importing", "collecting", "kpis", "partnerships", "goals", "accounts", "common")
LONGEST_MODULE = 350
PURE_PATTERNS = (
    "common/*.py",
    "kpis/facts.py",
    "kpis/progress.py",
    "kpis/chart*.py",
    "kpis/forecast.py",
    "kpis/explanation.py",
    "kpis/ratings.py",
    "kpis/vocabulary.py",
    "collecting/dates.py",
    "collecting/plausibility.py",
    "collecting/cells.py",
    "kpis/entry_states.py",
    "partnerships/terms.py",
    "importing/values/*.py",
    "importing/recognition/*.py",
    "importing/book.py",
    "importing/records.py",
    "importing/parse.py",
    "importing/diff.py",
    "importing/lines.py",
    "importing/vocabulary.py",
    "reviews/measures/proposals.py",
    "reviews/stages.py",
    "reviews/vocabulary.py",
)
# Blocks what the pure modules must do without, then imports them one by one.
IMPORT_WITHOUT_DJANGO = """
import importlib, sys
for name in ("django", "plotly", "pandas", "import_export", "simple_history"):
    sys.modules[name] = None
for module in sys.argv[1:]:
    importlib.import_module(module)
"""
INLINE = re.compile(r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
DATA_SCRIPT = re.compile(r"<script[^>]*type=\"application/(?:ld\+)?json\"[^>]*>", re.IGNORECASE)
FOREIGN = re.compile(r"""(?:\bsrc|<link[^>]*\shref|srcset)\s*=\s*["'](?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//""", re.IGNORECASE)


def source_files() -> list[Path]:
    found = chain.from_iterable((ROOT / app).rglob("*.py") for app in APPS)
    return sorted(path for path in found if "migrations" not in path.parts)


def project_templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".svg", ".txt"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_layers_and_purity_are_kept_by_every_import():
    result = run("-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))")
    assert result.returncode == 0, result.stdout


def test_the_linter_watches_every_app():
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert all(f'"{path.parent.name}"' in settings for path in ROOT.glob("*/apps.py"))
    assert {path.parent.name for path in ROOT.glob("*/apps.py")} < set(APPS)


def test_ruff_finds_nothing():
    result = run("-m", "ruff", "check", "--quiet", ".")
    assert result.returncode == 0, result.stdout


def test_templates_are_written_in_djades_style():
    templates = [named(path) for path in project_templates() if path.suffix == ".html"]
    result = run("-c", "import sysconfig; print(sysconfig.get_path('scripts'))")
    djade = Path(result.stdout.strip()) / "djade"
    checked = subprocess.run([djade, "--check", *templates], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_calculations_import_without_django():
    paths = sorted(chain.from_iterable(ROOT.glob(pattern) for pattern in PURE_PATTERNS))
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths if path.name != "__init__.py"]
    assert {"kpis.progress", "kpis.charts", "kpis.explanation", "partnerships.terms", "common.japanese"} <= set(modules)
    result = run("-c", IMPORT_WITHOUT_DJANGO, *modules)
    assert result.returncode == 0, result.stderr


def test_the_check_for_purity_notices_django():
    assert run("-c", IMPORT_WITHOUT_DJANGO, "goals.models").returncode != 0


@pytest.mark.parametrize("path", source_files(), ids=named)
def test_a_module_imports_at_its_top_and_asks_for_no_hidden_links(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)]
    inside = {type(node) for function in functions for node in ast.walk(function)}
    assert inside.isdisjoint({ast.Import, ast.ImportFrom})
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names}
    assert (names | imported).isdisjoint({"TYPE_CHECKING", "get_model", "get_models", "receiver", "post_save", "pre_save", "Signal"})


def test_modules_stay_small_enough_to_read():
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in source_files()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_nothing_is_called_utils():
    assert [named(path) for path in source_files() if path.stem in ("utils", "helpers", "misc")] == []


def words_of(tree: ast.Module) -> set[str]:
    """Every name and text of a module but its docstrings, in lower case."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, documented) and node.body]
    docstrings = {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}
    words = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            words.add(node.value.lower())
        words |= {str(getattr(node, part)).lower() for part in ("id", "attr", "name", "arg", "module") if getattr(node, part, None)}
    return words


def test_goals_never_mention_indicators():
    mentions = {}
    for path in [path for path in source_files() if named(path).startswith("goals/")]:
        words = words_of(ast.parse(path.read_text(encoding="utf-8")))
        mentions[named(path)] = {word for word in words if re.search(r"indicator|kpi|actual|指標|実績", word)}
    assert {name: words for name, words in mentions.items() if words} == {}


def test_templates_of_goals_never_mention_indicators():
    templates = [path for path in project_templates() if named(path).startswith("templates/goals/")]
    assert [named(path) for path in templates if re.search(r"indicator|kpi|指標", path.read_text(encoding="utf-8"), re.IGNORECASE)] == []


@pytest.mark.parametrize("path", project_templates(), ids=named)
def test_a_template_has_no_inline_style_or_script_and_fetches_nothing_foreign(path):
    text = DATA_SCRIPT.sub("", path.read_text(encoding="utf-8"))
    assert INLINE.findall(text) == []
    assert FOREIGN.findall(text) == []


def test_there_is_one_stylesheet_and_it_fetches_nothing():
    sheets = list((ROOT / "static").rglob("*.css"))
    assert [named(path) for path in sheets] == ["static/style.css"]
    assert FOREIGN.findall(sheets[0].read_text(encoding="utf-8")) == []


def test_scripts_are_our_own_and_small():
    sizes = {named(path): path.stat().st_size for path in (ROOT / "static").rglob("*.js")}
    assert {name: size for name, size in sizes.items() if size > 20_000 or ".min." in name} == {}


@pytest.mark.parametrize("name", ["requirements.txt", "tests/requirements.txt"])
def test_every_dependency_is_pinned_and_says_why_it_is_there(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line.strip() and not line.startswith(("#", "-r"))]
    assert [line for line in wanted if not re.match(r"[A-Za-z0-9_.\[\]-]+==[\w.]+ +# \S", line)] == []
