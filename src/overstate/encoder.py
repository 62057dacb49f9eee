"""The encoder: a small transformer that reads each word of a conversation among its neighbours.

It is a six-layer MiniLM (Wang et al. 2020, "MiniLM: Deep Self-Attention Distillation"), fine-tuned to find hedges, find
claims and judge claims at once (`training/encoder.py`), with weights of 8 bits, run by ONNX Runtime. What it gives for
each word is not a verdict but a row of scores; scikit-learn models weigh them beside everything else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overstate.errors import ModelError
from overstate.types import REASONS_OF, HedgeType, Status

__all__ = [
    "COLUMNS",
    "START",
    "WINDOW",
    "Encoder",
    "Pieces",
    "Splitter",
    "average",
    "checksum_of",
    "pieces_of",
    "scores_of",
    "windows",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

#: What the scores of a word are, as log-odds: is it inside a claim, its first word, its last word; is it part of a
#: hedge of each type, the first word of a hedge; then, meant to be averaged over a claim's words, the statuses
#: (verified, plausible, needs_clarification; up to a constant) and the reasons.
COLUMNS = (
    *("inside", "starts", "ends"),
    *(str(kind) for kind in HedgeType),
    "hedge starts",
    *(str(status) for status in Status),
    *(str(reason) for family in REASONS_OF.values() for reason in family),
)
#: Word pieces the encoder sees at a time, the first of them being the mark for the start.
WINDOW = 256
#: Pieces of a window on each side that are only seen, not scored, where the conversation goes on there.
MARGIN = 16
#: Word pieces of one word beyond these are left out.
MAX_PIECES = 8
#: Speakers are told apart by the order in which they first speak; from here on numbers are used again.
MAX_SPEAKERS = 16

#: Numbers of the pieces that mark the start of a window, an unknown word, and the first speaker.
START, UNKNOWN, _FIRST_SPEAKER = 101, 100, 1


@dataclass(frozen=True, eq=False)
class Pieces:
    """A conversation as word pieces.

    Attributes:
        ids: Numbers of the pieces in the vocabulary, shape (k,). Each turn opens with a mark for its speaker.
        word: Index of the word each piece belongs to, -1 for the marks of speakers, shape (k,).
    """

    ids: Ints
    word: Ints


def pieces_of(words: Sequence[str], turn: Ints, speaker: Ints, split: Callable[[str], Sequence[int]]) -> Pieces:
    """Put a conversation into word pieces.

    Args:
        words: The n words.
        turn: Index of the turn of each, never decreasing, shape (n,).
        speaker: A number for the speaker of each turn, shape (turns,).
        split: Gives the pieces of one word.
    """
    ids: list[int] = []
    word: list[int] = []
    marks: dict[int, int] = {}
    previous = -1
    for i, (text, t) in enumerate(zip(words, turn.tolist(), strict=True)):
        if t != previous:
            mark = marks.setdefault(int(speaker[t]), len(marks)) % MAX_SPEAKERS
            ids.append(_FIRST_SPEAKER + mark)
            word.append(-1)
            previous = t
        parts = split(text)
        ids.extend(parts)
        word.extend([i] * len(parts))
    return Pieces(np.array(ids, dtype=np.int64), np.array(word, dtype=np.int64))


def windows(size: int, window: int = WINDOW, margin: int = MARGIN) -> Iterator[tuple[int, int, int, int]]:
    """Overlapping windows over `size` pieces.

    Yields:
        First piece seen, end of what is seen, first piece scored, end of what is scored; what is scored joins up.
    """
    seen, first = window - 1, 0
    while first < size:
        low = max(0, first - margin)
        high = min(size, low + seen)
        end = size if high == size else high - margin
        yield low, high, first, end
        first = end


def average(scores: Floats, word: Ints, words: int) -> Floats:
    """Mean scores of each word's pieces, shape (words, d); the marks of speakers are left out."""
    kept = np.flatnonzero(word >= 0)
    if not len(kept):
        return np.zeros((words, scores.shape[1]), dtype=np.float32)
    # every word has a piece and words are in order, so each begins where the number changes
    begins = np.flatnonzero(np.r_[True, np.diff(word[kept]) > 0])
    total = np.add.reduceat(scores[kept], begins, axis=0)
    return np.asarray(total / np.diff(np.r_[begins, len(kept)])[:, None], dtype=np.float32)


def scores_of(pieces: Pieces, words: int, run: Callable[[Ints], Floats]) -> Floats:
    """Scores of each word, window by window.

    Args:
        pieces: The conversation.
        words: How many words it has.
        run: Gives the scores of the pieces of one window, shape (k, d), from their numbers, shape (1, k).

    Returns:
        Shape (words, len(COLUMNS)).
    """
    scores = np.zeros((len(pieces.ids), len(COLUMNS)), dtype=np.float32)
    for low, high, first, end in windows(len(pieces.ids)):
        seen = run(np.r_[START, pieces.ids[low:high]][None])
        scores[first:end] = seen[1 + first - low : 1 + end - low]
    return average(scores, pieces.word, words)


class Splitter:
    """Gives the numbers of a word's pieces, at least one; what it has split is kept.

    Args:
        tokenizer: A `tokenizers.Tokenizer`.
    """

    def __init__(self, tokenizer: Any) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._known: dict[str, tuple[int, ...]] = {}

    def __call__(self, word: str) -> tuple[int, ...]:
        """The pieces of one word."""
        found = self._known.get(word)
        if found is None:
            found = tuple(self._tokenizer.encode(word, add_special_tokens=False).ids[:MAX_PIECES]) or (UNKNOWN,)
            if len(self._known) < 100_000:
                self._known[word] = found
        return found


def checksum_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Encoder:
    """Scores every word of a conversation; see `COLUMNS`.

    Args:
        folder: Holds `encoder.onnx` and `tokenizer.json`.
        checksum: That of the graph, where it is known.

    Attributes:
        split: Gives the pieces of a word.
        checksum: SHA-256 of the graph: scores of one encoder mean nothing to models that learned from another's.

    Raises:
        ModelError: A file is missing or is not what its name says, or ONNX Runtime is not there.
    """

    GRAPH = "encoder.onnx"
    TOKENIZER = "tokenizer.json"
    FILES = (GRAPH, TOKENIZER)

    def __init__(self, folder: Path, checksum: str | None = None) -> None:
        self.folder = folder
        self._open(checksum)

    def _open(self, checksum: str | None = None) -> None:
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelError(
                f"needs onnxruntime and tokenizers, which cannot be imported ({error}); the model 'fast' does without",
                source=self.folder,
            ) from None
        for name in self.FILES:
            if not (self.folder / name).is_file():
                raise ModelError("is missing", source=self.folder / name)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # calls are what is worked on side by side, see `Analyzer.pipe`
        options.log_severity_level = 3
        # the graph holds the operators that are fastest on a CPU; further fusing would slow it down by a fifth
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        try:
            self._session = onnxruntime.InferenceSession(
                str(self.folder / self.GRAPH), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's own classes of errors differ between its versions
            raise ModelError(f"cannot be read by ONNX Runtime: {error}", source=self.folder / self.GRAPH) from None
        inputs, (output, *_) = self._session.get_inputs(), self._session.get_outputs()
        if [item.name for item in inputs] != ["ids", "places"] or output.shape[-1:] != [len(COLUMNS)]:
            raise ModelError("is not an encoder of this version of overstate", source=self.folder / self.GRAPH)
        try:
            tokenizer = Tokenizer.from_file(str(self.folder / self.TOKENIZER))
        except Exception as error:  # tokenizers raises bare exceptions
            raise ModelError(f"cannot be read: {error}", source=self.folder / self.TOKENIZER) from None
        # any tokenizer gives numbers; those of another vocabulary would be scored as words nobody said
        if [tokenizer.token_to_id(name) for name in ("[UNK]", "[CLS]")] != [UNKNOWN, START]:
            raise ModelError("is not the tokenizer of an encoder of overstate", source=self.folder / self.TOKENIZER)
        self.split = Splitter(tokenizer)
        self.checksum = checksum or checksum_of(self.folder / self.GRAPH)

    def __getstate__(self) -> dict[str, Any]:
        # sessions cannot be sent to another process; the folder can
        return {"folder": self.folder}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.folder = state["folder"]
        self._open()

    def __call__(self, words: Sequence[str], turn: Ints, speaker: Ints) -> Floats:
        """Scores of each word.

        Args:
            words: The n words of a conversation, in lower case, with plain apostrophes.
            turn: Index of the turn of each, never decreasing, shape (n,).
            speaker: A number for the speaker of each turn, shape (turns,).

        Returns:
            Shape (n, len(COLUMNS)).
        """
        return scores_of(pieces_of(words, turn, speaker, self.split), len(words), self._run)

    def _run(self, ids: Ints) -> Floats:
        (out,) = self._session.run(None, {"ids": ids, "places": np.arange(ids.shape[1])})
        return np.asarray(out[0])
