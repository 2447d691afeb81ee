"""One paper or two? What the commands do where a title is that of another paper."""

from collections.abc import Mapping

import pytest

from tests.world import BIB, LIST, World, paper
from zsync.config import LOCK_FILE
from zsync.formats import lock

APPLY = ("push", "--bib", "--offline", "--apply")
HEAD = "# Papers\n\n## Early\n"
MORE = "\n## Late\n"


def sections(*lines: str) -> str:
    """Return a list with the first line in one section and the others in another."""
    return HEAD + lines[0] + "\n" + (MORE + "\n".join(lines[1:]) + "\n" if lines[1:] else "")


def titles(world: World) -> list[str]:
    """Return the titles of all regular items, sorted."""
    return sorted(item["data"]["title"] for item in world.zotero.top())


def person(last: str, first: str = "Ann") -> dict[str, str]:
    """Return an author."""
    return {"creatorType": "author", "lastName": last, "firstName": first}


def article(title: str, *authors: str, **fields: object) -> dict[str, object]:
    """Return a journal article by these people."""
    creators = [person(name) for name in authors]
    return {"itemType": "journalArticle", "title": title, "creators": creators, **fields}


# --- A new line beside a linked one


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (
            "- [ ] **Zoom**: Looking Twice at Small Things. CVPR2024 [Paper](https://arxiv.org/abs/2403.10001)",
            "- [ ] **Zoom**: Looking Twice at Small Things. CVPR2024 [Paper](https://arxiv.org/abs/2403.10009)",
        ),
        (
            "- [ ] Looking Twice at Small Things. [Paper](https://doi.org/10.1145/111.222)",
            "- [ ] Looking Twice at Small Things. [Paper](https://doi.org/10.1145/333.444)",
        ),
    ],
)
def test_another_identifier_is_another_paper(world: World, first: str, other: str) -> None:
    world.collection()
    world.settle()
    world.text = sections(first)
    world.do("sync", "--offline")
    world.text = before = sections(first, other)
    world.do("sync", "--offline")
    assert len(titles(world)) == 2
    assert world.text == before
    assert "In step" in world.do("sync", "--offline")


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (
            "- [ ] Notes of the Programme Chairs. Science2023 [Paper](https://www.science.example/chairs-one)",
            "- [ ] Notes of the Programme Chairs. Science2024 [Paper](https://www.science.example/chairs-two)",
        ),
        ("- [ ] Foreword. Science2023", "- [ ] Foreword. Science2024"),
        (
            "- [ ] Foreword. Science2023 [Paper](https://www.science.example/one)",
            "- [ ] Foreword. Science2023 [Paper](https://www.science.example/two)",
        ),
        ("- [ ] Looking Twice at Small Things. CVPR2020", "- [ ] Looking Twice at Small Things. TPAMI2021"),
    ],
)  # fmt: skip
def test_a_weaker_contradiction_is_a_question(world: World, first: str, other: str) -> None:
    world.collection()
    world.settle()
    world.text = sections(first)
    world.do("sync", "--offline")
    world.text = before = sections(first, other)
    assert "same title, but another" in world.do("sync", "--offline")
    assert (len(titles(world)), world.text) == (1, before)
    assert "same title, but another" in world.do("sync", "--offline")


@pytest.mark.parametrize(
    "other",
    [
        "- [ ] Looking Twice at Small Things. CVPR2025 [Paper](https://openaccess.example/html/zoom.html)",
        "- [ ] Looking Twice at Small Things. CVPR2024 [Page](https://zoom.example/)",
        "- [ ] Looking Twice at Small Things. CVPR2024",
        "- [ ] Looking twice at small things [Paper](https://arxiv.org/pdf/2403.10001v2)",
    ],
)
def test_what_nothing_contradicts_is_a_further_line_of_the_paper(world: World, other: str) -> None:
    world.collection()
    world.settle()
    first = (
        "- [ ] Looking Twice at Small Things. arXiv2024 [Paper](https://arxiv.org/abs/2403.10001)"
    )
    world.text = sections(first)
    world.do("sync", "--offline")
    world.text = sections(first, other)
    assert "2 sure, 0 maybe" in world.do("link")
    world.do("sync", "--offline")
    assert len(titles(world)) == 1


def test_a_mistyped_identifier_of_a_linked_line_leaves_it_linked(world: World) -> None:
    home = world.collection()
    url = "https://arxiv.org/abs/2403.10001"
    world.add(paper("Looking Twice at Small Things", url, date="2024", collections=[home]))
    world.settle()
    world.text = f"# Papers\n\n- [ ] Looking Twice at Small Things. CVPR2024 [Paper]({url})\n"
    world.do("link")
    world.text = world.text.replace("2403.10001", "2403.10010")
    assert "1 sure" in world.do("link")


# --- Records of a .bib


@pytest.fixture
def shelf(world: World) -> World:
    """An empty list beside a .bib, and an empty collection."""
    world.text = "# Papers\n"
    world.settle(bib=True)
    world.collection()
    return world


def put(world: World, *items: Mapping[str, object]) -> list[str]:
    """Make items in the collection and give their keys."""
    home = world.zotero.collections()[0]["key"]
    return world.add(*({**item, "collections": [home]} for item in items))


def record(
    key: str, title: str, authors: str, entry_type: str = "article", **fields: object
) -> str:
    """Return a record as somebody types it."""
    rest = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{entry_type}{{{key},\n  title = {{{title}}}, author = {{{authors}}}{rest}}}\n"


def write_bib(world: World, *records: str) -> None:
    """Write a .bib by hand."""
    (world.folder / BIB).write_text("\n".join(records), "utf-8")


def cited(world: World) -> dict[str, str]:
    """Pull; give the citation key of each item, by its type."""
    world.do("pull")
    items = lock.parse((world.folder / LOCK_FILE).read_text("utf-8")).bases[LIST].items
    return {
        item["data"]["itemType"]: items[item["key"]].citation_key or ""
        for item in world.zotero.top()
    }


BOOK = record("marsh2016", "Wetland Birds", "Marsh, Ada and Quill, Tom", "book",
              publisher="Reed Press", year=2016, doi="10.5555/777")  # fmt: skip


@pytest.mark.parametrize("doi", ["10.1038/wet1", ""])
def test_an_article_does_not_take_the_record_of_a_book_with_its_title(
    shelf: World, doi: str
) -> None:
    write_bib(shelf, BOOK)
    put(shelf, article("Wetland birds", "Heron", "Quill", date="2015", DOI=doi))
    shelf.do("pull")
    assert shelf.bib.startswith(BOOK.rstrip())
    assert "@article{heronWetlandBirds2015," in shelf.bib
    shelf.do(*APPLY)
    assert titles(shelf) == ["Wetland Birds", "Wetland birds"]
    assert "In step" in shelf.do(*APPLY)


TALK = record("feld07", "On Sums of Slow Series", "Feld, Ira", "inproceedings",
              booktitle="FOCS", year=2007)  # fmt: skip
PAPER = record("feld11", "On Sums of Slow Series", "Feld, Ira", journal="SICOMP", year=2011)
TALK_ITEM = {"itemType": "conferencePaper", "title": "On Sums of Slow Series",
             "creators": [person("Feld", "Ira")], "date": "2007"}  # fmt: skip
PAPER_ITEM = {**TALK_ITEM, "itemType": "journalArticle", "date": "2011"}


@pytest.mark.parametrize("records", [(TALK, PAPER), (PAPER, TALK)])
@pytest.mark.parametrize("items", [(TALK_ITEM, PAPER_ITEM), (PAPER_ITEM, TALK_ITEM)])
def test_a_talk_and_its_journal_version_take_each_their_record(
    shelf: World, records: tuple[str, ...], items: tuple[dict[str, object], ...]
) -> None:
    write_bib(shelf, *records)
    before = shelf.bib
    put(shelf, *items)
    assert cited(shelf) == {"conferencePaper": "feld07", "journalArticle": "feld11"}
    assert shelf.bib == before


@pytest.mark.parametrize("item", [TALK_ITEM, PAPER_ITEM])
def test_the_version_that_zotero_has_not_is_made(shelf: World, item: dict[str, object]) -> None:
    write_bib(shelf, TALK, PAPER)
    put(shelf, item)
    shelf.do(*APPLY)
    made = {each["data"]["itemType"]: each["data"]["date"] for each in shelf.zotero.top()}
    assert made == {"conferencePaper": "2007", "journalArticle": "2011"}
    assert "In step" in shelf.do(*APPLY)


def test_one_record_that_may_be_the_items_is_a_question(shelf: World) -> None:
    write_bib(shelf, PAPER)
    (key,) = put(shelf, TALK_ITEM)
    assert "may be" in shelf.do("push", "--bib", "--offline")
    said = shelf.do("pull")
    assert "the record feld11 may be of “On Sums of Slow Series”" in said
    assert "@inproceedings{feldSumsSlowSeries2007," in shelf.bib
    assert "may be" in shelf.do(*APPLY)
    assert len(titles(shelf)) == 1
    shelf.edit(key, citationKey="feld11")
    shelf.do("pull")
    assert shelf.bib == PAPER


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        (record("own", "Wetland Birds", "", doi="https://doi.org/10.1038/WET\\_1"), {"DOI": "10.1038/wet_1"}),
        (record("own", "Wetland {B}irds", "Heron, A.", year=2015), {"date": "2015-03"}),
        (record("own", "Wetland Birds", "Heron, A.", year=2019), {"DOI": "10.1/a", "date": "2019"}),
        (
            record("own", "Wetland Birds", "Ekblad, Eva", eprint="2403.10001", archiveprefix="arXiv"),
            {"extra": "arXiv: 2403.10001"},
        ),
        (
            record("own", "Wetland Birds of {\\\"O}land", "Heron, A.", "book", isbn="0-306-40615-2"),
            {"itemType": "book", "title": "Wetland Birds of Öland", "ISBN": "9780306406157"},
        ),
    ],
)  # fmt: skip
def test_a_record_of_the_same_paper_is_the_items(
    shelf: World, typed: str, item: dict[str, object]
) -> None:
    write_bib(shelf, typed)
    put(shelf, {**article("Wetland Birds", "Heron"), **item})
    assert set(cited(shelf).values()) == {"own"}
    assert shelf.bib == typed


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        (record("own", "Wetland Birds", "Egret, Bo", year=1981), {"date": "2006"}),
        (record("own", "Wetland Birds", "Egret, Bo", year=2006), {"date": "2006"}),
        (record("own", "Introduction", "Egret, Bo"), {"title": "Introduction"}),
        (record("own", "Introduction", "Egret, Bo"), {"title": "Introduction", "creators": []}),
        (
            record("own", "Wetland Birds", "Heron, A.", year=2006, doi="10.1/b"),
            {"date": "2006", "DOI": "10.1/a"},
        ),
        (
            record("own", "Wetland Birds", "Heron, A.", eprint="2403.10001", archiveprefix="arXiv"),
            {"extra": "arXiv: 2403.10002"},
        ),
    ],
)
def test_a_record_that_something_contradicts_is_another_papers(
    shelf: World, typed: str, item: dict[str, object]
) -> None:
    write_bib(shelf, typed)
    put(shelf, {**article("Wetland Birds", "Heron"), **item})
    assert set(cited(shelf).values()) != {"own"}
    assert shelf.bib.startswith(typed.rstrip())
    assert shelf.bib.count("\n@") == 1


def test_of_two_records_of_one_paper_the_item_takes_the_first(shelf: World) -> None:
    write_bib(
        shelf,
        record("one", "Wetland Birds", "Heron, A.", year=2015),
        record("two", "Wetland Birds", "Heron, A.", year=2015),
    )
    put(shelf, article("Wetland Birds", "Heron", date="2015"))
    assert cited(shelf) == {"journalArticle": "one"}
    said = shelf.do(*APPLY)
    assert "the record two (line 5) is the same paper as one" in said
    assert "Nothing to push" in said


@pytest.mark.parametrize("doi", ["10.5555/777", ""])
def test_a_line_takes_nothing_from_the_record_of_another_paper(shelf: World, doi: str) -> None:
    write_bib(shelf, BOOK.replace("doi = {10.5555/777}", f"doi = {{{doi}}}"))
    shelf.text += (
        "\n- [ ] Wetland Birds. Nature2015 [Paper](https://www.nature.com/articles/nature15001)\n"
    )
    shelf.do("push", "--offline", "--apply")
    (item,) = [each["data"] for each in shelf.zotero.top()]
    assert (item["itemType"], item["date"], item["creators"]) == ("journalArticle", "2015", [])


@pytest.mark.parametrize(
    ("line", "joined"),
    [
        ("- [ ] Wetland Birds. Nature2015 [Paper](https://www.nature.com/articles/nature15001)", False),
        ("- [ ] Wetland Birds. 2015", False),
        ("- [ ] Wetland Birds. 2016", True),
    ],
)  # fmt: skip
def test_an_item_elsewhere_joins_only_if_nothing_contradicts(
    world: World, line: str, joined: bool
) -> None:
    (key,) = world.add(article("Wetland Birds", "Marsh", itemType="book", date="2016"))
    world.collection()
    world.settle()
    world.text = f"# Papers\n\n{line}\n"
    said = world.do("push", "--offline", "--apply")
    assert bool(world.item(key)["collections"]) is joined
    assert ("may be the same paper: same title, but another year" in said) is not joined


def test_a_record_does_not_pull_in_another_paper_of_the_library(shelf: World) -> None:
    write_bib(shelf, record("heron15", "Wetland Birds", "Heron, A.", year=2015, doi="10.1038/wet1"))
    (key,) = shelf.add(article("Wetland birds", "Marsh", itemType="book", date="2016"))
    shelf.do(*APPLY)
    assert shelf.item(key)["collections"] == []
    assert titles(shelf) == ["Wetland Birds", "Wetland birds"]


def test_check_names_a_key_that_is_another_papers(shelf: World) -> None:
    write_bib(shelf, record("own", "Wetland Birds", "Heron, A.", doi="10.1038/wet1"))
    put(shelf, article("Wetland Birds", "Heron", url="https://doi.org/10.1038/wet1"))
    shelf.do("pull")
    assert "everything agrees" in shelf.do("check")
    (shelf.folder / BIB).write_text(shelf.bib.replace("wet1", "dry1"), "utf-8")
    said = shelf.run("check")
    assert said.code == 1
    assert "has the key own of another paper in library.bib: the DOI disagrees" in said.out
