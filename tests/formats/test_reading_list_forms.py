"""Every form that people write: what is read of it, and how a new entry is written in it.

A form is what the lines of a section have in common. Each has its files in ``reading_list/forms/``:
``NAME.before.md`` is a list that is written so, with what is not a paper beside it; ``NAME.json`` says every
entry that is to be read (what is not said is not there), and what is to be added; ``NAME.after.md`` is the
list with that. A form may have nothing to add. A ``remark`` is what an author says of the paper on the
entry's own line: it may be read as its note, or left alone.

A form that is not read or not written as its files say stands in one of the sets below. Once it is, its name
goes from there: the tests insist on it.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from zsync.core.edits import AddEntry
from zsync.core.model import Checkbox, Entry, EntryDraft, Link
from zsync.formats.reading_list import edit, parse

FORMS = Path(__file__).parent / "reading_list" / "forms"
NAMES = sorted(path.name.removesuffix(".before.md") for path in FORMS.glob("*.before.md"))
WRITTEN = [name for name in NAMES if (FORMS / f"{name}.after.md").exists()]

#: Forms of which some paper is not found, or found with another title or other addresses.
NOT_READ: frozenset[str] = frozenset(
    [
        "a_heading_with_the_paper_below",
        "gb_t_7714_references",
        "titles_as_headings_with_prose_below",
    ]
)
#: Forms whose papers are found, while another of their fields is not read as it stands there.
NOT_IN_FULL: frozenset[str] = frozenset(
    [
        "a_link_in_angle_brackets_by_somebody",
        "a_dash_names_and_the_year",
        "a_doi_link_named_by_a_rare_venue",
        "a_heading_of_topic_and_paragraphs_of_one_line",
        "a_link_of_author_and_year",
        "a_note_behind_the_year",
        "a_paragraph_each_for_title_names_and_links",
        "a_paragraph_of_keys",
        "a_person_a_colon_a_linked_title",
        "acm_references",
        "an_html_table",
        "apa_references",
        "footnotes_with_the_address",
        "html_anchors_in_bullets",
        "ieee_references",
        "mla_references_behind_a_day",
        "names_a_colon_and_the_title",
        "names_and_venue_in_bullets_below",
        "names_before_the_title_by_full_stops",
        "notes_in_the_cells_of_a_table",
        "quotations",
        "year_venue_and_title_joined_by_hyphens",
    ]
)
#: Forms in which a new entry is not written as the others are.
NOT_WRITTEN: frozenset[str] = frozenset(
    [
        "a_bare_address_behind_the_title",
        "a_bold_title_alone",
        "a_dash_names_and_the_year",
        "a_doi_link_named_by_a_rare_venue",
        "a_heading_of_topic_and_paragraphs_of_one_line",
        "a_link_in_angle_brackets_by_somebody",
        "a_link_of_author_and_year",
        "a_note_behind_the_year",
        "a_number_and_a_chinese_book_title",
        "a_number_in_brackets_before_the_link",
        "a_quoted_title_with_names_and_venue",
        "acm_references",
        "apa_references",
        "ieee_references",
        "in_and_an_emphasised_venue",
        "names_a_colon_and_the_title",
        "names_before_the_title_by_full_stops",
        "the_year_before_the_title_inside_the_link",
        "title_names_and_venue_by_full_stops",
        "title_year_names_and_a_bracketed_link",
        "unindented_lines_below_a_bullet",
        "year_venue_and_title_joined_by_hyphens",
    ]
)


def known_to_fail(names: list[str], failing: frozenset[str]) -> list[Any]:
    mark = pytest.mark.xfail(reason="this form is not mastered yet", strict=True)
    return [pytest.param(name, marks=[mark] if name in failing else []) for name in names]


def text(name: str, kind: str) -> str:
    return (FORMS / f"{name}.{kind}.md").read_bytes().decode()


@cache
def said(name: str) -> Any:
    return json.loads((FORMS / f"{name}.json").read_text("utf-8"))


def wanted(name: str) -> tuple[Entry, ...]:
    return tuple(wanted_entry(each) for each in said(name)["entries"])


def without_remarks(name: str, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    remarks = {(each["line"], each.get("remark")) for each in said(name)["entries"]}
    return tuple(
        replace(entry, note=None) if (entry.line, entry.note) in remarks else entry
        for entry in entries
    )


def wanted_entry(each: dict[str, Any]) -> Entry:
    return Entry(
        line=each["line"],
        section=tuple(each["section"]),
        checkbox=Checkbox(each.get("box", "none")),
        short=each.get("short"),
        title=each["title"],
        venue=each.get("venue"),
        year=each.get("year"),
        authors=each.get("authors"),
        links=tuple(Link(**link) for link in each.get("links", ())),
        note=each.get("note"),
    )


def addition(name: str) -> AddEntry:
    add = said(name)["add"]
    links = tuple(Link(**link) for link in add["draft"].get("links", ()))
    return AddEntry(EntryDraft(**{**add["draft"], "links": links}), tuple(add["section"]))


def gist(entry: Entry) -> tuple[int, tuple[str, ...], str, set[str]]:
    return entry.line, entry.section, entry.title, {link.url for link in entry.links}


def test_every_name_that_fails_is_the_name_of_a_form() -> None:
    assert set(NAMES) >= NOT_READ | NOT_IN_FULL
    assert set(WRITTEN) >= NOT_WRITTEN
    assert not NOT_READ & NOT_IN_FULL


@pytest.mark.parametrize("name", known_to_fail(NAMES, NOT_READ))
def test_all_papers_and_nothing_else_are_read(name: str) -> None:
    assert list(map(gist, parse(text(name, "before")).entries)) == list(map(gist, wanted(name)))


@pytest.mark.parametrize("name", known_to_fail(NAMES, NOT_READ | NOT_IN_FULL))
def test_all_that_is_plainly_said_is_read(name: str) -> None:
    assert without_remarks(name, parse(text(name, "before")).entries) == wanted(name)


@pytest.mark.parametrize("name", known_to_fail(WRITTEN, NOT_WRITTEN))
def test_a_new_entry_is_written_as_the_others_are(name: str) -> None:
    after = edit(parse(text(name, "before")), [addition(name)]).reading_list.text
    assert after == text(name, "after")


@pytest.mark.parametrize("name", WRITTEN)
def test_the_files_of_a_form_add_one_entry_and_change_nothing_else(name: str) -> None:
    rest = iter(text(name, "after").split("\n"))
    assert all(any(line == other for other in rest) for line in text(name, "before").split("\n"))
