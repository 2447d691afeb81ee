"""Markdown reading lists: text <-> entries, and edits that touch nothing but what they name.

``parse`` reads any text; ``edit`` carries out :mod:`zsync.core.edits` and reads the result.

- ``scanner`` finds headings, entries and notes line by line; ``document`` is the list they make.
- ``shapes`` are the ways to write an entry: ``bullet`` on one line, ``item`` with its lines below, ``table``
  rows, ``placed`` for paragraphs, headings and whatever else has a title. ``blocks`` knows the lines below a
  title that are its own. ``inline``, ``details`` and a judge each of ``people``, ``venues``, ``hosts`` and
  words (``lexicon``, ``state_words``) serve them all.
  ``shapes.logical_line`` finds where the head of an item ends that was broken into several lines.
- ``form`` learns a ``template`` from entries of any shape, cut into ``parts``, or from the cells of a column;
  ``filling`` fills it with what is known of a paper. ``dialect`` learns the form, the notes and the gaps of
  a section; ``authors`` knows how names are written, ``note_block`` notes; ``described`` tells all this.
- ``new_entry`` writes the head of an entry, ``new_row`` a row, ``set_form`` a head in a form that was set;
  what does not read back is not written. ``writing`` changes one field of a head, ``row_edits`` one of a row;
  what they add is written in the form as well.
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
