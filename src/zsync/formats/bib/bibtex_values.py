"""The inside of one entry of a ``.bib`` file: where it ends, and the values in it.

What delimits an entry is BibTeX's grammar, as the documentation of btparse has it: braces or parentheses
around it, and braces that balance everywhere, in quotes, too, a backslash before them or not. ``%`` begins
a remark between two fields, which Biber allows.

A .bib is read here and bibtexparser splits names alone: it reorders files, turns what it cannot parse into
comments, recurses for every brace, and takes thirty times as long (release 2 twice). It stays at 1.4:
pyzotero needs it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from zsync.core.patterns import regex

_DELIMITED: Final = {
    "{": ("}", re.compile(r"[{}]"), "braces"),
    '"': ('"', re.compile(r'[{}"]'), "quotes"),
}
# A value with braces in it at most two deep, as nearly all are; the marks of others are counted.
_BRACED: Final = r"\{[^{}]*+(?:\{[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}[^{}]*+)*+\}"
_SHALLOW: Final = regex(_BRACED + r'|"[^"{}]*+(?:\{[^{}]*+\}[^"{}]*+)*+"')
_MARK: Final = regex(rf'%[^\n\r]*|{_BRACED}|[{{}})=#,"]')


class UnclosedError(ValueError):
    """What never closes within an entry: its braces, parentheses or quotes."""


@dataclass(frozen=True, slots=True)
class Inside:
    """The inside of an entry: ``text[start:end]``, and its braced and quoted values and its remarks."""

    start: int
    end: int
    parts: tuple[slice, ...]


def scan(text: str, start: int, opening: str, *, begins_with_value: bool = False) -> Inside:
    """Read the entry whose fields begin at ``start``, up to what closes its ``opening``.

    Raises:
        UnclosedError: where the entry ends cannot be told.

    """
    closer, what = ("}", "braces") if opening == "{" else (")", "parentheses")
    parts: list[slice] = []
    # A quotation mark that is not where a value begins delimits nothing.
    expects_value, position = begins_with_value, start
    while mark := _MARK.search(text, position):
        char, position = mark[0], mark.end()
        if char == closer:
            return Inside(start, mark.start(), tuple(parts))
        if char == "}":
            break
        if char == "{" or (char == '"' and expects_value):
            position = value_end(text, mark.start())
        is_remark = char[0] == "%"
        if is_remark or position > mark.start() + 1:
            parts.append(slice(mark.start(), position))
        expects_value = char in "=#" or (expects_value and is_remark)
    raise UnclosedError(what)


def value_end(text: str, position: int) -> int:
    """Return where the braced or quoted value ends that begins at ``position``.

    Raises:
        UnclosedError: it never does.

    """
    if shallow := _SHALLOW.match(text, position):
        return shallow.end()
    closer, marks, what = _DELIMITED[text[position]]
    depth = 0
    for mark in marks.finditer(text, position + 1):
        if not depth and mark[0] == closer:
            return mark.end()
        depth += {"{": 1, "}": -1, '"': 0}[mark[0]]
        if depth < 0:
            break
    raise UnclosedError(what)


# --- names ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NameParts:
    """A personal name as BibTeX takes it apart, still LaTeX."""

    first: str
    von: str
    last: str
    jr: str


def split_name(name: str) -> NameParts:
    """Take a name apart: ``First von Last``, ``von Last, First`` or ``von Last, Jr, First``.

    What bibtexparser cannot split has no parts: it is a last name as it stands. A backslash at its end is a
    slip.
    """
    if (len(name) - len(name.rstrip("\\"))) % 2:
        name = name[:-1]
    # Imported here: only pushing reads names that somebody else wrote.
    from bibtexparser.customization import InvalidName, splitname

    try:
        parts = splitname(name, strict_mode=False)
    except InvalidName:
        return NameParts("", "", name, "")
    return NameParts(*(" ".join(parts.get(each, ())) for each in ("first", "von", "last", "jr")))


# --- values --------------------------------------------------------------------------------------------

_MONTHS: Final = {
    name[:3].lower(): name
    for name in (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    )
}  # fmt: skip
"""The macros that every style defines."""
# What stands between the values of an entry: a word, or a sign.
_TOKEN: Final = regex(r"[^\s\"#%'(),={}]+|\S")
_WORD, _VALUE, _STRAY = "w", "v", "?"
_KINDS: Final = {**dict.fromkeys("\"%'(){}", _STRAY), **{sign: sign for sign in "=#,"}}
"""Signs that mean something between values, and those that have no place there."""
# Fields by the kinds of their tokens: a name, and values and macros that are joined.
_FIELD: Final = regex("w=([wv](?:#[wv])*)(?:,|$)")
_FIELDS: Final = regex(f"(?:{_FIELD.pattern})*")


class ValueReader:
    """Reads the values of entries, and knows the macros that were defined to it, months included.

    ``undefined`` are the macros of the last entry read that nothing defines, ``twice`` the names of fields
    that it has more than once.
    """

    def __init__(self) -> None:
        self._macros = dict(_MONTHS)
        self.undefined: tuple[str, ...] = ()
        self.twice: tuple[str, ...] = ()

    def define(self, text: str, inside: Inside) -> None:
        """Take the macro of an ``@string`` over."""
        self._macros.update(self.read(text, inside))

    def read(self, text: str, inside: Inside) -> dict[str, str]:
        """Return the values by their names in lower case, spaces run together; empty if it is unreadable.

        A macro that nothing defines is its name, since its file may be elsewhere; of two fields with one name
        the first counts, as BibTeX has it. The last field comes first.
        """
        kinds, tokens = _tokens(text, inside)
        self.undefined = self.twice = ()
        if not _FIELDS.fullmatch(kinds.strip(",")):
            return {}
        fields = [
            (
                tokens[found.start()].lower(),
                found[1][::2],
                tokens[found.start(1) : found.end(1) : 2],
            )
            for found in _FIELD.finditer(kinds)
        ]
        values = {name: self._joined(*parts) for name, *parts in reversed(fields)}
        if len(values) < len(fields):
            names = Counter(name for name, *_ in fields)
            self.twice = tuple(name for name, count in names.items() if count > 1)
        return values

    def _joined(self, kinds: str, parts: Sequence[str]) -> str:
        if kinds == _VALUE:
            return " ".join(parts[0].split())
        said: list[str] = []
        for kind, text in zip(kinds, parts, strict=True):
            known = text if kind == _VALUE else self._macros.get(text.lower())
            if known is None:
                self.undefined = tuple(dict.fromkeys((text, *self.undefined)))
            said.append(text if known is None else known)
        return " ".join("".join(said).split())


def _tokens(text: str, inside: Inside) -> tuple[str, list[str]]:
    """Return the tokens of an entry without its remarks, and the kind of each, a single letter or sign."""
    kinds: list[str] = []
    tokens: list[str] = []
    position = inside.start
    for part in (*inside.parts, slice(inside.end, inside.end)):
        between = _TOKEN.findall(text, position, part.start)
        tokens += between
        kinds += [_KINDS.get(each) or (_VALUE if each.isdigit() else _WORD) for each in between]
        if part.stop > part.start and text[part.start] != "%":
            tokens.append(text[part.start + 1 : part.stop - 1])
            kinds.append(_VALUE)
        position = part.stop
    return "".join(kinds), tokens
