"""Zotero Web API JSON -> :class:`~zsync.core.model.Item`, and what is to be made -> JSON."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from zsync.core.model import Creator, Item, Link, Note, Tag

if TYPE_CHECKING:
    from zsync.core.library_changes import ItemDraft

_CHILD_TYPES: Final = frozenset({"note", "attachment", "annotation"})
_NOT_FIELDS: Final = frozenset(
    {
        "key",
        "version",
        "itemType",
        "creators",
        "tags",
        "collections",
        "relations",
        "dateAdded",
        "dateModified",
        "deleted",
        "inPublications",
    }
)
_REPLACES: Final = "dc:replaces"
_ITEMS_IN_URI: Final = "/items/"

_Data: TypeAlias = Mapping[str, object]
_Children: TypeAlias = Mapping[str, list[_Data]]


class ItemJsonError(ValueError):
    """An element that is not a Zotero item; the text names its index and, where it has one, its key."""


def parse_items(
    raw: Iterable[Mapping[str, object]],
    *,
    collections: Mapping[str, Collection[str]] | None = None,
) -> tuple[Item, ...]:
    """Read API items, children included, and give the regular items in their order.

    An element is an API item (``{"key", "version", "data": {...}}``) or its bare ``data``. Child notes
    and linked URLs become part of their item; what is in the trash, annotations, and notes and attachments
    that stand alone are left out. ``collections`` (item key -> collection keys) says which collections
    list an item; without it the item's own word is taken. Raises :class:`ItemJsonError`.
    """
    objects = [_read_data(element, index) for index, element in enumerate(raw)]
    children: defaultdict[str, list[_Data]] = defaultdict(list)
    regular: list[_Data] = []
    for data in objects:
        if data.get("deleted"):
            continue
        if data["itemType"] not in _CHILD_TYPES:
            regular.append(data)
        elif parent := data.get("parentItem"):
            children[str(parent)].append(data)
    return tuple(_parse_item(data, children, collections) for data in regular)


def _read_data(element: object, index: int) -> _Data:
    if not isinstance(element, Mapping):
        raise ItemJsonError(f"item {index} is not a JSON object")
    data = element.get("data", element)
    if not isinstance(data, Mapping):
        raise ItemJsonError(f"item {index} has data that is not a JSON object")
    key = data.get("key")
    if not isinstance(key, str) or not key:
        raise ItemJsonError(f"item {index} has no key")
    item_type = data.get("itemType")
    if not isinstance(item_type, str) or not item_type:
        raise ItemJsonError(f"item {index} ({key}) has no itemType")
    return data


def _parse_item(
    data: _Data, children: _Children, collections: Mapping[str, Collection[str]] | None
) -> Item:
    key = cast("str", data["key"])
    own = children.get(key, ())
    return Item(
        key=key,
        item_type=cast("str", data["itemType"]),
        version=_integer(data.get("version")),
        fields=_parse_fields(data),
        creators=tuple(_parse_creators(data)),
        tags=tuple(_parse_tags(data)),
        collections=frozenset(
            map(str, _list(data, "collections"))
            if collections is None
            else collections.get(key, ())
        ),
        replaces=tuple(_parse_replaces(data)),
        notes=_parse_notes(own) if own else (),
        links=tuple(_parse_links(own)) if own else (),
        date_added=_text(data.get("dateAdded")),
        date_modified=_text(data.get("dateModified")),
    )


def _parse_fields(data: _Data) -> Mapping[str, str]:
    return MappingProxyType(
        {
            name: text
            for name, value in data.items()
            if value and name not in _NOT_FIELDS and (text := _text(value))
        }
    )


def _text(value: object) -> str:
    """A scalar as text; numbers are written as typed, lists and objects have no text."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _integer(value: object) -> int:
    return value if isinstance(value, int) else 0


def _list(data: _Data, name: str) -> list[object]:
    value = data.get(name)
    return value if isinstance(value, list) else []


def _objects(data: _Data, name: str) -> Iterator[_Data]:
    return (value for value in _list(data, name) if isinstance(value, Mapping))


def _parse_creators(data: _Data) -> Iterator[Creator]:
    for creator in _objects(data, "creators"):
        last, first = _text(creator.get("lastName")), _text(creator.get("firstName"))
        name = _text(creator.get("name"))
        if last or first or name:
            yield Creator(_text(creator.get("creatorType")) or "author", last, first, name)


def _parse_tags(data: _Data) -> Iterator[Tag]:
    for tag in _objects(data, "tags"):
        if name := _text(tag.get("tag")):
            yield Tag(name, automatic=tag.get("type") == 1)


def _parse_replaces(data: _Data) -> Iterator[str]:
    relations = data.get("relations")
    if not isinstance(relations, Mapping):
        return
    uris = relations.get(_REPLACES, ())
    for uri in [uris] if isinstance(uris, str) else uris:
        _, found, key = str(uri).rpartition(_ITEMS_IN_URI)
        if found and key:
            yield key


def _parse_notes(children: Iterable[_Data]) -> tuple[Note, ...]:
    notes = (
        Note(
            key=_text(child["key"]),
            html=_text(child.get("note")),
            tags=tuple(tag.name for tag in _parse_tags(child)),
            date_added=_text(child.get("dateAdded")),
        )
        for child in children
        if child["itemType"] == "note"
    )
    return tuple(sorted(notes, key=lambda note: (note.date_added, note.key)))


def _parse_links(children: Iterable[_Data]) -> Iterator[Link]:
    for child in sorted(
        children,
        key=lambda data: tuple(_text(data.get(name)) for name in ("dateAdded", "title", "key")),
    ):
        url = _text(child.get("url"))
        if child.get("linkMode") == "linked_url" and url:
            yield Link(_text(child.get("title")), url, _text(child["key"]))


# --- objects to be made --------------------------------------------------------------------------------


def render_item(draft: "ItemDraft", key: str, collections: Iterable[str]) -> dict[str, object]:
    """Write a draft as the object that makes the item under ``key``, in these collections.

    Version 0 says that it is new: the server refuses it where the key is taken.
    """
    return {
        "key": key,
        "version": 0,
        "itemType": draft.item_type,
        **draft.fields,
        "creators": [_render_creator(creator) for creator in draft.creators],
        "tags": _render_tags(draft.tags),
        "collections": list(collections),
        "relations": {},
    }


def render_note(html: str, key: str, parent: str, tags: Iterable[str] = ()) -> dict[str, object]:
    """Write a note as the object that makes it under its item ``parent``."""
    return {
        "key": key,
        "version": 0,
        "itemType": "note",
        "parentItem": parent,
        "note": html,
        "tags": _render_tags(map(Tag, tags)),
    }


def render_link(label: str, url: str, key: str, parent: str) -> dict[str, object]:
    """Write a labelled address as the object that makes it an attachment of its item ``parent``."""
    return {
        "key": key,
        "version": 0,
        "itemType": "attachment",
        "linkMode": "linked_url",
        "parentItem": parent,
        "title": label,
        "url": url,
    }


def _render_creator(creator: Creator) -> dict[str, str]:
    if creator.name:
        return {"creatorType": creator.role, "name": creator.name}
    return {
        "creatorType": creator.role,
        "firstName": creator.first_name,
        "lastName": creator.last_name,
    }


def _render_tags(tags: Iterable[Tag]) -> list[dict[str, object]]:
    return [{"tag": tag.name, "type": 1} if tag.automatic else {"tag": tag.name} for tag in tags]
