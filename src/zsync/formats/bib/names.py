"""Creators -> names in their parts, and as BibTeX and BibLaTeX write them.

Zotero keeps particles and suffixes inside its two name fields and CSL processors find them again: lower-case
words before the family name are a particle that stays with it ("van Gogh"), lower-case words after the given
name one that is dropped when the name is turned round ("Ludwig van"/"Beethoven"), and what follows a comma
in the given name is a suffix. A family name in quotation marks is left whole.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

from zsync.core.model import Creator
from zsync.core.patterns import regex
from zsync.formats.bib.latex import TexForm, clean, escape_name

_GLUED: Final = regex(r"(?:[dl]['’]|al-|el-|['’]s-)(?=[^\W\d_])")
_JOINER: Final = regex(r"(?:\A|(?<=\s))and(?=\s|\Z)", re.IGNORECASE)
_COMMA: Final = regex(",")
_NAME_PART: Final = regex(r"(?:family|given|prefix|suffix)(?:-i)?=\S|useprefix=(?:true|false)\Z")
_MOST_PARTS: Final = 3  # family, suffix, given
# A comma and the spaces around it; those in front are looked at once, from the first of them.
_SUFFIX: Final = regex(r"(?:(?<!\s)\s+)?+,(!?)\s*")
_AND: Final = regex(r"\band\b", re.IGNORECASE)
_CAPITALS: Final = regex(r"([^\W\d_])([^\W\d_])(?=[^\W\d_])")
_ABBREVIATED: Final = regex(r"([^\W\d_]{2,4})\.")
_THIN_SPACES: Final = regex("[\u2009\u202f]")
_OTHERS: Final = "others"
# To biber a name with "family=" in it is an extended one, in braces or not.
_EQUALS_SIGN: Final = r"\symbol{61}"
_SOFT_HYPHEN: Final = "\u00ad"
_APOSTROPHES: Final = "'’"
_SEPARATORS: Final = "-~ "
_JOINS: Final = _APOSTROPHES + "-"


class Name(NamedTuple):
    """A personal name in its parts, or one without parts: an institution's, or a ``literal`` single name.

    ``initial`` is a first initial of several letters ("Yu.", "PHilippe"); ``whole`` means that the family
    name was in quotation marks.
    """

    family: str = ""
    given: str = ""
    prefix: str = ""
    dropping: str = ""
    suffix: str = ""
    comma_suffix: bool = False
    whole: bool = False
    initial: str = ""
    literal: str = ""


def render_names(creators: Iterable[Creator], form: TexForm) -> str:
    """The value of a name field: the creators in their order, joined by " and "."""
    names = (_render_name(each.last_name, each.first_name, each.name, form) for each in creators)
    return " and ".join(name for name in names if name)


@lru_cache(maxsize=8192)
def _render_name(last_name: str, first_name: str, whole_name: str, form: TexForm) -> str:
    # By texts, whose hashes are known, not by creator: that one is hashed again for every look-up.
    name = parse_name(Creator("", last_name, first_name, whole_name))
    if not name.family:
        return _render_literal(name.literal, form)
    return _render_biblatex(name, form) if form.biblatex else _render_bibtex(name, form)


def _render_literal(name: str, form: TexForm) -> str:
    if name in ("", _OTHERS):
        return name
    return f"{{{_EQUALS_SIGN.join(escape_name(part, ascii_only=form.ascii) for part in name.split('='))}}}"


def parse_name(creator: Creator) -> Name:
    """The parts of a creator's name, cleaned; a person with one name only has a literal one."""
    family, given, literal = map(_clean_part, (creator.last_name, creator.first_name, creator.name))
    if literal or not (family and given):
        single = literal or family or given
        return Name(literal=_OTHERS if single.casefold() == _OTHERS else single)
    return _split_name(family, given)


def _clean_part(part: str) -> str:
    if part.isascii():
        return clean(part)
    return _THIN_SPACES.sub(" ", clean(part.replace(_SOFT_HYPHEN, "")))


def guard_names(names: str) -> str:
    """Names that somebody wrote as LaTeX, none of them empty or with commas that no style can place."""
    return " and ".join(
        _guard_name(name) for name in outside_braces(names, _JOINER) if name.strip()
    )


def _guard_name(name: str) -> str:
    parts = outside_braces(name, _COMMA)
    is_plain = len(parts) <= _MOST_PARTS and all(part.strip(_SEPARATORS) for part in parts)
    return name if is_plain or all(map(_NAME_PART.match, parts)) else f"{{{name}}}"


def outside_braces(text: str, separator: re.Pattern[str]) -> list[str]:
    """Split where a separator stands outside of all braces, spaces around the parts left out."""
    depths = list(accumulate((char == "{") - (char == "}") for char in text))
    cuts = [found for found in separator.finditer(text) if depths[found.start()] == 0]
    starts = [0, *(found.end() for found in cuts)]
    ends = [*(found.start() for found in cuts), len(text)]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _split_name(family: str, given: str) -> Name:
    given, dropping, suffix, comma, initial = _split_given(given)
    if len(family) > 2 and family[0] == family[-1] == '"':
        return Name(family[1:-1], given, "", dropping, suffix, comma, whole=True, initial=initial)
    prefix, family = _split_prefix(family)
    return Name(family, given, prefix, dropping, suffix, comma, initial=initial)


@lru_cache(maxsize=8192)
def _split_given(given: str) -> tuple[str, str, str, bool, str]:
    given, *rest = _SUFFIX.split(given, maxsplit=1)
    comma, suffix = (rest[0] == "!", rest[1]) if rest else (False, "")
    given, dropping = _split_dropping(given)
    given, initial = _split_initial(given)
    return given, dropping, suffix, comma, initial


def _split_dropping(given: str) -> tuple[str, str]:
    words = given.split(" ")
    count = len(words)
    while count > 1 and _is_particle(words[count - 1]):
        count -= 1
    return " ".join(words[:count]), " ".join(words[count:])


@lru_cache(maxsize=8192)
def _split_prefix(family: str) -> tuple[str, str]:
    """Lower-case words, and a particle glued to the name by a hyphen or an apostrophe, from the rest."""
    words = family.split(" ")
    count = 0
    while count < len(words) - 1 and _is_particle(words[count]):
        count += 1
    rest = " ".join(words[count:])
    glued = _GLUED.match(rest)
    cut = glued.end() if glued else 0
    prefix = " ".join([*words[:count], *([rest[:cut]] if cut else [])])
    return prefix, rest[cut:]


def _is_particle(word: str) -> bool:
    """Whether a word is in lower case, an apostrophe before it apart: "van", "'t"."""
    return word.lstrip(_APOSTROPHES)[:1].islower() and not _AND.fullmatch(word)


def _split_initial(given: str) -> tuple[str, str]:
    """A digraph that counts as one initial: "PHilippe", "IJsbrand", "Yu. E."."""
    if (found := _CAPITALS.match(given)) and found[0].isupper() and given[2].islower():
        first = found[0] if found[0] == "IJ" else found[1] + found[2].lower()
        return first + given[2:], first
    found = _ABBREVIATED.match(given)
    return given, found[1] if found and found[1][1:].islower() and found[1][0].isupper() else ""


def _render_bibtex(name: Name, form: TexForm) -> str:
    family = _tex(name.prefix + _glue(name.prefix) + name.family, form)
    is_compound = name.prefix or "-" in name.family or _has_lower_word(name.family)
    if name.whole or is_compound or _needs_braces(name.family):
        family = f"{{{family}}}"
    if name.dropping:
        family = f"{_bibtex_particle(name.dropping, form)} {family}"
    given = _whole(name.given, form)
    if name.initial:
        given = (
            f"{{\\relax {_tex(name.initial, form)}}}{_tex(name.given[len(name.initial) :], form)}"
        )
    return ", ".join(part for part in (family, _whole(name.suffix, form), given) if part)


def _whole(text: str, form: TexForm) -> str:
    """A part of a name, in braces if the name would be split inside it."""
    return f"{{{_tex(text, form)}}}" if _splits(text) else _tex(text, form)


def _bibtex_particle(particle: str, form: TexForm) -> str:
    """An elided particle must not run into the name, nor be taken for part of it."""
    text = _tex(particle, form)
    return text + r"{\null}" if particle[-1] in _JOINS else text


def _render_biblatex(name: Name, form: TexForm) -> str:
    family, given, suffix = (_tex(part, form) for part in (name.family, name.given, name.suffix))
    prefix = name.prefix or name.dropping
    if not (prefix or name.comma_suffix or name.initial or "," in family + given + suffix):
        if name.whole or _needs_braces(name.family):
            family = f"{{{family}}}"
        return ", ".join(part for part in (family, suffix, given) if part)
    parts = [
        ("family", family),
        ("given", given),
        (
            "given-i",
            f"{{{{{_tex(name.initial, form)}}}}}{_later_initials(name, form)}"
            if name.initial
            else "",
        ),
        ("suffix", suffix),
        ("prefix", _tex(" ".join(part for part in (name.dropping, name.prefix) if part), form)),
        ("useprefix", str(bool(name.prefix)).lower() if prefix else ""),
        ("juniorcomma", "true" if name.comma_suffix else ""),
    ]
    return ", ".join(_quoted(f"{key}={value}") for key, value in parts if value)


def _later_initials(name: Name, form: TexForm) -> str:
    words = name.given[len(name.initial) :].split()
    return "".join(_tex(word[0], form) for word in words if word[0].isalpha() and word[0].isupper())


def _quoted(part: str) -> str:
    """A part of an extended name, which biber reads as a row of CSV: a comma or a quote needs quotes.

    The braces keep other readers from splitting the name at the comma; biber takes them away.
    """
    if "," in part:
        key, _, value = part.partition("=")
        part = f"{key}={{{value}}}"
    elif '"' not in part:
        return part
    return '"' + part.replace('"', '""') + '"'


def _glue(prefix: str) -> str:
    return "" if not prefix or prefix[-1] in _JOINS else " "


def _has_lower_word(family: str) -> bool:
    return any(word[:1].islower() for word in family.split(" "))


def _needs_braces(family: str) -> bool:
    return _splits(family) or _AND.search(family) is not None


def _splits(text: str) -> bool:
    return "," in text or (text != "" and not any(map(str.isalnum, text)))


@lru_cache(maxsize=8192)
def _tex(text: str, form: TexForm) -> str:
    pieces = [escape_name(piece, ascii_only=form.ascii) for piece in text.split("=")]
    text = _EQUALS_SIGN.join(pieces)
    return _AND.sub(lambda found: f"{{{found[0]}}}", text) if "and" in text.lower() else text
