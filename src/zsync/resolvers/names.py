"""Names of people as services write them -> Zotero's creators.

A family name keeps the lower-case particles before it ("van Beethoven"); a suffix follows the given names
after a comma ("Martin Luther, Jr."), where CSL processors look for it (citeproc-js manual, "Names"). One
word, and what calls itself a collaboration, is a name in one field.
"""

import re

from zsync.core.model import Creator
from zsync.core.patterns import regex

_PARTICLES = frozenset(
    (
        "af",
        "al",
        "bin",
        "da",
        "das",
        "de",
        "degli",
        "dei",
        "del",
        "della",
        "den",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "ibn",
        "la",
        "las",
        "le",
        "los",
        "ten",
        "ter",
        "van",
        "vande",
        "vanden",
        "vander",
        "vom",
        "von",
        "y",
        "zu",
        "zum",
        "zur",
        "'t",
    )
)
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_GROUP = regex(
    r"\b(?:collaborations?|consorti(?:um|a)|teams?|groups?|projects?|networks?|initiative|committee|society"
    r"|association|institut\w*|university|alliance|foundation|organi[sz]ation|laborator(?:y|ies)"
    r"|task force)\b",
    re.IGNORECASE,
)
_LONGEST = 500
_FOOTNOTES = regex(r"\s*\((?:[^()]*\bcollaboration\b|\d+|[a-z])[^()]*\)", re.IGNORECASE)


def person(given: str, family: str, suffix: str = "", role: str = "author") -> Creator:
    """A creator whose name comes in parts; without a given name it is a name in one field."""
    given, family, suffix = (" ".join(part.split()) for part in (given, family, suffix))
    if not given or not family:
        return group(given or family, role)
    given = f"{_recased(given)}, {suffix}" if suffix else _recased(given)
    return Creator(role, last_name=_recased(family), first_name=given)


def group(name: str, role: str = "author") -> Creator:
    """A creator with a name in one field."""
    return Creator(role, name=" ".join(name.split()))


def creator(name: str, role: str = "author") -> Creator | None:
    """A creator from a whole name: ``First Last`` or ``Last, First``; None for an empty one."""
    name = " ".join(_FOOTNOTES.sub("", " ".join(name[:_LONGEST].split())).split())
    if not name:
        return None
    if _GROUP.search(name):
        return group(name, role)
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma:
        return _with_comma(family, given, role)
    words = name.split()
    suffix = words.pop() if len(words) > 2 and _is_suffix(words[-1]) else ""
    start = _family_starts(words)
    return person(" ".join(words[:start]), " ".join(words[start:]), suffix, role)


def _with_comma(family: str, given: str, role: str) -> Creator:
    first, comma, rest = (part.strip() for part in given.partition(","))
    if comma and _is_suffix(first):  # BibTeX's "King, Jr., Martin Luther"
        return person(rest, family, first, role)
    if comma and _is_suffix(rest):
        return person(first, family, rest, role)
    if _is_suffix(given):  # "Martin Luther King, Jr."
        words = family.split()
        start = _family_starts(words)
        return person(" ".join(words[:start]), " ".join(words[start:]), given, role)
    return person(given, family, "", role)


def _family_starts(words: list[str]) -> int:
    """Where the family name starts: at the last word, or at the particles before it."""
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES and words[start - 1].islower():
        start -= 1
    return start


def _is_suffix(word: str) -> bool:
    return word.rstrip(".").casefold() in _SUFFIXES


_INITIALS = 3


def _recased(name: str) -> str:
    """``SMITH`` as ``Smith``; initials and short names stay as they are."""
    letters = [character for character in name if character.isalpha()]
    if len(letters) <= _INITIALS or not name.isupper() or "." in name:
        return name
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name)
