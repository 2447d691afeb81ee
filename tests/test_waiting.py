"""What waits for a person: `zsync status` names each thing by its line, with the command that settles it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.world import BIB, World, paper
from zsync.commands.pull import pull
from zsync.config import load
from zsync.outcome import Outcome
from zsync.report.repeated import in_every_form

BEFORE = """\
# Papers

## Wind
- [ ] Kites at Night, a Short Guide. ICRA2023 [Paper](https://arxiv.org/abs/2301.00001)
- [ ] **Gust**: Sails That Learn. ICRA2023 [Paper](https://arxiv.org/abs/2301.00002)

  Mine: the sails are too small.

- [ ] Windmills at Sea. ICRA2023 [Paper](https://arxiv.org/abs/2301.00003) [Code](https://mill.example/code)
- [ ] Balloons over Towns. ICRA2023 [Paper](https://arxiv.org/abs/2301.00004) [Talk](https://balloon.example/talk)
- [ ] Feathers Under Load. ICRA2023 [Paper](https://arxiv.org/abs/2301.00005)
- [ ] Pinwheels for Beginners. ICRA2023 [Paper](https://arxiv.org/abs/2301.00006)

## Water
- [ ] Buoys That Listen. ICRA2023 [Paper](https://arxiv.org/abs/2301.00007)
"""

ARXIV_3 = "[Paper](https://arxiv.org/abs/2301.00003)"

AFTER = """\
# Papers

## Wind
- [ ] Kites at Night, a Short Guide. ICRA2023 [Paper](https://arxiv.org/abs/2301.00001)
- [ ] **Gust**: Sails That Learn. ICRA2023 [Paper](https://arxiv.org/abs/2301.00002)

  Mine: the sails are too small.

- [x] Windmills at Deep Sea. ICRA2023 [Paper](https://arxiv.org/abs/2301.00003) [Code](https://mill.example/v2)

  Read it twice.

- [ ] Balloons over Towns. CASE2023 [Paper](https://arxiv.org/abs/2301.00004)
- [ ] A Paper That Waits for Two. ICRA2023 [Paper](https://wait.example/two)
- [ ] Rockets of Other People. ICRA2023 [Paper](https://arxiv.org/abs/2301.00009)
- [ ] Tides, Newly Found. ICRA2023 [Paper](https://arxiv.org/abs/2301.00010)

## Water
- [ ] Buoys That Listen. ICRA2023 [Paper](https://arxiv.org/abs/2301.00007)
- [ ] Feathers Under Load. ICRA2023 [Paper](https://feather.example/load)
"""

STATUS = """\
README.md: 12 things wait
  Zotero has other words. Take Zotero's, take the list's, or leave both as they are:
    line 4: title of Kites at Night: A Guide — “Kites at Night, a Short Guide” here, “Kites at Night: A Guide” in Zotero
      zsync pull --overwrite 4 | zsync push --take 4 --apply | zsync link --keep 4
    line 5: note of Gust: Sails That Learn — “Mine: the sails are too small.” here, “Theirs: the sails are fine.” in Zotero
      zsync pull --overwrite 5 | zsync push --take 5 --apply | zsync link --keep 5
  Only the list says so. `zsync push --apply` takes it to Zotero:
    line 9: tick of Windmills at Sea — ticked here, not ticked in Zotero
    line 9: title of Windmills at Sea — “Windmills at Deep Sea” here, “Windmills at Sea” in Zotero
    line 9: note of Windmills at Sea — “Read it twice.” here, nothing in Zotero
    line 9: “code” link of Windmills at Sea — “https://mill.example/v2” here, “https://mill.example/code” in Zotero
    line 20: first link of Feathers Under Load — “https://feather.example/load” here, “https://arxiv.org/abs/2301.00005” in Zotero
    ... and 1 more (`zsync status --all`)
  Taken out of the list, and still in the collection:
    PINWHEEL: Pinwheels for Beginners, from “Wind”
      zsync push --removals collection PINWHEEL --apply | zsync pull --overwrite PINWHEEL | zsync link --keep PINWHEEL
  Maybe in Zotero already. Fix the link or the title, here or there, until they agree:
    line 15: Rockets of Other People — arXiv 2301.00009, but the titles disagree (40%): ROCKET
  A person has to look:
    line 14: A Paper That Waits for Two — “A Paper That Waits for Two” (TWO) may be the same paper: same title, which several items have
  Not in the collection. `zsync push` says what it would do, `zsync push --apply` does it:
    line 16: Tides, Newly Found
  List and Zotero differ, and may. Both stay as they are; you need not do anything:
    line 13: venue of Balloons over Towns — “CASE 2023” here, “ICRA 2023” in Zotero
    line 13: “talk” link of Balloons over Towns — taken out here, “https://balloon.example/talk” in Zotero
There is nothing to pull.
"""  # noqa: E501 - as it is printed


@dataclass
class Library:
    """The keys of a library, by the names that the tests give them."""

    keys: dict[str, str] = field(default_factory=dict)
    wind: str = ""

    def named(self, text: str) -> str:
        """Put names in the place of keys."""
        for name, key in self.keys.items():
            text = text.replace(key, name)
        return text


def _icra(title: str, number: int, *places: str, **fields: Any) -> dict[str, Any]:
    name = "International Conference on Robotics and Automation"
    url = f"https://arxiv.org/abs/2301.{number:05}"
    facts = {"conferenceName": name, "date": "2023", **fields}
    return paper(title, url, collections=list(places), **facts)


@pytest.fixture
def library(world: World) -> Library:
    """A list and a library that were linked and pulled."""
    home = world.collection()
    wind, water = world.collection("Wind", home), world.collection("Water", home)
    names = ("KITE", "GUST", "MILL", "BALLOON", "FEATHER", "PINWHEEL", "BUOY")
    keys = world.add(
        _icra("Kites at Night: A Guide", 1, wind),
        _icra("Gust: Sails That Learn", 2, wind, shortTitle="Gust"),
        _icra("Windmills at Sea", 3, wind),
        _icra("Balloons over Towns", 4, wind),
        _icra("Feathers Under Load", 5, wind),
        _icra("Pinwheels for Beginners", 6, wind),
        _icra("Buoys That Listen", 7, water),
    )
    made = Library(dict(zip(names, keys, strict=True)), wind)
    world.note(made.keys["GUST"], "<p>Theirs: the sails are fine.</p>")
    world.linked(made.keys["MILL"], "Code", "https://mill.example/code")
    world.linked(made.keys["BALLOON"], "Talk", "https://balloon.example/talk")
    world.text = BEFORE
    world.settle()
    world.do("link")
    assert world.change_of("pull") == []
    return made


def waiting(world: World, *options: str) -> list[tuple[str, int | None, str | None]]:
    """What waits: kind, line, field."""
    found = json.loads(world.do("status", "--json", *options))
    return [(one["kind"], one["line"], one["field"]) for one in found["lists"][0]["waiting"]]


def test_each_thing_is_named_with_its_line_and_its_command(world: World, library: Library) -> None:
    library.keys["TWO"], second, library.keys["ROCKET"] = world.add(
        paper("A Paper That Waits for Two", date="2023"),
        paper("A Paper That Waits for Two", date="2023"),
        _icra("Submarines and Their Crews", 9, library.wind),
    )
    world.text = AFTER
    # The services are asked by nobody here: what is elsewhere in the library is known after a look.
    world.do("push", "--offline")
    assert library.named(world.do("status").replace(second, "TWO")) == STATUS


@pytest.mark.parametrize("command", [("pull",), ("sync", "--offline")])
def test_what_waits_is_said_again_by_a_run_that_plans_nothing(
    world: World, library: Library, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    world.do(*command)
    once = world.do(*command)
    assert "Zotero has other words" in once
    as_json = json.loads(world.do(*command, "--json"))

    def nobody_plans(*_: object) -> None:
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr("zsync.session.Session.__init__", nobody_plans)
        assert world.do(*command) == once
        assert "(1 request)" in once
        assert json.loads(world.do(*command, "--json")) == as_json
        assert as_json["lists"][0]["waiting"]
        assert world.run("pull", "--strict").code == 70
    # Anything new is looked at: in the list, in Zotero, in the settings.
    world.edit(library.keys["MILL"], title="Windmills at Deep Sea")
    assert "Windmills at Deep Sea" in world.do(*command) + world.text


def test_an_edit_that_is_saved_while_a_run_ends_is_seen_by_the_next(
    world: World, library: Library
) -> None:
    path = world.folder / "zsync.toml"
    around = {"ZOTERO_API_URL": world.sandbox.url, "ZOTERO_API_KEY": world.key}
    settings = load(path, path.read_text("utf-8"), around)
    world.text += "\n"

    def describe(outcome: Outcome) -> Mapping[str, str]:
        world.text = world.text.replace("- [ ] Pinwheels", "- [x] Pinwheels")
        return in_every_form(outcome)

    pull(settings, describe=describe)
    assert "[x] Pinwheels" in world.text
    assert "tick of Pinwheels for Beginners" in world.do("pull")


def test_an_idle_run_with_a_diff_says_what_waits(world: World, library: Library) -> None:
    for _ in range(3):
        said = world.run("pull", "--diff")
    assert "Zotero has other words" in said.err


def test_a_list_that_was_taken_out_of_the_settings_is_not_spoken_of(world: World) -> None:
    settings = '[zotero]\nlibrary = "users/1"\n'
    tables = [
        f'[[lists]]\ncollection = "{name}"\nlist = {{ path = "{name}.md" }}\n'
        for name in ("A", "B")
    ]
    for number, name in enumerate(("A", "B"), 1):
        world.add(_icra(f"Kites at Night: A Guide {name}", number, world.collection(name)))
        line = f"- [ ] Kites at Night, Guide {name} [P](https://arxiv.org/abs/2301.0000{number})\n"
        (world.folder / f"{name}.md").write_text(f"# {name}\n{line}", "utf-8")
    (world.folder / "zsync.toml").write_text(settings + "".join(tables), "utf-8")
    for _ in range(3):
        assert "B.md" in world.do("pull")
    (world.folder / "zsync.toml").write_text(settings + tables[0], "utf-8")
    assert "B.md" not in world.do("pull")


def test_the_readme_shows_it(world: World, library: Library) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    assert f"```console\n$ zsync status\n{world.do('status')}```\n" in readme


def test_of_two_lists_each_is_named(world: World) -> None:
    settings = '[zotero]\nlibrary = "users/1"\n'
    for number, name in enumerate(("A", "B"), 1):
        home = world.collection(name)
        world.add(_icra(f"Kites at Night: A Guide {name}", number, home))
        settings += f'[[lists]]\ncollection = "{name}"\nlist = {{ path = "{name}.md" }}\n'
        line = (
            f"- [ ] Kites at Night, Guide {name} [Paper](https://arxiv.org/abs/2301.0000{number})\n"
        )
        (world.folder / f"{name}.md").write_text(f"# {name}\n{line}", "utf-8")
    (world.folder / "zsync.toml").write_text(settings, "utf-8")
    assert "zsync link --keep B.md:2" in world.do("link")
    result = world.run("link", "--keep", "2")
    assert (result.code, "Say A.md:2 or B.md:2." in result.err) == (2, True)
    world.do("push", "--take", "B.md:2", "--apply", "--offline")
    assert [
        each["data"]["title"] for each in world.zotero.top() if "Guide B" in each["data"]["title"]
    ] == ["Kites at Night, Guide B"]
    world.do("link", "--keep", "A.md:2")
    assert world.do("status") == "In step.\n"


def test_all_of_it_is_told_where_that_is_asked_for(world: World, library: Library) -> None:
    lines = BEFORE.splitlines(keepends=True)
    world.text = "".join(line.replace("- [ ]", "- [x]") for line in lines)
    assert world.do("status").count("— ticked here") == 5
    assert "... and 2 more (`zsync status --all`)" in world.do("status")
    said = world.do("status", "--all")
    assert said.count("— ticked here") == 7
    assert "more" not in said


def test_programs_get_the_same_things(world: World, library: Library) -> None:
    found = json.loads(world.do("status", "--json"))
    (title, note) = found["lists"][0]["waiting"]
    assert title == {
        "kind": "differs",
        "line": 4,
        "item": library.keys["KITE"],
        "title": "Kites at Night: A Guide",
        "field": "title",
        "list": "Kites at Night, a Short Guide",
        "zotero": "Kites at Night: A Guide",
        "reason": "",
        "commands": [
            "zsync pull --overwrite 4",
            "zsync push --take 4 --apply",
            "zsync link --keep 4",
        ],
    }
    assert (note["line"], note["field"], note["zotero"]) == (
        5,
        "note",
        "Theirs: the sails are fine.",
    )


def test_a_report_for_a_pull_request_names_them_too(world: World, library: Library) -> None:
    world.do("pull", "--report-file", "report.md")
    report = (world.folder / "report.md").read_text("utf-8")
    assert "**README.md: 2 things wait**" in report
    assert "zsync pull \\-\\-overwrite 4" in report


# -- the first link -------------------------------------------------------------------------------------


def test_what_was_left_to_differ_is_no_step_until_somebody_chose(
    world: World, library: Library
) -> None:
    assert "In step" not in world.do("pull")
    assert world.run("status", "--check").code == 1
    assert waiting(world) == [("differs", 4, "title"), ("differs", 5, "note")]
    result = world.run("check")
    assert result.code == 1
    assert (
        "README.md:4: the title is “Kites at Night, a Short Guide” here and “Kites at Night: A Guide” in "
        "Zotero. Run `zsync pull --overwrite 4`, `zsync push --take 4 --apply` or `zsync link --keep 4`."
    ) in result.out
    assert (
        "README.md:5: the note is “Mine: the sails are too small.” here and “Theirs" in result.out
    )


def test_a_check_without_a_mirror_knows_of_them_by_the_lock(world: World, library: Library) -> None:
    for path in (world.folder / ".zsync").iterdir():
        path.unlink()
    result = world.run("check")
    assert result.code == 1
    assert (
        "README.md:4: the title is “Kites at Night, a Short Guide” here and other words"
        in result.out
    )


def test_zoteros_words_for_one_entry(world: World, library: Library) -> None:
    assert world.change_of("pull", "--overwrite", "4") == [
        "- - [ ] Kites at Night, a Short Guide. ICRA2023 [Paper](https://arxiv.org/abs/2301.00001)",
        "+ - [ ] Kites at Night: A Guide. ICRA2023 [Paper](https://arxiv.org/abs/2301.00001)",
    ]
    assert waiting(world) == [("differs", 5, "note")]
    kept = (world.folder / ".zsync" / "kept").iterdir()
    assert "Kites at Night, a Short Guide" in "".join(path.read_text("utf-8") for path in kept)


@pytest.mark.parametrize("name", ["4", "README.md:4", "key", "citation key"])
def test_the_lists_words_for_one_entry(world: World, library: Library, name: str) -> None:
    if name == "key":
        name = library.keys["KITE"]
    if name == "citation key":
        world.settle(bib=True)
        world.do("pull")
        name = world.bib[world.bib.lower().index("{kites") + 1 :].partition(",")[0]
    before = world.text
    world.do("push", "--take", name, "--apply", "--offline")
    assert world.item(library.keys["KITE"])["title"] == "Kites at Night, a Short Guide"
    assert waiting(world) == [("differs", 5, "note")]
    world.do("pull")
    assert world.text == before


def test_the_lists_note_for_one_entry(world: World, library: Library) -> None:
    world.text = BEFORE.replace("[ ] Windmills", "[x] Windmills")
    world.do("push", "--take", "5", "--apply", "--offline")
    (note,) = world.zotero.children(library.keys["GUST"])
    assert "Mine: the sails are too small." in note["data"]["note"]
    # Whoever names an entry means that one.
    assert world.item(library.keys["MILL"])["tags"] == []
    assert waiting(world) == [("differs", 4, "title"), ("list only", 9, "read")]


def test_both_are_right_as_they_stand(world: World, library: Library) -> None:
    before = world.text
    world.do("link", "--keep", "4", library.keys["GUST"])
    assert world.text == before
    assert world.item(library.keys["KITE"])["title"] == "Kites at Night: A Guide"
    assert "In step" in world.do("pull")
    assert world.do("pull") == "In step (1 request).\n"
    assert world.do("status") == "In step.\n"
    assert world.run("check").code == 0
    said = world.do("status", "--all")
    assert "line 4: title of Kites at Night: A Guide — “Kites at Night, a Short Guide” here" in said
    assert said.endswith("In step.\n")
    # What was settled once is a question again only if a side says something new.
    world.edit(library.keys["KITE"], title="Kites at Dawn")
    assert world.change_of("pull")[1].startswith("+ - [ ] Kites at Dawn. ")


def test_everything_can_be_kept_at_once(world: World, library: Library) -> None:
    world.text = BEFORE.replace("[ ] Windmills", "[x] Windmills")
    world.do("link", "--keep")
    assert "In step" in world.do("pull")
    assert "[x] Windmills" in world.text


def test_words_that_differ_in_form_alone_do_not_wait(world: World) -> None:
    home = world.collection()
    world.add(
        _icra("Kites at night: a guide", 1, home),
        _icra("Sails that learn", 2, home),
        _icra("Mills: Windmills at Sea", 3, home, shortTitle="Mills"),
    )
    world.text = (
        "# Papers\n"
        "- [ ] Kites at Night - A Guide. [Paper](https://arxiv.org/abs/2301.00001)\n"
        "- [ ] **Gust**: Sails That Learn. [Paper](https://arxiv.org/abs/2301.00002)\n"
        "- [ ] Windmills at Sea. [Paper](https://arxiv.org/abs/2301.00003)\n"
    )
    world.settle()
    world.do("link")
    assert world.change_of("pull") == []
    assert world.do("status") == "In step.\n"


def test_a_lock_of_an_older_zsync_is_asked_about_too(world: World, library: Library) -> None:
    lock = world.folder / "zsync.lock"
    text = lock.read_text("utf-8")
    assert '"own", "settled"' not in text or text.count('"own"]') >= 2
    # An older one marked every wording of the list's author alike.
    lock.write_text(text.replace('"own", "settled"]', '"own"]'), "utf-8")
    assert waiting(world) == [("differs", 4, "title"), ("differs", 5, "note")]


# -- what no command can settle -------------------------------------------------------------------------


def test_what_no_command_can_settle_is_said_once_and_does_not_wait(
    world: World, library: Library
) -> None:
    world.do("link", "--keep")
    world.text = (
        BEFORE.replace("Balloons over Towns. ICRA2023", "Balloons over Towns. CASE2024")
        .replace(" [Talk](https://balloon.example/talk)", "")
        .replace("\n  Mine: the sails are too small.\n\n", "")
    )
    edited = world.text
    said = world.do("sync", "--offline")
    assert "venue of Balloons over Towns — “CASE 2024” here" in said
    assert "“talk” link of Balloons over Towns — taken out here" in said
    assert "note of Gust: Sails That Learn — taken out here" in said
    assert world.text == edited
    assert len(world.zotero.children(library.keys["GUST"])) == 1
    world.do("sync", "--offline")
    assert world.do("sync", "--offline") == "In step (1 request).\n"
    assert world.do("status") == "In step.\n"
    assert world.run("status", "--check").code == 0
    assert "taken out here" in world.do("status", "--all")
    assert world.text == edited


def test_an_entry_may_stay_out_of_the_list_for_good(world: World, library: Library) -> None:
    world.do("link", "--keep")
    pinwheels = next(line for line in BEFORE.splitlines() if "Pinwheels" in line)
    world.text = BEFORE.replace(f"{pinwheels}\n", "")
    world.do("pull")
    assert waiting(world) == [("removed", None, "removal")]
    world.do("link", "--keep", library.keys["PINWHEEL"])
    assert "In step" in world.do("pull")
    assert "Pinwheels" not in world.text
    # It is written again by whoever wants it back, and may then be taken out again.
    world.do("pull", "--overwrite", library.keys["PINWHEEL"])
    assert "Pinwheels" in world.text
    world.text = world.text.replace(f"{pinwheels}\n", "")
    assert waiting(world) == [("removed", None, "removal")]


def test_a_note_of_the_list_alone_waits_for_a_policy_too(world: World) -> None:
    world.add(_icra("Windmills at Sea", 3, world.collection()))
    world.text = f"# Papers\n- [ ] Windmills at Sea. {ARXIV_3}\n\n  Read it twice.\n"
    world.settle(notes=None)
    world.do("link")
    said = world.do("status")
    assert "  Notes, here or in Zotero. Choose notes = " in said
    assert "    line 2: Windmills at Sea — 1 note\n" in said
    world.settle(notes="none")
    world.do("pull")
    assert world.do("status") == "In step.\n"


# -- what changes, and how it ends ----------------------------------------------------------------------


def test_a_changed_title_is_shown_with_what_it_was(world: World, library: Library) -> None:
    world.do("link", "--keep")
    world.edit(library.keys["BUOY"], title="Buoys That Hear")
    world.text = BEFORE.replace("Windmills at Sea", "Windmills at Deep Sea")
    assert "  title    Buoys That Listen → Buoys That Hear\n" in world.do("pull", "--dry-run")
    said = world.do("push", "--offline")
    assert "  title    Windmills at Sea → Windmills at Deep Sea\n" in said


def test_a_dry_run_with_nothing_to_do_advises_nothing(world: World, library: Library) -> None:
    world.do("link", "--keep")
    world.settle(bib=True)
    world.do("pull")
    assert world.run("bib", "--check").err == "Nothing to write.\n"
    assert world.do("pull", "--dry-run").startswith("Nothing to write (")
    assert world.do("push", "--offline").startswith("Nothing to push (")


# -- names of entries -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pull", "--overwrite", "2"), "There is no entry 2.\nThe nearest is line 4 of README.md"),
        (
            ("link", "--keep", "kitesNight"),
            "There is no entry kitesNight.\nThe nearest: KitesNightGuide2023.",
        ),
        (("link", "--keep", "Q"), "There is no entry Q.\nAn entry is named by its line"),
        (("push", "--take", "13"), "line 13 of README.md (“New: A Paper”) has no item in Zotero."),
        (("push", "--take"), "--take names no entry."),
        (("push", "--take", "4", "--bib"), "--take pushes what its entries say, and nothing else."),
        (
            ("push", "12"),
            "It is not said what to do with '12'.\nTo choose an entry, write --take 12.",
        ),
        (("pull", "12"), "To choose an entry, write --overwrite 12."),
        (("link", "12"), "To choose an entry, write --keep 12."),
    ],
)
def test_a_name_that_names_no_entry(
    world: World, library: Library, arguments: tuple[str, ...], said: str
) -> None:
    world.settle(bib=True)
    world.do("pull")
    world.text = BEFORE.replace(
        "\n## Water", "- [ ] **New**: A Paper. [Paper](https://n.example)\n\n## Water"
    )
    before = world.state()
    result = world.run(*arguments)
    assert (result.code, said in result.err) == (2, True), result.err
    assert world.state() == before


def test_a_number_that_is_a_line_and_a_citation_key_is_said_exactly(
    world: World, library: Library
) -> None:
    world.edit(library.keys["MILL"], extra="Citation Key: 4")
    world.settle(bib=True)
    world.do("pull")
    assert (world.folder / BIB).exists()
    result = world.run("link", "--keep", "4")
    assert result.code == 2
    assert f"Say README.md:4 or {library.keys['MILL']}." in result.err
    world.do("link", "--keep", "README.md:4")
    assert waiting(world) == [("differs", 5, "note")]
