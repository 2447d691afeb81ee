"""Filling a store from data: a mapping from a test, or the JSON file of ``zsync sandbox --data FILE``.

The shape::

    {
      "users": [{"id": 1, "username": "ann", "name": "Ann Lee"}],
      "groups": [{"id": 7, "name": "Lab", "owner": 1, "type": "Private", "members": [2], "admins": [],
                  "libraryEditing": "members", "libraryReading": "members"}],
      "keys": [{"key": "sandbox", "name": "full", "user": 1,
                "access": {"user": {"library": true, "notes": true, "write": true, "files": true},
                           "groups": {"all": {"library": true, "write": true}}}}],
      "libraries": [{"library": "users/1",
                     "collections": [{"key": "CLLCTN22", "name": "Reading"}],
                     "items": [{"itemType": "book", "title": "A Book", "collections": ["CLLCTN22"]}],
                     "settings": {"tagColors": [{"name": "read", "color": "#00aa00"}]}}]
    }

Every part may be left out. Without users there is user 1; without keys there is the key ``sandbox``, which
may do everything in the first user's library and groups. A key's name stands for it in recordings.
Collections and items have the form of the API's ``data`` or of its full objects; keys and dates are
optional, children name their ``parentItem``, and parents may come after their children. Versions are counted
again: every object takes one, and a library starts at 1.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from zotero_sandbox.accounts import Group, Key, User
from zotero_sandbox.item_json import KEY, Edit
from zotero_sandbox.refusals import Aborted, Refused
from zotero_sandbox.store import COLLECTION, ITEM, Kind, Store, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from zotero_sandbox.library import Library

DEFAULT_KEY = "sandbox"
FULL_ACCESS: Mapping[str, Mapping[str, object]] = {
    "user": {"library": True, "files": True, "notes": True, "write": True},
    "groups": {"all": {"library": True, "write": True}},
}

_MISSING = object()
_Placed = tuple[str, "Mapping[str, object]"]


class SandboxDataError(ValueError):
    """The data for a sandbox cannot be used; the message begins with the place, e.g. ``users[0].id``."""


def load_store(data: Mapping[str, Any] | None, clock: datetime | None = None) -> Store:
    """Return a store that holds the data. Raises SandboxDataError naming the place of the first fault.

    With ``clock`` the store's time stands still there, and the same requests make the same keys.
    """
    store = Store() if clock is None else _fixed_store(clock)
    data = {} if data is None else _mapping(data, "data")
    unknown = data.keys() - {"users", "groups", "keys", "libraries"}
    if unknown:
        raise SandboxDataError(
            f"{min(unknown)}: unknown; expected users, groups, keys or libraries"
        )
    _load_users(store, data)
    _load_groups(store, data)
    _load_keys(store, data)
    for place, entry in _entries(data, "libraries"):
        _load_library(store, place, entry)
    return store


def _fixed_store(moment: datetime) -> Store:
    return Store(clock=lambda: moment, chance=Random(0))  # noqa: S311 - keys of objects are no secret


def load_seed(store: Store, objects: object) -> None:
    """Put a list of items and collections, as the Web API returns them, into the first user's library.

    A collection that items name and the list lacks is made, with its key for a name: a list of items alone
    is enough. Raises SandboxDataError naming the place of the first fault, e.g. ``[3]``.
    """
    if not isinstance(objects, list):
        raise SandboxDataError("expected a list of items and collections")
    placed = [(f"[{n}]", unwrapped(_mapping(entry, f"[{n}]"))) for n, entry in enumerate(objects)]
    items = [entry for entry in placed if not _is_collection(entry[1])]
    collections = [entry for entry in placed if _is_collection(entry[1])]
    collections += _missing_collections(items, {data.get("key") for _, data in collections})
    library = store.library("users", min(store.accounts.users))
    _load_objects(store, COLLECTION, library, _by_depth(collections, "parentCollection"))
    _load_objects(store, ITEM, library, _by_depth(items, "parentItem"))


def _is_collection(data: Mapping[str, object]) -> bool:
    return "itemType" not in data and "name" in data


def _missing_collections(items: Sequence[_Placed], known: set[object]) -> list[_Placed]:
    missing: dict[str, _Placed] = {}
    for place, data in items:
        named = data.get("collections")
        for key in named if isinstance(named, list) else ():
            if isinstance(key, str) and key not in known:
                missing.setdefault(key, (place, {"key": key, "name": key}))
    return list(missing.values())


# Accounts


def _load_users(store: Store, data: Mapping[str, Any]) -> None:
    for place, entry in _entries(data, "users"):
        number = _value(entry, "id", int, place)
        username = _value(entry, "username", str, place, f"user{number}")
        store.accounts.users[number] = User(number, username, _value(entry, "name", str, place, ""))
    if not store.accounts.users:
        store.accounts.users[1] = User(1, "sandbox", "Sandbox User")


def _load_groups(store: Store, data: Mapping[str, Any]) -> None:
    for place, entry in _entries(data, "groups"):
        number = _value(entry, "id", int, place)
        owner = _known_user(store, _value(entry, "owner", int, place), f"{place}.owner")
        store.accounts.groups[number] = Group(
            id=number,
            name=_value(entry, "name", str, place),
            owner=owner,
            type=_value(entry, "type", str, place, "Private"),
            members=tuple(_value(entry, "members", list, place, [])),
            admins=tuple(_value(entry, "admins", list, place, [])),
            library_editing=_value(entry, "libraryEditing", str, place, "members"),
            library_reading=_value(entry, "libraryReading", str, place, "members"),
            file_editing=_value(entry, "fileEditing", str, place, "members"),
            description=_value(entry, "description", str, place, ""),
            url=_value(entry, "url", str, place, ""),
            version=_value(entry, "version", int, place, 1),
        )


def _load_keys(store: Store, data: Mapping[str, Any]) -> None:
    for number, (place, entry) in enumerate(_entries(data, "keys"), start=1):
        text = _value(entry, "key", str, place)
        user = _known_user(store, _value(entry, "user", int, place), f"{place}.user")
        access = _value(entry, "access", dict, place, FULL_ACCESS)
        name = _value(entry, "name", str, place, f"key{number}")
        store.accounts.keys[text] = Key(text, user, access, name)
    if not store.accounts.keys:
        owner = min(store.accounts.users)
        store.accounts.keys[DEFAULT_KEY] = Key(DEFAULT_KEY, owner, FULL_ACCESS, "key1")


def _known_user(store: Store, number: int, place: str) -> int:
    if number not in store.accounts.users:
        raise SandboxDataError(f"{place}: there is no user {number}")
    return number


# Libraries


def _load_library(store: Store, place: str, entry: Mapping[str, Any]) -> None:
    library = _find_library(store, _value(entry, "library", str, place), place)
    collections = _entries(entry, "collections", f"{place}.")
    items = _entries(entry, "items", f"{place}.")
    _load_objects(store, COLLECTION, library, _by_depth(collections, "parentCollection"))
    _load_objects(store, ITEM, library, _by_depth(items, "parentItem"))
    for name, value in _value(entry, "settings", dict, place, {}).items():
        store.write_setting(library, name, value)


def _find_library(store: Store, path: str, place: str) -> Library:
    kind, _, number = path.partition("/")
    owners: Mapping[int, object] = (
        store.accounts.groups if kind == "groups" else store.accounts.users
    )
    if kind not in {"users", "groups"} or not number.isdecimal() or int(number) not in owners:
        raise SandboxDataError(f"{place}.library: there is no library {path!r}")
    return store.library("groups" if kind == "groups" else "users", int(number))


def _by_depth(entries: Iterable[_Placed], parent_name: str) -> list[_Placed]:
    """Return the editable parts of objects with their places, parents before their children."""
    objects = [(where, unwrapped(sent)) for where, sent in entries]
    parents = {data.get("key"): data.get(parent_name) for _, data in objects if data.get("key")}

    def depth(data: Mapping[str, object]) -> int:
        above, steps = data.get(parent_name), 0
        while above and steps <= len(parents):
            above, steps = parents.get(above), steps + 1
        return steps

    return sorted(objects, key=lambda pair: depth(pair[1]))


def _load_objects(store: Store, kind: Kind, library: Library, objects: Iterable[_Placed]) -> None:
    edit = Edit(now=store.now(), user=_owner(store, library), keeps_dates=True)
    table = kind.table(library)
    for place, data in objects:
        try:
            key = data.get("key") or store.new_key(table)
            store.write(kind, library, None, _check_new_key(kind, key, table), data, edit)
        except Refused as refusal:
            raise SandboxDataError(f"{place}: {refusal.message}") from None
        except Aborted:
            raise SandboxDataError(f"{place}: a field holds an object") from None


def _check_new_key(kind: Kind, key: object, taken: Mapping[str, object]) -> str:
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise Refused(400, f"{key!r} is not a valid {kind.noun} key")
    if key in taken:
        raise Refused(400, f"the {kind.noun} key {key} is used twice")
    return key


def _owner(store: Store, library: Library) -> int:
    return store.accounts.groups[library.id].owner if library.kind == "groups" else library.id


# Checks


def _entries(data: Mapping[str, Any], name: str, prefix: str = "") -> list[_Placed]:
    entries = data.get(name, [])
    name = prefix + name
    if not isinstance(entries, list):
        raise SandboxDataError(f"{name}: expected a list")
    return [(f"{name}[{n}]", _mapping(entry, f"{name}[{n}]")) for n, entry in enumerate(entries)]


def _mapping(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise SandboxDataError(f"{place}: expected an object")
    return value


def _value(
    entry: Mapping[str, Any], name: str, kind: type, place: str, default: Any = _MISSING
) -> Any:
    value = entry.get(name, default)
    if value is _MISSING:
        raise SandboxDataError(f"{place}.{name}: missing")
    if not isinstance(value, kind):
        raise SandboxDataError(f"{place}.{name}: expected {kind.__name__}, found {value!r}")
    return value
