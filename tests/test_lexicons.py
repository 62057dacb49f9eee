"""Lexicons: data that is checked as it is read, and frozen from then on."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import numpy as np
import pytest

from overstate import lexicons
from overstate.errors import DataError
from overstate.lexicons import KINDS, Entry, Lexicon, hedges, read_lexicon, signals, split_words, word_table
from overstate.lexicons.phrases import Phrases, words
from overstate.pipeline.doc import blank
from overstate.types import HedgeType

SMALL = "cue\tkind\tsource\ni think\tsure\tme\nabout\tloose\t\n"


def test_rows_become_entries_in_order() -> None:
    lexicon = read_lexicon(SMALL, ["sure", "loose"], "x.tsv")
    assert lexicon.entries == (Entry(("i", "think"), "sure", "me"), Entry(("about",), "loose", ""))
    assert lexicon.kinds == ("sure", "loose")
    assert len(lexicon) == 2


@pytest.mark.parametrize(
    "text",
    [
        "# a comment\n\ncue\tkind\na\tk\n",
        "cue\tkind\r\na\tk\r\n",
        "kind\tcue\nk\ta\n",
        "source\tkind\tcue\n\tk\ta\n",
        "cue\tkind\n\n# between\na\tk",
    ],
)
def test_comments_blank_lines_line_ends_and_order_of_columns_do_not_matter(text: str) -> None:
    assert read_lexicon(text, ["k"], "x.tsv").entries == (Entry(("a",), "k"),)


REFUSED = [
    (
        "unknown column",
        "cue\tkind\tweight\na\tk\t1\n",
        1,
        "got columns ['cue', 'kind', 'weight'], expected cue, kind and perhaps source",
    ),
    ("missing column", "cue\tsource\na\tx\n", 1, "got columns"),
    ("column twice", "cue\tkind\tkind\na\tk\tk\n", 1, "got columns"),
    ("no header", "a\tk\n", 1, "got columns ['a', 'k']"),
    ("nothing", "", 1, "got columns []"),
    ("only comments", "# x\n", 1, "got columns []"),
    ("unknown kind", "cue\tkind\na\tk\nb\tz\n", 3, "got kind 'z', expected one of k, l"),
    ("no kind", "cue\tkind\na\t\n", 2, "got kind ''"),
    ("empty cue", "cue\tkind\n \tk\n", 2, "got an empty cue"),
    ("cue twice", "cue\tkind\na\tk\nb\tk\na\tk\n", 4, "cue 'a' is there twice"),
    ("cue twice in other letters", "cue\tkind\ni don't\tk\nI Don’t\tk\n", 3, "cue 'I Don’t' is there twice"),
    ("too few cells", "cue\tkind\na\n", 2, "got 1 cells, expected 2"),
    ("too many cells", "cue\tkind\na\tk\tx\n", 2, "got 3 cells, expected 2"),
    ("line counted with comments", "# x\n\ncue\tkind\na\tk\n# y\nb\tz\n", 6, "got kind 'z'"),
]


@pytest.mark.parametrize(("text", "line", "words"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED])
def test_what_is_refused_names_file_and_line(text: str, line: int, words: str) -> None:
    with pytest.raises(DataError, match=re.escape(words)) as caught:
        read_lexicon(text, ["k", "l"], "x.tsv")
    assert (caught.value.source, caught.value.line) == ("x.tsv", line)


def test_one_cue_may_have_two_kinds() -> None:
    assert len(read_lexicon("cue\tkind\na\tk\na\tl\n", ["k", "l"], "x.tsv")) == 2


def test_a_lexicon_and_its_entries_are_frozen() -> None:
    lexicon = read_lexicon(SMALL, ["sure", "loose"], "x.tsv")
    frozen: list[tuple[Any, str, Any]] = [
        (lexicon, "entries", ()),
        (lexicon, "kinds", ()),
        (lexicon.entries[0], "kind", "loose"),
    ]
    for thing, name, value in frozen:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, name, value)
    assert isinstance(lexicon.entries, tuple)
    assert isinstance(lexicon.kinds, tuple)
    assert isinstance(lexicon.entries[0].words, tuple)


def test_extended_returns_a_new_lexicon() -> None:
    lexicon = read_lexicon(SMALL, ["sure", "loose"], "x.tsv")
    before = lexicon.entries
    longer = lexicon.extended(
        [("Give or take", "loose"), ("about", "loose"), ("about", "sure"), ("give or take", "loose")]
    )
    assert longer is not lexicon
    assert lexicon.entries is before
    assert longer.entries == (
        *before,
        Entry(("give", "or", "take"), "loose", "user"),
        Entry(("about",), "sure", "user"),
    )
    assert lexicon.extended([], "x").entries == before
    assert lexicon.extended([("so", "sure")], "them").entries[-1].source == "them"


@pytest.mark.parametrize(
    ("cue", "kind", "words"),
    [("so", "odd", "got kind 'odd', expected one of sure, loose"), ("  ", "sure", "empty cue")],
)
def test_extended_refuses_wrong_pairs(cue: str, kind: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_lexicon(SMALL, ["sure", "loose"], "x.tsv").extended([(cue, kind)])


def test_of_gives_one_kind_and_refuses_unknown_ones() -> None:
    lexicon = read_lexicon(SMALL, ["sure", "loose", "none yet"], "x.tsv")
    assert [entry.words for entry in lexicon.of("loose")] == [("about",)]
    assert lexicon.of("none yet") == ()
    with pytest.raises(DataError, match="no cue kind 'odd'; expected one of sure, loose, none yet"):
        lexicon.of("odd")


# --- the packaged data -------------------------------------------------------------------------------------------------


#: Those that are looked for in plain text.
PLAIN = {
    "selling": (lexicons.selling(), tuple(lexicons.SELLING_KINDS)),
    "loaded": (lexicons.loaded(), tuple(lexicons.LOADED_KINDS)),
    "people": (lexicons.people(), tuple(lexicons.PEOPLE_KINDS)),
    "acceptance": (lexicons.acceptance(), ("acceptance",)),
}


@pytest.mark.parametrize(
    ("lexicon", "kinds"),
    [(hedges(), tuple(map(str, HedgeType))), (signals(), tuple(KINDS)), *PLAIN.values()],
)
def test_packaged_lexicons_have_cues_of_every_kind(lexicon: Lexicon, kinds: tuple[str, ...]) -> None:
    assert lexicon.kinds == kinds
    assert {entry.kind for entry in lexicon.entries} == set(kinds)


def test_packaged_lexicons_are_read_once() -> None:
    assert hedges() is hedges()
    assert signals() is signals()
    assert word_table() is word_table()


@pytest.mark.parametrize("curly", [False, True], ids=["plain", "curly"])
@pytest.mark.parametrize("upper", [False, True], ids=["as it is", "capitals"])
@pytest.mark.parametrize("name", ["hedges.tsv", "signals.tsv"])
def test_split_words_agrees_with_spacy_for_every_packaged_cue(name: str, upper: bool, curly: bool) -> None:
    text = lexicons.files("overstate.lexicons").joinpath(name).read_text(encoding="utf-8")
    cues = [line.split("\t")[0] for line in text.splitlines() if line and line[0] != "#"][1:]
    assert len(cues) > 300
    if curly:
        cues = [cue.replace("'", "’") for cue in cues]
    if upper:
        cues = [cue.capitalize() for cue in cues]
    spoken = [tuple(token.lower_.replace("’", "'") for token in doc) for doc in map(blank().make_doc, cues)]
    wrong = [
        (cue, split_words(cue), words) for cue, words in zip(cues, spoken, strict=True) if split_words(cue) != words
    ]
    assert not wrong


@pytest.mark.parametrize("name", PLAIN)
def test_every_cue_of_a_plain_lexicon_can_be_found(name: str) -> None:
    lexicon, _ = PLAIN[name]
    lost = [entry for entry in lexicon.entries if tuple(w.text for w in words(" ".join(entry.words))) != entry.words]
    assert not lost
    for entry in lexicon.entries:
        assert next(Phrases(lexicon).find(words(" ".join(entry.words)))).entry.words == entry.words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He’s out; isn't it?", ["he", "'s", "out", ";", "is", "n't", "it", "?"]),
        ("'lazy' O'Neil", ["'", "lazy", "'", "o", "'", "neil"]),
        ("a İstanbul know-it-all", ["a", "İstanbul", "know", "-", "it", "-", "all"]),
        ("", []),
    ],
)
def test_words_keep_their_places(text: str, expected: list[str]) -> None:
    found = words(text)
    assert [word.text for word in found] == expected
    assert [text[w.start : w.end].replace("’", "'").lower() for w in found] == [w.text.lower() for w in found]


def test_phrases_find_the_longest_and_none_inside_another() -> None:
    lexicon = read_lexicon("cue\tkind\na b\tk\na b c\tk\nb\tk\nc d\tk\n", ["k"], "x.tsv")
    found = [(m.first, m.last) for m in Phrases(lexicon).find(words("b a b c d a b"))]
    assert found == [(0, 1), (1, 4), (5, 7)]


SPLIT = [
    ("I don't", ("i", "do", "n't")),
    ("I Don’t", ("i", "do", "n't")),
    ("they're we've i'll i'm he'd it's", ("they", "'re", "we", "'ve", "i", "'ll", "i", "'m", "he", "'d", "it", "'s")),
    ("state-of-the-art", ("state", "-", "of", "-", "the", "-", "art")),
    ("gonna", ("gon", "na")),
    ("gotta", ("got", "ta")),
    ("Wagonna gonnas", ("wagonna", "gonnas")),
    ("  give \t or  take ", ("give", "or", "take")),
    ("?", ("?",)),
    ("", ()),
]


@pytest.mark.parametrize(("cue", "words"), SPLIT)
def test_split_words(cue: str, words: tuple[str, ...]) -> None:
    assert split_words(cue) == words
    if cue.strip():
        assert tuple(t.lower_.replace("’", "'") for t in blank().make_doc(cue) if not t.is_space) == words


def test_word_table_shapes_types_and_ranges() -> None:
    table = word_table()
    n = len(table.words)
    assert n > 1_000
    assert len(set(table.words.tolist())) == n
    assert all(word == word.lower() for word in table.words.tolist())
    assert table.clusters.shape == (n, 3)
    assert table.clusters.dtype == np.int16
    assert table.clusters.min() >= 0
    sizes = [len(np.unique(table.clusters[:, j])) for j in range(3)]
    assert sizes == sorted(set(sizes))  # coarse to fine
    assert table.vectors.shape[0] == n
    assert table.vectors.ndim == 2
    assert table.vectors.dtype == np.int8
    assert table.vectors.min() >= -127
