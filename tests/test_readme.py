"""The README's examples are run: what it shows is what zsync does."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click import Group
from pyzotero.zotero import Zotero

from tests.world import World
from zotero_sandbox import Sandbox
from zsync import config, demo
from zsync.cli import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:markdown|console)\n(.*?)```", README, re.DOTALL)


def test_the_first_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, command, after = BLOCKS[:3]
    for name in ("READING.md", "zsync.toml", "zsync.lock", "refs/library.bib"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    with World(tmp_path, monkeypatch, demo.library(), demo.KEY) as world:
        world.do("pull")
        assert all(
            line in (tmp_path / "READING.md").read_text("utf-8") for line in before.split("\n")
        )
        (swe,) = [
            item for item in world.zotero.top() if item["data"].get("shortTitle") == "SWE-bench"
        ]
        world.edit(swe["key"], tags=[*swe["data"]["tags"], {"tag": "read"}])
        world.note(
            swe["key"], "<p>The tests that decide were written for the real fix. 评测很实在。</p>"
        )
        world.add({**demo.NEW_PAPER, "collections": swe["data"]["collections"]})
        shown, _, expected = command.partition("\n")
        assert world.do(*shown.removeprefix("$ zsync ").split()) == expected
        heading, _, entries = after.partition("\n")
        text = (tmp_path / "READING.md").read_text("utf-8")
        assert heading in text
        assert entries in text


def test_the_sandboxs_data_is_in_the_form_that_is_shown() -> None:
    readme = (ROOT / "src" / "zotero_sandbox" / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"```json\n(.*?)```", readme, re.DOTALL)
    with Sandbox(json.loads(shown)) as sandbox:
        zotero = Zotero("1", "user", "sandbox")
        zotero.endpoint = sandbox.url
        assert [item["data"]["title"] for item in zotero.collection_items("CLLCTN22")] == ["A Book"]
        assert zotero.client
        zotero.client.close()


def test_every_command_and_setting_is_described() -> None:
    assert isinstance(cli, Group)
    for command in cli.commands:
        assert f"| `zsync {command}" in README, command
    for setting in ("library", "collection", "endpoint"):
        assert f"`zotero.{setting}`" in README
    template = config.render("auto", "R", "README.md", None, None)
    for setting in ("path", "notes", "read_tags", "states", "new_entries", "max_removals"):
        assert setting in template
        assert re.search(rf"`(list|bib|guard)\.{setting}`", README), setting


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_links_between_the_documents_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / target).exists(), target
