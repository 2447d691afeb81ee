"""The bibliography: records rendered, found in a file, and edited there without touching anything else.

A ``.bib`` file belongs to its author. Comments, ``@string``, ``@preamble``, prose, broken records and
records that zsync did not write keep their bytes; only records that zsync owns are replaced in place.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from io import StringIO
from itertools import accumulate, groupby, pairwise
from types import MappingProxyType
from typing import Final

from zsync.core.cite.policy import BibFormat, BibPolicy
from zsync.core.model import Item
from zsync.core.patterns import regex
from zsync.formats.bib import bibtex_fields
from zsync.formats.bib.biblatex_record import BiblatexRecord
from zsync.formats.bib.bibtex_merge import merge as merge
from zsync.formats.bib.bibtex_merge import record_base as record_base
from zsync.formats.bib.bibtex_record import MONTHS, BibtexRecord
from zsync.formats.bib.bibtex_values import Inside, UnclosedError, ValueReader, scan

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
_BARE_YEAR: Final = regex(r"\d{1,4}")


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


@lru_cache
def _place(name: str) -> tuple[int, str]:
    return (_LAST + 1 if name == "keywords" else _PLACES.get(name, _LAST)), name


def _delimited(name: str, value: str) -> str:
    is_bare = (name == "month" and value in MONTHS) or (
        name == "year" and _BARE_YEAR.fullmatch(value)
    )
    return value if is_bare else f"{{{value}}}"


_UNPRINTED: Final = frozenset({"abstract", "annotation", "file", "keywords", "ids", "shorttitle"})
"""What no style of BibTeX prints."""
_BEGINS_FIELD: Final = regex(r"\s*([A-Za-z][\w+-]*)\s*=")


#: What stock pdfLaTeX reads in UTF-8 besides Latin letters: quotation marks, dashes, a few signs.
_IN_UTF8: Final = frozenset("ȘșȚț‐–—‘’‚“”„†‡•…‰‹›€™")
_LAST_OF_LATIN: Final = "\u017f"


def beyond_pdflatex(record: str, *, in_utf8: bool = False) -> str:
    """The characters of a rendered record that pdfLaTeX cannot print, or cite by, as README sets it up.

    ``in_utf8``: the record is meant to have letters outside ASCII; those that pdfLaTeX knows are no fault.
    """
    if record.isascii():
        return ""
    name, printed = "", list[str]()
    for line in record.splitlines():
        name = begun[1].lower() if (begun := _BEGINS_FIELD.match(line)) else name
        if name not in _UNPRINTED and not line.isascii():
            printed.append(line)
    beyond = dict.fromkeys(char for char in "".join(printed) if not char.isascii())
    if in_utf8:
        return "".join(char for char in beyond if char > _LAST_OF_LATIN and char not in _IN_UTF8)
    return "".join(beyond)


# --- reading -------------------------------------------------------------------------------------------


class BibliographyError(ValueError):
    """A record that cannot be told from what follows it. ``line`` (1-based) is where it begins."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(f"line {line}: {what}")
        self.what = what
        self.line = line


@dataclass(frozen=True, slots=True)
class RecordSpan:
    """Where a record stands: ``text[start:end]``, from ``@`` to its closing brace; ``line`` is 1-based."""

    key: str
    entry_type: str
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class DefinitionSpan:
    """Where an ``@string`` or ``@preamble`` stands; ``macro`` is the name that an ``@string`` defines."""

    macro: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Flaw:
    """What looks like a record and cannot be read as one: where it begins (``line`` is 1-based), and why."""

    start: int
    line: int
    reason: str


_LISTED_KEY: Final = regex(r"[^\s,]+")
_MOST_ANCESTORS: Final = 50
_NOT_INHERITED: Final = frozenset({
    "title", "subtitle", "titleaddon", "shorttitle", "doi", "url", "urldate", "eprint", "eprinttype",
    "archiveprefix", "ids", "crossref", "xref", "xdata", "keywords", "abstract", "note", "file",
})  # fmt: skip
"""What a parent says of itself alone: what it is called and where it is found."""
_WHOLES: Final = {
    **dict.fromkeys(("mvbook", "mvcollection", "mvproceedings", "mvreference"), "main"),
    "periodical": "journal",
}
"""What a parent's title is to its child, by the parent's type (BibLaTeX manual, B); else a book's."""


@dataclass(frozen=True)
class Bibliography:
    """A ``.bib`` file as read: its text, the records in it and the definitions, each in file order.

    ``unclosed`` are entries that never close, by where they begin; a record among them ends where the next
    one begins a line. ``keyless`` are what looks like records without a citation key.
    """

    text: str
    records: tuple[RecordSpan, ...]
    definitions: tuple[DefinitionSpan, ...] = ()
    unclosed: Mapping[int, Flaw] = field(default_factory=lambda: MappingProxyType({}))
    keyless: tuple[Flaw, ...] = ()

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """What cannot be read: entries that never close, records without a key or with no fields."""
        unreadable = (
            Flaw(record.start, record.line, _why_unreadable(self.text, record))
            for record in self.records
            if record.start not in self.unclosed and not self._own_fields(record)
        )
        return (*self.unclosed.values(), *self.keyless, *unreadable)

    def fields(self, record: RecordSpan) -> Mapping[str, str]:
        """The values of a record, delimiters and ``@string`` macros resolved, names in lower case.

        What the record does not say itself comes from the records that ``xdata`` and ``crossref`` name, as
        with biblatex: a parent's title is its child's booktitle, and what a parent says of itself alone
        stays there. Empty if the inside of the record cannot be read.
        """
        return self._with_parents(record, set())

    def _with_parents(self, record: RecordSpan, seen: set[int]) -> dict[str, str]:
        values = dict(self._own_fields(record))
        seen.add(record.start)
        for link in ("xdata", "crossref"):
            for key in _LISTED_KEY.findall(values.get(link, "")):
                parent = self._named(key)
                if parent and parent.start not in seen and len(seen) <= _MOST_ANCESTORS:
                    theirs = self._with_parents(parent, seen)
                    whole = _WHOLES.get(parent.entry_type, "book")
                    values = (theirs if link == "xdata" else _for_child(theirs, whole)) | values
        return values

    def _own_fields(self, record: RecordSpan) -> Mapping[str, str]:
        if record.start in self.unclosed:
            return {}
        if record.start not in self._known_fields:
            inside = _scan(self.text, record.start)
            self._known_fields[record.start] = self._reader.read(self.text, inside)
            self._undefined[record.start] = self._reader.undefined
            self._twice[record.start] = self._reader.twice
        return self._known_fields[record.start]

    def check_closed(self) -> None:
        """Make sure that every entry ends where its text says.

        Raises:
            BibliographyError: one never closes.

        """
        for flaw in self.unclosed.values():
            raise BibliographyError(flaw.reason, flaw.line)

    def undefined(self, record: RecordSpan) -> tuple[str, ...]:
        """Return the macros of a record that no ``@string`` of the file defines, as they are spelt."""
        self._own_fields(record)
        return self._undefined.get(record.start, ())

    def remarks(self, record: RecordSpan) -> Iterator[str]:
        """Say which fields a record has more than once, and which parents the file does not have."""
        said = self._own_fields(record)
        if twice := self._twice.get(record.start):
            yield f"has {', '.join(twice)} twice, and BibTeX takes the first"
        links = (said.get(link, "") for link in ("xdata", "crossref"))
        keys = (key for listed in links for key in _LISTED_KEY.findall(listed))
        if missing := [key for key in keys if not self._named(key)]:
            yield f"refers to {', '.join(missing)}, which the file does not have"

    def _named(self, key: str) -> RecordSpan | None:
        """Find a record; BibTeX does not mind in which case it is named, Biber does."""
        return self.by_key.get(key) or self._by_folded_key.get(key.casefold())

    @cached_property
    def _by_folded_key(self) -> Mapping[str, RecordSpan]:
        return {key.casefold(): record for key, record in reversed(tuple(self.by_key.items()))}

    @cached_property
    def _twice(self) -> dict[int, tuple[str, ...]]:
        return {}

    @cached_property
    def _undefined(self) -> dict[int, tuple[str, ...]]:
        return {}

    @cached_property
    def _known_fields(self) -> dict[int, Mapping[str, str]]:
        return {}

    @cached_property
    def _reader(self) -> ValueReader:
        reader = ValueReader()
        for each in self.definitions:
            if each.macro and each.start not in self.unclosed:
                reader.define(self.text, _scan(self.text, each.start))
        return reader

    @cached_property
    def by_key(self) -> Mapping[str, RecordSpan]:
        """The first record of every key."""
        return {record.key: record for record in reversed(self.records)}


def _for_child(parent: Mapping[str, str], whole: str) -> dict[str, str]:
    """Return what a child takes over; ``whole`` says what the parent's title is to it."""
    values = {name: text for name, text in parent.items() if name not in _NOT_INHERITED}
    titles = {
        f"{whole}{part}": parent[part]
        for part in ("title", "subtitle", "titleaddon")
        if part in parent
    }
    return {**titles, **values}


_START: Final = regex(r"@\s*([^\W\d][^\s\"#%'(),={}@]*)\s*([{(])")
_KEYS: Final = {
    "{": re.compile(r"\s*([^\s,{}]+)\s*[,}]"),
    "(": re.compile(r"\s*([^\s,{}(]+)(?:\s*,|\s+\))"),
}
_MACRO: Final = regex(r"\s*([^\s\"#%'(),={}]+)\s*=")
_DEFINITIONS: Final = frozenset({"preamble", "string"})
_COMMENT: Final = "comment"
_BRACE: Final = regex(r"[{}]")
_USUAL_DEPTH: Final = 8
_BALANCED: Final = regex(
    r"\{(?:[^{}%\"]++|"
    + r"\{(?:[^{}]++|" * _USUAL_DEPTH + r"\{[^{}]*+\}" + r")*+\}" * _USUAL_DEPTH
    + r")*+\}"
)  # fmt: skip
"""A stretch in which braces alone tell where it ends; most records are one, and the pattern is quick.

Between fields a percent sign or a quotation mark may mean more, inside the braces of a value never.
"""
_BOM: Final = "\ufeff"
_PROSE: Final = regex(r"[\w@%{(]")


def parse(text: str) -> Bibliography:
    """Find the records of a ``.bib`` file; everything else is text between them.

    A record begins a line, or stands behind another one; :mod:`zsync.formats.bib.bibtex_values` says where it
    ends. Where that cannot be told, it is taken to end before the next line that begins one: good enough to
    read the others, not to edit them. A text with many of these is no ``.bib``: a :class:`BibliographyError`.
    """
    braces = _Braces(text)
    lines = list(accumulate(map(len, StringIO(text, newline="")), initial=0))
    records: list[RecordSpan] = []
    definitions: list[DefinitionSpan] = []
    unclosed: dict[int, Flaw] = {}
    keyless: list[Flaw] = []
    position = closed = 0
    while found := _START.search(text, position):
        start, kind, position = found.start(), found[1].lower(), found.end()
        line = bisect_right(lines, start)
        # An @ in a sentence begins no record, nor does one after a %, though BibTeX would read it.
        if _PROSE.search(text, max(lines[line - 1], closed), start):
            position = lines[line] if line < len(lines) else len(text)
            continue
        key = _key(found)
        if not key and kind not in _DEFINITIONS:
            if kind != _COMMENT and (lacking := _LACKS_A_KEY.match(text, position)):
                keyless.append(Flaw(start, line, _what_lacks(kind, lacking)))
            position = closed = braces.end(position)
            continue
        try:
            position = closed = _end(text, found)
        except UnclosedError as cause:
            flaw = unclosed[start] = Flaw(start, line, f"the {cause} of this @{kind} never close")
            if len(unclosed) > _MOST_UNCLOSED:
                raise BibliographyError(flaw.reason, line) from cause
            following = _NEXT.search(text, position)
            end = following.start() if following else len(text)
            position = closed = start + len(text[start:end].rstrip())
        if key:
            records.append(RecordSpan(key[1], kind, start, closed, line))
        else:
            macro = _MACRO.match(text, found.end()) if kind == "string" else None
            definitions.append(DefinitionSpan(macro[1].lower() if macro else None, start, closed))
    return Bibliography(text, tuple(records), tuple(definitions), unclosed, tuple(keyless))


_MOST_UNCLOSED: Final = 20
# A line that begins an entry.
_NEXT: Final = regex(r"(?:^|(?<=\r))[ \t]*@\s*[A-Za-z]{1,40}\s*[{(]", re.MULTILINE)
# What stands where a citation key should: nothing, or the name of the first field, or a key and no comma,
# or several words.
_LACKS_A_KEY: Final = regex(
    r"\s*(?:(?P<none>,|[\w-]{1,60}\s*=)|(?P<key>[^\s,{}=]{1,200})\s+[\w-]{1,60}\s*="
    r"|(?P<words>[^\s,{}=]{1,60}(?:[ \t]{1,9}[^\s,{}=]{1,60}){1,9})[ \t]*,)"
)


def _what_lacks(kind: str, found: re.Match[str]) -> str:
    if found["none"]:
        return f"this @{kind} has no citation key"
    if found["words"]:
        return f"the citation key “{found['words']}” of this @{kind} has a space"
    return f"after the citation key {found['key']} of this @{kind} a comma is missing"


def _why_unreadable(text: str, record: RecordSpan) -> str:
    try:
        fields = bibtex_fields.scan(text[record.start : record.end]).fields
    except bibtex_fields.UnreadableRecordError as cause:
        place = " ".join(str(cause).split())[:_LONGEST_PLACE]
        return f"the record {record.key} cannot be read at “{place}”"
    for before, following in pairwise(fields):
        start = record.start + following.start
        if "," not in text[record.start + before.end : start]:
            line = record.line + text.count("\n", record.start, start)
            return f"in the record {record.key} a comma is missing before {following.name} (line {line})"
    return f"the record {record.key} has no fields"


_LONGEST_PLACE: Final = 40


def _key(opening: re.Match[str]) -> re.Match[str] | None:
    """Find the key after an entry's opening; comments and definitions have none."""
    if opening[1].lower() in {_COMMENT, *_DEFINITIONS}:
        return None
    return _KEYS[opening[2]].match(opening.string, opening.end())


def _scan(text: str, start: int) -> Inside:
    opening = _START.match(text, start)
    assert opening  # noqa: S101 - narrows the type
    key = _key(opening)
    is_preamble = opening[1].lower() == "preamble"
    return scan(
        text, key.end(1) if key else opening.end(), opening[2], begins_with_value=is_preamble
    )


def _end(text: str, opening: re.Match[str]) -> int:
    simple = _BALANCED.match(text, opening.start(2))
    return simple.end() if simple else _scan(text, opening.start()).end + 1


class _Braces:
    """Where the braces of a text close; asked only for what is not a record, so found when first asked."""

    def __init__(self, text: str) -> None:
        self._text = text

    def end(self, position: int) -> int:
        """Return the end of what the brace before ``position`` opens; ``position`` if it never closes."""
        return self._ends.get(position - 1, position)

    @cached_property
    def _ends(self) -> dict[int, int]:
        ends: dict[int, int] = {}
        waiting: list[int] = []
        for brace in _BRACE.finditer(self._text):
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

    Raises:
        BibliographyError: an entry never closes, so that what is written might become part of it.

    """
    text = bibliography.text
    if "\r" in text and "\n" not in text:
        return edit(parse(text.replace("\r", "\n")), records, owned).replace("\n", "\r")
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
    if changes:
        bibliography.check_closed()
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
    """New records, each after the kept one whose key comes before its own; ``kept`` is in key order."""
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
