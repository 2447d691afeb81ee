"""Clients of the sandbox without a network."""

from __future__ import annotations

from typing import Any

import pytest
from tests.zotero_sandbox.client import Client, MakeClient


@pytest.fixture
def client() -> Client:
    """The holder of a key with all rights over an empty library."""
    return Client()


@pytest.fixture
def make_client() -> MakeClient:
    """Make a client over a library with these items and collections, or over any data."""

    def make(
        items: list[Any] | None = None, collections: list[Any] | None = None, **data: Any
    ) -> Client:
        library = {"library": "users/1", "items": items or [], "collections": collections or []}
        return Client({"libraries": [library]} | data)

    return make
