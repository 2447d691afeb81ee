"""Titles: English title case and the braces that keep BibTeX styles from undoing capitals.

BibTeX styles lower-case titles, and BibLaTeX does so for English ones. Zotero asks for titles in sentence
case. So an English title is put into title case (the Chicago Manual's rules, as CSL processors apply them),
and what was typed with a capital is protected by double braces; a single pair is not enough where it starts
with a command.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from zsync.core.patterns import regex
from zsync.formats.bib.latex import (
    Markup,
    RichText,
    TexForm,
    clean,
    escape,
    is_plain,
    pair_braces,
    parse_rich_text,
    render_rich_text,
)

_RAISED_OR_LOWERED: Final = "\u00b2\u00b3\u00b9\u2070-\u209f"
_TOKEN: Final = regex(r"\S+")
_WORD: Final = regex(rf"[^\W_{_RAISED_OR_LOWERED}](?:[^\W_{_RAISED_OR_LOWERED}]|[\u0300-\u036f])*")
_ADDRESS: Final = regex(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S", re.IGNORECASE)
# An accent on a capital, and one whose command is a capital: in lower case it is another command, or none.
_ACCENTED_CAPITAL: Final = regex(
    r"\\(?:[`'^\"~=.]|[cdruvHkb] )[A-Z]|\\[A-Z] [A-Za-z]|\\(?:[`'^\"~=.]|[cdruvHkb])\{\\[`'^\"~=.][A-Z]\}"
)
_SMALL_WORDS: Final = frozenset({
    "a", "about", "above", "across", "afore", "after", "against", "along", "alongside",
    "amid", "amidst", "among", "amongst", "an", "and", "anenst", "apropos", "apud", "around",
    "as", "aside", "astride", "at", "athwart", "atop", "barring", "before", "behind", "below",
    "beneath", "beside", "besides", "between", "beyond", "but", "by", "c", "ca", "circa",
    "contra", "d", "de", "despite", "down", "during", "e", "ere", "et", "except", "for",
    "forenenst", "from", "given", "in", "inside", "into", "lest", "like", "modulo", "near",
    "next", "nor", "notwithstanding", "of", "off", "on", "onto", "or", "out", "over", "pace",
    "per", "plus", "pro", "qua", "sans", "since", "so", "than", "the", "through",
    "throughout", "thru", "till", "to", "toward", "towards", "under", "underneath", "until",
    "unto", "up", "upon", "v", "van", "versus", "via", "vis", "von", "vs", "with", "within",
    "without", "yet",
})  # fmt: skip
# What stands beside the symbols of formulas: signs of mathematics and of typed LaTeX.
_BESIDE_A_SYMBOL: Final = regex(r"[$\\^_=<>|+±×÷~\u2190-\u22ff]|(?<=\w)\(")
#: Units without a capital; with one, some are other units.
_UNITS: Final = frozenset({
    "bar", "bp", "cd", "cl", "cm", "deg", "dl", "dm", "fm", "fps", "fs", "g", "h", "kb", "kbp", "kg", "km",
    "m", "mbar", "mg", "min", "ml", "mm", "mol", "ms", "ng", "nm", "ns", "pg", "pm", "ps", "rad", "rpm", "s",
})  # fmt: skip
#: Names of functions, which stay as they are beside a number or a symbol: n log n.
_FUNCTIONS: Final = frozenset({"cos", "exp", "lim", "ln", "log", "max", "min", "sin", "tan"})
# A number or a symbol, with the brackets around it.
_SYMBOL: Final = regex(r"[(\[{|]*(?:[^\W\d_]\(?[^\W\d_]?|\d+)[)\]}|]*")
# A letter by itself at a title's end, a symbol there too: n), k-NN.
_ENDS_ALONE: Final = regex(r"[^\W\d_](?![^\W\d_])")
# A number as it stands before a unit: 20, 1,000, 3.5, 10–20.
_NUMBER: Final = regex(r"\d(?:[\d.,/–-]*\d)?")
_OPENERS: Final = frozenset(":?!")
_HYPHENS: Final = ("-", "‐", "‑", "/")
_OPENING_QUOTES: Final = "([\"'‘’“”„«¿¡"
_LAST_LATIN: Final = "\u024f"
_UNCASED: Final = ("nocase", "raw", "sub", "sup")


class _Word(NamedTuple):
    """A word of a title: where it stands, what is written there, whether its capital was typed."""

    start: int
    end: int
    text: str
    protected: bool


def is_english(language: str) -> bool:
    """Whether titles in this language (Zotero's free text) follow English capitals; an empty one does."""
    return language.strip()[:2].casefold() in ("", "en")


@lru_cache(maxsize=4096)
def render_title(html: str, form: TexForm, *, english: bool, title_case: bool = True) -> str:
    """A title as BibTeX or BibLaTeX wants it.

    In English: title case, unless ``title_case`` is off, and protected capitals. In other languages
    BibLaTeX keeps capitals by itself (``langid``), while for BibTeX the whole title is put into braces.
    """
    rich = _read(html, form)
    if english:
        return _render_english(rich, form, title_case=title_case)
    title = _render_plain(rich, form)
    return title if form.biblatex or not title else f"{{{title}}}"


def render_text(html: str, form: TexForm) -> str:
    """Rich text whose capitals nobody touches: a journal, a publisher, an abstract."""
    return html.strip() if is_plain(html) else _render_plain(_read(html, form), form)


def _read(html: str, form: TexForm) -> RichText:
    rich = parse_rich_text(clean(html))
    return pair_braces(rich) if form.biblatex else rich


def _render_plain(rich: RichText, form: TexForm) -> str:
    if not rich.markup:
        return escape(rich.text, ascii_only=form.ascii)

    def write(start: int, end: int) -> str:
        return escape(rich.text[start:end], ascii_only=form.ascii)

    return render_rich_text(rich, write, form=form)


def _render_english(rich: RichText, form: TexForm, *, title_case: bool) -> str:
    words = list(_words(rich.text))
    if rich.markup:
        uncased = list(_outermost(rich.kinds(*_UNCASED)))
        shifted = list(_outermost(rich.kinds("sub", "sup")))
        words = [part for word in words for part in _cut(word, rich.text, shifted)]
        words = [word for word in words if not _inside(word.start, uncased)]
    groups = list(_protected_groups(rich.text, words))
    kept = _kept(rich, groups)
    inside = list(_outermost(kept))
    if inside:
        words = [word for word in words if not _inside(word.start, inside)]
    text = _apply(rich.text, words) if title_case else rich.text

    def write(start: int, end: int) -> str:
        if _inside(start, inside):
            return escape(text[start:end], ascii_only=form.ascii)
        return _write_protected(text, start, end, groups, form)

    return render_rich_text(
        RichText(text, rich.markup), write, form=form, shield=True, kept=frozenset(kept)
    )


def _cut(word: _Word, text: str, shifted: Sequence[tuple[int, int]]) -> Iterator[_Word]:
    """Cut a word where sub- and superscripts begin and end; a letter with one is a symbol, and stays."""
    cuts = {each for stretch in shifted for each in stretch if word.start < each <= word.end}
    if not cuts:
        yield word
        return
    for start, end in pairwise(sorted({word.start, *cuts, word.end})):
        typed = text[start:end]
        is_cased = start == word.start and len(typed) > 1
        is_protected = typed != typed.lower() and (word.protected or start > word.start)
        yield _Word(start, end, word.text[: end - start] if is_cased else typed, is_protected)


def _kept(rich: RichText, groups: list[tuple[int, int]]) -> tuple[Markup, ...]:
    """The outermost markup that holds a capital to protect; it is protected, and left as typed, as a whole.

    A command in one pair of braces is a "special character" for BibTeX: braces inside it protect nothing.
    """
    outermost = dict.fromkeys(_outermost(rich.markup))
    starts = [start for start, _ in groups]
    return tuple(
        stretch
        for stretch in rich.markup
        if outermost.pop((stretch.start, stretch.end), stretch) is None
        and stretch.kind not in ("nocase", "raw")
        and _shows_capital(rich.text, stretch, _overlapping(groups, starts, stretch))
    )


def _overlapping(
    groups: list[tuple[int, int]], starts: list[int], stretch: Markup
) -> list[tuple[int, int]]:
    """The groups that a stretch may share text with; ``starts`` is where each begins."""
    first = bisect_right(starts, stretch.start) - 1
    return groups[max(first, 0) : bisect_left(starts, stretch.end)]


def _shows_capital(text: str, stretch: Markup, groups: list[tuple[int, int]]) -> bool:
    parts = [(stretch.start, stretch.end)] if stretch.kind in ("sub", "sup") else groups
    cut = (text[max(start, stretch.start) : min(end, stretch.end)] for start, end in parts)
    return any(part != part.lower() for part in cut)


def _write_protected(
    text: str, start: int, end: int, groups: list[tuple[int, int]], form: TexForm
) -> str:
    """Write ``text[start:end]`` with braces around the groups in it that show a capital."""
    pieces: list[str] = []
    for place in range(bisect_left(groups, start, key=_end), len(groups)):
        first, last = max(groups[place][0], start), min(groups[place][1], end)
        if first >= end:
            break
        group = text[first:last]
        if group != group.lower():
            pieces.append(_write_loose(text[start:first], form))
            pieces.append(f"{{{{{escape(group, ascii_only=form.ascii)}}}}}")
            start = last
    pieces.append(_write_loose(text[start:end], form))
    return "".join(pieces)


def _write_loose(text: str, form: TexForm) -> str:
    """Text whose case BibTeX may change: it keeps an accented capital that begins a title only in braces."""
    written = escape(text, ascii_only=form.ascii)
    if form.biblatex or text.isascii():
        return written
    return _ACCENTED_CAPITAL.sub(r"{\g<0>}", written)


def _end(group: tuple[int, int]) -> int:
    return group[1]


def _outermost(stretches: Iterable[Markup]) -> Iterator[tuple[int, int]]:
    end = 0
    for stretch in stretches:
        if stretch.start >= end:
            end = stretch.end
            yield stretch.start, end


def _inside(position: int, stretches: list[tuple[int, int]]) -> bool:
    place = bisect_left(stretches, position + 1, key=_end)
    return place < len(stretches) and stretches[place][0] <= position


def _words(text: str) -> Iterator[_Word]:
    """The words in title case, and whether the capital in one was typed."""
    opens = True
    last = text.rstrip().rfind(" ") + 1
    before = ""
    for found in _TOKEN.finditer(text):
        token, start = found[0], found.start()
        opens = opens or (start >= last and not _ENDS_ALONE.match(token))
        is_unit = token in _UNITS and _NUMBER.fullmatch(before)
        if is_unit or (token in _FUNCTIONS and _SYMBOL.fullmatch(before)):
            yield _Word(start, start + len(token), token, protected=False)
        elif token.isalpha():
            yield _word(token, start, opens=opens)
        elif _ADDRESS.match(token):
            yield _Word(start, start + len(token), token, protected=True)
        else:
            yield from _words_in_token(token, start, opens=opens)
        opens = token[-1] in _OPENERS
        before = token


def _words_in_token(token: str, offset: int, *, opens: bool) -> Iterator[_Word]:
    """The words between two spaces. Only the first and what a hyphen adds to it take title case.

    What follows a protected capital in a compound stays as typed: "X-ray", "Non-linear".
    """
    position = 0
    compound_is_protected = False
    is_formula = _BESIDE_A_SYMBOL.search(token) is not None
    for found in _WORD.finditer(token):
        between = token[position : found.start()]
        is_cased = between.endswith(_HYPHENS) if position else not between.strip(_OPENING_QUOTES)
        position = found.end()
        word = _word(found[0], offset + found.start(), opens=opens)
        is_symbol = len(found[0]) == 1 and is_formula
        if not is_cased or compound_is_protected or is_symbol:
            word = word._replace(text=found[0])
        yield word
        compound_is_protected |= word.protected
        opens = False


def _word(word: str, start: int, *, opens: bool) -> _Word:
    """A word as it is to be written; the capital that begins a title is everybody's and not protected."""
    end = start + len(word)
    if word == word.lower():
        return _Word(start, end, _title_case(word, opens=opens), protected=False)
    is_plain = start == 0 and word[1:] == word[1:].lower()
    return _Word(start, end, word, protected=not is_plain)


def _title_case(word: str, *, opens: bool) -> str:
    """The word with a capital, unless it is a small one or not English (a letter beyond Latin Extended)."""
    if not opens and (len(word) == 1 or word in _SMALL_WORDS):
        return word
    upper = word[0].upper()
    # The capital of the sign for micro is Greek: ``µm`` is a unit.
    if max(*word, *upper) > _LAST_LATIN or len(upper) > 1:
        return word
    return upper + word[1:]


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
