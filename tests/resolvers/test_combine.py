"""Several answers about one paper."""

from zsync.core.metadata import Metadata
from zsync.core.model import Creator, Identifier
from zsync.resolvers.combine import merge

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
