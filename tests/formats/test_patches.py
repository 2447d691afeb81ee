"""What is sent for a change: as little as it can be, and only for what it was decided for."""

from typing import Any

import pytest

from zsync.core.library_changes import FieldChange, ItemChange, LinkChange, NoteChange
from zsync.formats.patches import Patch, patch


def item(**data: Any) -> dict[str, Any]:
    usual = {
        "key": "IIIIIII2",
        "version": 7,
        "title": "Old",
        "tags": [],
        "collections": ["CCCCCCC2"],
    }
    return {"data": usual | data}


def tags(*names: str) -> list[dict[str, str]]:
    return [{"tag": name} for name in names]


def changed(**change: Any) -> ItemChange:
    return ItemChange("IIIIIII2", "Old", **change)


HEAD = {"key": "IIIIIII2", "version": 7}


def test_a_field_alone_is_sent() -> None:
    made = patch(changed(fields={"title": FieldChange("Old", "New")}), item())
    assert made == Patch({**HEAD, "title": "New"})


def test_what_is_as_wanted_is_not_sent() -> None:
    assert patch(changed(fields={"title": FieldChange("Older", "Old")}), item()) == Patch()
    assert patch(changed(add_tags=("read",)), item(tags=tags("Read"))) == Patch()
    assert patch(changed(add_to=("CCCCCCC2",)), item()) == Patch()


def test_what_changed_in_zotero_meanwhile_is_left_alone() -> None:
    made = patch(changed(fields={"title": FieldChange("Older", "New")}), item())
    assert made == Patch(lost=("title",))


def test_what_is_in_the_trash_is_left_alone() -> None:
    made = patch(changed(add_tags=("read",)), item(deleted=1))
    assert made == Patch(lost=("trash",))


def test_tags_are_merged_with_those_that_are_there() -> None:
    present = [{"tag": "vision", "type": 1}, {"tag": "_Read"}, {"tag": "Done"}]
    made = patch(changed(remove_tags=("read", "done"), add_tags=("unread",)), item(tags=present))
    assert made.sent["tags"] == [{"tag": "vision", "type": 1}, {"tag": "unread"}]


def test_a_tag_that_is_added_is_not_removed_by_its_other_spelling() -> None:
    made = patch(changed(add_tags=("read",), remove_tags=("Read",)), item(tags=tags("x")))
    assert made.sent["tags"] == tags("x", "read")


def test_other_collections_stay() -> None:
    made = patch(
        changed(add_to=("CCCCCCC3",), remove_from=("CCCCCCC2",)),
        item(collections=["CCCCCCC2", "OTHER222"]),
    )
    assert made.sent["collections"] == ["CCCCCCC3", "OTHER222"]


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        ("<p>Old words.</p>", "<p>New words.</p>"),
        ("<p>New words.</p>", None),
        ("<p>Somebody else's.</p>", None),
    ],
)
def test_a_note_is_written_over_the_words_it_was_decided_for(
    present: str, expected: str | None
) -> None:
    change = NoteChange("NNNNNNN2", "IIIIIII2", "Old", "<p>Old words.</p>", "New words.")
    made = patch(change, item(key="NNNNNNN2", note=present))
    assert (made.sent.get("note") or "").strip() == (expected or "")


def test_a_link_gets_another_address() -> None:
    change = LinkChange(
        "LLLLLLL2", "IIIIIII2", "Old", "Code", "https://a.example", "https://b.example"
    )
    made = patch(change, item(key="LLLLLLL2", url="https://a.example"))
    assert made == Patch({"key": "LLLLLLL2", "version": 7, "url": "https://b.example"})
