"""Writes the head of a new entry like those around it, whatever their shape, and reads it back.

What does not read back is not written: first the authors are left out, then the venue, and at last there is
no entry rather than a guess.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from zsync.core.fields import same_words
from zsync.core.model import EntryDraft, Link
from zsync.formats.reading_list import fields as entry_fields
from zsync.formats.reading_list.atoms import OTHER, PAPER
from zsync.formats.reading_list.authors import write_authors
from zsync.formats.reading_list.dialect import ITEMS, Dialect
from zsync.formats.reading_list.fields import Fields
from zsync.formats.reading_list.form import Form, plain_form, plain_form_in_italics
from zsync.formats.reading_list.inline import escape, one_line, write_url
from zsync.formats.reading_list.pieces import with_one_stop, write_short, written_titles
from zsync.formats.reading_list.shapes import Shape
from zsync.formats.reading_list.shapes.bullet import BULLET
from zsync.formats.reading_list.shapes.placed import Placed
from zsync.formats.reading_list.shapes.table.new_row import write_row
from zsync.formats.reading_list.shapes.table.row import Table
from zsync.formats.reading_list.template import Slot, Template, every_slot, fill


class NewHead(NamedTuple):
    r"""The head of a new entry, lines ended by ``\n``, and the title to be read there, if known."""

    text: str
    shape: Shape
    title: str | None


def like(dialect: Dialect, draft: EntryDraft, place: int) -> Iterator[NewHead]:
    """The heads that a new entry may have beside others, the best first; nothing where none reads back.

    ``place`` is how many new entries come before it, behind the old ones; negative before them.
    """
    draft, shape = whole(draft), dialect.shape
    if isinstance(shape, Table):
        written = write_row(draft, shape, [head for head, _ in dialect.heads], dialect.form.label)
        if written is not None and _names(shape, written, draft):
            yield read_head(written, shape)
        return
    for said in _said(draft, dialect.form):
        for title, (own, form) in product(written_titles(said.title), list(_ways(dialect))):
            text = _head(said, title, form, place)
            if head := _read_back(text, title, own, said):
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
        usual = {**form.having, "short": int(form.names_papers())}
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
    names = (usual, titled) if form.names_papers() else (titled,)
    for each in names:
        bare = replace(each, venue=None, year=None)
        yield from dict.fromkeys(
            (each, replace(each, authors=None), bare, replace(bare, authors=None))
        )


def _head(draft: EntryDraft, title: str, form: Form, place: int) -> str:
    """A draft in a form, with its title as it is to be written."""
    form = form if draft.short else form.without_short()
    others = [link for link in draft.links if link.url]
    template = form.template(_kinds(draft, form), len(others))
    fixed = {
        "box": form.signs[0] if draft.read else form.signs[1],
        "paper label": escape(form.label),
        "number": str(next_number(form.numbers, place)),
    }
    return with_one_stop(_fill_links(template, {**values_of(draft, title), **fixed}, others), title)


def _kinds(draft: EntryDraft, form: Form) -> set[str]:
    """The fields to be written; the paper's address may be carried by one that is the text of its link."""
    has = {
        "box": form.is_usual("box"),
        "short": bool(draft.short) and "short" not in every_slot(form.part("title")),
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


def written_short(short: str, form: Form) -> str:
    """A short name before a title, with what joins both, as the entries of a form have it."""
    if Slot("url") in form.part("short") or not form.part("short"):
        form = plain_form()
    return fill((*form.part("short"), *form.gap("short", "title")), {"short": write_short(short)})


def written_links(links: Sequence[Link], form: Form) -> str:
    """Links other than the paper's own, as the entries of a form write and join them."""
    template = tuple(part for _ in links for part in (*form.gap(OTHER, OTHER), *form.part(OTHER)))
    return _fill_links(template[len(form.gap(OTHER, OTHER)) :], {}, links)


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


def next_number(numbers: Sequence[int], place: int) -> int:
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
    names = (found.short, found.title), (said.short, said.title)
    return (
        is_ticked
        and found.note is None
        and (names[0] == names[1] if said.short else _whole_title(*names[0]) == said.title)
        and (found.venue, found.year) == (said.venue, said.year)
        and same_words(found.authors or "", said.authors or "")
        and sorted(link.url for link in found.links) == sorted(wanted)
    )
