"""The shortest honest way from an item to BibTeX fields or CSL-JSON: a table, no knowledge of styles.

It is what a program around a general writer does: it feeds the writers that zsync is measured beside.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.papers import Data

Record = tuple[str, str, dict[str, str]]
"""An entry type, a citation key and the fields."""

_TYPES: Final = {
    "journalArticle": ("article", "article-journal"),
    "conferencePaper": ("inproceedings", "paper-conference"),
    "preprint": ("misc", "article"),
    "thesis": ("phdthesis", "thesis"),
    "book": ("book", "book"),
    "bookSection": ("incollection", "chapter"),
    "report": ("techreport", "report"),
    "webpage": ("misc", "webpage"),
}
_FIELDS: Final = {
    "title": ("title", "title"),
    "abstractNote": ("abstract", "abstract"),
    "publicationTitle": ("journal", "container-title"),
    "proceedingsTitle": ("booktitle", "container-title"),
    "bookTitle": ("booktitle", "container-title"),
    "volume": ("volume", "volume"),
    "issue": ("number", "issue"),
    "pages": ("pages", "page"),
    "publisher": ("publisher", "publisher"),
    "place": ("address", "publisher-place"),
    "DOI": ("doi", "DOI"),
    "url": ("url", "URL"),
    "ISBN": ("isbn", "ISBN"),
    "ISSN": ("issn", "ISSN"),
    "language": ("language", "language"),
}
_YEAR: Final = re.compile(r"\d{4}")


def bibtex_records(items: list[Data], escape: Callable[[str], str]) -> Iterator[Record]:
    """Return the record of each item, every text put through ``escape``."""
    for item in items:
        data = item["data"]
        fields = {
            _FIELDS[name][0]: escape(text)
            for name, text in data.items()
            if name in _FIELDS and text
        }
        fields["author"] = " and ".join(escape(_name(creator)) for creator in data["creators"])
        fields["year"] = _YEAR.findall(data["date"])[0]
        fields["keywords"] = ", ".join(escape(tag["tag"]) for tag in data["tags"])
        yield _TYPES[data["itemType"]][0], data["key"], fields


def _name(creator: Data) -> str:
    return creator.get("name") or f"{creator['lastName']}, {creator['firstName']}"


def csl_json(items: list[Data]) -> list[Data]:
    """Return the items as CSL-JSON."""
    return [
        {
            "id": item["key"],
            "type": _TYPES[item["data"]["itemType"]][1],
            **{_FIELDS[name][1]: text for name, text in item["data"].items() if name in _FIELDS},
            "author": [_csl_name(creator) for creator in item["data"]["creators"]],
            "issued": {"date-parts": [[int(_YEAR.findall(item["data"]["date"])[0])]]},
            "keyword": ", ".join(tag["tag"] for tag in item["data"]["tags"]),
        }
        for item in items
    ]


def _csl_name(creator: Data) -> Data:
    if "name" in creator:
        return {"literal": creator["name"]}
    return {"family": creator["lastName"], "given": creator["firstName"]}
