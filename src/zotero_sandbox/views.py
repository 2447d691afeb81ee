"""Objects as the API shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from zotero_sandbox import schema
from zotero_sandbox.accounts import slug
from zotero_sandbox.library import Item
from zotero_sandbox.query import creator_summary, item_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zotero_sandbox.accounts import Accounts, Group, Key
    from zotero_sandbox.library import Collection, Library, Search, Tag

SITE = "https://www.zotero.org"
_GROUP_CREATED = "2020-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class View:
    """How one request sees one library: its addresses, and whether it may see notes."""

    base_url: str
    accounts: Accounts
    library: Library
    notes: bool = True

    # Items

    def item(self, item: Item, include: tuple[str, ...] = ("data",)) -> dict[str, object]:
        """Return an item with its envelope."""
        shown: dict[str, object] = {
            "key": item.key,
            "version": item.version,
            "library": self.library_json(),
        }
        shown["links"] = self._links("items", item.key, ("items", item.parent))
        shown["meta"] = self.item_meta(item)
        if "data" in include:
            shown["data"] = self.item_data(item)
        return shown

    def item_data(self, item: Item) -> dict[str, object]:
        """Return the editable part of an item."""
        data: dict[str, object] = {"key": item.key, "version": item.version}
        if item.parent:
            data["parentItem"] = item.parent
        data["itemType"] = item.item_type
        data |= _typed_properties(item)
        if item.in_publications:
            data["inPublications"] = True
        if item.in_trash:
            data["deleted"] = 1
        data["tags"] = [
            {"tag": tag.name, "type": tag.type} if tag.type else {"tag": tag.name}
            for tag in item.tags
        ]
        if not item.parent and item.item_type != "annotation":
            data["collections"] = sorted(item.collections)
        data["relations"] = relations_json(self.library.relations_of(item))
        return data | {"dateAdded": item.date_added, "dateModified": item.date_modified}

    def item_meta(self, item: Item) -> dict[str, object]:
        """Return what the server works out about an item."""
        meta: dict[str, object] = {}
        if self.library.kind == "groups" and item.created_by:
            meta["createdByUser"] = self._user(item.created_by)
            if item.modified_by and item.modified_by != item.created_by:
                meta["lastModifiedByUser"] = self._user(item.modified_by)
        summary, date = creator_summary(item), item_date(item)
        if summary:
            meta["creatorSummary"] = summary
        if date:
            meta["parsedDate"] = date
        if item.item_type != "annotation" and item.properties.get("linkMode") != "linked_url":
            children = self.library.children(item.key)
            meta["numChildren"] = sum(
                1 for child in children if self.notes or child.item_type != "note"
            )
        return meta

    # Collections, searches, tags

    def collection(self, collection: Collection) -> dict[str, object]:
        """Return a collection with its envelope."""
        members = self.library.members(collection.key)
        data: dict[str, object] = {
            "key": collection.key,
            "version": collection.version,
            "name": collection.name,
        }
        data["parentCollection"] = collection.parent or False
        data["relations"] = relations_json(collection.relations)
        if collection.in_trash:
            data["deleted"] = True
        return {
            "key": collection.key,
            "version": collection.version,
            "library": self.library_json(),
            "links": self._links("collections", collection.key, ("collections", collection.parent)),
            "meta": {
                "numCollections": len(self.library.subcollections(collection.key)),
                "numItems": sum(1 for member in members if not member.in_trash),
            },
            "data": data,
        }

    def search(self, search: Search) -> dict[str, object]:
        """Return a saved search with its envelope."""
        url = f"{self.base_url}/{self.library.path}/searches/{search.key}"
        data: dict[str, object] = {
            "key": search.key,
            "version": search.version,
            "name": search.name,
            "conditions": list(search.conditions),
        }
        if search.in_trash:
            data["deleted"] = True
        return {
            "key": search.key,
            "version": search.version,
            "library": self.library_json(),
            "links": {"self": {"href": url, "type": "application/json"}},
            "data": data,
        }

    def tag(self, tag: Tag) -> dict[str, object]:
        """Return a tag with the number of items that carry it."""
        path = f"{self.library.path}/tags/{quote_plus(tag.name)}"
        return {
            "tag": tag.name,
            "links": {
                "self": {"href": f"{self.base_url}/{path}", "type": "application/json"},
                "alternate": {"href": f"http://zotero.org/{path}", "type": "text/html"},
            },
            "meta": {"type": tag.type, "numItems": len(self.library.tagged(tag))},
        }

    # Envelopes

    def library_json(self) -> dict[str, object]:
        """Return the library that an object is in."""
        name = (
            self.accounts.groups[self.library.id].name
            if self.library.kind == "groups"
            else self.accounts.users[self.library.id].shown_name
        )
        links = {"alternate": {"href": f"{SITE}/{self._site_path()}", "type": "text/html"}}
        return {"type": self.library.kind[:-1], "id": self.library.id, "name": name, "links": links}

    def _site_path(self) -> str:
        if self.library.kind == "groups":
            return f"groups/{group_slug(self.accounts.groups[self.library.id])}"
        return self.accounts.users[self.library.id].slug

    def _links(self, plural: str, key: str, up: tuple[str, str | None]) -> dict[str, object]:
        own = f"{self.base_url}/{self.library.path}"
        links: dict[str, object] = {
            "self": {"href": f"{own}/{plural}/{key}", "type": "application/json"},
            "alternate": {
                "href": f"{SITE}/{self._site_path()}/{plural}/{key}",
                "type": "text/html",
            },
        }
        if up[1]:
            links["up"] = {"href": f"{own}/{up[0]}/{up[1]}", "type": "application/json"}
        return links

    def _user(self, number: int) -> dict[str, object]:
        user = self.accounts.users[number]
        links = {"alternate": {"href": f"{SITE}/{user.slug}", "type": "text/html"}}
        return {"id": user.id, "username": user.username, "name": user.name, "links": links}


def _typed_properties(item: Item) -> dict[str, object]:
    """Return what depends on the item type: every field, empty or not, in the type's order."""
    item_type = schema.ITEM_TYPES[item.item_type]
    shown: dict[str, object] = {}
    if item.item_type == "attachment":
        shown["linkMode"] = item.properties.get("linkMode")
    for place, name in enumerate(item_type.fields):
        shown[name] = item.fields.get(name, "")
        if place == 0 and item_type.creator_types:
            shown["creators"] = [creator.as_json() for creator in item.creators]
    if item.item_type in {"note", "attachment"}:
        shown["note"] = item.note
    if item.item_type == "attachment":
        defaults = {"contentType": "", "charset": ""} | schema.file_properties(shown["linkMode"])
        shown |= {name: item.properties.get(name, default) for name, default in defaults.items()}
    elif item.item_type == "annotation":
        shown |= item.properties
    return shown


def relations_json(pairs: tuple[tuple[str, str], ...]) -> dict[str, object]:
    """Return relations by predicate; a single one is a string, several are a list."""
    grouped: dict[str, list[str]] = {}
    for predicate, uri in pairs:
        grouped.setdefault(predicate, []).append(uri)
    return {predicate: uris if len(uris) > 1 else uris[0] for predicate, uris in grouped.items()}


def group_slug(group: Group) -> str:
    """Return what stands for a group in an address of the site: public groups have a name there."""
    return slug(group.name) if group.is_public else str(group.id)


def group_json(base_url: str, group: Group, items: int, viewer: int | None) -> dict[str, object]:
    """Return a group with its envelope, as one user (or nobody) sees it."""
    links = {
        "self": {"href": f"{base_url}/groups/{group.id}", "type": "application/json"},
        "alternate": {"href": f"{SITE}/groups/{group_slug(group)}", "type": "text/html"},
    }
    meta: dict[str, object] = {
        "created": _GROUP_CREATED,
        "lastModified": _GROUP_CREATED,
        "numItems": items,
    }
    if viewer is not None:
        meta["isAdmin"] = group.is_admin(viewer)
    data: dict[str, object] = {
        "id": group.id,
        "version": group.version,
        "name": group.name,
        "owner": group.owner,
        "type": group.type,
        "description": group.description,
        "url": group.url,
        "libraryEditing": group.library_editing,
        "libraryReading": group.library_reading,
        "fileEditing": group.file_editing,
    }
    if group.admins:
        data["admins"] = list(group.admins)
    if group.members:
        data["members"] = list(group.members)
    return {"id": group.id, "version": group.version, "links": links, "meta": meta, "data": data}


def key_json(accounts: Accounts, key: Key) -> dict[str, object]:
    """Return what ``/keys/current`` says about a key; the key itself is part of it."""
    user = accounts.users[key.user]
    return {
        "key": key.text,
        "userID": user.id,
        "username": user.username,
        "displayName": user.name,
        "access": {part: _plain(rules) for part, rules in key.access.items()},
    }


def _plain(rules: Mapping[str, object]) -> dict[str, object]:
    return dict(rules)
