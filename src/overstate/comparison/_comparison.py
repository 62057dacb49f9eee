"""The object that comparing returns. Each view of it lives in a module of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from overstate.comparison import _rows, _text
from overstate.comparison._types import Call, Commitment, CommitmentState, OpenQuestion, Thread, ThreadKind
from overstate.errors import DataError
from overstate.report._words import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Comparison"]


@dataclass(frozen=True, repr=False)
class Comparison:
    """What several calls say together.

    Data (`to_dict`, `to_frame`) count calls and turns from 0; pages and text for people count them from 1.

    Attributes:
        calls: The calls, in order.
        threads: Claims that recur, in the order of their first mention.
        commitments: Promises and what became of them, in the order they were made.
        open_questions: What was asked and never answered, then claims still to ask about.
        model: Name and version of the model that judged; "" if unknown.
    """

    calls: tuple[Call, ...]
    threads: tuple[Thread, ...]
    commitments: tuple[Commitment, ...]
    open_questions: tuple[OpenQuestion, ...]
    model: str = ""

    def of_kind(self, kind: ThreadKind | str) -> tuple[Thread, ...]:
        """The threads of one kind.

        Raises:
            DataError: No such kind.
        """
        wanted = _member(ThreadKind, kind, "kind")
        return tuple(thread for thread in self.threads if thread.kind is wanted)

    def in_state(self, state: CommitmentState | str) -> tuple[Commitment, ...]:
        """The commitments in one state.

        Raises:
            DataError: No such state.
        """
        wanted = _member(CommitmentState, state, "state")
        return tuple(commitment for commitment in self.commitments if commitment.state is wanted)

    def to_frame(self) -> pd.DataFrame:
        """One row for each time a thread, commitment or open question is mentioned.

        Raises:
            ImportError: pandas is not installed.
        """
        return _rows.frame(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything in the comparison as dicts, lists, strings and numbers, ready for JSON."""
        return _rows.encode(self)

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict` as a JSON string.

        Args:
            indent: Spaces a level; None for one line.
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    def to_markdown(self) -> str:
        """The story as GitHub-flavoured Markdown, all transcript text escaped."""
        return _text.markdown(self)

    def to_text(self, width: int = 100) -> str:
        """The story as plain text.

        Args:
            width: Characters a line, at least 40.

        Raises:
            DataError: `width` is below 40 or not a whole number.
        """
        if not isinstance(width, int) or isinstance(width, bool) or width < 40:
            raise DataError(f"got {width!r}, expected a whole number, 40 or more", field="width")
        return _text.plain_text(self, width)

    # The page needs jinja2, which a program that only reads threads need not load.

    def to_html(self) -> str:
        """The story as one page that needs no script and no network: a row a thread, a column a call."""
        from overstate.comparison import _html

        return _html.page(self)

    def _repr_html_(self) -> str:
        from overstate.comparison import _html

        return _html.fragment(self)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return (
            f"<Comparison of {counted(len(self.calls), 'call')}: {counted(len(self.threads), 'thread')}, "
            f"{counted(len(self.commitments), 'commitment')}, {counted(len(self.open_questions), 'open question')}>"
        )


def _member(names: Any, value: str, field: str) -> Any:
    try:
        return names(value)
    except ValueError:
        raise DataError(f"got {value!r}, expected one of {', '.join(names)}", field=field) from None
