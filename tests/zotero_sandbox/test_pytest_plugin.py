"""The fixture that zsync gives to other projects' tests; the example of its README runs here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGIN = "zotero_sandbox.pytest_plugin"
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def run_pytest(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    """Run a test file in a project of its own, with no plugin but ours."""
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", PLUGIN],
        cwd=folder,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_readme_example_passes(tmp_path: Path) -> None:
    pytest.importorskip("pyzotero")
    found = EXAMPLE.search((ROOT / "src" / "zotero_sandbox" / "README.md").read_text("utf-8"))
    assert found

    result = run_pytest(tmp_path, found[1])

    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


def test_every_test_gets_an_empty_server_of_its_own(tmp_path: Path) -> None:
    text = """
import pytest

@pytest.mark.parametrize("run", [1, 2])
def test_empty(zotero_sandbox, run):
    assert zotero_sandbox.store.libraries == {}
    assert zotero_sandbox.url.startswith("http://127.0.0.1:")
    zotero_sandbox.store.library("users", 1).bump()
"""
    result = run_pytest(tmp_path, text)

    assert "2 passed" in result.stdout, result.stdout + result.stderr


def test_the_distribution_names_the_plugin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["entry-points"]["pytest11"] == {"zotero_sandbox": PLUGIN}


def test_loading_the_plugin_does_not_load_the_server() -> None:
    code = f"import sys, {PLUGIN}; sys.exit('zotero_sandbox.server' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
