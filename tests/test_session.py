"""What a run reads, and how often."""

from dataclasses import replace

from tests.world import World, paper
from zsync.config import load
from zsync.core.plan import Wishes
from zsync.core.selection import EVERYTHING
from zsync.session import offline


def test_each_side_is_read_once_and_planned_once_for_the_same_wishes(world: World) -> None:
    world.settle()
    world.text = "# Papers\n"
    world.add(paper("Waves That Carry Sand", collections=[world.collection()]))
    world.do("pull")
    path = world.folder / "zsync.toml"
    settings = load(path, path.read_text("utf-8"), {"ZOTERO_API_URL": world.sandbox.url})
    with offline(settings) as run:
        (each,) = settings.lists
        usual = run.sides(each)
        assert run.sides(each) is usual
        assert run.sides(each, Wishes()) is usual
        other = run.sides(each, Wishes(overwriting=EVERYTHING))
        assert other is not usual
        assert other.found is usual.found
        assert other.library is usual.library
        # What the lock says is what the next plan goes on from.
        run.keep_bases({each.name: replace(usual.base, collection=usual.library.root)})
        assert run.sides(each) is not usual
