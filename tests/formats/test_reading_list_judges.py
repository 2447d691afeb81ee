"""The judges that every reader of the list asks: of hosts, of people, of words."""

import pytest

from zsync.formats.reading_list.hosts import Place, place_of


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://arxiv.org/abs/2101.00001", Place.PAPER),
        ("http://export.arxiv.org/abs/2101.00001", Place.PAPER),
        ("https://notarxiv.org/abs/2101.00001", Place.UNKNOWN),
        ("https://proceedings.example.org/x", Place.PAPER),
        ("https://github.com/a/b", Place.OTHER),
        ("https://github.com/a/b/raw/main/c.pdf", Place.PAPER),
        ("https://huggingface.co/papers/2101.00001", Place.PAPER),
        ("https://huggingface.co/a/b", Place.OTHER),
        ("https://rivers.github.io/maps", Place.PAGE),
        ("https://example.org/x", Place.UNKNOWN),
        ("notes/x.pdf", Place.PAPER),
        ("notes/arxiv.org/x.md", Place.UNKNOWN),
    ],
)
def test_an_address_tells_where_it_leads(url: str, place: Place) -> None:
    assert place_of(url) is place
