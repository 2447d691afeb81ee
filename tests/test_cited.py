"""`zsync bib --cited`: the part of the bibliography that documents cite."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.world import BIB, LIST, World

OUT = "cited.bib"


def _book(key: str, title: str) -> dict[str, Any]:
    return {"itemType": "book", "title": title, "citationKey": key, "date": "2020"}


@pytest.fixture
def library(world: World) -> dict[str, str]:
    home = world.collection()
    items = [_book(key, f"On {key}") for key in ("apple2020", "pear2020", "plum2020")]
    keys = world.add(*({**item, "collections": [home]} for item in items))
    world.text = "# Papers\n"
    world.settle(bib=True)
    world.do("pull")
    return dict(zip(("apple", "pear", "plum"), keys, strict=True))


def write(world: World, name: str, text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    (world.folder / name).write_bytes(data)
    return name


def cited(world: World) -> str:
    return (world.folder / OUT).read_bytes().decode()


def records(text: str) -> list[str]:
    return [f"@{each}".strip() for each in text.split("@")[1:]]


# --- which records -------------------------------------------------------------------------------------


def test_only_the_cited_records_are_exported_and_just_as_they_are(
    world: World, library: dict[str, str]
) -> None:
    paper = write(world, "paper.tex", "\\cite{plum2020, apple2020} \\cite{plum2020}")
    before = world.state()
    assert world.do("bib", "--cited", paper, "--output", OUT) == f"{OUT}: 2 of 3 records\n"
    assert records(cited(world)) == [each for each in records(world.bib) if "{pear2020" not in each]
    after = world.state()
    assert after.pop(OUT)
    assert after == before


def test_documents_of_several_kinds(world: World, library: dict[str, str]) -> None:
    write(world, "a.tex", "\\cite{apple2020}")
    write(world, "b.md", "[@pear2020]")
    write(world, "c.typ", "@plum2020")
    said = world.do("bib", "--cited", "a.tex", "b.md", "--cited", "c.typ", "--output", OUT)
    assert said == f"{OUT}: 3 of 3 records\n"
    assert cited(world) == world.bib


def test_everything_may_be_cited(world: World, library: dict[str, str]) -> None:
    write(world, "a.tex", "\\nocite{*}")
    assert world.do("bib", "--cited", "a.tex", "--output", "-") == world.bib


@pytest.mark.parametrize(("form", "code"), [("bibtex", 1), ("biblatex", 0)])
def test_a_former_key_finds_its_record_but_not_in_bibtex(
    world: World, library: dict[str, str], form: str, code: int
) -> None:
    world.settle(extra=f'[bib]\npath = "{BIB}"\nformat = "{form}"\n')
    world.edit(library["pear"], citationKey="pear2021")
    world.do("pull")
    write(world, "a.tex", "\\cite{plum2020}\n\\cite{pear2020, pear2021}")
    result = world.run("bib", "--cited", "a.tex", "--output", OUT)
    assert result.code == code
    said = "a.tex:2: the record of pear2020 has the key pear2021; BibTeX finds it by no other"
    assert result.err.splitlines() == [said]
    assert result.out == f"{OUT}: 2 of 3 records\n"
    assert records(cited(world))[0].startswith("@book{pear2021,")


def test_a_record_of_somebody_else_comes_with_what_it_needs(
    world: World, library: dict[str, str]
) -> None:
    own = (
        '@preamble{"\\newcommand{\\x}{y}"}\n@string{acm = "ACM"}\n@string{tods = acm # " TODS"}\n'
        '@string{not_needed = "x"}\n% mine\n'
        "@inproceedings{ doe , title={By hand},journal=TODS,\n crossref = {procs} }\n"
        "@proceedings{procs, title = {Proceedings}}\n@misc{other,}\n"
    )
    (world.folder / BIB).write_text(own + world.bib)
    write(world, "a.tex", "\\cite{doe,apple2020}")
    assert world.do("bib", "--cited", "a.tex", "--output", OUT) == f"{OUT}: 3 of 6 records\n"
    assert records(cited(world)) == [
        '@preamble{"\\newcommand{\\x}{y}"}',
        '@string{acm = "ACM"}',
        '@string{tods = acm # " TODS"}',
        "@inproceedings{ doe , title={By hand},journal=TODS,\n crossref = {procs} }",
        "@proceedings{procs, title = {Proceedings}}",
        next(each for each in records(world.bib) if "{apple2020" in each),
    ]


def test_the_records_are_as_the_next_bib_would_write_them(
    world: World, library: dict[str, str]
) -> None:
    (world.folder / BIB).unlink()
    write(world, "a.tex", "\\cite{plum2020}")
    world.sandbox.requests.clear()
    world.do("bib", "--cited", "a.tex", "--output", OUT)
    assert not world.sandbox.requests
    assert not (world.folder / BIB).exists()
    world.do("bib")
    assert records(cited(world))[0] in records(world.bib)


# --- what no record answers ----------------------------------------------------------------------------


def test_an_unknown_key_is_told_with_its_place_and_the_rest_is_written(
    world: World, library: dict[str, str]
) -> None:
    write(world, "a.tex", "\\cite{plum2020}\n\\cite{aple2020}\n\\cite{aple2020, Plum2020}")
    write(world, "b.md", "@nobody1999")
    result = world.run("bib", "--cited", "a.tex", "b.md", "--output", OUT)
    assert result.code == 1
    assert result.err.splitlines() == [
        "a.tex:2: no record has the key aple2020 (did you mean apple2020?)",
        "a.tex:3: no record has the key Plum2020 (did you mean plum2020?)",
        "b.md:1: no record has the key nobody1999",
    ]
    assert result.out == f"{OUT}: 1 of 3 records\n"
    assert len(records(cited(world))) == 1


def test_the_chapters_of_a_typst_document_refer_to_each_other(
    world: World, library: dict[str, str]
) -> None:
    write(world, "main.typ", "@plum2020 @intro")
    write(world, "intro.typ", "= Introduction <intro>")
    world.do("bib", "--cited", "main.typ", "intro.typ", "--output", OUT)
    assert world.run("bib", "--cited", "main.typ", "--output", OUT).code == 1


def test_nothing_cited_is_an_empty_file(world: World, library: dict[str, str]) -> None:
    write(world, "a.md", "No citation.")
    assert world.do("bib", "--cited", "a.md", "--output", OUT) == f"{OUT}: 0 of 3 records\n"
    assert cited(world) == ""


# --- without settings ----------------------------------------------------------------------------------


def _items(world: World) -> str:
    items = [
        {"key": f"AAAA222{n}", "data": {"key": f"AAAA222{n}", **_book(key, "A & B")}}
        for n, key in enumerate(("one2020", "two2020"), 2)
    ]
    return write(world, "items.json", json.dumps(items))


def test_items_that_are_cited(world: World) -> None:
    items = _items(world)
    write(world, "a.tex", "\\cite{two2020}")
    whole = world.do("bib", "--items", items)
    out = world.do("bib", "--items", items, "--cited", "a.tex")
    assert records(out) == records(whole)[1:]
    text = (world.folder / items).read_text()
    arguments = ("--items", "-", "--format", "biblatex", "--cited", "a.tex", "--output", OUT)
    assert world.run("bib", *arguments, stdin=text).code == 0
    assert "date = {2020}" in cited(world)


def test_a_dry_run_writes_nothing_and_quiet_says_nothing(world: World) -> None:
    items = _items(world)
    write(world, "a.tex", "\\cite{two2020}")
    arguments = ("bib", "--items", items, "--cited", "a.tex", "--output", OUT)
    assert world.do(*arguments, "--dry-run") == "1 of 2 records are cited; nothing was written.\n"
    assert not (world.folder / OUT).exists()
    assert world.do(*arguments, "--quiet") == ""
    assert (world.folder / OUT).exists()


def test_a_check_writes_nothing_and_says_whether_the_file_is_stale(world: World) -> None:
    items = _items(world)
    write(world, "a.tex", "\\cite{two2020}")
    arguments = ("bib", "--items", items, "--cited", "a.tex", "--output", OUT)
    result = world.run(*arguments, "--check")
    assert result.code == 1
    assert "+@book{two2020," in result.out
    assert not (world.folder / OUT).exists()
    world.do(*arguments)
    assert world.do(*arguments, "--check") == ""


# --- what goes wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--cited", "a.tex"], ["--cited needs --output", "keeps all its records"]),
        (["a.tex"], ["It is not said what to do with 'a.tex'", "--cited"]),
        (["--cited", "a.tex", "--output", BIB], ["a file of the settings"]),
        (["--cited", "a.tex", "--output", LIST], ["a file of the settings"]),
        (["--cited", "a.tex", "--output", "./a.tex"], ["a document"]),
        (["--cited", "a.tex", "--items", "i", "--output", "i"], ["the file of the items"]),
        (["--cited", "a.tex", "--output", OUT, "--json"], ["--json"]),
        (["--cited", "a.tex", "--output", OUT, "--format", "biblatex"], ["--items"]),
        (["--cited", "a.docx", "--output", OUT], ["a.docx", ".tex, .aux, .bcf, .md", ".typ"]),
        (["--cited", "none.tex", "--output", OUT], ["none.tex", "no such file"]),
    ],
)
def test_options_that_cannot_be_followed(
    world: World, library: dict[str, str], arguments: list[str], words: list[str]
) -> None:
    write(world, "a.tex", "\\cite{plum2020}")
    before = world.state()
    result = world.run("bib", *arguments)
    assert result.code == 2
    assert all(word in result.err for word in words), result.err
    assert world.state() == before


def test_latex_may_be_in_an_encoding_of_old(world: World, library: dict[str, str]) -> None:
    write(world, "a.tex", "M\xfcller \\cite{plum2020}".encode("latin-1"))
    assert len(records(world.do("bib", "--cited", "a.tex", "--output", "-"))) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.md", "M\xfcller [@plum2020]".encode("latin-1")),
        ("a.tex", "\\cite{plum2020}".encode("utf-16")),
    ],
)
def test_other_bytes_are_refused(
    world: World, library: dict[str, str], name: str, data: bytes
) -> None:
    result = world.run("bib", "--cited", write(world, name, data), "--output", OUT)
    assert result.code == 2
    assert f"{name}:" in result.err
    assert "UTF-8" in result.err


def test_a_control_file_that_is_broken_is_named_with_its_line(
    world: World, library: dict[str, str]
) -> None:
    write(world, "paper.bcf", "<x>\n<y></x>")
    result = world.run("bib", "--cited", "paper.bcf", "--output", OUT)
    assert result.code == 2
    assert "paper.bcf:2: this is not XML" in result.err


def test_the_bib_of_the_settings_may_be_in_another_folder(
    world: World, library: dict[str, str], tmp_path: Path
) -> None:
    paper = tmp_path / "far" / "paper.tex"
    paper.parent.mkdir()
    paper.write_text("\\cite{plum2020}\\cite{x}")
    result = world.run("bib", "--cited", str(paper), "--output", str(paper.parent / OUT))
    assert result.code == 1
    assert len(records((paper.parent / OUT).read_text())) == 1


def test_a_record_that_never_closes_is_an_error_with_its_line(
    world: World, library: dict[str, str]
) -> None:
    (world.folder / BIB).write_text(f"{world.bib}\n@article{{b, title = {{Bees in {{summer}}\n")
    document = write(world, "paper.tex", r"\cite{apple2020}")
    result = world.run("bib", "--cited", document, "--output", OUT)
    assert result.code == 2
    assert f"{BIB}:" in result.err
    assert "never close" in result.err
