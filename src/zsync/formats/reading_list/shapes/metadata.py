"""The lines below a title: authors, a venue, links, and lines that say themselves what they are.

Nobody writes these lines one way, but each of them says one of a few things. :func:`read_metadata` takes
them one after the other and finds the fields; what says none of these things is counted, because much of it
shows that a text is prose.
"""

import re
from itertools import islice
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import EMOJI, Span
from zsync.formats.reading_list.hosts import leads_to_paper
from zsync.formats.reading_list.inline import BREAK, LinkSpan, one_line, plain
from zsync.formats.reading_list.lexicon import Key, target_of
from zsync.formats.reading_list.people import reads_as_people, reads_as_person
from zsync.formats.reading_list.shapes.keys import (
    SHORT_VALUE,
    read_key,
    says_nothing,
)
from zsync.formats.reading_list.shapes.metadata_venues import (
    AWARD,
    STOPS,
    VOLUME,
    can_be_venue,
    date_only,
    metadata_venue,
    named_venue,
    read_label_venue,
    tail_venue,
    unmarked,
)
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle

_BLANK = " \t\r\xa0\u3000"
_ITEM = regex(r"(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)")
_ITALIC = regex(
    r"(?:\*{1}(?!\*)([^*\n]+)\*(?!\*)|(?<!\w)_([^_\n]+)_(?!\w)|<(?:i|em)>([^<\n]+)</(?:i|em)>)"
)
_LEADING = regex(rf"(?:[\s.,;:|·•/\-–—，。；：、)\]]|\*+(?=[\s.,;|]|\Z)|{EMOJI}|[\ufe0f\u200d])+")
_LONGEST_REMARK = 60


def segments(head: str) -> list[Span]:
    """What stands between line ends and ``<br>``, without spaces, hard breaks and list markers."""
    cuts = [0]
    for match in BREAK.finditer(head):
        cuts += match.span()
    cuts.append(len(head))
    found = (_trimmed(head, *span) for span in zip(cuts[::2], cuts[1::2], strict=True))
    return [span for span in found if span[1] > span[0]]


def _trimmed(head: str, start: int, end: int) -> Span:
    text = head[start:end].rstrip(_BLANK + "\\")
    end = start + len(text)
    start += len(text) - len(text.lstrip(_BLANK))
    item = _ITEM.match(head, start, end) if start else None
    return (item.end() if item else start), end


_PEOPLE_END = regex(
    r"[.。](?=[\s*_\"“])|,?[ \t]\((?=[^()]*\d\d)|,?[ \t](?=[\[*_`\"“])|[ \t]+[|｜–—-][ \t]"
)
_INITIAL = regex(r"(?:\A|[\s.\-])[A-Z]\Z")


class Metadata(NamedTuple):
    """What the lines below a title say.

    ``links`` are those of the paper, not the home pages of its authors. ``residue`` counts the characters
    that are none of these things before the first link.
    """

    authors: Span | None
    venue: VenueSpan | None
    links: list[LinkSpan]
    note: Span | None
    residue: int


class _Reader:
    """Reads the segments below a title, in their order."""

    def __init__(self, head: str, links: list[LinkSpan]) -> None:
        self.head = head
        self.all = links
        self.authors: Span | None = None
        self.venue: VenueSpan | None = None
        self.links: list[LinkSpan] = []
        self.note: Span | None = None
        self.residue = 0
        self._last_key: Span | None = None

    def read(self, start: int, end: int) -> None:
        """Reads one segment."""
        if self._read_keyed(start, end):
            return
        start = self._behind_marks(start, end)
        if start >= end:
            return
        start = self._behind_authors(start, end)
        if self.authors is None and (cut := self._venue_first(start, end)):
            start = self._behind_authors(self._behind_marks(cut, end), end)
        self._read_rest(start, end)

    def _venue_first(self, start: int, end: int) -> int:
        """Where a venue ends after which people stand; 0 if none does."""
        stop = re.search(r"[.,;|](?=\s)", self.head[start:end])
        if stop is None or self.venue is not None:
            return 0
        cut = start + stop.start()
        venue = metadata_venue(self.head, start, cut)
        behind = self._behind_marks(cut, end)
        if venue is None or not any(
            reads_as_people(self.head[behind:each]) for each in self._author_cuts(behind, end)
        ):
            return 0
        self.venue = venue
        return cut

    def _behind_marks(self, start: int, end: int) -> int:
        match = _LEADING.match(self.head, start, end)
        return match.end() if match else start

    def _within(self, start: int, end: int) -> list[LinkSpan]:
        return [link for link in self.all if start <= link.start and link.end <= end]

    def _read_keyed(self, start: int, end: int) -> bool:
        key = read_key(self.head, start, end)
        if key is None:
            return False
        links = self._within(key.after, end)
        value = self.head[key.after : end]
        if key.kind is Key.LINK:
            if not (links or says_nothing(value) or len(value) <= SHORT_VALUE):
                return False
            self._last_key = key.name
        elif key.kind is Key.AUTHORS and self.authors is None:
            self.authors = unmarked(self.head, key.after, end)
            return True
        elif key.kind is Key.VENUE and self.venue is None:
            venue = metadata_venue(self.head, key.after, end)
            self.venue = venue or named_venue(self.head, key.after, end)
        self._add(links, key.name)
        return True

    def _add(self, links: list[LinkSpan], key: Span | None) -> None:
        """Keeps links; a bare address gets the words before it for its label."""
        for link in links:
            label = self._words_before(link) or key or self._last_key
            is_address = link.is_bare or self.head.startswith("http", link.label_start)
            if label and is_address:
                self.links.append(link._replace(label_start=label[0], label_end=label[1]))
            else:
                self.links.append(link)

    def _words_before(self, link: LinkSpan) -> Span | None:
        """The word and colon right before a bare address."""
        window = self.head[max(0, link.start - 40) : link.start]
        match = re.search(r"([^\W\d_][^\n:：|\[\]()<>,;*]{0,24})[*_]*[:：][*_]*[ \t]*<?\Z", window)
        base = link.start - len(window)
        return (base + match.start(1), base + match.end(1)) if match else None

    def _behind_authors(self, start: int, end: int) -> int:
        """Reads people at the beginning of a segment and returns where the rest begins."""
        if self.authors is not None:
            return start
        if italic := _ITALIC.match(self.head, start, end):
            inner = italic.span(italic.lastindex or 0)
            if reads_as_people(self.head[slice(*inner)], alone=self.venue is None):
                self.authors = unmarked(self.head, *inner)
                return self._behind_marks(italic.end(), end)
        for cut in self._author_cuts(start, end):
            if reads_as_people(self.head[start:cut]):
                self.authors = unmarked(self.head, start, cut)
                return self._behind_marks(cut, end)
        return start

    def _author_cuts(self, start: int, end: int) -> list[int]:
        """Where a list of people may end: a full stop, a bracket, a link that is not a person, the end."""
        links = self._within(start, end)
        other = next((link.start for link in links if not self._is_person(link)), end)
        cuts = [
            start + stop.start()
            for stop in islice(_PEOPLE_END.finditer(self.head[start:other]), 40)
        ]
        return [cut for cut in cuts if not _INITIAL.search(self.head[start:cut])] + [other]

    def _is_person(self, link: LinkSpan) -> bool:
        label = plain(self.head[link.label_start : link.label_end])
        url = self.head[link.url_start : link.url_end]
        return (
            not link.is_bare
            and reads_as_person(label)
            and not target_of(label)
            and not leads_to_paper(url)
        )

    def _read_rest(self, start: int, end: int) -> None:
        """Venue, links and other words of a segment."""
        links = self._within(start, end)
        first = links[0].start if links else end
        before = _without_bracket(self.head, start, first)
        said = self.head[start:before].strip(STOPS + "[(*_")
        if said and self.venue is None:
            self.venue = self._whole_label(start, links) or self._venue_of(start, before)
            if self.venue and self.venue.start >= start:
                said = said[: max(0, self.venue.start - start)].strip(STOPS)
        if self.venue is None:
            self.venue = self._label_venue(links)
        if self.venue is None or (self.venue.year is None and self.venue.name is None):
            self.venue = self._venue_behind(links, end) or self.venue
        self._add(links, None)
        if date_only(said) or says_nothing(said) or AWARD.match(said):
            return
        if len(said) > _LONGEST_REMARK and (self.links or self.authors) and not links:
            self.note = (self.note[0] if self.note else start, end)
        else:
            self.residue += len(said)

    def _whole_label(self, start: int, links: list[LinkSpan]) -> VenueSpan | None:
        """``ECCV 2022 Workshop on [Name](url). [[PDF](..)]``: a link within a venue's name."""
        if len(links) < 2 or self.head[start : links[0].start].rstrip()[-2:] not in (
            "on",
            "of",
            "in",
            "at",
            "or",
        ):
            return None
        return metadata_venue(self.head, start, links[0].end)

    def _venue_of(self, start: int, end: int) -> VenueSpan | None:
        return metadata_venue(self.head, start, end) or tail_venue(self.head, start, end)

    def _label_venue(self, links: list[LinkSpan]) -> VenueSpan | None:
        for link in links:
            label = self.head[link.label_start : link.label_end]
            if not link.is_bare and (venue := read_label_venue(label, link.label_start)):
                return venue
        return self._named_label(links)

    def _named_label(self, links: list[LinkSpan]) -> VenueSpan | None:
        """``[Nature](doi) (2021)``: the year stands behind the link."""
        for link in links[:1]:
            year = re.match(
                r"[ \t]*[,(]?[ \t]*((?:19|20)\d\d)\)?", self.head[link.end : link.end + 12]
            )
            label = VOLUME.sub("", self.head[link.label_start : link.label_end].strip("[]"))
            if year and label and not target_of(label) and can_be_venue(label):
                return VenueSpan(
                    link.label_start,
                    link.label_end,
                    one_line(plain(label)),
                    int(year.group(1)),
                    VenueStyle(),
                )
        return None

    def _venue_behind(self, links: list[LinkSpan], end: int) -> VenueSpan | None:
        """A venue that is all the text after a link."""
        for index, link in enumerate(links):
            stop = links[index + 1].start if index + 1 < len(links) else end
            start = link.end
            while start < stop and self.head[start] in "]) \t":
                start += 1
            stop = _without_bracket(self.head, start, stop)
            if 3 < stop - start <= 60 and (venue := metadata_venue(self.head, start, stop)):
                return venue
        return None


def _without_bracket(head: str, start: int, end: int) -> int:
    text = head[start:end].rstrip()
    return start + len(text.rstrip("[(【（").rstrip())


def read_metadata(head: str, spans: list[Span], links: list[LinkSpan]) -> Metadata:
    """What the pieces of a head after its title say."""
    reader = _Reader(head, links)
    for start, end in spans:
        reader.read(start, end)
    return Metadata(
        reader.authors,
        reader.venue,
        reader.links,
        reader.note,
        reader.residue,
    )
