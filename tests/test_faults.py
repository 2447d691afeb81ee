"""The whole loop while the server is in trouble: it ends in step, as it would without."""

from collections.abc import Callable
from itertools import count

import pytest

from tests.world import World, paper
from zotero_sandbox import Faults
from zsync.zotero import library as library_module
from zsync.zotero.transport import Politeness

TEXT = "# Papers\n\n## Reading list\n- [ ] **Zero**: A Paper. CVPR2025 [Paper](https://arxiv.org/abs/2501.00000)\n"

Trouble = Callable[[Faults], None]


def _slow(faults: Faults) -> None:
    faults.latency = 0.02


def _too_many(faults: Faults) -> None:
    faults.fail_next(1, status=429)


def _maintenance(faults: Faults) -> None:
    faults.fail_next(2, status=503)


def _asked_to_wait(faults: Faults) -> None:
    faults.fail_next(1, status=503, retry_after=0)


def _dropped(faults: Faults) -> None:
    faults.drop_next(1)


def _cut_short(faults: Faults) -> None:
    faults.truncate_next(1)


def _changing(faults: Faults) -> None:
    faults.change_between_pages(1)


TROUBLES = (_slow, _too_many, _maintenance, _asked_to_wait, _dropped, _cut_short, _changing)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait as briefly as a test may; the rules stay the same."""
    monkeypatch.setattr(library_module, "Politeness", lambda: Politeness(pause=0.002))
    monkeypatch.setattr(library_module, "_PAUSES", (0.002,) * 6)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_week_in_trouble_ends_in_step(world: World, trouble: Trouble) -> None:
    home = world.collection()
    below = world.collection("Below", home)
    papers = [
        paper(
            f"Paper {n}",
            f"https://arxiv.org/abs/2501.{n:05}",
            conferenceName="CVPR",
            date="2025",
            collections=[home],
        )
        for n in range(130)
    ]
    keys = world.add({**papers[0], "title": "Zero: A Paper", "shortTitle": "Zero"}, *papers[1:])
    world.text = TEXT
    world.settle(bib=True)

    def pull() -> None:
        """Pull while the first, fifth and ninth request run into trouble."""
        turn = count(1)
        world.sandbox.faults.before_request = lambda _request: (
            trouble(world.sandbox.faults) if next(turn) in (1, 5, 9) else None
        )
        world.do("pull")
        world.sandbox.faults.clear()

    pull()
    assert world.text.count("- [ ]") == 130
    world.tag(keys[0], "read")
    world.note(keys[1], "<p>Noted.</p>")
    world.edit(keys[2], collections=[below])
    world.edit(keys[3], deleted=1)
    pull()
    assert "- [x] **Zero**" in world.text
    assert "  Noted.\n" in world.text
    assert "Paper 3." not in world.text
    assert world.text.index("## Below") < world.text.index("- [ ] Paper 2.")
    assert world.bib.count("\n@") + 1 == 129
    world.do("pull")
    before = world.state()
    assert "In step (1 request)." in world.do("pull")
    assert world.state() == before
