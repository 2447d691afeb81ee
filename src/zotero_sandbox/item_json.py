"""What a client sends for an item, checked and turned into the item it makes.

The rules and their wording are those of the Zotero Web API: see ``Items.inc.php`` and ``Item.inc.php`` of
zotero/dataserver, as seen from outside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from zotero_sandbox import schema
from zotero_sandbox.annotations import checked_annotation
from zotero_sandbox.dates import parse_access_date, parse_timestamp, timestamp
from zotero_sandbox.library import Creator, Item, Library, Tag
from zotero_sandbox.notes import clean_note
from zotero_sandbox.refusals import Aborted, Refused, broken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zotero_sandbox.schema import ItemType

MAX_FIELD_BYTES = 65_535
MAX_NAME = 255
MAX_NOTE = 500_000
MAX_CLEANABLE_NOTE = 250_000

KEY = re.compile(r"[23456789ABCDEFGHIJKLMNPQRSTUVWXYZ]{8}")
_URI = re.compile(
    r"http://zotero\.org/(?:users/(?:local/)?\w+|groups/\d+)/(?:items|collections)/[A-Z0-9]{8}"
)
_PREDICATES = frozenset(["owl:sameAs", "dc:relation", "dc:replaces", "mendeleyDB:documentUUID"])
_TRIMMED = " \t\n\r\0\x0b"
_CHILD_TYPES = frozenset(["note", "attachment", "annotation"])
_IGNORED = frozenset(["key", "version", "itemType", "parentItem", "collections", "dateModified"])
_CREATOR_PROPERTIES = frozenset(["creatorType", "firstName", "lastName", "name"])


@dataclass(frozen=True, slots=True)
class Edit:
    """How a write is made: when, by whom, and under which rules.

    ``full`` is PUT: what is not sent is taken away. ``keeps_dates`` is what the server grants to Zotero
    itself: the ``dateModified`` that is sent stands, even if it is the one already stored.
    """

    now: str
    user: int | None = None
    full: bool = False
    keeps_dates: bool = False


@dataclass(frozen=True, slots=True)
class _Context:
    library: Library
    key: str
    item_type: ItemType
    edit: Edit
    is_new: bool
    was_child: bool = False


def revise_item(
    library: Library, old: Item | None, key: str, data: Mapping[str, object], edit: Edit
) -> Item:
    """Return the item that a write makes of the old one (or of none), still at the old version.

    Raises Refused if the JSON is not valid or does not fit the library, Aborted where the real server would
    give up on the whole request.
    """
    was_child = bool(old and old.parent)
    context = _Context(library, key, _find_type(old, data), edit, old is None, was_child)
    _check_required(context, data)
    item = old or Item(key, created_by=edit.user, modified_by=edit.user, date_added=edit.now)
    if edit.full:
        item = replace(item, in_trash=False, in_publications=False)
    item = _change_type(item, context.item_type)
    item = _apply_properties(item, data, context)
    item = _place(item, data, context)
    _check_whole(item, context)
    if item.item_type == "annotation":
        item = replace(
            item, properties=checked_annotation(item.properties, _annotated(item, library))
        )
    return _settle_dates(item, old, data, edit)


def _annotated(item: Item, library: Library) -> str:
    """Return the content type of the file that an annotation is of."""
    parent = library.items.get(item.parent or "")
    return as_text(parent.properties.get("contentType")) if parent else ""


def is_change(old: Item, new: Item, data: Mapping[str, object]) -> bool:
    """Whether the server would call this write a change: any difference, or any tag sent at all."""
    return bool(data.get("tags")) or new != old


# The item as a whole


def _find_type(old: Item | None, data: Mapping[str, object]) -> ItemType:
    name = data.get("itemType", old.item_type if old else None)
    if name is None:
        raise Refused(400, "'itemType' property not provided")
    item_type = schema.find_item_type(name) if isinstance(name, str) else None
    if item_type is None:
        raise Refused(400, f"'{name}' is not a valid itemType")
    return item_type


def _check_required(context: _Context, data: Mapping[str, object]) -> None:
    if context.is_new and context.item_type.name == "attachment" and "linkMode" not in data:
        raise Refused(400, "'linkMode' property not provided")
    if context.is_new or not context.edit.full:
        return
    required = ["itemType", "tags", "relations"]
    # A child that is sent without its parent stands alone from now on, in no collection.
    if not data.get("parentItem") and not context.was_child:
        required.insert(2, "collections")
    for name in required:
        if name not in data:
            raise Refused(400, f"'{name}' property not provided")


def _change_type(item: Item, new: ItemType) -> Item:
    """Carry fields and creators over to another type; what it has no place for is lost."""
    if item.item_type == new.name:
        return item
    old = schema.ITEM_TYPES.get(item.item_type)
    fields = {}
    for name, value in item.fields.items():
        target = (
            name if name in new.fields else new.field_for_base(old.fields[name]) if old else None
        )
        if target:
            fields[target] = value
    creators = tuple(
        creator._replace(kind=_mapped_creator(creator.kind, old, new)) for creator in item.creators
    )
    return replace(
        item, item_type=new.name, fields=fields, creators=creators if new.creator_types else ()
    )


def _own_creator(creator: Creator, item_type: ItemType) -> Creator:
    """Return an author, where the type has none, the role that its items name first."""
    primary = item_type.primary_creator
    if creator.kind == "author" and primary and "author" not in item_type.creator_types:
        return creator._replace(kind=primary)
    return creator


def _mapped_creator(kind: str, old: ItemType | None, new: ItemType) -> str:
    if kind in new.creator_types:
        return kind
    if old and kind == old.primary_creator and new.primary_creator:
        return new.primary_creator
    return "contributor"


def _apply_properties(item: Item, data: Mapping[str, object], context: _Context) -> Item:
    fields = dict(item.fields)
    properties = dict(item.properties)
    for name, value in data.items():
        if name in _IGNORED:
            continue
        if name in context.item_type.fields:
            fields[name] = _field_value(name, value, context)
        elif name in _SPECIAL:
            item = _SPECIAL[name](item, value, context)
        else:
            properties[name] = _property_value(name, value, context)
    fields = {name: value for name, value in fields.items() if value != ""}
    properties = {name: value for name, value in properties.items() if value not in {"", None}}
    return replace(item, fields=fields, properties=properties)


def _place(item: Item, data: Mapping[str, object], context: _Context) -> Item:
    """Settle the parent and the collections, which exclude each other."""
    collections = item.collections
    if "collections" in data:
        collections = _read_collections(data["collections"], context.library)
    parent = item.parent
    if "parentItem" in data:
        parent = _read_parent(data["parentItem"], context)
        if parent and data.get("collections"):
            raise Refused(400, "Child items cannot be assigned to collections")
    elif context.edit.full or collections:
        parent = None
    return replace(item, parent=parent, collections=frozenset() if parent else collections)


def _check_whole(item: Item, context: _Context) -> None:
    if item.parent and item.item_type not in _CHILD_TYPES:
        raise Refused(400, "Child item must be note, attachment, or annotation")
    if item.properties.get("linkMode") == "linked_file" and context.library.kind == "groups":
        raise Refused(400, "Linked files can only be added to user libraries")
    if item.in_publications and context.library.kind == "groups":
        raise Refused(400, "Group items cannot be added to My Publications")
    for creator in item.creators:
        if creator.kind not in context.item_type.creator_types:
            raise Refused(
                400,
                f"'{creator.kind}' is not a valid creator type for item type '{item.item_type}'",
            )


def _settle_dates(item: Item, old: Item | None, data: Mapping[str, object], edit: Edit) -> Item:
    """Give the item its ``dateModified``: the one sent, or now, or the old one if only its place changed."""
    sent = _sent_date(item, data, edit)
    if old is None:
        return replace(item, date_modified=sent or edit.now)
    if sent and sent != old.date_modified:
        return replace(item, date_modified=sent, modified_by=edit.user)
    moved = replace(
        item,
        collections=old.collections,
        relations=old.relations,
        in_publications=old.in_publications,
    )
    if moved == old and not data.get("tags"):
        return item
    modified = old.date_modified if sent and edit.keeps_dates else edit.now
    return replace(item, date_modified=modified, modified_by=edit.user)


def _sent_date(item: Item, data: Mapping[str, object], edit: Edit) -> str | None:
    if not data.get("dateModified"):
        return None
    sent = _read_timestamp("dateModified", data["dateModified"])
    tolerated = timestamp(datetime.fromisoformat(edit.now) + timedelta(days=1))
    if sent > tolerated:
        shown = sent.replace("T", " ").rstrip("Z")
        raise Refused(400, f"Invalid date value '{shown}' for item {item.key}")
    return sent


# Fields and other properties


def as_text(value: object) -> str:
    """Return a scalar as the text that PHP makes of it."""
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)


def shortened(text: str, length: int = 50) -> str:
    """Return the beginning of a text for a message, with an ellipsis if something is left out."""
    return text if len(text) <= length else text[:length] + "…"


def _check_scalar(name: str, value: object) -> None:
    if isinstance(value, list):
        raise Refused(400, f"Unexpected array for property '{name}'")
    if isinstance(value, dict):
        raise Aborted


def _field_value(name: str, value: object, context: _Context) -> str:
    _check_scalar(name, value)
    text = as_text(value).strip(_TRIMMED)
    if name == "accessDate":
        return _read_access_date(text, context.edit.now)
    if len(text) * 4 > MAX_FIELD_BYTES and len(text.encode()) > MAX_FIELD_BYTES:
        label, start = schema.field_label(name), shortened(text)
        message = (
            f"{label} field value '{start}' too long for item '{context.library.id}/{context.key}'"
        )
        raise Refused(413, message, data={"field": label, "value": start})
    return text


def _read_access_date(text: str, now: str) -> str:
    read = parse_access_date(text, now)
    if read is None:
        form = "ISO 8601 or UTC 'YYYY-MM-DD[ hh:mm:ss]' format or 'CURRENT_TIMESTAMP'"
        raise Refused(400, f"'accessDate' must be in {form} ({text})")
    return read


def _read_timestamp(name: str, value: object) -> str:
    read = parse_timestamp(as_text(value))
    if read is None:
        raise Refused(
            400,
            f"'{name}' must be in ISO 8601 or UTC 'YYYY-MM-DD hh:mm:ss' format ({as_text(value)})",
        )
    return read


def _property_value(name: str, value: object, context: _Context) -> object:
    """Check a property that is no field of the type: allowed on attachments and annotations only."""
    kind = context.item_type.name
    if name in _TYPE_PROPERTIES.get(kind, ()):
        _check_scalar(name, value)
        if name == "linkMode" and value not in schema.LINK_MODES:
            raise Refused(400, f"'{as_text(value)}' is not a valid linkMode")
        return value
    if name in schema.FIELDS:
        raise Refused(400, f"'{name}' is not a valid field for type '{kind}'")
    if name == "itemKey":
        raise Refused(400, "'itemKey' property is now 'key'")
    if name in {"notes", "attachments"}:
        raise Refused(400, f"'{name}' property is no longer supported")
    raise Refused(400, f"Invalid property '{name}'")


def _set_note(item: Item, value: object, context: _Context) -> Item:
    if item.item_type not in {"note", "attachment"}:
        raise Refused(400, "'note' property is valid only for note and attachment items")
    text = value if isinstance(value, str) else ""
    if len(text) > MAX_NOTE:
        start = re.sub(r"<[^>]*>", "", text[:1000])[:79]
        raise Refused(
            413, f"Note '{start}...' too long for item '{context.library.id}/{context.key}'"
        )
    if len(text) > MAX_CLEANABLE_NOTE:
        raise broken()
    if text == item.note:
        return item
    cleaned = clean_note(text)
    if text and not cleaned:
        raise broken()
    return replace(item, note=cleaned)


def _set_date_added(item: Item, value: object, _: _Context) -> Item:
    return replace(item, date_added=_read_timestamp("dateAdded", value)) if value else item


def _set_trash(item: Item, value: object, _: _Context) -> Item:
    return replace(item, in_trash=read_deleted(value))


def _set_publications(item: Item, value: object, _: _Context) -> Item:
    return replace(item, in_publications=bool(value))


def read_deleted(value: object) -> bool:
    """Return the value of ``deleted``; the real server fails on anything but a boolean or 0 and 1."""
    if not isinstance(value, int):
        raise broken()
    return bool(value)


# Creators


def _set_creators(item: Item, value: object, context: _Context) -> Item:
    if not isinstance(value, list):
        raise Refused(400, "'creators' property must be an array")
    if context.is_new and len(value) == 1 and isinstance(value[0], dict) and _is_blank(value[0]):
        return item
    creators = (_own_creator(_read_creator(entry), context.item_type) for entry in value)
    return replace(item, creators=tuple(creators))


def _is_blank(creator: Mapping[str, object]) -> bool:
    return not any(as_text(creator.get(name)) for name in ("firstName", "lastName", "name"))


def _read_creator(entry: object) -> Creator:
    if not isinstance(entry, dict):
        raise Refused(400, "Creator must be an object")
    for name in sorted(entry.keys() - _CREATOR_PROPERTIES):
        raise Refused(400, f"Invalid creator property '{name}'")
    kind = _read_creator_type(entry)
    if "name" in entry and "lastName" in entry:
        raise Refused(400, "'lastName' and 'name' creator fields are mutually exclusive")
    if "name" in entry and "firstName" in entry:
        raise Refused(400, "'firstName' and 'name' creator fields are mutually exclusive")
    if "firstName" in entry and "lastName" not in entry:
        raise Refused(400, "'lastName' creator field must be set if 'firstName' is set")
    if _is_blank(entry):
        raise Refused(400, "creator object must contain 'firstName'/'lastName' or 'name'")
    first = None if "name" in entry else _creator_name(entry.get("firstName"))
    return Creator(kind, _creator_name(entry.get("name", entry.get("lastName"))), first)


def _read_creator_type(entry: Mapping[str, object]) -> str:
    kind = entry.get("creatorType")
    if not kind:
        raise Refused(400, "creator object must contain 'creatorType'")
    if not isinstance(kind, str) or kind not in schema.CREATOR_TYPES:
        raise Refused(400, f"'{as_text(kind)}' is not a valid creator type")
    return kind


def _creator_name(value: object) -> str:
    name = as_text(value).strip(_TRIMMED)
    if len(name) > MAX_NAME:
        start = shortened(name)
        advice = (
            "Shorten the name and sync again.\n\nIf you receive this message repeatedly for items saved "
            "from a particular site, you can report this issue in the Zotero Forums."
        )
        message = f"The creator name ‘{start}…’ is too long to sync. {advice}"
        raise Refused(413, message, data={"field": "creator", "value": start})
    return name


# Tags


def _set_tags(item: Item, value: object, _: _Context) -> Item:
    if not isinstance(value, list):
        raise Refused(400, "'tags' property must be an array")
    tags = dict.fromkeys(tag for tag in map(_read_tag, value) if tag.name)
    return replace(item, tags=tuple(sorted(tags, key=lambda tag: tag.name)))


def _read_tag(entry: object) -> Tag:
    if not isinstance(entry, dict):
        raise Refused(400, "Tag must be an object")
    if not entry:
        raise Refused(400, "Tag object is empty")
    for name in sorted(entry.keys() - {"tag", "type"}):
        raise Refused(400, f"Invalid tag property '{name}'")
    name = as_text(entry.get("tag")).strip(_TRIMMED)
    if len(name) > MAX_NAME:
        raise Refused(413, f"Tag '{shortened(name)}' too long", data={"tag": name})
    kind = as_text(entry.get("type", 0)) or "0"
    if not kind.isascii() or not kind.isdigit():
        raise Refused(400, f"Invalid tag type '{kind}'")
    return Tag(name, int(kind))


# Relations, collections, parent


def read_relations(value: object) -> tuple[tuple[str, str], ...]:
    """Return relations as pairs of predicate and URI; Refused if one is not of the known kinds."""
    if value == []:
        return ()
    if not isinstance(value, dict):
        raise Refused(400, "'relations' property must be an object")
    pairs = []
    for predicate, targets in value.items():
        if predicate not in _PREDICATES:
            raise Refused(400, f"Unsupported predicate '{predicate}'")
        for target in targets if isinstance(targets, list) else [targets]:
            if predicate != "mendeleyDB:documentUUID" and not _URI.fullmatch(as_text(target)):
                raise Refused(400, "'relations' values currently must be Zotero item URIs")
            pairs.append((predicate, as_text(target)))
    return tuple(dict.fromkeys(pairs))


def _set_relations(item: Item, value: object, context: _Context) -> Item:
    itself = context.library.item_uri(item.key)
    pairs = tuple(pair for pair in read_relations(value) if pair[1] != itself)
    shown = context.library.relations_of(item)
    return item if set(pairs) == set(shown) else replace(item, relations=pairs)


def _read_collections(value: object, library: Library) -> frozenset[str]:
    if not isinstance(value, list):
        raise Refused(400, "'collections' property must be an array")
    for key in value:
        if not isinstance(key, str) or not KEY.fullmatch(key):
            raise Refused(400, f"'{as_text(key)}' is not a valid collection key")
        if key not in library.collections:
            raise Refused(409, f"Collection {key} not found", data={"collection": key})
    return frozenset(value)


def _read_parent(value: object, context: _Context) -> str | None:
    if value is False:
        return None
    if not isinstance(value, str) or not KEY.fullmatch(value):
        raise Refused(400, "'parentItem' must be a valid item key or false")
    if value == context.key:
        where = "the Advanced → Files and Folders pane of the Zotero preferences"
        advice = f"Check your database integrity from {where}."
        raise Refused(
            400,
            f"Item {value} cannot be a child of itself\n\n{advice}",
        )
    parent = context.library.items.get(value)
    if parent is None:
        raise Refused(409, f"Parent item {value} not found", data={"parentItem": value})
    _check_parent(parent, context)
    return value


def _check_parent(parent: Item, context: _Context) -> None:
    if context.item_type.name == "annotation":
        if parent.item_type != "attachment" or parent.properties.get("linkMode") == "linked_url":
            where = f"{context.library.id}/{parent.key}"
            raise Refused(400, f"Parent item {where} of annotation must be a file attachment")
    elif parent.item_type in _CHILD_TYPES:
        message = "Parent item cannot be a note or attachment"
        raise Refused(409, message, data={"parentItem": parent.key})


_TYPE_PROPERTIES = {
    "attachment": schema.ATTACHMENT_PROPERTIES,
    "annotation": schema.ANNOTATION_PROPERTIES,
}
_SPECIAL: dict[str, Callable[[Item, object, _Context], Item]] = {
    "note": _set_note,
    "creators": _set_creators,
    "tags": _set_tags,
    "relations": _set_relations,
    "deleted": _set_trash,
    "inPublications": _set_publications,
    "dateAdded": _set_date_added,
}
