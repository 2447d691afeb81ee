"""Keys of new objects."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from zsync.core.keys import ALPHABET, derived_key, new_key


def test_a_new_key_has_eight_of_zoteros_characters() -> None:
    keys = {new_key() for _ in range(50)}
    assert len(keys) == 50
    assert all(len(key) == 8 and set(key) <= set(ALPHABET) for key in keys)
    sources = [Random(1), Random(1)]  # noqa: S311 - chance of a known course
    assert len(set(map(new_key, sources))) == 1


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_derived_key_is_the_same_for_the_same_parts(parts: list[str]) -> None:
    key = derived_key(*parts)
    assert key == derived_key(*parts)
    assert len(key) == 8
    assert set(key) <= set(ALPHABET)


def test_a_derived_key_differs_where_a_part_does() -> None:
    keys = {
        derived_key("PPPPPPP2", "note", "A note."),
        derived_key("PPPPPPP2", "note", "Another note."),
        derived_key("PPPPPPP2", "link", "A note."),
        derived_key("PPPPPPP3", "note", "A note."),
    }
    assert len(keys) == 4
