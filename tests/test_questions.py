"""What to ask: the piece that is missing once all the call says is counted, and its wording. No model is needed."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overstate.explain.pieces import SETTLED_BY, missing_piece
from overstate.explain.questions import question_for, quoted
from overstate.explain.wordings import ENDINGS, WORDINGS
from overstate.lexicons.patterns import ASKS, SCOPES, asks, scopes
from overstate.types import Claim, Cue, Evidence, Outcome, Quote, Reason, Relation, Status

TURN = 2
VAGUE, OVERSTATED, HEDGED, HEARSAY = Reason.VAGUE, Reason.OVERSTATED, Reason.HEDGED, Reason.HEARSAY
FORECAST, CONTRADICTED, EVADED = Reason.UNSUPPORTED_FORECAST, Reason.CONTRADICTED, Reason.EVADED

#: What stands at the far end: relation, turn (the claim stands in 2; None for a document), speaker, words, then outcome
#: and detail.
Link = tuple[Relation, int | None, str, str, Outcome | None, str]


def link(
    relation: Relation, turn: int | None, who: str, text: str, outcome: Outcome | None = None, detail: str = ""
) -> Link:
    return relation, turn, who, text, outcome, detail


def make(
    reasons: Reason | Sequence[Reason],
    text: str,
    marked: Sequence[tuple[str, str]] = (),
    links: Sequence[Link] = (),
    speaker: str = "Ann",
    start: int = 6,
) -> Claim:
    """A claim of Ann's in turn 2; the marked words speak for its first reason."""
    reasons = (reasons,) if isinstance(reasons, Reason) else tuple(reasons)
    near = Quote(text, TURN, start, start + len(text), speaker)
    cues = tuple(Cue(w, start + text.index(w), start + text.index(w) + len(w), kind, reasons[0]) for w, kind in marked)
    evidence = []
    for relation, turn, who, words, outcome, detail in links:
        far = Quote(words, turn, 0, len(words), who) if turn is not None else Quote(words, source=who or None)
        evidence.append(Evidence(relation, near, far, outcome, detail))
    ask = Status.NEEDS_CLARIFICATION
    return Claim(
        TURN, start, start + len(text), text, speaker, ask, 0.9, {"needs_clarification": 0.9}, reasons, cues, tuple(evidence)
    )  # fmt: skip


def asked(text: str, who: str = "Bo", turn: int = 3) -> Link:
    return link(Relation.QUESTION, turn, who, text)


def answered(text: str, who: str = "Ann", turn: int = 4) -> Link:
    return link(Relation.ANSWER, turn, who, text, Outcome.ANSWERED)


def evaded(text: str = "look, our clients love us", who: str = "Ann", turn: int = 4) -> Link:
    return link(Relation.ANSWER, turn, who, text, Outcome.EVADED)


def again(text: str, turn: int = 5, detail: str = "") -> Link:
    return link(Relation.REPETITION, turn, "Ann", text, None, detail)


def confirmed(text: str, who: str = "Bo", turn: int = 5) -> Link:
    return link(Relation.CORROBORATION, turn, who, text)


def clash(text: str = "we have twelve reps", who: str = "Bo", turn: int | None = 5, detail: str = "") -> Link:
    return link(Relation.CONTRADICTION, turn, who, text, None, detail)


GREW = [("grew", "direction")]
MANY = [("many", "vague")]
THINK = [("I think", "epistemic")]
THEY = [("they say", "hearsay")]
#: Reasons, claim, its telling words with their kind, links; the piece to ask for, None where nothing is left to ask.
PIECES: list[tuple[Reason | Sequence[Reason], str, list[tuple[str, str]], list[Link], str | None]] = [
    # what the words leave open
    (VAGUE, "sales grew", GREW, [], "change"),
    (VAGUE, "sales grew by nine percent", GREW, [], "period"),
    (VAGUE, "sales grew in March", GREW, [], "change"),
    (VAGUE, "sales grew by nine percent in March", GREW, [], None),
    (VAGUE, "many shops ask for it", MANY, [], "count"),
    (VAGUE, "it eats a lot of power", [("a lot", "vague")], [], "amount"),
    (VAGUE, "the pump often stops", [("often", "vague")], [], "frequency"),
    (VAGUE, "key accounts have signed", [("key", "vague")], [], "which"),
    (VAGUE, "a significant part came back", [("significant", "vague")], [], "size"),
    (VAGUE, "we ship soon", [("soon", "vague")], [], "date"),
    (VAGUE, "it comes in the near future", [("in the near future", "vague")], [], "date"),
    (VAGUE, "we moved recently", [("recently", "vague")], [], "start"),
    (VAGUE, "it works well", [("well", "vague")], [], "example"),
    (VAGUE, "the soonest part is over", [("soonest", "word")], [], "example"),
    (VAGUE, "it holds more than before", [("more", "comparison")], [], "yardstick"),
    (OVERSTATED, "we are better than anyone", [("better", "comparison")], [], "yardstick"),
    (OVERSTATED, "it never fails", [("never", "absolute")], [], "exception"),
    (OVERSTATED, "a great team", [("great", "puffery")], [], "proof"),
    (HEDGED, "I think legal approved it", THINK, [], "person"),
    (HEDGED, "I think it is forty seats", THINK, [], "figure"),
    (HEDGED, "I think it starts in May", THINK, [], "firm date"),
    (HEDGED, "I think it works", THINK, [], "check"),
    (HEDGED, "hopefully it works", [("hopefully", "conditional")], [], "condition"),
    (HEARSAY, "they say it works", THEY, [], "witness"),
    (FORECAST, "it is going to double", [("going to", "forecast")], [], "basis and date"),
    (FORECAST, "it doubles by next May", [("doubles", "forecast")], [], "basis"),
    (FORECAST, "we will fix it", [("we will", "commitment")], [], "owner and date"),
    (FORECAST, "we will fix it by Friday", [("we will", "commitment")], [], "owner"),
    (FORECAST, "then Maria will fix it, committed", [("committed", "commitment")], [], "deadline"),
    (FORECAST, "I'll send the sheet", [("I'll", "forecast")], [], "deadline"),
    (FORECAST, "I'll send the sheet on Friday", [("I'll", "forecast")], [], "condition"),
    # answered in the call
    (VAGUE, "many shops ask for it", MANY, [asked("How many?"), answered("Fourteen of them.")], "which"),
    (VAGUE, "many shops ask for it", MANY, [asked("How many?"), answered("All that we wrote to.")], "which"),
    (VAGUE, "many shops ask for it", MANY, [asked("Which ones?"), answered("The ones up north.")], "count"),
    (VAGUE, "sales grew", GREW, [asked("How much?"), answered("From ten to twelve percent.")], "period"),
    (VAGUE, "sales grew", GREW, [asked("By how much?"), answered("Nine percent, in March.")], None),
    (VAGUE, "we ship soon", [("soon", "vague")], [asked("When?"), answered("On the third of May.")], None),
    (VAGUE, "we ship soon", [("soon", "vague")], [asked("When?"), evaded("It is a fine product.")], "date"),
    (VAGUE, "it works well", [("well", "vague")], [asked("And?"), answered("the lid closes now")], None),
    ([VAGUE, HEARSAY], "it works well", [("well", "vague")], [asked("And?"), answered("the lid closes now")], "witness"),
    (HEARSAY, "they say it works", THEY, [asked("Who told you?"), answered("the shop foreman")], None),
    (HEARSAY, "they say it works", THEY, [asked("Where do you have that from?"), answered("we rang them")], None),
    (HEARSAY, "they say it works", THEY, [asked("When was that?"), answered("in March")], "witness"),
    (OVERSTATED, "a great team", [("great", "puffery")], [asked("How do you know?"), answered("the works council counted")], None),
    (FORECAST, "it is going to double", [("going to", "forecast")], [asked("By when?"), answered("by next May")], "basis"),
    (FORECAST, "it is going to double", [("going to", "forecast")], [asked("Why?"), answered("two shops signed")], "deadline"),
    (FORECAST, "we will fix it", [("we will", "commitment")], [asked("Who?"), answered("me")], "deadline"),
    (FORECAST, "we will fix it", [("we will", "commitment")], [asked("By when?"), answered("by Friday")], "owner"),
    (HEDGED, "I think it is forty seats", THINK, [asked("What's the figure?"), answered("forty, I looked it up")], "check"),
    (HEDGED, "I think it works", THINK, [asked("Are you sure?"), answered("yes, I tried it on Monday")], None),
    # said again, or confirmed
    (VAGUE, "many shops ask for it", MANY, [again("fourteen shops ask for it")], "which"),
    (VAGUE, "many shops ask for it", MANY, [again("fourteen shops ask for it", turn=0)], "which"),
    (VAGUE, "many shops ask for it", MANY, [again("about fourteen shops ask for it")], "count"),
    (VAGUE, "we ship soon", [("soon", "vague")], [again("we ship on the third of May")], None),
    (VAGUE, "key accounts have signed", [("key", "vague")], [confirmed("yes, both Hollis and Brandt signed")], None),
    (VAGUE, "sales grew", GREW, [confirmed("they grew nine percent")], "period"),
    (HEARSAY, "they say it works", THEY, [confirmed("it does, I saw it")], None),
    (HEDGED, "I think legal approved it", THINK, [confirmed("they did, I have their letter")], None),
    (FORECAST, "we will fix it", [("we will", "commitment")], [again("we will, and that is Maria's task")], "deadline"),
    (VAGUE, "many shops ask for it", MANY, [link(Relation.SUPPORT, None, "crm.csv", "14 shops asked")], "which"),
    # a repetition whose amount drifts
    (VAGUE, "we have forty reps", [("have", "word")], [again("we have thirty-eight reps", detail="forty reps / thirty-eight reps")], "drift"),
    (VAGUE, "many use it, forty reps", MANY, [again("we have 40 reps", detail="forty reps / 40 reps")], "which"),
    # mended by the speaker
    (VAGUE, "many shops ask for it", MANY, [link(Relation.CORRECTION, 5, "Ann", "sorry, only two")], None),
    (VAGUE, "many shops ask for it", MANY, [link(Relation.CORRECTION, 0, "Ann", "all nine shops ask for it")], "count"),
    ([CONTRADICTED, VAGUE], "many shops ask for it", MANY, [clash(), link(Relation.CORRECTION, 7, "Ann", "sorry, two")], None),
    # clashes
    (CONTRADICTED, "we have forty reps", [], [clash()], "clash"),
    (CONTRADICTED, "we have forty reps", [], [clash(turn=0)], "clash"),
    (CONTRADICTED, "we have forty reps", [], [link(Relation.DENIAL, 3, "Bo", "no, that was last year")], "denial"),
    (CONTRADICTED, "we have forty reps", [], [link(Relation.DENIAL, 3, "Bo", "no, twelve", None, "forty reps / twelve")], "clash"),
    (CONTRADICTED, "we have forty reps", [], [clash(turn=3), asked("Which is it?", turn=5), answered("Twelve.", turn=6)], None),
    (CONTRADICTED, "we have forty reps", [], [clash(turn=7), asked("Sure?", turn=5), answered("Forty.", turn=6)], "clash"),
    (CONTRADICTED, "we have forty reps", [], [confirmed("yes")], None),
    ([CONTRADICTED, HEARSAY], "they say it works", [], [], "witness"),
    # asked in vain
    (EVADED, "our reps do well", [], [asked("How many reps?"), evaded()], "asked amount"),
    (EVADED, "our reps do well", [], [asked("Where do you have that from?"), evaded()], "asked source"),
    (EVADED, "our reps do well", [], [asked("Since when?"), evaded()], "asked date"),
    (EVADED, "our reps do well", [], [asked("Who signed for it?"), evaded()], "asked name"),
    (EVADED, "our reps do well", [], [asked("Such as?"), evaded()], "asked example"),
    (EVADED, "our reps do well", [], [asked("Compared to what?"), evaded()], "asked yardstick"),
    (EVADED, "our reps do well", [], [asked("Why is that?"), evaded()], "asked reason"),
    (EVADED, "our reps do well", [], [asked("Did legal sign?"), evaded()], "asked answer"),
    (EVADED, "our reps do well", [], [link(Relation.ANSWER, 1, "Bo", "How many reps?", Outcome.EVADED)], "asked amount"),
    (EVADED, "our reps do well", [], [asked("How many?"), evaded(), asked("How many?", turn=5), answered("Twelve.", turn=6)], None),
    (EVADED, "our reps do well", [], [asked("Why?"), evaded(), asked("Since when?", turn=5), evaded(turn=6)], "asked date"),
    (EVADED, "our reps do well", [], [asked("How many?", who="Ann"), evaded()], None),
    (EVADED, "our reps do well", [], [], None),
    ([EVADED, CONTRADICTED], "we have forty reps", [], [asked("How many?"), evaded(), clash(turn=7)], "clash"),
    # grounds leave nothing to ask
    (Reason.SOURCE, "sales grew", GREW, [], None),
    (Reason.CORROBORATION, "sales grew", GREW, [confirmed("yes")], None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reasons", "text", "marked", "links", "piece"), PIECES, ids=[f"{n}-{case[1]}" for n, case in enumerate(PIECES)]
)
def test_the_missing_piece(
    reasons: Reason | Sequence[Reason], text: str, marked: list[tuple[str, str]], links: list[Link], piece: str | None
) -> None:
    claim = make(reasons, text, marked, links)
    found = missing_piece(claim)
    assert (f"{found.name} {found.asked}".strip() if found else None) == piece
    assert (question_for(claim) is None) == (piece is None)


def test_the_table_has_a_case_for_every_piece() -> None:
    pieces = {(case[-1] or "").partition(" ")[0] if "asked" in (case[-1] or "") else case[-1] for case in PIECES}
    assert pieces - {None} == {*SETTLED_BY, "owner and date", "basis and date", "clash", "denial", "drift", "asked"}
    assert {case[-1].removeprefix("asked ") for case in PIECES if case[-1] and case[-1].startswith("asked")} >= {
        *ASKS,
        "answer",
    } - {"means"}


def test_a_direction_word_outside_the_cues_counts_where_its_kind_is_known() -> None:
    claim = make(VAGUE, "churn fell a lot", [("a lot", "vague")])
    assert missing_piece(claim).name == "amount"  # type: ignore[union-attr]
    assert missing_piece(claim, {"direction"}).name == "change"  # type: ignore[union-attr]


def test_cues_of_other_reasons_do_not_count() -> None:
    claim = make([HEARSAY, VAGUE], "we ship soon", [("soon", "vague")], [confirmed("we do")])
    assert missing_piece(claim).name == "example"  # type: ignore[union-attr]


# --- wordings ----------------------------------------------------------------------------------------------------------

REPS = "we have forty reps"
AMOUNTS = "forty reps / twelve reps"
SENTENCES: list[tuple[Reason, str, list[Link], str, set[str]]] = [
    (CONTRADICTED, REPS, [clash(detail=AMOUNTS)], "Ann", {"You said “we have forty reps”, but Bo said “we have twelve reps”: is it “forty reps” or “twelve reps”?"}),
    (CONTRADICTED, REPS, [clash(turn=0, detail="twelve reps / forty reps")], "Ann", {"Before you said “we have forty reps”, Bo said “we have twelve reps”: is it “forty reps” or “twelve reps”?"}),
    (CONTRADICTED, REPS, [clash(who="Ann", detail=AMOUNTS)], "Ann", {"You said “we have forty reps”, but you also said “we have twelve reps”: is it “forty reps” or “twelve reps”?"}),
    (CONTRADICTED, REPS, [clash(who="", detail=AMOUNTS)], "", {"You said “we have forty reps”, but somebody else said “we have twelve reps”: is it “forty reps” or “twelve reps”?"}),
    (CONTRADICTED, REPS, [clash(who="", turn=TURN, detail="twelve reps / forty reps")], "", {"You said “we have forty reps”, but you also said “we have twelve reps”: is it “forty reps” or “twelve reps”?"}),
    (CONTRADICTED, REPS, [clash("reps: 12", "crm.csv, line 2", None, "forty reps / 12")], "Ann", {"You said “we have forty reps”, but crm.csv, line 2 has “reps: 12”: is it “forty reps” or “12”?"}),
    (CONTRADICTED, REPS, [clash("reps: 12", "", None, "forty reps / 12")], "Ann", {"You said “we have forty reps”, but the document has “reps: 12”: is it “forty reps” or “12”?"}),
    (VAGUE, REPS, [again("thirty-eight reps", detail="forty reps / thirty-eight reps")], "Ann", {"You said “we have forty reps”, with “forty reps” at first and “thirty-eight reps” later: which should we use?", "You said “forty reps” and later “thirty-eight reps”: which one should stand in “we have forty reps”?"}),
    (VAGUE, REPS, [again("thirty-eight reps", 0, "thirty-eight reps / forty reps")], "Ann", {"You said “we have forty reps”, with “thirty-eight reps” at first and “forty reps” later: which should we use?", "You said “thirty-eight reps” and later “forty reps”: which one should stand in “we have forty reps”?"}),
    (EVADED, "they love us", [link(Relation.ANSWER, 1, "", "When?", Outcome.EVADED)], "", {w.format(who=who, other="When", q="they love us", ending=e) for w, who in zip(WORDINGS["asked before"], ["somebody else", "Somebody else"], strict=True) for e in ENDINGS["date"]}),
    (EVADED, REPS, [asked("Where do you have that from?"), evaded()], "Ann", {w.format(who="Bo", other="Where do you have that from", q=REPS, ending=e) for w in WORDINGS["asked"] for e in ENDINGS["source"]}),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "text", "links", "speaker", "sentences"), SENTENCES)
def test_a_question_about_a_link_quotes_both_sides_and_names_the_other(
    reason: Reason, text: str, links: list[Link], speaker: str, sentences: set[str]
) -> None:
    assert question_for(make(reason, text, [], links, speaker)) in sentences


def outside(sentence: str) -> str:
    """The sentence without what it quotes."""
    return re.sub("“[^”]*”", "“”", sentence)


def check(question: str, claim: str) -> None:
    frame = outside(question)
    assert frame.endswith("?")
    assert not any(mark in frame[:-1] for mark in "?!.\n{}")
    assert frame[0] == "“" or frame[0].isupper()
    assert re.search(r"\b(?:you|your)\b", frame, re.IGNORECASE)
    assert len(question.split()) <= 45
    assert f"“{claim}”" in question


def test_there_are_wordings_enough() -> None:
    assert len({wording for wordings in WORDINGS.values() for wording in wordings}) >= 60
    assert set(ENDINGS) == {*ASKS, "answer"}


@pytest.mark.parametrize(("key", "wording"), [(key, wording) for key in WORDINGS for wording in WORDINGS[key]])
def test_every_wording_is_one_question_to_the_speaker(key: str, wording: str) -> None:
    blanks = {"q": "we grew", "other": "it fell", "a": "12", "b": "40", "first": "12", "second": "40"}
    endings = ENDINGS["source"] if "{ending}" in wording else ("",)
    for ending in endings:
        check(wording.format(**blanks, who="Bo", ending=ending), "we grew")
    assert ("{other}" in wording) == key.startswith(("clash", "denial", "asked"))
    assert ("{a}" in wording) == ("amounts" in key)


def test_wordings_take_turns_and_the_same_claim_is_always_asked_about_alike() -> None:
    for piece in sorted(SETTLED_BY):
        case = next(c for c in PIECES if c[-1] == piece)
        claims = [make(case[0], f"{case[1]} {'a' * n}", *case[2:4]) for n in range(1, 40)]
        asked_ = [question_for(claim) for claim in claims]
        assert asked_ == [question_for(claim) for claim in claims]
        assert len({outside(question or "") for question in asked_}) == len(WORDINGS[piece]), piece


WORDS = st.lists(
    st.sampled_from("we grew, 40 % “fast” \"so\" many? soon! Bo's {q} née 12.5 I'll the the the".split()),
    min_size=1,
    max_size=40,
)


@given(WORDS, WORDS, st.sampled_from(PIECES), st.sampled_from(["Bo", "", "Speaker 2"]))
def test_any_question_is_one_sentence_of_at_most_45_words_with_the_quotation(
    claim_words: list[str],
    far_words: list[str],
    case: tuple[Reason, str, list[tuple[str, str]], list[Link], str],
    who: str,
) -> None:
    # the words of the case come first, so that its cues and amounts are found
    text = " ".join([case[1], *claim_words])
    links = [
        (r, turn, who if name == "Bo" else name, " ".join([t, *far_words]), o, d) for r, turn, name, t, o, d in case[3]
    ]
    question = question_for(make(case[0], text, case[2], links))
    if question is not None:
        inner = re.findall("“([^”]*)”", question)
        assert all(quotation.strip("… ") for quotation in inner)
        words = {w.strip(",.;:?!'‘’\"“”") for w in text.split()}
        mine = [q for q in inner if {w.strip(",.;:?!'‘’\"“”") for w in q.split()} <= words | {"…"}]
        assert mine, question
        check(question, mine[0])


@pytest.mark.parametrize("text", ["...", "“”", "?"])
def test_a_claim_without_words_is_not_asked_about(text: str) -> None:
    assert question_for(make(VAGUE, text)) is None


def test_a_long_claim_is_quoted_around_its_cue() -> None:
    text = " ".join(f"w{i}" for i in range(20)) + " many x y z"
    assert "“… w12 w13 w14 w15 w16 w17 w18 w19 many x y z”" in (question_for(make(VAGUE, text, MANY, start=100)) or "")


def test_braces_in_a_claim_are_left_alone() -> None:
    assert "“{cue} and {q}”" in (question_for(make(HEARSAY, "{cue} and {q}")) or "")


QUOTED: list[tuple[str, int, tuple[int, int] | None, str]] = [
    ("we grew", 12, None, "we grew"),
    ("  we \n grew\t", 12, None, "we grew"),
    ("we grew.", 12, None, "we grew"),
    (", we grew?!", 12, None, "we grew"),
    ("“we grew”", 12, None, "we grew"),
    ('"we" grew "fast" now', 12, None, "we' grew 'fast' now"),
    ("she said “yes” to it", 12, None, "she said ‘yes’ to it"),
    ("a b c d e", 3, None, "a b c …"),
    ("a b c d e", 5, None, "a b c d e"),
    ("a b c d e", 3, (0, 1), "a b c …"),
    ("a b c d e", 3, (4, 5), "… b c d …"),
    ("a b c d e", 3, (8, 9), "… c d e"),
    ("a b c, d e", 3, (4, 5), "… b c, d …"),
    ("a b. c d e", 2, None, "a b …"),
    ("a a a b a", 3, (6, 7), "… a b a"),
    ("{q} costs {0}", 12, None, "{q} costs {0}"),
    ("", 12, None, ""),
    ("...", 12, None, ""),
]


@pytest.mark.parametrize(("text", "longest", "around", "expected"), QUOTED)
def test_quoted(text: str, longest: int, around: tuple[int, int] | None, expected: str) -> None:
    assert quoted(text, longest, around) == expected


# --- words -------------------------------------------------------------------------------------------------------------

KINDS = [
    ("Where do you have that from?", "source"),
    ("How'd they work it out, says who?", "source"),
    ("What makes you so sure", "source"),
    ("How did you measure that?", "source"),
    ("Against what?", "yardstick"),
    ("Like what?", "example"),
    ("what do you mean", "example"),
    ("How many seats, and where?", "amount"),
    ("What's the price", "amount"),
    ("When is that?", "date"),
    ("By which day?", "date"),
    ("Whose idea was it?", "name"),
    ("Which ones?", "name"),
    ("How come?", "reason"),
    ("How does it dock?", "means"),
    ("Did legal sign?", None),
    ("Somehow, whenever", None),
]


@pytest.mark.parametrize(("text", "kind"), KINDS)
def test_what_a_question_asks_for(text: str, kind: str | None) -> None:
    assert next(iter(asks().kinds(text)), None) == kind


def test_what_vague_words_leave_open_covers_every_kind() -> None:
    assert set(scopes().kinds("lately, soon, many, a lot, often, some people, huge")) == set(SCOPES)
