"""What the lines of an entry say when their layout is left out: no markup, boxes, addresses, line ends."""

from zsync.core.patterns import regex
from zsync.core.wording import Wording
from zsync.formats.reading_list.inline import find_links, plain

# The bullet, the box or the quotation mark that a line begins with, one after another.
_MARKERS = regex(r"(?:[ \t]*(?:[-*+>|]|[0-9]{1,9}[.)](?=[ \t])|\[[ xX]\]))*[ \t]*")


def wording(head: str, note: str) -> Wording:
    """Return what an entry says, of its lines as they stand: those of the head and those of the note."""
    said, addresses = _said(head)
    if not note.strip():
        return Wording(said, said, addresses)
    whole, addresses = _said(f"{head}\n{note}")
    return Wording(said, whole, addresses)


def _said(lines: str) -> tuple[str, tuple[str, ...]]:
    """Join lines as Markdown does; give their text, and the addresses of their links apart from it."""
    joined = " ".join(line[_marker_end(line) :].strip() for line in lines.splitlines())
    links, text, pos = find_links(joined), [], 0
    for link in links:
        text.append(joined[pos : link.start if link.is_bare else link.label_end + 1])
        pos = link.end
        if not link.is_bare:
            text.append("() " if joined.startswith("[", link.end) else "()")
    text.append(joined[pos:])
    addresses = tuple(joined[link.url_start : link.url_end] for link in links)
    return " ".join(plain("".join(text), keep_tags=False).split()), addresses


def _marker_end(line: str) -> int:
    found = _MARKERS.match(line)
    return found.end() if found else 0
