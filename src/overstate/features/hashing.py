"""Sparse rows of hashed features (Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning").

Whole-array integer arithmetic instead of string features: this is what keeps linear models about as fast as the
tokenizer that feeds them. A model learns from the rows as a sparse matrix; to judge, its weights are summed straight
from the columns, and no matrix is made.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from overstate.features.tokens import _MIX, _MIX2, Hashes, Ints, spread

__all__ = ["Rows", "bucket", "hashed"]

#: Templates hashed at a time: few enough to stay in the processor's cache, many enough for few calls.
_AT_A_TIME = 16


def hashed(values: Hashes, template: int | Hashes, bits: int) -> Ints:
    """Column numbers in 0..2**bits-1 for the values of one feature template, or of k of them in shape (k, n)."""
    salt = np.asarray(template, dtype=np.uint64)[..., None] * _MIX2
    mixed = values ^ salt
    mixed *= _MIX
    mixed ^= mixed >> np.uint64(31)
    mixed *= _MIX
    mixed >>= np.uint64(64 - bits)
    return mixed.view(np.int64)


def bucket(numbers: Ints) -> Hashes:
    """Counts as roughly logarithmic classes: 0 to 6 as they are, then 6, 8, 10, ... up to each power of two."""
    numbers = np.asarray(numbers)
    return np.minimum(numbers, 2 + 2 * np.log2(np.maximum(numbers, 1)).astype(np.int64)).astype(np.uint64)


class Rows:
    """Collects features of m rows: hashed ones in 2**bits columns, plain numbers in further ones.

    Args:
        size: Number of rows m.
        bits: There are 2**bits columns of hashed features.
    """

    def __init__(self, size: int, bits: int) -> None:
        self.size = size
        self.bits = bits
        self._template = 0
        # features by the index that spreads them over the rows, each with the number of its template
        self._fixed: dict[int, tuple[Ints | None, list[tuple[int, Hashes]]]] = {}
        self._bags: list[tuple[Ints, Ints, Ints, NDArray[np.float32]]] = []
        self._numbers = np.zeros((size, 0), dtype=np.float32)

    def add(self, *values: Hashes, of: Ints | None = None) -> None:
        """One feature a row for each array, each a template of its own, with value 1.

        Args:
            values: Hashes, one a row; or, where many rows share them, one for each of the things that `of` counts.
            of: Which value each row has, shape (m,); the same array for all features that are shared alike.
        """
        _, group = self._fixed.setdefault(id(of), (of, []))
        group.extend(enumerate(values, self._template + 1))
        self._template += len(values)

    def bag(self, start: Ints, stop: Ints, tokens: Hashes, weight: float) -> None:
        """The token columns of a range as a bag, of length `weight` whatever the size of the range.

        Args:
            start, stop: Token ranges [start, stop), one a row.
            tokens: Hashes, shape (k, n): k templates.
            weight: Euclidean length of the bag if all its features differ.
        """
        k = len(tokens)
        columns = hashed(tokens, np.arange(self._template + 1, self._template + k + 1, dtype=np.uint64), self.bits)
        self._template += k
        value = weight / np.sqrt(np.maximum(stop - start, 1) * k)
        self._bags.append((start, np.maximum(start, stop), columns, value.astype(np.float32)))

    def numbers(self, values: NDArray[np.float32]) -> None:
        """Plain numbers, shape (m, d), in columns behind the hashed ones."""
        self._numbers = values

    def scores(self, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Sums of the rows' features times the weights of c models: what `matrix() @ weights` gives, without a matrix.

        Args:
            weights: Shape (2**bits + d, c).

        Returns:
            Shape (m, c).
        """
        total = np.zeros((self.size, weights.shape[1]), dtype=np.float32)
        for of, columns in self._columns():
            part = weights.take(columns, axis=0).sum(axis=0)
            total += part if of is None else part.take(of, axis=0)
        for start, stop, columns, value in self._bags:
            # the sum over a range is the difference of two running sums
            running = np.zeros((columns.shape[1] + 1, weights.shape[1]))
            np.cumsum(weights.take(columns, axis=0).sum(axis=0), axis=0, dtype=np.float64, out=running[1:])
            total += value[:, None] * (running.take(stop, axis=0) - running.take(start, axis=0))
        if self._numbers.shape[1]:
            total += self._numbers @ weights[1 << self.bits :]
        return total

    def matrix(self) -> sparse.csr_matrix:
        """The rows, shape (m, 2**bits + d), float32; features that fall together add up."""
        fixed = [columns if of is None else columns[:, of] for of, columns in self._columns()]
        column = np.concatenate([np.zeros((0, self.size), dtype=np.int64), *fixed]).T
        ones = np.ones(column.size, dtype=np.float32)
        parts = [_csr(column.ravel(), np.full(self.size, column.shape[1]), ones, self.bits)]
        for start, stop, columns, value in self._bags:
            row, index = spread(start, stop)
            k = len(columns)
            parts.append(_csr(columns[:, index].T.ravel(), k * (stop - start), np.repeat(value[row], k), self.bits))
        hashes = sum(parts[1:], start=parts[0])
        return sparse.hstack([hashes, sparse.csr_matrix(self._numbers)]).tocsr()

    def _columns(self) -> Iterator[tuple[Ints | None, Ints]]:
        """What spreads features over the rows, and their columns, a few templates at a time, shape (k, things)."""
        for of, group in self._fixed.values():
            for first in range(0, len(group), _AT_A_TIME):
                some = group[first : first + _AT_A_TIME]
                template = np.array([number for number, _ in some], dtype=np.uint64)
                yield of, hashed(np.stack([value for _, value in some]), template, self.bits)


def _csr(column: Ints, sizes: Ints, value: NDArray[np.float32], bits: int) -> sparse.csr_matrix:
    indptr = np.append(0, np.cumsum(sizes))
    return sparse.csr_matrix((value, column.astype(np.int32), indptr), shape=(len(sizes), 1 << bits))
