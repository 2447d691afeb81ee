"""A list's text cut into passages: items, rows, headings and paragraphs, whether or not an entry is read.

What GitHub does not show as text (comments, front matter), code and the table of contents are in none. A
passage is a piece of the text without a break, so that what is found in it has a place.

A paper that stands in the text must not be written into it again, so the text is cut by what stands
on the page and not by what the reader makes of it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate, pairwise

from zsync.core.patterns import regex
from zsync.formats.reading_list.document import ReadingList
from zsync.formats.reading_list.inline import definition
from zsync.formats.reading_list.note_block import columns
from zsync.formats.reading_list.scanner import is_about_the_list


class Kind(StrEnum):
    """What a passage is on the page."""

    ITEM = "item"
    ROW = "row"
    HEADING = "heading"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a text from ``start`` to ``end``.

    ``entry`` is the entry in whose lines it stands; ``is_first`` means that the entry begins with it. What
    stands behind ``head_end`` belongs to the entry's note. ``is_group`` means that entries stand below it,
    ``is_aside`` that it speaks of the list itself: news, how to cite it.
    """

    start: int
    end: int
    kind: Kind
    has_box: bool = False
    is_group: bool = False
    is_aside: bool = False
    entry: int | None = None
    is_first: bool = False
    head_end: int = 0


# A fence of code, in a quotation or after a list marker as well.
_FENCE = regex(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})")
# Elements whose content is no prose; only where they begin a line, else it may be code that names one.
_RAW = regex(
    r"^[ \t]*<(pre|script|style|textarea)\b.*?(?:</\1>|\Z)",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
# What is blanked: everything but the ends of lines.
_VISIBLE = regex(r"[^\n]")
# Markers of items: Markdown's, the bullets of plain text, numbers as bibliographies have them.
_ITEM = regex(
    r"(?:[-*+•·●▪◦‣]|\(?\d{1,4}[.)、．]|\[\d{1,4}\](?!\()|[①-⑳])(?P<box>[ \t]*\[[^\[\]\n]?\](?=[ \t]))?"
    r"(?:[ \t]+|(?<=[、．]))"
)
# A heading's signs, with or without the space after them.
_HEADING = regex(r"#{1,6}(?=[ \t]|[^#\s\d])")
# The row below a table's header.
_RULE_ROW = regex(r"[\s|:-]*-[\s|:-]*\Z")
# The start of an entry of BibTeX outside code.
_RECORD = regex(r"@[A-Za-z]+\s*\{")
# HTML elements that begin something of their own on the page, and the ends of those.
_ELEMENT = regex(
    r"<(?P<end>/?)(?P<name>li|tr|dt|dd|p|div|h[1-6]|blockquote|summary|details|table|[uo]l|center)\b[^<>]*>",
    re.IGNORECASE,
)
_OF_ELEMENT = {"li": Kind.ITEM, "dt": Kind.ITEM, "dd": Kind.ITEM, "tr": Kind.ROW}
# A cell at the beginning of a passage.
_CELL = regex(r"\s*<t[dh]\b", re.IGNORECASE)
# What a line with a colon at its end announces: how to cite the list.
_CITING = regex(r"\b(?:cit(?:e|ing|ation)|bibtex)\b|引用", re.IGNORECASE)
_CODE_COLUMNS = 4
# A paragraph that stands for a heading: bold, or a few words and a colon.
_TOPIC = regex(r"[ \t>]*(?:[*_]{2}([^*_\n]{1,60})[*_]{2}[ \t:：]*|([^\n:：.]{1,60})[:：][ \t]*)\s*")


def shown(found: ReadingList) -> str:
    """Return the text with code, comments, front matter and contents blanked; no place moves."""
    text = _blanked(
        found.text,
        sorted(each for each in found.silent if not _leads_away(found.text[slice(*each)])),
    )
    text = _blanked(text, _comments(text))
    text = _RAW.sub(lambda match: _VISIBLE.sub(" ", match.group()), text)
    return "\n".join(_without_fences(text.split("\n")))


def _leads_away(line: str) -> bool:
    """Return whether a line that is no prose leads to other pages all the same.

    So do the definition of a link, and a line of the contents that has more links than the one into the file.
    """
    is_contents = "](#" in line and "](http" in line and "\n" not in line.rstrip()
    return is_contents or definition(line.rstrip()) is not None


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts: list[str] = []
    pos = 0
    for start, end in spans:
        if end > pos:
            parts += (text[pos : max(start, pos)], _VISIBLE.sub(" ", text[max(start, pos) : end]))
            pos = end
    return "".join((*parts, text[pos:]))


def _comments(text: str) -> Iterator[tuple[int, int]]:
    end = 0
    while (start := text.find("<!--", end)) >= 0 and (close := text.find("-->", start)) >= 0:
        end = close + 3
        yield start, end


def _without_fences(lines: Iterable[str]) -> Iterator[str]:
    """Blank fenced code, that in notes too, which the reader leaves to its notes."""
    open_fence = ""
    for line in lines:
        found = _FENCE.match(line)
        if open_fence:
            closes = found and not line.strip(" \t>\r").strip(open_fence[0])
            if closes and found and len(found[1]) >= len(open_fence):
                open_fence = ""
            yield " " * len(line)
        elif found and not (found[1][0] == "`" and "`" in line[found.end() :]):
            open_fence = found[1]
            yield " " * len(line)
        else:
            yield line


def passages(found: ReadingList, text: str) -> list[Passage]:
    """Cut ``text``, the list's text as it is shown, into passages in their order."""
    lines = text.split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    pieces = [piece for each in _Cutter(lines, starts).cut() for piece in _elements(text, each)]
    placed = [*map(_Entries(found).place, pieces)]
    for at, (each, below) in enumerate(pairwise(placed)):
        # What stands below an item may as well be its note: only an entry makes it a group.
        placed[at] = replace(each, is_group=each.is_group and below.is_first)
    return list(_asides(found, text, placed))


class _Cutter:
    """Walks over the lines and keeps what is one passage together."""

    def __init__(self, lines: list[str], starts: list[int]) -> None:
        self.lines = lines
        self.starts = starts
        self.found: list[Passage] = []
        self._is_open = False
        self._in_list = False
        # The last item and its column, until something else than an item stands below it.
        self._last_item: tuple[int, int] | None = None

    def cut(self) -> list[Passage]:
        """Return the passages of all lines."""
        for index, line in enumerate(self.lines):
            body = line.lstrip(" \t>\ufeff").rstrip()
            if not body:
                self._is_open = False
                continue
            self._read(index, line, body)
        return self.found

    def _read(self, index: int, line: str, body: str) -> None:
        indent = columns(line)
        if item := _ITEM.match(body):
            self._add_item(index, indent, has_box=bool(item["box"]))
        elif _HEADING.match(body):
            self._add(index, Kind.HEADING)
            self._is_open = self._in_list = False
        elif self._is_row(index, body):
            self._add(index, Kind.ROW)
        elif self._is_open:
            self.found[-1] = replace(self.found[-1], end=self._end(index))
        elif indent < _CODE_COLUMNS or self._in_list:
            self._in_list = self._in_list and indent > 0
            self._add(index, Kind.PROSE)
            self._is_open = True

    def _add_item(self, index: int, indent: int, *, has_box: bool) -> None:
        if indent >= _CODE_COLUMNS and not (self._in_list or self._is_open):
            return
        if self._last_item and indent > self._last_item[1]:
            group = self._last_item[0]
            self.found[group] = replace(self.found[group], is_group=True)
        self._add(index, Kind.ITEM, has_box=has_box)
        self._last_item = len(self.found) - 1, indent
        self._is_open = self._in_list = True

    def _add(self, index: int, kind: Kind, *, has_box: bool = False) -> None:
        self._last_item = None
        self.found.append(Passage(self.starts[index], self._end(index), kind, has_box))

    def _end(self, index: int) -> int:
        return self.starts[index] + len(self.lines[index])

    def _is_row(self, index: int, body: str) -> bool:
        """Whether a line is a row of a table; the row may leave out the bars at its ends."""
        if body[0] == "|":
            return True
        near = (*self.lines[max(index - 1, 0) : index], *self.lines[index + 1 : index + 2])
        is_below_row = bool(self.found) and (
            self.found[-1].kind is Kind.ROW and self.found[-1].end == self.starts[index] - 1
        )
        return "|" in body and (
            is_below_row or any("|" in each and _RULE_ROW.match(each) for each in near)
        )


def _elements(text: str, whole: Passage) -> Iterator[Passage]:
    """Cut a passage where HTML begins something of its own."""
    found = list(_ELEMENT.finditer(text, whole.start, whole.end))
    if text[whole.start : whole.end].startswith("<"):
        whole = replace(whole, kind=Kind.PROSE)
    if not found:
        is_cell = _CELL.match(text, whole.start, whole.end)
        yield replace(whole, kind=Kind.ROW) if is_cell else whole
        return
    cuts = [whole.start, *(each.start() for each in found), whole.end]
    kinds = [whole.kind, *map(_kind_of, found)]
    for (start, end), kind in zip(pairwise(cuts), kinds, strict=True):
        is_cell = _CELL.match(text, start, end)
        yield replace(whole, start=start, end=end, kind=Kind.ROW if is_cell else kind)


def _kind_of(element: re.Match[str]) -> Kind:
    name = element["name"].lower()
    if element["end"]:
        return Kind.PROSE
    return Kind.HEADING if name[0] == "h" else _OF_ELEMENT.get(name, Kind.PROSE)


class _Entries:
    """Where the entries of a list stand."""

    def __init__(self, found: ReadingList) -> None:
        order = sorted(range(len(found.blocks)), key=lambda index: found.blocks[index].start)
        self.order = order
        self.blocks = found.blocks
        self.starts = [found.blocks[index].start for index in order]

    def place(self, passage: Passage) -> Passage:
        """Return the passage with the entry in whose lines it stands."""
        at = bisect_right(self.starts, passage.start) - 1
        # An entry may begin within a passage: a line of a paragraph whose lines are entries.
        after = at + 1 if at + 1 < len(self.starts) else at
        if self.starts and passage.start < self.starts[after] < passage.end:
            at = after
        if at < 0 or passage.start >= self.blocks[self.order[at]].end:
            return passage
        index = self.order[at]
        block = self.blocks[index]
        return replace(
            passage,
            entry=index,
            is_first=passage.start <= block.start < passage.end,
            head_end=block.head_end,
        )


def _asides(found: ReadingList, text: str, pieces: Iterable[Passage]) -> Iterator[Passage]:
    """Mark what speaks of the list itself: by its heading, by the line above it, by what it is."""
    starts = [heading.start for heading in found.headings]
    under, at, announced = "", -1, False
    for each in pieces:
        heading = bisect_right(starts, each.start) - 1
        if heading != at:
            at, under = heading, found.headings[heading].text
        said = text[each.start : each.end]
        if each.kind is Kind.PROSE and each.entry is None and (topic := _TOPIC.fullmatch(said)):
            under = topic[1] or topic[2]
        is_aside = (
            (is_about_the_list(under) and not each.has_box)
            or bool(_RECORD.match(said.lstrip()))
            or (announced and each.kind is Kind.PROSE)
            # The title of the whole file may be that of the survey that it goes with.
            or _is_title(found, each)
        )
        announced = _asks_to_cite(said)
        yield replace(each, is_aside=is_aside) if is_aside else each


def _asks_to_cite(said: str) -> bool:
    line = said.rstrip().rpartition("\n")[2]
    return line.endswith((":", "：")) and bool(_CITING.search(line))


def _is_title(found: ReadingList, passage: Passage) -> bool:
    """Return whether a passage is the heading of the whole file."""
    if passage.kind is not Kind.HEADING or not found.root:
        return False
    return any(
        each.path == found.root and each.start == passage.start for each in found.headings[:1]
    )
