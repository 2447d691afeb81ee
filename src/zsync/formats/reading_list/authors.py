"""How a list writes the authors of a paper: learned from its entries, and names written that way."""

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from zsync.core.patterns import regex
from zsync.formats.reading_list.traits import most_usual

_ET_AL = regex(
    r"(?P<join>[,，]?\s*)(?P<said>\(?et\.? al\.?\)?|等人?\.?|…|\.\.\.)\s*\Z", re.IGNORECASE
)
_LAST_JOIN = regex(r"(?:[,，]\s*|\s+)(?:and|&|和)\s+(?!.*\s(?:and|&)\s)")
_BETWEEN = regex(r"\s*[;；]\s*|\s*[,，、]\s*")
_INITIAL = regex(r"(?:[^\W\d_]\.?-?)+\.?\Z")


class Names(Enum):
    """How much of a name is written."""

    FULL = "full"
    INITIALS = "initials"
    FAMILY = "family"


class AuthorStyle(NamedTuple):
    """How authors are written: ``last`` joins the last of them, ``most`` is how many stand before et al."""

    names: Names = Names.FULL
    between: str = ", "
    last: str = ", "
    most: int = 0
    et_al: str = " et al."


def learn_authors(texts: Sequence[str]) -> AuthorStyle:
    """The usual style of some entries' authors, as they read without markup."""
    styles = [_style(text) for text in texts if text.strip()]
    counted = [style for style in styles if style.most]
    several = [style for style in styles if style.last]
    is_cut = 2 * len(counted) > len(styles)
    return AuthorStyle(
        most_usual([style.names for style in styles], Names.FULL),
        most_usual([style.between or None for style in styles], ", "),
        most_usual([style.last for style in several], ", "),
        most_usual([style.most for style in counted], 0) if is_cut else 0,
        most_usual([style.et_al for style in counted], " et al."),
    )


def _style(text: str) -> AuthorStyle:
    """The style of one text; what it does not show is empty."""
    text, most, et_al = text.strip(), 0, ""
    if cut := _ET_AL.search(text):
        text, et_al = text[: cut.start()], cut.group().rstrip()
    last = _LAST_JOIN.search(text)
    head = text[: last.start()] if last else text
    between = _BETWEEN.search(head)
    names = [name for name in _BETWEEN.split(head) if name]
    if et_al:
        most = len(names) + (last is not None)
    joined = between.group() if between else ""
    return AuthorStyle(_form(names), joined, last.group() if last else joined, most, et_al)


def _form(names: Sequence[str]) -> Names:
    """Names whose first word is an initial, or that have one word only; names without spaces are full."""
    first_words = [name.split()[0] for name in names]
    if 2 * sum(_is_initial(word) for word in first_words) > len(names):
        return Names.INITIALS
    is_latin = all(name.isascii() for name in names)
    return Names.FAMILY if is_latin and all(" " not in name for name in names) else Names.FULL


def _is_initial(word: str) -> bool:
    return _INITIAL.match(word) is not None and (len(word) == 1 or "." in word)


def write_authors(authors: str, style: AuthorStyle) -> str:
    """Names, given as ``First Last, First Last``, in a style."""
    names = [_written(name, style.names) for name in authors.split(", ")]
    if 0 < style.most < len(names):
        return style.between.join(names[: style.most]) + style.et_al
    if len(names) < 2:
        return "".join(names)
    return style.between.join(names[:-1]) + style.last + names[-1]


def _written(name: str, form: Names) -> str:
    *given, family = name.split() or [""]
    if form is Names.FULL or not given:
        return name
    if form is Names.FAMILY:
        return family
    return " ".join([*(_initial(word) for word in given), family])


def _initial(given: str) -> str:
    """``Jean-Luc`` is ``J.-L.``; a particle in small letters stays."""
    if given[:1].islower():
        return given
    return "-".join(f"{part[0]}." for part in given.split("-") if part)
