"""Documents handed over with a call: does a passage support or contradict a claim?

`Passages.read` reads text, Markdown, CSV, TSV, JSON, JSON Lines, PDF and Word documents (up to 64 MiB each, 20,000
passages in all); `weigh_evidence` holds claims against them.
"""

from overstate.evidence._passage import Passage
from overstate.evidence.passages import MOST_PASSAGES, Passages
from overstate.evidence.weigh import DOCUMENT_TRUST, weigh_evidence

__all__ = ["DOCUMENT_TRUST", "MOST_PASSAGES", "Passage", "Passages", "weigh_evidence"]
