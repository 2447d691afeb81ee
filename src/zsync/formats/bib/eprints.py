"""Where a paper is found: DOI, arXiv, PubMed, JSTOR, Handle, Google Books, or the server of a preprint."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from zsync.core.patterns import regex
from zsync.formats.bib.extra import Extra


@dataclass(frozen=True, slots=True)
class Eprint:
    """An archive (as BibLaTeX's ``eprinttype`` calls it), the paper's number there, and its category."""

    archive: str
    number: str
    category: str = ""


# A number with or without its classes, of which the first is the paper's own.
_ARXIV: Final = regex(
    r"(?:arxiv:\s*)?(\d{4}\.\d{4,5}(?:v\d+)?|[a-z-]+(?:\.[a-z]{2})?/\d{7}(?:v\d+)?)"
    r"(?:\s*\[([\w.-]+)(?:[\s,;]+[\w.-]+)*\])?",
    re.IGNORECASE,
)
_ARXIV_ADDRESS: Final = regex(
    r"(?:https?://)?(?:(?:dx\.)?doi\.org/)?10\.48550/arxiv\.|https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/|\.pdf$",
    re.IGNORECASE,
)
_ADDRESS: Final = regex(
    r"(?:https?://)?(?:"
    r"(?:www\.)?jstor\.org/stable/(?P<jstor>[\w./]+)"
    r"|(?:www\.)?(?:ncbi\.nlm\.nih\.gov/pubmed|pubmed\.ncbi\.nlm\.nih\.gov)/(?P<pubmed>\d+)"
    r"|hdl\.handle\.net/(?P<hdl>\S+)"
    r"|books\.google\.[a-z.]+/books\?id=(?P<googlebooks>[\w-]+))"
)
# What stands before a DOI: a resolver's address, or the word.
_DOI_PREFIX: Final = regex(r"https?://(?:dx\.|www\.)?doi\.org/|doi:\s*", re.IGNORECASE)
# What an address goes on with that does not belong to the DOI.
_AFTER_PATH: Final = regex(r"[?#].*", re.DOTALL)
_ARCHIVES: Final = {
    "jstor": "jstor",
    "pubmed": "pubmed",
    "hdl": "hdl",
    "google books": "googlebooks",
}
_ARCHIVED: Final = frozenset({"dataset", "preprint"})


def bare_doi(text: str) -> str:
    """A DOI without the word in front of it; of a resolver's address, the DOI that it leads to."""
    found = _DOI_PREFIX.match(text)
    if found is None:
        return text
    doi = text[found.end() :]
    return unquote(_AFTER_PATH.sub("", doi)) if found[0].endswith("/") else doi


def is_arxiv_number(text: str) -> bool:
    """Whether a text (a journal's name, say) is nothing but an arXiv number."""
    return _ARXIV.fullmatch(text.strip()) is not None


def find_arxiv(fields: Mapping[str, str], extra: Extra, *, is_preprint: bool) -> Eprint | None:
    """The arXiv number of an item by base fields and Extra; a preprint's DOI and address count too."""
    for place in _arxiv_places(fields, extra, is_preprint=is_preprint):
        if found := _ARXIV.fullmatch(place.strip()):
            section = fields.get("section", "") if is_preprint else ""
            return Eprint("arXiv", found[1], found[2] or section)
    return None


def _arxiv_places(fields: Mapping[str, str], extra: Extra, *, is_preprint: bool) -> Iterator[str]:
    yield fields.get("publicationTitle", "")
    yield extra.identifiers.get("arxiv", "")
    yield from (line.value for line in extra.tex if line.name == "arxiv")
    if not is_preprint:
        return
    number, server = fields.get("number", ""), fields.get("publisher", "")
    if "arxiv" in f"{number} {server}".casefold():
        yield number
    yield _ARXIV_ADDRESS.sub("", fields.get("DOI", ""))
    yield _ARXIV_ADDRESS.sub("", fields.get("url", ""))


def eprint_of_address(url: str) -> Eprint | None:
    """The archive that an address leads to."""
    found = _ADDRESS.match(url) if url else None
    return Eprint(found.lastgroup, found[found.lastgroup]) if found and found.lastgroup else None


def find_eprint(fields: Mapping[str, str], extra: Extra, item_type: str) -> Eprint | None:
    """An archive other than arXiv, by the item's fields and Extra, its address apart.

    What keeps a preprint or a dataset is where it can be had, whatever it is called; of other items, only
    archives that BibLaTeX knows.
    """
    if number := fields.get("PMID"):
        return Eprint("pubmed", number)
    for archive in _ARCHIVES.values():
        if number := extra.identifiers.get(archive):
            return Eprint(archive, number)
    server, number = fields.get("publisher"), fields.get("number")
    if item_type == "preprint" and server and number:
        return Eprint(server, number, fields.get("section", ""))
    archive, place = fields.get("archive", ""), fields.get("archiveLocation")
    name = _ARCHIVES.get(archive.casefold()) or (archive if item_type in _ARCHIVED else "")
    return Eprint(name, place) if name and place else None
