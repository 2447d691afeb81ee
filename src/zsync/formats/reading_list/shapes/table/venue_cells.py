"""Venues and years as tables have them: alone in a cell, split over two cells, or in the text of a badge."""

import re
from itertools import pairwise
from urllib.parse import quote, unquote

from zsync.core.patterns import regex
from zsync.formats.reading_list.inline import escape, one_line
from zsync.formats.reading_list.shapes.table.cells import IMAGE, in_cell, is_nothing, said_in
from zsync.formats.reading_list.venues import MONTH, VenueSpan, VenueStyle, full_year, read_venue

_YEAR = regex(
    r"(?P<sep4>[ ,_.-]{0,2}(?:['’‘] ?)?)(?<!\d)(?P<yyyy>(?:19|20)\d\d)(?!\d)"
    r"|(?P<sep2>[ ,_-]{0,2}['’‘] ?)(?P<yy>\d\d)(?!\d)"
    r"|(?<=[A-Za-z])(?P<glued>\d\d)(?!\w)"
)
_AWARD = regex(
    r"[ ,(\[|–-]*\b(?:oral|spotlight|highlight|poster|best[\w ]{0,20}paper[\w ]{0,12}|outstanding[\w ]{0,20}"
    r"|award|notable[\w% -]{0,12}|top[- ]?\d+%?|accepted|to appear)\b[)\]]*",
    re.IGNORECASE,
)
# The name of a month, or its number.
_MONTH = regex(rf"{MONTH}[a-z]*|\d{{1,2}}月?", re.IGNORECASE)
_EDGES = " \t.,;:|/-–—()[]（）【】*_`'’\"&"
_PLAIN_YEAR = regex(r"(?:19|20)\d\d")
# 2023-10, 2023/10/5, 2023.10, October 2023; 23.10 is October 2023 as well.
_DATE = regex(r"(?<!\d)((?:19|20)\d\d)(?!\d)|(?<![\d.])(\d\d)[./-](?:0[1-9]|1[0-2])(?![\d.])")
_BADGE = regex(r"/badge/([^/?()\s]+)", re.IGNORECASE)
_ARXIV_ID = regex(r"\d{4}\.\d{4,5}")
_HYPHENS = regex(r"(?<!-)-(?!-)")
_SHORT_YEAR = regex(r"[A-Za-z]{2,10}(\d\d)")


def cell_venue(line: str, start: int, end: int) -> VenueSpan | None:
    """The venue that a cell of its own says; the year in it, if any, is the venue's."""
    text = line[start:end]
    if IMAGE.search(text):
        return badge_venue(line, start, end) or _said(line, start, end)
    return _said(line, start, end)


def _said(line: str, start: int, end: int) -> VenueSpan | None:
    link = re.match(r"\[+([^\[\]]+)\]", line[start:end])
    if link:
        start, end = start + link.start(1), start + link.end(1)
    text = line[start:end]
    said = said_in(text)
    if is_nothing(said):
        return None
    year = _YEAR.search(text)
    name = _name(said)
    value = year_of(year) if year else None
    if not name and value is None:
        return None
    return VenueSpan(start, end, name, value, _style(text, year))


def _name(said: str) -> str | None:
    """A venue's name: the text without year, award, and what joined them to it."""
    name = " ".join(_AWARD.sub("", _YEAR.sub(" ", said, count=1)).split()).strip(_EDGES)
    if "(" in name and ")" not in name:
        name += ")"
    return None if not name or _MONTH.fullmatch(name) else name


def year_of(match: re.Match[str]) -> int:
    """The year that was found, with four digits."""
    long, short = match.group("yyyy"), match.group("yy") or match.group("glued")
    return int(long) if long else full_year(int(short))


def _style(text: str, year: re.Match[str] | None) -> VenueStyle:
    opening = text[: len(text) - len(text.lstrip("*_`("))]
    closing = text[len(text.rstrip("*_`)")) :]
    if year is None:
        return VenueStyle(opening, " ", False, closing)
    separator = year.group("sep4") or year.group("sep2") or ""
    return VenueStyle(opening, separator, not year.group("yyyy"), closing)


def plain_year(text: str) -> int | None:
    """The year that a cell says and nothing else."""
    said = said_in(text).strip("()")
    return int(said) if _PLAIN_YEAR.fullmatch(said) else None


def date_year(text: str) -> int | None:
    """The year of a date."""
    match = _DATE.search(said_in(text))
    if match is None:
        return None
    return int(match.group(1)) if match.group(1) else 2000 + int(match.group(2))


# -- badges --------------------------------------------------------------------------------------


def badge_venue(line: str, start: int, end: int) -> VenueSpan | None:
    """The venue that an image in a cell says, in its text or in the address of a badge."""
    for image in IMAGE.finditer(line, start, end):
        found = _certain(line, *image.span(1)) if image.group(1) else None
        found = None if found and not found.year and _is_archive(found) else found
        badge = _BADGE.search(line, image.start(), image.end())
        found = found or (badge and _badge_text(line, *badge.span(1)))
        if found:
            return found
    return None


def _badge_text(line: str, start: int, end: int) -> VenueSpan | None:
    """The venue in the text of a badge, ``LABEL-MESSAGE-COLOUR``: one of them, or name and year in two."""
    if _ARXIV_ID.search(line, start, end):
        return None
    cuts = [start - 1, *(match.start() for match in _HYPHENS.finditer(line, start, end)), end]
    parts = [(first + 1, last) for first, last in pairwise(cuts) if last - first > 2]
    found = [venue for part in parts if (venue := _certain(line, *part))]
    for venue in found:
        if venue.year:
            return venue
        year = next((part for part in parts if part[0] == venue.end + 1), None)
        if year and _PLAIN_YEAR.fullmatch(line, *year):
            return _certain(line, venue.start, year[1])
    return next((venue for venue in found if not _is_archive(venue)), None)


def _is_archive(venue: VenueSpan) -> bool:
    """A badge that names an archive alone leads to the paper and says nothing of a venue."""
    return venue.name is not None and venue.name.casefold() in ("arxiv", "openreview", "preprint")


def _certain(line: str, start: int, end: int) -> VenueSpan | None:
    """A venue that is known or has a year, in a badge's text."""
    raw = line[start:end]
    said = decode(raw)
    known = read_venue(said, 0)
    glued = _SHORT_YEAR.fullmatch(said)
    if glued:
        known = read_venue(said[:-2] + " 20" + said[-2:], 0)
    if known is None or known.name is None:
        return None
    return VenueSpan(start, end, _name(said) or known.name, known.year, _badge_style(said))


def _badge_style(said: str) -> VenueStyle:
    year = _YEAR.search(said)
    return _style(said, year)


def decode(text: str) -> str:
    """The text that a badge shows for a part of its address."""
    return unquote(text.replace("__", "\0").replace("_", " ").replace("\0", "_").replace("--", "-"))


def encode(text: str, old: str) -> str:
    """A text as a part of a badge's address; its spaces are written as those of the old text."""
    blank = "_" if "_" in old else "%20"
    return quote(text.replace("_", "__").replace("-", "--"), safe="'!*:&+,").replace("%20", blank)


def written_venue(venue: str, year: int | None, style: VenueStyle) -> str:
    """A venue as the text of a cell."""
    return style.render(escape(venue), year)


def venue_text(
    line: str, start: int, end: int, venue: str, year: int | None, style: VenueStyle
) -> str:
    """A venue as it is written at a place in a row: in a badge's address, or as text."""
    if is_in_badge(line, start):
        old, bare = line[start:end], style._replace(open="", close="")
        if style.separator != "-" or year is None:
            return encode(bare.render(venue, year), old)
        # Name and year are two parts of the badge, and what joins them is no text.
        return encode(venue, old) + bare.render("", year)
    return in_cell(written_venue(one_line(venue), year, style))


def is_in_badge(line: str, pos: int) -> bool:
    """Whether a place in a row is in the address of a badge."""
    opening = line.rfind("(", 0, pos)
    return opening > 0 and "/badge/" in line[opening:pos] and line[opening - 1] == "]"
