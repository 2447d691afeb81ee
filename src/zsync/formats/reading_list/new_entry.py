"""Writes the head of a new entry like those around it, whatever their shape, and reads it back.

What does not read back is not written: first the authors are left out, then the venue, and at last there is
no entry rather than a guess. A list item has at least its title.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from zsync.core.fields import same_words
from zsync.core.model import EntryDraft
from zsync.formats.reading_list import fields as entry_fields
from zsync.formats.reading_list.authors import write_authors
from zsync.formats.reading_list.dialect import ITEMS, Dialect
from zsync.formats.reading_list.fields import LONGEST, Fields
from zsync.formats.reading_list.filling import written
from zsync.formats.reading_list.form import Form, plain_form, plain_form_in_italics
from zsync.formats.reading_list.inline import one_line
from zsync.formats.reading_list.new_row import write_row
from zsync.formats.reading_list.parts import OTHER, PAPER
from zsync.formats.reading_list.pieces import written_titles
from zsync.formats.reading_list.shapes import Shape
from zsync.formats.reading_list.shapes.bullet import BULLET
from zsync.formats.reading_list.shapes.placed import Placed
from zsync.formats.reading_list.shapes.table.row import Table


class NewHead(NamedTuple):
    r"""The head of a new entry, lines ended by ``\n``, and the title to be read there, if known."""

    text: str
    shape: Shape
    title: str | None


def like(dialect: Dialect, draft: EntryDraft, place: int) -> Iterator[NewHead]:
    """The heads that a new entry may have beside others, the best first; nothing where none reads back.

    ``place`` is how many new entries come before it, after the old ones; negative before them.
    """
    draft, shape = whole(draft), dialect.shape
    if isinstance(shape, Table):
        row = write_row(draft, shape, [head for head, _ in dialect.heads], dialect.form.label)
        if row is not None:
            yield read_head(row, shape)
        return
    ways, drafts = list(_ways(dialect)), list(_said(draft, dialect.form))
    if len(written(drafts[-1], drafts[-1].title, dialect.form, place)) > LONGEST:
        # The least that can be said is too long for an entry.
        return
    for said in drafts:
        tried: set[tuple[Shape, str]] = set()
        for title, (own, form) in product(written_titles(said.title), ways):
            text = written(said, title, form, place)
            is_new = (own, text) not in tried
            tried.add((own, text))
            if is_new and (head := _read_back(text, title, own, said)):
                yield head
    if shape in ITEMS:
        # An item that no form says in full still has its title.
        for title, (own, form) in product(written_titles(said.title), ways):
            head = read_head(written(said, title, form, place), own)
            if head.title == said.title:
                yield head


def _ways(dialect: Dialect) -> Iterator[tuple[Shape, Form]]:
    """The forms to try, each with the shape that reads it.

    The usual one; the same with a venue that is told by its year or by its marks, and with links in brackets;
    among list items a plain line, and at last one with a box, which is an entry whatever it says.
    """
    form, shape = dialect.form, dialect.shape
    plain_forms = plain_form(), plain_form_in_italics()
    yield shape, form
    for plain in plain_forms:
        yield shape, form.with_parts_of(plain, ("venue",))
    yield shape, form.with_parts_of(plain_form(), (PAPER, OTHER))
    if shape not in ITEMS:
        return
    for plain in plain_forms:
        usual = {**form.having, "short": int(form.has_short_names())}
        yield BULLET, form.worded_like(plain)._replace(having=usual, size=form.size)
    yield BULLET, form.worded_like(plain_form())


def _read_back(text: str, title: str, shape: Shape, said: EntryDraft) -> NewHead | None:
    """A head with the title that is read in it, if it says what it should."""
    own = shape.with_title(text, title) if isinstance(shape, Placed) else shape
    fields = own.read(text) if own else None
    if own is None or fields is None or not says(text, fields, said):
        return None
    if isinstance(own, Placed) and not own.says_nothing_else(text, fields):
        return None
    return NewHead(text, own, entry_fields.title_of(text, fields))


def whole(draft: EntryDraft) -> EntryDraft:
    """A draft that has a title, whatever happens."""
    return replace(draft, title=one_line(draft.title) or "Untitled")


def read_head(text: str, shape: Shape) -> NewHead:
    """A head with the title that is read in it."""
    fields = shape.read(text)
    return NewHead(text, shape, entry_fields.title_of(text, fields) if fields else None)


def _whole_title(short: str | None, title: str) -> str:
    return one_line(f"{short}: {title}" if short else title)


def _said(draft: EntryDraft, form: Form) -> Iterator[EntryDraft]:
    """What may be said of a paper, the most first: what is usual, without authors, without the venue.

    A short name stands in the title where no entry has one, and where it would not be read.
    """
    authors = draft.authors if form.is_usual("authors") else None
    if authors:
        authors = write_authors(one_line(authors), form.authors)
    has_venue = bool(draft.venue) and form.is_usual("venue")
    usual = replace(
        draft,
        short=one_line(draft.short or "") or None,
        authors=authors or None,
        venue=draft.venue if has_venue else None,
        year=draft.year if has_venue else None,
    )
    titled = replace(usual, short=None, title=_whole_title(usual.short, usual.title))
    names = (usual, titled) if form.has_short_names() else (titled,)
    for each in names:
        bare = replace(each, venue=None, year=None)
        yield from dict.fromkeys(
            (each, replace(each, authors=None), bare, replace(bare, authors=None))
        )


def says(head: str, fields: Fields, said: EntryDraft) -> bool:
    """Whether a head reads as what it should say; a short name may stand in the title."""
    found = entry_fields.entry(head, fields, 1, (), None)
    is_ticked = fields.box < 0 or entry_fields.is_ticked(head[fields.box]) == said.read
    wanted = [link.url for link in said.links if link.url] + ([said.url] if said.url else [])
    names = (found.short, found.title), (said.short, said.title)
    return (
        is_ticked
        and found.note is None
        and (names[0] == names[1] if said.short else _whole_title(*names[0]) == said.title)
        and (found.venue, found.year) == (said.venue, said.year)
        and same_words(found.authors or "", said.authors or "")
        and sorted(link.url for link in found.links) == sorted(wanted)
    )
