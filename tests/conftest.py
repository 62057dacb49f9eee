"""What several test files share: the shipped model, the calls of data/calls and reports on them."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

import overstate
from overstate.corpus import LabelledTranscript, read_labelled
from overstate.dialogues import Dialogue, read_dialogues
from overstate.features.pairs import Units
from overstate.learn.links import LinkModel
from overstate.training import DIALOGUE_WEIGHT, labelled_arrays

ROOT = Path(__file__).parents[1]
CALLS = ROOT / "data" / "calls"


@pytest.fixture(scope="session")
def analyzer() -> overstate.Analyzer:
    """The shipped model."""
    return overstate.load()


@pytest.fixture(scope="session")
def records() -> list[dict]:
    """The labelled calls, those held out last, as they stand in the files."""
    files = ("labelled.jsonl", "held_out.jsonl")
    return [json.loads(line) for name in files for line in (CALLS / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def gold() -> list[LabelledTranscript]:
    """A third of the labelled calls, as the package reads them."""
    return read_labelled(CALLS / "labelled.jsonl")[::3]


@pytest.fixture(scope="session")
def reports(analyzer, gold) -> list[overstate.Report]:
    """What the shipped model finds in each of them, in order."""
    return [analyzer.analyze(record.transcript) for record in gold]


@pytest.fixture(scope="session")
def small(records) -> list[dict]:
    """The first turns of some calls with their labels: enough to train on in a few seconds."""
    return [first_turns(record, 14) for record in records[::14]]


@pytest.fixture(scope="session")
def small_model(small) -> overstate.Analyzer:
    """A linear model trained on `small`."""
    return overstate.train(small, name="small", encoder=None)


@pytest.fixture(scope="session")
def dialogues() -> list[Dialogue]:
    """Some of the dialogues that links are learned from."""
    return read_dialogues(ROOT / "data" / "dialogues" / "learn.txt")[:120]


@pytest.fixture(scope="session")
def linked_model(small_model, dialogues) -> overstate.Analyzer:
    """`small_model` with links learned from `dialogues`: those of `small` alone are too few to find any."""
    models = small_model.models
    examples = [labelled_arrays(d.record) for d in dialogues]
    links, _ = LinkModel.fit(
        [Units(e.table, [t.text for t in e.record.transcript], *models.claims.predict(e.table)) for e in examples],
        [d.record.links or () for d in dialogues],
        [d.record.group for d in dialogues],
        [DIALOGUE_WEIGHT] * len(dialogues),
    )
    return overstate.Analyzer(replace(models, links=links), {**small_model.config, "name": "linked"})


@pytest.fixture(scope="session")
def small_scored(small) -> overstate.Analyzer:
    """A model trained on `small` with the shipped encoder."""
    return overstate.train(small, name="small")


@pytest.fixture(scope="session")
def saved_scored(small_scored, tmp_path_factory) -> Path:
    """The folder of a saved model with an encoder. Copy it before changing anything."""
    return small_scored.save(tmp_path_factory.mktemp("models") / "scored")


@pytest.fixture(scope="session")
def saved(small_model, tmp_path_factory) -> Path:
    """The folder of a saved model. Copy it before changing anything."""
    return small_model.save(tmp_path_factory.mktemp("models") / "small")


@pytest.fixture
def script(monkeypatch):
    """Import a script by folder and name, as if it were run."""

    def imported(folder: str, name: str) -> ModuleType:
        monkeypatch.syspath_prepend(str(ROOT / folder))
        module = importlib.import_module(name)
        for loaded in (name, "baselines", "quality"):
            monkeypatch.delitem(sys.modules, loaded, raising=False)
        return module

    return imported


def first_turns(record: dict, n: int) -> dict:
    """The record cut after n turns, labels included."""
    labels = {key: [mark for mark in record[key] if mark["turn"] < n] for key in ("claims", "hedges")}
    if "links" in record:
        # the earlier end of a link is in the cut whenever the later one is
        labels["links"] = [link for link in record["links"] if link["later"]["turn"] < n]
    return {**record, "turns": record["turns"][:n], **labels}
