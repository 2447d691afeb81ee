"""Tells lists of people from other words."""

import re

from zsync.formats.reading_list.inline import one_line

_AND = re.compile(r",|;|，|；|、|·|•|\band\b|&|\bwith\b")
_AFFILIATION = re.compile(
    r"\([^()]*\)|（[^（）]*）|[\d*†‡§¶^∗✉⋆]+|\$[^$]*\$|<[^<>]*>|\bet ?al\.?|等(?:人)?\Z"
)
_PARTICLES = frozenset(
    "de da di do dos du van von der den la le el al bin ibn ben ter ten y e st zu af av jr sr ii iii".split()  # noqa: SIM905
)
_NO_NAME = re.compile(r"[\d?!:/@()\[\]{}\"=]")
_LONGEST_PEOPLE = 4000


def are_names(text: str, *, alone: bool = False, loose: bool = False) -> bool:
    """Whether a text is a list of people; ``alone``: one person is enough; ``loose``: ``He, Kaiming`` too."""
    if len(text) > _LONGEST_PEOPLE:
        return False
    has_more = bool(re.search(r"\bet ?al\b|等(?:人)?\Z", text))
    parts = [
        part.strip(" \t\n.*_'’\"") for part in _AND.split(_AFFILIATION.sub("", one_line(text)))
    ]
    parts = [part for part in parts if part and part not in ("…", "...")]
    if not parts:
        return False
    good = sum(_is_name(part) for part in parts)
    full = sum(_is_full_name(part) for part in parts)
    if len(parts) == 1:
        return (alone or has_more) and full == 1
    if loose and good == len(parts):
        return True
    return good >= (0.66 if len(parts) > 2 else 1) * len(parts) and full >= 0.6 * len(parts)


def _is_name(part: str) -> bool:
    words = part.replace(".", ". ").split()
    if not 1 <= len(words) <= 6 or _NO_NAME.search(part):
        return False
    return all(
        word[0].isupper()
        or word.lower() in _PARTICLES
        or word[0] in "'’‘-"
        or not word[0].isascii()
        or (len(word) > 2 and word[1] in "'’")
        for word in words
    )


def _is_full_name(part: str) -> bool:
    words = part.replace(".", ". ").split()
    is_cjk = all("\u3040" <= char <= "\u9fff" or char == " " for char in part)
    if is_cjk:
        return 2 <= len(part) <= 4
    return (
        _is_name(part) and 2 <= len(words) <= 5 and any(len(word.strip(".")) > 1 for word in words)
    )


def is_person(text: str) -> bool:
    """Whether a text is the full name of one person, remarks in parentheses left out."""
    return _is_full_name(_AFFILIATION.sub("", text).strip(" .,*"))
