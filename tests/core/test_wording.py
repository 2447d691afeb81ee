"""What the lines of an entry say, and where a title stands in them."""

from hypothesis import given
from hypothesis import strategies as st

from zsync.core import fields
from zsync.core.wording import Wording

HEAD = "Week 3: FK: Flying Kites, Lightly. CVPR2024 Paper"
LINE = Wording(HEAD, f"{HEAD} As in Sailing Boats.")


def test_a_title_stands_where_its_words_stand_whatever_is_between_them() -> None:
    assert LINE.find("Flying kites — lightly") is not None
    assert LINE.find("Flying Kite") is None
    assert LINE.find("lying Kites") is None
    assert LINE.find("") is None
    assert Wording("轻风中放风筝的研究", "轻风中放风筝的研究").find("放风筝") == 3


def test_head_and_note_are_looked_at_apart() -> None:
    assert LINE.find("Sailing Boats") is None
    assert LINE.find("Sailing Boats", in_note=True) is not None
    assert LINE.find("Flying Kites", in_note=True) is None
    # A title that goes on below the first line begins in the head.
    assert LINE.find("CVPR2024 Paper As in") is not None


def test_words_are_found_by_their_digest_as_title_and_with_a_short_name() -> None:
    for short, title in (("", "Flying Kites, Lightly"), ("FK", "Flying Kites, Lightly")):
        wanted = {fields.digest(fields.title_value(short or None, title))}
        assert LINE.own_title(wanted) == (f"{short}: {title}" if short else title)
    assert LINE.own_title({fields.digest("Sailing Ships")}) == ""


@given(
    st.lists(
        st.sampled_from(("Kites", "in", "Light", "Winds", "风", "C4.5,")), min_size=1, max_size=8
    )
)
def test_the_digest_changes_with_words_and_addresses_and_with_nothing_else(
    words: list[str],
) -> None:
    text = " ".join(words)
    digest = Wording(text, text, ("https://a.example",)).digest
    assert Wording(text, "\u2003".join(words).upper(), ("https://a.example",)).digest == digest
    assert Wording(text, f"{text} more", ("https://a.example",)).digest != digest
    assert Wording(text, text, ("https://b.example",)).digest != digest
    assert Wording(text, text).find(text) == 0 or not any(map(str.isalnum, text))
