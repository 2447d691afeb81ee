"""Where the changes of a push plan are gathered, object by object.

What several copies say alike is pushed once. Where they contradict each other, nothing of that
field is pushed or settled, and the lines are named. What is so already is not a change, so a plan that
was carried out is empty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlsplit

from zsync.core.identifiers import is_web, normalise_url
from zsync.core.keys import derived_key
from zsync.core.library_changes import (
    FieldChange,
    Held,
    ItemChange,
    LibraryChange,
    LinkChange,
    NewItem,
    NewLink,
    NewNote,
)
from zsync.core.model import Item, Link
from zsync.core.policy import ListPolicy, NotesPolicy


class PushBuilder:
    """What a push is going to do: items to be made, their children, changes, and what is held back."""

    def __init__(self, policy: ListPolicy) -> None:
        self.policy = policy
        self.made: list[NewItem] = []
        self.children: list[LibraryChange] = []
        self.changed: dict[str, ItemChange] = {}
        self.held: list[Held] = []
        self._linked: set[tuple[str, str]] = set()

    def hold(
        self, entry: int | None, title: str, reason: str, *, needs_person: bool = False
    ) -> None:
        """Note that a paper waits, and why; ``needs_person``: a person has to look."""
        self.held.append(Held(entry, title, reason, needs_person))

    def make_link(self, parent: str, name: str, link: Link) -> None:
        """Make a linked URL below an item, once an address; it must be one that opens from anywhere."""
        if is_web(link.url) and self._is_new_address(parent, link.url):
            key = derived_key(parent, "link", link.label, link.url)
            label = link.label or urlsplit(link.url).hostname or ""
            self.children.append(NewLink(key, parent, name, label, link.url))

    def change_link(self, parent: str, name: str, old: Link, url: str) -> None:
        """Give a linked URL of an item another address."""
        if self._is_new_address(parent, url):
            self.children.append(LinkChange(old.key, parent, name, old.label, old.url, url))

    def _is_new_address(self, parent: str, url: str) -> bool:
        """Return whether no link with this address is intended below the item yet; now one is."""
        address = (parent, normalise_url(url))
        is_new = address not in self._linked
        self._linked.add(address)
        return is_new

    def make_note(self, parent: str, name: str, markdown: str) -> None:
        """Make a child note; where only tagged ones are published it gets the tag."""
        key = derived_key(parent, "note", markdown)
        is_marked = self.policy.notes is NotesPolicy.TAGGED
        tags = (self.policy.note_tag,) if is_marked else ()
        self.children.append(NewNote(key, parent, name, markdown, tags))

    def change(
        self,
        item: Item,
        *,
        fields_to: Mapping[str, str] = MappingProxyType({}),
        add_tags: tuple[str, ...] = (),
        remove_tags: tuple[str, ...] = (),
        add_to: tuple[str, ...] = (),
        remove_from: tuple[str, ...] = (),
        read: bool | None = None,
        said: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Add to what is to be changed in an item; what is so already is not a change.

        ``said`` are fields of an entry that are told by their names: what the list says in them.
        """
        known = self.changed.get(item.key, ItemChange(item.key, item.title))
        changed = {
            name: FieldChange(item.fields.get(name, ""), after)
            for name, after in fields_to.items()
            if item.fields.get(name, "") != after
        }
        tags, collections = [tag.name for tag in item.tags], item.collections
        change = replace(
            known,
            fields={**known.fields, **changed},
            add_tags=_joined(known.add_tags, (tag for tag in add_tags if tag not in tags)),
            remove_tags=_joined(known.remove_tags, (tag for tag in remove_tags if tag in tags)),
            add_to=_joined(known.add_to, (key for key in add_to if key not in collections)),
            remove_from=_joined(
                known.remove_from, (key for key in remove_from if key in collections)
            ),
            read=known.read if read is None else read,
            said={**known.said, **said},
        )
        if replace(change, said={}) != ItemChange(item.key, item.title):
            self.changed[item.key] = change

    def text_of(self, item: Item, field: str) -> str:
        """Return what a field of an item is going to say: several fields of an entry may share it."""
        known = self.changed.get(item.key)
        if known and field in known.fields:
            return known.fields[field].after
        return item.fields.get(field, "")


def _joined(known: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))
