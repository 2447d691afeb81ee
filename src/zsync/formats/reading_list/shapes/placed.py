"""The shape of lines whose title is known, or told by their form, whatever stands around it.

A paragraph, a heading, an item or a row that no other shape reads. What stands before the title and after
it is read as it is beside any other: box, short name, people, venue, date, links. A changed head is read
again by what it has in common with the old one: that says where the title is now.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from zsync.core.patterns import regex
from zsync.formats.reading_list.details import Details, read_details
from zsync.formats.reading_list.fields import EMOJI, Fields, Span
from zsync.formats.reading_list.inline import TAG, LinkSpan, find_links, plain
from zsync.formats.reading_list.lexicon import key_of, target_of
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.shapes import Shape
from zsync.formats.reading_list.shapes.bullet import ITEM, box_of, with_label
from zsync.formats.reading_list.shapes.detail_line import read_detail_line
from zsync.formats.reading_list.shapes.lead import REMARK
from zsync.formats.reading_list.shapes.metadata import read_metadata, segments
from zsync.formats.reading_list.venue_names import is_known
from zsync.formats.reading_list.venues import read_venue

# A few words in marks, in a link, or with a sign after them that joins them to a title.
_NAME = regex(
    r"(?P<open>(?:\*\*|__|[\[(【`*_]){0,4})(?P<name>[^\s*_\[\]()【】`:：|][^*_\[\]()【】`:：|\n]{0,40}?)"
    r"(?:\*\*|__|[\])】`*_]){0,4}(?:\(\S*?\))?(?:\*\*|__)?[ \t]{0,4}"
    r"(?P<join>[:：]|[-–—|](?=[ \t])|(?=[\"“]))?(?:\*\*|__)?[ \t]{0,4}[\[*_\"“「《]{0,4}\Z"
)
_MOST_WORDS = 4
# How far in front of a title its short name and the link of that may begin.
_NEAR = 240
# Where the text of a line begins that is not a list item.
_INDENT = regex(r"[ \t>|]*(?:#{1,6}[ \t]*)?")
# The signs that close what a title stands in.
_CLOSERS = '*_`"”」》』]'
# A box, or a sign for one, before a title that stands in no item.
_BOX = regex(r"\[([ xX])\](?=[ \t])|([✅☑✔⬜☐🔲⏳🔳◻▢□])")
# The row of a table, in a quotation perhaps.
_ROW = regex(r"[ \t>]*\|")
# What may come first in such a head: a badge, a tag, signs, the number of the paper.
_LEAD = regex(
    rf"(?:\[[ xX]\]|!\[[^\[\]]*\]\([^()\s]*\)|</?\w[^<>]*>|{EMOJI}|[\s\ufe0f|·•]|:[a-z0-9_+-]{{2,40}}:"
    r"|(?:\*\*)?\\?[\[(#]?\d{1,4}(?:\\?[\])、．]|\\?\.(?=\s))(?!\()(?:\*\*)?)+"
)
# What ends a title that stands in marks; what stands between people and a title.
_STOPS = ".,。，"
_JOINTS = ' \\\t\r\n.,;:，。：；*_(（["“「《'
# What somebody puts after a title, and is none of it; a colon or a hyphen may go on with a subtitle.
_BEHIND = regex(r"[ \t]*(?:[^\w\s:：-]|<|\Z)")

# Words that a colon follows: a key, perhaps.
_KEY = regex(r"([^\W\d_][^\n:：|*_\[\]]{0,30})[*_`]{0,3}[:：]")

# What ends a cell: it may be in a table.
_CELL_END = regex(r"(?<!\\)\||\n")


@dataclass(frozen=True, slots=True)
class Placed:
    """A head in which the title is known to stand at ``title``; ``rules`` is the shape that reads the rest.

    Without ``rules`` no shape reads such a head. Two of them are alike whatever they say.
    """

    head: str = field(compare=False, repr=False)
    title: Span = field(compare=False)
    rules: Shape | None = None
    name: ClassVar[str] = "lines around a title"

    def read(self, head: str) -> Fields | None:
        """The fields of the head or of a changed one; None where the change left no trace of the title."""
        title = _moved(self.head, head, self.title)
        if title is None:
            return None
        around = fields_around(head, title)
        if self.rules is None:
            return around
        ruled = self.rules.read(head)
        return _joined(ruled, around) if ruled else None

    def with_title(self, head: str, written: str) -> "Placed | None":
        """The shape of a new head, by the title as it is written in it; None if that stands nowhere."""
        start = head.find(written)
        return Placed(head, (start, start + len(written)), self.rules) if start >= 0 else None

    @staticmethod
    def says_nothing_else(head: str, fields: Fields) -> bool:
        """Whether no words but keys and no stray stops stand beside the fields.

        Words that its like have may be of their papers; two stops in a row were beside what is left out.
        """
        spans = [fields.title, *(link[at : at + 2] for link in fields.links for at in (0, 2))]
        spans += [span for span in (fields.short, fields.authors) if span]
        if fields.venue:
            spans.append((fields.venue.start, fields.venue.end))
        pos, rest = fields.body, []
        for start, end in [*sorted(spans), (len(head), len(head))]:
            rest.append(_KEY.sub(_without_key, TAG.sub("", head[pos:start])))
            pos = max(pos, end)
        return not any(gap.count(".") > 1 or any(map(str.isalnum, gap)) for gap in rest)


def _without_key(words: re.Match[str]) -> str:
    return "" if key_of(words[1]) else words[0]


def _joined(ruled: Fields, around: Fields) -> Fields:
    """What the rules know of an entry, but for what stands where its title is."""
    first = around.links[:1] if around.linked_title else []
    links = first + [link for link in ruled.links if link not in first]
    return around._replace(box=ruled.box, links=links, note=ruled.note)


def _moved(old: str, new: str, title: Span) -> Span | None:
    """Where a title is in a changed head; None if the change runs over one of its ends."""
    if old == new:
        return title
    if "|" in old and len(_CELL_END.findall(old)) != len(_CELL_END.findall(new)):
        return None
    start, end = title
    same = _same(old, new)
    tail = _same(old[same:][::-1], new[same:][::-1])
    stop, grown = len(old) - tail, len(new) - len(old)
    typed = new[same : len(new) - tail]
    if stop < start or (stop == start and not typed[-1:].isalnum()):
        return start + grown, end + grown
    if same > end or (same == end and _BEHIND.match(typed)):
        return title
    if start <= same and stop <= end and end + grown > start:
        return start, end + grown
    return None


def _same(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, pair in pairs if pair[0] != pair[1]), min(len(one), len(other)))


def fields_around(head: str, title: Span) -> Fields:
    """The fields of a head whose title stands at a place that is known."""
    is_block = ITEM.match(head) is None and not _ROW.match(head)
    body = min(body_of(head), title[0])
    box, links = _box(head, body), find_links(head, body)
    carrier = next((link for link in links if _holds(link, title)), None)
    if is_block and (lead := _LEAD.match(head, body, carrier.start if carrier else title[0])):
        body = lead.end()
    behind = carrier.end if carrier else title[1]
    while behind < len(head) and head[behind] in _CLOSERS:
        behind += 1
    short = short_before(head, body, title[0], links)
    start = short[1][1] if short else body
    around = start, carrier.start if carrier else title[0], behind
    read_beside = _in_block if is_block else _in_line
    details, own, note = read_beside(head, *around, links)
    if carrier:
        details = details.with_more(read_details(head, carrier.label_start, title[0], ()))
        details = details.with_more(read_details(head, title[1], carrier.label_end, ()))
    first = carrier or (short[2] if short else None)
    if first:
        own = [first, *(link for link in own if link != first)]
    fields = Fields(
        body,
        box,
        short[0] if short else None,
        short[1] if short else None,
        title,
        details.venue,
        own,
        first is not None,
        details.authors,
        note,
        details.year,
    )
    return with_label(head, fields) if not is_block else fields


_Beside = tuple[Details, list[LinkSpan], Span | None]


def _in_line(head: str, start: int, before: int, behind: int, links: list[LinkSpan]) -> _Beside:
    """What stands before and after a title in an item or a row, and in the lines below."""
    line_end = head.find("\n", behind)
    end = line_end if line_end >= 0 else len(head.rstrip())
    details = read_details(head, start, before, links) if start < before else Details()
    details = details.with_more(read_details(head, behind, end, links))
    own = [link for link in links if link.end <= end]
    for more in _lines_below(head, end, links):
        details = details.with_more(more[0])
        own += more[1]
    return details, own, None


def _in_block(head: str, start: int, before: int, behind: int, links: list[LinkSpan]) -> _Beside:
    """What stands before a title that is not an item's, after it and in the lines below: one text."""
    while behind < len(head) and head[behind] in _STOPS + _CLOSERS:
        behind += 1
    spans = [(max(at, behind), end) for at, end in segments(head) if end > behind]
    said = read_metadata(head, spans, [link for link in links if link.start >= behind])
    says_any = any(map(str.isalnum, head[start:before]))
    details = _before(head, start, before, links) if says_any else Details()
    details = details.with_more(Details(said.venue, said.authors))
    return details, [*(link for link in links if link.end <= before), *said.links], said.note


def _before(head: str, start: int, end: int, links: list[LinkSpan]) -> Details:
    """What stands before a title: people, else what a piece of any line says."""
    people = head[start:end].strip(_JOINTS)
    if people and reads_as_people(people, alone=True):
        start = head.index(people, start)
        return Details(authors=(start, start + len(people)))
    found = read_details(head, start, end, links)
    venues = (found.venue, read_metadata(head, [(start, end)], []).venue)
    # Any name in marks may be a venue after a title; before it only one that is known, or has a year.
    sure = (each for each in venues if each and (each.year or is_known(each.name or "")))
    return found._replace(venue=next(sure, None))


def _box(head: str, body: int) -> int:
    """Where the box of an item stands, or the sign that a block begins with; -1 if there is none."""
    if item := ITEM.match(head):
        return box_of(item)
    box = _BOX.match(head, body)
    return box.start(box.lastindex or 0) if box else -1


def body_of(head: str) -> int:
    """Where the text of a head begins: after the marker and box, the signs of a heading or a quotation."""
    first = ITEM.match(head) or _INDENT.match(head)
    return first.end() if first else 0


def _holds(link: LinkSpan, title: Span) -> bool:
    return not link.is_bare and link.label_start <= title[0] and title[1] <= link.label_end


def _lines_below(
    head: str, start: int, links: list[LinkSpan]
) -> Iterator[tuple[Details, list[LinkSpan]]]:
    """What the lines under the title's say of the paper, each with its links."""
    starts = [link.start for link in links]
    while start < len(head):
        start += 1
        end = head.find("\n", start)
        end = end if end >= 0 else len(head)
        if line := read_detail_line(head, start, end):
            yield line.details, list(line.links)
        else:
            here = links[bisect_left(starts, start) : bisect_left(starts, end)]
            yield read_details(head, start, end, here), here
        start = end


def short_before(
    head: str, body: int, title: int, links: list[LinkSpan]
) -> tuple[Span, Span, LinkSpan | None] | None:
    """The short name that a joint ties to the title, from where to where both stand, and its link."""
    found = _NAME.search(head, max(body, title - _NEAR), title)
    if found is None or not (found["join"] or found["open"]):
        return None
    said = plain(found["name"])
    is_marked = bool(found["open"].strip("([【"))
    link = next(
        (each for each in links if each.label_start <= found.start("name") < each.label_end), None
    )
    is_link = link is not None and found["join"] in (":", "：")
    is_other = (
        len(said.split()) > _MOST_WORDS
        or not any(char.isupper() for char in said)
        or target_of(said)
        or REMARK.fullmatch(said)
        or read_venue(said, 0) is not None
        or reads_as_people(said, alone=True)
    )
    # Without marks two words before a colon are people as often as a name.
    is_word = found["join"] in (":", "：") and " " not in said
    if is_other or not (is_marked or is_link or is_word):
        return None
    return found.span("name"), (found.start(), title), link if is_link else None
