"""What stands beside a title: authors, a venue, a date. Bullets, items of several lines and blocks share it.

The text between the links is cut into chunks - a bracket, an emphasised run, code, or what stands between
such - and each chunk is asked what it says. A chunk that says nothing of the kind is somebody's remark.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.inline import LinkSpan
from zsync.formats.reading_list.lexicon import target_of
from zsync.formats.reading_list.people import lead_of, reads_as_people
from zsync.formats.reading_list.venue_names import is_known
from zsync.formats.reading_list.venues import (
    MONTH,
    VenueSpan,
    VenueStyle,
    find_venue,
    read_venue,
)

Span = tuple[int, int]

_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?P<year{n}>(?:19|20)\d\d)"
_DATE = (
    rf"(?:{_YEAR.format(n=1)}(?:[-./年]\d{{1,2}}(?:[-./月]\d{{1,2}}日?|月)?)?"
    rf"|(?:{_DAY} )?{MONTH}\.?,?[ /-]?(?:{_DAY},? )?{_YEAR.format(n=2)}"
    rf"|{_YEAR.format(n=3)}(?:[ -/]|, ){MONTH}(?:[ -]{_DAY})?"
    rf"|\d{{1,2}}[/-](?:\d{{1,2}}[/-])?{_YEAR.format(n=4)})"
)
DATE: Final = regex(_DATE, re.IGNORECASE)
_GROUP = regex(
    r"(?P<mark>\*{1,3}|(?<!\w)_{1,2})(?=[^\s*_])(?P<run>[^*_\n]+?)[ \t]*(?P=mark)(?!\w)"
    r"|(?<!`)(?P<code>`++)(?P<coded>[^`\n]+)(?P=code)"
    r"|\[(?P<square>[^\[\]\n]*)\]|(?<!\d)\((?P<round>[^()\n]*)\)|【(?P<cjk>[^【】\n]*)】|（(?P<wide>[^（）\n]*)）"
)
_BREAK = regex(r"\n|<br[ \t]*/?>|[ \t]\|[ \t]|[ \t][–—-][ \t]", re.IGNORECASE)
_IMAGE = regex(r"!\[[^\[\]\n]*\]\([^()\n]*\)|<img\b[^<>]*>", re.IGNORECASE)
# People and a year as a text cites them: ``(Doe & Roe, 2020)``, ``(Doe et al., 2019)``.
_CITATION = regex(
    r"(?P<people>[A-Z][\w'’-]+(?:(?:,? (?:and|&)|,) [A-Z][\w'’-]+)*(?: et al\.?)?)"
    r",? (?P<year>(?:19|20)\d\d)[a-z]?"
)
_EDGE: Final = " \t\r\\.,;:|-–—·。，；：、&+/"
_BRACKETS = "[](){}（）【】"
_SHORTEST = 2


class Details(NamedTuple):
    """What was found, and how many letters of the text say something else."""

    venue: VenueSpan | None = None
    authors: Span | None = None
    year: int | None = None
    unknown: int = 0

    def with_more(self, other: "Details") -> "Details":
        """These, and of the others what is missing here."""
        return Details(
            self.venue or other.venue,
            self.authors or other.authors,
            self.year or other.year or (other.venue.year if self.venue and other.venue else None),
            self.unknown + other.unknown,
        )


_NOTHING: Final = Details()


class _Chunk(NamedTuple):
    """A part of the text: with its markup, without it; ``mark`` is the first character of the markup."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    mark: str


def year_of_date(text: str) -> int | None:
    """The year of a text that is a date and nothing else."""
    match = DATE.fullmatch(text.strip(" \t.,;:[]()"))
    return _year(match) if match else None


def says_kind(label: str) -> bool:
    """Whether a link's text says what it leads to, or when and where it appeared, rather than a title."""
    if target_of(label) or year_of_date(label):
        return True
    venue = read_venue(label, 0)
    return venue is not None and venue.name is not None and is_known(venue.name)


def _year(match: re.Match[str]) -> int:
    return int(next(year for year in match.group("year1", "year2", "year3", "year4") if year))


def read_details(line: str, start: int, end: int, links: Sequence[LinkSpan]) -> Details:
    """What ``line[start:end]`` says outside the links, the first of each kind."""
    found = _NOTHING
    for gap in _gaps(line, start, end, links):
        if gap[1] - gap[0] <= _SHORTEST:
            continue
        for chunk in _chunks(line, *gap):
            found = found.with_more(_read_chunk(line, chunk, found))
    return found


def _gaps(line: str, start: int, end: int, links: Sequence[LinkSpan]) -> Iterator[Span]:
    """The text outside links and images."""
    pos = start
    taken = [(link.start, link.end) for link in links]
    if "![" in line or "<img" in line:
        taken += [image.span() for image in _IMAGE.finditer(line, start, end)]
        taken.sort()
    for left, right in taken:
        if left >= end:
            break
        if right <= pos:
            continue
        if left > pos:
            yield pos, left
        pos = right
    if pos < end:
        yield pos, end


def _chunks(line: str, start: int, end: int) -> Iterator[_Chunk]:
    pos = start
    for group in _GROUP.finditer(line, start, end):
        yield from _plain_chunks(line, pos, group.start())
        name = group.lastgroup or ""
        name = {"mark": "run", "code": "coded"}.get(name, name)
        yield _Chunk(*group.span(), *group.span(name), group.group()[0])
        pos = group.end()
    yield from _plain_chunks(line, pos, end)


def _plain_chunks(line: str, start: int, end: int) -> Iterator[_Chunk]:
    pos = start
    for cut in _BREAK.finditer(line, start, end):
        yield from _trimmed(line, pos, cut.start())
        pos = cut.end()
    yield from _trimmed(line, pos, end)


def _trimmed(line: str, start: int, end: int) -> Iterator[_Chunk]:
    while start < end and line[start] in _EDGE + _BRACKETS + "*_":
        start += 1
    while start < end and line[end - 1] in " \t\r\\,;:|-–—·，；：、&+/[({（【":
        end -= 1
    if end - start >= _SHORTEST:
        yield _Chunk(start, end, start, end, "")


def _read_chunk(line: str, chunk: _Chunk, found: Details) -> Details:
    text = line[chunk.inner_start : chunk.inner_end]
    if (year := year_of_date(text)) is not None:
        return Details(year=year)
    cited = _CITATION.fullmatch(text) if chunk.mark == "(" and not found.authors else None
    if cited and (" " in cited["people"]) and not is_known(cited["people"]):
        start, end = cited.span("people")
        people = chunk.inner_start + start, chunk.inner_start + end
        return Details(authors=people, year=int(cited["year"]))
    if both := _people_with_venue(line, chunk, found):
        return both
    if (venue := _whole_venue(line, chunk)) and not _is_people(text, venue):
        return Details(venue)
    if authors := _people(line, chunk.inner_start, chunk.inner_end, chunk.mark, found):
        return Details(authors=authors)
    if venue:
        return Details(venue)
    if venue := find_venue(line, chunk.inner_start, chunk.inner_end):
        return Details(venue, unknown=_letters(line[chunk.inner_start : venue.start]))
    authors, year = _people_and_year(line, chunk, found)
    if authors:
        return Details(authors=authors, year=year)
    return Details(year=year, unknown=_letters(text) if chunk.mark != "`" else 0)


def _is_people(text: str, venue: VenueSpan) -> bool:
    """Whether what could be a venue because it is in italics is rather a list of names."""
    return (
        venue.year is None and not is_known(venue.name or "") and reads_as_people(text, alone=True)
    )


def _people_with_venue(line: str, chunk: _Chunk, found: Details) -> Details | None:
    """``Jane Doe et al. ICML 2023``: names, then a venue."""
    start, end = chunk.inner_start, chunk.inner_end
    venue = find_venue(line, start, end)
    if venue is None and chunk.mark in ("*", "_") and (stop := line.find(". ", start, end)) > 0:
        # In italics after a name, what is not a name of a person is one of a venue.
        said = line[stop + 2 : end].rstrip(" .,")
        if (
            " " in said
            and reads_as_people(line[start:stop], alone=True)
            and not reads_as_people(said, alone=True)
        ):
            venue = VenueSpan(stop + 2, stop + 2 + len(said), said, None, VenueStyle())
    if venue is None or venue.start - start < _SHORTEST:
        return None
    people = _people(line, start, venue.start, "*" if venue.name else "", found)
    return Details(venue, people) if people else None


def _whole_venue(line: str, chunk: _Chunk) -> VenueSpan | None:
    """A chunk that is a venue; of several the first that stands alone."""
    first = _first_part(line, chunk)
    return (first and read_venue(line[slice(*first)], first[0])) or read_venue(
        line[chunk.start : chunk.end], chunk.start
    )


def _first_part(line: str, chunk: _Chunk) -> Span | None:
    """What stands before the first comma, if a year stands in it: ``NeurIPS'23, arXiv, 2023.10``."""
    comma = line.find(",", chunk.inner_start, chunk.inner_end)
    if comma < 0 or not re.search(r"(?:19|20)\d\d\Z|['’]\d\d\Z", line[chunk.inner_start : comma]):
        return None
    return chunk.inner_start, comma


def _people(line: str, start: int, end: int, mark: str, found: Details) -> Span | None:
    """The span of a list of authors; one name alone counts only in italics, or after ``by``."""
    if found.authors:
        return None
    lead = lead_of(line[start:end])
    text = line[start:end]
    if not reads_as_people(text, alone=bool(lead) or mark in ("*", "_")):
        return None
    start += lead
    while end > start and line[end - 1] in " \t,;，；":
        end -= 1
    return (start, end) if end > start else None


def _people_and_year(line: str, chunk: _Chunk, found: Details) -> tuple[Span | None, int | None]:
    """``Jane Doe and John Roe, 2023``: names with the year, or the day, after them."""
    text = line[chunk.inner_start : chunk.inner_end].rstrip(" \t.,;")
    match = _DATE_AT_END.search(text, max(0, len(text) - 40))
    if match is None or chunk.mark:
        return None, None
    stop = chunk.inner_start + match.start()
    while stop > chunk.inner_start and line[stop - 1] in " \t.,;(，。":
        stop -= 1
    # A full stop after initials belongs to the name.
    authors = _people(line, chunk.inner_start, stop, "*", found)
    return authors, _year(match) if authors or match.start() == 0 else None


_DATE_AT_END = regex(rf"(?<![\w./-]){_DATE}\)?\Z", re.IGNORECASE)


def _letters(text: str) -> int:
    return sum(char.isalnum() for char in text)
