"""The same items give the same bytes, on any day and machine, in any order; one change changes one record."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.items import ITEMS, many
from zsync.bibliography import export, update
from zsync.core.base import Base
from zsync.core.cite.policy import BibFormat, BibPolicy
from zsync.core.model import Item
from zsync.formats.bib.bibtex import parse

FORMATS = [BibFormat.BIBTEX, BibFormat.BIBLATEX]
POLICIES = st.sampled_from(FORMATS).map(BibPolicy)
FEW = many(8)
STORIES = Path(__file__).parent / "formats" / "bib"

ANOTHER_DAY = """\
import datetime, pathlib, time

class Date(datetime.date):
    @classmethod
    def today(cls):
        return cls(1999, 12, 31)

class DateTime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(1999, 12, 31, 23, 59, tzinfo=tz)

    today = utcnow = now

datetime.date, datetime.datetime = Date, DateTime
time.time = lambda: 946684740.0
pathlib.Path(__file__).with_name("loaded").touch()
"""
"""A module that Python loads before any other, for a machine whose clock stands at the end of 1999."""

MACHINES: Mapping[str, Mapping[str, str]] = {
    "another hash seed": {"PYTHONHASHSEED": "1"},
    "the other side of the world": {
        "PYTHONHASHSEED": "4294967295", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8",
    },
    "no language": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
}  # fmt: skip


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The items of all stories, in one file."""
    stories = sorted(STORIES.glob("*.items.json"))
    items = [item for story in stories for item in json.loads(story.read_text("utf-8"))]
    path = tmp_path_factory.mktemp("items") / "items.json"
    path.write_text(json.dumps(items), "utf-8")
    return path


def exported(source: Path, form: str, environment: Mapping[str, str]) -> bytes:
    target = source.with_suffix(f".{form}")
    options = ("--items", str(source), "--format", form, "--output", str(target))
    command = [sys.executable, "-m", "zsync", "bib", *options]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
    return target.read_bytes()


@pytest.fixture(scope="module", params=FORMATS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def usual(source: Path, form: str) -> bytes:
    return exported(source, form, {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8"})


@pytest.mark.parametrize("machine", MACHINES)
def test_an_export_is_the_same_on_every_machine(
    machine: str, source: Path, form: str, usual: bytes
) -> None:
    assert exported(source, form, MACHINES[machine]) == usual


def test_an_export_is_the_same_on_every_day(
    source: Path, form: str, usual: bytes, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(ANOTHER_DAY, "utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    assert exported(source, form, {"PYTHONPATH": path}) == usual
    assert (tmp_path / "loaded").exists()


@settings(max_examples=25)
@given(items=st.permutations(FEW), policy=POLICIES)
def test_the_order_of_the_items_does_not_matter(items: Sequence[Item], policy: BibPolicy) -> None:
    assert export(items, policy).text == export(FEW, policy).text


@settings(max_examples=100)
@given(item=ITEMS, chance=st.randoms(use_true_random=False), policy=POLICIES)
def test_the_order_of_fields_and_tags_does_not_matter(
    item: Item, chance: Random, policy: BibPolicy
) -> None:
    fields, tags = list(item.fields.items()), list(item.tags)
    chance.shuffle(fields)
    chance.shuffle(tags)
    shuffled = replace(item, fields=dict(fields), tags=tuple(tags))
    assert export([shuffled], policy).text == export([item], policy).text


@settings(max_examples=25)
@given(policy=POLICIES, count=st.integers(0, len(FEW)))
def test_exporting_again_changes_nothing(policy: BibPolicy, count: int) -> None:
    first = update("", Base(), FEW[:count], policy)
    again = update(first.text, first.base, FEW[:count], policy)
    assert (again.text, again.base) == (first.text, first.base)
    assert first.text == export(FEW[:count], policy).text


@settings(max_examples=50)
@given(place=st.integers(0, len(FEW) - 1), new=ITEMS, policy=POLICIES)
def test_a_change_of_one_item_changes_one_record(place: int, new: Item, policy: BibPolicy) -> None:
    before = update("", Base(), FEW, policy)
    old = FEW[place]
    changed = replace(new, key=old.key, date_added=old.date_added)
    after = update(before.text, before.base, (*FEW[:place], changed, *FEW[place + 1 :]), policy)
    gone, come = (
        records(before.text) - records(after.text),
        records(after.text) - records(before.text),
    )
    assert (gone.total(), come.total()) in ((0, 0), (1, 1))


def records(text: str) -> Counter[str]:
    return Counter(text[record.start : record.end] for record in parse(text).records)
