"""Reading one JSON object key by key, with messages that name the path to what is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from overstate.errors import DataError

__all__ = ["Fields"]

Name = TypeVar("Name", bound=StrEnum)


class Fields:
    """One JSON object that is being read.

    Args:
        value: What should be an object.
        path: Where it stands in the whole, as in "claims[3]"; "" for the whole itself.

    Raises:
        DataError: From here and from every method: a key is missing or its value has another form.
    """

    def __init__(self, value: Any, path: str = "") -> None:
        self._path = path
        if not isinstance(value, Mapping):
            raise self._error("", value, "an object")
        self._value = value
        self._read: set[str] = set()

    def string(self, key: str) -> str:
        """A string."""
        value = self._get(key)
        if not isinstance(value, str):
            raise self._error(key, value, "a string")
        return value

    def optional_string(self, key: str) -> str | None:
        """A string or null."""
        return None if self._get(key) is None else self.string(key)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise self._error(key, value, "true or false")
        return value

    def named_strings(self, key: str) -> dict[str, str]:
        """An object whose values are strings."""
        value = self._get(key)
        if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
            raise self._error(key, value, "an object of strings")
        return dict(value)

    def integer(self, key: str) -> int:
        """A whole number; true and false are none."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._error(key, value, "a whole number")
        return value

    def optional_integer(self, key: str) -> int | None:
        """A whole number or null."""
        return None if self._get(key) is None else self.integer(key)

    def optional_number(self, key: str) -> float | None:
        """A finite number or null."""
        value = self._get(key)
        return None if value is None else self._number(key, value)

    def probability(self, key: str) -> float:
        """A number from 0 to 1."""
        return self._probability(key, self._get(key))

    def probabilities(self, key: str, names: type[StrEnum]) -> dict[str, float]:
        """An object that gives a number from 0 to 1 for names of `names`."""
        value = self._get(key)
        allowed = [name.value for name in names]
        if not isinstance(value, Mapping) or not set(value) <= set(allowed):
            raise self._error(key, value, f"an object with the keys {', '.join(allowed)}")
        return {name: self._probability(f"{key}.{name}", number) for name, number in value.items()}

    def name(self, key: str, names: type[Name]) -> Name:
        """One of `names`."""
        return self._name(key, self._get(key), names)

    def names(self, key: str, names: type[Name]) -> tuple[Name, ...]:
        """A list of `names`."""
        return tuple(self._name(f"{key}[{i}]", item, names) for i, item in enumerate(self._list(key)))

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        values = self._list(key)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise self._error(f"{key}[{index}]", value, "a string")
        return tuple(values)

    def object(self, key: str) -> Fields:
        """An object, to be read in its turn."""
        return Fields(self._get(key), self._at(key))

    def optional_object(self, key: str) -> Fields | None:
        """An object or null."""
        return None if self._get(key) is None else self.object(key)

    def optional_name(self, key: str, names: type[Name]) -> Name | None:
        """One of `names` or null."""
        return None if self._get(key) is None else self.name(key, names)

    def objects(self, key: str) -> Iterator[Fields]:
        """The objects in a list, each to be read in its turn."""
        for index, value in enumerate(self._list(key)):
            yield Fields(value, self._at(f"{key}[{index}]"))

    def finish(self) -> None:
        """Refuse keys nobody asked for: they would be lost on the way back."""
        unknown = sorted(str(key) for key in self._value if key not in self._read)
        if unknown:
            expected = ", ".join(sorted(self._read))
            raise DataError(f"unknown key {unknown[0]!r}, expected only {expected}", field=self._at(unknown[0]))

    def _get(self, key: str) -> Any:
        self._read.add(key)
        if key not in self._value:
            raise DataError(f"the key {key!r} is missing", field=self._at(key))
        return self._value[key]

    def _list(self, key: str) -> list[Any]:
        value = self._get(key)
        if not isinstance(value, list):
            raise self._error(key, value, "a list")
        return value

    def _name(self, key: str, value: Any, names: type[Name]) -> Name:
        try:
            return names(value)
        except ValueError:
            raise self._error(key, value, f"one of {', '.join(names)}") from None

    def _probability(self, key: str, value: Any) -> float:
        number = self._number(key, value)
        if not 0 <= number <= 1:
            raise self._error(key, value, "a number from 0 to 1")
        return number

    def _number(self, key: str, value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < math.inf:
            raise self._error(key, value, "a finite number")
        return value

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}".strip(".")

    def _error(self, key: str, value: Any, expected: str) -> DataError:
        got = repr(value)
        got = got if len(got) <= 80 else got[:77] + "..."
        return DataError(f"got {got}, expected {expected}", field=self._at(key) or None)
