"""The values every part of zsync speaks in: frozen, comparable, without behaviour of their own.

Words are Zotero's and BibTeX's; the glossary in ARCHITECTURE.md lists them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

_TITLE_FIELDS = ("title", "nameOfAct", "caseName", "subject")


@dataclass(frozen=True, slots=True)
class Creator:
    """A person (``last_name``, ``first_name``) or an institution (``name``) with its Zotero role."""

    role: str
    last_name: str = ""
    first_name: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A Zotero tag; ``automatic`` ones came from a translator, not from a person."""

    name: str
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A labelled address: ``[label](url)`` in the list, a linked-URL attachment in Zotero.

    ``key`` is the attachment's, and empty for a link in the list. It does not count in comparisons: both
    sides have the same link if they call it the same and it leads to the same place.
    """

    label: str
    url: str
    key: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Note:
    """A child note as Zotero holds it."""

    key: str
    html: str
    tags: tuple[str, ...] = ()
    date_added: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A regular Zotero item with its child notes and linked URLs.

    ``fields`` holds the non-empty fields under Zotero's own names (``title``, ``DOI``, ``extra`` ...).
    ``collections`` are the keys of the linked collection and its subcollections that list the item.
    ``replaces`` are the keys of items merged into this one. Dates are ISO 8601 as Zotero sends them.
    """

    key: str
    item_type: str
    version: int = 0
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    creators: tuple[Creator, ...] = ()
    tags: tuple[Tag, ...] = ()
    collections: frozenset[str] = frozenset()
    replaces: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    links: tuple[Link, ...] = ()
    date_added: str = ""
    date_modified: str = ""

    @property
    def title(self) -> str:
        """The item's title, whatever Zotero calls it for this item type."""
        return next((self.fields[name] for name in _TITLE_FIELDS if name in self.fields), "")


@dataclass(frozen=True, slots=True)
class Collection:
    """A Zotero collection; ``parent`` is the key of the collection above it, if any."""

    key: str
    name: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Identifier:
    """A normalised name of a paper: ``kind`` (``arxiv``, ``doi`` ...), ``value``, arXiv ``version``.

    Two identifiers of one paper compare equal whatever version of it was linked.
    """

    kind: str
    value: str
    version: int | None = field(default=None, compare=False)


class Checkbox(StrEnum):
    """The task box in front of an entry; one with a mark that zsync does not know says nothing."""

    CHECKED = "checked"
    UNCHECKED = "unchecked"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper in a reading list, as its author wrote it.

    ``line`` is 1-based. ``section`` is the path of heading texts above the entry. ``title`` leaves out
    the short name. ``venue`` leaves out the year. ``note`` is Markdown without its indentation.
    ``rating`` is a number of stars, 0 where the place for them is empty; None: there is no place for them, or
    what stands there is no rating. ``state`` says how far a paper is that is not read, empty where nothing
    says it; ``states`` are those that the entry's place for it can say, none where it has no place.
    """

    line: int
    section: tuple[str, ...]
    checkbox: Checkbox
    short: str | None
    title: str
    venue: str | None = None
    year: int | None = None
    authors: str | None = None
    links: tuple[Link, ...] = ()
    note: str | None = None
    rating: int | None = None
    state: str = ""
    states: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry to be written: what Zotero says, before the list's dialect gives it a form.

    ``url`` is the paper's own address, written under the list's usual label; ``links`` are the others.
    ``note`` is Markdown, paragraphs apart by one blank line. ``authors`` are names as ``First Last``, joined
    by a comma and a space. ``rating`` and ``state`` are written where the list has a place for them.
    """

    read: bool
    short: str | None
    title: str
    venue: str | None = None
    year: int | None = None
    url: str | None = None
    links: tuple[Link, ...] = ()
    note: str | None = None
    authors: str | None = None
    rating: int | None = None
    state: str | None = None
