"""A reading list as a value: its text, what stands in it and where.

:func:`parse` never raises and never changes a byte: :attr:`ReadingList.text` is the text it was given.
"""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from zsync.core.model import Checkbox, Entry
from zsync.formats.reading_list import bullet
from zsync.formats.reading_list.note_block import read_note
from zsync.formats.reading_list.scanner import Block, FoundHeading, Region, Scanner

SectionPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its text without markup, its 1-based line, the path of headings down to it.

    ``start`` and ``end`` are the offsets of its line or lines, line end included.
    """

    level: int
    text: str
    line: int
    path: SectionPath
    start: int
    end: int


@dataclass(frozen=True)
class ReadingList:
    """A Markdown reading list. ``blocks[i]`` is where ``entries[i]`` stands.

    ``root`` is the path of the only level-1 heading if all entries stand below it, else empty.
    ``contents`` are the lines (counted from 0) that link to headings of the list itself.
    """

    text: str
    entries: tuple[Entry, ...]
    headings: tuple[Heading, ...]
    root: SectionPath
    blocks: tuple[Block, ...] = field(repr=False)
    contents: tuple[int, ...] = field(repr=False)
    region: Region = field(repr=False)

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

    @cached_property
    def by_section(self) -> dict[SectionPath, list[int]]:
        """The indexes of the entries in each section that holds any."""
        found: dict[SectionPath, list[int]] = {}
        for index, entry in enumerate(self.entries):
            found.setdefault(entry.section, []).append(index)
        return found


def parse(text: str) -> ReadingList:
    r"""Reads any text as a reading list.

    Lines end at ``\n`` only, so that no other character (VT, U+2028, a lone CR) can move a byte.
    """
    scanner = Scanner(text)
    scanner.scan()
    headings = _with_paths(scanner.headings)
    paths = [heading.path for heading in headings]
    paths.append(())  # heading -1: above the first one
    entries = tuple(_entry(scanner, block, paths[block.heading]) for block in scanner.blocks)
    return ReadingList(
        text,
        entries,
        headings,
        _root(headings, entries),
        tuple(scanner.blocks),
        tuple(scanner.contents),
        scanner.region,
    )


def _with_paths(found: list[FoundHeading]) -> tuple[Heading, ...]:
    above: list[FoundHeading] = []
    headings = []
    for heading in found:
        while above and above[-1].level >= heading.level:
            above.pop()
        above.append(heading)
        path = tuple(each.text for each in above)
        headings.append(
            Heading(heading.level, heading.text, heading.line + 1, path, heading.start, heading.end)
        )
    return tuple(headings)


def _entry(scanner: Scanner, block: Block, section: SectionPath) -> Entry:
    line, fields, venue = scanner.lines[block.line], block.fields, block.fields.venue
    note = None
    if block.note:
        note = read_note(scanner.text[block.line_end : block.end], block.note, block.content)
    return Entry(
        block.line + 1,
        section,
        _checkbox(line, fields.box),
        bullet.short_of(line, fields),
        bullet.title_of(line, fields),
        venue.name if venue else None,
        venue.year if venue else None,
        None,
        bullet.links_of(line, fields),
        note,
    )


def _checkbox(line: str, box: int) -> Checkbox:
    if box < 0:
        return Checkbox.NONE
    return Checkbox.UNCHECKED if line[box] == " " else Checkbox.CHECKED


def _root(headings: tuple[Heading, ...], entries: tuple[Entry, ...]) -> SectionPath:
    tops = [heading.path for heading in headings if heading.level == 1]
    if len(tops) == 1 and all(entry.section[:1] == tops[0] for entry in entries):
        return tops[0]
    return ()
