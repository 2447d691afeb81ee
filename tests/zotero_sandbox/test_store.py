"""What the sandbox keeps and how writes change it: versions, dates, trash, relations, notes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.zotero_sandbox.client import Client, MakeClient

from zotero_sandbox import SandboxDataError, schema
from zotero_sandbox.data import load_seed, load_store
from zotero_sandbox.dates import parse_access_date, parse_date, parse_timestamp
from zotero_sandbox.notes import clean_note, note_title

SCHEMA_FILE = Path(__file__).parents[3] / "shared" / "zotero-item-types.json"
BOOK = {"itemType": "book", "key": "BBBBBBB2", "title": "A Book"}
OTHER = {"itemType": "book", "key": "XXXXXXX2", "title": "Another"}

INLINE = st.lists(
    st.sampled_from(["a ", " & ", "<b>b</b>", "<i> i</i>", "<br>", "<li>l</li>", "\n"])
)


def note(key: str, text: str, parent: str | None = None) -> dict[str, Any]:
    made = {"itemType": "note", "key": key, "note": text}
    return made | {"parentItem": parent} if parent else made


class TestVersions:
    def test_every_object_takes_one(self, make_client: MakeClient) -> None:
        client = make_client([BOOK, OTHER], [{"name": "C"}])

        assert client.get("items?format=versions").json == {"XXXXXXX2": 4, "BBBBBBB2": 3}
        assert client.get("items").version == 4

    @pytest.mark.parametrize(
        ("sent", "changes"),
        [
            ({"title": " A Book "}, False),
            ({"title": "B"}, True),
            ({"tags": [{"tag": "a"}]}, True),
            ({"creators": [{"creatorType": "author", "name": "N"}]}, False),
            ({"collections": ["CCCCCCC2"]}, False),
            ({"collections": []}, True),
            ({"deleted": False}, False),
            ({"relations": {}}, False),
        ],
    )
    def test_only_a_difference_is_a_change_except_for_tags(
        self, make_client: MakeClient, sent: dict[str, object], changes: bool
    ) -> None:
        book = BOOK | {
            "tags": [{"tag": "a"}],
            "creators": [{"creatorType": "author", "name": "N"}],
            "collections": ["CCCCCCC2"],
        }
        client = make_client([book], [{"key": "CCCCCCC2", "name": "C"}])

        client.patch("items/BBBBBBB2", 3, **sent)

        assert client.item("BBBBBBB2")["version"] == (4 if changes else 3)
        assert client.get("items").version == 4

    def test_a_key_that_is_used_again_is_no_longer_deleted(self, make_client: MakeClient) -> None:
        client = make_client([BOOK])
        client("DELETE", "/users/1/items/BBBBBBB2", if_unmodified_since_version=2)
        assert client.get("deleted?since=0").json["items"] == ["BBBBBBB2"]

        client.post("items", BOOK | {"version": 0})

        assert client.get("deleted?since=0").json["items"] == []


class TestDates:
    STORED = "2020-02-03T04:05:06Z"

    @pytest.mark.parametrize(
        ("sent", "agent", "expected"),
        [
            ({"title": "x"}, "tool/1", "now"),
            ({"title": "x", "dateModified": STORED}, "tool/1", "now"),
            ({"title": "x", "dateModified": STORED}, "Zotero/8.0", "stored"),
            (
                {"title": "x", "dateModified": "2021-01-01T00:00:00Z"},
                "tool/1",
                "2021-01-01T00:00:00Z",
            ),
            ({"tags": [{"tag": "a"}]}, "tool/1", "now"),
            ({"deleted": True}, "tool/1", "now"),
            ({"collections": ["CCCCCCC2"]}, "tool/1", "stored"),
            (
                {"relations": {"dc:relation": "http://zotero.org/users/1/items/XXXXXXX2"}},
                "tool/1",
                "stored",
            ),
        ],
    )
    def test_modification_date(
        self, make_client: MakeClient, sent: dict[str, object], agent: str, expected: str
    ) -> None:
        client = make_client(
            [BOOK | {"dateModified": self.STORED}], [{"key": "CCCCCCC2", "name": "C"}]
        )

        client(
            "PATCH",
            "/users/1/items/BBBBBBB2",
            sent,
            if_unmodified_since_version=3,
            user_agent=agent,
        )

        now = client.store.now()
        wanted = {"now": now, "stored": self.STORED}.get(expected, expected)
        assert client.item("BBBBBBB2")["data"]["dateModified"] == wanted

    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
            ("2020-01-02 03:04:05", "2020-01-02T03:04:05Z"),
            ("2020-01-02T03:04:05+02:00", "2020-01-02T01:04:05Z"),
            ("2020-01-02T03:04:05.678Z", None),
            ("2020-13-45T03:04:05Z", None),
            ("yesterday", None),
        ],
    )
    def test_timestamps(self, text: str, read: str | None) -> None:
        assert parse_timestamp(text) == read

    def test_an_access_date_may_be_a_day_or_now(self) -> None:
        now = "2026-01-01T00:00:00Z"

        assert parse_access_date("2020-01-02", now) == "2020-01-02"
        assert parse_access_date("CURRENT_TIMESTAMP", now) == now
        assert parse_access_date("2 January", now) is None

    @pytest.mark.parametrize(
        ("text", "parsed"),
        [
            ("2024", "2024"),
            ("June 2024", "2024-06"),
            ("2024-06", "2024-06"),
            ("2024-06-17T10:00:00Z", "2024-06-17"),
            ("June 17, 2024", "2024-06-17"),
            ("17th June 2024", "2024-06-17"),
            ("6/17/2024", "2024-06-17"),
            ("17/6/2024", "2024-06-17"),
            ("Summer 2024", "2024"),
            ("2023-2024", "2023"),
            ("in press", ""),
            ("", ""),
        ],
    )
    def test_the_date_field_is_read_as_people_write_it(self, text: str, parsed: str) -> None:
        assert parse_date(text) == parsed


class TestTrash:
    def test_the_trash_hides_an_item_but_not_its_children(self, make_client: MakeClient) -> None:
        client = make_client([BOOK, note("NNNNNNN2", "<p>n</p>", "BBBBBBB2")])

        client.patch("items/BBBBBBB2", 2, deleted=1)

        assert client.item("BBBBBBB2")["data"]["deleted"] == 1
        assert client.get("items?format=keys").keys == ["NNNNNNN2"]
        assert client.get("items?format=versions&since=3").json == {}
        assert client.get("items?format=versions&since=3&includeTrashed=1").json == {"BBBBBBB2": 4}
        assert client.get("items/trash?format=keys").keys == ["BBBBBBB2"]
        assert client.get("deleted?since=0").json["items"] == []

    def test_restoring(self, make_client: MakeClient) -> None:
        client = make_client([BOOK | {"deleted": True}])

        client.patch("items/BBBBBBB2", 2, deleted=0)

        assert "deleted" not in client.item("BBBBBBB2")["data"]


class TestChildren:
    def test_a_child_moves_without_touching_its_parents(self, make_client: MakeClient) -> None:
        client = make_client([BOOK, OTHER, note("NNNNNNN2", "<p>n</p>", "BBBBBBB2")])

        client.patch("items/NNNNNNN2", 4, parentItem="XXXXXXX2")

        assert [client.item(key)["meta"]["numChildren"] for key in ("BBBBBBB2", "XXXXXXX2")] == [
            0,
            1,
        ]
        assert client.get("items?format=versions&since=4").json == {"NNNNNNN2": 5}

    def test_a_child_that_is_put_into_a_collection_leaves_its_parent(
        self, make_client: MakeClient
    ) -> None:
        client = make_client(
            [BOOK, note("NNNNNNN2", "<p>n</p>", "BBBBBBB2")], [{"key": "CCCCCCC2", "name": "C"}]
        )

        client.patch("items/NNNNNNN2", 4, collections=["CCCCCCC2"])

        data = client.item("NNNNNNN2")["data"]
        assert "parentItem" not in data
        assert data["collections"] == ["CCCCCCC2"]

    def test_a_change_of_type_keeps_what_has_a_place(self, make_client: MakeClient) -> None:
        section = BOOK | {
            "itemType": "bookSection",
            "bookTitle": "Whole",
            "pages": "1-2",
            "ISBN": "1",
        }
        client = make_client([section])

        client.patch("items/BBBBBBB2", 2, itemType="journalArticle")

        data = client.item("BBBBBBB2")["data"]
        assert (data["publicationTitle"], data["pages"]) == ("Whole", "1-2")
        assert "ISBN" not in data


class TestCollections:
    TREE = (
        {"key": "TTTTTTT2", "name": "top"},
        {"key": "MMMMMMM2", "name": "middle", "parentCollection": "TTTTTTT2"},
        {"key": "LLLLLLL2", "name": "low", "parentCollection": "MMMMMMM2"},
    )

    def test_deleting_one_takes_those_below_along_unsaid(self, make_client: MakeClient) -> None:
        client = make_client([BOOK | {"collections": ["LLLLLLL2"]}], list(self.TREE))

        client("DELETE", "/users/1/collections/MMMMMMM2", if_unmodified_since_version=5)

        assert client.get("collections?format=keys").keys == ["TTTTTTT2"]
        assert client.get("deleted?since=0").json["collections"] == ["MMMMMMM2"]
        assert client.item("BBBBBBB2")["version"] == 5
        assert client.item("BBBBBBB2")["data"]["collections"] == []

    def test_membership_is_the_items_business(self, make_client: MakeClient) -> None:
        client = make_client([BOOK], list(self.TREE))

        client.patch("items/BBBBBBB2", 5, collections=["LLLLLLL2"])

        assert client.get("collections/LLLLLLL2").json["meta"]["numItems"] == 1
        assert client.get("collections/LLLLLLL2").version == 4

    def test_a_cycle_is_broken_by_lifting_the_descendant(self, make_client: MakeClient) -> None:
        client = make_client(collections=list(self.TREE))

        client.patch("collections/TTTTTTT2", 4, parentCollection="LLLLLLL2")

        parents = {
            row["key"]: row["data"]["parentCollection"] for row in client.get("collections").json
        }
        assert parents == {"LLLLLLL2": False, "TTTTTTT2": "LLLLLLL2", "MMMMMMM2": "TTTTTTT2"}

    def test_the_trash_of_collections_is_a_mark_only(self, make_client: MakeClient) -> None:
        client = make_client(collections=list(self.TREE))

        client.patch("collections/TTTTTTT2", 4, deleted=True)

        assert client.get("collections/TTTTTTT2").json["data"]["deleted"] is True
        assert len(client.get("collections").json) == 3


class TestRelations:
    URI = "http://zotero.org/users/1/items/"

    def relations(self, client: Client, key: str) -> Any:
        return client.item(key)["data"]["relations"]

    def test_a_relation_is_shown_on_both_sides(self, make_client: MakeClient) -> None:
        client = make_client([BOOK, OTHER])

        client.patch("items/BBBBBBB2", 3, relations={"dc:relation": self.URI + "XXXXXXX2"})

        assert self.relations(client, "XXXXXXX2") == {"dc:relation": self.URI + "BBBBBBB2"}
        assert client.get("items?format=versions&since=3").json == {"BBBBBBB2": 4, "XXXXXXX2": 4}

    @pytest.mark.parametrize("how", ["removed", "deleted"])
    def test_the_other_side_loses_it_unsaid(self, make_client: MakeClient, how: str) -> None:
        client = make_client([BOOK, OTHER])
        client.patch("items/BBBBBBB2", 3, relations={"dc:relation": [self.URI + "XXXXXXX2"]})

        if how == "removed":
            client.patch("items/BBBBBBB2", 4, relations={})
        else:
            client("DELETE", "/users/1/items/BBBBBBB2", if_unmodified_since_version=4)

        assert self.relations(client, "XXXXXXX2") == {}
        assert client.item("XXXXXXX2")["version"] == 4

    def test_what_replaced_an_item_remembers_it(self, make_client: MakeClient) -> None:
        client = make_client([BOOK, OTHER])
        client.patch("items/BBBBBBB2", 3, relations={"dc:replaces": self.URI + "XXXXXXX2"})

        client("DELETE", "/users/1/items/XXXXXXX2", if_unmodified_since_version=4)

        assert self.relations(client, "BBBBBBB2") == {"dc:replaces": self.URI + "XXXXXXX2"}


class TestTags:
    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ([{"tag": "b"}, {"tag": "a"}], [{"tag": "a"}, {"tag": "b"}]),
            ([{"tag": " a "}, {"tag": "a"}, {"tag": " "}], [{"tag": "a"}]),
            ([{"tag": "a"}, {"tag": "A"}], [{"tag": "A"}, {"tag": "a"}]),
            ([{"tag": "a", "type": "1"}], [{"tag": "a", "type": 1}]),
            ([{"tag": 7, "type": 0}], [{"tag": "7"}]),
        ],
    )
    def test_tags_are_trimmed_sorted_and_said_once(
        self, make_client: MakeClient, sent: list[object], stored: list[object]
    ) -> None:
        client = make_client([BOOK | {"tags": sent}])

        assert client.item("BBBBBBB2")["data"]["tags"] == stored

    def test_a_tag_that_no_item_carries_is_gone(self, make_client: MakeClient) -> None:
        client = make_client([BOOK | {"tags": [{"tag": "a"}]}])

        client.patch("items/BBBBBBB2", 2, tags=[])

        assert client.get("tags").json == []
        assert client.get("deleted?since=0").json["tags"] == []


class TestNotes:
    @pytest.mark.parametrize(
        ("sent", "stored"),
        [
            ("plain\ntext", "<p>plain text</p>"),
            ("<p>one</p><p>two</p>", "<p>one</p>\n<p>two</p>"),
            ("<p>a<br>b</p>", "<p>a<br />b</p>"),
            ("<b>bold</b> and <i>slanted</i>", "<p><strong>bold</strong> and <em>slanted</em></p>"),
            ("<p onclick='x()'>a<script>alert(1)</script></p>", "<p>a</p>"),
            ('<a href="javascript:x()">l</a>', "<p><a>l</a></p>"),
            ("<p>a & b &lt; c &eacute;&nbsp;d</p>", "<p>a &amp; b &lt; c é\u00a0d</p>"),
            ("<ul><li>a<li>b</ul>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
            (
                '<div data-schema-version="9"><p>a</p></div>',
                '<div data-schema-version="9">\n<p>a</p>\n</div>',
            ),
            ("<pre>a\n  b</pre>", "<pre>a\n  b</pre>"),
            ('<p class="c" id="i">a</p>', '<p id="i" class="c">a</p>'),
            (
                '<span style="color: rgb(1, 2, 255)">a</span>',
                '<p><span style="color: #0102ff;">a</span></p>',
            ),
            ("<p>never <strong>closed", "<p>never <strong>closed</strong></p>"),
            ("<p></p>", "<p>\u00a0</p>"),
            ("<svg><svg>x</svg>y</svg>z", "<p>z</p>"),
            ("<svg><script>x</script></svg>", ""),
            ("", ""),
        ],
    )
    def test_cleaning(self, sent: str, stored: str) -> None:
        assert clean_note(sent) == stored

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(["p", "h1", "blockquote", "ul"]), INLINE)))
    def test_cleaning_twice_is_cleaning_once(self, blocks: list[tuple[str, list[str]]]) -> None:
        parts = [f"<{name}>{''.join(inline)}</{name}>" for name, inline in blocks]
        cleaned = clean_note("".join(parts))

        assert clean_note(cleaned) == cleaned

    def test_long_and_crooked_notes_take_linear_time(self) -> None:
        assert len(clean_note("<b>" * 5_000 + "x" * 200_000)) > 200_000
        assert clean_note("<" * 20_000 + "&" * 20_000)
        assert clean_note("<svg>" + "<a>" * 20_000 + "</b>" * 20_000) == ""

    def test_the_first_line_is_the_title(self) -> None:
        assert note_title("<h1>Title</h1>\n<p>text</p>") == "Title"


class TestSchema:
    def test_the_table_is_the_published_one(self) -> None:
        if not SCHEMA_FILE.is_file():
            pytest.skip(f"no published schema at {SCHEMA_FILE}")
        published = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))

        def fields(rows: list[Any]) -> dict[str, str]:
            """A field is a name, or a name with its base field."""
            named = [row if isinstance(row, dict) else {row: row} for row in rows]
            return {name: base for row in named for name, base in row.items()}

        assert published["schema_version"] == schema.SCHEMA_VERSION
        assert {name: kind.fields for name, kind in schema.ITEM_TYPES.items()} == {
            name: fields(kind["fields"]) for name, kind in published["itemTypes"].items()
        }
        assert {name: list(kind.creator_types) for name, kind in schema.ITEM_TYPES.items()} == {
            name: [creator.rstrip("*") for creator in kind["creatorTypes"]]
            for name, kind in published["itemTypes"].items()
        }


class TestSeed:
    def test_items_and_collections_as_the_web_api_returns_them(
        self, make_client: MakeClient
    ) -> None:
        source = make_client(
            [BOOK | {"collections": ["CLLCTN22"]}, note("NNNNNNN2", "<p>n</p>", "BBBBBBB2")],
            [{"key": "CLLCTN22", "name": "Reading"}],
        )
        client = make_client()

        load_seed(client.store, [*source.get("items").json, *source.get("collections").json])

        assert client.item("BBBBBBB2")["data"]["collections"] == ["CLLCTN22"]
        assert client.get("items/BBBBBBB2/children?format=keys").keys == ["NNNNNNN2"]
        assert client.get("collections/CLLCTN22").json["data"]["name"] == "Reading"

    def test_items_alone_bring_their_collections_by_key(self, make_client: MakeClient) -> None:
        client = make_client()

        load_seed(client.store, [BOOK | {"collections": ["CLLCTN22"]}])

        assert client.get("collections/CLLCTN22").json["data"]["name"] == "CLLCTN22"

    @pytest.mark.parametrize(
        ("objects", "message"),
        [
            ({}, "expected a list of items and collections"),
            ([BOOK, 1], r"\[1\]: expected an object"),
            ([BOOK, {"title": "x"}], r"\[1\]: 'itemType' property not provided"),
            ([note("NNNNNNN2", "", "BBBBBBB2")], r"\[0\]: Parent item BBBBBBB2 not found"),
            ([BOOK | {"collections": ["x"]}], r"\[0\]: 'x' is not a valid collection key"),
        ],
    )
    def test_faults_are_named_with_their_place(self, objects: object, message: str) -> None:
        with pytest.raises(SandboxDataError, match=f"^{message}"):
            load_seed(load_store(None), objects)


class TestClock:
    def test_the_same_writes_at_the_same_time_make_the_same_library(self) -> None:
        moment = datetime(2026, 5, 4, 12, tzinfo=UTC)
        data = {"libraries": [{"library": "users/1", "items": [{"itemType": "book"}] * 3}]}

        first, second = (load_store(data, moment).libraries["users/1"].items for _ in range(2))

        assert first == second
        assert len(first) == 3
        assert {item.date_added for item in first.values()} == {"2026-05-04T12:00:00Z"}

    def test_without_a_fixed_time_keys_are_random(self) -> None:
        assert load_store(None).new_key({}) != load_store(None).new_key({})


class TestData:
    def test_children_may_come_before_their_parents(self, make_client: MakeClient) -> None:
        client = make_client([note("NNNNNNN2", "<p>n</p>", "BBBBBBB2"), BOOK])

        assert client.get("items/BBBBBBB2/children?format=keys").keys == ["NNNNNNN2"]

    def test_full_objects_of_the_api_are_taken_as_well(self, make_client: MakeClient) -> None:
        full = make_client([BOOK]).item("BBBBBBB2")

        again = make_client([full])

        assert again.item("BBBBBBB2")["data"]["title"] == "A Book"

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"nosuch": 1}, "nosuch: unknown"),
            ({"users": {}}, "users: expected a list"),
            ({"users": [{"username": "x"}]}, "users[0].id: missing"),
            ({"keys": [{"key": "k", "user": 5}]}, "keys[0].user: there is no user 5"),
            (
                {"libraries": [{"library": "users/9"}]},
                "libraries[0].library: there is no library 'users/9'",
            ),
            (
                {"libraries": [{"library": "users/1", "items": ["x"]}]},
                "libraries[0].items[0]: expected an object",
            ),
            (
                {"libraries": [{"library": "users/1", "items": [BOOK, {"itemType": "nosuch"}]}]},
                "libraries[0].items[1]: 'nosuch' is not a valid itemType",
            ),
            (
                {"libraries": [{"library": "users/1", "items": [BOOK, BOOK]}]},
                "libraries[0].items[1]: the item key BBBBBBB2 is used twice",
            ),
            (
                {
                    "libraries": [
                        {"library": "users/1", "items": [note("NNNNNNN2", "", "BBBBBBB2")]}
                    ]
                },
                "libraries[0].items[0]: Parent item BBBBBBB2 not found",
            ),
        ],
    )
    def test_faults_are_named_with_their_place(self, data: dict[str, Any], message: str) -> None:
        with pytest.raises(SandboxDataError) as caught:
            load_store(data)

        assert str(caught.value).startswith(message.split(":", maxsplit=1)[0])
        assert message in str(caught.value)
