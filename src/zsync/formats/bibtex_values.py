"""The inside of one entry of a ``.bib`` file: where it ends, and the values in it.

What delimits an entry is BibTeX's grammar, as the documentation of btparse has it: braces or parentheses
around it, and braces that balance everywhere, in quotes, too, a backslash before them or not. ``%`` begins
a remark between two fields, which Biber allows.

bibtexparser gets one record at a time, with numbers in place of its values, because it reorders
files, turns what it cannot parse into comments and recurses for every brace. It stays at 1.4:
pyzotero needs it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

_DELIMITED: Final = {
    "{": ("}", re.compile(r"[{}]"), "braces"),
    '"': ('"', re.compile(r'[{}"]'), "quotes"),
}
_MARK: Final = re.compile(r'%[^\n\r]*|[{})=#,"]')


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
        if is_remark or position > mark.end():
            parts.append(slice(mark.start(), position))
        expects_value = char in "=#" or (expects_value and is_remark)
    raise UnclosedError(what)


def value_end(text: str, position: int) -> int:
    """Give where the braced or quoted value ends that begins at ``position``.

    Raises:
        UnclosedError: it never does.

    """
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

_NO_FIELDS: Final = frozenset({"ID", "ENTRYTYPE"})
_WORD: Final = re.compile(r"[^\s\"#%'(),={}]+")
_NUMBERED: Final = re.compile("\x02(\\d+)\x03")


class ValueReader:
    """Reads values by bibtexparser, and knows the macros that were defined to it, months included.

    bibtexparser sees the structure of an entry alone, with numbers for the values and words in it: it would
    recurse for every brace within a value, and it knows fewer names than BibTeX.
    """

    def __init__(self) -> None:
        # Imported here: it costs seven times a bare start of Python and is seldom needed.
        from bibtexparser.bparser import BibTexParser

        make: Callable[..., Any] = BibTexParser
        self._parser = make(common_strings=True)
        self._parser.expect_multiple_parse = True
        self._database = self._parser.bib_database
        self._macros = _Macros(self._database.strings)
        self._database.strings = self._macros

    @property
    def undefined(self) -> tuple[str, ...]:
        """The macros of the last entry read that nothing defines."""
        return tuple(dict.fromkeys(self._macros.undefined))

    def define(self, text: str, inside: Inside) -> None:
        """Take the macro of an ``@string`` over."""
        self._macros.known.update(self.read(text, inside))

    def read(self, text: str, inside: Inside) -> dict[str, str]:
        """Give the values by their names in lower case, blanks run together; empty if it is unreadable.

        A macro that nothing defines is its name, since its file may be elsewhere; of two fields with one name
        the first counts, as BibTeX has it.
        """
        skeleton = _Skeleton(text, inside)
        self._macros.words = skeleton.words
        self._macros.undefined.clear()
        self._database.entries.clear()
        self._parser.parse(f"@misc{{key,{skeleton.fields}}}\n")
        found = self._database.entries[0] if self._database.entries else {}
        numbered = {int(name[1:]): found[name] for name in found if name not in _NO_FIELDS}
        return {
            skeleton.words[number].lower(): skeleton.filled(numbered[number])
            for number in sorted(numbered, reverse=True)
        }


class _Skeleton:
    """The inside of an entry without its remarks: ``w1`` stands for a word, a number for a value."""

    def __init__(self, text: str, inside: Inside) -> None:
        self.words: list[str] = []
        self._values: list[str] = []
        self.fields = "".join(self._pieces(text, inside)).strip(" \t\r\n,")

    def filled(self, value: str) -> str:
        """Put the values in the places of their numbers."""
        return " ".join(_NUMBERED.sub(lambda each: self._values[int(each[1])], value).split())

    def _pieces(self, text: str, inside: Inside) -> Iterator[str]:
        position = inside.start
        for part in inside.parts:
            yield _WORD.sub(self._word, text[position : part.start])
            position = part.stop
            if text[part.start] != "%":
                yield self._value(text[part.start + 1 : part.stop - 1])
        yield _WORD.sub(self._word, text[position : inside.end])

    def _word(self, word: re.Match[str]) -> str:
        if word[0].isdigit():
            return self._value(word[0])
        self.words.append(word[0])
        return f"w{len(self.words) - 1}"

    def _value(self, value: str) -> str:
        self._values.append(value)
        return f"{{\x02{len(self._values) - 1}\x03}}"


class _Macros(dict[str, str]):
    """The macros that are known, by the numbers of the words that name them in the entry being read."""

    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__()
        self.known = dict(known)
        self.words: Sequence[str] = ()
        self.undefined: list[str] = []

    def __missing__(self, number: str) -> str:
        word = self.words[int(number[1:])]
        if word.lower() not in self.known:
            self.undefined.append(word)
        return self.known.get(word.lower(), word)
