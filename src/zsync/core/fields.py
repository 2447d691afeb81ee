"""What each side says of an entry, field by field: the ground that merging stands on.

The fields are ``read``, ``title``, ``venue``, ``url`` (the first link), ``note``, ``section`` and one
``link:LABEL`` for every other link. A field that a side does not speak of is absent.

The list's side is the entry as written. Zotero's side is taken as raw as it comes (the note's HTML, the
conference's full name, the collection's key), so that a better rendering in a later release of zsync
never looks like a change in Zotero.
"""

import unicodedata
from collections.abc import Collection as Group
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from zsync.core import venues
from zsync.core.identifiers import normalise_url
from zsync.core.model import Checkbox, Entry, Item, Link, Note

LINK = "link:"
_SEPARATOR = "\x1f"
_UNREAD_TAGS = frozenset({"unread", "to-read", "toread"})
_VENUE_FIELDS = (
    "conferenceName",
    "proceedingsTitle",
    "publicationTitle",
    "bookTitle",
    "repository",
    "archiveID",
    "date",
)


class NotesPolicy(StrEnum):
    """Which child notes may be written into the list; a note tagged ``private`` never is."""

    ALL = "all"
    TAGGED = "tagged"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ListPolicy:
    """What the settings say about a list.

    ``notes`` is None until somebody chose: notes are then left alone. ``note_tag`` marks the notes to
    publish under :attr:`NotesPolicy.TAGGED`. ``prepend`` puts new entries first in their section.
    """

    read_tags: Group[str] = ("read", "done", "✅")
    notes: NotesPolicy | None = None
    note_tag: str = "public"
    prepend: bool = False

    @property
    def publishes_notes(self) -> bool:
        """Say whether the list's notes follow Zotero; else they are left alone, those written included."""
        return self.notes in (NotesPolicy.ALL, NotesPolicy.TAGGED)


@dataclass(frozen=True, slots=True)
class ZoteroSays:
    """What Zotero says of an item, in the list's terms: raw values, not yet in the list's style.

    ``notes`` is None where the policy leaves notes alone. ``links`` leave out the paper's own ``url``.
    """

    read: bool
    short: str | None
    title: str
    venue: str | None
    year: int | None
    venue_source: str
    url: str | None
    links: tuple[Link, ...]
    notes: tuple[str, ...] | None


def of_entry(entry: Entry) -> dict[str, str]:
    """Give what the list says in each field."""
    said = {
        "read": "x" if entry.checkbox is Checkbox.CHECKED else None,
        "title": _title(entry.short, entry.title),
        "venue": _venue(entry.venue, entry.year),
        "url": entry.links[0].url if entry.links else None,
        "note": entry.note or None,
        "section": _SEPARATOR.join(entry.section),
    }
    said.update(_labelled(entry.links[1:]))
    return {name: value for name, value in said.items() if value is not None}


def of_item(says: ZoteroSays, place: str) -> dict[str, str]:
    """Give what Zotero says in each field of the entry that stands for collection ``place``."""
    said = {
        "read": "x" if says.read else None,
        "title": _title(says.short, says.title),
        "venue": says.venue_source or None,
        "url": says.url,
        "note": _SEPARATOR.join(says.notes) if says.notes else None,
        "section": place,
    }
    said.update(_labelled(says.links))
    return {name: value for name, value in said.items() if value is not None}


def listen(item: Item, policy: ListPolicy) -> ZoteroSays:
    """Take from an item what concerns the list."""
    short, title = split_title(item)
    venue, year = venues.label(item)
    url = item.fields.get("url")
    return ZoteroSays(
        read=is_read(item, policy.read_tags),
        short=short,
        title=title,
        venue=venue,
        year=year,
        venue_source=_SEPARATOR.join(item.fields.get(name, "") for name in _VENUE_FIELDS).strip(
            _SEPARATOR
        ),
        url=url,
        links=_other_links(item.links, url),
        notes=published_notes(item, policy) if policy.publishes_notes else None,
    )


def split_title(item: Item) -> tuple[str | None, str]:
    """Give an item's short name and the title without it.

    Zotero's title holds the whole title, short name included; its ``shortTitle`` may also be the title
    itself or its beginning up to a question mark, and is then no short name.
    """
    title = " ".join(item.title.split())
    short = " ".join(item.fields.get("shortTitle", "").split())
    if not short or plain(short) == plain(title):
        return None, title
    if not title.casefold().startswith(short.casefold()):
        return short, title
    rest = title[len(short) :].lstrip()
    if rest[:1] in (":", "："):
        return short, rest[1:].lstrip()
    return None, title


def is_read(item: Item, read_tags: Group[str]) -> bool:
    """Say whether the item is read: by a read tag, else by the Reading List plugin's Extra line.

    The plugin (Zotero Reading List) writes ``Read_Status: Read``; tags win over it, and a tag such as
    ``unread`` counts where no read tag stands beside it.
    """
    tags = {_tag(tag.name) for tag in item.tags}
    if tags & {_tag(name) for name in read_tags}:
        return True
    return not tags & _UNREAD_TAGS and _read_status(item.fields.get("extra", "")) == "read"


def published_notes(item: Item, policy: ListPolicy) -> tuple[str, ...]:
    """Give the HTML of the notes that the policy lets into the list, oldest first."""
    return tuple(note.html for note in item.notes if _is_published(note, policy))


def _is_published(note: Note, policy: ListPolicy) -> bool:
    tags = {_tag(name) for name in note.tags}
    if "private" in tags:
        return False
    return policy.notes is NotesPolicy.ALL or (
        policy.notes is NotesPolicy.TAGGED and _tag(policy.note_tag) in tags
    )


def same_words(one: str, other: str) -> bool:
    """Say whether two texts differ in case, punctuation and white space only."""
    return plain(one) == plain(other)


def _title(short: str | None, title: str) -> str:
    return f"{short}{_SEPARATOR}{title}" if short else title


def _venue(venue: str | None, year: int | None) -> str | None:
    return _SEPARATOR.join(str(part) for part in (venue, year) if part) or None


def _labelled(links: Sequence[Link]) -> dict[str, str]:
    """Name links by their labels; a label that comes again is counted."""
    named: dict[str, str] = {}
    for link in links:
        name, count = LINK + link.label, 1
        while name in named:
            count += 1
            name = f"{LINK}{link.label} {count}"
        named[name] = link.url
    return named


def _other_links(links: Sequence[Link], url: str | None) -> tuple[Link, ...]:
    """Leave out the paper's own address and repeated addresses; a link needs a label and an address."""
    seen = {normalise_url(url)} if url else set()
    kept = []
    for link in links:
        address = normalise_url(link.url)
        if link.url and link.label and address not in seen:
            seen.add(address)
            kept.append(link)
    return tuple(kept)


def _read_status(extra: str) -> str | None:
    for line in extra.splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip().casefold() == "read_status":
            return value.strip().casefold()
    return None


def _tag(name: str) -> str:
    """Fold a tag: without case and without one leading ``/``, ``_`` or ``#``."""
    folded = unicodedata.normalize("NFC", name).casefold().strip()
    return folded[1:] if folded[:1] in ("/", "_", "#") else folded


def plain(text: str) -> str:
    """The letters and digits of a text, without case: what is left when its form does not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
