"""What travels from the remote library to the mirror."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from zsync.core.model import Collection

#: Says how far a fetch is: what is fetched, how many of how many.
Progress = Callable[[str, int, int], None]
Raw = Mapping[str, Any]


def silent(_what: str, _done: int, _total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the mirror holds: the library version, the linked collections, each object's version."""

    version: int | None = None
    roots: tuple[str, ...] = ()
    versions: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class LibraryDelta:
    """What is new, at one library version.

    ``membership`` holds, for every linked collection and subcollection, the keys that Zotero lists in it,
    child notes and attachments included. ``items`` are the new and changed objects as raw JSON. ``gone``
    says why a known object is in none of the collections any more.
    """

    version: int
    roots: tuple[str, ...]
    collections: tuple[Collection, ...]
    membership: Mapping[str, tuple[str, ...]]
    items: tuple[Raw, ...]
    gone: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RestOfLibrary:
    """What is new among the library's items that no linked collection lists, at one library version.

    ``listed`` are the keys of all of them, standalone notes and attachments included, the trash left out.
    ``items`` are the new and changed ones as raw JSON.
    """

    version: int
    listed: frozenset[str]
    items: tuple[Raw, ...]


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a key may do in one library."""

    read: bool
    notes: bool
    write: bool
