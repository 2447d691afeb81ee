"""The end of a title that nothing sets off: a venue, a date, authors are taken off it, one after another."""

from collections import deque
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.details import year_of_date
from zsync.formats.reading_list.fields import Span
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.shapes.title import STOPS
from zsync.formats.reading_list.venues import VenueSpan, find_venue

_GROUP_AT_END = regex(
    r"(?:(?P<mark>\*{1,2}|(?<!\w)_{1,2})(?=[^\s*_])(?P<run>[^*_\n]+)(?P=mark)|\[(?P<square>[^\[\]\n]*)\]"
    r"|\((?P<round>[^()\n]*)\)|(?P<code>`+)(?P<coded>[^`\n]+)(?P=code)|【(?P<cjk>[^【】\n]*)】|（(?P<wide>[^（）\n]*)）)\Z"
)
_BY = regex(r"[ \t,.]+(?:by|作者[:：]?)[ \t]+(?=\S)")
# What ends a title before names: the end of a sentence, a mark between spaces, or a year in parentheses.
_SENTENCE = regex(
    r"(?<!\b[A-Z])(?<![.\\])[.?!][ \t]+(?=[^\W\d_])|[ \t]+[|–—·•/-][ \t]+|(?<=\d\))[,.:]?[ \t]+"
)
# What joins names, or comes before the only one; a title without any of these has no authors at its end.
_NAMES = regex(r"[,;&，；、]|\band\b|\bal\b|[ \t]by[ \t]|作者|等")
_WINDOW = 1500
_MOST = 4
_CLOSERS = "*_])`】）"


class Tail(NamedTuple):
    """Where the tail begins, which is where the title ends, and what it says."""

    start: int
    venue: VenueSpan | None = None
    authors: Span | None = None
    year: int | None = None


def read_tail(line: str, start: int, end: int) -> Tail:
    """What stands at the end of ``line[start:end]`` and is not a title."""
    tail = Tail(end)
    for _ in range(_MOST):
        longer = _longer(line, start, tail)
        if longer is None:
            return tail
        tail = longer
    return tail


def _longer(line: str, start: int, tail: Tail) -> Tail | None:
    if tail.venue is None and (venue := find_venue(line, start, tail.start)):
        return Tail(venue.start, venue, tail.authors, tail.year)
    end = tail.start
    while end > start and line[end - 1] in " \t,;|":
        end -= 1
    stops = end
    while stops > start and line[stops - 1] in STOPS:
        stops -= 1
    if stops > start and line[stops - 1] in _CLOSERS:
        longer = _without_group(line, start, stops, tail)
        if longer is not None:
            return longer
        # What stands in brackets after people may be where they work.
        end = stops
    if tail.authors or not _NAMES.search(line, start, end):
        return None
    return _without_people(line, start, end, tail)


def _without_group(line: str, start: int, end: int, tail: Tail) -> Tail | None:
    """A bracket, italics or code at the end: a date, or authors; what else stands there is the title's."""
    low = max(start, end - _WINDOW)
    opener = _opener(line, low, end)
    group = _GROUP_AT_END.match(line[opener:end]) if opener is not None else None
    if opener is None or group is None or opener == start:
        return None
    inner = next(
        name
        for name in ("run", "square", "round", "coded", "cjk", "wide")
        if group.group(name) is not None
    )
    span = opener + group.start(inner), opener + group.end(inner)
    text = line[slice(*span)]
    if year := year_of_date(text):
        return tail._replace(start=opener, year=tail.year or year)
    is_italic = inner == "run"
    if not tail.authors and is_italic and (found := find_venue(line, *span)) and not tail.venue:
        people = span[0], found.start
        if reads_as_people(line[slice(*people)], alone=True):
            stop = people[0] + len(line[slice(*people)].rstrip(" \t,;"))
            return tail._replace(start=opener, venue=found, authors=(span[0], stop))
    if not tail.authors and reads_as_people(text, alone=is_italic):
        return tail._replace(start=opener, authors=span)
    return None


def _opener(line: str, low: int, end: int) -> int | None:
    """Where the group that ends at ``end`` begins."""
    closer = line[end - 1]
    mark = {"]": "[", ")": "(", "】": "【", "）": "（"}.get(closer, closer)
    at = line.rfind(mark, low, end - 1)
    if mark in "*_`":
        stop = end - 1
        while stop > low and line[stop - 1] == mark:
            stop -= 1
        at = line.rfind(mark, low, stop)
        while at > low and line[at - 1] == mark:
            at -= 1
    return at if at >= low else None


def _without_people(line: str, start: int, end: int, tail: Tail) -> Tail | None:
    """``Title by A and B``, ``Title. A, B.`` and ``Title (2015), A``: names that end the text."""
    low = max(start, end - _WINDOW)
    by = next(iter(deque(_BY.finditer(line, low, end), maxlen=1)), None)
    if (
        by
        and by.start() > start
        and reads_as_people(line[by.end() : end], alone=line[by.start()] in ",.")
    ):
        return tail._replace(start=by.start(), authors=(by.end(), end))
    for count, stop in enumerate(_SENTENCE.finditer(line, low, end)):
        if count == _MOST:
            break
        follows_year = line[stop.start() - 1] == ")"
        if reads_as_people(line[stop.end() : end], alone=follows_year):
            keep = 1 if line[stop.start()] in "?!" else 0
            return tail._replace(start=stop.start() + keep, authors=(stop.end(), end))
    return None
