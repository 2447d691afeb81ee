"""Where a title stands in a text, as somebody says who knows more than the line that it stands in."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A title stands in ``text[start:end]``, without its short name where a mark stands between.

    ``form``: the form of its line tells it too, and what that is in all of the list. ``by_form``: only that
    tells it, the title is not known. ``doubtful``: it may as well stand elsewhere.
    """

    start: int
    end: int
    form: tuple[str, int] | None = None
    by_form: bool = False
    doubtful: bool = False


#: By the index of the line in which the title begins.
Places = Mapping[int, Place]
NO_PLACES: Places = {}
