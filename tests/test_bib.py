"""`zsync bib` and the .bib that a pull writes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.world import BIB, Result, World, paper


def _book(title: str, year: str, family: str, **fields: Any) -> dict[str, Any]:
    return {
        "itemType": "book",
        "title": title,
        "date": year,
        "creators": [{"creatorType": "author", "firstName": "A.", "lastName": family}],
        **fields,
    }


@pytest.fixture
def library(world: World) -> dict[str, str]:
    home = world.collection()
    items = {
        "art": _book("The Art of Proof", "2010", "Knuth", collections=[home]),
        "sheep": _book("Sheep", "2012", "Abel", collections=[home]),
        "late": _book("Goats", "2014", "Zorn", collections=[home], tags=[{"tag": "read"}]),
    }
    keys = world.add(*items.values())
    world.text = "# Papers\n"
    world.settle(bib=True)
    return dict(zip(items, keys, strict=True))


def test_a_pull_writes_it_sorted(world: World, library: dict[str, str]) -> None:
    world.do("pull")
    heads = [line for line in world.bib.splitlines() if line.startswith("@")]
    assert len(heads) == 3
    assert heads == sorted(heads)


def test_it_is_written_only_if_it_differs(world: World, library: dict[str, str]) -> None:
    world.do("pull")
    before = world.state()
    world.do("bib")
    world.do("pull", "--overwrite")
    assert world.state()[BIB] == before[BIB]


def test_it_works_offline_from_the_mirror(world: World, library: dict[str, str]) -> None:
    world.do("pull")
    (world.folder / BIB).unlink()
    world.sandbox.requests.clear()
    assert "3 records" in world.do("bib")
    assert not world.sandbox.requests
    assert world.bib.count("@book") == 3


def test_without_a_mirror_it_asks(world: World, library: dict[str, str]) -> None:
    world.do("bib")
    assert world.bib.count("@book") == 3
    assert world.text == "# Papers\n"


def test_a_missing_bib_comes_back_with_the_next_pull(world: World, library: dict[str, str]) -> None:
    world.do("pull")
    before = world.bib
    (world.folder / BIB).unlink()
    world.do("pull")
    assert world.bib == before


def test_one_changed_item_changes_one_record(world: World, library: dict[str, str]) -> None:
    world.do("pull")
    before = world.bib.split("\n\n")
    world.edit(library["sheep"], publisher="Meadow Press")
    world.do("pull")
    after = world.bib.split("\n\n")
    (changed,) = [new for old, new in zip(before, after, strict=True) if old != new]
    assert "publisher = {Meadow Press}" in changed


def test_what_zsync_does_not_own_keeps_its_bytes(world: World, library: dict[str, str]) -> None:
    own = (
        "% my comment\n@string{me = {Myself}}\n\n"
        "@misc{ handmade , title = {By hand},author=me\n}\n\n@comment{jabref-meta: x}\n"
    )
    (world.folder / BIB).write_text(own)
    world.do("pull")
    assert own.strip() in world.bib
    world.edit(library["art"], deleted=1)
    world.do("pull")
    assert own.strip() in world.bib
    assert world.bib.count("@book") == 2


def test_a_record_that_stood_there_before_gives_its_key_and_stays(
    world: World, library: dict[str, str]
) -> None:
    own = "@book{proof10, title = {The Art of {Proof}}, note = {my copy}}\n"
    (world.folder / BIB).write_text(own)
    world.do("pull")
    assert own in world.bib
    assert world.bib.count("Art of") == 1
    row = next(
        line for line in (world.folder / "zsync.lock").read_text().splitlines() if "proof10" in line
    )
    assert json.loads(row)["item"] == library["art"]


def test_a_lost_lock_does_not_double_the_records(world: World, library: dict[str, str]) -> None:
    world.do("pull")
    before = world.bib
    (world.folder / "zsync.lock").unlink()
    world.do("pull")
    assert world.bib == before


def test_a_key_never_changes_by_itself(world: World, library: dict[str, str]) -> None:
    world.do("pull")
    keys = {line for line in world.bib.splitlines() if line.startswith("@")}
    home = world.zotero.collections()[0]["key"]
    world.add(_book("Sheep", "2012", "Abel", collections=[home]))
    world.edit(library["sheep"], title="Lambs")
    world.do("pull")
    assert keys < {line for line in world.bib.splitlines() if line.startswith("@")}


def test_a_key_renamed_in_zotero_is_followed_and_the_old_one_kept(
    world: World, library: dict[str, str]
) -> None:
    world.do("pull")
    world.edit(library["sheep"], citationKey="flock")
    world.do("pull")
    assert "@book{flock," in world.bib
    assert "ids = {" in world.bib
    assert world.bib.count("@book") == 3


def test_a_renamed_key_is_said_once_and_is_nothing_to_do(
    world: World, library: dict[str, str]
) -> None:
    world.do("pull")
    world.edit(library["sheep"], citationKey="flock")
    news = "key      abelSheep2012 is flock now, as in Zotero"
    assert news in world.do("pull", "--dry-run")
    assert news in world.do("pull")
    assert "In step." in world.do("status", "--check")
    world.edit(library["art"], publisher="Meadow Press")
    assert "flock" not in world.do("pull")


def test_a_key_that_an_item_gave_up_is_no_other_items_key(
    world: World, library: dict[str, str]
) -> None:
    world.do("pull")
    home = world.zotero.collections()[0]["key"]
    world.edit(library["sheep"], citationKey="flock")
    world.do("pull")
    world.add(_book("Sheep", "2012", "Abel", collections=[home]))
    world.do("pull")
    assert "@book{abelSheep2012a," in world.bib


def test_letters_that_pdflatex_does_not_have_are_named_once_and_are_in_no_new_key(
    world: World,
) -> None:
    home = world.collection()
    world.add(
        _book("Луг", "2014", "Павлов", collections=[home], citationKey="луг14"),
        _book("草原", "2015", "王", collections=[home]),
        _book("Trang p̱a̲", "2016", "Trương", collections=[home]),
    )
    world.text = "# Papers\n"
    world.settle(bib=True)
    said = world.do("pull")
    trang, ours, theirs = _keys(world)
    assert (ours, theirs, trang) == ("wang2015", "луг14", "truongTrangPa2016")
    assert "author = {Tr{\\relax u\\negthinspace\\textquoteright}" in world.bib
    assert "pdfLaTeX has no letters for " in said
    assert "◌\u0332" in said
    assert f"in {trang}, {ours}, луг14; LuaLaTeX and XeLaTeX print them." in said
    assert "pdfLaTeX" not in world.do("pull")


def test_a_key_in_use_keeps_its_letters_and_a_file_in_utf_8_has_new_ones(world: World) -> None:
    home = world.collection()
    world.add(_book("草原", "2015", "王", collections=[home]))
    world.text = "# Papers\n"
    world.settle(extra=f'[bib]\npath = "{BIB}"\nascii = false\n')
    assert "pdfLaTeX" not in world.do("pull")
    assert _keys(world) == ["王草原2015"]
    world.settle(bib=True)
    world.do("pull")
    assert _keys(world) == ["王草原2015"]


def test_another_formula_is_for_new_items_alone(world: World, library: dict[str, str]) -> None:
    world.do("pull")
    before = world.bib
    settings = world.folder / "zsync.toml"
    text = settings.read_text("utf-8")
    settings.write_text(
        text.replace("[bib]", "[bib]\nkey_formula = \"auth + '_' + year\""), "utf-8"
    )
    world.do("pull")
    assert world.bib == before
    home = world.zotero.collections()[0]["key"]
    world.add(_book("Larks", "2015", "Wood", collections=[home]))
    world.do("pull")
    assert "@book{Wood_2015," in world.bib
    assert before.split("\n\n")[0] in world.bib


def test_private_things_never_appear(world: World, library: dict[str, str]) -> None:
    world.edit(library["late"], extra="Read_Status: Read\nRead_Status_Date: 2026-01-01")
    world.note(library["late"], "<p>Reviewer two was me.</p>")
    world.add(
        {
            "itemType": "attachment",
            "linkMode": "linked_file",
            "path": "/home/me/secret/goats.pdf",
            "title": "Full text",
            "parentItem": library["late"],
        }
    )
    world.do("pull")
    for secret in ("Read", "read", "Reviewer", "secret", "goats.pdf"):
        assert secret not in world.bib, secret


def test_a_read_tag_is_private_however_the_settings_spell_it(
    world: World, library: dict[str, str]
) -> None:
    world.settle(bib=True, extra='read_tags = ["/Gelesen"]\n')
    world.tag(library["late"], "gelesen", "animals")
    world.do("pull")
    assert "keywords = {animals}" in world.bib


def _by_hand(world: World, before: str, after: str) -> None:
    assert world.bib.count(before) == 1
    (world.folder / BIB).write_text(world.bib.replace(before, after))


def _kept(world: World) -> list[str]:
    folder = world.folder / ".zsync" / "kept"
    return [path.read_text() for path in sorted(folder.glob("*.bib"))] if folder.exists() else []


def test_a_field_edited_by_hand_stays_and_is_reported(
    world: World, library: dict[str, str]
) -> None:
    world.do("pull")
    _by_hand(world, "title = {Sheep}", "title = {Mutton}")
    edited = world.bib
    assert "(title)" in world.do("pull")
    world.edit(library["sheep"], publisher="Meadow Press")
    world.do("pull")
    assert "  title = {Mutton}," in world.bib
    assert world.bib.replace(",\n  publisher = {Meadow Press}", "") == edited
    assert not _kept(world)


def test_where_both_changed_zotero_wins_and_the_words_are_kept(
    world: World, library: dict[str, str]
) -> None:
    world.do("pull")
    _by_hand(world, "title = {Sheep}", "title = {Mutton}")
    world.edit(library["sheep"], title="Lambs")
    world.do("pull")
    assert "title = {Lambs}" in world.bib
    assert "Mutton" not in world.bib
    (kept,) = _kept(world)
    assert "Mutton" in kept


def test_a_field_added_by_hand_survives_every_change_in_zotero(
    world: World, library: dict[str, str]
) -> None:
    world.do("pull")
    _by_hand(world, "title = {Sheep},", 'title = {Sheep},\n  annote = "mine, " # me,')
    world.edit(library["sheep"], title="Lambs", citationKey="flock")
    world.do("pull")
    assert 'title = {Lambs},\n  annote = "mine, " # me,' in world.bib
    assert "@book{flock," in world.bib
    assert not _kept(world)


def test_a_record_with_words_of_its_own_is_kept_when_its_item_leaves(
    world: World, library: dict[str, str]
) -> None:
    world.do("pull")
    _by_hand(world, "title = {Sheep},", "title = {Sheep},\n  annote = {mine},")
    world.edit(library["sheep"], deleted=1)
    world.do("pull")
    assert "mine" not in world.bib
    (kept,) = _kept(world)
    assert "annote = {mine}" in kept


def test_overwrite_writes_every_record_anew_and_keeps_what_it_takes_away(
    world: World, library: dict[str, str]
) -> None:
    (world.folder / BIB).write_text("@book{proof10, title = {The Art of {Proof}}, note = {mine}}\n")
    world.do("pull")
    _by_hand(world, "title = {Sheep}", "title = {Mutton}")
    world.do("bib", "--overwrite")
    assert (
        "title = {The {{Art}} of {{Proof}}}" in world.bib.split("@book{proof10,")[1].split("@")[0]
    )
    assert "Mutton" not in world.bib
    assert "mine" not in world.bib
    assert sorted("Mutton" in text for text in _kept(world)) == [False, True]
    before = world.state()
    world.do("bib")
    assert world.state() == before


def test_a_record_that_cannot_be_read_inside_is_reported_and_left_alone(
    world: World, library: dict[str, str]
) -> None:
    world.do("pull")
    _by_hand(world, "title = {Sheep},", "title = {Sheep} oh,")
    world.edit(library["sheep"], publisher="Meadow Press")
    line = world.bib[: world.bib.index("Sheep} oh")].count("\n")
    assert f"{BIB}, line {line}: the record" in world.do("pull")
    assert "title = {Sheep} oh," in world.bib
    assert "Meadow" not in world.bib


def test_check_shows_a_diff_writes_nothing_and_exits_with_1_while_the_file_is_stale(
    world: World, library: dict[str, str]
) -> None:
    world.do("pull")
    assert world.run("bib", "--check").code == 0
    _by_hand(world, "@book{abelSheep2012,", "@comment{abelSheep2012,")
    before = world.state()
    result = world.run("bib", "--check")
    assert result.code == 1
    assert "+@book{abelSheep2012," in result.out
    assert world.state() == before


def test_check_of_items_compares_with_the_output(world: World, tmp_path: Path) -> None:
    items, output = tmp_path / "items.json", tmp_path / "out.bib"
    items.write_text(json.dumps([{"key": "AAAA2222", "itemType": "book", "title": "Sheep"}]))
    check = ("bib", "--items", str(items), "--output", str(output), "--check")
    assert world.run(*check).code == 1
    assert not output.exists()
    world.do("bib", "--items", str(items), "--output", str(output))
    assert world.run(*check) == Result(0, "", "")
    assert world.run("bib", "--items", str(items), "--check").code == 2


def test_a_broken_bib_is_named_with_its_line_and_left_alone(
    world: World, library: dict[str, str]
) -> None:
    broken = "% fine\n@book{x,\n  title = {never closed\n"
    (world.folder / BIB).write_text(broken)
    result = world.run("pull")
    assert result.code == 2
    assert f"{BIB}:2" in result.err
    assert world.bib == broken
    assert world.text == "# Papers\n"


def test_a_bib_without_a_list(world: World, library: dict[str, str]) -> None:
    (world.folder / "zsync.toml").write_text(
        f'[zotero]\ncollection = "Reading list"\n[bib]\npath = "refs/{BIB}"\n'
    )
    world.do("pull")
    assert (world.folder / "refs" / BIB).read_text().count("@book") == 3
    assert world.text == "# Papers\n"
    assert "In step" in world.do("pull")
    assert world.do("link").startswith("In step")


@pytest.fixture
def alone(world: World, library: dict[str, str]) -> dict[str, str]:
    """A .bib without a list, pulled once."""
    settings = f'[zotero]\ncollection = "Reading list"\n[bib]\npath = "{BIB}"\n'
    (world.folder / "zsync.toml").write_text(settings)
    world.do("pull")
    return library


def test_what_came_and_went_is_named(world: World, alone: dict[str, str]) -> None:
    (home,) = world.item(alone["sheep"])["collections"]
    world.edit(alone["sheep"], deleted=1)
    world.add(_book("Kids", "2015", "Zorn", collections=[home]))
    said = world.do("pull")
    assert f"{BIB}: 3 records (1 added: zornKids2015; 1 removed: abelSheep2012)" in said


@pytest.mark.parametrize("command", ["pull", "bib"])
def test_a_collection_that_looks_empty_empties_no_bib(
    world: World, alone: dict[str, str], command: str
) -> None:
    for key in alone.values():
        world.edit(key, collections=[])
    before = world.bib
    world.run("link")
    refused = world.run(command)
    assert refused.code == 3
    assert "All 3 records would leave the .bib: the collection looks empty." in refused.err
    assert world.bib == before
    world.do(command, "--max-removals", "100%")
    assert not world.bib.strip()


@pytest.mark.parametrize("command", ["pull", "bib"])
def test_one_record_is_written_again_from_zotero(
    world: World, alone: dict[str, str], command: str
) -> None:
    _by_hand(world, "year = 2012", "year = 1012")
    _by_hand(world, "year = 2014", "year = 1014")
    world.do(command, "--overwrite", "abelSheep2012")
    assert "year = 1012" not in world.bib
    assert "year = 1014" in world.bib


def test_a_record_written_by_hand_whose_item_is_gone_stays_and_is_named(world: World) -> None:
    world.collection()
    world.text = "# Papers\n"
    world.settle(bib=True)
    hand = "@book{sheep, title={Sheep}, author={Abel, A.}, year=2012}\n"
    (world.folder / BIB).write_text(hand)
    world.do("push", "--bib", "--offline", "--apply")
    world.do("pull")
    (item,) = world.zotero.top()
    world.edit(item["key"], deleted=1)
    assert "the items of sheep are gone from the collection" in world.do(
        "pull", "--max-removals", "100%"
    )
    assert world.bib == hand
    assert "In step" in world.do("push", "--bib", "--offline", "--apply")
    assert not world.zotero.top()


# -- as CSL-JSON --------------------------------------------------------------------------------------

JSON = "library.json"
THEIRS = '{"id": "bee", "type": "map", "title": "Hives", "volume": 1.50}'


@pytest.fixture
def csl(world: World, library: dict[str, str]) -> dict[str, str]:
    text = (world.folder / "zsync.toml").read_text()
    text = text.replace(f'path = "{BIB}"', f'path = "{JSON}"\nformat = "csljson"')
    (world.folder / "zsync.toml").write_text(text)
    return library


def _entries(world: World) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in json.loads((world.folder / JSON).read_text())}


def test_csl_json_is_kept_in_step(world: World, csl: dict[str, str]) -> None:
    assert f"{JSON}: 3 records" in world.do("pull")
    assert not (world.folder / BIB).exists()
    assert list(_entries(world)) == ["abelSheep2012", "knuthArtProof2010", "zornGoats2014"]
    before = world.state()
    world.do("pull", "--overwrite")
    assert world.state() == before
    world.edit(csl["sheep"], publisher="Meadow Press")
    world.edit(csl["art"], deleted=1)
    said = world.do("pull")
    assert f"{JSON}: 2 records (1 removed: knuthArtProof2010; 1 changed: abelSheep2012)" in said
    assert _entries(world)["abelSheep2012"]["publisher"] == "Meadow Press"


def test_entries_of_somebody_else_stay_in_it(world: World, csl: dict[str, str]) -> None:
    (world.folder / JSON).write_text(f"[{THEIRS}]")
    said = world.do("pull")
    assert f"{JSON}: 4 records (3 added: abelSheep2012, knuthArtProof2010, zornGoats2014)" in said
    assert list(_entries(world))[1] == "bee"
    assert _entries(world)["bee"] == json.loads(THEIRS)
    assert '"volume": 1.50' in (world.folder / JSON).read_text()


def test_an_entry_that_stood_there_before_gives_its_id(world: World, csl: dict[str, str]) -> None:
    own = '[{"id": "proof10", "type": "book", "title": "The Art of Proof", "note": "my copy"}]'
    (world.folder / JSON).write_text(own)
    world.do("pull")
    assert _entries(world)["proof10"] == json.loads(own)[0]
    assert len(_entries(world)) == 3


def test_a_lost_lock_does_not_double_the_entries(world: World, csl: dict[str, str]) -> None:
    world.do("pull")
    before = _entries(world)
    (world.folder / "zsync.lock").unlink()
    world.do("pull")
    assert _entries(world) == before


def test_an_entry_edited_by_hand_is_merged_like_a_record(world: World, csl: dict[str, str]) -> None:
    world.do("pull")
    path = world.folder / JSON
    path.write_text(path.read_text().replace('"Sheep"', '"Mutton", "annote": "mine"'))
    assert "(title, annote)" in world.do("pull")
    assert _entries(world)["abelSheep2012"]["title"] == "Mutton"
    world.edit(csl["sheep"], title="Lambs")
    world.do("pull")
    assert _entries(world)["abelSheep2012"]["title"] == "Lambs"
    assert _entries(world)["abelSheep2012"]["annote"] == "mine"
    (kept,) = (world.folder / ".zsync" / "kept").iterdir()
    assert kept.name.endswith(".json")
    assert "Mutton" in kept.read_text()


def test_a_broken_json_is_named_with_its_line_and_left_alone(
    world: World, csl: dict[str, str]
) -> None:
    broken = '[\n  {"id": "x"},\n  "y"\n]\n'
    (world.folder / JSON).write_text(broken)
    result = world.run("pull")
    assert result.code == 2
    assert f"{JSON}:3" in result.err
    assert (world.folder / JSON).read_text() == broken


# -- with no settings at all --------------------------------------------------------------------------


def _items(tmp_path: Path) -> Path:
    data = {"key": "AAAA2222", "version": 1, **_book("Sheep & Goats", "2012", "Abel")}
    path = tmp_path / "items.json"
    path.write_text(json.dumps([{"key": "AAAA2222", "version": 1, "data": data}]))
    return path


def test_items_from_a_file_to_standard_output(world: World, tmp_path: Path) -> None:
    out = world.do("bib", "--items", str(_items(tmp_path)))
    assert out.startswith("@book{")
    assert r"Sheep \&" in out


def test_items_to_a_file_and_from_standard_input(world: World, tmp_path: Path) -> None:
    target = tmp_path / "out.bib"
    text = _items(tmp_path).read_text()
    result = world.run(
        "bib", "--items", "-", "--format", "biblatex", "--output", str(target), stdin=text
    )
    assert (result.code, result.out) == (0, "")
    assert "date = {2012}" in target.read_text()


def test_items_as_csl_json(world: World, tmp_path: Path) -> None:
    items, target = str(_items(tmp_path)), tmp_path / "out.json"
    world.do("bib", "--items", items, "--format", "csljson", "--output", str(target))
    assert json.loads(target.read_text()) == [
        {
            "id": "abelSheepGoats2012",
            "type": "book",
            "citation-key": "abelSheepGoats2012",
            "title": "Sheep & Goats",
            "author": [{"family": "Abel", "given": "A."}],
            "issued": {"date-parts": [[2012]]},
        }
    ]
    assert world.do("bib", "--items", items, "--format", "csljson") == target.read_text()


def test_read_tags_are_private_without_settings_too(world: World, tmp_path: Path) -> None:
    data = {
        "key": "AAAA2222",
        **_book("Sheep", "2012", "Abel", tags=[{"tag": "Read"}, {"tag": "wool"}]),
    }
    path = tmp_path / "items.json"
    path.write_text(json.dumps([data]))
    assert "keywords = {wool}" in world.do("bib", "--items", str(path))


def test_a_dry_run_of_items_writes_nothing(world: World, tmp_path: Path) -> None:
    target = tmp_path / "out.bib"
    said = world.do("bib", "--items", str(_items(tmp_path)), "--output", str(target), "--dry-run")
    assert said == "1 records; nothing was written.\n"
    assert not target.exists()


def test_the_items_are_not_written_over(world: World, tmp_path: Path) -> None:
    path = str(_items(tmp_path))
    assert world.run("bib", "--items", path, "--output", path).code == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, ["items.json", "beyond reading"]),
        ("{", ["items.json:1", "not JSON"]),
        ('{"items": []}', ["not an array"]),
        ("[3]", ["items.json"]),
        ('[{"key": "AAAA2222"}]', ["items.json", "AAAA2222"]),
    ],
)
def test_items_that_are_none(world: World, tmp_path: Path, text: str, words: list[str]) -> None:
    path = tmp_path / "items.json"
    path.write_text(text)
    result = world.run("bib", "--items", str(path))
    assert result.code == 2
    assert all(word in result.err for word in words), result.err


def test_no_bib_in_the_settings(world: World) -> None:
    world.collection()
    world.text = "# Papers\n"
    world.settle(bib=False)
    result = world.run("bib")
    assert result.code == 2
    assert "[bib]" in result.err


@pytest.mark.parametrize("count", [137, 1000])
def test_all_of_them_in_list_and_bib(world: World, count: int) -> None:
    home = world.collection()
    below = world.collection("Below", home)
    world.add(
        *(
            paper(
                f"Paper Number {n}",
                f"https://arxiv.org/abs/{2401 + n // 1000}.{n % 1000:05}",
                date="2024",
                collections=[below if n % 3 else home],
            )
            for n in range(count)
        )
    )
    world.text = "# Papers\n"
    world.settle(bib=True)
    world.do("pull")
    assert world.text.count("- [ ] ") == count
    assert world.bib.count("\n@") + 1 == count
    before = world.state()
    world.sandbox.requests.clear()
    world.do("pull")
    assert len(world.sandbox.requests) == 1
    assert world.state() == before


# -- duplicates that were merged in Zotero ---------------------------------------------------------


@pytest.mark.parametrize("heir", ["first", "second"])
@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_after_a_merge_the_key_that_was_there_first_stays_the_records_key(
    world: World, heir: str, form: str
) -> None:
    home = world.collection()
    first, second = world.add(
        _book(
            "Meadows in Winter",
            "2014",
            "Weaver",
            collections=[home],
            dateAdded="2024-01-01T00:00:00Z",
        ),
        _book(
            "Meadows in Winter",
            "2014",
            "Weaver",
            collections=[home],
            dateAdded="2024-02-01T00:00:00Z",
        ),
    )
    world.text = "# Papers\n"
    world.settle(extra=f'[bib]\npath = "{BIB}"\nformat = "{form}"\n')
    world.do("pull")
    assert _keys(world) == ["weaverMeadowsWinter2014", "weaverMeadowsWinter2014a"]
    _merge(world, *((second, first) if heir == "first" else (first, second)))
    said = world.do("pull")
    assert _keys(world) == ["weaverMeadowsWinter2014"]
    assert "merged   Meadows in Winter" in said
    assert "the record weaverMeadowsWinter2014a with weaverMeadowsWinter2014" in said
    assert "removed" not in said
    assert world.text.count("Meadows in Winter") == 1
    again = world.do("pull")
    assert "In step" in again
    assert "merged" not in again


def test_the_heir_of_a_merge_that_came_from_elsewhere_takes_the_key(world: World) -> None:
    home = world.collection()
    (old,) = world.add(_book("Meadows in Winter", "2014", "Weaver", collections=[home]))
    world.text = "# Papers\n"
    world.settle(bib=True)
    world.do("pull")
    (new,) = world.add(_book("Meadows in Winter, Revised", "2015", "Weaver", collections=[home]))
    _merge(world, old, new)
    said = world.do("pull")
    assert _keys(world) == ["weaverMeadowsWinter2014"]
    assert "removed" not in said
    assert "Revised" in world.bib


@pytest.mark.parametrize(
    ("form", "key", "other"),
    [
        ("bibtex", "weaverMeadowsWinter2014", "wv14"),
        ("biblatex", "weaverMeadowsWinter2014", "wv14"),
    ],
)
def test_a_key_in_zotero_that_a_merge_brings_does_not_take_the_place_of_the_one_in_use(
    world: World, form: str, key: str, other: str
) -> None:
    home = world.collection()
    (old,) = world.add(_book("Meadows in Winter", "2014", "Weaver", collections=[home]))
    world.text = "# Papers\n"
    world.settle(extra=f'[bib]\npath = "{BIB}"\nformat = "{form}"\n')
    world.do("pull")
    (new,) = world.add(
        _book("Winter Meadows", "2015", "Weaver", collections=[home], citationKey="wv14")
    )
    _merge(world, old, new)
    world.do("pull")
    assert _keys(world) == [key]
    assert f"ids = {{{other}}}" in world.bib
    world.edit(new, publisher="Meadow Press")
    world.do("pull")
    assert _keys(world) == [key]
    world.edit(new, citationKey="chosen")
    world.do("pull")
    assert _keys(world) == ["chosen"]


def test_a_key_that_a_merge_leaves_without_a_record_is_said(world: World) -> None:
    home = world.collection()
    old, new = world.add(
        _book("Meadows in Winter", "2014", "Weaver", collections=[home]),
        _book("Winter Meadows", "2015", "Weaver", collections=[home]),
    )
    world.text = "# Papers\n"
    world.settle(bib=True)
    world.do("pull")
    _merge(world, old, new)
    said = world.do("pull")
    assert "the record weaverMeadowsWinter2014 with weaverWinterMeadows2015" in said
    assert "ids = {weaverMeadowsWinter2014}" in world.bib


def _merge(world: World, loser: str, heir: str) -> None:
    """Merge one item into another, as the desktop program does."""
    uri = f"http://zotero.org/users/1/items/{loser}"
    world.edit(heir, relations={"dc:replaces": [uri]})
    world.edit(loser, deleted=1)


def _keys(world: World) -> list[str]:
    """Return the keys of the records, sorted."""
    return sorted(re.findall(r"^@\w+\{([^,]+)", world.bib, re.MULTILINE))
