"""DataCite's REST API (https://support.datacite.org/docs/api): DOIs of arXiv, Zenodo and others -> Metadata.

Types and fields follow Zotero's translator "Datacite JSON"; arXiv's records become what its own translator
makes.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from zsync.core import identifiers
from zsync.core.fates import Fate
from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Identifier
from zsync.core.patterns import regex
from zsync.resolvers import arxiv, csl, markup, names
from zsync.resolvers.answers import Broken, Question

_ITEM_TYPES = {
    "article": "preprint", "article-journal": "journalArticle", "book": "book", "chapter": "bookSection",
    "paper-conference": "conferencePaper", "thesis": "thesis", "report": "report", "dataset": "dataset",
}  # fmt: skip
_GENERAL_TYPES = {"Preprint": "preprint", "ConferencePaper": "conferencePaper",
                  "BookChapter": "bookSection", "JournalArticle": "journalArticle",
                  "Software": "computerProgram"}  # fmt: skip
_PUBLISHERS = {"preprint": "repository", "dataset": "repository", "thesis": "university",
               "report": "institution", "computerProgram": "company"}  # fmt: skip
_DATES = ("Issued", "Available", "Submitted", "Created", "Updated")
_OTHER_VERSIONS = frozenset(("IsPreprintOf", "IsVersionOf", "HasPreprint"))
# The code at the end of "Computer Vision and Pattern Recognition (cs.CV)".
_CATEGORY = regex(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)$")


def question(identifier: Identifier) -> Question:
    """Ask for a DOI, or for the one that every arXiv id has."""
    (alias,) = identifiers.aliases(identifier) if identifier.kind == "arxiv" else (identifier,)
    path = f"/dois/{quote(alias.value, safe='/')}"
    return Question("datacite", path, (), read, "application/vnd.api+json")


def read(body: bytes) -> tuple[Metadata, ...]:
    """Read the answer about one DOI.

    Raises:
        Broken: it is not a record.

    """
    data = csl.load(body)
    if "data" not in data:
        raise Broken("no record in the answer")
    attributes = data["data"].get("attributes") if isinstance(data["data"], dict) else None
    title = _title(attributes) if isinstance(attributes, dict) else ""
    return (_record(attributes, title),) if title and isinstance(attributes, dict) else ()


def _record(record: Mapping[str, Any], title: str) -> Metadata:
    kind = _kind(record)
    own = identifiers.find(f"doi:{record.get('doi')}")
    subjects = list(dict.fromkeys(_subjects(record)))
    fields = {
        _PUBLISHERS.get(kind, "publisher"): _publisher(record),
        "DOI": str(record.get("doi") or ""),
        "date": _date(record),
        "abstractNote": _abstract(record),
        "url": _address(record),
        "libraryCatalog": "DOI.org (Datacite)",
    }
    if own and own.kind == "arxiv":
        fields |= {
            "archiveID": f"arXiv:{own.value}",
            "DOI": f"10.48550/arXiv.{own.value}",
            "url": identifiers.canonical_url(own) or "",
            "date": _last_version(record) or fields["date"],
            "extra": arxiv.extra_line(own, subjects[0] if subjects else ""),
        }
    return Metadata(
        kind,
        title,
        tuple(_creators(record, "programmer" if kind == "computerProgram" else "author")),
        {name: value for name, value in fields.items() if value},
        tuple(subjects),
        tuple(dict.fromkeys(_identifiers(record, own))),
        "DataCite",
        fates=tuple(
            Fate("withdrawn", str(each.get("date") or "")[:10])
            for each in _rows(record, "dates")
            if each.get("dateType") == "Withdrawn"
        ),
    )


def _kind(record: Mapping[str, Any]) -> str:
    types = record.get("types")
    types = types if isinstance(types, dict) else {}
    general = _GENERAL_TYPES.get(str(types.get("resourceTypeGeneral")))
    return general or _ITEM_TYPES.get(str(types.get("citeproc")), "document")


def _title(record: Mapping[str, Any]) -> str:
    """The title and its subtitle; translations are left out."""
    titles = {
        str(each.get("titleType") or ""): each.get("title") for each in _rows(record, "titles")
    }
    main, subtitle = (markup.title(str(titles.get(kind) or "")) for kind in ("", "Subtitle"))
    return f"{main}: {subtitle}" if main and subtitle else main


def _creators(record: Mapping[str, Any], role: str) -> Iterator[Creator]:
    for each in _rows(record, "creators"):
        name = markup.words(str(each.get("name") or ""))
        given, family = (
            markup.words(str(each.get(part) or "")) for part in ("givenName", "familyName")
        )
        if given and family:
            yield names.person(given, family, role=role)
        elif each.get("nameType") == "Organizational" and name:
            yield names.group(name, role)
        elif found := names.creator(name, role):
            yield found


def _publisher(record: Mapping[str, Any]) -> str:
    publisher = record.get("publisher")
    return str((publisher.get("name") if isinstance(publisher, dict) else publisher) or "")


def _date(record: Mapping[str, Any]) -> str:
    """The date of issue; where that is a year or a month, a fuller date of the same year."""
    given = {
        str(each.get("dateType")): str(each.get("date") or "")[:10]
        for each in reversed(_rows(record, "dates"))
    }
    found = [given[kind] for kind in _DATES if given.get(kind)]
    if not found:
        return str(record.get("publicationYear") or "")
    return max((date for date in found if date.startswith(found[0])), key=len)


def _last_version(record: Mapping[str, Any]) -> str:
    """The day of the newest version, which is arXiv's own date of a preprint."""
    days = (
        str(each.get("date") or "")[:10]
        for each in _rows(record, "dates")
        if each.get("dateType") == "Updated"
    )
    return max(days, default="")


def _abstract(record: Mapping[str, Any]) -> str:
    texts = (
        str(each.get("description") or "")
        for each in _rows(record, "descriptions")
        if each.get("descriptionType") == "Abstract"
    )
    return markup.paragraphs(next(texts, ""))


def _address(record: Mapping[str, Any]) -> str:
    address = str(record.get("url") or "")
    return address if address.startswith(("http://", "https://")) else ""


def _subjects(record: Mapping[str, Any]) -> Iterator[str]:
    """The subjects; arXiv's by their codes, and without those of the OECD's table of sciences."""
    for each in _rows(record, "subjects"):
        subject = markup.words(str(each.get("subject") or ""))
        if not subject or subject.startswith("FOS: "):
            continue
        code = _CATEGORY.search(subject) if each.get("subjectScheme") == "arXiv" else None
        yield code[1] if code else subject


def _identifiers(record: Mapping[str, Any], own: Identifier | None) -> Iterator[Identifier]:
    if own is None:
        return
    yield own
    for each in _rows(record, "relatedIdentifiers"):
        if (
            each.get("relatedIdentifierType") == "DOI"
            and each.get("relationType") in _OTHER_VERSIONS
        ):
            related = identifiers.find(f"doi:{each.get('relatedIdentifier')}")
            if related:
                yield related


def _rows(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = record.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
