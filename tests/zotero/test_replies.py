"""The gate: what Zotero promises is asked for, and a reply that breaks a promise is refused as a whole."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from tests.world import World, paper

from zotero_sandbox.calls import Request, Response
from zsync.core.model import Collection
from zsync.zotero import replies
from zsync.zotero.replies import WrongReply


def _reply(value: object, total: int | str = 1, version: int | str = 9, **headers: str) -> Any:
    said = {"Last-Modified-Version": str(version), "Total-Results": str(total), **headers}
    return httpx2.Response(200, headers=said, content=json.dumps(value).encode())


def _item(**data: object) -> dict[str, Any]:
    whole = {
        "key": "AAAA2222", "version": 7, "itemType": "book", "title": "Rain", "creators": [],
        "tags": [], "collections": [], "relations": {}, "dateAdded": "2024-05-01T12:00:00Z",
        "dateModified": "2024-05-01T12:00:00Z",
    }  # fmt: skip
    whole |= data
    return {
        "key": "AAAA2222",
        "version": 7,
        "data": {k: v for k, v in whole.items() if v is not ...},
    }


def _another() -> dict[str, Any]:
    """Return an item that is sound, and is not the one that was asked about."""
    return {**_item(key="BBBB2222"), "key": "BBBB2222"}


def test_a_listing_is_whole_or_refused() -> None:
    assert replies.read_versions(_reply({"AAAA2222": 9})) == {"AAAA2222": 9}
    assert replies.read_versions(_reply({}, total=0)) == {}


@pytest.mark.parametrize(
    "reply",
    [
        _reply({}),
        _reply({"AAAA2222": 1}, total=2),
        _reply({"AAAA2222": 1}, total="many"),
        _reply({"AAAA2222": 1}, total=10**30),
        _reply({"AAAA2222": 10}),
        _reply({"AAAA2222": -1}),
        _reply({"AAAA2222": True}),
        _reply({"AAAA2222": "1"}),
        _reply({"AAAA2222": 1.0}),
        _reply({"AAAA222": 1}),
        _reply({"AAAAO222": 1}),
        _reply({"AAAA2222\n": 1}),
        _reply({"AAAA2222": 1}, version="-1"),
        _reply(["AAAA2222"]),
        httpx2.Response(200, content=b"{}"),
    ],
)
def test_a_listing_that_cannot_be_whole_is_refused(reply: Any) -> None:
    with pytest.raises(WrongReply):
        replies.read_versions(reply)


def test_an_item_as_zotero_gives_it_passes() -> None:
    people = [
        {"creatorType": "author", "firstName": "Ida", "lastName": "Lake"},
        {"creatorType": "editor", "name": "Water Board"},
    ]
    found = _item(
        creators=people,
        tags=[{"tag": "wet"}, {"tag": "auto", "type": 1}],
        collections=["HHHH2222"],
        relations={"dc:replaces": "http://zotero.org/x", "owl:sameAs": ["http://zotero.org/y"]},
        deleted=1,
        somethingNew={"of": ["a later release"]},
    )
    assert replies.read_objects(_reply([found]), "items") == [found]


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "BBBB2222"}, {"version": 6}, {"itemType": ""}, {"itemType": ...}, {"itemType": 7},
        {"title": ["Rain"]}, {"title": None}, {"extra": 7}, {"tags": None}, {"tags": ...}, {"tags": ["wet"]},
        {"tags": [{"tag": 7}]}, {"tags": [{"tag": "wet", "type": "1"}]}, {"creators": "Ida"},
        {"creators": ...}, {"creators": [{"creatorType": "author"}]}, {"collections": ...},
        {"collections": ["Home"]}, {"collections": [None]}, {"relations": []},
        {"relations": {"dc:replaces": [7]}}, {"dateAdded": None}, {"dateAdded": "yesterday"},
        {"dateModified": ...}, {"deleted": "yes"}, {"parentItem": "BBBB2222"},
        {"itemType": "note", "note": ...}, {"itemType": "note", "note": "x", "parentItem": "top"},
        {"itemType": "attachment", "linkMode": "linked_url", "url": 7},
        {"itemType": "attachment"},
    ],
)  # fmt: skip
def test_an_item_that_breaks_a_promise_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(WrongReply):
        replies.read_objects(_reply([_item(**changed)]), "items")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"itemType": "attachment", "linkMode": "linked_url"},
        {"itemType": "attachment", "linkMode": "linked_url", "url": "https://rain.example/", "title": ...},
    ],
    ids=["book", "link without an address", "link without a label"],
)  # fmt: skip
def test_a_server_of_our_schema_leaves_no_field_out(fields: dict[str, object]) -> None:
    item = _item(**fields)
    replies.read_objects(_reply([item]), "items")
    with pytest.raises(WrongReply):
        replies.read_objects(_reply([item], **{"Zotero-Schema-Version": "41"}), "items")


def test_of_an_attachment_that_is_no_link_no_field_is_asked_for() -> None:
    item = _item(itemType="attachment", linkMode="imported_file", title=...)
    replies.read_objects(_reply([item], **{"Zotero-Schema-Version": "41"}), "items")


def test_a_page_holds_what_the_total_leaves_for_it() -> None:
    assert replies.read_objects(_reply([_item()], total=101), "items", start=100)
    for total in (100, 102, 1_000_000_000):
        with pytest.raises(WrongReply, match="it holds 1 objects"):
            replies.read_objects(_reply([_item()], total=total), "items", start=100)


@pytest.mark.parametrize("may", [None, 1, 0, "yes", [True], {}])
def test_what_a_key_may_do_is_yes_or_no(may: object) -> None:
    replies.read_key(_reply({"userID": 1, "access": {"user": {"library": True, "notes": False}}}))
    with pytest.raises(WrongReply, match="does not say what the key may do"):
        replies.read_key(_reply({"userID": 1, "access": {"user": {"library": may}}}))


def test_collections_are_a_tree() -> None:
    tree = [Collection("AAAA2222", "A", None), Collection("BBBB2222", "B", "AAAA2222")]
    replies.check_tree([*tree, Collection("CCCC2222", "C", "GONE2222")])
    replies.check_tree([Collection(str(n), "deep", str(n + 1)) for n in range(20_000)])
    for wrong in (Collection("AAAA2222", "A", "BBBB2222"), Collection("AAAA2222", "A", "AAAA2222")):
        with pytest.raises(WrongReply, match="lies within itself"):
            replies.check_tree([wrong, tree[1]])
    with pytest.raises(WrongReply, match="twice"):
        replies.check_tree([*tree, tree[0]])


def test_only_what_was_asked_for_is_taken_and_only_once() -> None:
    with pytest.raises(WrongReply, match="not asked for"):
        replies.read_wanted(_reply([_item()]), "items", ["BBBB2222"])
    with pytest.raises(WrongReply, match="twice"):
        replies.read_objects(_reply([_item(), _item()], total=2), "items")


@pytest.mark.parametrize(
    "said",
    [
        {"successful": {}, "unchanged": {}, "failed": {}},
        {"successful": {}, "unchanged": {"0": "BBBB2222"}, "failed": {}},
        {"successful": {"0": _item(key="BBBB2222")}, "unchanged": {}, "failed": {}},
        {"successful": {"0": _another()}, "unchanged": {}, "failed": {}},
        {
            "successful": {},
            "unchanged": {"0": "AAAA2222"},
            "failed": {"0": {"code": 412, "message": ""}},
        },
        {"successful": {}, "unchanged": {}, "failed": {"0": {"code": "412", "message": ""}}},
        {"successful": {}, "unchanged": {}, "failed": {"0": {"code": 412}}},
        {"successful": {}, "unchanged": {"00": "AAAA2222"}, "failed": {}},
        {"successful": [], "unchanged": {"0": "AAAA2222"}, "failed": {}},
    ],
)
def test_a_write_is_answered_object_by_object(said: object) -> None:
    with pytest.raises(WrongReply):
        replies.read_written(_reply(said), "items", ["AAAA2222"])


# -- through the command line --------------------------------------------------------------------------------


def _emptied(home: str, *, says_so: bool) -> Callable[[Request, Response], Response]:
    """Answer that the collection lists nothing, in a way that agrees with itself."""

    def alter(request: Request, response: Response) -> Response:
        if request.path.endswith(f"/collections/{home}/items"):
            return Response(200, {**response.headers, "Total-Results": "0"}, b"{}")
        if says_so and request.path.endswith("/collections"):
            told = json.loads(response.body)
            for each in told:
                each["meta"]["numItems"] = 0
            return Response(200, response.headers, json.dumps(told).encode())
        return response

    return alter


def test_a_collection_that_is_said_to_hold_items_does_not_list_none(world: World) -> None:
    home = world.collection()
    world.add(paper("Hail: Stones of Ice", "https://arxiv.org/abs/2302.00001", collections=[home]))
    world.text = "# L\n\n## Reading list\n"
    world.settle()
    world.do("pull")
    before = world.text
    world.add(
        paper("Snow: Ice that Floats", "https://arxiv.org/abs/2302.00002", collections=[home])
    )
    world.sandbox.faults.alter = _emptied(home, says_so=False)
    result = world.run("pull")
    assert result.code == 4
    assert "holds items, and lists none" in result.err
    world.sandbox.faults.alter = _emptied(home, says_so=True)
    result = world.run("pull")
    assert result.code == 4
    assert "says that it is in the collection" in result.err
    assert world.text == before
    world.sandbox.faults.alter = None
    world.do("pull")
    assert "Snow" in world.text
