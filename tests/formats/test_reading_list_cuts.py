"""How a head is cut into pieces, and which runs of them may be a title."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zsync.formats.reading_list import parse
from zsync.formats.reading_list.cuts import Cuts, Kind, cut
from zsync.formats.reading_list.evidence import runs
from zsync.formats.reading_list.inline import find_links


def cuts_of(head: str) -> Cuts:
    return cut(head, 0, len(head), find_links(head))


def words(head: str, box: int = 0) -> list[str]:
    return [head[piece.start : piece.end] for piece in cuts_of(head).pieces[box]]


@pytest.mark.parametrize(
    ("head", "pieces"),
    [
        ("Kites over Water. Bo Owl. ICRA 2019", ["Kites over Water", "Bo Owl", "ICRA", "2019"]),
        ("Bo Owl: Kites over Water - ICRA", ["Bo Owl", "Kites over Water", "ICRA"]),
        ("16-ATC-Kites over Water", ["16-ATC-", "Kites over Water"]),
        ("Are Kites Birds? of A. Owl", ["Are Kites Birds?", "of A. Owl"]),
    ],
)
def test_separators_cut_a_head(head: str, pieces: list[str]) -> None:
    assert words(head) == pieces


@pytest.mark.parametrize(
    ("head", "kind", "inner"),
    [
        ("[Kites](https://kite.example/1) of 2019", Kind.LINK, "Kites"),
        ("**Kites** of 2019", Kind.BOLD, "Kites"),
        ("“Kites” of 2019", Kind.QUOTE, "Kites"),
        ("<b>Kites</b> of 2019", Kind.BOLD, "Kites"),
        ('<a href="https://kite.example/1">Kites</a> of 2019', Kind.LINK, "Kites"),
        ("`Kites` of 2019", Kind.CODE, "Kites"),
    ],
)
def test_what_signs_enclose_is_a_box(head: str, kind: Kind, inner: str) -> None:
    box = cuts_of(head).boxes[1]
    assert (box.kind, head[box.inner : box.after]) == (kind, inner)


@given(st.text(st.sampled_from(list('ab A1.,:-|[](){}*_`"“”<>/b\\\n!')), max_size=80))
def test_pieces_stand_in_their_boxes_one_behind_the_other(head: str) -> None:
    found = cuts_of(head)
    for box, pieces in zip(found.boxes, found.pieces, strict=True):
        ends = [place for piece in pieces for place in (piece.start, piece.end)]
        assert ends == sorted(ends)
        assert all(box.inner <= place <= box.after for place in ends)
    assert all(0 <= run.start < run.end <= len(head) for run in runs(found))


def test_a_form_overrules_no_title_that_is_read_like_its_neighbours() -> None:
    lines = ("Alpha Networks 0", "A Survey? 2", "Delta Stars 1", "A paper of 1999")
    text = "# List\n\n" + "".join(
        f"- [ ] {title}. CVPR2024 [Paper](https://arxiv.org/abs/2401.0000{at})\n"
        for at, title in enumerate(lines)
    )
    assert [entry.title for entry in parse(text).entries] == list(lines)


def test_sections_of_one_paper_each_are_read_by_what_the_whole_list_has_in_common() -> None:
    titles = ["Kites over Water", "Owls without Sleep", "Moths around Cold Lamps"]
    sections = (
        f"## {number}\n\n**Paper:** [{title}](https://arxiv.org/abs/2201.0000{number})\n\n"
        f"**Summary:** What was done in part {number}.\n\n"
        for number, title in enumerate(titles)
    )
    found = parse("# Summaries\n\n" + "".join(sections)).entries
    assert [entry.title for entry in found] == titles


@pytest.mark.parametrize("breaks", ["", "\n", "\n  "])
def test_a_row_of_an_html_table_is_one_entry_however_its_lines_are_broken(breaks: str) -> None:
    cells = ("<td>{}</td>", "<td>ICRA 2019</td>", '<td><a href="https://e.org/{}">pdf</a></td>')
    titles = ["Kites over Water", "Owls without Sleep", "Moths around Cold Lamps"]
    rows = (
        f"<tr>{breaks}{breaks.join(cells)}{breaks}</tr>\n".format(each, each[0]) for each in titles
    )
    header = "<tr><th>Title</th><th>Venue</th><th>Link</th></tr>\n"
    found = parse("# A\n\n<table>\n" + header + "".join(rows) + "</table>\n").entries
    assert [(entry.title, [link.url for link in entry.links]) for entry in found] == [
        (title, [f"https://e.org/{title[0]}"]) for title in titles
    ]
