"""What zsync writes is what others read: bibtexparser 2, pybtex and biber find the same records in it.

Each is asked for its rawest view, and its documented liberties are taken out before comparing: pybtex spells
out months and joins spaces, biber normalises names, dates and spaces.
"""

import json
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.bibtex.utils import split_name_list
from pybtex.database import Person
from pybtex.database.input.bibtex import Parser, month_names
from tests.formats.items import ITEMS, many

from zsync.bibliography import export
from zsync.core.cite.policy import BibFormat, BibPolicy, UrlPlace
from zsync.core.model import Creator, Item
from zsync.formats.bib.bibtex import render
from zsync.formats.bib.latex import clean
from zsync.formats.item_json import parse_items

BIBTEX = BibPolicy()
BIBLATEX = BibPolicy(BibFormat.BIBLATEX)
POLICIES = {
    "bibtex": BIBTEX,
    "biblatex": BIBLATEX,
    "bibtex-utf8": replace(BIBTEX, ascii=False, url=UrlPlace.NOTE, title_case=False),
    "biblatex-ascii": replace(BIBLATEX, ascii=True),
}
MANY = 1_000
NAME_FIELDS = frozenset({
    "author", "bookauthor", "commentator", "editor", "editora", "editorb", "editorc", "holder",
    "namea", "translator",
})  # fmt: skip


class Record(NamedTuple):
    """A record as a program read it; values stand there with their delimiters."""

    key: str
    entry_type: str
    fields: Mapping[str, str]


def written(text: str) -> list[Record]:
    """The records of a file of ours, which has one field a line: read by eye, so to speak."""
    return [_written(record.splitlines()) for record in re.split(r"\n\n(?=@)", text) if record]


def _written(lines: Sequence[str]) -> Record:
    head = re.fullmatch(r"@([a-z][\w+-]*)\{([^,\s]+),", lines[0])
    fields = [re.fullmatch(r"  ([a-z][\w+-]*) = (.*?),?", line) for line in lines[1:-1]]
    assert head
    assert lines[-1] == "}"
    assert all(fields), lines
    return Record(head[2], head[1], {found[1]: found[2] for found in fields if found})


def bare(value: str) -> str:
    return value[1:-1] if value.startswith("{") else value


def library(shared: Path) -> tuple[Item, ...]:
    """The items of a real library that may lie beside the project."""
    (path,) = (shared / "bib" / "bulk").glob("*/items.json")
    return parse_items(json.loads(path.read_text("utf-8")))


@pytest.fixture(params=POLICIES)
def policy(request: pytest.FixtureRequest) -> BibPolicy:
    return POLICIES[request.param]


@pytest.fixture(params=[BIBTEX, BIBLATEX], ids=lambda policy: policy.format)
def usual_policy(request: pytest.FixtureRequest) -> BibPolicy:
    made: BibPolicy = request.param
    return made


# --- bibtexparser 2 ---


@pytest.fixture(scope="module")
def bibtexparser2() -> Path:
    """The folder that `make test` puts bibtexparser 2 into."""
    folder = Path(sys.prefix) / "bibtexparser2"
    if not folder.is_dir():
        pytest.skip(f"NOT RUN: bibtexparser 2 is not in {folder.name}; `make test` puts it there")
    return folder


def read_with_bibtexparser2(folder: Path, path: Path) -> list[Record]:
    script = Path(__file__).with_name("read_with_bibtexparser2.py")
    command = [sys.executable, str(script), str(folder), str(path)]
    answer = subprocess.run(command, check=True, capture_output=True)
    read = json.loads(answer.stdout)
    # It takes an entry type with a hyphen, which BibTeX allows and people can ask for, for a comment.
    assert [each for each in read["others"] if re.match(r"@\w+\{", each)] == []
    return [Record(key, kind, dict(fields)) for key, kind, fields in read["records"]]


def test_bibtexparser_2_reads_what_was_written(
    policy: BibPolicy, bibtexparser2: Path, tmp_path: Path
) -> None:
    path = tmp_path / "library.bib"
    path.write_text(export(many(MANY), policy).text, "utf-8")
    wanted = [each for each in written(path.read_text("utf-8")) if each.entry_type.isalnum()]
    assert read_with_bibtexparser2(bibtexparser2, path) == wanted


def test_bibtexparser_2_reads_a_real_library(
    usual_policy: BibPolicy, bibtexparser2: Path, tmp_path: Path, shared: Path
) -> None:
    path = tmp_path / "library.bib"
    path.write_text(export(library(shared), usual_policy).text, "utf-8")
    assert read_with_bibtexparser2(bibtexparser2, path) == written(path.read_text("utf-8"))


# --- pybtex ---


def read_with_pybtex(text: str) -> list[Record]:
    """Read with every complaint of pybtex an error, and names left as they stand."""
    entries = Parser(person_fields=()).parse_string(text).entries
    return [Record(entry.key, entry.type, dict(entry.fields)) for entry in entries.values()]


def as_pybtex_says(record: Record) -> Record:
    values = {
        name: " ".join(bare(month_names.get(value, value)).split())
        for name, value in record.fields.items()
    }
    return record._replace(fields=values)


def people(records: Iterable[Record]) -> list[str]:
    return [
        name
        for record in records
        for field in ("author", "editor", "translator", "collaborator")
        for name in split_name_list(record.fields.get(field, ""))
    ]


def joined(name: str) -> str:
    """A name with one space between its words, also where a tie stands."""
    return re.sub(r"\s*,\s*", ", ", re.sub(r"[~\s]+", " ", name).strip())


@settings(max_examples=150)
@given(item=ITEMS, policy=st.sampled_from(sorted(POLICIES)).map(POLICIES.__getitem__))
def test_pybtex_reads_what_was_written(item: Item, policy: BibPolicy) -> None:
    text = render(item, "key", policy)
    assert read_with_pybtex(text) == [as_pybtex_says(record) for record in written(text)]


def test_pybtex_reads_a_real_library(usual_policy: BibPolicy, shared: Path) -> None:
    text = export(library(shared), usual_policy).text
    assert read_with_pybtex(text) == [as_pybtex_says(record) for record in written(text)]


def test_pybtex_takes_names_apart_and_together_again() -> None:
    text = export([without_extra(item) for item in many(MANY)], BIBTEX).text
    for name in people(read_with_pybtex(text)):
        if "," in name:
            assert joined(str(Person(name))) == joined(name)
        else:
            assert name.startswith("{") or name == "others"


def test_every_creator_is_one_name() -> None:
    for item in map(without_extra, many(MANY)):
        (record,) = read_with_pybtex(render(item, "key", BIBLATEX))
        fields = NAME_FIELDS - {"holder"} & record.fields.keys()
        names = [name for field in fields for name in split_name_list(record.fields[field])]
        assert len(names) == sum(is_named(creator) for creator in item.creators)


def is_named(creator: Creator) -> bool:
    return clean(creator.last_name + creator.first_name + creator.name) != ""


def without_extra(item: Item) -> Item:
    """What somebody writes into a field with ``tex.author:`` is their own affair."""
    return replace(item, fields={**item.fields, "extra": ""})


# --- biber ---

PUT_RIGHT_BY_BIBER = ("date", "year", "month", "pages")
"""Fields, or ends of their names, that biber reads as dates and ranges and writes in its own way, as it does
names."""
UNKNOWN_TO_BIBER = frozenset({"lccn", "mrnumber", "pmcid", "pmid", "zmnumber"})
ABOUT_WHAT_WAS_TYPED = re.compile(
    r"IS[BS]N .* is invalid|legacy (year|month) field .* is not an integer|"
    r"Range field .* is malformed|Overriding locale|Invalid namepart 'juniorcomma'"
)
"""Complaints about a number or a year that was typed so in Zotero, and of older bibers about an option."""


def read_with_biber(text: str, folder: Path) -> list[Record]:
    """Let biber copy a file, and read the copy; a complaint about how the file is written is an error."""
    program = shutil.which("biber")
    if program is None:
        pytest.skip("NOT RUN: biber is not installed (on Debian: apt-get install biber)")
    (folder / "library.bib").write_text(text, "utf-8")
    options = "--tool --noconf --nolog --output-format=bibtex --output-fieldcase=lower"
    command = [program, *options.split(), "--decodecharsset=null", "-O", "copy.bib", "library.bib"]
    answer = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    complaints = [
        line
        for line in answer.stdout.splitlines()
        if line.startswith(("ERROR", "WARN")) and not ABOUT_WHAT_WAS_TYPED.search(line)
    ]
    assert complaints == []
    return read_with_pybtex((folder / "copy.bib").read_text("utf-8"))


def as_biber_says(record: Record) -> Record:
    """A record without what biber puts right; spaces and braces are left out."""
    values = {
        name: _squeezed(value)
        for name, value in record.fields.items()
        if not name.endswith(PUT_RIGHT_BY_BIBER) and name not in NAME_FIELDS | UNKNOWN_TO_BIBER
    }
    return Record(unicodedata.normalize("NFC", record.key), record.entry_type, values)


def _squeezed(value: str) -> str:
    return re.sub(r"[{}\s]", "", unicodedata.normalize("NFC", value))


def check_with_biber(text: str, folder: Path) -> None:
    read = {record.key: record for record in map(as_biber_says, read_with_biber(text, folder))}
    for record in written(text):
        wanted = as_biber_says(as_pybtex_says(record))
        found = read.pop(wanted.key)
        same = {name: found.fields.get(name, "") for name in wanted.fields}
        assert found._replace(fields=same) == wanted
    assert not read


def test_biber_reads_what_was_written(tmp_path: Path) -> None:
    items = [without_extra(item) for item in many(150)]
    check_with_biber(export(items, BIBLATEX).text, tmp_path)


def test_biber_reads_a_real_library(tmp_path: Path, shared: Path) -> None:
    check_with_biber(export(library(shared)[::8], BIBLATEX).text, tmp_path)
