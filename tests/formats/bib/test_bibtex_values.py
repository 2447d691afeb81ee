"""The values of an entry of a .bib, beside bibtexparser 1, which reads plain records as we do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.formats.bib.bibtex_values import ValueReader, scan

_VALUES = st.sampled_from(
    ["{a {B} c}", "{}", '"q {u} v"', "2020", "jan", "DEC", '{a} # jan # "z"', "{x\n  y}", "{a {b {c {d}}}}"]
)  # fmt: skip
_NAMES = st.sampled_from(["author", "Title", "year", "file-name", "a.b"])


def read(body: str) -> dict[str, str]:
    """Read the fields of a record whose head and end are added."""
    text = f"@misc{{k,{body}}}"
    return ValueReader().read(text, scan(text, len("@misc{k,"), "{"))


@given(st.lists(st.tuples(_NAMES, _VALUES), min_size=1, max_size=5, unique_by=lambda each: each[0]))
def test_plain_records_are_read_as_bibtexparser_reads_them(fields: list[tuple[str, str]]) -> None:
    from bibtexparser.bparser import BibTexParser

    body = ",\n".join(f"  {name} = {value}" for name, value in fields)
    (theirs,) = BibTexParser(common_strings=True).parse(f"@misc{{k,\n{body}\n}}\n").entries
    wanted = {name: " ".join(text.split()) for name, text in theirs.items()}
    assert read(body) == {
        name: text for name, text in wanted.items() if name not in ("ENTRYTYPE", "ID")
    }


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("title = {A}, title = {B}", {"title": "A"}),
        ("title = {A} % a remark, with {braces}\n, year = 2020,", {"title": "A", "year": "2020"}),
        (",, title = {A},,", {"title": "A"}),
        ("publisher = ACL # { Press}", {"publisher": "ACL Press"}),
        ("title = {A} year = 2020", {}),
        ("title = {A},, year = 2020", {}),
        ("title = ", {}),
        ("title = {A} # ", {}),
        ("title (A)", {}),
        ("", {}),
    ],
)
def test_what_is_no_field_makes_the_record_unreadable(body: str, fields: dict[str, str]) -> None:
    assert read(body) == fields


def test_macros_that_nothing_defines_are_named_in_their_order() -> None:
    reader, text = ValueReader(), "@misc{k, journal = TSE, month = may, publisher = ACL # { Press}}"
    reader.read(text, scan(text, len("@misc{k,"), "{"))
    assert reader.undefined == ("TSE", "ACL")
