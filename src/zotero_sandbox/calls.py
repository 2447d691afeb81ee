"""Requests and answers as values, and what a handler needs to know about the request it serves."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from zotero_sandbox.query import split_query
from zotero_sandbox.refusals import Refused
from zotero_sandbox.schema import SCHEMA_VERSION
from zotero_sandbox.views import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zotero_sandbox.accounts import Access, Key
    from zotero_sandbox.library import Library
    from zotero_sandbox.query import Query
    from zotero_sandbox.store import Store

HTML = "text/html; charset=UTF-8"
JSON_TYPE = "application/json"
TEXT = "text/plain;charset=UTF-8"
API_HEADERS = {"Zotero-API-Version": "3", "Zotero-Schema-Version": str(SCHEMA_VERSION)}

BEARER = re.compile(r"Bearer ([A-Za-z0-9]+)")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header names are in lower case; ``query`` is what stands after the question mark.

    ``base_url`` is where the server is reached, ``address`` where the request comes from.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = "http://127.0.0.1"
    address: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def offered_keys(request: Request) -> tuple[str | None, str | None]:
    """Return the key that the headers of a request offer, and the one in its query."""
    bearer = BEARER.fullmatch(request.headers.get("authorization", ""))
    header = request.headers.get("zotero-api-key") or (bearer[1] if bearer else None)
    return header, dict(split_query(request.query)).get("key")


@dataclass(frozen=True)
class Call:
    """A request to one library, with everything the handlers ask about it."""

    store: Store
    request: Request
    query: Query
    key: Key | None
    library: Library
    access: Access

    @cached_property
    def view(self) -> View:
        """How this request sees the library."""
        return View(
            self.request.base_url, self.store.accounts, self.library, notes=self.access.notes
        )

    def header(self, name: str) -> str | None:
        """Return a request header."""
        return self.request.headers.get(name.lower())

    def version_header(self, name: str = "If-Unmodified-Since-Version") -> int | None:
        """Return a version header as a number. Raises Refused if it is none."""
        value = self.header(name)
        if value is None:
            return None
        if not value.isascii() or not value.isdigit():
            raise Refused(400, f"Invalid {name} value '{value}'")
        return int(value)


def json_response(
    value: object, version: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a 200 with a JSON body; ``version`` becomes Last-Modified-Version."""
    answered = {**answer_headers(JSON_TYPE, version), **(headers or {})}
    return Response(200, answered, json_text(value).encode())


def json_text(value: object) -> str:
    """Return a value as the server writes JSON: no spaces, no escapes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text_response(text: str, content_type: str, version: int | None = None) -> Response:
    """Return a 200 with a text body."""
    return Response(200, answer_headers(content_type, version), text.encode())


def empty_response(version: int) -> Response:
    """Return the 204 of a write to one object."""
    return Response(204, answer_headers(HTML, version))


def answer_headers(content_type: str, version: int | None = None) -> dict[str, str]:
    """Return the headers of an answer: type, API and schema version, Last-Modified-Version."""
    headers = {"Content-Type": content_type, **API_HEADERS}
    return headers if version is None else headers | {"Last-Modified-Version": str(version)}


def parse_body(request: Request) -> object:
    """Return the JSON of a request without the control characters that the server removes.

    Raises Refused (400) with the wording of PHP's JSON parser.
    """
    if not request.body:
        raise Refused(400, f"{request.method} data not provided", early=True)
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        raise Refused(400, "JSON Error: Malformed UTF-8 characters") from None
    try:
        return _without_controls(json.loads(text, parse_constant=_refuse_constant))
    except (ValueError, RecursionError):
        raise Refused(400, "JSON Error: Syntax error, malformed JSON") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _without_controls(value: object) -> object:
    if isinstance(value, str):
        if _SURROGATES.search(value):
            raise Refused(400, "JSON Error: Single unpaired high surrogate in Unicode escape")
        return _CONTROLS.sub("", value)
    if isinstance(value, list):
        return [_without_controls(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _without_controls(entry) for name, entry in value.items()}
    return value
