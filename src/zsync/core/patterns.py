"""Regular expressions that are compiled when they are first used.

A command uses few of those that its modules name, and compiling them all takes longer than most commands.
"""

import re
from typing import Any, cast


class _Pattern:
    """Stands for a compiled pattern; what was asked for once is an attribute of its own from then on."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, found)
        return found


def regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern that behaves like a compiled one; it is compiled when it is first used.

    What is wrong in it is seen only then: the tests compile them all.
    """
    return cast("re.Pattern[str]", _Pattern(pattern, flags))
