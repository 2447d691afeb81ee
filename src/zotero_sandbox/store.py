"""Everything the sandbox keeps, and the rules of writing it: versions, preconditions, per-object results.

Pure Python, no HTTP: :mod:`zotero_sandbox.api` translates requests into these calls. Two rules of the real
server decide much of a client's design and are kept here to the letter: every object written takes a library
version of its own, and a write that changes nothing still moves the library to its next version.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any

from zotero_sandbox.accounts import Accounts
from zotero_sandbox.dates import timestamp
from zotero_sandbox.item_json import KEY, Edit, is_change, revise_item
from zotero_sandbox.library import Collection, Item, Library, Search, Setting
from zotero_sandbox.other_json import lift_out_of_cycle, revise_collection, revise_search
from zotero_sandbox.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from zotero_sandbox.library import LibraryKind, ObjectKind

MAX_OBJECTS = 50
_KEY_ALPHABET = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"

Object = Item | Collection | Search


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: its words in messages, where it is kept, and how it is written."""

    plural: ObjectKind
    noun: str
    revise: Callable[[Library, Any, str, Mapping[str, object], Edit], Any]

    def table(self, library: Library) -> dict[str, Any]:
        """Return the library's objects of this kind by key."""
        tables: dict[str, dict[str, Any]] = {
            "items": library.items,
            "collections": library.collections,
            "searches": library.searches,
        }
        return tables[self.plural]


ITEM = Kind("items", "item", revise_item)
COLLECTION = Kind("collections", "collection", revise_collection)
SEARCH = Kind("searches", "search", revise_search)


@dataclass(slots=True)
class Results:
    """What became of each object of a multi-object write, by its index in the request."""

    successful: dict[str, object] = field(default_factory=dict)
    success: dict[str, str] = field(default_factory=dict)
    unchanged: dict[str, str] = field(default_factory=dict)
    failed: dict[str, dict[str, object]] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the body of the answer."""
        return {
            "successful": self.successful,
            "success": self.success,
            "unchanged": self.unchanged,
            "failed": self.failed,
        }

    def add_failure(self, index: int, sent: object, refusal: Refused) -> None:
        """Record a refusal; it names no key, except one sent under its old name ``itemKey``."""
        entry: dict[str, object] = {}
        if isinstance(sent, dict) and "itemKey" in sent:
            entry["key"] = sent["itemKey"]
        entry |= {"code": refusal.status, "message": html.escape(refusal.message, quote=False)}
        if refusal.data:
            entry["data"] = dict(refusal.data)
        self.failed[str(index)] = entry


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Store:
    """Accounts and libraries; ``clock`` gives the time of writes, ``chance`` the keys of new objects."""

    accounts: Accounts = field(default_factory=Accounts)
    libraries: dict[str, Library] = field(default_factory=dict)
    clock: Callable[[], datetime] = _utc_now
    chance: Random = field(default_factory=SystemRandom)
    write_tokens: set[tuple[str, str]] = field(default_factory=set, repr=False)

    def library(self, kind: LibraryKind, number: int) -> Library:
        """Return a library; that of a known user or group is made on first use."""
        path = f"{kind}/{number}"
        return self.libraries.setdefault(path, Library(kind, number))

    def now(self) -> str:
        """Return the time as the API writes it."""
        return timestamp(self.clock())

    def new_key(self, taken: Mapping[str, object]) -> str:
        """Return a random key that is still free."""
        while True:
            key = "".join(self.chance.choices(_KEY_ALPHABET, k=8))
            if key not in taken:
                return key

    # Several objects

    def write_objects(
        self,
        kind: Kind,
        library: Library,
        objects: Iterable[object],
        edit: Edit,
        *,
        show: Callable[[Any], object],
        checked: bool = False,
    ) -> Results:
        """Write objects one by one, each a transaction of its own, and say what became of each.

        ``checked`` says that the request had a library precondition, so keys need no version. ``show``
        renders a written object as it is right after its own write. Raises Aborted with the objects before
        the fatal one already written.
        """
        results = Results()
        for index, sent in enumerate(objects):
            try:
                self._write_one_of_many(
                    kind, library, (index, sent), edit, results, show=show, checked=checked
                )
            except Refused as refusal:
                results.add_failure(index, sent, refusal)
        return results

    def _write_one_of_many(
        self,
        kind: Kind,
        library: Library,
        entry: tuple[int, object],
        edit: Edit,
        results: Results,
        *,
        show: Callable[[Any], object],
        checked: bool,
    ) -> None:
        index, sent = entry
        if not isinstance(sent, dict):
            message = f"Invalid value for index {index} in uploaded data; expected JSON {kind.noun} object"
            raise Refused(400, message)
        data = unwrapped(sent)
        key = _check_key(kind, data)
        old = kind.table(library).get(key) if key else None
        if key:
            _check_version_in_list(kind, old, data, checked=checked)
        written = self.write(
            kind, library, old, key or self.new_key(kind.table(library)), data, edit
        )
        if written is None:
            results.unchanged[str(index)] = key
        else:
            results.successful[str(index)] = show(written)
            results.success[str(index)] = written.key

    # One object

    def write(
        self,
        kind: Kind,
        library: Library,
        old: Any,
        key: str,
        data: Mapping[str, object],
        edit: Edit,
    ) -> Any | None:
        """Write one object and return it, or None if nothing changed; either way the library is bumped.

        Raises Refused, with nothing written, if the object is not valid.
        """
        new = kind.revise(library, old, key, data, edit)
        if old is not None and not _is_change(kind, old, new, data):
            library.bump()
            return None
        new = replace(
            new, version=library.bump(), serial=old.serial if old else library.next_serial()
        )
        _commit(library, old, new)
        return new

    def delete(self, kind: Kind, library: Library, keys: Iterable[str]) -> None:
        """Delete objects for good, all in one library version; unknown keys are passed over."""
        library.bump()
        for key in keys:
            if key not in kind.table(library):
                continue
            if kind is ITEM:
                library.drop_item(key)
            elif kind is COLLECTION:
                library.drop_collection(key)
            else:
                del library.searches[key]
                library.gone["searches"][key] = library.version

    # Tags and settings

    def delete_tags(self, library: Library, names: Iterable[str]) -> None:
        """Take tags off every item. The items get a new version, but no new modification date."""
        version = library.bump()
        for name in names:
            tags = [tag for tag in library.tag_versions if tag.name == name]
            for tag in tags:
                for item in library.tagged(tag):
                    left = tuple(other for other in item.tags if other != tag)
                    library.put_item(replace(item, tags=left, version=version))
            if tags:
                library.gone["tags"][name] = version

    def write_setting(self, library: Library, name: str, value: object) -> None:
        """Write a setting; the same value again is no write at all."""
        old = library.settings.get(name)
        if old is None or old.value != value:
            library.settings[name] = Setting(value, library.bump())
            library.gone["settings"].pop(name, None)

    def delete_settings(self, library: Library, names: Iterable[str]) -> None:
        """Delete settings, all in one library version."""
        version = library.bump()
        for name in names:
            if library.settings.pop(name, None):
                library.gone["settings"][name] = version

    def add_to_collection(self, library: Library, collection: str, keys: Iterable[str]) -> None:
        """Put items into a collection the way version 1 of the API did.

        The items get the current library version without a bump, so no ``since`` ever finds them.
        """
        items = []
        for key in keys:
            item = library.items.get(key)
            if item is None:
                raise Refused(400, f"Item '{key}' not found in library")
            if item.parent:
                raise Refused(400, "Child items cannot be added to collections directly")
            items.append(item)
        for item in items:
            library.put_item(
                replace(item, collections=item.collections | {collection}, version=library.version)
            )


def unwrapped(sent: Mapping[str, object]) -> Mapping[str, object]:
    """Return the editable part of an object: the server takes its own full answers as well."""
    inner = sent.get("data")
    return inner if isinstance(inner, dict) else sent


def _check_key(kind: Kind, data: Mapping[str, object]) -> str:
    key = data.get("key", "")
    if not isinstance(key, str):
        raise Refused(400, "'key' must be a string")
    if key and not KEY.fullmatch(key):
        raise Refused(400, f"'{key}' is not a valid {kind.noun} key")
    version = data.get("version")
    if version is not None and not _is_integer(version):
        raise Refused(400, "'version' must be an integer")
    if version and not key:
        raise Refused(400, f"'version' is valid only if {kind.noun} key is provided")
    return key


def _is_integer(value: object) -> bool:
    return isinstance(value, int) or (
        isinstance(value, str) and value.isascii() and value.isdigit()
    )


def _check_version_in_list(
    kind: Kind, old: Object | None, data: Mapping[str, object], *, checked: bool
) -> None:
    sent = data.get("version")
    noun = kind.noun.capitalize()
    if sent is None:
        if not checked:
            message = "Either If-Unmodified-Since-Version or 'version' property must be provided"
            raise Refused(428, f"{message} for 'key'-based writes")
        return
    version = int(str(sent))
    if old is None:
        if version:
            raise Refused(404, f"{noun} doesn't exist (expected version {version}; use 0 instead)")
        return
    check_unmodified(noun, version, old.version)


def check_unmodified(noun: str, expected: int, found: int) -> None:
    """Refuse (412) if an object is newer than the version that the client has seen; older is accepted."""
    if expected < found:
        message = (
            f"{noun} has been modified since specified version (expected {expected}, found {found})"
        )
        raise Refused(412, message, version=found)


def _is_change(kind: Kind, old: Any, new: Any, data: Mapping[str, object]) -> bool:
    return is_change(old, new, data) if kind is ITEM else bool(new != old)


def _commit(library: Library, old: Any, new: Object) -> None:
    if isinstance(new, Item):
        _commit_item(library, old, new)
    elif isinstance(new, Collection):
        lifted = lift_out_of_cycle(library, new)
        if lifted:
            library.put_collection(replace(lifted, version=new.version))
        library.put_collection(new)
    else:
        library.searches[new.key] = new
        library.gone["searches"].pop(new.key, None)


def _commit_item(library: Library, old: Item | None, new: Item) -> None:
    """Store an item. What an existing one is newly related to shows the relation, and gets its version."""
    library.put_item(new)
    if old is None:
        return
    known = set(library.related_keys(old))
    for target in dict.fromkeys(library.related_keys(new)):
        other = None if target in known else library.items.get(target)
        if other and new.key not in library.related_keys(other):
            library.put_item(replace(other, version=new.version))
