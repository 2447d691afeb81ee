"""Venue labels: ``CVPR2025``, ``[NeurIPS'24]``, ``Neurips 2025 Spotlight`` - found at the end of a text only.

A venue follows what ends a title (``.``, ``?``, ``!``, a bracket ...). A word inside a title never is one.
"""

import re
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.inline import plain
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.venue_names import (
    KNOWN,
    NAME_START,
    NAME_WORDS,
    WORDS,
    is_known,
    letters,
)

_WINDOW = 200
_AWARD = (
    r"(?:[ ,]*[(\[]?(?:oral|spotlight|highlight|poster|best|outstanding|award|honou?rable|workshop|findings"
    r"|main|demo|long|short|datasets?|track|accepted|notable|top)\b[^()\[\]*_`|.]{0,40}[)\]]?)?"
)
MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_TO_PAGE = r"\d+(?:[-–]\d+)?"
# A volume, number and pages come with a journal's name and belong to no field.
_VOLUME = (
    r"(?:,? ?(?:vol(?:ume)?\.? ?)?\d{1,4}(?:[.(]\d{1,5}\)?)?"
    rf"(?:[:,] ?(?:pp?\. ?)?{_TO_PAGE})?(?=[ ,(])|, pp?\. ?{_TO_PAGE}[.,]?)?"
)
_MONTH_BEFORE_YEAR = (
    rf"(?:[ ,]+(?:\d{{1,2}} )?{MONTH}\.?(?:[ .,]{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?)?,? "
    r"(?=['’‘]|\d{4}))?"
)
_YEAR = (
    r"(?:(?P<sep2>[ ,-]{0,2}['’‘] ?)(?P<yy>\d\d)(?!\d)"
    rf"|{_VOLUME}(?P<sep4>[ ,-]{{0,2}}){_MONTH_BEFORE_YEAR}(?P<quote>(?:['’‘] ?)?)"
    r"(?P<paren>\()?(?P<yyyy>(?:19|20)\d\d)"
    r"(?:[-./]\d{1,2}(?!\d)){0,2}(?(paren)\))"
    rf"|(?P<sepm>[ ,]+){MONTH}\.? ['’‘]?(?P<mm>\d\d)(?!\d))"
)
_PART = r"(?P<part> (?:workshops?|findings|symposium|track) (?:on|of|for|@) [^\[\]()*_`|]{1,80}?)"
_CHUNK = regex(
    r"(?P<open>[\[(（【*_`]{0,3})"
    r"(?P<name>(?:\d?[^\W\d_](?:[^\[\]()（）【】*`|;]|\([A-Z][^()]{0,15}\)){0,120}?)?)"
    rf"(?:{_YEAR}(?:{_PART}|{_AWARD}))?(?P<close>[\])）】*_`]{{0,3}})",
    re.IGNORECASE,
)
# In italics anything may be a name, and what is not a name is only written so.
_ITALIC_CHUNK = regex(
    rf"(?P<open>[*_]{{1,2}})(?P<name>[^*_]{{1,180}}?)(?:{_YEAR}(?:{_PART}|{_AWARD}))?(?P<close>[*_]{{1,2}})",
    re.IGNORECASE,
)
# The plain case, `. CVPR2025` at the end, in one look.
_PLAIN = regex(r"[.?!] ([A-Za-z]+)( ?)((?:19|20)\d\d)\Z")
_YEAR_NEAR_END = regex(r"(?:19|20)\d\d|['’‘] ?\d\d|[A-Za-z]\d\d(?!\d)")
# ``CVPR24``: two digits glued to a name, which must be a known one.
_GLUED_YEAR = regex(r"([^\W\d_]{2,14})(\d\d)")
# What joins a venue to the title before it or the links after it.
_JOINS = " \t.,;:|–—·•/→-"
_PEOPLE = regex(r"\bet al\b", re.IGNORECASE)
# Pages at the end of a reference.
_PAGES = regex(r"[,:;]? ?(?:pp?\.? ?)?\(?(?:pp?\. ?)?\d+ ?[-–] ?\d+\)?\.?\Z")
_LONGEST_PAGES = 40
_NUMBER = regex(r"[ ,]*arxiv:[ ]?\d{4}\.\d{4,5}(?:v\d+)?", re.IGNORECASE)
_DATE_NAME = regex(rf"{MONTH}\.?(?: ?\d{{1,2}})?,?", re.IGNORECASE)
_LAST_WORD = regex(r"[^\W\d_]+\Z")
_BOUNDARY = regex(
    r"(?<![.\\])[.?!。？！…](?:[ \t]+|(?<=[。？！])|(?<= al\.)(?=\w))"
    r"|(?<=[\s])[|–—·•/→-][ \t]+|[,;:][ \t]+|[，；：][ \t]*|[ \t]+"
)
_STRONG = ".?!。？！…|–—·•/→-"
_CONNECTORS = frozenset(
    (
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "or",
        "the",
        "to",
        "via",
        "vs",
        "with",
    )
)
_PAIRS = {"]": "[", ")": "(", "）": "（", "】": "【", "*": "*", "_": "_", "`": "`"}


class VenueStyle(NamedTuple):
    """How a venue label is put together: wrapper, what stands before the year, two digits or four."""

    open: str = ""
    separator: str = ""
    two_digits: bool = False
    close: str = ""

    def render(self, venue: str, year: int | None) -> str:
        """The label in this style."""
        digits = "" if year is None else f"{year % 100:02d}" if self.two_digits else str(year)
        return f"{self.open}{venue}{self.separator if digits else ''}{digits}{self.close}"


class VenueSpan(NamedTuple):
    """Where a venue label stands (wrapper and award included), what it says and in which style."""

    start: int
    end: int
    name: str | None
    year: int | None
    style: VenueStyle


# A line that is not an entry by one rule is asked again by the next.
@lru_cache(maxsize=4096)
def find_venue(line: str, start: int, end: int) -> VenueSpan | None:
    """The venue at the end of ``line[start:end]``, if what stands before it ends a title."""
    base = max(start, end - _WINDOW)
    tail = line[base:end].rstrip(_JOINS)
    if tail[-1:].isdigit() and (pages := _pages(tail)):
        tail = tail[: pages.start()].rstrip(" .,;:") if pages.start() > 4 else tail
    if match := _PLAIN.search(tail):
        style = VenueStyle("", match.group(2))
        span = VenueSpan(
            base + match.start(1), base + match.end(), match.group(1), int(match.group(3)), style
        )
        return span if _looks_like_name(match.group(1)) else None
    if not tail or not _may_end_with_venue(tail):
        return None
    if tail[-1] in _PAIRS and (wrapped := _wrapped(tail, base, base == start)):
        return wrapped
    for boundary in reversed(list(_BOUNDARY.finditer(tail))):
        strength = _strength(tail, boundary)
        if strength is not _Strength.REFUSED and (
            found := _read_chunk(tail, boundary.end(), base, strength)
        ):
            return found
        if strength is _Strength.STRONG:
            break
    return None


def _may_end_with_venue(tail: str) -> bool:
    """A quick look that spares most titles the slow one: a wrapper, a year or a known name at the end."""
    if tail[-1] in _PAIRS or _YEAR_NEAR_END.search(tail, max(0, len(tail) - 60)):
        return True
    word = _LAST_WORD.search(tail, max(0, len(tail) - 20))
    return word is not None and word.group().casefold() in KNOWN


def _pages(text: str) -> re.Match[str] | None:
    """Find the pages at the end of a text; they are short."""
    return _PAGES.search(text, max(0, len(text) - _LONGEST_PAGES))


def read_venue(text: str, offset: int) -> VenueSpan | None:
    """A text that is a venue label and nothing else (between two links, or a link's own text)."""
    body = text.strip(_JOINS)
    if body[-1:].isdigit() and (pages := _pages(body)):
        body = body[: pages.start()].rstrip(" .,;:")
    return _read_chunk(body, 0, offset + text.find(body), _Strength.STRONG) if body else None


class _Strength(Enum):
    """How surely what stands before a chunk ends the title."""

    STRONG = 3
    WEAK = 2
    NONE = 1
    REFUSED = 0


def _strength(tail: str, boundary: re.Match[str]) -> _Strength:
    mark = boundary.group()[0]
    if mark in _STRONG:
        return _Strength.STRONG
    if not mark.isspace():
        return _Strength.WEAK
    words = tail[: boundary.start()].rsplit(None, 1)
    return _Strength.REFUSED if words and words[-1].casefold() in _CONNECTORS else _Strength.NONE


def _wrapped(tail: str, base: int, is_whole: bool) -> VenueSpan | None:
    """``[NeurIPS'24]``, ``(CVPR 2025)``, ``*Nature*``: a wrapper with spaces or a title's end before it."""
    opener = tail.rfind(_PAIRS[tail[-1]], 0, len(tail) - 1)
    while opener > 0 and tail[opener - 1] in _PAIRS.values():
        opener -= 1
    before = tail[:opener].rstrip() if opener >= 0 else ""
    if opener < 0 or (not before and not is_whole) or (before and not tail[opener - 1].isspace()):
        return None
    strength = _Strength.STRONG if before[-1:] in tuple(_STRONG + ",") else _Strength.WEAK
    return _read_chunk(tail, opener, base, strength)


def _read_chunk(tail: str, start: int, base: int, strength: _Strength) -> VenueSpan | None:
    match = _CHUNK.fullmatch(tail, start) or _ITALIC_CHUNK.fullmatch(tail, start)
    if not match or not _is_venue(match, strength):
        return None
    own, glued = _without_glued_year(match.group("name"))
    short, long = match.group("yy") or glued, match.group("yyyy")
    two_digits = short or match.group("mm")
    year = int(long) if long else full_year(int(two_digits)) if two_digits else None
    separator = match.group("sep2") or match.group("sep4") or match.group("sepm") or ""
    if separator.endswith(","):
        separator += " "
    separator += match.group("quote") or ""
    style = VenueStyle(match.group("open"), separator, bool(short), match.group("close"))
    said = plain(own + (match.group("part") or ""))
    name = _NUMBER.sub("", said).strip(" .,，").removeprefix("In ") or None
    return VenueSpan(base + match.start(), base + match.end(), name, year, style)


def _without_glued_year(name: str) -> tuple[str, str | None]:
    """A name and the two digits of the year that are glued to it, if it is a known one."""
    glued = _GLUED_YEAR.fullmatch(name)
    if glued is None or letters(glued.group(1)) not in KNOWN:
        return name, None
    return glued.group(1), glued.group(2)


def full_year(two_digits: int) -> int:
    """The year that two digits stand for."""
    return two_digits + (2000 if two_digits < 70 else 1900)


def _is_venue(match: re.Match[str], strength: _Strength) -> bool:
    name, glued = _without_glued_year(match.group("name"))
    opened, closed = match.group("open"), match.group("close")
    has_year = bool(glued or match.group("yy") or match.group("yyyy") or match.group("mm"))
    if tuple(opened) != tuple(_PAIRS.get(mark, "") for mark in reversed(closed)):
        return False
    if (
        _PEOPLE.search(name)
        or _DATE_NAME.fullmatch(name)
        or (name and not is_known(name) and reads_as_people(name))
    ):
        return False
    if not name:
        return has_year and (bool(opened) or strength is _Strength.STRONG)
    if strength is _Strength.NONE:
        return (
            has_year
            and letters(name) in KNOWN
            and (_is_acronym(name) or letters(name) not in WORDS)
        )
    if is_known(name):
        return has_year or bool(opened) or strength is _Strength.STRONG
    if strength is _Strength.STRONG:
        return opened[:1] in ("*", "_") or (_looks_like_name(name) and has_year)
    return (
        has_year
        and strength is _Strength.WEAK
        and (_is_acronym(name) or NAME_START.match(name) is not None)
    )


def _is_acronym(name: str) -> bool:
    return len(name.split()) == 1 and sum(char.isupper() for char in name) >= 2


def _looks_like_name(name: str) -> bool:
    """Up to eight words, or more where some are of venues; a small first letter only in a known venue."""
    most = 16 if NAME_WORDS.search(name) else 8
    return len(name.split()) <= most and (not name[0].islower() or is_known(name))
