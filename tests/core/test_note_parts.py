"""The list shows an item's notes as one text; an edit of that text is an edit of one of them."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from zsync.core.note_parts import SEPARATOR, NoteEdit, locate_edit


@pytest.mark.parametrize(
    ("rendered", "written", "edit"),
    [
        ([], "new", NoteEdit(None, "new")),
        (["", ""], "new", NoteEdit(None, "new")),
        (["a"], "b", NoteEdit(0, "b")),
        (["a"], "b\n\nc", NoteEdit(0, "b\n\nc")),
        (["a", "b"], "x\n\nb", NoteEdit(0, "x")),
        (["a", "b"], "a\n\nx", NoteEdit(1, "x")),
        (["a", "b"], "a\n\nb\n\nmore", NoteEdit(1, "b\n\nmore")),
        (["a", "b"], "more\n\na\n\nb", NoteEdit(0, "more\n\na")),
        (["a", "b"], "a\n\nmore\n\nb", NoteEdit(1, "more\n\nb")),
        (["a", "b", "c"], "a\n\nx\n\ny\n\nc", NoteEdit(1, "x\n\ny")),
        (["a\n\nb", "c"], "a\n\nc", NoteEdit(0, "a")),
        (["a", "", "b"], "a\n\nx", NoteEdit(2, "x")),
        (["a", "a"], "a\n\na\n\na", NoteEdit(1, "a\n\na")),
        (["a", "b"], "a\n \n\nx\n", NoteEdit(1, "x")),
        (["a", "b"], "a\n\nb", NoteEdit(1, "b")),
    ],
)
def test_one_note_was_edited(rendered: list[str], written: str, edit: NoteEdit) -> None:
    assert locate_edit(rendered, written) == edit


@pytest.mark.parametrize(
    ("rendered", "written"),
    [
        (["a", "b"], "x\n\ny"),  # two were edited
        (["a", "b"], "a"),  # one was taken away
        (["a", "b"], "b"),
        (["a", "b", "c"], "a\n\nc"),
        (["a", "a"], "a"),
        (["a", "b"], "b\n\na"),  # they changed places
        (["a", "b"], "a\nb"),  # they became one paragraph
        (["a"], ""),
        ([], " \n\n"[1:]),
    ],
)
def test_anything_else_is_no_edit_of_one_note(rendered: list[str], written: str) -> None:
    assert locate_edit(rendered, written) is None


def test_the_others_may_be_written_in_other_words() -> None:
    assert locate_edit(["A", "B", "C"], "a\n\nx\n\nc", str.casefold) == NoteEdit(1, "x")
    assert locate_edit(["A", "B", "C"], "a\n\nx\n\nc") is None


def test_what_says_nothing_is_part_of_the_edit() -> None:
    def without_stars(text: str) -> str:
        return text.replace("*", "").strip()

    assert locate_edit(["a", "b"], "a\n\n***\n\nx", without_stars) == NoteEdit(1, "***\n\nx")
    assert locate_edit(["a\n\n***", "b"], "a\n\n***\n\nx", without_stars) == NoteEdit(1, "x")


paragraphs = st.lists(st.sampled_from(["a", "b", "- c\n- d", "***"]), min_size=1, max_size=3)
notes = paragraphs.map(SEPARATOR.join)


@settings(max_examples=200)
@given(st.lists(notes, min_size=1, max_size=4), st.integers(0, 3), notes)
@example(["a", "a"], 0, "b")
def test_an_edit_of_one_note_is_found_and_gives_the_text_again(
    rendered: list[str], place: int, text: str
) -> None:
    place %= len(rendered)
    written = SEPARATOR.join([*rendered[:place], text, *rendered[place + 1 :]])
    edit = locate_edit(rendered, written)
    assert edit is not None
    assert edit.index is not None
    assert edit.index >= place
    rest = [*rendered[: edit.index], edit.text, *rendered[edit.index + 1 :]]
    assert SEPARATOR.join(rest) == written


@settings(max_examples=200)
@given(st.lists(notes, max_size=4), notes)
def test_whatever_is_found_keeps_the_other_notes(rendered: list[str], written: str) -> None:
    edit = locate_edit(rendered, written)
    if edit is None:
        assert len(rendered) > 1
    elif edit.index is None:
        assert (rendered, edit.text) == ([], written)
    else:
        rest = [*rendered[: edit.index], edit.text, *rendered[edit.index + 1 :]]
        assert SEPARATOR.join(rest) == written
