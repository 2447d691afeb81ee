r"""A Zotero note's HTML as Markdown for a reading list.

A note goes from a private library into a file that anyone may read, and is kept in step there by
comparing texts, so every character counts: a ``<RET>`` that a browser takes for a tag loses a word, a
line that starts with ``# `` breaks the list's sections, and another spelling of the same note makes a
commit on every run. That is why this text is made here and not by a converter of web pages:

* One pass of a regular expression finds the tags as a browser does. (``html.parser`` needs quadratic
  time for tags that are never closed, raises on ``<![x``, and reads broken markup differently from one
  release of Python to the next.)
* A small machine keeps what Markdown can say: boxes (lists, quotes, tables) that hold paragraphs of
  runs. Everything else is dropped: attributes, scripts, comments, and the tags, not the text, of
  unknown elements.
* Text is escaped where CommonMark or GFM would read it as markup, and nowhere else. No tags but
  ``<sub>`` and ``<sup>`` come out.

The note's schema is zotero/note-editor's (paragraphs, lists, tables, ``pre.math``, ``span.math``,
``span.citation``, ``span.highlight``, embedded images) with what older editors left after. What Zotero
shows is what is kept: a citation's text without its data, a highlight with the quotation marks it has.
Indented paragraphs lose their indentation, which Markdown would take for code. A heading becomes a bold
paragraph, as the headings of a reading list are its sections.
"""

import re
import unicodedata

from zsync.core.foreign_text import cleaned
from zsync.core.patterns import regex
from zsync.formats.notes.reader import attribute_names, read
from zsync.formats.notes.writer import render_blocks

# What Zotero keeps in a note beside its text, and Markdown cannot say: citations, annotations, images.
_ZOTERO_DATA = frozenset(
    ("data-citation", "data-citation-items", "data-annotation", "data-attachment-key")
)
# Zotero's server takes 500,000 characters; its note cleaner fails from 250,000 bytes on.
_TOO_LONG = 250_000
_UNESCAPED_ALIKE = regex(r"</?su[bp]>|\\")
_BLOCK_MARK = regex(
    r"^[ \t*_~]*+(?:(?:[-+*]|\#{1,6})(?:[ \t*_~]++|$)|>[ \t]*+)*+(?:[-|: \t]+$)?|[ \t]\#+[*_~]*$",
    re.MULTILINE,
)
_IGNORED = regex("[\\s*_`~|\\[\\]\u200b-\u200d\u2060\ufeff]+")


def to_markdown(html: str) -> str:
    """Turn a note's HTML into Markdown: blocks apart by one blank line, "" for an empty note.

    Lines end in LF, the last one in nothing. Any text is accepted: what is not HTML is text. What would act
    in a text (:mod:`zsync.core.foreign_text`) is left out. Time is linear in its length.
    """
    return cleaned("\n".join(render_blocks(read(html).children)))


def to_html(markdown: str) -> str:
    """Turn Markdown into a note's HTML; see :mod:`.from_markdown`, which loads the reader of Markdown."""
    from zsync.formats.notes import from_markdown

    return from_markdown.to_html(markdown)


def holds_zotero_data(html: str) -> bool:
    """Return whether a note holds what its Markdown does not: such a note must never be written again.

    These are citations, annotations and images of the library, known by their attributes on an element as a
    browser reads it. What only looks like that in the text is none.
    """
    return not _ZOTERO_DATA.isdisjoint(attribute_names(html))


def is_too_long(html: str) -> bool:
    """Return whether Zotero's server would fail on a note because of its length."""
    return len(html.encode()) >= _TOO_LONG


def comparable(markdown: str) -> str:
    r"""Reduce Markdown to what it says, to ask whether two notes say the same.

    What a text says is what a note made of it would say: how it is written does not count. Also ignored are
    white space, and the marks of bullets, quotes, headings, emphasis, code, links and tables. The answer is
    in Unicode's composed form (NFC) and not for reading.
    """
    text = _UNESCAPED_ALIKE.sub("", to_markdown(to_html(markdown)))
    return unicodedata.normalize("NFC", _IGNORED.sub("", _BLOCK_MARK.sub("", text)))
