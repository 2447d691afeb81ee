"""The sandbox against recordings of the real server: how far they agree must never get less."""

from __future__ import annotations

import pytest
from tests.contract.replay import TRANSCRIPTS, replay

# Steps that agree, of all steps, as measured. What is left: exports (16 and parts of 03 and 17), Atom, German
# labels, requests to another server (16), and two kinds of maintenance answers (15).
FLOORS = {
    "01_keys_and_discovery.json": (53, 55),
}


def test_every_recording_has_a_floor() -> None:
    if not TRANSCRIPTS.is_dir():
        pytest.skip(f"no recordings of the real server at {TRANSCRIPTS}")
    assert {path.name for path in TRANSCRIPTS.glob("*_*.json")} == FLOORS.keys()


@pytest.mark.parametrize(
    ("name", "floor", "steps"), [(name, *counts) for name, counts in FLOORS.items()]
)
def test_agrees_with_the_real_server(name: str, floor: int, steps: int) -> None:
    if not TRANSCRIPTS.is_dir():
        pytest.skip(f"no recordings of the real server at {TRANSCRIPTS}")

    agreement = replay(TRANSCRIPTS / name)

    assert agreement.steps == steps
    assert agreement.agreed >= floor, "\n".join(agreement.differences)
