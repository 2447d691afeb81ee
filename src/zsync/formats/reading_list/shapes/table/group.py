"""The tables of a text: where they are, and which of them hold papers.

Tables with the same header are judged together, since one of two rows says little.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from zsync.core.known import KnownTitles
from zsync.core.ratings import usual_style
from zsync.formats.reading_list.fields import Span, sign_at
from zsync.formats.reading_list.note_block import starts_block
from zsync.formats.reading_list.shapes.table.cells import (
    is_delimiter,
    is_nothing,
    said_in,
    split_row,
)
from zsync.formats.reading_list.shapes.table.columns import Column, Verdict, read_columns
from zsync.formats.reading_list.shapes.table.header_words import Role, names_states
from zsync.formats.reading_list.shapes.table.row import Table
from zsync.formats.reading_list.shapes.table.signs import find_sign, is_word, usual_signs
from zsync.formats.reading_list.state_words import state_in, usual_words

_SAMPLE = 40
_SAMPLES = 400


class FoundTable(NamedTuple):
    """A table that holds papers; ``rows`` are the lines that may be rows, ``after`` follows it."""

    shape: Table
    doubtful: bool
    rows: range
    after: int


@dataclass
class Tables:
    """The tables of the lines of a text; all of them are looked at when the first is asked for.

    ``known`` are the titles that are known.
    """

    lines: Sequence[str]
    known: KnownTitles
    _judged: dict[str, tuple[Table, bool] | None] | None = field(default=None)

    def at(self, index: int) -> FoundTable | None:
        """The table that begins with a line, if it holds papers."""
        if not self.begins_at(index):
            return None
        judged = self._judgement(self.lines[index])
        if judged is None:
            return None
        after = self.end(index)
        return FoundTable(*judged, range(index + 2, after), after)

    def begins_at(self, index: int) -> bool:
        """Whether a line is a table's header: it has a pipe, and the line after it is the delimiter."""
        lines = self.lines
        return index + 1 < len(lines) and "|" in lines[index] and is_delimiter(lines[index + 1])

    def end(self, index: int) -> int:
        """The line after a table's last row.

        GitHub ends a table at a blank line. Rows after one blank line are still meant as rows.
        """
        after = index + 2
        while after < len(self.lines):
            if self._is_row(after):
                after += 1
            elif self._goes_on(after):
                after += 2
            else:
                break
        return after

    def _is_row(self, index: int) -> bool:
        line = self.lines[index].strip(" \t\r")
        if not line:
            return False
        return line[0] == "|" or ("|" in line and line[0] not in "#>") or not starts_block(line)

    def _goes_on(self, index: int) -> bool:
        """Whether a blank line stands between two rows of one table."""
        if self.lines[index].strip(" \t\r") or index + 1 >= len(self.lines):
            return False
        is_row = self.lines[index + 1].lstrip(" \t").startswith("|")
        return is_row and not self.begins_at(index + 1) and not is_delimiter(self.lines[index + 1])

    def _judgement(self, header: str) -> tuple[Table, bool] | None:
        if self._judged is None:
            is_title = self.known.recogniser()
            self._judged = {
                key: _judge(rows, header, is_title)
                for key, (header, rows) in self._groups().items()
            }
        return self._judged.get(_key(header))

    def _groups(self) -> dict[str, tuple[str, list[str]]]:
        """The first rows of all tables, by their headers."""
        groups: dict[str, tuple[str, list[str]]] = {}
        index = 0
        while index < len(self.lines):
            if not self.begins_at(index):
                index += 1
                continue
            after = self.end(index)
            header = self.lines[index]
            _, rows = groups.setdefault(_key(header), (header, []))
            if len(rows) < _SAMPLES:
                rows += [line for line in self.lines[index + 2 : after] if "|" in line][:_SAMPLE]
            index = after
        return groups


def _key(header: str) -> str:
    return "|".join(said_in(header[slice(*span)]).casefold() for span in split_row(header))


def _judge(
    rows: list[str], header: str, is_title: Callable[[str], bool]
) -> tuple[Table, bool] | None:
    rows = [row for row in rows if _says_much(row)]
    verdict = read_columns(header, rows, is_title)
    return (_table(verdict, rows), verdict.doubtful) if verdict else None


def _says_much(row: str) -> bool:
    """Whether more than one cell of a row says something; others are headings within the table."""
    return sum(not is_nothing(row[slice(*cell)]) for cell in split_row(row)) > 1


def _table(verdict: Verdict, rows: list[str]) -> Table:
    table = Table(_folded(verdict.columns), blank=_usual_blank(rows, len(verdict.columns)))
    ratings = (row[slice(*cell)] for row, cell in _cells(table, rows, Role.RATING))
    table = replace(table, stars=usual_style(ratings))
    status = _cells(table, rows, Role.STATUS)
    if not status:
        return table
    states = _states(table, [row[slice(*cell)] for row, cell in status])
    signs = [
        sign_at(row, box)
        for row, cell in status
        # A word that says more than unread is no sign for unread.
        if (box := find_sign(row, *cell)) >= 0 and not state_in(row[slice(*cell)])
    ]
    if states and not "".join(signs).strip():
        # A column of words says it in words.
        signs.append("Read")
    tick, no_tick = usual_signs(signs)
    return replace(table, tick=tick, no_tick=no_tick, states=states)


def _cells(table: Table, rows: list[str], role: Role) -> list[tuple[str, Span]]:
    """Where the rows have the column for something."""
    index = table.place(role)
    if index is None:
        return []
    cells = ((row, table.cells(row)) for row in rows)
    return [(row, own[index]) for row, own in cells if index < len(own)]


def _states(table: Table, status: list[str]) -> tuple[tuple[str, str], ...]:
    """The words for how far papers are; none in a column of signs, or of something else than states."""
    header = table.columns[table.place(Role.STATUS) or 0].header
    words = [cell for cell in status if is_word(cell)]
    if not words or not names_states(header):
        return ()
    return usual_words(words)


def _usual_blank(rows: list[str], count: int) -> str:
    """What stands in most cells that say nothing."""
    found: Counter[str] = Counter()
    for row in rows:
        cells = [row[slice(*cell)] for cell in split_row(row, count)[:count]]
        # "Todo" says nothing of a paper, and yet it is what a status column says.
        found.update(cell for cell in cells if is_nothing(cell) and not is_word(cell))
    return found.most_common(1)[0][0] if found else ""


def _folded(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(Column(column.header.casefold(), column.role) for column in columns)
