"""Names of people -> Zotero's creators."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zsync.resolvers.names import creator, person


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Ana Moreno", "Ana", "Moreno"),
        ("Moreno, Ana", "Ana", "Moreno"),
        ("J. K. Rowling", "J. K.", "Rowling"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Laurens van der Maaten", "Laurens", "van der Maaten"),
        ("Van Gool, Luc", "Luc", "Van Gool"),
        ("Alvar, Saeed Ranjbar", "Saeed Ranjbar", "Alvar"),
        ("Martin Luther King Jr.", "Martin Luther, Jr.", "King"),
        ("Martin Luther King, Jr.", "Martin Luther, Jr.", "King"),
        ("King, Jr., Martin Luther", "Martin Luther, Jr.", "King"),
        ("King, Martin Luther, III", "Martin Luther, III", "King"),
        ("Yann LECUN", "Yann", "Lecun"),
        ("Bo LI", "Bo", "LI"),
        ("王 小明", "王", "小明"),
    ],
)
def test_two_fields(name: str, first: str, last: str) -> None:
    found = creator(name)
    assert found
    assert (found.first_name, found.last_name, found.name) == (first, last, "")


@pytest.mark.parametrize(
    "name", ["Plato", "LHCb Collaboration", "Gemini Team", "The UniProt Consortium"]
)
def test_one_field(name: str) -> None:
    found = creator(name)
    assert found
    assert (found.first_name, found.last_name, found.name) == ("", "", name)


def test_a_remark_behind_a_name_is_no_name() -> None:
    assert creator("Ada Quark (for the Example Collaboration)") == creator("Ada Quark")
    assert creator("  ") is None


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_text_is_no_name_or_a_full_one(text: str) -> None:
    found = creator(text)
    assert found is None or bool(found.name) != bool(found.last_name and found.first_name)


def test_parts_that_a_service_gives() -> None:
    assert person("", "Plato").name == "Plato"
    assert person("Ludwig", "van Beethoven").last_name == "van Beethoven"
