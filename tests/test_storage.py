"""Model folders: what is written comes back the same, whatever is wrong is refused, and nothing else is overwritten."""

from __future__ import annotations

import fractions
import hashlib
import json
import os
import pickle
import shutil
import zipfile
from pathlib import Path

import pytest
import skops.io
from conftest import CALLS

import overstate
from overstate import storage
from overstate.errors import ModelError
from overstate.storage import FORMAT, check_target

PARTS = ("hedges", "claims", "links", "status")
FILES = {"config.json", "README.md", *(f"{part}.skops" for part in PARTS)}
ENCODER = ("encoder.onnx", "tokenizer.json")


class Foreign:
    """Some class of somebody's own."""

    def __init__(self) -> None:
        self.weights = [1.0]


@pytest.fixture
def folder(saved, tmp_path) -> Path:
    """A copy of a saved model that a test may spoil."""
    return Path(shutil.copytree(saved, tmp_path / "model"))


@pytest.fixture
def scored(saved_scored, tmp_path) -> Path:
    """A copy of a saved model with an encoder that a test may spoil."""
    return Path(shutil.copytree(saved_scored, tmp_path / "scored"))


def verdicts(analyzer: overstate.Analyzer) -> list:
    paths = sorted(CALLS.glob("demo-*"))[:3]
    return [(report.claims, report.hedges) for report in analyzer.pipe(paths)]


def test_saved_model_gives_the_same_verdicts(small_model, saved):
    found = verdicts(overstate.load(saved))
    assert sum(len(claims) for claims, _ in found) > 20
    assert found == verdicts(small_model)


def test_saved_again_gives_the_same_states(saved, tmp_path):
    again = overstate.load(overstate.load(saved).save(tmp_path / "again"))
    assert verdicts(again) == verdicts(overstate.load(saved))
    assert again.card == overstate.load(saved).card
    assert again.config == overstate.load(saved).config


def test_files_of_a_folder(saved):
    assert {path.name for path in saved.iterdir()} == FILES
    config = json.loads((saved / "config.json").read_text(encoding="utf-8"))
    assert config["format"] == FORMAT
    assert (config["name"], config["version"], config["seed"]) == ("small", "1", 0)
    assert config["libraries"]["overstate"] == overstate.__version__
    assert set(config["data"]) <= {
        "board",
        "demo",
        "discovery",
        "negotiation",
        "partner",
        "pipeline",
        "renewal",
        "support",
    }
    assert "# small 1" in (saved / "README.md").read_text(encoding="utf-8")
    assert saved.stat().st_mode & 0o777 == 0o755, "others may read it, as any folder"


def test_files_hold_no_words_of_the_calls(saved, small):
    """Weights of hashed words and phrases of hedges are kept; sentences of the training data are not."""
    everything = b"".join(path.read_bytes() for path in saved.iterdir() if path.suffix != ".skops")
    for part in PARTS:
        with zipfile.ZipFile(saved / f"{part}.skops") as packed:
            everything += b"".join(packed.read(name) for name in packed.namelist())
    for record in small:
        for turn in record["turns"]:
            if len(turn["text"].split()) > 6:
                assert turn["text"].encode() not in everything


def test_a_changed_folder_is_read_again(folder, saved, analyzer):
    first = overstate.load(folder)
    assert overstate.load(folder).models is first.models, "an unchanged folder is read once"
    shutil.rmtree(folder)
    analyzer.save(folder)
    assert overstate.load(folder).models is not first.models
    assert verdicts(overstate.load(folder)) == verdicts(analyzer)


# What may be wrong with a folder: how to spoil it, and what the message must say.


def write(name: str, content: str | bytes):
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return spoil


def remove(name: str):
    return lambda folder: (folder / name).unlink()


def dump(name: str, value: object):
    return lambda folder: skops.io.dump(value, folder / name)


def config(**changes: object):
    def spoil(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")

    return spoil


def cut(name: str, keep: float):
    def spoil(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: int(len(data) * keep)])

    return spoil


def flip(name: str):
    """One byte changed in the middle of the packed weights."""

    def spoil(folder: Path) -> None:
        data = bytearray((folder / name).read_bytes())
        data[len(data) // 2] ^= 0xFF
        (folder / name).write_bytes(bytes(data))

    return spoil


def swap(one: str, other: str):
    def spoil(folder: Path) -> None:
        shutil.copy(folder / one, folder / other)

    return spoil


def make_folder(name: str):
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return spoil


def unknown_schema(folder: Path) -> None:
    path = folder / "status.skops"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("schema.json", json.dumps({"protocol": 99, "__loader__": "NoSuchNode", "__class__": "x"}))


SPOILT = {
    "a missing part": (remove("claims.skops"), r"claims\.skops: is missing"),
    "no config": (remove("config.json"), r"config\.json: cannot be read"),
    "config not JSON": (write("config.json", "{format: 1}"), r"config\.json: is not JSON"),
    "config empty": (write("config.json", ""), r"config\.json: is not JSON"),
    "config not UTF-8": (write("config.json", b'{"format": "\xff"}'), r"config\.json: is not JSON"),
    "config nested deep": (write("config.json", "[" * 100_000), r"config\.json: is not JSON"),
    "config a list": (write("config.json", "[1]"), r"config\.json.*no format version"),
    "config of something else": (write("config.json", '{"model_type": "bert"}'), r"config\.json.*no format version"),
    "config a folder": (make_folder("config.json"), r"config\.json: cannot be read"),
    "newer format": (config(format=FORMAT + 1), rf"got {FORMAT + 1}, this version of overstate reads format {FORMAT}"),
    "format a word": (config(format="one"), rf"got 'one', this version of overstate reads format {FORMAT}"),
    "no zip": (write("hedges.skops", "hello"), r"hedges\.skops: cannot be read as a skops file"),
    "empty file": (write("hedges.skops", ""), r"hedges\.skops: cannot be read as a skops file"),
    "cut zip": (cut("claims.skops", 0.5), r"claims\.skops: cannot be read as a skops file"),
    "zip with a byte changed": (flip("status.skops"), r"status\.skops: cannot be read as a skops file"),
    "zip of another schema": (unknown_schema, r"status\.skops: cannot be read as a skops file"),
    "pickle renamed": (
        write("claims.skops", pickle.dumps({"cut": 1})),
        r"claims\.skops: cannot be read as a skops file",
    ),
    "class of somebody's": (dump("claims.skops", {"cut": Foreign()}), r"claims\.skops: holds types.*Foreign"),
    "class of the standard library": (
        dump("status.skops", {"idf": fractions.Fraction(1, 3)}),
        r"status\.skops: holds types.*fractions\.Fraction",
    ),
    "function": (dump("status.skops", {"idf": os.system}), r"status\.skops: holds types.*system"),
    "list instead of parts": (dump("hedges.skops", [1, 2]), r"hedges\.skops: holds a list, expected a dict"),
    "parts missing": (dump("hedges.skops", {"cues": []}), "the hedge model lacks 'classifier'"),
    "claims lack a part": (dump("claims.skops", {"kind": "linear", "cut": 1}), "the claim model lacks 'inside'"),
    "claims of no kind": (dump("claims.skops", {"cut": 1}), "the claim model lacks 'kind'"),
    "claims of another kind": (
        dump("claims.skops", {"kind": "forest", "cut": 1}),
        "the claim model is of kind 'forest', expected linear or scored",
    ),
    "status lacks a part": (dump("status.skops", {"idf": 1}), "the status model lacks 'scaler'"),
    "links lack a part": (dump("links.skops", {"networks": {}, "scored": False}), "the model of links lacks 'turn'"),
    "links without networks": (dump("links.skops", {"scored": False}), "the model of links lacks 'networks'"),
    "networks malformed": (dump("links.skops", {"networks": 3, "scored": False}), r"model: its parts are malformed"),
    "no links": (remove("links.skops"), r"links\.skops: is missing"),
    "links that learned from an encoder": (
        lambda folder: dump("links.skops", {**skops.io.load(folder / "links.skops"), "scored": True})(folder),
        "its parts do not go together: only links learned from an encoder's scores",
    ),
    "a model of the format before": (config(format=FORMAT - 1), "retrain the model with overstate.train"),
    "parts exchanged": (swap("claims.skops", "hedges.skops"), "the hedge model lacks 'cues'"),
    "cues malformed": (dump("hedges.skops", {"cues": 3, "classifier": 1}), r"model: its parts are malformed"),
    "cues of no type": (dump("hedges.skops", {"cues": [["sort of", "nonesuch"]], "classifier": 1}), "nonesuch"),
}


@pytest.mark.parametrize(("spoil", "words"), SPOILT.values(), ids=SPOILT)
def test_spoilt_folder_is_refused(folder, spoil, words):
    spoil(folder)
    with pytest.raises(ModelError, match=f"(?s){words}") as caught:
        overstate.load(folder)
    assert str(folder) in str(caught.value), "the message names the place"
    assert caught.value.__cause__ is None and "\n" not in str(caught.value).strip()


# Models with an encoder.


def test_saved_model_with_an_encoder_gives_the_same_verdicts(small_scored, saved_scored, small_model):
    loaded = overstate.load(saved_scored)
    found = verdicts(loaded)
    assert found == verdicts(small_scored)
    assert found != verdicts(small_model), "a model without would not give the same"
    assert loaded.models.encoder.folder == saved_scored, "its own copy is read, not the one it was trained with"


def test_files_of_a_model_with_an_encoder(small_scored, saved_scored, saved):
    assert {path.name for path in saved_scored.iterdir()} == {*FILES, *ENCODER}
    sums = {name: hashlib.sha256((saved_scored / name).read_bytes()).hexdigest() for name in ENCODER}
    assert overstate.load(saved_scored).config["encoder"] == sums
    for name in ENCODER:
        assert (saved_scored / name).read_bytes() == (small_scored.models.encoder.folder / name).read_bytes()
    assert "encoder" not in overstate.load(saved).config


def test_saved_over_itself(scored, saved_scored):
    loaded = overstate.load(scored)
    before = verdicts(loaded)
    assert loaded.save(scored) == scored
    again = overstate.load(scored)
    assert again.models is not loaded.models
    assert verdicts(again) == before
    assert again.config == overstate.load(saved_scored).config
    assert [path.name for path in scored.parent.iterdir()] == ["scored"], "nothing is left beside it"


def test_a_fast_model_in_its_place_leaves_no_encoder(small_model, scored):
    small_model.save(scored)
    assert {path.name for path in scored.iterdir()} == FILES
    loaded = overstate.load(scored)
    assert loaded.models.encoder is None and "encoder" not in loaded.config


def test_a_model_whose_encoder_is_gone_cannot_be_saved(scored, tmp_path):
    loaded = overstate.load(scored)
    (scored / "tokenizer.json").unlink()
    before = sorted(contents(tmp_path))
    for place in (tmp_path / "place", scored):
        with pytest.raises(ModelError, match=r"scored/tokenizer\.json: is missing; a model is saved with its encoder"):
            loaded.save(place)
        assert sorted(contents(tmp_path)) == before


def without_encoder(folder: Path) -> None:
    path = folder / "config.json"
    kept = {k: v for k, v in json.loads(path.read_text(encoding="utf-8")).items() if k != "encoder"}
    path.write_text(json.dumps(kept), encoding="utf-8")


def append(name: str, data: bytes):
    def spoil(folder: Path) -> None:
        with open(folder / name, "ab") as file:
            file.write(data)

    return spoil


OTHER_FILE = r"is not the file this model was trained with \(SHA-256 [0-9a-f]{64}\)"
SPOILT_ENCODERS = {
    "no graph": (remove("encoder.onnx"), r"encoder\.onnx: is missing"),
    "no tokenizer": (remove("tokenizer.json"), r"tokenizer\.json: is missing"),
    "graph a folder": (make_folder("encoder.onnx"), r"encoder\.onnx: is missing"),
    "one byte of the graph": (flip("encoder.onnx"), rf"encoder\.onnx: {OTHER_FILE}"),
    "a cut graph": (cut("encoder.onnx", 0.5), rf"encoder\.onnx: {OTHER_FILE}"),
    "a space more in the tokenizer": (append("tokenizer.json", b" "), rf"tokenizer\.json: {OTHER_FILE}"),
    "files exchanged": (swap("tokenizer.json", "encoder.onnx"), rf"encoder\.onnx: {OTHER_FILE}"),
    "no checksums": (config(encoder={}), r"encoder\.onnx: is not the file .*\(SHA-256 None\)"),
    "a checksum of no file": (
        config(encoder=dict.fromkeys(ENCODER, 7)),
        r"encoder\.onnx: is not the file .*\(SHA-256 7\)",
    ),
    "a word": (config(encoder="MiniLM"), r"config\.json, field 'encoder': got 'MiniLM', expected checksums"),
    "a list": (config(encoder=["a"]), r"config\.json, field 'encoder': got \['a'\], expected checksums"),
    "nothing": (config(encoder=None), r"config\.json, field 'encoder': got None, expected checksums"),
    "not named": (without_encoder, r"config\.json, field 'encoder': names no encoder"),
}


@pytest.mark.parametrize(("spoil", "words"), SPOILT_ENCODERS.values(), ids=SPOILT_ENCODERS)
def test_spoilt_encoder_is_refused(scored, spoil, words):
    spoil(scored)
    with pytest.raises(ModelError, match=words) as caught:
        overstate.load(scored)
    assert str(scored) in str(caught.value), "the message names the place"
    assert caught.value.__cause__ is None


def test_an_encoder_that_nothing_learned_from_is_refused(folder, saved_scored):
    for name in ENCODER:
        shutil.copy(saved_scored / name, folder / name)
    config(encoder=overstate.load(saved_scored).config["encoder"])(folder)
    with pytest.raises(ModelError, match=r"config\.json, field 'encoder': names an encoder, but"):
        overstate.load(folder)


@pytest.mark.parametrize("name", ENCODER)
def test_an_encoder_that_changes_is_looked_at_again(scored, name):
    overstate.load(scored)
    append(name, b" ")(scored)
    with pytest.raises(ModelError, match=OTHER_FILE):
        overstate.load(scored)


def test_refused_pickle_is_not_run(folder, tmp_path):
    class Trap:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "sprung"),)

    (folder / "hedges.skops").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ModelError):
        overstate.load(folder)
    assert not (tmp_path / "sprung").exists()


def test_nothing_is_trusted_beyond_what_skops_knows():
    assert storage.TRUSTED == ()


def test_huge_file_is_refused_unread(folder):
    with open(folder / "claims.skops", "wb") as file:
        file.truncate(300 * 2**20)
    with pytest.raises(ModelError, match="larger than 256 MiB"):
        overstate.load(folder)


def test_a_card_in_another_encoding_does_not_matter(folder):
    (folder / "README.md").write_bytes("größer".encode("latin-1"))
    assert "er" in overstate.load(folder).card
    (folder / "README.md").unlink()
    assert overstate.load(folder).card == ""


# Where a model may be written.


def occupied(kind: str, place: Path) -> None:
    match kind:
        case "a file":
            place.write_text("mine", encoding="utf-8")
        case "a folder of something else":
            place.mkdir()
            (place / "thesis.txt").write_text("mine", encoding="utf-8")
        case "a project with a config.json":
            place.mkdir()
            (place / "config.json").write_text('{"name": "app"}', encoding="utf-8")
        case "a model of another library":
            place.mkdir()
            (place / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
            (place / "README.md").write_text("bert", encoding="utf-8")
        case "a model with notes beside it":
            place.mkdir()
            (place / "config.json").write_text('{"format": 1, "libraries": {}}', encoding="utf-8")
            (place / "notes.md").write_text("mine", encoding="utf-8")
        case "a folder with a folder":
            (place / "src").mkdir(parents=True)


OCCUPIED = [
    "a file",
    "a folder of something else",
    "a project with a config.json",
    "a model of another library",
    "a model with notes beside it",
    "a folder with a folder",
]


def contents(place: Path) -> dict[str, bytes | None]:
    return {
        str(path.relative_to(place)): path.read_bytes() if path.is_file() else None for path in sorted(place.rglob("*"))
    }


@pytest.mark.parametrize("kind", OCCUPIED)
def test_what_is_no_model_is_never_overwritten(small_model, tmp_path, kind):
    occupied(kind, tmp_path / "place")
    before = contents(tmp_path)
    for attempt in (small_model.save, check_target):
        with pytest.raises(ModelError, match="place: is there already and is no model folder"):
            attempt(tmp_path / "place")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("kind", ["nothing", "an empty folder", "a model", "a model of another format", "a deep path"])
def test_where_a_model_may_be_written(small_model, folder, tmp_path, kind):
    place = {"a model": folder, "a model of another format": folder}.get(kind, tmp_path / "place")
    if kind == "an empty folder":
        place.mkdir()
    if kind == "a model of another format":
        config(format=99)(folder)
    if kind == "a deep path":
        place = tmp_path / "a" / "b" / "place"
    check_target(place)
    assert small_model.save(place) == place
    assert {path.name for path in place.iterdir()} == FILES
    assert overstate.load(place).config["name"] == "small"
    assert not [path for path in place.parent.iterdir() if path.name.startswith(".")], "nothing is left beside it"


def test_model_in_the_current_folder(small_model, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    small_model.save(".")
    assert {path.name for path in (tmp_path / "here").iterdir()} == FILES


def test_model_behind_a_link_is_replaced_there(small_model, folder, tmp_path):
    (tmp_path / "current").symlink_to(folder)
    (folder / "README.md").write_text("old", encoding="utf-8")
    small_model.save(tmp_path / "current")
    assert (tmp_path / "current").is_symlink()
    assert (folder / "README.md").read_text(encoding="utf-8") != "old"


@pytest.mark.parametrize("fails", ["dump", "text"])
@pytest.mark.parametrize("there", [False, True], ids=["new", "over an old model"])
def test_half_a_model_is_never_left(small_model, folder, tmp_path, monkeypatch, fails, there):
    place = folder if there else tmp_path / "place"
    before = contents(tmp_path)
    calls = []
    full = OSError(28, "No space left on device")

    def failing(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise full
        return done(*args, **kwargs)

    if fails == "dump":
        done = skops.io.dump
        monkeypatch.setattr(skops.io, "dump", failing)
    else:
        done = Path.write_text
        monkeypatch.setattr(Path, "write_text", failing)
    with pytest.raises(ModelError, match="cannot be written: No space left on device"):
        small_model.save(place)
    assert contents(tmp_path) == before


def test_interrupted_writing_leaves_nothing(small_model, tmp_path, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(skops.io, "dump", interrupted)
    with pytest.raises(KeyboardInterrupt):
        small_model.save(tmp_path / "place")
    assert list(tmp_path.iterdir()) == []


def test_place_below_a_file_cannot_be_written(small_model, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be written"):
        small_model.save(tmp_path / "file" / "model")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
