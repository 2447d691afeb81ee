"""The shape of one entry: a row of a table whose columns are known."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from zsync.core.model import Entry
from zsync.core.ratings import STARS, Style
from zsync.formats.reading_list import fields as entry_fields
from zsync.formats.reading_list.fields import Fields, Span, label_of
from zsync.formats.reading_list.inline import LinkSpan
from zsync.formats.reading_list.lexicon import names_other_thing
from zsync.formats.reading_list.shapes.table.cells import (
    is_counter,
    is_nothing,
    links_in,
    said_in,
    split_row,
)
from zsync.formats.reading_list.shapes.table.columns import Column
from zsync.formats.reading_list.shapes.table.header_words import Role
from zsync.formats.reading_list.shapes.table.signs import find_sign
from zsync.formats.reading_list.shapes.table.title_cell import TitleCell, read_title_cell
from zsync.formats.reading_list.shapes.table.venue_cells import (
    cell_venue,
    date_year,
    plain_year,
)
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle


@dataclass(frozen=True)
class Table:
    """The columns of a table of papers, its signs for read and unread, and what an empty cell holds.

    ``states`` are the words by which its status column says how far papers are, if it has words; ``stars``
    is how its ratings are written. Tables with the same columns are one shape: a row of one may stand in the
    other.
    """

    columns: tuple[Column, ...]
    tick: str = "✅"
    no_tick: str = "⬜"
    blank: str = ""
    states: tuple[tuple[str, str], ...] = ()
    stars: Style = STARS

    @property
    def name(self) -> str:
        """What the shape is called in reports."""
        return "table row"

    def read(self, head: str) -> Fields | None:
        """The fields of a row, or None if it names no paper."""
        cells = self.cells(head)
        links = [links_in(head, *cell) for cell in cells]
        if not self._names_paper(head, cells, links):
            return None
        title_at = self.place(Role.TITLE) or 0
        if title_at >= len(cells):
            return None
        title = read_title_cell(head, cells[title_at], links[title_at], self._authors_beside_title)
        found = self._links(head, cells, links, title)
        if title.title[0] == title.title[1] and not _leads_to_paper(head, found):
            return None
        short, prefix = title.short, title.prefix
        if short is None and (cell := self._cell(head, cells, Role.SHORT)):
            short = cell
        return Fields(
            title.body,
            self._box(head, cells),
            short,
            prefix,
            title.title,
            self._venue(head, cells, title),
            found,
            title.link is not None,
            title.authors or self._cell(head, cells, Role.AUTHORS),
            self._note(head, cells),
            rating=self._any_cell(cells, Role.RATING),
            state=self._any_cell(cells, Role.STATUS) if self.states else None,
        )

    def cells(self, head: str) -> list[Span]:
        """Where the cells of a row stand; what goes beyond the header is not a cell."""
        return split_row(head, len(self.columns))[: len(self.columns)]

    def place(self, role: Role) -> int | None:
        """The index of the column for something."""
        return self._places.get(role)

    @cached_property
    def _places(self) -> dict[Role, int]:
        return {column.role: index for index, column in reversed(list(enumerate(self.columns)))}

    @cached_property
    def _authors_beside_title(self) -> bool:
        header = self.columns[self._places[Role.TITLE]].header.casefold()
        return "author" in header or "作者" in header

    def _names_paper(self, head: str, cells: list[Span], links: list[list[LinkSpan]]) -> bool:
        """A row with words in one cell and no link is a heading within the table."""
        if any(links) or len(self.columns) == 1:
            return True
        return sum(not is_nothing(head[slice(*cell)]) for cell in cells) > 1

    def _cell(self, head: str, cells: list[Span], role: Role) -> Span | None:
        """The cell of a column, if it says something."""
        index = self.place(role)
        if index is None or index >= len(cells):
            return None
        return None if is_nothing(said_in(head[slice(*cells[index])])) else cells[index]

    def _any_cell(self, cells: list[Span], role: Role) -> Span | None:
        """The cell of a column, whatever it says."""
        index = self.place(role)
        return cells[index] if index is not None and index < len(cells) else None

    def _box(self, head: str, cells: list[Span]) -> int:
        index = self.place(Role.STATUS)
        return -1 if index is None or index >= len(cells) else find_sign(head, *cells[index])

    def _venue(self, head: str, cells: list[Span], title: TitleCell) -> VenueSpan | None:
        """The venue of its own cell, else of the title's; the year may stand in a cell of its own."""
        index = self.place(Role.VENUE)
        own = cell_venue(head, *cells[index]) if index is not None and index < len(cells) else None
        venue = own if own and own.name else title.venue or own
        if venue and venue.year:
            return venue
        year = self._year(head, cells)
        if venue:
            return venue._replace(year=year)
        if year is None:
            return None
        cell = cells[self.place(Role.YEAR) or self.place(Role.DATE) or 0]
        return VenueSpan(*cell, None, year, VenueStyle())

    def _year(self, head: str, cells: list[Span]) -> int | None:
        for role, read in ((Role.YEAR, plain_year), (Role.DATE, date_year)):
            cell = self._cell(head, cells, role)
            if cell and (year := read(head[slice(*cell)])):
                return year
        return None

    def _note(self, head: str, cells: list[Span]) -> Span | None:
        """The cell of the notes, if it says anything: a note may do no more than lead somewhere."""
        return self._cell(head, cells, Role.NOTE)

    def _links(
        self, head: str, cells: list[Span], links: list[list[LinkSpan]], title: TitleCell
    ) -> list[LinkSpan]:
        """All links of the entry: the title's first, then those of columns for the paper, then the others."""
        found: list[tuple[int, LinkSpan]] = []
        note = self._note(head, cells)
        for index, own in enumerate(links):
            role = self.columns[index].role
            if role is Role.AUTHORS or (role is Role.NOTE and note):
                continue
            found += [
                (_rank(head, link, role, title.link), link)
                for link in own
                if title.authors is None or not title.authors[0] <= link.start < title.authors[1]
            ]
        urls = [head[link.url_start : link.url_end] for _, link in found]
        times = Counter(urls)
        kept = [
            (rank, link)
            for (rank, link), url in zip(found, urls, strict=True)
            if not is_counter(head, link) or times[url] == 1
        ]
        return [link for _, link in sorted(kept, key=lambda pair: pair[0])]


def _rank(head: str, link: LinkSpan, role: Role, title: LinkSpan | None) -> int:
    if title and link.start == title.start:
        return 0
    if is_counter(head, link) or names_other_thing(label_of(head, link)):
        return 3
    return 1 if role is Role.PAPER else 2


def _leads_to_paper(head: str, links: list[LinkSpan]) -> bool:
    return any(link.url_start < link.url_end and head[link.url_start] != "#" for link in links)


class Model(NamedTuple):
    """A row to write like."""

    line: str
    cells: list[Span]
    fields: Fields
    entry: Entry

    def cell(self, index: int) -> str:
        """The text of a cell; empty if the row ends before it."""
        return self.line[slice(*self.cells[index])] if index < len(self.cells) else ""


def model_of(line: str, table: Table) -> Model | None:
    """A row with what it says, if it is an entry."""
    fields = table.read(line)
    if fields is None:
        return None
    entry = entry_fields.entry(line, fields, 0, (), None)
    return Model(line, table.cells(line), fields, entry)
