"""The notebooks run, define nothing, and hold the outputs of a run from top to bottom.

After a change of the shipped model, the calls or a notebook, make their outputs anew: `python notebooks/execute.py`.
"""

from __future__ import annotations

import ast
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
NAMES = ("01_analyse_a_call.ipynb", "02_retrain.ipynb")

# Where this or another machine keeps things, when something ran, and object addresses.
_MACHINE = re.compile(
    r"/(?:tmp|home|root|Users|usr|opt|var|mnt)/|[A-Z]:\\\\?Users|site-packages"
    r"|\b20\d\d-\d\d-\d\d[T ]\d\d:|\bWall time\b|\bdone in \d|\bat 0x[0-9a-f]{6,}"
)


@pytest.fixture(params=NAMES)
def committed(request: pytest.FixtureRequest) -> nbformat.NotebookNode:
    return nbformat.read(ROOT / "notebooks" / request.param, as_version=4)


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in code(notebook) for output in cell.outputs]


def texts(notebook: nbformat.NotebookNode) -> list[str]:
    """Everything in a notebook that a person can read: pictures are left out."""
    found = [cell.source for cell in notebook.cells]
    for output in outputs(notebook):
        found.append(output.get("text", ""))
        found += [data for kind, data in output.get("data", {}).items() if not kind.startswith("image/")]
    return found


def defined(source: str) -> list[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    return [type(node).__name__ for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]


def test_all_notebooks_are_tested():
    assert sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_runs_from_top_to_bottom(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # a copy of what the notebooks read, so that a run can neither change the checkout nor lean on the rest of it
    shutil.copytree(ROOT / "data" / "calls", tmp_path / "data" / "calls")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / name, tmp_path / "notebooks")
    monkeypatch.syspath_prepend(ROOT / "notebooks")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    from execute import executed

    notebook = executed(tmp_path / "notebooks" / name)

    assert not [output for output in outputs(notebook) if output.output_type == "error"]
    assert not [output.text for output in outputs(notebook) if output.get("name") == "stderr"]
    assert [found for text in texts(notebook) for found in _MACHINE.findall(text)] == []


def test_defines_nothing(committed: nbformat.NotebookNode):
    assert [kind for cell in code(committed) for kind in defined(cell.source)] == []


@pytest.mark.parametrize("source", ["def f(): ...", "async def f(): ...", "class C: ...", "f = lambda x: x"])
def test_definitions_would_be_seen(source: str):
    assert len(defined(source)) == 1


def test_all_cells_were_executed_in_order(committed: nbformat.NotebookNode):
    counts = [cell.execution_count for cell in code(committed)]
    assert counts == list(range(1, len(counts) + 1))


def test_has_outputs_worth_looking_at(committed: nbformat.NotebookNode):
    kinds = {kind for output in outputs(committed) for kind in output.get("data", {})}
    assert {"text/html", "image/png"} <= kinds
    # the report, tables, plots: no cell but a first of settings is there without showing something
    silent = [cell.source for cell in code(committed)[1:] if not cell.outputs]
    assert silent == []
    assert not [
        output for output in outputs(committed) if output.output_type == "error" or output.get("name") == "stderr"
    ]


def test_holds_nothing_of_a_machine(committed: nbformat.NotebookNode):
    assert [found for text in texts(committed) for found in _MACHINE.findall(text)] == []
    assert committed.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert all(not cell.metadata for cell in committed.cells)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("/home/ann/data", True),
        ("<Report at 0x7f0123456789>", True),
        ("2026-11-21 23:29:40", True),
        ("../data/calls/labelled.jsonl", False),
        ("turn 66, 6:22", False),
    ],
)
def test_traces_of_a_machine_would_be_seen(text: str, seen: bool):
    assert bool(_MACHINE.search(text)) is seen
