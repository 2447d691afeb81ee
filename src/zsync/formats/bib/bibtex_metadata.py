"""One record of a .bib -> metadata, and nothing of it is lost: what Zotero has no field for goes to Extra.

Sources: the BibLaTeX manual, chapter 2 (types, fields), *BibTeXing* (names, months), Better BibTeX's manual
(``tex.field: value`` lines in Extra, which zsync's own writer gives back).

Which fields were asked for is known, and what is left is written down. Paths on somebody's disk are
not. A record that never closes ends, for reading, where the next one begins; the file is not
written then.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import accumulate
from typing import Final

from zsync.core import identifiers
from zsync.core.dates import parse_date
from zsync.core.item_schema import ITEM_ROLES, own_name
from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Identifier
from zsync.core.patterns import regex
from zsync.formats.bib.bibtex_record import MONTHS
from zsync.formats.bib.bibtex_values import split_name
from zsync.formats.bib.eprints import bare_doi
from zsync.formats.bib.item_types import BIBLATEX_SUBTYPES, BIBLATEX_TYPES, BIBTEX_TYPES
from zsync.formats.bib.languages import babel_name
from zsync.formats.bib.latex_text import read, read_address, to_text
from zsync.formats.bib.names import outside_braces

# --- what a record says --------------------------------------------------------------------------------

_VERBATIM: Final = frozenset((
    "arxiv", "archiveprefix", "crossref", "date", "doi", "eprint", "eprintclass", "eprinttype", "eventdate",
    "file", "ids", "isbn", "issn", "origdate", "pmcid", "pmid", "primaryclass", "url", "urldate", "xdata",
))  # fmt: skip
_NAMES: Final[Mapping[str, str]] = {
    "author": "author", "bookauthor": "bookAuthor", "collaborator": "contributor",
    "commentator": "commenter", "editor": "editor", "editora": "editor", "editorb": "editor",
    "editorc": "editor", "namea": "contributor", "translator": "translator",
}  # fmt: skip
#: Fields that are read character by character, but where a month's name has an accent.
_DATES: Final = frozenset(("date", "eventdate", "issn", "origdate", "urldate"))
# An entity of HTML, as publishers' own exports have it.
_ENTITY: Final = regex(r"&(?:amp|lt|gt|quot|apos|#\d{1,6}|#x[\da-f]{1,5});", re.IGNORECASE)
#: What is not taken over: paths on somebody's disk, and records that stand in the same file.
_LEFT: Final = regex(r"file|pdf|localfile|local-url|bdsk-file-\d+|crossref|xdata")
_GERMAN: Final = frozenset(("german", "ngerman", "austrian", "naustrian", "nswissgerman"))


# Fields that name something, where an address would not be read as one.
_TITLE: Final = regex(r"title|journal|series")


def _entity(found: re.Match[str]) -> str:
    return unescape(found[0])


class _Said:
    """The fields of a record, by name in lower case, read as text; it knows which of them were asked for.

    ``unread`` are the commands that nobody here knows, ``odd`` the fields that have any.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.unread: dict[str, None] = {}
        self.odd: set[str] = set()
        self._texts: dict[str, str] = {}
        self._used: set[str] = set()
        language = read_address(values.get("langid") or values.get("language", ""))
        self._is_german = babel_name(language) in _GERMAN

    def look(self, name: str) -> str:
        """Return a field's text, and leave it to others."""
        if name not in self._texts:
            self._texts[name] = self._read(name)
        return self._texts[name]

    def take(self, *names: str) -> str:
        """Return the first of these fields that says anything; it has found its place then."""
        for name in names:
            if text := self.look(name):
                self._used.add(name)
                return text
        return ""

    def rest(self) -> Iterator[tuple[str, str]]:
        """Return the fields that found no place, in the order in which they stand."""
        for name in reversed(tuple(self.values)):
            if name not in self._used and not _LEFT.fullmatch(name) and (text := self.look(name)):
                yield name, text

    def _read(self, name: str) -> str:
        if not (value := self.values.get(name, "")):
            return ""
        if name in _DATES and "\\" in value:
            return to_text(value)
        if name in _VERBATIM or (name != "howpublished" and "url" in name):
            return read_address(value)
        with_addresses = not _TITLE.search(name)
        reading = read(value, german=self._is_german, with_addresses=with_addresses)
        self.unread.update(dict.fromkeys(reading.unread))
        if reading.unread:
            self.odd.add(name)
        return _ENTITY.sub(_entity, reading.text)


def bibtex_metadata(
    entry_type: str, key: str, values: Mapping[str, str], source: str = ""
) -> Metadata:
    """Return what a record says. ``values`` are still LaTeX, by name in lower case, parents included."""
    said = _Said(values)
    arxiv = _arxiv(said)
    item_type = _item_type(entry_type, said, arxiv)
    title = ": ".join(filter(None, (said.take("title"), said.take("subtitle"))))
    creators = tuple(_creators(item_type, said))
    base = {
        "url": said.take("url"),
        "publicationTitle": _container(item_type, said, arxiv),
        "publisher": _publisher(item_type, said),
        **_archived(item_type, said, arxiv),
        **_numbered(item_type, said),
        "type": _type(item_type, entry_type, said),
        "date": _date(said),
        **_simple(item_type, said),
        "citationKey": key,
    }
    base |= _found_at(said, base["url"])
    event = "conferenceName" if item_type == "conferencePaper" else "meetingName"
    if own_name(item_type, event):
        base[event] = said.take("eventtitle")
    tags = said.take("keywords")
    base["extra"] = "\n".join(_extra(item_type, entry_type, said, arxiv))
    return Metadata.of_base_fields(
        item_type,
        title,
        creators,
        base,
        re.split(r"[,;]", tags),
        (arxiv,) if arxiv else (),
        source,
        unread=tuple(said.unread),
    )


# --- types ---------------------------------------------------------------------------------------------

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
#: Entry types that are others by another name, and come back as those.
_ALIASES: Final = {
    "conference": "inproceedings", "electronic": "online", "mastersthesis": "thesis", "phdthesis": "thesis",
    "techreport": "report", "www": "online",
}  # fmt: skip
_SUBTYPES: Final = {subtype: item for item, subtype in BIBLATEX_SUBTYPES.items()}
_MAYBE_PREPRINTS: Final = frozenset(("article", "electronic", "misc", "online", "unpublished"))
_ARXIV_JOURNAL: Final = regex(r"(?:arxiv|corr)\b", re.IGNORECASE)
_CONTAINERS: Final = ("journal", "journaltitle", "booktitle", "howpublished")
_PLACES_IN_A_JOURNAL: Final = ("volume", "number", "pages", "issn")


def _item_type(entry_type: str, said: _Said, arxiv: Identifier | None) -> str:
    """The item type; a paper on arXiv that names no journal is a preprint, whatever entry type it has."""
    in_none = not any(
        (text := said.look(name)) and not _ARXIV_JOURNAL.match(text) and not _address(text)
        for name in _CONTAINERS
    )
    if entry_type == "article" and not said.look("journal") + said.look("journaltitle"):
        doi = said.look("doi").casefold()
        in_none = not any(map(said.look, _PLACES_IN_A_JOURNAL)) and (not doi or "arxiv" in doi)
    is_archived = arxiv or said.look("pubstate") == "prepublished" or said.look("eprinttype")
    if entry_type in _MAYBE_PREPRINTS and is_archived and in_none:
        return "preprint"
    if subtype := _SUBTYPES.get(said.look("entrysubtype")):
        said.take("entrysubtype")
        return subtype
    return _ENTRY_TYPES.get(entry_type, "document")


#: Fields in which people and programs write a paper's number on arXiv.
_ARXIV_FIELDS: Final = (
    "journal", "journaltitle", "doi", "url", "howpublished", "eid", "pages", "number", "note",
)  # fmt: skip
# How a text begins that is such a number, and no remark about another paper.
_ARXIV_SAID: Final = regex(r"\W*(?:arxiv|corr\b|https?://|10\.)", re.IGNORECASE)


def _arxiv(said: _Said) -> Identifier | None:
    archive = (said.look("eprinttype") or said.look("archiveprefix")).casefold()
    numbers = [said.look("arxiv"), said.look("arxivid")]
    if archive in ("", "arxiv"):
        numbers.insert(0, said.look("eprint"))
    texts = [
        *(f"arXiv:{number.removeprefix('arXiv:')}" for number in numbers if number),
        *(text for name in _ARXIV_FIELDS if _ARXIV_SAID.match(text := said.look(name))),
        # DBLP splits a number into a journal, CoRR, and its volume.
        f"{said.look('journal')} {said.look('volume')}",
    ]
    found = (each for each in map(identifiers.find, texts) if each)
    every = (each for one in found for each in (one, *identifiers.aliases(one)))
    return next((each for each in every if each.kind == "arxiv"), None)


#: What BibLaTeX's keys for kinds of theses and reports print, and the entry types of BibTeX that say as much.
_KINDS: Final = {
    "phdthesis": "PhD thesis", "mathesis": "Master's thesis", "mastersthesis": "Master's thesis",
    "bathesis": "Bachelor's thesis", "candthesis": "Candidate thesis", "resreport": "Research report",
}  # fmt: skip


def _type(item_type: str, entry_type: str, said: _Said) -> str:
    """What kind of thesis or report it is, in words; an entry type may say it."""
    if item_type == "manuscript":
        return said.take("type", "howpublished")
    text = said.take("type") or ("" if entry_type == "thesis" else entry_type)
    if item_type in ("thesis", "report"):
        return _KINDS.get(text, "" if text == entry_type else text)
    return "" if text == entry_type else text


# --- fields --------------------------------------------------------------------------------------------

_SIMPLE: Final = {
    "abstractNote": "abstract", "assignee": "assignee holder", "callNumber": "lccn", "country": "nationality",
    "edition": "edition", "eventPlace": "venue", "ISBN": "isbn", "ISSN": "issn",
    "journalAbbreviation": "shortjournal", "language": "langid language", "numberOfVolumes": "volumes",
    "numPages": "pagetotal", "originalDate": "origdate", "originalPlace": "origlocation",
    "originalPublisher": "origpublisher", "place": "location address", "PMCID": "pmcid", "PMID": "pmid",
    "rights": "copyright", "series": "series", "shortTitle": "shorttitle", "versionNumber": "version",
    "volume": "volume",
}  # fmt: skip
#: What Zotero itself reads in Extra, where an item type has no such field.
_IN_EXTRA: Final = frozenset(("ISBN", "ISSN", "PMCID", "PMID", "language", "place"))
_PAGE_DASH: Final = regex(r"(?<!\s)\s*(?:-{2,}|[–—−])\s*")
_IN_BOOKS: Final = frozenset(
    ("bookSection", "conferencePaper", "dictionaryEntry", "encyclopediaArticle")
)
_ISSUED: Final = frozenset(("journalArticle", "magazineArticle", "newspaperArticle"))


def _simple(item_type: str, said: _Said) -> dict[str, str]:
    """The fields that Zotero has for the item type, and those that every type may name in Extra."""
    made: dict[str, str] = {}
    for wanted, names in _SIMPLE.items():
        if own_name(item_type, wanted) or wanted in _IN_EXTRA:
            made[wanted] = said.take(*names.split())
    if own_name(item_type, "pages"):
        # What has a number instead of pages may be asked for by either.
        pages = said.take("pages") or said.look("eid")
        has_hyphens = "-" in _PAGE_DASH.sub("", pages)
        made["pages"] = _PAGE_DASH.sub("–" if has_hyphens else "-", pages)
    made["DOI"] = bare_doi(said.take("doi"))
    if item_type == "preprint" and said.look("pubstate") == "prepublished":
        said.take("pubstate")
    return {name: text for name, text in made.items() if text}


def _numbered(item_type: str, said: _Said) -> dict[str, str]:
    """``number`` is an issue, a report's number or a place in a series, as the type has it."""
    if item_type in _ISSUED:
        return {"issue": said.take("issue", "number")}
    if item_type == "preprint":
        return {}
    names = ("number", "seriesNumber", "issue")
    name = next((each for each in names if own_name(item_type, each)), "number")
    return {"issue": said.take("issue"), name: said.take("number")}


def _container(item_type: str, said: _Said, arxiv: Identifier | None) -> str:
    if item_type == "book":
        return ""

    def is_arxiv(text: str) -> bool:
        return bool(arxiv and _ARXIV_JOURNAL.match(text))

    for name in ("journaltitle", "journal", "booktitle"):
        if is_arxiv(said.look(name)):
            # It is called a journal, and is where the paper is archived.
            said.take(name)
    names = ["journaltitle", "journal", "booktitle"]
    if item_type in _IN_BOOKS:
        names.reverse()
    elif item_type == "webpage":
        names.append("organization")
    name = next((each for each in names if said.look(each) and not is_arxiv(said.look(each))), "")
    if not name:
        return ""
    subtitle = f"{name.removesuffix('title')}subtitle"
    return ": ".join(filter(None, (said.take(name), said.take(subtitle))))


_PUBLISHERS: Final = {
    "thesis": ("school", "institution"),
    "report": ("institution",),
    "computerProgram": ("publisher", "organization", "howpublished"),
    "document": ("publisher", "organization", "institution"),
    "preprint": (),
}


def _publisher(item_type: str, said: _Said) -> str:
    names = _PUBLISHERS.get(item_type, ("publisher",))
    return said.take(*(name for name in names if not _address(said.look(name))))


def _archived(item_type: str, said: _Said, arxiv: Identifier | None) -> dict[str, str]:
    """The place in an archive: a preprint's own number, or that of another kind of paper in PubMed."""
    archive = said.look("eprinttype") or said.look("archiveprefix")
    if arxiv:
        if archive.casefold() in ("", "arxiv"):
            said.take("eprint")
            said.take("eprinttype")
            said.take("archiveprefix")
        said.take("arxiv")
        if said.look("volume").startswith("abs/"):
            # So DBLP calls a paper's number on arXiv.
            said.take("volume")
        return (
            {"publisher": "arXiv", "number": _numbered_by_arxiv(said, arxiv)}
            if item_type == "preprint"
            else {}
        )
    if item_type == "preprint":
        return {
            "publisher": said.take("eprinttype", "archiveprefix"),
            "number": said.take("eprint"),
        }
    if archive.casefold() == "pubmed":
        said.take("eprinttype", "archiveprefix")
        return {"PMID": said.take("eprint")}
    return {}


def _numbered_by_arxiv(said: _Said, arxiv: Identifier) -> str:
    """The number with its version, where the record names one."""
    typed = said.look("eprint").casefold().removeprefix("arxiv:")
    return f"arXiv:{typed if typed.startswith(arxiv.value) else arxiv.value}"


# --- dates and addresses -------------------------------------------------------------------------------

_FOUR_DIGITS: Final = regex(r"\d{4}")
_MONTH_NAMES: Final = frozenset((
    *MONTHS, "sept", "january", "february", "march", "april", "june", "july", "august", "september",
    "october", "november", "december",
))  # fmt: skip
_ADDRESS: Final = regex(r"https?://\S+", re.IGNORECASE)
# A remark that says no more than when an address was looked at.
_ACCESSED: Final = regex(
    r"[\[(]?(?:online[;,.:]?\s*)?(?:last\s+)?(?:accessed|visited|checked|retrieved)(?:\s+on)?[:,]?\s*(.{6,30}?)[\])]?\.?",
    re.IGNORECASE,
)


def _date(said: _Said) -> str:
    """ISO 8601 as far as the record is exact; what no calendar knows stays as it is written."""
    if date := said.take("date"):
        return date
    year, month, day = said.take("year").replace("–", "-"), said.look("month"), said.look("day")
    named = month.casefold().rstrip(".")
    number = str(MONTHS.index(named[:3]) + 1) if named in _MONTH_NAMES else month
    if _FOUR_DIGITS.fullmatch(year) and number.isdecimal():
        said.take("month")
        return f"{year}-{int(number):02}" + (
            f"-{int(said.take('day')):02}" if day.isdecimal() else ""
        )
    found = parse_date(f"{month} {year}") if month else None
    if found:
        said.take("month")
    return found.edtf if found else year


def _found_at(said: _Said, url: str) -> dict[str, str]:
    """The address, and when it was looked at; people who use BibTeX write both into other fields."""
    for name in () if url else ("howpublished", "note"):
        if (found := _address(said.look(name))) and not url:
            url = found
            if said.look(name).strip(" .") == found:
                said.take(name)
    if not url and "\\href" in (title := said.values.get("title", "")):
        url = _address(read_address(title))
    accessed = said.take("urldate")
    remark = _ACCESSED.fullmatch(said.look("note"))
    if url and not accessed and remark and parse_date(remark[1]):
        said.take("note")
        accessed = remark[1]
    day = parse_date(accessed)
    return {"url": url, "accessDate": day.start.date if day and url else accessed}


def _address(text: str) -> str:
    """Return the address that a text names, if any."""
    found = _ADDRESS.search(text)
    return found[0].rstrip(".,;)") if found else ""


# --- Extra ---------------------------------------------------------------------------------------------


def _extra(item_type: str, entry_type: str, said: _Said, arxiv: Identifier | None) -> Iterator[str]:
    """What Zotero has no field for, as lines that zsync's own writer takes from Extra again."""
    if arxiv:
        section = said.take("eprintclass", "primaryclass")
        yield _numbered_by_arxiv(said, arxiv) + (f" [{section}]" if section else "")
    wanted = _ALIASES.get(entry_type, entry_type)
    written = {_ALIASES.get(each, each) for each in _written_as(item_type, said)}
    if item_type != "preprint" and wanted not in written:
        yield f"tex.entrytype: {entry_type}"
    for name, text in said.rest():
        if name in said.odd:
            # As it is typed, so that it is LaTeX again on the way out.
            yield f"tex.{name}= {said.values[name]}"
        elif not _is_said_already(name, text, said):
            yield f"tex.{name}: {text}"


def _written_as(item_type: str, said: _Said) -> tuple[str, ...]:
    """The entry types that zsync's own writer gives an item; a book of several volumes is an ``mvbook``."""
    if item_type == "book" and said.look("volumes"):
        return ("mvbook",)
    return BIBTEX_TYPES.get(item_type, "misc"), BIBLATEX_TYPES.get(item_type, "misc")


def _is_said_already(name: str, text: str, said: _Said) -> bool:
    """Return whether a field repeats in another form what found its place."""
    if name == "language":
        return babel_name(text) == babel_name(said.look("langid"))
    return name in ("address", "howpublished") and text in (said.look("location"), said.look("url"))


# --- names ---------------------------------------------------------------------------------------------

_EDITOR_KINDS: Final = {
    "collaborator": "contributor", "director": "director", "redactor": "seriesEditor",
    "scriptwriter": "scriptwriter",
}  # fmt: skip
_AND: Final = regex(r"(?<!\s)\s+and\s+", re.IGNORECASE)
_COMMA: Final = regex(",")
_EXTENDED: Final = regex(r"([a-z]+(?:-i)?)\s*=\s*(.*)", re.DOTALL)


def _creators(item_type: str, said: _Said) -> Iterator[Creator]:
    """The people of a record; "and others" is a name of its own, as Better BibTeX has it.

    Further editors of a kind that Zotero does not know are left to Extra.
    """
    for field, role in _NAMES.items():
        kind = said.look(f"{field}type")
        if kind in _EDITOR_KINDS:
            role = _EDITOR_KINDS.get(said.take(f"{field}type"), role)
        elif kind and field != "editor":
            continue
        role = ITEM_ROLES[item_type][0] if role == "author" else role
        said.take(field)
        for name in outside_braces(said.values.get(field, ""), _AND):
            if name.casefold() == "others":
                yield Creator(role, name="others")
            elif name:
                yield from (_creator(role, each) for each in _apart(name))


# Initials and nothing else: J., A.-B., K L
_INITIALS: Final = regex(r"(?:[^\W\d_]\.?[\s-]*){1,3}")


def _apart(name: str) -> Iterator[str]:
    """Cut names apart that have commas between them, ``Ho, J., Jain, A.``; BibTeX takes such for one."""
    parts = outside_braces(name, _COMMA)
    initials = parts[1::2]
    if len(parts) > 3 and len(parts) % 2 == 0 and all(map(_INITIALS.fullmatch, initials)):
        yield from map(", ".join, zip(parts[::2], initials, strict=True))
    else:
        yield name


# The number by which DBLP tells people of one name apart.
_HOMONYM: Final = regex(r"(?<=\w)\s+\d{4}(?=,|\Z)")


def _creator(role: str, name: str) -> Creator:
    name = _HOMONYM.sub("", name)
    parts = outside_braces(name, _COMMA)
    if name.startswith("{") and _closes_at_end(name):
        return Creator(role, name=to_text(name))
    if all(map(_EXTENDED.fullmatch, parts)):
        found = {
            match[1]: to_text(match[2].strip('"'))
            for part in parts
            if (match := _EXTENDED.fullmatch(part))
        }
        prefix, family, given = (found.get(name, "") for name in ("prefix", "family", "given"))
        suffix = found.get("suffix", "")
        if suffix and found.get("juniorcomma") == "true":
            # Zotero's sign for a comma before the suffix.
            given, suffix = f"{given},! {suffix}", ""
        if found.get("useprefix") == "false":
            return person(role, family, _joined(given, prefix), suffix)
        return person(role, _prefixed(prefix, family), given, suffix)
    split = split_name(name)
    last = _prefixed(to_text(split.von), to_text(split.last))
    return person(role, last, to_text(split.first), to_text(split.jr))


def _prefixed(prefix: str, family: str) -> str:
    return prefix + family if prefix.endswith(("'", "’", "-")) else _joined(prefix, family)


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def person(role: str, last: str, first: str, suffix: str) -> Creator:
    """Return a person; a suffix stands behind the first name, as Zotero has it."""
    if suffix:
        return Creator(role, last, f"{first}, {suffix}" if first else suffix)
    return Creator(role, last, first) if first else Creator(role, name=last)


def _closes_at_end(name: str) -> bool:
    """Whether the brace that a name begins with closes at its end: an institution."""
    depths = list(accumulate((char == "{") - (char == "}") for char in name))
    return depths[-1] == 0 and 0 not in depths[:-1]
