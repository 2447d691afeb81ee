"""What the items of a section have in common: decisions that one line cannot make alone.

Asked only where a line is in doubt, and answered once for a section, so that reading stays linear.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.note_block import columns, starts_block
from zsync.formats.reading_list.shapes.bullet import ITEM, plain_paper
from zsync.formats.reading_list.shapes.item import is_links_line, says_details
from zsync.formats.reading_list.shapes.logical_line import paragraph_of

_HEADING = regex(r"#{1,6}[ \t#]|<h[1-6]\b", re.IGNORECASE)
_FEW = 3
_MOST_LINES = 4


class _Share(NamedTuple):
    having: int
    of: int

    @property
    def is_usual(self) -> bool:
        return 2 * self.having >= self.of


class Neighbours:
    """The lines of a text, asked by section."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._sections: dict[int, _Share] = {}
        self._venues: dict[int, _Share] = {}
        self._links: dict[int, int] = {}
        self._starts: list[int] | None = None
        self._everywhere: _Share | None = None

    def say_details(self, index: int) -> bool:
        """Whether at least half of the items of the section with lines under them say details there.

        A section with hardly any such items goes by the whole text.
        """
        start, end = self._section(index)
        if start not in self._sections:
            self._sections[start] = self._share(start, end)
        share = self._sections[start]
        if share.of < _FEW:
            if self._everywhere is None:
                self._everywhere = self._share(0, len(self._lines))
            share = self._everywhere
        return share.is_usual and share.having > 1

    def links_below(self, index: int) -> int:
        """How many lines below a title its links stand, in at least half of the section's items and in three.

        0 if there is no such number. What stands between is a part of the paper's lines, whatever it says.
        """
        start, end = self._section(index)
        if start not in self._links:
            found = Counter(
                self._links_of(line) for line in range(start, end) if ITEM.match(self._lines[line])
            )
            (usual, having), *_ = found.most_common(1) or [(0, 0)]
            self._links[start] = (
                usual if _Share(having, found.total()).is_usual and having >= _FEW else 0
            )
        return self._links[start]

    def _links_of(self, index: int) -> int:
        """How many lines below an item the first line of links in its paragraph stands; 0 if none does."""
        last = paragraph_of(self._lines, index, min(index + _MOST_LINES, len(self._lines) - 1))
        below = range(index + 1, last + 1)
        return next((at - index for at in below if is_links_line(self._lines[at])), 0)

    def end_with_venues(self, index: int) -> bool:
        """Whether at least half of the section's items, and three of them, are papers without any link."""
        start, end = self._section(index)
        if start not in self._venues:
            items = [
                (line, item)
                for line in self._lines[start:end]
                if (item := ITEM.match(line)) and line[item.end() :].strip()
            ]
            having = sum(plain_paper(line, item) is not None for line, item in items)
            self._venues[start] = _Share(having, len(items))
        share = self._venues[start]
        return share.is_usual and share.having >= _FEW

    def _section(self, index: int) -> tuple[int, int]:
        """The first line of the section that holds a line, and the one after its last."""
        if self._starts is None:
            found = (number for number, line in enumerate(self._lines) if _HEADING.match(line))
            self._starts = sorted({0, *found})
        place = bisect_right(self._starts, index)
        return self._starts[place - 1], self._starts[place] if place < len(self._starts) else len(
            self._lines
        )

    def _share(self, start: int, end: int) -> _Share:
        having = of = 0
        for index in range(start, end):
            line = self._lines[index]
            if not ITEM.match(line):
                continue
            below = self._below(index)
            if below is not None:
                of += 1
                having += says_details(self._lines[below])
        return _Share(having, of)

    def _below(self, index: int) -> int | None:
        """The first line under an item that is indented into it, or goes on with its paragraph."""
        for below in range(index + 1, min(index + 3, len(self._lines))):
            line = self._lines[below]
            if line.strip(" \t\r"):
                is_indented = columns(line) > columns(self._lines[index]) + 1
                goes_on = below == index + 1 and not starts_block(line)
                return below if is_indented or goes_on else None
        return None
