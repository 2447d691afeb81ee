"""Pages of CVF Open Access (CVPR, ICCV, WACV) -> Metadata, by their ``citation_*`` tags and BibTeX.

The site has no API and no search, but the address of a page follows from first author, title, venue and year.
"""

import re
import unicodedata
from html.parser import HTMLParser
from itertools import islice
from urllib.parse import quote

from zsync.core import identifiers
from zsync.core.dates import parse_date
from zsync.core.metadata import Metadata
from zsync.core.model import Identifier
from zsync.resolvers import markup, names
from zsync.resolvers.answers import Broken, Question

VENUES = frozenset(("CVPR", "ICCV", "WACV"))
# Since 2021 the pages lie in content/CVPR2021/html/, before in content_CVPR_2020/html/.
_FIRST_NEW_YEAR = 2021
_FIRST_YEAR = 2018
_MOST_WORDS = 10
# The pages are a tenth as long.
_LONGEST = 200_000
_FIELD = r"\b{}\s*=\s*\{{([^{{}}]+)\}}"
_BOOK_TITLE, _MONTH = (re.compile(_FIELD.format(name)) for name in ("booktitle", "month"))


def question(identifier: Identifier) -> Question:
    """Ask for a page."""
    address = identifiers.canonical_url(identifier) or ""
    path = "/" + address.removeprefix("https://openaccess.thecvf.com/")
    return Question("cvf", quote(path, safe="/%"), (), read, "text/html")


def identifier_of(family: str, title: str, venue: str, year: int) -> Identifier | None:
    """The page that a paper has by its first author's family name and its title, if there is one.

    Seen on the pages of CVPR 2025: the first ten words of the title, without their punctuation.
    """
    words = [_bare(word) for word in title.split()[:_MOST_WORDS]]
    author = "_".join(_bare(word) for word in family.split())
    if venue not in VENUES or year < _FIRST_YEAR or not author or not any(words):
        return None
    volume = f"{venue}{year}" if year >= _FIRST_NEW_YEAR else f"content_{venue}_{year}"
    return Identifier("cvf", f"{volume}/{author}_{'_'.join(words)}_{venue}_{year}_paper")


def read(body: bytes) -> tuple[Metadata, ...]:
    """Read a page.

    Raises:
        Broken: it has no title tag or cannot be read, so it is another page.

    """
    page = _Page()
    # A tag that never ends is left alone. Not so by close(), which looks for its end again and again.
    try:
        page.feed(body[:_LONGEST].decode("utf-8", "replace"))
    except AssertionError as cause:  # a declaration that html.parser does not know
        raise Broken("no page of a paper") from cause
    title = markup.words(page.first("citation_title"))
    if not title:
        raise Broken("no page of a paper")
    text = "".join(page.text)
    proceedings = _BOOK_TITLE.search(text)
    own = identifiers.find(page.first("citation_pdf_url"))
    pages = (page.first("citation_firstpage"), page.first("citation_lastpage"))
    fields = {
        "proceedingsTitle": proceedings[1]
        if proceedings
        else page.first("citation_conference_title"),
        "pages": "-".join(filter(None, pages)),
        "date": _date(page.first("citation_publication_date"), text),
        "abstractNote": markup.paragraphs("".join(page.abstract)),
        "url": (identifiers.canonical_url(own) if own else None) or "",
        "libraryCatalog": "openaccess.thecvf.com",
    }
    linked = (each for each in map(identifiers.find, page.links) if each and each.kind == "arxiv")
    found = (own, *islice(linked, 1)) if own and own.kind == "cvf" else ()
    return (
        Metadata(
            "conferencePaper",
            title,
            tuple(filter(None, map(names.creator, page.tags.get("citation_author", [])))),
            {name: value for name, value in fields.items() if value},
            identifiers=found,
            source="CVF Open Access",
        ),
    )


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    return re.sub(r"[^A-Za-z0-9_-]", "", decomposed)


def _date(year: str, text: str) -> str:
    month = _MONTH.search(text)
    date = parse_date(f"{month[1]} {year}") if month else None
    return date.edtf if date else year


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: dict[str, list[str]] = {}
        self.links: list[str] = []
        self.text: list[str] = []
        self.abstract: list[str] = []
        self._in_abstract = False

    def first(self, name: str) -> str:
        return next(iter(self.tags.get(name, [])), "").strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        name, content = attributes.get("name"), attributes.get("content")
        if tag == "meta" and name and content:
            self.tags.setdefault(name, []).append(content)
        elif tag == "a" and (target := attributes.get("href")):
            self.links.append(target)
        elif tag == "div":
            self._in_abstract = attributes.get("id") == "abstract"

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._in_abstract = False

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._in_abstract:
            # The text is plain already: what looks like a tag in it is a sign.
            self.abstract.append(data.replace("&", "&amp;").replace("<", "&lt;"))
