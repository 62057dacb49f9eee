"""Documents handed over with a call: does a passage support or contradict a claim?"""

from overstate.evidence._passage import Passage
from overstate.evidence.passages import Passages

__all__ = ["Passage", "Passages"]
