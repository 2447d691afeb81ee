"""Finds the entries among the paragraphs of a text: where each begins and ends, and how sure that is."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from zsync.formats.reading_list.inline import find_links, plain
from zsync.formats.reading_list.lexicon import Key, target_of
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.shapes.bullet import ITEM, box_of
from zsync.formats.reading_list.shapes.keys import SHORT_VALUE, read_key, says_nothing
from zsync.formats.reading_list.shapes.paragraph import LONGEST, Reading, parts, read, read_block
from zsync.formats.reading_list.shapes.titles import Mark

_MOST_LINES = 60
_ENDS_PARAGRAPH = re.compile(
    r"[ \t]*(?:\#{1,6}(?:[ \t]|\Z)|>|\||`{3}|~{3}|(?:=+|-+)[ \t]*\Z|[-*_](?:[ \t]*[-*_]){2,}[ \t]*\Z"
    r"|</?(?!br|a\b|img|b>|i>|em>|strong|span|font|sub|sup|code|https?:)[a-zA-Z!])"
)
_DELIMITER_ROW = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*\|")
_UNDERLINE = re.compile(r"[ \t]*(?:=+|-+)[ \t]*\Z")
_SHORT_ITEM = 40
_LONGEST_BARE = 600
# So many blocks of one form make a list; of a few more one may leave without the others being lost.
COMPANY = 3
SAFE_COMPANY = 5


class Found(NamedTuple):
    """An entry in the lines ``first`` to ``after``."""

    first: int
    after: int
    reading: Reading


def find_blocks(lines: Sequence[str], index: int) -> tuple[list[Found], int]:
    """The entries of the paragraph that begins at a line, and the line behind it all.

    If the paragraph is none, the list is empty and the line is the one behind the paragraph.
    """
    after = paragraph_end(lines, index)
    if after - index > _MOST_LINES or not _may_hold_entries(lines, index, after):
        return [], after
    starts = [index + start for start in parts(lines[index:after])]
    found = [
        one
        for first, last in zip(starts, [*starts[1:], after], strict=True)
        if (one := _found(first, last, read_block("\n".join(lines[first:last]), 0)))
    ]
    if len(found) == len(starts):
        return [*found[:-1], _with_lines_below(lines, found[-1])], after
    if (one := _alone(lines, index, after)) is not None:
        return [one], one.after
    return [], after


def paragraph_end(lines: Sequence[str], index: int) -> int:
    """The line behind the paragraph that begins at a line."""
    after = index + 1
    while after < len(lines):
        line = lines[after]
        if not line.strip(" \t\r") or _ENDS_PARAGRAPH.match(line) or ITEM.match(line):
            break
        after += 1
    return after


def _may_hold_entries(lines: Sequence[str], index: int, after: int) -> bool:
    """Whether a paragraph is neither a table nor the text of an underlined heading."""
    if any(_DELIMITER_ROW.match(line) for line in lines[index + 1 : index + 2]):
        return False
    is_underlined = after < len(lines) and _UNDERLINE.match(lines[after]) is not None
    size = sum(map(len, lines[index:after]))
    # Only a title, with its people and venue at most, is without a link.
    has_link = any("](" in line or "http" in line for line in lines[index:after])
    return not is_underlined and size <= (LONGEST if has_link else _LONGEST_BARE)


def _read(lines: Sequence[str], first: int, after: int) -> Found | None:
    return _found(first, after, read("\n".join(lines[first:after])))


def _found(first: int, after: int, reading: Reading | None) -> Found | None:
    return Found(first, after, reading) if reading and reading.weight else None


def _with_lines_below(lines: Sequence[str], found: Found) -> Found:
    """A block with the bullets ``- Code: url`` below it, if there are such."""
    after = lines_below(lines, found.after, is_complete=True)
    return (after > found.after and _read(lines, found.first, after)) or found


def _alone(lines: Sequence[str], index: int, after: int) -> Found | None:
    """A title that is a paragraph of its own, with the lines of links below it."""
    if after - index > 3:
        return None
    last = lines_below(lines, after, is_complete=False)
    return _read(lines, index, last) if last > after else _read(lines, index, after)


def lines_below(lines: Sequence[str], after: int, *, is_complete: bool) -> int:
    """The line behind those below a title that say something of the paper."""
    last, pos, blank = after, after, 0
    while pos < min(len(lines), after + _MOST_LINES) and blank <= 2:
        line = lines[pos]
        pos += 1
        if not line.strip(" \t\r"):
            blank += 1
        elif line.startswith("<details"):
            pos = _behind_details(lines, pos)
        elif _says_of_paper(line, is_complete=is_complete, is_within=last > after):
            last, blank = pos, 0
        elif last > after or not _is_remark(line):
            break
    return last


def _behind_details(lines: Sequence[str], start: int) -> int:
    """The line behind a block that is folded away, if it ends soon; else the line it begins with."""
    for pos in range(start, min(len(lines), start + _MOST_LINES)):
        if "</details>" in lines[pos]:
            return pos + 1
    return start


def _is_remark(line: str) -> bool:
    """Whether a line is a short bullet such as ``- Oral``."""
    item = ITEM.match(line)
    text = line[item.end() :] if item else ""
    return 0 < len(text) <= _SHORT_ITEM and not find_links(text)


def _says_of_paper(line: str, *, is_complete: bool, is_within: bool) -> bool:
    item = ITEM.match(line)
    if item and box_of(item) >= 0:
        return False
    text = line[item.end() :] if item else line.strip(" \t\r")
    text = text.rstrip(" \t\r\\")
    if key := read_key(text, 0, len(text)):
        value = text[key.after :]
        if key.kind is Key.LINK:
            return bool(find_links(value)) or says_nothing(value) or len(value) <= SHORT_VALUE
        return item is not None or text.startswith("**")
    if _only_links(text):
        return True
    if item:
        return is_within and _is_remark(line)
    if is_within and line.startswith(("  ", "\t")):
        return True
    return not is_complete and text[:1] in "*_" and text[1:2] not in "*_" and reads_as_people(text)


def _only_links(text: str) -> bool:
    """Whether a line holds nothing but links that say what of the paper they lead to."""
    links = find_links(text)
    if not links or any(link.is_bare for link in links):
        return False
    pos, rest = 0, ""
    for link in links:
        if not target_of(plain(text[link.label_start : link.label_end]).strip("[] ")):
            return False
        rest += text[pos : link.start]
        pos = link.end
    return len((rest + text[pos:]).strip(" \t[]()|/,·•.")) <= 10


class Verdict(NamedTuple):
    """Whether a block is an entry, from which weight on it is one where it stands, and whether barely so."""

    least: int
    is_entry: bool
    barely: bool


class Company:
    """Counts the blocks of a text, to tell those that stand among their like from prose.

    A block that says little of itself is an entry where at least three of its form stand in the text, and
    in a section that is no running text.
    """

    def __init__(self) -> None:
        self._seen: dict[int, tuple[Mark, int, int]] = {}
        self._prose: dict[int, int] = {}

    def add(self, line: int, heading: int, reading: Reading) -> None:
        """A block that begins at a line, below a heading."""
        self._seen[line] = reading.mark, reading.weight, heading

    def add_prose(self, heading: int) -> None:
        """A paragraph that is no entry."""
        self._prose[heading] = self._prose.get(heading, 0) + 1

    def judge(self) -> dict[int, Verdict]:
        """By the line of each block, whether it is an entry."""
        in_text: dict[Mark, int] = {}
        in_section: dict[tuple[Mark, int], int] = {}
        for mark, weight, heading in self._seen.values():
            in_text[mark] = in_text.get(mark, 0) + (weight > 1)
            in_section[mark, heading] = in_section.get((mark, heading), 0) + 1

        def verdict(mark: Mark, weight: int, heading: int) -> Verdict:
            if in_text[mark] < COMPANY:
                return Verdict(3, weight == 3, False)
            least = 2 if mark in (Mark.BOLD, Mark.KEYED, Mark.QUOTED) else 3
            if in_section[mark, heading] * weight >= self._prose.get(heading, 0):
                least = min(weight, 2)
            needs_more = weight < 3 and in_text[mark] < SAFE_COMPANY
            return Verdict(least, weight >= least, needs_more)

        return {line: verdict(*each) for line, each in self._seen.items()}
