"""Imports run one way, spaCy stays in its place, and importing the package is cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import overstate

ROOT = Path(overstate.__file__).parent

#: Low to high. A module may import what stands below it, and its own package; names in one row may not import each other.
LAYERS = (
    ("errors", "threads", "types"),
    ("lexicons", "readers", "quantities"),
    ("transcript", "sides"),
    ("corpus",),
    ("dialogues",),
    ("encoder",),
    ("features",),
    ("learn", "pipeline.doc"),
    ("explain",),
    ("models",),
    ("storage",),
    ("pipeline.components",),
    ("report",),
    ("comparison", "evidence", "loaded"),
    ("analyzer",),
    ("training", "evaluation", "_verbs"),
    ("cli",),
)
RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}

Import = tuple[str, str | None, bool]


def imports(source: str, package: str) -> Iterator[Import]:
    """Module, name (None for a plain `import`), and whether only a type checker follows it."""
    tree = ast.parse(source)
    checked = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        for branch in node.body
        for inner in ast.walk(branch)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None, id(node) in checked) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((module, alias.name, id(node) in checked) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            yield (node.args[0].value if isinstance(node.args[0], ast.Constant) else "?"), None, id(node) in checked


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def home_of(module: str) -> str:
    """The row entry a module (without the leading "overstate.") belongs to."""
    return next((name for name in (".".join(module.split(".")[:2]), module.split(".")[0]) if name in RANK), "")


def modules() -> Iterator[tuple[str, list[Import]]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = name_of(path)
        package = f"overstate.{name}" if path.name == "__init__.py" else f"overstate.{name}".rpartition(".")[0]
        yield name, list(imports(path.read_text(encoding="utf-8"), package.rstrip(".")))


MODULES = dict(modules())


def upward(name: str, found: list[Import]) -> list[str]:
    """Imports of a module that do not run downwards."""
    wrong = []
    for module, what, _ in found:
        if module.split(".")[0] != "overstate":
            continue
        target = module.removeprefix("overstate").removeprefix(".")
        if what is not None and (not target or home_of(f"{target}.{what}") != home_of(target)):
            target = f"{target}.{what}".lstrip(
                "."
            )  # "from overstate import readers", "from overstate.pipeline import doc"
        here, there = home_of(name), home_of(target)
        if there != here and not (there in RANK and RANK[there] < RANK[here]):
            wrong.append(f"{name} imports {target}")
    return wrong


def spacy_imports(name: str, found: list[Import]) -> list[str]:
    """Imports of spaCy where it does not belong."""
    if name.split(".")[0] == "pipeline":
        return []
    return [
        f"{name} imports {module}.{what or ''}"
        for module, what, _ in found
        if module.split(".")[0] == "spacy"
        and (name, module, what) != ("features.tokens", "spacy.strings", "hash_string")
    ]


def test_every_module_has_a_layer_and_every_layer_a_module() -> None:
    homes = {name: home_of(name) for name in MODULES if name not in ("", "pipeline")}
    assert not [name for name, home in homes.items() if not home]
    assert set(homes.values()) == set(RANK)


@pytest.mark.parametrize("name", [name for name in MODULES if name not in ("", "pipeline")])
def test_imports_run_one_way(name: str) -> None:
    assert not upward(name, MODULES[name])


def test_the_root_imports_eagerly_nothing_of_the_package_and_pipeline_is_empty() -> None:
    assert not [module for module, _, checked in MODULES[""] if module.startswith("overstate") and not checked]
    assert not MODULES["pipeline"]


@pytest.mark.parametrize("name", list(MODULES))
def test_only_the_pipeline_imports_spacy(name: str) -> None:
    assert not spacy_imports(name, MODULES[name])


def test_the_pipeline_and_the_tokens_do_import_spacy() -> None:
    # were this to fail, the test above would look in the wrong place
    for name in ("pipeline.doc", "pipeline.components", "features.tokens"):
        assert any(module.split(".")[0] == "spacy" for module, *_ in MODULES[name])


@pytest.mark.parametrize(
    "layer",
    [
        "errors",
        "types",
        "readers",
        "transcript",
        "corpus",
        "report",
        "explain.questions",
        "explain.pieces",
        "explain.wordings",
        "explain.frameworks",
        "lexicons.patterns",
        "lexicons.phrases",
        "quantities",
    ],
)
def test_plain_layers_import_no_learning_library(layer: str) -> None:
    heavy = {"numpy", "scipy", "sklearn", "spacy", "skops", "joblib", "pandas"}
    found = {
        f"{name}: {module}"
        for name, entries in MODULES.items()
        if name == layer or name.startswith(f"{layer}.")
        for module, _, checked in entries
        if module.split(".")[0] in heavy
        and not checked
        and (name, module) != ("report._rows", "pandas")  # in a function
    }
    assert not found


def test_the_lazy_names_of_the_root_are_all_there() -> None:
    assert set(overstate.__all__) == {*overstate._HOMES, "__version__"}
    for name in overstate._HOMES:
        assert getattr(overstate, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        overstate.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("name", "source", "wrong"),
    [
        ("errors", "from overstate.types import Turn", True),
        ("explain.links", "from overstate.models import Models", True),
        ("explain.links", "def f():\n    from overstate.report import Report", True),
        ("explain.links", "if TYPE_CHECKING:\n    from overstate.report import Report", True),
        ("readers._json", "from overstate import transcript", True),
        ("readers._json", "import overstate.corpus", True),
        ("readers._json", "from overstate import load", True),
        ("features.tokens", "from overstate.pipeline.doc import blank", True),
        ("features.tokens", "from overstate.pipeline import doc", True),
        ("features.tokens", "from ..pipeline import doc", True),
        ("learn.status", "from overstate.pipeline.doc import blank", True),
        ("pipeline.doc", "from .components import make_all", True),
        ("storage", "import_module('overstate.pipeline.components')", True),
        ("explain.links", "from overstate.explain.cues import Mark", False),
        ("explain.links", "from . import cues", False),
        ("explain.links", "import numpy\nfrom overstate.learn.status import REASONS", False),
        ("pipeline.components", "from overstate.pipeline import doc", False),
        ("analyzer", "from overstate import evidence", False),
    ],
)
def test_the_check_itself_finds_imports_that_run_upwards(name: str, source: str, wrong: bool) -> None:
    package = f"overstate.{name}".rpartition(".")[0]
    assert bool(upward(name, list(imports(source, package)))) is wrong


@pytest.mark.parametrize(
    ("name", "source", "wrong"),
    [
        ("learn.status", "import spacy", True),
        ("report._html", "def f():\n    from spacy.tokens import Doc", True),
        ("features.tokens", "from spacy.strings import StringStore", True),
        ("features.spans", "from spacy.strings import hash_string", True),
        ("cli", "import_module('spacy')", True),
        ("features.tokens", "from spacy.strings import hash_string", False),
        ("pipeline.doc", "import spacy", False),
        ("cli", "import spacylike", False),
    ],
)
def test_the_check_itself_finds_spacy(name: str, source: str, wrong: bool) -> None:
    assert bool(spacy_imports(name, list(imports(source, "overstate")))) is wrong


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import overstate", "spacy sklearn numpy pandas scipy typer rich jinja2"),
        (
            "import overstate; overstate.Turn, overstate.Transcript, overstate.Claim, overstate.DataError, overstate.read_labelled",
            "spacy sklearn numpy pandas",
        ),
        ("import overstate.cli", "spacy sklearn numpy pandas"),
        ("import overstate; overstate.Report", "spacy sklearn numpy pandas"),
    ],
)
def test_importing_loads_nothing_heavy(code: str, heavy: str) -> None:
    script = f"{code}\nimport sys\nprint(*[name for name in {heavy.split()!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
