"""Names of people: whether a text is a list of authors. A shape asks; nothing here knows Markdown's lines."""

import re
from functools import lru_cache
from typing import Final

from zsync.core.patterns import regex
from zsync.formats.reading_list.inline import one_line, plain

# Words for those who are not named.
ET_AL: Final = regex(r"\bet\.? al\b|\band others\b|等人?[.。]?\s*\Z", re.IGNORECASE)
# Affiliations, footnote signs, formulas and markup among names.
_ASIDE = regex(r"\$[^$]*\$|\([^()]*\)|（[^（）]*）|<[^<>]*>|[\d*†‡§¶#^∗⋆✉]")
# What stands between two names.
_BETWEEN = regex(
    r"[ \t]*(?:[,;，；、&·|](?:[ \t]*with\b)?|\band\b|\bet\.? al\b\.?|\bothers\b)[ \t]*",
    re.IGNORECASE,
)
# What only says that names follow.
_LEAD = regex(r"[ \t]*(?:by[ \t]+|authors?[ \t]*[:：]|作者[ \t]*[:：])[ \t]*", re.IGNORECASE)
_PARTICLES = frozenset(
    """
    af al av ben bin da das de dei del della den der di do dos du e el la le los ten ter van von
    y zu zum zur jr sr ii iii
    """.split()  # noqa: SIM905 - a table of words
)
# A name in Chinese, Japanese or Korean has no space in it.
_CJK_NAME = regex(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2,4}(?:·[\u4e00-\u9fff]{1,8})?\Z")
# A word of a name; accents may be characters of their own.
_WORD = regex(r"(?:[^\W\d_]|['’`.\-‐‑\u0300-\u036f])+\Z")
# Initials alone stand for a given name.
_INITIALS = regex(r"(?:[A-Z]\.?[- ]?){1,4}\Z")
_LONGEST = 4000
_MOST_WORDS = 5
# Among so many names the first may have their group before it.
_MANY = 6


def lead_of(text: str) -> int:
    """How many characters at the beginning only say that names follow: ``by``, ``Authors:``."""
    lead = _LEAD.match(text)
    return lead.end() if lead else 0


@lru_cache(maxsize=4096)
def reads_as_people(text: str, *, alone: bool = False) -> bool:
    """Whether a text is nothing but names of people; one name counts only if ``alone`` allows it.

    Affiliations among the names, as conference programmes print them, do no harm while they are fewer.
    """
    if len(text) > _LONGEST:
        return False
    said = one_line(plain(text[lead_of(text) :]))
    has_et_al = ET_AL.search(said) is not None
    said = _ASIDE.sub(" ", said).strip(" \t.,;:，。；")
    parts = [part.strip(" \t.") for part in _BETWEEN.split(said)]
    parts = [part for part in parts if part]
    names = sum(_is_name(part) for part in parts)
    full = sum(
        " " in part or bool(_CJK_NAME.match(part) or _INITIALS.match(part)) for part in parts
    )
    if not parts or 10 * names < 7 * len(parts):
        return False
    first = parts[0].rpartition(": ")[2] if len(parts) >= _MANY else parts[0]
    if not _is_name(first):
        return False
    if has_et_al:
        return True
    if len(parts) == 1:
        return alone and " " in parts[0]
    return 2 * full >= len(parts) or (alone and names == len(parts))


def reads_as_person(text: str) -> bool:
    """Whether a text is the full name of one person; remarks in parentheses do no harm."""
    said = _ASIDE.sub("", plain(text)).strip(" \t.,")
    return " " in said and _is_name(said)


def _is_name(part: str) -> bool:
    if _CJK_NAME.match(part) or _INITIALS.match(part):
        return True
    words = part.split()
    if not 0 < len(words) <= _MOST_WORDS:
        return False
    return (
        words[0].casefold() not in ("the", "a", "an", "in", "on")
        and all(map(_is_name_word, words))
        and any(word[0].isupper() for word in words)
    )


def _is_name_word(word: str) -> bool:
    if not _WORD.match(word):
        return False
    is_elided = word[1:2] in ("'", "’") and word[2:3].isupper()
    is_particle = word.casefold().strip(".") in _PARTICLES or word[0] in "'’"
    return word[0].isupper() or is_elided or is_particle
