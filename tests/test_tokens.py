"""From turns to token arrays: every offset is exact, and what is read off the arrays agrees with slow references."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.strings import hash_string

from overstate.features.hashing import Rows, bucket, hashed
from overstate.features.tokens import GAP, OUTSIDE, PhraseIndex, TokenTable, combine, spread
from overstate.lexicons import KINDS, Entry, split_words
from overstate.pipeline.doc import SEPARATOR, TURNS, blank, make_doc, table_of, turn_offsets
from overstate.types import Turn


def table(*texts: str, speakers: str = "") -> TokenTable:
    return table_of(make_doc(turns(*texts, speakers=speakers), blank()))


def turns(*texts: str, speakers: str = "") -> list[Turn]:
    return [Turn(speakers[i] if speakers else "A", text) for i, text in enumerate(texts)]


def words(table: TokenTable, *texts: str) -> list[list[str]]:
    """The words of each turn, cut out of the turns by the offsets."""
    out: list[list[str]] = [[] for _ in texts]
    for turn, start, end in zip(table.turn, table.start, table.end, strict=True):
        out[turn].append(texts[turn][start:end])
    return out


# --- one Doc for all turns ---------------------------------------------------------------------------------------------

TEXTS: list[tuple[str, list[str], list[list[str]]]] = [
    ("plain", ["We grew.", "By how much?"], [["We", "grew", "."], ["By", "how", "much", "?"]]),
    ("emoji", ["We 👍🏽 grew 🚀!", "ok"], [["We", "👍", "🏽", "grew", "🚀", "!"], ["ok"]]),
    ("joined emoji", ["👩\u200d👩 x"], [["👩", "\u200d", "👩", "x"]]),
    ("combining marks", ["cafe\u0301s grew", "na\u0308"], [["cafe\u0301s", "grew"], ["na\u0308"]]),
    ("curly apostrophes", ["It’s ours, don’t ask", "we’re"], [["It", "’s", "ours", ",", "do", "n’t", "ask"], ["we", "’re"]]),
    ("empty turns", ["", "a", "", "", "b", ""], [[], ["a"], [], [], ["b"], []]),
    ("only empty turns", ["", "", ""], [[], [], []]),
    ("turns of white space", [" ", "a", "\n\n", "\t ", "b", "   "], [[], ["a"], [], [], ["b"], []]),
    ("white space around", [" a ", "\n\nb\n", " c"], [["a"], ["b"], ["c"]]),
    ("separator inside a turn", ["a\n\nb", "c\n\n\n\nd"], [["a", "b"], ["c", "d"]]),
    ("separator at the ends", ["\n\na\n\n", "\n\nb"], [["a"], ["b"]]),
    ("no-break and line separators", ["a\xa0b\u2028c\x85d"], [["a", "b", "c", "d"]]),
    ("marks at the borders", ["we (grew", ") by", "3%", "."], [["we", "(", "grew"], [")", "by"], ["3", "%"], ["."]]),
    ("no turns", [], []),
    ("words that would join", ["can", "not", "U.", "S."], [["can"], ["not"], ["U."], ["S."]]),
    ("astral letters", ["𝒲𝑒 𝓰rew", "𐍈"], [["𝒲𝑒", "𝓰rew"], ["𐍈"]]),
    ("zero width", ["a\u200bb c"], [["a\u200bb", "c"]]),
    ("dashes", ["we grew—fast", "x-ray"], [["we", "grew", "—", "fast"], ["x", "-", "ray"]]),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), [pytest.param(t, e, id=i) for i, t, e in TEXTS])
def test_offsets_cut_every_token_out_of_its_turn(texts: list[str], expected: list[list[str]]) -> None:
    assert words(table(*texts), *texts) == expected


_ANY = st.text(
    st.one_of(st.sampled_from("ab .,?!\n\t’'-—%$3\u0301\u200d👍🏽\xa0“”é"), st.characters(exclude_categories=["Cs"])),
    max_size=30,
)


@given(st.lists(_ANY, max_size=6))
def test_offsets_are_exact_whatever_the_text(texts: list[str]) -> None:
    doc = make_doc(turns(*texts), blank())
    made = table_of(doc)
    tokens = [token for token in doc if not token.is_space]
    assert [word for turn in words(made, *texts) for word in turn] == [token.text for token in tokens]
    assert doc.text == SEPARATOR.join(texts)
    # nothing but white space is left out
    for text, said in zip(texts, words(made, *texts), strict=True):
        assert "".join(said) == "".join(c for c in text if not c.isspace())
    assert (np.diff(made.turn) >= 0).all()
    assert made.turns == max(len(texts), 1)
    for turn, text in enumerate(texts):
        low, high = made.turn_start[turn : turn + 2]
        assert (made.turn[low:high] == turn).all()
        offset, size, _ = turn_offsets(doc)[turn]
        assert doc.text[offset : offset + size] == text
        span = doc.spans[TURNS][turn]
        assert [t.text for t in span if not t.is_space] == words(made, *texts)[turn]
    assert made.turn_start[-1] == len(made)


def test_turns_carry_their_speakers() -> None:
    doc = make_doc([Turn("Ann", "a"), Turn("", "b"), Turn("Bob", ""), Turn("Ann", "c"), Turn("", " ")], blank())
    assert [span.label_ for span in doc.spans[TURNS]] == ["Ann", "-", "Bob", "Ann", "-"]
    assert turn_offsets(doc) == [[0, 1, "Ann"], [3, 1, ""], [6, 0, "Bob"], [8, 1, "Ann"], [11, 1, ""]]
    assert table_of(doc).speaker.tolist() == [0, 1, 2, 0, 1]


def test_a_doc_without_turns_is_one_turn_of_nobody() -> None:
    text = "We grew.\n\nIt’s fine."
    doc = blank()(text)
    assert turn_offsets(doc) == [[0, len(text), ""]]
    made = table_of(doc)
    assert made.turns == 1
    assert words(made, text) == [["We", "grew", ".", "It", "’s", "fine", "."]]


@pytest.mark.parametrize("texts", [[], [""], ["  "], ["", "\n\n"]])
def test_nothing_said_gives_an_empty_table_that_answers_every_question(texts: list[str]) -> None:
    made = table(*texts)
    assert len(made) == 0
    for name in "sentence_start sentence_end sentence is_question content signal clusters vectors".split():
        assert len(getattr(made, name)) == 0, name
    assert made.turn_start.tolist() == [0] * (made.turns + 1)
    assert [len(part) for part in made.signal_matches] == [0, 0, 0]
    assert made.token_span(0, 0, 5) == (0, 0)
    assert made.grams.shape == (5, 0)


@pytest.mark.parametrize("text", ["It's", "we're", "we've", "we'll", "I'm", "he'd", "don't", "Isn't"])
def test_curly_apostrophes_are_mapped_to_plain_ones(text: str) -> None:
    curly, plain = table(text.replace("'", "’")), table(text)
    assert len(plain) == 2
    assert curly.lower.tolist() == plain.lower.tolist()
    assert plain.lower[1] == hash_string(text[plain.start[1] :].lower())
    assert curly.end.tolist() == plain.end.tolist()


def test_lower_is_the_hash_of_the_lower_cased_word() -> None:
    assert table("We GREW ÄRGER").lower.tolist() == [hash_string(word) for word in ("we", "grew", "ärger")]


@pytest.mark.parametrize(
    ("word", "punct", "digit"),
    [
        ("word", False, False),
        ("3", False, True),
        ("3rd", False, True),
        ("Q3", False, True),
        ("½", False, False),
        ("²", False, True),
        ("٣", False, True),
        ("三", False, False),
        ("%", False, False),
        *[(sign, False, False) for sign in "$€£¥₹₽"],
        *[(mark, True, False) for mark in (*'.,?!;:…—–"“”’()&*#@', "👍", "\u200d", "...", ":)")],
    ],
)
def test_punctuation_and_digits_are_told_by_the_shape(word: str, punct: bool, digit: bool) -> None:
    made = table(f"a {word} b")
    assert (made.punct.tolist(), made.digit.tolist()) == ([False, punct, False], [False, digit, False])


# --- sentences ---------------------------------------------------------------------------------------------------------

SENTENCES: list[tuple[str, list[str], list[int], list[bool]]] = [
    ("points", ["We grew. You did not. Fine"], [0, 3, 7], [False, False, False]),
    ("question", ["We grew. Did you?"], [0, 3], [False, True]),
    ("marks in a row", ["Really?? No!! So… well... yes"], [0, 3, 6, 8, 10], [True, False, False, False, False]),
    ("turn border without a mark", ["we grew", "did you?", "no"], [0, 2, 5], [False, True, False]),
    ("turn that opens with a mark", ["Why?", "? yes"], [0, 2, 3], [True, True, False]),
    ("commas, colons and dashes do not end one", ["well, yes: no; so — fine"], [0], [False]),
    ("points within words do not end one", ["the U.S. team grew 3.5 percent"], [0], [False]),
    ("question mark within", ["who? we grew."], [0, 2], [True, False]),
    ("empty turns between", ["we grew.", "", "did you?"], [0, 3], [False, True]),
    ("statement as a question", ["So you have forty seats?"], [0], [True]),
    ("limit: ?! is no question", ["Really?!"], [0], [False]),
    ("limit: a closing quotation mark opens the next one", ['"We won." Then'], [0, 4], [False, False]),
    ("limit: a sentence that ends in an abbreviation goes on", ["At 3 p.m. Then we left"], [0], [False]),
    ("limit: a question without its mark", ["how many is that"], [0], [False]),
]


@pytest.mark.parametrize(("texts", "starts", "asked"), [pytest.param(*case[1:], id=case[0]) for case in SENTENCES])
def test_sentences_and_questions(texts: list[str], starts: list[int], asked: list[bool]) -> None:
    made = table(*texts)
    assert made.sentence_start.tolist() == starts
    assert made.sentence_end.tolist() == [*starts[1:], len(made)]
    assert made.is_question.tolist() == asked
    assert made.sentence.tolist() == [sum(s <= i for s in starts) - 1 for i in range(len(made))]


# --- words and neighbours ----------------------------------------------------------------------------------------------


def neighbour(made: TokenTable, i: int, by: int) -> np.uint64:
    there = 0 <= i + by < len(made) and made.turn[i + by] == made.turn[i]
    return made.lower[i + by] if there else OUTSIDE


@pytest.mark.parametrize("by", range(-GAP, GAP + 1))
def test_windows_never_cross_turns(by: int) -> None:
    made = table("a b c", "", "d", "e f")
    spaced = made.spaced
    assert spaced.lower[spaced.at].tolist() == made.lower.tolist()
    expected = [int(neighbour(made, i, by)) for i in range(len(made))]
    assert spaced.window(spaced.lower, by)[spaced.of].tolist() == expected


def test_pairs_and_triples_begin_at_their_token() -> None:
    made = table("a b c d", "", "e", "f g")
    one, two = (np.array([neighbour(made, i, by) for i in range(len(made))]) for by in (1, 2))
    pair = combine(made.lower, one)
    assert made.grams[:3].tolist() == [made.lower.tolist(), pair.tolist(), combine(pair, two).tolist()]


SPANS = [
    ("We grew, fast.", (0, 7), ["We", "grew"]),
    ("We grew, fast.", (3, 8), ["grew"]),
    ("We grew, fast.", (7, 14), ["fast"]),
    ("We grew, fast.", (0, 14), ["We", "grew", ",", "fast"]),
    ("We grew, fast.", (4, 5), ["grew"]),
    ("We grew, fast.", (1, 4), ["We", "grew"]),
    ("We grew, fast.", (7, 8), []),
    ("We grew, fast.", (2, 3), []),
    ("We grew, fast.", (3, 3), []),
    ("(3%)", (0, 4), ["3", "%"]),
    ("“$5”", (0, 4), ["$", "5"]),
    ("...", (0, 3), []),
    ("", (0, 0), []),
    ("it’s ours", (2, 4), ["’s"]),
]


@pytest.mark.parametrize(("text", "span", "expected"), SPANS)
def test_token_span_leaves_outer_punctuation_off(text: str, span: tuple[int, int], expected: list[str]) -> None:
    before = "Something else."
    made = table(before, text, "and after")
    first, last = made.token_span(1, *span)
    assert [text[made.start[i] : made.end[i]] for i in range(first, last)] == expected
    assert made.turn_start[1] <= first <= last <= made.turn_start[2]


def test_content_words() -> None:
    text = "We think the 3 reps in it grew , 40 percent !"
    made = table(text)
    assert [word for word, kept in zip(text.split(), made.content, strict=True) if kept] == [
        "3",
        "reps",
        "grew",
        "40",
        "percent",
    ]


def test_signals_mark_the_words_of_a_cue_and_digits_as_numbers() -> None:
    made = table("everyone says 42", "no", "one")
    kinds = lambda i: {kind for kind, on in zip(KINDS, made.signal[i], strict=True) if on}  # noqa: E731
    assert "absolute" in kinds(0)
    assert kinds(2) == {"number"}
    assert "absolute" not in kinds(3)  # "no one" across turns is no cue
    whole = table("no one")
    assert whole.signal[:, list(KINDS).index("absolute")].tolist() == [1.0, 1.0]


def test_clusters_and_vectors_are_zero_for_unknown_words_and_vectors_for_function_words() -> None:
    made = table("revenue the Zzyzxq")
    assert (made.clusters[:2] > 0).all()
    assert (made.clusters[2] == 0).all()
    assert np.abs(made.vectors[0]).sum() > 0
    assert (made.vectors[1:] == 0).all()
    assert np.abs(made.vectors).max() <= 1


_FEW = st.sampled_from("a b c a-b don't".split())
_CUES = st.lists(st.lists(_FEW, min_size=1, max_size=4).map(" ".join), max_size=8)
_SAID = st.lists(st.lists(_FEW, max_size=8).map(" ".join), max_size=4)


@given(_CUES, _SAID)
def test_phrase_index_finds_what_a_brute_force_search_finds(cues: list[str], texts: list[str]) -> None:
    entries = [Entry(split_words(cue), f"kind {i % 3}") for i, cue in enumerate(cues)]
    made = table(*texts)
    said = [[word.lower() for word in turn] for turn in words(made, *texts)]
    expected = []
    for turn, spoken in enumerate(said):
        for at in range(len(spoken)):
            for number, entry in enumerate(entries):
                if tuple(spoken[at : at + len(entry.words)]) == entry.words:
                    expected.append((int(made.turn_start[turn]) + at, len(entry.words), number))
    found = list(zip(*(part.tolist() for part in PhraseIndex(entries).matches(made.lower, made.turn)), strict=True))
    assert sorted(found) == sorted(expected)
    assert [pair[:2] for pair in found] == sorted(pair[:2] for pair in found)


def test_combine_depends_on_the_order() -> None:
    a, b = (np.array([hash_string(word)], dtype=np.uint64) for word in "ab")
    assert combine(a, b) != combine(b, a)
    assert combine(combine(a, b), b) != combine(a, combine(b, b))


# --- hashing -----------------------------------------------------------------------------------------------------------

_HASHES = st.integers(0, 2**64 - 1)


def slow_hashed(value: int, template: int, bits: int) -> int:
    full = 2**64 - 1
    mixed = (value ^ (template * 0xC2B2AE3D27D4EB4F & full)) * 0x9E3779B97F4A7C15 & full
    return ((mixed ^ mixed >> 31) * 0x9E3779B97F4A7C15 & full) >> 64 - bits


@given(st.lists(_HASHES, min_size=1, max_size=9), st.integers(1, 300), st.integers(1, 30))
def test_hashed_agrees_with_plain_integers(values: list[int], template: int, bits: int) -> None:
    columns = hashed(np.array(values, dtype=np.uint64), template, bits)
    assert columns.tolist() == [slow_hashed(value, template, bits) for value in values]
    assert 0 <= columns.min() <= columns.max() < 2**bits


def test_hashed_spreads_and_tells_templates_apart() -> None:
    values = np.arange(4096, dtype=np.uint64)
    assert len(np.unique(hashed(values, 1, 16))) > 3800  # 3970 expected of a random function
    assert (hashed(values, 1, 16) != hashed(values, 2, 16)).mean() > 0.99


@given(st.data())
@settings(max_examples=60)
def test_rows_agree_with_a_slow_reference(data: st.DataObject) -> None:
    bits = data.draw(st.integers(2, 6))
    m = data.draw(st.integers(0, 4))
    n = data.draw(st.integers(1, 6))
    rows, template = Rows(m, bits), 0
    expected = np.zeros((m, 2**bits))

    def integers(size: int, highest: int) -> np.ndarray:
        return np.array(data.draw(st.lists(st.integers(0, highest), min_size=size, max_size=size)), dtype=np.int64)

    def hashes(size: int) -> np.ndarray:
        return np.array(data.draw(st.lists(_HASHES, min_size=size, max_size=size)), dtype=np.uint64)

    shared = integers(m, n - 1)
    for call in data.draw(st.lists(st.sampled_from(["add", "add shared", "bag"]), max_size=4)):
        if call != "bag":
            of = shared if call == "add shared" else None
            values = [hashes(m if of is None else n) for _ in range(data.draw(st.integers(0, 20)))]
            rows.add(*values, of=of)
            for value in values:
                template += 1
                for i in range(m):
                    which = i if of is None else of[i]
                    expected[i, slow_hashed(int(value[which]), template, bits)] += 1
            continue
        k, weight = data.draw(st.integers(1, 2)), 0.5
        tokens, start, stop = hashes(n * k).reshape(k, n), integers(m, n), integers(m, n)
        rows.bag(start, stop, tokens, weight)
        for j in range(k):
            template += 1
            for i in range(m):
                size = max(stop[i] - start[i], 1) * k
                for t in range(start[i], stop[i]):
                    expected[i, slow_hashed(int(tokens[j, t]), template, bits)] += weight / size**0.5
    numbers = np.arange(2 * m, dtype=np.float32).reshape(m, 2)
    rows.numbers(numbers)
    expected = np.hstack([expected, numbers])
    matrix = rows.matrix()
    assert matrix.shape == (m, 2**bits + 2)
    assert matrix.dtype == np.float32
    np.testing.assert_allclose(matrix.toarray(), expected, atol=1e-5)
    weights = np.linspace(-1, 1, 3 * matrix.shape[1], dtype=np.float32).reshape(-1, 3)
    np.testing.assert_allclose(rows.scores(weights), expected @ weights, atol=1e-4)


def test_a_bag_has_the_given_length_whatever_its_size() -> None:
    tokens = np.arange(1, 61, dtype=np.uint64).reshape(2, 30)
    rows = Rows(3, 24)
    rows.bag(np.array([0, 5, 9]), np.array([30, 6, 9]), tokens, 0.7)
    lengths = np.sqrt(rows.matrix().power(2).sum(axis=1)).ravel()
    np.testing.assert_allclose(np.asarray(lengths).ravel(), [0.7, 0.7, 0.0], rtol=1e-5)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 3),
        (4, 4),
        (5, 5),
        (6, 6),
        (7, 6),
        (8, 8),
        (15, 8),
        (16, 10),
        (31, 10),
        (32, 12),
        (1024, 22),
    ],
)
def test_bucket(number: int, expected: int) -> None:
    out = bucket(np.array([number]))
    assert out.tolist() == [expected]
    assert out.dtype == np.uint64


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=6))
def test_spread_lists_every_index_of_every_range(pairs: list[tuple[int, int]]) -> None:
    start, stop = (np.array([pair[i] for pair in pairs], dtype=np.int64) for i in range(2))
    row, index = spread(start, stop)
    expected = [(i, j) for i, (a, b) in enumerate(pairs) for j in range(a, b)]
    assert list(zip(row.tolist(), index.tolist(), strict=True)) == expected


def test_punct_agrees_with_unicode_on_every_latin_mark() -> None:
    marks = [chr(i) for i in range(0x21, 0x250) if not chr(i).isspace() and unicodedata.category(chr(i)) != "Cc"]
    made = table(*marks)
    wrong = []
    for turn, mark in enumerate(marks):
        low, high = made.turn_start[turn : turn + 2]
        wanted = not (mark.isalnum() or mark == "%" or unicodedata.category(mark) == "Sc")
        if made.punct[low:high].tolist() != [wanted]:
            wrong.append(mark)
    assert not wrong
