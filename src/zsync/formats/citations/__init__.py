r"""The citations in documents: which keys a paper cites, and where.

``find_citations`` reads one document, as the ending of its name says. No other file is opened: an
``\input`` is not followed.

- ``latex`` reads ``.tex`` and ``.aux``, ``biber`` the control file ``.bcf``.
- ``pandoc`` reads Markdown as pandoc, Quarto and R Markdown do; ``typst`` reads ``.typ``.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from zsync.formats.citations import biber, latex, pandoc, typst
from zsync.formats.citations.citation import EVERYTHING, Citation, CitationsError

__all__ = ["ENDINGS", "EVERYTHING", "Citation", "CitationsError", "find_citations", "labels"]

_TYPST: Final = ".typ"
_READERS: Final[Mapping[str, Callable[[str], Iterable[Citation]]]] = MappingProxyType(
    {
        ".tex": latex.read,
        ".aux": latex.read_aux,
        ".bcf": biber.read,
        ".md": pandoc.read,
        ".markdown": pandoc.read,
        ".qmd": pandoc.read,
        ".rmd": pandoc.read,
    }
)
ENDINGS: Final = (*_READERS, _TYPST)
"""The endings of the documents that can be read."""


def find_citations(
    name: str, text: str, other_labels: Collection[str] = ()
) -> tuple[Citation, ...]:
    """Return the citations of a document in their order, a key as often as it is cited.

    ``name`` is the document's file name, whose ending says how to read it. ``other_labels`` are labels that
    other sources of a Typst document define. Time is linear in the text.

    Raises:
        CitationsError: the ending is none of :data:`ENDINGS`, or a ``.bcf`` is no safe XML.

    """
    ending = _ending(name)
    if ending == _TYPST:
        return tuple(typst.read(_plain(text), other_labels))
    if ending not in _READERS:
        known = ", ".join(ENDINGS)
        raise CitationsError(f"citations are read from {known}, not from {ending or 'this'}")
    return tuple(_READERS[ending](_plain(text)))


def labels(documents: Mapping[str, str]) -> frozenset[str]:
    """Return the labels that the Typst sources among the documents define; one may refer to another's."""
    sources = (text for name, text in documents.items() if _ending(name) == _TYPST)
    return frozenset(label for text in sources for label in typst.labels(_plain(text)))


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower()


def _plain(text: str) -> str:
    """Take the byte order mark away and make every line end a line feed; no line changes its number."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
