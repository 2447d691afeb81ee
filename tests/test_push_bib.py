"""``zsync push --bib``: records that somebody wrote by hand become items; the file keeps its bytes."""

import pytest

from tests.world import BIB, World, paper

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
