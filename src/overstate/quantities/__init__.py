"""Amounts and dates in speech and print, and whether two of them agree."""

from overstate.quantities._compare import clash, same
from overstate.quantities._reading import read_quantities
from overstate.quantities._types import DateParts, Quantity, QuantityKind

__all__ = ["DateParts", "Quantity", "QuantityKind", "clash", "read_quantities", "same"]
