"""Markdown reading lists: text <-> entries, and edits that touch nothing but what they name.

``parse`` reads any text; ``edit`` carries out :mod:`zsync.core.edits` and reads the result.

- ``scanner`` finds headings, entries and notes line by line; ``document`` is the list they make.
- ``shapes`` are the ways to write an entry: ``bullet`` on one line, ``item`` with its lines below, ``table``
  rows, ``placed`` for paragraphs, headings and whatever else has a title. ``blocks`` knows the lines below a
  title that are its own. ``inline``, ``details`` and a judge each of ``people``, ``venues``, ``hosts`` and
  words (``lexicon``) serve them all.
  ``shapes.logical_line`` finds where the head of an item ends that was broken into several lines.
- ``dialect`` learns how the list is written; ``writing`` writes bullets that way, ``note_block`` notes.
- ``form`` learns a ``template`` from entries of any shape, cut into ``atoms``; ``new_entry`` fills it and
  ``set_form`` one that was set. ``authors`` knows how names are written; ``described`` says what was learned.
- ``mentions`` finds items in the whole text, read or not: ``passages`` cuts it by what stands on the page,
  ``prose`` tells a line of the list from prose.
- ``known_titles`` reads a list by the titles that are known: ``title_places`` says where they stand.
- ``form_titles`` finds the places of titles by what the lines of a section have in common: ``heads`` gives
  the lines, ``cuts`` their pieces, ``evidence`` weighs what may be a title, ``forms`` lets the lines agree.
- ``completion`` puts a new head in the place of an address that somebody typed.
- ``contents`` knows the headings and the table of contents; ``editing`` carries the edits out.
"""

from zsync.formats.reading_list.document import ReadingList, TextLine
from zsync.formats.reading_list.editing import EditResult, edit
from zsync.formats.reading_list.known_titles import parse
from zsync.formats.reading_list.scanner import Heading

__all__ = ["EditResult", "Heading", "ReadingList", "TextLine", "edit", "parse"]
