"""The logical line of an item: where its source goes on below, within a link, a title or a row of links.

Editors and formatters break lines where GitHub shows one. Such a soft break says no more than a space, so the
head is read with spaces in its place, and what was found is told by its place in the source.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from zsync.core.patterns import regex
from zsync.formats.reading_list.details import says_kind
from zsync.formats.reading_list.fields import Fields, Span
from zsync.formats.reading_list.inline import LinkSpan, find_links
from zsync.formats.reading_list.lexicon import Key, key_of
from zsync.formats.reading_list.note_block import starts_block
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.shapes.title import STOPS
from zsync.formats.reading_list.venues import VenueSpan, find_venue, read_venue

_SOFT_BREAK = regex(r"[ \t]*\r?\n[ \t]*")
# Two spaces or a backslash at the end of a line are a break that readers see.
_HARD_BREAK = regex(r"(?:[ \t]{2}|\\)\r?\Z")
_ESCAPED = regex(r"\\[\[\]()*_`]|`[^`\n]*`")
_TARGET = regex(r"\]\([^()\s]*\Z")
_ENDS_TITLE = regex(r"[.?!:。？！：…*_\"”」》)\]`][ \t\r]*\Z")
_PAIRS = (("[", "]"), ("“", "”"), ("「", "」"), ("《", "》"))
# The key of a line that says something of the paper, and words after which no title ends.
_KEY = regex(r"\W*([^\W_][^:：\n]{0,20}?)\W*[:：]")
_CONNECTS = regex(
    r"(?:\b(?:an?|the|and|or|of|for|in|on|to|with|via|from|by|at|as|is|are|using)|[,&/-])[ \t\r]*\Z",
    re.IGNORECASE,
)
_LIST_OF_NAMES = regex(r"[,;，；、]|\bet al\b|\b[A-Z]\.")
_FULL_NAME = 2
_ONLY_SHORT = regex(r"\*\*[^*]+(?:\*\*[ \t]*[:：]|[:：]\*\*)")
_MOST_LINES = 8


def logical(head: str) -> str:
    """A head with its soft breaks as spaces."""
    return _SOFT_BREAK.sub(" ", head) if "\n" in head else head


def read_across(head: str, read: Callable[[str], Fields | None]) -> Fields | None:
    """What ``read`` finds in the logical line of a head, as spans of the head itself."""
    fields = read(logical(head))
    return _Places(head).fields(fields) if fields else None


class _Places:
    """Leads from places in a logical line back to those in its source."""

    def __init__(self, head: str) -> None:
        self._blanks: list[int] = []
        self._shifts = [0]
        for found in _SOFT_BREAK.finditer(head):
            self._blanks.append(found.start() - self._shifts[-1])
            self._shifts.append(self._shifts[-1] + len(found.group()) - 1)

    def _at(self, place: int) -> int:
        return place + self._shifts[bisect_left(self._blanks, place)]

    def _span(self, start: int, end: int) -> Span:
        return self._at(start), self._at(end - 1) + 1 if end > start else self._at(start)

    def _optional(self, span: Span | None) -> Span | None:
        return self._span(*span) if span else None

    def _link(self, link: LinkSpan) -> LinkSpan:
        pairs = (link[:2], link[2:4], link[4:])
        return LinkSpan(*(place for pair in pairs for place in self._span(*pair)))

    def _venue(self, venue: VenueSpan) -> VenueSpan:
        start, end = self._span(venue.start, venue.end)
        return venue._replace(start=start, end=end)

    def fields(self, found: Fields) -> Fields:
        """The fields of a logical line as spans of its source."""
        return found._replace(
            body=self._at(found.body),
            short=self._optional(found.short),
            prefix=self._optional(found.prefix),
            title=self._span(*found.title),
            venue=self._venue(found.venue) if found.venue else None,
            links=[self._link(link) for link in found.links],
            authors=self._optional(found.authors),
            note=self._optional(found.note),
        )


def paragraph_of(lines: Sequence[str], first: int, last: int) -> int:
    """The last line, up to ``last``, of the paragraph that an item begins with."""
    stop = first
    while stop < min(last, first + _MOST_LINES) and lines[stop + 1].strip(" \t\r"):
        if starts_block(lines[stop + 1]):
            break
        stop += 1
    return stop


def end_of_open(lines: Sequence[str], first: int, last: int, body: int) -> int:
    """The line in which a link, emphasis or quotation ends that ``first`` leaves open; else ``first``.

    ``body`` is where the text begins in the first line.
    """
    text = lines[first][body:]
    if not _is_open(text):
        return first
    for stop in range(first + 1, last + 1):
        text = f"{text} {lines[stop].strip()}"
        if not _is_open(text):
            return stop
    return first


def _is_open(text: str) -> bool:
    """Whether a bracket, the address of a link, emphasis or a quotation is not closed."""
    said = _ESCAPED.sub("", text)
    is_marked = any(said.count(mark) % 2 for mark in ("**", "__", "*", '"'))
    is_within = any(said.count(opening) > said.count(closing) for opening, closing in _PAIRS)
    return is_marked or is_within or _TARGET.search(said) is not None


def end_of_title(lines: Sequence[str], first: int, last: int, body: int) -> int:
    """The line in which a title goes on that nothing sets off, with the links after it; else ``first``.

    ``body`` is where the text begins in the first line. What follows must begin neither like people nor
    with a key, and say a venue or links that name what they lead to: else it is a note.
    """
    text = lines[first][body:]
    if (
        find_links(text)
        or (_ENDS_TITLE.search(text) and not _ONLY_SHORT.fullmatch(text.strip()))
        or _HARD_BREAK.search(text)
        or find_venue(text, 0, len(text))
    ):
        return first
    for stop in range(first + 1, last + 1):
        line = lines[stop].strip(" \t\r")
        links = find_links(line)
        end = links[0].start if links else len(line)
        if links or _names_venue(line[:end]):
            below = logical("\n".join(lines[first + 1 : stop])) + " " + line[:end]
            return stop if _goes_on(text, below.strip(), line, links) else first
        if _HARD_BREAK.search(lines[stop]):
            break
    return first


def _goes_on(text: str, words: str, line: str, links: Sequence[LinkSpan]) -> bool:
    """Whether words, and the line that they end in, are the rest of a title with its venue and links."""
    if not links and not _names_venue(words):
        return False
    venue = find_venue(words, 0, len(words))
    title = words[: venue.start] if venue else words
    key = _KEY.match(words)
    if key and key_of(key.group(1)) not in (None, Key.OTHER):
        return False
    if not _CONNECTS.search(text) and (_are_people(title) or title[:1] in "*_["):
        return False
    return _name_kinds(line, links) and _says_only_links(line, links)


def _names_venue(text: str) -> bool:
    """Whether a text says a venue with its year; without one it may be a word, or the year stands below."""
    venue = find_venue(text, 0, len(text))
    return venue is not None and bool(venue.name and venue.year)


def _are_people(text: str) -> bool:
    """Whether words are names rather than the rest of a title in capitals, ``Global and Local Attention``."""
    if not reads_as_people(text):
        return False
    names = re.split(r" and | & ", text)
    is_full = all(len(name.split()) >= _FULL_NAME for name in names)
    return _LIST_OF_NAMES.search(text) is not None or is_full


def end_of_links(lines: Sequence[str], first: int, last: int) -> int:
    """The last of the lines that say nothing but links, a venue or a date, in the same paragraph."""
    stop = first
    while stop < last and not _HARD_BREAK.search(lines[stop]):
        line = lines[stop + 1].strip(" \t\r")
        links = find_links(line)
        before = line[: links[0].start].strip(STOPS + "[(") if links else line
        if (before and not read_venue(before, 0)) or not _name_kinds(line, links):
            break
        is_first = links and not links[0].start and "](" not in lines[stop]
        if not (is_first or _says_only_links(line, links)):
            break
        stop += 1
    return stop


def _name_kinds(line: str, links: Sequence[LinkSpan]) -> bool:
    """Whether the text of each link says what it leads to, or when and where the paper appeared."""
    return all(says_kind(line[link.label_start : link.label_end].strip("[]")) for link in links)


def _says_only_links(line: str, links: Sequence[LinkSpan]) -> bool:
    """Whether no words stand between the links of a line and after them."""
    ends = [*(link.start for link in links[1:]), len(line)]
    gaps = [line[link.end : end] for link, end in zip(links, ends, strict=False)]
    return not any(char.isalnum() for gap in gaps for char in gap)
