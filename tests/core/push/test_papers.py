"""Which entries and records name one paper."""

from dataclasses import replace

import pytest

from zsync.core.metadata import Metadata
from zsync.core.model import Checkbox, Creator, Entry, Link
from zsync.core.push.paper import Papers


def line(title: str, url: str = "", short: str | None = None, year: int | None = None) -> Entry:
    links = (Link("Paper", url),) if url else ()
    return Entry(1, ("L",), Checkbox.NONE, short, title, year=year, links=links)


ARXIV = "https://arxiv.org/abs/2501.0000{}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (line("A Paper"), line("a paper.")),
        (line("A Paper", ARXIV.format(1)), line("A Paper", "https://a.example/pdf")),
        (line("Rest of It", short="Net"), line("Net: Rest of It")),
        (line("A Paper", ARXIV.format(1)), line("", ARXIV.format(1))),
        (
            line("Multimodel Networks", ARXIV.format(1)),
            line("Multimodal Networks", ARXIV.format(1)),
        ),
        (line("A Paper of Some Length", year=2023), line("A Paper of Some Length", year=2024)),
    ],
)
def test_these_are_one_paper(one: Entry, other: Entry) -> None:
    papers = Papers()
    assert papers.add(one, None) is papers.add(other, None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (line("A Paper"), line("Another Paper")),
        (line("A Paper", ARXIV.format(1)), line("A Paper", ARXIV.format(2))),
        (line("A Paper", ARXIV.format(1)), line("Of Something Else", ARXIV.format(1))),
        (line("A Survey", year=2015), line("A Survey", year=2024)),
        (line("A Survey", year=2023), line("A Survey", year=2024)),
    ],
)
def test_these_are_two(one: Entry, other: Entry) -> None:
    papers = Papers()
    assert papers.add(one, None) is not papers.add(other, None)


def test_two_papers_that_link_to_a_third_are_two() -> None:
    base = Link("Code of", ARXIV.format(9))
    one, other = (
        replace(line(f"Counting Small Waders on {where} Pictures of Mud"), links=links)
        for where, links in (
            ("Aerial", (Link("Paper", ARXIV.format(1)), base)),
            ("Satellite", (Link("Paper", "https://a.example/pdf"), base)),
        )
    )
    papers = Papers()
    assert papers.add(one, None) is not papers.add(other, None)


def test_papers_of_one_title_by_different_people_are_two() -> None:
    papers = Papers()
    first, second = (
        Metadata("book", "Deep Learning", (Creator("author", name),))
        for name in ("LeCun", "Goodfellow")
    )
    entry = line("Deep Learning")
    assert papers.add(entry, first) is not papers.add(entry, second)
    assert len(papers.found) == 2


def test_two_records_are_never_one_paper() -> None:
    papers = Papers()
    entry = line("Deep Learning")
    assert papers.add(entry, None, record="one") is not papers.add(entry, None, record="two")


def test_what_is_known_of_a_later_entry_is_known_of_the_paper() -> None:
    papers = Papers()
    metadata = Metadata("book", "Deep Learning")
    paper = papers.add(line("Deep Learning"), None)
    papers.add(line("Deep Learning"), metadata)
    assert paper.metadata == metadata
