"""Claims weighed against passages: which passages are near, what they say, and what that makes of the claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from overstate.evidence._judge import Verdict, judge
from overstate.evidence._passage import Passage
from overstate.evidence._statements import Statement, read_claim, read_passage
from overstate.evidence.passages import Passages
from overstate.explain.questions import LONGEST_OTHER, LONGEST_QUOTE, document_question, quoted
from overstate.explain.trust import trusting
from overstate.types import ASK_REASONS, Claim, Cue, Evidence, Quote, Reason, Relation, Status

__all__ = ["DOCUMENT_TRUST", "weigh_evidence"]

#: How far a document's word is trusted: the least probability of a status that rests on one. Assumed, not measured.
DOCUMENT_TRUST = 0.8
#: Cosine of TF-IDF vectors from which a passage is looked at,
NEAR = 0.08
#: weight of a claim's word that stands in no document, as a share of what it would have,
UNKNOWN = 0.5
#: and how many of the nearest are, for each claim.
MOST_NEAR = 25


def weigh_evidence(claims: Sequence[Claim], passages: Passages) -> tuple[Claim, ...]:
    """The claims with what the passages say about them.

    A contradicted claim needs clarification, whatever else speaks for it; a supported one is verified, unless it is
    contradicted or was evaded. Its status then has a probability of at least `DOCUMENT_TRUST`. Where passages disagree,
    the one that shares most of the claim's subject counts; of two that share as much, the one that contradicts.

    Args:
        claims: The claims of one call.
        passages: What was handed over with it.
    """
    if not claims or not passages.items:
        return tuple(claims)
    said = [read_claim(claim.text) for claim in claims]
    written = [read_passage(passage) for passage in passages.items]
    names = _names(said, written)
    out = list(claims)
    near, weights = _nearest(said, written)
    for i, candidates in enumerate(near):
        found = [(k, v) for k in candidates if (v := judge(said[i], written[k], names, weights)) is not None]
        if found:
            out[i] = _with(claims[i], *_chosen(found, passages.items))
    return tuple(out)


def _names(said: Sequence[Statement], written: Sequence[Sequence[Statement]]) -> frozenset[str]:
    """Stems that are names: with a capital inside some sentence, and nowhere in print without one.

    A word that opens a sentence is taken for a name if neither print nor talk has it without a capital.
    """
    printed = [s for passage in written for s in passage]
    inside = frozenset().union(*(s.capitals for s in (*said, *printed)))
    opening = frozenset().union(*(s.opening for s in (*said, *printed)))
    plain = frozenset().union(*(s.plain for s in printed))
    return (inside | (opening - frozenset().union(*(s.plain for s in said)))) - plain


def _nearest(
    said: Sequence[Statement], written: Sequence[Sequence[Statement]]
) -> tuple[list[list[int]], Mapping[str, float]]:
    """For each claim the passages that share its subject, nearest first; and how rare each stem is."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    spoken = [_terms([claim]) for claim in said]
    printed = [_terms(passage) for passage in written]
    # the claims' own words count as well: one that no document has makes a claim less like all of them
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True)
    if not any(spoken) or not any(printed):
        return [[] for _ in said], {}
    vectorizer.fit([*printed, *spoken])
    likeness = (vectorizer.transform(spoken) @ vectorizer.transform(printed).T).tocsr()
    near = []
    for first, last in pairwise(likeness.indptr.tolist()):
        pairs = zip(likeness.data[first:last].tolist(), likeness.indices[first:last].tolist(), strict=True)
        order = sorted((-score, k) for score, k in pairs if score >= NEAR)
        near.append([k for _, k in order[:MOST_NEAR]])
    weights = dict(zip(vectorizer.get_feature_names_out(), vectorizer.idf_.tolist(), strict=True))
    # a word that no document has may be said there in another way
    known = {term for terms in printed for term in terms}
    return near, {term: weight if term in known else UNKNOWN * weight for term, weight in weights.items()}


def _terms(statements: Sequence[Statement]) -> list[str]:
    """Stems, and pairs of neighbours."""
    terms: list[str] = []
    for s in statements:
        terms += s.order
        terms += [f"{a} {b}" for a, b in pairwise(s.order)]
    if statements:
        terms += sorted(statements[0].around)
    return terms


def _chosen(found: Sequence[tuple[int, Verdict]], items: Sequence[Passage]) -> tuple[Verdict, Passage]:
    """The verdict that counts: most shared subject first, then contradiction, then the nearest."""
    best = max(round(verdict.shared, 2) for _, verdict in found)
    level = [(k, verdict) for k, verdict in found if round(verdict.shared, 2) == best]
    k, verdict = next((pair for pair in level if pair[1].relation is Relation.CONTRADICTION), level[0])
    other = next((k for k, v in level if v.relation is not verdict.relation), None)
    if other is not None:
        verdict = replace(verdict, detail=f"{verdict.detail}; sources differ: {items[other].source} agrees")
    return verdict, items[k]


def _with(claim: Claim, verdict: Verdict, passage: Passage) -> Claim:
    near = Quote(claim.text, claim.turn, claim.start, claim.end, claim.speaker)
    far = Quote(passage.text, None, 0, len(passage.text), source=passage.source)
    evidence = (Evidence(verdict.relation, near, far, detail=verdict.detail), *claim.evidence)
    if verdict.relation is Relation.CONTRADICTION:
        at = max(passage.text.find(verdict.found), 0)
        kept = tuple(r for r in claim.reasons if r in ASK_REASONS and r is not Reason.CONTRADICTED)
        return replace(
            claim,
            status=Status.NEEDS_CLARIFICATION,
            **_trusting(claim, Status.NEEDS_CLARIFICATION),
            reasons=(Reason.CONTRADICTED, *kept),
            cues=tuple(_cues(claim, verdict, Reason.CONTRADICTED, claim.cues)),
            evidence=evidence,
            question=document_question(
                quoted(claim.text, LONGEST_QUOTE, (verdict.start, verdict.end)),
                quoted(passage.text, LONGEST_OTHER, (at, at + len(verdict.found))),
                passage.source,
            ),
        )
    if {Reason.CONTRADICTED, Reason.EVADED} & set(claim.reasons):
        return replace(claim, evidence=evidence)
    cues = [cue for cue in claim.cues if cue.reason not in ASK_REASONS]
    return replace(
        claim,
        status=Status.VERIFIED,
        **_trusting(claim, Status.VERIFIED),
        reasons=(Reason.EVIDENCE, *(r for r in claim.reasons if r not in ASK_REASONS)),
        cues=tuple(_cues(claim, verdict, Reason.EVIDENCE, cues)),
        evidence=evidence,
        question=None,
    )


def _cues(claim: Claim, verdict: Verdict, reason: Reason, others: Sequence[Cue]) -> Iterator[Cue]:
    """The words that agree or differ, then the cues there were."""
    start, end = verdict.start, verdict.end
    yield Cue(claim.text[start:end], claim.start + start, claim.start + end, verdict.kind, reason)
    yield from others


def _trusting(claim: Claim, status: Status) -> dict[str, Any]:
    chance = trusting(claim.probabilities, status, DOCUMENT_TRUST)
    return {"probabilities": chance, "confidence": chance[status]}
