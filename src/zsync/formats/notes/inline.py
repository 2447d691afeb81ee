"""Runs as the Markdown within one block: escapes, links, code, formulas, and emphasis."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import groupby
from operator import and_, attrgetter

from zsync.core.patterns import regex
from zsync.formats.notes.boxes import EMPHASIS, STRIKE, STRONG, Run

# Every alternative begins with a literal character, or the search would try them all at each place.
_MARKUP = r"""
    \\(?=[!-/:-@\[-`{-~\s]|\Z)
  | `
  | \*(?!\s) | \*(?<!\s\*)                   # "a * b" is safe
  | _(?<![^\W_]_) | _(?![^\W_])              # so is snake_case
  | ~(?<![\s/]~) | ~(?<=/~)(?!\w) | ~\Z      # and ~5, /~user; but 3~5 and 7~9 would be struck out
  | <(?=[a-zA-Z/!?])
  | &(?=\#[0-9]{1,7};|\#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};)
"""
_TEXT_MARKUP = regex(rf"{_MARKUP} | \](?=[(\[:])", re.VERBOSE)
_LINK_TEXT_MARKUP = regex(rf"{_MARKUP} | \[ | \]", re.VERBOSE)
_BACKSLASH = r"\\\g<0>"
_DOLLARS = regex(r"(?<!\\)\$+")
_NEUTRAL_IN_MATH = (("`", ""), ("](", "] ("), ("][", "] ["), ("]:", "] :"))


@dataclass(slots=True)
class _Piece:
    """Text of one style, not escaped yet; or an atom: finished Markdown that cannot be divided."""

    text: str
    style: int
    atom: bool = False

    @property
    def is_space(self) -> bool:
        return not self.atom and self.text.isspace()


_DELIMITERS = {
    STRONG: _Piece("**", 0, atom=True),
    EMPHASIS: _Piece("*", 0, atom=True),
    STRIKE: _Piece("~~", 0, atom=True),
}


def render_inline(runs: list[Run], markup: re.Pattern[str] = _TEXT_MARKUP) -> str:
    """Render runs as one text; a line break in it is a bare newline."""
    if all(run.kind == "text" and not run.style and run.link is None for run in runs):
        return markup.sub(_BACKSLASH, "".join(run.text for run in runs).strip())
    pieces: list[_Piece] = []
    for link, group in groupby(runs, key=attrgetter("link")):
        alike = list(group)
        pieces += _text_pieces(alike, markup) if link is None else _link_pieces(alike, link)
    return _write(_emphasise(_settle(pieces)), markup).strip()


def _text_pieces(runs: list[Run], markup: re.Pattern[str]) -> Iterator[_Piece]:
    for (kind, style), group in groupby(runs, key=attrgetter("kind", "style")):
        text = "".join(run.text for run in group)
        if kind == "text" and not style:
            yield _Piece(text, 0)
            continue
        before, core, after = _split_spaces(text)
        yield from _some(before)
        if kind == "text":
            yield from _some(core, style)
        elif core:
            yield _Piece(_atom(kind, core, markup), style, atom=True)
        yield from _some(after)


def _link_pieces(runs: list[Run], url: str) -> Iterator[_Piece]:
    """Make a link an atom, with the style that all of its text shares around it."""
    shared = reduce(
        and_, (run.style for run in runs if not run.text.isspace()), STRONG | EMPHASIS | STRIKE
    )
    inner = [run._replace(style=run.style & ~shared, link=None) for run in runs]
    text = render_inline(inner, _LINK_TEXT_MARKUP)
    yield from _some(_split_spaces(runs[0].text)[0])
    if text:
        yield _Piece(f"[{text}]({url})", shared, atom=True)
    yield from _some(_split_spaces(runs[-1].text)[2])


def _split_spaces(text: str) -> tuple[str, str, str]:
    core = text.strip()
    if not core:
        return text, "", ""
    start = text.index(core[0])
    return text[:start], core, text[start + len(core) :]


def _some(text: str, style: int = 0) -> list[_Piece]:
    return [_Piece(text, style)] if text else []


def _atom(kind: str, text: str, markup: re.Pattern[str]) -> str:
    match kind:
        case "code":
            return _code_span(" ".join(text.split()))
        case "math":
            return f"${_formula(text)}$"
        case "display":
            return f"$${_formula(text)}$$"
        case _:
            return f"<{kind}>{markup.sub(_BACKSLASH, text)}</{kind}>"


def _code_span(text: str) -> str:
    fence = fence_for(text, 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def fence_for(text: str, shortest: int) -> str:
    """Make backticks, at least so many, that no backticks in the text can end."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(shortest, longest + 1)


def _formula(text: str) -> str:
    """Keep a formula on one line, with a space, which TeX ignores, where Markdown would see a tag or link."""
    formula = _DOLLARS.sub(" ", text)
    for markup, neutral in _NEUTRAL_IN_MATH:
        formula = formula.replace(markup, neutral)
    formula = " ".join(formula.split())
    formula = re.sub(r"<(?=[a-zA-Z/!?])", "< ", formula)
    return f"{formula} " if formula.endswith("\\") else formula


def _settle(pieces: list[_Piece]) -> list[_Piece]:
    """Give every piece a style that its delimiters can express where they stand.

    CommonMark does not let ``**`` close after punctuation and before a letter, as in ``**注意：**内容``: such
    punctuation moves out of the emphasis. Spaces take the style that both of their sides have.
    """
    settled: list[_Piece] = []
    for piece in pieces:
        if (
            settled
            and settled[-1].style != piece.style
            and not (piece.is_space or settled[-1].is_space)
        ):
            settled += _settle_boundary(settled.pop(), piece)
        else:
            settled.append(piece)
    return _blend_spaces(settled)


def _settle_boundary(left: _Piece, right: _Piece) -> list[_Piece]:
    shared = left.style & right.style
    if _is_ambiguous(left, right):
        right = _Piece(right.text, shared, right.atom)
    if left.style != shared and _is_mark(left.text[-1]) and _is_solid(right.text[0]):
        at = 0 if left.atom else _end_of_words(left.text)
        parts = [
            _Piece(left.text[:at], left.style),
            _Piece(left.text[at:], shared, left.atom),
            right,
        ]
    elif right.style != shared and _is_mark(right.text[0]) and _is_solid(left.text[-1]):
        at = len(right.text) if right.atom else _start_of_words(right.text)
        parts = [
            left,
            _Piece(right.text[:at], shared, right.atom),
            _Piece(right.text[at:], right.style),
        ]
    else:
        parts = [left, right]
    return [part for part in parts if part.text]


def _is_ambiguous(left: _Piece, right: _Piece) -> bool:
    """Whether the opening asterisks of ``right`` could be read as closing ones.

    They could if others close right there, or within an open style unless after punctuation, before a word.
    """
    if right.style in (left.style, STRIKE) or left.style == STRIKE:
        return False
    if left.style & ~right.style:
        return bool(right.style & ~left.style)
    return bool(left.style) and (_is_solid(left.text[-1]) or _is_mark(right.text[0]))


def _start_of_words(text: str) -> int:
    return next((at for at, char in enumerate(text) if _is_word(char)), len(text))


def _end_of_words(text: str) -> int:
    return next((at for at in range(len(text), 0, -1) if _is_word(text[at - 1])), 0)


def _is_word(char: str) -> bool:
    return not (char.isspace() or _is_mark(char))


def _is_mark(char: str) -> bool:
    """Whether any reader takes the character for punctuation; symbols became that in CommonMark 0.31."""
    return unicodedata.category(char)[0] in "PS"


def _is_solid(char: str) -> bool:
    """Whether any reader takes the character for neither space nor punctuation."""
    category = unicodedata.category(char)[0]
    return not (char.isspace() or category == "P" or (category == "S" and char.isascii()))


def _blend_spaces(pieces: list[_Piece]) -> list[_Piece]:
    """Give spaces the style that both of their sides have, so that delimiters stand at words."""
    style = 0
    for piece in pieces:
        style = piece.style = style if piece.is_space else piece.style
    style = 0
    for piece in reversed(pieces):
        style = piece.style = piece.style & style if piece.is_space else piece.style
    return pieces


def _emphasise(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Put delimiters between the pieces.

    A style that would have to end and begin again, because another one ends within it, ends there.
    """
    opened: list[int] = []
    before = lost = 0
    for at, piece in enumerate(pieces):
        if piece.style == before:
            yield piece
            continue
        before = piece.style
        lost &= piece.style
        style = piece.style & ~lost
        while any(one & ~style for one in opened):
            last = opened.pop()
            yield _DELIMITERS[last]
            lost |= last & style
            style &= ~last
        new = [one for one in _DELIMITERS if one & style and one not in opened]
        for one in _longest_first(new, pieces, at):
            opened.append(one)
            yield _DELIMITERS[one]
        yield piece
    yield from map(_DELIMITERS.__getitem__, reversed(opened))


def _longest_first(styles: list[int], pieces: list[_Piece], at: int) -> list[int]:
    """Order styles that begin together so that the one that ends first is the inner one."""
    if len(styles) == 1 or not styles:
        return styles
    both = sum(styles)
    outer = next(
        (pieces[i].style for i in range(at, len(pieces)) if pieces[i].style & both != both), 0
    )
    return sorted(styles, key=lambda one: not one & outer)


def _write(pieces: Iterable[_Piece], markup: re.Pattern[str]) -> str:
    """Escape the text between the atoms, and keep apart what would mean something else side by side."""
    parts: list[str] = []
    for is_atom, group in groupby(pieces, key=attrgetter("atom")):
        if not is_atom:
            text = markup.sub(_BACKSLASH, "".join(piece.text for piece in group))
            parts += [" ", text] if text[0] == "$" == (parts[-1][-1] if parts else "") else [text]
            continue
        for number, atom in enumerate(group):
            before = parts[-1][-1] if parts else ""
            if before == atom.text[0] and (before == "$" or (before == "`" and number)):
                parts.append(" ")
            elif not number and parts and atom.text[0] == "[" and parts[-1][-1] in "!]":
                parts[-1] = f"{parts[-1][:-1]}\\{parts[-1][-1]}"  # not an image, not a reference
            parts.append(atom.text)
    return "".join(parts)
