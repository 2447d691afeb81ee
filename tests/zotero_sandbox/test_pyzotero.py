"""The sandbox as pyzotero sees it: a library that was written for the real server must not notice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from zotero_sandbox import Sandbox

if TYPE_CHECKING:
    from pyzotero.zotero import Zotero


GROUP = {"id": 7, "name": "Lab", "owner": 1}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox({"groups": [GROUP]}) as running:
        yield running


@contextmanager
def connected(sandbox: Sandbox, number: int, kind: str) -> Iterator[Zotero]:
    pyzotero = pytest.importorskip("pyzotero.zotero")
    client = pyzotero.Zotero(number, kind, sandbox.key)
    client.endpoint = sandbox.url
    yield client
    client.client.close()


@pytest.fixture
def zotero(sandbox: Sandbox) -> Iterator[Zotero]:
    with connected(sandbox, 1, "user") as client:
        yield client


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


def test_many_items_are_changed_at_once(zotero: Zotero) -> None:
    books = [make_book(zotero, title) for title in ("One", "Two")]
    for book in books:
        book["data"]["title"] += ", revised"

    zotero.update_items(books)

    assert sorted(item["data"]["title"] for item in zotero.items()) == [
        "One, revised",
        "Two, revised",
    ]


def test_an_update_of_what_has_changed_is_refused(zotero: Zotero) -> None:
    errors = pytest.importorskip("pyzotero.zotero_errors")
    book = make_book(zotero, "First")
    zotero.update_item({**book["data"], "title": "Second"})

    with pytest.raises(errors.PreConditionFailedError):
        zotero.update_item({**book["data"], "title": "Third"})

    assert zotero.item(book["key"])["data"]["title"] == "Second"


def test_several_items_are_deleted_at_once(zotero: Zotero) -> None:
    books = [make_book(zotero, title) for title in ("One", "Two", "Three")]
    version = zotero.last_modified_version()

    zotero.delete_item(books[:2], last_modified=version)

    assert [item["key"] for item in zotero.items()] == [books[2]["key"]]
    assert sorted(zotero.deleted(since=version)["items"]) == sorted(b["key"] for b in books[:2])


def test_tags_are_added_and_taken_away(zotero: Zotero) -> None:
    book = make_book(zotero, "Tagged", tags=[{"tag": "to read"}])

    zotero.add_tags(book, "read", "good")
    zotero.delete_tags("to read")

    assert zotero.item_tags(book["key"]) == ["good", "read"]
    assert zotero.tags() == ["good", "read"]
    assert [item["key"] for item in zotero.items(tag="good")] == [book["key"]]


def test_collections_are_renamed_nested_emptied_and_deleted(zotero: Zotero) -> None:
    outer = zotero.create_collections([{"name": "Outer"}])["success"]["0"]
    inner = zotero.create_collections([{"name": "Inner", "parentCollection": outer}])
    inner = inner["success"]["0"]
    book = make_book(zotero, "In both", collections=[outer, inner])

    zotero.update_collection({**zotero.collection(outer)["data"], "name": "Renamed"})
    zotero.deletefrom_collection(inner, zotero.item(book["key"]))

    assert [found["key"] for found in zotero.collections_sub(outer)] == [inner]
    assert {found["data"]["name"] for found in zotero.all_collections()} == {"Renamed", "Inner"}
    assert zotero.collection_items(inner) == []
    assert zotero.num_collectionitems(outer) == 1

    zotero.delete_collection(zotero.collection(outer))

    assert zotero.collections() == []
    assert zotero.item(book["key"])["data"]["collections"] == []


def test_versions_say_what_is_new(zotero: Zotero) -> None:
    first = make_book(zotero, "First")
    second = make_book(zotero, "Second")

    assert zotero.item_versions(since=first["version"]) == {second["key"]: second["version"]}
    assert zotero.last_modified_version() == second["version"]


def test_the_trash_has_a_list_of_its_own(zotero: Zotero) -> None:
    book = make_book(zotero, "Old")
    zotero.update_item({**book["data"], "deleted": 1})

    assert zotero.items() == []
    assert [item["key"] for item in zotero.trash()] == [book["key"]]


def test_groups_have_libraries_of_their_own(sandbox: Sandbox, zotero: Zotero) -> None:
    [group] = zotero.groups()
    with connected(sandbox, group["id"], "group") as lab:
        book = make_book(lab, "Ours")

        assert group["data"]["name"] == "Lab"
        assert book["library"] == lab.item(book["key"])["library"]
        assert book["library"]["type"] == "group"
        assert [item["data"]["title"] for item in lab.items()] == ["Ours"]
    assert zotero.items() == []


def test_exports(zotero: Zotero) -> None:
    make_book(zotero, "Molloy", date="1951")

    bibliography = zotero.items(format="bibtex")

    assert [entry["title"] for entry in bibliography.entries] == ["Molloy"]
