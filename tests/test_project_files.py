"""The files around the code agree with it: versions, pins, examples, documents."""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import zsync

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.yml"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RUNNERS = [
    {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": system}
    for python, system in product(("3.11", "3.12", "3.13", "3.14"), ("linux", "darwin"))
]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def steps(workflow: Path) -> Iterator[dict[str, Any]]:
    for job in yaml.safe_load(workflow.read_text("utf-8"))["jobs"].values():
        yield from job["steps"]


def pins(name: str) -> dict[str, Requirement]:
    """What a file of pins installs, by name."""
    lines = re.findall(r"^([a-z0-9].*?) \\$", read(name), re.MULTILINE)
    return {requirement.name: requirement for requirement in map(Requirement, lines)}


def installed_version(name: str) -> str:
    """The version of a package that is installed here; what fits no pin where there is none."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "0"


PROJECT = tomllib.loads(read("pyproject.toml"))


def test_every_file_names_the_same_version() -> None:
    newest = re.search(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)
    assert newest
    assert newest[1] == zsync.__version__
    assert yaml.safe_load(read("CITATION.cff"))["version"] == zsync.__version__
    assert PROJECT["project"]["version"] == zsync.__version__


class TestWhatTheActionInstalls:
    """action-requirements.txt, written by `make action-requirements`."""

    @pytest.mark.parametrize("asked", PROJECT["project"]["dependencies"])
    def test_holds_every_dependency_at_a_version_that_zsync_allows(self, asked: str) -> None:
        wanted = Requirement(asked)
        pinned = pins("action-requirements.txt")[wanted.name]
        (exactly,) = pinned.specifier
        assert exactly.operator == "=="
        assert wanted.specifier.contains(exactly.version)

    @pytest.mark.parametrize("runner", RUNNERS, ids=lambda each: " ".join(each.values()))
    def test_is_whole_on_every_runner(self, runner: dict[str, str]) -> None:
        """Asks the packages themselves, where they are installed here in the pinned version."""
        pinned = {
            name: each
            for name, each in pins("action-requirements.txt").items()
            if each.marker is None or each.marker.evaluate(runner)
        }
        asked = [Requirement(each) for each in PROJECT["project"]["dependencies"]]
        for name, each in pinned.items():
            if each.specifier.contains(installed_version(name)):
                asked += map(Requirement, metadata.requires(name) or ())
        for wanted in asked:
            if wanted.marker is None or wanted.marker.evaluate({**runner, "extra": ""}):
                (exactly,) = pinned[canonicalize_name(wanted.name)].specifier
                assert wanted.specifier.contains(exactly.version), wanted

    def test_builds_bibtexparser_with_a_pinned_setuptools(self) -> None:
        (wanted,) = map(Requirement, PROJECT["dependency-groups"]["action-build"])
        (pinned,) = pins("action-build-requirements.txt").values()
        (exactly,) = pinned.specifier
        assert pinned.name == wanted.name
        assert wanted.specifier.contains(exactly.version)
        assert pinned.marker is None

    @pytest.mark.parametrize("name", ["action-requirements.txt", "action-build-requirements.txt"])
    def test_has_a_hash_for_every_pin_and_no_address(self, name: str) -> None:
        text = read(name)
        for block in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]:
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block
        assert "://" not in text


class TestWorkflows:
    @pytest.mark.parametrize("workflow", [*WORKFLOWS, *EXAMPLES], ids=lambda path: path.name)
    def test_name_each_action_by_a_commit_and_say_its_version(self, workflow: Path) -> None:
        for line in re.findall(r"uses: (.*)", workflow.read_text("utf-8")):
            assert line in {"./", "OWNER/zsync@v1"} or re.fullmatch(
                r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line
            ), line

    def test_use_one_commit_of_each_action(self) -> None:
        used = {
            step["uses"]
            for path in (*WORKFLOWS, *EXAMPLES)
            for step in steps(path)
            if "uses" in step
        }
        names = [each.partition("@")[0] for each in used]
        assert len(names) == len(set(names))

    @pytest.mark.parametrize("workflow", [*WORKFLOWS, *EXAMPLES], ids=lambda path: path.name)
    def test_give_no_right_that_a_job_does_not_ask_for(self, workflow: Path) -> None:
        document = yaml.safe_load(workflow.read_text("utf-8"))
        assert document["permissions"] == {}
        assert all(job["permissions"] for job in document["jobs"].values())

    @pytest.mark.parametrize("workflow", EXAMPLES, ids=lambda path: path.name)
    def test_examples_give_the_action_inputs_that_it_has(self, workflow: Path) -> None:
        inputs = yaml.safe_load(read("action.yml"))["inputs"]
        (given,) = [each["with"] for each in steps(workflow) if "zsync" in each["uses"]]
        assert set(given) <= set(inputs)

    @pytest.mark.parametrize("workflow", EXAMPLES, ids=lambda path: path.name)
    def test_examples_are_named_in_the_recipe(self, workflow: Path) -> None:
        assert f"](../examples/{workflow.name})" in read("docs/action.md")


def test_links_of_the_recipe_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", read("docs/action.md")):
        assert (ROOT / "docs" / target).exists(), target


def test_the_yaml_that_the_recipe_shows_can_be_read() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", read("docs/action.md"), re.DOTALL)
    assert blocks
    for block in blocks:
        yaml.safe_load(block)


@pytest.mark.parametrize(
    ("file", "looked_at"),
    [
        ("README.md", True),
        ("docs/papers.md", True),
        ("refs/library.bib", True),
        ("zsync.toml", True),
        ("lists/zsync.lock", True),
        ("uv.lock", False),
        ("pyproject.toml", False),
    ],
)
def test_the_hook_runs_where_a_list_changed(file: str, looked_at: bool) -> None:
    (hook,) = yaml.safe_load(read(".pre-commit-hooks.yaml"))
    assert bool(re.search(hook["files"], file)) == looked_at
    assert hook["entry"] == "zsync check"
