"""Crossref's REST API (https://api.crossref.org): a DOI or a title -> Metadata."""

from urllib.parse import quote

from zsync.core.metadata import Metadata
from zsync.core.model import Identifier
from zsync.resolvers import csl
from zsync.resolvers.answers import Broken, Question

_ROWS = "5"
# What a title finds today may be joined tomorrow by the paper itself.
_SEARCH_DAYS = 7.0


def question(identifier: Identifier) -> Question:
    """Ask for the work with a DOI."""
    path = f"/works/{quote(identifier.value, safe='/')}"
    return Question("crossref", path, (), read_answer)


def search(title: str) -> Question:
    """Ask which works have a title like this one."""
    query = (("query.bibliographic", title), ("rows", _ROWS))
    return Question("crossref", "/works", query, read_list, days=_SEARCH_DAYS)


def read_answer(body: bytes) -> tuple[Metadata, ...]:
    """Read the answer about one DOI.

    Raises:
        Broken: it is no work.

    """
    message = csl.load(body).get("message")
    if not isinstance(message, dict):
        raise Broken("no work in the answer")
    found = csl.read_work(message)
    return (found,) if found else ()


def read_list(body: bytes) -> tuple[Metadata, ...]:
    """Read the answer to a search, the likeliest work first.

    Raises:
        Broken: it is not a list of works.

    """
    message = csl.load(body).get("message")
    items = message.get("items") if isinstance(message, dict) else None
    if not isinstance(items, list):
        raise Broken("no list of works in the answer")
    works = (csl.read_work(item) for item in items if isinstance(item, dict))
    return tuple(work for work in works if work)
