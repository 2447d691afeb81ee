"""The example workflow for users, from end to end, on a runner of its own: act (https://github.com/nektos/act)."""

import os
import re
import shutil
import subprocess

import pytest

from tests.action.conftest import ROOT, TOKEN, TOOLS, Project
from tests.world import LIST

EXAMPLE = ROOT / "examples" / "workflow.yml"
pytestmark = pytest.mark.skipif(
    shutil.which("act", path=TOOLS) is None,
    reason="NOT RUN: act is not installed",
)


def act(project: Project) -> str:
    """Run the workflow as a person starts it by hand; give the log."""
    (action,) = re.findall(r"uses: (\S+/zsync@\S+)", EXAMPLE.read_text("utf-8"))
    given = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    done = subprocess.run(
        [
            shutil.which("act", path=TOOLS) or "act",
            "workflow_dispatch",
            "--platform=ubuntu-latest=-self-hosted",
            "--no-cache-server",
            f"--local-repository={action}={ROOT}",
            f"--secret=ZOTERO_API_KEY={project.world.key}",
            f"--secret=GITHUB_TOKEN={TOKEN}",
            f"--env=ZOTERO_API_URL={project.world.sandbox.url}",
            f"--env=GITHUB_API_URL={project.github.url}",
            "--env=GITHUB_REPOSITORY=reader/list",
            *(f"--env={name}={value}" for name, value in given.items()),
        ],
        cwd=project.checkout,
        env={**os.environ, "HOME": str(project.temporary), "PATH": TOOLS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_tick_arrives_as_one_commit_and_the_next_run_makes_none(project: Project) -> None:
    project.write(".github/workflows/zsync.yml", EXAMPLE.read_text("utf-8"))
    project.commit_all("add the workflow")
    before = project.log()
    project.tick()
    log = act(project)
    assert project.log() == ["docs: sync reading list with Zotero", *before]
    assert "- [x] **P0**" in project.shown(LIST)
    assert project.world.key not in log
    project.git(project.checkout, "pull", "--quiet", "origin", "main")
    act(project)
    assert project.log() == ["docs: sync reading list with Zotero", *before]
