"""Fixtures: a sandbox with a library, a folder with a list, and the command line between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.hunting import HUNT
from tests.world import World

settings.register_profile(
    "zsync",
    deadline=None,
    derandomize=not HUNT,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("zsync")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An empty library in the sandbox and an empty folder."""
    with World(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of other people's lists and papers; tests that need it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip(f"NOT RUN: there is no {SHARED.name} folder beside the project")
    return SHARED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how many points of failure were tried, and how far the sandbox agrees with the real server."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    files = [
        [str(text) for name, text in each.user_properties if name == "agreement"]
        for each in reports
    ]
    points = [
        str(text) for each in reports for name, text in each.user_properties if name == "points"
    ]
    if points:
        terminalreporter.section("points of failure tried, all fixed by one clean run")
        terminalreporter.line("\n".join(sorted(points)))
    if any(files):
        terminalreporter.section("agreement with the real Zotero server, in steps")
        for lines in sorted(filter(None, files)):
            terminalreporter.line("\n".join(lines))
