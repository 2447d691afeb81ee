"""One to five stars, in the forms that people write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core.ratings import (
    STARS,
    Style,
    in_extra,
    is_of_other_scale,
    rating_in,
    rating_of,
    style_of,
    usual_style,
)

STYLES = [
    Style(),
    Style("★", "☆"),
    Style("★"),
    Style("⭐\ufe0f"),
    Style(":star:"),
    Style("", "", ""),
    Style("", "", "/5"),
    Style("", "", " / 5"),
]


@given(st.sampled_from(STYLES), st.integers(1, 5))
def test_what_is_written_in_a_style_is_read_as_that_rating_in_that_style(
    style: Style, rating: int
) -> None:
    text = style.write(rating)
    assert rating_in(f" {text} ") == rating
    found = style_of(text)
    assert found
    assert found.write(rating) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "6",
        "4.5",
        "3 of 5",
        "4/10",
        "⭐⭐⭐⭐⭐⭐",
        "⭐★",
        "★★☆",
        "⭐ good",
        "stars",
        "V",
        "４",
    ],
)
def test_what_is_no_rating(text: str) -> None:
    assert rating_in(text) is None


def test_empty_stars_alone_are_no_stars() -> None:
    assert rating_in("☆☆☆☆☆") == 0
    assert style_of("☆☆☆☆☆") is None


@pytest.mark.parametrize("text", ["0", "6", "12", "87.3", "1.2k", "3k", "40%", "4/10", "7.5/10"])
def test_numbers_that_count_something_else(text: str) -> None:
    assert is_of_other_scale(text)


@pytest.mark.parametrize("text", ["1", "5", "4/5", "4.5", "★★", "good", ""])
def test_numbers_that_may_be_ratings(text: str) -> None:
    assert not is_of_other_scale(text)


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        ([], STARS),
        (["★★★☆☆", "★★★★★", "★★★★★"], Style("★", "☆")),
        (["★★★★★"], Style("★")),
        (["4", "4/5", "3/5"], Style("", "", "/5")),
        (["good", "⭐", "4"], Style()),
    ],
)
def test_the_usual_style(texts: list[str], style: Style) -> None:
    assert usual_style(texts) == style


@pytest.mark.parametrize(
    ("tags", "extra", "rating"),
    [
        ((), "", None),
        (("⭐⭐", "water"), "", 2),
        (("⭐⭐", "★★★☆☆"), "", 3),
        (("⭐⭐",), "Rating: 5", 5),
        (("⭐⭐",), "Rating: none yet", 2),
        ((), "a: b\nRATING: ★★★★☆\nRating: 1", 4),
        ((), "Ratings: 4", None),
        (("⭐⭐⭐⭐⭐⭐", "⭐ of the year"), "", None),
    ],
)
def test_the_rating_of_an_item(tags: tuple[str, ...], extra: str, rating: int | None) -> None:
    assert rating_of(tags, extra) == rating


def test_a_line_of_extra_keeps_its_style() -> None:
    assert in_extra("Rating: ★★☆☆☆\nx", 4) == "Rating: ★★★★☆\nx"
    assert in_extra("x", 4) == "x\nRating: 4"
    assert in_extra("Rating: later\nRating: 2", None) == "Rating: later"
