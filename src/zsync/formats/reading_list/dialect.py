"""How a list is written around the place where something is to be written.

The section's entries say it, and what none of them shows the whole list's do: the form of a head
(:mod:`~zsync.formats.reading_list.form`), how notes are written, what stands between two entries. Most
entries win; of two equally frequent forms the later one, because a list's newest entries show what its author
does now.
"""

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import NamedTuple

from zsync.core.identifier_only import is_identifier_only
from zsync.core.model import Checkbox
from zsync.formats.reading_list.document import ReadingList
from zsync.formats.reading_list.fields import Fields, with_mark
from zsync.formats.reading_list.form import Form, learn_form, plain_form
from zsync.formats.reading_list.note_block import NoteForm, form_of, is_blank
from zsync.formats.reading_list.scanner import Block, SectionPath
from zsync.formats.reading_list.shapes import Shape
from zsync.formats.reading_list.shapes.bullet import BULLET, PLAIN_BULLET
from zsync.formats.reading_list.shapes.item import ITEM_OF_LINES
from zsync.formats.reading_list.shapes.logical_line import logical
from zsync.formats.reading_list.shapes.table.row import Table
from zsync.formats.reading_list.traits import T, most_usual
from zsync.formats.reading_list.venues import find_venue

_NEIGHBOURS = 100
ITEMS = (BULLET, PLAIN_BULLET, ITEM_OF_LINES)
"""The shapes of list items: what one of them cannot say, a plain bullet among them may."""


class Dialect(NamedTuple):
    """How entries of one shape are written at a place: their heads, their notes and what parts them.

    ``form`` is the usual form of ``heads``, those to write like.
    """

    shape: Shape = BULLET
    heads: Sequence[tuple[str, Fields]] = ()
    form: Form = plain_form()
    note: NoteForm = NoteForm()
    gap_bare: str = ""
    gap_noted: str = "\n"

    def beginning(self, item: str, counted: tuple[int, ...] = ()) -> "Dialect":
        """The dialect for an entry that begins like an item; without one with their marker, unindented.

        ``counted`` are the numbers of the items there, if they are known.
        """
        return self._replace(form=self.form.beginning(item, counted))


class Sample(NamedTuple):
    """One entry to learn from; ``gap`` is the blank text up to the next entry of its section, if any."""

    line: str
    fields: Fields
    block: Block
    raw_note: str
    gap: str | None


class Learner:
    """Learns the dialects of a list's sections, each once."""

    def __init__(self, reading_list: ReadingList) -> None:
        self._list = reading_list
        self._dialects: dict[Hashable, Dialect] = {}
        self._forms: dict[Shape, Form] = {}

    def dialect(self, section: SectionPath, *, at_start: bool = False) -> Dialect:
        """The dialect of one section, as its last (or first) entries show it."""
        key = section, at_start
        if key not in self._dialects:
            own = self._list.by_section.get(section, [])
            samples = self._samples(own[:_NEIGHBOURS] if at_start else own[-_NEIGHBOURS:])
            self._dialects[key] = self._learn(samples, self.everywhere)
        return self._dialects[key]

    def dialect_around(self, entry: int) -> Dialect:
        """The dialect for an existing entry, of its own shape.

        One that is alone in its section cannot tell what is usual there, so the whole list does - but
        for a venue that may stand in the heading instead.
        """
        section, shape = self._list.entries[entry].section, self._list.blocks[entry].shape
        key = section, shape
        if key not in self._dialects:
            own = self._list.by_section[section]
            dialect = self.dialect(section)
            form = learn_form(_heads(self._samples(own[-_NEIGHBOURS:]), shape), self._form(shape))
            if len(own) == 1:
                form = _as_usual_elsewhere(form, section[-1] if section else "")
            self._dialects[key] = dialect._replace(form=form)
        # Shapes that are alike may read their titles in different places.
        return self._dialects[key]._replace(shape=shape)

    @cached_property
    def everywhere(self) -> Dialect:
        """The dialect of the whole list."""
        return self._learn(self._all, Dialect(gap_noted=line_end(self._list.text)))

    @cached_property
    def _all(self) -> list[Sample]:
        size = len(self._list.entries)
        return self._samples(range(0, size, max(1, size // (3 * _NEIGHBOURS))))

    def _form(self, shape: Shape) -> Form:
        """The form of one shape in the whole list; of lines that are no items nothing else is known."""
        if shape not in self._forms:
            heads = _heads(self._all, shape)
            base = self._form_of_items if shape in ITEMS or not heads else None
            self._forms[shape] = learn_form(heads, base)
        return self._forms[shape]

    @cached_property
    def _form_of_items(self) -> Form:
        """The plain form with the names and venues of the list's items; what is usual it does not say."""
        plain = plain_form()._replace(having={}, size=0)
        items = learn_form(_heads(self._all, *ITEMS), plain)
        having = {"short": int(items.has_short_names())}
        return plain.with_parts_of(items, ("short", "venue"))._replace(having=having)

    def _learn(self, samples: list[Sample], default: Dialect) -> Dialect:
        """What is usual among some entries. Rows of a table show nothing of notes and of what parts lines."""
        if not samples:
            return default
        lines = [sample for sample in samples if not isinstance(sample.block.shape, Table)]
        shown = (
            lines
            if 2 * len(lines) > len(samples)
            else [sample for sample in samples if isinstance(sample.block.shape, Table)]
        )
        shape = most_usual((sample.block.shape for sample in shown), default.shape)
        heads = _heads(samples, shape)

        def usual(trait: Callable[[Sample], T | None], fallback: T) -> T:
            return most_usual((trait(sample) for sample in lines), fallback)

        return Dialect(
            shape,
            heads,
            learn_form(heads, self._form(shape)),
            usual(_note_form, default.note),
            usual(
                lambda sample: None if sample.block.note else sample.gap,
                usual(lambda sample: sample.gap, default.gap_bare),
            ),
            usual(lambda sample: sample.gap if sample.block.note else None, default.gap_noted),
        )

    def _samples(self, indexes: Sequence[int]) -> list[Sample]:
        return [sample for index in indexes if (sample := self._sample(index))]

    def _sample(self, index: int) -> Sample | None:
        text, blocks, entries = self._list.text, self._list.blocks, self._list.entries
        block = blocks[index]
        # An address that stands for an entry shows no form, nor does a box that nobody knows.
        has_form = (
            not is_identifier_only(entries[index])
            and entries[index].checkbox is not Checkbox.UNKNOWN
        )
        if block.doubtful or block.fixed or not has_form:
            return None
        line = text[block.start : block.head_end].rstrip("\r\n")
        if block.shape == BULLET:
            # Where a line was broken is no form.
            line = logical(line)
        fields = block.shape.read(line)
        if fields and line[fields.box : fields.box + 1] == "[":
            # A mark that says how far one paper is, is no form.
            line = with_mark(line, fields.box, " ")
            fields = block.shape.read(line)
        if fields is None:
            return None
        gap = None
        if index + 1 < len(blocks) and entries[index + 1].section == entries[index].section:
            between = text[block.end : blocks[index + 1].start]
            gap = between if is_blank(between) else None
        return Sample(line, fields, block, text[block.head_end : block.end], gap)


def line_end(text: str) -> str:
    """The line end that most lines of the text have."""
    return "\r\n" if 2 * text.count("\r\n") > text.count("\n") else "\n"


def _heads(samples: Sequence[Sample], *shapes: Shape) -> list[tuple[str, Fields]]:
    """The heads of some shapes with their fields."""
    return [(sample.line, sample.fields) for sample in samples if sample.block.shape in shapes]


def _as_usual_elsewhere(form: Form, heading: str) -> Form:
    """A form with what is usual in the whole list; no venue where the heading names one."""
    base = form.base or form
    having = dict(base.having)
    if find_venue(heading, 0, len(heading)):
        having.pop("venue", None)
    return form._replace(having=having, size=base.size)


def _note_form(sample: Sample) -> NoteForm | None:
    if sample.block.note is None:
        return None
    return form_of(sample.raw_note, sample.block.note, len(sample.block.lead))
