"""Changes to the library -> the JSON that is sent, made from each object as it is at that moment.

What is sent is as small as it can be (``key``, ``version`` and what differs): a field that is not sent
stays, and a non-empty ``tags`` would count as a change even when it is the same (zotero/dataserver).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from zsync.core import fields
from zsync.core.library_changes import (
    FieldChange,
    ItemChange,
    LinkChange,
    NewCollection,
    NewItem,
    NewLink,
    NewNote,
    NoteChange,
    ObjectChange,
)
from zsync.formats import item_json, notes

Raw = Mapping[str, Any]
#: The fields that hold somebody's words, and what a file with them is called.
_WORDS = {
    "title": "title.md",
    "shortTitle": "short-title.md",
    "url": "url.md",
    "note": "note.html",
}


@dataclass(frozen=True, slots=True)
class Patch:
    """What to send for one object; ``lost`` names what changed in Zotero meanwhile and is left alone."""

    sent: Raw = field(default_factory=lambda: MappingProxyType({}))
    lost: tuple[str, ...] = ()


def new_object(change: NewItem | NewNote | NewLink | NewCollection) -> Raw:
    """Return the JSON of an object that is not there yet; version 0 says so to the server."""
    match change:
        case NewItem(key=key, draft=draft, places=places):
            return item_json.render_item(draft, key, places)
        case NewNote(key=key, parent=parent, markdown=markdown, tags=tags):
            return item_json.render_note(notes.to_html(markdown), key, parent, tags)
        case NewLink(key=key, parent=parent, label=label, url=url):
            return item_json.render_link(label, url, key, parent)
        case NewCollection(key=key, name=name, parent=parent):
            return {"key": key, "version": 0, "name": name, "parentCollection": parent}


def patch(change: ObjectChange, present: Raw) -> Patch:
    """Give what has to be sent for a change to an object; ``present`` is the object as the server has it now.

    Nothing is sent for what is as wanted already, nor for what no longer is what the change was decided for.
    """
    data = present["data"]
    if data.get("deleted"):
        return Patch(lost=("trash",))
    match change:
        case ItemChange():
            made = _item(change, data)
        case NoteChange(before=before, markdown=markdown):
            made = _text("note", before, notes.to_html(markdown), data)
            if notes.comparable(notes.to_markdown(data["note"])) == notes.comparable(markdown):
                made = Patch()
        case LinkChange(before=before, url=url):
            made = _text("url", before, url, data)
    if not made.sent:
        return made
    return Patch({"key": data["key"], "version": data["version"], **made.sent}, made.lost)


def overwritten(made: Patch, present: Raw) -> Iterator[tuple[str, str]]:
    """Return the words that a patch takes the place of, each with a file name: whose, and what they are.

    A note is kept as the HTML that it is.
    """
    data = present["data"]
    item = data.get("parentItem", data["key"])
    for name, kind in _WORDS.items():
        if name in made.sent and data.get(name, "").strip():
            yield f"{item}-{kind}", data[name]


def _item(change: ItemChange, data: Raw) -> Patch:
    sent: dict[str, Any] = {}
    lost: list[str] = []
    for name, wanted in change.fields.items():
        made = _field(name, wanted, data)
        sent |= made.sent
        lost.extend(made.lost)
    tags = _tags(change, data["tags"])
    if tags != data["tags"]:
        sent["tags"] = tags
    collections = sorted({*data["collections"], *change.add_to} - set(change.remove_from))
    if collections != sorted(data["collections"]):
        sent["collections"] = collections
    return Patch(sent, tuple(lost))


def _field(name: str, wanted: FieldChange, data: Raw) -> Patch:
    return _text(name, wanted.before, wanted.after, data)


def _text(name: str, before: str, after: str, data: Raw) -> Patch:
    now = data.get(name, "")
    if now == after:
        return Patch()
    return Patch({name: after}) if now == before else Patch(lost=(name,))


def _tags(change: ItemChange, present: list[Raw]) -> list[Raw]:
    """Return the item's present tags without those to be removed and with those to be added."""
    added = {fields.fold_tag(name) for name in change.add_tags}
    removed = {fields.fold_tag(name) for name in change.remove_tags} - added
    kept = [tag for tag in present if fields.fold_tag(tag["tag"]) not in removed]
    there = {fields.fold_tag(tag["tag"]) for tag in kept}
    new = dict.fromkeys(name for name in change.add_tags if fields.fold_tag(name) not in there)
    return [*kept, *({"tag": name} for name in new)]
