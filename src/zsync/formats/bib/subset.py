"""The part of a bibliography that is cited: the records of some keys, with what those records need.

A record comes as it stands, whoever wrote it. With it come the records that it refers to, the macros whose
names stand in it, and every ``@preamble``, whose TeX commands it may use. Everything else is left after.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Final

from zsync.core.patterns import regex
from zsync.formats.bib import bibtex
from zsync.formats.bib.bibtex import Bibliography, BibliographyError, DefinitionSpan, RecordSpan

_IS_JSON: Final = regex(r"\ufeff?\s*\[\s*[\]{]")


@dataclass(frozen=True, slots=True)
class Subset:
    """The records that were asked for, by key, and the definitions they need, each as it stands.

    ``missing`` are keys that no record has, ``former`` those that only ``ids`` names, with the keys of
    their records.
    """

    records: Mapping[str, str]
    definitions: tuple[str, ...]
    missing: frozenset[str]
    former: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_json: bool = False


def keys(text: str) -> frozenset[str]:
    """Return the keys of a ``.bib`` or CSL-JSON file.

    Raises:
        bibtex.BibliographyError: the file cannot be read.

    """
    return frozenset(_entries(text) if _IS_JSON.match(text) else _bibliography(text).by_key)


def select(text: str, cited: Collection[str]) -> Subset:
    """Select the records of a ``.bib`` or CSL-JSON file that have the keys, now or formerly (``ids``).

    Raises:
        bibtex.BibliographyError: the file cannot be read.

    """
    if _IS_JSON.match(text):
        found = {key: entry for key, entry in _entries(text).items() if key in cited}
        return Subset(found, (), frozenset(cited) - found.keys(), is_json=True)
    selection = _Selection(_bibliography(text))
    taken = {key: selection.take(key) for key in sorted(cited)}
    return Subset(
        selection.records(),
        selection.definitions(),
        missing=frozenset(key for key, record in taken.items() if record is None),
        former={key: own for key, own in taken.items() if own not in (None, key)},
    )


def _bibliography(text: str) -> bibtex.Bibliography:
    found = bibtex.parse(text)
    found.check_closed()
    return found


def render(parts: Sequence[Subset]) -> str:
    """Write what was selected from several files as one; the first record of a key counts."""
    records: dict[str, str] = {}
    for key, text in chain.from_iterable(part.records.items() for part in parts):
        records.setdefault(key, text)
    if any(part.is_json for part in parts):
        return "[\n  " + ",\n  ".join(records.values()) + "\n]\n" if records else "[]\n"
    definitions = chain.from_iterable(part.definitions for part in parts)
    pieces = [*dict.fromkeys(definitions), *records.values()]
    newline = "\r\n" if any("\r\n" in piece for piece in pieces) else "\n"
    return (newline * 2).join(pieces) + newline if pieces else ""


_NEXT_ENTRY: Final = regex(r"[\s,\[\ufeff]*(?=\{)")


def _entries(text: str) -> dict[str, str]:
    """Return the entries of a CSL-JSON array as they stand, by their ids."""
    entries: dict[str, str] = {}
    decoder, position = json.JSONDecoder(), 0
    while found := _NEXT_ENTRY.match(text, position):
        try:
            entry, position = decoder.raw_decode(text, found.end())
        except (json.JSONDecodeError, RecursionError) as cause:
            line = text.count("\n", 0, found.end()) + 1
            raise BibliographyError("this entry is no JSON that can be read", line) from cause
        entries.setdefault(str(entry.get("id", "")), text[found.end() : position])
    return entries


_REFERRING: Final = ("crossref", "xdata", "xref", "related", "entryset")
_REFERS: Final = regex(rf"\b(?:{'|'.join(_REFERRING)})\s*=", re.IGNORECASE)
_HAS_FORMER_KEYS: Final = regex(r"\bids\s*=", re.IGNORECASE)
_LISTED_KEY: Final = regex(r"[^\s,]+")
_WORD: Final = regex(r"[^\s\"#%'(),={}]+")


class _Selection:
    """Takes records out of a ``.bib`` file, one key after the other."""

    def __init__(self, found: Bibliography) -> None:
        self._found = found
        self._taken: set[int] = set()

    def take(self, key: str) -> str | None:
        """Take the record of a key and those that it refers to; give its own key, None if there is none."""
        wanted = self._record(key)
        waiting = [wanted]
        while waiting:
            record = waiting.pop()
            if record and record.start not in self._taken:
                self._taken.add(record.start)
                waiting += (self._record(each) for each in self._references(record))
        return wanted.key if wanted else None

    def records(self) -> dict[str, str]:
        """Return the records taken, in file order."""
        return {
            record.key: self._text(record)
            for record in self._found.records
            if record.start in self._taken
        }

    def definitions(self) -> tuple[str, ...]:
        """Return every ``@preamble``, and the macros that records or later macros name."""
        if not self._taken:
            return ()
        words = {word for text in self.records().values() for word in _words(text)}
        needed: list[str] = []
        for each in reversed(self._found.definitions):
            if each.macro is None or each.macro in words:
                text = self._text(each)
                words.update(_words(text))
                needed.append(text)
        return tuple(reversed(needed))

    def _record(self, key: str) -> RecordSpan | None:
        return self._found.by_key.get(key) or self._by_former_key.get(key)

    @cached_property
    def _by_former_key(self) -> dict[str, RecordSpan]:
        former: dict[str, RecordSpan] = {}
        for record in self._found.records:
            if _HAS_FORMER_KEYS.search(self._found.text, record.start, record.end):
                for key in _LISTED_KEY.findall(self._found.fields(record).get("ids", "")):
                    former.setdefault(key, record)
        return former

    def _references(self, record: RecordSpan) -> Iterator[str]:
        if _REFERS.search(self._found.text, record.start, record.end):
            fields = self._found.fields(record)
            for name in _REFERRING:
                yield from _LISTED_KEY.findall(fields.get(name, ""))

    def _text(self, span: RecordSpan | DefinitionSpan) -> str:
        return self._found.text[span.start : span.end]


def _words(text: str) -> Iterator[str]:
    """Return every word that might be a macro's name, case apart."""
    return (word.lower() for word in _WORD.findall(text))
