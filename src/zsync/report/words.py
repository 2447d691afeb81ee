"""The words that every report needs: names cut to a line, plurals."""

from zsync.core.base import REMOVAL
from zsync.core.entry_fields import field_of

WIDTH = 64


def short(text: str) -> str:
    """Return a text in one line of a readable length."""
    text = " ".join(text.split())
    return text if len(text) <= WIDTH else text[: WIDTH - 1].rstrip() + "…"


def plural(noun: str, count: int) -> str:
    """Return a noun for so many things."""
    if count == 1:
        return noun
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def has(count: int) -> str:
    """Return the form of "have" for so many things."""
    return "has" if count == 1 else "have"


def wait(count: int) -> str:
    """Return the form of "wait" for so many things."""
    return "waits" if count == 1 else "wait"


def them(count: int) -> str:
    """Return the pronoun for so many things."""
    return "it" if count == 1 else "them"


def field_name(name: str) -> str:
    """Return a field's name as people say it."""
    return "removed entry" if name == REMOVAL else field_of(name).called
