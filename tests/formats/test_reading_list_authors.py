"""Authors as a list writes them."""

import pytest

from zsync.formats.reading_list.authors import learn_authors, write_authors

NAMES = "Alexey Dosovitskiy, Lucas Beyer, Jean-Luc Picard, Aaron van den Oord"


@pytest.mark.parametrize(
    ("neighbour", "expected"),
    [
        ("Mathilde Caron, Hugo Touvron", NAMES),
        (
            "Mathilde Caron, Hugo Touvron, and Ishan Misra",
            "Alexey Dosovitskiy, Lucas Beyer, Jean-Luc Picard, and Aaron van den Oord",
        ),
        (
            "M. Caron, H. Touvron and I. Misra",
            "A. Dosovitskiy, L. Beyer, J.-L. Picard and A. van den Oord",
        ),
        ("Caron et al.", "Dosovitskiy et al."),
        ("Mathilde Caron, Hugo Touvron, et al.", "Alexey Dosovitskiy, Lucas Beyer, et al."),
        (
            "Mathilde Caron; Hugo Touvron",
            "Alexey Dosovitskiy; Lucas Beyer; Jean-Luc Picard; Aaron van den Oord",
        ),
        ("", NAMES),
    ],
)
def test_names_are_written_as_the_neighbours_write_them(neighbour: str, expected: str) -> None:
    assert write_authors(NAMES, learn_authors([neighbour, neighbour])) == expected


def test_one_author_needs_nothing_to_be_joined_by() -> None:
    style = learn_authors(["Mathilde Caron, Hugo Touvron, and Ishan Misra"])
    assert write_authors("Yann LeCun", style) == "Yann LeCun"


def test_an_institution_keeps_its_name() -> None:
    assert write_authors("OpenAI", learn_authors(["M. Caron, H. Touvron"])) == "OpenAI"
