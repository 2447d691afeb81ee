"""How far a paper is, as tags and the plugin's line in Extra say it."""

import pytest

from zsync.core.fields import listen
from zsync.core.model import Item, Tag
from zsync.core.policy import ListPolicy
from zsync.core.states import STATES, in_extra, state_called, state_of, tag_of


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_known_by_its_name_and_read_in_extra(name: str) -> None:
    assert state_called(f" {name.upper()} ") == name
    assert state_of((), in_extra("a: b", name)) == name
    assert in_extra(in_extra("a: b", name), None) == "a: b"


@pytest.mark.parametrize("name", ["Read", "", "Done", "In_Progress"])
def test_what_is_no_state(name: str) -> None:
    assert state_called(name) is None


def test_tags_win_over_extra() -> None:
    assert state_of(("skimmed",), "Read_Status: New") == "Skimmed"
    assert (tag_of("Skimmed"), tag_of("New")) == ("skimmed", None)


@pytest.mark.parametrize(
    ("tags", "extra", "state"),
    [
        ((Tag("/Reading"),), "", "In Progress"),
        ((Tag("Reading", automatic=True),), "", None),
        ((Tag("reading"), Tag("read")), "", None),
        ((Tag("reading"),), "Read_Status: Read", None),
        ((Tag("unread"),), "Read_Status: In Progress", "In Progress"),
    ],
)
def test_a_paper_that_was_read_has_no_state(
    tags: tuple[Tag, ...], extra: str, state: str | None
) -> None:
    item = Item("K", "book", fields={"title": "Kelp", "extra": extra}, tags=tags)
    assert listen(item, ListPolicy()).state == state
