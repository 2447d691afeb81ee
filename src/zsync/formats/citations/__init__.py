r"""The citations in documents: which keys a paper cites, and where.

``find_citations`` reads one document, chosen by the ending of its name; ``find_all`` reads several that
belong together. No other file is opened: an ``\input`` is not followed.

- ``latex`` reads ``.tex`` and ``.aux``, ``biber`` the control file ``.bcf``.
- ``pandoc`` reads Markdown as pandoc, Quarto and R Markdown do; ``typst`` reads ``.typ``.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from zsync.formats.citations import biber, latex, pandoc, typst
from zsync.formats.citations.citation import EVERYTHING, Citation, CitationsError

__all__ = ["ENDINGS", "EVERYTHING", "Citation", "CitationsError", "find_all", "find_citations"]

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
        _TYPST: typst.read,
    }
)
ENDINGS: Final = tuple(_READERS)
"""The endings of the documents that can be read."""


def find_citations(name: str, text: str) -> tuple[Citation, ...]:
    """Give the citations of a document in their order, a key as often as it is cited.

    ``name`` is the document's file name, whose ending says how to read it. Time is linear in the text.

    Raises:
        CitationsError: the ending is none of :data:`ENDINGS`, or a ``.bcf`` is no safe XML.

    """
    ending = _ending(name)
    if ending not in _READERS:
        known = ", ".join(ENDINGS)
        raise CitationsError(f"citations are read from {known}, not from {ending or 'this'}")
    return tuple(_READERS[ending](_plain(text)))


def find_all(documents: Mapping[str, str]) -> dict[str, tuple[Citation, ...]]:
    """Give the citations of several documents by their names.

    As :func:`find_citations`, but that the sources of one Typst document may refer to each other's labels.
    """
    sources = {name: _plain(text) for name, text in documents.items() if _ending(name) == _TYPST}
    labels = {label for text in sources.values() for label in typst.labels(text)}
    return {
        name: tuple(typst.read(sources[name], labels))
        if name in sources
        else find_citations(name, text)
        for name, text in documents.items()
    }


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower()


def _plain(text: str) -> str:
    """Take the byte order mark away and make every line end a line feed; no line changes its number."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
