"""One line under a title: what it says of the paper, or that it is a note.

``*Jane Doe, John Roe*``, ``arXiv, 2023.10 [[Paper](url)] <br>``, ``- Code: [Official](url)``.
"""

import re
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.details import Details, read_details, year_of_date
from zsync.formats.reading_list.fields import EMOJI, Span
from zsync.formats.reading_list.inline import TAG_OR_IMAGE, LinkSpan, find_links
from zsync.formats.reading_list.lexicon import Key, key_of, target_of
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle, find_venue, read_venue

MARKER: Final = regex(r"[ \t]*(?:(?P<marker>[-*+•]|\d{1,9}[.)])[ \t]+)?(?P<box>\[[ xX]\][ \t])?")
# A tag that breaks the line on the page.
_BREAK = regex(r"<br[ \t]{0,9}/?>", re.IGNORECASE)
_LONGEST_BREAK = 14
_KEY = regex(
    rf"(?:{EMOJI}|[\ufe0f\u200d \t])*[*_`\[]{{0,3}}(?P<key>[^\W\d_][^:：*_`\[\]()|.]{{0,30}}?)"
    r"[*_`\]]{0,3}[ \t]*"
    r"[:：](?!//)[*_`]{0,3}[ \t]*"
)
# One author, or the team that stands for them.
_NAME = regex(r"[A-Z][^\W_]*(?:[ .-]{1,2}[A-Z][^\W_]*\.?){0,3}")
_MOST_KEY_WORDS = 3
_FEW_LETTERS = 3
_OTHER_BLOCKS = ("#", ">", "|", "```", "~~~", "<!--")


class LineKind(Enum):
    """What a line under a title is."""

    KEYED = "a known key and its value"
    KEYED_LINK = "links after a key"
    LINKS = "links and what they lead to"
    DETAILS = "authors, a venue, a date"
    OTHER_KEY = "a key that nobody knows"
    NAME = "what may be one name"
    NOTE = "a note after its key"


class DetailLine(NamedTuple):
    """What a line says; offsets are those of the text that it stands in."""

    kind: LineKind
    is_item: bool
    links: Sequence[LinkSpan] = ()
    details: Details = Details()
    note: Span | None = None


def read_detail_line(text: str, start: int, end: int) -> DetailLine | None:
    """What the line ``text[start:end]`` says of the paper above it, or None if it says something else."""
    found = _read_line(text[start:end])
    return _moved(found, start) if found and start else found


def words_end(text: str, start: int, end: int) -> int:
    """Where the words of ``text[start:end]`` end: spaces and what breaks a line on the page are left out."""
    last = _without_blanks(text, start, end)
    if text.endswith("\\", start, last):
        last = _without_blanks(text, start, last - 1)
    while text.endswith(">", start, last):
        opening = text.rfind("<", max(start, last - _LONGEST_BREAK), last)
        if opening < 0 or not _BREAK.fullmatch(text, opening, last):
            break
        last = _without_blanks(text, start, opening)
    return last


def _without_blanks(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in " \t\r":
        end -= 1
    return end


# A line is asked several times: by its entry, by the neighbours, and when the whole head is read.
@lru_cache(maxsize=4096)
def _read_line(line: str) -> DetailLine | None:
    line = line[: words_end(line, 0, len(line))]
    marker = MARKER.match(line)
    at = marker.end() if marker else 0
    if (
        marker is None
        or marker.group("box")
        or not line[at:].strip()
        or line.startswith(_OTHER_BLOCKS, at)
    ):
        return None
    is_item = marker.group("marker") is not None
    links = find_links(line, at)
    if "](#" in line:
        return None
    return _read_keyed(line, at, is_item, links) or _read_free(line, at, is_item, links)


def _read_keyed(line: str, at: int, is_item: bool, links: list[LinkSpan]) -> DetailLine | None:
    key = _KEY.match(line, at)
    if key is None or (links and links[0].start < key.end()):
        return None
    name = " ".join(key.group("key").casefold().split())
    role = key_of(name)
    span = key.end(), len(line)
    if role in (Key.NOTE, Key.REMARK):
        return DetailLine(LineKind.NOTE, is_item, note=span)
    if role in (Key.AUTHORS, Key.VENUE, Key.DATE):
        return DetailLine(LineKind.KEYED, is_item, links, _value(line, span, role))
    if links and not _letters_outside(line, span[0], links):
        return DetailLine(LineKind.KEYED_LINK, is_item, [_named(link, key) for link in links])
    if role is Key.LINK and links:
        return DetailLine(LineKind.KEYED_LINK, is_item, [_named(link, key) for link in links])
    if role:
        return DetailLine(LineKind.KEYED, is_item, links)
    if (
        is_item
        and len(name.split()) <= _MOST_KEY_WORDS
        and key.group("key")[0].isupper()
        and not links
    ):
        return DetailLine(LineKind.OTHER_KEY, is_item)
    return None


def _named(link: LinkSpan, key: re.Match[str]) -> LinkSpan:
    """A bare address after a key is called what the key says."""
    return (
        link._replace(label_start=key.start("key"), label_end=key.end("key"))
        if link.is_bare
        else link
    )


def _value(line: str, span: Span, role: Key) -> Details:
    text = line[slice(*span)].rstrip()
    span = span[0], span[0] + len(text)
    if not text:
        return Details()
    if role is Key.AUTHORS:
        return Details(authors=span)
    if role is Key.DATE:
        return Details(year=year_of_date(text))
    venue = read_venue(text, span[0]) or find_venue(line, *span)
    year = None if venue else year_of_date(text)
    return Details(
        venue if venue or year else VenueSpan(*span, text, None, VenueStyle()), year=year
    )


def _read_free(line: str, at: int, is_item: bool, links: list[LinkSpan]) -> DetailLine | None:
    details = read_details(line, at, len(line), links)
    if _are_people(line, at, links):
        return DetailLine(LineKind.DETAILS, is_item, (), Details(authors=(at, len(line))))
    if not details.venue and not links and reads_as_people(line[at:]):
        return DetailLine(
            LineKind.DETAILS, is_item, (), Details(authors=(at, len(line)), year=details.year)
        )
    if is_item and not links and _NAME.fullmatch(line, at):
        return DetailLine(LineKind.NAME, is_item, (), details._replace(authors=(at, len(line))))
    if details.unknown > _FEW_LETTERS or any(_is_title(line, link) for link in links):
        return None
    if details.venue or details.authors or details.year:
        return DetailLine(LineKind.DETAILS, is_item, links, details)
    return DetailLine(LineKind.LINKS, is_item, links) if links else None


def _are_people(line: str, at: int, links: list[LinkSpan]) -> bool:
    """Whether a line names people, with links to their pages."""
    return (
        bool(links)
        and not any(target_of(line[slice(*link[2:4])]) for link in links)
        and reads_as_people(line[at:])
    )


def _is_title(line: str, link: LinkSpan) -> bool:
    """Whether a link's text is a title; one in brackets of its own says where the paper stands."""
    if line[link.start - 1 : link.start] == "[":
        return False
    label = line[link.label_start : link.label_end]
    return label.count(" ") >= 3 and not target_of(label)


def _letters_outside(line: str, start: int, links: list[LinkSpan]) -> int:
    pos, said = start, 0
    for link in [*links, None]:
        gap = line[pos : link.start if link else len(line)]
        said += sum(char.isalnum() for char in TAG_OR_IMAGE.sub("", gap))
        pos = link.end if link else pos
    return said


def _moved(found: DetailLine, by: int) -> DetailLine:
    """The same with offsets of the whole text."""
    venue, authors, year, unknown = found.details
    return found._replace(
        links=[LinkSpan(*(place + by for place in link)) for link in found.links],
        details=Details(
            venue._replace(start=venue.start + by, end=venue.end + by) if venue else None,
            (authors[0] + by, authors[1] + by) if authors else None,
            year,
            unknown,
        ),
        note=(found.note[0] + by, found.note[1] + by) if found.note else None,
    )
