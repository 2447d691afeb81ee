"""The shape of one entry: a one-line bullet ``- [x] **Short**: Title. VENUE [Paper](url) [Code](url)``.

:func:`read` finds the spans of its fields in a line, or says that the line is not an entry.

Also read: a link that carries the title, ``- [Title](url)`` and ``- [Short](url): Title``; a title in quotes
or italics; a date, a venue or authors before the title; authors, venue and date after it. What stands beside
the fields - remarks in parentheses, stars - belongs to none of them.
"""

import re
from typing import Final

from zsync.core.identifiers import find
from zsync.core.patterns import regex
from zsync.formats.reading_list.details import Details, read_details, says_kind, year_of_date
from zsync.formats.reading_list.fields import (
    Fields,
    Span,
    leads_to_heading,
    title_of,
    url_of,
)
from zsync.formats.reading_list.hosts import Place, is_front_page, leads_to_paper, place_of
from zsync.formats.reading_list.inline import TAG_OR_IMAGE, LinkSpan, find_links
from zsync.formats.reading_list.lexicon import is_label, names_other_thing, target_of
from zsync.formats.reading_list.note_block import SENTENCE_END
from zsync.formats.reading_list.people import ET_AL, reads_as_people
from zsync.formats.reading_list.shapes.lead import Lead, read_lead
from zsync.formats.reading_list.shapes.logical_line import read_across
from zsync.formats.reading_list.shapes.tail import Tail, read_tail
from zsync.formats.reading_list.shapes.title import (
    BRACKETS,
    LONGEST_REMARK,
    SIGNS,
    STOPS,
    Bold,
    closed_title,
    head_end,
    read_bold,
    title_end,
    unwrap,
    without_asides,
)
from zsync.formats.reading_list.venue_names import is_known
from zsync.formats.reading_list.venues import VenueSpan, find_venue, read_venue

# Where a box would be, and none for GitHub: ``[-]``, ``[/]``, ``[✓]``, ``[]``, ``[ x]``, ``[x]Title``.
_UNKNOWN_BOX = r"\[(?:[ \t]*+[xX]?[ \t]*+|[^\w\s\[\]^]\ufe0f?)\](?![(\[:])[ \t]*"
# Groups: indentation, marker, the spaces after it, the character in the box, a box that zsync does not know.
ITEM = regex(
    r"([ \t]*)([-*+]|\d{1,9}[.)])([ \t]+|\Z)"
    rf"(?:\[([ xX])\](?:[ \t]+|\Z)|({_UNKNOWN_BOX}))?"
)
_COLON = regex(r"(?:\*\*)?[ \t]*[:：](?:\*\*)?[ \t]*")
_LONG_LABEL = 6
_FEWEST_WORDS, _FEW_WORDS = 4, 2
# The full stop after names, not the one after an initial; or what sets the title off.
_AFTER_NAMES = regex(
    r"(?<![ .-][A-Z])(?<!\bal)[.][ \t]+|[,.]?[ \t]+(?=\*\*)|(?<=\bal)[.][ \t]+(?=[A-Z*])"
)
_LONGEST_NAMES = 600
_SHORTEST_TITLE = 8
_SHORTEST_LABEL, _LONGEST_LABEL = 2, 100
_NUMBER = regex(r"[\d.]+(?:v\d+)?")


class _Bullet:
    """A list item on one line, which may have soft breaks."""

    name = "bullet"

    def read(self, head: str) -> Fields | None:
        """The fields of a line that is a list item."""
        if "\n" in head:
            return read_across(head, self.read)
        item = ITEM.match(head)
        return read(head, item) if item else None


BULLET: Final = _Bullet()


class _PlainBullet:
    """A list item without box and links, which only its neighbours show to be a paper."""

    name = "bullet without links"

    def read(self, head: str) -> Fields | None:
        """The fields of a line that is a list item, with links or without."""
        item = ITEM.match(head)
        return BULLET.read(head) or (plain_paper(head, item) if item else None)


PLAIN_BULLET: Final = _PlainBullet()


def read(line: str, item: re.Match[str]) -> Fields | None:
    """The fields of a list item, or None if it is not an entry.

    ``line`` is without its line end; ``item`` is :data:`ITEM` matched on it. An item with a box is an
    entry as soon as it says anything (but a link within the file); one without needs a link whose text
    or place shows that it leads to a paper, or a bold short name and a venue.
    """
    end = len(line.rstrip())
    links = _links(line, item.end(), end)
    if links is None:
        return None
    fields = read_fields(line, item.end(), box_of(item), end, links)
    return fields if fields.box >= 0 or _is_entry_without_box(line, fields, end) else None


def box_of(item: re.Match[str]) -> int:
    """Where the tick of an item stands, or the bracket of a box that zsync does not know; else -1."""
    return max(item.start(4), item.start(5))


def _links(line: str, body: int, end: int) -> list[LinkSpan] | None:
    """The links of an item's line; None if it says nothing, or leads nowhere but into this file."""
    if end <= body or line.startswith(("<!--", "#", ">", "```", "~~~"), body):
        return None
    links = find_links(line, body)
    if "#" in line and all(leads_to_heading(line, link) for link in links):
        return links if not links and "](#" not in line else None
    return links


def read_fields(line: str, body: int, box: int, end: int, links: list[LinkSpan]) -> Fields:
    """The fields of ``line[body:end]``, all of which is one entry; ``links`` are the links in it."""
    if line.startswith("~~", body) and line.find("~~", body + 2, end) > 0:
        body += 2
    lead = read_lead(line, body, end, links, has_box=box >= 0)
    if lead.after == body:
        return _read_titled(line, body, box, end, links)
    behind = [link for link in links if link.start >= lead.after]
    return _with_lead(_read_titled(line, lead.after, box, end, behind), lead, links)


def _with_lead(fields: Fields, lead: Lead, links: list[LinkSpan]) -> Fields:
    before = [link for link in links if link.start < lead.after]
    if lead.short and fields.linked_title and not fields.short:
        fields = fields._replace(short=lead.short, prefix=(lead.short[0], lead.after))
    return fields._replace(
        venue=lead.venue or fields.venue,
        year=lead.year or fields.year,
        authors=lead.authors or fields.authors,
        links=fields.links + before if fields.linked_title else before + fields.links,
    )


def _read_titled(line: str, body: int, box: int, end: int, links: list[LinkSpan]) -> Fields:
    first = links[0].start if links else end
    bold = read_bold(line, body, first)
    if links and not links[0].is_bare:
        start = bold.after if bold else body
        is_first = not (
            line[start].isalnum() or SIGNS.sub("", line[start:first]).strip(BRACKETS + ' *"“')
        )
        if is_first and (found := _read_linked_title(line, body, box, bold, links, end)):
            return found
        if not bold and (found := _read_cited_link(line, body, box, links, end)):
            return found
    if bold and (bold.joined is None or not line[bold.joined : first].strip(STOPS + BRACKETS)):
        return _read_bold_title(line, body, box, bold, links, end)
    if box < 0 and not bold and (found := _read_cited(line, body, first, end, links)):
        return found
    start = bold.after if bold else body
    short, prefix = (bold.short, (body, start)) if bold else (None, None)
    plain = Fields(body, box, short, prefix, (start, start), None, links, False)
    if line[start : start + 1].isalpha() and (bold or not ('"' in line or "“" in line)):
        return _read_plain(line, plain, start, links, end)
    authors, start = _authors_before(line, start, first) if not bold else (None, start)
    if closed := closed_title(line, start, first):
        details = read_details(line, closed.after, end, links)
        return _with_details(
            line,
            plain._replace(title=closed.span),
            details._replace(authors=authors or details.authors),
        )
    return _read_plain(line, plain, start, links, end)


def _read_cited(line: str, body: int, first: int, end: int, links: list[LinkSpan]) -> Fields | None:
    """``Jane Doe, John Roe. Title. Venue``: authors, then a title, which may be bold; no box before it."""
    stop = _AFTER_NAMES.search(line, body, min(first, body + _LONGEST_NAMES))
    if stop is None or stop.start() == body or not reads_as_people(line[body : stop.start()]):
        return None
    rest = _read_titled(line, stop.end(), 0, end, links)
    if len(line[slice(*rest.title)].split()) < _FEWEST_WORDS:
        return None
    return rest._replace(box=-1, authors=(body, stop.start()))


def _is_quote(line: str, start: int) -> bool:
    return line[start : start + 1] in tuple('"“「『《')


def _authors_before(line: str, start: int, end: int) -> tuple[Span | None, int]:
    """``Jane Doe, et al. "Title."``: the authors, and where the quotation begins."""
    quote = re.compile(r"[\"“]").search(line, start, end)
    if (
        quote is None
        or quote.start() == start
        or not reads_as_people(line[start : quote.start()], alone=True)
    ):
        return None, start
    return (start, start + len(line[start : quote.start()].rstrip(" \t,:"))), quote.start()


def _read_plain(line: str, fields: Fields, start: int, links: list[LinkSpan], end: int) -> Fields:
    """A title that nothing sets off: it ends where a venue, authors or a date begin, or the links."""
    stop = head_end(line, start, links, links[0].start if links else end)
    tail: Tail = read_tail(line, start, stop)
    title = title_end(line, start, tail.start)
    _, venue, authors, year = tail
    if links and (len(links) > 1 or end - links[0].end > 1):
        behind = read_details(line, links[0].start, end, links)
        venue, authors, year, _ = Details(venue, authors, year).with_more(behind)
    # Built at once rather than replaced field by field: this is the commonest of all shapes.
    body, box, short, prefix = fields[:4]
    span = unwrap(line, start, title)
    found = Fields(body, box, short, prefix, span, venue, links, False, authors, None, year)
    return found if box >= 0 or (venue and year) else with_label(line, found)


def _with_details(line: str, fields: Fields, found: Details) -> Fields:
    venue, authors, year, _ = found
    if venue or authors or year:
        fields = fields._replace(venue=venue, authors=authors, year=year)
    return fields if fields.box >= 0 or (venue and year) else with_label(line, fields)


def with_label(line: str, fields: Fields) -> Fields:
    """A venue or a date that is the text of a link: ``[NeurIPS 2023](url)``, ``[[6 Jun 2022]](url)``.

    In a list with boxes labels are what zsync writes there, so they are only labels.
    """
    for link in fields.links[1 if fields.linked_title else 0 :]:
        start, end = link.label_start, link.label_end
        if not _SHORTEST_LABEL < end - start < _LONGEST_LABEL or not _tells_where(line[start:end]):
            continue
        if fields.year is None and (year := year_of_date(line[start:end])):
            fields = fields._replace(year=year)
        elif fields.venue is None and (venue := _venue_in_label(line, start, end)):
            fields = fields._replace(venue=venue)
    return fields


def _tells_where(label: str) -> bool:
    """A quick look: a label with a digit, or the name of a venue, may say when or where."""
    return not label.isalpha() or is_known(label)


def _venue_in_label(line: str, start: int, end: int) -> VenueSpan | None:
    venue = read_venue(line[start:end], start)
    if venue is None or venue.name is None:
        return None
    is_sure = venue.year is not None or (is_known(venue.name) and not target_of(line[start:end]))
    return venue if is_sure else None


def _read_bold_title(
    line: str, body: int, box: int, bold: Bold, links: list[LinkSpan], end: int
) -> Fields:
    """A bold title; after it a venue, or words that belong to no field."""
    start = bold.end
    stop = head_end(line, start, links, links[0].start if links else end)
    found = read_details(line, start, end, links)
    venue = found.venue or find_venue(line, start, stop)
    title = bold.text[0], title_end(line, *bold.text)
    fields = Fields(body, box, None, None, title, None, links, False)
    return _with_details(line, fields, found._replace(venue=venue))


def _read_linked_title(
    line: str, body: int, box: int, bold: Bold | None, links: list[LinkSpan], end: int
) -> Fields | None:
    """``[Title](url)`` or ``[Short](url): Title``; None if the link's text only says what it leads to."""
    link = links[0]
    label = (link.label_start, link.label_end)
    if is_label(line[slice(*label)]) and not _is_all_that_is_said(line, body, box, links, end):
        return None
    short, prefix = (bold.short, (body, bold.after)) if bold else (None, None)
    rest = _COLON.match(line, link.end)
    ends_with_colon = line[label[1] - 1] in ":："
    fields = Fields(body, box, short, prefix, label, None, links, True)
    if not bold and (rest or ends_with_colon):
        start = rest.end() if rest else link.end + 1
        if found := _read_linked_short(line, fields, start, links, end):
            return found
    inner = None if bold else read_bold(line, *label)
    if inner and inner.joined and inner.joined < label[1]:
        short, prefix, label = inner.short, (label[0], inner.joined), (inner.joined, label[1])
    title = _linked_text(line, *label)
    fields = fields._replace(short=short, prefix=prefix, title=title)
    return _with_details(line, fields, read_details(line, link.end, end, links))


def _is_all_that_is_said(line: str, body: int, box: int, links: list[LinkSpan], end: int) -> bool:
    """Whether some words, like ``Model Cards``, are the only ones of an item with a box: then its title.

    What names the paper itself, or ends with what it leads to, ``official code``, is still a label: such an
    item waits for its title.
    """
    link = links[0]
    label = line[link.label_start : link.label_end]
    around = line[body : link.start] + line[link.end : end]
    is_alone = not any(char.isalnum() for char in around)
    is_thing = target_of(label.split()[-1]) is not None
    return box >= 0 and is_alone and names_other_thing(label) and not is_thing


def _linked_text(line: str, start: int, end: int) -> Span:
    start, end = without_asides(line, start, end)
    closed = closed_title(line, start, end)
    return (
        closed.span
        if closed and not line[closed.after : end].strip(STOPS)
        else unwrap(line, start, end)
    )


def _read_linked_short(
    line: str, fields: Fields, start: int, links: list[LinkSpan], end: int
) -> Fields | None:
    """``[Short](url): Title``; None where the words after the colon are a remark on a linked title."""
    label = fields.title
    stop = head_end(line, start, links[1:], links[1].start if len(links) > 1 else end)
    tail = read_tail(line, start, stop)
    title = title_end(line, start, tail.start)
    if not tail.venue and (bar := line.rfind(" | ", start, title)) > start:
        # Where others have the venue, some have the company.
        title = bar
    words = line[slice(*label)].split()
    if title <= start or len(words) >= _LONG_LABEL or (len(words) > 1 and line[start].islower()):
        return None
    if line[label[1] - 1] in ":：":
        label = (label[0], label[1] - 1)
    link = links[0]
    more = read_details(line, links[1].start, end, links) if len(links) > 1 else Details()
    found = Details(tail.venue, tail.authors, tail.year).with_more(more)
    fields = fields._replace(short=label, prefix=(link.start, start), title=(start, title))
    return _with_details(line, fields, found)


def _read_cited_link(
    line: str, body: int, box: int, links: list[LinkSpan], end: int
) -> Fields | None:
    """``Jane Doe, et al. ["Title."](url) Venue. Year.``: authors before a link that carries the title."""
    link = links[0]
    label = line[link.label_start : link.label_end]
    is_quoted = _is_closed(line, link)
    if says_kind(label) or not (is_quoted or len(label.split()) >= _LONG_LABEL):
        return None
    before = line[body : link.start].rstrip(' \t,:"“')
    # After a box any two words may be the title, and any label may follow them.
    if (box >= 0 and not ET_AL.search(before)) or not reads_as_people(before, alone=is_quoted):
        return None
    title = _linked_text(line, link.label_start, link.label_end)
    title = title[0], title_end(line, *title)
    fields = Fields(body, box, None, None, title, None, links, True)
    details = read_details(line, link.end, end, links)
    return _with_details(line, fields, details._replace(authors=(body, body + len(before))))


def _is_closed(line: str, link: LinkSpan) -> bool:
    """Whether a link's text is a quotation and nothing else."""
    closed = closed_title(line, link.label_start, link.label_end)
    return closed is not None and closed.after == link.label_end


def _is_address(text: str) -> bool:
    """Whether a text is a paper's identifier and nothing else: its address, its DOI, ``arXiv:2410.02712``.

    A number alone may be anything.
    """
    typed = text.strip().strip("<>")
    return " " not in typed and not _NUMBER.fullmatch(typed) and find(typed) is not None


def _is_entry_without_box(line: str, fields: Fields, end: int) -> bool:
    """Whether an item that nobody can tick is a paper: a title, and links or words that show what it is."""
    if not TAG_OR_IMAGE.sub("", title_of(line, fields)).strip():
        return _is_address(line[fields.body : end])
    if _is_address(line[fields.body : end]):
        return True
    says_more = bool(fields.authors or fields.venue or fields.year)
    if not fields.links:
        venue = fields.venue
        is_sure = venue is not None and (venue.year is not None or is_known(venue.name or ""))
        return is_sure and line.startswith("**", fields.body)
    first = fields.links[0]
    if fields.linked_title:
        if says_more:
            return _leads_away(line, first)
        return _may_be_paper(line, fields.links) and (
            _remarks_are_short(line, fields, end) or leads_to_paper(url_of(line, first))
        )
    if fields.short is not None or _is_set_off(line, fields):
        return not first.is_bare or _remarks_are_short(line, fields, end)
    # The title of such an item ends at the links: they must say that a paper is behind them.
    start, stop = fields.title
    if _ends_with_paper(line, fields, end):
        return True
    kinds = [
        line[link.label_start : link.label_end]
        for link in fields.links
        if not start <= link.start < stop
    ]
    is_paper = any(label and says_kind(label) and not names_other_thing(label) for label in kinds)
    is_named = bool(kinds) and says_kind(kinds[0]) and (is_paper or says_more)
    return is_named and (says_more or _remarks_are_short(line, fields, end))


def _ends_with_paper(line: str, fields: Fields, end: int) -> bool:
    """Whether a few words end with the bare address of a paper."""
    last = fields.links[-1]
    words = len(line[slice(*fields.title)].split())
    is_paper = last.is_bare and leads_to_paper(url_of(line, last))
    return is_paper and last.end == end and words > _FEW_WORDS


def _may_be_paper(line: str, links: list[LinkSpan]) -> bool:
    """Whether a linked title leads away from this file, and one of the links to more than code or a film."""
    away = [link for link in links if _leads_away(line, link)]
    first = links[0]
    is_thing = line[first.label_start].islower() and is_front_page(url_of(line, first))
    is_other = all(place_of(url_of(line, link)) is Place.OTHER for link in away)
    return first in away and not is_other and not is_thing


def plain_paper(line: str, item: re.Match[str]) -> Fields | None:
    """The fields of an item without a box and without links that says a title, a known venue and its year.

    Alone it may be anything; a section of such items is a list of papers.
    """
    end = len(line.rstrip())
    if box_of(item) >= 0 or "](" in line or "://" in line or _links(line, item.end(), end) is None:
        return None
    fields = read_fields(line, item.end(), item.start(4), end, [])
    venue = fields.venue
    is_sure = venue is not None and venue.year is not None and is_known(venue.name or "")
    return fields if is_sure and len(title_of(line, fields)) >= _SHORTEST_TITLE else None


def _is_set_off(line: str, fields: Fields) -> bool:
    """Whether the title is quoted, or words stand between a bold one and the first link."""
    if _is_quote(line, fields.title[0] - 1):
        return True
    between = line[fields.title[1] : fields.links[0].start]
    return line.startswith("**", fields.body) and bool(between.strip(STOPS + BRACKETS + "*"))


def _leads_away(line: str, link: LinkSpan) -> bool:
    url = line[link.url_start : link.url_end]
    return "://" in url or url.lower().endswith(".pdf")


def _remarks_are_short(line: str, fields: Fields, end: int) -> bool:
    """Whether nothing but links, a venue and a few words follow the first link."""
    start = max(fields.links[0].end, fields.title[1])
    said = sum(link.end - link.start for link in fields.links if link.start >= start)
    if fields.venue and fields.venue.start >= start:
        said += fields.venue.end - fields.venue.start
    said += sum(
        len(tag) for tag in TAG_OR_IMAGE.findall(line[start:end]) if "](" in tag or tag[0] == "<"
    )
    return end - start - said <= LONGEST_REMARK


def reads_as_prose(line: str, item: re.Match[str]) -> bool:
    """Whether a list item without box and link is a sentence rather than a name or a title."""
    text = line[item.end() :].strip()
    if (
        box_of(item) >= 0
        or not SENTENCE_END.search(text)
        or find_links(text)
        or find_venue(text, 0, len(text))
    ):
        return False
    return len(text.split()) >= 5 or sum(char >= "\u3040" for char in text) >= 10


def is_sentence_item(line: str) -> bool:
    """Whether a line is a list item that :func:`reads_as_prose`."""
    item = ITEM.match(line)
    return item is not None and reads_as_prose(line, item)
