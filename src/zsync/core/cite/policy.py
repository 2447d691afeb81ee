"""How one bibliography is written: what the ``[bib]`` table of the settings chooses."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DEFAULT_FORMULA: Final = "auth.lower + shorttitle(3,3) + year"
"""Of citation keys: Better BibTeX's default, so that keys agree with its."""


class BibFormat(StrEnum):
    """The language of the file."""

    BIBTEX = "bibtex"
    BIBLATEX = "biblatex"
    CSLJSON = "csljson"


class UrlPlace(StrEnum):
    """Where a record has the item's address: in ``url``, as a ``url`` command in ``note``, nowhere.

    ``AUTO`` is ``url``, but in BibTeX only where no DOI says it shorter.
    """

    AUTO = "auto"
    FIELD = "field"
    NOTE = "note"
    OFF = "off"


class Keywords(StrEnum):
    """Which tags become keywords: all, those that a person gave, none."""

    ALL = "all"
    MANUAL = "manual"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class BibPolicy:
    """What to write and how.

    ``ascii`` is None where the format decides: BibTeX in ASCII, the others in UTF-8. ``key_formula`` makes
    the citation keys of new items (:mod:`zsync.core.cite.formula`). ``omit`` are names of fields that no
    record has (of CSL variables, in CSL-JSON). ``title_case`` puts English titles into title case.
    ``omit_tags`` are the tags that never become keywords, as the settings name the read tags.
    """

    format: BibFormat = BibFormat.BIBTEX
    ascii: bool | None = None
    key_formula: str = DEFAULT_FORMULA
    omit: Collection[str] = ()
    title_case: bool = True
    url: UrlPlace = UrlPlace.AUTO
    keywords: Keywords = Keywords.ALL
    omit_tags: Collection[str] = ()

    @property
    def in_ascii(self) -> bool:
        """Whether the file is ASCII wherever the format has a way to say it."""
        return self.format is BibFormat.BIBTEX if self.ascii is None else self.ascii
