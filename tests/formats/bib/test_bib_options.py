"""What the ``[bib]`` table chooses shows in the record, and each choice compiles."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from zsync.core.cite.policy import BibFormat, BibPolicy, Keywords, UrlPlace
from zsync.core.model import Creator, Item, Tag
from zsync.formats.bib.bibtex import render

BIBTEX = BibPolicy()
BIBLATEX = BibPolicy(format=BibFormat.BIBLATEX)
PAPER = Item(
    "AAAA2222",
    "journalArticle",
    fields={
        "title": "étude of the ≤ relation: {α, β} for $5 & more",
        "publicationTitle": "Zeitschrift für Logik",
        "date": "2020-05",
        "url": "https://example.org/a_b%20c#d",
        "accessDate": "2021-01-02T03:04:05Z",
        "volume": "3",
    },
    creators=(Creator("author", "Gödel", "Kurt"),),
    tags=(Tag("logic"), Tag("imported", automatic=True)),
)


def value(policy: BibPolicy, field: str) -> str | None:
    found = re.search(rf"^  {field} = (.*?),?$", render(PAPER, "k", policy), re.MULTILINE)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("policy", "author"),
    [
        (BIBTEX, r"{G{\"o}del, Kurt}"),
        (replace(BIBTEX, ascii=False), "{Gödel, Kurt}"),
        (BIBLATEX, "{Gödel, Kurt}"),
        (replace(BIBLATEX, ascii=True), r"{G{\"o}del, Kurt}"),
    ],
)
def test_ascii_is_the_format_s_choice_unless_it_is_set(policy: BibPolicy, author: str) -> None:
    assert value(policy, "author") == author


@pytest.mark.parametrize(
    ("fields", "bibtex", "biblatex"),
    [
        ({"date": "1850s"}, ["year = {1850s}"], ["date = {185X}"]),
        ({"date": "335 BC"}, ["year = {335 BC}"], ["date = {-0334}"]),
        ({"date": "1 BC"}, ["year = {1 BC}"], ["date = {0000}"]),
        ({"date": "2004", "originalDate": "1950"}, ["year = {[1950] 2004}"], ["origdate = {1950}"]),
        (
            {"date": "2020 (in press)"},
            ["year = {2020 (in press)}"],
            ["date = {2020}", "pubstate = {inpress}"],
        ),
    ],
)
def test_dates_are_written_as_each_format_prints_them(
    fields: dict[str, str], bibtex: list[str], biblatex: list[str]
) -> None:
    book = Item("AAAA2222", "book", fields={"title": "T", **fields})
    for policy, lines in ((BIBTEX, bibtex), (BIBLATEX, biblatex)):
        written = render(book, "k", policy)
        assert all(line in written for line in lines), written


@pytest.mark.parametrize(
    ("item_type", "field", "line"),
    [
        ("report", "reportNumber", "number = {2019-12}"),
        ("statute", "publicLawNumber", "number = {2019-12}"),
        ("computerProgram", "seriesTitle", "series = {2019-12}"),
        ("bookSection", "seriesNumber", "number = {2019--12}"),
        ("journalArticle", "issue", "number = {2019--12}"),
    ],
)
def test_a_number_that_is_a_name_keeps_its_hyphen(item_type: str, field: str, line: str) -> None:
    item = Item("AAAA2222", item_type, fields={"title": "T", field: "2019-12"})
    assert line in render(item, "k", BIBTEX)


def test_an_archive_without_a_number_is_named() -> None:
    item = Item("AAAA2222", "preprint", fields={"title": "T", "repository": "PsyArXiv"})
    assert "organization = {PsyArXiv}" in render(item, "k", BIBLATEX)


def test_ascii_leaves_nothing_else() -> None:
    for policy in (BIBTEX, replace(BIBLATEX, ascii=True)):
        assert render(PAPER, "k", policy).isascii()


@pytest.mark.parametrize("policy", [BIBTEX, BIBLATEX])
def test_without_title_case_a_title_stays_as_typed(policy: BibPolicy) -> None:
    plain = replace(policy, title_case=False, ascii=False)
    written = value(plain, "title")
    assert written is not None
    assert written.startswith("{étude of the")


@pytest.mark.parametrize("policy", [BIBTEX, BIBLATEX])
def test_a_field_that_is_omitted_is_not_written(policy: BibPolicy) -> None:
    shorter = replace(policy, omit=frozenset({"volume", "urldate"}))
    assert value(policy, "volume") == "{3}"
    assert value(shorter, "volume") is None
    assert value(shorter, "urldate") is None


@pytest.mark.parametrize("policy", [BIBTEX, BIBLATEX])
def test_the_address_is_a_field_a_note_or_left_out(policy: BibPolicy) -> None:
    assert value(policy, "url") == "{https://example.org/a_b%20c#d}"
    in_note = replace(policy, url=UrlPlace.NOTE)
    assert value(in_note, "note") == r"{\url{https://example.org/a_b\%20c\#d}}"
    for elsewhere in (in_note, replace(policy, url=UrlPlace.OFF)):
        assert value(elsewhere, "url") is None
        assert value(elsewhere, "urldate") is None
    assert value(replace(policy, url=UrlPlace.OFF), "note") is None


def test_in_bibtex_a_doi_stands_for_the_address_unless_the_settings_or_extra_want_both() -> None:
    address = f"  url = {{{PAPER.fields['url']}}}"
    found = replace(PAPER, fields={**PAPER.fields, "DOI": "10.1000/a_b"})
    assert address in render(PAPER, "k", BIBTEX)
    assert "  url = " not in render(found, "k", BIBTEX)
    for policy in (BIBLATEX, replace(BIBTEX, url=UrlPlace.FIELD)):
        assert address in render(found, "k", policy)
    typed = {**found.fields, "extra": "tex.url: https://example.org/mine"}
    assert "  url = {https://example.org/mine}" in render(replace(found, fields=typed), "k", BIBTEX)


@pytest.mark.parametrize("policy", [BIBTEX, BIBLATEX])
def test_keywords_are_all_tags_the_ones_people_gave_or_none(policy: BibPolicy) -> None:
    assert value(policy, "keywords") == "{imported,logic}"
    assert value(replace(policy, keywords=Keywords.MANUAL), "keywords") == "{logic}"
    assert value(replace(policy, keywords=Keywords.OFF), "keywords") is None


# --- real TeX ------------------------------------------------------------------------------------------

PREAMBLE = (
    r"\documentclass{article}\usepackage[utf8]{inputenc}\usepackage[T1]{fontenc}"
    r"\usepackage{textcomp,amssymb,url}"
)
BIBTEX_PAPER = PREAMBLE + (
    r"\begin{document}\nocite{*}\bibliographystyle{plain}\bibliography{x}\end{document}"
)
BIBLATEX_PAPER = PREAMBLE + (
    r"\usepackage[backend=biber]{biblatex}\addbibresource{x.bib}"
    r"\begin{document}\nocite{*}\printbibliography\end{document}"
)


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def need(*commands: str) -> None:
    missing = [command for command in commands if shutil.which(command) is None]
    if missing:
        pytest.skip(f"NOT COMPILED: {', '.join(missing)} not installed")


def options(policy: BibPolicy) -> list[BibPolicy]:
    return [
        policy,
        replace(policy, ascii=not policy.in_ascii),
        replace(policy, url=UrlPlace.NOTE),
        replace(policy, title_case=False),
    ]


def write_paper(folder: Path, paper: str, policy: BibPolicy) -> None:
    # Greek in UTF-8 needs fonts that the paper does not load; that is not a fault of the file.
    readable = replace(PAPER, fields={**PAPER.fields, "title": "étude of {a, b} for $5 & more }"})
    records = [render(readable, f"k{n}", each) for n, each in enumerate(options(policy))]
    (folder / "x.bib").write_text(
        "\n".join([*records, render(PAPER, "k", replace(policy, ascii=True))]), "utf-8"
    )
    (folder / "x.tex").write_text(paper, "utf-8")


def test_bibtex_and_latex_read_every_choice(tmp_path: Path) -> None:
    need("pdflatex", "bibtex")
    write_paper(tmp_path, BIBTEX_PAPER, BIBTEX)
    (tmp_path / "x.aux").write_text("\\relax\n\\citation{*}\n\\bibstyle{plain}\n\\bibdata{x}\n")
    assert "error" not in run(tmp_path, "bibtex", "x")
    printed = run(tmp_path, "pdflatex", "-interaction=nonstopmode", "x.tex")
    assert "\n!" not in printed
    assert "Output written" in printed


def test_biber_and_latex_read_every_choice(tmp_path: Path) -> None:
    need("pdflatex", "biber")
    write_paper(tmp_path, BIBLATEX_PAPER, BIBLATEX)
    run(tmp_path, "pdflatex", "-interaction=nonstopmode", "x.tex")
    assert "ERROR" not in run(tmp_path, "biber", "x")
    printed = run(tmp_path, "pdflatex", "-interaction=nonstopmode", "x.tex")
    assert "\n!" not in printed
    assert "Output written" in printed
