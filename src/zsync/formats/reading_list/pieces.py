"""The pieces of entries as Markdown that reads back as what it was: titles, short names, links."""

from collections.abc import Iterator
from typing import Final

from zsync.core.patterns import regex
from zsync.formats.reading_list.fields import EMOJI, ENTITY_END
from zsync.formats.reading_list.inline import escape, protect, write_url

_SIGN = regex(rf"[\ufe0f\u200d]|{EMOJI}|:(?=[a-z])")
_STARRED = regex(rf"(?<=\A\(){EMOJI}|{EMOJI}(?=\ufe0f?\)\Z)")
_LEADING = regex(rf"[#>+\-=~:.,;|：–—·•/→。，；、\ufe0f\u200d]|{EMOJI}|\d+(?=[.)])")
_TRAILING = regex(rf"(?:[.,;:|\-–—·•/→。，；：、(（【\ufe0f\u200d]|{EMOJI})\Z")
# The number of a footnote at either end; what is one character more says the same and is no footnote.
_RAISED = regex(r"(?<=\A<sup>)\d|(?<=<sup>)\d(?=\d?</sup>\Z)")
# How a title ends, as it is written, that takes no full stop after it.
END_OF_SENTENCE: Final = ("?", "!", "？", "！", "…", "\\.", "。")
_QUOTE_MARKS = tuple('"“”「」『』《》')


def write_title(title: str) -> str:
    """A title as Markdown that :func:`~zsync.formats.reading_list.fields.title_of` gives back."""
    text = _guarded_ends(escape(title))
    if _TRAILING.search(text) and not ENTITY_END.search(text):
        text = text[:-1] + protect(text[-1])
    lead = _LEADING.match(text)
    if lead and lead.group()[0].isdigit():
        return text[: lead.end()] + "\\" + text[lead.end() :]
    return protect(text[0]) + text[1:] if lead else text


def _guarded_ends(text: str) -> str:
    """Text that neither begins nor ends with what reads as a footnote or as stars in parentheses."""
    text = _RAISED.sub(lambda digit: f"&#{ord(digit.group())};", text)
    return _STARRED.sub(lambda star: f"&#{ord(star.group())};", text)


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
    """A title whose words cannot be taken for a venue or a remark: spaces, or a letter, as entities."""
    if " " in title or not title[:1].isalnum():
        return "&#32;".join(title.rsplit(" ", 8))
    return f"&#{ord(title[0])};{title[1:]}"


def with_one_stop(text: str, title: str) -> str:
    """An entry's text without the full stop after its title where that ends a sentence already."""
    return text.replace(f"{title}.", title, 1) if title.endswith(END_OF_SENTENCE) else text


def write_short(short: str) -> str:
    """A short name as Markdown; a colon at its end is no joint."""
    text = _guarded_ends(escape(short))
    if _SIGN.match(text):
        text = protect(text[0]) + text[1:]
    is_safe = ENTITY_END.search(text) or not (
        text[-1:] in (":", "：") or _SIGN.search(text, len(text) - 1)
    )
    return text if is_safe else text[:-1] + protect(text[-1])


def write_link(label: str, url: str) -> str:
    """A link as Markdown."""
    return f"[{escape(label)}]({write_url(url)})"


def with_lead(text: str, old: str, new: str) -> str:
    """The lines of an entry at another indentation."""
    lines = text.split("\n")
    return "\n".join(
        new + line[len(old) :] if line.strip() and line.startswith(old) else line for line in lines
    )
