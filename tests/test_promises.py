"""What is said of the tests themselves: planted mistakes can still be planted, and counts are added up."""

import pytest

from tests import mutations, reliability
from tests.reliability import Counted, Row


def test_every_mistake_can_still_be_planted() -> None:
    chosen = list(mutations.read(mutations.LIST.read_text("utf-8")))
    assert len(chosen) >= 40
    assert list(mutations.stale(chosen)) == []


def test_a_mistake_whose_text_went_is_named() -> None:
    (gone,) = mutations.read("\n== lock | files.py | tests\n-no such line\n+another\n")
    assert (gone.old, gone.new) == ("no such line", "another")
    (said,) = mutations.stale([gone])
    assert "0 times" in said


def test_what_several_tests_counted_is_added_up_and_failures_are_named() -> None:
    rows = [Row.of("kept|killed|3|0"), Row.of("kept | killed | 1000 | 1"), Row.of("kept|cut|5|0")]
    page = reliability.page(Counted(rows, failed=["tests/a.py::b"]))
    assert "| kept | killed | 1,003 | 1 |\n" in page
    assert "| kept | cut | 5 | 0 |\n" in page
    assert page.endswith("## Failed\n\n- `tests/a.py::b`\n")


def test_a_row_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="int"):
        Row.of("kept|killed|many|0")
