"""Writes the head of a new entry like those around it, whatever their shape, and reads it back.

What does not read back is not written: first the authors are left out, then the venue, and at last there is
no entry rather than a guess.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from zsync.core.fields import same_words
from zsync.core.model import EntryDraft, Link
from zsync.formats.reading_list import fields as entry_fields
from zsync.formats.reading_list.atoms import PAPER
from zsync.formats.reading_list.authors import AuthorStyle, learn_authors, write_authors
from zsync.formats.reading_list.dialect import Dialect
from zsync.formats.reading_list.fields import Fields
from zsync.formats.reading_list.form import Form, learn_form
from zsync.formats.reading_list.inline import escape, one_line, plain, write_url
from zsync.formats.reading_list.pieces import write_short, written_titles
from zsync.formats.reading_list.shapes import Shape
from zsync.formats.reading_list.shapes.placed import Placed
from zsync.formats.reading_list.shapes.table.new_row import write_row
from zsync.formats.reading_list.shapes.table.row import Table
from zsync.formats.reading_list.template import (
    Slot,
    Template,
    every_slot,
    fill,
)


class NewHead(NamedTuple):
    r"""The head of a new entry, lines ended by ``\n``, and the title to be read there, if known."""

    text: str
    shape: Shape
    title: str | None


@dataclass(frozen=True)
class Surroundings:
    """Entries around a new one, of one shape, in the order of the list: their heads with their fields."""

    shape: Shape
    heads: Sequence[tuple[str, Fields]]

    @property
    def name_authors(self) -> bool:
        """Whether at least half of them do."""
        naming = sum(fields.authors is not None for _, fields in self.heads)
        return 0 < len(self.heads) <= 2 * naming

    @cached_property
    def form(self) -> Form:
        """Their usual form."""
        return learn_form(self.heads)

    @cached_property
    def author_style(self) -> AuthorStyle:
        """How they write authors."""
        spans = [head[slice(*fields.authors)] for head, fields in self.heads if fields.authors]
        return learn_authors([one_line(plain(text)) for text in spans])


def like(
    around: Surroundings, draft: EntryDraft, dialect: Dialect, place: int
) -> Iterator[NewHead]:
    """The head of a new entry like those around it; nothing where none reads back as the draft.

    ``place`` is how many new entries come before it, behind the old ones; negative before them.
    """
    draft, shape = whole(draft), around.shape
    if isinstance(shape, Table):
        written = write_row(draft, shape, [head for head, _ in around.heads], dialect.label)
        if written is not None and _names(shape, written, draft):
            yield read_head(written, shape)
        return
    if not around.heads:
        return
    for said in _said(draft, around.form, around.author_style):
        for text, title in _heads(said, around.form, dialect, place):
            own = shape.with_title(text, title) if isinstance(shape, Placed) else shape
            fields = own.read(text) if own else None
            if own is None or fields is None or not says(text, fields, said):
                continue
            if not isinstance(own, Placed) or own.says_nothing_else(text, fields):
                yield read_head(text, own)
                return


def whole(draft: EntryDraft) -> EntryDraft:
    """A draft that has a title, whatever happens."""
    return replace(draft, title=one_line(draft.title) or "Untitled")


def read_head(text: str, shape: Shape) -> NewHead:
    """A head with the title that is read in it."""
    fields = shape.read(text)
    return NewHead(text, shape, entry_fields.title_of(text, fields) if fields else None)


def _names(shape: Shape, head: str, draft: EntryDraft) -> bool:
    """Whether a head reads as an entry with the draft's title."""
    fields = shape.read(head)
    if fields is None:
        return False
    return _whole_title(
        entry_fields.short_of(head, fields), entry_fields.title_of(head, fields)
    ) == (_whole_title(draft.short, draft.title))


def _whole_title(short: str | None, title: str) -> str:
    return one_line(f"{short}: {title}" if short else title)


def _said(draft: EntryDraft, form: Form, style: AuthorStyle) -> Iterator[EntryDraft]:
    """What may be said of a paper, the most first: what is usual, without authors, without the venue."""
    authors = draft.authors if form.is_usual("authors") else None
    if authors:
        authors = write_authors(one_line(authors), style)
    has_venue = bool(draft.venue) and form.is_usual("venue")
    usual = replace(
        draft,
        short=one_line(draft.short or "") or None,
        authors=authors or None,
        venue=draft.venue if has_venue else None,
        year=draft.year if has_venue else None,
    )
    bare = replace(usual, venue=None, year=None)
    yield from dict.fromkeys(
        (usual, replace(usual, authors=None), bare, replace(bare, authors=None))
    )


def _heads(
    draft: EntryDraft, form: Form, dialect: Dialect, place: int
) -> Iterator[tuple[str, str]]:
    """The ways to write a draft, with its title as it stands there; it may hold the short name."""
    others = [link for link in draft.links if link.url]
    template = form.template(_kinds(draft, form), len(others))
    if draft.short and "short" not in every_slot(template):
        draft = replace(draft, short=None, title=_whole_title(draft.short, draft.title))
    sign = dialect.tick if draft.read else dialect.no_tick
    fixed = {
        "box": sign,
        "paper label": escape(dialect.label),
        "number": str(_next_number(form.numbers, place)),
    }
    for title in written_titles(draft.title):
        yield _fill_links(template, {**values_of(draft, title), **fixed}, others), title


def _kinds(draft: EntryDraft, form: Form) -> set[str]:
    """The fields to be written; the paper's address may be carried by one that is the text of its link."""
    has = {
        "box": form.is_usual("box"),
        "short": bool(draft.short),
        "title": True,
        "authors": bool(draft.authors),
        "venue": bool(draft.venue),
        "url": bool(draft.url),
    }
    kinds = {kind for kind, is_there in has.items() if is_there}
    carried = [kind for kind in form.order if kind in kinds]
    return kinds | {PAPER} if draft.url and not form.links_paper(carried) else kinds


def values_of(draft: EntryDraft, title: str) -> dict[str, str]:
    """What a draft says in the fields of a form, as Markdown; ``title`` is one way to write its title."""
    return {
        "title": title,
        "short": write_short(draft.short) if draft.short else "",
        "authors": escape(draft.authors or ""),
        "venue": escape(draft.venue or ""),
        "year": str(draft.year or ""),
        "yy": f"{draft.year % 100:02d}" if draft.year else "",
        "url": write_url(draft.url or ""),
    }


def _fill_links(template: Template, values: Mapping[str, str], others: Sequence[Link]) -> str:
    """The text of a form whose other links stand in it one by one."""
    queue = iter(others)
    pieces, link = [], None
    for part in template:
        if part == Slot("label"):
            link = next(queue)
            pieces.append(escape(one_line(link.label) or "Link"))
        elif part == Slot("link"):
            link = link or next(queue)
            pieces.append(write_url(link.url))
            link = None
        else:
            pieces.append(fill((part,), values))
    return "".join(pieces)


def _next_number(numbers: Sequence[int], place: int) -> int:
    """The number behind the last one or before the first; a list that repeats one number goes on so."""
    if len(numbers) < 2:
        return (numbers[0] if numbers else 0) + 1 + max(place, 0)
    step = numbers[-1] - numbers[-2]
    step = step if step in (-1, 0) else 1
    if place >= 0:
        return numbers[-1] + step * (place + 1)
    return max(numbers[0] + step * place, 1)


def says(head: str, fields: Fields, said: EntryDraft) -> bool:
    """Whether a head reads as what it should say; a short name may stand in the title."""
    found = entry_fields.entry(head, fields, 1, (), None)
    is_ticked = fields.box < 0 or entry_fields.is_ticked(head[fields.box]) == said.read
    wanted = [link.url for link in said.links if link.url] + ([said.url] if said.url else [])
    return (
        is_ticked
        and found.note is None
        and _whole_title(found.short, found.title) == _whole_title(said.short, said.title)
        and (found.venue, found.year) == (said.venue, said.year)
        and same_words(found.authors or "", said.authors or "")
        and sorted(link.url for link in found.links) == sorted(wanted)
    )
