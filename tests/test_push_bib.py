"""``zsync push --bib``: records that somebody wrote by hand become items; the file keeps its bytes."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.world import BIB, World, paper
from zsync.formats.bib import bibtex
from zsync.formats.bib.latex_text import to_text

#: Files in the shapes of JabRef, Mendeley, Citavi, NASA ADS, and of DBLP, the ACL Anthology and IEEE.
BIBS = Path(__file__).parent / "bibs"

BEFORE = r"""% my own file
@inproceedings{he2016,
  author = {He, Kaiming and Zhang, Xiangyu and Ren, Shaoqing and Sun, Jian},
  title = {Deep Residual Learning for Image Recognition},
  booktitle = {Proceedings of the IEEE Conference on Computer Vision and Pattern Recognition},
  year = {2016}, pages = {770--778}, doi = {10.1109/CVPR.2016.90}
}

@article{lecun15, author = "LeCun, Yann and Bengio, Yoshua and Hinton, Geoffrey",
  title = {Deep learning}, journal = {Nature}, volume = 521, pages = {436--444}, month = may, year = 2015}

@book{goodfellow, title = {Deep Learning}, author = {Goodfellow, Ian}, publisher = {MIT Press}, year = 2016}

@misc{vit, title = {An Image is Worth 16x16 Words}, author = {Dosovitskiy, Alexey},
  eprint = {2010.11929}, archiveprefix = {arXiv}, year = {2020}}
"""
OFFLINE = ("push", "--bib", "--offline")
APPLY = (*OFFLINE, "--apply")


@pytest.fixture
def written(world: World) -> World:
    """A .bib written by hand, an empty list and an empty collection."""
    world.collection()
    world.text = "# Papers\n"
    world.settle(bib=True)
    (world.folder / BIB).write_text(BEFORE, "utf-8")
    return world


def test_records_become_items_with_their_keys(written: World) -> None:
    assert "4 things would go" in written.do(*OFFLINE)
    written.do(*APPLY)
    items = {item["data"]["citationKey"]: item["data"] for item in written.zotero.top()}
    assert {key: item["itemType"] for key, item in items.items()} == {
        "he2016": "conferencePaper",
        "lecun15": "journalArticle",
        "goodfellow": "book",
        "vit": "preprint",
    }
    assert items["he2016"]["pages"] == "770-778"
    assert items["he2016"]["DOI"] == "10.1109/CVPR.2016.90"
    assert items["lecun15"]["date"] == "2015-05"
    assert [each["lastName"] for each in items["lecun15"]["creators"]] == [
        "LeCun",
        "Bengio",
        "Hinton",
    ]
    assert items["goodfellow"]["publisher"] == "MIT Press"
    assert items["vit"]["archiveID"] == "arXiv:2010.11929"


def test_the_file_keeps_its_bytes_and_a_second_push_writes_nothing(written: World) -> None:
    written.do(*APPLY)
    before = len(written.sandbox.requests)
    assert "In step" in written.do(*APPLY)
    assert {each.method for each in written.sandbox.requests[before:]} == {"GET"}
    assert "Note" not in written.do("bib")
    written.do("sync", "--offline")
    assert written.bib == BEFORE
    assert written.text.count("\n- ") == 4


def test_an_item_of_the_library_joins_the_collection(written: World) -> None:
    url = "https://arxiv.org/abs/2010.11929"
    (key,) = written.add(paper("An Image is Worth 16x16 Words", url))
    assert "joined   An Image is Worth 16x16 Words" in written.do(*APPLY)
    assert written.item(key)["collections"]
    assert len(written.zotero.top()) == 4


def test_the_list_takes_from_the_bib_what_no_service_knows(written: World) -> None:
    written.text = "# Papers\n\n- [ ] Deep Residual Learning for Image Recognition. CVPR2016\n"
    written.do("push", "--offline", "--apply")
    (item,) = [item["data"] for item in written.zotero.top()]
    assert item["DOI"] == "10.1109/CVPR.2016.90"
    assert item["creators"][0]["lastName"] == "He"


def test_a_broken_record_is_named_with_its_line_and_the_others_are_pushed(written: World) -> None:
    (written.folder / BIB).write_text(BEFORE + "\n@article{broken, title = {x", "utf-8")
    said = written.do(*APPLY)
    assert f"{BIB}, line 17: the braces of this @article never close" in said
    assert len(written.zotero.top()) == 4


def test_a_record_of_an_item_that_left_the_collection_brings_it_not_back(world: World) -> None:
    home = world.collection()
    trashed, moved, kept = world.add(
        *(
            paper(f"{name}: A Paper on {name}", date="2025", collections=[home])
            for name in ("Dew", "Fog", "Ice")
        )
    )
    world.text = "# Papers\n\n## Reading list\n"
    world.settle(bib=True)
    world.do("pull")
    world.edit(trashed, deleted=1)
    world.edit(moved, collections=[])
    assert "In step" in world.do(*APPLY)
    world.do("pull")
    assert "Ice" in world.bib
    assert "Dew" not in world.bib
    assert "Fog" not in world.bib
    assert "In step" in world.do(*APPLY)
    assert {item["key"] for item in world.zotero.top()} == {moved, kept}
    assert world.item(moved)["collections"] == []


# --- what other programs and people write ---

#: The shapes in which JabRef, Mendeley, Citavi, NASA ADS, DBLP, the ACL Anthology and IEEE give records away.
PROGRAMS = r"""% Exported and typed
@string{tst = {Journal of Testing}}
@article{o'hara:2020+a, author={O'Hara, Jane}, title={Odd Keys and {\LaTeX}}, journal=tst, year=2020}
@article{DBLP:journals/corr/abs-1801-00001, author={Wei Zhu and others}, title={Graphs of {\'E}coles},
  journal={CoRR}, volume={abs/1801.00001}, eprinttype={arXiv}, eprint={1801.00001}, year={2018}}
@ARTICLE{2019A&A...622A...1K, author={{K{\"o}nig}, A. and {{\L}uczak}, B.~C.}, title="{Dust at 20\,$\mu$m}",
  journal={\aap}, year=2019, month=feb, volume={622}, eid={A1}, pages={A1}, archivePrefix={arXiv},
  eprint={1811.00001}, primaryClass={astro-ph.GA}, doi={10.1051/0004-6361/201800001}}
@incollection{Maier2020, author={Maier, J{\"u}rgen}, title={{\"U}ber die Stra{\ss}e}, booktitle={A \& B},
  doi={10.1007/978-3-030-00001-0{\_}2}, url={http://link.example/10.1007/978-3-030-00001-0{\_}2}, year={2020},
  file={:C$\backslash$:/Users/me/x.pdf:pdf}, mendeley-groups={A,B}}
@article{ieee1, author={J. Doe}, title={On the {IEEE}}, journal=IEEE_J_TEST, month=jan, year={2001}}
@misc{web1, author={{Standards Body}}, title={A Page}, howpublished="\url{https://a.example/x_y/}",
  note={[Online; accessed 3-March-2021]}, year={2019}}
@phdthesis(par1, author = "Ann Smith", title = "On Parentheses", school = "MIT", year = 1999)
@inproceedings{acl1, title = "A {B}-like Paper", author = "Li, Xia and Ng, {Hwee Tou}", year = "2019",
  booktitle = "Proceedings of {ACL}", url = "https://aclanthology.org/P19-9001/",
  doi = "10.18653/v1/P19-9001"}
@proceedings{whole, title={Proceedings of the Whole}, year=2020, publisher={ACM}}
@inproceedings{part, author={Part Author}, title={A Part}, pages={3--4}, crossref={whole}}
@article{citavi, author={Weber, Max}, title={Ein Beruf}, year={1919}, url={\url{https://a.example/weber}},
  urldate={02.01.2020}, langid={ngerman}}
@book{volumes, author={Old Hand}, title={Das {\textit{Ganze}} und H$_2$O}, year={{\noopsort{1901}}1902}}
"""


def pushed(world: World, bib: str, extra: str = "") -> dict[str, dict[str, Any]]:
    """Push a .bib into an empty collection; give the items by their citation keys."""
    world.collection()
    world.text = "# Papers\n"
    world.settle(bib=True)
    settings = world.folder / "zsync.toml"
    settings.write_text(settings.read_text("utf-8") + extra, "utf-8")
    (world.folder / BIB).write_text(bib, "utf-8")
    world.do(*APPLY)
    return {item["data"]["citationKey"]: item["data"] for item in world.zotero.top()}


def test_records_of_other_programs_become_items_and_the_file_keeps_its_bytes(world: World) -> None:
    items = pushed(world, PROGRAMS)
    assert len(items) == 12
    assert "Note" not in world.do("pull")
    assert world.run("bib", "--check").code == 0
    assert world.bib == PROGRAMS
    assert {key: item["title"] for key, item in items.items()} == {
        "o'hara:2020+a": "Odd Keys and LaTeX",
        "DBLP:journals/corr/abs-1801-00001": "Graphs of Écoles",
        "2019A&A...622A...1K": "Dust at 20 μm",
        "Maier2020": "Über die Straße",
        "ieee1": "On the IEEE",
        "web1": "A Page",
        "par1": "On Parentheses",
        "acl1": "A B-like Paper",
        "whole": "Proceedings of the Whole",
        "part": "A Part",
        "citavi": "Ein Beruf",
        "volumes": "Das <i>Ganze</i> und H<sub>2</sub>O",
    }


@pytest.mark.parametrize("file", sorted(BIBS.glob("*.bib")), ids=lambda path: path.stem)
def test_a_file_of_another_program_goes_in_whole_and_stays_as_it_is(
    world: World, file: Path
) -> None:
    bib = file.read_text("utf-8")
    records = bibtex.parse(bib)
    items = pushed(world, bib)
    assert set(items) == {record.key for record in records.records}
    assert "Note" not in world.do("pull")
    assert world.bib == bib
    assert "In step" in world.do(*APPLY)
    assert world.run("bib", "--check").code == 0
    for record in records.records:
        said = _words(json.dumps(items[record.key], ensure_ascii=False))
        assert _words_of(records.fields(record)) <= said, record.key


def _words_of(fields: Mapping[str, str]) -> set[str]:
    """Return the words of a record; months and journal macros become others, and nobody wants a path."""
    texts = (text for name, text in fields.items() if name not in ("file", "journal", "month"))
    return set().union(*(_words(to_text(text)) for text in texts)) - {"and"}


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]{2,}", text.casefold()))


def test_every_field_of_a_record_finds_a_place(world: World) -> None:
    items = pushed(world, PROGRAMS)
    dust, chapter, page = items["2019A&A...622A...1K"], items["Maier2020"], items["web1"]
    assert (dust["itemType"], dust["publicationTitle"]) == (
        "journalArticle",
        "Astronomy & Astrophysics",
    )
    assert (dust["volume"], dust["pages"]) == ("622", "A1")
    assert dust["extra"] == "arXiv:1811.00001 [astro-ph.GA]\ntex.eid: A1"
    assert items["DBLP:journals/corr/abs-1801-00001"]["archiveID"] == "arXiv:1801.00001"
    assert items["DBLP:journals/corr/abs-1801-00001"]["creators"][-1] == {
        "creatorType": "author",
        "name": "others",
    }
    assert (chapter["DOI"], chapter["url"]) == (
        "10.1007/978-3-030-00001-0_2",
        "http://link.example/10.1007/978-3-030-00001-0_2",
    )
    assert chapter["extra"] == "tex.mendeley-groups: A,B"
    assert (page["url"], page["accessDate"]) == ("https://a.example/x_y/", "2021-03-03")
    assert items["acl1"]["url"] == "https://aclanthology.org/P19-9001/"
    assert items["part"]["proceedingsTitle"] == "Proceedings of the Whole"
    assert items["whole"]["extra"] == "tex.entrytype: proceedings"
    assert items["citavi"]["accessDate"] == "2020-01-02"
    assert items["volumes"]["date"] == "1902"
    assert items["par1"]["thesisType"] == "PhD thesis"


def test_what_is_not_pushed_and_what_is_not_known_is_named_with_its_line(world: World) -> None:
    pushed(world, "@misc{fine, title = {Fine}}\n")
    (world.folder / BIB).write_text(
        "@misc{fine, title = {Fine}}\n"
        "@misc{lacks title = {x}}\n"
        "@misc{, title = {x}}\n"
        "@misc{fine, title = {Another}}\n"
        "@misc{bare, year = 2000}\n"
        "@misc{odd, title = {Launched by \\ESA}, publisher = NOBODY, year = 2001}\n"
        "@misc{comma,\n  title = {x}\n  year = 2000}\n"
        "@misc{open, title = {x}\n"
        "@misc{last, title = {The Last}, year = 2000}\n",
        "utf-8",
    )
    said = world.do(*APPLY)
    assert [line for line in said.split("\n") if line.startswith(("Note", "  item"))] == [
        "  item     Launched by \\ESA (by library.bib)",
        "  item     The Last (by library.bib)",
        "Note: library.bib, line 2: after the citation key lacks of this @misc a comma is missing.",
        "Note: library.bib, line 3: this @misc has no citation key.",
        "Note: library.bib, line 4: the key fine stands on line 1 already, and BibTeX takes the first.",
        "Note: library.bib, line 6: \\ESA, NOBODY in the record odd are not known here, and left as typed.",
        "Note: library.bib, line 7: in the record comma a comma is missing before year (line 9).",
        "Note: library.bib, line 10: the braces of this @misc never close.",
        "Note: library.bib, line 5: the record bare has no title, so no item is made of it.",
    ]
    assert {item["data"]["title"] for item in world.zotero.top()} == {
        "Fine",
        "Launched by \\ESA",
        "The Last",
    }


def test_a_record_is_known_by_title_or_number_whatever_latex_it_is_in(world: World) -> None:
    home = world.collection()
    person = [{"creatorType": "author", "lastName": "Żak", "firstName": "Ewa"}]
    said: dict[str, Any] = {"collections": [home], "creators": person, "date": "2012"}
    world.add(
        paper("Na\u00efve λ-Rays in Łódź", **said),
        paper("Water as H<sub>2</sub>O", **said),
        paper("The Whole: And its Parts", **said),
        paper("Words of the Item", DOI="10.1000/XY_Z", **said),
        paper("More Words", DOI="10.1000/other_1", **said),
    )
    world.text = "# Papers\n\n## Reading list\n"
    world.settle(bib=True)
    mine = r"""@misc{a, author = {{\.Z}ak, Ewa}, title = {Na{\"\i}ve {$\lambda$-Rays} in {\L}{\'o}d{\'z}},
  year = 2012}
@misc{b, author = {{\.Z}ak, Ewa}, title = {\textit{Water} as {H$_2$O}}, year = 2012}
@misc{c, author = {{\.Z}ak, Ewa}, title = {The Whole}, subtitle = {And its Parts}, year = 2012}
@misc{d, title = {Words of the {Item}}, doi = {https://doi.org/10.1000/xy{\_}z}}
@misc{e, title = {More Words}, doi = {10.1000/OTHER\_1}}
"""
    (world.folder / BIB).write_text(mine, "utf-8")
    assert "Note" not in world.do("pull")
    assert world.bib == mine


def test_an_odd_command_ends_no_run(world: World) -> None:
    odd = r"\href{https://a.example}{x} \textcolor \colorbox \fcolorbox \begin{array}y\end{array} \verb"
    items = pushed(world, f"@misc{{odd, title = {{Odd}}, howpublished = {{{odd}}}, year = 2000}}\n")
    assert items["odd"]["title"] == "Odd"
    world.text += "\n- [ ] Another paper. Journal 2020 [Paper](https://a.example/p)\n"
    for command in (("status",), ("push", "--offline"), OFFLINE, ("sync", "--offline")):
        assert world.run(*command).code == 0


def test_a_remark_inside_a_record_stays_where_biber_reads_the_file(world: World) -> None:
    home = world.collection()
    (key,) = world.add(paper("Dew: A Paper on Dew", date="2025", volume="1", collections=[home]))
    world.text = "# Papers\n\n## Reading list\n"
    world.settle(bib=True)
    settings = world.folder / "zsync.toml"
    settings.write_text(settings.read_text("utf-8") + 'format = "biblatex"\n', "utf-8")
    world.do("pull")
    remarked = world.bib.replace("  volume = {1}", "  % mine, 100%\n  volume = {1}")
    (world.folder / BIB).write_text(remarked, "utf-8")
    world.edit(key, volume="9", date="")
    world.do("pull")
    assert "  % mine, 100%\n  volume = {9}" in world.bib
    assert "date" not in world.bib
    settings.write_text(settings.read_text("utf-8").replace("biblatex", "bibtex"), "utf-8")
    assert "could not read it either" in world.do("pull")


def test_of_two_records_with_one_doi_one_item_is_made_and_the_other_is_named(world: World) -> None:
    bib = """@article{a1, title={On the Theory of Mud}, author={Poe, A.}, year=1963, doi={10.1234/a}}

@article{a2, title={On the theory of mud}, author={Poe, Anna}, doi={https://doi.org/10.1234/A}}

@article{a3, title={On the Theory of Mud}, author={Poe, A.}, year=1999, doi={10.1234/b}}
"""
    assert sorted(pushed(world, bib)) == ["a1", "a3"]
    world.do("pull")
    assert world.bib == bib
    said = world.do(*APPLY)
    assert "the record a2 (line 3) is the same paper as a1, whose item stands for both" in said
    assert "None" not in said


def test_a_case_and_a_law_become_items(world: World) -> None:
    items = pushed(
        world,
        "@jurisdiction{e1, title={Foo v. Bar}, date=1999}\n@legislation{e2, title={An Act}}\n",
    )
    assert {key: item["itemType"] for key, item in items.items()} == {"e1": "case", "e2": "statute"}


def test_a_record_of_an_item_that_was_merged_is_not_pushed_again(world: World) -> None:
    bib = """@article{q3, author={Jones, Bob}, title={Third widget}, year=2012, journal={J}}

@article{q4, author={Jones, Bob}, title={The third widget}, year=2013, journal={J}}
"""
    items = pushed(world, bib)
    world.do("pull")
    lost, heir = items["q3"]["key"], items["q4"]["key"]
    address = f"http://zotero.org/users/1/items/{lost}"
    world.edit(heir, relations={"dc:replaces": address})
    world.edit(lost, deleted=1)
    world.do("pull")
    assert "item " not in world.do(*APPLY)
    assert world.bib == bib
