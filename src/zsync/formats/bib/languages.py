"""Zotero's free-text language -> the name that babel and BibLaTeX's ``langid`` know, or a BCP 47 tag.

Source of the names: the BibLaTeX manual, table of supported languages.
"""

import re
from collections.abc import Mapping
from typing import Final

from zsync.core.patterns import regex
from zsync.data import rows

_LANGUAGES: Final[Mapping[str, str]] = dict(rows("languages"))
"""The babel name of a language -> its tag, and what else people call it."""

_NAMES: Final = {name: babel for babel, names in _LANGUAGES.items() for name in names.split()}
_TAGS: Final = {name: names.split()[0] for names in _LANGUAGES.values() for name in names.split()}
_TAG: Final = regex(r"[a-z]{2,3}(?:-[a-z0-9]+)+")
_SHORT_CODE: Final = regex(r"[a-z]{2}(?:-|\Z)")
_BCP47: Final = re.compile(r"([a-z]{2,3})(-[a-z]{4})?(-(?:[a-z]{2}|[0-9]{3}))?")


def babel_name(language: str) -> str:
    """The babel name of a language tag or name; a language that is not known stays as typed."""
    name = language.strip().casefold().replace("_", "-")
    while name not in _NAMES and _TAG.fullmatch(name):
        name = name.rpartition("-")[0]
    return _NAMES.get(name, language)


def language_tag(language: str) -> str:
    """The BCP 47 tag of a language, in its usual capitals; one that is not known stays as typed."""
    name = language.strip().casefold().replace("_", "-")
    found = _BCP47.fullmatch(name if _SHORT_CODE.match(name) else _TAGS.get(name, name))
    if found is None:
        return language.strip()
    code, script, region = found.groups("")
    return f"{code}{script.title()}{region.upper()}"
