"""Reads a Markdown text line by line: headings, entries with their notes, lines of a table of contents.

One pass, linear, and only as much of CommonMark as a list needs: what is code, comment or front matter
holds no entries, and a list item owns the lines that are indented under it.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from zsync.core.known import NOTHING_KNOWN, KnownTitles
from zsync.core.model import Entry
from zsync.core.patterns import regex
from zsync.formats.reading_list import fields as entry_fields
from zsync.formats.reading_list.blocks import lines_below, paragraph_end, says_of_paper
from zsync.formats.reading_list.fields import LONGEST, Fields
from zsync.formats.reading_list.hosts import leads_to_paper
from zsync.formats.reading_list.inline import (
    definition,
    find_links,
    one_line,
    plain,
    with_references,
)
from zsync.formats.reading_list.note_block import (
    NoteKind,
    columns,
    is_long,
    is_nested_note,
    read_note,
    reads_as_note,
    starts_block,
)
from zsync.formats.reading_list.shapes import Shape, bullet
from zsync.formats.reading_list.shapes.bullet import BULLET, ITEM, PLAIN_BULLET, box_of, plain_paper
from zsync.formats.reading_list.shapes.item import (
    ITEM_OF_LINES,
    detail_lines,
    is_alike,
    is_links_line,
    is_paper,
    lines_that_complete,
    may_be_title,
    may_say_details,
    says_details,
)
from zsync.formats.reading_list.shapes.logical_line import (
    end_of_links,
    end_of_open,
    end_of_title,
    logical,
    paragraph_of,
)
from zsync.formats.reading_list.shapes.neighbours import Neighbours
from zsync.formats.reading_list.shapes.placed import Placed
from zsync.formats.reading_list.shapes.table.group import Tables
from zsync.formats.reading_list.shapes.table.row import Table
from zsync.formats.reading_list.title_places import NO_PLACES, Place, Places

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


class Block(NamedTuple):
    """Where an entry stands: its head up to ``head_end``, then its note up to ``end``; line ends included.

    ``line`` is the index of its first line. ``lead`` is its indentation, ``marker`` its marker with the
    spaces after it; ``indent`` and ``content`` are the columns of its marker and of its text. ``heading``
    is the index of the heading above it, or -1. A ``doubtful`` entry may have another title; a ``fixed`` one
    has the right title, and fields that no edit reaches. Both are shown and never edited.
    """

    line: int
    start: int
    head_end: int
    end: int
    lead: str
    marker: str
    indent: int
    content: int
    note: NoteKind | None
    heading: int
    shape: Shape = BULLET
    doubtful: bool = False
    fixed: bool = False


class Region(NamedTuple):
    """The part of the text that may be edited."""

    start: int
    end: int


class MarkerProblem(NamedTuple):
    """A marker that does not limit a part of the list: its 1-based line, what is wrong, what to do."""

    line: int
    what: str
    advice: str


# A heading: its signs, and its text with the signs that may close it.
ATX = regex(r"(#{1,6})(?:[ \t]++(.*))?\Z")
# Old renderers took `##Title` for a heading, and authors still write it; one `#` may be a tag.
TIGHT_ATX = regex(r"(#{2,6})([^#\s].*)\Z")
_MARKER = regex(r"<!--[ \t]*zsync:(start|end)[ \t]*-->")
_FENCE = regex(r"(`{3,})[^`]*\Z|(~{3,})")
_HTML_HEADING = regex(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.IGNORECASE)
_RAW_HTML = regex(r"<(pre|script|style|textarea)\b", re.IGNORECASE)
_UNDERLINE = regex(r"(?:=+|-+)\Z")
_NO_PAPERS = regex(
    r"(?:latest )?(?:news|updates?|what.s new|change ?log|contribut(?:ing|ions?|ors)"
    r"|how to contribute|acknowledge?ments?|citations?|cite|licen[sc]e|star history"
    r"|新闻|最新动态|更新(?:日志)?|动态|贡献|致谢|引用)",
    re.IGNORECASE,
)
# Headings of what is seldom a paper: an item there is one by its address, venue or box.
_OTHER_THINGS = regex(
    r"(?:(?:useful|related|other|more|online|open[- ]source|our) )*"
    r"(?:tools?|software|programs?|librar(?:y|ies)|courses?|lectures?|tutorials?|labs?"
    r"|(?:research )?groups?|people|blogs?|blog posts?|videos?|talks?|podcasts?|newsletters?"
    r"|communit(?:y|ies)|websites?|links|resources|jobs)"
    r"|(?:相关)?(?:工具|软件|课程|教程|实验室|博客|视频|资源|社区)",
    re.IGNORECASE,
)
_MARKERS = frozenset("-*+0123456789")
_HTML_ROW = regex(r"[ \t]*<tr\b", re.IGNORECASE)
_MOST_ROW_LINES = 20
_QUOTED = regex(r"[ ]{0,3}>")
# What ends the part of a heading and belongs to what follows: rules, anchors.
_EDGE = regex(r"[ \t\r]*(?:[-*_](?:[ \t]*[-*_]){2,}[ \t\r]*|<[^<>]*>(?:</\w+>)?[ \t\r]*)?\Z")
# A heading with so many papers right below it is a topic.
_TOPIC = 2
# How many characters in the paragraph below a heading may say nothing of the paper.
_MUCH = 100
_IN_LIST = -1


class Scanner:
    """Walks over the lines of a text; afterwards its public lists are filled."""

    def __init__(
        self, text: str, places: Places = NO_PLACES, known: KnownTitles = NOTHING_KNOWN
    ) -> None:
        self.text = text
        self._places = places
        lines = text.split("\n")
        bom = 1 if text.startswith("\ufeff") else 0
        self.starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
        if bom:
            self.starts[0], lines[0] = 1, lines[0][1:]
        self.starts[-1] = len(text)
        self.lines = [line.removesuffix("\r") for line in lines] if "\r" in text else lines
        self._definitions = dict(filter(None, map(definition, self.lines))) if "]:" in text else {}
        self._tables = Tables(self.lines, known)
        self._marks = known.marks
        self.headings: list[Heading] = []
        self._above: list[Heading] = []
        self.blocks: list[Block] = []
        self.entries: list[Entry] = []
        self.contents: list[int] = []
        # Lines that hold no prose: front matter, fenced code, comments, the table of contents.
        self.silent: list[tuple[int, int]] = []
        self.region = Region(0, len(text))
        self.marker_problem: MarkerProblem | None = None
        self._opened = 0
        self._closed = False
        self._stack: list[int] = []
        # The first line of the open paragraph, _IN_LIST inside a list item, None if there is none.
        self._paragraph: int | None = None
        # The headings under which the last note at the list's own column, and of another kind, stood.
        self._column_notes_under = -2
        self._other_notes_under = -2
        self._neighbours = Neighbours(self.lines)

    def scan(self) -> None:
        """Reads the whole text."""
        index = self._skip_front_matter()
        while index < len(self.lines):
            index = self._read_block(index)
        self._check_markers()

    def _skip_front_matter(self) -> int:
        if self.lines[0].rstrip() not in ("---", "+++"):
            return 0
        closers = {self.lines[0].rstrip(), "..."}
        for index in range(1, len(self.lines)):
            if self.lines[index].rstrip() in closers:
                return self._silence(0, index + 1)
        return 0

    def _read_block(self, index: int) -> int:
        """Reads what begins at a line and returns the index of the line after it."""
        line = self.lines[index]
        stripped = line.strip(" \t\r")
        if not stripped:
            self._paragraph = None
            return index + 1
        indent = columns(line)
        while self._stack and indent < self._stack[-1]:
            self._stack.pop()
        base = self._stack[-1] if self._stack else 0
        if indent - base >= 4:
            return index + 1
        first = stripped[0]
        if first in "-*+" or first.isdigit():
            return self._read_item(index, line, stripped, indent)
        if first == "#":
            return self._read_heading(index, stripped, base)
        if first in "`~" and (fence := _FENCE.match(stripped)):
            self._paragraph = None
            return self._skip_fence(index, fence.group(1) or fence.group(2), base)
        if first == "[" and self._definitions and definition(line):
            self._paragraph = None
            return self._silence(index, index + 1)
        if first == "<":
            return self._read_html(index, stripped, base)
        return self._read_text(index, stripped)

    def _read_text(self, index: int, stripped: str) -> int:
        if stripped[0] == "=" and self._is_underline(stripped):
            return self._read_underlined(index, 1)
        if "|" in stripped and self._tables.begins_at(index):
            return self._read_table(index)
        if self._paragraph is None:
            if self._places and (after := self._read_placed_paragraph(index)):
                return after
            self._paragraph = _IN_LIST if self._stack else index
        elif self._paragraph == _IN_LIST and index in self._places and not self._closed:
            return self._read_placed_lines(index, index)
        return index + 1

    def _is_underline(self, stripped: str) -> bool:
        is_open = self._paragraph is not None and self._paragraph != _IN_LIST
        return is_open and _UNDERLINE.match(stripped) is not None

    def _read_underlined(self, index: int, level: int) -> int:
        first = self._paragraph or 0
        text = " ".join(line.strip() for line in self.lines[first:index])
        self._add_heading(level, text, first, index + 1)
        return index + 1

    def _read_heading(self, index: int, stripped: str, base: int) -> int:
        match = ATX.match(stripped) or TIGHT_ATX.match(stripped)
        if not match or base:
            return self._read_text(index, stripped)
        level = len(match.group(1))
        is_placed = index in self._places and not self._closed
        if is_placed and (after := self._read_placed_heading(index, level)):
            return after
        self._add_heading(level, _heading_text(match), index, index + 1)
        return index + 1

    def _add_heading(self, level: int, text: str, line: int, after: int) -> None:
        said = one_line(plain(text, keep_tags=False))
        while self._above and self._above[-1].level >= level:
            self._above.pop()
        path = (*(each.text for each in self._above), said)
        added = Heading(level, said, line + 1, path, self.starts[line], self.starts[after])
        self._above.append(added)
        self.headings.append(added)
        self._stack.clear()
        self._paragraph = None

    def _read_html(self, index: int, stripped: str, base: int) -> int:
        self._paragraph = None
        if stripped.startswith("<!--"):
            self._note_marker(index, stripped)
            return self._skip_to(index, "-->", base)
        if raw := _RAW_HTML.match(stripped):
            return self._skip_to(index, f"</{raw.group(1).lower()}>", base)
        if not base and (heading := _HTML_HEADING.match(stripped)):
            self._add_heading(int(heading.group(1)), heading.group(2), index, index + 1)
        elif index in self._places and not self._closed:
            row = html_row_end(self.lines, index)
            return self._read_placed_lines(index, max(row - 1, index), is_row=row > 0)
        return index + 1

    def _note_marker(self, index: int, stripped: str) -> None:
        """The markers limit the region: entries before the first and after the second are nobody's."""
        marker = _MARKER.fullmatch(stripped)
        if marker is None:
            return
        is_start = marker.group(1) == "start"
        if is_start and not self._opened:
            self.blocks.clear()
            self.entries.clear()
            self._opened = index + 1
            self.region = Region(self.starts[index + 1], len(self.text))
        elif not is_start and self._opened and not self._closed:
            self._closed = True
            self.region = Region(self.region.start, self.starts[index])
        else:
            self._complain(index, "start" if is_start else "end")

    def _complain(self, index: int, kind: str) -> None:
        if self.marker_problem:
            return
        advice = "Keep one <!-- zsync:start --> and, below it, one <!-- zsync:end -->."
        what = (
            f"a second zsync:{kind}" if self._opened else "a zsync:end with no zsync:start above it"
        )
        self.marker_problem = MarkerProblem(index + 1, what, advice)

    def _check_markers(self) -> None:
        if self._opened and not self._closed and not self.marker_problem:
            self.marker_problem = MarkerProblem(
                self._opened,
                "a zsync:start with no zsync:end below it",
                "Put <!-- zsync:end --> where zsync's part ends.",
            )

    def _skip_to(self, index: int, closer: str, base: int) -> int:
        """The line after the one that holds ``closer``, or after the list item that holds this line."""
        for after in range(index, len(self.lines)):
            line = self.lines[after]
            if after > index and self._leaves(line, base):
                return self._silence(index, after)
            if closer in line.lower():
                return self._silence(index, after + 1)
        return self._end_open(index)

    def _skip_fence(self, index: int, fence: str, base: int) -> int:
        for after in range(index + 1, len(self.lines)):
            line = self.lines[after]
            if self._leaves(line, base):
                return self._silence(index, after)
            stripped = line.strip(" \t\r")
            if len(stripped) >= len(fence) and not stripped.strip(fence[0]):
                return self._silence(index, after + 1)
        return self._end_open(index)

    def _end_open(self, index: int) -> int:
        """What nothing closes swallows the rest of the text: nothing can be written after it."""
        self.region = Region(self.region.start, min(self.region.end, self.starts[index]))
        return len(self.lines)

    def _silence(self, first: int, after: int) -> int:
        self.silent.append((self.starts[first], self.starts[after]))
        return after

    @staticmethod
    def _leaves(line: str, base: int) -> bool:
        return base > 0 and columns(line) < base and not line.isspace() and line != ""

    # -- tables ----------------------------------------------------------------------------------

    def _read_table(self, index: int) -> int:
        """Reads a table; the rows of one that holds papers are entries."""
        self._paragraph = None
        found = self._tables.at(index)
        if found is None:
            return self._read_placed_rows(index)
        for row in found.rows if not self._closed else ():
            line = self.lines[row]
            fields = found.shape.read(line) if "|" in line and len(line) <= LONGEST else None
            if fields:
                lead = line[: len(line) - len(line.lstrip(" \t"))]
                start, end = self.starts[row], self.starts[row + 1]
                place = (lead, "", columns(line), columns(line), None, len(self.headings) - 1)
                block = Block(row, start, end, end, *place, found.shape, found.doubtful)
                self._add_entry(block, fields)
            elif row in self._places:
                self._read_placed_lines(row, row, is_row=True)
        return found.after

    def _read_placed_rows(self, index: int) -> int:
        """Keeps the rows with a known title in a table that shows no papers by itself; the line to go on."""
        after = self._tables.end(index)
        rows = [row for row in range(index + 2, after) if row in self._places]
        if not rows or self._closed:
            return index + 2
        for row in rows:
            self._read_placed_lines(row, row, is_row=True)
        return after

    # -- list items ------------------------------------------------------------------------------

    def _read_item(self, index: int, line: str, stripped: str, indent: int) -> int:
        if stripped[0] == "-" and self._is_underline(stripped):
            return self._read_underlined(index, 2)
        item = ITEM.match(line)
        if not item or (len(stripped) > 2 and not stripped.strip("-* \t")):
            return self._read_text(index, stripped)
        may_be_entry = not self._closed and len(line) <= LONGEST
        if may_be_entry and (box_of(item) >= 0 or not self._tells_no_papers()):
            if self._definitions and (after := self._read_referring(index, item, indent)):
                return after
            stop = self._broken_within(index, item.end())
            if stop and (fields := BULLET.read(self._head(index, stop))):
                return self._read_entry(index, item, indent, fields, stop, BULLET)
            if (fields := bullet.read(line, item)) and not self._is_other_thing(line, fields):
                return self._read_entry(index, item, indent, fields)
            if last := self._completed(index, item, indent):
                return self._read_entry(index, item, indent, None, last, ITEM_OF_LINES)
            if plain := self._plain_paper(index, item):
                return self._read_entry(index, item, indent, plain, index, PLAIN_BULLET)
            stop = self._broken_between(index, item)
            if stop and (fields := BULLET.read(self._head(index, stop))):
                return self._read_entry(index, item, indent, fields, stop, BULLET)
            if self._places and (after := self._read_placed_item(index, item, indent)):
                return after
        return self._read_other_item(index, line, item, indent)

    def _read_referring(self, index: int, item: re.Match[str], indent: int) -> int:
        """Keeps an entry with links whose addresses stand elsewhere, with doubt; 0 if there is none.

        It is read as if the addresses stood in it. There are no spans to edit, so nothing may be edited.
        """
        stop = self._broken_within(index, item.end()) or index
        head = self._head(index, stop)
        said = logical(with_references(head, item.end(), self._definitions))
        if said == logical(head) or (fields := BULLET.read(said)) is None:
            return 0
        return self._read_entry(index, item, indent, fields, stop, BULLET, said)

    def _broken_within(self, index: int, body: int) -> int:
        """The last line of an item's head that is broken within a link or a bold run, else 0."""
        last = paragraph_of(self.lines, index, len(self.lines) - 1)
        stop = end_of_open(self.lines, index, last, body) if last > index else index
        return end_of_links(self.lines, stop, last) if stop > index else 0

    def _broken_between(self, index: int, item: re.Match[str]) -> int:
        """The last line of an item's head that is broken within a plain title or between links, else 0."""
        last = paragraph_of(self.lines, index, len(self.lines) - 1)
        if last == index:
            return 0
        stop = end_of_title(self.lines, index, last, item.end())
        stop = end_of_links(self.lines, stop, last)
        return stop if stop > index else 0

    def _completed(self, index: int, item: re.Match[str], indent: int) -> int:
        """The last line of the head of an item that is an entry only with the lines under it, else 0."""
        below = self._next_line(index)
        content = content_column(item, indent)
        last, _ = self._owned_lines(index, _threshold(content, indent), content)
        links = self._links_below(index, last)
        if below is None or not (links > index or says_details(self.lines[below])):
            return 0
        if not may_be_title(self.lines[index], item) or is_paper(self.lines[below]):
            # A title below a title is a paper of its own, and what stands above it the name of a group.
            return 0
        stop = max(links, lines_that_complete(self.lines, index, last))
        return stop if stop > index and ITEM_OF_LINES.read(self._head(index, stop)) else 0

    def _tells_no_papers(self) -> bool:
        """Whether the section is about the list itself; only a box makes a paper there."""
        return bool(self.headings) and is_about_the_list(self.headings[-1].text)

    def _is_other_thing(self, line: str, fields: Fields) -> bool:
        """Whether an item is what the section is named for: a tool, a course, a lab."""
        if fields.box >= 0 or fields.venue or not self.headings or not fields.links:
            return False
        if not _OTHER_THINGS.fullmatch(_words_of(self.headings[-1].text)):
            return False
        return not any(leads_to_paper(line[link.url_start : link.url_end]) for link in fields.links)

    def _plain_paper(self, index: int, item: re.Match[str]) -> Fields | None:
        """An item without any link that ends with a venue and its year, as most of its neighbours do."""
        fields = plain_paper(self.lines[index], item)
        return fields if fields and self._neighbours.end_with_venues(index) else None

    def _head(self, index: int, last: int) -> str:
        return self.text[self.starts[index] : self.starts[last + 1]].rstrip("\r\n")

    def _next_line(self, index: int) -> int | None:
        """The next line that says anything, at most one blank line further down."""
        for below in range(index + 1, min(index + 3, len(self.lines))):
            if self.lines[below].strip(" \t\r"):
                return below
        return None

    def _details(self, index: int, last: int) -> int:
        """The last of the lines under an entry that say more of the paper; its own line if none does."""
        below = self._next_line(index)
        if below is None or below > last:
            return index
        stop = index
        if may_say_details(self.lines[below]):
            neighbours = self._neighbours.say_details(index)
            stop = detail_lines(self.lines, index, last, neighbours=neighbours)
        return max(stop, self._links_below(index, last))

    def _links_below(self, index: int, last: int) -> int:
        """The line under an entry in which its links stand as those of its neighbours do, else its own."""
        stop = index + self._neighbours.links_below(index)
        is_there = stop <= last and stop <= paragraph_of(self.lines, index, last)
        return stop if is_there and is_links_line(self.lines[stop]) else index

    def _read_other_item(self, index: int, line: str, item: re.Match[str], indent: int) -> int:
        base = _threshold(content_column(item, indent), indent)
        self._stack.append(base)
        self._paragraph = _IN_LIST
        if "](#" in line:
            self.contents.append(index)
            self._silence(index, index + 1)
        rest = line[item.end() :]
        if fence := _FENCE.match(rest):
            return self._skip_fence(index, fence.group(1) or fence.group(2), base)
        if rest.startswith("<!--"):
            return self._skip_to(index, "-->", base)
        return index + 1

    def _read_entry(
        self,
        index: int,
        item: re.Match[str],
        indent: int,
        fields: Fields | None,
        stop: int | None = None,
        shape: Shape = BULLET,
        said: str | None = None,
        *,
        doubtful: bool = False,
    ) -> int:
        """Keeps the entry that begins at a line; ``fields`` are those of that line if it is one by itself.

        ``stop`` is the last line of its head where that is known. ``said`` is what the head was read as where
        it does not say all by itself.
        """
        content = content_column(item, indent)
        base = _threshold(content, indent)
        last, kind = self._owned_lines(index, base, content)
        if stop is None:
            stop, shape = self._head_end(index, last, item)
        if stop > index and said is None:
            fields = shape.read(self._head(index, stop)) or fields
        if fields is None:
            return index + 1
        if last == stop and shape in (BULLET, PLAIN_BULLET):
            last, kind = self._detached_note(stop, item, indent, base)
        elif stop == last:
            kind = None
        elif self._is_nested_note(stop + 1, last, indent):
            kind = NoteKind.NESTED
        elif kind is None or (stop > index and not self._is_lazy(stop + 1, base)):
            kind = NoteKind.INDENTED
        block = Block(
            index,
            self.starts[index],
            self.starts[stop + 1],
            self.starts[last + 1],
            item.group(1),
            item.group(2) + item.group(3),
            indent,
            content,
            kind,
            len(self.headings) - 1,
            shape,
            doubtful,
            fixed=said is not None,
        )
        self._add_entry(block, fields, head=said)
        below = self._next_line(last)
        if (
            below is not None
            and columns(self.lines[below]) >= base
            and ITEM.match(self.lines[below])
        ):
            # An entry stands within this one.
            self._stack.append(base)
        return last + 1

    def _head_end(self, index: int, last: int, item: re.Match[str]) -> tuple[int, Shape]:
        """The last line of the head of an entry that begins at a line, and the shape of the head."""
        if last == index:
            return index, BULLET
        stop = end_of_title(self.lines, index, paragraph_of(self.lines, index, last), item.end())
        if stop == index:
            details = self._details(index, last)
            if details > index and ITEM_OF_LINES.read(self._head(index, details)):
                return details, ITEM_OF_LINES
        stop = end_of_links(self.lines, stop, paragraph_of(self.lines, index, last))
        return (stop if BULLET.read(self._head(index, stop)) else index), BULLET

    def _is_lazy(self, index: int, base: int) -> bool:
        line = self.lines[index]
        return bool(line.strip(" \t\r")) and columns(line) < base

    def _is_nested_note(self, first: int, last: int, indent: int) -> bool:
        if self.lines[first].lstrip(" \t")[:1] not in _MARKERS:
            return False
        lines = self.lines[first : last + 1]
        return columns(lines[0]) > indent + 1 and is_nested_note(lines, bullet.is_sentence_item)

    def _add_entry(
        self,
        block: Block,
        fields: Fields,
        path: SectionPath | None = None,
        head: str | None = None,
    ) -> None:
        """Keeps an entry whose fields were read in its head; its section is that of the last heading."""
        note = None
        if block.note:
            note = read_note(self.text[block.head_end : block.end], block.note, block.content)
            if block.note is not NoteKind.COLUMN:
                self._other_notes_under = block.heading
        if head is None and self._places:
            block, fields = self._with_place(block, fields)
        head = head or self.text[block.start : block.head_end].rstrip("\r\n")
        section = self.headings[-1].path if self.headings else ()
        section = section if path is None else path
        self.blocks.append(block)
        marks = self._marks
        self.entries.append(entry_fields.entry(head, fields, block.line + 1, section, note, marks))
        self._paragraph = None

    # -- titles that were found before ---------------------------------------------------------------

    def _place_in(self, first: int, last: int) -> Place | None:
        """The place of the first title among some lines; that of a known one before others."""
        here = [self._places[line] for line in range(first, last + 1) if line in self._places]
        return min(here, key=lambda place: place.by_form, default=None)

    def _place_of(self, block: Block) -> Place | None:
        """The place of the title in the head of an entry, if it was found before."""
        place = self._place_in(block.line, bisect_left(self.starts, block.head_end) - 1)
        return place if place and place.end <= block.head_end else None

    def _with_place(self, block: Block, fields: Fields) -> tuple[Block, Fields]:
        """The entry with its title where it was found before, if the rules read another one."""
        if isinstance(block.shape, Placed):
            return block, fields
        place = self._place_of(block)
        if place is None:
            return block, fields
        title = place.start - block.start, place.end - block.start
        if title == fields.title:
            return block, fields
        head = self.text[block.start : block.head_end].rstrip("\r\n")
        shape = Placed(head, title, block.shape)
        doubtful, fixed = block.doubtful or place.doubtful, isinstance(block.shape, Table)
        found = shape.read(head)
        if found is None:
            return block, fields
        return block._replace(shape=shape, doubtful=doubtful, fixed=block.fixed or fixed), found

    def _read_placed_item(self, index: int, item: re.Match[str], indent: int) -> int:
        """Keeps an item that no rule reads, by the place of its title; 0 if nothing says it."""
        last = paragraph_of(self.lines, index, len(self.lines) - 1)
        place = self._place_in(index, last)
        if place is None:
            return 0
        stop = bisect_left(self.starts, place.end) - 1
        stop = end_of_links(self.lines, stop, last)
        content = content_column(item, indent)
        owned, _ = self._owned_lines(index, _threshold(content, indent), content)
        if stop > owned:
            # The title goes on in what is not a part of the item: a quotation, HTML, a heading.
            return 0
        stop = max(stop, self._details(stop, owned))
        head = self._head(index, stop)
        shape = Placed(head, (place.start - self.starts[index], place.end - self.starts[index]))
        fields = shape.read(head)
        return self._read_entry(index, item, indent, fields, stop, shape, doubtful=place.doubtful)

    def _read_placed_paragraph(self, first: int) -> int:
        """Keeps the entries of a paragraph: one title, one entry; 0 if it has none.

        The last of them owns the lines below that say more of its paper, and its note.
        """
        after = self._quotation_end(first) or paragraph_end(self.lines, first)
        titles = [line for line in range(first, after) if line in self._places]
        if not titles or self._closed:
            return 0
        starts = [first, *titles[1:]]
        is_complete = any("](" in line or "http" in line for line in self.lines[titles[-1] : after])
        after = lines_below(self.lines, after, self._places, is_complete=is_complete)
        for start, end in pairwise(starts):
            self._read_placed_lines(start, end - 1)
        return self._read_placed_lines(starts[-1], after - 1, self._note_of_block(after))

    def _quotation_end(self, first: int) -> int:
        """The line after the quotation that a line begins, else 0."""
        rest = range(first, len(self.lines))
        after = next((at for at in rest if not _QUOTED.match(self.lines[at])), len(self.lines))
        return after if after > first else 0

    def _note_of_block(self, after: int) -> int:
        """The line after the paragraph below a block that is its note: a sentence before another block."""
        first = self._says_next(after)
        if first in (after, len(self.lines)) or starts_block(self.lines[first]):
            return after
        last = paragraph_end(self.lines, first)
        said = "\n".join(self.lines[first:last])
        following = self._says_next(last)
        is_note = (
            reads_as_note(said)
            and is_long(said)
            and not find_links(said)
            and self._place_in(first, last - 1) is None
        )
        if not is_note or following == len(self.lines) or starts_block(self.lines[following]):
            return after
        is_before_title = self._place_in(following, paragraph_end(self.lines, following) - 1)
        return last if is_before_title else after

    def _says_next(self, index: int) -> int:
        """The first line from one on that is not blank."""
        while index < len(self.lines) and not self.lines[index].strip(" \t\r"):
            index += 1
        return index

    def _read_placed_heading(self, index: int, level: int) -> int:
        """Keeps a heading that is a title, with the lines below it that say more of the paper.

        All else that is below it is the note, and it is not a section. Where that holds papers, the heading
        is a topic: 0. But a title that is known, or told with doubt, is an entry there as well, without note.
        """
        head_end = self._heading_end(index)
        after = max(head_end, self._part_end(index, level))
        place = self._places[index]
        holds_papers = self._holds_papers(head_end, after)
        if holds_papers and place.by_form and not place.doubtful:
            return 0
        if holds_papers or place.doubtful:
            return self._read_placed_lines(index, head_end - 1)
        while self._above and self._above[-1].level >= level:
            self._above.pop()
        self._stack.clear()
        return self._read_placed_lines(index, head_end - 1, self._before_known(head_end, after))

    def _before_known(self, first: int, after: int) -> int:
        """The line after those from a line on that say anything before another paper is known to stand."""
        places = (at for at in range(first, after) if at in self._places)
        after = next((at for at in places if not self._places[at].by_form), after)
        while after > first and _EDGE.match(self.lines[after - 1]):
            after -= 1
        return after

    def _heading_end(self, index: int) -> int:
        """The line after those below a heading that say more of its paper, a paragraph as a whole first."""
        is_complete = "](" in self.lines[index]
        first = self._says_next(index + 1)
        last = first
        if first < len(self.lines) and not starts_block(self.lines[first]):
            last = paragraph_end(self.lines, first)
        said = "\n".join(self.lines[first:last])
        if said and not self._place_in(first, last - 1) and says_of_paper(said, _MUCH):
            is_complete |= "](" in said
            return lines_below(self.lines, last, self._places, is_complete=is_complete)
        return lines_below(self.lines, index + 1, self._places, is_complete=is_complete)

    @cached_property
    def _levels(self) -> dict[int, int]:
        """The level of each heading outside code, by its line."""
        found, fence = {}, ""
        for index, line in enumerate(self.lines):
            stripped = line.strip(" \t")
            if columns(line) < 4 and _FENCE.match(stripped):
                mark = stripped[:3]
                fence = "" if fence == mark else fence or mark
            elif stripped[:1] == "#" and not fence and columns(line) < 4:
                heading = ATX.match(stripped) or TIGHT_ATX.match(stripped)
                found.update({index: len(heading.group(1))} if heading else {})
        return found

    def _part_end(self, index: int, level: int) -> int:
        """The line after the last one of a heading's part that says anything of it."""
        end = index + 1
        while end < len(self.lines) and self._levels.get(end, level + 1) > level:
            end += 1
        while end > index and _EDGE.match(self.lines[end - 1]):
            end -= 1
        return end

    def _holds_papers(self, first: int, after: int) -> bool:
        """Whether the part of a heading holds a table, papers right below it or a paper's heading."""
        headings = [at for at in range(first, after) if at in self._levels]
        own = range(first, headings[0] if headings else after)
        if any(map(self._is_told, headings)) or any(map(self._is_in_table, own)):
            return True
        papers = (at for at in own if self._is_told(at) or self._is_item_of_paper(at))
        return len(list(islice(papers, _TOPIC))) == _TOPIC

    def _is_told(self, line: int) -> bool:
        return line in self._places and not self._places[line].doubtful

    def _is_in_table(self, line: int) -> bool:
        return self.lines[line].lstrip(" ").startswith("|")

    def _is_item_of_paper(self, line: int) -> bool:
        """Whether a line is an item that is a paper by itself, and says nothing of another one."""
        text = self.lines[line]
        item = ITEM.match(text)
        return item is not None and not says_of_paper(text) and bullet.read(text, item) is not None

    def _read_placed_lines(
        self, first: int, last: int, after: int = 0, *, is_row: bool = False
    ) -> int:
        """Keeps some lines in which a title is known to stand as an entry; gives the line after them.

        Its note ends before the line ``after``, if it has one. What the cells of a row beside the title's
        are for is not known: no edit reaches them.
        """
        place = self._place_in(first, last)
        start, end = self.starts[first], self.starts[last + 1]
        if place is None or place.end > end or end - start > LONGEST:
            return last + 1
        after = max(after, last + 1)
        kind = NoteKind.COLUMN if after > last + 1 else None
        head = self.text[start:end].rstrip("\r\n")
        shape = Placed(head, (place.start - start, place.end - start))
        if fields := shape.read(head):
            where = first, start, end, self.starts[after]
            above = self._above[-1] if self._above else None
            section = bisect_left(self.headings, above.line, key=_line_of) if above else -1
            # What follows another heading of the level would be taken for a part of that.
            fixed = is_row or section != len(self.headings) - 1
            block = Block(*where, "", "", 0, 0, kind, section, shape, place.doubtful, fixed)
            self._add_entry(block, fields, above.path if above else ())
        return after

    # -- the lines of an item ------------------------------------------------------------------------

    def _owned_lines(self, index: int, base: int, content: int) -> tuple[int, NoteKind | None]:
        """The last line of the list item that begins at ``index``, and LAZY if its note begins so.

        A heading is its own only where CommonMark says so, at the column of its text or after it.
        """
        lines, last, kind = self.lines, index, None
        in_paragraph, in_fence = True, False
        after = index + 1
        while after < len(lines):
            stripped = lines[after].strip(" \t\r")
            if not stripped:
                in_paragraph = False
            elif columns(lines[after]) >= base and not (
                stripped[0] == "#"
                and not in_fence
                and self._ends_item(lines[after], stripped, content)
            ):
                if not in_fence and self._is_entry_below(index, after):
                    break
                last = after
                if stripped.startswith(("```", "~~~")):
                    in_fence, in_paragraph = not in_fence, False
                else:
                    in_paragraph = not in_fence
            elif in_paragraph and not starts_block(stripped):
                kind = NoteKind.LAZY if last == index else kind
                last = after
            else:
                break
            after += 1
        return last, kind

    def _is_entry_below(self, index: int, below: int) -> bool:
        """Whether a line within an item is an entry of its own and none of the item's note.

        It is one with a box, or one that is written the same way as the item. It must come first below the
        head: what follows the words of a note belongs to the note.
        """
        item, other = ITEM.match(self.lines[index]), ITEM.match(self.lines[below])
        if item is None or other is None:
            return False
        head_end = index
        if below > index + 1:
            head_end = (
                self._broken_within(index, item.end()) or self._broken_between(index, item) or index
            )
        if self._next_line(head_end) != below:
            return False
        line, is_next = self.lines[below], below == head_end + 1
        if box_of(other) < 0:
            return is_next and is_alike(self.lines[index], line)
        return (is_next or "](http" in line) and bullet.read(line, other) is not None

    @staticmethod
    def _ends_item(line: str, stripped: str, content: int) -> bool:
        return columns(line) < min(content, 4) and ATX.match(stripped) is not None

    def _detached_note(
        self, index: int, item: re.Match[str], indent: int, base: int
    ) -> tuple[int, NoteKind | None]:
        """A note that is not a part of the list item, right under it: a sibling item or a paragraph."""
        after = index + 1
        if after >= len(self.lines):
            return index, None
        line = self.lines[after]
        if line.strip(" \t\r"):
            other = ITEM.match(line)
            if other and self._is_sibling_note(item, other, line):
                return self._owned_lines(after, base, base)[0], NoteKind.SIBLING
        elif (last := self._column_note(after + 1, item, indent)) is not None:
            return last, NoteKind.COLUMN
        return index, None

    @staticmethod
    def _is_sibling_note(item: re.Match[str], other: re.Match[str], line: str) -> bool:
        same_list = item.group(1) == other.group(1) and item.group(2)[-1] == other.group(2)[-1]
        return same_list and bullet.reads_as_prose(line, other)

    def _column_note(self, first: int, item: re.Match[str], indent: int) -> int | None:
        """The last line of a paragraph that is the note of the entry above it.

        Such a paragraph could as well be prose of the section. It counts as a note only if it reads as
        a sentence and the next entry of the same list follows at once. At the end of a section it
        must besides be all that is left of the section, say more than a few words, and every other
        note of the section must be written this way.
        """
        last = first
        while last < len(self.lines) and self._is_paragraph(self.lines[last], indent):
            last += 1
        paragraph = "\n".join(self.lines[first:last])
        if not reads_as_note(paragraph):
            return None
        heading = len(self.headings) - 1
        after = last
        while after < len(self.lines) and not self.lines[after].strip(" \t\r"):
            after += 1
        if self._continues_list(after, item, indent):
            self._column_notes_under = heading
            return last - 1
        if self._column_notes_under != heading or self._other_notes_under == heading:
            return None
        return last - 1 if self._ends_section(after) and is_long(paragraph) else None

    def _ends_section(self, index: int) -> bool:
        if index == len(self.lines):
            return True
        stripped = self.lines[index].strip(" \t\r")
        underlined = index + 1 < len(self.lines) and _UNDERLINE.match(self.lines[index + 1].strip())
        return bool(ATX.match(stripped) or _HTML_HEADING.match(stripped) or underlined)

    @staticmethod
    def _is_paragraph(line: str, indent: int) -> bool:
        return bool(line.strip(" \t\r")) and columns(line) <= indent + 1 and not starts_block(line)

    def _continues_list(self, index: int, item: re.Match[str], indent: int) -> bool:
        """Whether another entry of the same list begins at a line."""
        if index >= len(self.lines) or columns(self.lines[index]) != indent:
            return False
        other = ITEM.match(self.lines[index])
        if other is None or other.group(2)[-1] != item.group(2)[-1]:
            return False
        return bullet.read(self.lines[index], other) is not None


def html_row_end(lines: Sequence[str], index: int) -> int:
    """Return the line after the row of an HTML table that a line begins; 0 if it begins none."""
    if not _HTML_ROW.match(lines[index]):
        return 0
    near = range(index, min(index + _MOST_ROW_LINES, len(lines)))
    return next((at + 1 for at in near if "</tr>" in lines[at].lower()), 0)


@lru_cache(maxsize=1024)
def is_about_the_list(heading: str) -> bool:
    """Whether what stands under a heading is about the list itself: news, licence, how to cite it."""
    return _NO_PAPERS.fullmatch(_words_of(heading)) is not None


def _words_of(heading: str) -> str:
    """A heading without the signs around its words."""
    letters = [at for at, char in enumerate(heading) if char.isalnum()]
    return heading[letters[0] : letters[-1] + 1] if letters else ""


def _heading_text(found: re.Match[str]) -> str:
    """The text of an ATX heading without the signs that close it; of a tight one they need no space."""
    text = (found[2] or "").rstrip(" \t")
    bare = text.rstrip("#")
    is_closed = found.re is TIGHT_ATX or (bare.strip() and bare[-1] in " \t")
    return bare.rstrip(" \t") if is_closed else text


def _line_of(heading: Heading) -> int:
    return heading.line


def content_column(item: re.Match[str], indent: int) -> int:
    """The column where the text of a list item begins (one space after the marker if it is code)."""
    gap = item.group(3)
    width = len(gap.expandtabs(4)) if "\t" in gap else len(gap)
    return indent + len(item.group(2)) + (width if 0 < width < 5 else 1)


def _threshold(content: int, indent: int) -> int:
    """The least indentation that keeps a line inside the item; two are enough under ``1.`` as well."""
    return min(content, indent + 2)
