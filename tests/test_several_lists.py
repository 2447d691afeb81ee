"""Several lists of one library."""

from tests.world import World

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
