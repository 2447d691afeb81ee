"""Patterns that are compiled when they are used."""

import pkgutil
import re
from importlib import import_module

import zsync
from zsync.core.patterns import _Pattern, regex


def test_a_pattern_is_what_it_says() -> None:
    pattern = regex(r"(a+)b", re.IGNORECASE)
    assert pattern.pattern == r"(a+)b"
    assert pattern.sub(r"\1", "AAb") == "AA"
    found = pattern.search("xaab")
    assert found
    assert found[1] == "aa"


def test_nothing_is_compiled_before_it_is_used() -> None:
    pattern = regex("(")
    assert pattern.pattern == "("


def test_every_pattern_can_be_compiled() -> None:
    names = [each.name for each in pkgutil.walk_packages(zsync.__path__, "zsync.")]
    modules = [import_module(name) for name in names if not name.endswith("__main__")]
    patterns = [
        (module.__name__, each)
        for module in modules
        for each in vars(module).values()
        if isinstance(each, _Pattern)
    ]
    assert len(patterns) > 400
    for _, each in patterns:
        assert each.flags >= 0
