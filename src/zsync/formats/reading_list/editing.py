"""Carries out edits: every edit becomes splices of the old text, and what is not spliced stays as it is."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Literal, NamedTuple, cast

from zsync.core.edits import (
    AddEntry,
    CompleteEntry,
    Edit,
    MoveEntry,
    RemoveEntry,
    RemoveSection,
    SetLink,
    SetNote,
    SetRating,
    SetRead,
    SetState,
    SetTitle,
    SetUrl,
    SetVenue,
    cleaned_edit,
)
from zsync.core.fields import whole_title
from zsync.core.foreign_text import cleaned
from zsync.core.identifier_only import is_identifier_only
from zsync.core.known import KnownTitle
from zsync.core.model import Entry, EntryDraft
from zsync.formats.reading_list import new_entry, row_edits, writing
from zsync.formats.reading_list.completion import draft_with, in_place, read_typed
from zsync.formats.reading_list.contents import NewSection, Outline, Splice, len_without_blank_lines
from zsync.formats.reading_list.dialect import Dialect, Learner, line_end
from zsync.formats.reading_list.document import ReadingList
from zsync.formats.reading_list.fields import Marks
from zsync.formats.reading_list.filling import written_short
from zsync.formats.reading_list.form_titles import carried_places
from zsync.formats.reading_list.inline import one_line
from zsync.formats.reading_list.known_titles import parse
from zsync.formats.reading_list.new_entry import NewHead, whole
from zsync.formats.reading_list.note_block import (
    NoteForm,
    NoteKind,
    columns,
    form_of,
    is_blank,
    is_nested_note,
    is_simple,
    normal_note,
    read_note,
    reads_as_note,
    starts_block,
    write_note,
)
from zsync.formats.reading_list.pieces import with_lead
from zsync.formats.reading_list.scanner import SectionPath, content_column
from zsync.formats.reading_list.set_form import in_set_form
from zsync.formats.reading_list.shapes import Shape, bullet
from zsync.formats.reading_list.shapes.bullet import BULLET, ITEM
from zsync.formats.reading_list.shapes.placed import Placed
from zsync.formats.reading_list.shapes.table.cells import is_delimiter
from zsync.formats.reading_list.shapes.table.row import Table
from zsync.formats.reading_list.template import Template


@dataclass(frozen=True, slots=True)
class EditResult:
    """What came of some edits.

    ``positions`` leads from old entry indexes to new ones (None: removed), ``added`` holds the new index
    of each ``AddEntry`` in their order (None: no form of its neighbours can say it, so it was not written),
    ``changed`` the indexes of the edits that altered any byte.
    """

    reading_list: ReadingList
    positions: tuple[int | None, ...]
    added: tuple[int | None, ...]
    changed: frozenset[int]


def edit(
    reading_list: ReadingList, edits: Sequence[Edit], form: Template | None = None
) -> EditResult:
    """Carries out the edits and reads the result; what they do not name stays byte for byte.

    Their order does not matter but for entries added to one section, which keep it. Sections are
    removed last, so an edit that empties one may come with the edit that removes it. An edit of an entry
    that was read with doubt does nothing. New entries are written in ``form`` if one is given and reads
    back there, else like those around them.
    """
    edits = [cleaned_edit(each) for each in edits]
    emptying = {
        index: each.section for index, each in enumerate(edits) if isinstance(each, RemoveSection)
    }
    if len(emptying) == len(edits):
        size = len(reading_list.entries)
        result = EditResult(reading_list, tuple(range(size)), (), frozenset())
    else:
        result = _apply(reading_list, edits, form)
    return _remove_sections(result, emptying) if emptying else result


def _apply(reading_list: ReadingList, edits: Sequence[Edit], form: Template | None) -> EditResult:
    """All edits but RemoveSection.

    Whether a paragraph at the list's own column reads as a note, and whether some lines read as an entry,
    depends on what stands around them. So the result is looked at, and what did not come out as it should
    is done another way or left alone.
    """
    unwritable = _Unwritable()
    while True:
        editor = _Editor(reading_list, unwritable, form)
        result = editor.apply(edits)
        notes, entries = editor.lost_notes(edits, result), editor.lost_entries(edits, result)
        misread = editor.unread_rows(edits, result) | editor.misplaced(edits, result)
        if not unwritable.learn(notes, entries, misread):
            return result


def _remove_sections(result: EditResult, emptying: dict[int, SectionPath]) -> EditResult:
    source, padding = _with_final_newline(result.reading_list)
    splices, gone = Outline(source).remove_empty(emptying.values())
    if not gone:
        return result
    text = "".join(_spliced(source.text, splices)).removesuffix(padding)
    starts = {
        index: block.start + sum(_grown(each) for each in splices if each.end <= block.start)
        for index, block in enumerate(source.blocks)
    }
    reading = parse(text, source.known, carried_places(source, text, starts, {}))
    changed = result.changed | {index for index, path in emptying.items() if path in gone}
    # Only headings went, so every entry keeps its place in the order.
    return EditResult(reading, result.positions, result.added, frozenset(changed))


def _with_final_newline(reading_list: ReadingList) -> tuple[ReadingList, str]:
    """The list with a line end after its last line, and what was added; it is taken off again at the end."""
    text = reading_list.text
    if not text or text.endswith("\n"):
        return reading_list, ""
    eol = line_end(text)
    return parse(text + eol, reading_list.known, reading_list.told), eol


def _grown(splice: Splice) -> int:
    """By how many characters a splice makes a text longer."""
    return len(splice.text) - (splice.end - splice.start)


def _spliced(text: str, splices: Iterable[Splice]) -> list[str]:
    pieces, pos = [], 0
    for splice in sorted(splices, key=_splice_order):
        pieces += [text[pos : splice.start], splice.text]
        pos = max(pos, splice.end)
    return [*pieces, text[pos:]]


def _splice_order(splice: Splice) -> tuple[int, bool]:
    """What is inserted at an offset comes before what replaces the text from there on."""
    return splice.start, splice.end > splice.start


_Source = tuple[Literal["entry", "edit"], int]


@dataclass
class _Unwritable:
    """What earlier tries have shown.

    Which notes must be indented, how often an entry was not read back, which rows are left alone.
    """

    indented: set[_Source] = field(default_factory=set)
    unread: Counter[_Source] = field(default_factory=Counter)
    untouchable: frozenset[int] = frozenset()

    def learn(self, notes: set[_Source], entries: set[_Source], rows: frozenset[int]) -> bool:
        """Take in what one try has shown, and say whether another one may do better."""
        is_new = bool(notes - self.indented or entries or rows - self.untouchable)
        self.untouchable |= rows
        self.indented |= notes
        self.unread.update(entries)
        return is_new


@dataclass
class _Piece:
    """An entry with its note, as text to be put somewhere; it comes from an edit or from an old entry."""

    text: str
    note: NoteKind | None
    source: _Source
    shape: Shape = BULLET


class _ItemHead(NamedTuple):
    """Indentation and marker of a list item, and the column of its text."""

    lead: str
    marker: str
    content: int


@dataclass
class _NewHere:
    """What arrives in a section."""

    first: list[_Piece] = field(default_factory=list)
    last: list[_Piece] = field(default_factory=list)


class _Editor:
    """One application of edits to one list."""

    def __init__(
        self, reading_list: ReadingList, unwritable: _Unwritable, form: Template | None
    ) -> None:
        self._original = reading_list
        self._indented = unwritable.indented
        self._unread = unwritable.unread
        self._form = form
        self._list, self._padding = _with_final_newline(reading_list)
        self._text = self._list.text
        self._learner = Learner(self._list)
        self._untouchable = self._list.read_only | unwritable.untouchable
        self._outline = Outline(self._list)
        self._eol = line_end(self._text)
        self._splices: list[Splice] = []
        self._changed: set[int] = set()
        self._leaving: set[int] = set()
        self._renoted: set[int] = set()
        self._completing: set[int] = set()
        # Old entries that were edited: their text, the kind of note they have now.
        self._rewritten: dict[int, tuple[str, NoteKind | None]] = {}
        # The new titles of entries whose title stands in a place that was found before, as they are written.
        self._retitled: dict[int, str] = {}
        self._dialects: dict[tuple[SectionPath, bool], Dialect] = {}
        # What is written in the form of other entries, and the title that it must be read with.
        self._titles: dict[_Source, str] = {}
        # What is put somewhere. A line with bars is not a row by itself.
        self._pieces: dict[_Source, _Piece] = {}

    def apply(self, edits: Sequence[Edit]) -> EditResult:
        """All edits but RemoveSection."""
        untouchable = self._untouchable
        removed = {
            each.entry: index
            for index, each in enumerate(edits)
            if isinstance(each, RemoveEntry) and each.entry not in untouchable
        }
        settled = removed.keys() | untouchable
        moved = {
            each.entry: index
            for index, each in enumerate(edits)
            if isinstance(each, MoveEntry)
            and each.entry not in settled
            and not self._unread["entry", each.entry]
            and self._goes_elsewhere(each)
        }
        self._leaving = set(removed) | set(moved)
        self._renoted = {each.entry for each in edits if isinstance(each, SetNote)}
        self._changed |= set(removed.values()) | set(moved.values())
        self._edit_fields(edits, removed, moved)
        slots = self._place(self._new_by_section(edits, moved))
        self._remove(sorted(self._leaving - slots))
        return self._finish(edits, removed)

    def _goes_elsewhere(self, move: MoveEntry) -> bool:
        section = self._section(move.section)
        goes = self._list.entries[move.entry].section != section
        return goes and self._fits(self._list.blocks[move.entry].shape, section)

    def _fits(self, shape: Shape, section: SectionPath) -> bool:
        """Whether an entry may stand in a section: a row among rows of the same columns only."""
        there = {self._list.blocks[entry].shape for entry in self._list.by_section.get(section, [])}
        if isinstance(shape, Table):
            return there == {shape}
        return not any(isinstance(other, Table) for other in there)

    def _section(self, path: SectionPath) -> SectionPath:
        """A path as its headings will read: white space counts once, and no path is the list's root.

        What would act in a text goes from the names of new headings; those of the list are its author's.
        """
        path = tuple(one_line(text) for text in path) or self._list.root
        known = len(path)
        while known and self._outline.find(path[:known]) is None:
            known -= 1
        return path[:known] + tuple(one_line(cleaned(text)) for text in path[known:])

    # -- fields ----------------------------------------------------------------------------------

    def _edit_fields(
        self, edits: Sequence[Edit], removed: dict[int, int], moved: dict[int, int]
    ) -> None:
        by_entry: dict[int, list[tuple[int, Edit]]] = {}
        for index, each in enumerate(edits):
            if not isinstance(each, AddEntry | RemoveEntry | MoveEntry | RemoveSection):
                by_entry.setdefault(each.entry, []).append((index, each))
        for source, entry in self._indented:
            if source == "entry":
                by_entry.setdefault(entry, [])
        untouched = removed.keys() | self._untouchable
        for entry, own in by_entry.items():
            if entry not in untouched:
                self._edit_entry(entry, own, stays=entry not in moved)

    def _edit_entry(self, entry: int, edits: list[tuple[int, Edit]], *, stays: bool) -> None:
        block = self._list.blocks[entry]
        dialect = self._learner.dialect_around(entry)
        raw_line = self._text[block.start : block.head_end]
        old = line = raw_line.rstrip("\r\n")
        raw_note, kind = self._text[block.head_end : block.end], block.note
        put_first: list[int] = []
        for index, each in sorted(edits, key=lambda pair: _field_order(pair[1])):
            if isinstance(each, CompleteEntry):
                head = self._completed(each, line)
                changed = head is not None
                if head is not None:
                    line, dialect = head.text, dialect._replace(shape=head.shape)
            elif isinstance(each, SetNote) and not isinstance(block.shape, Table):
                before = raw_note
                raw_note, kind = self._new_note(entry, raw_note, kind, each.note, dialect)
                changed = raw_note != before
            else:
                before = line
                marks = self._list.known.marks
                line, shape = _with_field(line, _shifted(each, put_first), dialect, marks)
                changed, dialect = line != before, dialect._replace(shape=shape)
                if isinstance(each, SetTitle) and changed and isinstance(shape, Placed):
                    self._retitled[entry] = line[slice(*shape.title)]
                if isinstance(each, SetUrl | SetLink) and each.link is None and changed:
                    put_first.append(writing.first_new_link(before, line, dialect))
            if changed:
                self._changed.add(index)
        if ("entry", entry) in self._indented and kind is NoteKind.COLUMN and block.marker:
            note = read_note(raw_note, kind, block.content)
            item = _ItemHead(block.lead, block.marker, block.content)
            raw_note, kind = self._written_note(note, NoteForm(), item)
        new_line = line + raw_line[len(old) :]
        self._rewritten[entry] = new_line + raw_note, kind
        if stays:
            self._splice_entry(entry, new_line, raw_note, kind, dialect)

    def _completed(self, each: CompleteEntry, line: str) -> NewHead | None:
        """The head of an entry that says no more than an address, written like a new one in its place.

        None where it cannot be written: the entry stays as it is.
        """
        block, typed = self._list.blocks[each.entry], self._list.entries[each.entry]
        parts = read_typed(line, block.shape) if is_identifier_only(typed) else None
        if parts is None:
            return None
        source: _Source = ("entry", each.entry)
        draft = draft_with(typed, each.draft)
        section = self._section(typed.section)
        ways = self._new_heads(AddEntry(draft, section), section, self._dialect(section), 0)
        for head in islice(ways, self._unread[source], None):
            if found := in_place(parts, head):
                self._titles[source] = whole(draft).title if head.title is None else head.title
                self._completing.add(each.entry)
                return found._replace(text=found.text.replace("\n", self._eol))
        return None

    def _splice_entry(
        self, entry: int, line: str, raw_note: str, kind: NoteKind | None, dialect: Dialect
    ) -> None:
        block = self._list.blocks[entry]
        if line != self._text[block.start : block.head_end]:
            self._splices.append(Splice(block.start, block.head_end, line))
        if raw_note == self._text[block.head_end : block.end]:
            return
        gap = self._gap_after(entry)
        end = block.end
        if gap == "" and not block.note:
            raw_note += self._gap(kind, dialect)
        elif gap and not kind and self._usual_bare_gap(entry) == "":
            end += len(gap)
        self._splices.append(Splice(block.head_end, end, raw_note))

    def _gap_after(self, entry: int) -> str | None:
        """The blank lines up to the next entry of the section, None if something else follows."""
        blocks, entries = self._list.blocks, self._list.entries
        if entry + 1 == len(blocks) or entries[entry + 1].section != entries[entry].section:
            return None
        between = self._text[blocks[entry].end : blocks[entry + 1].start]
        return between if is_blank(between) else None

    def _usual_bare_gap(self, entry: int) -> str:
        """What stands between an entry without a note and the next.

        Its neighbours tell, the nearest first, or what stands above the entry, or the whole list.
        """
        gaps = [gap for other in self._around(entry) if (gap := self._gap_after(other)) is not None]
        if gaps:
            return max(gaps, key=gaps.count)
        block = self._list.blocks[entry]
        above = self._text[max(0, block.start - 4096) : block.start]
        under_heading = block.heading >= 0 and is_blank(
            self._text[self._list.headings[block.heading].end : block.start]
        )
        if under_heading or not above:
            return self._learner.everywhere.gap_bare
        return above[len_without_blank_lines(above) :]

    def _around(self, entry: int) -> list[int]:
        """The nearest entries without notes, up to three on each side; list items tell nothing of blocks."""
        blocks, is_item = self._list.blocks, bool(self._list.blocks[entry].marker)
        near = (entry + step * side for step in (1, 2, 3) for side in (-1, 1))
        return [
            each
            for each in near
            if 0 <= each < len(blocks)
            and not blocks[each].note
            and bool(blocks[each].marker) == is_item
        ]

    def _gap(self, kind: NoteKind | None, dialect: Dialect) -> str:
        if isinstance(dialect.shape, Table):
            return ""
        gap = dialect.gap_noted if kind else dialect.gap_bare
        return gap or (self._eol if kind is NoteKind.COLUMN else "")

    def _new_note(
        self, entry: int, raw: str, kind: NoteKind | None, note: str | None, dialect: Dialect
    ) -> tuple[str, NoteKind | None]:
        """The lines of an entry's new note and their kind; the old ones if they say the same."""
        block = self._list.blocks[entry]
        wanted = "\n".join(normal_note(note or ""))
        if not wanted:
            return "", None
        if kind and read_note(raw, kind, block.content) == wanted:
            return raw, kind
        form = form_of(raw, kind, len(block.lead)) if kind else dialect.note
        if self._is_heading(entry):
            form = NoteForm(NoteKind.COLUMN)
        if not block.marker and not _holds_below_block(wanted, form):
            return raw, kind
        item = _ItemHead(block.lead, block.marker, block.content)
        return self._written_note(wanted, form, item)

    def _written_note(self, note: str, form: NoteForm, item: _ItemHead) -> tuple[str, NoteKind]:
        first = note.split("\n", 1)[0]
        nested = f"{item.lead}{form.indent}{first}".split("\n")
        holds = {
            NoteKind.COLUMN: reads_as_note(note),
            NoteKind.SIBLING: bullet.is_sentence_item(item.lead + item.marker + first),
            NoteKind.NESTED: is_nested_note(nested, bullet.is_sentence_item),
        }.get(form.kind, True)
        if not holds:
            form = NoteForm()
        text = write_note(note, form, *item, self._eol)
        is_kept = form.kind in (NoteKind.COLUMN, NoteKind.SIBLING, NoteKind.NESTED) and is_simple(
            normal_note(note)
        )
        return text, form.kind if is_kept else NoteKind.INDENTED

    # -- entries that arrive ---------------------------------------------------------------------

    def _new_by_section(
        self, edits: Sequence[Edit], moved: dict[int, int]
    ) -> dict[SectionPath, _NewHere]:
        """What arrives where: entries that move in their old order, then new ones in the edits' order."""
        new_by_section: dict[SectionPath, _NewHere] = {}
        for entry in sorted(moved):
            section = self._section(cast("MoveEntry", edits[moved[entry]]).section)
            new_by_section.setdefault(section, _NewHere()).last.append(
                self._moved_piece(entry, section)
            )
        for index, each in enumerate(edits):
            if isinstance(each, AddEntry):
                there = new_by_section.get(self._section(each.section), _NewHere())
                pieces = there.first if each.prepend else there.last
                piece = self._new_piece(index, each, len(pieces))
                if piece is None:
                    continue
                pieces.append(piece)
                new_by_section[self._section(each.section)] = there
                self._changed.add(index)
        return new_by_section

    def _dialect(self, section: SectionPath, *, at_start: bool = False) -> Dialect:
        """The dialect of a section; its items begin like the one that the new entry will stand beside."""
        key = section, at_start
        if key not in self._dialects:
            self._dialects[key] = self._dialect_beside(section, at_start=at_start)
        return self._dialects[key]

    def _dialect_beside(self, section: SectionPath, *, at_start: bool) -> Dialect:
        own = self._list.by_section.get(section)
        if not own:
            return self._learner.everywhere.beginning("")
        staying = [entry for entry in own if entry not in self._leaving] or own
        block = self._list.blocks[staying[0] if at_start else staying[-1]]
        if all(is_identifier_only(self._list.entries[entry]) for entry in own):
            # Addresses alone show no form.
            return self._learner.everywhere.beginning(block.lead + block.marker)
        dialect = self._learner.dialect(section, at_start=at_start)
        if not block.marker:
            return dialect
        return dialect.beginning(block.lead + block.marker, counted=dialect.form.numbers)

    @staticmethod
    def _is_block(piece: _Piece) -> bool:
        """Whether a piece is neither an item nor a row, so that blank lines part it from others."""
        return not isinstance(piece.shape, Table) and ITEM.match(piece.text) is None

    def _is_heading(self, entry: int) -> bool:
        return self._text[self._list.blocks[entry].start :][:7].lstrip(" ").startswith("#")

    def _new_piece(self, index: int, add: AddEntry, count: int) -> _Piece | None:
        section = self._section(add.section)
        source: _Source = ("edit", index)
        dialect = self._dialect(section, at_start=add.prepend)
        ways = self._new_heads(add, section, dialect, count)
        found = next(islice(ways, self._unread[source], None), None)
        if found is None:
            return None
        text = self._with_opinions(found, add.draft, dialect)
        line, shape = text.replace("\n", self._eol), found.shape
        if found.title is not None:
            self._titles[source] = found.title
        item = ITEM.match(line)
        if not add.draft.note or item is None or not normal_note(add.draft.note):
            return _Piece(line + self._eol, None, source, shape)
        content = content_column(item, columns(line))
        own = self._list.by_section.get(section, [])
        is_indented = add.prepend or not self._has_column_notes(own)
        if dialect.note.kind is NoteKind.COLUMN and (is_indented or source in self._indented):
            dialect = dialect._replace(note=NoteForm())
        head = _ItemHead(item.group(1), item.group(2) + item.group(3), content)
        note, kind = self._written_note(add.draft.note, dialect.note, head)
        return _Piece(line + self._eol + note, kind, source, shape)

    def _with_opinions(self, head: NewHead, draft: EntryDraft, dialect: Dialect) -> str:
        """The text of a new head with state and rating, where it has a place for them."""
        text, dialect = head.text, dialect._replace(shape=head.shape)
        for each in (SetState(0, draft.state or ""), SetRating(0, draft.rating)):
            text, _ = _with_field(text, each, dialect, self._list.known.marks)
        return text

    def _new_heads(
        self, add: AddEntry, section: SectionPath, dialect: Dialect, count: int
    ) -> Iterator[NewHead]:
        """The ways to write a new entry, best first: as was set, then like its neighbours."""
        own = self._list.by_section.get(section, [])
        if own and self._untouchable.issuperset(own):
            return
        place = -1 - count if add.prepend else count
        if self._form:
            yield from in_set_form(add.draft, self._form, dialect.form, place)
        yield from new_entry.like(dialect, add.draft, place)

    def _has_column_notes(self, entries: list[int]) -> bool:
        return any(
            self._list.blocks[each].note is NoteKind.COLUMN
            and each not in self._leaving | self._renoted
            for each in entries
        )

    def _moved_piece(self, entry: int, section: SectionPath) -> _Piece:
        block = self._list.blocks[entry]
        text, kind = self._rewritten.get(entry, (self._text[block.start : block.end], block.note))
        if kind is NoteKind.COLUMN and not self._has_column_notes(
            self._list.by_section.get(section, [])
        ):
            text, kind = self._with_indented_note(text, kind, block.content)
        lead = self._dialect(section).form.lead
        old_lead = text[: len(text) - len(text.lstrip(" \t"))]
        if lead != old_lead:
            text = with_lead(text, old_lead, lead)
        if block.shape != BULLET and entry not in self._rewritten:
            self._titles["entry", entry] = self._list.entries[entry].title
        return _Piece(text, kind, ("entry", entry), block.shape)

    def _with_indented_note(self, text: str, kind: NoteKind, content: int) -> tuple[str, NoteKind]:
        line, _, raw = text.partition("\n")
        item = ITEM.match(line.rstrip("\r"))
        if item is None:
            return text, kind
        note = write_note(
            read_note(raw, kind, content), NoteForm(), item.group(1), "", content, self._eol
        )
        return line + "\n" + note, NoteKind.INDENTED

    # -- places ----------------------------------------------------------------------------------

    def _place(self, new_by_section: dict[SectionPath, _NewHere]) -> set[int]:
        """Puts what arrives where it belongs; returns the leaving entries whose place was taken."""
        slots: set[int] = set()
        new: dict[SectionPath, _NewHere] = {}
        for section, there in new_by_section.items():
            own = self._list.by_section.get(section, [])
            staying = [entry for entry in own if entry not in self._leaving]
            if staying:
                self._put_beside(section, there, staying)
            elif own:
                block = self._list.blocks[own[-1]]
                slots.add(own[-1])
                self._insert(block.start, block.end, self._joined(there, self._dialect(section)))
            elif not section or self._outline.find(section) is not None:
                self._put_under_heading(section, there)
            else:
                new[section] = there
        if new:
            self._create(new)
        return slots

    def _insert(self, start: int, end: int, parts: list[str | _Piece]) -> None:
        text, marks = "", []
        for part in parts:
            if isinstance(part, _Piece):
                marks.append((len(text), part.source))
                self._pieces[part.source] = part
            text += part.text if isinstance(part, _Piece) else part
        if parts and isinstance(parts[-1], _Piece):
            text += self._parting(parts[-1], end)
        self._splices.append(Splice(start, end, text, tuple(marks)))

    def _parting(self, piece: _Piece, end: int) -> str:
        """What keeps an entry from taking in what follows it: a heading, say, that is indented.

        No blank line ends a list item before indented text, so a comment does; a blank line is enough
        before a paragraph. What stands right under the row of a table is a row itself.
        """
        item = ITEM.match(piece.text)
        line = self._text[end : end + 4096].lstrip("\r\n").partition("\n")[0]
        if is_blank(line) or isinstance(piece.shape, Table):
            return ""
        if item is None and self._text[end] not in "\r\n":
            return "" if line.lstrip(" ").startswith("|") else self._eol
        content = content_column(item, columns(piece.text)) if item else 0
        if item and columns(line) >= min(content, 4) and line.strip()[0] == "#":
            return f"<!-- -->{self._eol}"
        follows_at_once = self._text[end] not in "\r\n"
        return self._eol if follows_at_once and not starts_block(line) else ""

    def _put_beside(self, section: SectionPath, there: _NewHere, staying: list[int]) -> None:
        first, last = staying[0], staying[-1]
        if self._is_heading(last):
            # All that follows a heading belongs to it.
            below = [each for each in there.last if not self._is_block(each)]
            there = _NewHere(
                there.first + below, [each for each in there.last if self._is_block(each)]
            )
        if there.first:
            dialect = self._dialect(section, at_start=True)
            start = self._list.blocks[first].start
            self._insert(
                start,
                start,
                [part for each in there.first for part in (each, self._gap(each.note, dialect))],
            )
        if there.last:
            dialect = self._dialect(section)
            end = self._list.blocks[last].end
            kind = (
                self._rewritten[last][1]
                if last in self._rewritten
                else self._list.blocks[last].note
            )
            parts: list[str | _Piece] = []
            for each in there.last:
                gap = self._gap(kind, dialect)
                parts += (gap or (self._eol if self._is_block(each) else ""), each)
                kind = each.note
            self._insert(end, end, parts)

    def _joined(self, there: _NewHere, dialect: Dialect) -> list[str | _Piece]:
        parts: list[str | _Piece] = []
        for each in there.first + there.last:
            if parts and isinstance(parts[-1], _Piece):
                parts.append(self._gap(parts[-1].note, dialect))
            parts.append(each)
        return parts

    def _first_ones(self, there: _NewHere, section: SectionPath) -> list[str | _Piece]:
        """The first entries of a section; rows bring the head of their table along."""
        parts = self._joined(there, self._dialect(section))
        shape = next((part.shape for part in parts if isinstance(part, _Piece)), None)
        return [self._table_head(shape), *parts] if isinstance(shape, Table) else parts

    def _table_head(self, shape: Table) -> str:
        """The header of the list's first table of a shape, with the line below it."""
        first = next(block.start for block in self._list.blocks if block.shape == shape)
        above = self._text[:first].split("\n")
        below_header = next(at for at in reversed(range(len(above))) if is_delimiter(above[at]))
        return "".join(f"{line}\n" for line in above[below_header - 1 : below_header + 1])

    def _put_under_heading(self, section: SectionPath, there: _NewHere) -> None:
        index = self._outline.find(section) if section else -1
        index = -1 if index is None else index
        end = self._outline.own_end(index)
        is_identifier_only = index >= 0 and end <= self._list.headings[index].end
        gap = self._outline.blank_after_headings(self._eol) if is_identifier_only else self._eol
        self._insert(end, end, [gap if end else "", *self._first_ones(there, section)])

    def _create(self, new: dict[SectionPath, _NewHere]) -> None:
        """Creates sections, with those between them and an existing one, and fills them."""
        created: dict[SectionPath, NewSection] = {}
        tops: list[NewSection] = []
        for path in new:
            for depth in range(1, len(path) + 1):
                part = path[:depth]
                if part in created or self._outline.find(part) is not None:
                    continue
                above = created.get(part[:-1])
                if above:
                    created[part] = above.child(part)
                else:
                    created[part] = self._outline.place(part)
                    tops.append(created[part])
        # What belongs to the last old section comes before new ones beside it.
        tops.sort(key=lambda top: (top.offset, -len(top.path)))
        for top in tops:
            self._insert(top.offset, top.offset, self._section_parts(top, new))
        # A line of the table of contents comes before whatever else arrives right after the table.
        self._splices[:0] = self._outline.add_contents(tops, self._eol)

    def _section_parts(
        self, section: NewSection, new: dict[SectionPath, _NewHere]
    ) -> list[str | _Piece]:
        heading, gap = self._outline.write_heading(section, self._eol)
        parts: list[str | _Piece] = [heading]
        if section.path in new:
            parts += [gap, *self._first_ones(new[section.path], section.path)]
        for child in section.children:
            parts += self._section_parts(child, new)
        return parts

    # -- entries that leave ----------------------------------------------------------------------

    def _remove(self, leaving: list[int]) -> None:
        """Cuts out runs of entries, each with the blank lines on one of its sides."""
        blocks = self._list.blocks
        position = 0
        while position < len(leaving):
            first = last = leaving[position]
            position += 1
            while position < len(leaving) and leaving[position] == last + 1 and self._is_next(last):
                last += 1
                position += 1
            start = blocks[first].start
            is_row = isinstance(blocks[last].shape, Table)
            if is_row or (not blocks[first].marker and self._goes_on_above(start)):
                self._splices.append(Splice(start, blocks[last].end, ""))
            elif self._is_next(last):
                self._splices.append(Splice(start, blocks[last + 1].start, ""))
            else:
                before = blocks[first - 1].end if first else 0
                start = before + len_without_blank_lines(self._text[before:start])
                self._splices.append(Splice(start, blocks[last].end, ""))

    def _goes_on_above(self, start: int) -> bool:
        """Whether the line above an offset is not blank, so that what is there goes on after it."""
        above = self._text[max(0, start - 4096) : start]
        return bool(above) and not is_blank(above.removesuffix("\n").rpartition("\n")[2])

    def _is_next(self, entry: int) -> bool:
        """Whether nothing but blank lines stand between an entry and the one after it."""
        blocks = self._list.blocks
        if entry + 1 == len(blocks) or blocks[entry].shape != blocks[entry + 1].shape:
            return False
        between = self._text[blocks[entry].end : blocks[entry + 1].start]
        return not between if isinstance(blocks[entry].shape, Table) else is_blank(between)

    # -- the result ------------------------------------------------------------------------------

    def _finish(self, edits: Sequence[Edit], removed: dict[int, int]) -> EditResult:
        text, kept, arrived = self._assemble()
        result = self._original
        starts = {
            entry: arrived.get(("entry", entry), kept(block.start))
            for entry, block in enumerate(self._list.blocks)
            if entry not in removed
        }
        if text != result.text:
            by_form = carried_places(self._list, text, starts, self._retitled)
            known = self._list.known.with_titles(_new_titles(edits))
            result = parse(text, known, by_form)
        index_at = {block.start: index for index, block in enumerate(result.blocks)}
        size = len(self._list.blocks)
        positions = [index_at.get(starts.get(entry, -1)) for entry in range(size)]
        adds = [index for index, each in enumerate(edits) if isinstance(each, AddEntry)]
        added = tuple(index_at.get(arrived.get(("edit", index), -1)) for index in adds)
        return EditResult(result, tuple(positions), added, frozenset(self._changed))

    def unread_rows(self, edits: Sequence[Edit], result: EditResult) -> frozenset[int]:
        """The rows of tables whose columns read otherwise after the edits, as those of tiny tables may.

        What a column is for shows in its cells too. Such a table is better left as it is.
        """
        old, new = self._list.blocks, result.reading_list.blocks
        removed = {
            each.entry for each in edits if isinstance(each, RemoveEntry)
        } - self._untouchable
        misread = set()
        for entry, position in enumerate(result.positions):
            shape = old[entry].shape
            if isinstance(shape, Table) and entry not in removed:
                there = new[position].shape if position is not None else None
                if not isinstance(there, Table) or there.columns != shape.columns:
                    misread.add(shape)
        return frozenset(entry for entry, block in enumerate(old) if block.shape in misread)

    def misplaced(self, edits: Sequence[Edit], result: EditResult) -> frozenset[int]:
        """The entries with a title in a known place that are read otherwise after the edits: left alone."""
        wanted = {index: _whole(each) for index, each in enumerate(self._list.entries)}
        wanted |= {each.entry: _whole(each) for each in edits if isinstance(each, SetTitle)}
        removed = {
            each.entry for each in edits if isinstance(each, RemoveEntry)
        } - self._untouchable
        found = result.reading_list.entries
        return frozenset(
            entry
            for entry, position in enumerate(result.positions)
            if isinstance(self._list.blocks[entry].shape, Placed) and entry not in removed
            if entry not in self._untouchable and entry in self._rewritten
            if position is None or _whole(found[position]) != wanted[entry]
        )

    def lost_notes(self, edits: Sequence[Edit], result: EditResult) -> set[_Source]:
        """What has a note after the edits that the result does not read as one."""
        wanted = dict(enumerate(entry.note for entry in self._list.entries))
        adds: list[tuple[int, str | None]] = []
        for index, each in enumerate(edits):
            if isinstance(each, SetNote):
                wanted[each.entry] = each.note
            elif isinstance(each, AddEntry):
                adds.append((index, each.draft.note))
        found = result.reading_list.entries
        lost: set[_Source] = {
            ("entry", entry)
            for entry, position in enumerate(result.positions)
            if position is not None and wanted[entry] and found[position].note is None
        }
        return lost | {
            ("edit", index)
            for (index, note), position in zip(adds, result.added, strict=True)
            if note and position is not None and found[position].note is None
        }

    def lost_entries(self, edits: Sequence[Edit], result: EditResult) -> set[_Source]:
        """What was put somewhere and is not read as the entry it should be.

        Where an entry that was not moved is no longer read, whatever was put in is the cause.
        """
        adds = [index for index, each in enumerate(edits) if isinstance(each, AddEntry)]
        gone = {each.entry for each in edits if isinstance(each, RemoveEntry)}
        moves = {each.entry for each in edits if isinstance(each, MoveEntry)} & self._leaving - gone
        found: dict[_Source, int | None] = {
            ("edit", index): position
            for index, position in zip(adds, result.added, strict=True)
            if index in self._changed
        }
        found |= {("entry", entry): result.positions[entry] for entry in moves | self._completing}
        entries, blocks = result.reading_list.entries, result.reading_list.blocks
        lost = {
            source
            for source, position in found.items()
            if position is None
            or entries[position].title != self._titles.get(source, entries[position].title)
            or self._is_no_row(source, blocks[position].shape)
            or self._misreads_note(source, entries[position].note)
        }
        is_broken = any(
            position is None and entry not in gone | moves
            for entry, position in enumerate(result.positions)
        )
        return lost or (set(found) if is_broken else set())

    def _is_no_row(self, source: _Source, shape: Shape) -> bool:
        """Whether what was put somewhere as a row is read as something else."""
        piece = self._pieces.get(source)
        return piece is not None and isinstance(piece.shape, Table) and not isinstance(shape, Table)

    def _misreads_note(self, source: _Source, note: str | None) -> bool:
        """Whether the note below a completed entry reads otherwise; indenting it may yet help."""
        kind, entry = source
        if kind != "entry" or entry not in self._completing - self._renoted:
            return False
        may_indent = (
            self._list.blocks[entry].note is NoteKind.COLUMN and source not in self._indented
        )
        return note != self._list.entries[entry].note and not (note is None and may_indent)

    def _assemble(self) -> tuple[str, Callable[[int], int], dict[_Source, int]]:
        """The new text, a function from old offsets to new ones, and where the pieces have arrived."""
        pieces: list[str] = []
        old_offsets, new_offsets = [0], [0]
        arrived: dict[_Source, int] = {}
        pos = length = 0
        for splice in sorted(self._splices, key=_splice_order):
            kept = self._text[pos : splice.start]
            length += len(kept)
            if splice.end > splice.start:
                old_offsets.append(max(pos, splice.start))
                new_offsets.append(length)
            arrived.update((source, length + offset) for offset, source in splice.marks)
            pieces += (kept, splice.text)
            length += len(splice.text)
            pos = max(pos, splice.end)
            old_offsets.append(pos)
            new_offsets.append(length)
        pieces.append(self._text[pos:])

        def new_offset(old: int) -> int:
            index = bisect_right(old_offsets, old) - 1
            return new_offsets[index] + old - old_offsets[index]

        return "".join(pieces).removesuffix(self._padding), new_offset, arrived


_FIELD_ORDER = (
    *(CompleteEntry, SetTitle, SetVenue, SetRead, SetState, SetRating),
    *(SetLink, SetUrl, SetNote),
)


def _field_order(each: Edit) -> tuple[int, int]:
    """Where an edit of one entry comes, so that the indexes of its links are those before the edits.

    Links get other addresses, then new ones come after them, then old ones go, the last of them first.
    """
    links = _FIELD_ORDER.index(SetLink)
    if isinstance(each, SetUrl) and each.link is None:
        return links, 0
    if isinstance(each, SetLink) and each.link is not None and each.url is None:
        return links + 1, -each.link
    if isinstance(each, SetLink | SetUrl):
        return links - 1, int(each.link is None)
    return _FIELD_ORDER.index(type(each)), 0


def _whole(each: Entry | SetTitle) -> str:
    """The whole title: the short name of an edit may have become a part of it."""
    return one_line(whole_title(each.short, each.title))


def _new_titles(edits: Sequence[Edit]) -> Iterator[KnownTitle]:
    """The titles that edits write: they are known where the result is read."""
    for each in edits:
        if isinstance(each, SetTitle):
            yield KnownTitle.of_words(each.short, each.title)
        elif isinstance(each, AddEntry | CompleteEntry):
            yield KnownTitle.of_words(each.draft.short, each.draft.title)


def _shifted(each: Edit, put_first: list[int]) -> Edit:
    """The edit of a link after other links have come before it."""
    if not isinstance(each, SetLink) or each.link is None:
        return each
    link = each.link
    for new in put_first:
        link += link >= new
    return replace(each, link=link)


def _with_field(line: str, each: Edit, dialect: Dialect, marks: Marks = ()) -> tuple[str, Shape]:
    """The line with a field changed, and the shape that reads it; ``marks`` are those that boxes may have."""
    shape = dialect.shape
    if isinstance(shape, Table):
        before_title = partial(written_short, form=dialect.form)
        return row_edits.with_field(line, each, shape, dialect.form.label, before_title), shape
    match each:
        case SetRead(_, read):
            line = writing.with_state(line, "", marks, shape) if read else line
            line = writing.with_read(line, read, dialect)
        case SetState(_, state):
            line = writing.with_state(line, state, marks, shape)
        case SetTitle(_, short, title):
            line, shape = writing.with_title(line, short, title, dialect)
        case SetVenue(_, venue, year):
            line = writing.with_venue(line, venue, year, dialect)
        case SetUrl(_, url, link):
            line = writing.with_url(line, url, link, dialect)
        case SetLink(_, label, url, link):
            line = writing.with_link(line, label, url, link, dialect)
    return line, shape


def _holds_below_block(note: str, form: NoteForm) -> bool:
    """Whether a note can stand as a paragraph below a block, and be read there."""
    is_sentence = reads_as_note(note) and is_simple(normal_note(note))
    return form.kind is NoteKind.COLUMN and is_sentence
