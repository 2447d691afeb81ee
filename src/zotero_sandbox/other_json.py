"""What a client sends for a collection or a saved search, checked and turned into the object it makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zotero_sandbox.item_json import (
    KEY,
    MAX_NAME,
    Edit,
    as_text,
    read_deleted,
    read_relations,
    shortened,
)
from zotero_sandbox.library import Collection, Library, Search
from zotero_sandbox.refusals import Refused, broken

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLLECTION_PROPERTIES = frozenset(
    ["key", "version", "name", "parentCollection", "relations", "deleted"]
)
_SEARCH_PROPERTIES = frozenset(["key", "version", "name", "conditions", "deleted"])


def revise_collection(
    library: Library, old: Collection | None, key: str, data: Mapping[str, object], edit: Edit
) -> Collection:
    """Return the collection that a write makes of the old one (or of none), still at the old version.

    Raises Refused if the JSON is not valid or its parent does not exist.
    """
    _check_properties(data, _COLLECTION_PROPERTIES)
    collection = old or Collection(key, date_added=edit.now)
    if edit.full:
        collection = replace(collection, parent=None, in_trash=False)
    collection = replace(collection, name=_read_name(data, collection.name, edit, "Collection"))
    if "parentCollection" in data:
        collection = replace(
            collection, parent=_read_parent(data["parentCollection"], library, key)
        )
    if "relations" in data:
        collection = replace(collection, relations=read_relations(data["relations"]))
    if "deleted" in data:
        collection = replace(collection, in_trash=read_deleted(data["deleted"]))
    return collection


def lift_out_of_cycle(library: Library, collection: Collection) -> Collection | None:
    """Return the ancestor that must become a top-level collection, if the new parent is a descendant.

    The server breaks such a cycle by moving the chosen parent itself to the top.
    """
    above = library.collections.get(collection.parent or "")
    while above is not None:
        if above.key == collection.key and collection.parent:
            return replace(library.collections[collection.parent], parent=None)
        above = library.collections.get(above.parent or "")
    return None


def revise_search(
    library: Library,  # noqa: ARG001 - one signature for all kinds of objects
    old: Search | None,
    key: str,
    data: Mapping[str, object],
    edit: Edit,
) -> Search:
    """Return the saved search that a write makes of the old one (or of none). Raises Refused."""
    _check_properties(data, _SEARCH_PROPERTIES)
    search = old or Search(key, date_added=edit.now)
    if edit.full:
        search = replace(search, in_trash=False)
    search = replace(search, name=_read_name(data, search.name, edit, "Search"))
    if "conditions" in data:
        search = replace(search, conditions=_read_conditions(data["conditions"]))
    if "deleted" in data:
        search = replace(search, in_trash=read_deleted(data["deleted"]))
    return search


def _check_properties(data: Mapping[str, object], known: frozenset[str]) -> None:
    for name in data:
        if name not in known:
            raise Refused(400, f"Invalid property '{name}'")


def _read_name(data: Mapping[str, object], old: str, edit: Edit, noun: str) -> str:
    name = data.get("name")
    if name is None:
        if old and not edit.full:
            return old
        raise Refused(400, "'name' property not provided")
    if not isinstance(name, str):
        raise Refused(400, "'name' must be a string")
    name = name.strip()
    if not name:
        raise Refused(400, f"{noun} name cannot be empty")
    if len(name) > MAX_NAME:
        start = shortened(name)
        raise Refused(413, f"{noun} name '{start}' too long", data={"value": start})
    return name


def _read_parent(value: object, library: Library, key: str) -> str | None:
    if not value:
        return None
    if not isinstance(value, str) or not KEY.fullmatch(value) or value == key:
        raise broken()
    if value not in library.collections:
        raise Refused(409, f"Parent collection {value} not found", data={"collection": value})
    return value


def _read_conditions(value: object) -> tuple[Mapping[str, object], ...]:
    if not isinstance(value, list):
        raise Refused(400, "'conditions' property must be an array")
    if not value:
        raise Refused(400, "'conditions' cannot be empty")
    for condition in value:
        if not isinstance(condition, dict) or "condition" not in condition:
            raise Refused(400, f"Invalid search condition '{as_text(condition)}'")
    return tuple(value)
