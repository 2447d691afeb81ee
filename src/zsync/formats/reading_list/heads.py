"""The heads of a text: what may name a paper, line by line - items, rows, headings, lines of paragraphs."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from zsync.formats.reading_list.note_block import columns
from zsync.formats.reading_list.scanner import is_about_the_list
from zsync.formats.reading_list.shapes.bullet import ITEM, box_of
from zsync.formats.reading_list.shapes.logical_line import _is_open, end_of_open, paragraph_of

_HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]*(?=\S)")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_RULE = re.compile(r"[\s|:*_=-]*\Z")
_SKIP = re.compile(r"[ \t]*(?:<!--|\[[^\[\]]+\]:)")


class Head(NamedTuple):
    """One logical line: its first line, the line behind it, where its words begin and end in the text."""

    line: int
    after: int
    kind: str
    body: int
    start: int
    end: int
    has_box: bool
    depth: int
    below: str
    heading: int
    aside: bool


def heads(text: str) -> Iterator[Head]:
    """The heads of a text in their order."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    index, heading, aside, fence = 0, -1, False, ""
    below, item_indents = "top", []
    last_blank = True
    comment = False
    while index < len(lines):
        line = lines[index]
        stripped = line.strip()
        if comment:
            comment = "-->" not in line
            index += 1
            continue
        if fence:
            if stripped.startswith(fence):
                fence = ""
            index += 1
            continue
        if found := _FENCE.match(line):
            fence = found.group(1)
            index += 1
            continue
        if stripped.startswith("<!--"):
            comment = "-->" not in line
            index += 1
            continue
        if not stripped or _RULE.match(stripped) or _SKIP.match(line):
            last_blank = True
            index += 1
            continue
        first = index
        quote = len(line) - len(line.lstrip(" \t>"))
        if match := _HEADING.match(line):
            kind, body, depth, has_box = "heading", match.end(), len(match.group(1)), False
            after = index + 1
            yield Head(first, after, kind, match.end(), starts[first] + match.end(), starts[first] + len(line.rstrip(" #\r")), False, 0, below, heading, aside)
            heading, below = first, "heading"
            aside = is_about_the_list(stripped.strip("# *"))
            item_indents = []
            index = after
            continue
        item = ITEM.match(line)
        if item:
            indent = columns(line)
            while item_indents and item_indents[-1] >= indent:
                item_indents.pop()
            depth = len(item_indents)
            item_indents.append(indent)
            after = index + 1
            last = paragraph_of(lines, index, len(lines) - 1)
            if last > index:
                after = end_of_open(lines, index, last, item.end()) + 1
            end = starts[after] - 1
            yield Head(first, after, "item", item.end(), starts[first] + item.end(), end, box_of(item) >= 0, depth, below, heading, aside)
            below = "item"
            index = after
            last_blank = False
            continue
        if stripped.startswith("|") or (stripped.count("|") >= 2 and not stripped.startswith("[")):
            yield Head(first, index + 1, "row", quote, starts[first] + quote, starts[first] + len(line.rstrip()), False, 0, below, heading, aside)
            below = "row"
            index += 1
            continue
        after = index + 1
        last = paragraph_of(lines, index, len(lines) - 1)
        if last > index and _is_open(line):
            after = end_of_open(lines, index, last, 0) + 1
        indent = columns(line)
        depth = 1 if item_indents and indent > 0 else 0
        if not indent and last_blank:
            item_indents = []
        yield Head(first, after, "par" if last_blank or below == "heading" else "par+", quote, starts[first] + quote, starts[after] - 1, False, depth, below, heading, aside)
        below = "par"
        last_blank = False
        index = after
