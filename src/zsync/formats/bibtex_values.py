"""The inside of one entry of a ``.bib`` file: where it ends, and the values in it.

What delimits an entry is BibTeX's grammar, as the documentation of btparse has it: braces or parentheses
around it, and braces that balance everywhere, in quotes, too, a backslash before them or not. ``%`` begins
a remark between two fields, which Biber allows.
"""

import re
from collections.abc import Callable, Iterator
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


# --- values --------------------------------------------------------------------------------------------

_NO_FIELDS: Final = frozenset({"ID", "ENTRYTYPE"})
_NUMBERED: Final = re.compile("\x02(\\d+)\x03")
_BARE_NUMBER: Final = re.compile(r"([=#]\s*)(\d+)")


class ValueReader:
    """Reads values by bibtexparser, and knows the macros that were defined to it, months included.

    bibtexparser is given numbers in place of the values: it would recurse for every brace within a value,
    and take its time for it.
    """

    def __init__(self) -> None:
        # Imported here: it costs seven times a bare start of Python and is seldom needed.
        from bibtexparser.bparser import BibTexParser

        make: Callable[..., Any] = BibTexParser
        self._parser = make(common_strings=True)
        self._parser.expect_multiple_parse = True
        self._database = self._parser.bib_database
        self._database.strings = _Macros(self._database.strings)

    def define(self, text: str, inside: Inside) -> None:
        """Take the macro of an ``@string`` over."""
        self._database.strings.update(self.read(text, inside))

    def read(self, text: str, inside: Inside) -> dict[str, str]:
        """Give the values by their names in lower case, blanks run together; empty if it is unreadable.

        A macro that nothing defines is empty, as BibTeX has it.
        """
        values: list[str] = []
        fields = "".join(_skeleton(text, inside, values)).strip(" \t\r\n,")
        self._database.entries.clear()
        self._parser.parse(f"@misc{{key,{fields}}}\n")
        found = self._database.entries[0] if self._database.entries else {}
        return {
            name: " ".join(_NUMBERED.sub(lambda each: values[int(each[1])], value).split())
            for name, value in found.items()
            if name not in _NO_FIELDS
        }


def _skeleton(text: str, inside: Inside, values: list[str]) -> Iterator[str]:
    """Give the inside of an entry without remarks and with numbers for the values, which are collected."""
    position = inside.start
    for part in inside.parts:
        yield _BARE_NUMBER.sub(r"\1{\2}", text[position : part.start])
        position = part.stop
        if text[part.start] != "%":
            yield f"{{\x02{len(values)}\x03}}"
            values.append(text[part.start + 1 : part.stop - 1])
    yield _BARE_NUMBER.sub(r"\1{\2}", text[position : inside.end])


class _Macros(dict[str, str]):
    """Macros by name; one that nothing defines is empty."""

    def __missing__(self, _: str) -> str:
        return ""
