"""OpenReview's notes (https://docs.openreview.net, APIs 2 and 1) -> Metadata.

``venueid`` says what became of a submission: one that was rejected, withdrawn or is under review is no paper
of the venue, and is a preprint here.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from zsync.core import identifiers
from zsync.core.metadata import Metadata
from zsync.core.model import Identifier
from zsync.core.patterns import regex
from zsync.resolvers import csl, markup, names
from zsync.resolvers.answers import Broken, Question

_NOT_ACCEPTED = regex(
    r"reject|withdrawn|submi(?:tted|ssion)|under review|\breview\b", re.IGNORECASE
)
_PRESENTED = regex(
    r"\s*\(?\b(?:conditional\s+|conditionally\s+)?(?:poster|oral|spotlight|notable[- ]top[- ]\d+%|accept\w*"
    r"|(?:invite|regular|main|short|long)\s*(?:paper|talk|track)?)\)?\s*$",
    re.IGNORECASE,
)
_YEAR = regex(r"(?<!\d)20\d\d(?!\d)")
_BOOK_TITLE = regex(r"\bbooktitle\s*=\s*\{+([^{}]+)\}")
_LONGEST_VENUE = 200
_TMLR = "Transactions on Machine Learning Research"


def question(identifier: Identifier) -> Question:
    """Ask for a note of the second API, which has the conferences since 2023."""
    return Question("openreview", "/notes", (("id", identifier.value),), read)


def older(identifier: Identifier) -> Question:
    """Ask for a note of the first API."""
    return Question("openreview", "/v1/notes", (("id", identifier.value),), read)


def read(body: bytes) -> tuple[Metadata, ...]:
    """Read the answer about one note.

    Raises:
        Broken: there is no list of notes in it.

    """
    notes = csl.load(body).get("notes")
    if not isinstance(notes, list):
        raise Broken("no notes in the answer")
    found = (_paper(note) for note in notes if isinstance(note, dict))
    return tuple(paper for paper in found if paper)


def _paper(note: Mapping[str, Any]) -> Metadata | None:
    content = note.get("content")
    content = (
        {name: _value(each) for name, each in content.items()} if isinstance(content, dict) else {}
    )
    title = markup.title(_text(content.get("title")))
    # A forum's first note is the paper; the others are its reviews and comments.
    if not title or note.get("forum", note.get("id")) != note.get("id"):
        return None
    kind, fields = _venue(content, note)
    identifier = Identifier("openreview", _text(note.get("id")))
    fields |= {
        "abstractNote": markup.paragraphs(_text(content.get("abstract"))),
        "url": identifiers.canonical_url(identifier) or "",
        "libraryCatalog": "openreview.net",
    }
    return Metadata(
        kind,
        title,
        tuple(filter(None, map(names.creator, _texts(content.get("authors"))))),
        {name: value for name, value in fields.items() if value},
        tuple(dict.fromkeys(_texts(content.get("keywords")))),
        (identifier,),
        "OpenReview",
    )


def _venue(content: Mapping[str, Any], note: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The item type, and the fields that say where and when the paper appeared."""
    venue = _text(content.get("venue"))[:_LONGEST_VENUE]
    venue_id = _text(content.get("venueid"))
    if not venue or _NOT_ACCEPTED.search(venue) or _NOT_ACCEPTED.search(venue_id):
        return "preprint", {"repository": "OpenReview", "date": _day(note)}
    if venue_id.startswith("TMLR") or venue == "TMLR":
        return "journalArticle", {"publicationTitle": _TMLR, "date": _day(note)}
    name = _PRESENTED.sub("", venue)
    year = _YEAR.search(name)
    proceedings = _BOOK_TITLE.search(_text(content.get("_bibtex")))
    return "conferencePaper", {
        "conferenceName": name,
        "proceedingsTitle": markup.words(proceedings[1]) if proceedings else "",
        "date": year[0] if year else _day(note),
    }


def _day(note: Mapping[str, Any]) -> str:
    """The day on which the note was published, in milliseconds since 1970."""
    stamps = (note.get(name) for name in ("pdate", "odate", "cdate"))
    stamp = next((each for each in stamps if isinstance(each, int) and 0 < each < 10**14), None)
    if stamp is None:
        return ""
    return datetime.fromtimestamp(stamp / 1000, UTC).date().isoformat()


def _value(field: object) -> object:
    """The second API wraps every value."""
    return field.get("value") if isinstance(field, dict) else field


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else str(value or "").split(",")
    return [text for text in map(_text, values) if text]
