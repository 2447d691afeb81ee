"""The tables: each row is one, and each file names its source."""

from importlib import resources

import pytest

from zsync.data import rows

TABLES = sorted(
    each.name.removesuffix(".txt")
    for each in resources.files("zsync.data").iterdir()
    if each.name.endswith(".txt")
)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_rows_and_names_its_source(table: str) -> None:
    text = resources.files("zsync.data").joinpath(f"{table}.txt").read_text("utf-8")
    remarks = [line for line in text.splitlines() if line.startswith("# ")]
    assert any("Source" in line for line in remarks)
    found = list(rows(table))
    assert len(found) > 20
    assert all(name and said for name, said in found)


def test_a_row_may_go_on_in_the_next_line() -> None:
    found = dict(rows("item_fields"))
    assert found["book"].split()[:3] == ["+archive", "title", "series"]
    assert found["book"].endswith("language")
