"""The part of a bibliography that is cited, with what its records need."""

import time

import pytest

from zsync.formats.bib.bibtex import BibliographyError
from zsync.formats.bib.subset import keys, render, select


def subset(text: str, *cited: str) -> str:
    return render([select(text, cited)])


def test_records_come_as_they_stand_in_file_order() -> None:
    text = "% mine\n@book{b,}\n\n@Book(a, title={x} )\nprose\n@book{c,}\n"
    assert subset(text, "a", "b") == "@book{b,}\n\n@Book(a, title={x} )\n"
    assert subset(text) == ""


def test_keys_that_no_record_has_are_missing() -> None:
    part = select("@book{a, ids = {old, older}}\n@book{b, ids=old}", {"a", "A", "older", "none"})
    assert part.missing == {"A", "none"}
    assert list(part.records) == ["a"]


def test_records_that_are_referred_to_come_along() -> None:
    text = (
        "@book{a, crossref = {p}}\n@set{s, entryset = {a,b}}\n@book{b, xdata={x}, related = {r}}\n"
        "@book{r,}\n@book{other,}\n@book{p, crossref = {a}, xref = {none}}\n@xdata{x,}\n"
    )
    assert list(select(text, {"s"}).records) == ["a", "s", "b", "r", "p", "x"]
    assert list(select(text, {"p"}).records) == ["a", "p"]


def test_macros_come_if_they_are_named_and_preambles_always() -> None:
    text = (
        '@string{a = "A"}\n@STRING(Bb = a # "x")\n@string{c = "C"}\n@preamble{"p" # c}\n'
        "@string{d = {D}}\n@book{k, author = bB#{ and }}\n@book{l, title={d}}\n"
    )
    part = select(text, {"k"})
    assert part.definitions == (
        '@string{a = "A"}',
        '@STRING(Bb = a # "x")',
        '@string{c = "C"}',
        '@preamble{"p" # c}',
    )
    assert select(text, {"none"}).definitions == ()


def test_line_ends_are_the_file_s() -> None:
    text = "@book{a,\r\n title={x}}\r\n@book{b,}\r\n"
    assert subset(text, "a", "b") == "@book{a,\r\n title={x}}\r\n\r\n@book{b,}\r\n"


def test_several_files_are_one() -> None:
    one, other = (
        '@string{m="x"}\n@book{a, note=m}\n',
        '@string{m="x"}\n@book{b, note=m}\n@book{a,}\n',
    )
    first = select(one, {"a", "b"})
    assert render([first, select(other, first.missing)]) == (
        '@string{m="x"}\n\n@book{a, note=m}\n\n@book{b, note=m}\n'
    )


CSL = '[\n  {\n    "id": "a",\n    "n": 1.50\n  },\n  {"id": 7}\n]\n'


def test_csl_json_entries_come_as_they_stand() -> None:
    assert keys(CSL) == {"a", "7"}
    assert subset(CSL, "a", "7") == CSL
    assert subset(CSL, "a") == '[\n  {\n    "id": "a",\n    "n": 1.50\n  }\n]\n'
    assert subset(CSL, "none") == subset("[]", "none") == "[]\n"
    assert select(CSL, {"a", "none"}).missing == {"none"}


@pytest.mark.parametrize("text", ['[{"id": "a"}, {"id": }]', "@book{a, title = {"])
def test_a_file_that_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(BibliographyError):
        select(text, {"a"})
    with pytest.raises(BibliographyError):
        keys(text)


def test_selecting_takes_linear_time() -> None:
    text = "".join(
        f'@string{{m{n} = "x" # m{n - 1}}}\n@book{{k{n}, note = m{n}}}\n' for n in range(9000)
    )
    start = time.process_time()
    assert len(select(text, {f"k{n}" for n in range(9000)}).definitions) == 9000
    assert time.process_time() - start < 20
