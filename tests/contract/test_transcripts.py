"""The sandbox against recordings of the real server: how far they agree must never get less."""

from __future__ import annotations

import pytest
from tests.contract.replay import TRANSCRIPTS, replay

# Steps that agree, of all steps, as measured. Left: RIS, CSV, RDF and Atom (01, 03, 16), German labels (01),
# fields hidden from old clients (03), ten requests to the translation server (16), and two 503 answers that
# differ from the others in their headers alone (15).
FLOORS = {
    "01_keys_and_discovery.json": (53, 55),
    "02_items_create.json": (99, 99),
    "03_items_read.json": (161, 165),
    "04_items_update_delete.json": (79, 79),
    "05_dates.json": (75, 75),
    "06_collections.json": (82, 82),
    "07_notes_children.json": (98, 98),
    "07b_notes_long.json": (10, 10),
    "08_tags.json": (40, 40),
    "09_trash.json": (34, 34),
    "10_relations.json": (36, 36),
    "11_write_token.json": (27, 27),
    "12_permissions.json": (58, 58),
    "13_settings_searches_fulltext.json": (32, 32),
    "14_sync_scenario.json": (27, 27),
    "15_limits.json": (20, 22),
    "16_export.json": (34, 46),
    "17_large_library.json": (25, 25),
    "18_noop_writes.json": (53, 53),
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
