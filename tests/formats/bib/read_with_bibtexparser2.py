"""Reads a BibTeX file with bibtexparser 2 and prints what it read as JSON.

A program of its own, because that release cannot be imported beside pyzotero, which needs bibtexparser 1:
``python read_with_bibtexparser2.py FOLDER_OF_BIBTEXPARSER_2 FILE``.
"""

import json
import sys
from importlib import import_module
from pathlib import Path


def read(path: str) -> dict[str, list[object]]:
    """Give the records (key, type, raw fields) and the raw text of everything that was read as no record."""
    bibtexparser = import_module("bibtexparser")
    # Without its middlewares, so that values come with their delimiters.
    library = bibtexparser.parse_string(Path(path).read_text("utf-8"), parse_stack=())
    return {
        "records": [
            (entry.key, entry.entry_type, [(field.key, field.value) for field in entry.fields])
            for entry in library.entries
        ],
        "others": [block.raw for block in library.blocks if block not in library.entries],
    }


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    json.dump(read(sys.argv[2]), sys.stdout)
