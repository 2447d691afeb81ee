"""The lock as text: stable, one line an item, and clear about what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core.base import Base, EntryBase, FieldBase, ItemBase, RecordBase
from zsync.formats.lock import Lock, parse, render
from zsync.formats.lock_head import LockError

_HEAD = '{"zsync": 1, "library": "users/1"}\n'
_words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
_digests = st.text("0123456789abcdef", max_size=12)
_entry_bases = st.builds(
    EntryBase,
    st.dictionaries(
        _words,
        st.builds(FieldBase, _digests, _digests, own=st.booleans(), settled=st.booleans()),
        max_size=4,
    ),
)
_item_bases = st.builds(
    ItemBase,
    citation_key=st.none() | _words,
    record=st.none()
    | st.builds(
        RecordBase, _digests.filter(bool), st.frozensets(_digests.filter(bool), max_size=3)
    ),
    former_keys=st.lists(_words, max_size=2).map(tuple),
    entries=st.lists(_entry_bases, max_size=2).map(tuple),
    pending=st.booleans(),
).filter(lambda item: item != ItemBase())
_bases = st.builds(
    Base,
    st.none() | _words,
    st.dictionaries(_words, _item_bases, max_size=4),
    st.dictionaries(_words, _digests, max_size=2),
)
_locks = st.builds(Lock, st.just("users/1"), st.dictionaries(_words, _bases, max_size=2))


@given(_locks)
def test_a_lock_reads_back(lock: Lock) -> None:
    assert parse(render(lock)) == lock


@given(_locks)
def test_equal_locks_have_equal_text(lock: Lock) -> None:
    assert render(parse(render(lock))) == render(lock)


def test_one_line_an_item_in_the_order_of_the_keys() -> None:
    items = {"BBBB2222": ItemBase("b2020"), "AAAA2222": ItemBase("a2020")}
    lines = render(Lock("users/1", {"README.md": Base("CCCC2222", items)})).splitlines()
    assert lines == [
        '{"zsync": 1, "library": "users/1"}',
        '{"list": "README.md", "collection": "CCCC2222"}',
        '{"list": "README.md", "item": "AAAA2222", "key": "a2020"}',
        '{"list": "README.md", "item": "BBBB2222", "key": "b2020"}',
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "empty"),
        ("hello\n", 1, "not JSON"),
        ('{"name": "another program", "lockfileVersion": 3}\n', 1, "not a lock of zsync"),
        ('{"zsync": 99, "library": "users/1"}\n', 1, "newer zsync"),
        ('{"zsync": 1, "library": "users/1"}\n<<<<<<< HEAD\n', 2, "merge"),
        ('{"zsync": 1, "library": "users/1"}\n[1, 2]\n', 2, "not what zsync writes"),
        ('{"zsync": 1, "library": "users/1"}\n{"list": "a.md"}\n', 2, "not what zsync writes"),
        ('{"zsync": 1, "library": "users/1"}\n{"list": "a", "item": 3}\n', 2, "not what"),
        (
            _HEAD + '{"list": "a", "item": "AAAA2222", "entries": [{"read": ["x"]}]}\n',
            2,
            "not what zsync writes",
        ),
        (
            _HEAD + '{"list": "a", "item": "AAAA2222", "entries": [{"read": ["1", "2", "new"]}]}\n',
            2,
            "not what zsync writes",
        ),
    ],
)
def test_a_broken_or_foreign_lock_is_named_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(LockError, match=what) as caught:
        parse(text)
    assert caught.value.line == line
