"""Edits of a row: one cell changes, and the row stays a row.

Every candidate is read again. It counts only if the entry says what was wanted and in all else the same, and
if the row has the same cells. Where the table has no place for something, nothing changes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

from zsync.core.edits import (
    Edit,
    SetLink,
    SetNote,
    SetRating,
    SetRead,
    SetState,
    SetTitle,
    SetUrl,
    SetVenue,
)
from zsync.core.model import Checkbox, Entry, EntryDraft, Link
from zsync.formats.reading_list import fields as entry_fields
from zsync.formats.reading_list.fields import Span, label_of
from zsync.formats.reading_list.inline import one_line, write_url
from zsync.formats.reading_list.new_row import column_of, filled, plain_cell
from zsync.formats.reading_list.parts import OTHER, PAPER
from zsync.formats.reading_list.pieces import write_short, written_titles
from zsync.formats.reading_list.shapes.table import link_cells
from zsync.formats.reading_list.shapes.table.cells import (
    in_cell,
    is_counter,
    is_nothing,
    links_in,
    note_in_cell,
    said_in,
)
from zsync.formats.reading_list.shapes.table.header_words import Role
from zsync.formats.reading_list.shapes.table.row import Model, Table, model_of
from zsync.formats.reading_list.shapes.table.venue_cells import venue_text
from zsync.formats.reading_list.venues import VenueStyle

_Wanted = Callable[[Entry], bool]


def with_field(
    line: str, each: Edit, table: Table, label: str, before_title: Callable[[str], str]
) -> str:
    """The row with one field of its entry changed; the row as it was if that cannot be written.

    ``label`` is what a new link to the paper is called; ``before_title`` writes a short name that the row has
    not had.
    """
    row = model_of(line, table)
    if row is None:
        return line
    match each:
        case SetRead(_, read):
            return _first(row, table, *_read(row, read, table))
        case SetTitle(_, short, title):
            return _first(row, table, *_title(row, short, title, table, before_title))
        case SetVenue(_, venue, year):
            return _first(row, table, *_venue(row, venue, year, table))
        case SetUrl(_, url, None):
            return _first(row, table, *_new_link(row, Link(label, url), table, is_paper=True))
        case SetLink(_, name, url, None):
            link = Link(one_line(name) or "Link", url or "")
            return _first(row, table, *_new_link(row, link, table, is_paper=False))
        case SetUrl(_, str(address), int(at)) | SetLink(_, _, str(address), int(at)):
            return _first(row, table, *_address(row, address, at))
        case SetLink(_, _, None, int(at)):
            return _first(row, table, *_no_link(row, at, table))
        case SetNote(_, note):
            return _first(row, table, *_note(row, note, table))
        case SetRating(_, rating):
            return _first(row, table, *_rating(row, rating, table))
        case SetState(_, state):
            return _first(row, table, *_state(row, state, table))
    return line


def _first(row: Model, table: Table, candidates: Iterator[str], is_wanted: _Wanted) -> str:
    """The first candidate that says what is wanted; the row as it was if it does so already or none does."""
    if is_wanted(row.entry):
        return row.line
    for candidate in candidates:
        back = model_of(candidate, table)
        if (
            back
            and "\n" not in candidate
            and len(back.cells) == len(row.cells)
            and is_wanted(back.entry)
        ):
            return candidate
    return row.line


def _put(line: str, *changes: tuple[int, int, str]) -> str:
    """The line with some spans replaced."""
    for start, end, text in sorted(changes, reverse=True):
        line = line[:start] + text + line[end:]
    return line


def _fill(row: Model, span: Span, text: str) -> tuple[int, int, str]:
    """A cell's new text; one without a space on either side gets some where the row has them elsewhere."""
    start, end = span
    if start == end and row.line[start - 1 : start + 1] == "  ":
        return start, end + (row.line[end + 1 : end + 2] == " "), text
    if text and start == end and row.line[start - 1 : start + 2] == "| |":
        return start, end, f" {text}"
    return start, end, text


# -- fields --------------------------------------------------------------------------------------


def _read(row: Model, read: bool, table: Table) -> tuple[Iterator[str], _Wanted]:
    box = row.fields.box
    # A paper that was read has no state besides.
    state = "" if read else row.entry.state
    wanted = replace(
        row.entry, checkbox=Checkbox.CHECKED if read else Checkbox.UNCHECKED, state=state
    )
    if box < 0:
        return iter(()), wanted.__eq__
    old = entry_fields.sign_at(row.line, box)
    sign = table.tick if read else table.no_tick
    if row.line[box - 1] == "[":
        sign = (table.tick if len(table.tick) == 1 and table.tick in "xX" else "x") if read else " "
    return iter([_put(row.line, (box, box + len(old), sign))]), wanted.__eq__


def _title(
    row: Model, short: str | None, title: str, table: Table, before_title: Callable[[str], str]
) -> tuple[Iterator[str], _Wanted]:
    short, title = one_line(short or "") or None, one_line(title)
    wanted = replace(row.entry, short=short, title=title)
    candidates = (
        _put(row.line, *change, (*row.fields.title, in_cell(text)))
        for text in written_titles(title)
        for change in _short_changes(row, short, table, before_title)
    )
    return candidates, wanted.__eq__


def _short_changes(
    row: Model, short: str | None, table: Table, before_title: Callable[[str], str]
) -> Iterator[list[tuple[int, int, str]]]:
    """The ways to write the short name: in its own cell, in its old place, before the title."""
    fields, text = row.fields, in_cell(write_short(short)) if short else ""
    if row.entry.short == short:
        yield []
    elif fields.short and fields.prefix:
        yield [(*fields.short, text)] if short else [(*fields.prefix, "")]
    elif (index := table.place(Role.SHORT)) is not None and index < len(row.cells):
        yield [_fill(row, row.cells[index], text or table.blank)]
    elif short:
        name = before_title(short)
        joint = name[len(name.rstrip()) :]
        yield [(fields.body, fields.body, in_cell(name) + joint)]


def _venue(
    row: Model, venue: str | None, year: int | None, table: Table
) -> tuple[Iterator[str], _Wanted]:
    venue = one_line(venue or "") or None
    old = row.entry

    def is_wanted(entry: Entry) -> bool:
        is_year = entry.year == year or year is None or venue is None
        return is_year and replace(entry, year=None) == replace(old, venue=venue, year=None)

    return _venues(row, venue, year, table), is_wanted


def _venues(row: Model, venue: str | None, year: int | None, table: Table) -> Iterator[str]:
    index = table.place(Role.VENUE)
    old = row.fields.venue
    own = row.cells[index] if index is not None and index < len(row.cells) else None
    is_elsewhere = old is not None and old.name and not (own and own[0] <= old.start <= own[1])
    if own is None or is_elsewhere:
        if old and old.name and venue:
            yield _put(row.line, _venue_in_place(row, venue, year))
        return
    if venue is None:
        yield _put(row.line, (*own, table.blank))
        return
    year_cells = _year_change(row, year, table)
    if old and old.name:
        had_year = re.search(r"\d\d", row.line[old.start : old.end]) is not None
        if had_year:
            yield _put(row.line, _venue_in_place(row, venue, year))
        yield _put(row.line, _venue_in_place(row, venue, None), *year_cells)
        yield _put(row.line, _venue_in_place(row, venue, year))
        return
    style = VenueStyle("", " ")
    for said, more in ((None, year_cells), (year, [])):
        text = venue_text(row.line, *own, venue, said, style)
        yield _put(row.line, _fill(row, own, text), *more)


def _venue_in_place(row: Model, venue: str, year: int | None) -> tuple[int, int, str]:
    old = row.fields.venue
    if old is None:
        return 0, 0, ""
    style = old.style if old.style.separator or old.year else old.style._replace(separator=" ")
    return old.start, old.end, venue_text(row.line, old.start, old.end, venue, year, style)


def _year_change(row: Model, year: int | None, table: Table) -> list[tuple[int, int, str]]:
    index = table.place(Role.YEAR)
    if index is None or index >= len(row.cells) or year is None:
        return []
    return [_fill(row, row.cells[index], str(year))]


def _note(row: Model, note: str | None, table: Table) -> tuple[Iterator[str], _Wanted]:
    index, old = table.place(Role.NOTE), row.entry
    text = note_in_cell(note or "")

    def is_wanted(entry: Entry) -> bool:
        same = replace(entry, note=None) == replace(old, note=None)
        return same and (entry.note is not None) == bool(text) and (entry != old or not text)

    if index is None or index >= len(row.cells):
        return iter(()), is_wanted
    change = _fill(row, row.cells[index], text or table.blank)
    return iter([_put(row.line, change)]), is_wanted


def _rating(row: Model, rating: int | None, table: Table) -> tuple[Iterator[str], _Wanted]:
    cell, wanted = row.fields.rating, replace(row.entry, rating=rating or 0)
    if cell is None or row.entry.rating is None:
        return iter(()), row.entry.__eq__
    # Of what stands in empty cells not all reads as no rating: "n/a" might be one to come.
    blank = "" if table.blank.strip(" -–—") else table.blank
    text = table.stars.write(rating) if rating else blank
    return iter([_put(row.line, _fill(row, cell, text))]), wanted.__eq__


def _state(row: Model, state: str, table: Table) -> tuple[Iterator[str], _Wanted]:
    """The word for a state as the column has it; a row that is ticked, or says something else, stays."""
    cell, entry = row.fields.state, row.entry
    if cell is None or not entry.states or entry.checkbox is Checkbox.CHECKED:
        return iter(()), entry.__eq__
    wanted = replace(entry, state=state, checkbox=Checkbox.UNCHECKED)
    text = dict(table.states).get(state, table.no_tick)
    return iter([_put(row.line, _fill(row, cell, text))]), wanted.__eq__


# -- links ---------------------------------------------------------------------------------------


def _address(row: Model, url: str, link: int) -> tuple[Iterator[str], _Wanted]:
    url = url.strip()
    targets = entry_fields.targets(row.line, row.fields)
    if link >= len(targets) or not url:
        return iter(()), row.entry.__eq__
    own = row.fields.links[targets[link]]
    start, end = own.url_start, own.url_end
    if row.line[start - 1] == "<" and not own.is_bare:
        start, end = start - 1, end + 1
    links = list(row.entry.links)
    links[link] = replace(links[link], url=url)

    def is_wanted(entry: Entry) -> bool:
        same = replace(entry, links=()) == replace(row.entry, links=())
        return same and [each.url for each in entry.links] == [each.url for each in links]

    return iter([_put(row.line, (start, end, write_url(url).replace("|", "\\|")))]), is_wanted


def _new_link(
    row: Model, link: Link, table: Table, *, is_paper: bool
) -> tuple[Iterator[str], _Wanted]:
    link = replace(link, url=link.url.strip())
    there = {(each.label.casefold(), each.url) for each in row.entry.links}
    urls = [each.url for each in row.entry.links]
    if not link.url or (
        link.url in urls if is_paper else (link.label.casefold(), link.url) in there
    ):
        return iter(()), row.entry.__eq__

    def is_wanted(entry: Entry) -> bool:
        new = [each.url for each in entry.links]
        if link.url not in new or replace(entry, links=()) != replace(row.entry, links=()):
            return False
        return sorted(new) == sorted([*urls, link.url])

    return chain(
        _linked_title(row, link, table) if is_paper else (),
        _in_link_cell(row, link, table, is_paper=is_paper),
    ), is_wanted


def _linked_title(row: Model, link: Link, table: Table) -> Iterator[str]:
    """The title as a link, where no column waits for it."""
    start, end = row.fields.title
    is_apart = link_cells.place_for("", table, is_paper=True) is not None
    if start < end and not row.fields.linked_title and not is_apart:
        url = write_url(link.url).replace("|", "\\|")
        yield _put(row.line, (start, end, f"[{row.line[start:end]}]({url})"))


def _in_link_cell(row: Model, link: Link, table: Table, *, is_paper: bool) -> Iterator[str]:
    index = link_cells.place_for(link.label, table, is_paper=is_paper)
    if index is None and (place := _behind_title(row, table)):
        join, text = _written(row, table.place(Role.TITLE) or 0, link, is_paper=is_paper)
        yield _put(row.line, (place, place, join + text))
    if index is None or index >= len(row.cells):
        return
    cell = row.cell(index)
    own = links_in(cell, 0, len(cell))
    if not own and not is_nothing(said_in(cell)):
        return
    for each in own:
        is_empty = each.url_start == each.url_end
        if is_empty and label_of(cell, each).casefold() == link.label.casefold():
            fuller = cell[: each.url_start] + write_url(link.url) + cell[each.url_end :]
            yield _put(row.line, _fill(row, row.cells[index], fuller))
    join, text = _written(row, index, link, is_paper=is_paper)
    if own:
        text = text + join + cell if is_paper else cell + join + text
    yield _put(row.line, _fill(row, row.cells[index], text))


def _written(row: Model, index: int, link: Link, *, is_paper: bool) -> tuple[str, str]:
    """What joins a link to those of a cell, and the link as they are written."""
    column = column_of([row], index, plain_cell(link.label))
    said = EntryDraft(False, None, "", links=() if is_paper else (link,))
    join = "".join(map(str, column.form.gap(PAPER, OTHER)))
    return join, filled(column, replace(said, url=link.url) if is_paper else said)


def _behind_title(row: Model, table: Table) -> int | None:
    """The place after the last link in the title's cell, where links other than the title stand there."""
    end = row.cells[table.place(Role.TITLE) or 0][1]
    own = [
        link
        for link in row.fields.links[int(row.fields.linked_title) :]
        if row.fields.title[1] <= link.start < end and not is_counter(row.line, link)
    ]
    if not own:
        return None
    last = max(link.end for link in own)
    return last + (row.line.startswith("]", last) and row.line.startswith("[[", own[-1].start - 1))


def _no_link(row: Model, link: int, table: Table) -> tuple[Iterator[str], _Wanted]:
    targets = entry_fields.targets(row.line, row.fields)
    if link >= len(targets):
        return iter(()), row.entry.__eq__
    links = [each.url for index, each in enumerate(row.entry.links) if index != link]

    def is_wanted(entry: Entry) -> bool:
        same = replace(entry, links=()) == replace(row.entry, links=())
        return same and [each.url for each in entry.links] == links

    return _without(row, targets[link], table), is_wanted


def _without(row: Model, index: int, table: Table) -> Iterator[str]:
    link = row.fields.links[index]
    if row.fields.linked_title and index == 0:
        title = row.line[link.label_start : link.label_end]
        yield _put(row.line, (link.start, link.end, title))
        return
    start, end = next(cell for cell in row.cells if cell[0] <= link.start < cell[1])
    own = links_in(row.line, start, end)
    nth = next(place for place, each in enumerate(own) if each.start == link.start)
    url = entry_fields.url_of(row.line, link)
    left = link_cells.without(row.line[start:end], url, nth)
    if left is None:
        return
    change = (start, end, left if left.strip() else table.blank)
    yield _put(row.line, change)
    yield _put(row.line, change, *_counters(row, url, (start, end)))


def _counters(row: Model, url: str, besides: Span) -> Iterator[tuple[int, int, str]]:
    """What counts the stars of a repository goes with the link to it."""
    for cell in row.cells:
        for link in links_in(row.line, *cell) if cell != besides else ():
            if is_counter(row.line, link) and entry_fields.url_of(row.line, link) == url:
                yield link.start, link.end, ""
