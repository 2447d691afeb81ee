r"""The shape of an entry without list marker: a title line, then lines of authors, venue and links.

``**Title** <br> Authors <br> VENUE YEAR. [[paper](..)]``, ``[Title](url)`` and more lines, ``[1] Authors.
"Title". Venue. [pdf](..)``, ``*Authors.* **Title.** Venue.``, and ``**Title**`` above bullets
``- Paper: url``. The lines may be joined by ``\``, ``<br>``, two blanks or nothing.

One such text alone may be prose as well. :class:`Reading` therefore says how much speaks for an entry;
whoever walks over the file decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from zsync.formats.reading_list.fields import EMOJI, Fields
from zsync.formats.reading_list.hosts import leads_to_paper
from zsync.formats.reading_list.inline import LinkSpan, find_links, plain
from zsync.formats.reading_list.lexicon import target_of
from zsync.formats.reading_list.people import reads_as_people
from zsync.formats.reading_list.shapes.keys import read_key
from zsync.formats.reading_list.shapes.metadata import (
    Metadata,
    read_metadata,
    segments,
)
from zsync.formats.reading_list.shapes.metadata_venues import read_label_venue
from zsync.formats.reading_list.shapes.titles import (
    Lead,
    Mark,
    Title,
    is_title,
    read_lead,
    read_title,
    size_of,
)

LONGEST = 10_000
# The words of a title that is no topic, and how many characters of other text are how much.
_SHORTEST = 3
_HARDLY_ANY, _LITTLE, _SOME, _MOST_RESIDUE = 10, 60, 100, 400


class Reading(NamedTuple):
    """The fields of a block, what shows its title, and how much speaks for an entry (0: nothing does)."""

    fields: Fields
    mark: Mark
    weight: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text without list marker; ``least`` is the weight that makes them an entry there."""

    least: int = 2
    name: ClassVar[str] = "paragraph"

    def read(self, head: str) -> Fields | None:
        """The fields of a block's lines."""
        reading = read(head)
        return reading.fields if reading and reading.weight >= self.least else None


def read(head: str) -> Reading | None:
    """What a block says; None if nothing in it can be a title, or if it is more than one entry."""
    if len(head) > LONGEST or len(parts(head.split("\n"))) > 1:
        return None
    return read_block(head, 0)


def read_block(head: str, start: int, *, heading: bool = False) -> Reading | None:
    """Reads a block whose title is looked for from ``start`` on."""
    spans = [span for span in segments(head) if span[1] > start]
    if not spans:
        return None
    spans[0] = max(start, spans[0][0]), spans[0][1]
    links = find_links(head)
    lead = read_lead(head, spans, links)
    if lead is None:
        return None
    title = read_title(head, lead, links)
    if title is None or not is_title(head, title):
        return None
    if heading:
        title = title._replace(mark=Mark.HEADING)
    rest = [(title.after, lead.spans[0][1]), *lead.spans[1:]]
    own = [link for link in links if link is not title.link and link not in lead.links]
    metadata = read_metadata(head, [span for span in rest if span[0] < span[1]], own)
    return _reading(head, lead, title, metadata)


def _reading(head: str, lead: Lead, title: Title, said: Metadata) -> Reading:
    links = [*([title.link] if title.link else []), *lead.links, *said.links]
    authors = title.authors or said.authors
    venue = lead.venue or said.venue
    fields = Fields(
        title.body,
        lead.box,
        title.short or lead.short,
        title.prefix or lead.prefix,
        title.span,
        venue,
        links,
        title.link is not None,
        authors,
        said.note,
    )
    is_keyed = said.keys and title.mark is not Mark.HEADING
    mark = Mark.KEYED if is_keyed else title.mark
    weight = _weight(head, title, said, fields, has_venue_link=bool(lead.links))
    return Reading(fields, mark, weight)


def _weight(
    head: str, title: Title, said: Metadata, fields: Fields, *, has_venue_link: bool
) -> int:
    """How much speaks for an entry: 0 nothing, 1 too little alone, 2 enough beside others, 3 enough."""
    marked = title.mark not in (Mark.PLAIN, Mark.ITALIC)
    words = size_of(plain(head[slice(*title.span)]))
    papers = said.papers + has_venue_link
    away = _leads_away(head, title.link) if title.link else 0
    people = (fields.authors is not None) + (fields.venue is not None)
    labels = (plain(head[link.label_start : link.label_end]).strip("[]") for link in said.links)
    kinds = papers + said.keys + sum(target_of(label) is not None for label in labels)
    is_long = words >= _SHORTEST
    if said.residue > (_MOST_RESIDUE if people or marked else _LITTLE) or (
        not is_long and said.residue > _HARDLY_ANY
    ):
        return 0
    if not marked:
        enough = people or said.keys > 1
        return 2 if is_long and kinds and said.residue <= _LITTLE and enough else 0
    if is_long and (papers or away == 2) and said.residue <= _SOME and (people or said.keys):
        return 3
    if title.mark is Mark.HEADING and title.link:
        return 2 if away == 2 else 1
    if not is_long:
        return 1 if kinds or away else 0
    if not people and said.residue > _SOME:
        return 0
    if kinds or (away and (people or words > _SHORTEST)):
        return 2
    return 2 if people == 2 else 1 if away or (people and words > _SHORTEST) else 0


def _leads_away(head: str, link: LinkSpan) -> int:
    """2 if a link leads to where papers stand, 1 if it leads to another page or file."""
    url = head[link.url_start : link.url_end]
    if leads_to_paper(url):
        return 2
    return int("://" in url or url.endswith((".md", ".pdf", ".html")))


# -- several entries in one paragraph ------------------------------------------------------------


def parts(lines: Sequence[str]) -> list[int]:
    """The indexes of the lines of a paragraph with which an entry begins; the first always is one."""
    found = [0]
    start = _start_of(lines[0])
    if start is None:
        return found
    return found + [index for index in range(1, len(lines)) if _start_of(lines[index]) is start]


_REFERENCE = re.compile(r"[ \t]*(?:\*\*)?\\?\[\d{1,4}\\?\](?:\*\*)?[ \t.:](?!\()")


def _start_of(line: str) -> Mark | None:
    """What shows that an entry begins with a line, if something does."""
    if _REFERENCE.match(line):
        return Mark.NUMBER
    text = line.strip()
    lead = re.match(rf"(?:{EMOJI}|[\ufe0f ]|\[[ xX]\] |:[a-z0-9_]+:)*", text)
    begin = lead.end() if lead else 0
    if text.startswith("**", begin):
        close = text.find("**", begin + 2)
        bold = text[begin + 2 : close] if close > 0 else ""
        key = read_key(text, begin, len(text))
        is_key = key is not None and key.is_strict
        return None if is_key or len(bold.split()) < 3 or reads_as_people(bold) else Mark.BOLD
    if text.startswith("[", begin):
        return _linked_start(text, begin)
    return None


def _linked_start(text: str, begin: int) -> Mark | None:
    links = find_links(text, begin)
    if not links or links[0].start != begin or links[0].is_bare:
        return None
    label = plain(text[links[0].label_start : links[0].label_end])
    is_other = (
        len(label.split()) < 4
        or target_of(label)
        or reads_as_people(label)
        or read_label_venue(label, 0)
    )
    return None if is_other else Mark.LINK
