"""Filling a store from data: a mapping from a test, or the JSON file of ``zsync sandbox --data FILE``.

The shape::

    {
      "users": [{"id": 1, "username": "ann", "name": "Ann Lee"}],
      "groups": [{"id": 7, "name": "Lab", "owner": 1, "type": "Private", "members": [2], "admins": [],
                  "libraryEditing": "members", "libraryReading": "members"}],
      "keys": [{"key": "sandbox", "user": 1,
                "access": {"user": {"library": true, "notes": true, "write": true, "files": true},
                           "groups": {"all": {"library": true, "write": true}}}}],
      "libraries": [{"library": "users/1",
                     "collections": [{"key": "CLLCTN22", "name": "Reading"}],
                     "items": [{"itemType": "book", "title": "A Book", "collections": ["CLLCTN22"]}],
                     "settings": {"tagColors": [{"name": "read", "color": "#00aa00"}]}}]
    }

Every part may be left out. Without users there is user 1; without keys there is the key ``sandbox``, which
may do everything in the first user's library and groups. Collections and items have the form of the API's
``data`` or of its full objects; keys and dates are optional, children name their ``parentItem``, and parents
may come after their children. Versions are counted anew: every object takes one, and a library starts at 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zsync.sandbox.accounts import Group, Key, User
from zsync.sandbox.item_json import KEY, Edit
from zsync.sandbox.refusals import Aborted, Refused
from zsync.sandbox.store import COLLECTION, ITEM, Kind, Store, new_key, unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zsync.sandbox.library import Library

DEFAULT_KEY = "sandbox"
FULL_ACCESS: Mapping[str, Mapping[str, object]] = {
    "user": {"library": True, "files": True, "notes": True, "write": True},
    "groups": {"all": {"library": True, "write": True}},
}

_MISSING = object()


class SandboxDataError(ValueError):
    """The data for a sandbox cannot be used; the message begins with the place, e.g. ``users[0].id``."""


def load_store(data: Mapping[str, Any] | None) -> Store:
    """Return a store that holds the data. Raises SandboxDataError naming the place of the first fault."""
    store = Store()
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
    for place, entry in _entries(data, "keys"):
        text = _value(entry, "key", str, place)
        user = _known_user(store, _value(entry, "user", int, place), f"{place}.user")
        store.accounts.keys[text] = Key(
            text, user, _value(entry, "access", dict, place, FULL_ACCESS)
        )
    if not store.accounts.keys:
        store.accounts.keys[DEFAULT_KEY] = Key(DEFAULT_KEY, min(store.accounts.users), FULL_ACCESS)


def _known_user(store: Store, number: int, place: str) -> int:
    if number not in store.accounts.users:
        raise SandboxDataError(f"{place}: there is no user {number}")
    return number


# Libraries


def _load_library(store: Store, place: str, entry: Mapping[str, Any]) -> None:
    library = _find_library(store, _value(entry, "library", str, place), place)
    _load_objects(
        store, COLLECTION, library, _by_depth(entry, "collections", "parentCollection", place)
    )
    _load_objects(store, ITEM, library, _by_depth(entry, "items", "parentItem", place))
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


def _by_depth(
    entry: Mapping[str, Any], name: str, parent_name: str, place: str
) -> list[tuple[str, Mapping[str, object]]]:
    """Return the objects of a list with their places, parents before their children."""
    objects = [(where, unwrapped(sent)) for where, sent in _entries(entry, name, f"{place}.")]
    parents = {data.get("key"): data.get(parent_name) for _, data in objects if data.get("key")}

    def depth(data: Mapping[str, object]) -> int:
        above, steps = data.get(parent_name), 0
        while above and steps <= len(parents):
            above, steps = parents.get(above), steps + 1
        return steps

    return sorted(objects, key=lambda pair: depth(pair[1]))


def _load_objects(
    store: Store, kind: Kind, library: Library, objects: Iterable[tuple[str, Mapping[str, object]]]
) -> None:
    edit = Edit(now=store.now(), user=_owner(store, library), keeps_dates=True)
    table = kind.table(library)
    for place, data in objects:
        try:
            key = data.get("key") or new_key(table)
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


def _entries(
    data: Mapping[str, Any], name: str, prefix: str = ""
) -> list[tuple[str, Mapping[str, Any]]]:
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
