"""The Extra field: lines with a meaning are read, remarks stay private."""

import pytest

from zsync.core.model import Creator
from zsync.formats.bib.extra import complete, parse_extra


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("DOI: 10.1000/1", "DOI", "10.1000/1"),
        ("Publication Title: A Journal", "publicationTitle", "A Journal"),
        ("container-title: A Journal", "publicationTitle", "A Journal"),
        ("university: Somewhere", "publisher", "Somewhere"),
        ("original-date: 1950", "originalDate", "1950"),
        ("{:status: forthcoming}", "status", "forthcoming"),
        ("jurisdiction: us", "jurisdiction", "us"),
        ("container-title-short: A. J.", "journalAbbreviation", "A. J."),
        ("Type: PhD", "type", "PhD"),
    ],
)
def test_a_label_of_zotero_or_csl_fills_a_field(line: str, field: str, value: str) -> None:
    assert parse_extra(line).fields == {field: value}


@pytest.mark.parametrize(
    "line",
    [
        "Citation Key: x2020",
        "thoughts: do not cite",
        "Read_Status: Read",
        "plain words",
        "note: mine",
        "annote: mine",
        "keyword: mine",
        "citation-number: 1",
        ":",
        "=",
        "a:",
        "{:x}",
    ],
)
def test_a_remark_means_nothing(line: str) -> None:
    extra = parse_extra(line)
    assert (extra.fields, extra.tex, extra.creators, extra.identifiers) == ({}, [], [], {})


def test_the_last_of_two_equal_lines_counts() -> None:
    assert parse_extra("Volume: 1\nvolume: 2").fields == {"volume": "2"}


def test_a_field_is_filled_only_if_empty_but_a_date_is_replaced() -> None:
    extra = parse_extra("Volume: 9\nIssue: 8\nissued: 2011")
    assert complete({"volume": "1", "date": "2010"}, extra) == {
        "volume": "1",
        "issue": "8",
        "date": "2011",
    }


def test_a_type_of_csl_is_no_type_of_the_work() -> None:
    extra = parse_extra("type: Review-Book\nGenre: essay")
    assert (extra.csl_type, extra.fields) == ("review-book", {"type": "essay"})


def test_creators_are_persons_or_institutions() -> None:
    extra = parse_extra("Editor: Doe || Jane\ncontainer-author: The Team\nillustrator: A || B")
    assert extra.creators == [
        Creator("editor", "Doe", "Jane"),
        Creator("bookAuthor", name="The Team"),
        Creator("illustrator", "A", "B"),
    ]


def test_a_tex_line_names_its_output_and_its_entry_type() -> None:
    extra = parse_extra("tex.note: a\nbiblatex.note: b\nbibtex.note: c\ntex.book.note: d")
    assert [line.value for line in extra.overrides("biblatex", "article")] == ["a", "b"]
    assert [line.value for line in extra.overrides("bibtex", "book")] == ["a", "d", "c"]


@pytest.mark.parametrize("wanted", ["article{x", "comment", "", "a b", "1x"])
def test_an_entry_type_that_would_break_the_file_is_not_followed(wanted: str) -> None:
    assert parse_extra(f"tex.entrytype: {wanted}").entry_type("bibtex") == ""


def test_a_tex_value_in_braces_goes_over_several_lines() -> None:
    lines = parse_extra("tex.note= {One\ntwo}\ntex.isbn: 1\ntex.annote: {open\nJSTOR: 12")
    assert [(each.name, each.value) for each in lines.tex] == [
        ("note", "{One two}"),
        ("isbn", "1"),
        ("annote", "{open"),
    ]
    assert lines.identifiers["jstor"] == "12"


def test_aliases_are_split_at_commas() -> None:
    assert parse_extra("Citation Key Alias: a, b\ntex.ids= c").aliases == ["a", "b", "c"]
