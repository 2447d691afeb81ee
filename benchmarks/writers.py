"""The writers and readers compared, one a process: ``python -m benchmarks.writers NAME FOLDER FORMAT``.

Reading the input and importing are not measured here, the work is. Prints its CPU and wall seconds and the
peak memory of the process in bytes, as JSON.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from benchmarks.papers import Data
from benchmarks.plain import Record, bibtex_records

Work = Callable[[], object]


def zsync_from_items(folder: Path, form: str) -> Work:
    """Run zsync from parsed items to the text of the file: fields, LaTeX, citation keys, order."""
    from zsync.bibliography import export
    from zsync.core.cite.policy import BibFormat, BibPolicy
    from zsync.formats.item_json import parse_items

    items = parse_items(_items(folder))
    return lambda: export(items, BibPolicy(BibFormat(form))).text


def zsync_from_fields(folder: Path, form: str) -> Work:
    """Run zsync's last step alone, which is all that a writer of finished fields does."""
    from zsync.formats.bib import bibtex

    records = _records(folder, form)

    def write() -> str:
        texts = {key: bibtex._render_fields(kind, key, fields) for kind, key, fields in records}
        return bibtex.edit(bibtex.parse(""), texts, ())

    return write


def bibtexparser1_from_items(folder: Path, _form: str) -> Work:
    """Run bibtexparser 1 with its own LaTeX conversion, from items to text."""
    from bibtexparser.bwriter import BibTexWriter
    from bibtexparser.latexenc import string_to_latex

    items = _items(folder)
    return lambda: BibTexWriter().write(_database1(bibtex_records(items, string_to_latex)))


def bibtexparser1_built(folder: Path, form: str) -> Work:
    """Run bibtexparser 1 from finished fields; building its database counts."""
    from bibtexparser.bwriter import BibTexWriter

    records = _records(folder, form)
    return lambda: BibTexWriter().write(_database1(records))


def bibtexparser1_from_fields(folder: Path, form: str) -> Work:
    """Run bibtexparser 1 from finished fields in a database that was built before."""
    from bibtexparser.bwriter import BibTexWriter

    database = _database1(_records(folder, form))
    return lambda: BibTexWriter().write(database)


def _database1(records: Iterable[Record]) -> Any:
    from bibtexparser.bibdatabase import BibDatabase

    database = BibDatabase()
    database.entries = [{**fields, "ENTRYTYPE": kind, "ID": key} for kind, key, fields in records]
    return database


def bibtexparser2_from_items(folder: Path, _form: str) -> Work:
    """Run bibtexparser 2 with its own LaTeX conversion, from items to text."""
    bibtexparser = import_module("bibtexparser")
    encode = import_module("bibtexparser.middlewares").LatexEncodingMiddleware()

    items = _items(folder)
    return lambda: bibtexparser.write_string(
        _library2(bibtex_records(items, str)), prepend_middleware=[encode]
    )


def bibtexparser2_built(folder: Path, form: str) -> Work:
    """Run bibtexparser 2 from finished fields; building its library counts."""
    bibtexparser = import_module("bibtexparser")

    records = _records(folder, form)
    return lambda: bibtexparser.write_string(_library2(records))


def bibtexparser2_from_fields(folder: Path, form: str) -> Work:
    """Run bibtexparser 2 from finished fields in a library that was built before."""
    bibtexparser = import_module("bibtexparser")

    library = _library2(_records(folder, form))
    return lambda: bibtexparser.write_string(library)


def zsync_reading(folder: Path, _form: str) -> Work:
    """Read a .bib: where its records are, and their values."""
    from zsync.formats.bib import bibtex

    text = _bib(folder)

    def read() -> list[object]:
        found = bibtex.parse(text)
        return [found.fields(record) for record in found.records]

    return read


def bibtexparser2_reading(folder: Path, _form: str) -> Work:
    """Read a .bib with bibtexparser 2, its LaTeX left as it is."""
    bibtexparser = import_module("bibtexparser")

    text = _bib(folder)
    return lambda: bibtexparser.parse_string(text)


def _bib(folder: Path) -> str:
    return (folder / "project" / "changed" / "library.bib").read_text("utf-8")


def _library2(records: Iterable[Record]) -> Any:
    bibtexparser, model = import_module("bibtexparser"), import_module("bibtexparser.model")
    return bibtexparser.Library(
        [
            model.Entry(kind, key, [model.Field(name, value) for name, value in fields.items()])
            for kind, key, fields in records
        ]
    )


def _items(folder: Path) -> list[Data]:
    items: list[Data] = json.loads((folder / "items.json").read_text("utf-8"))
    return items


def _records(folder: Path, form: str) -> list[Record]:
    records: list[Record] = json.loads((folder / f"{form}.fields.json").read_text("utf-8"))
    return records


WRITERS: Final[dict[str, Callable[[Path, str], Work]]] = {
    each.__name__: each
    for each in (
        zsync_from_items, zsync_from_fields,
        bibtexparser1_from_items, bibtexparser1_built, bibtexparser1_from_fields,
        bibtexparser2_from_items, bibtexparser2_built, bibtexparser2_from_fields,
        zsync_reading, bibtexparser2_reading,
    )
}  # fmt: skip


def measure(work: Work) -> dict[str, float]:
    """Do the work once."""
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    work()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"cpu": cpu, "wall": wall, "peak": after.ru_maxrss * 1024}


if __name__ == "__main__":
    _, writer, input_folder, output_form = sys.argv
    json.dump(measure(WRITERS[writer](Path(input_folder), output_form)), sys.stdout)
