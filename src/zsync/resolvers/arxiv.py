"""The arXiv API (https://info.arxiv.org/help/api/user-manual.html): Atom feeds -> Metadata.

The fields are those that Zotero's translator for arXiv sets; ``[cs.CV]`` in Extra is the primary category.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from zsync.core import identifiers
from zsync.core.fates import Fate
from zsync.core.metadata import Metadata
from zsync.core.model import Identifier
from zsync.core.patterns import regex
from zsync.resolvers import markup, names
from zsync.resolvers.answers import Broken, Question

MOST_IDS = 100
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_ATOM_TYPE = "application/atom+xml"
# A hundred papers with all their authors have a tenth of so many.
_MOST_TAGS = 200_000
# A preprint may get a new version, or say where it was published.
_DAYS = 7.0


# "This paper has been withdrawn by the author due to ...", as arXiv writes it itself, and shorter.
_WITHDRAWN = regex(
    r"(?:th(?:is|e) (?:\w+ )?(?:paper|article|submission|manuscript|work|preprint) (?:has been|is|was) )?"
    r"withdrawn\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Feed:
    """The entries of a feed, each as a document of its own; ``total`` is how many there would be."""

    entries: Mapping[Identifier, bytes]
    total: int


def question(identifier: Identifier) -> Question:
    """Ask for one paper; questions for several are sent together, by ``batch``."""
    query = (("id_list", identifier.value), ("max_results", "1"))
    return Question("arxiv", "/api/query", query, read_entry, _ATOM_TYPE, _DAYS)


def batch(values: Iterable[str]) -> Question:
    """Ask for several ids at once; without ``max_results`` the API gives ten at most."""
    wanted = list(values)
    query = (("id_list", ",".join(wanted)), ("max_results", str(len(wanted))))
    return Question("arxiv", "/api/query", query, accept=_ATOM_TYPE)


def read_feed(body: bytes) -> Feed:
    """Take a feed apart. Unknown ids are left out by arXiv, or stand there as an entry that tells an error.

    Raises:
        Broken: this is no Atom feed, or one with a document type in it.

    """
    root = _parse(body)
    if root.tag != f"{_ATOM}feed":
        raise Broken("not an Atom feed")
    entries = {}
    for entry in root.findall(f"{_ATOM}entry"):
        found = _identifier(entry)
        if found:
            entries[found] = tostring(entry)
    total = root.findtext(_TOTAL, "").strip()
    return Feed(entries, int(total) if total.isdecimal() else len(entries))


def read_entry(body: bytes) -> tuple[Metadata, ...]:
    """Read one entry of a feed.

    Raises:
        Broken: it is none.

    """
    entry = _parse(body)
    identifier = _identifier(entry)
    if identifier is None:
        raise Broken("an entry without an arXiv id")
    title = markup.tex(_text(entry, f"{_ATOM}title"))
    categories = _categories(entry)
    authors = (_text(author, f"{_ATOM}name") for author in entry.findall(f"{_ATOM}author"))
    published = identifiers.find(f"doi:{_text(entry, f'{_ARXIV}doi')}")
    fields = {
        "repository": "arXiv",
        "archiveID": f"arXiv:{identifier.value}",
        "DOI": f"10.48550/arXiv.{identifier.value}",
        "url": identifiers.canonical_url(identifier) or "",
        "date": _text(entry, f"{_ATOM}updated")[:10],
        "abstractNote": _text(entry, f"{_ATOM}summary"),
        "extra": extra_line(identifier, categories[0] if categories else ""),
        "libraryCatalog": "arXiv.org",
    }
    return (
        Metadata(
            "preprint",
            title,
            tuple(filter(None, map(names.creator, authors))),
            {name: value for name, value in fields.items() if value},
            tuple(categories),
            tuple(filter(None, (identifier, published))),
            "arXiv",
            fates=(Fate("withdrawn", fields["date"]),) if _is_withdrawn(entry) else (),
        ),
    )


def _is_withdrawn(entry: Element) -> bool:
    """Whether the author took the paper back: comment or abstract then say so, and little else."""
    said = (_text(entry, f"{_ARXIV}comment"), _text(entry, f"{_ATOM}summary"))
    return any(map(_WITHDRAWN.match, said))


def extra_line(identifier: Identifier, category: str) -> str:
    """The line of Extra that names the preprint, with its archive, as Zotero's arXiv translator writes it.

    Ids of before 2007 name their archive themselves.
    """
    archive = category.partition(".")[0]
    if archive and "/" not in identifier.value:
        return f"arXiv:{identifier.value} [{archive}]"
    return f"arXiv:{identifier.value}"


def _parse(body: bytes) -> Element:
    if body.count(b"<") > _MOST_TAGS:
        raise Broken("too large")
    try:
        root: Element = ElementTree.fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as cause:
        raise Broken(f"not well-formed: {cause}") from cause
    return root


def _identifier(entry: Element) -> Identifier | None:
    found = identifiers.find(_text(entry, f"{_ATOM}id"))
    return found if found and found.kind == "arxiv" else None


def _categories(entry: Element) -> list[str]:
    """All of them, the primary one first."""
    nodes = (*entry.findall(f"{_ARXIV}primary_category"), *entry.findall(f"{_ATOM}category"))
    return list(dict.fromkeys(filter(None, (node.get("term", "").strip() for node in nodes))))


def _text(node: Element, name: str) -> str:
    """The text of a child; arXiv breaks titles and abstracts into lines."""
    return " ".join(node.findtext(name, "").split())
