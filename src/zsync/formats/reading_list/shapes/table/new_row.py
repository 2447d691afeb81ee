"""A new row of a table: every cell as the neighbours write it, read back before it is used."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from zsync.core.model import Checkbox, Entry, EntryDraft, Link
from zsync.formats.reading_list import fields as entry_fields
from zsync.formats.reading_list.fields import Fields, Span
from zsync.formats.reading_list.inline import escape, one_line, write_url
from zsync.formats.reading_list.pieces import write_short, written_titles
from zsync.formats.reading_list.shapes.table import link_cells
from zsync.formats.reading_list.shapes.table.cells import IMAGE, is_nothing, said_in
from zsync.formats.reading_list.shapes.table.header_words import Role
from zsync.formats.reading_list.shapes.table.row import Table
from zsync.formats.reading_list.shapes.table.signs import BOX
from zsync.formats.reading_list.shapes.table.venue_cells import date_year, encode, written_venue
from zsync.formats.reading_list.venues import VenueStyle

_ID = re.compile(r"#|id|no\.?|num(?:ber)?|index|序号|编号")
_IMAGE_LINK = re.compile(r"\[(?:!\[[^\[\]]*\]\([^()\s]*\)|<img\b[^<>]*>)\]\([^()\s]*\)")
_EMPTY_LINE = re.compile(
    r"^(?:[ \t]*<br[ \t]*/?>[ \t]*)+|(?:[ \t]*<br[ \t]*/?>[ \t]*)+$", re.IGNORECASE
)


class Model(NamedTuple):
    """A row to write like."""

    line: str
    cells: list[Span]
    fields: Fields
    entry: Entry

    def cell(self, index: int) -> str:
        """The text of a cell; empty if the row ends before it."""
        return self.line[slice(*self.cells[index])] if index < len(self.cells) else ""


def write_row(draft: EntryDraft, table: Table, neighbours: Sequence[str], label: str) -> str | None:
    """The row of a new entry, without line end; None if no row of the table reads as what it should say.

    ``label`` is what the paper's link is called where no neighbour shows it.
    """
    models = [model for line in reversed(neighbours) if (model := model_of(line, table))]
    for model in [*models[:10], None]:
        for row in _rows(draft, table, models, model, label):
            if _says(row, draft, table):
                return row
    return None


def model_of(line: str, table: Table) -> Model | None:
    """A row with what it says, if it is an entry."""
    fields = table.read(line)
    if fields is None:
        return None
    entry = entry_fields.entry(line, fields, 0, (), None)
    return Model(line, table.cells(line), fields, entry)


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


def _rows(
    draft: EntryDraft,
    table: Table,
    models: list[Model],
    model: Model | None,
    label: str,
) -> Iterator[str]:
    title_at = table.place(Role.TITLE) or 0
    for text in written_titles(one_line(draft.title) or "Untitled"):
        cell, is_linked, is_venue_said = _title_cell(draft, table, model, in_cell(text))
        cells = _cells(draft, table, models, label, is_linked, is_venue_said)
        cells[title_at] = cell
        yield _joined(cells, models)


def in_cell(text: str) -> str:
    """Markdown as the content of a cell: pipes escaped, on one line."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\|", r"\1\\|", one_line(text))


def note_in_cell(note: str) -> str:
    """A note as the content of a cell; its lines are parted by ``<br>``."""
    lines = (one_line(line) for line in note.replace("\r\n", "\n").split("\n"))
    return in_cell("<br>".join(line for line in lines if line))


# -- the cell of the title -----------------------------------------------------------------------


def _title_cell(
    draft: EntryDraft, table: Table, model: Model | None, title: str
) -> tuple[str, bool, bool]:
    """The cell, whether it holds the paper's link, and whether it says the venue."""
    url = in_cell(write_url(draft.url)) if draft.url else None
    apart = table.place(Role.SHORT) is not None
    short = in_cell(write_short(one_line(draft.short))) if draft.short and not apart else None
    if model is None or not _is_clean(model, table):
        return (f"{short}: {title}" if short else title), False, False
    return _like(draft, table, model, title, short, url)


def _like(
    draft: EntryDraft, table: Table, model: Model, title: str, short: str | None, url: str | None
) -> tuple[str, bool, bool]:
    """The cell of a model with the draft's words in the place of its own."""
    line, fields = model.line, model.fields
    start, end = model.cells[table.place(Role.TITLE) or 0]
    changes: list[tuple[int, int, str]] = []
    if fields.short and fields.prefix and short:
        changes.append((*fields.short, short))
    elif fields.prefix and fields.short:
        changes.append((*fields.prefix, ""))
    elif short:
        title = f"{short}: {title}"
    changes.append((*fields.title, title))
    linked = fields.links[0] if fields.linked_title else None
    if linked and url:
        changes.append((linked.url_start, linked.url_end, url))
    elif linked:
        changes += [(linked.start, linked.label_start, ""), (linked.label_end, linked.end, "")]
    changes += _author_changes(draft, fields, start, end)
    venue = _venue_change(draft, model, start, end)
    changes += venue[0]
    changes += _dropped(model, start, end, venue[1])
    behind = _behind(model, end)
    if behind and not linked:
        changes.append((*behind, _links_behind(draft, model.line[slice(*behind)])))
        return _EMPTY_LINE.sub("", _changed(line, start, end, changes)), True, venue[1]
    return _EMPTY_LINE.sub("", _changed(line, start, end, changes)), bool(linked and url), venue[1]


def _behind(model: Model, end: int) -> Span | None:
    """Where the links behind the title stand, from the first to the last; links of the title's cell only."""
    title_end = model.fields.title[1]
    own = [
        link
        for link in model.fields.links[int(model.fields.linked_title) :]
        if title_end <= link.start < end and not IMAGE.match(model.line, link.start + 1)
    ]
    if not own or model.fields.linked_title:
        return None
    first, last = min(link.start for link in own), max(link.end for link in own)
    if model.line[first - 1] == "[" and model.line.startswith("]", last):
        return first - 1, last + 1
    return first, last


def _links_behind(draft: EntryDraft, old: str) -> str:
    """The draft's links as the links behind a title are written."""
    links = [Link("paper", draft.url)] if draft.url else []
    links += [link for link in draft.links if link.url]
    written = [
        link_cells.write(link, [old], usual_label=index == 0 and bool(draft.url))
        for index, link in enumerate(links)
    ]
    return link_cells.gap([old]).join(written)


def _changed(line: str, start: int, end: int, changes: Iterable[tuple[int, int, str]]) -> str:
    out, pos = [], start
    for first, last, text in sorted(changes):
        if first < pos:
            continue
        out += [line[pos:first], text]
        pos = last
    return "".join(out) + line[pos:end]


def _author_changes(
    draft: EntryDraft, fields: Fields, start: int, end: int
) -> list[tuple[int, int, str]]:
    authors = fields.authors
    if authors is None or not start <= authors[0] < end:
        return []
    return [(*authors, in_cell(escape(draft.authors or "")))]


def _venue_change(
    draft: EntryDraft, model: Model, start: int, end: int
) -> tuple[list[tuple[int, int, str]], bool]:
    """What the cell of the title says of the venue; nothing if a cell of its own does."""
    venue = model.fields.venue
    if venue is None or not start <= venue.start < end:
        return [], False
    if not draft.venue:
        return [(venue.start, venue.end, "")], False
    text = venue_text(model.line, venue.start, venue.end, draft.venue, draft.year, venue.style)
    return [(venue.start, venue.end, text)], True


def venue_text(
    line: str, start: int, end: int, venue: str, year: int | None, style: VenueStyle
) -> str:
    """A venue as it is written at a place in a row: in a badge's address, or as text."""
    if _is_in_badge(line, start):
        old, bare = line[start:end], style._replace(open="", close="")
        if style.separator != "-" or year is None:
            return encode(bare.render(venue, year), old)
        # Name and year are two parts of the badge, and what joins them is no text.
        return encode(venue, old) + bare.render("", year)
    return in_cell(written_venue(one_line(venue), year, style))


def _is_in_badge(line: str, pos: int) -> bool:
    opening = line.rfind("(", 0, pos)
    return opening > 0 and "/badge/" in line[opening:pos] and line[opening - 1] == "]"


def _dropped(
    model: Model, start: int, end: int, keeps_venue: bool
) -> Iterator[tuple[int, int, str]]:
    """Badges and links of the model's own that the new row has not."""
    venue = model.fields.venue
    taken: list[Span] = []
    for pattern in (_IMAGE_LINK, IMAGE):
        for match in pattern.finditer(model.line, start, end):
            is_venue = venue is not None and match.start() <= venue.start < match.end()
            if (is_venue and keeps_venue) or any(a <= match.start() < b for a, b in taken):
                taken.append(match.span())
                continue
            taken.append(match.span())
            yield (*match.span(), "")


def _is_clean(model: Model, table: Table) -> bool:
    """Whether the title's cell holds nothing but fields, so that another's words can take their places."""
    start, end = model.cells[table.place(Role.TITLE) or 0]
    fields = model.fields
    spans = [fields.title, fields.short, fields.authors, fields.prefix]
    spans.append((fields.venue.start, fields.venue.end) if fields.venue else None)
    if fields.linked_title:
        spans.append((fields.links[0].url_start, fields.links[0].url_end))
    spans.append(_behind(model, end))
    text = model.line[start:end]
    for span in sorted((span for span in spans if span and start <= span[0] < end), reverse=True):
        first, last = span[0] - start, span[1] - start
        text = text[:first] + text[last:]
    text = IMAGE.sub("", _IMAGE_LINK.sub("", text))
    return not any(char.isalnum() for char in said_in(text)) and "](" not in text.replace("]()", "")


# -- the other cells -----------------------------------------------------------------------------


def _cells(
    draft: EntryDraft,
    table: Table,
    models: list[Model],
    label: str,
    is_linked: bool,
    is_venue_said: bool,
) -> list[str]:
    cells = [_empty(models, index) for index in range(len(table.columns))]
    places: dict[Role, str | None] = {
        Role.AUTHORS: in_cell(escape(draft.authors)) if draft.authors else None,
        Role.SHORT: in_cell(write_short(one_line(draft.short))) if draft.short else None,
        Role.YEAR: str(draft.year) if draft.year else None,
        Role.NOTE: note_in_cell(draft.note) if draft.note else None,
        Role.STATUS: _status(draft, table, models),
        Role.VENUE: None if is_venue_said else _venue(draft, table, models),
        Role.DATE: _date(draft, table, models),
    }
    for role, text in places.items():
        index = table.place(role)
        if index is not None and text:
            cells[index] = text
    links = [Link(label, draft.url)] if draft.url and not is_linked else []
    links += [Link(link.label or "Link", link.url) for link in draft.links if link.url]
    _put_links(cells, links, table, models, bool(draft.url and not is_linked))
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
        if own[0] <= venue.start < own[1] and not _is_in_badge(model.line, venue.start):
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
