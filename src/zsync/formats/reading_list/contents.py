"""Headings and the table of contents: where a new section goes, which line it gets, what an empty one leaves.

A table of contents is any list whose items link to headings of the file. Its lines change for two
reasons only: a section appears or a section disappears.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.document import ReadingList
from zsync.formats.reading_list.inline import escape, plain
from zsync.formats.reading_list.note_block import is_blank
from zsync.formats.reading_list.scanner import Heading, SectionPath

_CONTENTS_LINE = regex(
    r"(?P<lead>[ \t]*)(?P<marker>[-*+]|\d{1,9}[.)])(?P<gap>[ \t]+)\[(?P<text>.*)\]\(#(?P<anchor>[^()\s]*)\)"
)
_HEADING_STYLE = regex(r"[ ]{0,3}#{1,6}[ \t]+.*?(?P<closing>[ \t]+#+)?[ \t]*\Z")
_DEEPEST_HEADING = 6
_WORD_CATEGORIES = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"))


class Splice(NamedTuple):
    """Text that takes the place of ``text[start:end]``."""

    start: int
    end: int
    text: str
    # Where in the new text something begins that must be found again, and what it is.
    marks: tuple[tuple[int, tuple[Literal["entry", "edit"], int]], ...] = ()


def anchors(texts: Iterable[str]) -> list[str]:
    """GitHub's anchors of headings, in order.

    Small letters, no punctuation or emoji, hyphens for spaces; a repeated one gets ``-1``, ``-2`` ...
    Marks stay, the one that makes a character an emoji (U+FE0F) too.
    Source: "Section links" in GitHub's "Basic writing and formatting syntax".
    """
    seen: dict[str, int] = {}
    found = []
    for text in texts:
        anchor = "".join(filter(_stays_in_anchor, text.strip().lower())).replace(" ", "-")
        count = seen.get(anchor)
        seen[anchor] = 0 if count is None else count + 1
        found.append(anchor if count is None else f"{anchor}-{count + 1}")
    return found


def _stays_in_anchor(char: str) -> bool:
    return char in "- " or unicodedata.category(char) in _WORD_CATEGORIES


class ContentsLine(NamedTuple):
    """A line of the table of contents: where it stands and how it is written."""

    start: int
    end: int
    lead: str
    marker: str
    gap: str


@dataclass
class NewSection:
    """A section to be created at ``offset``, after ``position`` old headings, and the ones below it."""

    path: SectionPath
    level: int
    position: int
    offset: int
    children: list["NewSection"] = field(default_factory=list)

    def child(self, path: SectionPath) -> "NewSection":
        """A new section below this one."""
        level = min(self.level + 1, _DEEPEST_HEADING)
        self.children.append(NewSection(path, level, self.position, self.offset))
        return self.children[-1]


class Outline:
    """The headings of a list and the lines of its table of contents, as they were before the edit."""

    def __init__(self, reading_list: ReadingList) -> None:
        self._list = reading_list
        self._headings = reading_list.headings
        self._text = reading_list.text
        self._filled = {block.heading for block in reading_list.blocks}

    # -- sections --------------------------------------------------------------------------------

    def find(self, path: SectionPath) -> int | None:
        """The index of the heading with this path, the one that holds entries if there are several."""
        found = [index for index, heading in enumerate(self._headings) if heading.path == path]
        with_entries = [index for index in found if index in self._filled]
        return next(iter(with_entries + found), None)

    def own_end(self, index: int) -> int:
        """Where the last line that belongs to the section itself ends, blank lines left out."""
        start = self._headings[index].end if index >= 0 else 0
        return self.content_end(start, self._start_of(index + 1))

    def _start_of(self, index: int) -> int:
        return self._headings[index].start if index < len(self._headings) else len(self._text)

    def content_end(self, start: int, end: int) -> int:
        """The end of the last line between two offsets that is not blank; always inside the region."""
        region = self._list.region
        start, end = max(start, region.start), min(end, region.end)
        if start > end:
            start, end = region
        return start + len_without_blank_lines(self._text[start:end])

    def _subtree_end(self, index: int) -> int:
        """The index of the first heading after a section and all below it."""
        level = self._headings[index].level
        after = index + 1
        while after < len(self._headings) and self._headings[after].level > level:
            after += 1
        return after

    def place(self, path: SectionPath) -> NewSection:
        """Where a new section goes whose parent exists: after the last sibling that holds entries."""
        parent = self.find(path[:-1]) if path[:-1] else None
        siblings = self._children(path[:-1])
        filled = [index for index in siblings if self._holds_entries(index)]
        if filled:
            after = self._subtree_end(filled[-1])
        else:
            after = len(self._headings) if parent is None else self._subtree_end(parent)
        level = self._child_level(parent, siblings)
        start = self._headings[after - 1].end if after else 0
        return NewSection(path, level, after, self.content_end(start, self._start_of(after)))

    def _children(self, path: SectionPath) -> list[int]:
        size = len(path) + 1
        return [
            index
            for index, heading in enumerate(self._headings)
            if len(heading.path) == size and heading.path[:-1] == path
        ]

    def _holds_entries(self, index: int) -> bool:
        return not self._filled.isdisjoint(range(index, self._subtree_end(index)))

    def _child_level(self, parent: int | None, siblings: list[int]) -> int:
        if siblings:
            return self._headings[siblings[-1]].level
        return 1 if parent is None else min(self._headings[parent].level + 1, _DEEPEST_HEADING)

    def write_heading(self, section: NewSection, eol: str) -> tuple[str, str]:
        """A new heading with the blank lines before it, and those after it, as its siblings have them."""
        same = [heading for heading in self._headings if heading.level == section.level]
        before = _usual(
            [
                self._blank_before(heading.start)
                for heading in same or self._headings
                if heading.start
            ],
            eol,
        )
        closing = _usual([self._closing(heading) for heading in same], "")
        text = _heading_text(section.path[-1])
        line = f"{'#' * section.level} {text}{' ' + '#' * section.level if closing else ''}{eol}"
        return (before if section.offset else "") + line, self.blank_after_headings(eol)

    def _closing(self, heading: Heading) -> str:
        match = _HEADING_STYLE.match(self._text[heading.start : heading.end].rstrip("\r\n"))
        return (match.group("closing") or "") if match else ""

    def _blank_before(self, offset: int) -> str:
        start = len_without_blank_lines(self._text[:offset]) if offset < 4096 else None
        if start is None:
            window = offset - 4096
            start = window + len_without_blank_lines(self._text[window:offset])
        return self._text[start:offset]

    def blank_after_headings(self, eol: str) -> str:
        """The blank lines between a heading and its first entry."""
        blocks, headings = self._list.blocks, self._headings
        firsts = [
            block
            for index, block in enumerate(blocks)
            if block.heading >= 0 and (not index or blocks[index - 1].heading != block.heading)
        ]
        gaps = [self._text[headings[block.heading].end : block.start] for block in firsts]
        return _usual([gap for gap in gaps if is_blank(gap)], eol)

    # -- the table of contents -------------------------------------------------------------------

    def contents_lines(self) -> dict[int, ContentsLine]:
        """The line of the table of contents for each heading (by index) that has one."""
        headings = self._headings
        by_anchor = {
            anchor: index for index, anchor in enumerate(anchors(each.text for each in headings))
        }
        by_text = {heading.text: index for index, heading in reversed(list(enumerate(headings)))}
        found: dict[int, ContentsLine] = {}
        starts = self._line_starts()
        for line in self._list.contents:
            text = self._text[starts[line] : starts[line + 1]]
            match = _CONTENTS_LINE.match(text)
            if match is None:
                continue
            index = by_anchor.get(
                match.group("anchor").lower(), by_text.get(plain(match.group("text")))
            )
            if index is not None:
                style = (match.group("lead"), match.group("marker"), match.group("gap"))
                found.setdefault(index, ContentsLine(starts[line], starts[line + 1], *style))
        return found

    def _line_starts(self) -> list[int]:
        starts = [0, *(match.end() for match in re.finditer("\n", self._text))]
        return [*starts, len(self._text)]

    def add_contents(self, sections: list[NewSection], eol: str) -> list[Splice]:
        """The lines that new sections get in the table of contents."""
        lines = self.contents_lines()
        splices: list[Splice] = []
        for section in sections if lines else []:
            place = self._contents_place(section, lines)
            if place:
                splices += self._contents_splices(section, place, eol)
        return splices

    def _contents_place(
        self, section: NewSection, lines: dict[int, ContentsLine]
    ) -> tuple[int, ContentsLine] | None:
        """The offset of a new line, and the line whose style it takes."""
        parent = self.find(section.path[:-1])
        same = [index for index in lines if self._headings[index].level == section.level]
        earlier = [index for index in same if index < section.position]
        if earlier:
            first = max(earlier)
            last = max(lines[index].end for index in lines if first <= index < section.position)
            return last, lines[first]
        if same:
            return lines[min(same)].start, lines[min(same)]
        is_unlisted = any(heading.level == section.level for heading in self._headings)
        if parent is None or parent not in lines or is_unlisted:
            return None
        line = lines[parent]
        return line.end, line._replace(lead=line.lead + self._indent_step(lines))

    @staticmethod
    def _indent_step(lines: dict[int, ContentsLine]) -> str:
        leads = sorted({line.lead for line in lines.values()}, key=len)
        return leads[1][len(leads[0]) :] if len(leads) > 1 else "  "

    def _contents_splices(
        self, section: NewSection, place: tuple[int, ContentsLine], eol: str
    ) -> list[Splice]:
        offset, style = place
        text = section.path[-1]
        before = [heading.text for heading in self._headings[: section.position]]
        anchor = anchors([*before, text])[-1]
        link = f"[{escape(text, keep_tags=False)}](#{anchor})"
        line = f"{style.lead}{_next_marker(style.marker)}{style.gap}{link}{eol}"
        splices = [Splice(offset, offset, line)]
        step = self._indent_step(self.contents_lines())
        for child in section.children:
            below = (offset, style._replace(lead=style.lead + step))
            splices += self._contents_splices(child, below, eol)
        return splices

    # -- removing --------------------------------------------------------------------------------

    def remove_empty(self, paths: Iterable[SectionPath]) -> tuple[list[Splice], set[SectionPath]]:
        """Takes away the sections among ``paths`` that hold nothing, not even a section that stays."""
        wanted = set(paths)
        gone: set[int] = set()
        for index in reversed(range(len(self._headings))):
            below = range(index + 1, self._subtree_end(index))
            is_empty = is_blank(self._text[self._headings[index].end : self._start_of(index + 1)])
            if self._headings[index].path in wanted and is_empty and gone.issuperset(below):
                gone.add(index)
        lines = self.contents_lines()
        splices = [
            Splice(lines[index].start, lines[index].end, "") for index in gone if index in lines
        ]
        splices += self._removed_headings(gone)
        return splices, {self._headings[index].path for index in gone}

    def _removed_headings(self, gone: set[int]) -> list[Splice]:
        splices = []
        for first in sorted(gone):
            if first - 1 in gone:
                continue
            after = first
            while after in gone:
                after += 1
            start = self._headings[first].start
            if after < len(self._headings):
                splices.append(Splice(start, self._headings[after].start, ""))
            else:
                start -= len(self._blank_before(start))
                splices.append(Splice(start, self._headings[after - 1].end, ""))
        return splices


def len_without_blank_lines(text: str) -> int:
    """The length of a text without the blank lines at its end; the last line's own end is kept."""
    end = len(text)
    while end:
        start = text.rfind("\n", 0, end - 1) + 1
        if not is_blank(text[start:end]):
            break
        end = start
    return end


def _heading_text(text: str) -> str:
    written = escape(text, keep_tags=False)
    return re.sub(r"(#+)\Z", r"\\\1", written) if re.search(r"(?:\A|\s)#+\Z", written) else written


def _next_marker(marker: str) -> str:
    return f"{int(marker[:-1]) + 1}{marker[-1]}" if marker[0].isdigit() else marker


def _usual(values: list[str], default: str) -> str:
    return max(reversed(values), key=values.count) if values else default
