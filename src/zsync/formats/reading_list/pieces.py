"""The pieces of entries as Markdown that reads back as what it was: titles, short names, links."""

import re
from collections.abc import Iterator

from zsync.formats.reading_list.fields import EMOJI, ENTITY_END
from zsync.formats.reading_list.inline import escape, protect, write_url

_LEADING = re.compile(rf"[#>+\-=~:.,;|：–—·•/→。，；、\ufe0f\u200d]|{EMOJI}|\((?={EMOJI})|\d+(?=[.)])")
_TRAILING = re.compile(rf"(?:[.,;:|\-–—·•/→。，；：、(（【\ufe0f\u200d]|{EMOJI})\Z")
_QUOTE_MARKS = tuple('"“”「」『』《》')


def write_title(title: str) -> str:
    """A title as Markdown that :func:`~zsync.formats.reading_list.fields.title_of` gives back."""
    text = escape(title)
    if _TRAILING.search(text) and not ENTITY_END.search(text):
        text = text[:-1] + protect(text[-1])
    lead = _LEADING.match(text)
    if lead and lead.group()[0].isdigit():
        return text[: lead.end()] + "\\" + text[lead.end() :]
    return protect(text[0]) + text[1:] if lead else text


def written_titles(title: str) -> Iterator[str]:
    """A title as it may be written, the plainest first: as it is, its quotes or its end made safe."""
    text = write_title(title)
    yield text
    if text[:1] in _QUOTE_MARKS:
        yield protect(text[0]) + text[1:]
    quoted = "".join(f"&#{ord(char)};" if char in _QUOTE_MARKS else char for char in text)
    if quoted != text:
        yield quoted
    yield _guarded(quoted)


def _guarded(title: str) -> str:
    """A title whose last words cannot be taken for a venue: their blanks are written as entities."""
    return "&#32;".join(title.rsplit(" ", 8))


def write_short(short: str) -> str:
    """A short name as Markdown; a colon at its end is no joint."""
    text = escape(short)
    return text[:-1] + protect(text[-1]) if text[-1:] in (":", "：") else text


def write_link(label: str, url: str) -> str:
    """A link as Markdown."""
    return f"[{escape(label)}]({write_url(url)})"


def with_lead(text: str, old: str, new: str) -> str:
    """The lines of an entry at another indentation."""
    lines = text.split("\n")
    return "\n".join(
        new + line[len(old) :] if line.strip() and line.startswith(old) else line for line in lines
    )
