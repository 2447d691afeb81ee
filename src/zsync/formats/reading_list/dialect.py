"""How a list is written: learned from the entries around the place where something is to be written.

Each trait is decided on its own: by the section's entries, else by the whole list's, else by the default,
which is ``- [ ] **Short**: Title. VENUEYEAR [Paper](url) [Code](url)``. Most entries win; of two equally
frequent forms the later one, because a list's newest entries show what its author does now.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from zsync.core.bare import is_bare
from zsync.core.model import Checkbox, Entry
from zsync.formats.reading_list.document import ReadingList
from zsync.formats.reading_list.fields import QUOTES, Fields, label_of
from zsync.formats.reading_list.inline import LinkSpan
from zsync.formats.reading_list.lexicon import names_other_thing
from zsync.formats.reading_list.note_block import NoteForm, form_of, is_blank
from zsync.formats.reading_list.scanner import Block, SectionPath
from zsync.formats.reading_list.shapes import Shape
from zsync.formats.reading_list.shapes.bullet import BULLET
from zsync.formats.reading_list.shapes.logical_line import logical
from zsync.formats.reading_list.shapes.table.row import Table
from zsync.formats.reading_list.traits import T, most_usual
from zsync.formats.reading_list.venues import VenueStyle, find_venue

_NEIGHBOURS = 100
# How a title ends, as it is written, that takes no full stop behind it.
END_OF_SENTENCE = ("?", "!", "？", "！", "…", "\\.", "。")
# What may join title, venue and links; anything else beside them is somebody's words.
_JOIN = re.compile(r"[ \t.,;:|/·–—。，-]{1,4}")


class Share(NamedTuple):
    """How many of the neighbours have something."""

    having: int
    of: int

    def is_usual(self, *, besides: int = 0) -> bool:
        """Whether at least half have it; ``besides`` counts entries that have it not and ask."""
        return 2 * self.having >= self.of - besides


class Dialect(NamedTuple):
    """The traits of a list's entries. ``short`` and ``title`` are what stands before and after them.

    ``shape`` is the shape of the entries, and the one in which whatever is written is read back.
    """

    shape: Shape = BULLET
    lead: str = ""
    marker: str = "-"
    marker_gap: str = " "
    boxes: Share = Share(1, 1)
    tick: str = "x"
    no_tick: str = " "
    short: tuple[str, str] = ("**", "**: ")
    title: tuple[str, str] = ("", "")
    linked: str = ""
    venues: Share = Share(1, 1)
    venue: VenueStyle = VenueStyle()
    before_venue: str = ". "
    before_links: str = " "
    title_to_links: str = ". "
    label: str = "Paper"
    link: tuple[str, str] = ("", "")
    link_gap: str = " "
    note: NoteForm = NoteForm()
    gap_bare: str = ""
    gap_noted: str = "\n"
    eol: str = "\n"


def in_plain_form(dialect: Dialect) -> Dialect:
    """A dialect with the default form of an entry's line, for what its own form cannot say."""
    return Dialect(
        shape=dialect.shape,
        lead=dialect.lead,
        marker=dialect.marker,
        marker_gap=dialect.marker_gap,
        boxes=dialect.boxes,
        tick=dialect.tick,
        no_tick=dialect.no_tick,
        venues=dialect.venues,
        label=dialect.label,
        note=dialect.note,
        eol=dialect.eol,
    )


class Sample(NamedTuple):
    """One entry to learn from; ``gap`` is the blank text up to the next entry of its section, if any."""

    line: str
    fields: Fields
    block: Block
    entry: Entry
    raw_note: str
    gap: str | None


class Learner:
    """Learns the dialects of a list's sections, each once."""

    def __init__(self, reading_list: ReadingList) -> None:
        self._list = reading_list
        self._eol = line_end(reading_list.text)
        self._sections: dict[SectionPath, Dialect] = {}
        step = max(1, len(reading_list.entries) // (3 * _NEIGHBOURS))
        self._everywhere = _learn(
            self._samples(range(0, len(reading_list.entries), step)),
            Dialect(gap_noted=self._eol, eol=self._eol),
        )

    def dialect(self, section: SectionPath, *, at_start: bool = False) -> Dialect:
        """The dialect of one section, as its last (or first) entries show it."""
        if section not in self._sections or at_start:
            indexes = self._list.by_section.get(section, [])
            indexes = indexes[:_NEIGHBOURS] if at_start else indexes[-_NEIGHBOURS:]
            # A tick of other sections is no habit of this one; every reader knows the small letter.
            self._sections[section] = _learn(
                self._samples(indexes), self._everywhere._replace(tick=Dialect().tick)
            )
        return self._sections[section]

    def dialect_around(self, entry: int) -> Dialect:
        """The dialect for an existing entry.

        One that is alone in its section cannot tell what is usual there, so the whole list does - but
        for a venue that may stand in the heading instead.
        """
        section = self._list.entries[entry].section
        dialect = self.dialect(section)._replace(shape=self._list.blocks[entry].shape)
        if len(self._list.by_section[section]) > 1:
            return dialect
        heading = section[-1] if section else ""
        named_above = find_venue(heading, 0, len(heading)) is not None
        venues = dialect.venues if named_above else self._everywhere.venues
        return dialect._replace(boxes=self._everywhere.boxes, venues=venues)

    def heads(
        self, section: SectionPath | None, shape: Shape, *, at_start: bool = False
    ) -> list[tuple[str, Fields]]:
        """The heads of a section's last (or first) entries of one shape; None is the whole list."""
        known = self._list.by_section.get(section, []) if section is not None else None
        indexes = range(len(self._list.entries)) if known is None else known
        indexes = indexes[:_NEIGHBOURS] if at_start else indexes[-_NEIGHBOURS:]
        return [
            (sample.line, sample.fields)
            for sample in self._samples(indexes)
            if sample.block.shape == shape
        ]

    @property
    def everywhere(self) -> Dialect:
        """The dialect of the whole list."""
        return self._everywhere

    def _samples(self, indexes: Sequence[int]) -> list[Sample]:
        return [sample for index in indexes if (sample := self._sample(index))]

    def _sample(self, index: int) -> Sample | None:
        text, blocks, entries = self._list.text, self._list.blocks, self._list.entries
        block = blocks[index]
        # An address that stands for an entry shows no form, nor does a box that nobody knows.
        has_form = not is_bare(entries[index]) and entries[index].checkbox is not Checkbox.UNKNOWN
        if block.doubtful or not has_form:
            return None
        line = text[block.start : block.head_end].rstrip("\r\n")
        if block.shape == BULLET:
            # Where a line was broken is no form.
            line = logical(line)
        fields = block.shape.read(line)
        if fields is None:
            return None
        gap = None
        if index + 1 < len(blocks) and entries[index + 1].section == entries[index].section:
            between = text[block.end : blocks[index + 1].start]
            gap = between if is_blank(between) else None
        return Sample(line, fields, block, entries[index], text[block.head_end : block.end], gap)


def line_end(text: str) -> str:
    """The line end that most lines of the text have."""
    return "\r\n" if 2 * text.count("\r\n") > text.count("\n") else "\n"


def _learn(samples: list[Sample], default: Dialect) -> Dialect:
    if not samples:
        return default
    rows = [sample for sample in samples if isinstance(sample.block.shape, Table)]
    if rows:
        lines = [sample for sample in samples if not isinstance(sample.block.shape, Table)]
        return _with_rows(_learn(lines, default), rows, len(lines))

    def usual(trait: Callable[[Sample], T | None], fallback: T) -> T:
        return most_usual((trait(sample) for sample in samples), fallback)

    return Dialect(
        shape=usual(lambda sample: sample.block.shape, default.shape),
        lead=usual(lambda sample: sample.block.lead, default.lead),
        marker=usual(_marker, default.marker),
        marker_gap=usual(_marker_gap, default.marker_gap),
        boxes=Share(sum(sample.fields.box >= 0 for sample in samples), len(samples)),
        tick=usual(_sign(Checkbox.CHECKED), default.tick),
        no_tick=usual(_sign(Checkbox.UNCHECKED), default.no_tick),
        short=usual(_short, default.short),
        title=usual(_title, default.title),
        linked=usual(_linked, default.linked),
        venues=Share(sum(sample.fields.venue is not None for sample in samples), len(samples)),
        venue=usual(_venue_style, default.venue),
        before_venue=usual(_before_venue, default.before_venue),
        before_links=usual(_before_links, default.before_links),
        title_to_links=usual(_title_to_links, default.title_to_links),
        label=usual(_label, default.label),
        link=usual(_link, default.link),
        link_gap=usual(_link_gap, default.link_gap),
        note=usual(_note_form, default.note),
        gap_bare=usual(
            lambda sample: None if sample.block.note else sample.gap,
            most_usual((sample.gap for sample in samples), default.gap_bare),
        ),
        gap_noted=usual(
            lambda sample: sample.gap if sample.block.note else None, default.gap_noted
        ),
        eol=default.eol,
    )


def _with_rows(dialect: Dialect, rows: list[Sample], others: int) -> Dialect:
    """The dialect of a section with a table: rows teach their shape and the label, no form of a line."""
    if len(rows) < others:
        return dialect
    shape = most_usual((row.block.shape for row in rows), dialect.shape)
    return dialect._replace(shape=shape, label=most_usual(map(_label, rows), dialect.label))


def _marker(sample: Sample) -> str | None:
    """The marker; of a number only what follows it."""
    return sample.block.marker.strip().lstrip("0123456789") or None


def _marker_gap(sample: Sample) -> str | None:
    marker = sample.block.marker
    return marker[len(marker.rstrip()) :] if marker else None


def _sign(state: Checkbox) -> Callable[[Sample], str | None]:
    """What stands in a box of this state."""

    def sign(sample: Sample) -> str | None:
        return sample.line[sample.fields.box] if sample.entry.checkbox is state else None

    return sign


def _linked(sample: Sample) -> str:
    if not sample.fields.linked_title:
        return ""
    return "short" if is_short_linked(sample.fields) else "title"


def is_short_linked(fields: Fields) -> bool:
    """Whether the first link carries the short name, with the title behind it."""
    return fields.linked_title and fields.title[0] >= fields.links[0].end


def _short(sample: Sample) -> tuple[str, str] | None:
    short, prefix = sample.fields.short, sample.fields.prefix
    if short is None or prefix is None or is_short_linked(sample.fields):
        return None
    return sample.line[prefix[0] : short[0]], sample.line[short[1] : prefix[1]]


def _title(sample: Sample) -> tuple[str, str] | None:
    """The emphasis or quotes around the title, with the full stop that may stand in them."""
    fields, line = sample.fields, sample.line
    if fields.linked_title:
        return None
    return opening_mark(line, fields), line[fields.title[1] : title_end(line, fields)]


def title_end(line: str, fields: Fields) -> int:
    """Where the title ends, the emphasis or quotes around it included."""
    end = fields.title[1]
    mark = opening_mark(line, fields)
    closing = QUOTES.get(mark, mark)
    for stop in ("", ".", ",", "。", "，"):
        if mark and line.startswith(stop + closing, end):
            return end + len(stop + closing)
    return end


def opening_mark(line: str, fields: Fields) -> str:
    """The emphasis or the quote right before the title."""
    start = fields.prefix[1] if fields.prefix else fields.body
    mark = line[start : fields.title[0]]
    return mark if mark in QUOTES or not mark.strip("*_") else ""


def _venue_style(sample: Sample) -> VenueStyle | None:
    venue = sample.fields.venue
    return venue.style if venue and venue.name and venue.year else None


def _before_venue(sample: Sample) -> str | None:
    """What joins title and venue; after ``?`` or ``!`` the join is shorter and teaches nothing."""
    venue, fields, line = sample.fields.venue, sample.fields, sample.line
    if venue is None or _ends_itself(line, fields):
        return None
    start = fields.links[0].end if _linked(sample) == "title" else title_end(line, fields)
    join = line[start : venue.start]
    return join if venue.start > start and _JOIN.fullmatch(join) else None


def _ends_itself(line: str, fields: Fields) -> bool:
    """Whether there is no title, or one that brings its own full stop."""
    start, end = fields.title
    return start == end or line.endswith(END_OF_SENTENCE, start, end)


def _before_links(sample: Sample) -> str | None:
    venue, fields = sample.fields.venue, sample.fields
    if (
        venue is None
        or fields.linked_title
        or not fields.links
        or fields.links[0].start < venue.end
    ):
        return None
    return _join_to_link(sample, venue.end)


def _title_to_links(sample: Sample) -> str | None:
    fields, line = sample.fields, sample.line
    if fields.venue or fields.linked_title or not fields.links or _ends_itself(line, fields):
        return None
    return _join_to_link(sample, title_end(line, fields))


def _join_to_link(sample: Sample, start: int) -> str | None:
    link = sample.fields.links[0]
    end = link.start - len(wrapper(sample.line, link)[0])
    join = sample.line[start:end]
    return join if _JOIN.fullmatch(join) else None


def wrapper(line: str, link: LinkSpan) -> tuple[str, str]:
    """The brackets around one link, if it has a pair of its own."""
    before, after = line[link.start - 1 : link.start], line[link.end : link.end + 1]
    return (before, after) if before + after in ("[]", "()", "【】", "（）") else ("", "")


def _link(sample: Sample) -> tuple[str, str] | None:
    links = [link for link in sample.fields.links if not link.is_bare]
    links = links[1:] if sample.fields.linked_title else links
    return wrapper(sample.line, links[0]) if links else None


def _link_gap(sample: Sample) -> str | None:
    links = sample.fields.links
    if len(links) < 2:
        return None
    return link_gap_before(sample.line, links, 1)


def link_gap_before(line: str, links: list[LinkSpan], index: int) -> str | None:
    """What stands between a link and the one before it, their brackets left out; None if it is words."""
    start = links[index - 1].end + len(wrapper(line, links[index - 1])[1])
    end = links[index].start - len(wrapper(line, links[index])[0])
    gap = line[start:end]
    return gap if _JOIN.fullmatch(gap) else None


def _label(sample: Sample) -> str | None:
    links = sample.fields.links
    if not links or sample.fields.linked_title or links[0].is_bare:
        return None
    label = label_of(sample.line, links[0])
    return label if label and not names_other_thing(label) else None


def _note_form(sample: Sample) -> NoteForm | None:
    if sample.block.note is None:
        return None
    return form_of(sample.raw_note, sample.block.note, len(sample.block.lead))
