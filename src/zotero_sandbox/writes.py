"""Answers to POST, PUT, PATCH and DELETE."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from zotero_sandbox.calls import empty_response, json_response, parse_body
from zotero_sandbox.item_json import KEY, Edit, as_text
from zotero_sandbox.library import FullText
from zotero_sandbox.reads import find_collection, is_visible
from zotero_sandbox.refusals import Refused
from zotero_sandbox.store import (
    COLLECTION,
    ITEM,
    MAX_OBJECTS,
    SEARCH,
    Results,
    check_unmodified,
    unwrapped,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zotero_sandbox.calls import Call, Response
    from zotero_sandbox.store import Kind

_SETTINGS = re.compile(
    r"tagColors|attachmentRenameTemplate|autoRenameFiles\w*|feeds|citationStyle\w*"
    r"|lastPageIndex_\w+|lastRead_g\d+_\w+|lastReadAloudPosition_\w+|readAloud\w*"
)

# Several objects


def post_items(call: Call) -> Response:
    """Answer ``POST /items``."""
    return _post_objects(call, ITEM, call.view.item)


def post_collections(call: Call) -> Response:
    """Answer ``POST /collections``."""
    return _post_objects(call, COLLECTION, call.view.collection)


def post_searches(call: Call) -> Response:
    """Answer ``POST /searches``."""
    return _post_objects(call, SEARCH, call.view.search)


def _post_objects(call: Call, kind: Kind, show: Callable[[Any], object]) -> Response:
    _check_write_token(call)
    checked = _check_library_version(call)
    objects = parse_body(call.request)
    if not isinstance(objects, list):
        raise Refused(400, "Uploaded data must be a JSON array")
    if len(objects) > MAX_OBJECTS:
        raise Refused(413, f"Cannot add more than {MAX_OBJECTS} {kind.plural} at a time")
    results = call.store.write_objects(
        kind, call.library, objects, _edit(call), show=show, checked=checked
    )
    if str(len(objects) - 1) not in results.failed:
        _remember_write_token(call)
    return json_response(results.as_json(), call.library.version)


def delete_items(call: Call) -> Response:
    """Answer ``DELETE /items?itemKey=``."""
    return _delete_objects(call, ITEM)


def delete_collections(call: Call) -> Response:
    """Answer ``DELETE /collections?collectionKey=``."""
    return _delete_objects(call, COLLECTION)


def delete_searches(call: Call) -> Response:
    """Answer ``DELETE /searches?searchKey=``."""
    return _delete_objects(call, SEARCH)


def _delete_objects(call: Call, kind: Kind) -> Response:
    _check_write_token(call)
    _check_library_version(call)
    call.store.delete(kind, call.library, call.query.keys)
    _remember_write_token(call)
    return empty_response(call.library.version)


# One object


def write_item(call: Call, key: str) -> Response:
    """Answer ``PUT`` and ``PATCH /items/KEY``."""
    return _write_object(call, ITEM, key)


def write_collection(call: Call, key: str) -> Response:
    """Answer ``PUT`` and ``PATCH /collections/KEY``."""
    return _write_object(call, COLLECTION, key)


def write_search(call: Call, key: str) -> Response:
    """Answer ``PUT`` and ``PATCH /searches/KEY``."""
    return _write_object(call, SEARCH, key)


def _write_object(call: Call, kind: Kind, key: str) -> Response:
    old = _find_writable(call, kind, key)
    data = _parse_object(call, kind)
    if data.get("key", key) != key:
        raise Refused(409, f"'key' property in JSON does not match {kind.noun} key of request")
    _check_object_version(call, kind, old, data)
    _check_write_token(call)
    before = call.library.version
    written = call.store.write(kind, call.library, old, key, data, _edit(call))
    _remember_write_token(call)
    return empty_response(written.version if written else before)


def _find_writable(call: Call, kind: Kind, key: str) -> Any:
    old = kind.table(call.library).get(key)
    if not KEY.fullmatch(key) or (kind is ITEM and old and not is_visible(call, old)):
        raise Refused(404, "Not found")
    return old


def _parse_object(call: Call, kind: Kind) -> Mapping[str, object]:
    sent = parse_body(call.request)
    if not isinstance(sent, dict):
        shown = html.escape(json.dumps(sent, ensure_ascii=False, separators=(",", ":")))
        found = "array" if isinstance(sent, list) else type(sent).__name__
        raise Refused(400, f"Invalid {kind.noun} object (found {found} '{shown}')")
    return unwrapped(sent)


def _check_object_version(call: Call, kind: Kind, old: Any, data: Mapping[str, object]) -> None:
    noun = kind.noun.capitalize()
    expected = _expected_version(call, data)
    if old is not None:
        if expected is None:
            message = (
                "Either If-Unmodified-Since-Version or object version property must be provided"
            )
            raise Refused(428, f"{message} for key-based writes")
        check_unmodified(noun, expected, old.version)
    elif expected is None and call.request.method == "PATCH":
        ways = "If-Unmodified-Since-Version: 0, JSON 'version' 0, or PUT method"
        raise Refused(404, f"{noun} not found (to create, use {ways})")
    elif expected:
        raise Refused(412, f"{noun} not found (expected version {expected})")


def _expected_version(call: Call, data: Mapping[str, object]) -> int | None:
    header = call.version_header()
    sent = data.get("version")
    if sent is None:
        return header
    if not isinstance(sent, int):
        raise Refused(400, "'version' must be an integer")
    if header is not None and header != sent:
        difference = f"({header} != {sent})"
        raise Refused(
            400,
            f"If-Unmodified-Since-Version value does not match JSON 'version' property {difference}",
        )
    return sent


def delete_item(call: Call, key: str) -> Response:
    """Answer ``DELETE /items/KEY``."""
    return _delete_object(call, ITEM, key)


def delete_collection(call: Call, key: str) -> Response:
    """Answer ``DELETE /collections/KEY``."""
    return _delete_object(call, COLLECTION, key)


def delete_search(call: Call, key: str) -> Response:
    """Answer ``DELETE /searches/KEY``."""
    return _delete_object(call, SEARCH, key)


def _delete_object(call: Call, kind: Kind, key: str) -> Response:
    old = _find_writable(call, kind, key)
    expected = call.version_header()
    if expected is None:
        raise Refused(428, "If-Unmodified-Since-Version must be provided for delete requests")
    if old is None:
        raise Refused(412, f"{kind.noun.capitalize()} not found (expected version {expected})")
    check_unmodified(kind.noun.capitalize(), expected, old.version)
    _check_write_token(call)
    call.store.delete(kind, call.library, [key])
    _remember_write_token(call)
    return empty_response(call.library.version)


# Collections' items, tags, settings, full text


def post_collection_items(call: Call, key: str) -> Response:
    """Answer ``POST /collections/KEY/items``: keys as text, as in version 1 of the API."""
    find_collection(call, key)
    call.store.add_to_collection(
        call.library, key, call.request.body.decode(errors="replace").split()
    )
    return empty_response(call.library.version)


def fail_like_the_server(call: Call, *_: str) -> Response:  # noqa: ARG001 - the signature of a handler
    """Answer ``DELETE /collections/KEY/items/KEY`` fails in the release that the sandbox follows."""
    raise Refused(500, "An error occurred")


def delete_tags(call: Call) -> Response:
    """Answer ``DELETE /tags?tag=a || b``."""
    if call.version_header() is None:
        raise Refused(428, "If-Unmodified-Since-Version not provided")
    _check_library_version(call)
    names = [name.strip() for given in call.query.tags for name in given.split("||")]
    call.store.delete_tags(call.library, names)
    return empty_response(call.library.version)


def put_setting(call: Call, name: str) -> Response:
    """Answer ``PUT /settings/NAME``."""
    _write_settings(call, {unquote_plus(name): parse_body(call.request)}, call.version_header())
    return empty_response(call.library.version)


def post_settings(call: Call) -> Response:
    """Answer ``POST /settings``: an object of settings by name."""
    _check_library_version(call)
    body = parse_body(call.request)
    if not isinstance(body, dict):
        raise Refused(400, "Uploaded data must be a JSON object")
    _write_settings(call, body, None)
    return empty_response(call.library.version)


def _write_settings(call: Call, settings: Mapping[str, Any], header: int | None) -> None:
    for name, entry in settings.items():
        if not _SETTINGS.fullmatch(name):
            raise Refused(400, f"Invalid setting '{name}'")
        if not isinstance(entry, dict) or "value" not in entry:
            raise Refused(400, "'value' property not provided")
        expected = entry.get("version", header)
        old = call.library.settings.get(name)
        if old and isinstance(expected, int):
            check_unmodified("Setting", expected, old.version)
        elif not old and expected:
            raise Refused(412, f"Setting not found (expected version {expected})")
        call.store.write_setting(call.library, name, entry["value"])


def delete_setting(call: Call, name: str) -> Response:
    """Answer ``DELETE /settings/NAME``."""
    expected = call.version_header()
    old = call.library.settings.get(unquote_plus(name))
    if old is None:
        raise Refused(404, "Setting not found")
    if expected is None:
        raise Refused(428, "If-Unmodified-Since-Version must be provided for delete requests")
    check_unmodified("Setting", expected, old.version)
    call.store.delete_settings(call.library, [unquote_plus(name)])
    return empty_response(call.library.version)


def delete_settings(call: Call) -> Response:
    """Answer ``DELETE /settings?settingKey=``."""
    _check_library_version(call)
    names = call.query.given.get("settingKey", "").split(",")
    call.store.delete_settings(call.library, [name for name in names if name])
    return empty_response(call.library.version)


def put_full_text(call: Call, key: str) -> Response:
    """Answer ``PUT /items/KEY/fulltext``."""
    body = parse_body(call.request)
    if not isinstance(body, dict) or not _is_attachment(call, key):
        raise Refused(404, "Not found")
    call.library.full_texts[key] = FullText(body, call.library.bump())
    return empty_response(call.library.version)


def post_full_texts(call: Call) -> Response:
    """Answer ``POST /fulltext``: texts of several attachments."""
    _check_library_version(call)
    body = parse_body(call.request)
    if not isinstance(body, list):
        raise Refused(400, "Uploaded data must be a JSON array")
    results = Results()
    for index, entry in enumerate(body):
        key = as_text(entry.get("key")) if isinstance(entry, dict) else ""
        if not _is_attachment(call, key):
            results.add_failure(index, entry, Refused(404, "Item not found"))
            continue
        content = {name: value for name, value in entry.items() if name not in {"key", "version"}}
        call.library.full_texts[key] = FullText(content, call.library.bump())
        results.successful[str(index)] = {"key": key}
        results.success[str(index)] = key
    return json_response(results.as_json(), call.library.version)


def refuse_upload(call: Call, key: str) -> Response:  # noqa: ARG001 - the signature of a handler
    """Answer ``POST`` and ``PATCH /items/KEY/file``: the sandbox keeps no files."""
    raise Refused(501, "The sandbox takes no files.")


def _is_attachment(call: Call, key: str) -> bool:
    item = call.library.items.get(key)
    return item is not None and item.item_type == "attachment"


# Preconditions


def _edit(call: Call) -> Edit:
    agent = call.header("User-Agent") or ""
    return Edit(
        now=call.store.now(),
        user=call.access.user,
        full=call.request.method == "PUT",
        keeps_dates="Zotero" in agent or "Firefox" in agent,
    )


def _check_library_version(call: Call) -> bool:
    """Check the precondition on the whole library and say whether there was one."""
    expected = call.version_header()
    if expected is None:
        return False
    found = call.library.version
    if expected < found:
        message = f"Library has been modified since specified version (expected {expected}, found {found})"
        raise Refused(412, message)
    return True


def _check_write_token(call: Call) -> None:
    token = call.header("Zotero-Write-Token")
    if token is None:
        return
    if not 5 <= len(token) <= 32:
        raise Refused(400, "Write token must be 5-32 characters in length", early=True)
    if _token_id(call, token) in call.store.write_tokens:
        raise Refused(412, "Write token already used", early=True)


def _remember_write_token(call: Call) -> None:
    """A token counts as used after a success; the last object of a request decides that for all of them."""
    token = call.header("Zotero-Write-Token")
    if token is not None:
        call.store.write_tokens.add(_token_id(call, token))


def _token_id(call: Call, token: str) -> tuple[str, str]:
    return (call.key.text if call.key else "", token)
