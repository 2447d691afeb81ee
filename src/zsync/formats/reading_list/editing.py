"""Carries out edits: every edit becomes splices of the old text, and what is not spliced stays as it is."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from zsync.core.edits import (
    AddEntry,
    Edit,
    MoveEntry,
    RemoveEntry,
    RemoveSection,
    SetLink,
    SetNote,
    SetRead,
    SetTitle,
    SetUrl,
    SetVenue,
)
from zsync.formats.reading_list import bullet, writing
from zsync.formats.reading_list.bullet import ITEM
from zsync.formats.reading_list.contents import NewSection, Outline, Splice, len_without_blank_lines
from zsync.formats.reading_list.dialect import Dialect, Learner, line_end
from zsync.formats.reading_list.document import ReadingList, SectionPath, parse
from zsync.formats.reading_list.note_block import (
    NoteForm,
    NoteKind,
    columns,
    form_of,
    is_blank,
    normal_note,
    write_note,
)

_LAST_SENTENCE = (".", "!", "?", "。", "！", "？", "…")


@dataclass(frozen=True, slots=True)
class EditResult:
    """What came of some edits.

    ``positions`` leads from old entry indexes to new ones (None: removed), ``added`` holds the new index
    of each ``AddEntry`` in their order, ``changed`` the indexes of the edits that altered any byte.
    """

    reading_list: ReadingList
    positions: tuple[int | None, ...]
    added: tuple[int, ...]
    changed: frozenset[int]


def edit(reading_list: ReadingList, edits: Sequence[Edit]) -> EditResult:
    """Carries out the edits and reads the result; what they do not name stays byte for byte.

    Their order does not matter but for entries added to one section, which keep it. Sections are
    removed last, so an edit that empties one may come with the edit that removes it.
    """
    emptying = {index: each.section for index, each in enumerate(edits) if isinstance(each, RemoveSection)}
    if len(emptying) == len(edits):
        size = len(reading_list.entries)
        result = EditResult(reading_list, tuple(range(size)), (), frozenset())
    else:
        result = _Editor(reading_list).apply(edits)
    return _remove_sections(result, emptying) if emptying else result


def _remove_sections(result: EditResult, emptying: dict[int, SectionPath]) -> EditResult:
    source, padding = _with_final_newline(result.reading_list)
    splices, gone = Outline(source).remove_empty(emptying.values())
    if not gone:
        return result
    text = "".join(_spliced(source.text, splices)).removesuffix(padding)
    changed = result.changed | {index for index, path in emptying.items() if path in gone}
    # Only headings went, so every entry keeps its place in the order.
    return EditResult(parse(text), result.positions, result.added, frozenset(changed))


def _with_final_newline(reading_list: ReadingList) -> tuple[ReadingList, str]:
    """The list with a line end after its last line, and what was added; it is taken off again at the end."""
    text = reading_list.text
    if not text or text.endswith("\n"):
        return reading_list, ""
    eol = line_end(text)
    return parse(text + eol), eol


def _spliced(text: str, splices: Iterable[Splice]) -> list[str]:
    pieces, pos = [], 0
    for start, end, new in sorted(splices, key=lambda splice: (splice.start, splice.end > splice.start)):
        pieces += [text[pos:start], new]
        pos = max(pos, end)
    return [*pieces, text[pos:]]


@dataclass
class _Piece:
    """An entry with its note as text, to be put somewhere; ``source`` is the edit's or the entry's index."""

    text: str
    noted: NoteKind | None
    added: int | None = None
    moved: int | None = None


@dataclass
class _Arrivals:
    """What arrives in a section."""

    first: list[_Piece] = field(default_factory=list)
    last: list[_Piece] = field(default_factory=list)


class _Editor:
    """One application of edits to one list."""

    def __init__(self, reading_list: ReadingList) -> None:
        self._original = reading_list
        self._list, self._padding = _with_final_newline(reading_list)
        self._text = self._list.text
        self._learner = Learner(self._list)
        self._outline = Outline(self._list)
        self._eol = line_end(self._text)
        self._splices: list[Splice] = []
        self._marks: dict[int, list[tuple[int, _Piece]]] = {}
        self._changed: set[int] = set()
        self._leaving: set[int] = set()
        self._notes: dict[int, NoteKind | None] = {}

    def apply(self, edits: Sequence[Edit]) -> EditResult:
        """All edits but RemoveSection."""
        removed, moves, fields = self._sort(edits)
        self._leaving = removed | set(moves)
        arrivals: dict[SectionPath, _Arrivals] = {}
        for entry, own in fields.items():
            if entry not in removed:
                self._edit_entry(entry, own, stays=entry not in moves)
        self._collect(edits, moves, fields, arrivals)
        slots = self._place(arrivals)
        self._remove(sorted(self._leaving - slots))
        return self._finish(removed, moves, edits)
