"""Records of an existing bibliography -> metadata: the way back from what zsync and other programs write.

Sources: the BibLaTeX manual, chapter 2 (types, fields, ``crossref``), *BibTeXing* (names, months), the
CSL 1.0.2 specification, appendices III and IV.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Final, Protocol

from zsync.core import identifiers
from zsync.core.bib_policy import BibFormat
from zsync.core.dates import parse_date
from zsync.core.item_schema import ITEM_ROLES, own_name
from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Identifier, Item
from zsync.formats import bibtex, csl_json
from zsync.formats.bibtex_record import MONTHS
from zsync.formats.bibtex_values import split_name
from zsync.formats.eprints import bare_doi
from zsync.formats.item_types import (
    BIBLATEX_SUBTYPES,
    BIBLATEX_TYPES,
    CSL_DATES,
    CSL_ITEM_TYPES,
    CSL_NAMES,
    CSL_TEXTS,
)
from zsync.formats.latex_text import to_text


@dataclass(frozen=True, slots=True)
class BibRecord:
    """A record that already stands in a bibliography; ``line`` (1-based) is where it begins."""

    key: str
    line: int
    metadata: Metadata


class Readable(Protocol):
    """A bibliography as read: its text, the records in it, and the texts in each, by name in lower case."""

    @property
    def text(self) -> str:
        """The text of the file."""

    @property
    def records(self) -> Sequence[bibtex.RecordSpan]:
        """Where the records stand, in file order."""

    def fields(self, record: bibtex.RecordSpan) -> Mapping[str, str]:
        """The texts in a record."""


def records(
    text: str, form: BibFormat = BibFormat.BIBTEX, source: str = ""
) -> tuple[BibRecord, ...]:
    """Read the records of a bibliography, in file order; ``source`` names the file for people.

    A record without a title says of no paper what it is and is left out. BibTeX and BibLaTeX are read
    alike. Raises :class:`~zsync.formats.bibtex.BibliographyError`.
    """
    found: Readable = csl_json.parse(text) if form is BibFormat.CSLJSON else bibtex.parse(text)
    read = (
        BibRecord(span.key, span.line, metadata_of(found, span, form, source))
        for span in found.records
    )
    return tuple(each for each in read if each.metadata.title)


def metadata_of(
    found: Readable, span: bibtex.RecordSpan, form: BibFormat, source: str = ""
) -> Metadata:
    """Give what one record says of a bibliography that was read; ``source`` names the file for people."""
    if form is BibFormat.CSLJSON:
        return csl_metadata(json.loads(found.text[span.start : span.end]), source)
    return bibtex_metadata(span.entry_type, span.key, found.fields(span), source)


def _make(
    item_type: str, title: str, creators: Iterable[Creator], base: Mapping[str, str],
    tags: Iterable[str], more: Iterable[Identifier], source: str,
) -> Metadata:  # fmt: skip
    """Metadata from base fields, each under the item type's own name where the type has it."""
    fields: dict[str, str] = {}
    for name, text in base.items():
        if text:
            fields.setdefault(own_name(item_type, name) or name, text)
    made = tuple(creators)
    known = identifiers.of_item(Item("", item_type, fields=fields))
    return Metadata(
        item_type,
        title,
        made,
        MappingProxyType(fields),
        tuple(dict.fromkeys(tag for each in tags if (tag := each.strip()))),
        tuple(dict.fromkeys((*known, *more))),
        source,
    )


# --- BibTeX and BibLaTeX: types ------------------------------------------------------------------------

_ENTRY_TYPES: Final[Mapping[str, str]] = {
    **{entry: item for item, entry in reversed(tuple(BIBLATEX_TYPES.items()))},
    **dict.fromkeys(("book", "booklet", "collection", "mvbook", "mvcollection"), "book"),
    **dict.fromkeys(("mvproceedings", "mvreference", "proceedings", "reference"), "book"),
    **dict.fromkeys(("bookinbook", "inbook", "incollection", "suppbook"), "bookSection"),
    **dict.fromkeys(("conference", "inproceedings"), "conferencePaper"),
    **dict.fromkeys(("mastersthesis", "phdthesis", "thesis"), "thesis"),
    **dict.fromkeys(("manual", "report", "techreport"), "report"),
    **dict.fromkeys(("electronic", "online", "www"), "webpage"),
    "audio": "audioRecording",
    "inreference": "encyclopediaArticle",
    "jurisdiction": "case",
    "legislation": "statute",
    "letter": "letter",
    "movie": "film",
    "music": "audioRecording",
    "suppperiodical": "journalArticle",
    "unpublished": "manuscript",
    "video": "videoRecording",
}
_SUBTYPES: Final = {subtype: item for item, subtype in BIBLATEX_SUBTYPES.items()}
_MAYBE_PREPRINTS: Final = frozenset(("article", "electronic", "misc", "online", "unpublished"))
_ARXIV_JOURNAL: Final = re.compile(r"(?:arxiv|corr)\b", re.IGNORECASE)
_CONTAINERS: Final = ("journal", "journaltitle", "booktitle", "howpublished")


def bibtex_metadata(
    entry_type: str, key: str, values: Mapping[str, str], source: str = ""
) -> Metadata:
    """Give what a record says. ``values`` are still LaTeX, by name in lower case, parents included."""
    texts = {
        name: _plain(value) if name in _VERBATIM else to_text(value)
        for name, value in values.items()
        if name not in _NAMES
    }
    arxiv = _arxiv(texts)
    item_type = _item_type(entry_type, texts, arxiv)
    base = {
        **_numbered(item_type, texts),
        **_simple(texts),
        "publicationTitle": _container(texts, arxiv),
        "publisher": _publisher(item_type, texts),
        "date": _date(texts),
        "accessDate": texts.get("urldate", ""),
        "citationKey": key,
    }
    if item_type == "preprint":
        base |= _archived(texts, arxiv)
    elif item_type == "conferencePaper":
        base["conferenceName"] = texts.get("eventtitle", "")
    else:
        base["meetingName"] = texts.get("eventtitle", "")
    base["extra"] = _extra(item_type, entry_type, texts, arxiv)
    return _make(
        item_type,
        _title(texts),
        _creators(item_type, values),
        base,
        re.split(r"[,;]", texts.get("keywords", "")),
        (arxiv,) if arxiv else (),
        source,
    )


def _item_type(entry_type: str, texts: Mapping[str, str], arxiv: Identifier | None) -> str:
    """The item type; a paper on arXiv that names no journal is a preprint, whatever entry type it has."""
    in_none = not any(
        texts.get(name) and not _ARXIV_JOURNAL.match(texts[name]) for name in _CONTAINERS
    )
    is_archived = arxiv or texts.get("pubstate") == "prepublished" or "eprinttype" in texts
    if entry_type in _MAYBE_PREPRINTS and is_archived and in_none:
        return "preprint"
    subtype = _SUBTYPES.get(texts.get("entrysubtype", ""))
    return subtype or _ENTRY_TYPES.get(entry_type, "document")


def _arxiv(texts: Mapping[str, str]) -> Identifier | None:
    archive = (texts.get("eprinttype") or texts.get("archiveprefix", "")).casefold()
    number = texts.get("eprint", "") if archive in ("", "arxiv") else ""
    for place in (
        f"arXiv:{number.removeprefix('arXiv:')}",
        texts.get("arxiv", ""),
        texts.get("journal", ""),
        texts.get("journaltitle", ""),
        texts.get("doi", ""),
        texts.get("url", ""),
    ):
        found = identifiers.find(place) if place else None
        paper = next(
            (
                each
                for each in (found, *(identifiers.aliases(found) if found else ()))
                if each and each.kind == "arxiv"
            ),
            None,
        )
        if paper:
            return paper
    return None


# --- fields --------------------------------------------------------------------------------------------

_VERBATIM: Final = frozenset((
    "arxiv", "archiveprefix", "crossref", "doi", "eprint", "eprintclass", "eprinttype", "file", "isbn",
    "issn", "pmcid", "pmid", "primaryclass", "url", "urldate",
))  # fmt: skip
_SIMPLE: Final = {
    "abstract": "abstractNote", "copyright": "rights", "doi": "DOI", "edition": "edition",
    "isbn": "ISBN", "issn": "ISSN", "langid": "language", "language": "language", "lccn": "callNumber",
    "pages": "pages", "pagetotal": "numPages", "pmcid": "PMCID", "pmid": "PMID", "series": "series",
    "shortjournal": "journalAbbreviation", "shorttitle": "shortTitle", "url": "url",
    "version": "versionNumber", "volume": "volume", "volumes": "numberOfVolumes",
    "nationality": "country", "assignee": "assignee", "holder": "assignee", "type": "type",
    "origdate": "originalDate", "origpublisher": "originalPublisher", "origlocation": "originalPlace",
    "location": "place", "address": "place",
}  # fmt: skip
_BACKSLASH: Final = re.compile(r"\\([_%#&{}~$])")
_PAGE_DASH: Final = re.compile(r"(?<!\s)\s*(?:-{2,}|[–—−])\s*")
_ISSUED: Final = frozenset(("journalArticle", "magazineArticle", "newspaperArticle"))


def _plain(value: str) -> str:
    return _BACKSLASH.sub(r"\1", value).strip("{}")


def _simple(texts: Mapping[str, str]) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, wanted in _SIMPLE.items():
        if text := texts.get(name, ""):
            made.setdefault(wanted, text)
    if "pages" in made:
        made["pages"] = _PAGE_DASH.sub("-", made["pages"])
    if "DOI" in made:
        made["DOI"] = bare_doi(made["DOI"])
    return made


def _numbered(item_type: str, texts: Mapping[str, str]) -> dict[str, str]:
    """``number`` is an issue, a report's number or a place in a series, as the type has it."""
    number, issue = texts.get("number", ""), texts.get("issue", "")
    if item_type in _ISSUED:
        return {"issue": issue or number}
    name = next(
        (each for each in ("number", "seriesNumber", "issue") if own_name(item_type, each)),
        "number",
    )
    return {name: number, **({"issue": issue} if issue else {})}


def _container(texts: Mapping[str, str], arxiv: Identifier | None) -> str:
    names = (texts.get(name, "") for name in ("journaltitle", "journal", "booktitle"))
    return next((name for name in names if name and not (arxiv and _ARXIV_JOURNAL.match(name))), "")


def _publisher(item_type: str, texts: Mapping[str, str]) -> str:
    names = ["publisher", "institution", "school", "organization"]
    if item_type in ("computerProgram", "document", "webpage"):
        names.append("howpublished")
    found = next((texts[name] for name in names if texts.get(name)), "")
    return "" if found.startswith(("http:", "https:")) else found


def _date(texts: Mapping[str, str]) -> str:
    """ISO 8601 as far as the record is exact; what no calendar knows stays as it is written."""
    if date := texts.get("date"):
        return date
    year, month = texts.get("year", ""), texts.get("month", "")
    named = month.casefold()[:3]
    number = str(MONTHS.index(named) + 1) if named in MONTHS else month if month.isdecimal() else ""
    day = texts.get("day", "")
    if re.fullmatch(r"\d{4}", year) and number:
        return f"{year}-{int(number):02}" + (f"-{int(day):02}" if day.isdecimal() else "")
    read = parse_date(f"{month} {year}") if month else None
    return read.edtf if read else year


def _title(texts: Mapping[str, str]) -> str:
    parts = [texts.get("title", ""), texts.get("subtitle", "")]
    return ": ".join(filter(None, parts))


def _archived(texts: Mapping[str, str], arxiv: Identifier | None) -> dict[str, str]:
    if arxiv:
        return {"publisher": "arXiv", "number": f"arXiv:{arxiv.value}"}
    return {"publisher": texts.get("eprinttype", ""), "number": texts.get("eprint", "")}


def _extra(
    item_type: str, entry_type: str, texts: Mapping[str, str], arxiv: Identifier | None
) -> str:
    """What Zotero has no field for and zsync's own writer would take from Extra again."""
    lines = []
    if arxiv:
        section = texts.get("eprintclass") or texts.get("primaryclass", "")
        lines.append(f"arXiv:{arxiv.value}" + (f" [{section}]" if section else ""))
    elif item_type != "preprint" and texts.get("eprinttype") == "pubmed":
        lines.append(f"PMID: {texts.get('eprint', '')}")
    if entry_type == "mastersthesis" and "type" not in texts:
        lines.append("Type: Master's thesis")
    if note := texts.get("note"):
        lines.append(f"tex.note: {note}")
    return "\n".join(lines)


# --- names ---------------------------------------------------------------------------------------------

_NAMES: Final[Mapping[str, str]] = {
    "author": "author", "bookauthor": "bookAuthor", "collaborator": "contributor",
    "commentator": "commenter", "editor": "editor", "editora": "editor", "editorb": "editor",
    "editorc": "editor", "namea": "contributor", "translator": "translator",
}  # fmt: skip
_EDITOR_KINDS: Final = {
    "director": "director", "redactor": "seriesEditor", "scriptwriter": "scriptwriter",
}  # fmt: skip
_AND: Final = re.compile(r"(?<!\s)\s+and\s+", re.IGNORECASE)
_COMMA: Final = re.compile(",")
_EXTENDED: Final = re.compile(r"([a-z]+(?:-i)?)\s*=\s*(.*)", re.DOTALL)


def _creators(item_type: str, values: Mapping[str, str]) -> Iterator[Creator]:
    for field, role in _NAMES.items():
        role = _EDITOR_KINDS.get(values.get(f"{field}type", ""), role)
        role = ITEM_ROLES[item_type][0] if role == "author" else role
        for name in _outside_braces(values.get(field, ""), _AND):
            if name and name.casefold() != "others":
                yield _creator(role, name)


def _creator(role: str, name: str) -> Creator:
    parts = _outside_braces(name, _COMMA)
    if name.startswith("{") and _closes_at_end(name):
        return Creator(role, name=to_text(name))
    if all(map(_EXTENDED.fullmatch, parts)):
        found = {
            match[1]: to_text(match[2].strip('"'))
            for part in parts
            if (match := _EXTENDED.fullmatch(part))
        }
        last = " ".join(filter(None, (found.get("prefix"), found.get("family"))))
        return _person(role, last, found.get("given", ""), found.get("suffix", ""))
    split = split_name(name)
    last = " ".join(filter(None, (to_text(split.von), to_text(split.last))))
    return _person(role, last, to_text(split.first), to_text(split.jr))


def _person(role: str, last: str, first: str, suffix: str) -> Creator:
    if suffix:
        return Creator(role, last, f"{first}, {suffix}" if first else suffix)
    return Creator(role, last, first) if first else Creator(role, name=last)


def _closes_at_end(name: str) -> bool:
    """Whether the brace that a name begins with closes at its end: an institution."""
    depths = list(accumulate((char == "{") - (char == "}") for char in name))
    return depths[-1] == 0 and 0 not in depths[:-1]


def _outside_braces(text: str, separator: re.Pattern[str]) -> list[str]:
    depths = list(accumulate((char == "{") - (char == "}") for char in text))
    cuts = [found for found in separator.finditer(text) if depths[found.start()] == 0]
    starts = [0, *(found.end() for found in cuts)]
    ends = [*(found.start() for found in cuts), len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


# --- CSL-JSON ------------------------------------------------------------------------------------------

_CSL_TYPES: Final = {csl: item for item, csl in reversed(tuple(CSL_ITEM_TYPES.items()))}
_CSL_ROLES: Final = {variable: role for role, variable in reversed(tuple(CSL_NAMES.items()))}


def csl_metadata(entry: Mapping[str, Any], source: str = "") -> Metadata:
    """Give what an entry of CSL-JSON says."""
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
    return _make(
        item_type,
        " ".join(str(entry.get("title", "")).split()),
        _csl_creators(item_type, entry),
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
    return _person(role, last, first, str(name.get("suffix", "")))
