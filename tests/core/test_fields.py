"""What counts as the same text."""

import pytest

from zsync.core.fields import same_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Image Segmentation", "image-segmentation"),
        ("🔥 Hot", "Hot"),
        ("🔥", " 🔥 "),
        ("", ""),
    ],
)
def test_form_does_not_count(one: str, other: str) -> None:
    assert same_words(one, other)
    assert same_words(other, one)


@pytest.mark.parametrize(("one", "other"), [("🔥", "⭐"), ("🔥", ""), ("—", "***"), ("🔥", "Hot")])
def test_texts_without_words_are_compared_as_they_stand(one: str, other: str) -> None:
    assert not same_words(one, other)
    assert not same_words(other, one)
