"""A reading list as a value: its text, what stands in it and where.

:func:`read` never raises and never changes a byte: :attr:`ReadingList.text` is the text it was given.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, pairwise
from typing import NamedTuple

from zsync.core import identifiers
from zsync.core.known import NOTHING_KNOWN, KnownTitles
from zsync.core.model import Entry
from zsync.core.patterns import regex
from zsync.core.wording import Wording
from zsync.formats.reading_list.said import wording
from zsync.formats.reading_list.scanner import (
    Block,
    Heading,
    MarkerProblem,
    Region,
    Scanner,
    SectionPath,
)
from zsync.formats.reading_list.title_places import NO_PLACES, Places

# An item or row that begins with a link of several words to a file that is neither an image nor code.
_TITLE_OF_FILE = regex(
    r"[ \t]*(?:[-*+]|\d{1,9}[.)]|\|)[ \t]+(?:[^\[\]()]{0,40})\[[^\[\]]*\w[ -][^\[\]]*\w[^\[\]]*\]"
    r"\((?!#|[a-z]+:|//)[^()\s]+\.(?:md|markdown|pdf|html?|org|txt|ipynb)\)",
    re.IGNORECASE,
)


class TextLine(NamedTuple):
    """A line of the text and its number, counted from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class ReadingList:
    """A Markdown reading list. ``blocks[i]`` is where ``entries[i]`` stands.

    ``root`` is the path of the only level-1 heading if all entries stand below it, else empty.
    ``contents`` are the lines (counted from 0) that link to headings of the list itself. ``silent`` are
    the spans of front matter, fenced code, comments and those lines. ``marker_problem`` is what is wrong with
    the markers that limit zsync's part: what lies in it is not sure then, and nothing should be written.
    ``known`` are the titles with which it was read, and is read again after an edit; ``places`` are where
    titles were found before it was read.
    """

    text: str
    entries: tuple[Entry, ...]
    headings: tuple[Heading, ...]
    root: SectionPath
    blocks: tuple[Block, ...] = field(repr=False)
    contents: tuple[int, ...] = field(repr=False)
    region: Region = field(repr=False)
    silent: tuple[tuple[int, int], ...] = field(repr=False)
    marker_problem: MarkerProblem | None = None
    known: KnownTitles = field(default=NOTHING_KNOWN, repr=False, compare=False)
    places: Places = field(default_factory=dict, repr=False, compare=False)

    def sections(self) -> tuple[SectionPath, ...]:
        """The paths of all headings, in order."""
        return tuple(heading.path for heading in self.headings)

    def spans(self) -> tuple[str, ...]:
        """The text cut into what is an entry (with its note) and what is not; joined, it is the text."""
        cuts = [0]
        for block in self.blocks:
            cuts += (block.start, block.end)
        cuts.append(len(self.text))
        return tuple(self.text[start:end] for start, end in pairwise(cuts))

    def raw(self, index: int) -> str:
        """The whole of an entry as it stands in the text: its line and its note, line ends included."""
        block = self.blocks[index]
        return self.text[block.start : block.end]

    def raw_headings(self, path: SectionPath) -> str:
        """The headings of a section as they stand in the text, line ends included."""
        found = (heading for heading in self.headings if heading.path == path)
        return "".join(self.text[heading.start : heading.end] for heading in found)

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """What the lines of each entry say, whatever was read in them."""
        return tuple(
            wording(
                self.text[block.start + len(block.lead) + len(block.marker) : block.head_end],
                self.text[block.head_end : block.end],
            )
            for block in self.blocks
        )

    @cached_property
    def read_only(self) -> frozenset[int]:
        """The indexes of the entries that are shown, and never edited: doubtful ones and ``fixed`` ones."""
        doubtful = (index for index, block in enumerate(self.blocks) if block.doubtful)
        return self.fixed.union(doubtful)

    @cached_property
    def fixed(self) -> frozenset[int]:
        """The indexes of the entries whose titles are sure, while no edit reaches their fields."""
        blocks = enumerate(self.blocks)
        return frozenset(index for index, block in blocks if block.fixed and not block.doubtful)

    @cached_property
    def unread(self) -> tuple[TextLine, ...]:
        """The lines that nothing here can read although an identifier in them names a paper.

        These are lines of the region outside entries, notes, front matter, fenced code, comments and
        the table of contents: rows of tables, paragraphs, items that are no entries, headings.
        """
        return tuple(line for line in self._other_lines() if identifiers.find(line.text))

    def titles_of_files(self) -> int:
        """How many lines outside entries link a title to a file beside the list, such as a note."""
        return sum(_TITLE_OF_FILE.match(line.text) is not None for line in self._other_lines())

    def _other_lines(self) -> Iterator[TextLine]:
        """Return the lines of the region that belong to no entry and are not silent."""
        read = sorted([(block.start, block.end) for block in self.blocks] + list(self.silent))
        pos, end = self.region
        number, counted = 1, 0
        for start, after in [*read, (end, end)]:
            if pos < min(start, end):
                number, counted = number + self.text.count("\n", counted, pos), pos
                lines = self.text[pos : min(start, end)].split("\n")
                yield from map(TextLine, count(number), lines)
            pos = max(pos, after)

    @property
    def told(self) -> Places:
        """The places of titles that only the forms of their lines tell."""
        return {line: place for line, place in self.places.items() if place.by_form}

    @cached_property
    def by_section(self) -> dict[SectionPath, list[int]]:
        """The indexes of the entries in each section that holds any."""
        found: dict[SectionPath, list[int]] = {}
        for index, entry in enumerate(self.entries):
            found.setdefault(entry.section, []).append(index)
        return found


def read(text: str, places: Places = NO_PLACES, known: KnownTitles = NOTHING_KNOWN) -> ReadingList:
    r"""Reads any text as a reading list; ``places`` say where titles stand that were found before.

    Lines end at ``\n`` only, so that no other character (VT, U+2028, a lone CR) can move a byte.
    """
    scanner = Scanner(text, places, known)
    scanner.scan()
    headings, entries = tuple(scanner.headings), tuple(scanner.entries)
    return ReadingList(
        text,
        entries,
        headings,
        _root(headings, entries),
        tuple(scanner.blocks),
        tuple(scanner.contents),
        scanner.region,
        tuple(scanner.silent),
        scanner.marker_problem,
        known,
        places,
    )


def _root(headings: tuple[Heading, ...], entries: tuple[Entry, ...]) -> SectionPath:
    tops = [heading.path for heading in headings if heading.level == 1]
    if len(tops) == 1 and all(entry.section[:1] == tops[0] for entry in entries):
        return tops[0]
    return ()
