"""The shapes that an entry may have, a module each.

A shape knows one way to write a paper down. It finds the fields of an entry in the entry's head, and says
of a head that it cannot read that it is none of its own.

It is asked again after every edit: an edit is a splice that is kept only if the shape then reads
what was wanted, and everything else as before. So one set of functions edits all shapes.
"""

from collections.abc import Hashable
from typing import Protocol

from zsync.formats.reading_list.fields import Fields


class Shape(Hashable, Protocol):
    """One way to write an entry."""

    @property
    def name(self) -> str:
        """What the shape is called in reports."""

    def read(self, head: str) -> Fields | None:
        r"""The fields of an entry's head, or None if it is not an entry of this shape.

        ``head`` is without its last line end; between its lines it may have ``\n`` or ``\r\n``. A line that
        was changed is read again by this, so it must say of any text what the scanner would.
        """
