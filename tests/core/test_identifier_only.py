"""Entries that are an identifier and nothing else, and what every entry is known by."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.core.identifier_only import identifiers_of, is_identifier_only, whole_title
from zsync.core.model import Checkbox, Entry, Identifier, Link

ARXIV = Identifier("arxiv", "2410.02712")


def entry(title: str, *urls: str, short: str | None = None) -> Entry:
    links = tuple(Link("Paper", url) for url in urls)
    return Entry(1, ("Papers",), Checkbox.UNCHECKED, short, title, links=links)


@pytest.mark.parametrize(
    ("title", "identifier"),
    [
        ("2410.02712", ARXIV),
        ("arXiv:2410.02712", ARXIV),
        ("arXiv:2410.02712v2 [cs.CV]", ARXIV),
        ("arXiv preprint arXiv:2410.02712", ARXIV),
        ("hep-th/9901001", Identifier("arxiv", "hep-th/9901001")),
        ("10.1109/CVPR.2016.90", Identifier("doi", "10.1109/cvpr.2016.90")),
        ("doi:10.1038/nature14539.", Identifier("doi", "10.1038/nature14539")),
        ("DOI: 10.1038/nature14539", Identifier("doi", "10.1038/nature14539")),
        ("<https://arxiv.org/abs/2410.02712>", ARXIV),
        ("ISBN 978-0-262-03561-3", Identifier("isbn", "9780262035613")),
    ],
)
def test_an_identifier_in_place_of_the_title(title: str, identifier: Identifier) -> None:
    assert is_identifier_only(entry(title))
    assert identifiers_of(entry(title)) == (identifier,)
    assert whole_title(entry(title)) == ""


@pytest.mark.parametrize(
    "title",
    [
        "Notes on arXiv:2410.02712",
        "arXiv:2410.02712 revisited",
        "Attention",
        "2023 in review",
        "A reply to 10.1038/nature14539",
    ],
)
def test_a_title_that_only_mentions_an_identifier(title: str) -> None:
    assert not is_identifier_only(entry(title))
    assert identifiers_of(entry(title)) == ()


def test_a_link_and_no_title() -> None:
    bare = entry("", "https://arxiv.org/abs/2410.02712v1")
    assert is_identifier_only(bare)
    assert identifiers_of(bare) == (ARXIV,)


def test_the_identifier_that_was_typed_comes_before_those_of_the_links() -> None:
    doi = Identifier("doi", "10.1038/nature14539")
    both = entry("10.1038/nature14539", "https://arxiv.org/abs/2410.02712")
    assert identifiers_of(both) == (doi, ARXIV)
    assert identifiers_of(entry("arXiv:2410.02712", "https://arxiv.org/abs/2410.02712")) == (ARXIV,)


def test_an_entry_with_a_short_name_is_not_bare() -> None:
    named = entry("", "https://arxiv.org/abs/2410.02712", short="LLaVA-Critic")
    assert not is_identifier_only(named)
    assert whole_title(named) == "LLaVA-Critic"


def test_the_short_name_stands_in_front_of_the_title_once() -> None:
    assert whole_title(entry("Learning", short="X")) == "X: Learning"
    assert whole_title(entry("BERT: Pre-training", short="BERT")) == "BERT: Pre-training"


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_any_title_is_a_title_or_an_identifier(title: str) -> None:
    assert is_identifier_only(entry(title)) == (
        not title.strip() or bool(identifiers_of(entry(title)))
    )
