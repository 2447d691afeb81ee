"""The bibliography: records rendered, found in a file, and edited there without touching anything else.

A ``.bib`` file belongs to its author. Comments, ``@string``, ``@preamble``, prose, broken records and
records that zsync did not write keep their bytes; only records that zsync owns are replaced in place.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Final

from zsync.core.bib_policy import BibFormat, BibPolicy
from zsync.core.model import Item
from zsync.formats.biblatex_record import BiblatexRecord
from zsync.formats.bibtex_merge import merge as merge
from zsync.formats.bibtex_merge import record_base as record_base
from zsync.formats.bibtex_record import MONTHS, BibtexRecord

_FIELD_ORDER: Final = """
entrysubtype type title shorttitle booktitle maintitle author editor editortype editora editoratype
editorb editorbtype editorc editorctype bookauthor translator commentator collaborator namea
nameatype holder date year month origdate eventdate journal journaltitle shortjournal series volume
number issue eprint eprinttype eprintclass archiveprefix primaryclass pages edition publisher
institution organization school location address issn doi url urldate abstract
"""
_PLACES: Final = {name: place for place, name in enumerate(_FIELD_ORDER.split())}
_LAST: Final = len(_PLACES)
_USUAL: Final = BibPolicy()
_BARE_YEAR: Final = re.compile(r"\d{1,4}")


def render(
    item: Item,
    key: str,
    policy: BibPolicy = _USUAL,
    ids: Sequence[str] = (),
) -> str:
    """Write one item as a record, from ``@type{key,`` to ``}`` and a line end.

    ``ids`` are former keys under which the record can still be cited. The same item always gives the same
    text.
    """
    make = BiblatexRecord if policy.format is BibFormat.BIBLATEX else BibtexRecord
    record = make(item, policy)
    record.fill()
    record.put_keywords(item.tags)
    record.put_ids(ids, key)
    record.override()
    record.obey_policy()
    return _render_fields(record.entry_type, key, record.values)


def _render_fields(entry_type: str, key: str, values: Mapping[str, str]) -> str:
    names = sorted(values, key=_place)
    fields = ",\n".join(f"  {name} = {_delimited(name, values[name])}" for name in names)
    return f"@{entry_type}{{{key},\n{fields}\n}}\n" if fields else f"@{entry_type}{{{key},\n}}\n"


def _place(name: str) -> tuple[int, str]:
    return (_LAST + 1 if name == "keywords" else _PLACES.get(name, _LAST)), name


def _delimited(name: str, value: str) -> str:
    is_bare = (name == "month" and value in MONTHS) or (
        name == "year" and _BARE_YEAR.fullmatch(value)
    )
    return value if is_bare else f"{{{value}}}"


# --- reading -------------------------------------------------------------------------------------------


class BibliographyError(ValueError):
    """A record that cannot be told from what follows it. ``line`` (1-based) is where it begins."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(f"line {line}: {what}")
        self.line = line


@dataclass(frozen=True, slots=True)
class RecordSpan:
    """Where a record stands: ``text[start:end]``, from ``@`` to its closing brace; ``line`` is 1-based."""

    key: str
    entry_type: str
    start: int
    end: int
    line: int


_NO_FIELDS: Final = frozenset({"ID", "ENTRYTYPE"})


@dataclass(frozen=True)
class Bibliography:
    """A ``.bib`` file as read: its text and the records in it, in file order."""

    text: str
    records: tuple[RecordSpan, ...]
    macros: str = ""

    def fields(self, record: RecordSpan) -> Mapping[str, str]:
        """The values of a record, delimiters and ``@string`` macros resolved, names in lower case.

        Empty if the inside of the record cannot be read.
        """
        entries = self._parser.bib_database.entries
        known = len(entries)
        self._parser.parse(self.text[record.start : record.end] + "\n")
        values = entries[-1] if len(entries) > known else {}
        return {name: text for name, text in values.items() if name not in _NO_FIELDS}

    @cached_property
    def _parser(self) -> Any:
        # Imported here: it costs seven times a bare start of Python and is seldom needed.
        from bibtexparser.bparser import BibTexParser

        make: Callable[..., Any] = BibTexParser
        parser = make(common_strings=True, ignore_nonstandard_types=False)
        parser.expect_multiple_parse = True
        if self.macros:
            parser.parse(self.macros)
        return parser

    @cached_property
    def by_key(self) -> Mapping[str, RecordSpan]:
        """The first record of every key."""
        return {record.key: record for record in reversed(self.records)}


_START: Final = re.compile(r"@[ \t]*([A-Za-z][\w+-]*)[ \t]*\{")
_KEY: Final = re.compile(r"\s*([^\s,{}@]+)\s*[,}]")
_NOT_RECORDS: Final = frozenset({"comment", "preamble", "string"})
_BRACE: Final = re.compile(r"[{}]")
_USUAL_DEPTH: Final = 8
_BALANCED: Final = re.compile(
    r"\{(?:[^{}]++|" * _USUAL_DEPTH + r"\{[^{}]*+\}" + r")*+\}" * _USUAL_DEPTH
)
_BOM: Final = "\ufeff"


def parse(text: str) -> Bibliography:
    """Find the records of a ``.bib`` file; everything else is text between them.

    A record begins a line, or stands behind another one. Raises :class:`BibliographyError` for one whose
    braces never close: what follows it might be part of it, so nothing could be edited safely.
    """
    braces = _Braces(text)
    records: list[RecordSpan] = []
    macros: list[str] = []
    position = closed = counted = 0
    line = 1
    while found := _START.search(text, position):
        start, entry_type = found.start(), found[1].lower()
        key = None if entry_type in _NOT_RECORDS else _KEY.match(text, found.end())
        position = found.end()
        if not _begins_line(text, start, closed) or not (key or entry_type in _NOT_RECORDS):
            continue
        line += text.count("\n", counted, start)
        counted = start
        end = braces.end(found.end() - 1)
        if end is None:
            if entry_type == "comment":
                continue
            raise BibliographyError(f"the braces of this @{entry_type} never close", line)
        position = closed = end
        if key:
            records.append(RecordSpan(key[1], entry_type, start, closed, line))
        elif entry_type == "string":
            macros.append(text[start:closed] + "\n")
    return Bibliography(text, tuple(records), "".join(macros))


def _begins_line(text: str, start: int, closed: int) -> bool:
    """Whether only blanks stand between the record and the line's start or the record before it.

    An ``@`` in a sentence begins no record, nor does one behind a ``%``, though BibTeX would read it.
    """
    line_start = text.rfind("\n", closed, start) + 1
    return not text[max(line_start, closed) : start].strip(f" \t\r{_BOM}")


class _Braces:
    """Finds closing braces: by a pattern, which is quick, until it does not fit; then by counting."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends: Mapping[int, int] | None = None

    def end(self, start: int) -> int | None:
        """Where the stretch ends that the brace at ``start`` opens, closing brace included; None: nowhere."""
        if self._ends is None:
            if found := _BALANCED.match(self._text, start):
                return found.end()
            # Once and for all, so that a file of many braces that never close takes no longer.
            self._ends = _match_braces(self._text)
        return self._ends.get(start)


def _match_braces(text: str) -> dict[int, int]:
    """Where each opening brace's stretch ends, closing brace included; one that never closes is left out."""
    ends: dict[int, int] = {}
    waiting: list[int] = []
    for brace in _BRACE.finditer(text):
        if brace[0] == "{":
            waiting.append(brace.start())
        elif waiting:
            ends[waiting.pop()] = brace.end()
    return ends


# --- editing -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    """Put ``new`` in the place of ``text[start:end]``."""

    start: int
    end: int
    new: str


def edit(bibliography: Bibliography, records: Mapping[str, str], owned: Collection[str]) -> str:
    """Bring the owned records of a file to what ``records`` (citation key -> rendered text) says.

    A record present is replaced only if its text differs, an owned one that is not in ``records`` goes with
    one blank line, a new one is inserted in key order among the owned ones, or at the end. A record that is
    in the file and not owned stays as it is, whatever ``records`` says of its key; so does a second copy of
    one that is wanted. Everything else keeps its bytes, line ends and byte order mark included.
    """
    text = bibliography.text
    newline = "\r\n" if "\r\n" in text else "\n"
    wanted = {key: records[key].strip() for key in sorted(records, key=sort_key)}
    present = bibliography.by_key
    unwanted = {key for key in owned if key not in wanted}
    kept = [present[key] for key in wanted if key in present and key in owned]
    new = [key for key in wanted if key not in present]
    changes = [
        *_replacements(text, kept, wanted),
        *(_removal(text, span) for span in bibliography.records if span.key in unwanted),
        *(_insertions(bibliography, kept, new, wanted) if kept else ()),
    ]
    if new and not kept:
        changes.append(_appendix(text, [wanted[key] for key in new]))
    return _apply(text, changes, newline)


def sort_key(key: str) -> tuple[str, str]:
    """Where a citation key stands among others: case does not count, unless nothing else differs."""
    return key.casefold(), key


def _replacements(
    text: str, kept: Iterable[RecordSpan], wanted: Mapping[str, str]
) -> Iterator[_Change]:
    for span in kept:
        if text[span.start : span.end].replace("\r\n", "\n") != wanted[span.key]:
            yield _Change(span.start, span.end, wanted[span.key])


def _removal(text: str, span: RecordSpan) -> _Change:
    """Take the record's lines out, with the blank line after it (before it, at the end of the file)."""
    line_start = text.rfind("\n", 0, span.start) + 1
    line_end = _line_end(text, span.end)
    if text[line_start : span.start].strip(" \t") or text[span.end : line_end].strip():
        return _Change(span.start, span.end, "")
    after = _line_end(text, line_end)
    if line_end < len(text):
        return _Change(line_start, line_end if text[line_end:after].strip() else after, "")
    before = text.rfind("\n", 0, max(line_start - 1, 0)) + 1
    is_blank = line_start and not text[before:line_start].strip(" \t\r\n")
    return _Change(before if is_blank else line_start, line_end, "")


def _line_end(text: str, position: int) -> int:
    """Where the line that holds ``position`` ends, its line break included."""
    found = text.find("\n", position)
    return len(text) if found < 0 else found + 1


def _insertions(
    bibliography: Bibliography,
    kept: Sequence[RecordSpan],
    new: Iterable[str],
    wanted: Mapping[str, str],
) -> Iterator[_Change]:
    """New records, each behind the kept one whose key comes before its own; ``kept`` is in key order."""
    order = [sort_key(span.key) for span in kept]
    for place, keys in groupby(new, key=lambda key: bisect_left(order, sort_key(key))):
        texts = [wanted[key] for key in keys]
        if place:
            yield _insertion_after(bibliography, kept[place - 1], texts)
        else:
            yield _insertion_before(kept[0], texts)


def _insertion_after(bibliography: Bibliography, span: RecordSpan, texts: Sequence[str]) -> _Change:
    text, point = bibliography.text, span.end
    line_end = _line_end(text, span.end)
    rest = text[span.end : line_end].rstrip("\r\n")
    if "@" not in rest:
        point += len(rest)
    following = text[line_end : _line_end(text, line_end)]
    gap = "\n" if following.strip() or "@" in rest else ""
    return _Change(point, point, "".join(f"\n\n{record}" for record in texts) + gap)


def _insertion_before(span: RecordSpan, texts: Sequence[str]) -> _Change:
    return _Change(span.start, span.start, "".join(f"{record}\n\n" for record in texts))


def _appendix(text: str, texts: Sequence[str]) -> _Change:
    body = text.removeprefix(_BOM)
    gap = "" if not body.strip() or body.endswith(("\n\n", "\n\r\n")) else "\n"
    if body.strip() and not body.endswith("\n"):
        gap = "\n\n"
    return _Change(len(text), len(text), gap + "\n\n".join(texts) + "\n")


def _apply(text: str, changes: Iterable[_Change], newline: str) -> str:
    pieces: list[str] = []
    position = 0
    for change in sorted(changes):
        pieces += (text[position : change.start], change.new.replace("\n", newline))
        position = change.end
    pieces.append(text[position:])
    return "".join(pieces)
