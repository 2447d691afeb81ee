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
``span.citation``, ``span.highlight``, embedded images) with what older editors left behind. What Zotero
shows is what is kept: a citation's text without its data, a highlight with the quotation marks it has.
Indented paragraphs lose their indentation, which Markdown would take for code. A heading becomes a bold
paragraph, as the headings of a reading list are its sections.
"""

import re
import unicodedata

from zsync.formats.notes.reader import decode, read
from zsync.formats.notes.writer import render_blocks

_UNESCAPED_ALIKE = re.compile(r"</?su[bp]>|\\")
_BLOCK_MARK = re.compile(
    r"^[ \t]*+(?:(?:[-+*]|\#{1,6})(?:[ \t]++|$)|>[ \t]*+)*+(?:[-|: \t]+$)?", re.MULTILINE
)
_IGNORED = re.compile("[\\s*_`~|\\[\\]\u200b-\u200d\u2060\ufeff]+")


def to_markdown(html: str) -> str:
    """Turn a note's HTML into Markdown: blocks apart by one blank line, "" for an empty note.

    Lines end in LF, the last one in nothing. Any text is accepted: what is not HTML is text. Time is
    linear in its length.
    """
    return "\n".join(render_blocks(read(html).children))


def comparable(markdown: str) -> str:
    r"""Reduce Markdown to what it says, to ask whether two notes say the same.

    Ignored are white space, the marks of bullets, quotes, headings, emphasis, code, links and tables, and
    backslash escapes; ``&lt;``, ``\<`` and ``<`` are the same. The answer is in Unicode's composed form
    (NFC) and not for reading.
    """
    text = decode(_UNESCAPED_ALIKE.sub("", markdown))
    return unicodedata.normalize("NFC", _IGNORED.sub("", _BLOCK_MARK.sub("", text)))
