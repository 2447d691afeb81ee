"""Citations in a ``.bcf``, the control file that biblatex writes for Biber."""

from collections.abc import Iterator
from xml.parsers import expat

from zsync.formats.citations.citation import Citation, CitationsError

_CITEKEY = "citekey"


def read(text: str) -> Iterator[Citation]:
    """Return the citations; a set that the document made stands for its members.

    Raises:
        CitationsError: not XML, or XML with a document type: biblatex writes none, and none is expanded.

    """
    keys = _Keys()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: keys.open(
        name, attributes, parser.CurrentLineNumber
    )
    parser.CharacterDataHandler = keys.add
    parser.EndElementHandler = keys.close
    try:
        parser.Parse(text, True)
    except expat.ExpatError as cause:
        raise CitationsError("this is not XML, or not all of it", cause.lineno) from cause
    return (each for each in keys.found if each.key not in keys.sets)


def _refuse(*_: object) -> None:
    raise CitationsError("this XML has a document type, and biblatex writes none")


class _Keys:
    """Collects what stands in the elements called ``citekey``."""

    def __init__(self) -> None:
        self.found: list[Citation] = []
        self.sets: set[str] = set()
        self._line = 0
        self._members: list[str] | None = None
        self._text: list[str] | None = None

    def open(self, name: str, attributes: dict[str, str], line: int) -> None:
        if name.rpartition(":")[2] == _CITEKEY:
            self._line, self._text = line, []
            is_set = attributes.get("type") == "set"
            self._members = attributes.get("members", "").split(",") if is_set else None

    def add(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def close(self, _: str) -> None:
        if self._text is None:
            return
        key, self._text = "".join(self._text).strip(), None
        if self._members is not None:
            self.sets.add(key)
        keys = [key] if self._members is None else [each.strip() for each in self._members]
        self.found.extend(Citation(each, self._line) for each in keys if each)
