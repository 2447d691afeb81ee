"""Where a paper is archived."""

import pytest

from zsync.formats.bib.eprints import Eprint, eprint_of_address, find_arxiv, find_eprint
from zsync.formats.bib.extra import parse_extra


@pytest.mark.parametrize(
    ("fields", "extra", "found"),
    [
        (
            {"publicationTitle": "arXiv:1407.5694 [math.AG]"},
            "",
            Eprint("arXiv", "1407.5694", "math.AG"),
        ),
        ({}, "arXiv: 1305.4904v2 [quant-ph]", Eprint("arXiv", "1305.4904v2", "quant-ph")),
        ({}, "arXiv:hep-th/9901001", Eprint("arXiv", "hep-th/9901001")),
        (
            {"publicationTitle": "arXiv:hep-th/9901001 [hep-th, gr-qc]"},
            "",
            Eprint("arXiv", "hep-th/9901001", "hep-th"),
        ),
        (
            {},
            "arXiv: math.GT/0309136v2 [math.GT; math.AG]",
            Eprint("arXiv", "math.GT/0309136v2", "math.GT"),
        ),
        ({}, "tex.arxiv: 2005.14165", Eprint("arXiv", "2005.14165")),
        ({"publicationTitle": "Nature"}, "", None),
        ({"url": "https://arxiv.org/abs/2005.14165"}, "", None),
    ],
)
def test_an_arxiv_number_stands_in_the_journal_or_in_extra(
    fields: dict[str, str], extra: str, found: Eprint | None
) -> None:
    assert find_arxiv(fields, parse_extra(extra), is_preprint=False) == found


@pytest.mark.parametrize(
    "fields",
    [
        {"number": "arXiv:2005.14165"},
        {"number": "2005.14165", "publisher": "arXiv"},
        {"DOI": "10.48550/arXiv.2005.14165"},
        {"url": "https://arxiv.org/pdf/2005.14165.pdf"},
        {"url": "http://arxiv.org/abs/2005.14165"},
    ],
)
def test_a_preprint_says_its_number_in_many_places(fields: dict[str, str]) -> None:
    found = find_arxiv({**fields, "section": "cs.CL"}, parse_extra(""), is_preprint=True)
    assert found == Eprint("arXiv", "2005.14165", "cs.CL")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://www.jstor.org/stable/2938351", Eprint("jstor", "2938351")),
        ("http://www.ncbi.nlm.nih.gov/pubmed/24038744", Eprint("pubmed", "24038744")),
        ("https://pubmed.ncbi.nlm.nih.gov/24038744/", Eprint("pubmed", "24038744")),
        ("https://hdl.handle.net/1887/4531", Eprint("hdl", "1887/4531")),
        ("http://books.google.com/books?id=yCQpAQAAMAAJ", Eprint("googlebooks", "yCQpAQAAMAAJ")),
        ("https://example.org/stable/1", None),
        ("", None),
    ],
)
def test_an_address_leads_to_an_archive(url: str, found: Eprint | None) -> None:
    assert eprint_of_address(url) == found


@pytest.mark.parametrize(
    ("fields", "extra", "found"),
    [
        ({"PMID": "123"}, "JSTOR: 9", Eprint("pubmed", "123")),
        ({}, "JSTOR: 9", Eprint("jstor", "9")),
        ({"archive": "JSTOR", "archiveLocation": "77"}, "", Eprint("jstor", "77")),
        ({"archive": "The attic", "archiveLocation": "Box 3"}, "", None),
        ({"publisher": "bioRxiv", "number": "2020.01.02"}, "", Eprint("bioRxiv", "2020.01.02")),
    ],
)
def test_other_archives(fields: dict[str, str], extra: str, found: Eprint | None) -> None:
    item_type = "preprint" if "publisher" in fields else "journalArticle"
    assert find_eprint(fields, parse_extra(extra), item_type) == found


def test_a_dataset_is_wherever_it_is_archived() -> None:
    fields = {"archive": "The attic", "archiveLocation": "Box 3"}
    assert find_eprint(fields, parse_extra(""), "dataset") == Eprint("The attic", "Box 3")
