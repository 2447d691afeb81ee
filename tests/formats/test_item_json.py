"""Zotero API JSON becomes items."""

from typing import Any

import pytest

from zsync.core.model import Creator, Link, Note, Tag
from zsync.formats.item_json import ItemJsonError, parse_items


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
