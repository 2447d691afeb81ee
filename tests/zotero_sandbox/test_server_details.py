"""What the real server was seen to do where a client would not guess it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.zotero_sandbox.client import Client, MakeClient

BOOK = {"itemType": "book", "key": "BBBBBBB2", "title": "A Book"}
NOTE = {"itemType": "note", "key": "NNNNNNN2", "note": "<p>Nice</p>", "parentItem": "BBBBBBB2"}
FILE = {
    "itemType": "attachment",
    "key": "FFFFFFF2",
    "linkMode": "imported_file",
    "contentType": "application/pdf",
    "parentItem": "BBBBBBB2",
}
MARK = {
    "itemType": "annotation",
    "key": "MMMMMMM2",
    "parentItem": "FFFFFFF2",
    "annotationType": "highlight",
    "annotationText": "whales",
    "annotationSortIndex": "00001|000020|00030",
    "annotationPosition": '{"pageIndex":1,"rects":[[1,2,3,4]]}',
    "tags": [{"tag": "sea"}],
}


def _made(client: Client, **data: Any) -> dict[str, Any]:
    answer = client.post("items", data).json
    assert not answer["failed"], answer["failed"]
    shown: dict[str, Any] = answer["successful"]["0"]["data"]
    return shown


def _why(client: Client, path: str, **data: Any) -> tuple[int, str]:
    failure = client.post(path, data).json["failed"]["0"]
    return failure["code"], failure["message"]


# -- items --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rel", "kept"),
    [
        ("noopener noreferrer nofollow", ' rel="nofollow"'),
        ("nofollow", ' rel="nofollow"'),
        ("noopener", ""),
    ],
)
def test_the_note_cleaner_drops_what_is_meant_for_new_windows(
    client: Client, rel: str, kept: str
) -> None:
    note = f'<p><a href="https://a.example" rel="{rel}">a</a></p>'
    shown = _made(client, itemType="note", note=note)["note"]
    assert shown == f'<p><a href="https://a.example"{kept}>a</a></p>'


@pytest.mark.parametrize("child", [NOTE, FILE])
def test_a_child_that_is_put_without_its_parent_stands_alone(
    make_client: MakeClient, child: dict[str, Any]
) -> None:
    client = make_client([BOOK, child])
    data = client.item(child["key"])["data"]
    del data["parentItem"]
    path = f"/users/1/items/{child['key']}"
    assert client("PUT", path, data).status == 204
    alone = client.item(child["key"])["data"]
    assert "parentItem" not in alone
    assert alone["collections"] == []
    assert child["key"] in client.get("items/top?format=keys").keys


def test_an_item_that_stands_alone_is_put_with_its_collections(make_client: MakeClient) -> None:
    client = make_client([BOOK])
    data = client.item("BBBBBBB2")["data"]
    del data["collections"]
    assert client("PUT", "/users/1/items/BBBBBBB2", data).status == 400


@pytest.mark.parametrize(
    ("item_type", "role"),
    [
        ("presentation", "presenter"),
        ("film", "director"),
        ("patent", "inventor"),
        ("book", "author"),
    ],
)
def test_an_author_gets_the_role_that_the_item_type_has(
    client: Client, item_type: str, role: str
) -> None:
    lee = {"creatorType": "author", "firstName": "A.", "lastName": "Lee"}
    shown = _made(client, itemType=item_type, creators=[lee])
    assert shown["creators"] == [{**lee, "creatorType": role}]


def test_another_role_that_the_type_has_not_is_refused(client: Client) -> None:
    director = {"creatorType": "director", "name": "Lee"}
    code, message = _why(client, "items", itemType="book", creators=[director])
    assert (code, message.count("not a valid creator type for item type")) == (400, 1)


@pytest.mark.parametrize("offset", ["-0400", "-04:00"])
def test_dates_with_an_offset_are_converted(client: Client, offset: str) -> None:
    shown = _made(client, itemType="book", dateAdded=f"2025-03-04T05:06:07{offset}")
    assert shown["dateAdded"] == "2025-03-04T09:06:07Z"


# -- lists --------------------------------------------------------------------------------------------


def test_collections_are_found_by_their_names(make_client: MakeClient) -> None:
    client = make_client(
        [], [{"key": "CCCCCCC2", "name": "Deep Seas"}, {"key": "CCCCCCC3", "name": "Forests"}]
    )
    assert client.get("collections?q=sea&format=keys").keys == ["CCCCCCC2"]
    assert client.get("collections/top?q=Forest&format=keys").keys == ["CCCCCCC3"]
    assert client.get("collections?q=desert").json == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tag=sea", ["sea"]),
        ("tag=sea%20||%20wood", ["sea", "wood"]),
        ("tag=sea%20||%20wood&q=woo", ["wood"]),
        ("tag=sky", []),
        ("q=se&qmode=startswith", ["sea", "seven leaves"]),
        ("q=ea&qmode=startswith", []),
        ("q=ea&qmode=contains", ["sea", "seven leaves"]),
    ],
)
def test_tags_are_found_by_names_and_beginnings(
    make_client: MakeClient, query: str, found: list[str]
) -> None:
    tags = [{"tag": name} for name in ("sea", "wood", "seven leaves")]
    client = make_client([BOOK | {"tags": tags}])
    assert [tag["tag"] for tag in client.get(f"tags?{query}").json] == found


def test_what_a_user_shows_to_everybody_is_a_list(make_client: MakeClient) -> None:
    client = make_client([BOOK | {"inPublications": True}, BOOK | {"key": "BBBBBBB3"}])
    assert client.get("publications/items?format=keys").keys == ["BBBBBBB2"]
    assert client("GET", "/users/1/publications/items", key=None).status == 200
    assert make_client([]).get("publications/items").json == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/users/1/publications/settings"),
        ("POST", "/users/1/publications/items/BBBBBBB2"),
        ("POST", "/keys/sessions"),
        ("GET", "/keys/sessions/token"),
        ("POST", "/users/1/items/BBBBBBB2/file"),
        ("GET", "/users/1/items?format=atom"),
    ],
)
def test_what_is_left_out_says_so(make_client: MakeClient, method: str, path: str) -> None:
    assert make_client([BOOK])(method, path).status == 501


def test_a_user_is_named_by_a_number(client: Client) -> None:
    assert client("GET", "/users/foo/items").status == 400
    assert client("GET", "/users/foo").status == 400
    assert client("GET", "/users/77/items").status == 404


# -- searches and settings ----------------------------------------------------------------------------


def test_a_saved_search_goes_to_the_trash_and_comes_back(client: Client) -> None:
    condition = {"condition": "title", "operator": "contains", "value": "x"}
    search = {"key": "SSSSSSS2", "version": 0, "name": "s", "conditions": [condition]}
    client.post("searches", search)
    version = client.get("searches/SSSSSSS2").version
    assert client.patch("searches/SSSSSSS2", version, deleted=True).status == 204
    trashed = client.get("searches/SSSSSSS2")
    assert trashed.json["data"]["deleted"] is True
    assert trashed.version == version + 1
    assert client.patch("searches/SSSSSSS2", trashed.version, deleted=False).status == 204
    assert "deleted" not in client.get("searches/SSSSSSS2").json["data"]


@pytest.mark.parametrize("way", ["header", "body"])
def test_a_setting_that_is_not_there_has_no_version(client: Client, way: str) -> None:
    path, value = "/users/1/settings/tagColors", {"value": [{"name": "a", "color": "#00AA00"}]}

    def put(version: int) -> int:
        if way == "header":
            return client("PUT", path, value, if_unmodified_since_version=version).status
        return client("PUT", path, {**value, "version": version}).status

    assert put(5) == 412
    assert client.get("settings/tagColors").status == 404
    assert put(0) == 204


# -- annotations --------------------------------------------------------------------------------------


@pytest.fixture
def annotated(make_client: MakeClient) -> Client:
    """A book with a file and an annotation in it, and another book."""
    return make_client([BOOK, FILE, BOOK | {"key": "BBBBBBB3", "title": "Other"}, MARK])


def test_an_annotation_has_a_colour(annotated: Client) -> None:
    new = {name: value for name, value in MARK.items() if name != "key"}
    assert _made(annotated, **new)["annotationColor"] == "#ffd400"
    assert _made(annotated, **new, annotationColor="#2ea8e5")["annotationColor"] == "#2ea8e5"


@pytest.mark.parametrize(
    "wrong",
    [
        {"annotationColor": "red"},
        {"annotationColor": "#12345"},
        {"annotationType": "doodle"},
        {"annotationType": "note"},
        {"annotationSortIndex": "1|2|3"},
        {"annotationPageLabel": "x" * 51},
        {"annotationPosition": "x" * 65_536},
    ],
)
def test_an_annotation_is_checked(annotated: Client, wrong: dict[str, str]) -> None:
    new = {name: value for name, value in MARK.items() if name != "key"} | wrong
    assert _why(annotated, "items", **new)[0] in (400, 413)
    assert annotated.get("items?itemType=annotation&format=keys").keys == ["MMMMMMM2"]


@pytest.mark.parametrize("query", ["itemType=annotation", "tag=sea", "tag=sea&since=1"])
def test_what_is_found_in_an_annotation_is_shown_as_its_item(annotated: Client, query: str) -> None:
    assert annotated.get(f"items/top?{query}&format=keys").keys == ["BBBBBBB2"]
    assert annotated.get("items/top?tag=-sea&format=versions").json.keys() == {
        "BBBBBBB2",
        "BBBBBBB3",
    }
