"""Several answers about one paper, and answers about several."""

import pytest

from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Identifier
from zsync.resolvers.combine import first_authors_agree, is_first_author, merge, one_paper

ARXIV = Identifier("arxiv", "2410.00001")
DOI = Identifier("doi", "10.5555/x")


def person(first: str, last: str) -> Creator:
    return Creator("author", last_name=last, first_name=first)


PREPRINT = Metadata(
    "preprint",
    "X: A Title of Several Words",
    (person("Ana", "Moreno"),),
    {
        "repository": "arXiv",
        "DOI": "10.48550/arXiv.2410.00001",
        "abstractNote": "Early.",
        "date": "2024-10-03",
        "extra": "arXiv:2410.00001 [cs.CV]",
        "url": "https://arxiv.org/abs/2410.00001",
    },
    ("cs.CV",),
    (ARXIV,),
    "arXiv",
)
PUBLISHED = Metadata(
    "conferencePaper", "A Title of Several Words", (person("A.", "Moreno"),),
    {"DOI": "10.5555/x", "pages": "1-2", "date": "2025"}, identifiers=(DOI,), source="Crossref",
)  # fmt: skip


def test_the_published_version_with_what_the_preprint_adds() -> None:
    assert merge(PUBLISHED, None, PREPRINT) == Metadata(
        "conferencePaper",
        "A Title of Several Words",
        PUBLISHED.creators,
        {
            "DOI": "10.5555/x",
            "pages": "1-2",
            "date": "2025",
            "abstractNote": "Early.",
            "extra": "arXiv:2410.00001 [cs.CV]",
        },
        ("cs.CV",),
        (DOI, ARXIV),
        "Crossref, arXiv",
    )


def test_one_answer_stays_as_it_is() -> None:
    assert merge(None, None, PREPRINT) == PREPRINT
    assert merge(PUBLISHED, None, None) == PUBLISHED
    assert merge(None, None, None) is None


def test_the_proceedings_page_comes_before_the_preprint() -> None:
    page = Metadata(
        "conferencePaper", "T", (), {"abstractNote": "Printed.", "pages": "9", "url": "https://u"}
    )
    merged = merge(PUBLISHED, page, PREPRINT)
    assert merged
    assert (merged.fields["abstractNote"], merged.fields["pages"]) == ("Printed.", "1-2")
    assert "url" not in merged.fields


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (person("Saeed Ranjbar", "Alvar"), person("Saeed", "Ranjbar Alvar"), True),
        (person("A.", "Moreno"), person("Ana", "Moreno"), True),
        (person("José", "Muñoz"), person("Jose", "Munoz"), True),
        (person("Zhang", "Di"), person("Di", "Zhang"), True),
        (person("Di", "Zhang"), person("Di", "Li"), False),
        (person("Ana", "Moreno"), person("Bo", "Li"), False),
        (Creator("author", name="Example Collaboration"), person("Bo", "Li"), True),
    ],
)
def test_first_authors(one: Creator, other: Creator, same: bool) -> None:
    assert first_authors_agree([one], [other]) is same
    assert first_authors_agree([other], [one]) is same
    assert first_authors_agree([], [one])


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("", True),
        ("Moreno et al.", True),
        ("Ana Moreno, Bo Li", True),
        ("Moreno and Li", True),
        ("Li et al", False),
    ],
)
def test_the_authors_that_a_line_names(line: str, same: bool) -> None:
    assert is_first_author(line, PREPRINT.creators) is same


def test_one_title_and_two_first_authors_are_two_papers() -> None:
    assert one_paper(PREPRINT, PUBLISHED)
    other = Metadata("conferencePaper", PUBLISHED.title, (person("Bo", "Li"),))
    assert not one_paper(PREPRINT, other)
