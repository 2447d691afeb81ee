"""Zotero API JSON becomes items."""

from typing import Any

import pytest
from tests.formats.items import many
from tests.world import World

from zsync.core.library_changes import ItemDraft
from zsync.core.metadata import Metadata
from zsync.core.model import Checkbox, Creator, Entry, Link, Note, Tag
from zsync.core.push.drafts import make_draft
from zsync.formats.item_json import (
    ItemJsonError,
    parse_items,
    render_item,
    render_link,
    render_note,
)


def api_item(key: str, item_type: str = "journalArticle", **data: Any) -> dict[str, Any]:
    return {
        "key": key,
        "version": 7,
        "data": {"key": key, "version": 7, "itemType": item_type, **data},
    }


def test_a_regular_item_keeps_its_non_empty_fields_under_zotero_s_names() -> None:
    (item,) = parse_items(
        [
            api_item(
                "AAAA2222",
                title="On Tests",
                abstractNote="",
                DOI="10.1000/1",
                someNewField="kept",
                dateAdded="2024-01-02T03:04:05Z",
                dateModified="2024-02-03T04:05:06Z",
            )
        ]
    )
    assert (item.key, item.item_type, item.version) == ("AAAA2222", "journalArticle", 7)
    assert item.fields == {"title": "On Tests", "DOI": "10.1000/1", "someNewField": "kept"}
    assert (item.date_added, item.date_modified) == ("2024-01-02T03:04:05Z", "2024-02-03T04:05:06Z")


def test_the_bare_data_object_is_read_like_the_api_s_envelope() -> None:
    item = api_item("AAAA2222", title="Same")
    assert parse_items([item]) == parse_items([item["data"]])


def test_numbers_become_text_and_structures_are_no_fields() -> None:
    (item,) = parse_items([api_item("AAAA2222", volume=12, pages=1.5, odd={"a": 1}, flag=True)])
    assert item.fields == {"volume": "12", "pages": "1.5"}


def test_creators_are_persons_or_institutions_and_empty_ones_are_dropped() -> None:
    creators = [
        {"creatorType": "author", "firstName": "Ada", "lastName": "Lovelace"},
        {"creatorType": "editor", "name": "The Royal Society"},
        {"creatorType": "author", "firstName": "", "lastName": ""},
    ]
    (item,) = parse_items([api_item("AAAA2222", creators=creators)])
    assert item.creators == (
        Creator("author", "Lovelace", "Ada"),
        Creator("editor", name="The Royal Society"),
    )


def test_tags_remember_whether_a_person_typed_them() -> None:
    (item,) = parse_items(
        [api_item("AAAA2222", tags=[{"tag": "mine"}, {"tag": "found", "type": 1}])]
    )
    assert item.tags == (Tag("mine"), Tag("found", automatic=True))


def test_child_notes_come_in_the_order_in_which_they_were_written() -> None:
    notes = [
        api_item("NNNN3333", "note", parentItem="AAAA2222", note="<p>c</p>", dateAdded="2024-02"),
        api_item("NNNN2222", "note", parentItem="AAAA2222", note="<p>b</p>", dateAdded="2024-01"),
        api_item(
            "MMMM2222",
            "note",
            parentItem="AAAA2222",
            note="<p>a</p>",
            tags=[{"tag": "private"}],
            dateAdded="2024-01",
        ),
    ]
    (item,) = parse_items([*notes, api_item("AAAA2222")])
    assert item.notes == (
        Note("MMMM2222", "<p>a</p>", ("private",), "2024-01"),
        Note("NNNN2222", "<p>b</p>", (), "2024-01"),
        Note("NNNN3333", "<p>c</p>", (), "2024-02"),
    )


def test_only_linked_addresses_among_the_attachments_become_links() -> None:
    def attachment(key: str, mode: str, **data: Any) -> dict[str, Any]:
        return api_item(key, "attachment", parentItem="AAAA2222", linkMode=mode, **data)

    (item,) = parse_items(
        [
            api_item("AAAA2222"),
            attachment("BBBB2222", "linked_url", title="Code", url="https://example.org/code"),
            attachment("BBBB3333", "imported_file", title="PDF", url="https://example.org/a.pdf"),
            attachment("BBBB4444", "linked_url", title="No address", url=""),
        ]
    )
    assert item.links == (Link("Code", "https://example.org/code"),)
    assert [link.key for link in item.links] == ["BBBB2222"]


@pytest.mark.parametrize(
    "left_out",
    [
        pytest.param(api_item("XXXX2222", deleted=1), id="in the trash"),
        pytest.param(api_item("XXXX2222", "note", note="<p>x</p>"), id="note that stands alone"),
        pytest.param(
            api_item("XXXX2222", "attachment", linkMode="linked_url"), id="attachment alone"
        ),
        pytest.param(api_item("XXXX2222", "annotation", parentItem="AAAA2222"), id="annotation"),
        pytest.param(
            api_item("XXXX2222", "note", parentItem="AAAA2222", deleted=True), id="trashed note"
        ),
    ],
)
def test_what_is_no_regular_item_is_left_out(left_out: dict[str, Any]) -> None:
    (item,) = parse_items([left_out, api_item("AAAA2222")])
    assert (item.key, item.notes, item.links) == ("AAAA2222", (), ())


@pytest.mark.parametrize(
    ("relations", "replaces"),
    [
        ({"dc:replaces": "http://zotero.org/users/1/items/OLDA2222"}, ("OLDA2222",)),
        (
            {
                "dc:replaces": [
                    "http://zotero.org/groups/9/items/OLDA2222",
                    "http://zotero.org/groups/9/items/OLDB2222",
                ]
            },
            ("OLDA2222", "OLDB2222"),
        ),
        ({"dc:replaces": "http://example.org/elsewhere"}, ()),
        ({"owl:sameAs": "http://zotero.org/users/1/items/TWIN2222"}, ()),
        ([], ()),
    ],
)
def test_merged_items_are_named_by_their_keys(relations: object, replaces: tuple[str, ...]) -> None:
    (item,) = parse_items([api_item("AAAA2222", relations=relations)])
    assert item.replaces == replaces


def test_a_listing_of_collections_is_trusted_more_than_the_item_s_own_word() -> None:
    raw = [
        api_item("AAAA2222", collections=["OWN22222"]),
        api_item("BBBB2222", collections=["OWN22222"]),
    ]
    alone = parse_items(raw)
    listed = parse_items(raw, collections={"AAAA2222": ["LISTED22"]})
    assert [item.collections for item in alone] == [{"OWN22222"}, {"OWN22222"}]
    assert [item.collections for item in listed] == [{"LISTED22"}, frozenset()]


@pytest.mark.parametrize(
    ("element", "complaint"),
    [
        ("AAAA2222", "item 1 is not a JSON object"),
        ({"key": "AAAA2222", "data": []}, "item 1 has data that is not a JSON object"),
        ({"data": {"itemType": "book"}}, "item 1 has no key"),
        ({"data": {"key": "AAAA2222"}}, r"item 1 \(AAAA2222\) has no itemType"),
    ],
)
def test_what_is_no_zotero_item_is_an_error_that_says_where(element: Any, complaint: str) -> None:
    with pytest.raises(ItemJsonError, match=complaint):
        parse_items([api_item("BBBB2222"), element])


# --- objects to be made ---

JANE = Creator("author", "Doe", "Jane")
DRAFT = ItemDraft(
    "preprint",
    {"title": "BERT: Tests", "shortTitle": "BERT", "url": "https://arxiv.org/abs/2410.02712"},
    (JANE, Creator("author", name="OpenAI")),
    (Tag("cs.CL", automatic=True), Tag("read")),
)


def test_what_was_made_is_read_back(world: World) -> None:
    collection = world.collection()
    made = [
        render_item(DRAFT, "AAAA2222", [collection]),
        render_note("<p>Good</p>", "BBBB2222", "AAAA2222", ["public"]),
        render_link("Code", "https://github.com/a/b", "CCCC2222", "AAAA2222"),
    ]
    assert all(each["version"] == 0 for each in made)
    world.add(*made)
    (item,) = parse_items(world.zotero.items())
    assert (item.key, item.item_type, item.collections) == (
        "AAAA2222",
        "preprint",
        frozenset({collection}),
    )
    assert (item.fields, item.creators) == (DRAFT.fields, DRAFT.creators)
    assert set(item.tags) == set(DRAFT.tags)
    assert [(note.html, note.tags) for note in item.notes] == [("<p>Good</p>", ("public",))]
    assert item.links == (Link("Code", "https://github.com/a/b"),)


def test_zotero_takes_every_draft(world: World) -> None:
    line = Entry(1, (), Checkbox.NONE, "Short", "Title", "CVPR", 2024, "Jane Doe")
    drafts = [
        make_draft(
            line, Metadata(item.item_type, item.title, item.creators, item.fields, ("x", "y"))
        )
        for item in many(300)
    ]
    keys = [f"AAAA{number:04}".translate(str.maketrans("01", "XY")) for number in range(300)]
    made = [render_item(draft, key, []) for draft, key in zip(drafts, keys, strict=True)]
    assert len(world.add(*made)) == len(drafts)
