"""Latin, Cyrillic and Greek letters as ASCII, for citation keys.

Cyrillic is written as Better BibTeX's tests have it (ya, yu, c for ц); Ukrainian and Bulgarian follow
their national rules. The tables are kept here, not taken from a library: a key must come out the same on
every machine and with every release, and other scripts are to stay as they are.

anyascii gave nearly the same keys on the cases here for 2.6 MB and 53 ms of import; Unidecode and
text-unidecode lost 11 of 49; all three would romanise Chinese. For BibTeX a family name of East Asia is
read by a table of the usual ones (``family_names``), since reading any character takes a dictionary
(pypinyin's: 3 MB).
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_LETTERS: Final = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "ŋ": "n", "ħ": "h",
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
    "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y",
    "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "є": "ie", "ґ": "g", "ђ": "dj", "ј": "j",
    "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѕ": "dz",
    "α": "a", "β": "b", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
})  # fmt: skip
_GERMAN: Final = {"ä": "ae", "ö": "oe", "ü": "ue"}
_UKRAINIAN: Final = {"г": "h", "и": "y", "й": "i", "х": "kh", "ц": "ts", "ю": "iu", "я": "ia"}
_BULGARIAN: Final = {"ц": "ts", "щ": "sht", "ъ": "a"}
_LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {
    name: letters
    for names, letters in (
        ("de deu ger german deutsch ngerman austrian swissgerman nswissgerman", _GERMAN),
        ("uk ukr ukrainian українська", _UKRAINIAN),
        ("bg bul bulgarian български", _BULGARIAN),
    )
    for name in names.split()
}
_LIGATURES: Final = "æœß"
_LAST_WITH_ACCENTS: Final = "\u052f"
"""The end of Cyrillic: in the scripts behind it a mark makes another letter, it is no accent."""


def romanise(text: str, language: str = "") -> str:
    """The text with its Latin, Cyrillic and Greek letters in ASCII; other scripts stay as they are.

    ``language`` is Zotero's field: a tag or a name, in any form. It decides how German umlauts and some
    Cyrillic letters are written.
    """
    if text.isascii():
        return text
    own = _LANGUAGES.get(re.split(r"[\W_]", language.strip().casefold())[0], {})
    return "".join(
        char if char.isascii() else _in_case(char, own)
        for char in unicodedata.normalize("NFC", text)
    )


def _in_case(char: str, own: Mapping[str, str]) -> str:
    small = char.lower()
    roman = own.get(small) or _plain(small)
    if roman == small:
        return char
    if char == small:
        return roman
    return roman.upper() if small in _LIGATURES else roman.capitalize()


def _plain(small: str) -> str:
    # Some letters with an accent are read as a whole.
    if (known := small.translate(_LETTERS)) != small:
        return known
    base = unicodedata.normalize("NFKD", small)
    if base[0] > _LAST_WITH_ACCENTS and not base.isascii():
        return small
    letters = "".join(each for each in base if unicodedata.category(each) not in ("Mn", "Lm"))
    return letters.translate(_LETTERS)
