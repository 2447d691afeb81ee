"""What a push intends to do in Zotero: values that :mod:`zsync.core.push.plan` makes.

Each says what it starts from, so that it is applied only to what it was decided for: whoever writes it
reads the object again and merges (:mod:`zsync.core.patches`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from zsync.core.metadata import Metadata, Resolution
from zsync.core.model import Creator, Item, Tag
from zsync.core.policy import PushScope


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """A regular item to be made. Every field and role is one that the item type has.

    ``fields`` are by Zotero's names, without empty ones. ``tags`` are the metadata's subjects, automatic
    ones; whoever makes the item adds the read tag and the collections.
    """

    item_type: str
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    creators: tuple[Creator, ...] = ()
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True)
class NewCollection:
    """A subcollection for a section of the list; ``parent`` is a key, maybe of another new one."""

    key: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item for a paper that the list, or the .bib, has and Zotero has not.

    ``entries`` are the indexes of the entries that name the paper, ``places`` the keys of the
    collections that they stand for. ``record`` is the citation key of the record it is made of, if it
    is made of one.
    """

    key: str
    title: str
    draft: ItemDraft
    places: tuple[str, ...]
    entries: tuple[int, ...] = ()
    record: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field's text before and after."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ItemChange:
    """Fields, tags and collections of an item that is there.

    Tags and collections are added to and taken from what the item has then; tags compare as
    :func:`zsync.core.fields.fold_tag` folds them. ``read`` says which way a tick went, if one did: the tags
    alone do not tell, for ``unread`` comes where a tick goes. ``said`` is what the list says in other fields
    of the entry, by their names: a tag or a line of Extra does not tell what it stands for.
    """

    key: str
    title: str
    fields: Mapping[str, FieldChange] = field(default_factory=lambda: MappingProxyType({}))
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    add_to: tuple[str, ...] = ()
    remove_from: tuple[str, ...] = ()
    read: bool | None = None
    said: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class NewNote:
    """A child note, made of Markdown."""

    key: str
    parent: str
    title: str
    markdown: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteChange:
    """New words (Markdown) for a child note whose HTML was ``before``."""

    key: str
    parent: str
    title: str
    before: str
    markdown: str


@dataclass(frozen=True, slots=True)
class NewLink:
    """A linked URL below an item; its title is the label."""

    key: str
    parent: str
    title: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class LinkChange:
    """Another address for a linked URL."""

    key: str
    parent: str
    title: str
    label: str
    before: str
    url: str


NewObject = NewItem | NewNote | NewLink
ObjectChange = ItemChange | NoteChange | LinkChange
LibraryChange = NewCollection | NewObject | ObjectChange


def change_title(change: LibraryChange) -> str:
    """Name what a change is about: the paper, or the collection."""
    return change.name if isinstance(change, NewCollection) else change.title


@dataclass(frozen=True, slots=True)
class PushPolicy:
    """How to push.

    ``removals``: entries that were taken out of the list leave the collection; where ``only`` names items,
    theirs alone.
    ``records``: items are made of the records of the .bib as well. ``skip`` are the keys of objects that
    Zotero refused before in this run: they are not tried again. ``take`` are the indexes of entries whose
    words a person chose: theirs alone are pushed, also where that would be a question, or where both sides
    were left to say different things.
    """

    scope: PushScope = PushScope.ALL
    removals: bool = False
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    records: bool = False
    take: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Held:
    """Something that waits in the list and is not pushed, and why; ``entry`` is an index.

    ``needs_person``: a person has to look. Else it may go next time. ``field`` names the field of a linked
    entry; without one it is the paper that waits. ``others`` are the copies that it is about, too;
    ``takes``: the words of one entry go to Zotero if a person chooses them.
    """

    entry: int | None
    title: str
    reason: str
    needs_person: bool = False
    field: str = ""
    others: tuple[int, ...] = ()
    takes: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was found for entries without an item.

    ``rest_of_library`` are the library's items outside the linked collections. ``resolutions`` are by the
    index of the entry; ``records`` is the .bib by citation key, and ``lines`` says where each record begins.
    """

    rest_of_library: Sequence[Item] = ()
    resolutions: Mapping[int, Resolution] = field(default_factory=lambda: MappingProxyType({}))
    records: Mapping[str, Metadata] = field(default_factory=lambda: MappingProxyType({}))
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
