"""Zotero's Extra field: one ``key: value`` a line carries what Zotero has no field for.

Understood are the lines that Zotero itself reads (its own field labels and CSL variables), Better BibTeX's
``tex.field: value`` lines, identifiers and creators. Every other line is somebody's remark and stays private.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from zsync.core.cite.key_parts import clean_key
from zsync.core.model import Creator
from zsync.core.patterns import regex
from zsync.formats.bib.item_types import (
    BASE_FIELDS,
    CREATOR_ROLES,
    CSL_FIELDS,
    CSL_NAMES,
    CSL_TYPES,
    FIELDS,
)

_LINE: Final = regex(r"([^:=]{1,60})([:=])(.*)")
_OLD_FORM: Final = regex(r"\{:([^:{}\n]{1,60}):([^{}\n]{0,1000})\}")
_TEX: Final = regex(r"(tex|bibtex|biblatex)\.(?:([\w-]+)\.)?([\w+-]+)", re.IGNORECASE)
# A value of BibTeX's own that is in braces may go over several lines.
_BRACED_TEX: Final = regex(
    r"^[ \t]*(?:tex|bibtex|biblatex)\.[\w.+-]+[ \t]*[:=][ \t]*\{[^{}]*\}",
    re.IGNORECASE | re.MULTILINE,
)
_TEX_NAME: Final = regex(r"[a-z][a-z0-9+_-]*")
# Readers of BibTeX take a type with a hyphen for prose.
_TYPE_NAME: Final = regex(r"[a-z][a-z0-9]*")
_SEPARATORS: Final = regex(r"[\s_-]+")
_DATES: Final = frozenset({"date", "originalDate", "accessDate"})

_ENTRY_TYPE_NAMES: Final = frozenset({"entrytype", "referencetype"})
_NO_ENTRY_TYPES: Final = frozenset({"and", "comment", "not", "or", "preamble", "string"})
"""Commands of the file, and functions of BibTeX's styles, which would be run in the type's stead."""
_KEY_LABELS: Final = frozenset({"citationkey", "bibtex"})
_ALIAS_LABELS: Final = frozenset({"citationkeyalias", "ids"})
_IDENTIFIERS: Final[Mapping[str, str]] = {
    "arxiv": "arxiv",
    "arxivid": "arxiv",
    "jstor": "jstor",
    "hdl": "hdl",
    "googlebooksid": "googlebooks",
    "lccn": "lccn",
    "mr": "mrnumber",
    "zbl": "zmnumber",
}


def _label(text: str) -> str:
    return _SEPARATORS.sub("", text).casefold()


_FIELD_LABELS: Final[Mapping[str, str]] = {
    **{_label(variable): name for variable, name in CSL_FIELDS.items()},
    **{_label(name): base for name, base in BASE_FIELDS.items()},
    **{_label(name): name for name in FIELDS},
}
_ROLE_LABELS: Final[Mapping[str, str]] = {
    **{_label(variable): role for role, variable in CSL_NAMES.items()},
    **{_label(role): role for role in CREATOR_ROLES},
}


@dataclass(frozen=True, slots=True)
class TexField:
    """A ``tex.name: value`` line: written as it stands if ``raw``, with a title's case if ``cased``.

    ``target`` is ``bibtex``, ``biblatex``, or ``tex`` for both; ``entry_type`` limits the line to one type.
    """

    name: str
    value: str
    raw: bool
    cased: bool
    target: str
    entry_type: str


@dataclass(slots=True)
class Extra:
    """What an Extra field says. ``fields`` are by base-field name; the last of two equal lines counts.

    ``csl_type`` is the CSL type that a ``type:`` line names, if any; it is no ``type`` of the work then.
    """

    fields: dict[str, str] = field(default_factory=dict)
    creators: list[Creator] = field(default_factory=list)
    identifiers: dict[str, str] = field(default_factory=dict)
    tex: list[TexField] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    csl_type: str = ""

    def entry_type(self, target: str) -> str:
        """The entry type that a ``tex.entrytype`` line asks for in this output, or an empty text."""
        wanted = [line for line in self.tex if line.name in _ENTRY_TYPE_NAMES]
        exact = [line.value for line in wanted if line.target == target]
        general = [line.value for line in wanted if line.target == "tex"]
        value = (exact or general or [""])[-1].casefold()
        if not _TYPE_NAME.fullmatch(value) and value in CSL_TYPES:
            return CSL_TYPES[value][target == "biblatex"]
        return value if _TYPE_NAME.fullmatch(value) and value not in _NO_ENTRY_TYPES else ""

    def overrides(self, target: str, entry_type: str) -> Iterable[TexField]:
        """The ``tex.`` lines for this output and type, the ones that name the output last."""
        lines = [
            line
            for line in self.tex
            if line.target in ("tex", target)
            and line.entry_type in ("", entry_type)
            and line.name not in _ENTRY_TYPE_NAMES
        ]
        return sorted(lines, key=lambda line: line.target != "tex")

    def other_keys(self, former: Iterable[str], key: str) -> list[str]:
        """The keys that the record ``key`` has besides: aliases and former ones, as far as readable."""
        others = dict.fromkeys((*self.aliases, *former))
        return [each for each in others if each not in (key, "") and clean_key(each) == each]


def parse_extra(text: str) -> Extra:
    """Read an Extra field. Nothing in it is an error: what is not understood is left out."""
    extra = Extra()
    for old in _OLD_FORM.finditer(text):
        _read_line(extra, old[1].strip(), ":", old[2].strip())
    joined = _BRACED_TEX.sub(lambda found: " ".join(found[0].split("\n")), text)
    for line in _OLD_FORM.sub("", joined).splitlines():
        if found := _LINE.fullmatch(line):
            _read_line(extra, found[1].strip(), found[2], found[3].strip())
    return extra


def _read_line(extra: Extra, key: str, sign: str, value: str) -> None:
    if found := _TEX.fullmatch(key):
        _read_tex(extra, found, sign, value)
        return
    label = _label(key)
    if sign != ":" or not value or label in _KEY_LABELS:
        return
    if label in _ALIAS_LABELS:
        extra.aliases.extend(_split_keys(value))
    elif name := _IDENTIFIERS.get(label):
        extra.identifiers[name] = value
    elif label == "type" and value.casefold() in CSL_TYPES:
        extra.csl_type = value.casefold()
    elif name := _FIELD_LABELS.get(label):
        extra.fields[name] = value
    elif role := _ROLE_LABELS.get(label):
        extra.creators.append(_read_creator(role, value))


def _read_tex(extra: Extra, found: re.Match[str], sign: str, value: str) -> None:
    prefix, entry_type, name = found[1], found[2] or "", found[3].casefold()
    if name in _ALIAS_LABELS:
        extra.aliases.extend(_split_keys(value))
    elif _TEX_NAME.fullmatch(name):
        extra.tex.append(
            TexField(
                name=name,
                value=value,
                raw=sign == "=",
                cased=prefix != prefix.lower(),
                target=prefix.lower(),
                entry_type=entry_type.lower(),
            )
        )


def _split_keys(value: str) -> list[str]:
    return [key for part in value.split(",") if (key := part.strip())]


def _read_creator(role: str, value: str) -> Creator:
    last, separator, first = value.partition("||")
    if separator:
        return Creator(role, last_name=last.strip(), first_name=first.strip())
    return Creator(role, name=value)


def complete(fields: Mapping[str, str], extra: Extra) -> dict[str, str]:
    """An item's fields by base field, completed from Extra: an empty one is filled, a date replaced."""
    return {
        **extra.fields,
        **_base_fields(fields),
        **{name: value for name, value in extra.fields.items() if name in _DATES},
    }


def _base_fields(fields: Mapping[str, str]) -> dict[str, str]:
    return {
        BASE_FIELDS.get(name, name): text
        for name, value in fields.items()
        if name != "extra" and (text := value.strip())
    }
