"""Several lists of one library."""

import re

from tests.world import World, paper

SETTINGS = """\
[zotero]
library = "users/1"

[[lists]]
collection = "Water"
[lists.list]
path = "README.md"
notes = "all"

[[lists]]
collection = "Wind"
[lists.list]
path = "WIND.md"
notes = "all"
"""
BOTH = "- [ ] [Waves That Carry Sand](https://arxiv.org/abs/2301.00009)\n"


def test_a_paper_in_two_lists_is_one_item_in_both_collections(world: World) -> None:
    homes = {world.collection("Water"), world.collection("Wind")}
    (world.folder / "zsync.toml").write_text(SETTINGS)
    world.text = f"# Water\n\n{BOTH}"
    (world.folder / "WIND.md").write_text(f"# Wind\n\n{BOTH}")
    world.do("sync", "--offline")
    (item,) = world.zotero.top()
    assert set(item["data"]["collections"]) == homes
    assert "In step (1 request)" in world.do("sync", "--offline")
    world.text = world.text.replace("[ ]", "[x]")
    world.do("sync", "--offline")
    assert "- [x]" in (world.folder / "WIND.md").read_text()


def test_ticks_in_many_lists_go_to_zotero_together(world: World) -> None:
    names = [f"Topic {number}" for number in range(20)]
    for name in names:
        home = world.collection(name)
        world.add(paper(f"What Is Known of {name}", collections=[home]))
    parts = [
        f'[[lists]]\ncollection = "{name}"\n[lists.list]\npath = "{name}.md"\nnotes = "all"\n'
        for name in names
    ]
    (world.folder / "zsync.toml").write_text('[zotero]\nlibrary = "users/1"\n\n' + "\n".join(parts))
    for name in names:
        (world.folder / f"{name}.md").write_text(f"# {name}\n\n- [ ] What Is Known of {name}\n")
    world.do("link")
    for name in names:
        path = world.folder / f"{name}.md"
        path.write_text(path.read_text().replace("[ ]", "[x]"))
    said = world.do("sync", "--offline")
    requests = re.search(r"\((\d+) requests\)", said)
    assert requests is not None
    assert int(requests[1]) <= 60
    assert all(item["data"]["tags"] == [{"tag": "read"}] for item in world.zotero.top())
    assert "In step (1 request)" in world.do("sync", "--offline")
