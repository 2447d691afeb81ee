"""The shape of an item whose fields stand in several lines: the title in the first, the rest under it.

The lines under the title are indented, lazily continued, paragraphs of their own, nested bullets, or joined
by ``<br>``; what each says is told by ``detail_line``. What comes after the last of them is the note.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from zsync.core.patterns import regex
from zsync.formats.reading_list.details import Details
from zsync.formats.reading_list.fields import (
    Fields,
    Span,
    leads_to_heading,
    targets,
    title_of,
    url_of,
)
from zsync.formats.reading_list.hosts import leads_to_paper
from zsync.formats.reading_list.inline import BREAK, find_links
from zsync.formats.reading_list.lexicon import target_of
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.shapes.bullet import ITEM, box_of, read, read_fields
from zsync.formats.reading_list.shapes.detail_line import (
    DetailLine,
    LineKind,
    read_detail_line,
    words_end,
)
from zsync.formats.reading_list.venues import read_venue

_MOST_LINES = 40
_FEWEST_WORDS = 4
_FEWEST_IN_MARKS = 2
# What is said under a title without any doubt; the rest needs neighbours that write so as well.
_SURE = frozenset((LineKind.KEYED, LineKind.KEYED_LINK))
_DOUBTFUL = frozenset((LineKind.OTHER_KEY, LineKind.NAME))


class _Item:
    """A list item of one or several lines."""

    name = "item of several lines"

    def read(self, head: str) -> Fields | None:
        """The fields of an item with the lines under it that say more of the paper."""
        item = ITEM.match(head)
        return _read(head, item) if item else None


ITEM_OF_LINES: Final = _Item()


def _read(head: str, item: re.Match[str]) -> Fields | None:
    spans = list(_parts(head))
    fields = read_first_line(head, item, spans[0][1])
    if fields is None:
        return None
    found = Details(fields.venue, fields.authors, fields.year)
    links, note = list(fields.links), fields.note
    for start, end in spans[1:]:
        line = read_detail_line(head, start, end)
        if line is None:
            continue
        found = found.with_more(line.details)
        links += line.links
        note = note or line.note
    return fields._replace(
        venue=found.venue, authors=found.authors, year=found.year, links=links, note=note
    )


def _parts(head: str) -> Iterator[Span]:
    """The lines of a head; ``<br>`` ends one as well."""
    pos = 0
    for cut in BREAK.finditer(head):
        yield pos, cut.start()
        pos = cut.end()
    yield pos, len(head)


def read_first_line(head: str, item: re.Match[str], end: int) -> Fields | None:
    """The fields of the line that holds the title, whatever may be missing in it."""
    end = words_end(head, item.end(), end)
    if end <= item.end() or head.startswith(("<!--", "#", ">", "```", "~~~"), item.end()):
        return None
    links = find_links(head[:end], item.end())
    if links and all(leads_to_heading(head, link) for link in links):
        return None
    return read_fields(head, item.end(), box_of(item), end, links)


def may_be_title(line: str, item: re.Match[str]) -> bool:
    """Whether an item that is no entry by itself may be the title of one: set off, or a few words long."""
    first = next(_parts(line))
    fields = read_first_line(line, item, first[1])
    if fields is None:
        return False
    title = title_of(line, fields).strip()
    if not title or line[: first[1]].rstrip().endswith((":", "：")):
        return False
    is_set_off = fields.linked_title or line[fields.title[0] - 1] in '*_"“《「'
    return is_set_off or len(title.split()) >= _FEWEST_WORDS or len(title) >= 4 * _FEWEST_WORDS


def is_paper(line: str) -> bool:
    """Whether a line below a title is an item that says the title of another paper."""
    item = ITEM.match(line)
    fields = read(line, item) if item else None
    if fields is None:
        return False
    title = title_of(line, fields)
    detail = read_detail_line(line, 0, len(line))
    is_keyed = detail is not None and detail.kind not in (LineKind.DETAILS, LineKind.LINKS)
    is_keyed |= line.startswith("[[", fields.body)
    is_set_off = fields.linked_title or line[fields.title[0] - 1] in '*_"“《「' or fields.short
    fewest = _FEWEST_IN_MARKS if is_set_off else _FEWEST_WORDS
    return (
        len(title.split()) >= fewest
        and not is_keyed
        and not target_of(title)
        and not reads_as_people(title)
        and not read_venue(title, 0)
    )


def is_alike(line: str, below: str) -> bool:
    """Whether two items without a box, one below the other, are papers that are written the same way."""
    above, item = ITEM.match(line), ITEM.match(below)
    if above is None or item is None or max(box_of(above), box_of(item)) >= 0:
        return False
    first, second = read(line, above), read(below, item)
    if first is None or second is None or not is_paper(below):
        return False
    is_same = (first.linked_title, first.short is None) == (
        second.linked_title,
        second.short is None,
    )
    return is_same and any(leads_to_paper(url_of(below, link)) for link in second.links)


def detail_lines(lines: list[str], first: int, last: int, *, neighbours: bool) -> int:
    """The last line of the head of an item that is an entry already; ``first`` if it has one line.

    ``neighbours`` says whether the entries around it have such lines: without them only lines with a known
    key are told from a note.
    """
    return _last_detail(
        lines, first, last, lambda line: neighbours or (line.is_item and line.kind in _SURE)
    )


def lines_that_complete(lines: list[str], first: int, last: int) -> int:
    """The last line of a head whose title is an entry only with what stands under it, else ``first``."""
    stop = _last_detail(lines, first, last, lambda line: line.kind not in _DOUBTFUL)
    head = "\n".join(lines[first : stop + 1])
    fields = ITEM_OF_LINES.read(head) if stop > first else None
    return stop if fields and targets(head, fields) else first


def _last_detail(
    lines: Sequence[str], first: int, last: int, counts: Callable[[DetailLine], bool]
) -> int:
    """The last line of details under ``first``; a note with a key may stand between them, nothing else.

    Links of a paragraph of their own are the note's where the paper has some above.
    """
    stop, has_links = first, False
    for index in range(first + 1, min(last, first + _MOST_LINES) + 1):
        if not lines[index].strip(" \t\r"):
            has_links = any(map(_LINK.search, lines[first:index]))
            continue
        if has_links and _LINK.search(lines[index]):
            break
        parts = _read_parts(lines[index])
        if not parts or not all(part.kind is LineKind.NOTE or counts(part) for part in parts):
            break
        if any(part.kind is not LineKind.NOTE for part in parts):
            stop = index
    return stop


def _read_parts(line: str) -> list[DetailLine]:
    """What a line and the lines that ``<br>`` makes of it say; nothing if one of them says no detail."""
    parts = [read_detail_line(line, *part) for part in _parts(line) if line[slice(*part)].strip()]
    found = [part for part in parts if part]
    return found if len(found) == len(parts) else []


# An address, whether or not words lead to it.
_LINK = regex(r"\]\(\S|https?://")
# A line of prose is told at once: small letters, hardly any mark in it, or a sentence's length.
_MARKED = regex(r"[*_\[`:]|https?:|\d|[,;，、]|\band\b|\A[ \t]*[-+•]")
_SMALL_WORDS = regex(r"[ \t](?:[a-z]{2,})(?=[ \t.,])")


def may_say_details(line: str) -> bool:
    """A quick look that spares most notes the slow one."""
    if not _MARKED.search(line):
        return False
    if (
        "](" not in line
        and ":" not in line[:40]
        and len(_SMALL_WORDS.findall(line)) > line.count(" ") // 2 + 1
    ):
        return False
    return any(read_detail_line(line, *part) for part in _parts(line))


def is_links_line(line: str) -> bool:
    """Whether a line that begins no item says what its links lead to, and at most a venue or a date."""
    found = read_detail_line(line, 0, len(line)) if "](" in line else None
    return found is not None and not found.is_item and bool(found.links)


def says_details(line: str) -> bool:
    """Whether a line under an entry says more of the paper, as neighbours show it."""
    if not _MARKED.search(line):
        return False
    parts = _read_parts(line)
    return bool(parts) and not any(
        part.kind in _DOUBTFUL or part.kind is LineKind.NOTE for part in parts
    )
