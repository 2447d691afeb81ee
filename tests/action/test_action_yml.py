"""action.yml itself: what it may hold, and that what is documented is what is there."""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.action.conftest import ROOT, TOOLS

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = ACTION["runs"]["steps"]


def test_inputs_reach_scripts_through_the_environment_alone() -> None:
    for step in STEPS:
        assert "${{" not in step["run"]
        assert "uses" not in step


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step["name"]))
def test_shellcheck_finds_nothing_in_the_scripts(step: dict[str, Any]) -> None:
    shellcheck = shutil.which("shellcheck", path=TOOLS)
    if shellcheck is None:
        pytest.skip("NOT RUN: shellcheck is not installed")
    done = subprocess.run(
        [shellcheck, "--shell=bash", "-"],
        input=step["run"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_what_the_marketplace_asks_for() -> None:
    assert len(ACTION["description"]) < 125
    assert ACTION["branding"] == {"icon": "book-open", "color": "red"}


@pytest.mark.parametrize("kind", ["inputs", "outputs"])
def test_every_input_and_output_is_documented(kind: str) -> None:
    text = (ROOT / "docs" / "action.md").read_text("utf-8")
    section = text.partition(f"## {kind.capitalize()}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE) == list(ACTION[kind])


def test_every_action_is_pinned_to_a_commit() -> None:
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        for used in re.findall(r"uses: (\S+)", path.read_text("utf-8")):
            assert used == "./" or re.search(r"@[0-9a-f]{40}$", used), f"{path.name}: {used}"


def test_the_action_knows_zsync_by_its_commands_alone() -> None:
    lines = [
        line.split()
        for file in (ROOT / "action" / "zsync_action").glob("*.py")
        for line in file.read_text("utf-8").splitlines()
    ]
    imported = {words[1] for words in lines if words[:1] in (["from"], ["import"])}
    assert any(name.startswith("zsync_action") for name in imported)
    assert not any(name.partition(".")[0] == "zsync" for name in imported)
