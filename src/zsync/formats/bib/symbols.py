"""One character -> the LaTeX that prints it, with nothing but T1, textcomp and amssymb loaded.

Sources: the encoding files of LaTeX (``t1enc.dfu``, ``ts1enc.dfu``) for text, the tables of the AMS fonts for
mathematics. What has no macro there (Cyrillic, CJK, emoji) stays itself.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from zsync.data import rows

_ACCENTS: Final = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0326": "textcommabelow",
    "\u0327": "c",
    "\u0328": "k",
    "\u0331": "b",
}
_MATH_ACCENTS: Final = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0304": "bar",
    "\u0305": "overline",
    "\u0306": "breve",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u030c": "check",
    "\u20d7": "vec",
}
HORN: Final = "\u031b"
HORN_COMMAND: Final = r"\negthinspace\textquoteright"
"""What stands for a Vietnamese letter's horn, which T1 lacks: an apostrophe close behind the letter."""
OPENING: Final = "\x02"
CLOSING: Final = "\x03"
SPECIALS: Final = {
    OPENING: r"\{",
    CLOSING: r"\}",
    "\\": r"\textbackslash",
    "{": r"\textbraceleft",
    "}": r"\textbraceright",
    "~": r"\textasciitilde",
    "^": r"\textasciicircum",
    "|": r"\textbar",
    "<": "{$<$}",
    ">": "{$>$}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "\u00a0": "~",
    "\u00ad": r"\-",
    "\u2009": r"\,",
    "\u202f": r"\,",
}
"""What TeX would act on. The two stand-ins are for braces that pair up."""

_LETTERS: Final = {
    "Æ": r"\AE", "æ": r"\ae", "Œ": r"\OE", "œ": r"\oe", "Ø": r"\O", "ø": r"\o",
    "Å": r"\AA", "å": r"\aa", "Ł": r"\L", "ł": r"\l", "ß": r"\ss", "ı": r"\i", "ȷ": r"\j",
    "Đ": r"\DJ", "đ": r"\dj", "Ð": r"\DH", "ð": r"\dh", "Þ": r"\TH", "þ": r"\th",
    "Ŋ": r"\NG", "ŋ": r"\ng", "ẞ": r"\SS", "Ĳ": r"\IJ", "ĳ": r"\ij", "ŉ": "'n",
    "Ŀ": r"{L\textperiodcentered}", "ŀ": r"{l\textperiodcentered}",
    "Ǆ": r"D\v Z", "ǅ": r"D\v z", "ǆ": r"d\v z", "ƒ": r"\textflorin",
    "ʼ": "'", "ʹ": "'", "ʾ": "'", "ʿ": "`", "ʻ": "`", "ʺ": "''",
}  # fmt: skip
_SYMBOLS: Final = {
    "–": "--", "—": "---", "―": "---", "‐": "-", "‑": "-", "‒": "--", "─": "-", "⸺": "---",
    "‘": "`", "’": "'", "‛": "`", "‚": r"\quotesinglbase", "“": "``", "”": "''", "‟": "``",
    "„": r"\quotedblbase", "«": r"\guillemotleft", "»": r"\guillemotright",
    "‹": r"\guilsinglleft", "›": r"\guilsinglright", "…": r"\dots", "¿": "?`", "¡": "!`",
    "§": r"\S", "¶": r"\P", "†": r"\dag", "‡": r"\ddag", "©": r"\copyright", "£": r"\pounds",
    "№": r"\textnumero", "⁄": r"\textfractionsolidus",
    **{char: rf"\text{name}" for char, name in rows("text_symbols")},
}  # fmt: skip
_LATIN_LIKE: Final = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
MATH: Final = {
    **{char: f"\\{name}" for char, name in rows("math_symbols")},
    **{greek: rf"\mathrm{{{latin}}}" for greek, latin in _LATIN_LIKE.items()},
    "−": "-",
    "∕": "/",
    "∶": ":",
    "≔": ":=",
    "°": r"^{\circ}",
    "″": r"\prime\prime",
    "‴": r"\prime\prime\prime",
    "∬": r"\int\int",
    "∭": r"\int\int\int",
    "∌": r"\not\ni",
    "≄": r"\not\simeq",
    "≉": r"\not\approx",
    "≢": r"\not\equiv",
    "⊄": r"\not\subset",
    "⊅": r"\not\supset",
}
"""Characters that TeX prints in mathematics only."""

ACCENT_COMMANDS: Final = {
    command: mark for table in (_MATH_ACCENTS, _ACCENTS) for mark, command in table.items()
}
"""Commands for accents, without their backslash -> the combining mark."""

SYMBOL_COMMANDS: Final = {
    command[1:]: char
    for table in (MATH, _SYMBOLS, _LETTERS)
    for char, command in reversed(table.items())
    if re.fullmatch(r"\\[A-Za-z]+", command)
}
"""Commands that stand for one character, without their backslash -> the character."""

_MATH_ALPHABETS: Final = {
    "BOLD": "mathbf",
    "DOUBLE-STRUCK": "mathbb",
    "BLACK-LETTER": "mathfrak",
    "FRAKTUR": "mathfrak",
    "SCRIPT": "mathcal",
    "SANS-SERIF": "mathsf",
    "MONOSPACE": "mathtt",
    "ITALIC": "mathit",
}
_CAPITALS_ONLY: Final = frozenset({"mathbb", "mathcal"})


def _shifted(kind: str) -> dict[str, str]:
    """The raised or lowered forms that Unicode has of ASCII characters."""
    blocks = (
        *range(0xB2, 0xBA),
        *range(0x2B0, 0x2E5),
        *range(0x1D2C, 0x1D6B),
        *range(0x2070, 0x209D),
    )
    forms = (chr(code) for code in blocks if unicodedata.decomposition(chr(code)).startswith(kind))
    plain = ((form, unicodedata.normalize("NFKC", form).replace("−", "-")) for form in forms)
    return {form: base for form, base in plain if base.isascii()}


RAISED: Final = _shifted("<super>")
LOWERED: Final = _shifted("<sub>")


@lru_cache(maxsize=4096)
def macro(char: str) -> str:
    """The LaTeX for one character with its combining marks, or the character itself.

    A run of raised or lowered characters counts as one.
    """
    for table in (SPECIALS, _LETTERS, _SYMBOLS):
        if char in table:
            return table[char]
    if char in MATH:
        return f"{{${MATH[char]}$}}"
    for sign, shifted in (("^", RAISED), ("_", LOWERED)):
        if char[0] in shifted:
            plain = "".join(map(shifted.__getitem__, char))
            argument = plain if len(plain) == 1 and not plain.isdigit() else f"{{{plain}}}"
            return f"{{${sign}{argument}$}}"
    return _accented(char) or _styled(char) or "".join(SPECIALS.get(part, part) for part in char)


def _accented(char: str) -> str:
    decomposed = unicodedata.normalize("NFD", char)
    base, marks = decomposed[0], decomposed[1:]
    if not marks:
        return ""
    if HORN in marks and base.isascii():
        return _horned(base, marks.replace(HORN, ""))
    if _ACCENTS.keys() >= set(marks) and (base in _LETTERS or (base.isascii() and base.isalpha())):
        return _text_accents(_LETTERS.get(base, base), marks)
    in_math = MATH.get(base, base)
    if _MATH_ACCENTS.keys() >= set(marks) and (base in MATH or (base.isascii() and base.isalnum())):
        for mark in marks:
            in_math = f"\\{_MATH_ACCENTS[mark]}{{{in_math}}}"
        return f"{{${in_math}$}}"
    return ""


def _horned(letter: str, marks: str) -> str:
    if not _ACCENTS.keys() >= set(marks):
        return ""
    accented = _text_accents(letter, marks) if marks else rf"\relax {letter}"
    return f"{{{accented}{HORN_COMMAND}}}"


def _text_accents(letter: str, marks: str) -> str:
    for mark in marks:
        accent = _ACCENTS[mark]
        argument = letter if len(letter) == 1 else f"{{{letter}}}"
        space = " " if accent.isalpha() and len(argument) == 1 else ""
        letter = f"\\{accent}{space}{argument}"
    return letter


def _styled(char: str) -> str:
    """A letter of a mathematical alphabet, a fraction, or another form of what ASCII has."""
    kind, _, _ = unicodedata.decomposition(char[0]).partition(" ")
    plain = unicodedata.normalize("NFKC", char)
    if kind == "<fraction>":
        above, _, below = plain.partition("\u2044")
        return rf"{{$\frac{{{above}}}{{{below}}}$}}"
    if kind == "<font>":
        return _math_letter(char, plain)
    if kind in ("<square>", "<compat>") and plain.isascii():
        return "".join(SPECIALS.get(part, part) for part in plain)
    return ""


def _math_letter(char: str, plain: str) -> str:
    style = next((style for style in _MATH_ALPHABETS if style in unicodedata.name(char[0])), "")
    alphabet = _MATH_ALPHABETS.get(style, "")
    letter = MATH.get(plain, plain)
    if plain != letter or not alphabet or (alphabet in _CAPITALS_ONLY and not plain.isupper()):
        return f"{{${letter}$}}" if plain.isascii() or plain in MATH else ""
    return rf"{{$\{alphabet}{{{letter}}}$}}" if plain.isascii() else ""
