"""Known titles prove how the lines of a section are written; then the other lines are in no doubt."""

import pytest

from zsync.core.edits import SetTitle
from zsync.core.known import KnownTitle, KnownTitles
from zsync.formats.reading_list import ReadingList, edit, parse

TITLES = ("Counting Leaves from Orbit", "Maps of Places That Moved", "A Census of Hedges")
LIST = """\
# Reading

1. Counting Leaves from Orbit → https://arxiv.org/abs/1905.30001 (Falk et al., 2019)
2. Maps of Places That Moved → https://arxiv.org/abs/2005.30002 (Seo & Shah, 2020)
3. A Census of Hedges → https://arxiv.org/abs/2105.30003 (Rao & Moe, 2021)
4. Rivers That Climb → https://arxiv.org/abs/2205.30004 (Ueda et al., 2022)
"""


def read(*known: str) -> ReadingList:
    return parse(LIST, KnownTitles(tuple(KnownTitle.of_words(None, title) for title in known)))


def in_doubt(found: ReadingList) -> set[int]:
    return {found.entries[index].line for index in found.read_only}


def test_without_a_known_title_such_lines_are_read_with_doubt() -> None:
    found = read()
    assert [entry.title for entry in found.entries][:3] == list(TITLES)
    assert in_doubt(found) == {3, 4, 5, 6}


def test_a_known_title_is_sure_and_proves_nothing_alone() -> None:
    assert in_doubt(read(TITLES[0])) == {4, 5, 6}


@pytest.mark.parametrize("known", [TITLES[:2], TITLES[1:]])
def test_two_known_titles_in_one_place_prove_the_form(known: tuple[str, ...]) -> None:
    assert in_doubt(read(*known)) == set()


def test_the_title_of_links_by_reference_is_sure_and_no_edit_reaches_it() -> None:
    text = "# Reading\n\n- [A Census of Hedges][hedges]. Nature 2021\n\n[hedges]: https://arxiv.org/abs/2105.30003\n"
    found = parse(text)
    assert found.fixed == found.read_only == {0}
    assert edit(found, [SetTitle(0, None, "A Census of Walls")]).reading_list.text == text


def test_a_paper_that_is_known_below_another_is_no_note_of_that() -> None:
    rivers = [
        f"The {name} River and the Shape of Its Valley" for name in ("Amber", "Basalt", "Copper")
    ]
    text = (
        f"# Water\n\n### {rivers[0]}\n\n> {rivers[1]}, Brook 2020\n\n### {rivers[2]}\n\nA note.\n"
    )
    found = parse(text, KnownTitles(tuple(KnownTitle.of_words(None, each) for each in rivers)))
    assert [entry.title for entry in found.entries] == rivers
    assert [entry.note for entry in found.entries] == [None, None, "A note."]
