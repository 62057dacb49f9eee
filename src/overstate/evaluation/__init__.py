"""How well a model does on labelled transcripts: the figures used throughout the project, and its worst mistakes.

Claims match one to one when their words overlap by half or more (intersection over union); hedges when they share a
word. Statuses are compared on matched claims. Everything is counted over words, so punctuation does not matter.
"""

from overstate.evaluation._evaluate import evaluate
from overstate.evaluation._figures import FIGURES, HEADLINE
from overstate.evaluation._mistakes import Mistake
from overstate.evaluation._scores import Bin, Scores

__all__ = ["FIGURES", "HEADLINE", "Bin", "Mistake", "Scores", "evaluate"]
