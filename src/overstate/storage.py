"""Model folders: what is in them, how they are written whole or not at all, and what is refused when reading.

A folder holds `config.json` (format, versions, scores), `README.md` (the model card), four skops files and, for a
model with an encoder, `encoder.onnx` and `tokenizer.json`. skops rebuilds objects from a fixed list of types and runs
no code from the file; whatever is not on the list is refused. The checksum of the encoder is in the config: models that
learned from one encoder's scores mean nothing with another's.

Changing what the files mean: raise `FORMAT`, and give `load_models` a way to read the old one or a message that says
to retrain. The list `TRUSTED` grows only by types of scikit-learn, numpy or scipy that hold plain numbers.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any

from overstate.encoder import Encoder, checksum_of
from overstate.errors import ModelError, OverstateError
from overstate.learn.claims import ClaimModel
from overstate.learn.hedges import HedgeModel
from overstate.learn.links import LinkModel
from overstate.learn.status import StatusModel
from overstate.models import Models

__all__ = ["FORMAT", "check_target", "load_models", "model_folder", "read_config", "save_models"]

#: Version of the folder's format.
FORMAT = 3
#: skops knows scikit-learn's linear models and transformers; nothing beyond them is needed.
TRUSTED: tuple[str, ...] = ()
PARTS = ("hedges", "claims", "links", "status")
_CONFIG = "config.json"
_CARD = "README.md"
#: No file of a model is larger.
_MAX_BYTES = 256 * 2**20


def model_folder(name: str | PathLike[str]) -> Path:
    """The folder of a shipped model (by name) or of one's own (by path).

    Raises:
        ModelError: There is no such model.
    """
    path = Path(name)
    if os.path.isdir(path):  # unlike path.is_dir(), no error for a name longer than names may be
        return path
    if len(str(name)) < 100 and str(name).isidentifier():
        shipped = Path(str(files("overstate"))) / "_models" / str(name)
        if shipped.is_dir():
            return shipped
        # a checkout keeps its models at the top level; the wheel packs them into the package
        checkout = Path(str(files("overstate"))).parents[1] / "models" / str(name)
        if (checkout / _CONFIG).is_file():
            return checkout
    raise ModelError(f"got {str(name)!r}, expected a shipped model ('default' or 'fast') or a folder with {_CONFIG}")


def read_config(folder: Path) -> dict[str, Any]:
    """The checked `config.json` of a model folder.

    Raises:
        ModelError: It is missing, not JSON, or of another format.
    """
    path = folder / _CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"cannot be read: {error.strerror or error}", source=path) from None
    except (ValueError, RecursionError) as error:
        raise ModelError(f"is not JSON: {error}", source=path) from None
    if not isinstance(config, dict) or "format" not in config:
        raise ModelError("has no format version; this is not a model folder of overstate", source=path, field="format")
    if config["format"] != FORMAT:
        raise ModelError(
            f"got {config['format']!r}, this version of overstate reads format {FORMAT};"
            " retrain the model with overstate.train, or install the version that wrote it",
            source=path,
            field="format",
        )
    return config


def load_models(name: str | Path = "default") -> Models:
    """Read a model; a folder that has not changed is read once.

    Raises:
        ModelError: A part is missing, damaged, of another format, or holds a type that is not on the list.
    """
    folder = model_folder(name).resolve()
    stamp = tuple((folder / f).stat().st_mtime_ns if (folder / f).exists() else 0 for f in _files())
    return _load(folder, stamp)


@lru_cache(maxsize=4)
def _load(folder: Path, stamp: tuple[int, ...]) -> Models:
    config = read_config(folder)
    label = f"{config.get('name', folder.name)} {config.get('version', '')}".strip()
    hedges, claims, links, status = (_read_part(folder / f"{part}.skops") for part in PARTS)
    encoder = _read_encoder(folder, config)
    try:
        models = Models(
            HedgeModel.from_state(hedges),
            ClaimModel.from_state(claims),
            LinkModel.from_state(links),
            StatusModel.from_state(status),
            label,
            encoder,
        )
    except OverstateError as error:
        raise ModelError(error.message, source=folder) from None
    except (AttributeError, TypeError, ValueError) as error:  # the right names, but something else behind them
        raise ModelError(f"its parts are malformed ({type(error).__name__}: {error})", source=folder) from None
    scored = {name: getattr(models, name).scored for name in PARTS}
    if len(set(scored.values())) > 1:
        learned = ", ".join(name for name, value in scored.items() if value)
        raise ModelError(
            f"its parts do not go together: only {learned} learned from an encoder's scores", source=folder
        )
    if scored["claims"] and encoder is None:
        raise ModelError(
            "names no encoder, but the models learned from the scores of one", source=folder / _CONFIG, field="encoder"
        )
    if encoder is not None and not scored["claims"]:
        raise ModelError(
            "names an encoder, but the models did not learn from its scores", source=folder / _CONFIG, field="encoder"
        )
    return models


def _read_encoder(folder: Path, config: dict[str, Any]) -> Encoder | None:
    if "encoder" not in config:
        return None
    if not isinstance(config["encoder"], dict):
        raise ModelError(f"got {config['encoder']!r}, expected checksums", source=folder / _CONFIG, field="encoder")
    for name in Encoder.FILES:
        path, wanted = folder / name, config["encoder"].get(name)
        if not path.is_file():
            raise ModelError("is missing", source=path)
        if checksum_of(path) != wanted:
            raise ModelError(f"is not the file this model was trained with (SHA-256 {wanted})", source=path)
    return Encoder(folder, config["encoder"][Encoder.GRAPH])


def _read_part(path: Path) -> dict[str, Any]:
    import skops.io

    if not path.is_file():
        raise ModelError("is missing", source=path)
    if path.stat().st_size > _MAX_BYTES:
        raise ModelError(f"is larger than {_MAX_BYTES >> 20} MiB, which no model is", source=path)
    try:
        foreign = sorted(set(skops.io.get_untrusted_types(file=path)) - set(TRUSTED))
        if foreign:
            raise ModelError(f"holds types that are not allowed: {', '.join(foreign)}", source=path)
        state = skops.io.load(path, trusted=list(TRUSTED))
    except ModelError:
        raise
    except Exception as error:  # whatever a damaged or hostile file makes the reader raise, it is one thing to the user
        raise ModelError(f"cannot be read as a skops file ({type(error).__name__}: {error})", source=path) from None
    if not isinstance(state, dict):
        raise ModelError(f"holds a {type(state).__name__}, expected a dict of parts", source=path)
    return state


def check_target(folder: str | Path) -> None:
    """See whether a model may be written there: to a new or empty folder, or over a model and nothing else.

    Raises:
        ModelError: The target is a file, a folder of something else, or cannot be a folder.
    """
    target = Path(folder)
    try:
        if target.is_dir():
            names = {entry.name for entry in target.iterdir()}
            # many programs keep a config.json: only a folder with nothing but a model's files is one to replace
            free = not names or (names <= {*_files(), _CARD} and _is_config(target / _CONFIG))
        else:
            free = not target.exists()
    except OSError as error:
        raise ModelError(f"cannot be written: {error.strerror or error}", source=target) from None
    if not free:
        raise ModelError("is there already and is no model folder; choose another place", source=target)


def _is_config(path: Path) -> bool:
    """Whether this is the config of a model, of whatever format."""
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(config, dict) and {"format", "libraries"} <= set(config)


def save_models(models: Models, folder: str | Path, config: dict[str, Any], card: str) -> Path:
    """Write a model folder, whole or not at all; one that was there is replaced only if it is a model folder.

    Raises:
        ModelError: The target is a file, a folder of something else, or cannot be written.
    """
    from zipfile import ZIP_DEFLATED

    import skops.io

    check_target(folder)
    target = Path(folder).resolve()  # "." and links have no name or parent of their own
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        temporary.chmod(0o755)
        for name in PARTS:
            state = getattr(models, name).to_state()
            skops.io.dump(state, temporary / f"{name}.skops", compression=ZIP_DEFLATED, compresslevel=9)
        if models.encoder is not None:
            for name in Encoder.FILES:
                original = models.encoder.folder / name
                if not original.is_file():
                    raise ModelError("is missing; a model is saved with its encoder", source=original)
                shutil.copyfile(original, temporary / name)
            config = {**config, "encoder": {name: checksum_of(temporary / name) for name in Encoder.FILES}}
        written = {"format": FORMAT, **config, "libraries": libraries()}
        (temporary / _CONFIG).write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        (temporary / _CARD).write_text(card, encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        temporary.rename(target)
    except OSError as error:
        raise ModelError(f"cannot be written: {error.strerror or error}", source=folder) from None
    finally:
        if temporary is not None and temporary.exists():
            shutil.rmtree(temporary)
    return Path(folder)


def libraries() -> dict[str, str]:
    """Versions of the libraries a model depends on."""
    names = ("overstate", "scikit-learn", "numpy", "scipy", "spacy", "skops", "onnxruntime", "tokenizers")
    return {name: version(name) for name in names}


def _files() -> tuple[str, ...]:
    return (_CONFIG, *(f"{name}.skops" for name in PARTS), *Encoder.FILES)
