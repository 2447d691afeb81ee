"""What documents cite: their citations read from files, and the part of bibliographies that answers them.

:mod:`zsync.formats.citations` reads the documents, :mod:`zsync.formats.bib.subset` selects the records.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from zsync import files
from zsync.errors import FileError, UsageError
from zsync.formats import citations
from zsync.formats.bib import subset as bib_subset
from zsync.formats.bib.bibtex import BibliographyError
from zsync.formats.bib.subset import Subset
from zsync.formats.citations import EVERYTHING, Citation, CitationsError

_LATEX: Final = frozenset({".tex", ".aux"})
_LIKENESS: Final = 0.75


@dataclass(frozen=True, slots=True)
class CitedPart:
    """The cited part of bibliographies: its text, and how many of their records it holds.

    ``complaints`` has a line for every key that no record has, by document, ``warnings`` one for every key
    that a record had once: biber still finds it, BibTeX does not.
    """

    text: str
    records: int
    total: int
    complaints: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read(paths: Sequence[Path]) -> Mapping[str, tuple[Citation, ...]]:
    """Find the citations of documents, by the documents' names.

    Raises:
        FileError: a document cannot be read, or its ending is none that zsync knows.

    """
    texts = {str(path): _text(path) for path in paths}
    labels = citations.labels(texts)
    return {name: _citations(name, text, labels) for name, text in texts.items()}


def _text(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in citations.ENDINGS:
        known = ", ".join(citations.ENDINGS)
        raise FileError(path, "zsync cannot read citations from it.", f"It knows {known}.")
    try:
        return files.read(path)
    except FileError as error:
        if ending not in _LATEX or not isinstance(error.__cause__, UnicodeDecodeError):
            raise
        # LaTeX takes any bytes, and old sources are in an encoding of their own; keys are ASCII.
        text = files.read(path, "latin-1")
        if "\0" in text:
            raise
        return text


def _citations(name: str, text: str, labels: Collection[str]) -> tuple[Citation, ...]:
    try:
        return citations.find_citations(name, text, labels)
    except CitationsError as cause:
        raise FileError(name, f"{cause}.", "Let LaTeX write it again.", where=cause.line) from cause


def select(texts: Mapping[str, str], documents: Mapping[str, tuple[Citation, ...]]) -> CitedPart:
    """Select the records that documents cite from the texts of bibliographies, by the names of their files.

    Raises:
        FileError: a record of a bibliography cannot be told from what follows it.
        UsageError: some of the bibliographies are ``.bib`` files and some are CSL-JSON.

    """
    keys = frozenset[str]().union(*(_keys(name, text) for name, text in texts.items()))
    cited = {citation.key for found in documents.values() for citation in found}
    wanted = cited | keys if EVERYTHING in cited else cited
    parts: list[Subset] = []
    missing = frozenset(wanted - {EVERYTHING})
    former: dict[str, str] = {}
    for text in texts.values():
        parts.append(bib_subset.select(text, missing))
        missing = parts[-1].missing
        former |= parts[-1].former
    if len({part.is_json for part in parts}) > 1:
        raise UsageError(
            "The lists have bibliographies in different formats.", "Give them one format."
        )
    records = {key for part in parts for key in part.records}
    likeness = _Likeness(keys)
    return CitedPart(
        bib_subset.render(parts),
        len(records),
        len(keys),
        complaints=tuple(
            f"{place}: no record has the key {key}{likeness.hint(key)}"
            for place, key in _first_cited(documents, missing)
        ),
        warnings=tuple(
            f"{place}: the record of {key} has the key {former[key]}; BibTeX finds it by no other"
            for place, key in _first_cited(documents, former)
        ),
    )


def _keys(name: str, text: str) -> frozenset[str]:
    try:
        return bib_subset.keys(text)
    except BibliographyError as cause:
        advice = "Fix it; nothing was written."
        raise FileError(name, f"{cause.what}.", advice, where=cause.line) from cause


def _first_cited(
    documents: Mapping[str, tuple[Citation, ...]], keys: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Return these keys with the place where each document first cites them."""
    for name, found in documents.items():
        first = {citation.key: citation for citation in reversed(found)}
        for citation in dict.fromkeys(first[each.key] for each in found if each.key in keys):
            yield f"{name}:{citation.line}", citation.key


class _Likeness:
    """Finds the key that was meant, among those that begin alike: comparing with all takes too long."""

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = {key.casefold(): key for key in sorted(keys, reverse=True)}
        self._by_start: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._keys:
            self._by_start[key[:1]].append(key)

    def hint(self, key: str) -> str:
        folded = key.casefold()
        close = get_close_matches(folded, self._by_start[folded[:1]], 1, _LIKENESS)
        return f" (did you mean {self._keys[close[0]]}?)" if close else ""
