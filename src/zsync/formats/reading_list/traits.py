"""What is usual among the entries of a list."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def most_usual(values: Iterable[T | None], default: T) -> T:
    """The most frequent value; of equally frequent ones the last, since a list's newest entries lead."""
    counts: dict[T, int] = {}
    last: dict[T, int] = {}
    for index, value in enumerate(values):
        if value is not None:
            counts[value] = counts.get(value, 0) + 1
            last[value] = index
    return max(counts, key=lambda value: (counts[value], last[value])) if counts else default
