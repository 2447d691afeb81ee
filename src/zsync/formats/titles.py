"""Titles: English title case and the braces that keep BibTeX styles from undoing capitals.

BibTeX styles lower-case titles, and BibLaTeX does so for English ones. Zotero asks for titles in sentence
case. So an English title is put into title case (the Chicago Manual's rules, as CSL processors apply them),
and what was typed with a capital is protected by double braces; a single pair is not enough where it starts
with a command.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from zsync.formats.latex import Markup, RichText, clean, escape, parse_rich_text, render_rich_text

_WORD: Final = re.compile(r"[^\W_][\w\u0300-\u036f]*(?<!_)|[^\W_]")
_WORD_CHARS: Final = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_SMALL_WORDS: Final = frozenset(
    (
        "a about above across afore after against along alongside amid amidst among amongst an and anenst"
        " apropos apud around as aside astride at athwart atop barring before behind below beneath beside"
        " besides between beyond but by c ca circa contra d de despite down during e ere et except for"
        " forenenst from given in inside into lest like modulo near next nor notwithstanding of off on onto"
        " or out over pace past per plus pro qua sans since so than the through throughout thru till to"
        " toward towards under underneath until unto up upon v van versus via vis von vs when with within"
        " without yet"
    ).split()
)
_OPENERS: Final = frozenset(":?!")
_APOSTROPHES: Final = frozenset("'’")
_UNCASED: Final = ("nocase", "raw", "sub", "sup")


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    protected: bool


def is_english(language: str) -> bool:
    """Whether titles in this language (Zotero's free text) follow English capitals; an empty one does."""
    return language.strip()[:2].casefold() in ("", "en")


def render_title(html: str, *, english: bool, biblatex: bool) -> str:
    """A title as BibTeX or BibLaTeX wants it.

    In English: title case and protected capitals. In other languages BibLaTeX keeps capitals by itself
    (``langid``), while for BibTeX the whole title is put into braces.
    """
    rich = parse_rich_text(clean(html))
    if english:
        return _render_english(rich, biblatex=biblatex)

    def write(start: int, end: int) -> str:
        return escape(rich.text[start:end], ascii_only=not biblatex)

    title = render_rich_text(rich, write, biblatex=biblatex)
    return title if biblatex or not title else f"{{{title}}}"


def render_text(html: str, *, biblatex: bool) -> str:
    """Rich text whose capitals nobody touches: a journal, a publisher, an abstract."""
    rich = parse_rich_text(clean(html))

    def write(start: int, end: int) -> str:
        return escape(rich.text[start:end], ascii_only=not biblatex)

    return render_rich_text(rich, write, biblatex=biblatex)


def _render_english(rich: RichText, *, biblatex: bool) -> str:
    uncased = rich.kinds(*_UNCASED)
    words = [word for word in _words(rich.text) if not _inside(word, uncased)]
    text = _apply(rich.text, words)
    groups = list(_protected_groups(text, words))

    def write(start: int, end: int) -> str:
        pieces: list[str] = []
        for first, last in groups:
            first, last = max(first, start), min(last, end)
            if first < last:
                pieces.append(escape(text[start:first], ascii_only=not biblatex))
                pieces.append(f"{{{{{escape(text[first:last], ascii_only=not biblatex)}}}}}")
                start = last
        pieces.append(escape(text[start:end], ascii_only=not biblatex))
        return "".join(pieces)

    return render_rich_text(
        RichText(text, rich.markup), write, biblatex=biblatex, shield=True
    )


def _inside(word: _Word, stretches: tuple[Markup, ...]) -> bool:
    return any(stretch.start <= word.start < stretch.end for stretch in stretches)


def _words(text: str) -> Iterator[_Word]:
    """The words in title case, and whether the capital in one was typed."""
    is_first = True
    for found in _WORD_CHARS.finditer(text):
        start, word = found.start(), found[0]
        before = text[:start].rstrip()[-1:] if start < 3 else text[start - 3 : start].rstrip()[-1:]
        opens = is_first or before in _OPENERS
        capital = word != word.lower()
        yield _Word(
            start,
            found.end(),
            word if capital else _title_case(word, opens=opens, before=text[start - 2 : start] if start > 1 else ""),
            capital and not (is_first and start == 0 and word[1:] == word[1:].lower()),
        )
        is_first = False


def _title_case(word: str, *, opens: bool, before: str) -> str:
    if len(before) == 2 and before[1] in _APOSTROPHES and before[0].isalpha():
        return word
    if not opens and (len(word) == 1 or word in _SMALL_WORDS):
        return word
    upper = word[0].upper()
    return upper + word[1:] if len(upper) == 1 else word


def _apply(text: str, words: list[_Word]) -> str:
    pieces: list[str] = []
    position = 0
    for word in words:
        pieces += (text[position : word.start], word.text)
        position = word.end
    pieces.append(text[position:])
    return "".join(pieces)


def _protected_groups(text: str, words: list[_Word]) -> Iterator[tuple[int, int]]:
    """Runs of protected words a space apart; one joined to such a word by a hyphen belongs to the run."""
    start = end = -1
    for word in words:
        gap = text[end : word.start] if end >= 0 else ""
        if end >= 0 and (gap == "-" or (gap == " " and word.protected)):
            end = word.end
        elif word.protected:
            if end >= 0:
                yield start, end
            start, end = word.start, word.end
        elif end >= 0:
            yield start, end
            start = end = -1
    if end >= 0:
        yield start, end
