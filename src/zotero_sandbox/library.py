"""One library in memory: its objects, their versions, and what it takes to find them quickly.

Objects are immutable; a write puts a new one in the place of the old. ``Library`` keeps the indexes
(children of an item, members of a collection, items with a tag, items that name an item in a relation)
in step with them. Rules about who may write what live elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LibraryKind = Literal["users", "groups"]
ObjectKind = Literal["items", "collections", "searches", "tags", "settings"]
DELETABLE: tuple[ObjectKind, ...] = ("collections", "items", "searches", "tags", "settings")

RELATED = "dc:relation"


class Tag(NamedTuple):
    """A tag as an item carries it; type 1 was set by a program, type 0 by a person."""

    name: str
    type: int = 0


class Creator(NamedTuple):
    """A person (first and last name) or an institution (name alone)."""

    kind: str
    last_name: str
    first_name: str | None

    def as_json(self) -> dict[str, str]:
        """Return the creator as the API shows it."""
        if self.first_name is None:
            return {"creatorType": self.kind, "name": self.last_name}
        return {"creatorType": self.kind, "firstName": self.first_name, "lastName": self.last_name}


@dataclass(frozen=True, slots=True)
class Item:
    """An item of any type. ``serial`` counts creations, so it says which of two items is the newer."""

    key: str
    item_type: str = ""
    version: int = 0
    serial: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, object] = field(default_factory=dict)
    creators: tuple[Creator, ...] = ()
    tags: tuple[Tag, ...] = ()
    collections: frozenset[str] = frozenset()
    relations: tuple[tuple[str, str], ...] = ()
    parent: str | None = None
    note: str = ""
    in_trash: bool = False
    in_publications: bool = False
    date_added: str = ""
    date_modified: str = ""
    created_by: int | None = None
    modified_by: int | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection; its date is that of its creation, whatever happens later."""

    key: str
    name: str = ""
    version: int = 0
    serial: int = 0
    parent: str | None = None
    relations: tuple[tuple[str, str], ...] = ()
    in_trash: bool = False
    date_added: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """A saved search. The sandbox keeps it and never runs it."""

    key: str
    name: str = ""
    version: int = 0
    serial: int = 0
    conditions: tuple[Mapping[str, object], ...] = ()
    in_trash: bool = False
    date_added: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting and the library version in which it was written."""

    value: object
    version: int


@dataclass(frozen=True, slots=True)
class FullText:
    """The indexed text of an attachment."""

    content: Mapping[str, object]
    version: int


@dataclass(slots=True)
class Library:
    """A user's or a group's library. A brand-new one is at version 1."""

    kind: LibraryKind
    id: int
    version: int = 1
    items: dict[str, Item] = field(default_factory=dict)
    collections: dict[str, Collection] = field(default_factory=dict)
    searches: dict[str, Search] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    full_texts: dict[str, FullText] = field(default_factory=dict)
    tag_versions: dict[Tag, int] = field(default_factory=dict)
    gone: dict[ObjectKind, dict[str, int]] = field(
        default_factory=lambda: {kind: {} for kind in DELETABLE}
    )
    # Items as the API shows them, by key; any change of an item can change what is shown of another.
    shown_items: dict[object, dict[str, str]] = field(default_factory=dict, repr=False)
    _serial: int = 0
    _children: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    _members: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    _tagged: dict[Tag, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    _pointing: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def path(self) -> str:
        """``users/1`` or ``groups/2``."""
        return f"{self.kind}/{self.id}"

    def next_serial(self) -> int:
        """Return a number greater than that of any object made before."""
        self._serial += 1
        return self._serial

    def bump(self) -> int:
        """Move the library to its next version and return it."""
        self.version += 1
        return self.version

    # Items

    def put_item(self, item: Item) -> None:
        """Store an item in the place of the one with its key, and take the key off the list of deletions."""
        old = self._unlink(item.key)
        self.items[item.key] = item
        self.gone["items"].pop(item.key, None)
        if item.parent:
            self._children[item.parent][item.key] = None
        for collection in item.collections:
            self._members[collection][item.key] = None
        for tag in item.tags:
            self._tagged[tag][item.key] = None
            self.tag_versions.setdefault(tag, self.version)
            self.gone["tags"].pop(tag.name, None)
        for target in self.related_keys(item):
            self._pointing[target][item.key] = None
        self._forget_unused_tags(old)

    def drop_item(self, key: str) -> None:
        """Remove an item and its children for good; relations to them vanish, except ``dc:replaces``."""
        for child in list(self._children.get(key, ())):
            self.drop_item(child)
        for other in list(self._pointing.get(key, ())):
            self._forget_relation(other, key)
        self._forget_unused_tags(self._unlink(key))
        self.full_texts.pop(key, None)
        del self.items[key]
        self.gone["items"][key] = self.version

    def _unlink(self, key: str) -> tuple[Tag, ...]:
        """Take an item out of the indexes; return the tags that it carried."""
        self.shown_items.clear()
        old = self.items.get(key)
        if old is None:
            return ()
        if old.parent:
            self._children[old.parent].pop(key, None)
        for collection in old.collections:
            self._members[collection].pop(key, None)
        for tag in old.tags:
            self._tagged[tag].pop(key, None)
            if not self._tagged[tag]:
                del self._tagged[tag]
        for target in self.related_keys(old):
            self._pointing[target].pop(key, None)
        return old.tags

    def _forget_unused_tags(self, tags: Iterable[Tag]) -> None:
        """Drop those of the tags that no item carries any more; the server lists used tags only."""
        for tag in tags:
            if tag not in self._tagged:
                self.tag_versions.pop(tag, None)

    def _forget_relation(self, key: str, target: str) -> None:
        item = self.items[key]
        gone = (RELATED, self.item_uri(target))
        self.put_item(
            replace(item, relations=tuple(pair for pair in item.relations if pair != gone))
        )

    def children(self, key: str) -> list[Item]:
        """Return the notes, attachments or annotations under an item, oldest first."""
        return [self.items[child] for child in self._children.get(key, ())]

    def tagged(self, tag: Tag) -> list[Item]:
        """Return the items that carry exactly this tag."""
        return [self.items[key] for key in self._tagged.get(tag, ())]

    # Relations

    def item_uri(self, key: str) -> str:
        """Return the name of an item in relations."""
        return f"http://zotero.org/{self.path}/items/{key}"

    def related_keys(self, item: Item) -> list[str]:
        """Return the keys of the items of this library that the item itself says it is related to."""
        prefix = self.item_uri("")
        return [
            uri.removeprefix(prefix)
            for name, uri in item.relations
            if name == RELATED and uri.startswith(prefix)
        ]

    def relations_of(self, item: Item) -> tuple[tuple[str, str], ...]:
        """Return the item's relations and those others state about it: ``dc:relation`` is mutual."""
        stated = dict.fromkeys(item.relations)
        stated |= dict.fromkeys(
            (RELATED, self.item_uri(other)) for other in self._pointing.get(item.key, ())
        )
        return tuple(stated)

    # Collections

    def put_collection(self, collection: Collection) -> None:
        """Store a collection in the place of the one with its key."""
        self.collections[collection.key] = collection
        self.gone["collections"].pop(collection.key, None)

    def drop_collection(self, key: str) -> None:
        """Remove a collection with its subcollections, of which only the first is recorded as deleted.

        Its items leave it without a new version: this is what the server does, and what clients must know.
        """
        for below in self.subcollections(key):
            self.drop_collection(below.key)
            del self.gone["collections"][below.key]
        self.shown_items.clear()
        for member in list(self._members.pop(key, ())):
            item = self.items[member]
            self.items[member] = replace(item, collections=item.collections - {key})
        del self.collections[key]
        self.gone["collections"][key] = self.version

    def subcollections(self, key: str) -> list[Collection]:
        """Return the collections right below one."""
        return [collection for collection in self.collections.values() if collection.parent == key]

    def members(self, key: str) -> list[Item]:
        """Return the items that are in the collection themselves."""
        return [self.items[member] for member in self._members.get(key, ())]
