"""The report: what was found in one transcript, and the forms it can be read in."""

from overstate.report._report import Report
from overstate.report._speakers import SpeakerStats
from overstate.report._summary import Summary
from overstate.report._words import REASON_LABELS

__all__ = ["REASON_LABELS", "Report", "SpeakerStats", "Summary"]
