"""Creators become names that BibTeX and BibLaTeX split as their bearers do."""

import pytest

from zsync.core.model import Creator
from zsync.formats.bib.latex import BIBLATEX, BIBTEX, TexForm
from zsync.formats.bib.names import guard_names, render_names


@pytest.mark.parametrize(
    ("family", "given", "bibtex", "biblatex"),
    [
        ("Lovelace", "Ada", "Lovelace, Ada", "Lovelace, Ada"),
        ("Gödel", "Kurt", r"G{\"o}del, Kurt", "Gödel, Kurt"),
        (
            "van Gogh",
            "Vincent",
            "{van Gogh}, Vincent",
            "family=Gogh, given=Vincent, prefix=van, useprefix=true",
        ),
        (
            "Beethoven",
            "Ludwig van",
            "van Beethoven, Ludwig",
            "family=Beethoven, given=Ludwig, prefix=van, useprefix=false",
        ),
        ("King", "Martin Luther, Jr.", "King, Jr., Martin Luther", "King, Jr., Martin Luther"),
        (
            "Stevenson",
            "Adlai E.,! III",
            "Stevenson, III, Adlai E.",
            "family=Stevenson, given=Adlai E., suffix=III, juniorcomma=true",
        ),
        ('"van der Berg"', "Jan", "{van der Berg}, Jan", "{van der Berg}, Jan"),
        ("Da Ponte", "Lorenzo", "Da Ponte, Lorenzo", "Da Ponte, Lorenzo"),
        ("Mies van der Rohe", "Ludwig", "{Mies van der Rohe}, Ludwig", "Mies van der Rohe, Ludwig"),
        ("Smith-Jones", "Ann", "{Smith-Jones}, Ann", "Smith-Jones, Ann"),
        (
            "d'Alembert",
            "Jean le Rond",
            "{d'Alembert}, Jean le Rond",
            "family=Alembert, given=Jean le Rond, prefix=d', useprefix=true",
        ),
        (
            "Este",
            "Beatrice d’",
            r"d'{\null} Este, Beatrice",
            "family=Este, given=Beatrice, prefix=d’, useprefix=false",
        ),
        (
            "Lozovik",
            "Yu. E.",
            r"Lozovik, {\relax Yu}. E.",
            "family=Lozovik, given=Yu. E., given-i={{Yu}}E",
        ),
        (
            "in 't Veld",
            "Jan",
            "{in 't Veld}, Jan",
            "family=Veld, given=Jan, prefix=in 't, useprefix=true",
        ),
        (
            "Hooft",
            "Gerard ’t",
            "'t Hooft, Gerard",
            "family=Hooft, given=Gerard, prefix=’t, useprefix=false",
        ),
        ("Sand", "George and", "Sand, George {and}", "Sand, George {and}"),
        ("And", "and", "{{And}}, {and}", "{{And}}, {and}"),
        (
            "Smith",
            "X, Jr., Esq.",
            "Smith, {Jr., Esq.}, X",
            'family=Smith, given=X, "suffix={Jr., Esq.}"',
        ),
        ("Smith", "- -", "Smith, {- -}", "Smith, - -"),
        ("Plato", "", "{Plato}", "{Plato}"),
        ("", "Homer", "{Homer}", "{Homer}"),
        ("Kim and Lee", "X", "{Kim {and} Lee}, X", "{Kim {and} Lee}, X"),
    ],
)
def test_a_person(family: str, given: str, bibtex: str, biblatex: str) -> None:
    person = [Creator("author", family, given)]
    assert render_names(person, BIBTEX) == bibtex
    assert render_names(person, BIBLATEX) == biblatex


@pytest.mark.parametrize("form", [BIBTEX, BIBLATEX])
def test_an_institution_is_braced_and_others_are_not(form: TexForm) -> None:
    creators = [
        Creator("author", name="Food and Agriculture Organization"),
        Creator("author", name="Others"),
    ]
    assert render_names(creators, form) == "{Food and Agriculture Organization} and others"


def test_the_order_of_the_creators_is_kept() -> None:
    creators = [Creator("author", "Zed", "Z."), Creator("author", "Abe", "A.")]
    assert render_names(creators, BIBTEX) == "Zed, Z. and Abe, A."


def test_nobody_gives_no_names() -> None:
    assert render_names([Creator("author", "\u200b", "")], BIBTEX) == ""


@pytest.mark.parametrize(
    ("typed", "guarded"),
    [
        ("Doe, Jane and {Roe and Co}", "Doe, Jane and {Roe and Co}"),
        (
            "family=Doe, given=Jane, useprefix=true, prefix=van",
            "family=Doe, given=Jane, useprefix=true, prefix=van",
        ),
        ("a, b, c, d", "{a, b, c, d}"),
        ("a,", "{a,}"),
        ("and and Doe", "Doe"),
        ("- -, x", "{- -, x}"),
    ],
)
def test_names_typed_as_latex_are_names_that_styles_can_read(typed: str, guarded: str) -> None:
    assert guard_names(typed) == guarded
