"""Answers to GET: lists and single objects, tags, settings, deletions."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from zotero_sandbox.calls import HTML, JSON_TYPE, TEXT, json_response, json_text, text_response
from zotero_sandbox.export_bibtex import biblatex, bibtex
from zotero_sandbox.export_csl import csl_json
from zotero_sandbox.item_json import KEY
from zotero_sandbox.library import DELETABLE, Library, Tag
from zotero_sandbox.query import (
    UNLIMITED_FORMATS,
    fold,
    page_links,
    page_of,
    select_items,
    select_tags,
    sort_objects,
)
from zotero_sandbox.refusals import Refused
from zotero_sandbox.views import SITE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zotero_sandbox.calls import Call, Response
    from zotero_sandbox.library import Collection, Item

_TEXT_EXPORTS: dict[str, Callable[[Iterable[Item]], str]] = {"bibtex": bibtex, "biblatex": biblatex}
_EXPORTS = frozenset(["csljson", *_TEXT_EXPORTS])
_WITH_CHILDREN = frozenset(["application/pdf", "application/epub+zip", "text/html"])


# Items


def list_items(call: Call) -> Response:
    """Answer ``/items``."""
    return _items_response(call, call.library.items.values())


def list_top_items(call: Call) -> Response:
    """Answer ``/items/top``."""
    tops = [item for item in call.library.items.values() if not item.parent]
    return _top_items_response(call, tops)


def _top_items_response(call: Call, tops: Sequence[Item]) -> Response:
    """Return top-level items; what is looked for and found in an annotation is shown as the item it is of."""
    if not (call.query.text or call.query.tags or call.query.given.get("itemType")):
        return _items_response(call, tops)
    lifted = [
        (annotation, top)
        for top in tops
        for file in call.library.children(top.key)
        for annotation in call.library.children(file.key)
        if not top.in_trash
    ]
    shown = {annotation.key: top for annotation, top in lifted}
    return _items_response(call, [*tops, *(one for one, _ in lifted)], shown=shown)


def list_publications(call: Call) -> Response:
    """Answer ``/publications/items``: what a user shows to everybody."""
    return _items_response(
        call, [item for item in call.library.items.values() if item.in_publications]
    )


def list_trash(call: Call) -> Response:
    """Answer ``/items/trash``."""
    trashed = [item for item in call.library.items.values() if item.in_trash]
    return _items_response(call, trashed, trash=True)


def list_children(call: Call, key: str) -> Response:
    """Answer ``/items/KEY/children``."""
    item = call.library.items.get(key)
    if item is None:
        raise Refused(404, "Item not found")
    if item.item_type == "attachment" and not _may_have_children(item):
        raise Refused(400, "/children can only be called on PDF, EPUB, and snapshot attachments")
    return _items_response(call, call.library.children(key))


def _may_have_children(attachment: Item) -> bool:
    linked = attachment.properties.get("linkMode") == "linked_url"
    return not linked and attachment.properties.get("contentType") in _WITH_CHILDREN


def show_item(call: Call, key: str) -> Response:
    """Answer ``/items/KEY``."""
    item = find_item(call, key)
    if call.query.format in UNLIMITED_FORMATS:
        raise Refused(400, f"Invalid 'format' value '{call.query.format}'", early=True)
    _check_format(call)
    if call.query.format in _EXPORTS:
        return _export_response(call.query.format, [item], call, item.version)
    return json_response(_show_item(call, item), item.version)


def find_item(call: Call, key: str) -> Item:
    """Return an item that the request may see. Raises Refused (404) otherwise."""
    if not KEY.fullmatch(key):
        raise Refused(404, "Not found")
    item = call.library.items.get(key)
    if item is None:
        raise Refused(404, "Item does not exist")
    if not call.access.read or not is_visible(call, item):
        raise Refused(404, "Not found")
    return item


def is_visible(call: Call, item: Item) -> bool:
    """Whether the key may see this item: notes need a permission of their own."""
    return call.access.notes or item.item_type != "note"


def _items_response(
    call: Call,
    items: Iterable[Item],
    *,
    trash: bool = False,
    shown: Mapping[str, Item] = MappingProxyType({}),
) -> Response:
    """Return those of the items that are asked for; ``shown`` are others that stand for them, by key."""
    if call.query.text and call.query.everything and call.library.full_texts:
        raise Refused(501, "The sandbox does not search the text of attachments.")
    trash = trash or call.query.include_trashed
    seen = [item for item in items if (trash or not item.in_trash) and is_visible(call, item)]
    selected = select_items(seen, call.query, call.library)
    found = list(
        {each.key: each for each in (shown.get(one.key, one) for one in selected)}.values()
    )
    if call.query.format in _EXPORTS:
        page = page_of(found, call.query)
        response = _export_response(call.query.format, page, call, call.library.version)
        return _with_paging(call, response, len(found))
    return _list_response(call, found, lambda item: _item_text(call, item))


# Collections and searches


def list_collections(call: Call) -> Response:
    """Answer ``/collections``."""
    return _collections_response(call, call.library.collections.values())


def list_top_collections(call: Call) -> Response:
    """Answer ``/collections/top``."""
    tops = [collection for collection in call.library.collections.values() if not collection.parent]
    return _collections_response(call, tops)


def list_subcollections(call: Call, key: str) -> Response:
    """Answer ``/collections/KEY/collections``."""
    find_collection(call, key)
    return _collections_response(call, call.library.subcollections(key))


def show_collection(call: Call, key: str) -> Response:
    """Answer ``/collections/KEY``."""
    collection = find_collection(call, key)
    return json_response(call.view.collection(collection), collection.version)


def find_collection(call: Call, key: str) -> Collection:
    """Return a collection that the request may see. Raises Refused (404) otherwise."""
    collection = call.library.collections.get(key)
    if collection is None or not call.access.read:
        raise Refused(404, "Collection not found")
    return collection


def list_collection_items(call: Call, key: str) -> Response:
    """Answer ``/collections/KEY/items``: the members with their child notes and attachments."""
    return _items_response(call, _with_children(call.library, _members(call, key)))


def list_collection_top_items(call: Call, key: str) -> Response:
    """Answer ``/collections/KEY/items/top``."""
    return _top_items_response(call, _members(call, key))


def _members(call: Call, key: str) -> list[Item]:
    find_collection(call, key)
    return call.library.members(key)


def _with_children(library: Library, items: list[Item]) -> list[Item]:
    return items + [
        child
        for item in items
        for child in library.children(item.key)
        if child.item_type != "annotation"
    ]


def _collections_response(call: Call, collections: Iterable[Collection]) -> Response:
    wanted = fold(call.query.text)
    found = [each for each in _only_queried(call, collections) if wanted in fold(each.name)]
    ordered = sort_objects(found, call.query, lambda c: _name_or_date(c, call.query.sort))
    return _list_response(call, ordered, lambda found: json_text(call.view.collection(found)))


def list_searches(call: Call) -> Response:
    """Answer ``/searches``."""
    found = _only_queried(call, call.library.searches.values())
    ordered = sort_objects(found, call.query, lambda search: _name_or_date(search, call.query.sort))
    return _list_response(call, ordered, lambda found: json_text(call.view.search(found)))


def show_search(call: Call, key: str) -> Response:
    """Answer ``/searches/KEY``."""
    search = call.library.searches.get(key)
    if search is None or not call.access.read:
        raise Refused(404, "Search not found")
    return json_response(call.view.search(search), search.version)


def _only_queried(call: Call, objects: Iterable[Any]) -> list[Any]:
    keys = frozenset(call.query.keys)
    return [
        found
        for found in objects
        if found.version > call.query.since and (not keys or found.key in keys)
    ]


def _name_or_date(found: Any, sort: str) -> str:
    return fold(found.name) if sort == "title" else found.date_added


# Tags


def list_tags(call: Call) -> Response:
    """Answer ``/tags``."""
    return _tags_response(call, call.library.tag_versions)


def list_item_tags(call: Call) -> Response:
    """Answer ``/items/tags``."""
    return _tags_response(call, _tags_of(call.library.items.values()))


def list_top_item_tags(call: Call) -> Response:
    """Answer ``/items/top/tags``."""
    return _tags_response(
        call, _tags_of(item for item in call.library.items.values() if not item.parent)
    )


def list_tags_of_item(call: Call, key: str) -> Response:
    """Answer ``/items/KEY/tags``."""
    return _tags_response(call, find_item(call, key).tags)


def list_collection_tags(call: Call, key: str) -> Response:
    """Answer ``/collections/KEY/tags``."""
    return _tags_response(call, _tags_of(_with_children(call.library, _members(call, key))))


def show_tag(call: Call, name: str) -> Response:
    """Answer ``/tags/NAME``: a list, because a tag can be of two types."""
    decoded = unquote_plus(name)
    tags = [tag for tag in call.library.tag_versions if tag.name == decoded]
    if not tags:
        raise Refused(404, "Not found")
    return _tags_response(call, tags)


def _tags_of(items: Iterable[Item]) -> set[Tag]:
    return {tag for item in items for tag in item.tags}


def _tags_response(call: Call, tags: Iterable[Tag]) -> Response:
    if call.query.format in UNLIMITED_FORMATS:
        raise Refused(400, f"Invalid 'format' value '{call.query.format}'", early=True)
    found = select_tags(tags, call.query, call.library)
    return _list_response(call, found, lambda tag: json_text(call.view.tag(tag)))


# Settings, full text, deletions


def list_settings(call: Call) -> Response:
    """Answer ``/settings``."""
    shown = {
        name: {"value": setting.value, "version": setting.version}
        for name, setting in call.library.settings.items()
        if setting.version > call.query.since
    }
    return json_response(shown, call.library.version)


def show_setting(call: Call, name: str) -> Response:
    """Answer ``/settings/NAME``."""
    setting = call.library.settings.get(name)
    if setting is None:
        raise Refused(404, "Setting not found")
    return json_response({"value": setting.value, "version": setting.version}, setting.version)


def list_full_texts(call: Call) -> Response:
    """Answer ``/fulltext``: the versions of the indexed texts, by attachment."""
    texts = call.library.full_texts.items()
    shown = {key: text.version for key, text in texts if text.version > call.query.since}
    return json_response(shown, call.library.version)


def show_full_text(call: Call, key: str) -> Response:
    """Answer ``/items/KEY/fulltext``."""
    text = call.library.full_texts.get(key)
    if text is None:
        raise Refused(404, "Not found")
    return json_response(dict(text.content), text.version)


def refuse_file(call: Call, key: str) -> Response:  # noqa: ARG001 - the signature of a handler
    """Answer ``/items/KEY/file``: the sandbox keeps no files."""
    raise Refused(404, "Not found")


def list_deleted(call: Call) -> Response:
    """Answer ``/deleted?since=``: the keys of what was deleted for good after that version."""
    if not call.query.given.get("since"):
        raise Refused(400, "'since' parameter must be provided")
    shown = {
        kind: sorted(
            key for key, version in call.library.gone[kind].items() if version > call.query.since
        )
        for kind in DELETABLE
    }
    return json_response(shown, call.library.version)


# Lists


def _list_response(call: Call, found: Sequence[Any], show: Callable[[Any], str]) -> Response:
    _check_format(call)
    page = page_of(found, call.query)
    version = call.library.version
    if call.query.format == "keys":
        response = text_response("\n".join(entry.key for entry in page) + "\n", TEXT, version)
    elif call.query.format == "versions":
        response = json_response({entry.key: entry.version for entry in page}, version)
    else:
        response = text_response(f"[{','.join(map(show, page))}]", JSON_TYPE, version)
    return _with_paging(call, response, len(found))


def _with_paging(call: Call, response: Response, total: int) -> Response:
    headers = {**response.headers, "Total-Results": str(total), "Link": link_header(call, total)}
    return type(response)(response.status, headers, response.body)


def link_header(call: Call, total: int) -> str:
    """Return the Link header of a list: its other pages, and its page on the web site."""
    path = call.request.path
    links = page_links(call.request.base_url + path, call.query, total)
    links["alternate"] = SITE + path
    return ", ".join(f'<{url}>; rel="{relation}"' for relation, url in links.items())


def _check_format(call: Call) -> None:
    """Say plainly what the sandbox does not imitate."""
    known = {"json", "keys", "versions", "data", "none", *_EXPORTS}
    asked = {call.query.format, *call.query.include} - known
    if asked:
        raise Refused(501, f"The sandbox does not give items as {', '.join(sorted(asked))}.")


def _export_response(form: str, items: Sequence[Item], call: Call, version: int) -> Response:
    if not items:
        return text_response("", TEXT, version)
    if form == "csljson":
        shown = {"items": [csl_json(item, call.library.id) for item in items]}
        return json_response(
            shown, version, {"Content-Type": "application/vnd.citationstyles.csl+json"}
        )
    # The real server does not call a translator for HEAD, so it does not know the type.
    content_type = HTML if call.request.method == "HEAD" else "application/x-bibtex"
    return text_response(_TEXT_EXPORTS[form](items), content_type, version)


def _item_text(call: Call, item: Item) -> str:
    """Return an item of a list as JSON; the plain form is kept until the library's items change."""
    if call.query.include != ("data",):
        return json_text(_show_item(call, item))
    kept = call.library.shown_items.setdefault((call.view.base_url, call.view.notes), {})
    if item.key not in kept:
        kept[item.key] = json_text(_show_item(call, item))
    return kept[item.key]


def _show_item(call: Call, item: Item) -> dict[str, object]:
    shown = call.view.item(item, call.query.include)
    for form in call.query.include:
        if form == "csljson":
            shown[form] = csl_json(item, call.library.id)
        elif form in _TEXT_EXPORTS:
            shown[form] = _TEXT_EXPORTS[form]([item])
    return shown
