"""How far somebody is with a paper that is not read yet: new, to read, in progress, skimmed, given up.

A paper that was read has a tick, and no state besides. The words are those of the Zotero plugin "Reading
List", which keeps them as ``Read_Status: In Progress`` in Extra; "Skimmed" is ours. Two tags say a state.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from zsync.core import extra_lines

NEW: Final = "New"
TO_READ: Final = "To Read"
IN_PROGRESS: Final = "In Progress"
SKIMMED: Final = "Skimmed"
NOT_READING: Final = "Not Reading"
STATES: Final = (NEW, TO_READ, IN_PROGRESS, SKIMMED, NOT_READING)
#: The tags that say a state, as tags are folded.
STATE_TAGS: Final[Mapping[str, str]] = MappingProxyType(
    {"reading": IN_PROGRESS, "skimmed": SKIMMED}
)
_LABEL: Final = "Read_Status"
_BY_NAME: Final = {name.casefold(): name for name in STATES}


def state_called(name: str) -> str | None:
    """Return the state of this name, whatever its case; "Read" is none."""
    return _BY_NAME.get(" ".join(name.split()).casefold())


def status(extra: str) -> str | None:
    """Return what the plugin's line says, in small letters; None where there is no such line."""
    found = next(extra_lines.values(extra, _LABEL), None)
    return None if found is None else found.casefold()


def state_of(tags: Collection[str], extra: str) -> str | None:
    """Return the state of an item that is not read, of its folded tags and its Extra.

    Tags win over Extra, as they do for what was read: a tag is set by hand, the line by a program.
    """
    tagged = (state for tag, state in STATE_TAGS.items() if tag in tags)
    return next(tagged, None) or state_called(status(extra) or "")


def tag_of(state: str) -> str | None:
    """Return the tag that says a state, if there is one."""
    return next((tag for tag, named in STATE_TAGS.items() if named == state), None)


def in_extra(extra: str, state: str | None) -> str:
    """Return Extra with the plugin's line for a state, or (None) without it; every other line stays."""
    return extra_lines.with_value(extra, _LABEL, state)
