"""The sandbox as pyzotero sees it: a library that was written for the real server must not notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from zsync.sandbox import Sandbox

if TYPE_CHECKING:
    from pyzotero.zotero import Zotero


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def zotero(sandbox: Sandbox) -> Iterator[Zotero]:
    pyzotero = pytest.importorskip("pyzotero.zotero")
    client = pyzotero.Zotero(1, "user", "sandbox")
    client.endpoint = sandbox.url
    yield client
    client.client.close()


def make_book(zotero: Zotero, title: str, **more: Any) -> Any:
    template = zotero.item_template("book") | {"title": title} | more
    return zotero.create_items([template])["successful"]["0"]


def test_items_are_created_changed_and_deleted(zotero: Zotero) -> None:
    book = make_book(zotero, "First")

    book["data"]["title"] = "Second"
    zotero.update_item(book)
    changed = zotero.item(book["key"])
    zotero.delete_item(changed)

    assert changed["data"]["title"] == "Second"
    assert zotero.items() == []
    assert zotero.deleted(since=0)["items"] == [book["key"]]


def test_everything_follows_the_pages(zotero: Zotero) -> None:
    template = zotero.item_template("book")
    for start in range(0, 120, 40):
        zotero.create_items([template | {"title": str(n)} for n in range(start, start + 40)])

    found = zotero.everything(zotero.items())

    assert sorted(int(item["data"]["title"]) for item in found) == list(range(120))


def test_collections_and_their_items(zotero: Zotero) -> None:
    made = zotero.create_collections([{"name": "Reading"}])
    key = made["success"]["0"]
    book = make_book(zotero, "In it")

    zotero.addto_collection(key, book)

    assert [collection["data"]["name"] for collection in zotero.collections()] == ["Reading"]
    assert [item["key"] for item in zotero.collection_items(key)] == [book["key"]]


def test_children_and_tags(zotero: Zotero) -> None:
    book = make_book(zotero, "Tagged", tags=[{"tag": "read"}])
    note = zotero.item_template("note") | {"note": "Good.", "parentItem": book["key"]}
    zotero.create_items([note])

    assert [child["data"]["note"] for child in zotero.children(book["key"])] == ["<p>Good.</p>"]
    assert zotero.tags() == ["read"]
    assert zotero.key_info()["access"]["user"]["write"] is True
