"""Collections and sections: which collection an entry stands for, and where its items go in the list.

A collection is known by its key. Its section is found by the entries that stand for it, whatever
the heading says; a heading of the same name comes next, a new heading last. So renaming a
collection renames no heading: the heading is its author's. A collection and one below it hold an
item once, below; so does a section that several collections share. The lock keeps each collection's
section, so that one which was emptied is filled where it was. A heading goes only when its
collection is gone and nothing stands under it.
"""

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from zsync.core import fields
from zsync.core.base import EntryBase
from zsync.core.fields import digest, section_value
from zsync.core.model import Collection, Entry, Item
from zsync.core.naming import Naming, nowhere
from zsync.core.wording import Wording
from zsync.errors import SettingsError

SectionPath = tuple[str, ...]
_A = TypeVar("_A")
_B = TypeVar("_B")


@dataclass(frozen=True)
class ListState:
    """What the list holds now: its entries, the paths of its headings, and its root heading's path.

    A list is read-only while most of its papers stand in a shape that zsync does not read. ``doubtful`` are
    the indexes of the entries that were read with doubt: they are matched and never edited. ``fixed`` are
    those of them whose titles are sure all the same. ``wordings`` are what the lines of each entry say; empty
    where nobody asks. ``naming`` says where the whole text names an item.
    """

    entries: tuple[Entry, ...]
    sections: tuple[SectionPath, ...] = ()
    root: SectionPath = ()
    is_read_only: bool = False
    doubtful: frozenset[int] = frozenset()
    wordings: tuple[Wording, ...] = ()
    naming: Naming = nowhere
    fixed: frozenset[int] = frozenset()

    @cached_property
    def closed(self) -> frozenset[SectionPath]:
        """The sections all of whose entries were read with doubt: nothing is added there."""
        open_ones = {
            entry.section for index, entry in enumerate(self.entries) if index not in self.doubtful
        }
        return frozenset({self.entries[index].section for index in self.doubtful} - open_ones)


def find_collection(
    wanted: str, collections: Sequence[Collection], linked: str | None = None
) -> str:
    """Return the key of the collection that the settings name, by its key or its path of names ``A/B``.

    ``linked`` is the key that the lock knows: of several collections with one name it is the one.

    Raises:
        SettingsError: there is none (the nearest is named), or several have this path.

    """
    paths = _paths(collections)
    if wanted in paths:
        return wanted
    found = [key for key, path in paths.items() if path.casefold() == wanted.strip("/").casefold()]
    if linked in found:
        return linked
    if len(found) == 1:
        return found[0]
    if found:
        raise SettingsError(
            f"{len(found)} collections are called {wanted!r}.",
            f"Name one by its key instead: {', '.join(found)}.",
        )
    near = difflib.get_close_matches(wanted, sorted(paths.values()), 3, 0.4)
    advice = (
        f"The nearest: {', '.join(near)}." if near else "The library has no collection like it."
    )
    if linked in paths:
        advice = f"The list is linked to the collection that is called {paths[linked]!r} now."
    raise SettingsError(f"There is no collection {wanted!r} in the library.", advice)


def _paths(collections: Sequence[Collection]) -> dict[str, str]:
    by_key = {collection.key: collection for collection in collections}
    paths = {}
    for collection in collections:
        names, at = [collection.name], collection
        while at.parent in by_key and len(names) <= len(by_key):
            at = by_key[at.parent]
            names.append(at.name)
        paths[collection.key] = "/".join(reversed(names))
    return paths


def subtrees(collections: Sequence[Collection], roots: Iterable[str]) -> list[Collection]:
    """Return the linked collections with everything below them, in the order given, parents first."""
    below: dict[str | None, list[Collection]] = {}
    for collection in collections:
        below.setdefault(collection.parent, []).append(collection)
    wanted = set(roots)
    found = {each.key: each for each in collections if each.key in wanted}
    queue = list(found.values())
    for collection in queue:
        for child in below.get(collection.key, ()):
            if child.key not in found:
                found[child.key] = child
                queue.append(child)
    return list(found.values())


def subtree(collections: Sequence[Collection], root: str) -> tuple[Collection, ...]:
    """Return one collection and everything below it, parents first."""
    return tuple(subtrees(collections, (root,)))


def zotero_place(known: EntryBase) -> str | None:
    """Return the digest of the collection that an entry stood for, if it was ever in step."""
    section = known.of("section")
    return section.in_zotero if section and section.in_zotero else None


class CollectionTree:
    """The linked collection and its subcollections."""

    def __init__(self, root: str, collections: Sequence[Collection]) -> None:
        self.root = root
        self.by_key = {collection.key: collection for collection in collections}
        self.order = {collection.key: index for index, collection in enumerate(collections)}
        self.digests = {digest(key): key for key in self.by_key}

    def places(self, item: Item) -> list[str]:
        """Return the collections that the item stands in, without those above another of them."""
        keys = [key for key in item.collections if key in self.by_key]
        above = {ancestor for key in keys for ancestor in self._ancestors(key)}
        return sorted((key for key in keys if key not in above), key=lambda key: self.order[key])

    def place_of(self, known: EntryBase) -> str | None:
        """Return the collection that an entry stood for, while it is there."""
        return self.digests.get(zotero_place(known) or "")

    def names(self, place: str) -> SectionPath:
        """Return the path of names below the linked collection."""
        path = [place, *self._ancestors(place)]
        return tuple(self.by_key[key].name for key in reversed(path) if key != self.root)

    def _ancestors(self, key: str) -> list[str]:
        path: dict[str, None] = {}
        while key != self.root and (parent := self.by_key[key].parent) and parent in self.by_key:
            if parent in path:
                break
            path[parent] = None
            key = parent
        return list(path)


@dataclass(frozen=True, slots=True)
class Vote:
    """What an entry shows: its section stands for this collection."""

    section: SectionPath
    place: str


class Sections:
    """Which section of the list a collection's items stand in, and which collection a section stands for.

    For a collection what the lock remembers comes first, while the heading is there, then what entries show:
    a section may have any wording. Else a heading of the collection's name, else a new one. For a section the
    entries in it come first, then the lock.
    """

    def __init__(
        self,
        tree: CollectionTree,
        reading_list: ListState,
        remembered: Mapping[str, str],
    ) -> None:
        self.tree = tree
        by_digest = {digest(section_value(path)): path for path in reading_list.sections}
        self.remembered = {
            place: by_digest[known]
            for place, known in remembered.items()
            if known in by_digest and place in tree.by_key
        }
        self.list = reading_list
        self.learned: dict[str, SectionPath] = {}
        self.homes: dict[SectionPath, str] = {}
        self.known: dict[str, SectionPath] = {}

    def path(self, place: str) -> SectionPath:
        """Return the section for this collection, which may not exist yet."""
        missing = []
        at: str | None = place
        while at in self.tree.by_key and at not in self.known:
            missing.append(at)
            at = self.tree.by_key[at].parent
        # From above down, for each goes by the one above it, however deep they lie.
        for each in reversed(missing):
            self.known[each] = self._find(each)
        if place not in self.known:
            self.known[place] = self._find(place)
        return self.known[place]

    def is_of(self, section: SectionPath, place: str) -> bool:
        """Return whether the section stands for the collection."""
        return self.path(place) == section or self.homes.get(section) == place

    def wanted(self) -> set[SectionPath]:
        """Return the sections that a collection stands behind."""
        return {self.path(key) for key in self.tree.by_key}

    def is_orphan(self, known: EntryBase) -> bool:
        """Return whether the entry stood for a collection that is no more."""
        place = zotero_place(known)
        return place is not None and place not in self.tree.digests

    def learn(self, votes: Iterable[Vote]) -> None:
        """Learn from entries that say less than those before; what is known already stands.

        A line in the section of another collection was put there by itself: its collection did not go there.
        """
        shown = [vote for vote in votes if self.homes.get(vote.section, vote.place) == vote.place]
        seen: dict[str, Counter[SectionPath]] = defaultdict(Counter)
        for vote in shown:
            seen[vote.place][vote.section] += 1
        self.learned = {**_most_common(seen), **self.learned}
        self.learn_homes(shown)
        self.known.clear()

    def recall(self) -> None:
        """Take from the lock which collections sections stand for that nothing is known of yet."""
        inverse = {section: place for place, section in self.remembered.items()}
        self.homes = {**inverse, **self.homes}

    def learn_homes(self, votes: Iterable[Vote]) -> None:
        """Learn for sections alone, of which nothing is known yet, which collections they stand for."""
        seen: dict[SectionPath, Counter[str]] = defaultdict(Counter)
        for vote in votes:
            seen[vote.section][vote.place] += 1
        self.homes = {**_most_common(seen), **self.homes}

    def _find(self, place: str) -> SectionPath:
        if place in self.remembered:
            return self.remembered[place]
        if (learned := self.learned.get(place)) is not None:
            return learned
        if place == self.tree.root:
            return self._root_section()
        parent = self.tree.by_key[place].parent
        above = (
            self.list.root
            if parent is None or parent == self.tree.root or parent not in self.tree.by_key
            else self.path(parent)
        )
        wanted = (*self.list.root, *self.tree.names(place))
        for section in self.list.sections:
            if _same_path(section, wanted) or _same_path(section, (*above, wanted[-1])):
                return section
        return (*above, self.tree.by_key[place].name)

    def _root_section(self) -> SectionPath:
        """Find where the linked collection's own items go: its heading, the only section, the top."""
        name = self.tree.by_key[self.tree.root].name
        for section in self.list.sections:
            if section != self.list.root and fields.same_words(section[-1], name):
                return section
        filled = list(dict.fromkeys(entry.section for entry in self.list.entries))
        if len(filled) == 1:
            return filled[0]
        # Without a title of its own a file has no top but the place above its first heading.
        return self.list.root or next(iter([*filled[-1:], *self.list.sections[-1:]]), ())


def _most_common(seen: "Mapping[_A, Counter[_B]]") -> dict[_A, _B]:
    return {each: counted.most_common(1)[0][0] for each, counted in seen.items()}


def _same_path(one: SectionPath, other: SectionPath) -> bool:
    return len(one) == len(other) and all(map(fields.same_words, one, other))
