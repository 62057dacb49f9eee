"""The encoder: how talk becomes pieces and windows, what comes back for each word, and which files are refused."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from overstate.encoder import COLUMNS, MARGIN, MAX_PIECES, MAX_SPEAKERS, WINDOW, Encoder, average, pieces_of, windows
from overstate.errors import ModelError
from overstate.types import REASONS_OF, HedgeType, Reason, Status


@pytest.fixture(scope="module")
def encoder(analyzer) -> Encoder:
    """The encoder of the shipped model."""
    assert analyzer.models.encoder is not None
    return analyzer.models.encoder


def test_columns_name_everything_once():
    named = [reason for family in REASONS_OF.values() for reason in family]
    assert ("inside", "starts", "ends", *HedgeType, "hedge starts", *Status, *named) == COLUMNS
    assert len(set(COLUMNS)) == len(COLUMNS)
    assert set(named) == set(Reason)


# --- word pieces -------------------------------------------------------------------------------------------------------


def letters(word: str) -> list[int]:
    """A piece a letter, far from the numbers of the marks."""
    return [1000 + ord(letter) for letter in word]


def said(turns: list[str], speaker: list[int], split: Callable[[str], list[int]] = letters) -> tuple[list, list]:
    """Pieces of turns of words: what each piece is ('<0' for a speaker's mark, else a letter), and its word."""
    words = [word for text in turns for word in text.split()]
    turn = np.array([i for i, text in enumerate(turns) for _ in text.split()], dtype=np.int64)
    pieces = pieces_of(words, turn, np.array(speaker, dtype=np.int64), split)
    shown = [chr(i - 1000) if i >= 1000 else f"<{i - 1}" for i in pieces.ids.tolist()]
    assert pieces.ids.dtype == pieces.word.dtype == np.int64
    return shown, pieces.word.tolist()


PIECES: list[tuple[str, list[str], list[int], list[str], list[int]]] = [
    ("one turn", ["ab c"], [0], ["<0", "a", "b", "c"], [-1, 0, 0, 1]),
    ("two speakers", ["a", "b", "c"], [0, 1, 0], ["<0", "a", "<1", "b", "<0", "c"], [-1, 0, -1, 1, -1, 2]),
    ("in the order they speak", ["a", "b"], [7, 3], ["<0", "a", "<1", "b"], [-1, 0, -1, 1]),
    ("a speaker twice in a row", ["a", "b"], [4, 4], ["<0", "a", "<0", "b"], [-1, 0, -1, 1]),
    ("empty turns", ["", "a", "", "b", ""], [0, 1, 2, 1, 0], ["<0", "a", "<0", "b"], [-1, 0, -1, 1]),
    ("only empty turns", ["", ""], [0, 1], [], []),
    ("no turns", [], [], [], []),
]


@pytest.mark.parametrize(("turns", "speaker", "shown", "word"), [pytest.param(*p[1:], id=p[0]) for p in PIECES])
def test_pieces(turns, speaker, shown, word):
    assert said(turns, speaker) == (shown, word)


def test_numbers_of_speakers_are_used_again():
    many = MAX_SPEAKERS + 3
    shown, _ = said(["a"] * (2 * many), [*range(many), *range(many)])
    marks = [f"<{i % MAX_SPEAKERS}" for i in range(many)]
    assert shown[::2] == marks * 2


def test_word_without_pieces_leaves_no_trace():
    assert said(["a b c"], [0], lambda word: [] if word == "b" else letters(word)) == (["<0", "a", "c"], [-1, 0, 2])


def test_pieces_of_a_word(encoder):
    assert encoder.split("the") == (1996,)
    assert len(encoder.split("unbelievableness")) > 1
    assert len(encoder.split("x" * 500)) <= MAX_PIECES and len(encoder.split("!" * 40)) == MAX_PIECES
    for word in ("", " ", "\u200b", "\u0301"):
        assert encoder.split(word) == (100,), "what leaves nothing counts as one unknown piece"
    assert encoder.split("the") is encoder.split("the"), "remembered"


# --- windows -----------------------------------------------------------------------------------------------------------


@given(
    size=st.integers(0, 3000), shape=st.one_of(st.just((WINDOW, MARGIN)), st.tuples(st.integers(2, 90), st.integers(0, 40)))
)  # fmt: skip
@settings(deadline=None)
def test_windows(size, shape):
    window, margin = shape
    assume(window - 1 > 2 * margin)
    parts = list(windows(size, window, margin))
    assert [(first, end) for _, _, first, end in parts] == [
        *zip([0, *(end for *_, end in parts[:-1])], [*(first for _, _, first, _ in parts[1:]), size], strict=True)
    ][: len(parts)], "what is scored joins up, from the first piece to the last"
    assert bool(parts) == (size > 0)
    for low, high, first, end in parts:
        assert 0 <= low <= first < end <= high <= size
        assert high - low < window, "there is room for the mark of the start"
        assert first - low == min(first, margin), "the margin before is seen, as far as there is one"
        assert high - end == (0 if end == size else margin), "so is the margin after"
    assert all(high - low == window - 1 for low, high, *_ in parts[:-1]), "only the last window is not full"


def test_windows_of_the_sizes_in_use():
    assert list(windows(0)) == []
    assert list(windows(1)) == [(0, 1, 0, 1)]
    assert list(windows(WINDOW - 1)) == [(0, 255, 0, 255)]
    assert list(windows(WINDOW)) == [(0, 255, 0, 239), (223, 256, 239, 256)]


# --- averages ----------------------------------------------------------------------------------------------------------


@given(
    counts=st.lists(st.integers(1, 4), max_size=12),
    marks=st.sets(st.integers(0, 12)),
    scores=hnp.arrays(np.float32, (60, 2), elements=st.floats(-50, 50, width=32)),
)
@settings(deadline=None, max_examples=50)
def test_average_is_the_mean_of_a_words_pieces(counts, marks, scores):
    word = [i for k, count in enumerate(counts) for i in [*([-1] if k in marks else []), *[k] * count]]
    scores = scores[: len(word)]
    out = average(scores, np.array(word, dtype=np.int64), len(counts))
    assert out.shape == (len(counts), 2) and out.dtype == np.float32
    for k in range(len(counts)):
        rows = [row for row, of in zip(scores.tolist(), word, strict=True) if of == k]
        assert out[k] == pytest.approx(np.sum(rows, axis=0) / len(rows), abs=1e-4)


def test_average_of_nothing():
    none = np.zeros((0, 3), dtype=np.float32)
    assert average(none, np.zeros(0, dtype=np.int64), 0).shape == (0, 3)
    assert average(np.ones((2, 3), dtype=np.float32), np.array([-1, -1]), 0).shape == (0, 3)


# --- the shipped encoder -----------------------------------------------------------------------------------------------

TURN = "we have about forty seats in leeds , and everyone loves them . i think renewal is sure .".split()


def talk(turns: int, words: list[str] = TURN) -> tuple[list[str], np.ndarray, np.ndarray]:
    """So many turns of two speakers."""
    return words * turns, np.repeat(np.arange(turns), len(words)), np.arange(turns) % 2


def test_scores_of_each_word(encoder):
    scores = encoder(*talk(2))
    assert scores.shape == (2 * len(TURN), len(COLUMNS)) and scores.dtype == np.float32
    assert np.isfinite(scores).all()
    named = dict(zip(COLUMNS, scores.T, strict=True))
    at = TURN.index
    assert named["approximator"][at("about")] > 0 > named["approximator"][at("seats")]
    assert named["inside"][at("forty")] > 0
    assert named["inside"][at("seats")] > named["inside"][len(TURN) - 1], "a full stop lies in no claim"


def test_same_words_same_scores(encoder):
    words = talk(36)
    first = encoder(*words)
    assert np.array_equal(encoder(*words), first)
    again = pickle.loads(pickle.dumps(encoder))
    assert again.folder == encoder.folder
    assert np.array_equal(again(*words), first)


def test_pickle_holds_no_weights(encoder):
    assert len(pickle.dumps(encoder)) < 1000


def test_numbers_of_speakers_only_tell_them_apart(encoder):
    words, turn, speaker = talk(4)
    assert np.array_equal(encoder(words, turn, speaker + 5), encoder(words, turn, speaker))
    assert not np.array_equal(encoder(words, turn, speaker * 0), encoder(words, turn, speaker))


def test_neighbours_count_and_far_words_do_not(encoder):
    words, turn, speaker = talk(36)
    assert len(words) > 2 * WINDOW
    scores = encoder(words, turn, speaker)
    # as many pieces as before, so that the windows stay where they are
    changed = encoder([*words[:-1], "?"], turn, speaker)
    differs = np.flatnonzero((changed != scores).any(axis=1))
    assert len(words) - WINDOW <= differs.min() < len(words) - len(TURN), "seen by more than its own turn"
    assert differs.max() == len(words) - 1
    changed = encoder(["they", *words[1:]], turn, speaker)
    differs = np.flatnonzero((changed != scores).any(axis=1))
    assert differs.min() == 0 and len(TURN) < differs.max() < WINDOW


def test_words_where_windows_meet_are_scored_alike(encoder):
    """The same talk, moved along by a turn, falls into other windows; scores may shift a little, not break."""
    words, turn, speaker = talk(36)
    two = 2 * len(TURN)  # the speakers change places after each turn
    inside = np.argmax(np.array(COLUMNS) == "inside")
    scores = encoder(words, turn, speaker)[:, inside]
    middle = scores[two * 2 : -two * 2].reshape(-1, two)
    assert np.abs(middle - np.median(middle, axis=0)).max() < 3.0
    assert np.corrcoef(np.median(middle, axis=0), middle[5])[0, 1] > 0.9


@pytest.mark.parametrize("turns", [0, 1, 3])
def test_nothing_said(encoder, turns):
    none = np.zeros(0, dtype=np.int64)
    scores = encoder([], none, np.arange(turns))
    assert scores.shape == (0, len(COLUMNS)) and scores.dtype == np.float32


def test_words_without_pieces_are_scored_too(encoder):
    scores = encoder(["\u200b", "we", "\u0301"], np.zeros(3, dtype=np.int64), np.zeros(1, dtype=np.int64))
    assert scores.shape == (3, len(COLUMNS)) and (scores != 0).all(axis=1).all()


# --- files that are refused ----------------------------------------------------------------------------------------------


def field(number: int, value: bytes | int) -> bytes:
    """One field of a protocol buffer shorter than 128 bytes, the form in which ONNX graphs are written."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    assert len(value) < 128
    return bytes([number << 3 | 2, len(value)]) + value


def graph(inputs: list[str], sizes: list[int]) -> bytes:
    """An ONNX graph that hands its first input through; all are 64-bit integers of the sizes given."""
    shape = b"".join(field(1, field(1, size)) for size in sizes)
    kind = field(2, field(1, field(1, 7) + field(2, shape)))
    node = field(1, field(1, inputs[0].encode()) + field(2, b"out") + field(4, b"Identity"))
    ends = [field(11, field(1, name.encode()) + kind) for name in inputs] + [field(12, field(1, b"out") + kind)]
    body = node + field(2, b"g") + b"".join(ends)
    return field(1, 8) + bytes([7 << 3 | 2, len(body) & 127 | 128, len(body) >> 7]) + body + field(8, field(2, 17))


def other_tokenizer() -> bytes:
    return str(Tokenizer(WordLevel({"[UNK]": 0, "we": 1}, "[UNK]")).to_str()).encode()


FOREIGN = r"is not an encoder of this version of overstate"
REFUSED: dict[str, tuple[str, bytes | None, str]] = {
    "no graph": ("encoder.onnx", None, r"encoder\.onnx: is missing"),
    "no tokenizer": ("tokenizer.json", None, r"tokenizer\.json: is missing"),
    "empty graph": ("encoder.onnx", b"", r"encoder\.onnx: (cannot be read by ONNX Runtime|is not an encoder)"),
    "graph of text": ("encoder.onnx", b"hello", r"encoder\.onnx: cannot be read by ONNX Runtime"),
    "graph of something else": ("encoder.onnx", graph(["x"], [3]), rf"encoder\.onnx: {FOREIGN}"),
    "graph of other scores": ("encoder.onnx", graph(["ids", "places"], [3]), rf"encoder\.onnx: {FOREIGN}"),
    "graph of one number": ("encoder.onnx", graph(["ids", "places"], []), rf"encoder\.onnx: {FOREIGN}"),
    "empty tokenizer": ("tokenizer.json", b"", r"tokenizer\.json: cannot be read"),
    "tokenizer not JSON": ("tokenizer.json", b"hello", r"tokenizer\.json: cannot be read"),
    "tokenizer a list": ("tokenizer.json", b"[]", r"tokenizer\.json: cannot be read"),
    "tokenizer not UTF-8": ("tokenizer.json", b'{"a": "\xff"}', r"tokenizer\.json: cannot be read"),
    "tokenizer of something else": ("tokenizer.json", other_tokenizer(), r"tokenizer\.json: is not the tokenizer"),
}


@pytest.mark.parametrize(("name", "content", "words"), REFUSED.values(), ids=REFUSED)
def test_refused_files(encoder, tmp_path, name, content, words):
    for file in Encoder.FILES:
        shutil.copy(encoder.folder / file, tmp_path / file)
    (tmp_path / name).unlink()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=words) as caught:
        Encoder(tmp_path)
    assert caught.value.source == str(tmp_path / name), "the message names the file"
    assert caught.value.__cause__ is None


def test_cut_graph_is_refused(encoder, tmp_path):
    shutil.copy(encoder.folder / "tokenizer.json", tmp_path)
    data = (encoder.folder / "encoder.onnx").read_bytes()
    (tmp_path / "encoder.onnx").write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelError, match=r"encoder\.onnx: cannot be read by ONNX Runtime"):
        Encoder(tmp_path)


def test_graphs_made_here_can_be_read(tmp_path):
    """Otherwise they would be refused as damaged, not as foreign."""
    import onnxruntime

    (tmp_path / "g.onnx").write_bytes(graph(["ids", "places"], [3]))
    session = onnxruntime.InferenceSession(str(tmp_path / "g.onnx"), providers=["CPUExecutionProvider"])
    assert [item.name for item in session.get_inputs()] == ["ids", "places"]


def test_a_folder_that_is_gone(tmp_path, encoder):
    copied = Path(shutil.copytree(encoder.folder, tmp_path / "model"))
    packed = pickle.dumps(Encoder(copied))
    shutil.rmtree(copied)
    with pytest.raises(ModelError, match=r"encoder\.onnx: is missing"):
        pickle.loads(packed)
