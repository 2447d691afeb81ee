"""A new row of a table: every cell as the neighbours write it, read back before it is used.

The cell of the title is a small entry: it is written in the form that these cells have. Of the other cells
the column says what each is for.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from zsync.core.model import Checkbox, EntryDraft, Link
from zsync.formats.reading_list.atoms import OTHER, PAPER
from zsync.formats.reading_list.fields import Fields, Span
from zsync.formats.reading_list.filling import written
from zsync.formats.reading_list.form import Form, learn_form
from zsync.formats.reading_list.inline import LinkSpan, escape, one_line
from zsync.formats.reading_list.pieces import write_short, written_titles
from zsync.formats.reading_list.shapes.table import link_cells
from zsync.formats.reading_list.shapes.table.cells import IMAGE, in_cell, is_nothing, note_in_cell
from zsync.formats.reading_list.shapes.table.header_words import Role
from zsync.formats.reading_list.shapes.table.row import Model, Table, model_of
from zsync.formats.reading_list.shapes.table.signs import BOX
from zsync.formats.reading_list.shapes.table.venue_cells import (
    date_year,
    is_in_badge,
    venue_text,
    written_venue,
)
from zsync.formats.reading_list.template import Slot
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle

# The header of a column that counts the rows.
_ID = re.compile(r"#|id|no\.?|num(?:ber)?|index|序号|编号")
# Line breaks at the ends of a cell.
_EMPTY_LINE = re.compile(
    r"^(?:[ \t]*<br[ \t]*/?>[ \t]*)+|(?:[ \t]*<br[ \t]*/?>[ \t]*)+$", re.IGNORECASE
)
# Stands for a badge while a cell is written.
_BADGE = "\ufffc"


def write_row(draft: EntryDraft, table: Table, neighbours: Sequence[str], label: str) -> str | None:
    """The row of a new entry, without line end; None if no row of the table reads as what it should say.

    ``label`` is what the paper's link is called where no neighbour shows it.
    """
    models = [model for line in reversed(neighbours) if (model := model_of(line, table))]
    for cells in _title_cells(table, models), _title_cells(table, ()):
        for title in written_titles(one_line(draft.title) or "Untitled"):
            row = _row(draft, table, models, label, _title_cell(draft, table, cells, title))
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


def _row(
    draft: EntryDraft, table: Table, models: list[Model], label: str, titled: tuple[str, EntryDraft]
) -> str:
    text, rest = titled
    cells = _cells(draft, rest, table, models, label)
    cells[table.place(Role.TITLE) or 0] = text
    return _joined(cells, models)


# -- the cell of the title -----------------------------------------------------------------------


class TitleCells(NamedTuple):
    """How the cells of the titles are written: their form, and a badge with the venue, if they have one."""

    form: Form
    badge: str
    venue: VenueSpan | None


def _title_cells(table: Table, models: Sequence[Model]) -> TitleCells:
    """What the titles' cells have in common; a title alone where there are none."""
    badge, venue, heads = "", None, []
    for model in reversed(models):
        start, end = model.cells[table.place(Role.TITLE) or 0]
        line, fields = model.line, _within(model, start, end)
        own = fields.venue
        if own and is_in_badge(line, own.start + start):
            image = next(
                each
                for each in IMAGE.finditer(line, start, end)
                if each.start() <= own.start + start < each.end()
            )
            badge = image.group()
            venue = own._replace(
                start=own.start + start - image.start(), end=own.end + start - image.start()
            )
            fields = fields._replace(
                venue=VenueSpan(
                    image.start() - start, image.end() - start, _BADGE, None, VenueStyle()
                )
            )
        heads.append((line[start:end], fields))
    form = (
        learn_form(heads)
        if heads
        else Form({"title": (Slot("title"),)}, {}, ("title", OTHER), {}, 0)
    )
    return TitleCells(form, badge, venue)


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
    draft: EntryDraft, table: Table, cells: TitleCells, title: str
) -> tuple[str, EntryDraft]:
    """The cell of the title, and what of the draft it leaves to the others."""
    form = cells.form
    has_links = form.having.get(PAPER, 0) > 0
    is_linked = has_links or form.links_paper(("title", "short"))
    short = None if table.place(Role.SHORT) is not None else one_line(draft.short or "") or None
    if short and not form.names_papers():
        short, title = "", f"{write_short(short)}: {title}"
    said = replace(
        draft,
        short=short or None,
        authors=draft.authors if form.is_usual("authors") else None,
        venue=(_BADGE if cells.badge else draft.venue)
        if draft.venue and form.is_usual("venue")
        else None,
        url=draft.url if is_linked else None,
        links=draft.links if has_links or form.having.get(OTHER) else (),
    )
    text = written(said, title, form, 0)
    if said.venue and cells.venue:
        start, end, _, _, style = cells.venue
        own = venue_text(cells.badge, start, end, draft.venue or "", draft.year, style)
        text = text.replace(_BADGE, cells.badge[:start] + own + cells.badge[end:])
    rest = replace(
        draft,
        url=None if said.url else draft.url,
        links=() if said.links else draft.links,
        venue=None if said.venue else draft.venue,
    )
    return _EMPTY_LINE.sub("", in_cell(text)), rest


# -- the other cells -----------------------------------------------------------------------------


def _cells(
    draft: EntryDraft, rest: EntryDraft, table: Table, models: list[Model], label: str
) -> list[str]:
    """The other cells; ``rest`` is what the cell of the title does not say."""
    cells = [_empty(models, index) for index in range(len(table.columns))]
    places: dict[Role, str | None] = {
        Role.AUTHORS: in_cell(escape(draft.authors)) if draft.authors else None,
        Role.SHORT: in_cell(write_short(one_line(draft.short))) if draft.short else None,
        Role.YEAR: str(draft.year) if draft.year else None,
        Role.NOTE: note_in_cell(draft.note) if draft.note else None,
        Role.STATUS: _status(draft, table, models),
        Role.VENUE: _venue(rest, table, models),
        Role.DATE: _date(draft, table, models),
    }
    for role, text in places.items():
        index = table.place(role)
        if index is not None and text:
            cells[index] = text
    links = [Link(label, rest.url)] if rest.url else []
    links += [Link(link.label or "Link", link.url) for link in rest.links if link.url]
    _put_links(cells, links, table, models, bool(rest.url))
    for index, column in enumerate(table.columns):
        if column.role is Role.OTHER and _ID.fullmatch(column.header) and models:
            cells[index] = _next_number(models[0].cell(index)) or cells[index]
    return cells


def _put_links(
    cells: list[str],
    links: list[Link],
    table: Table,
    models: list[Model],
    first_is_paper: bool,
) -> None:
    filled: set[int] = set()
    for position, link in enumerate(links):
        is_paper = first_is_paper and position == 0
        index = link_cells.place_for(link.label, table, is_paper=is_paper)
        if index is None:
            continue
        own = [
            model.line[slice(*model.cells[index])] for model in models if index < len(model.cells)
        ]
        text = link_cells.write(link, own, usual_label=is_paper)
        cells[index] = cells[index] + link_cells.gap(own) + text if index in filled else text
        filled.add(index)


def _empty(models: list[Model], index: int) -> str:
    """What stands in a cell of this column when it says nothing; else in any cell."""
    own = [text for model in models if is_nothing(text := model.cell(index))]
    if own:
        return Counter(own).most_common(1)[0][0]
    anywhere = [
        text
        for model in models
        for each in range(len(model.cells))
        if is_nothing(text := model.cell(each))
    ]
    return Counter(anywhere).most_common(1)[0][0] if anywhere else ""


def _status(draft: EntryDraft, table: Table, models: list[Model]) -> str:
    """The sign, in brackets where the neighbours have it so."""
    index = table.place(Role.STATUS)
    sign = table.tick if draft.read else table.no_tick
    cell = next((text for model in models if (text := model.cell(index or 0))), "")
    if boxed := BOX.match(cell):
        return cell[: boxed.start(1)] + sign + cell[boxed.end(1) : boxed.end()]
    return sign


def _venue(draft: EntryDraft, table: Table, models: list[Model]) -> str | None:
    if not draft.venue:
        return None
    index = table.place(Role.VENUE)
    style = VenueStyle("", " ")
    for model in models:
        venue = model.fields.venue
        if index is None or venue is None or index >= len(model.cells) or not venue.name:
            continue
        own = model.cells[index]
        if own[0] <= venue.start < own[1] and not is_in_badge(model.line, venue.start):
            has_year = re.search(r"\d\d", model.line[venue.start : venue.end]) is not None
            style = venue.style
            if has_year or table.place(Role.YEAR) is not None:
                return in_cell(written_venue(draft.venue, draft.year if has_year else None, style))
    year = None if table.place(Role.YEAR) is not None else draft.year
    return in_cell(written_venue(draft.venue, year, style))


def _date(draft: EntryDraft, table: Table, models: list[Model]) -> str | None:
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


def _joined(cells: list[str], models: list[Model]) -> str:
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
