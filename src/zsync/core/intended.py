"""Where the changes of a push plan are gathered, object by object."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlsplit

from zsync.core.fields import ListPolicy, NotesPolicy
from zsync.core.keys import derived_key
from zsync.core.library_changes import (
    FieldChange,
    Held,
    ItemChange,
    LibraryChange,
    NewItem,
    NewLink,
    NewNote,
)
from zsync.core.model import Item, Link


class Intended:
    """What a push is going to do: items to be made, their children, changes, and what is held back."""

    def __init__(self, policy: ListPolicy) -> None:
        self.policy = policy
        self.made: list[NewItem] = []
        self.children: list[LibraryChange] = []
        self.changed: dict[str, ItemChange] = {}
        self.held: list[Held] = []

    def hold(self, entry: int | None, title: str, reason: str, *, asks: bool = False) -> None:
        """Say that something waits, and why; ``asks``: for a person."""
        self.held.append(Held(entry, title, reason, asks))

    def make_link(self, parent: str, name: str, link: Link) -> None:
        """Make a linked URL below an item; only what a browser opens from anywhere can be one."""
        if is_web(link.url):
            key = derived_key(parent, "link", link.label, link.url)
            label = link.label or urlsplit(link.url).hostname or ""
            self.children.append(NewLink(key, parent, name, label, link.url))

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
    ) -> None:
        """Add to what is to be changed in an item."""
        known = self.changed.get(item.key, ItemChange(item.key, item.title))
        changed = {
            name: FieldChange(item.fields.get(name, ""), after) for name, after in fields_to.items()
        }
        change = replace(
            known,
            fields={**known.fields, **changed},
            add_tags=(*known.add_tags, *add_tags),
            remove_tags=(*known.remove_tags, *remove_tags),
            add_to=(*known.add_to, *add_to),
            remove_from=(*known.remove_from, *remove_from),
            read=known.read if read is None else read,
        )
        if change != ItemChange(item.key, item.title):
            self.changed[item.key] = change


def is_web(url: str) -> bool:
    """Say whether a browser opens the address from anywhere."""
    address = urlsplit(url)
    return address.scheme.lower() in ("http", "https") and bool(address.hostname)
