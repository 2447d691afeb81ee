"""Letters in ASCII."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.core.cite.romanise import romanise


@pytest.mark.parametrize(
    ("text", "language", "roman"),
    [
        ("Plain 2020", "", "Plain 2020"),
        (
            "Fourier, Poincaré, Ångström, Łukasiewicz",
            "",
            "Fourier, Poincare, Angstrom, Lukasiewicz",
        ),
        ("Øystein Þór, Đặng, Æsop, Œuvre, ﬁn", "", "Oystein Thor, Dang, AEsop, OEuvre, fin"),
        ("İstanbul ılık", "tr", "Istanbul ilik"),
        ("Hawaiʻi", "", "Hawaii"),
        ("x² ½", "", "x2 1⁄2"),
        # A name typed with a combining accent is the same name.
        ("Poincare\u0301", "", "Poincare"),
    ],
)
def test_latin_letters_lose_their_accents(text: str, language: str, roman: str) -> None:
    assert romanise(text, language) == roman


@pytest.mark.parametrize("language", ["de", "de-DE", "de_AT", "ger", "German", "deutsch"])
def test_german_writes_umlauts_out(language: str) -> None:
    assert romanise("Über Größe, ÄPFEL", language) == "Ueber Groesse, AePFEL"


@pytest.mark.parametrize("language", ["", "en", "sv", "Georgian", "fr-DE"])
def test_other_languages_drop_the_dots(language: str) -> None:
    assert romanise("Über Größe", language) == "Uber Grosse"


@pytest.mark.parametrize(
    ("text", "language", "roman"),
    [
        ("Колмогоров Щукин Хрущёв Юрий", "ru", "Kolmogorov Shchukin Hrushchyov Yuriy"),
        ("Анализ клеточной реакции", "", "Analiz kletochnoy reakcii"),
        ("Романько Соловьёв Объезд", "", "Romanko Solovyov Obezd"),
        ("Григорій Щербань Київ Єва", "uk", "Hryhorii Shcherban Kyiv Ieva"),
        ("Щърков Йорданов Цветан", "bg-BG", "Shtarkov Yordanov Tsvetan"),
        ("Ђорђе Његош Љубиша", "sr", "Djordje Njegosh Ljubisha"),
        ("Αριστοτέλης Ψυχή", "el", "Aristotelis Psychi"),
    ],
)
def test_cyrillic_and_greek_are_written_in_latin(text: str, language: str, roman: str) -> None:
    assert romanise(text, language) == roman


@pytest.mark.parametrize("text", ["机器学习", "カタカナ", "서울", "שלום", "हिन्दी", "ภาษาไทย"])
def test_other_scripts_stay_as_they_are(text: str) -> None:
    assert romanise(text) == text


@given(st.text())
def test_it_is_done_once(text: str) -> None:
    assert romanise(romanise(text)) == romanise(text)
