"""The form of entries of any shape, learned from their heads."""

from collections.abc import Iterator, Sequence

import pytest

from zsync.core.edits import AddEntry
from zsync.core.model import EntryDraft, Link
from zsync.formats.reading_list import edit, parse
from zsync.formats.reading_list.dialect import Dialect
from zsync.formats.reading_list.fields import Fields, Span
from zsync.formats.reading_list.form import joining, learn_form, usual_gap
from zsync.formats.reading_list.inline import LinkSpan, find_links
from zsync.formats.reading_list.new_entry import NewHead, like
from zsync.formats.reading_list.venues import VenueSpan, VenueStyle

TITLE, VENUE, AUTHORS = "Emerging Properties", "ICCV", "Mathilde Caron, Hugo Touvron"
DRAFT = EntryDraft(
    False,
    None,
    TITLE,
    VENUE,
    2021,
    "https://d.org",
    (Link("Code", "https://c.org"),),
    None,
    AUTHORS,
)


def span(head: str, text: str) -> Span | None:
    start = head.find(text)
    return (start, start + len(text)) if text and start >= 0 else None


class Known:
    """A shape that knows its titles, authors and venues: what is tested is how they are written."""

    name = "known"

    def __init__(self, titles: Sequence[str], authors: Sequence[str]) -> None:
        self.titles = titles
        self.authors = authors

    def read(self, head: str) -> Fields | None:
        title = next((found for each in self.titles if (found := span(head, each))), None)
        if title is None:
            return None
        authors = next((found for each in self.authors if (found := span(head, each))), None)
        return Fields(0, -1, None, None, title, venue(head), links(head), False, authors)


def venue(head: str) -> VenueSpan | None:
    for name, year in (("CVPR", 2020), ("ICCV", 2021)):
        if found := span(head, f"{name} {year}"):
            return VenueSpan(*found, name, year, VenueStyle("", " "))
    return None


def links(head: str) -> list[LinkSpan]:
    return find_links(head)


def ways(
    shape: "Known", heads: Sequence[tuple[str, Fields]], draft: EntryDraft = DRAFT
) -> Iterator[NewHead]:
    return like(Dialect(shape, heads, learn_form(heads)), draft, 0)


def written(first: str, second: str, draft: EntryDraft = DRAFT) -> str | None:
    """A new entry beside two that are called One and Two, by Ann A, Bob B and by Cem C, Dan D."""
    shape = Known(["One", "Two", TITLE], ["Ann A, Bob B", "Cem C, Dan D", AUTHORS])
    heads = [(head, fields) for head in (first, second) if (fields := shape.read(head))]
    return next((head.text for head in ways(shape, heads, draft)), None)


def both(form: str) -> str | None:
    one = form.format("One", "Ann A, Bob B", "CVPR 2020", "https://1.org", "https://1c.org")
    two = form.format("Two", "Cem C, Dan D", "CVPR 2020", "https://2.org", "https://2c.org")
    return written(one, two)


@pytest.mark.parametrize(
    "form",
    [
        "**{0}**\\\n*{1}*\\\n{2}. [[Paper]({3})] [[Code]({4})]",
        "**{0}.**<br>\n{1}.<br>\n{2}. [PDF]({3}) | [Code]({4})",
        "1. **{0}**  \n   {1}\n   {2} ([paper]({3}), [Code]({4}))",
        "**{0}**\n\n- Paper: {3}\n- Code: {4}",
        "- {0}\n  - {1}\n  - Venue: {2}\n  - Links: [abs]({3}) / [Code]({4})",
        '{1}. "**{0}**." {2}. [paper]({3}) [Code]({4})',
    ],
)
def test_what_both_neighbours_have_is_form(form: str) -> None:
    expected = form.format(TITLE, AUTHORS, "ICCV 2021", "https://d.org", "https://c.org")
    assert both(form) == expected


def test_what_only_one_entry_has_is_its_own() -> None:
    assert (
        written(
            "**One** ⭐ (Oral)\nAnn A, Bob B\n#nlp\n[Paper](https://1.org)",
            "**Two**\nCem C, Dan D\n#vision\n[Paper](https://2.org) ![s](https://s.org/2)",
        )
        == f"**{TITLE}**\n{AUTHORS}\n[Paper](https://d.org) [Code](https://c.org)"
    )


def test_a_single_neighbour_teaches_its_lines_and_not_its_words() -> None:
    shape = Known(["One", TITLE], ["Ann A, Bob B", AUTHORS])
    head = "**One** (best paper)\nAnn A, Bob B, at home\n[Paper](https://1.org) worth it"
    fields = shape.read(head)
    assert fields is not None
    first = next(ways(shape, [(head, fields)]))
    assert first.text == f"**{TITLE}**\n{AUTHORS}\n[Paper](https://d.org) [Code](https://c.org)"


def test_numbers_go_on() -> None:
    assert (
        written(
            "**[12]** **One** [Paper](https://1.org)", "**[13]** **Two** [Paper](https://2.org)"
        )
        == f"**[14]** **{TITLE}** [Paper](https://d.org) [Code](https://c.org)"
    )


def test_a_date_in_front_is_no_number() -> None:
    assert (
        written(
            "[2024/03] **One** [Paper](https://1.org)", "[2024/05] **Two** [Paper](https://2.org)"
        )
        == f"**{TITLE}** [Paper](https://d.org) [Code](https://c.org)"
    )


def test_a_year_that_all_have_is_still_their_own() -> None:
    head = written(
        "**One** [Paper](https://1.org) (2020).", "**Two** [Paper](https://2.org) (2020)."
    )
    assert head == f"**{TITLE}** [Paper](https://d.org) [Code](https://c.org)"


def test_a_label_that_names_its_paper_is_not_copied() -> None:
    head = written("One. [Ames (1961)](https://1.org)", "Two. [Boole (1962)](https://2.org)")
    assert head == f"{TITLE}. [Paper](https://d.org) [Code](https://c.org)"


def test_where_the_short_name_is_the_link_a_title_without_one_is() -> None:
    heads = ["- [ONE](https://1.org): A First Paper\n", "- [TWO](https://2.org): A Second Paper\n"]
    text = "".join(heads)
    draft = EntryDraft(False, None, TITLE, url="https://d.org")
    after = edit(parse(text), [AddEntry(draft, ())]).reading_list.text
    assert after == f"{text}- [{TITLE}](https://d.org)\n"


def test_a_venue_that_no_neighbour_names_is_not_written() -> None:
    head = written("**One**\n[Paper](https://1.org)", "**Two**\n[Paper](https://2.org)")
    assert head == f"**{TITLE}**\n[Paper](https://d.org) [Code](https://c.org)"


def test_an_entry_without_a_field_that_the_neighbours_have_joins_the_others() -> None:
    bare = EntryDraft(False, None, TITLE, url="https://d.org")
    form = "**{}**\n*{}*\n{}. [Paper]({})"
    assert (
        written(
            form.format("One", "Ann A, Bob B", "CVPR 2020", "https://1.org"),
            form.format("Two", "Cem C, Dan D", "CVPR 2020", "https://2.org"),
            bare,
        )
        == f"**{TITLE}**\n[Paper](https://d.org)"
    )


def test_what_does_not_read_back_is_not_written() -> None:
    shape = Known(["One", "Two"], [])
    heads = [
        (head, fields)
        for head in ("**One** [Paper](https://1.org)", "**Two** [Paper](https://2.org)")
        if (fields := shape.read(head))
    ]
    assert not [*ways(shape, heads)]


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (". ", ". "),
        (" ⭐ ", " "),
        (". ⭐ ", ". "),
        (" | Google | ", " | "),
        (" (Oral) ", " "),
        (" by Ann-Lee, M. ", ", "),
        (" <br>", " <br>"),
        (" ![s](https://s.org) <br/>\n", " <br/>\n"),
        ("  \n", "  \n"),
        ("words", ""),
    ],
)
def test_what_of_a_gap_can_join_two_fields(gap: str, expected: str) -> None:
    assert joining(gap) == expected


def test_a_line_that_half_of_the_gaps_have_is_form() -> None:
    seen = ["\n- a: 1\n- Code: ", "\n- a: 2\n- Code: ", "\n- Code: "]
    assert usual_gap(seen, " ") == "\n- Code: "
