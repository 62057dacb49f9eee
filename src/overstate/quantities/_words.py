"""The words of `words.tsv`, read once."""

from __future__ import annotations

from importlib.resources import files

from overstate.errors import DataError

__all__ = ["numbers", "texts", "values", "words"]


def _read() -> dict[str, dict[str, str]]:
    lines = files("overstate.quantities").joinpath("words.tsv").read_text(encoding="utf-8").splitlines()
    table: dict[str, dict[str, str]] = {}
    header = ""
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != 3:
            raise DataError(f"got {len(cells)} columns, expected kind, value, words", source="words.tsv", line=number)
        if not header:
            header = line
            continue
        table.setdefault(cells[0], {}).update(dict.fromkeys(cells[2].split(", "), cells[1]))
    return table


_TABLE = _read()


def words(kind: str) -> frozenset[str]:
    """Words and phrases of one kind."""
    return frozenset(_TABLE[kind])


def values(kind: str) -> dict[str, float]:
    """Words and phrases of one kind with their number."""
    return {word: float(value) for word, value in _TABLE[kind].items()}


def texts(kind: str) -> dict[str, str]:
    """Words and phrases of one kind with their value as it stands."""
    return dict(_TABLE[kind])


def numbers(kind: str) -> dict[str, tuple[float, ...]]:
    """Words and phrases of one kind with all numbers of their value."""
    return {word: tuple(map(float, value.split())) for word, value in _TABLE[kind].items()}
