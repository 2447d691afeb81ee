"""The Zotero Web API, version 3: from a request to an answer, without a network.

``Api.respond`` finds the key, the library, the permissions and the handler. What the real server says in
every refusal is said here in the same words, because clients read them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from zotero_sandbox import reads, schema, writes
from zotero_sandbox.calls import (
    API_HEADERS,
    BEARER,
    HTML,
    Call,
    Request,
    Response,
    json_response,
    offered_keys,
    text_response,
)
from zotero_sandbox.limits import Caller
from zotero_sandbox.query import parse_query, split_query
from zotero_sandbox.refusals import Aborted, Refused
from zotero_sandbox.views import SITE, group_json, key_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from zotero_sandbox.accounts import Key
    from zotero_sandbox.query import Query
    from zotero_sandbox.store import Store

_NOT_FOUND_PAGE = "<h1>Not Found</h1>\n<p>The page you requested could not be found.</p>\n"
_METHODS = ("HEAD", "GET", "POST", "PUT", "PATCH", "DELETE")
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": ", ".join(_METHODS),
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, If-Match, If-None-Match, If-Modified-Since-Version,"
        " If-Unmodified-Since-Version, Zotero-API-Key, Zotero-API-Version, Zotero-Schema-Version,"
        " Zotero-Write-Token"
    ),
    "Access-Control-Expose-Headers": (
        "Backoff, ETag, Last-Modified-Version, Link, Retry-After, Total-Results, Zotero-API-Version,"
        " Zotero-Full-Text-Reindexing, Zotero-TTS-Standard-Credits-Remaining,"
        " Zotero-TTS-Premium-Credits-Remaining, Zotero-TTS-Dev"
    ),
}


class Route(NamedTuple):
    """Addresses of one shape inside a library, and who answers to which method.

    ``conditional`` lists answer 304 to If-Modified-Since-Version. ``single`` addresses say 404 where lists
    say 403. What is ``public`` anybody may read.
    """

    pattern: re.Pattern[str]
    handlers: dict[str, Callable[..., Response]]
    conditional: bool = False
    single: bool = False
    public: bool = False


def _route(
    shape: str,
    *,
    conditional: bool = False,
    single: bool = False,
    public: bool = False,
    **handlers: Callable[..., Response],
) -> Route:
    pattern = re.compile(shape.replace("KEY", "([^/]+)"))
    by_method = {name.upper(): handler for name, handler in handlers.items()}
    return Route(pattern, by_method, conditional, single, public)


def _leave_out(call: Call) -> Response:  # noqa: ARG001 - the signature of a handler
    raise Refused(501, "The sandbox shows no My Publications but the list of their items.")


_ROUTES = (
    _route(
        "items",
        conditional=True,
        get=reads.list_items,
        post=writes.post_items,
        delete=writes.delete_items,
    ),
    _route("items/top", conditional=True, get=reads.list_top_items),
    _route("items/trash", conditional=True, get=reads.list_trash),
    _route("items/tags", conditional=True, get=reads.list_item_tags),
    _route("items/top/tags", conditional=True, get=reads.list_top_item_tags),
    _route(
        "items/KEY",
        single=True,
        get=reads.show_item,
        put=writes.write_item,
        patch=writes.write_item,
        delete=writes.delete_item,
    ),
    _route("items/KEY/children", conditional=True, get=reads.list_children),
    _route("items/KEY/tags", conditional=True, get=reads.list_tags_of_item),
    _route("items/KEY/fulltext", get=reads.show_full_text, put=writes.put_full_text),
    _route(
        "items/KEY/file",
        get=reads.refuse_file,
        post=writes.refuse_upload,
        patch=writes.refuse_upload,
    ),
    _route(
        "collections",
        conditional=True,
        get=reads.list_collections,
        post=writes.post_collections,
        delete=writes.delete_collections,
    ),
    _route("collections/top", conditional=True, get=reads.list_top_collections),
    _route(
        "collections/KEY",
        single=True,
        get=reads.show_collection,
        put=writes.write_collection,
        patch=writes.write_collection,
        delete=writes.delete_collection,
    ),
    _route("collections/KEY/collections", conditional=True, get=reads.list_subcollections),
    _route(
        "collections/KEY/items",
        conditional=True,
        get=reads.list_collection_items,
        post=writes.post_collection_items,
    ),
    _route("collections/KEY/items/top", conditional=True, get=reads.list_collection_top_items),
    _route("collections/KEY/(?:items/)?tags", conditional=True, get=reads.list_collection_tags),
    _route("collections/KEY/items/KEY", delete=writes.fail_like_the_server),
    _route(
        "searches",
        conditional=True,
        get=reads.list_searches,
        post=writes.post_searches,
        delete=writes.delete_searches,
    ),
    _route(
        "searches/KEY",
        single=True,
        get=reads.show_search,
        put=writes.write_search,
        patch=writes.write_search,
        delete=writes.delete_search,
    ),
    _route("tags", conditional=True, get=reads.list_tags, delete=writes.delete_tags),
    _route("tags/KEY", conditional=True, get=reads.show_tag),
    _route(
        "settings",
        conditional=True,
        get=reads.list_settings,
        post=writes.post_settings,
        delete=writes.delete_settings,
    ),
    _route(
        "settings/KEY", get=reads.show_setting, put=writes.put_setting, delete=writes.delete_setting
    ),
    _route("publications/items", conditional=True, public=True, get=reads.list_publications),
    _route(
        "publications(?:/.*)?",
        get=_leave_out,
        post=_leave_out,
        put=_leave_out,
        patch=_leave_out,
        delete=_leave_out,
    ),
    _route("deleted", get=reads.list_deleted),
    _route("fulltext", get=reads.list_full_texts, post=writes.post_full_texts),
)


class Api:
    """Answers requests from a store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def respond(self, request: Request) -> Response:
        """Return the answer to a request; refusals and failures are answers as well."""
        try:
            return self._respond(request)
        except Refused as refusal:
            return _refusal_response(refusal)
        except Aborted:
            return _refusal_response(Refused(500, "An error occurred"))

    def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(200, {"Content-Type": HTML, **_CORS})
        if request.method not in _METHODS:
            raise Refused(501, "Method is not implemented", early=True)
        pairs = split_query(request.query)
        _check_api_version(request, dict(pairs))
        key = self._find_key(request)
        query = parse_query(pairs)
        kind, _, rest = request.path.strip("/").partition("/")
        if kind in {"users", "groups"}:
            return self._answer_for_owner(request, query, key, kind, rest)
        if kind == "keys" and (
            rest.startswith("sessions") or request.method not in {"GET", "HEAD"}
        ):
            raise Refused(
                501, "The sandbox opens no login sessions, and makes and changes no keys."
            )
        return self._answer_at_root(query, key, kind, rest)

    # Keys and schema

    def caller(self, request: Request) -> Caller:
        """Return who asks, as far as the limits care."""
        header, parameter = offered_keys(request)
        text = header or parameter
        key = self.store.accounts.keys.get(text or "")
        return Caller(request.address, key.user if key else None, bool(text) and key is None)

    def _find_key(self, request: Request) -> Key | None:
        """Return the key of a request. Raises Refused if it is unknown or given in two ways."""
        authorization = request.headers.get("authorization")
        if authorization and not BEARER.fullmatch(authorization):
            raise Refused(400, "Invalid Authorization header format", early=True)
        header, parameter = offered_keys(request)
        if header and parameter and header != parameter:
            raise Refused(400, "Zotero-API-Key header and 'key' parameter differ", early=True)
        text = header or parameter
        if not text:
            return None
        if text not in self.store.accounts.keys:
            raise Refused(403, "Invalid key", early=True)
        return self.store.accounts.keys[text]

    def _answer_at_root(self, query: Query, key: Key | None, kind: str, rest: str) -> Response:
        if kind == "keys":
            return self._show_key(key, rest)
        item_type = query.given.get("itemType", "")
        answers: dict[tuple[str, str], Callable[[], object]] = {
            ("itemTypes", ""): schema.list_item_types,
            ("itemFields", ""): schema.list_fields,
            ("creatorFields", ""): schema.list_creator_fields,
            ("itemTypeFields", ""): lambda: schema.list_type_fields(_required_type(item_type)),
            ("itemTypeCreatorTypes", ""): lambda: schema.list_creator_types(
                _required_type(item_type)
            ),
            ("items", "new"): lambda: _template(item_type, query.given.get("linkMode")),
        }
        if (kind, rest) in answers:
            return json_response(answers[kind, rest]())
        if not kind:
            return text_response("Nothing to see here.", HTML)
        raise Refused(404, _NOT_FOUND_PAGE, early=True)

    def _show_key(self, key: Key | None, rest: str) -> Response:
        if rest != "current":
            shown = self.store.accounts.keys.get(rest)
            if shown is None:
                raise Refused(404, f"Key '{rest}' not found")
            return json_response(key_json(self.store.accounts, shown))
        if key is None:
            raise Refused(403, "Forbidden")
        return json_response(key_json(self.store.accounts, key))

    # Users, groups and their libraries

    def _answer_for_owner(
        self, request: Request, query: Query, key: Key | None, kind: str, rest: str
    ) -> Response:
        number_text, _, rest = rest.partition("/")
        number = self._known_owner(kind, number_text)
        if request.method not in {"GET", "HEAD"} and key is None:
            raise Refused(403, "An API key is required for write requests.", early=True)
        if kind == "groups" and not rest:
            return self._show_group(request, key, number)
        if kind == "users" and rest == "groups":
            return self._list_groups(request, query, key, number)
        if kind == "users" and rest.startswith("keys/"):
            return self._show_key(key, rest.removeprefix("keys/"))
        library = self.store.library("groups" if kind == "groups" else "users", number)
        access = self.store.accounts.access(key, library)
        return _dispatch(Call(self.store, request, query, key, library, access), rest)

    def _known_owner(self, kind: str, text: str) -> int:
        owners = self.store.accounts.groups if kind == "groups" else self.store.accounts.users
        if kind == "users" and not (text.isascii() and text.isdigit()):
            raise Refused(400, "Invalid user ID", early=True)
        number = int(text) if text.isascii() and text.isdigit() else 0
        if number not in owners:
            message = "Not found" if kind == "groups" else f"User {text} not found"
            raise Refused(404, message, early=True)
        return number

    def _show_group(self, request: Request, key: Key | None, number: int) -> Response:
        group = self.store.accounts.groups[number]
        if not self.store.accounts.sees_group(key, group):
            raise Refused(404, "Not found")
        return json_response(self._group(request, key, number), group.version)

    def _list_groups(
        self, request: Request, query: Query, key: Key | None, number: int
    ) -> Response:
        groups = self.store.accounts.groups_of(number, key)
        link = f'<{SITE}{request.path}>; rel="alternate"'
        headers = {"Total-Results": str(len(groups)), "Link": link}
        if query.format == "versions":
            return json_response(
                {str(group.id): group.version for group in groups}, headers=headers
            )
        return json_response(
            [self._group(request, key, group.id) for group in groups], headers=headers
        )

    def _group(self, request: Request, key: Key | None, number: int) -> dict[str, object]:
        items = len(self.store.library("groups", number).items)
        group = self.store.accounts.groups[number]
        return group_json(request.base_url, group, items, key.user if key else None)


def _dispatch(call: Call, path: str) -> Response:
    """Find the route, check the permissions and the condition, and let the handler answer."""
    for route in _ROUTES:
        found = route.pattern.fullmatch(path)
        if found:
            handler = _find_handler(route, call.request.method)
            if call.request.method not in {"GET", "HEAD"}:
                if not call.access.write:
                    raise Refused(403, "Write access denied")
            elif not call.access.read and not route.single and not route.public:
                raise Refused(403, "Forbidden")
            elif route.conditional and _is_unmodified(call):
                return Response(304)
            return handler(call, *found.groups())
    raise Refused(404, _NOT_FOUND_PAGE, early=True)


def _find_handler(route: Route, method: str) -> Callable[..., Response]:
    handler = route.handlers.get("GET" if method == "HEAD" else method)
    if handler is None:
        raise MethodNotAllowed(route)
    return handler


class MethodNotAllowed(Refused):
    """The address exists, the method does not fit it."""

    def __init__(self, route: Route) -> None:
        super().__init__(405, "Method not allowed")
        self.allowed = [
            method for method in _METHODS if method.replace("HEAD", "GET") in route.handlers
        ]


def _is_unmodified(call: Call) -> bool:
    """Whether the library is no newer than the client says; what is not a number counts as newer."""
    seen = call.header("If-Modified-Since-Version")
    if seen is None:
        return False
    return not seen.isascii() or not seen.isdigit() or call.library.version <= int(seen)


def _check_api_version(request: Request, parameters: dict[str, str]) -> None:
    header, parameter = request.headers.get("zotero-api-version"), parameters.get("v")
    if header and parameter and header != parameter:
        raise Refused(
            400, "Zotero-API-Version header does not match 'v' query parameter", early=True
        )
    version = header or parameter or "3"
    if version not in {"1", "2", "3"}:
        raise Refused(400, f"Invalid API version '{version}'", early=True)
    if version != "3":
        raise Refused(501, f"The sandbox speaks version 3 of the API, not {version}.", early=True)
    if "application/atom+xml" in request.headers.get("accept", ""):
        raise Refused(501, "The sandbox does not answer in Atom.", early=True)


def _required_type(name: str) -> schema.ItemType:
    if not name:
        raise Refused(400, "'itemType' not provided")
    item_type = schema.find_item_type(name)
    if item_type is None:
        raise Refused(400, f"Invalid item type '{name}'")
    return item_type


def _template(name: str, link_mode: str | None) -> dict[str, object]:
    item_type = _required_type(name)
    if item_type.name == "attachment":
        if not link_mode:
            raise Refused(400, "linkMode required for itemType=attachment")
        if link_mode not in schema.LINK_MODES:
            raise Refused(400, f"Invalid linkMode '{link_mode}'")
    return schema.item_template(item_type, link_mode)


def _refusal_response(refusal: Refused) -> Response:
    headers = {"Content-Type": HTML} | ({} if refusal.early else API_HEADERS)
    if isinstance(refusal, MethodNotAllowed):
        headers["Allow"] = ", ".join(refusal.allowed)
    if refusal.version is not None:
        headers["Last-Modified-Version"] = str(refusal.version)
    return Response(refusal.status, headers, refusal.message.encode())
