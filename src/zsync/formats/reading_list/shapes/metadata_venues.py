"""The venue in a line that says nothing of the title, where almost any name with a year is one."""

import re

from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import Span
from zsync.formats.reading_list.inline import one_line, plain
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.shapes.keys import says_nothing
from zsync.formats.reading_list.venues import (
    MONTH,
    VenueSpan,
    VenueStyle,
    find_venue,
    full_year,
    read_venue,
)

STOPS = " \t\r\n.,;:|·•/-–—，。；：、"
VOLUME = regex(r"[ ,]+(?:vol\. ?|arxiv:)?\d[\d.:()/-]*\Z", re.IGNORECASE)
_YEAR = regex(r"(?<![\d/.])(?:(?P<yyyy>(?:19|20)\d\d)|['’‘](?P<yy>\d\d))(?![\d/])")
# Months among signs and numbers.
_DATE = regex(rf"[\W\d_]*(?:{MONTH}[a-z]*[\W\d_]*)*\Z", re.IGNORECASE)
AWARD = regex(
    r"\(?\[?(?:oral|spotlight|highlight|poster|best|outstanding|award|honou?rable|accepted|notable|top)\b",
    re.IGNORECASE,
)
_CLOSING = ")]）】*_`"


def date_only(text: str) -> bool:
    """Whether a text is nothing but a date."""
    return _DATE.match(text) is not None


def read_label_venue(label: str, offset: int) -> VenueSpan | None:
    """A venue with its year that is a link's whole text."""
    venue = metadata_venue(label, 0, len(label))
    if venue is None or venue.year is None or venue.name is None:
        return None
    return venue._replace(start=venue.start + offset, end=venue.end + offset)


def metadata_venue(head: str, start: int, end: int) -> VenueSpan | None:
    """The venue that a piece of a metadata line is.

    Words after the year belong to its name where they tell a workshop or track from the conference.
    """
    while start < end and head[start] in STOPS:
        start += 1
    while end > start and head[end - 1] in STOPS + "[":
        end -= 1
    text = head[start:end]
    if not 2 <= len(text) <= 160 or date_only(text):
        return None
    if (dated := _dated_venue(text, start)) is not None:
        return dated
    venue = read_venue(text, start)
    if venue is None or not venue.name or venue.name.count(",") > 1 or reads_as_people(text):
        return None
    is_sentence = venue.year is None and (":" in venue.name or len(venue.name.split()) > 8)
    return None if is_sentence else venue


def _dated_venue(text: str, offset: int) -> VenueSpan | None:
    years = list(_YEAR.finditer(text))
    if not years or text[0] in '"“':
        return None
    year = years[0]
    opening = re.match(r"[\[(（【*_`]{0,4}", text)
    lead = opening.end() if opening else 0
    before = text[lead : year.start()]
    name = before.rstrip(" ,-–(（[*_`.")
    rest = text[year.end() :]
    tail = rest.lstrip(" )）]*_`.,:-")
    closing = rest[: len(rest) - len(rest.lstrip(")）]】*_`"))]
    if not can_be_venue(name):
        return None
    name = VOLUME.sub("", name)
    number = int(year.group("yyyy") or 0) or full_year(int(year.group("yy")))
    whole = re.match(
        r"(?:workshops?|findings|tutorial|demo|datasets|competition|industry|main)\b",
        tail,
        re.IGNORECASE,
    )
    said = one_line(plain(name))
    if whole and len(tail) <= 80:
        return VenueSpan(
            offset + lead,
            offset + len(text),
            f"{said} {one_line(plain(tail)).strip(STOPS + _CLOSING)}",
            number,
            VenueStyle("", " "),
        )
    style = VenueStyle(
        text[:lead],
        before[len(name) :] + ("'" if year.group("yy") else ""),
        bool(year.group("yy")),
        closing,
    )
    if tail and not (AWARD.match(tail) or date_only(tail) or len(tail) <= 30):
        return None
    balanced = text[:lead].count("(") == closing.count(")") and text[:lead].count(
        "["
    ) == closing.count("]")
    emphasis = sum(map(text[:lead].count, "*_`")) == sum(map(closing.count, "*_`"))
    if balanced and emphasis:
        return VenueSpan(offset, offset + year.end() + len(closing), said, number, style)
    # ``Nature (2021)``: the bracket around the year belongs to the label.
    if style.separator.endswith(("(", "（")) and closing:
        style = VenueStyle("", style.separator, style.two_digits, closing[:1])
        return VenueSpan(offset + lead, offset + year.end() + 1, said, number, style)
    style = VenueStyle("", style.separator, style.two_digits, "")
    return VenueSpan(offset + lead, offset + year.end(), said, number, style)


def can_be_venue(name: str) -> bool:
    """Whether words before a year in such a line can be the name of a venue."""
    words = name.split()
    if not words or len(words) > 12 or "://" in name or date_only(name):
        return False
    letters = [char for char in name if char.isalpha()]
    if not letters or name.count(",") > 1:
        return False
    return letters[0].isupper() or name.lower().startswith(
        ("arxiv", "biorxiv", "medrxiv", "npj", "e")
    )


def tail_venue(head: str, start: int, end: int) -> VenueSpan | None:
    """The venue at the end of a piece of a metadata line, after other words."""
    venue = find_venue(head, start, end)
    if venue is not None and venue.name:
        return venue
    # ``Authors. Venue, 2021``: the last sentence of the piece.
    cut = max(
        head.rfind(". ", start, end), head.rfind("* ", start, end), head.rfind("| ", start, end)
    )
    return metadata_venue(head, cut + 2, end) if cut >= start else venue


def named_venue(head: str, start: int, end: int) -> VenueSpan | None:
    """A venue that a key announces may be of any name."""
    span = unmarked(head, start, end)
    if span is None or span[1] - span[0] > 120:
        return None
    said = one_line(plain(head[slice(*span)]))
    return VenueSpan(*span, said, None, VenueStyle()) if said and not says_nothing(said) else None


def unmarked(head: str, start: int, end: int) -> Span | None:
    """A piece without spaces and emphasis around it."""
    text = head[start:end]
    end = start + len(text.rstrip(" \t*_.,;|"))
    start += len(text) - len(text.lstrip(" \t*_.,;|"))
    return (start, end) if start < end else None
