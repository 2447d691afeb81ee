"""The sandbox's Web API as a client meets it, without a network."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.zotero_sandbox.client import Client, MakeClient

BOOK = {"itemType": "book", "key": "BBBBBBB2", "title": "A Book"}
ARTICLE = {"itemType": "journalArticle", "key": "AAAAAAA2", "title": "An Article"}
NOTE = {"itemType": "note", "key": "NNNNNNN2", "note": "<p>Nice</p>", "parentItem": "BBBBBBB2"}
COLLECTION = {"key": "CCCCCCC2", "name": "Reading"}

PEOPLE = {
    "users": [{"id": 1, "username": "ann", "name": "Ann Lee"}, {"id": 2, "username": "bo"}],
    "groups": [
        {"id": 7, "name": "Lab", "owner": 1, "members": [2]},
        {"id": 8, "name": "Open Lab", "owner": 1, "type": "PublicOpen", "libraryReading": "all"},
        {"id": 9, "name": "Strict", "owner": 1, "members": [2], "libraryEditing": "admins"},
    ],
    "keys": [
        {"key": "sandbox", "user": 1},
        {"key": "reader", "user": 1, "access": {"user": {"library": True, "notes": True}}},
        {"key": "noteless", "user": 1, "access": {"user": {"library": True, "write": True}}},
        {"key": "other", "user": 2},
    ],
}

VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1.5, "", "x", "BBBBBBB2", [], ["x"], [{}], [{"tag": "a"}]]
)
OBJECTS = st.fixed_dictionaries(
    {"itemType": st.sampled_from(["book", "note", "attachment", "nosuch"])},
    optional={
        "key": st.sampled_from(["BBBBBBB2", "XXXXXXX2", "bad"]),
        "version": st.sampled_from([0, 1, 99]),
        "linkMode": st.just("linked_url"),
    }
    | dict.fromkeys(
        ("title", "tags", "creators", "collections", "parentItem", "deleted", "relations"), VALUES
    ),
)


@pytest.fixture
def shelf(make_client: MakeClient) -> Client:
    """A library of a collection, a book with a note in it, and an article outside it: versions 2 to 5."""
    return make_client([BOOK | {"collections": ["CCCCCCC2"]}, ARTICLE, NOTE], [COLLECTION])


@pytest.fixture
def people(make_client: MakeClient) -> Client:
    return make_client([BOOK, NOTE], **PEOPLE)


class TestKeys:
    def test_a_key_says_what_it_may_do(self, people: Client) -> None:
        answer = people("GET", "/keys/current", key="reader")

        assert answer.json == {
            "key": "reader",
            "userID": 1,
            "username": "ann",
            "displayName": "Ann Lee",
            "access": {"user": {"library": True, "notes": True}},
        }

    @pytest.mark.parametrize(
        "way",
        [
            {"zotero_api_key": "sandbox"},
            {"authorization": "Bearer sandbox"},
            {"query": "?key=sandbox"},
        ],
    )
    def test_a_key_may_be_given_in_three_ways(self, client: Client, way: dict[str, str]) -> None:
        path = "/users/1/items" + way.pop("query", "")

        assert client("GET", path, key=None, **way).status == 200

    def test_two_different_keys_are_refused(self, people: Client) -> None:
        assert people("GET", "/users/1/items?key=reader").status == 400

    @pytest.mark.parametrize("path", ["/keys/current", "/users/1/items", "/itemTypes"])
    def test_an_unknown_key_is_refused_everywhere(self, client: Client, path: str) -> None:
        answer = client("GET", path, key="wrong")

        assert (answer.status, answer.text) == (403, "Invalid key")

    @pytest.mark.parametrize(
        ("method", "path", "key", "status"),
        [
            ("GET", "/users/1/items", None, 403),
            ("GET", "/users/1/items", "other", 403),
            ("GET", "/users/1/items/BBBBBBB2", "other", 404),
            ("GET", "/users/3/items", "sandbox", 404),
            ("POST", "/users/1/items", None, 403),
            ("POST", "/users/1/items", "reader", 403),
            ("DELETE", "/users/1/items/BBBBBBB2", "reader", 403),
            ("GET", "/groups/7/items", "other", 200),
            ("GET", "/groups/7/items", "reader", 403),
            ("GET", "/groups/7", None, 404),
            ("POST", "/groups/7/items", "other", 200),
            ("GET", "/groups/8/items", None, 200),
            ("POST", "/groups/8/items", "other", 403),
            ("GET", "/groups/9/items", "other", 200),
            ("POST", "/groups/9/items", "other", 403),
            ("POST", "/groups/9/items", "sandbox", 200),
        ],
    )
    def test_rights_to_libraries(
        self, people: Client, method: str, path: str, key: str | None, status: int
    ) -> None:
        assert people(method, path, [], key=key).status == status

    def test_without_the_right_to_notes_a_library_seems_to_have_none(self, people: Client) -> None:
        assert people("GET", "/users/1/items?format=keys", key="noteless").keys == ["BBBBBBB2"]
        assert people("GET", "/users/1/items/NNNNNNN2", key="noteless").status == 404
        assert (
            people("GET", "/users/1/items/BBBBBBB2", key="noteless").json["meta"]["numChildren"]
            == 0
        )

    def test_groups_of_a_user(self, people: Client) -> None:
        assert people("GET", "/users/2/groups?format=versions", key="other").json == {
            "7": 1,
            "9": 1,
        }
        assert people("GET", "/users/2/groups", key=None).json == []
        assert people("GET", "/groups/7").json["data"]["members"] == [2]

    def test_a_group_item_names_who_made_and_changed_it(self, people: Client) -> None:
        people("POST", "/groups/7/items", [BOOK | {"version": 0}])
        people("PATCH", "/groups/7/items/BBBBBBB2", {"version": 2, "title": "New"}, key="other")

        meta = people("GET", "/groups/7/items/BBBBBBB2").json["meta"]

        assert meta["createdByUser"]["username"] == "ann"
        assert meta["lastModifiedByUser"]["username"] == "bo"


class TestLists:
    @pytest.mark.parametrize(
        ("path", "keys"),
        [
            ("items", {"BBBBBBB2", "AAAAAAA2", "NNNNNNN2"}),
            ("items/top", {"BBBBBBB2", "AAAAAAA2"}),
            ("items/BBBBBBB2/children", {"NNNNNNN2"}),
            ("items/AAAAAAA2/children", set()),
            ("items/trash", set()),
            ("collections", {"CCCCCCC2"}),
            ("collections/top", {"CCCCCCC2"}),
            ("collections/CCCCCCC2/collections", set()),
            ("collections/CCCCCCC2/items", {"BBBBBBB2", "NNNNNNN2"}),
            ("collections/CCCCCCC2/items/top", {"BBBBBBB2"}),
        ],
    )
    def test_what_each_address_lists(self, shelf: Client, path: str, keys: set[str]) -> None:
        as_json, as_keys = shelf.get(path), shelf.get(f"{path}?format=keys")
        as_versions = shelf.get(f"{path}?format=versions")

        assert {entry["key"] for entry in as_json.json} == keys
        assert set(as_keys.keys) == keys
        assert as_versions.json == {entry["key"]: entry["version"] for entry in as_json.json}
        assert {answer.headers["Total-Results"] for answer in (as_json, as_keys)} == {
            str(len(keys))
        }
        assert as_json.version == 5

    @pytest.mark.parametrize(
        ("query", "keys"),
        [
            ("since=3", ["AAAAAAA2", "NNNNNNN2"]),
            ("since=5", []),
            ("itemType=book", ["BBBBBBB2"]),
            ("itemType=-note", ["AAAAAAA2", "BBBBBBB2"]),
            ("itemType=book || note", ["BBBBBBB2", "NNNNNNN2"]),
            ("itemKey=AAAAAAA2,XXXXXXX2", ["AAAAAAA2"]),
            ("itemKey=", ["AAAAAAA2", "BBBBBBB2", "NNNNNNN2"]),
            ("q=article", ["AAAAAAA2"]),
            ('q="A Book"', ["BBBBBBB2"]),
            ("q=nice&qmode=everything", ["NNNNNNN2"]),
        ],
    )
    def test_filters(self, shelf: Client, query: str, keys: list[str]) -> None:
        assert sorted(shelf.get(f"items?format=keys&{query}").keys) == keys

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("since=abc", "Invalid value for 'since' parameter"),
            ("sort=nosuch", "Invalid 'sort' value 'nosuch'"),
            ("direction=up", "Invalid 'direction' value 'up'"),
            ("format=nosuch", "Invalid 'format' value 'nosuch'"),
            ("itemType=nosuch", "Invalid itemType 'nosuch'"),
            ("include=data&format=keys", "'include' is valid only for format=json"),
        ],
    )
    def test_wrong_parameters_are_refused(self, shelf: Client, query: str, message: str) -> None:
        answer = shelf.get(f"items?{query}")

        assert (answer.status, answer.text) == (400, message)

    def test_tag_conditions(self, make_client: MakeClient) -> None:
        tags = {"XXXXXXX2": ["a", "b"], "YYYYYYY2": ["b"], "ZZZZZZZ2": ["-a"]}
        client = make_client(
            [
                {"itemType": "book", "key": key, "title": key, "tags": [{"tag": t} for t in names]}
                for key, names in tags.items()
            ]
        )

        def found(query: str) -> str:
            answer = client.get(f"items?format=keys&sort=title&{query}")
            return "".join(key[0] for key in answer.keys)

        assert found("tag=a") == "X"
        assert found("tag=A") == "X"
        assert found("tag=a&tag=b") == "X"
        assert found("tag=a || b") == "XY"
        assert found("tag=-a") == "YZ"
        assert found("tag=\\-a") == "Z"

    @pytest.mark.parametrize(
        ("sort", "keys"),
        [
            ("title", "XYZ"),
            ("title&direction=desc", "ZYX"),
            ("date", "ZYX"),
            ("creator", "YXZ"),
            ("dateAdded", "YZX"),
            ("itemType", "YXZ"),
        ],
    )
    def test_orders(self, make_client: MakeClient, sort: str, keys: str) -> None:
        def book(key: str, year: str, title: str, day: str, **more: Any) -> dict[str, Any]:
            return {
                "itemType": "book",
                "key": key,
                "title": title,
                "date": year,
                "dateAdded": day,
            } | more

        lee = [{"creatorType": "author", "name": "Lee"}]
        client = make_client(
            [
                book("XXXXXXX2", "", '"Éclair"', "2020-01-01T00:00:00Z", creators=lee),
                book("YYYYYYY2", "2019", "fig", "2020-03-01T00:00:00Z", itemType="artwork"),
                book("ZZZZZZZ2", "May 2020", "Grape", "2020-02-01T00:00:00Z"),
            ]
        )
        client.patch("items/YYYYYYY2", 3, creators=[{"creatorType": "artist", "name": "Kim"}])

        found = client.get(f"items?format=keys&sort={sort}").keys

        assert "".join(key[0] for key in found) == keys

    def test_pages_are_linked(self, make_client: MakeClient) -> None:
        client = make_client([{"itemType": "book", "title": f"{n:03}"} for n in range(130)])

        first = client.get("items?sort=title")
        clamped = client.get("items?sort=title&limit=1000")
        last = client.get("items?sort=title&limit=50&start=100")

        assert [len(answer.json) for answer in (first, clamped, last)] == [25, 100, 30]
        assert (
            '<http://sandbox/users/1/items?sort=title&start=25>; rel="next"'
            in first.headers["Link"]
        )
        assert '?limit=50&sort=title&start=50>; rel="prev"' in last.headers["Link"]
        assert 'rel="next"' not in last.headers["Link"]
        assert len(client.get("items?format=keys").keys) == 130

    def test_more_than_100_keys_come_in_pages(self, make_client: MakeClient) -> None:
        client = make_client([{"itemType": "book"} for _ in range(101)])
        keys = client.get("items?format=keys").keys

        answer = client.get("items?itemKey=" + ",".join(keys))

        assert len(answer.json) == 100
        assert answer.headers["Total-Results"] == "101"
        assert 'rel="next"' in answer.headers["Link"]

    @pytest.mark.parametrize(
        "path", ["items", "items/top", "collections", "tags", "settings", "searches"]
    )
    def test_nothing_new_is_304_without_a_version(self, shelf: Client, path: str) -> None:
        answer = shelf.get(path, if_modified_since_version=5)

        assert (answer.status, dict(answer.headers), answer.text) == (304, {}, "")
        assert shelf.get(path, if_modified_since_version=4).status == 200

    @pytest.mark.parametrize(
        "path", ["items/BBBBBBB2", "collections/CCCCCCC2", "deleted?since=0", "groups"]
    )
    def test_other_addresses_take_no_condition(self, shelf: Client, path: str) -> None:
        assert shelf.get(path, if_modified_since_version=5).status == 200

    def test_tags_are_counted(self, make_client: MakeClient) -> None:
        client = make_client(
            [
                BOOK | {"tags": [{"tag": "a/b"}]},
                ARTICLE | {"tags": [{"tag": "a/b"}, {"tag": "x", "type": 1}]},
            ]
        )

        assert [(row["tag"], row["meta"]) for row in client.get("tags").json] == [
            ("a/b", {"type": 0, "numItems": 2}),
            ("x", {"type": 1, "numItems": 1}),
        ]
        assert client.get("tags/a%2Fb").json[0]["tag"] == "a/b"
        assert client.get("tags/nosuch").status == 404
        assert [row["tag"] for row in client.get("items/BBBBBBB2/tags").json] == ["a/b"]


class TestSchema:
    def test_types_and_fields(self, client: Client) -> None:
        types = {row["itemType"]: row["localized"] for row in client("GET", "/itemTypes").json}
        fields = [row["field"] for row in client("GET", "/itemTypeFields?itemType=preprint").json]
        creators = client("GET", "/itemTypeCreatorTypes?itemType=bill").json

        assert types["conferencePaper"] == "Conference Paper"
        assert "attachment" not in types
        assert fields[:3] == ["title", "abstractNote", "genre"]
        assert {row["creatorType"] for row in creators} == {"sponsor", "cosponsor", "contributor"}

    def test_templates(self, client: Client) -> None:
        book = client("GET", "/items/new?itemType=book").json
        link = client("GET", "/items/new?itemType=attachment&linkMode=linked_url").json

        assert book["creators"] == [{"creatorType": "author", "firstName": "", "lastName": ""}]
        assert link["linkMode"] == "linked_url"
        assert client("GET", "/items/new?itemType=attachment").status == 400
        assert client("GET", "/items/new?itemType=nosuch").text == "Invalid item type 'nosuch'"

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("PUT", "/users/1/items", 405),
            ("POST", "/users/1/items/BBBBBBB2", 405),
            ("FOO", "/users/1/items", 501),
            ("GET", "/nosuch", 404),
            ("GET", "/users/1/nosuch", 404),
            ("GET", "/users/1/items?format=bib", 501),
            ("GET", "/users/1/items?format=atom", 501),
            ("POST", "/users/1/items/BBBBBBB2/file", 501),
            ("PATCH", "/users/1/items/BBBBBBB2/file", 501),
        ],
    )
    def test_addresses_and_methods_that_do_not_exist(
        self, client: Client, method: str, path: str, status: int
    ) -> None:
        assert client(method, path, {}).status == status

    def test_other_versions_of_the_api(self, client: Client) -> None:
        assert client.get("items", zotero_api_version=3).headers["Zotero-API-Version"] == "3"
        assert client.get("items", zotero_api_version=2).status == 501
        assert client.get("items", zotero_api_version=9).status == 400


class TestOneObject:
    @pytest.mark.parametrize(
        ("method", "version", "body", "status"),
        [
            ("PATCH", 3, {"title": "x"}, 204),
            ("PATCH", 99, {"title": "x"}, 204),
            ("PATCH", None, {"title": "x", "version": 3}, 204),
            ("PATCH", None, {"title": "x"}, 428),
            ("PATCH", 2, {"title": "x"}, 412),
            ("PATCH", 3, {"title": "x", "version": 2}, 400),
            ("PATCH", 3, {"key": "AAAAAAA2"}, 409),
            ("PATCH", 3, {"nosuch": "x"}, 400),
            ("PATCH", "abc", {"title": "x"}, 400),
            ("PATCH", 3, [{"title": "x"}], 400),
            ("PUT", 3, {"itemType": "book", "title": "x"}, 400),
            ("DELETE", 3, None, 204),
            ("DELETE", None, None, 428),
            ("DELETE", 2, None, 412),
        ],
    )
    def test_preconditions(
        self, shelf: Client, method: str, version: object, body: object, status: int
    ) -> None:
        headers = {} if version is None else {"if_unmodified_since_version": str(version)}

        answer = shelf(method, "/users/1/items/BBBBBBB2", body, **headers)

        assert answer.status == status
        assert shelf.store.libraries["users/1"].version == (6 if status == 204 else 5)
        if status == 412:
            assert answer.version == 3

    def test_a_missing_object(self, client: Client) -> None:
        path = "/users/1/items/BBBBBBB2"
        book = {"itemType": "book"}

        assert client("PATCH", path, book).status == 404
        assert client("PATCH", path, book, if_unmodified_since_version=5).status == 412
        assert client("DELETE", path, if_unmodified_since_version=5).status == 412
        assert client("PATCH", path, book, if_unmodified_since_version=0).status == 204
        assert client("PUT", "/users/1/items/AAAAAAA2", book).status == 204

    def test_a_write_that_changes_nothing_hides_that_the_library_moved(self, shelf: Client) -> None:
        answer = shelf.patch("items/BBBBBBB2", 3, title="A Book")

        assert (answer.status, answer.version) == (204, 5)
        assert shelf.get("items").version == 6
        assert shelf.item("BBBBBBB2")["version"] == 3

    def test_put_restores_from_the_trash_but_clears_no_field(self, shelf: Client) -> None:
        shelf.patch("items/BBBBBBB2", 3, deleted=True, publisher="Press")
        body = {"itemType": "book", "title": "New", "tags": [], "collections": [], "relations": {}}

        shelf("PUT", "/users/1/items/BBBBBBB2", body, if_unmodified_since_version=6)

        data = shelf.item("BBBBBBB2")["data"]
        assert (data["title"], data["publisher"]) == ("New", "Press")
        assert "deleted" not in data


class TestSeveralObjects:
    def test_each_object_has_a_result_and_a_version_of_its_own(self, shelf: Client) -> None:
        answer = shelf.post(
            "items",
            {"itemType": "book", "title": "new"},
            BOOK | {"version": 3},
            {"itemType": "nosuch"},
            {"key": "AAAAAAA2", "version": 4, "title": "changed"},
        )

        body = answer.json
        assert {index: entry["version"] for index, entry in body["successful"].items()} == {
            "0": 6,
            "3": 8,
        }
        assert body["unchanged"] == {"1": "BBBBBBB2"}
        assert body["failed"] == {"2": {"code": 400, "message": "'nosuch' is not a valid itemType"}}
        assert answer.version == 8

    @pytest.mark.parametrize(
        ("sent", "code"),
        [
            ({"key": "BBBBBBB2", "title": "x"}, 428),
            ({"key": "BBBBBBB2", "title": "x", "version": 2}, 412),
            ({"key": "BBBBBBB2", "itemType": "book", "version": 0}, 412),
            ({"key": "XXXXXXX2", "itemType": "book", "version": 5}, 404),
            ({"key": "lower222", "itemType": "book", "version": 0}, 400),
            ({"itemType": "book", "version": 3}, 400),
            ({"itemType": "note", "parentItem": "XXXXXXX2"}, 409),
            ({"itemType": "note", "parentItem": "NNNNNNN2"}, 409),
            ({"itemType": "book", "parentItem": "BBBBBBB2"}, 400),
            ({"itemType": "book", "collections": ["XXXXXXX2"]}, 409),
            ({"itemType": "book", "title": "x" * 70_000}, 413),
            ({"itemType": "book", "tags": [{"tag": "x" * 256}]}, 413),
            ({"itemType": "book", "deleted": "yes"}, 500),
            ({"itemType": "note", "note": "x" * 500_001}, 413),
            ("no object", 400),
        ],
    )
    def test_refusals_per_object(self, shelf: Client, sent: object, code: int) -> None:
        answer = shelf.post("items", sent)

        assert answer.status == 200
        assert answer.json["failed"]["0"]["code"] == code
        assert answer.version == 5

    @settings(max_examples=80, deadline=None)
    @given(st.lists(OBJECTS, max_size=5))
    def test_the_library_moves_by_one_for_each_object_that_did_not_fail(
        self, sent: list[Any]
    ) -> None:
        client = Client()

        answer = client.post("items", *sent)

        body = answer.json
        indexes = [index for part in ("success", "unchanged", "failed") for index in body[part]]
        assert sorted(indexes) == [str(index) for index in range(len(sent))]
        assert answer.version == 1 + len(sent) - len(body["failed"])
        assert body["success"].keys() == body["successful"].keys()

    def test_own_keys_make_a_repeat_harmless(self, client: Client) -> None:
        client.post("items", BOOK | {"version": 0})
        again = client.post("items", BOOK | {"version": 0})

        assert again.json["failed"]["0"]["code"] == 412
        assert client.get("items?format=keys").keys == ["BBBBBBB2"]

    def test_a_precondition_on_the_library(self, shelf: Client) -> None:
        stale = shelf.post("items", {"itemType": "book"}, if_unmodified_since_version=4)
        fresh = shelf.post(
            "items", {"key": "BBBBBBB2", "title": "x"}, if_unmodified_since_version=5
        )

        assert (stale.status, "Last-Modified-Version" in stale.headers) == (412, False)
        assert fresh.json["success"] == {"0": "BBBBBBB2"}

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 400),
            (b"[{]", 400),
            (b"[NaN]", 400),
            (b'["\xff"]', 400),
            (b'["\\ud800"]', 400),
            (b"{}", 400),
            (b"[]", 200),
            ([{"itemType": "book"}] * 50, 200),
            ([{"itemType": "book"}] * 51, 413),
            (b"[" * 100_000, 400),
        ],
    )
    def test_bodies(self, client: Client, body: object, status: int) -> None:
        assert client("POST", "/users/1/items", body).status == status

    def test_an_object_in_a_field_kills_the_request_half_way(self, client: Client) -> None:
        answer = client.post("items", {"itemType": "book"}, {"itemType": "book", "title": {}}, BOOK)

        assert answer.status == 500
        assert len(client.get("items").json) == 1

    def test_a_write_token_works_once(self, client: Client) -> None:
        def post(token: str, *objects: object) -> int:
            answer = client.post("items", *objects, zotero_write_token=token)
            return answer.status

        assert post("token-1", {"itemType": "book"}) == 200
        assert post("token-1", {"itemType": "book"}) == 412
        assert post("abc", {"itemType": "book"}) == 400
        assert post("token-2", {"itemType": "book"}, {"itemType": "nosuch"}) == 200
        assert post("token-2", {"itemType": "book"}) == 200

    def test_deleting_by_list_needs_no_version(self, shelf: Client) -> None:
        answer = shelf("DELETE", "/users/1/items?itemKey=BBBBBBB2,XXXXXXX2")

        assert (answer.status, answer.version) == (204, 6)
        assert shelf.get("deleted?since=5").json["items"] == ["BBBBBBB2", "NNNNNNN2"]

    def test_tags_are_deleted_from_all_items(self, make_client: MakeClient) -> None:
        client = make_client([BOOK | {"tags": [{"tag": "a"}, {"tag": "b"}]}])

        assert client("DELETE", "/users/1/tags?tag=a").status == 428
        client("DELETE", "/users/1/tags?tag=a", if_unmodified_since_version=2)

        assert client.item("BBBBBBB2")["data"]["tags"] == [{"tag": "b"}]
        assert client.item("BBBBBBB2")["version"] == 3
        assert client.get("deleted?since=2").json["tags"] == ["a"]


class TestSettingsAndSearches:
    def test_settings(self, client: Client) -> None:
        path, colours = "/users/1/settings/tagColors", [{"name": "read", "color": "#00AA00"}]

        assert client("PUT", path, {"value": colours}).status == 204
        assert client("PUT", path, {"value": [], "version": 0}).status == 412
        assert client("PUT", "/users/1/settings/nosuch", {"value": 1}).status == 400
        assert client.get("settings?since=1").json == {
            "tagColors": {"value": colours, "version": 2}
        }
        assert client.get("settings?since=2").json == {}
        assert client("DELETE", path, if_unmodified_since_version=2).status == 204
        assert client.get("deleted?since=2").json["settings"] == ["tagColors"]

    def test_searches(self, client: Client) -> None:
        condition = {"condition": "title", "operator": "contains", "value": "x"}
        made = client.post(
            "searches", {"name": "s", "conditions": [condition]}, {"name": "s", "conditions": []}
        )

        assert made.json["successful"]["0"]["data"]["conditions"] == [condition]
        assert made.json["failed"]["1"]["message"] == "'conditions' cannot be empty"

    def test_full_text_has_versions_of_its_own(self, make_client: MakeClient) -> None:
        file = {"itemType": "attachment", "linkMode": "imported_file", "key": "FFFFFFF2"}
        client = make_client([file])

        client("PUT", "/users/1/items/FFFFFFF2/fulltext", {"content": "words"})

        assert client.get("fulltext?since=2").json == {"FFFFFFF2": 3}
        assert client.get("items/FFFFFFF2/fulltext").json == {"content": "words"}
        assert client.item("FFFFFFF2")["version"] == 2

    def test_a_search_that_would_have_to_read_files_is_refused(
        self, make_client: MakeClient
    ) -> None:
        client = make_client(
            [BOOK, {"itemType": "attachment", "key": "FFFFFFF2", "linkMode": "imported_file"}]
        )
        assert client.get("items?q=book&qmode=everything&format=keys").keys == ["BBBBBBB2"]

        client("PUT", "/users/1/items/FFFFFFF2/fulltext", {"content": "words"})

        assert client.get("items?q=book&qmode=everything").status == 501
        assert client.get("items?q=book&format=keys").keys == ["BBBBBBB2"]
