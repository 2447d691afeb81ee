"""A repository with a list, its origin, a Zotero library and a runner between them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.action.composite import Job, Runner
from tests.action.github import GitHub
from tests.world import COLLECTION, LIST, World, paper

ROOT = Path(__file__).parents[2]
BIB = "refs/library.bib"
TOOLS = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
"""Where the tests' own programs are, and then the machine's."""
TOKEN = "ghs_TokenOfTheTests"
KEY = "KeyOfTheTests"
HOME = "CCCCCCCC"
KEYS = ("PPPPPPP2", "PPPPPPP3", "PPPPPPP4")
LINES = {
    number: f"- [ ] **P{number}**: A Paper of Number {number}. CVPR2025 [Paper](https://arxiv.org/abs/2501.0000{number})"
    for number in range(4)
}


def library() -> dict[str, Any]:
    """Return a Zotero library whose collection holds three papers."""
    items = [
        paper(
            f"P{number}: A Paper of Number {number}",
            f"https://arxiv.org/abs/2501.0000{number}",
            key=KEYS[number],
            shortTitle=f"P{number}",
            date="2025",
            conferenceName="CVPR",
            collections=[HOME],
        )
        for number in range(3)
    ]
    access = {"library": True, "notes": True, "write": True}
    return {
        "users": [{"id": 1, "username": "reader"}],
        "keys": [{"key": KEY, "user": 1, "access": {"user": access}}],
        "libraries": [
            {
                "library": "users/1",
                "collections": [{"key": HOME, "name": COLLECTION}],
                "items": items,
            }
        ],
    }


class Project:
    """A reading list on GitHub: the bare origin, a checkout of it, Zotero, and GitHub's API."""

    def __init__(self, world: World, base: Path, github: GitHub) -> None:
        self.world = world
        self.github = github
        self.origin = base / "origin.git"
        self.checkout = base / "checkout"
        self.temporary = base / "runner"
        self.home, self.keys = HOME, KEYS

    def begin(self) -> None:
        """Make everything again, and bring it in step by a first run of the action."""
        base = self.origin.parent
        python = self.temporary / "zsync-venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        self.git(base, "init", "--quiet", "--bare", "--initial-branch=main", str(self.origin))
        self.git(base, "clone", "--quiet", str(self.origin), str(self.checkout))
        lines = "\n".join(LINES[number] for number in range(3))
        self.write(LIST, f"# Papers\n\n## Reading list\n{lines}\n")
        self.write(
            "zsync.toml",
            f'[zotero]\nlibrary = "users/1"\ncollection = "{COLLECTION}"\n'
            f'[list]\npath = "{LIST}"\nnotes = "all"\n[bib]\npath = "{BIB}"\n',
        )
        self.write("other.txt", "a file of somebody else\n")
        self.write(".gitignore", ".zsync/\n.env\n")
        self.commit_all("begin")
        job = self.run()
        assert job.code == 0, job.log

    def begin_like(self, template: Path) -> None:
        """Begin where another one stood."""
        shutil.copytree(template, self.origin.parent, dirs_exist_ok=True)
        self.git(self.checkout, "remote", "set-url", "origin", str(self.origin))

    def git(self, folder: Path, *arguments: str) -> str:
        """Run git as a person does."""
        who = ("-c", "user.name=Reader", "-c", "user.email=reader@example.org")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        """Write a file of the checkout."""
        path = self.checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        """Read a file of the checkout."""
        return (self.checkout / name).read_text(encoding="utf-8")

    def commit_all(self, message: str) -> None:
        """Commit and push the whole checkout."""
        self.git(self.checkout, "add", "--all")
        self.git(self.checkout, "commit", "--quiet", "--message", message)
        self.git(self.checkout, "push", "--quiet", "origin", "HEAD:main")

    def log(self, branch: str = "main") -> list[str]:
        """Return the subjects of the origin's commits, the newest first."""
        return self.git(self.origin, "log", "--format=%s", branch).split("\n")

    def shown(self, name: str, branch: str = "main") -> str:
        """Return a file as the origin has it."""
        return self.git(self.origin, "show", f"{branch}:{name}")

    def runner(self, **environment: str) -> Runner:
        """Return a runner for this checkout."""
        usual = {"ZOTERO_API_URL": self.world.sandbox.url, "GITHUB_API_URL": self.github.url}
        return Runner(ROOT, self.checkout, self.temporary, usual | environment)

    def run(self, environment: Mapping[str, str] | None = None, /, **inputs: str) -> Job:
        """Run the action; its dependencies are those of the tests."""
        given = {"zotero_api_key": self.world.key, "args": "--offline"} | inputs
        if given.get("command") in ("pull", "check"):
            given["args"] = inputs.get("args", "")
        return self.runner(**(environment or {})).run(
            skip=frozenset({"Install zsync"}), token=TOKEN, **given
        )

    def tick(self, number: int = 0) -> None:
        """Tick a paper in Zotero."""
        self.world.tag(self.keys[number], "read")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of a project that is in step with its collection."""
    base = tmp_path_factory.mktemp("template")
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        GitHub() as github,
        World(base, monkeypatch, library(), KEY) as world,
    ):
        Project(world, base, github).begin()
    shutil.rmtree(base / "checkout" / ".zsync")
    return base


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: Path) -> Iterator[Project]:
    """A reading list that is in step with its collection; nothing is left of the run before."""
    with GitHub() as github, World(tmp_path, monkeypatch, library(), KEY) as world:
        found = Project(world, tmp_path, github)
        found.begin_like(template)
        yield found
