"""Loaded words about people: said of a third person by our own side, and nothing else."""

from __future__ import annotations

import pytest

from overstate.lexicons import loaded
from overstate.loaded import LOADED_TRUST, find_loaded, mark_loaded
from overstate.types import Claim, Cue, Reason, Status, Turn

SIDES = {"Ann": "us", "Bo": "them"}


def found(text: str, speaker: str = "Ann") -> list[tuple[str, str]]:
    """Loaded words in a turn, each with the person it is said of."""
    turns = [Turn(speaker, text), Turn("Jonas", "Mm.")]
    return [(text[item.start : item.end], item.person) for item in find_loaded(turns, SIDES)]


LOADED = [
    ("He's a jerk.", "jerk", "He"),
    ("Honestly, their CFO is political.", "political", "their CFO"),
    ("Jonas is political, he waits to see who wins.", "political", "Jonas"),
    ("Petra is difficult. She never answers.", "difficult", "Petra"),
    ("I think the new director is clueless.", "clueless", "the new director"),
    ("He's just lazy.", "lazy", "He"),
    ("She's not technical at all.", "not technical", "She"),
    ("Their architect isn't bad, but he's not very technical.", "not very technical", "he"),
    ("She hates us.", "hates us", "She"),
    ("Everybody over there hates us, the buyer hates us.", "hates us", "the buyer"),
    ("He's a complete control freak.", "control freak", "He"),
    ("She's such a drama queen about the contract.", "drama queen", "She"),
    ("The assistant's a gatekeeper.", "gatekeeper", "The assistant"),
    ("Procurement are bean counters.", "bean counters", "Procurement"),
    ("Legal is being obnoxious again.", "obnoxious", "Legal"),
    ("Their CFO's assistant is lazy.", "lazy", "Their CFO's assistant"),
    ("What a jerk.", "jerk", ""),
    ("That idiot in purchasing lost the order.", "idiot", ""),
    ("We're stuck with that lazy guy in the warehouse.", "lazy", "guy"),
    ("It was sent to a clueless manager.", "clueless", "manager"),
    ("They don't get it.", "don't get it", "They"),
    ("She has an axe to grind with finance.", "has an axe to grind", "She"),
    ("He is playing politics with the budget.", "playing politics", "He"),
    ("They're stringing us along.", "stringing us along", "They"),
    ("I talked to the team, and they're useless.", "useless", "they"),
    ("He can be really difficult to work with.", "difficult to work with", "He"),
    ("Mr Okoro is out of his depth.", "out of his depth", "Mr Okoro"),
    ("he so is a pain in the neck", "pain in the neck", "he"),
    ("The owner seems completely unhinged.", "unhinged", "The owner"),
    ("she loves us by the way", "loves us", "she"),
    ("The champion's in our pocket.", "in our pocket", "The champion"),
    ("I'd say he’s arrogant.", "arrogant", "he"),
    ("So the boss drags his feet, and we wait.", "drags his feet", "the boss"),
    ("We have a sponsor who is spineless.", "spineless", "a sponsor"),
    ("He always comes across as condescending.", "condescending", "He"),
]

TRAPS = [
    "She's in a political party.",
    "He studied political science.",
    "It's political.",
    "Pricing is political in every company.",
    "The timing is difficult for us.",
    "That was a difficult question.",
    "She's difficult to reach before ten.",
    "They are difficult to install.",
    "The forms are long and they're difficult.",
    "We use lazy loading on that page.",
    "The images are lazy loaded.",
    "He's working on a lazy import.",
    "There was a sharp increase in March.",
    "He wants a sharp picture.",
    "She bought a cheap licence.",
    "The API gatekeeper checks the token.",
    "That port is the gatekeeper for all traffic.",
    "Is he lazy?",
    "Would you call her difficult?",
    "He's not lazy.",
    "She isn't difficult at all.",
    "They're never rude.",
    "If he's difficult, ring me.",
    "Their boss said she's lazy.",
    "They say he's a jerk.",
    "I'm not technical.",
    "I'm such an idiot.",
    "We're slow today.",
    "You're being difficult.",
    "Don't be a jerk.",
    "The network is slow and the scanner is useless.",
    "The rollout was a nightmare.",
    "It's a pain to export.",
    "The jerk seat pulls the cable.",
    "He has a weak signal out there.",
    "Sales are slow this month.",
    "The quarter was weak and the team knows it.",
    "She plays games with her kids' tablets?",
    "Our non-technical documentation is on the site.",
    "He's crazy busy this week.",
    "The old-school phone lines are gone.",
    "Excel is useless for that.",
    "The star schema is dense.",
    "He needs a rude awakening.",
]


@pytest.mark.parametrize(("text", "word", "person"), LOADED, ids=[case[0] for case in LOADED])
def test_a_verdict_on_a_third_person_is_found(text: str, word: str, person: str) -> None:
    assert (word, person) in found(text)


@pytest.mark.parametrize("text", TRAPS)
def test_the_same_words_about_matters_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_only_our_own_side_is_listened_to() -> None:
    assert found("He's a jerk.", "Ann") and not found("He's a jerk.", "Bo") and not found("He's a jerk.", "Cy")


def test_the_lexicon_has_every_kind_and_is_long_enough() -> None:
    assert {entry.kind for entry in loaded().entries} == set(loaded().kinds)
    assert len(loaded()) >= 80


TURNS = (
    Turn("Ann", "Well, Jonas is political, and we sent the offer on Monday. She hates us."),
    Turn("Jonas", "He said no."),
)


def claim(words: str, status: Status = Status.PLAUSIBLE, **more) -> Claim:
    start = TURNS[0].text.index(words)
    chance = {name.value: 0.6 if name is status else 0.2 for name in Status}
    return Claim(0, start, start + len(words), words, "Ann", status, 0.6, chance, **more)


def test_where_the_model_found_none_a_claim_is_added_in_its_place() -> None:
    sent = claim("we sent the offer on Monday")
    first, second, third = mark_loaded([sent], TURNS, SIDES)
    assert second is sent
    assert (first.text, third.text) == ("Jonas is political", "She hates us")
    for added in (first, third):
        assert TURNS[0].text[added.start : added.end] == added.text
        assert (added.status, added.reasons) == (Status.NEEDS_CLARIFICATION, (Reason.VAGUE,))
        assert sum(added.probabilities.values()) == pytest.approx(1)
        assert added.confidence == added.probabilities[Status.NEEDS_CLARIFICATION] == LOADED_TRUST
    assert [(c.text, c.kind, c.reason) for c in first.cues] == [("political", "loaded", Reason.VAGUE)]
    assert first.question == "What did Jonas do or say that makes you call them political?"
    assert third.question == "What did she do or say that makes you say “hates us”?"


def test_a_claim_that_is_there_changes_its_status_and_keeps_other_faults() -> None:
    cues = (Cue("Jonas", 6, 11, "word", Reason.SOURCE),)
    verified = claim("Jonas is political", Status.VERIFIED, reasons=(Reason.SOURCE,), cues=cues)
    (marked, *_) = mark_loaded([verified], TURNS, SIDES)
    assert (marked.start, marked.end, marked.reasons) == (verified.start, verified.end, (Reason.VAGUE,))
    assert [c.kind for c in marked.cues] == ["loaded"]
    assert marked.probabilities["needs_clarification"] == marked.confidence == LOADED_TRUST
    hedged = claim("Jonas is political", Status.NEEDS_CLARIFICATION, reasons=(Reason.HEDGED, Reason.VAGUE))
    assert mark_loaded([hedged], TURNS, SIDES)[0].reasons == (Reason.VAGUE, Reason.HEDGED)


def test_an_added_claim_keeps_clear_of_its_neighbours() -> None:
    turns = (Turn("Ann", "He is rude about the price we gave him."),)
    start = turns[0].text.index("the price")
    near = Claim(0, start, len(turns[0].text) - 1, turns[0].text[start:-1], "Ann", Status.PLAUSIBLE, 1.0, {})
    first, second = mark_loaded([near], turns, SIDES)
    assert (first.text, second) == ("He is rude about", near)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("He's a jerk.", "What did he do or say that makes you call him a jerk?"),
        ("What an idiot.", "What did they do or say that makes you say “idiot”?"),
        ("Their CFO is lazy.", "What did their CFO do or say that makes you call them lazy?"),
        ("They are bullies.", "What did they do or say that makes you call them bullies?"),
        ("She doesn’t get it.", "What did she do or say that makes you say “doesn’t get it”?"),
    ],
)
def test_questions(text: str, question: str) -> None:
    (marked,) = mark_loaded([], (Turn("Ann", text),), SIDES)
    assert marked.question == question


def test_without_sides_nothing_is_done() -> None:
    assert mark_loaded([], TURNS, {}) == ()
    assert mark_loaded([], TURNS, {"Ann": "unknown"}) == ()
