"""The form of a new entry: literal text, fields, and parts that are left out where a field is empty.

It is learned from the entries around (:mod:`~zsync.formats.reading_list.form`) or set by the list's owner::

    - [{box}] {?**{short}**: }{title}.{? {venue}{year}}{? [Paper]({url})}{? {links}}

A name in braces is a field of :data:`FIELDS`. What stands between ``{?`` and ``}`` is left out where a field
in it is empty; such parts may stand in one another. Everything else is written as it stands.
"""

import difflib
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, Union

from zsync.core.patterns import regex

FIELDS: Final[Mapping[str, str]] = {
    "box": "the sign in the task box: x where the paper is read, else a space",
    "short": "the short name",
    "title": "the title without the short name; every form needs it",
    "authors": "the authors, written as the entries around have them, else First Last, First Last",
    "venue": "the short name of conference, journal or repository",
    "year": "the year of publication",
    "yy": "its last two digits",
    "url": "the paper's own address",
    "links": "the other links, [Label](address), joined as the entries around have them",
    "number": "the next number of a list that counts its papers",
}
"""The fields of a form that is set, and what each says."""

_LINK = "link:"
_TOKEN = regex(r"\{\?|\{([^{}?\n]*)\}|[{}]")


class TemplateError(ValueError):
    """A form that cannot be read: a clause that says why. ``advice`` is what to do."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.advice = advice


class Slot(NamedTuple):
    """The place of a field."""

    field: str


class Group(NamedTuple):
    """Parts that are left out together where a field among them is empty."""

    parts: "Template"


Part = Union[str, Slot, Group]  # noqa: UP007 - the alias is recursive
Template = tuple[Part, ...]


def parse_template(text: str) -> Template:
    """Reads a form as the owner of a list writes it.

    Raises:
        TemplateError: a field that is unknown, a brace without its other half, no ``{title}``.

    """
    open_groups: list[list[Part]] = [[]]
    pos = 0
    for token in _TOKEN.finditer(text):
        _append(open_groups[-1], text[pos : token.start()])
        pos = token.end()
        if token.group() == "{?":
            open_groups.append([])
        elif token.group(1) is not None:
            open_groups[-1].append(Slot(_known(token.group(1))))
        elif token.group() == "}" and len(open_groups) > 1:
            group = Group(tuple(open_groups.pop()))
            open_groups[-1].append(group)
        else:
            raise TemplateError(
                f"the {token.group()} at character {token.start() + 1} has no other half",
                "Braces stand around a field, or as {? and } around what may be left out.",
            )
    if len(open_groups) > 1:
        raise TemplateError("a {? is not closed", "Close it with }.")
    _append(open_groups[0], text[pos:])
    found = tuple(open_groups[0])
    if "title" not in slots(found):
        raise TemplateError("it has no {title}", "Every entry needs one, outside of {? }.")
    return found


def _append(parts: list[Part], text: str) -> None:
    if text:
        parts.append(text)


def _known(name: str) -> str:
    if name in FIELDS or (name.startswith(_LINK) and name != _LINK):
        return name
    near = difflib.get_close_matches(name, FIELDS, 1)
    hint = f"Did you mean {{{near[0]}}}? " if near else ""
    known = ", ".join(f"{{{each}}}" for each in FIELDS)
    raise TemplateError(f"{{{name}}} is no field", f"{hint}Known: {known}, {{link:LABEL}}.")


def slots(template: Template) -> Iterator[str]:
    """The names of the fields that are always written: those outside of all groups."""
    return (part.field for part in template if isinstance(part, Slot))


def every_slot(template: Template) -> Iterator[str]:
    """The names of all fields, those in groups included."""
    for part in template:
        if isinstance(part, Group):
            yield from every_slot(part.parts)
        elif isinstance(part, Slot):
            yield part.field


def labels(template: Template) -> list[str]:
    """The labels of the links that have a place of their own, ``{link:LABEL}``."""
    names = every_slot(template)
    return [name.removeprefix(_LINK) for name in names if name.startswith(_LINK)]


def label_slot(label: str) -> str:
    """The name of the field that holds the address of the link with this label."""
    return _LINK + label


def fill(template: Template, values: Mapping[str, str]) -> str:
    """The text of a form; a field that ``values`` lacks, or that is the empty text there, is empty."""
    return "".join(_filled(part, values) for part in template)


def _filled(part: Part, values: Mapping[str, str]) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Slot):
        return values.get(part.field, "")
    is_whole = all(values.get(name) for name in slots(part.parts))
    return fill(part.parts, values) if is_whole else ""


def show(template: Template) -> str:
    """A form as its owner would write it, the inverse of :func:`parse_template`."""
    return "".join(_shown(part) for part in template)


def _shown(part: Part) -> str:
    if isinstance(part, str):
        return part
    return f"{{{part.field}}}" if isinstance(part, Slot) else f"{{?{show(part.parts)}}}"
