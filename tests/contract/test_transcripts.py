"""The sandbox against exchanges with the real server: how far they agree must never get less."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.contract.mutations import MUTATIONS, find_witness
from tests.contract.replay import OWN_TRANSCRIPTS, TRANSCRIPTS, Agreement, replay

# Steps that agree, of all steps that are not left out, as measured. The two that differ: German labels (01),
# and fields hidden from clients that know an older schema (03).
FLOORS = {
    "01_keys_and_discovery.json": (53, 54),
    "02_items_create.json": (99, 99),
    "03_items_read.json": (161, 162),
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
    "15_limits.json": (22, 22),
    "16_export.json": (34, 34),
    "17_large_library.json": (25, 25),
    "18_noop_writes.json": (53, 53),
}
Record = Callable[[str, object], None]
OWN = sorted(OWN_TRANSCRIPTS.glob("*.json"))


@pytest.fixture
def recordings() -> Path:
    """The folder of recordings of the real server."""
    if not TRANSCRIPTS.is_dir():
        pytest.skip("NOT RUN: there are no recordings of the real server beside the project")
    return TRANSCRIPTS


def _report(record: Record, name: str, agreement: Agreement) -> None:
    """Have the agreement told in the run's summary, with the first differences."""
    record("agreement", f"{name:<40} {agreement.agreed:>4} of {agreement.steps:>4}")
    for difference in agreement.differences[:3]:
        record("agreement", f"  differs: {difference}")


class TestRecordings:
    def test_every_recording_has_a_floor(self, recordings: Path) -> None:
        assert {path.name for path in recordings.glob("*.json")} == FLOORS.keys()

    @pytest.mark.parametrize(
        ("name", "floor", "steps"), [(name, *counts) for name, counts in FLOORS.items()]
    )
    def test_agrees_with_the_real_server(
        self, recordings: Path, name: str, floor: int, steps: int, record_property: Record
    ) -> None:
        agreement = replay(recordings / name)
        _report(record_property, name, agreement)

        assert agreement.steps == steps
        assert agreement.agreed >= floor, "\n".join(agreement.differences)

    @pytest.mark.parametrize("name", MUTATIONS)
    def test_a_wrong_server_is_noticed(self, recordings: Path, name: str) -> None:
        assert find_witness(sorted(recordings.glob("*.json")), MUTATIONS[name])


class TestOwnTranscripts:
    @pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
    def test_agrees_in_every_step(self, path: Path, record_property: Record) -> None:
        agreement = replay(path)
        _report(record_property, path.name, agreement)

        assert agreement.steps >= 5
        assert agreement.differences == []
        assert agreement.left_out == []

    @pytest.mark.parametrize("name", MUTATIONS)
    def test_a_wrong_server_is_noticed(self, name: str) -> None:
        assert find_witness(OWN, MUTATIONS[name])
