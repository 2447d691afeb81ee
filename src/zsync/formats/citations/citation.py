"""A citation: the value that every reader of documents gives."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from zsync.core.patterns import regex

EVERYTHING: Final = "*"
r"""The key that stands for every record, as in ``\nocite{*}``."""

_LINE_END: Final = regex("\n")


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation key and the line (1-based) where a document cites it."""

    key: str
    line: int


class CitationsError(ValueError):
    """A document whose citations cannot be read. ``line`` (1-based) is where, if that is known."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.line = line


def located(text: str, found: Iterable[tuple[int, str]]) -> Iterator[Citation]:
    """Turn offsets and keys into citations."""
    ends = [end.start() for end in _LINE_END.finditer(text)]
    return (Citation(key, bisect_left(ends, offset) + 1) for offset, key in found)
