"""Wordings of questions, by the piece that is missing.

Each is one sentence to the speaker of the claim, and takes what it quotes as a quotation, so that it stays grammatical
whatever was said: {q} quotes the claim, {other} the far end of a link, {a} and {b} the amounts that differ; {who} names
whoever spoke (or wrote) the far end.
"""

from __future__ import annotations

__all__ = ["ENDINGS", "WORDINGS"]

WORDINGS: dict[str, tuple[str, ...]] = {
    "change": (
        "You said “{q}”: by how much, and over what period?",
        "When you say “{q}”, from what figure to what figure, and since when?",
        "Could you put a figure and a period to “{q}”?",
        "You said “{q}”: how large is the change, and over how long?",
    ),
    "period": (
        "You said “{q}”: over what period is that?",
        "When you say “{q}”, which months or years do you mean?",
        "What stretch of time do you have in mind with “{q}”?",
    ),
    "count": (
        "You said “{q}”: how many is that?",
        "How many do you count when you say “{q}”?",
        "What number would you put on “{q}”?",
    ),
    "amount": (
        "You said “{q}”: how much is that in figures?",
        "How much exactly do you mean by “{q}”?",
    ),
    "size": (
        "What figure do you have for “{q}”?",
        "You said “{q}”: what is that in figures?",
        "When you say “{q}”, what figure do you have in mind?",
    ),
    "frequency": (
        "You said “{q}”: how often is that in a normal month?",
        "When you say “{q}”, how many times a month do you mean?",
    ),
    "which": (
        "You said “{q}”: who or which ones do you mean?",
        "Whom or what exactly do you have in mind when you say “{q}”?",
        "Could you give names or particulars for “{q}”?",
    ),
    "date": (
        "When you say “{q}”, what date do you have in mind?",
        "You said “{q}”: by what date, at the latest?",
        "Which week or month do you mean when you say “{q}”?",
    ),
    "start": (
        "You said “{q}”: since when exactly?",
        "What date can you put to “{q}”?",
    ),
    "example": (
        "Could you give me an example of what you mean by “{q}”?",
        "What exactly do you mean by “{q}”?",
        "You said “{q}”: what would I see if I came and looked?",
    ),
    "yardstick": (
        "You said “{q}”: compared with what, and by whose measure?",
        "What do you measure “{q}” against?",
        "When you say “{q}”, what is your comparison?",
    ),
    "exception": (
        "You said “{q}”: when did that last not hold?",
        "Are there any exceptions you know of to “{q}”?",
        "You said “{q}”: what comes closest to an exception?",
    ),
    "proof": (
        "What could you show me that bears out “{q}”?",
        "You said “{q}”: what do you have that shows it?",
        "You said “{q}”: where could I see that for myself?",
    ),
    "person": (
        "You did not sound certain of “{q}”: who could confirm it?",
        "Whom could you ask to confirm “{q}”?",
        "When you say “{q}”, who would know for certain?",
    ),
    "figure": (
        "You said “{q}”: what is the exact figure, and where does it stand?",
        "Could you look up the exact figure behind “{q}”?",
    ),
    "firm date": (
        "You said “{q}”: which date can you stand by?",
        "How firm is the date you gave in “{q}”?",
    ),
    "condition": (
        "You said “{q}”: what does that depend on?",
        "What would have to happen for you to be sure of “{q}”?",
    ),
    "check": (
        "What would you need to check to be sure of “{q}”?",
        "You said “{q}”: how sure are you, and who would know?",
        "Where could you look to be certain of “{q}”?",
    ),
    "witness": (
        "You said “{q}”: who told you, and how do they know?",
        "From whom do you have “{q}”, and did they see it themselves?",
        "You passed on “{q}”: who could tell us that at first hand?",
    ),
    "owner": (
        "You said “{q}”: who exactly will see to it?",
        "Whose name can you put to “{q}”?",
    ),
    "owner and date": (
        "You said “{q}”: who exactly will see to it, and by when?",
        "Whose name and what date can you put to “{q}”?",
    ),
    "deadline": (
        "You said “{q}”: by what date?",
        "What date can you put to “{q}”?",
        "By when can we count on it, when you say “{q}”?",
    ),
    "basis": (
        "What do you base “{q}” on?",
        "You said “{q}”: what has to come true first?",
        "When you say “{q}”, what makes you expect that?",
    ),
    "basis and date": (
        "You said “{q}”: what is that based on, and by when?",
        "When you say “{q}”, what makes you expect that, and for what date?",
    ),
    # the far end was said after the claim
    "clash": (
        "You said “{q}”, but {who} said “{other}”: which of the two holds?",
        "You said “{q}”, {who} later said “{other}”: which should we go by?",
    ),
    "clash, amounts": ("You said “{q}”, but {who} said “{other}”: is it “{a}” or “{b}”?",),
    # before the claim
    "clash before": (
        "Earlier {who} said “{other}”, then you said “{q}”: which of the two holds?",
        "You said “{q}”, but before that {who} said “{other}”: which should we go by?",
    ),
    "clash before, amounts": ("Before you said “{q}”, {who} said “{other}”: is it “{a}” or “{b}”?",),
    # by the speaker of the claim
    "clash with oneself": (
        "You said “{q}”, but you also said “{other}”: which of the two holds?",
        "You said “{q}” and, at another point, “{other}”: which should we go by?",
    ),
    "clash with oneself, amounts": ("You said “{q}”, but you also said “{other}”: is it “{a}” or “{b}”?",),
    # in a document
    "clash with a document": (
        "You said “{q}”, but {who} has “{other}”: which of the two holds?",
        "You said “{q}”, and I find “{other}” in {who}: how do they go together?",
    ),
    "clash with a document, amounts": ("You said “{q}”, but {who} has “{other}”: is it “{a}” or “{b}”?",),
    "denial": (
        "You said “{q}”, and {who} objected “{other}”: what makes you sure?",
        "You said “{q}”, but {who} replied “{other}”: which of the two holds?",
    ),
    "denial before": (
        "When {who} said “{other}”, you objected “{q}”: how do you know?",
        "You said “{q}” against what {who} said, “{other}”: which of the two holds?",
    ),
    "drift": (
        "You said “{q}”, with “{first}” at first and “{second}” later: which should we use?",
        "You said “{first}” and later “{second}”: which one should stand in “{q}”?",
    ),
    # somebody questioned the claim; the rest comes from `ENDINGS`
    "asked": (
        "You said “{q}”, and {who} asked “{other}”: {ending}?",
        "I would like to come back to “{q}”, where {who} asked you “{other}”: {ending}?",
    ),
    # the claim was all that came back
    "asked before": (
        "When {who} asked “{other}”, you answered “{q}”: {ending}?",
        "{who} asked you “{other}”, and you said “{q}”: {ending}?",
    ),
}

#: The very thing that was asked for, by the kinds of `overstate.lexicons.patterns.ASKS`.
ENDINGS: dict[str, tuple[str, ...]] = {
    "source": ("where do you have it from", "how do you know"),
    "yardstick": ("what do you compare it with",),
    "example": ("what would be an example", "which case can you name"),
    "amount": ("what figure can you give", "what is the figure"),
    "date": ("what date can you give", "when exactly"),
    "name": ("who or which is it, by name", "what name can you give"),
    "reason": ("what is the reason", "why is that"),
    "means": ("how exactly",),
    "answer": ("what is your answer", "what do you say to that"),
}
