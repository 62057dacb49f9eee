"""Sparse rows of hashed features (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning").

Whole-array integer arithmetic instead of string features: this is what keeps linear models about as fast as the
tokenizer that feeds them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from overstate.features.tokens import _MIX, _MIX2, Hashes, Ints

__all__ = ["Rows", "beside", "bucket", "hashed", "spread"]


def hashed(values: Hashes, template: int, bits: int) -> NDArray[np.int32]:
    """Column numbers in 0..2**bits-1 for the values of one feature template."""
    salt = np.uint64(template * int(_MIX2) & 0xFFFFFFFFFFFFFFFF)
    mixed = (values ^ salt) * _MIX
    mixed = (mixed ^ (mixed >> np.uint64(31))) * _MIX
    return (mixed >> np.uint64(64 - bits)).astype(np.int32)


def bucket(numbers: Ints) -> Hashes:
    """Counts as roughly logarithmic classes: 0 to 6 as they are, then 6, 8, 10, ... up to each power of two."""
    numbers = np.asarray(numbers)
    return np.minimum(numbers, 2 + 2 * np.log2(np.maximum(numbers, 1)).astype(np.int64)).astype(np.uint64)


def spread(start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """All indices of the ranges [start, stop): (number of the range, index), both of the total length."""
    length = np.maximum(stop - start, 0)
    row = np.repeat(np.arange(len(start)), length)
    first = np.repeat(start - (np.cumsum(length) - length), length)
    return row, first + np.arange(int(length.sum()))


def beside(hashed_rows: sparse.csr_matrix, *dense: NDArray[np.float32]) -> sparse.csr_matrix:
    """Sparse rows with dense columns to their right; blocks without columns change nothing."""
    blocks = [sparse.csr_matrix(block) for block in dense if block.shape[1]]
    return sparse.hstack([hashed_rows, *blocks], format="csr") if blocks else hashed_rows


class Rows:
    """Collects features of m rows and gives them as one sparse matrix.

    Args:
        size: Number of rows m.
        bits: The matrix has 2**bits columns.
    """

    def __init__(self, size: int, bits: int) -> None:
        self.size = size
        self.bits = bits
        self._template = 0
        self._columns: list[NDArray[np.int32]] = []
        self._counted = False
        self._bags: list[tuple[Ints, NDArray[np.int32], NDArray[np.float32]]] = []

    def add(self, *values: Hashes) -> None:
        """One feature a row for each array, each a template of its own, with value 1."""
        for value in values:
            self._template += 1
            self._columns.append(hashed(value, self._template, self.bits))

    def bag(self, start: Ints, stop: Ints, tokens: NDArray[np.uint64], weight: float) -> None:
        """The token columns of a range as a bag, of length `weight` whatever the size of the range.

        Args:
            start, stop: Token ranges [start, stop), one a row.
            tokens: Hashes, shape (n, k): k templates.
            weight: Euclidean length of the bag if all its features differ.
        """
        row, columns = self._gather(start, stop, tokens)
        value = weight / np.sqrt(np.maximum(stop - start, 1) * tokens.shape[1])
        self._bags.append((row, columns, value[row].astype(np.float32)))

    def counts(self, start: Ints, stop: Ints, tokens: NDArray[np.uint64]) -> None:
        """The token columns of a range as plain counts, for weighting later on (see `bag` for the arguments)."""
        row, columns = self._gather(start, stop, tokens)
        self._bags.append((row, columns, np.ones(len(row), dtype=np.float32)))
        self._counted = True

    def _gather(self, start: Ints, stop: Ints, tokens: NDArray[np.uint64]) -> tuple[Ints, NDArray[np.int32]]:
        row, index = spread(start, stop)
        k = tokens.shape[1]
        columns = np.empty((len(index), k), dtype=np.int32)
        for j in range(k):
            self._template += 1
            columns[:, j] = hashed(tokens[:, j], self._template, self.bits)[index]
        return np.repeat(row, k), columns.ravel()

    def matrix(self) -> sparse.csr_matrix:
        """The rows, shape (m, 2**bits), float32; features that fall together add up."""
        k = len(self._columns)
        sizes = np.full(self.size, k, dtype=np.int64)
        for row, _, _ in self._bags:
            sizes += np.bincount(row, minlength=self.size)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        column = np.empty(starts[-1], dtype=np.int32)
        value = np.ones(starts[-1], dtype=np.float32)
        for j, fixed in enumerate(self._columns):
            column[starts[:-1] + j] = fixed
        # bags are sorted by row, so each is laid down behind what its rows already hold; no sort is needed
        filled = starts[:-1] + k
        for row, columns, values in self._bags:
            length = np.bincount(row, minlength=self.size)
            _, at = spread(filled, filled + length)
            column[at], value[at] = columns, values
            filled = filled + length
        out = sparse.csr_matrix((value, column, starts), shape=(self.size, 1 << self.bits))
        if self._counted:
            out.sum_duplicates()
        return out
