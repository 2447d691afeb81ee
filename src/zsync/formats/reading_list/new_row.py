"""A new row of a table: every cell as the neighbours write it, read back before it is used.

The cell of the title is a small entry: it is written in the form that these cells have. Of the other cells
the column says what each is for.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from zsync.core.model import Checkbox, EntryDraft
from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import Fields, Span
from zsync.formats.reading_list.filling import written
from zsync.formats.reading_list.form import Form, learn_form
from zsync.formats.reading_list.inline import LinkSpan, escape, one_line
from zsync.formats.reading_list.parts import OTHER, PAPER
from zsync.formats.reading_list.pieces import write_short, written_titles
from zsync.formats.reading_list.shapes.table import link_cells
from zsync.formats.reading_list.shapes.table.cells import IMAGE, in_cell, is_nothing, note_in_cell
from zsync.formats.reading_list.shapes.table.header_words import Role
from zsync.formats.reading_list.shapes.table.row import Model, Table, model_of
from zsync.formats.reading_list.shapes.table.signs import BOX, is_word
from zsync.formats.reading_list.shapes.table.venue_cells import (
    date_year,
    is_in_badge,
    venue_text,
)
from zsync.formats.reading_list.template import Group, Slot
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle

# The header of a column that counts the rows.
_ID = regex(r"#|id|no\.?|num(?:ber)?|index|序号|编号")
# Line breaks at the ends of a cell.
_EMPTY_LINE = regex(r"^(?:[ \t]*<br[ \t]*/?>[ \t]*)+|(?:[ \t]*<br[ \t]*/?>[ \t]*)+$", re.IGNORECASE)
# Stands for a badge while a cell is written.
_BADGE = "\ufffc"


def write_row(draft: EntryDraft, table: Table, neighbours: Sequence[str], label: str) -> str | None:
    """The row of a new entry, without line end; None if no row of the table reads as what it should say.

    ``label`` is what the paper's link is called where no neighbour shows it.
    """
    draft = replace(draft, short=one_line(draft.short or "") or None)
    models = [model for line in reversed(neighbours) if (model := model_of(line, table))]
    plain = plain_cell(label, with_year=table.place(Role.YEAR) is None)
    columns = [column_of(models, index, plain) for index in range(len(table.columns))]
    at = table.place(Role.TITLE) or 0
    for titles in columns[at], Column(plain):
        for title in written_titles(one_line(draft.title) or "Untitled"):
            text, rest = _title_cell(draft, table, titles, title)
            cells = _cells(draft, rest, table, models, columns)
            row = _joined([*cells[:at], text, *cells[at + 1 :]], models)
            if _says(row, draft, table):
                return row
    return None


def _says(row: str, draft: EntryDraft, table: Table) -> bool:
    """Whether a row reads as what the draft says, as far as the table has a place for it."""
    model = model_of(row, table)
    if model is None or "\n" in row or len(model.cells) != len(table.columns):
        return False
    title, short = one_line(draft.title) or "Untitled", one_line(draft.short or "") or None
    said = model.entry
    named = (said.short, said.title) in ((short, title), (None, f"{short}: {title}"))
    urls = [link.url for link in said.links]
    return (
        named
        and said.venue in (None, one_line(draft.venue or "") or None)
        and said.year in (None, draft.year)
        and said.checkbox in (Checkbox.NONE, Checkbox.CHECKED if draft.read else Checkbox.UNCHECKED)
        and set(urls) <= {draft.url, *(link.url for link in draft.links)}
        and (not draft.url or draft.url in urls or not link_cells.has_place(table, model.fields))
    )


# -- one cell ------------------------------------------------------------------------------------


class Column(NamedTuple):
    """How the cells of a column are written: their form, and a badge with the venue, if they have one."""

    form: Form
    badge: str = ""
    venue: VenueSpan | None = None


def plain_cell(label: str, *, with_year: bool = False) -> Form:
    """How a cell is written where no neighbour shows it; ``with_year``: no other column has the year."""
    year = (Group((" ", Slot("year"))),) if with_year else ()
    parts = {
        "title": (Slot("title"),),
        "venue": (Slot("venue"), *year),
        PAPER: ("[", Slot("paper label"), "](", Slot("url"), ")"),
        OTHER: ("[", Slot("label"), "](", Slot("link"), ")"),
    }
    gaps = dict.fromkeys(((PAPER, OTHER), (OTHER, OTHER)), (" ",))
    return Form(parts, gaps, (*parts,), {}, 0, label=label)


def column_of(models: Sequence[Model], index: int, plain: Form) -> Column:
    """What the cells of a column have in common, and what none of them shows as in a plain one."""
    badge, venue, heads = "", None, []
    for model in reversed(models):
        if is_nothing(cell := model.cell(index)):
            continue
        fields = _within(model, *model.cells[index])
        own = fields.venue
        if own and is_in_badge(cell, own.start):
            first, last = _badge_around(cell, own.start)
            badge = cell[first:last]
            venue = own._replace(start=own.start - first, end=own.end - first)
            fields = fields._replace(venue=VenueSpan(first, last, _BADGE, None, VenueStyle()))
        heads.append((cell, fields))
    return Column(learn_form(heads, plain), badge, venue)


def _badge_around(cell: str, pos: int) -> Span:
    """The image around a place in a cell, with a link that leads nowhere."""
    start, end = next(image.span() for image in IMAGE.finditer(cell) if image.end() > pos)
    is_link = cell[start - 1 : start] == "[" and cell.startswith("]()", end)
    return (start - 1, end + 3) if is_link else (start, end)


def filled(column: Column, draft: EntryDraft, title: str = "") -> str:
    """A cell that says all of a draft that a column has a place for."""
    is_badge = bool(draft.venue and column.venue)
    text = written(
        replace(draft, venue=_BADGE, year=None) if is_badge else draft, title, column.form, 0
    )
    if draft.venue and column.venue:
        start, end, _, _, style = column.venue
        own = venue_text(column.badge, start, end, draft.venue, draft.year, style)
        text = text.replace(_BADGE, column.badge[:start] + own + column.badge[end:])
    return _EMPTY_LINE.sub("", in_cell(text)).strip()


def _within(model: Model, start: int, end: int) -> Fields:
    """The fields of a row that stand in one of its cells, by their places there."""

    def moved(span: Span | None) -> Span | None:
        return (span[0] - start, span[1] - start) if span and start <= span[0] < end else None

    fields, line = model.fields, model.line
    venue = fields.venue
    own = moved((venue.start, venue.end)) if venue else None
    return Fields(
        max(fields.body - start, 0),
        -1,
        moved(fields.short),
        moved(fields.prefix),
        moved(fields.title) or (0, 0),
        venue._replace(start=own[0], end=own[1]) if venue and own else None,
        [
            LinkSpan(*(place - start for place in link))
            for link in fields.links
            if start <= link.start < end and not IMAGE.match(line, link.start + 1)
        ],
        fields.linked_title,
        moved(fields.authors),
    )


def _title_cell(
    draft: EntryDraft, table: Table, titles: Column, title: str
) -> tuple[str, EntryDraft]:
    """The cell of the title, and what of the draft it leaves to the others."""
    form = titles.form
    has_links = form.having.get(PAPER, 0) > 0
    said = replace(
        draft,
        short=draft.short if table.place(Role.SHORT) is None else None,
        authors=draft.authors if form.is_usual("authors") else None,
        venue=draft.venue if titles.badge or form.is_usual("venue") else None,
        url=draft.url if has_links or form.links_paper(("title", "short")) else None,
        links=draft.links if has_links or form.having.get(OTHER) else (),
    )
    rest = replace(
        draft,
        venue=None if said.venue else draft.venue,
        url=None if said.url else draft.url,
        links=() if said.links else draft.links,
    )
    if said.short and not form.has_short_names():
        title = f"{write_short(said.short)}: {title}"
        said = replace(said, short=None)
    return filled(titles, said, title), rest


# -- the other cells -----------------------------------------------------------------------------


def _cells(
    draft: EntryDraft,
    rest: EntryDraft,
    table: Table,
    models: Sequence[Model],
    columns: Sequence[Column],
) -> list[str]:
    """The other cells; ``rest`` is what the cell of the title does not say."""
    cells = [_empty(models, index) for index in range(len(columns))]
    places: dict[Role, str | None] = {
        Role.AUTHORS: in_cell(escape(draft.authors)) if draft.authors else None,
        Role.SHORT: in_cell(write_short(draft.short)) if draft.short else None,
        Role.YEAR: str(draft.year) if draft.year else None,
        Role.NOTE: note_in_cell(draft.note) if draft.note else None,
        Role.STATUS: _status(draft, table, models),
        Role.DATE: _date(draft, table, models),
    }
    for role, text in places.items():
        index = table.place(role)
        if index is not None and text:
            cells[index] = text
    for index, said in _places(rest, table).items():
        cells[index] = filled(columns[index], said)
    for index, column in enumerate(table.columns):
        if column.role is Role.OTHER and _ID.fullmatch(column.header) and models:
            cells[index] = _next_number(models[0].cell(index)) or cells[index]
    return cells


def _places(draft: EntryDraft, table: Table) -> dict[int, EntryDraft]:
    """The venue and the links of a draft by the columns that are for them."""
    nothing = EntryDraft(False, None, "")
    found: dict[int, EntryDraft] = {}
    if draft.venue and (at := table.place(Role.VENUE)) is not None:
        found[at] = replace(nothing, venue=one_line(draft.venue), year=draft.year)
    if draft.url and (at := link_cells.place_for("", table, is_paper=True)) is not None:
        found[at] = replace(found.get(at, nothing), url=draft.url)
    for link in draft.links:
        at = link_cells.place_for(link.label or "Link", table)
        if link.url and at is not None:
            there = found.get(at, nothing)
            found[at] = replace(there, links=(*there.links, link))
    return found


def _empty(models: Sequence[Model], index: int) -> str:
    """What stands in a cell of this column when it says nothing; else in any cell."""
    own = [text for model in models if is_nothing(text := model.cell(index))]
    if own:
        return Counter(own).most_common(1)[0][0]
    # "Todo" says nothing of a paper, and yet it is what a status column says.
    anywhere = [
        text
        for model in models
        for each in range(len(model.cells))
        if is_nothing(text := model.cell(each)) and not is_word(text)
    ]
    return Counter(anywhere).most_common(1)[0][0] if anywhere else ""


def _status(draft: EntryDraft, table: Table, models: Sequence[Model]) -> str:
    """The sign, in brackets where the neighbours have it so."""
    index = table.place(Role.STATUS)
    sign = table.tick if draft.read else table.no_tick
    cell = next((text for model in models if (text := model.cell(index or 0))), "")
    if boxed := BOX.match(cell):
        return cell[: boxed.start(1)] + sign + cell[boxed.end(1) : boxed.end()]
    return sign


def _date(draft: EntryDraft, table: Table, models: Sequence[Model]) -> str | None:
    """The year, where the neighbours' dates have one with four digits."""
    index = table.place(Role.DATE)
    if index is None or not draft.year:
        return None
    cells = [model.cell(index) for model in models]
    has_year = any(date_year(cell) and re.search(r"(?:19|20)\d\d", cell) for cell in cells)
    return str(draft.year) if has_year else None


def _next_number(cell: str) -> str | None:
    return str(int(cell) + 1) if cell.isascii() and cell.isdigit() and len(cell) < 10 else None


# -- the row -------------------------------------------------------------------------------------


def _joined(cells: list[str], models: Sequence[Model]) -> str:
    """The cells between pipes as the last neighbour has them; without one, ``| a | b |``."""
    if not models:
        return "| " + " | ".join(cells) + " |"
    line = models[0].line
    lead = line[: len(line) - len(line.lstrip())]
    body = line.strip()
    opening = ("| " if body[1:2].isspace() else "|") if body[0] == "|" else ""
    is_tight = re.search(r"\S\|\S", line[models[0].cells[0][1] - 1 :]) is not None
    join = "|" if is_tight and not opening.endswith(" ") else " | "
    closing = ""
    if body[-1] == "|":
        closing = "|" if join == "|" else " |"
    return lead + opening + join.join(cells) + closing
