"""One thread a call: the matrices here are small, and threads that wait for each other cost more than they give."""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["one_thread"]


@cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def one_thread() -> Any:
    """A context with one thread for linear algebra; calls, not matrices, are what is worked on side by side."""
    return _controller().limit(limits=1, user_api="blas")
