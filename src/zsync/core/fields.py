"""What each side says of an entry, field by field: the ground that merging stands on.

The fields are ``read``, ``title``, ``venue``, ``url`` (the paper's own link), ``note``, ``section``,
``state``, ``rating`` and one ``link:LABEL`` for every other link. A field that a side does not speak of is
absent.

The list's side is the entry as written. Zotero's side is taken as raw as it comes (what the note's HTML
says, the conference's full name, the collection's key), so that a better rendering in a later release of
zsync never looks like a change in Zotero.

The paper's own link is the one that the base knows, else the one with Zotero's address, else the
first that is not another of Zotero's links. The others are known by their labels, case apart; a
label that comes twice is counted. An item without an address goes by its DOI's.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection as Group
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from zsync.core import identifiers, ratings, states, venues
from zsync.core.fates import names_notice
from zsync.core.foreign_text import cleaned_line
from zsync.core.identifiers import normalise_url
from zsync.core.model import Entry, Item, Link, Note
from zsync.core.note_source import note_source
from zsync.core.patterns import regex
from zsync.core.policy import ListPolicy, NotesPolicy

LINK = "link:"
#: What the base remembers beside the fields: a digest of all that the entry's lines say.
WORDING = "wording"
#: Parts the texts of a value that has several.
SEPARATOR = "\x1f"
#: Unicode's selectors that ask for an emoji's coloured or plain form; a phone types one, a keyboard none.
_EMOJI_FORMS = dict.fromkeys((0xFE0E, 0xFE0F))
# Small capitals, and words whose case no style may change, as Zotero marks them; GitHub shows neither.
_SPAN_OPENS = regex(
    r"<span (?:style=[\"'][^\"'<>]{0,40}small-caps[^\"'<>]{0,40}|class=[\"']nocase)[\"']>|<sc>",
    re.IGNORECASE,
)
_SPAN = regex(_SPAN_OPENS.pattern + r"|</(?:span|sc)>", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class ItemView:
    """What Zotero says of an item, in the list's terms: raw values, not yet in the list's style.

    ``notes`` is None where the policy leaves notes alone. ``links`` leave out the paper's own ``url``.
    ``authors`` are no field that is kept in step: a new entry may name them. ``state`` is that of a paper
    which is not read.
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
    authors: str | None = None
    rating: int | None = None
    state: str | None = None


def note_value(notes: Sequence[str]) -> str:
    """Return the HTML of an item's notes as the value of the field ``note``."""
    return SEPARATOR.join(map(note_source, notes))


def section_value(section: Sequence[str]) -> str:
    """Return a section's path as the value of the field ``section``."""
    return SEPARATOR.join(section)


def name_links(links: Sequence[Link], paper_link: int | None) -> dict[str, int]:
    """Name the links that are not the paper's own, by label, case apart; a label that comes again counts.

    Gives each link's index by its field name.
    """
    named: dict[str, int] = {}
    for index, link in enumerate(links):
        if index == paper_link:
            continue
        # A label is known as the list can hold it.
        label = cleaned_line(link.label).casefold()
        name, count = LINK + label, 1
        while name in named:
            count += 1
            name = f"{LINK}{label} {count}"
        named[name] = index
    return named


def paper_link(entry: Entry, says: ItemView, known_url: str | None) -> int | None:
    """Find the paper's own link among the entry's; None where it has none.

    It is the one whose digest the base knows (``known_url``), else Zotero's ``url``, else the first, unless
    that one is another of Zotero's links.
    """
    for index, link in enumerate(entry.links):
        if digest(link.url) == known_url:
            return index
    addresses = [normalise_url(link.url) for link in entry.links]
    if says.url and normalise_url(says.url) in addresses:
        return addresses.index(normalise_url(says.url))
    if not entry.links:
        return None
    is_another = any(
        link.label.casefold() == entry.links[0].label.casefold()
        or normalise_url(link.url) == addresses[0]
        for link in says.links
    )
    return None if is_another else 0


def digest(value: str | None) -> str:
    """Return a short digest of what one side says in one field; nothing said has the empty digest."""
    return "" if value is None else hashlib.sha256(value.encode()).hexdigest()[:12]


def listen(item: Item, policy: ListPolicy) -> ItemView:
    """Take from an item what concerns the list."""
    short, title = split_title(item)
    venue, year = venues.label(item)
    url = address(item)
    read = is_read(item, policy.read_tags)
    tags, extra = own_tags(item), item.fields.get("extra", "")
    return ItemView(
        read=read,
        short=short,
        title=title,
        venue=venue,
        year=year,
        venue_source=SEPARATOR.join(item.fields.get(name, "") for name in _VENUE_FIELDS).strip(
            SEPARATOR
        ),
        url=url,
        links=_other_links(item.links, url),
        notes=published_notes(item, policy) if policy.publishes_notes else None,
        authors=authors(item),
        rating=ratings.rating_of(tags, extra),
        state=None if read else states.state_of(tags, extra),
    )


def own_tags(item: Item) -> frozenset[str]:
    """Return the folded tags that a person gave; an import may bring a subject such as ``Reading``."""
    return frozenset(fold_tag(tag.name) for tag in item.tags if not tag.automatic)


def authors(item: Item) -> str | None:
    """Return those who made the item, ``First Last, First Last``: its authors, or whoever Zotero names first.

    Each item type has a role of its own that comes first (director, inventor, presenter), so the first
    creator's role stands in where there is not an author.
    """
    roles = [creator.role for creator in item.creators]
    wanted = "author" if "author" in roles else next(iter(roles), "")
    names = (
        creator.name or f"{creator.first_name} {creator.last_name}"
        for creator in item.creators
        if creator.role == wanted
    )
    return ", ".join(" ".join(name.split()) for name in names if name.strip()) or None


def address(item: Item) -> str | None:
    """Return the paper's own address: the item's URL, else its DOI's."""
    return item.fields.get("url") or doi_address(item)


def doi_address(item: Item) -> str | None:
    """Return the address that an item's DOI leads to, if it has one."""
    doi = item.fields.get("DOI", "")
    found = identifiers.find(f"doi:{doi}" if doi[:1].isdigit() else doi)
    return identifiers.canonical_url(found) if found else None


def split_title(item: Item) -> tuple[str | None, str]:
    """Return an item's short name and the title without it.

    Zotero's title holds the whole title, short name included; its ``shortTitle`` may also be the title
    itself or its beginning up to a question mark, or a notice such as "RETRACTED", and is then no short name.
    """
    title, short = shown_title(item.title), shown_title(item.fields.get("shortTitle", ""))
    if not short or plain(short) == plain(title) or names_notice(short):
        return None, title
    if not title.casefold().startswith(short.casefold()):
        return short, title
    return cut_short_name(short, title)


def shown_title(text: str) -> str:
    """Return a title of Zotero on one line, as a list can show it: of its markup, without the spans."""
    text = " ".join(text.split())
    return _SPAN.sub("", text) if "<" in text and _SPAN_OPENS.search(text) else text


def cut_short_name(short: str, title: str) -> tuple[str | None, str]:
    """Cut ``short:`` off a title that begins with it; else there is no short name."""
    rest = title[len(short) :].lstrip()
    if title.casefold().startswith(short.casefold()) and rest[:1] in (":", "："):
        return short, rest[1:].lstrip()
    return None, title


def is_read(item: Item, read_tags: Group[str]) -> bool:
    """Return whether the item is read: by a read tag, else by the Reading List plugin's Extra line.

    The plugin (Zotero Reading List) writes ``Read_Status: Read``; tags win over it, and a tag such as
    ``unread`` counts where no read tag stands beside it.
    """
    tags = {fold_tag(tag.name) for tag in item.tags}
    if tags & {fold_tag(name) for name in read_tags}:
        return True
    return not tags & _UNREAD_TAGS and states.status(item.fields.get("extra", "")) == "read"


def published_notes(item: Item, policy: ListPolicy) -> tuple[str, ...]:
    """Return the HTML of the notes that the policy lets into the list, oldest first."""
    return tuple(note.html for note in publishable_notes(item, policy))


def publishable_notes(item: Item, policy: ListPolicy) -> tuple[Note, ...]:
    """Return the notes that the policy lets into the list, oldest first."""
    return tuple(note for note in item.notes if _is_published(note, policy))


def _is_published(note: Note, policy: ListPolicy) -> bool:
    tags = {fold_tag(name) for name in note.tags}
    if "private" in tags:
        return False
    return policy.notes is NotesPolicy.ALL or (
        policy.notes is NotesPolicy.TAGGED and fold_tag(policy.note_tag) in tags
    )


def same_words(one: str, other: str) -> bool:
    """Return whether two texts differ in case, punctuation and white space only.

    Two texts without letters and digits (``🔥``, ``⭐``) have no words: they are compared as they stand.
    """
    words = plain(one)
    return words == plain(other) and (bool(words) or one.split() == other.split())


def same_title(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    """Return whether two titles have the same words; a short name may stand in one of them alone.

    Each is its short name, if there is one, and its title.
    """
    (one_short, one_title), (other_short, other_title) = one, other
    if same_words(f"{one_short or ''} {one_title}", f"{other_short or ''} {other_title}"):
        return True
    return bool(one_short) != bool(other_short) and same_words(one_title or "", other_title or "")


def entry_name(entry: Entry) -> str:
    """Return an entry's title as people say it."""
    return whole_title(entry.short, entry.title)


def item_name(says: ItemView) -> str:
    """Return an item's title as people say it."""
    return whole_title(says.short, says.title)


def whole_title(short: str | None, title: str) -> str:
    """Return short name and title in one; a title that begins with its short name is whole."""
    is_whole = not short or re.match(rf"{re.escape(short)}\s*[:：]", title, re.IGNORECASE)
    return title if is_whole else f"{short}: {title}"


def title_value(short: str | None, title: str) -> str:
    """Return short name and title as the value of the field ``title``."""
    return f"{short}{SEPARATOR}{title}" if short else title


def _other_links(links: Sequence[Link], url: str | None) -> tuple[Link, ...]:
    """Leave out the paper's own address and repeated addresses; a link needs a label and an address."""
    seen = {normalise_url(url)} if url else set()
    kept = []
    for link in links:
        address = normalise_url(link.url)
        if link.url and cleaned_line(link.label) and address not in seen:
            seen.add(address)
            kept.append(link)
    return tuple(kept)


@lru_cache(maxsize=4096)
def fold_tag(name: str) -> str:
    """Fold a tag: without case, without one leading ``/``, ``_`` or ``#``, and an emoji in either form."""
    plain_forms = name.translate(_EMOJI_FORMS)
    folded = unicodedata.normalize("NFC", plain_forms).casefold().strip()
    return folded[1:] if folded[:1] in ("/", "_", "#") else folded


def plain(text: str) -> str:
    """The letters and digits of a text, without case: what is left when its form does not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
