"""The marks that git leaves in a text where a merge is unfinished."""

from collections.abc import Iterable, Iterator

from zsync.core.patterns import regex

#: A mark as git writes it: seven signs at the beginning of a line, then a space or nothing. ``|`` is diff3's.
_MARK = regex(r"([<=>|])\1{6}(?: |\r?\Z)")
#: Where fenced code begins or ends, however deep it is indented or quoted; ```this``` is code within a line.
_FENCE = regex(r"[ \t>]*(?:[-*+] +)?(`{3,}(?=[^`]*\Z)|~{3,})")
#: The signs in the order in which git writes them.
_ORDER = "<|=>"


def is_mark(line: str) -> bool:
    """Return whether a line is one of git's marks; in prose it may still be the underline of a heading."""
    return _MARK.match(line) is not None


def unfinished_merge(text: str, *, in_markdown: bool = False) -> int | None:
    """Return the line (1-based) where an unfinished merge begins in a text, or None where there is none.

    A mark that stands alone is something else: ``=======`` underlines a heading. Two of them in git's order
    are a merge, also one that was half cleaned up. In Markdown, what stands in fenced code is an example.
    """
    if sum(sign * 7 in text for sign in _ORDER) < 2:
        return None
    lines: Iterable[tuple[int, str]] = enumerate(text.removeprefix("\ufeff").split("\n"), 1)
    begun: tuple[int, int] | None = None
    for number, line in _outside_fences(lines) if in_markdown else lines:
        if not (mark := _MARK.match(line)):
            continue
        place = _ORDER.index(mark[1])
        if begun is not None and begun[1] < place:
            return begun[0]
        begun = (number, place)
    return None


def _outside_fences(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    fence = ""
    for number, line in lines:
        found = _FENCE.match(line)
        if not fence:
            fence = found[1] if found else ""
            yield number, line
        elif found and found[1].startswith(fence) and not line[found.end() :].strip():
            fence = ""
