"""The formula language for citation keys, in the spirit of Better BibTeX's.

A formula is a sum: ``auth.lower + '_' + shorttitle(3,3) + year``. Each term is a word of :data:`PARTS` or a
text in single or double quotes. Numbers in brackets say how much of it; words of :data:`FILTERS`, chained
with dots, change it. The README shows both tables.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from zsync.core.cite import key_parts
from zsync.core.cite.family_names import spelt, with_families_in_ascii
from zsync.core.cite.key_parts import Words, capitalised, clean_key
from zsync.core.cite.policy import DEFAULT_FORMULA
from zsync.core.model import Item
from zsync.core.patterns import regex


class FormulaError(ValueError):
    """A formula that cannot be read: a clause that says where and why. ``advice`` is what to do."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.advice = advice


class Word(NamedTuple):
    """A word of the language: what it gives, how it is written, what that means.

    ``takes`` are the types of what may stand in its brackets, of which the first ``needs`` must.
    """

    give: Callable[..., Words]
    written: str
    means: str
    takes: tuple[type, ...] = ()
    needs: int = 0


PARTS: Final[Mapping[str, Word]] = {
    "auth": Word(
        key_parts.auth,
        "auth, auth(3), auth(3,2)",
        "family name of the first author, else editor, else translator; its first 3 letters; "
        "the first 3 letters of the 2nd author's",
        (int, int),
    ),
    "authors": Word(
        key_parts.authors,
        "authors, authors(2)",
        "family names of all authors; of the first 2, with EtAl if there are more",
        (int,),
    ),
    "title": Word(key_parts.title, "title", "all significant words of the title"),
    "shorttitle": Word(
        key_parts.shorttitle,
        "shorttitle, shorttitle(2), shorttitle(3,3)",
        "the first 3 significant words of the title; the first 2; the first 3, 3 of them with a capital",
        (int, int),
    ),
    "veryshorttitle": Word(
        key_parts.veryshorttitle,
        "veryshorttitle, veryshorttitle(1,1)",
        "the first significant word of the title; with a capital",
        (int, int),
    ),
    "year": Word(key_parts.year, "year", "year of publication, the first one of a range"),
    "shortyear": Word(key_parts.shortyear, "shortyear", "its last two digits"),
    "month": Word(key_parts.month, "month", "month of publication"),
    "journal": Word(key_parts.journal, "journal", "the journal's abbreviation, else its name"),
    "venue": Word(key_parts.venue, "venue", "the venue's short name, as in the reading list"),
    "type": Word(key_parts.item_type, "type", "Zotero's item type"),
}
"""The words that say something of an item."""


def _each(change: Callable[[str], str]) -> Callable[[Words], Words]:
    return lambda words: tuple(map(change, words))


def _substring(words: Words, start: int, length: int | None = None) -> Words:
    text = "".join(words)[max(start - 1, 0) :]
    return (text[:length],)


FILTERS: Final[Mapping[str, Word]] = {
    "lower": Word(_each(str.lower), ".lower", "in small letters"),
    "upper": Word(_each(str.upper), ".upper", "in capitals"),
    "capitalize": Word(_each(capitalised), ".capitalize", "every word with a capital"),
    "abbr": Word(_each(lambda word: word[:1]), ".abbr", "the first letter of every word"),
    "substring": Word(
        _substring,
        ".substring(2), .substring(1,4)",
        "from the 2nd letter on; 4 letters from the 1st on",
        (int, int),
        1,
    ),
    "condense": Word(
        lambda words, between: (between.join(words),),
        ".condense('-')",
        "the words with a text between them",
        (str,),
        1,
    ),
    "prefix": Word(
        lambda words, text: (text, *words) if any(words) else (),
        ".prefix('_')",
        "with a text in front, unless there is nothing",
        (str,),
        1,
    ),
    "default": Word(
        lambda words, text: words if any(words) else (text,),
        ".default('nd')",
        "another text where there is nothing",
        (str,),
        1,
    ),
}
"""The words that change what the one in front of them said."""


@dataclass(frozen=True, slots=True)
class Call:
    """A word with what stands in its brackets."""

    word: str
    arguments: tuple[int | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the sum: a part of the item, or a text, with the filters after it."""

    source: Call | str
    filters: tuple[Call, ...] = ()

    def say(self, item: Item) -> str:
        """What the term says of an item; empty where the item does not say it."""
        if isinstance(self.source, str):
            words: Words = (self.source,)
        else:
            words = PARTS[self.source.word].give(item, *self.source.arguments)
        for each in self.filters:
            words = FILTERS[each.word].give(words, *each.arguments)
        return "".join(words)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read."""

    terms: tuple[Term, ...]

    def key(self, item: Item, *, ascii_only: bool = False) -> str:
        """The citation key of an item, before any other item is looked at.

        With ``ascii_only`` letters that have no form in ASCII are left out, because pdfLaTeX cites by none
        of them. An item of which the formula says nothing, its texts aside, or no letter that is
        left, is called by its own key.
        """
        item = with_families_in_ascii(item) if ascii_only else item
        said = [(term.say(item), isinstance(term.source, Call)) for term in self.terms]
        whole = clean_key("".join(text for text, _ in said))
        key = spelt(whole) if ascii_only else whole
        is_about_item = any(text for text, is_part in said if is_part)
        is_left = key == whole or _LETTER.search(key)
        return key if key and is_about_item and is_left else f"item{clean_key(item.key)}"


# What must be left of a key.
_LETTER: Final = regex(r"[A-Za-z]")


@lru_cache(maxsize=16)
def parse_formula(text: str) -> Formula:
    """Read a formula.

    Raises:
        FormulaError: it cannot be read, or says nothing of an item.

    """
    return _Parser(text).formula()


# --- reading -------------------------------------------------------------------------------------------

_JOINED: Final = "Parts are joined by + and texts stand in quotes: auth + '_' + year."
_TOKEN: Final = regex(
    r"(?P<word>[^\W\d_]+)|(?P<number>[0-9]+)|(?P<text>'[^']*'|\"[^\"]*\")|(?P<mark>[+.,()])"
    r"|(?P<quote>['\"])|(?P<other>\S)"
)
_LONGEST_NUMBER: Final = 4


class _Token(NamedTuple):
    kind: str
    text: str
    place: int

    def __str__(self) -> str:
        return f"`{self.text}`"


class _Parser:
    """Reads one formula from left to right."""

    def __init__(self, text: str) -> None:
        self._tokens = [*_tokens(text), _Token("end", "", len(text) + 1)]
        self._next = 0

    def formula(self) -> Formula:
        if self._ahead.kind == "end":
            raise FormulaError("it is empty", f"The usual one is {DEFAULT_FORMULA}.")
        terms = [self._term()]
        while self._accept("+"):
            terms.append(self._term())
        if self._ahead.kind != "end":
            raise _unexpected(self._ahead)
        if not any(isinstance(term.source, Call) for term in terms):
            raise FormulaError("it says nothing of an item", f"Add one of {', '.join(PARTS)}.")
        return Formula(tuple(terms))

    def _term(self) -> Term:
        is_text = self._ahead.kind == "text"
        source = _checked_text(self._take()) if is_text else self._call(PARTS)
        filters = []
        while self._accept("."):
            filters.append(self._call(FILTERS))
        return Term(source, tuple(filters))

    def _call(self, known: Mapping[str, Word]) -> Call:
        token = self._take()
        if token.kind != "word":
            raise _unexpected(token)
        if token.text not in known:
            raise _unknown(token, known)
        arguments = self._arguments(token) if self._accept("(") else ()
        word = known[token.text]
        is_right = word.needs <= len(arguments) <= len(word.takes) and all(
            map(isinstance, arguments, word.takes)
        )
        if not is_right:
            raise _misused(token, word, has_arguments=bool(arguments))
        return Call(token.text, arguments)

    def _arguments(self, owner: _Token) -> tuple[int | str, ...]:
        arguments: list[int | str] = []
        while not self._accept(")"):
            if arguments and not self._accept(","):
                raise _unclosed(owner, self._ahead)
            arguments.append(self._argument(owner))
        return tuple(arguments)

    def _argument(self, owner: _Token) -> int | str:
        token = self._take()
        if token.kind == "text":
            return _checked_text(token)
        if token.kind != "number":
            raise _unclosed(owner, token)
        if len(token.text) > _LONGEST_NUMBER:
            raise FormulaError(f"character {token.place}: {token} is too much", "Take it smaller.")
        return int(token.text)

    @property
    def _ahead(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._ahead
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _accept(self, mark: str) -> bool:
        is_there = self._ahead.kind == "mark" and self._ahead.text == mark
        self._next += is_there
        return is_there


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        token = _Token(kind, found[kind], found.start(kind) + 1)
        if kind == "quote":
            raise FormulaError(
                f"character {token.place}: the quote {token} is not closed",
                f"Put another {token.text} after the text.",
            )
        yield token


def _checked_text(token: _Token) -> str:
    text = token.text[1:-1]
    if clean_key(text) != text:
        raise FormulaError(
            f"character {token.place}: {token} holds what no citation key may hold",
            "Letters, digits and - _ . : + / are safe.",
        )
    return text


def _unknown(token: _Token, known: Mapping[str, Word]) -> FormulaError:
    near = difflib.get_close_matches(token.text.lower(), known, 1)
    other = FILTERS if known is PARTS else PARTS
    if token.text in other:
        advice = f"It is written {other[token.text].written}."
    elif near:
        advice = f"Did you mean `{near[0]}`?"
    else:
        advice = f"Known here: {', '.join(known)}."
    return FormulaError(f"character {token.place}: {token} is not known here", advice)


def _unexpected(token: _Token) -> FormulaError:
    what = "a word is missing" if token.kind == "end" else f"{token} does not belong here"
    return FormulaError(f"character {token.place}: {what}", _JOINED)


def _misused(token: _Token, word: Word, *, has_arguments: bool) -> FormulaError:
    wrong = "does not go with what stands in its brackets"
    return FormulaError(
        f"character {token.place}: {token} {wrong if has_arguments else 'wants brackets after it'}",
        f"It is written {word.written}: {word.means}.",
    )


def _unclosed(owner: _Token, token: _Token) -> FormulaError:
    if token.kind == "end":
        return FormulaError(
            f"character {owner.place}: the bracket after {owner} is not closed", "Put a ) there."
        )
    return FormulaError(
        f"character {token.place}: {token} does not belong into the brackets of {owner}",
        f"It is written {({**PARTS, **FILTERS}[owner.text]).written}.",
    )
