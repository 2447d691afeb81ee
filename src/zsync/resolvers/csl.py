"""Works of Crossref's REST API, and CSL-JSON of doi.org, which is nearly the same -> Metadata.

Item types and fields are those that Zotero's translators "Crossref REST" and "CSL JSON" set; dates are
ISO 8601.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zsync.core import fates, identifiers
from zsync.core.fates import Fate
from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Identifier
from zsync.network import BadBody, read_json
from zsync.resolvers import markup, names
from zsync.resolvers.answers import Broken

# Crossref's types (api.crossref.org/types), then CSL's.
_ITEM_TYPES = {
    "journal-article": "journalArticle", "proceedings-article": "conferencePaper",
    "posted-content": "preprint", "book-chapter": "bookSection", "book-section": "bookSection",
    "book-part": "bookSection", "reference-entry": "bookSection", "book": "book", "monograph": "book",
    "edited-book": "book", "reference-book": "book", "dissertation": "thesis", "report": "report",
    "report-component": "report", "standard": "standard", "dataset": "dataset", "database": "dataset",
    "article-journal": "journalArticle", "paper-conference": "conferencePaper", "chapter": "bookSection",
    "article": "preprint", "thesis": "thesis", "article-magazine": "magazineArticle",
    "article-newspaper": "newspaperArticle", "entry-encyclopedia": "encyclopediaArticle",
    "software": "computerProgram", "manuscript": "manuscript", "webpage": "webpage",
}  # fmt: skip
_CONTAINERS = {
    "journalArticle": "publicationTitle", "conferencePaper": "proceedingsTitle",
    "bookSection": "bookTitle", "book": "series", "magazineArticle": "publicationTitle",
    "newspaperArticle": "publicationTitle", "encyclopediaArticle": "encyclopediaTitle",
}  # fmt: skip
_PUBLISHERS = {"thesis": "university", "report": "institution", "preprint": "repository",
               "dataset": "repository", "computerProgram": "company"}  # fmt: skip
# The fields that a type has, of those that are set here (Zotero's schema, version 41).
_PAGED = frozenset(("journalArticle", "conferencePaper", "bookSection", "report", "magazineArticle",
                    "newspaperArticle", "encyclopediaArticle"))  # fmt: skip
_VOLUMES = frozenset(("journalArticle", "conferencePaper", "bookSection", "book", "magazineArticle",
                      "encyclopediaArticle"))  # fmt: skip
_ISSUES = frozenset(("journalArticle", "conferencePaper", "magazineArticle"))
_WITH_ISBN = frozenset(("conferencePaper", "bookSection", "book", "thesis", "report", "standard",
                        "encyclopediaArticle"))  # fmt: skip
_WITH_ISSN = frozenset(("journalArticle", "conferencePaper", "bookSection", "book", "thesis",
                        "magazineArticle", "newspaperArticle"))  # fmt: skip
_WITHOUT_PUBLISHER = frozenset(("magazineArticle", "newspaperArticle", "manuscript", "webpage"))
_WITHOUT_LANGUAGE = frozenset(("computerProgram",))
_EDITED = frozenset(("journalArticle", "conferencePaper", "bookSection", "book", "report", "preprint",
                     "encyclopediaArticle"))  # fmt: skip
_FIRST_ROLES = {"computerProgram": "programmer"}


def read_csl(body: bytes) -> tuple[Metadata, ...]:
    """Read what doi.org answers to a request for CSL-JSON.

    Raises:
        Broken: it is something else, such as the publisher's page.

    """
    found = read_work(load(body))
    return (found,) if found else ()


def load(body: bytes) -> Mapping[str, Any]:
    """Read a JSON object.

    Raises:
        Broken: the body is none, or is cut short or wrongly encoded.

    """
    try:
        data = read_json(body)
    except BadBody as cause:
        raise Broken(str(cause)) from cause
    if not isinstance(data, dict):
        raise Broken("not a JSON object")
    return data


def read_work(work: Mapping[str, Any]) -> Metadata | None:
    """Read one work; None where it has no title, for then nothing tells whether it is the right one."""
    title = _title(work)
    if not title:
        return None
    kind = _ITEM_TYPES.get(_first(work.get("type")), "document")
    from_crossref = bool({"indexed", "member"} & set(work))
    fields = {
        **_where(work, kind),
        **_numbers(work, kind),
        "DOI": _first(work.get("DOI")),
        "date": _date(work),
        "abstractNote": markup.paragraphs(_first(work.get("abstract"))),
        "language": "" if kind in _WITHOUT_LANGUAGE else _first(work.get("language")),
        "url": _address(work),
        "libraryCatalog": "DOI.org (Crossref)" if from_crossref else "DOI.org (CSL JSON)",
    }
    return Metadata(
        kind,
        title,
        tuple(_creators(work, kind)),
        {name: value for name, value in fields.items() if value},
        identifiers=tuple(dict.fromkeys(_identifiers(work))),
        source="Crossref" if from_crossref else "doi.org",
        fates=fates.together(_fates(work)),
    )


def _title(work: Mapping[str, Any]) -> str:
    title = markup.title(_first(work.get("title")))
    subtitle = markup.title(_first(work.get("subtitle")))
    if not title or not subtitle or subtitle.casefold() in title.casefold():
        return title
    return f"{title} {subtitle}" if title.endswith((":", "?", "!")) else f"{title}: {subtitle}"


def _where(work: Mapping[str, Any], kind: str) -> dict[str, str]:
    """Container, event and publisher."""
    containers = [markup.words(name) for name in _texts(work.get("container-title"))]
    found = {}
    if containers and kind in _CONTAINERS:
        found[_CONTAINERS[kind]] = containers[-1]
        if kind == "bookSection" and len(containers) > 1:
            found["series"] = containers[0]
    if kind == "journalArticle" and (short := _first(work.get("short-container-title"))):
        found["journalAbbreviation"] = markup.words(short) if short not in containers else ""
    if kind not in _WITHOUT_PUBLISHER:
        found[_PUBLISHERS.get(kind, "publisher")] = markup.words(_first(work.get("publisher")))
    institution = _first([each.get("name") for each in _dicts(work.get("institution"))])
    if institution and kind in _PUBLISHERS:
        found[_PUBLISHERS[kind]] = markup.words(institution)
    event = work.get("event")
    event = event if isinstance(event, dict) else {"name": event}
    if kind == "conferencePaper":
        found["conferenceName"] = markup.words(_first(event.get("name")))
        found["place"] = markup.words(_first(event.get("location")))
    elif kind in ("book", "bookSection"):
        found["place"] = markup.words(_first(work.get("publisher-location")))
    return found


def _numbers(work: Mapping[str, Any], kind: str) -> dict[str, str]:
    found = {}
    if kind in _PAGED:
        # Journals without pages number their articles.
        pages = _first(work.get("page")) or _first(work.get("article-number"))
        found["pages"] = pages.replace("–", "-")
    if kind in _VOLUMES:
        found["volume"] = _first(work.get("volume"))
    if kind in _ISSUES:
        found["issue"] = _first(work.get("issue"))
    if kind in _WITH_ISBN:
        found["ISBN"] = ", ".join(_texts(work.get("ISBN")))
    if kind in _WITH_ISSN:
        found["ISSN"] = ", ".join(_texts(work.get("ISSN")))
    return found


def _date(work: Mapping[str, Any]) -> str:
    """The printed date, else the first one of any kind: the volume's year is the one that people cite."""
    for name in ("published-print", "issued", "published-online", "posted"):
        if date := _day(work.get(name)):
            return date
    return ""


def _day(value: object) -> str:
    parts = _list(value.get("date-parts")) if isinstance(value, dict) else []
    return date_of(parts[0]) if parts and isinstance(parts[0], list) else ""


def date_of(parts: Sequence[object]) -> str:
    """ISO 8601 from ``[2025, 6, 10]``, as far as it goes."""
    found = []
    for part, width in zip(parts, (4, 2, 2), strict=False):
        if not str(part).isdecimal():
            break
        found.append(str(part).zfill(width))
    return "-".join(found)


def _address(work: Mapping[str, Any]) -> str:
    resource = work.get("resource")
    primary = resource.get("primary") if isinstance(resource, dict) else None
    address = _first(primary.get("URL")) if isinstance(primary, dict) else ""
    if not address.startswith(("http://", "https://")):
        address = _first(work.get("URL"))
    return address if address.startswith(("http://", "https://")) else ""


def _creators(work: Mapping[str, Any], kind: str) -> Iterator[Creator]:
    roles = {"author": _FIRST_ROLES.get(kind, "author")}
    if kind in _EDITED:
        roles |= {"editor": "editor", "translator": "translator"}
    for key, role in roles.items():
        for each in _dicts(work.get(key)):
            if found := _creator(each, role):
                yield found


def _creator(each: Mapping[str, Any], role: str) -> Creator | None:
    name = _first(each.get("name")) or _first(each.get("literal"))
    if name:
        return names.group(markup.words(name), role)
    given, family = (markup.words(_first(each.get(part))) for part in ("given", "family"))
    particle = _first(each.get("non-dropping-particle")) or _first(each.get("dropping-particle"))
    family = f"{particle} {family}" if particle and family else family
    return (
        names.person(given, family, _first(each.get("suffix")), role) if given or family else None
    )


def _identifiers(work: Mapping[str, Any]) -> Iterator[Identifier]:
    """Its DOI, then what Crossref relates as the preprint or the published version of it."""
    own = identifiers.find(f"doi:{_first(work.get('DOI'))}")
    if own is None:
        return
    yield own
    relation = work.get("relation")
    for name in ("has-preprint", "is-preprint-of"):
        for each in _dicts(relation.get(name) if isinstance(relation, dict) else None):
            label = {"doi": "doi:", "arxiv": "arXiv:"}.get(_first(each.get("id-type")), "")
            if related := identifiers.find(label + _first(each.get("id"))):
                yield related


def _fates(work: Mapping[str, Any]) -> Iterator[Fate]:
    """What became of the work by others' notices, and of other works by this one, if it is a notice.

    Some publishers register a retraction as an update of the paper by itself.
    """
    own = _first(work.get("DOI")).casefold()
    for name in ("updated-by", "update-to"):
        for each in _dicts(work.get(name)):
            doi = _first(each.get("DOI"))
            is_notice = name == "update-to" and doi.casefold() != own
            kind = _first(each.get("type")) or _first(each.get("label"))
            found = fates.of_update(kind, _day(each.get("updated")), doi, is_notice=is_notice)
            if found:
                yield found


def _first(value: object) -> str:
    return next(iter(_texts(value)), "")


def _texts(value: object) -> list[str]:
    """The texts in a value that is one, a list of them, or missing."""
    values = value if isinstance(value, list) else [value]
    return [
        str(each).strip() for each in values if isinstance(each, str | int) and str(each).strip()
    ]


def _dicts(value: object) -> list[dict[str, Any]]:
    return [each for each in _list(value) if isinstance(each, dict)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
