"""``zsync sandbox`` as a command: its options, what it says, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from zsync.cli import run

BOOK = {"itemType": "book", "key": "BBBBBBB2", "title": "A Book"}


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "items.json"
    path.write_text(json.dumps([BOOK]), encoding="utf-8")
    return path


def test_serves_a_seed_at_a_fixed_time_and_records_until_interrupted(
    tmp_path: Path, seed: Path
) -> None:
    options = ["--seed", str(seed), "--clock", "2026-05-04T14:00:00+02:00", "--limits"]
    record = tmp_path / "steps.jsonl"
    command = [sys.executable, "-m", "zsync", "sandbox", "--port", "0", "--record", str(record)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        said = [process.stdout.readline().strip() for _ in range(2)]
        asked = f"{url}/users/1/items/BBBBBBB2?key=sandbox"
        with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 - our own server
            book = json.load(answer)
        process.send_signal(signal.SIGINT)

    assert process.returncode == 0
    assert said == ["library users/1", "key sandbox"]
    assert (book["data"]["title"], book["data"]["dateAdded"]) == ("A Book", "2026-05-04T12:00:00Z")
    step = json.loads(record.read_text(encoding="utf-8"))
    assert step["request"]["auth"] == "key1"
    assert step["response"]["body"]["key"] == "BBBBBBB2"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--clock", "yesterday"], "'yesterday'"),
        (["--seed", "nosuch.json"], "nosuch.json"),
        (["--data", "nosuch.json"], "nosuch.json"),
        (["--seed", "{folder}/broken.json"], "broken.json: not JSON"),
        (["--seed", "{folder}/no_item.json"], "no_item.json: [0]: 'itemType'"),
        (["--data", "{folder}/no_item.json"], "no_item.json: data: expected an object"),
        (["--record", "{folder}"], "no use (Is a directory)"),
        (["--port", "70000"], "70000"),
    ],
)
def test_a_bad_value_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], named: str
) -> None:
    (tmp_path / "broken.json").write_text("[", encoding="utf-8")
    (tmp_path / "no_item.json").write_text("[{}]", encoding="utf-8")

    code = run(["sandbox", "--port", "0", *(option.format(folder=tmp_path) for option in options)])

    assert code == 2
    assert named in capsys.readouterr().err
