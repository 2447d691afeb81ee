"""The shape of one entry: a one-line bullet ``- [x] **Short**: Title. VENUE [Paper](url) [Code](url)``.

:func:`read` finds the spans of its fields in a line, or says that the line is no entry. The ``with_*``
functions return the line with one field changed and every other byte as it was.

Also read: bullets whose link is the title, ``- [Title](url)`` and ``- [Short](url): Title``. What stands
beside the fields - remarks in parentheses, stars, authors behind a bold title - belongs to none of them.
"""

import re
from typing import Final, NamedTuple

from zsync.formats.reading_list.fields import EMOJI, ENTITY_END, KIND, Fields, Span, title_of
from zsync.formats.reading_list.inline import LinkSpan, find_links
from zsync.formats.reading_list.venues import VenueSpan, find_venue, read_venue

# Groups: indentation, marker, the blanks behind it, the character in the box.
ITEM = re.compile(r"([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+|\Z)(?:\[([ xX])\](?:[ \t]+|\Z))?")
_BOLD = re.compile(r"\*\*((?:[^*\\]|\\.)++)\*\*")
_COLON = re.compile(r"(?:\*\*)?[ \t]*[:：](?:\*\*)?[ \t]*")
# The colon behind a bold name; a remark in parentheses may come before it.
_BOLD_COLON = re.compile(r"[ \t]*(?:\([^()]{1,40}\)[ \t]*)?[:：][ \t]*")
_DASH = re.compile(r"[ \t]+[-–—|][ \t]+")
_BLANKS = re.compile(r"[ \t]*")
_QUOTED = re.compile(
    r"\"([^\"]+)\"(?!\w)|“([^“”]+)”(?!\w)|「([^「」]+)」|『([^『』]+)』|《([^《》]+)》"
)
# What may follow a quoted title; anything else shows that the quotation is only its beginning.
_AFTER_QUOTED = re.compile(r"[ \t]*(?:\Z|[.,，。;|(（\[【]|[-–—][ \t])")
# Stars and emoji at the end are somebody's opinion, not a part of the title.
_STARS = re.compile(rf"(?:{EMOJI}|[\ufe0f\u200d \t])+\Z")
_STOPS = " \t.,;:|-–—·。，；：、"
_BRACKETS = "[(【（"
_PROSE_END = re.compile(r"[.!?。！？…][\"'”’)\]*_`）]*\Z")
_LONGEST_REMARK = 40


class _Bullet:
    """A list item on one line."""

    name = "bullet"

    def read(self, head: str) -> Fields | None:
        """The fields of a line that is a list item."""
        item = ITEM.match(head)
        return read(head, item) if item else None


BULLET: Final = _Bullet()


def read(line: str, item: re.Match[str]) -> Fields | None:
    """The fields of a list item, or None if it is no entry.

    ``line`` is without its line end; ``item`` is :data:`ITEM` matched on it. An item with a box is an
    entry as soon as it says anything (but a link within the file); one without needs a link whose text
    or place shows that it leads to a paper, or a bold short name and a venue.
    """
    body, end = item.end(), len(line.rstrip())
    if end <= body or line.startswith(("<!--", "#", ">", "```", "~~~"), body):
        return None
    links = find_links(line, body)
    if links and all(_is_local(line, link) for link in links):
        return None
    fields = read_fields(line, body, item.start(4), end, links)
    return fields if fields.box >= 0 or _is_entry_without_box(line, fields, end) else None


def _is_local(line: str, link: LinkSpan) -> bool:
    return line.startswith("#", link.url_start)


def read_fields(line: str, body: int, box: int, end: int, links: list[LinkSpan]) -> Fields:
    """The fields of the text between ``body`` and ``end``, whose links are known; all of it is one entry."""
    if line.startswith("~~", body) and line.find("~~", body + 2) > 0:
        body += 2
    first = links[0].start if links else end
    bold = _read_bold(line, body, first)
    if links and not links[0].is_bare:
        start = bold.after if bold else body
        linked = line[start:first].strip(_BRACKETS + " *") == ""
        if linked and (found := _read_linked_title(line, body, box, bold, links, end)):
            return found
    if bold and (bold.joined is None or not line[bold.joined : first].strip(_STOPS + _BRACKETS)):
        return _read_bold_title(line, body, box, bold, links, end)
    start = bold.after if bold else body
    head = _head_end(line, start, links, first)
    venue = find_venue(line, start, head)
    title = _inner(line, start, _title_end(line, start, venue.start if venue else head))
    venue = venue or _venue_between(line, links, end)
    short, prefix = (bold.short, (body, start)) if bold else (None, None)
    return Fields(body, box, short, prefix, title, venue, links, False)


class _Bold(NamedTuple):
    """A bold run at the beginning: its text, the same as a short name, where what joins it on ends.

    ``joined`` is None if nothing shows that it is a short name; ``after`` is the end of it all.
    """

    text: Span
    short: Span
    end: int
    joined: int | None
    after: int


def _read_bold(line: str, start: int, end: int) -> _Bold | None:
    match = _BOLD.match(line, start, end)
    if match is None:
        return None
    joined = _short_end(line, match, end)
    loose = _DASH.match(line, match.end(), end) or _BLANKS.match(line, match.end(), end)
    after = joined or (loose.end() if loose else match.end())
    return _Bold(match.span(1), _short_span(line, match), match.end(), joined, after)


def _short_end(line: str, bold: re.Match[str], first: int) -> int | None:
    """Where a bold run and what joins it to a title end; None if it is no short name.

    It is one if a colon stands in it or behind it, or if the title is quoted. A dash shows it only
    where a longer text that is no venue follows a name of at most three words.
    """
    if colon := _BOLD_COLON.match(line, bold.end(), first):
        return colon.end()
    blanks = _BLANKS.match(line, bold.end(), first)
    after = blanks.end() if blanks else bold.end()
    if line[bold.end(1) - 1] in ":：" and not _is_escaped(line, bold.end(1) - 1):
        return after
    if _QUOTED.match(line, after, first):
        return after
    dash = _DASH.match(line, bold.end(), first)
    if dash and not read_venue(line[dash.end() : first], dash.end()):
        words = len(bold.group(1).split())
        return dash.end() if words <= 3 and words < len(line[dash.end() : first].split()) else None
    return None


def _read_bold_title(
    line: str, body: int, box: int, bold: _Bold, links: list[LinkSpan], end: int
) -> Fields:
    """A bold title; behind it a venue, or words that belong to no field."""
    start = bold.end
    head = _head_end(line, start, links, links[0].start if links else end)
    venue = find_venue(line, start, head) or _whole_venue(line, start, head)
    title = bold.text[0], _title_end(line, *bold.text)
    venue = venue or _venue_between(line, links, end)
    return Fields(body, box, None, None, title, venue, links, False)


def _whole_venue(line: str, start: int, end: int) -> VenueSpan | None:
    """A venue that is all the text between a bold title and the links; names of people are none."""
    venue = read_venue(line[start:end].rstrip(_STOPS), start)
    name = venue.name if venue else None
    return None if name is None or "," in name else venue


def _head_end(line: str, start: int, links: list[LinkSpan], first: int) -> int:
    """Where the text before the links ends, the bracket around them left out."""
    end = start + len(line[start:first].rstrip())
    if links and end > start and line[end - 1] in _BRACKETS and not _is_escaped(line, end - 1):
        end -= 1
    return _without_stars(line, start, end)


def _without_stars(line: str, start: int, end: int) -> int:
    """The end of the text before stars and the end of what is struck out; all of it if nothing is left."""
    left = end
    if stars := _STARS.search(line, max(start, end - _LONGEST_REMARK), end):
        left = stars.start()
    closes = line.startswith("~~", left - 2, left) and not _is_escaped(line, left - 2)
    if closes and line.find("~~", start, left - 2) < 0:
        left -= 2
    return left if left > start else end


def _short_span(line: str, bold: re.Match[str]) -> Span:
    start, end = bold.span(1)
    while end > start and line[end - 1] in ":： \t" and not _is_escaped(line, end - 1):
        end -= 1
    return start, end


def _is_escaped(line: str, pos: int) -> bool:
    backslashes = pos - len(line[:pos].rstrip("\\")) if line[pos - 1 : pos] == "\\" else 0
    return backslashes % 2 == 1


def _title_end(line: str, start: int, end: int) -> int:
    """The end of the title: blanks and what joins it to the rest are no part of it, an ellipsis is."""
    while end > start and line[end - 1] in _STOPS:
        if _is_escaped(line, end - 1) or line.endswith("..", start, end):
            break
        if line[end - 1] == ";" and ENTITY_END.search(line, max(start, end - 12), end):
            break
        end -= 1
    return end


def _inner(line: str, start: int, end: int) -> Span:
    """The title itself, without emphasis around all of it, or without quotes and what follows them."""
    quoted = _QUOTED.match(line, start, end)
    if quoted and quoted.lastindex:
        has_own_stop = line[quoted.end() - 2] in ".,"
        if has_own_stop or _AFTER_QUOTED.match(line, quoted.end(), end):
            return quoted.start(quoted.lastindex), _title_end(line, *quoted.span(quoted.lastindex))
    return _unwrap(line, start, end)


def _unwrap(line: str, start: int, end: int) -> Span:
    """Leaves out emphasis around a whole title."""
    for mark in ("***", "**", "*", "___", "__", "_"):
        inner = line[start + len(mark) : end - len(mark)]
        if (
            line.startswith(mark, start, end)
            and line.endswith(mark, start, end)
            and inner
            and mark not in inner
        ):
            return start + len(mark), end - len(mark)
    return start, end


def _venue_between(line: str, links: list[LinkSpan], end: int) -> VenueSpan | None:
    """A venue written after a link, or as the text of one."""
    for index, link in enumerate(links):
        gap_end = links[index + 1].start if index + 1 < len(links) else end
        if gap_end - link.end > 3 and (venue := _gap_venue(line, link.end, gap_end)):
            return venue
    return None


def _gap_venue(line: str, start: int, end: int) -> VenueSpan | None:
    while end > start and line[end - 1] in _BRACKETS + " \t":
        end -= 1
    while start < end and line[start] in "]) \t":
        start += 1
    return read_venue(line[start:end], start) if 3 < end - start <= 100 else None


def _read_linked_title(
    line: str, body: int, box: int, bold: _Bold | None, links: list[LinkSpan], end: int
) -> Fields | None:
    """``[Title](url)`` or ``[Short](url): Title``; None if the link's text only says what it leads to."""
    link = links[0]
    label = (link.label_start, link.label_end)
    if KIND.match(line, *label) and line[label[0] : label[1]].count(" ") < 3:
        return None
    venue = _venue_between(line, links, end)
    short, prefix = (bold.short, (body, bold.after)) if bold else (None, None)
    rest = _COLON.match(line, link.end)
    ends_with_colon = line[label[1] - 1] in ":："
    if not bold and (rest or ends_with_colon):
        start = rest.end() if rest else link.end + 1
        stop = _head_end(line, start, links[1:], links[1].start if len(links) > 1 else end)
        venue = find_venue(line, start, stop) or venue
        title = _title_end(line, start, min(stop, venue.start) if venue else stop)
        if title > start:
            label = (label[0], label[1] - 1) if ends_with_colon else label
            return Fields(body, box, label, (link.start, start), (start, title), venue, links, True)
    inner = None if bold else _read_bold(line, *label)
    if inner and inner.joined and inner.joined < label[1]:
        short, prefix, label = inner.short, (label[0], inner.joined), (inner.joined, label[1])
    return Fields(body, box, short, prefix, _unwrap(line, *label), venue, links, True)


def _is_entry_without_box(line: str, fields: Fields, end: int) -> bool:
    if not fields.links:
        return fields.venue is not None and line.startswith("**", fields.body)
    if not title_of(line, fields).strip():
        return False
    first = fields.links[0]
    if fields.linked_title:
        return _leads_away(line, first) and _remarks_are_short(fields, end)
    if fields.short is not None or _says_more_than_bold(line, fields):
        return not first.is_bare or _remarks_are_short(fields, end)
    return KIND.match(line, first.label_start, first.label_end) is not None and _remarks_are_short(
        fields, end
    )


def _says_more_than_bold(line: str, fields: Fields) -> bool:
    """Whether words stand between a bold title and the first link."""
    between = line[fields.title[1] : fields.links[0].start]
    return line.startswith("**", fields.body) and bool(between.strip(_STOPS + _BRACKETS + "*"))


def _leads_away(line: str, link: LinkSpan) -> bool:
    url = line[link.url_start : link.url_end]
    return "://" in url or url.lower().endswith(".pdf")


def _remarks_are_short(fields: Fields, end: int) -> bool:
    """Whether nothing but links, a venue and a few words follow the first link."""
    start = max(fields.links[0].end, fields.title[1])
    said = sum(link.end - link.start for link in fields.links if link.start >= start)
    if fields.venue and fields.venue.start >= start:
        said += fields.venue.end - fields.venue.start
    return end - start - said <= _LONGEST_REMARK


def reads_as_prose(line: str, item: re.Match[str]) -> bool:
    """Whether a list item without box and link is a sentence rather than a name or a title."""
    text = line[item.end() :].strip()
    if (
        item.group(4)
        or not _PROSE_END.search(text)
        or find_links(text)
        or find_venue(text, 0, len(text))
    ):
        return False
    return len(text.split()) >= 5 or sum(char >= "\u3040" for char in text) >= 10
