"""The fields inside one record: where they stand, and edits that touch nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.formats.bib import bibtex_fields
from zsync.formats.bib.bibtex_fields import UnreadableRecordError, scan

RECORD = '@Book(sheep , Title = {A {Tale}, of "Sheep"},year=2012,\n\tmonth = "1~" # jan ,)'


def test_every_way_to_write_a_value_is_read() -> None:
    record = scan(RECORD)
    assert (record.entry_type, record.key) == ("Book", "sheep")
    assert record.values() == {
        "@": "book",
        "title": 'A {Tale}, of "Sheep"',
        "year": "2012",
        "month": '"1~" # jan',
    }


def test_delimiters_and_line_breaks_make_no_difference() -> None:
    one, other = scan('@misc{a, note = "b\n  c"}'), scan("@misc{a, note={b c}}")
    assert one.values() == other.values()


def test_braces_that_only_look_like_delimiters_stay() -> None:
    assert scan("@misc{a, note = {{b} and {c}}}").values()["note"] == "{b} and {c}"
    assert scan('@misc{a, note = "{"} and {"}"}').values()["note"] == '{"} and {"}'


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a, note = {b} c}",
        "@misc{a, note {b}}",
        "@misc{a, = {b}}",
        "@misc{a, note = }",
        "@misc{a, note = {b}",
        "prose",
    ],
)
def test_what_bibtex_could_not_read_is_refused(text: str) -> None:
    with pytest.raises(UnreadableRecordError):
        scan(text)


LAYOUT = "@misc{a,\n    one   = {1},\n    two   = {2},\n    three = {3}\n}"


@pytest.mark.parametrize(
    ("name", "after", "written"),
    [
        ("b", None, "@misc{a,\n    b = {0},\n    one   = {1},"),
        ("b", "one", "    one   = {1},\n    b = {0},\n    two   = {2},"),
        ("b", "three", "    three = {3},\n    b = {0}\n}"),
    ],
)
def test_a_new_field_is_laid_out_like_its_neighbours(
    name: str, after: str | None, written: str
) -> None:
    record = bibtex_fields.insert(scan(LAYOUT), name, "{0}", after)
    assert written in record.text
    assert bibtex_fields.remove(record, name).text == LAYOUT


def test_a_record_on_one_line_stays_on_one_line() -> None:
    record = bibtex_fields.insert(scan("@misc{a, b = 1}"), "c", "2", "b")
    assert record.text == "@misc{a, b = 1, c = 2}"


def test_a_record_without_fields_gets_its_first() -> None:
    for empty in ("@misc{a}", "@misc{a,}", "@misc{a,\n}"):
        assert bibtex_fields.insert(scan(empty), "b", "{c}", None).values()["b"] == "c"


@pytest.mark.parametrize(
    ("gone", "rest"),
    [
        ("one", "@misc{a,\n    two   = {2},\n    three = {3}\n}"),
        ("two", "@misc{a,\n    one   = {1},\n    three = {3}\n}"),
        ("three", "@misc{a,\n    one   = {1},\n    two   = {2}\n}"),
    ],
)
def test_a_field_goes_with_its_comma(gone: str, rest: str) -> None:
    assert bibtex_fields.remove(scan(LAYOUT), gone).text == rest


def test_every_copy_of_a_field_goes() -> None:
    record = scan("@misc{a, b = 1, B = 2, c = 3}")
    assert record.values()["b"] == "1"
    assert bibtex_fields.remove(record, "b").text == "@misc{a, c = 3}"


def test_a_value_is_replaced_alone() -> None:
    assert bibtex_fields.set_value(scan(LAYOUT), "two", "{0}").text == LAYOUT.replace("{2}", "{0}")


def test_type_and_key_change_in_place() -> None:
    assert bibtex_fields.set_head(scan("@MISC{a, b = 1}"), "misc", "z").text == "@MISC{z, b = 1}"
    assert bibtex_fields.set_head(scan("@MISC{a, b = 1}"), "book", "z").text == "@book{z, b = 1}"
    assert bibtex_fields.set_head(scan("@misc(a, b = 1)"), "misc", "z").text == "@misc(z, b = 1)"


@given(st.text(alphabet='ab={}"#, \n@', max_size=40))
def test_whatever_stands_there_is_read_or_refused(inside: str) -> None:
    try:
        record = scan("@misc{a," + inside + "}")
    except UnreadableRecordError:
        return
    ends = [place for field in record.fields for place in (field.start, field.end)]
    assert ends == sorted(ends)


def test_a_citation_key_may_have_an_at_sign() -> None:
    (title,) = bibtex_fields.scan("@article{k@b, title = {Kites}}").fields
    assert title.name == "title"
