"""The README says what is so: its output is the real output, its code runs, its links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEMO = re.search(r"overstate (analyze data/calls/\S+ --ask \d+)", (ROOT / "Makefile").read_text(encoding="utf-8"))
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.S)


def test_output_shown_is_the_real_output():
    assert DEMO is not None
    shown = next(text for kind, text in BLOCKS if kind == "text")
    command = [sys.executable, "-m", "overstate.cli", *DEMO[1].split()]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env=_plain_environment())
    assert ran.stdout.strip() == shown.strip()


def _plain_environment() -> dict[str, str]:
    import os

    return {**os.environ, "COLUMNS": "100"}


@pytest.mark.parametrize(
    "code", [text for kind, text in BLOCKS if kind == "python"], ids=lambda code: code.split("\n")[0]
)
def test_code_runs(code, monkeypatch, capsys):
    pytest.importorskip("pandas", reason="the README's example makes a frame")
    monkeypatch.chdir(ROOT)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_links_lead_somewhere(target):
    assert (ROOT / target).exists()


def test_both_commands_are_targets():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("demo", "test"):
        assert f"$ make {command}" in README
        assert re.search(rf"^{command}:", makefile, re.M)


def test_the_project_speaks_of_itself_alone():
    """No path of a machine in anything a user reads."""
    pages = [
        README,
        *((ROOT / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", "CHANGELOG.md", "data/README.md")),
    ]
    for page in pages:
        assert not re.search(r"(?<![\w.])/(?:tmp|root|home|Users)/", page)
