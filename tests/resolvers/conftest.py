"""The services about papers, played by a local server from the files in ``services/``."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.resolvers.replay import Replay

SERVICES = Path(__file__).parent / "services"


@pytest.fixture
def services() -> Iterator[Replay]:
    """All of them, in good health."""
    with Replay(SERVICES / "index.json") as replay:
        yield replay
