"""Lines of Extra: one is read or written, and every other one stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core.extra_lines import values, with_value

LINES = st.lists(
    st.sampled_from(
        ["", " ", "a: b", "Rating of others: 5", "tex.x: {y", "}", "RATINGS: 1", "no colon", "é:"]
    )
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def test_a_label_is_known_in_any_case_and_between_spaces() -> None:
    extra = "rating: 1\n  RATING :2\r\nRating:\nratings: 3\nmy rating: 4\nRating"
    assert list(values(extra, "Rating")) == ["1", "2", ""]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "Rating: 4"),
        ("a: b", "a: b\nRating: 4"),
        ("a: b\n", "a: b\nRating: 4\n"),
        ("Rating: 1", "Rating: 4"),
        ("x\n  rating :1  \r\ny", "x\n  rating :4  \r\ny"),
        ("Rating:\nx", "Rating: 4\nx"),
        ("Rating: 1\nRating: 2", "Rating: 4\nRating: 2"),
    ],
)
def test_a_value_is_written_in_its_own_line_or_at_the_end(before: str, after: str) -> None:
    assert with_value(before, "Rating", "4") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Rating: 1", ""),
        ("a: b\nRating: 1", "a: b"),
        ("Rating: 1\na: b\n", "a: b\n"),
        ("a\r\nRating: 1\r\nb\nRating: 2", "a\r\nb"),
        ("a: b\n", "a: b\n"),
    ],
)
def test_without_a_value_the_lines_go(before: str, after: str) -> None:
    assert with_value(before, "Rating", None) == after


def test_a_line_that_says_something_else_is_a_remark_and_stays() -> None:
    extra = "Rating: by my standards\nRating: 2"
    assert with_value(extra, "Rating", "4", str.isdigit) == "Rating: by my standards\nRating: 4"
    assert with_value(extra, "Rating", None, str.isdigit) == "Rating: by my standards"


@given(LINES, ENDS, st.booleans(), st.sampled_from("12345"))
def test_what_is_written_is_read_and_can_go_without_a_trace(
    lines: list[str], end: str, is_ended: bool, value: str
) -> None:
    extra = end.join(lines) + (end if is_ended else "")
    written = with_value(extra, "Rating", value)
    assert list(values(written, "Rating")) == [value]
    assert written.startswith(extra)
    assert with_value(written, "Rating", None) == extra


@given(LINES, LINES, ENDS, st.sampled_from("12345"), st.sampled_from(["Rating: 3", " rating :3 "]))
def test_a_line_is_written_in_its_place_and_the_others_keep_their_bytes(
    above: list[str], below: list[str], end: str, value: str, line: str
) -> None:
    extra = end.join((*above, line, *below))
    new = line.replace("3", value)
    assert with_value(extra, "Rating", value) == end.join((*above, new, *below))
