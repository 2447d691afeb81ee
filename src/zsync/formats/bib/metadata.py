"""Records of an existing bibliography -> metadata: the way back from what zsync and other programs write.

What a record of BibTeX says is read by :mod:`zsync.formats.bib.bibtex_metadata`. Source of the rest: the CSL
1.0.2 specification, appendices III and IV.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from zsync.core.cite.policy import BibFormat
from zsync.core.item_schema import ITEM_ROLES, own_name
from zsync.core.metadata import Metadata
from zsync.core.model import Creator
from zsync.formats.bib import bibtex, csl_json
from zsync.formats.bib.bibtex_metadata import bibtex_metadata, person
from zsync.formats.bib.item_types import CSL_DATES, CSL_ITEM_TYPES, CSL_NAMES, CSL_TEXTS


@dataclass(frozen=True, slots=True)
class BibRecord:
    """A record that already stands in a bibliography; ``line`` (1-based) is where it begins."""

    key: str
    line: int
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bibliography says: its records, in file order, and sentences about what is not among them."""

    records: tuple[BibRecord, ...]
    problems: tuple[str, ...] = ()


class Readable(Protocol):
    """A bibliography as read: its text, the records in it, and the texts in each, by name in lower case."""

    @property
    def text(self) -> str:
        """The text of the file."""

    @property
    def records(self) -> Sequence[bibtex.RecordSpan]:
        """Where the records stand, in file order."""

    @property
    def flaws(self) -> Sequence[bibtex.Flaw]:
        """What looks like a record and cannot be read as one."""

    @property
    def by_key(self) -> Mapping[str, bibtex.RecordSpan]:
        """The first record of every key."""

    def fields(self, record: bibtex.RecordSpan) -> Mapping[str, str]:
        """The texts in a record."""

    def undefined(self, record: bibtex.RecordSpan) -> Sequence[str]:
        """The names in a record that stand for texts which the file does not have."""

    def remarks(self, record: bibtex.RecordSpan) -> Iterator[str]:
        """What a person should know of a record that can be read, each as what it "has" or "refers to"."""


def read(text: str, form: BibFormat = BibFormat.BIBTEX, source: str = "") -> Contents:
    """Read the records of a bibliography; ``source`` names the file for people.

    A record without a title says of no paper what it is and is left out; of two with one key the first
    counts, as BibTeX has it. BibTeX and BibLaTeX are read alike. Raises
    :class:`~zsync.formats.bib.bibtex.BibliographyError`.
    """
    found: Readable = csl_json.parse(text) if form is BibFormat.CSLJSON else bibtex.parse(text)
    flaws = found.flaws
    unreadable = {flaw.start for flaw in flaws}
    records: list[BibRecord] = []
    problems = [(flaw.line, flaw.reason) for flaw in flaws]
    untitled: list[bibtex.RecordSpan] = []
    for span in found.records:
        if span.start in unreadable:
            continue
        if (first := found.by_key[span.key]) is not span:
            what = f"the key {span.key} stands on line {first.line} already, and BibTeX takes the first"
            problems.append((span.line, what))
            continue
        metadata = metadata_of(found, span, form, source)
        if span.entry_type in _NO_PAPERS:
            if span.entry_type == "set":
                problems.append((span.line, f"the set {span.key} is not pushed; its members are"))
        elif metadata.title:
            records.append(BibRecord(span.key, span.line, metadata))
        else:
            untitled.append(span)
        if metadata.unread:
            problems.append((span.line, _unread(span.key, metadata.unread)))
        remarks = (f"the record {span.key} {what}" for what in found.remarks(span))
        problems.extend((span.line, what) for what in remarks)
    sentences = [f"line {line}: {what}." for line, what in sorted(problems)]
    return Contents(tuple(records), (*sentences, *_untitled(untitled)))


#: Records that lend others what they say, sets of records, and settings of styles.
_NO_PAPERS: Final = frozenset(("control", "ieeetranbstctl", "set", "xdata"))
_MOST_NAMED: Final = 5


def _unread(key: str, names: Sequence[str]) -> str:
    verb = "is" if len(names) == 1 else "are"
    return f"{', '.join(names)} in the record {key} {verb} not known here, and left as typed"


def _untitled(spans: Sequence[bibtex.RecordSpan]) -> Iterator[str]:
    named = [f"line {span.line}: the record {span.key} has no title" for span in spans]
    yield from (f"{each}, so no item is made of it." for each in named[:_MOST_NAMED])
    if more := spans[_MOST_NAMED:]:
        lines = ", ".join(str(span.line) for span in more)
        yield f"{len(more)} more records have no title, on the lines {lines}."


def metadata_of(
    found: Readable, span: bibtex.RecordSpan, form: BibFormat, source: str = ""
) -> Metadata:
    """Return what one record says of a bibliography that was read; ``source`` names the file for people."""
    if form is BibFormat.CSLJSON:
        return csl_metadata(json.loads(found.text[span.start : span.end]), source)
    metadata = bibtex_metadata(span.entry_type, span.key, found.fields(span), source)
    return replace(metadata, unread=(*metadata.unread, *found.undefined(span)))


# --- CSL-JSON ------------------------------------------------------------------------------------------

_CSL_TYPES: Final = {csl: item for item, csl in reversed(tuple(CSL_ITEM_TYPES.items()))}
_CSL_ROLES: Final = {variable: role for role, variable in reversed(tuple(CSL_NAMES.items()))}


def csl_metadata(entry: Mapping[str, Any], source: str = "") -> Metadata:
    """Return what an entry of CSL-JSON says."""
    item_type = _CSL_TYPES.get(str(entry.get("type", "")), "document")
    base: dict[str, str] = {"citationKey": str(entry.get("citation-key") or entry.get("id", ""))}
    for variable, names in CSL_TEXTS.items():
        text = entry.get(variable)
        if variable != "title" and isinstance(text, str | int) and text != "":
            name = next((each for each in names if own_name(item_type, each)), names[0])
            base.setdefault(name, str(text))
    for variable, name in CSL_DATES.items():
        if date := _csl_date(entry.get(variable)):
            base[name] = date
    return Metadata.of_base_fields(
        item_type,
        " ".join(str(entry.get("title", "")).split()),
        tuple(_csl_creators(item_type, entry)),
        base,
        re.split(r"[,;]", str(entry.get("keyword", ""))),
        (),
        source,
    )


def _csl_date(date: object) -> str:
    if not isinstance(date, Mapping):
        return ""
    ends = date.get("date-parts")
    if isinstance(ends, list) and all(isinstance(end, list) for end in ends):
        shown = (
            "-".join(str(part).zfill(4 if not at else 2) for at, part in enumerate(end))
            for end in ends
        )
        return "/".join(shown)
    return str(date.get("raw") or date.get("literal") or "")


def _csl_creators(item_type: str, entry: Mapping[str, Any]) -> Iterator[Creator]:
    for variable, role in _CSL_ROLES.items():
        names = entry.get(variable)
        role = ITEM_ROLES[item_type][0] if variable == "author" else role
        for name in names if isinstance(names, list) else ():
            if isinstance(name, Mapping):
                yield _csl_creator(role, name)


def _csl_creator(role: str, name: Mapping[str, Any]) -> Creator:
    if literal := name.get("literal"):
        return Creator(role, name=str(literal))
    last = " ".join(filter(None, (name.get("non-dropping-particle"), name.get("family"))))
    first = " ".join(filter(None, (name.get("given"), name.get("dropping-particle"))))
    return person(role, last, first, str(name.get("suffix", "")))
