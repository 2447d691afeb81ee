"""The cell of a title: short name, title, authors, venue, as one cell may hold them all."""

import re
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import EMOJI, Span
from zsync.formats.reading_list.inline import LinkSpan
from zsync.formats.reading_list.lexicon import target_of
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.shapes import bullet
from zsync.formats.reading_list.shapes.table.cells import (
    is_nothing,
    said_in,
    segments,
    trim,
)
from zsync.formats.reading_list.shapes.table.venue_cells import badge_venue, cell_venue
from zsync.formats.reading_list.venues import VenueSpan, read_venue

_DECORATION = regex(
    rf"(?:[ \t\ufe0f\u200d]|{EMOJI}|:[a-z0-9_+-]+:|<img\b[^<>]*>|!\[[^\[\]]*\]\([^()\s]*\)"
    r"|\[!\[[^\[\]]*\]\([^()\s]*\)\]\([^()\s]*\)|\[<img\b[^<>]*>\]\([^()\s]*\)"
    r"|<a\b[^<>]*>[ \t]*<img\b[^<>]*>[ \t]*</a>|\d{1,3}[.)][ \t]+)*",
    re.IGNORECASE,
)
_BRACKETED = regex(
    r"(?P<bold>\*\*)?[\[(【](?P<inner>\*\*)?(?P<text>[^\[\]()【】|*]{1,60})(?(inner)\*\*)[\])】](?(bold)\*\*)(?!\()"
    r"[ \t]*[:：]?[ \t]*"
)


class TitleCell(NamedTuple):
    """What the cell of a title says, as spans of the row."""

    body: int
    short: Span | None
    prefix: Span | None
    title: Span
    link: LinkSpan | None
    authors: Span | None
    venue: VenueSpan | None


def read_title_cell(line: str, cell: Span, links: list[LinkSpan], wants_authors: bool) -> TitleCell:
    """The fields of the cell; ``links`` are its links. ``wants_authors``: its column is for authors too."""
    parts = [part for part in segments(line, *cell) if part[0] < part[1]]
    venue = badge_venue(line, *cell)
    for index, part in enumerate(parts):
        body = _body(line, part)
        if body >= part[1]:
            continue
        own = [link for link in links if body <= link.start < part[1]]
        if len(parts) > index + 1 and not own and _is_venue(line, body, part[1]):
            venue = venue or cell_venue(line, body, part[1])
            continue
        found = _read_title(line, body, part[1], own)
        if _says_nothing(line, found.title) and index + 1 < len(parts):
            continue
        rest = [trim(line, _body(line, other), other[1]) for other in parts[index + 1 :]]
        rest = [other for other in rest if other[0] < other[1]]
        authors = _authors(line, rest, links, wants_authors)
        after = [other for other in rest if other != authors]
        return found._replace(
            authors=authors, venue=venue or found.venue or _venue_among(line, after, links)
        )
    return TitleCell(cell[0], None, None, (cell[0], cell[0]), None, None, venue)


def _body(line: str, part: Span) -> int:
    match = _DECORATION.match(line, *part)
    return match.end() if match else part[0]


def _is_venue(line: str, start: int, end: int) -> bool:
    said = said_in(line[start:end]).strip(" *_[]()`")
    found = read_venue(said, 0)
    return found is not None and found.name is not None and len(said.split()) <= 4


def _says_nothing(line: str, title: Span) -> bool:
    return not any(char.isalnum() for char in line[slice(*title)])


def _read_title(line: str, body: int, end: int, links: list[LinkSpan]) -> TitleCell:
    """The title in one line of the cell, read as a bullet's text is, after a bracket if there is one."""
    venue, short, start = None, None, body
    opening = _BRACKETED.match(line, body, end)
    if opening and opening.end() < end and not opening.group().startswith("(("):
        text = opening.span("text")
        venue = read_venue(line[slice(*text)], text[0])
        is_bold = opening.group("bold") or opening.group("inner")
        if venue or is_bold:
            start = opening.end()
            short = text if is_bold and not venue else None
    prefix = (body, start) if short else None
    links = [link._replace(**_moved(link, -start)) for link in links if link.start >= start]
    fields = bullet.read_fields(line[start:end], 0, -1, end - start, links)
    if short is None and fields.short and fields.prefix:
        short, prefix = _shift(fields.short, start), (_shift(fields.prefix, start))
    title = _without_breaks(line, *_with_remark(line, _shift(fields.title, start), end, links))
    link = None
    if fields.linked_title and fields.title[0] < fields.links[0].end:
        link = fields.links[0]._replace(**_moved(fields.links[0], start))
        after = trim(line, _after(line, link), end)
        if short is None and _is_title_after(line, link, after, venue or fields.venue):
            return TitleCell(body, None, None, after, None, None, venue)
    elif fields.linked_title:
        link = fields.links[0]._replace(**_moved(fields.links[0], start))
    elif _is_a_name_of_links(line, title, has_links=bool(links)):
        title = (title[0], title[0])
    if venue is None and fields.venue:
        found = fields.venue
        venue = found._replace(start=found.start + start, end=found.end + start)
    return TitleCell(body, short, prefix, title, link, None, venue)


def _after(line: str, link: LinkSpan) -> int:
    """Where the text after a link and its emphasis begins."""
    return link.end + (2 if line.startswith("**", link.end) else 0)


def _is_title_after(line: str, link: LinkSpan, after: Span, venue: VenueSpan | None) -> bool:
    """Whether a linked name is followed by the title itself: ``[[Mamba]](url) Mamba: Linear-Time ...``."""
    name = said_in(line[link.label_start : link.label_end]).strip("[]")
    text = line[slice(*after)]
    return (
        venue is None
        and len(name.split()) < 3
        and len(text.split()) >= 4
        and text[0] not in "([（【,;<*_-–—|&"
        and "](" not in text
        and not reads_as_people(said_in(text))
    )


def _with_remark(line: str, title: Span, end: int, links: list[LinkSpan]) -> Span:
    """A bold name and what explains it in parentheses are one title."""
    is_name = line[title[0] - 2 : title[0]] == "**" and line[slice(*title)].count(" ") < 3
    rest = line[title[1] : end]
    if is_name and not links and rest.startswith("** (") and rest.endswith(")"):
        return title[0] - 2, end
    return title


def _moved(link: LinkSpan, by: int) -> dict[str, int]:
    return {name: pos + by for name, pos in zip(link._fields, link, strict=True)}


def _shift(span: Span, by: int) -> Span:
    return span[0] + by, span[1] + by


def _without_breaks(line: str, start: int, end: int) -> Span:
    """A title's span without the spaces around it, and none that only says that nothing is there."""
    start, end = trim(line, start, end)
    return (start, start) if is_nothing(said_in(line[start:end])) else (start, end)


def _is_a_name_of_links(line: str, title: Span, *, has_links: bool) -> bool:
    """Whether words only say what links lead to; several words without any link are a title, ``Code Red``."""
    said = said_in(line[slice(*title)])
    return len(said.split()) < (3 if has_links else 2) and target_of(said) is not None


def _authors(line: str, parts: list[Span], links: list[LinkSpan], wanted: bool) -> Span | None:
    for part in parts:
        said = said_in(line[slice(*part)])
        has_links = any(
            part[0] <= link.start < part[1] and link.url_start < link.url_end for link in links
        )
        if not said or (has_links and not reads_as_people(said)) or _is_venue(line, *part):
            continue
        if wanted or reads_as_people(said):
            return part
    return None


def _venue_among(line: str, parts: list[Span], links: list[LinkSpan]) -> VenueSpan | None:
    for part in parts:
        if _is_venue(line, *part) and not any(part[0] <= link.start < part[1] for link in links):
            return cell_venue(line, *part)
    return None
