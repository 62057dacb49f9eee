"""Documents handed over with a call: from files to passages, and what is said of files that cannot be read."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overstate.errors import DataError
from overstate.evidence import Passage, Passages, passages
from overstate.evidence._passage import MOST_WORDS, windows
from overstate.readers import MAX_BYTES


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# --- what is read ------------------------------------------------------------------------------------------------------

#: Name, content, and the passages as (text, place, context).
FILES: list[tuple[str, str, list[tuple[str, str, str]]]] = [
    # text
    ("a.txt", "One\ntwo.\n\n\nThree.\n", [("One two.", "line 1", ""), ("Three.", "line 5", "")]),
    ("no-suffix", "no suffix", [("no suffix", "line 1", "")]),
    ("crlf.txt", "\ufeffOne\r\n\r\nTwo\r\n", [("One", "line 1", ""), ("Two", "line 3", "")]),
    ("names.txt", "Customer: Zambon\nSeats: 40\nand 2\n", [("Customer: Zambon", "line 1", ""), ("Seats: 40 and 2", "line 2", "")]),
    ("clauses.txt", "4. FEES AND TERM\n4.1 The fee is 12 %.\n4.2 The term is\n36 months.\n(a) Or more.", [("The fee is 12 %.", "line 2", "4. FEES AND TERM"), ("The term is 36 months.", "line 3", "4. FEES AND TERM"), ("Or more.", "line 5", "4. FEES AND TERM")]),
    ("mail.txt", "> You have 40 seats.\n\n-----\n\nThanks", [("You have 40 seats.", "line 1", ""), ("Thanks", "line 5", "")]),
    # Markdown
    ("a.md", "# Head\ntext\n- item\n* item\n  more\n2. last", [("text", "line 2", "Head"), ("item", "line 3", "Head"), ("item more", "line 4", "Head"), ("last", "line 6", "Head")]),
    ("heads.md", "# A\n## B\nx\n## C\ny\n# D\nz", [("x", "line 3", "A / B"), ("y", "line 5", "A / C"), ("z", "line 7", "D")]),
    ("under.md", "Offer\n=====\nTerms\n-----\nForty **seats** in [Lyon](http://lyon.example).", [("Forty seats in Lyon.", "line 5", "Offer / Terms")]),
    ("bold.md", "**Terms**\nForty seats\n\n**Seats:** 40", [("Forty seats", "line 2", "Terms"), ("Seats: 40", "line 4", "Terms")]),
    ("todo.md", "- [ ] legal signs\n- [x] price agreed", [("[ ] legal signs", "line 1", ""), ("[x] price agreed", "line 2", "")]),
    ("table.md", "# Use\n| site | seats |\n|---|--:|\n| Lyon | 40 |\n| Ghent \\| Gent | 2 |\n", [("site: Lyon; seats: 40", "line 4", "Use"), ("site: Ghent | Gent; seats: 2", "line 5", "Use")]),
    ("bare.md", "| a | b |\n| 1 | 2 |", [("a; b", "line 1", ""), ("1; 2", "line 2", "")]),
    ("two.md", "| a | b |\n|--|--|\n| 1 | 2 |\n\n| c |\n|--|\n| 3 |\n", [("a: 1; b: 2", "line 3", ""), ("c: 3", "line 7", "")]),
    ("code.md", "```\n40 seats\n```\nAnd 2.", [("40 seats", "line 2", ""), ("And 2.", "line 4", "")]),
    # tables
    ("a.csv", 'site,seats\nLyon,40\n"Ghent,\nold",\n', [("site: Lyon; seats: 40", "line 2", ""), ("site: Ghent, old", "line 3", "")]),
    ("blank.csv", "\nsite,seats\nLyon,40\n\n,\nGhent,2\n", [("site: Lyon; seats: 40", "line 3", ""), ("site: Ghent; seats: 2", "line 6", "")]),
    ("A.TSV", "site\tseats\nLyon\t40, in all\n", [("site: Lyon; seats: 40, in all", "line 2", "")]),
    ("european.csv", "site;share\nLyon;1,5\n", [("site: Lyon; share: 1,5", "line 2", "")]),
    ("bars.csv", "site|seats\nLyon|40\n", [("site: Lyon; seats: 40", "line 2", "")]),
    ("excel.csv", "sep=;\nsite;seats\nLyon;40\n", [("site: Lyon; seats: 40", "line 3", "")]),
    ("years.csv", "item,2024,2025\nseats,40,50\n", [("item: seats; 2024: 40; 2025: 50", "line 2", "")]),
    ("one.csv", "seats\n40\n", [("seats: 40", "line 2", "")]),
    ("index.csv", ",seats_used\n0,40\n", [("column 1: 0; seats used: 40", "line 2", "")]),
    # JSON
    ("a.json", '[{"site": "Lyon", "seats": 40}, "text", 7]', [("site: Lyon; seats: 40", "record 1", ""), ("text", "record 2", ""), ("7", "record 3", "")]),
    ("nested.json", '{"order": {"seatCount": 40, "signed": false, "by": null}, "tags": ["a", 2]}', [("order seat count: 40; order signed: false; tags: a, 2", "", "")]),
    ("rows.json", '{"site": "Lyon", "rows": [{"seats": 40}, {"seats": 2}]}', [("site: Lyon", "", ""), ("seats: 40", "rows, record 1", "site: Lyon / rows"), ("seats: 2", "rows, record 2", "site: Lyon / rows")]),
    ("deep.json", '{"a": {"b": [{"c": [{"d": 1}]}]}}', [("d: 1", "a b, record 1, c, record 1", "a b / c")]),
    ("a.jsonl", '{"seats": 40}\n\n{"seats": 2}\n', [("seats: 40", "line 1", ""), ("seats: 2", "line 3", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "expected"), FILES, ids=[name for name, *_ in FILES])
def test_files_are_cut_into_passages(
    tmp_path: Path, name: str, content: str, expected: list[tuple[str, str, str]]
) -> None:
    path = put(tmp_path, name, content)
    found = Passages.read([path])
    assert found == Passages.read([str(path)])
    places = [(text, f"{name}, {place}" if place else name, context) for text, place, context in expected]
    assert [(p.text, p.source, p.context) for p in found.items] == places
    assert (found.notes, found.errors) == ((), ())


def test_rows_and_records_keep_their_fields_and_prose_has_none(tmp_path: Path) -> None:
    found = Passages.read([put(tmp_path, "a.csv", "site,seats\nLyon,40\n"), "Lyon has forty seats"])
    assert [p.fields for p in found.items] == [(("site", "Lyon"), ("seats", "40")), ()]


def test_a_long_paragraph_is_cut_between_sentences_and_each_piece_has_its_line(tmp_path: Path) -> None:
    lines = [f"Sentence number {word} is here to make the paragraph a long one for Dr. Rossi." for word in "abcdefghij"]
    found = Passages.read([put(tmp_path, "a.txt", "\n".join(lines))]).items
    assert " ".join(p.text for p in found) == " ".join(lines)
    assert [p.source for p in found] == ["a.txt, line 1", "a.txt, line 5", "a.txt, line 9"]
    assert all(p.text.startswith("Sentence") and p.text.endswith("Rossi.") for p in found)


@given(st.text("ab .!?\nX9", max_size=900))
def test_windows_lose_no_word_and_are_short_enough_to_quote(text: str) -> None:
    pieces = list(windows(text))
    assert [word for piece, _ in pieces for word in piece.split()] == text.split()
    assert all(len(piece.split()) <= MOST_WORDS and text.startswith(piece, at) for piece, at in pieces if piece.strip())


def test_long_records_are_cut_and_keep_their_key_as_context(tmp_path: Path) -> None:
    ticket = {"ticket": "T-7", "site": "Lyon", "notes": "The pump failed again. " * 30}
    found = Passages.read([put(tmp_path, "t.json", json.dumps([ticket]))]).items
    assert found[0].text == "ticket: T-7; site: Lyon"
    assert len(found) == 3
    assert all(len(p.text.split()) <= MOST_WORDS and p.context.startswith("ticket: T-7; site: Lyon") for p in found)


def test_texts_are_named_by_their_number() -> None:
    found = Passages.read(["We have seats.\n\nForty.", "And more."])
    assert found.items == (
        Passage("We have seats.", "evidence 1, line 1"),
        Passage("Forty.", "evidence 1, line 3"),
        Passage("And more.", "evidence 2, line 1"),
    )


@pytest.mark.parametrize("size", [100, 5_000])
def test_a_text_longer_than_a_file_name_may_be_is_a_text(size: int) -> None:
    (first, *_) = Passages.read(["word " * size]).items
    assert first == Passage(("word " * MOST_WORDS).strip(), "evidence 1, line 1")


def test_a_path_with_a_space_in_it_is_a_path_if_the_file_is_there_or_it_ends_like_one(tmp_path: Path) -> None:
    path = put(tmp_path, "the offer", "Forty seats.")
    assert Passages.read([str(path)]).items == (Passage("Forty seats.", "the offer, line 1"),)
    (error,) = Passages.read([str(tmp_path / "the ofer.md")]).errors
    assert "there is no such file" in str(error)


# --- PDF and Word ------------------------------------------------------------------------------------------------------


def pdf(*pages: list[str], password: str = "") -> bytes:
    """A PDF with the lines given."""
    pypdf = pytest.importorskip("pypdf")
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = pypdf.PdfWriter()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        fonts = DictionaryObject(
            {NameObject("/F1"): DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})}
        )
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        stream.set_data(f"BT /F1 11 Tf 14 TL 50 800 Td {shown} ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word(build: Callable[[Any], None]) -> bytes:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_pdf_has_pages_and_lines(tmp_path: Path) -> None:
    lines = ["The licence covers forty named users in the Lyon office and", "lasts three years.", "Fee: 12 %"]
    path = put(tmp_path, "a.pdf", pdf(lines, ["Seats: 40"]))
    found = Passages.read([path])
    assert [(p.text, p.source) for p in found.items] == [
        ("The licence covers forty named users in the Lyon office and lasts three years.", "a.pdf, page 1, line 1"),
        ("Fee: 12 %", "a.pdf, page 1, line 3"),
        ("Seats: 40", "a.pdf, page 2, line 1"),
    ]
    assert found.errors == ()
    # known by its content, whatever it is called
    assert len(Passages.read([put(tmp_path, "a.txt", path.read_bytes())]).items) == 3


def fill(document: Any) -> None:
    document.add_heading("Order form", 1)
    document.add_paragraph("")
    document.add_paragraph("The term is 36 months.")
    document.add_heading("Sites", 2)
    sites = document.add_table(2, 3)
    for cells, row in zip((("site", "seats", "desks"), ("Lyon", "40", "12")), sites.rows, strict=True):
        for text, cell in zip(cells, row.cells, strict=True):
            cell.text = text
    pair = document.add_table(1, 2)
    pair.rows[0].cells[0].text, pair.rows[0].cells[1].text = "Fee", "12 %"


def test_a_word_document_has_paragraphs_and_tables(tmp_path: Path) -> None:
    found = Passages.read([put(tmp_path, "a.docx", word(fill))])
    assert [(p.text, p.source, p.context) for p in found.items] == [
        ("The term is 36 months.", "a.docx, paragraph 2", "Order form"),
        ("site: Lyon; seats: 40; desks: 12", "a.docx, table 1, row 2", "Order form / Sites"),
        ("Fee: 12 %", "a.docx, table 2, row 1", "Order form / Sites"),
    ]
    assert found.errors == ()


def zipped(name: str, size: int = 10) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, b" " * size)
    return out.getvalue()


# --- what cannot be read -----------------------------------------------------------------------------------------------

BROKEN: list[tuple[str, str | bytes | Callable[[], bytes], str]] = [
    ("empty.txt", "", "the file is empty; expected text"),
    ("blank.txt", " \n ", "it is empty; expected text"),
    ("bits.txt", b"\x00\x01\x02\x03" * 50, "looks like a binary file.*expected text"),
    ("picture.md", b"\x89PNG\r\n", "looks like a picture; expected text"),
    ("book.xlsx", zipped("xl/workbook.xml"), "Excel.*expected text"),
    ("nothing.pdf", b"%PDF-1.7", "is a broken PDF"),
    ("text.pdf", "no PDF at all", "is a broken PDF"),
    ("cut.pdf", lambda: pdf(["Seats: 40"])[:300], "is a broken PDF"),
    ("locked.pdf", lambda: pdf(["Seats: 40"], password="secret"), "is an encrypted PDF, expected one without"),
    ("scan.pdf", lambda: pdf([], []), "is a PDF of 2 pages without text, perhaps a scan"),
    ("text.docx", "no zip at all", "is a broken Word document"),
    ("other.docx", zipped("a.txt"), "is a broken Word document"),
    ("cut.docx", lambda: word(fill)[:2000], "is a broken Word document"),
    ("bomb.docx", zipped("word/document.xml", MAX_BYTES + 1), "unpacks to 64 MiB, expected at most 64 MiB"),
    ("blank.docx", lambda: word(lambda _: None), "is a Word document without words"),
    ("a.json", "{'site': 1}", "line 1: is not JSON: Expecting property name"),
    ("nested.json", "[" * 100_000, "is not JSON that can be read"),
    ("hollow.json", '{"rows": []}', "got JSON without any values"),
    ("a.jsonl", '{"a": 1}\n{"a"', "line 2: is not JSON"),
    ("numbers.csv", "1,2\n3,4\n", r"line 1: got the first row \['1', '2'\], expected a header"),
    ("data.csv", "Lyon,40\nGhent,2\n", r"line 1: got the first row \['Lyon', '40'\], expected a header"),
    ("head.csv", "site,seats\n", r"got the header \['site', 'seats'\] and no rows"),
    ("cells.csv", "site,seats\nLyon,40,2\n", "line 2: got 3 cells, expected 2"),
    ("wide.csv", "a,b\n1," + "x" * 200_000, "line 2: is not CSV"),
    ("open.csv", 'a,b\n1,"x\n2,y\n', "is not CSV: unexpected end"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), BROKEN, ids=[name for name, *_ in BROKEN])
def test_files_that_cannot_be_read_are_named_and_the_others_are_read(
    tmp_path: Path, name: str, content: Any, words: str
) -> None:
    path = put(tmp_path, name, content() if callable(content) else content)
    found = Passages.read(["before it", path, "after it"])
    assert [p.text for p in found.items] == ["before it", "after it"]
    (error,) = found.errors
    with pytest.raises(DataError, match=words):
        raise error
    assert error.source == str(path)
    assert found.notes == (f"Evidence left out: {error}.",)


def test_a_file_that_is_too_large_is_not_read_at_all(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    (error,) = Passages.read([path]).errors
    assert str(error).startswith(f"{path}: the file has 200.0 MiB, expected at most 64 MiB")


@pytest.mark.parametrize(("name", "package"), [("a.pdf", "pypdf"), ("a.docx", "docx")])
def test_a_missing_library_is_named_with_the_way_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    path = put(tmp_path, name, "anything")
    monkeypatch.setitem(sys.modules, package, None)
    (error,) = Passages.read([path]).errors
    assert 'pip install "overstate[documents]"' in str(error)


@pytest.mark.parametrize("give", [str, Path], ids=["str", "Path"])
def test_a_missing_file_and_a_folder_are_named(tmp_path: Path, give: Callable[[Path], Any]) -> None:
    missing, folder = Passages.read([give(tmp_path / "none.txt"), give(tmp_path), give(Path("a\0b"))]).errors[:2]
    assert str(missing) == f"{tmp_path / 'none.txt'}: there is no such file"
    assert str(folder).startswith(f"{tmp_path}: is a folder; expected text")


@pytest.mark.parametrize("evidence", ["forty seats in all", Path("offer.txt"), 7, None])
def test_what_is_no_list_is_refused(evidence: Any) -> None:
    with pytest.raises(DataError, match="expected a list of"):
        Passages.read(evidence)


@pytest.mark.parametrize("piece", [7, None, b"forty seats", {"a": 1}, "", "  "])
def test_pieces_that_are_neither_path_nor_text_are_refused_before_any_file_is_read(piece: Any) -> None:
    with pytest.raises(DataError, match=r"evidence 2.*expected a path or a text"):
        Passages.read(["none.txt", piece])


def test_too_many_passages_are_cut_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "MOST_PASSAGES", 2)
    found = Passages.read(["one a\n\ntwo b\n\nthree c", "four d"])
    assert [p.text for p in found.items] == ["one a", "two b"]
    assert found.notes == ("Only the first 2 passages of the evidence were used.",)
    assert Passages.read(["one a\n\ntwo b"]).notes == ()


@given(st.text(st.sampled_from("ab1,;:|#-*=\"'{}[]\n\t .!"), max_size=300), st.sampled_from([".md", ".csv", ".json"]))
def test_any_file_is_read_or_named(tmp_path_factory: pytest.TempPathFactory, text: str, suffix: str) -> None:
    path = put(tmp_path_factory.getbasetemp(), f"any{suffix}", text)
    found = Passages.read([path])
    assert len(found.errors) <= 1
    assert all(p.text.strip() and len(p.text.split()) <= MOST_WORDS for p in found.items)
