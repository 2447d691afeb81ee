"""Tells the headings that are papers from those that are topics.

A paper's heading stands among its like: at least three headings of one level are titles with a link, authors
or a venue below them, and so is at least every second one of those below the same heading. A heading with
such a heading below it is a topic.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from zsync.formats.reading_list.blocks import (
    COMPANY,
    SAFE_COMPANY,
    find_blocks,
    lines_below,
    paragraph_end,
)
from zsync.formats.reading_list.shapes import bullet, heading
from zsync.formats.reading_list.shapes.bullet import ITEM
from zsync.formats.reading_list.shapes.keys import read_key
from zsync.formats.reading_list.shapes.paragraph import Reading
from zsync.formats.reading_list.shapes.titles import Mark

_FENCE = re.compile(r"[ ]{0,3}(`{3,}[^`]*\Z|~{3,})")
_EDGE = re.compile(r"[ \t\r]*(?:[-*_](?:[ \t]*[-*_]){2,}[ \t\r]*|<[^<>]*>(?:</\w+>)?[ \t\r]*)?\Z")


class PaperHeading(NamedTuple):
    """A heading that is a paper: its head ends before line ``head_end``, its note before ``after``."""

    level: int
    head_end: int
    after: int
    doubtful: bool


class _Candidate(NamedTuple):
    line: int
    level: int
    parent: int
    head_end: int
    reading: Reading | None


def find_paper_headings(lines: Sequence[str]) -> dict[int, PaperHeading]:
    """The headings that are papers, by the index of their line."""
    outline = _outline(lines)
    if len(outline) < COMPANY:
        return {}
    found = _candidates(lines, outline)
    chosen = _in_company(found)
    with_papers_below = {each.parent for each in found if each.line in chosen}
    ends = _subtree_ends(outline, len(lines))
    papers: dict[int, PaperHeading] = {}
    for each in found:
        if each.line in chosen.keys() - with_papers_below:
            after = max(each.head_end, _own_end(lines, each.head_end, ends[each.line]))
            has_sections = any(heading.level_of(line) for line in lines[each.head_end : after])
            doubtful = has_sections or chosen[each.line] < SAFE_COMPANY
            papers[each.line] = PaperHeading(each.level, each.head_end, after, doubtful)
    return papers


def _outline(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Line and level of the headings outside code."""
    found = []
    fence = ""
    for index, line in enumerate(lines):
        if match := _FENCE.match(line):
            mark = match.group(1)[:3]
            fence = "" if fence == mark else fence or mark
        elif not fence and (level := heading.level_of(line)):
            found.append((index, level))
    return found


def _subtree_ends(outline: list[tuple[int, int]], size: int) -> dict[int, int]:
    """For each heading the line of the next one that is not below it."""
    ends: dict[int, int] = {}
    above: list[tuple[int, int]] = []
    for line, level in outline:
        while above and above[-1][1] >= level:
            ends[above.pop()[0]] = line
        above.append((line, level))
    return ends | {line: size for line, _ in above}


def _own_end(lines: Sequence[str], start: int, end: int) -> int:
    """The line behind the last one that says anything: rules and anchors belong to what follows."""
    while end > start and _EDGE.match(lines[end - 1]):
        end -= 1
    return end


def _candidates(lines: Sequence[str], outline: list[tuple[int, int]]) -> list[_Candidate]:
    found = []
    above: list[tuple[int, int]] = []
    for index, (line, level) in enumerate(outline):
        while above and above[-1][1] >= level:
            above.pop()
        end = outline[index + 1][0] if index + 1 < len(outline) else len(lines)
        head_end, reading = _read(lines, line, end)
        found.append(_Candidate(line, level, above[-1][0] if above else -1, head_end, reading))
        above.append((line, level))
    return found


def _read(lines: Sequence[str], line: int, end: int) -> tuple[int, Reading | None]:
    """The end of a heading's head and what it says: with the paragraph below it, or with lines of links."""
    first = line + 1
    while first < end and not lines[first].strip(" \t\r"):
        first += 1
    own = lines[line:end]
    tries = [line + 1]
    below = line + lines_below(own, 1, is_complete=False)
    if below > line + 1:
        tries.insert(0, below)
    if first < end and not ITEM.match(lines[first]):
        last = paragraph_end(lines, first)
        tries.insert(0, max(last, line + lines_below(own, last - line, is_complete=True)))
    for head_end in tries:
        reading = heading.read("\n".join(lines[line:head_end]))
        has_prose = reading is not None and reading.fields.note is not None
        if reading and reading.weight and not (has_prose and head_end == tries[0] != below):
            return head_end, reading if _is_no_topic(lines, line + 1, end) else None
    return line + 1, None


def _is_no_topic(lines: Sequence[str], start: int, end: int) -> bool:
    """Whether what is below a heading is no list of papers, of whatever shape, and no table."""
    entries, index = 0, start
    while index < end and entries < 2:
        line = lines[index]
        index += 1
        if line.lstrip(" ").startswith("|"):
            return False
        if item := ITEM.match(line):
            is_key = read_key(line, item.end(), len(line)) is not None
            entries += not is_key and bullet.read(line, item) is not None
        elif line.strip(" \t\r"):
            found, index = find_blocks(lines, index - 1)
            entries += 2 * any(_shows_title(each.reading) for each in found)
    return entries < 2


def _shows_title(reading: Reading) -> bool:
    return reading.weight > 1 and reading.mark not in (Mark.PLAIN, Mark.ITALIC)


def _in_company(found: list[_Candidate]) -> dict[int, int]:
    """The lines of the headings that stand among their like, and how many these are.

    Headings that are links to papers are alike at every level.
    """
    in_level: dict[int, int] = {}
    in_group: dict[tuple[int, int], list[bool]] = {}
    for each in found:
        if each.reading and each.reading.weight > 1:
            in_level[each.level] = in_level.get(each.level, 0) + 1
            if each.reading.fields.linked_title:
                in_level[0] = in_level.get(0, 0) + 1
        in_group.setdefault((each.parent, each.level), []).append(each.reading is not None)
    chosen: dict[int, int] = {}
    for each in found:
        group = in_group[each.parent, each.level]
        if each.reading and 2 * sum(group) >= len(group):
            linked = in_level.get(0, 0) if each.reading.fields.linked_title else 0
            count = max(linked, in_level.get(each.level, 0))
            if count >= COMPANY:
                chosen[each.line] = count
    return chosen
